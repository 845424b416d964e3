//! A field: its label, its help, its errors and its control.

use std::borrow::Cow;

use super::markup::Markup;
use super::place::{Told, id};
use super::{FormPage, values, widget};
use crate::form::schema::{FieldSchema, Widget};

/// One field being written.
pub(super) struct Control<'p> {
    page: &'p FormPage,
    field: &'p FieldSchema,
    widget: Widget,
    told: &'p [Told<'p>],
    id: String,
    texts: Vec<Cow<'p, str>>,
    /// Whether each text has a control of its own.
    is_list: bool,
}

impl<'p> Control<'p> {
    pub(super) fn new(page: &'p FormPage, field: &'p FieldSchema, told: &'p [Told<'p>]) -> Self {
        let widget = widget(field);
        let texts = page.texts(field);
        let is_typed = !matches!(
            widget,
            Widget::HiddenInput | Widget::CheckboxInput | Widget::Select | Widget::SelectMultiple
        );
        Self {
            page,
            field,
            widget,
            told,
            id: id(&page.schema.name, &field.name),
            is_list: is_typed && texts.len() > 1,
            texts,
        }
    }

    pub(super) fn write(&self, out: &mut Markup) {
        match self.widget {
            Widget::HiddenInput => self.hidden(out),
            Widget::CheckboxInput => self.checkbox(out),
            Widget::Select | Widget::SelectMultiple => self.labelled(out, Self::select),
            _ if self.is_list => self.list(out),
            _ => self.labelled(out, |control, out| {
                let text = control.texts.first().map(Cow::as_ref);
                control.entry(out, 0, text);
            }),
        }
    }

    fn hidden(&self, out: &mut Markup) {
        for text in &self.texts {
            out.raw("<input type=\"hidden\"")
                .attr("name", &self.field.name);
            out.attr("value", text)
                .flag("disabled", self.field.disabled);
            out.raw(">\n");
        }
    }

    fn checkbox(&self, out: &mut Markup) {
        let is_checked = self
            .texts
            .iter()
            .any(|text| matches!(&**text, "on" | "true" | "1"));
        out.raw("<div class=\"mizan-field\">\n<input type=\"checkbox\"");
        self.common(out, 0).raw(" value=\"on\"");
        out.flag("required", self.field.required);
        out.flag("checked", is_checked).raw(">\n");
        self.label(out, 0);
        self.notes(out);
        out.raw("</div>\n");
    }

    fn labelled(&self, out: &mut Markup, control: impl Fn(&Self, &mut Markup)) {
        out.raw("<div class=\"mizan-field\">\n");
        self.label(out, 0);
        self.notes(out);
        control(self, out);
        out.raw("</div>\n");
    }

    /// A control for each text of a list.
    fn list(&self, out: &mut Markup) {
        out.raw("<fieldset class=\"mizan-field\"");
        self.described(out).raw(">\n<legend>");
        out.text(&self.field.label).raw("</legend>\n");
        self.notes(out);
        for (index, text) in self.texts.iter().enumerate() {
            self.label(out, index);
            self.entry(out, index, Some(text));
        }
        out.raw("</fieldset>\n");
    }

    fn select(&self, out: &mut Markup) {
        let choices = self.field.choices.as_deref().unwrap_or_default();
        let choices: Vec<_> = choices
            .iter()
            .map(|choice| (values::text(&choice.value), choice.label.as_str()))
            .collect();
        let is_chosen = |value: &str| self.texts.iter().any(|text| text == value);
        let is_multiple = self.widget == Widget::SelectMultiple;
        let none_chosen = !choices.iter().any(|(value, _)| is_chosen(value));
        let has_empty = choices.iter().any(|(value, _)| value.is_empty());
        let is_blank = !is_multiple && !has_empty && (none_chosen || !self.field.required);
        // HTML allows `required` only where there is an empty option to refuse.
        let is_refusable = is_multiple || has_empty || is_blank;

        out.raw("<select");
        self.common(out, 0).flag("multiple", is_multiple);
        out.flag("required", self.field.required && is_refusable);
        out.raw(">\n");
        if is_blank {
            // An option must have text, and a dash needs no translation.
            out.raw("<option value=\"\"").flag("selected", none_chosen);
            out.raw(">\u{2014}</option>\n");
        }
        // A select shows the last of several that are selected; one value was meant.
        let mut is_open = true;
        for (value, label) in &choices {
            let is_selected = is_open && is_chosen(value);
            is_open = is_multiple || (is_open && !is_selected);
            out.raw("<option").attr("value", value);
            out.flag("selected", is_selected).raw(">");
            out.text(label).raw("</option>\n");
        }
        out.raw("</select>\n");
    }

    /// A control to type into, or to choose a file with.
    fn entry(&self, out: &mut Markup, index: usize, text: Option<&str>) {
        let is_required = self.field.required && index == 0;
        if self.widget == Widget::Textarea {
            out.raw("<textarea");
            self.common(out, index).flag("required", is_required);
            // The parser drops a newline that comes first: this one, and never one of the text.
            out.raw(">\n").text(text.unwrap_or_default());
            out.raw("</textarea>\n");
            return;
        }
        out.raw("<input").attr("type", self.input_type());
        self.common(out, index).flag("required", is_required);
        match self.widget {
            // Without it, browsers refuse fractions.
            Widget::NumberInput => out.raw(" step=\"any\""),
            Widget::FileInput => out.flag("multiple", self.takes_files()),
            _ => out,
        };
        if let Some(hint) = self.autocomplete() {
            out.attr("autocomplete", hint);
        }
        if let Some(text) = text {
            out.attr("value", self.spelled(text));
        }
        out.raw(">\n");
    }

    /// What every control has.
    fn common<'o>(&self, out: &'o mut Markup, index: usize) -> &'o mut Markup {
        out.attr("id", &self.entry_id(index));
        out.attr("name", &self.field.name);
        out.flag("disabled", self.field.disabled);
        if !self.told.is_empty() {
            out.raw(" aria-invalid=\"true\"");
        }
        if self.is_list {
            // Its fieldset is described.
            return out;
        }
        self.described(out)
    }

    fn described<'o>(&self, out: &'o mut Markup) -> &'o mut Markup {
        let help = (!self.field.help_text.is_empty()).then(|| self.part("help"));
        let errors = (!self.told.is_empty()).then(|| self.part("errors"));
        match (help, errors) {
            (Some(help), Some(errors)) => out.attr("aria-describedby", &format!("{help} {errors}")),
            (Some(id), None) | (None, Some(id)) => out.attr("aria-describedby", &id),
            (None, None) => out,
        }
    }

    fn label(&self, out: &mut Markup, index: usize) {
        out.raw("<label")
            .attr("for", &self.entry_id(index))
            .raw(">");
        out.text(&self.field.label);
        if self.is_list {
            out.raw(" ").text(&(index + 1).to_string());
        }
        if self.field.required && index == 0 {
            // For the eye alone: `required` says it to assistive technology.
            out.raw("<span aria-hidden=\"true\"> *</span>");
        }
        out.raw("</label>\n");
    }

    /// The help text and the errors.
    fn notes(&self, out: &mut Markup) {
        if !self.field.help_text.is_empty() {
            out.raw("<p class=\"mizan-help\"")
                .attr("id", &self.part("help"));
            out.raw(">").text(&self.field.help_text).raw("</p>\n");
        }
        if !self.told.is_empty() {
            out.raw("<div class=\"mizan-error\"")
                .attr("id", &self.part("errors"));
            out.raw(">\n");
            for told in self.told {
                out.raw("<p>").text(&told.text("")).raw("</p>\n");
            }
            out.raw("</div>\n");
        }
    }

    fn part(&self, part: &str) -> String {
        format!("{}:{part}", self.id)
    }

    /// The first has the field's own id, which the list of errors links to.
    fn entry_id(&self, index: usize) -> Cow<'_, str> {
        match index {
            0 => Cow::Borrowed(&self.id),
            index => Cow::Owned(self.part(&(index + 1).to_string())),
        }
    }

    fn input_type(&self) -> &'static str {
        match (self.widget, &*self.field.kind) {
            // Types that are text with a hint for the keyboard or a picker, and may be empty.
            (Widget::TextInput, "tel") => "tel",
            (Widget::TextInput, "search") => "search",
            (Widget::TextInput, "time") => "time",
            (Widget::TextInput, "month") => "month",
            (Widget::TextInput, "week") => "week",
            (widget, _) => widget.input_type(),
        }
    }

    fn autocomplete(&self) -> Option<&'static str> {
        match (self.widget, &*self.field.kind) {
            (Widget::EmailInput, _) => Some("email"),
            (Widget::UrlInput, _) => Some("url"),
            (Widget::TextInput, "tel") => Some("tel"),
            (Widget::PasswordInput, _) => Some(self.password()),
            _ => None,
        }
    }

    /// One password signs in, several choose a new one; but for the old one among them.
    fn password(&self) -> &'static str {
        let fields = &self.page.schema.fields;
        let passwords = fields.iter().filter(|f| widget(f) == Widget::PasswordInput);
        let name = self.field.name.rsplit('.').next().unwrap_or_default();
        let is_old = name.starts_with("old") || name.starts_with("current");
        if is_old || passwords.count() == 1 {
            "current-password"
        } else {
            "new-password"
        }
    }

    /// Lengths of a file field are numbers of files. They tell it where the schema came over the
    /// wire.
    fn takes_files(&self) -> bool {
        let (most, least) = (self.field.max_length, self.field.min_length);
        let is_list = self.field.list || least.is_some_and(|least| least > 1);
        most.map_or(is_list, |most| most > 1)
    }

    /// `datetime-local` knows no offset, and shows nothing where one is given.
    fn spelled<'t>(&self, text: &'t str) -> &'t str {
        match self.widget {
            Widget::DateTimeInput => {
                let local = text.strip_suffix('Z').or(text.strip_suffix("+00:00"));
                local.unwrap_or(text)
            }
            _ => text,
        }
    }
}
