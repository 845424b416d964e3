//! Names and descriptions, for people.

/// A name of a program as words: `first_name`, `firstName` and `first-name` are "First name".
///
/// Words that a capital letter begins lose it, unless they are capitals only.
pub(crate) fn humanise(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    for part in name.split(['_', '-', ' ']).filter(|part| !part.is_empty()) {
        for (index, word) in camel(part).into_iter().enumerate() {
            if words.is_empty() {
                words.extend(capital(word));
                continue;
            }
            words.push(' ');
            if index > 0 && word.chars().any(char::is_lowercase) {
                words.extend(word.chars().flat_map(char::to_lowercase));
            } else {
                words.push_str(word);
            }
        }
    }
    if words.is_empty() {
        name.to_owned()
    } else {
        words
    }
}

fn capital(word: &str) -> impl Iterator<Item = char> {
    let mut rest = word.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest)
}

/// Splits before a capital letter that follows a small one or a digit, or that begins a word after
/// capitals: `pageSize`, `HTMLBody`.
fn camel(part: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut letters = part.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let begins = letters.peek().is_some_and(|(_, next)| next.is_lowercase());
        let splits =
            letter.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || begins);
        if splits && let Some(word) = part.get(start..at) {
            words.push(word);
            start = at;
        }
        before = Some(letter);
    }
    words.extend(part.get(start..));
    words
}

/// A doc comment without the breaks of its lines; paragraphs stay apart.
pub(super) fn unwrapped(description: &str) -> String {
    let paragraphs = description.split("\n\n").map(|paragraph| {
        let words: Vec<_> = paragraph.split_whitespace().collect();
        words.join(" ")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_words() {
        let table = [
            ("email", "Email"),
            ("first_name", "First name"),
            ("pageSize", "Page size"),
            ("theHTMLBody", "The HTML body"),
            ("HTMLBody", "HTML body"),
            ("userID", "User ID"),
            ("user_ID", "User ID"),
            ("your_Name", "Your Name"),
            ("InProgress", "In progress"),
            ("in-progress", "In progress"),
            ("in_progress", "In progress"),
            ("address_2", "Address 2"),
            ("line2Text", "Line2 text"),
            ("USD", "USD"),
            ("_hidden__field_", "Hidden field"),
            ("größeÄndern", "Größe ändern"),
            ("ärger", "Ärger"),
            ("ß", "SS"),
            ("_", "_"),
            ("", ""),
        ];
        for (name, words) in table {
            assert_eq!(humanise(name), words, "{name}");
        }
    }

    #[test]
    fn lines_are_joined() {
        assert_eq!(
            unwrapped("Help\nme.\n\nNow,  or\nnever."),
            "Help me.\n\nNow, or never."
        );
        assert_eq!(unwrapped(""), "");
    }
}
