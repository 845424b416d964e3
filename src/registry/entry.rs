//! What the registry knows of a function and of a context once the graph is checked.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::function::{Gate, TypeNames};
use super::invoke::Invoke;
use super::plan::Plan;
#[cfg(feature = "forms")]
use crate::form::AnySubmission;
use crate::identity::Auth;
use crate::schema::InputSchema;
#[cfg(feature = "metrics")]
use crate::service::Meters;
use crate::service::Route;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionId(pub(super) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ContextId(pub(super) u32);

impl ContextId {
    /// The id of no context.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

pub(crate) struct FunctionEntry {
    pub(super) name: Cow<'static, str>,
    pub(super) ts_name: Option<Cow<'static, str>>,
    pub(super) description: Option<Cow<'static, str>>,
    pub(super) input: Arc<InputSchema>,
    pub(super) has_input: bool,
    pub(super) output: Value,
    pub(super) error: Option<Value>,
    pub(super) type_names: TypeNames,
    pub(super) context: Option<ContextId>,
    pub(super) plan: Plan,
    pub(super) custom_scopes: bool,
    pub(super) private: bool,
    pub(super) websocket: bool,
    pub(super) auth: Auth,
    pub(super) gates: Vec<Gate>,
    pub(super) deadline: Option<Duration>,
    #[cfg(feature = "forms")]
    pub(super) form: Option<AnySubmission>,
    pub(super) invoke: Arc<dyn Invoke>,
    pub(super) route: Option<Route>,
    #[cfg(feature = "metrics")]
    pub(super) meters: Meters,
}

impl FunctionEntry {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn input(&self) -> &InputSchema {
        &self.input
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn is_private(&self) -> bool {
        self.private
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn is_websocket(&self) -> bool {
        self.websocket
    }

    pub(crate) fn auth(&self) -> &Auth {
        &self.auth
    }

    pub(crate) fn gates(&self) -> &[Gate] {
        &self.gates
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// What validates in front of the handler, if it is a form's.
    #[cfg(feature = "forms")]
    pub(crate) fn form(&self) -> Option<&AnySubmission> {
        self.form.as_ref()
    }

    pub(crate) fn invoke(&self) -> &dyn Invoke {
        &*self.invoke
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn meters(&self) -> &Meters {
        &self.meters
    }

    /// The handler behind the layers of its own, if it has any.
    pub(crate) fn route(&self) -> Option<&Route> {
        self.route.as_ref()
    }
}

pub(crate) struct ContextEntry {
    pub(super) name: Cow<'static, str>,
    pub(super) ts_name: Option<Cow<'static, str>>,
    pub(super) keys: Vec<&'static str>,
    /// In the order of registration, which decides whose error wins.
    pub(super) members: Vec<FunctionId>,
    /// Positions in `members` with the functions' names, sorted by these: the order of the answer.
    pub(super) by_name: Vec<(usize, Box<str>)>,
    /// The parameters that all members declare, which alone can scope an entry.
    pub(super) shared: Vec<Box<str>>,
}

impl ContextEntry {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn members(&self) -> &[FunctionId] {
        &self.members
    }

    pub(crate) fn sorted(&self) -> impl Iterator<Item = (usize, &str)> {
        self.by_name
            .iter()
            .map(|(position, name)| (*position, &**name))
    }

    pub(crate) fn shares(&self, param: &str) -> bool {
        self.shared.iter().any(|shared| **shared == *param)
    }
}
