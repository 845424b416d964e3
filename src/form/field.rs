use serde_json::Value;

use super::schema::{Choice, FieldSchema, Widget};

/// How a field looks, where its type does not say so or says it otherwise.
///
/// ```
/// use mizan::form::{Choice, Field, Widget};
///
/// let field = Field::new()
///     .label("Where do you live?")
///     .help("Only for the tax.")
///     .choices([Choice::new("at", "Austria"), Choice::new("de", "Germany")])
///     .initial("at");
/// let secret = Field::new().widget(Widget::PasswordInput);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Field {
    label: Option<String>,
    help: Option<String>,
    widget: Option<Widget>,
    initial: Option<Value>,
    choices: Option<Vec<Choice>>,
    disabled: bool,
    rust: Option<&'static str>,
}

impl Field {
    /// Nothing but what the type says.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands beside it.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// What helps to fill it in.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The control that shows it, and with it the HTML input type.
    pub fn widget(mut self, widget: Widget) -> Self {
        self.widget = Some(widget);
        self
    }

    /// The value it starts with.
    pub fn initial(mut self, value: impl Into<Value>) -> Self {
        self.initial = Some(value.into());
        self
    }

    /// What it is chosen from. Another value is refused with `invalid_choice`.
    pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        self.choices = Some(choices.into_iter().collect());
        self
    }

    /// Lets it only show its initial value, which is also what the handler gets: whatever a caller
    /// sends for it is passed over.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The name of the field in Rust, where the one on the wire is quite another
    /// (`#[serde(rename = "…")]`) and not just written in another case. garde knows only this one.
    pub fn rust_name(mut self, name: &'static str) -> Self {
        self.rust = Some(name);
        self
    }

    pub(super) fn name_in_rust(&self) -> Option<&'static str> {
        self.rust
    }

    /// What is chosen from, where it is more than the type itself says.
    pub(super) fn own_choices(&self) -> Option<&[Choice]> {
        self.choices.as_deref()
    }

    pub(super) fn apply(self, field: &mut FieldSchema) {
        if let Some(label) = self.label {
            field.label = label;
        }
        if let Some(help) = self.help {
            field.help_text = help;
        }
        if let Some(choices) = self.choices {
            set_choices(field, choices);
        }
        if let Some(widget) = self.widget {
            field.widget = widget;
            field.kind = widget.input_type().into();
        }
        if let Some(initial) = self.initial {
            field.initial = initial;
        }
        field.disabled |= self.disabled;
    }
}

/// Gives a field choices; one that was typed in so far is chosen from now on.
pub(super) fn set_choices(field: &mut FieldSchema, choices: Vec<Choice>) {
    if !matches!(
        field.widget,
        Widget::Select | Widget::SelectMultiple | Widget::HiddenInput
    ) {
        field.widget = Widget::Select;
        field.kind = Widget::Select.input_type().into();
    }
    field.choices = Some(choices);
}
