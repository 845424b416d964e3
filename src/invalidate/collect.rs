//! Finding the scalars among the members that a value serialises as.

use std::borrow::Cow;
use std::fmt::Display;

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::one_scalar::{OneScalar, Stop};
use super::params::Params;
use super::scalar::Scalar;

/// Puts the members of `value` that serialise as scalars into `out`, under the names that they
/// have on the wire; of those in `wanted` alone where it is given.
///
/// It looks one level deep, as JSON would have it: structs, maps, newtypes and options of these,
/// and an enum's newtype variant, which is an object of one member. A member that is no scalar
/// takes away what its name had, as the last of two members with one name counts. A serialiser
/// that fails ends the collection; what is missing then widens the scope.
pub(crate) fn collect_scalars<T: Serialize + ?Sized>(
    value: &T,
    wanted: Option<&[impl AsRef<str>]>,
    out: &mut Params,
) {
    let name = None;
    // An error has done its work by ending the walk.
    let _ = value.serialize(Members { wanted, out, name });
}

/// Walks the members of a struct or a map.
struct Members<'a, W> {
    wanted: Option<&'a [W]>,
    out: &'a mut Params,
    /// The key of a map that waits for its value.
    name: Option<Cow<'static, str>>,
}

impl<W: AsRef<str>> Members<'_, W> {
    /// Asked before anything else: of most inputs, most members are not.
    #[inline]
    fn wants(&self, name: &str) -> bool {
        let named = |wanted: &[W]| wanted.iter().any(|wanted| wanted.as_ref() == name);
        self.wanted.is_none_or(named)
    }

    fn record<T>(&mut self, name: Cow<'static, str>, value: &T) -> Result<(), Stop>
    where
        T: Serialize + ?Sized,
    {
        let scalar = value.serialize(OneScalar);
        let failed = matches!(scalar, Err(Stop::Failed));
        self.out.set(name, scalar.ok());
        if failed { Err(Stop::Failed) } else { Ok(()) }
    }
}

/// Methods that take one value and have nothing to give for it.
macro_rules! no_members {
    ($($method:ident($($of:ty),*);)+) => {$(
        fn $method(self, $(_: $of),*) -> Result<(), Stop> {
            Ok(())
        }
    )+};
}

impl<W: AsRef<str>> Serializer for Members<'_, W> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Impossible<(), Stop>;
    type SerializeTuple = Impossible<(), Stop>;
    type SerializeTupleStruct = Impossible<(), Stop>;
    type SerializeTupleVariant = Impossible<(), Stop>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), Stop>;

    no_members! {
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
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        if !self.wants(variant) {
            return Ok(());
        }
        self.record(Cow::Borrowed(variant), value)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Stop> {
        Ok(self)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Stop> {
        // The disguise of serde_json's raw values and arbitrary numbers: what stands in it is no
        // member.
        if name.starts_with("$serde_json::private::") {
            return Err(Stop::NotScalar);
        }
        Ok(self)
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

    /// An object of one member, which is an object: nothing in it is a scalar.
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

impl<W: AsRef<str>> ser::SerializeStruct for Members<'_, W> {
    type Ok = ();
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        if !self.wants(name) {
            return Ok(());
        }
        self.record(Cow::Borrowed(name), value)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl<W: AsRef<str>> ser::SerializeMap for Members<'_, W> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.name = Some(match key.serialize(OneScalar)? {
            Scalar::Text(name) => name,
            // JSON writes the keys of number maps as text, too.
            other => Cow::Owned(other.canonical().into_owned()),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        match self.name.take() {
            Some(name) if self.wants(&name) => self.record(name, value),
            _ => Ok(()),
        }
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}
