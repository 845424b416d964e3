//! The document, the form and its list of errors.

use super::control::Control;
use super::markup::Markup;
use super::place::{Placed, id};
use super::{FormPage, widget};
use crate::error::Error;
use crate::form::schema::Widget;

impl FormPage {
    /// A whole document with the form in it.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = Markup::default();
        open(&mut out, &self.lang);
        // The first thing that a screen reader says about a page that came back.
        if !self.errors.is_empty() {
            out.raw("Error: ");
        }
        out.text(&self.schema.title);
        out.raw("</title>\n</head>\n<body>\n<main>\n<h1>");
        out.text(&self.schema.title).raw("</h1>\n");
        if let Some(subtitle) = &self.schema.subtitle {
            out.raw("<p>").text(subtitle).raw("</p>\n");
        }
        self.write_form(&mut out);
        out.raw("</main>\n</body>\n</html>\n");
        out.finish()
    }

    /// The `<form>` alone, with the list of errors at its head, for a page that brings its own
    /// heading.
    ///
    /// Its parts have the classes `mizan-errors` (the list), `mizan-field`, `mizan-help` and
    /// `mizan-error`. A control's id is the form's name and the field's, `contact-email`.
    #[must_use]
    pub fn form_html(&self) -> String {
        let mut out = Markup::default();
        self.write_form(&mut out);
        out.finish()
    }

    fn write_form(&self, out: &mut Markup) {
        let fields = &self.schema.fields;
        let placed = Placed::of(self);
        let has_files = fields.iter().any(|f| widget(f) == Widget::FileInput);
        out.raw("<form method=\"post\"")
            .attr("action", &self.action);
        if has_files {
            out.raw(" enctype=\"multipart/form-data\"");
        }
        out.raw(" accept-charset=\"utf-8\" novalidate");
        out.attr("aria-label", &self.schema.title).raw(">\n");
        if !self.errors.is_empty() {
            self.write_errors(out, &placed);
        }
        for (field, told) in fields.iter().zip(&placed.fields) {
            Control::new(self, field, told).write(out);
        }
        out.raw("<button type=\"submit\">");
        out.text(&self.schema.submit_label)
            .raw("</button>\n</form>\n");
    }

    /// Every error in one place, each with a link to its control.
    fn write_errors(&self, out: &mut Markup, placed: &Placed<'_>) {
        let heading = id(&self.schema.name, "") + ":summary";
        // Without a script, `autofocus` is what brings people here.
        out.raw("<div class=\"mizan-errors\" role=\"alert\" tabindex=\"-1\" autofocus");
        out.attr("aria-labelledby", &heading)
            .raw(">\n<h2 lang=\"en\"");
        out.attr("id", &heading);
        out.raw(">There is a problem</h2>\n<ul>\n");
        for told in &placed.whole {
            out.raw("<li>").text(&told.text("")).raw("</li>\n");
        }
        for (field, told) in self.schema.fields.iter().zip(&placed.fields) {
            let target = format!("#{}", id(&self.schema.name, &field.name));
            for told in told {
                out.raw("<li>");
                if widget(field) == Widget::HiddenInput {
                    out.text(&told.text(&field.label));
                } else {
                    out.raw("<a").attr("href", &target).raw(">");
                    out.text(&told.text(&field.label)).raw("</a>");
                }
                out.raw("</li>\n");
            }
        }
        out.raw("</ul>\n</div>\n");
    }
}

/// A page for any other failure. It tells the error's message and nothing else.
pub(crate) fn error_page(error: &Error) -> String {
    let mut out = Markup::default();
    open(&mut out, "en");
    out.text(error.message());
    out.raw("</title>\n</head>\n<body>\n<main>\n<h1>");
    out.text(error.message());
    out.raw("</h1>\n</main>\n</body>\n</html>\n");
    out.finish()
}

/// A document up to its title.
fn open(out: &mut Markup, lang: &str) {
    out.raw("<!doctype html>\n<html").attr("lang", lang);
    out.raw(">\n<head>\n<meta charset=\"utf-8\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
}
