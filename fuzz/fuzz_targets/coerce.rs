//! What an HTML form or a script sends for a form: JSON, or the pairs of a form that was filled in.
//! What is accepted is accepted again as it was typed, and is typed alike.
#![no_main]

use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::Full;
use libfuzzer_sys::fuzz_target;
use mizan_fuzz::forms::CODES;
use mizan_fuzz::service::{Answer, ask};
use serde::de::IgnoredAny;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let submitted = if text.starts_with('{') {
        let submitted = call(&format!(r#"{{"fn":"x.submit","args":{text}}}"#));
        let validated = call(&format!(
            r#"{{"fn":"x.validate","args":{{"data":{text}}}}}"#
        ));
        if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            assert_eq!(submitted.status, validated.status, "{}", validated.text);
        }
        let refused = match &submitted.body["result"]["errors"] {
            Value::Null => serde_json::json!({"errors": []}),
            errors => errors.clone(),
        };
        if submitted.status == 200 && validated.status == 200 {
            assert_eq!(refused, validated.body["result"], "{}", submitted.text);
        }
        submitted
    } else {
        let request = Request::post("/api/mizan/form/x/")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(text.to_owned()));
        ask(request.expect("the request is one"))
    };
    let result = &submitted.body["result"];
    if result["success"] == true {
        let data = &result["data"];
        let again = call(&format!(r#"{{"fn":"x.submit","args":{data}}}"#));
        assert_eq!(again.body["result"], *result, "{}", again.text);
    } else if submitted.status == 200 {
        assert_eq!(result["success"], false, "{}", submitted.text);
        told(&result["errors"]["errors"]);
    }
});

/// Errors that a form answers with: of one field at least, one each at least, of codes that are known.
fn told(errors: &Value) {
    let errors = errors.as_array().expect("errors are listed");
    assert!(!errors.is_empty());
    for field in errors {
        assert!(field["field"].is_string(), "{field}");
        let told = field["errors"].as_array().expect("errors are listed");
        assert!(!told.is_empty(), "{field}");
        for error in told {
            let code = error["code"].as_str().unwrap_or_default();
            assert!(CODES.contains(&code), "{error}");
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|said| !said.is_empty())
            );
        }
    }
}

fn call(body: &str) -> Answer {
    let request = Request::post("/api/mizan/call/").body(Full::from(body.to_owned()));
    ask(request.expect("the request is one"))
}
