//! Claim values that JSON's own types do not describe.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Unexpected, Visitor};

/// The audience that Mizan answers to.
const AUDIENCE: &str = "mizan";

/// Reads a member that may be absent, but not `null`.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A time in seconds of the Unix epoch, perhaps with a fraction (RFC 7519, section 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NumericDate {
    Whole(u64),
    Fraction(f64),
}

impl NumericDate {
    /// The last whole second that is not after it; the epoch for times before that.
    pub(super) fn floor(self) -> u64 {
        match self {
            Self::Whole(seconds) => seconds,
            // A float that is out of range saturates.
            Self::Fraction(seconds) => seconds.floor() as u64,
        }
    }

    /// The first whole second that is not before it; the epoch for times before that.
    pub(super) fn ceil(self) -> u64 {
        match self {
            Self::Whole(seconds) => seconds,
            Self::Fraction(seconds) => seconds.ceil() as u64,
        }
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateVisitor;

        impl Visitor<'_> for DateVisitor {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in seconds")
            }

            fn visit_u64<E>(self, seconds: u64) -> Result<NumericDate, E> {
                Ok(NumericDate::Whole(seconds))
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<NumericDate, E> {
                Ok(NumericDate::Whole(u64::try_from(seconds).unwrap_or(0)))
            }

            fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
                if seconds.is_finite() {
                    Ok(NumericDate::Fraction(seconds))
                } else {
                    Err(E::invalid_value(Unexpected::Float(seconds), &self))
                }
            }
        }

        deserializer.deserialize_any(DateVisitor)
    }
}

/// Whether `aud`, a string or a list of strings, names Mizan (RFC 7519, section 4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Audience {
    pub(super) is_ours: bool,
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AudienceVisitor;

        impl<'de> Visitor<'de> for AudienceVisitor {
            type Value = Audience;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E>(self, name: &str) -> Result<Audience, E> {
                Ok(Audience {
                    is_ours: name == AUDIENCE,
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Audience, A::Error> {
                let mut is_ours = false;
                while let Some(name) = names.next_element::<std::borrow::Cow<'de, str>>()? {
                    is_ours |= name == AUDIENCE;
                }
                Ok(Audience { is_ours })
            }
        }

        deserializer.deserialize_any(AudienceVisitor)
    }
}

/// Notes that a member is there, whatever its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Presence(pub(super) bool);

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|IgnoredAny| Self(true))
    }
}
