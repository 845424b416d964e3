use super::is_space;
use super::name::Name;
use crate::page::data::ID;

/// What stands in a tag behind its name.
#[derive(Debug)]
pub(super) struct Attributes {
    at: At,
    name: Name,
    /// How much of the id was seen in the value of this attribute, where it is its beginning.
    matched: Option<usize>,
    has_id: bool,
}

#[derive(Clone, Copy, Debug)]
enum At {
    Before,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Attributes {
    pub(super) fn new() -> Self {
        Self {
            at: At::Before,
            name: Name::new(),
            matched: None,
            has_id: false,
        }
    }

    /// Whether the tag has the id of the data.
    pub(super) fn has_id(&self) -> bool {
        self.has_id
    }

    /// Whether the byte ends the tag.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        self.at = match self.at {
            At::Quoted(quote) if byte == quote => self.end_value(),
            At::Quoted(_) => self.value(byte),
            At::Unquoted if is_space(byte) => self.end_value(),
            At::Unquoted if byte == b'>' => {
                self.end_value();
                return true;
            }
            At::Unquoted => self.value(byte),
            _ if byte == b'>' => return true,
            At::BeforeValue if is_space(byte) => At::BeforeValue,
            At::BeforeValue => {
                self.matched = Some(0);
                match byte {
                    b'"' | b'\'' => At::Quoted(byte),
                    _ => {
                        self.at = At::Unquoted;
                        self.value(byte)
                    }
                }
            }
            _ if byte == b'/' => At::Before,
            At::Name | At::AfterName if byte == b'=' => At::BeforeValue,
            At::Name if is_space(byte) => At::AfterName,
            At::Before | At::AfterName if is_space(byte) => self.at,
            At::Before | At::AfterName => {
                self.name = Name::new();
                self.name.push(byte);
                At::Name
            }
            At::Name => {
                self.name.push(byte);
                At::Name
            }
        };
        false
    }

    fn value(&mut self, byte: u8) -> At {
        self.matched = self
            .matched
            .filter(|matched| ID.as_bytes().get(*matched) == Some(&byte))
            .map(|matched| matched + 1);
        self.at
    }

    fn end_value(&mut self) -> At {
        self.has_id |= self.name.as_bytes() == b"id" && self.matched == Some(ID.len());
        At::Before
    }
}
