//! What of the application runs for a form besides its handler.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Form;
use crate::form::errors::FormErrors;
use crate::form::hooks;
use crate::form::schema::Choice;
use crate::form::values::Values;
use crate::registry::Handler;

impl<I, O> Form<I, O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    /// Finds the value that a field starts with for each call: a handler over the call and what is
    /// filled in so far.
    ///
    /// ```
    /// # use mizan::{Call, Result, form::{Form, Values}};
    /// # #[derive(serde::Deserialize, schemars::JsonSchema, garde::Validate)]
    /// # struct Contact { #[garde(skip)] email: Option<String> }
    /// # fn submit(_: Call, _: Contact) -> Result<()> { Ok(()) }
    /// fn own_address(call: Call, _: Values) -> Result<Option<String>> {
    ///     Ok(call.identity().map(|user| format!("{}@example.org", user.id())))
    /// }
    /// let form = Form::new("contact", submit).initial("email", own_address);
    /// ```
    pub fn initial<H, K>(mut self, field: impl Into<String>, find: H) -> Self
    where
        H: Handler<K, Input = Values>,
        H::Future: Send + 'static,
        H::Output: Serialize + Send + 'static,
    {
        self.initial.push((field.into(), hooks::initial(find)));
        self
    }

    /// Finds what a field is chosen from for each call: a handler over the call and what is filled
    /// in so far. Another value is refused with `invalid_choice`.
    pub fn choices<H, K>(mut self, field: impl Into<String>, find: H) -> Self
    where
        H: Handler<K, Input = Values, Output = Vec<Choice>>,
        H::Future: Send + 'static,
    {
        self.choices.push((field.into(), hooks::choices(find)));
        self
    }

    /// Checks a field: a handler, async or not, over the call and the field's own type. It refuses
    /// with an [`Invalid`](crate::form::Invalid). It runs where nothing is wrong with the field so far,
    /// whatever is wrong with others, and for a field that is absent only if it takes an `Option`.
    pub fn check<H, K>(mut self, field: impl Into<String>, check: H) -> Self
    where
        H: Handler<K, Output = ()>,
        H::Input: DeserializeOwned + 'static,
        H::Future: Send + 'static,
    {
        self.checks.push((field.into(), hooks::field_check(check)));
        self
    }

    /// Checks the form as a whole: a handler, async or not, over the call and the form's type. It
    /// refuses with an [`Invalid`](crate::form::Invalid), or with [`FormErrors`] to say at which fields.
    /// It runs where every field parsed.
    pub fn check_form<H, K>(mut self, check: H) -> Self
    where
        H: Handler<K, Input = I, Output = ()>,
        H::Future: Send + 'static,
    {
        self.whole.push(hooks::hook(check));
        self
    }

    /// Is told of the errors of every submission that was refused. An error of its own is the
    /// answer instead.
    pub fn on_failure<H, K>(mut self, hook: H) -> Self
    where
        H: Handler<K, Input = FormErrors, Output = ()>,
        H::Future: Send + 'static,
    {
        self.on_failure.push(hooks::hook(hook));
        self
    }
}
