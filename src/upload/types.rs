//! Lists of allowed content types.

use super::sniff::canonical;

/// The content types that a file may have, and the patterns among them.
#[derive(Clone, Debug)]
pub(crate) struct Types(Vec<String>);

impl Types {
    pub(super) fn new<T: Into<String>>(types: impl IntoIterator<Item = T>) -> Self {
        let types = types.into_iter().map(Into::into);
        Self(types.map(|t| t.trim().to_ascii_lowercase()).collect())
    }

    /// Whether files of this type, by whichever of its names, may be sent.
    pub(super) fn allow(&self, content_type: &str) -> bool {
        let known = canonical(content_type);
        self.0
            .iter()
            .any(|pattern| match pattern.strip_suffix("/*") {
                Some("*") => true,
                Some(kind) => [content_type, &known].iter().any(|name| {
                    let rest = name.strip_prefix(kind);
                    rest.is_some_and(|rest| rest.starts_with('/'))
                }),
                None => pattern == content_type || canonical(pattern) == known,
            })
    }

    pub(super) fn defect(&self) -> Option<&str> {
        let is_type = |pattern: &str| {
            pattern.split_once('/').is_some_and(|(kind, name)| {
                let token = |text: &str| !text.is_empty() && !text.contains(['/', ' ', ',', ';']);
                token(kind) && token(name) && (kind != "*" || name == "*")
            })
        };
        self.0.iter().map(String::as_str).find(|p| !is_type(p))
    }

    /// As people read it.
    pub(super) fn listed(&self) -> String {
        self.0.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_types_and_other_names_of_them() {
        let types = Types::new(["image/*", " Application/PDF", "audio/wav"]);
        for allowed in [
            "image/png",
            "image/svg+xml",
            "application/pdf",
            "application/x-pdf",
            "audio/x-wav",
            "audio/wave",
        ] {
            assert!(types.allow(allowed), "{allowed}");
        }
        for refused in ["imagery/png", "image", "text/plain", "application/zip", ""] {
            assert!(!types.allow(refused), "{refused}");
        }
        assert!(Types::new(["*/*"]).allow("anything/else"));
        assert!(!Types::new(Vec::<String>::new()).allow("text/plain"));
    }
}
