//! What a function takes and gives, as JSON Schema.

use std::sync::OnceLock;

use jsonschema::Validator;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

#[cfg(feature = "forms")]
use super::as_is::AsIs;
use super::limits;
use super::shape::{Types, members, plain, types};

/// The schema of an input, and what follows from it.
pub(crate) struct InputSchema {
    schema: Value,
    properties: Vec<Property>,
    constrained: bool,
    #[cfg(feature = "forms")]
    as_is: AsIs,
    /// Compiled when first needed: when the registry is built, where inputs are judged by it, and
    /// else when one fails.
    pub(super) validator: OnceLock<Result<Validator, String>>,
}

/// A parameter: a member that an input's object declares.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    /// Its name on the wire.
    pub(crate) name: String,
    pub(crate) required: bool,
    /// Whether it is a text, a number, a boolean, or one of several such, and nothing else but
    /// `null`.
    pub(crate) scalar: bool,
    /// Its schema, without titles and descriptions; of a scalar without references, so that
    /// parameters of different functions compare.
    pub(crate) schema: Value,
}

impl InputSchema {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().for_deserialize();
        Self::new(settings.into_generator().into_root_schema_for::<T>().into())
    }

    fn new(schema: Value) -> Self {
        let properties = members(&schema, &schema)
            .into_iter()
            .map(|(name, member)| Property {
                name,
                required: member.required,
                scalar: types(&schema, &member.schema).is_scalar(),
                schema: plain(&schema, &member.schema),
            })
            .collect();
        Self {
            constrained: limits::constrains(&schema),
            #[cfg(feature = "forms")]
            as_is: AsIs::of(&schema),
            schema,
            properties,
            validator: OnceLock::new(),
        }
    }

    /// The whole schema, a document of its own.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// Whether an object can be an input; every input has to be one, or nothing at all.
    pub(crate) fn is_object(&self) -> bool {
        types(&self.schema, &self.schema).has(Types::OBJECT)
    }

    /// What is wrong with a schema that inputs are judged by, and cannot be.
    pub(crate) fn defect(&self) -> Option<&str> {
        self.compiled().as_ref().err().map(String::as_str)
    }

    pub(super) fn compiled(&self) -> &Result<Validator, String> {
        self.validator.get_or_init(|| limits::compile(&self.schema))
    }

    /// Whether the schema asks for more than the type does: for lengths, ranges, forms of text.
    pub(crate) fn is_constrained(&self) -> bool {
        self.constrained
    }

    /// Whether a form need not type this value of a member.
    #[cfg(feature = "forms")]
    pub(crate) fn stays_as_is(&self, name: &str, value: &Value) -> bool {
        self.as_is.has(name, value)
    }

    /// The parameters, by name.
    pub(crate) fn properties(&self) -> &[Property] {
        &self.properties
    }
}

/// The schema of what a function gives.
pub(crate) fn output_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    /// A kind.
    #[derive(JsonSchema, Serialize, Deserialize, Default)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        #[default]
        Alpha,
        Beta,
    }

    #[derive(JsonSchema, Deserialize)]
    enum Told {
        /// One.
        One,
        /// Two.
        Two,
    }

    #[derive(JsonSchema, Deserialize)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Page {
        #[serde(default)]
        page: u32,
        /// How many.
        #[serde(rename = "pageSize")]
        size: Option<u8>,
    }

    #[derive(JsonSchema, Deserialize)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Search {
        /// What to look for.
        q: String,
        #[serde(default)]
        kind: Kind,
        kind_or_not: Option<Kind>,
        told: Told,
        tags: Vec<String>,
        deep: Option<Box<Search>>,
        map: BTreeMap<String, i64>,
        any: Value,
        #[serde(flatten)]
        page: Page,
    }

    #[derive(JsonSchema, Deserialize)]
    #[serde(tag = "by")]
    #[expect(dead_code, reason = "only its schema counts")]
    enum By {
        Id { id: i64, strict: bool },
        Name { name: String, strict: bool },
        Page(Page),
    }

    fn property<T: JsonSchema>(name: &str) -> Property {
        let schema = InputSchema::of::<T>();
        let mut properties = schema.properties().iter();
        let property = properties.find(|property| property.name == name);
        property.expect("a property").clone()
    }

    #[test]
    fn parameters_of_a_struct() {
        let schema = InputSchema::of::<Search>();
        let seen: Vec<_> = schema
            .properties()
            .iter()
            .map(|p| (p.name.as_str(), p.required, p.scalar))
            .collect();
        assert_eq!(
            seen,
            [
                ("any", true, false),
                ("deep", false, false),
                ("kind", false, true),
                ("kind_or_not", false, true),
                ("map", true, false),
                ("page", false, true),
                ("pageSize", false, true),
                ("q", true, true),
                ("tags", true, false),
                ("told", true, true),
            ]
        );
        assert_eq!(property::<Search>("q").schema, json!({"type": "string"}));
        assert_eq!(
            property::<Search>("kind").schema,
            json!({"type": "string", "enum": ["alpha", "beta"], "default": "alpha"})
        );
        assert_eq!(
            property::<Search>("kind_or_not").schema,
            json!({"anyOf": [{"type": "string", "enum": ["alpha", "beta"]}, {"type": "null"}]})
        );
        assert_eq!(
            property::<Search>("told").schema,
            json!({"oneOf": [
                {"type": "string", "const": "One"},
                {"type": "string", "const": "Two"},
            ]})
        );
        assert_eq!(property::<Search>("page"), property::<Page>("page"));
    }

    #[test]
    fn parameters_of_a_union() {
        let schema = InputSchema::of::<By>();
        let seen: Vec<_> = schema
            .properties()
            .iter()
            .map(|p| (p.name.as_str(), p.required, p.scalar))
            .collect();
        assert_eq!(
            seen,
            [
                ("by", true, true),
                ("id", false, true),
                ("name", false, true),
                ("page", false, true),
                ("pageSize", false, true),
                ("strict", false, true),
            ]
        );
    }

    #[test]
    fn which_inputs_are_objects() {
        assert!(InputSchema::of::<Search>().is_object());
        assert!(InputSchema::of::<Option<Box<Page>>>().is_object());
        assert!(InputSchema::of::<By>().is_object());
        assert!(InputSchema::of::<BTreeMap<String, i64>>().is_object());
        assert!(InputSchema::of::<Value>().is_object());
        assert!(!InputSchema::of::<Vec<Page>>().is_object());
        assert!(!InputSchema::of::<Kind>().is_object());
        assert!(!InputSchema::of::<()>().is_object());
        assert!(!InputSchema::of::<Option<i64>>().is_object());
    }

    #[test]
    fn outputs_by_what_is_written() {
        #[derive(JsonSchema, Serialize, Deserialize)]
        struct Out {
            #[serde(default)]
            page: u32,
        }
        assert_eq!(output_schema::<Out>()["required"], json!(["page"]));
        assert_eq!(InputSchema::of::<Out>().schema().get("required"), None);
    }
}
