//! A serializer that takes one scalar and nothing else.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::scalar::{IntoScalar, Scalar};

/// Why a serialiser went no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// This is a list, an object, a null or a number that is not finite.
    NotScalar,
    /// The value's own serialiser failed.
    Failed,
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotScalar => "not a scalar",
            Self::Failed => "the value does not serialize",
        })
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: Display>(_: T) -> Self {
        Self::Failed
    }
}

/// Takes a scalar as it is, and stops at anything else.
pub(super) struct OneScalar;

macro_rules! scalars {
    ($($method:ident($of:ty);)+) => {$(
        fn $method(self, value: $of) -> Result<Scalar, Stop> {
            value.into_scalar().ok_or(Stop::NotScalar)
        }
    )+};
}

impl Serializer for OneScalar {
    type Ok = Scalar;
    type Error = Stop;
    type SerializeSeq = Impossible<Scalar, Stop>;
    type SerializeTuple = Impossible<Scalar, Stop>;
    type SerializeTupleStruct = Impossible<Scalar, Stop>;
    type SerializeTupleVariant = Impossible<Scalar, Stop>;
    type SerializeMap = Impossible<Scalar, Stop>;
    type SerializeStruct = Impossible<Scalar, Stop>;
    type SerializeStructVariant = Impossible<Scalar, Stop>;

    scalars! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Scalar, Stop> {
        Ok(Scalar::Text(Cow::Borrowed(variant)))
    }

    /// Unlike `to_string`, which panics where a `Display` fails.
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Scalar, Stop> {
        let mut text = String::new();
        write!(text, "{value}").map_err(|_| Stop::Failed)?;
        Ok(Scalar::Text(text.into()))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Scalar, Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Scalar, Stop> {
        value.serialize(self)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Scalar, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_none(self) -> Result<Scalar, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_unit(self) -> Result<Scalar, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Scalar, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Scalar, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Stop> {
        Err(Stop::NotScalar)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Stop> {
        Err(Stop::NotScalar)
    }
}
