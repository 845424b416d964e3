//! The values that scope an entry.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};

/// The greatest integer that JSON readers with double-precision numbers keep: 2^53.
const MAX_EXACT: u64 = 1 << 53;

/// A value that can scope an [`Entry`](crate::Entry): a boolean, a number or text.
///
/// Scalars compare, hash and print by their canonical text (wire protocol, section 3), so the
/// type a value came in does not matter:
///
/// ```
/// use mizan::Scalar;
///
/// assert_eq!(Scalar::Int(42), Scalar::Text("42".into()));
/// assert_eq!(Scalar::Number(42.0), Scalar::Uint(42));
/// assert_ne!(Scalar::Int(42), Scalar::Text("042".into()));
/// ```
///
/// As JSON an integer beyond 2^53 is written as text, because many readers would round it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A number. One that is not finite scopes nothing: [`Params`](crate::Params) leave it out.
    Number(f64),
    /// Text, as it is.
    Text(Cow<'static, str>),
}

impl Scalar {
    /// A number, or `None` for one that is infinite or not a number.
    ///
    /// ```
    /// use mizan::Scalar;
    ///
    /// assert_eq!(Scalar::number(-0.0).unwrap().canonical(), "0");
    /// assert!(Scalar::number(f64::NAN).is_none());
    /// ```
    pub fn number(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Number(number))
    }

    /// The text that this value is compared by: `true` or `false`, an integer in decimal, another
    /// number as ECMAScript prints it, text as it is.
    ///
    /// ```
    /// use mizan::Scalar;
    ///
    /// assert_eq!(Scalar::Number(1e21).canonical(), "1e+21");
    /// assert_eq!(Scalar::Int(-7).canonical(), "-7");
    /// ```
    pub fn canonical(&self) -> Cow<'_, str> {
        match self {
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Text(text) => Cow::Borrowed(text),
            _ => Cow::Owned(self.with_text(str::to_owned)),
        }
    }

    /// Whether both have the same canonical text. Never allocates.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(one), Self::Bool(two)) => one == two,
            (Self::Int(one), Self::Int(two)) => one == two,
            (Self::Uint(one), Self::Uint(two)) => one == two,
            (Self::Int(int), Self::Uint(uint)) | (Self::Uint(uint), Self::Int(int)) => {
                u64::try_from(*int) == Ok(*uint)
            }
            (Self::Text(one), Self::Text(two)) => one == two,
            (Self::Text(text), other) | (other, Self::Text(text)) => {
                other.with_text(|other| text == other)
            }
            (one, two) => one.with_text(|one| two.with_text(|two| one == two)),
        }
    }

    /// Lends the canonical text without allocating.
    pub(super) fn with_text<R>(&self, read: impl FnOnce(&str) -> R) -> R {
        match self {
            Self::Bool(true) => read("true"),
            Self::Bool(false) => read("false"),
            Self::Int(int) => read(itoa::Buffer::new().format(*int)),
            Self::Uint(uint) => read(itoa::Buffer::new().format(*uint)),
            Self::Number(number) => read(ryu_js::Buffer::new().format(*number)),
            Self::Text(text) => read(text),
        }
    }

    /// Whether every reader of JSON keeps this integer as it is.
    #[inline]
    pub(super) fn is_exact(&self) -> bool {
        match self {
            Self::Int(int) => int.unsigned_abs() <= MAX_EXACT,
            Self::Uint(uint) => *uint <= MAX_EXACT,
            _ => false,
        }
    }

    /// A 32-bit float by the shortest text that names it, as JSON writers print it. Widening its
    /// bits instead would print digits that nobody wrote (0.1 as 0.10000000149011612).
    pub(super) fn single(number: f32) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let shortest = ryu_js::Buffer::new().format_finite(number).parse().ok()?;
        Self::number(shortest)
    }
}

/// Appends the canonical text of an integer, which needs no escapes anywhere.
#[inline]
pub(super) fn write_integer(out: &mut Vec<u8>, integer: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.with_text(|text| text.hash(state));
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(int) if self.is_exact() => serializer.serialize_i64(*int),
            Self::Uint(uint) if self.is_exact() => serializer.serialize_u64(*uint),
            Self::Int(_) | Self::Uint(_) => self.with_text(|text| serializer.serialize_str(text)),
            // `5.0` and `5` are one number, but readers that tell them apart print them apart.
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_EXACT as f64 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// What may be written as the value of a parameter: booleans, numbers, characters, text, and
/// options and references of these.
///
/// `None` is left out of the scope, which widens it, as is a float that is not finite. Integers
/// that 64 bits cannot hold become text.
///
/// ```
/// use mizan::IntoScalar;
///
/// assert_eq!(7_u8.into_scalar().unwrap().canonical(), "7");
/// assert_eq!(0.1_f32.into_scalar().unwrap().canonical(), "0.1");
/// assert!(None::<i64>.into_scalar().is_none());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a parameter",
    label = "not a boolean, a number or text",
    note = "scopes are made of plain values: pass an id or another field, or `.to_string()`"
)]
pub trait IntoScalar {
    /// The scalar, or `None` where there is nothing to scope by.
    fn into_scalar(self) -> Option<Scalar>;
}

macro_rules! into_scalar {
    ($($from:ty => |$value:ident| $scalar:expr;)+) => {$(
        impl IntoScalar for $from {
            fn into_scalar(self) -> Option<Scalar> {
                let $value = self;
                $scalar
            }
        }
    )+};
}

into_scalar! {
    Scalar => |scalar| match scalar {
        Scalar::Number(number) => Scalar::number(number),
        other => Some(other),
    };
    bool => |value| Some(Scalar::Bool(value));
    i8 => |int| Some(Scalar::Int(int.into()));
    i16 => |int| Some(Scalar::Int(int.into()));
    i32 => |int| Some(Scalar::Int(int.into()));
    i64 => |int| Some(Scalar::Int(int));
    isize => |int| i128::try_from(int).ok()?.into_scalar();
    i128 => |int| Some(match i64::try_from(int) {
        Ok(int) => Scalar::Int(int),
        Err(_) => u64::try_from(int)
            .map_or_else(|_| Scalar::Text(int.to_string().into()), Scalar::Uint),
    });
    u8 => |uint| Some(Scalar::Uint(uint.into()));
    u16 => |uint| Some(Scalar::Uint(uint.into()));
    u32 => |uint| Some(Scalar::Uint(uint.into()));
    u64 => |uint| Some(Scalar::Uint(uint));
    usize => |uint| u128::try_from(uint).ok()?.into_scalar();
    u128 => |uint| Some(
        u64::try_from(uint).map_or_else(|_| Scalar::Text(uint.to_string().into()), Scalar::Uint),
    );
    f32 => |number| Scalar::single(number);
    f64 => |number| Scalar::number(number);
    char => |character| Some(Scalar::Text(character.to_string().into()));
    &str => |text| Some(Scalar::Text(Cow::Owned(text.to_owned())));
    String => |text| Some(Scalar::Text(text.into()));
    Box<str> => |text| Some(Scalar::Text(text.into_string().into()));
    Cow<'_, str> => |text| Some(Scalar::Text(text.into_owned().into()));
}

impl<T: IntoScalar> IntoScalar for Option<T> {
    fn into_scalar(self) -> Option<Scalar> {
        self.and_then(T::into_scalar)
    }
}

impl<T: IntoScalar + Clone> IntoScalar for &T {
    fn into_scalar(self) -> Option<Scalar> {
        self.clone().into_scalar()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: impl IntoScalar) -> Option<String> {
        value
            .into_scalar()
            .map(|scalar| scalar.canonical().into_owned())
    }

    #[test]
    fn canonical_text() {
        let table = [
            (text(true), "true"),
            (text(false), "false"),
            (text(0), "0"),
            (text(-1_i8), "-1"),
            (text(i64::MIN), "-9223372036854775808"),
            (text(i64::MAX), "9223372036854775807"),
            (text(u64::MAX), "18446744073709551615"),
            (text(i128::from(u64::MAX)), "18446744073709551615"),
            (text(i128::MIN), "-170141183460469231731687303715884105728"),
            (text(u128::MAX), "340282366920938463463374607431768211455"),
            (text(usize::MAX), "18446744073709551615"),
            (text(isize::MIN), "-9223372036854775808"),
            (text(0.0), "0"),
            (text(-0.0), "0"),
            (text(-0.0_f32), "0"),
            (text(5.0), "5"),
            (text(0.1_f32), "0.1"),
            (text(f32::MAX), "3.4028235e+38"),
            (text(1e21), "1e+21"),
            (text(1e20), "100000000000000000000"),
            (text(1e-7), "1e-7"),
            (text('ß'), "ß"),
            (text(""), ""),
            (text(String::from("a b")), "a b"),
            (text(Cow::Borrowed("c")), "c"),
            (text(Box::<str>::from("b")), "b"),
            (text(Some(&&7)), "7"),
            (text(Some(&Scalar::Int(3))), "3"),
        ];
        for (found, expected) in table {
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn nothing_to_scope_by() {
        assert_eq!(text(None::<&str>), None);
        assert_eq!(text(Some(None::<u8>)), None);
        assert_eq!(text(f64::NAN), None);
        assert_eq!(text(f32::INFINITY), None);
        assert_eq!(text(Scalar::Number(f64::NEG_INFINITY)), None);
    }

    #[test]
    fn json() {
        let table = [
            (Scalar::Bool(true), "true"),
            (Scalar::Int(-9_007_199_254_740_992), "-9007199254740992"),
            (Scalar::Int(-9_007_199_254_740_993), "\"-9007199254740993\""),
            (Scalar::Int(i64::MIN), "\"-9223372036854775808\""),
            (Scalar::Uint(9_007_199_254_740_992), "9007199254740992"),
            (Scalar::Uint(9_007_199_254_740_993), "\"9007199254740993\""),
            (Scalar::Number(1.5), "1.5"),
            (Scalar::Number(-0.0), "0"),
            (Scalar::Number(-5.0), "-5"),
            (Scalar::Text("5".into()), "\"5\""),
        ];
        for (scalar, expected) in table {
            assert_eq!(serde_json::to_string(&scalar).unwrap(), expected);
        }
    }
}
