//! Types as the schemas that judge them.

use std::collections::BTreeSet;

use serde_json::Number;

use super::pattern::portable;
use super::print::Expression;
use crate::export::representation::{
    ArrayType, EnumValue, Field, NumberType, ObjectType, Representation, StringType, Type,
    UnionType,
};
use crate::export::typescript::spell::{key, quote};

/// The last whole number that ECMAScript tells from its neighbours.
const MAX_SAFE: i128 = (1 << 53) - 1;

/// Writes types, and keeps in mind what of the runtime it used.
pub(super) struct Writer<'r> {
    pub(super) representation: &'r Representation,
    pub(super) used: BTreeSet<&'static str>,
}

impl Writer<'_> {
    fn call(&mut self, name: &'static str, arguments: impl Into<Vec<Expression>>) -> Expression {
        self.used.insert(name);
        Expression::call(name, arguments)
    }

    pub(super) fn ty(&mut self, ty: &Type) -> Expression {
        match ty {
            Type::Null => self.call("nothing", []),
            Type::Boolean => self.call("boolean", []),
            Type::Integer(number) => self.integer(number),
            Type::Number(number) => self.number(number),
            Type::Text(text) => self.text(text),
            Type::File => self.call("file", []),
            Type::Literal { value } => self.call("literal", [plain(value.to_string())]),
            Type::Enum { values } => self.texts(values),
            Type::Array(array) => self.array(array),
            Type::Tuple { items } => {
                let places: Vec<_> = items.iter().map(|item| self.ty(item)).collect();
                self.call("tuple", places)
            }
            Type::Map { values } => {
                let values = self.ty(values);
                self.call("record", [values])
            }
            Type::Object(object) => self.object(object),
            Type::Union(union) => self.union(union),
            Type::Nullable { inner } => {
                let inner = self.ty(inner);
                self.call("nullable", [inner])
            }
            Type::Reference { name } => plain(shared(name)),
            // What cannot be said is left to the server.
            Type::Any | Type::Never | Type::Intersection { .. } => self.call("unknown", []),
        }
    }

    fn texts(&mut self, values: &[EnumValue]) -> Expression {
        let values: Vec<_> = values.iter().map(|v| plain(quote(&v.value))).collect();
        self.call("literal", values)
    }

    fn text(&mut self, text: &StringType) -> Expression {
        let mut checks = Vec::new();
        if let Some(least) = text.min_length.filter(|least| *least > 0) {
            checks.push(self.call("minLength", [plain(least.to_string())]));
        }
        if let Some(most) = text.max_length {
            checks.push(self.call("maxLength", [plain(most.to_string())]));
        }
        if let Some(pattern) = text.pattern.as_deref().and_then(portable) {
            checks.push(self.call("pattern", [plain(format!("/{pattern}/u"))]));
        }
        // Without forms nothing on the server judges it.
        if cfg!(feature = "forms") && text.format.as_deref() == Some("email") {
            checks.push(self.call("email", []));
        }
        self.call("string", checks)
    }

    fn integer(&mut self, number: &NumberType) -> Expression {
        let (low, high) = range(number.format.as_deref());
        let (low, high) = (low.max(-MAX_SAFE), high.min(MAX_SAFE));
        let is_told = |name: &str, limit: &Number| {
            let limit = limit.as_i128().or_else(|| limit.as_u64().map(i128::from));
            match name {
                "minimum" => limit.is_some_and(|limit| limit <= low),
                "maximum" => limit.is_some_and(|limit| limit >= high),
                _ => false,
            }
        };
        let limits = self.limits(number, is_told);
        let of_type = match (low > -MAX_SAFE, high < MAX_SAFE) {
            (false, false) => None,
            (_, false) => Some(self.call("range", [plain(low.to_string())])),
            (_, true) => {
                let ends = [plain(low.to_string()), plain(high.to_string())];
                Some(self.call("range", ends))
            }
        };
        let checks: Vec<_> = of_type.into_iter().chain(limits).collect();
        self.call("integer", checks)
    }

    fn number(&mut self, number: &NumberType) -> Expression {
        let mut checks = self.limits(number, |_, _| false);
        if number.format.as_deref() == Some("float") {
            self.used.insert("single");
            checks.insert(0, plain("single"));
        }
        self.call("number", checks)
    }

    /// What a number is held to beyond what is told by its type.
    fn limits(
        &mut self,
        number: &NumberType,
        is_told: impl Fn(&str, &Number) -> bool,
    ) -> Vec<Expression> {
        let mut checks = Vec::new();
        for (name, limit) in [
            ("minimum", &number.minimum),
            ("maximum", &number.maximum),
            ("moreThan", &number.exclusive_minimum),
            ("lessThan", &number.exclusive_maximum),
        ] {
            if let Some(limit) = limit
                && !is_told(name, limit)
            {
                checks.push(self.call(name, [plain(limit.to_string())]));
            }
        }
        // Of fractions neither side divides exactly.
        let divisor = number.multiple_of.as_ref();
        let divisor = divisor.and_then(Number::as_u64).filter(|d| *d > 0);
        if let Some(divisor) = divisor.filter(|d| i128::from(*d) <= MAX_SAFE) {
            checks.push(self.call("multipleOf", [plain(divisor.to_string())]));
        }
        checks
    }

    fn array(&mut self, array: &ArrayType) -> Expression {
        let mut arguments = vec![self.ty(&array.items)];
        match (array.min_items, array.max_items) {
            (None | Some(0), None) => {}
            (Some(least), None) => arguments.push(plain(least.to_string())),
            (least, Some(most)) => {
                arguments.push(plain(least.unwrap_or(0).to_string()));
                arguments.push(plain(most.to_string()));
            }
        }
        self.call("array", arguments)
    }

    fn object(&mut self, object: &ObjectType) -> Expression {
        let members = object.fields.iter();
        let members = members.map(|field| (key(&field.name), self.field(field)));
        let members = Expression::Object(members.collect());
        match &object.additional {
            Some(others) => {
                let others = self.ty(others);
                self.call("open", [others, members])
            }
            None if object.closed => self.call("closed", [members]),
            None => self.call("object", [members]),
        }
    }

    fn field(&mut self, field: &Field) -> Expression {
        let ty = self.ty(&field.ty);
        match field.optional {
            true => self.call("optional", [ty]),
            false => ty,
        }
    }

    fn union(&mut self, union: &UnionType) -> Expression {
        let tags: Option<Vec<String>> = union.tag.as_deref().and_then(|tag| {
            let variants = union.variants.iter();
            variants.map(|variant| self.tag(tag, &variant.ty)).collect()
        });
        let variants: Vec<_> = union.variants.iter().map(|v| self.ty(&v.ty)).collect();
        match (&union.tag, tags) {
            (Some(tag), Some(tags)) => {
                let tags = tags.iter().map(|text| key(text));
                let variants = Expression::Object(tags.zip(variants).collect());
                self.call("tagged", [plain(quote(tag)), variants])
            }
            _ => self.call("union", variants),
        }
    }

    /// The text by which an object is told from other variants.
    fn tag(&self, name: &str, ty: &Type) -> Option<String> {
        let Type::Object(object) = self.representation.resolved(ty) else {
            return None;
        };
        match &object.field(name)?.ty {
            Type::Enum { values } => match values.as_slice() {
                [only] => Some(only.value.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

fn plain(text: impl Into<String>) -> Expression {
    Expression::Plain(text.into())
}

/// The constant that holds the schema of a named type.
pub(super) fn shared(name: &str) -> String {
    format!("{name}Type")
}

/// What an integer's own type can hold.
fn range(format: Option<&str>) -> (i128, i128) {
    fn of<T: Into<i128>>(low: T, high: T) -> (i128, i128) {
        (low.into(), high.into())
    }
    match format {
        Some("int8") => of(i8::MIN, i8::MAX),
        Some("int16") => of(i16::MIN, i16::MAX),
        Some("int32") => of(i32::MIN, i32::MAX),
        Some("uint8") => of(u8::MIN, u8::MAX),
        Some("uint16") => of(u16::MIN, u16::MAX),
        Some("uint32") => of(u32::MIN, u32::MAX),
        Some("uint64" | "uint" | "uint128") => (0, i128::MAX),
        _ => (i128::MIN, i128::MAX),
    }
}
