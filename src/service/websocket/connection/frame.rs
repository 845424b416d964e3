//! What a client's message asks for, borrowed from its text (protocol section 7).
//!
//! Members stand in any order, those that an action has no use for are ignored, and one that it
//! reads and that is repeated makes the whole message worth nothing: it would mean two things.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::service::envelope::Text;

/// A message that can be served. Those of live invalidation (`watch`, `unwatch`, `resume`) have
/// their place here.
#[derive(Debug)]
pub(super) enum Action<'a> {
    Rpc(Ask<'a>),
    Ctx(Ask<'a>),
    Subscribe(Topic<'a>),
    Unsubscribe(Topic<'a>),
    Message(Topic<'a>, Option<&'a RawValue>),
    Auth(Cow<'a, str>),
}

/// A call of a function or a read of a context.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// As it was sent.
    pub(super) id: &'a str,
    pub(super) name: Cow<'a, str>,
    /// The text of an object, empty where there is none.
    pub(super) args: &'a str,
}

/// What a channel's message is about.
#[derive(Debug)]
pub(super) struct Topic<'a> {
    pub(super) channel: Cow<'a, str>,
    pub(super) params: Option<&'a RawValue>,
}

/// Why a message cannot be served.
#[derive(Debug)]
pub(super) enum Refusal<'a> {
    /// No JSON object.
    Invalid,
    Unknown(Cow<'a, str>),
    /// A call that could not be told from others, by the name of its action.
    NoId(&'static str),
    Repeated(&'static str),
    NoText(&'static str),
    /// A call that can be told so.
    Call {
        id: &'a str,
        error: Error,
    },
}

pub(super) fn parse(text: &str) -> Result<Action<'_>, Refusal<'_>> {
    let members: Members<'_> = serde_json::from_str(text).map_err(|_| Refusal::Invalid)?;
    let action = match members.one(Member::Action)? {
        Some(raw) => self::text(raw).ok_or_else(|| Refusal::Unknown(raw.get().into()))?,
        None => return Err(Refusal::Unknown("".into())),
    };
    match &*action {
        "rpc" => {
            let id = members.id("RPC")?;
            members.ask(id, Member::Fn, Member::Args).map(Action::Rpc)
        }
        "ctx" => {
            let id = members.id("ctx")?;
            let ask = members.ask(id, Member::Context, Member::Params);
            ask.map(Action::Ctx)
        }
        "subscribe" => members.topic().map(Action::Subscribe),
        "unsubscribe" => members.topic().map(Action::Unsubscribe),
        "message" => {
            let topic = members.topic()?;
            Ok(Action::Message(topic, members.one(Member::Data)?))
        }
        "auth" => members.text(Member::Token).map(Action::Auth),
        _ => Err(Refusal::Unknown(action)),
    }
}

fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text: Text<'_> = serde_json::from_str(raw.get()).ok()?;
    Some(text.0)
}

#[derive(Clone, Copy)]
enum Member {
    Action,
    Id,
    Fn,
    Args,
    Context,
    Params,
    Channel,
    Data,
    Token,
}

const NAMES: [&str; 9] = [
    "action", "id", "fn", "args", "context", "params", "channel", "data", "token",
];

impl Member {
    fn name(self) -> &'static str {
        NAMES.get(self as usize).copied().unwrap_or_default()
    }
}

/// The members that some action reads, each where it was first, and which were repeated.
#[derive(Default)]
struct Members<'a> {
    first: [Option<&'a RawValue>; NAMES.len()],
    repeated: [bool; NAMES.len()],
}

impl<'a> Members<'a> {
    fn one(&self, member: Member) -> Result<Option<&'a RawValue>, Refusal<'a>> {
        if self.repeated.get(member as usize) == Some(&true) {
            return Err(Refusal::Repeated(member.name()));
        }
        Ok(self.first.get(member as usize).copied().flatten())
    }

    fn text(&self, member: Member) -> Result<Cow<'a, str>, Refusal<'a>> {
        self.one(member)?
            .and_then(text)
            .ok_or(Refusal::NoText(member.name()))
    }

    /// `null` tells no call from another.
    fn id(&self, action: &'static str) -> Result<&'a str, Refusal<'a>> {
        match self.one(Member::Id)?.map(RawValue::get) {
            None | Some("null") => Err(Refusal::NoId(action)),
            Some(id) => Ok(id),
        }
    }

    fn topic(&self) -> Result<Topic<'a>, Refusal<'a>> {
        Ok(Topic {
            channel: self.text(Member::Channel)?,
            params: self.one(Member::Params)?,
        })
    }

    fn ask(&self, id: &'a str, name: Member, args: Member) -> Result<Ask<'a>, Refusal<'a>> {
        let refused = |message: String| {
            let error = Error::bad_request(message);
            Refusal::Call { id, error }
        };
        let one = |member: Member| {
            self.one(member)
                .map_err(|_| refused(format!("`{}` is given more than once", member.name())))
        };
        let found = match one(name)? {
            Some(raw) => {
                text(raw).ok_or_else(|| refused(format!("`{}` must be a text", name.name())))?
            }
            None => Cow::default(),
        };
        if found.is_empty() {
            return Err(refused(format!("`{}` is missing", name.name())));
        }
        let args = match one(args)?.map(RawValue::get) {
            None | Some("null") => "",
            Some(text) if text.starts_with('{') => text,
            Some(_) => {
                let message = format!("`{}` must be an object or null", args.name());
                return Err(refused(message));
            }
        };
        let name = found;
        Ok(Ask { id, name, args })
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        while let Some(Text(name)) = map.next_key::<Text<'de>>()? {
            let Some(index) = NAMES.iter().position(|known| **known == *name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value: &RawValue = map.next_value()?;
            if let (Some(first), Some(repeated)) = (
                members.first.get_mut(index),
                members.repeated.get_mut(index),
            ) {
                *repeated = first.is_some();
                first.get_or_insert(value);
            }
        }
        Ok(members)
    }
}

/// Reads a message for the fuzzer, which holds what it gets against what was sent.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn fuzz(text: &str) {
    let within = |part: &str| {
        let range = text.as_bytes().as_ptr_range();
        assert!(part.is_empty() || range.contains(&part.as_ptr()));
    };
    let topic = |topic: &Topic<'_>| {
        let params = topic.params.map_or("", RawValue::get);
        within(params);
        serde_json::from_str::<IgnoredAny>(params).is_ok() || params.is_empty()
    };
    let is_json = match parse(text) {
        Ok(Action::Rpc(ask) | Action::Ctx(ask)) => {
            within(ask.id);
            within(ask.args);
            assert!(!ask.name.is_empty());
            assert!(ask.args.is_empty() || ask.args.starts_with('{') && ask.args.ends_with('}'));
            serde_json::from_str::<IgnoredAny>(ask.id).is_ok()
        }
        Ok(
            Action::Subscribe(about) | Action::Unsubscribe(about) | Action::Message(about, None),
        ) => topic(&about),
        Ok(Action::Message(about, Some(data))) => {
            within(data.get());
            topic(&about)
        }
        Ok(Action::Auth(_)) => true,
        Err(refusal) => {
            let answer = super::answer::refusal(&refusal);
            serde_json::from_str::<std::collections::BTreeMap<String, IgnoredAny>>(&answer).is_ok()
        }
    };
    assert!(is_json, "{text}");
}

#[cfg(test)]
mod tests;
