//! The rules that a type declares with garde, and what they say as a form says it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;

use garde::Validate;
use garde::i18n::{
    I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind, with_i18n,
};

use serde_json::Value;

use super::errors::{FieldError, FormErrors};
use crate::schema::{InputSchema, WHOLE, expand, join};

/// How deep types are looked into, so that one that holds itself comes to an end.
const MAX_DEPTH: usize = 8;

/// Stands between code, limit and message where garde knows only a message.
const SEPARATOR: char = '\u{1f}';

/// Stands for the limit of a rule that looks at another field too. It is no JSON.
const OTHER: &str = "other";

/// What of a type's schema its rules have to be told in.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The names that members have on the wire.
    names: Vec<String>,
    /// Names that only Rust has, and what they are on the wire.
    renamed: Vec<(&'static str, String)>,
    /// The limits of lengths that the schema judges: where, with `*` for every item of a list, by
    /// which code, and how many.
    lengths: BTreeSet<(String, &'static str, u64)>,
}

impl Rules {
    pub(crate) fn new(schema: &InputSchema) -> Self {
        let mut rules = Self {
            names: Vec::new(),
            renamed: Vec::new(),
            lengths: BTreeSet::new(),
        };
        let root = schema.schema();
        rules.collect(root, root, "", 0);
        rules
    }

    pub(crate) fn rename(&mut self, rust: &'static str, wire: &str) {
        let last = wire.rsplit('.').next().unwrap_or(wire);
        self.renamed.push((rust, last.to_owned()));
    }

    fn collect(&mut self, root: &Value, schema: &Value, path: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut parts = Vec::new();
        expand(root, schema, &mut parts);
        for part in parts {
            for (keyword, code) in [("minLength", "min_length"), ("maxLength", "max_length")] {
                if let Some(limit) = part.get(keyword).and_then(Value::as_u64) {
                    self.lengths.insert((path.to_owned(), code, limit));
                }
            }
            let members = part.get("properties").and_then(Value::as_object);
            for (name, member) in members.into_iter().flatten() {
                if !self.names.contains(name) {
                    self.names.push(name.clone());
                }
                self.collect(root, member, &join(path, name), depth + 1);
            }
            for items in ["items", "additionalProperties"] {
                if let Some(items) = part.get(items) {
                    self.collect(root, items, &join(path, "*"), depth + 1);
                }
            }
        }
    }

    /// What is wrong with a value by its type's rules, at the paths of the wire.
    pub(crate) fn judge<I>(&self, input: &I) -> FormErrors
    where
        I: Validate<Context: Default>,
    {
        self.judge_by(input, |_| true)
    }

    /// What is wrong by rules that look at nothing but the field that they are of. Rules of the
    /// application's own may look at others.
    pub(crate) fn judge_apart<I>(&self, input: &I) -> FormErrors
    where
        I: Validate<Context: Default>,
    {
        self.judge_by(input, |message| {
            message
                .split(SEPARATOR)
                .nth(1)
                .is_some_and(|limit| limit != OTHER)
        })
    }

    fn judge_by<I>(&self, input: &I, counts: impl Fn(&str) -> bool) -> FormErrors
    where
        I: Validate<Context: Default>,
    {
        let mut errors = FormErrors::new();
        if let Err(report) = with_i18n(Coded, || input.validate()) {
            let found = report.iter();
            for (path, error) in found.filter(|(_, error)| counts(error.message())) {
                if errors.is_full() {
                    break;
                }
                let path = self.on_the_wire(&path.to_string());
                let error = read(error.message());
                if !self.is_judged(&path, &error) {
                    errors.push(path, error);
                }
            }
        }
        errors
    }

    /// garde counts bytes unless told otherwise; the schema counts code points, as the protocol
    /// does, and has the say where it has the same limit.
    fn is_judged(&self, path: &str, error: &FieldError) -> bool {
        let code = match &*error.code {
            "min_length" => "min_length",
            "max_length" => "max_length",
            _ => return false,
        };
        let steps = path.split('.').map(|step| match step.parse::<usize>() {
            Ok(_) => "*",
            Err(_) => step,
        });
        let path = steps.collect::<Vec<_>>().join(".");
        let limit = error.limit.as_ref().and_then(Value::as_u64);
        limit.is_some_and(|limit| self.lengths.contains(&(path, code, limit)))
    }

    /// garde's path (`sub.items[0]`), which has Rust's names, as the dotted path that the wire has. A
    /// name that was written in another case there is found; one that is quite another only if
    /// it was told, and else stays as it is.
    fn on_the_wire(&self, path: &str) -> String {
        let mut dotted = String::new();
        for step in path
            .split(['.', '['])
            .map(|step| step.strip_suffix(']').unwrap_or(step))
            .filter(|step| !step.is_empty())
        {
            if !dotted.is_empty() {
                dotted.push('.');
            }
            let renamed = self.renamed.iter().find(|(rust, _)| *rust == step);
            let same = |name: &&String| **name == *step;
            let alike = |name: &&String| plain(name).eq(plain(step));
            let found = renamed
                .map(|(_, wire)| wire)
                .or_else(|| self.names.iter().find(same))
                .or_else(|| self.names.iter().find(alike));
            dotted.push_str(found.map_or(step, String::as_str));
        }
        match dotted.is_empty() {
            true => WHOLE.to_owned(),
            false => dotted,
        }
    }
}

fn read(message: &str) -> FieldError {
    let mut parts = message.splitn(3, SEPARATOR);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(code), Some(limit), Some(message)) => {
            let limit = serde_json::from_str(limit).ok();
            FieldError::new(code.to_owned(), message).with_limit(limit)
        }
        // A rule of the application's own.
        _ => FieldError::new("invalid", message),
    }
}

fn plain(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase)
}

/// garde's texts with a code in front of each.
struct Coded;

fn coded(code: &str, limit: &dyn Display, message: impl Display) -> Cow<'static, str> {
    format!("{code}{SEPARATOR}{limit}{SEPARATOR}{message}").into()
}

fn invalid(message: impl Display) -> Cow<'static, str> {
    coded("invalid", &"null", message)
}

impl I18n for Coded {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        coded(
            "min_length",
            &min,
            format_args!("Must have a length of at least {min}"),
        )
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        coded(
            "max_length",
            &max,
            format_args!("Must have a length of at most {max}"),
        )
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        coded("min_value", min, format_args!("Must be at least {min}"))
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        coded("max_value", max, format_args!("Must be at most {max}"))
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Cow<'static, str> {
        invalid("Must be a valid card number")
    }

    fn pattern_no_match(&self, _: &dyn Display) -> Cow<'static, str> {
        coded("pattern", &"null", "Does not have the form it must have")
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        coded("pattern", &"null", format_args!("Must contain “{pattern}”"))
    }

    fn url_invalid(&self, _: InvalidUrl) -> Cow<'static, str> {
        invalid("Must be a valid URL")
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        coded(
            "pattern",
            &"null",
            format_args!("Must begin with “{pattern}”"),
        )
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        coded(
            "pattern",
            &"null",
            format_args!("Must end with “{pattern}”"),
        )
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Cow<'static, str> {
        invalid("Must be a valid phone number")
    }

    fn ip_invalid(&self, _: IpKind) -> Cow<'static, str> {
        invalid("Must be a valid IP address")
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Cow<'static, str> {
        coded(
            "invalid",
            &OTHER,
            format_args!("Must be the same as “{field}”"),
        )
    }

    fn email_invalid(&self, _: InvalidEmail) -> Cow<'static, str> {
        invalid("Must be a valid e-mail address")
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        coded("pattern", &"null", "Must only have ASCII characters")
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        coded("pattern", &"null", "Must only have letters and digits")
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        coded("required", &"null", "Field required")
    }
}
