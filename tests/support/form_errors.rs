//! What a form says is wrong, in short.

use serde_json::Value;

/// `field code code, field code`.
pub(crate) fn told(errors: &Value) -> String {
    let fields = errors["errors"].as_array();
    let fields = fields.unwrap_or_else(|| panic!("no errors: {errors}"));
    let fields = fields.iter().map(|known| {
        let mut text = known["field"].as_str().unwrap().to_owned();
        let errors = known["errors"].as_array().unwrap();
        assert!(!errors.is_empty(), "a field without errors: {known}");
        for error in errors {
            assert!(!error["message"].as_str().unwrap().is_empty(), "{known}");
            assert_eq!(error.as_object().unwrap().len(), 2, "{known}");
            text += " ";
            text += error["code"].as_str().unwrap();
        }
        text
    });
    fields.collect::<Vec<_>>().join(", ")
}
