//! HTML being written.

/// Markup that dynamic text can enter only escaped: what is written as it stands has to be part of
/// the program.
#[derive(Debug, Default)]
pub(super) struct Markup {
    html: String,
}

impl Markup {
    /// Markup as it stands.
    pub(super) fn raw(&mut self, html: &'static str) -> &mut Self {
        self.html.push_str(html);
        self
    }

    /// Text between tags.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.html.reserve(text.len());
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                // HTML has no way to write it, and parsers differ about it by context.
                '\0' => self.html.push('\u{fffd}'),
                c => self.html.push(c),
            }
        }
        self
    }

    /// An attribute of the tag that is open.
    pub(super) fn attr(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// An attribute that says something by being there.
    pub(super) fn flag(&mut self, name: &'static str, is_set: bool) -> &mut Self {
        match is_set {
            true => self.raw(" ").raw(name),
            false => self,
        }
    }

    pub(super) fn finish(self) -> String {
        self.html
    }
}
