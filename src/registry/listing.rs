//! The registry as tools see it, and the hash over what clients see of it.

use std::time::Duration;

use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::entry::{ContextEntry, FunctionEntry};
use super::graph::Registry;
use crate::identity::Auth;

/// A registered function, for tools: names, types as JSON schemas, and what it declares.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FunctionInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<&'a str>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// The JSON schema of its input; `None` where it takes none.
    pub input: Option<&'a Value>,
    /// The name of its input's type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_name: Option<&'a str>,
    /// The JSON schema of its output.
    pub output: &'a Value,
    /// The name of its output's type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_name: Option<&'a str>,
    /// The JSON schema of its errors' details, where declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a Value>,
    /// The name of that type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_name: Option<&'a str>,
    /// The context that it reads for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<&'a str>,
    /// What it changes, in the order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectInfo<'a>>,
    /// Whether `affects_params` finds the scope.
    pub custom_scopes: bool,
    /// Who may call it.
    pub auth: &'a Auth,
    /// Whether the application's own gates are asked.
    pub gated: bool,
    /// Whether only the process itself can call it.
    pub private: bool,
    /// Whether the WebSocket serves it.
    pub websocket: bool,
    /// How long its handler may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Duration>,
}

/// One `affects` or `merge`, for tools.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EffectInfo<'a> {
    /// The context.
    pub context: &'a str,
    /// The arguments that scope it by themselves.
    pub keys: Vec<&'a str>,
    /// The member whose value a merge replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<&'a str>,
    /// The member of an item by which a merge upserts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
}

/// A context, for tools.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ContextInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<&'a str>,
    /// The parameters that say which thing it is about.
    pub keys: &'a [&'static str],
    /// Its functions, in the order of registration.
    pub members: Vec<&'a str>,
    /// The parameters that all members take, which can scope an entry.
    pub shared: Vec<&'a str>,
}

impl Registry {
    /// The functions in the order of registration.
    ///
    /// ```
    /// # use mizan::{Call, Function, Registry, Result};
    /// # fn answer(_: Call) -> Result<i64> { Ok(42) }
    /// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
    /// let names: Vec<_> = registry.functions().map(|function| function.name).collect();
    /// assert_eq!(names, ["answer"]);
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn functions(&self) -> impl Iterator<Item = FunctionInfo<'_>> {
        let graph = self.graph();
        graph
            .functions
            .iter()
            .map(|function| info(function, &graph.contexts))
    }

    /// The contexts in the order in which their first members were registered.
    pub fn contexts(&self) -> impl Iterator<Item = ContextInfo<'_>> {
        let graph = self.graph();
        graph
            .contexts
            .iter()
            .map(|context| context_info(context, &graph.functions))
    }
}

fn info<'a>(function: &'a FunctionEntry, contexts: &'a [ContextEntry]) -> FunctionInfo<'a> {
    FunctionInfo {
        name: &function.name,
        ts_name: function.ts_name.as_deref(),
        description: function.description.as_deref(),
        input: function.has_input.then(|| function.input.schema()),
        input_name: function.type_names.input.as_deref(),
        output: &function.output,
        output_name: function.type_names.output.as_deref(),
        error: function.error.as_ref(),
        error_name: function.type_names.error.as_deref(),
        context: function.context.map(|id| &*contexts[id.0 as usize].name),
        effects: function
            .plan
            .effects()
            .iter()
            .map(|effect| EffectInfo {
                context: &contexts[effect.context.0 as usize].name,
                keys: effect.keys.iter().map(|key| &**key).collect(),
                slot: effect.merge.as_ref().map(|slot| &*slot.function),
                key: effect.merge.as_ref().and_then(|slot| slot.key),
            })
            .collect(),
        custom_scopes: function.custom_scopes,
        auth: &function.auth,
        gated: !function.gates.is_empty(),
        private: function.private,
        websocket: function.websocket,
        deadline: function.deadline,
    }
}

fn context_info<'a>(context: &'a ContextEntry, functions: &'a [FunctionEntry]) -> ContextInfo<'a> {
    ContextInfo {
        name: &context.name,
        ts_name: context.ts_name.as_deref(),
        keys: &context.keys,
        members: context
            .members
            .iter()
            .map(|id| &*functions[id.0 as usize].name)
            .collect(),
        shared: context.shared.iter().map(|param| &**param).collect(),
    }
}

/// The hash over what a client was generated from: a change of it means that the client may be
/// older than the server. Registration order, private functions and deadlines do not count.
/// `more` is what else is part of the shape, as canonical JSON.
pub(super) fn contract(
    functions: &[FunctionEntry],
    contexts: &[ContextEntry],
    more: impl Iterator<Item = String>,
) -> HeaderValue {
    let mut shape: Vec<String> = functions
        .iter()
        .filter(|function| !function.private)
        .map(|function| {
            let mut public = info(function, contexts);
            public.deadline = None;
            public.description = None;
            // Names in code are no part of what is sent.
            public.ts_name = None;
            public.input_name = None;
            public.output_name = None;
            public.error_name = None;
            canonical(&public)
        })
        .chain(contexts.iter().map(|context| {
            let mut public = context_info(context, functions);
            public.members.sort_unstable();
            public.ts_name = None;
            canonical(&public)
        }))
        .chain(more)
        .collect();
    shape.sort_unstable();
    let digest = Sha256::digest(shape.join("\n"));
    let mut hex = String::with_capacity(16);
    for byte in digest.iter().take(8) {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
    }
    HeaderValue::try_from(hex).unwrap_or_else(|_| HeaderValue::from_static("0000000000000000"))
}

/// JSON with sorted members, so that a map's order cannot change the hash.
pub(super) fn canonical<T: Serialize>(shape: &T) -> String {
    let json = serde_json::to_string(shape).unwrap_or_default();
    crate::schema::sort_members(&json).into_owned()
}
