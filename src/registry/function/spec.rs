//! What a function declares, without its types.

use std::any::TypeId;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde_json::Value;

use crate::call::Call;
use crate::error::Result;
#[cfg(feature = "forms")]
use crate::form::AnySubmission;
use crate::identity::Auth;
use crate::registry::context::Context;
use crate::schema::InputSchema;
use crate::service::Route;

pub(crate) type Gate = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<bool>> + Send + Sync>;

/// What a function declares, without its types.
pub(crate) struct FunctionSpec {
    pub(crate) name: Cow<'static, str>,
    pub(crate) ts_name: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) input: Arc<InputSchema>,
    pub(crate) has_input: bool,
    pub(crate) output: Value,
    pub(crate) error: Option<Value>,
    pub(crate) type_names: TypeNames,
    pub(crate) output_type: TypeId,
    pub(crate) list_of_output: TypeId,
    pub(crate) context: Option<Context>,
    pub(crate) local: bool,
    pub(crate) contexts_joined: usize,
    pub(crate) local_keys: Vec<&'static str>,
    pub(crate) effects: Vec<EffectSpec>,
    pub(crate) unscoped_slots: Vec<&'static str>,
    pub(crate) broad: bool,
    pub(crate) custom_scopes: bool,
    pub(crate) private: bool,
    pub(crate) websocket: bool,
    pub(crate) auth: Auth,
    pub(crate) gates: Vec<Gate>,
    pub(crate) deadline: Deadline,
    #[cfg(feature = "forms")]
    pub(crate) form: Option<AnySubmission>,
    pub(crate) layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
}

/// What schemas call the types of a function; nothing where they spell the type out.
#[derive(Debug, Default)]
pub(crate) struct TypeNames {
    pub(crate) input: Option<Cow<'static, str>>,
    pub(crate) output: Option<Cow<'static, str>>,
    pub(crate) error: Option<Cow<'static, str>>,
}

/// What schemas call a type.
pub(crate) fn type_name<T: JsonSchema>() -> Option<Cow<'static, str>> {
    (!T::inline_schema()).then(T::schema_name)
}

/// One `affects` or `merge`, in the order of their declaration.
#[derive(Clone, Debug)]
pub(crate) struct EffectSpec {
    pub(crate) context: Context,
    pub(crate) merge: Option<MergeSpec>,
    pub(crate) broad: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct MergeSpec {
    pub(crate) key: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Deadline {
    #[default]
    Default,
    Never,
    After(Duration),
}
