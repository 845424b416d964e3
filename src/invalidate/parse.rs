//! Reading the grammar that [`header`](super::header) writes.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::entries::Entries;
use super::entry::Entry;
use super::params::Params;

/// The longest name of a context, in characters (wire protocol, preamble).
const MAX_NAME: usize = 64;

/// The text is not in the grammar of `X-Mizan-Invalidate`. Its message says what is wrong, and
/// at which byte.
///
/// ```
/// use mizan::Entries;
///
/// let error = "team, user;user_id".parse::<Entries>().unwrap_err();
/// assert_eq!(error.to_string(), "a parameter without `=` at byte 11");
/// assert_eq!(error.at(), 11);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseEntriesError {
    problem: Problem,
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Context,
    NoValue,
    EmptyName,
    Repeated,
    Character,
    Escape,
    NotUtf8,
}

impl ParseEntriesError {
    fn new(problem: Problem, at: usize) -> Self {
        Self { problem, at }
    }

    /// Where the trouble begins, in bytes from the start of the text.
    pub fn at(&self) -> usize {
        self.at
    }
}

impl fmt::Display for ParseEntriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            Problem::Context => "a context name that is empty, too long or ill-formed",
            Problem::NoValue => "a parameter without `=`",
            Problem::EmptyName => "a parameter without a name",
            Problem::Repeated => "a parameter that was given before",
            Problem::Character => "a character that must be percent-encoded",
            Problem::Escape => "`%` without two hexadecimal digits",
            Problem::NotUtf8 => "percent-encoded text that is not UTF-8",
        };
        write!(f, "{problem} at byte {}", self.at)
    }
}

impl Error for ParseEntriesError {}

/// Reads a list as HTTP defines it: spaces and tabs around commas and empty elements are passed
/// over (RFC 9110, section 5.6.1). Every value comes as text.
impl FromStr for Entries {
    type Err = ParseEntriesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let blank = [' ', '\t'];
        let mut entries = Self::new();
        let mut start = 0;
        for element in text.split(',') {
            let entry = element.trim_start_matches(blank);
            let at = start + (element.len() - entry.len());
            let entry = entry.trim_end_matches(blank);
            if !entry.is_empty() {
                entries.push(parse_entry(entry, at)?);
            }
            start += element.len() + 1;
        }
        Ok(entries)
    }
}

/// Reads exactly one entry, without anything around it. Every value comes as text.
impl FromStr for Entry {
    type Err = ParseEntriesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_entry(text, 0)
    }
}

fn parse_entry(entry: &str, start: usize) -> Result<Entry, ParseEntriesError> {
    let mut parts = entry.split(';');
    let context = parts.next().unwrap_or_default();
    check_context(context, start)?;
    let mut params = Params::new();
    let mut at = start + context.len() + 1;
    for param in parts {
        let (name, value) = param
            .split_once('=')
            .ok_or(ParseEntriesError::new(Problem::NoValue, at))?;
        if name.is_empty() {
            return Err(ParseEntriesError::new(Problem::EmptyName, at));
        }
        let value = decode(value, at + name.len() + 1)?;
        let name = decode(name, at)?;
        if params.get(&name).is_some() {
            return Err(ParseEntriesError::new(Problem::Repeated, at));
        }
        params.insert(name, value);
        at += param.len() + 1;
    }
    Ok(Entry::scoped(context.to_owned(), params))
}

/// Names match `[A-Za-z_][A-Za-z0-9_.-]*`, so none is ever encoded.
fn check_context(context: &str, start: usize) -> Result<(), ParseEntriesError> {
    let wrong = context
        .bytes()
        .enumerate()
        .position(|(index, byte)| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => index == MAX_NAME,
            b'0'..=b'9' | b'.' | b'-' => index == 0 || index == MAX_NAME,
            _ => true,
        })
        .or(context.is_empty().then_some(0));
    match wrong {
        Some(index) => Err(ParseEntriesError::new(Problem::Context, start + index)),
        None => Ok(()),
    }
}

fn decode(text: &str, start: usize) -> Result<String, ParseEntriesError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes().enumerate();
    while let Some((index, byte)) = bytes.next() {
        let wrong = |problem| ParseEntriesError::new(problem, start + index);
        decoded.push(match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => byte,
            b'%' => {
                let mut digit = || hex(bytes.next()?.1);
                let (high, low) = (digit(), digit());
                match (high, low) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(wrong(Problem::Escape)),
                }
            }
            _ => return Err(wrong(Problem::Character)),
        });
    }
    String::from_utf8(decoded).map_err(|_| ParseEntriesError::new(Problem::NotUtf8, start))
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn accepts() {
        let user = || Entry::scoped("user", params! { "user_id": 42 });
        let team = || Entry::broad("team");
        let table: [(&str, Vec<Entry>); 10] = [
            ("", vec![]),
            (" ,\t, ", vec![]),
            ("team", vec![team()]),
            ("team, user;user_id=42", vec![team(), user()]),
            (" team\t,,user;user_id=42 ,", vec![team(), user()]),
            ("team,team", vec![team()]),
            ("user;user_id=42,user", vec![Entry::broad("user")]),
            ("s;q=", vec![Entry::scoped("s", params! { "q": "" })]),
            (
                "s;b=%e2%82%AC;%61=%2B",
                vec![Entry::scoped("s", params! { "a": '+', "b": '€' })],
            ),
            (
                "_.-9;-=~",
                vec![Entry::scoped("_.-9", params! { "-": "~" })],
            ),
        ];
        for (text, expected) in table {
            let entries: Entries = text.parse().unwrap();
            assert_eq!(entries.into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn refuses() {
        let long = format!("a, {}", "n".repeat(65));
        let table = [
            (";a=1", Problem::Context, 0),
            ("9a", Problem::Context, 0),
            ("a, -b", Problem::Context, 3),
            ("a%20b", Problem::Context, 1),
            ("a b", Problem::Context, 1),
            ("é", Problem::Context, 0),
            (&*long, Problem::Context, 3 + 64),
            ("a ;b=1", Problem::Context, 1),
            ("a;b", Problem::NoValue, 2),
            ("a;", Problem::NoValue, 2),
            ("a;b=1;", Problem::NoValue, 6),
            ("a;=1", Problem::EmptyName, 2),
            ("a;b=1;b=1", Problem::Repeated, 6),
            ("a;b=1;%62=2", Problem::Repeated, 6),
            ("a;b=c=d", Problem::Character, 5),
            ("a;b= c", Problem::Character, 4),
            ("a;b=é", Problem::Character, 4),
            ("a;b=1+1", Problem::Character, 5),
            ("a; b=1", Problem::Character, 2),
            ("a;b=\"1\"", Problem::Character, 4),
            ("a;b=%", Problem::Escape, 4),
            ("a;b=x%2", Problem::Escape, 5),
            ("a;b=%2G", Problem::Escape, 4),
            ("a;b=%+1", Problem::Escape, 4),
            ("x,a;b=%ff", Problem::NotUtf8, 6),
            ("a;%C3=1", Problem::NotUtf8, 2),
        ];
        for (text, problem, at) in table {
            let error = text.parse::<Entries>().unwrap_err();
            assert_eq!(error, ParseEntriesError::new(problem, at), "{text}");
        }
    }

    #[test]
    fn one_entry_stands_alone() {
        assert_eq!("a;b=1".parse(), Ok(Entry::scoped("a", params! { "b": 1 })));
        for text in ["", " a", "a ", "a,b", "a,"] {
            text.parse::<Entry>().unwrap_err();
        }
    }
}
