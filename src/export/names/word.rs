//! Words of generated code from names on the wire.

/// `update_avatar`, `update-avatar` and `update.avatar` are `UpdateAvatar`; capital letters that a
/// name has itself stay.
pub(super) fn pascal(name: &str) -> String {
    let parts = name
        .split(['_', '.', '-', ' '])
        .filter(|part| !part.is_empty());
    let mut word = String::with_capacity(name.len());
    for part in parts {
        let mut letters = part.chars();
        word.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        word.push_str(letters.as_str());
    }
    word
}

/// The same with a small first letter: `updateAvatar`.
pub(super) fn camel(name: &str) -> String {
    let word = pascal(name);
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Whether text can be a name in ECMAScript; of those, the ASCII ones.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$';
    bytes.next().is_some_and(starts) && bytes.all(|byte| starts(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (name, word, small) in [
            ("update_avatar", "UpdateAvatar", "updateAvatar"),
            ("a.b-c", "ABC", "aBC"),
            ("updateAvatar", "UpdateAvatar", "updateAvatar"),
            ("_hidden__deep", "HiddenDeep", "hiddenDeep"),
            ("login_2fa", "Login2fa", "login2fa"),
            ("make use of", "MakeUseOf", "makeUseOf"),
            ("URL", "URL", "uRL"),
            ("_", "", ""),
        ] {
            assert_eq!((&*pascal(name), &*camel(name)), (word, small));
        }
    }

    #[test]
    fn identifiers() {
        for text in ["a", "_", "$a9", "user_id"] {
            assert!(is_identifier(text), "{text}");
        }
        for text in ["", "9a", "a-b", "é", "a.b", "a b"] {
            assert!(!is_identifier(text), "{text}");
        }
    }
}
