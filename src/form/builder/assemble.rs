//! A form as the functions that serve it, once it is declared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use garde::Validate;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::Form;
use crate::call::Call;
use crate::error::Result;
use crate::form::core::{Core, Face};
use crate::form::describe::Described;
use crate::form::formset::Formset;
use crate::form::handlers::Target;
use crate::form::nest::is_file;
use crate::form::rules::Rules;
use crate::form::schema::{Choice, FieldSchema, Widget};
use crate::form::submission::AnySubmission;
use crate::identity::Auth;
use crate::registry::{Function, Registered};
use crate::schema::InputSchema;

type Gate = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<bool>> + Send + Sync>;

impl<I, O> Form<I, O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    /// The functions, and what is wrong with the declaration.
    pub(crate) fn into_functions(mut self) -> (Vec<Registered>, Vec<String>)
    where
        I: DeserializeOwned + JsonSchema + Validate<Context: Default>,
    {
        let schema = Arc::clone(self.submit.input());
        let (mut described, mut problems) = match (self.describe)(&schema) {
            Ok(described) => (described, Vec::new()),
            Err(problem) => (Described::default(), vec![problem]),
        };
        let mut rules = Rules::new(&schema);
        let chosen = self.dress(&mut described.fields, &mut rules, &mut problems);
        self.find_problems(&schema, &described, &mut problems);
        if let Some(target) = self.target {
            // Nobody else sets it.
            let _ = self.handed.set(target);
        }
        let Described { fields, order, .. } = described;
        let core = Arc::new(Core {
            face: Face {
                name: self.name,
                ts_name: self.ts_name,
                title: self.title,
                subtitle: self.subtitle,
                submit_label: self.submit_label,
                meta: self.meta,
                fields,
                chosen,
                initial: self.initial,
                choices: self.choices,
                render: self.render,
            },
            order,
            rules,
            judge: self.judge,
            schema,
            checks: self.checks,
            whole: self.whole,
            on_failure: self.on_failure,
            uploads: self.uploads,
            max_values: self.max_values,
        });
        let shared = self.shared;
        let submission: AnySubmission = core.clone();
        let mut functions = vec![
            shared.apply(core.schema_function()).into_registered(),
            shared.apply(core.validate_function()).into_registered(),
            shared.apply(self.submit).submitting(submission),
        ];
        if let Some(submit) = self.formset {
            let formset = Arc::new(Formset {
                core,
                min: self.min_forms,
                max: self.max_forms,
            });
            let submit = self
                .contexts
                .into_iter()
                .fold(submit, Function::affects_broadly);
            let submission: AnySubmission = formset.clone();
            functions.extend([
                shared.apply(formset.schema_function()).into_registered(),
                shared.apply(formset.validate_function()).into_registered(),
                shared.apply(submit).submitting(submission),
            ]);
        }
        (functions, problems)
    }

    /// Has fields look as they were said to, and gives what they are chosen from by that.
    fn dress(
        &mut self,
        fields: &mut [FieldSchema],
        rules: &mut Rules,
        problems: &mut Vec<String>,
    ) -> BTreeMap<String, Vec<Choice>> {
        let mut chosen = BTreeMap::new();
        for (name, said) in std::mem::take(&mut self.fields) {
            let Some(field) = fields.iter_mut().find(|field| field.name == name) else {
                problems.push(format!("says how `{name}` looks, which is no field of it"));
                continue;
            };
            if let Some(choices) = said.own_choices() {
                chosen.insert(name.to_string(), choices.to_vec());
            }
            if let Some(rust) = said.name_in_rust() {
                rules.rename(rust, &name);
            }
            said.apply(field);
        }
        chosen
    }

    fn find_problems(
        &self,
        schema: &InputSchema,
        described: &Described,
        problems: &mut Vec<String>,
    ) {
        for alias in &described.aliases {
            problems.push(format!(
                "takes `{alias}`, a name that its schema does not know and no check sees; drop \
                 the alias"
            ));
        }
        self.find_strays(described, problems);
        if let Some(path) = self.target.as_ref().and_then(Target::defect) {
            let message = format!("sends to `{path}`, which is no path of the same origin");
            problems.push(message);
        }
        if self.min_forms > self.max_forms {
            problems.push("takes more forms at least than at most".to_owned());
        }
        if let Some(uploads) = &self.uploads {
            if let Some(pattern) = uploads.defect() {
                problems.push(format!(
                    "takes files of `{pattern}`, which is no content type"
                ));
            }
            for name in uploads.ruled().filter(|name| !is_file(schema, name)) {
                problems.push(format!("has rules for files in `{name}`, which takes none"));
            }
        }
        for field in &described.fields {
            let is_select = matches!(field.widget, Widget::Select | Widget::SelectMultiple);
            let has_hook = self.choices.iter().any(|(name, _)| *name == field.name);
            if is_select && field.choices.is_none() && !has_hook {
                let message = format!("has nothing to choose from for `{}`", field.name);
                problems.push(message);
            }
        }
    }

    /// Hooks of what is no field.
    fn find_strays(&self, described: &Described, problems: &mut Vec<String>) {
        let is_field = |name: &String| described.fields.iter().any(|field| field.name == *name);
        let initial = self.initial.iter().map(|(name, _)| name);
        let choices = self.choices.iter().map(|(name, _)| name);
        let unknown = initial.chain(choices).filter(|name| !is_field(name));
        // What no control shows may be checked all the same.
        let checked = self.checks.iter().map(|(name, _)| name);
        let unchecked = checked.filter(|name| !described.order.contains(name));
        for name in unknown.chain(unchecked) {
            let message = format!("has a hook of `{name}`, which is no field of it");
            if !problems.contains(&message) {
                problems.push(message);
            }
        }
    }
}

/// What holds for all functions of a form.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) auth: Auth,
    pub(super) gates: Vec<Gate>,
    pub(super) websocket: bool,
    /// None within for no deadline at all.
    pub(super) deadline: Option<Option<Duration>>,
}

impl Shared {
    fn apply<A: 'static, R: 'static>(&self, mut function: Function<A, R>) -> Function<A, R> {
        function = function.auth(self.auth.clone());
        for gate in &self.gates {
            let gate = Arc::clone(gate);
            function = function.gate(move |call| gate(call));
        }
        if self.websocket {
            function = function.websocket();
        }
        match self.deadline {
            None => function,
            Some(None) => function.no_deadline(),
            Some(Some(after)) => function.deadline(after),
        }
    }
}
