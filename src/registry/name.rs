/// True of what the protocol allows as a name: `[A-Za-z_][A-Za-z0-9_.-]*`, at most 64 characters.
pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names() {
        for name in [
            "a",
            "_",
            "A9",
            "contact.formset.submit",
            "a-b",
            &"x".repeat(64),
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "9a",
            ".a",
            "-a",
            "a b",
            "é",
            "a;b",
            "a/b",
            &"x".repeat(65),
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
