//! Regular expressions that mean the same to the server and in ECMAScript.
//!
//! The server reads a pattern as ECMAScript does (`\d` is ASCII's, `.` no line's end), by an engine
//! that knows a syntax of its own beside. Here only what is common to both is read, and written
//! anew for the flag `u`: texts match as code points in both. Look-around, references, flags, word
//! boundaries, Unicode classes, sets within sets are left out, and with them their pattern.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

const MAX_DEPTH: usize = 32;
const MAX_REPEATS: u32 = 1000;

/// The pattern as a literal's inside in ECMAScript, without its slashes.
pub(super) fn portable(pattern: &str) -> Option<String> {
    let mut reader = Reader {
        rest: pattern.chars().peekable(),
        out: String::new(),
    };
    reader.alternatives(MAX_DEPTH)?;
    let all_read = reader.rest.next().is_none();
    // An empty literal would be a comment, and matches anything.
    (all_read && !reader.out.is_empty()).then_some(reader.out)
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

impl Reader<'_> {
    fn takes(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    /// Up to the end, or to the bracket that closes.
    fn alternatives(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        while let Some(next) = self.rest.next_if(|next| *next != ')') {
            let repeats = match next {
                '|' | '^' | '$' => {
                    self.out.push(next);
                    false
                }
                '(' => {
                    if self.takes('?') && !self.takes(':') {
                        return None;
                    }
                    self.out.push_str("(?:");
                    self.alternatives(depth)?;
                    if !self.takes(')') {
                        return None;
                    }
                    self.out.push(')');
                    true
                }
                '[' => {
                    self.class()?;
                    true
                }
                '.' => {
                    self.out.push('.');
                    true
                }
                '\\' => {
                    self.escape()?;
                    true
                }
                '*' | '+' | '?' | '{' => return None,
                plain => {
                    self.plain(plain);
                    true
                }
            };
            if repeats {
                self.repetition()?;
            }
            if self.rest.peek().is_some_and(|next| "*+?{".contains(*next)) {
                return None;
            }
        }
        Some(())
    }

    fn repetition(&mut self) -> Option<()> {
        if self.takes('{') {
            let least = self.count()?;
            write!(self.out, "{{{least}").ok()?;
            if self.takes(',') {
                self.out.push(',');
                if self.rest.peek() != Some(&'}') {
                    let most = self.count().filter(|most| *most >= least)?;
                    write!(self.out, "{most}").ok()?;
                }
            }
            if !self.takes('}') {
                return None;
            }
            self.out.push('}');
        } else if let Some(sign) = self.rest.next_if(|next| "*+?".contains(*next)) {
            self.out.push(sign);
        } else {
            return Some(());
        }
        if self.takes('?') {
            self.out.push('?');
        }
        Some(())
    }

    fn count(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok().filter(|count| *count <= MAX_REPEATS)
    }

    /// What follows a backslash. Gives the character, unless it is a class.
    fn escape(&mut self) -> Option<Option<char>> {
        match self.rest.next()? {
            class @ ('d' | 'D' | 'w' | 'W' | 's' | 'S') => {
                self.out.push('\\');
                self.out.push(class);
                Some(None)
            }
            control @ ('n' | 'r' | 't' | 'f' | 'v') => {
                self.out.push('\\');
                self.out.push(control);
                Some(Some(match control {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'f' => '\u{c}',
                    _ => '\u{b}',
                }))
            }
            // Word boundaries to one of the two engines.
            '<' | '>' => None,
            plain if plain.is_ascii_punctuation() => {
                self.plain(plain);
                Some(Some(plain))
            }
            _ => None,
        }
    }

    /// A character that stands for itself.
    fn plain(&mut self, plain: char) {
        if r"^$\.*+?()[]{}|/".contains(plain) {
            self.out.push('\\');
        }
        if plain == ' ' || plain.is_ascii_graphic() {
            self.out.push(plain);
        } else {
            let written = write!(self.out, "\\u{{{:x}}}", u32::from(plain));
            debug_assert!(written.is_ok(), "text takes what is written");
        }
    }

    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.takes('^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let low = match self.rest.next()? {
                // Empty to one engine, a bracket to the other.
                ']' if first => return None,
                ']' => break,
                next => self.member(next)?,
            };
            first = false;
            if self.rest.peek() != Some(&'-') {
                continue;
            }
            self.rest.next();
            if self.rest.peek() == Some(&']') {
                self.out.push_str("\\-");
                continue;
            }
            self.out.push('-');
            let next = self.rest.next()?;
            let high = self.member(next)?;
            // No range begins or ends with a class.
            low.zip(high).filter(|(low, high)| low <= high)?;
            if self.rest.peek() == Some(&'-') {
                return None;
            }
        }
        self.out.push(']');
        Some(())
    }

    fn member(&mut self, next: char) -> Option<Option<char>> {
        match next {
            '\\' => match self.rest.peek() {
                Some('-') => {
                    self.rest.next();
                    self.out.push_str("\\-");
                    Some(Some('-'))
                }
                _ => self.escape(),
            },
            // A set within the set to one of the two engines, or an operator on sets.
            '[' => None,
            '&' | '~' | '-' if self.rest.peek() == Some(&next) => None,
            '-' => {
                self.out.push_str("\\-");
                Some(Some('-'))
            }
            plain => {
                self.plain(plain);
                Some(Some(plain))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_common_to_both() {
        for (pattern, written) in [
            (r"^[a-z][a-z0-9_]*$", r"^[a-z][a-z0-9_]*$"),
            (r"^\d{4}-\d{2}$", r"^\d{4}-\d{2}$"),
            (r"^(a|b)+?$", r"^(?:a|b)+?$"),
            (r"^(?:\+|00)[1-9][0-9 ]{6,}$", r"^(?:\+|00)[1-9][0-9 ]{6,}$"),
            (r"a/b", r"a\/b"),
            (r"\-\_\@", r"-_@"),
            (r"[+\-.]", r"[\+\-\.]"),
            (r"[-a]", r"[\-a]"),
            (r"[a-]", r"[a\-]"),
            (r"[^\s,]", r"[^\s,]"),
            (r"]}", r"\]\}"),
            ("é\u{1f600}\n", r"\u{e9}\u{1f600}\u{a}"),
            (r"[a-zé-ü]", r"[a-z\u{e9}-\u{fc}]"),
            (r"^.+\.$", r"^.+\.$"),
            (r"\t\n", r"\t\n"),
            (r"a|", r"a|"),
        ] {
            assert_eq!(portable(pattern).as_deref(), Some(written), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_is_left_out() {
        for pattern in [
            "",
            "*",
            "a**",
            "a++",
            "a{2}{3}",
            "a{",
            "a{x}",
            "a{,3}",
            "a{3,2}",
            "a{9999}",
            "^*",
            "(?i)a",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?P<n>a)",
            "(?<n>a)",
            "(a",
            "a)",
            r"\b",
            r"\B",
            r"\pL",
            r"\u0041",
            r"\x41",
            r"\1",
            r"\A",
            r"\z",
            r"\<",
            r"\",
            "[]",
            "[]a]",
            "[^]a]",
            "[a",
            "[[a]]",
            "[[:alpha:]]",
            "[a&&b]",
            "[a--b]",
            "[a~~b]",
            r"[\w-z]",
            r"[a-\d]",
            "[z-a]",
            "[a-c-e]",
            r"[\b]",
        ] {
            assert_eq!(portable(pattern), None, "{pattern}");
        }
        assert_eq!(portable(&"(".repeat(100)), None);
    }
}
