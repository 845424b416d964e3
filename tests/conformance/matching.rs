//! How an answer is compared with a vector: the rules of the conformance contract.

use serde_json::Value;

use crate::support::answer::Answer;
use crate::support::json::same;
use crate::vectors::Vector;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Match {
    Exact,
    Code,
    Fields,
    FormErrors,
    FormSchema,
}

impl Match {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "exact" => Match::Exact,
            "code" => Match::Code,
            "fields" => Match::Fields,
            "form-errors" => Match::FormErrors,
            "form-schema" => Match::FormSchema,
            other => panic!("no rule is called {other}"),
        }
    }
}

/// Says what differs, if something does.
pub(crate) fn compare(vector: &Vector, answer: &Answer) -> Result<(), String> {
    if answer.status != vector.status {
        return Err(format!("status {} for {}", answer.status, vector.status));
    }
    let invalidate = vector.headers.get("x-mizan-invalidate");
    let invalidate = invalidate.map(|text| text.as_str().unwrap());
    let found = answer.header("x-mizan-invalidate");
    if found != invalidate {
        return Err(format!("X-Mizan-Invalidate {found:?} for {invalidate:?}"));
    }
    let cache_control = answer.header("cache-control");
    if !cache_control.is_some_and(|text| text.contains("no-store")) {
        return Err(format!("Cache-Control {cache_control:?}"));
    }
    let (found, wanted) = (answer.json(), &vector.body);
    let equal = match vector.matching {
        Match::Exact => same(&found, wanted),
        Match::Code => same_code(&found, wanted),
        Match::Fields => same_code(&found, wanted) && same_fields(&found, wanted),
        Match::FormErrors => same(&without_messages(found), &without_messages(wanted.clone())),
        Match::FormSchema => same(&form_shape(found), &form_shape(wanted.clone())),
    };
    if equal {
        Ok(())
    } else {
        Err(format!("not {:?} {wanted}", vector.matching))
    }
}

fn same_code(found: &Value, wanted: &Value) -> bool {
    found["error"] == true && found["message"].is_string() && found["code"] == wanted["code"]
}

fn same_fields(found: &Value, wanted: &Value) -> bool {
    let fields = |body: &Value| body["details"]["fields"].as_object().cloned();
    let (Some(found), Some(wanted)) = (fields(found), fields(wanted)) else {
        return false;
    };
    let has_message =
        |messages: &Value| matches!(messages, Value::Array(texts) if !texts.is_empty());
    found.len() == wanted.len()
        && found
            .iter()
            .all(|(path, messages)| wanted.contains_key(path) && has_message(messages))
}

/// Texts become the same text; what is no text stays, and shows.
fn without_messages(mut body: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if name == "message" && member.is_string() {
                        *member = Value::Null;
                    }
                    walk(member);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut body);
    body
}

/// What of a form's schema is compared.
fn form_shape(mut body: Value) -> Value {
    let result = &mut body["result"];
    if let Some(forms) = result.get_mut("forms").and_then(Value::as_array_mut) {
        for form in forms {
            form["title"].take();
            form["submit_label"].take();
            trim_fields(form);
        }
    } else {
        trim_fields(result);
    }
    body
}

fn trim_fields(form: &mut Value) {
    for field in form["fields"].as_array_mut().into_iter().flatten() {
        let is_email = field["type"] == "email";
        let Some(members) = field.as_object_mut() else {
            continue;
        };
        members.retain(|name, _| {
            const COMPARED: [&str; 8] = [
                "name",
                "label",
                "type",
                "widget",
                "required",
                "disabled",
                "choices",
                "min_length",
            ];
            COMPARED.contains(&&**name) || (name == "max_length" && !is_email)
        });
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;

    fn vector(matching: &str, body: &Value, header: Option<&str>) -> Vector {
        let headers = header.map_or(json!({}), |text| json!({ "x-mizan-invalidate": text }));
        Vector::read(
            &json!({
                "id": "x", "method": "POST", "path": "/call/", "headers": {}, "match": matching,
                "expect": { "status": 200, "headers": headers, "body": body },
            })
            .to_string(),
        )
    }

    fn answer(body: &Value, header: Option<&str>) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", "private, no-store".parse().unwrap());
        if let Some(text) = header {
            headers.insert("x-mizan-invalidate", text.parse().unwrap());
        }
        Answer {
            about: String::new(),
            method: "POST".to_owned(),
            path: "/call/".to_owned(),
            status: 200,
            headers,
            body: body.to_string().into(),
        }
    }

    fn equal(matching: &str, wanted: &Value, found: &Value) -> bool {
        compare(&vector(matching, wanted, None), &answer(found, None)).is_ok()
    }

    #[test]
    fn exact_is_equality_of_json_values() {
        let wanted = json!({ "a": 2, "b": [1.5] });
        assert!(equal("exact", &wanted, &json!({ "b": [1.5], "a": 2.0 })));
        for found in [
            json!({ "a": 2 }),
            json!({ "a": 2, "b": [1.5], "c": null }),
            json!({ "a": "2", "b": [1.5] }),
            json!({ "a": 2, "b": [1.5, 1.5] }),
        ] {
            assert!(!equal("exact", &wanted, &found), "{found}");
        }
        assert!(!equal("exact", &json!(i64::MAX), &json!(i64::MAX - 1)));
    }

    #[test]
    fn headers_and_status_count_in_every_rule() {
        let body = json!({});
        let with =
            |wanted, found| compare(&vector("exact", &body, wanted), &answer(&body, found)).is_ok();
        assert!(with(None, None) && with(Some("user"), Some("user")));
        assert!(!with(None, Some("user")) && !with(Some("user"), None));
        assert!(!with(Some("user;user_id=1"), Some("user;user_id=2")));

        let mut other = answer(&body, None);
        other.status = 201;
        assert!(compare(&vector("exact", &body, None), &other).is_err());
        let mut stored = answer(&body, None);
        stored.headers.remove("cache-control");
        assert!(compare(&vector("exact", &body, None), &stored).is_err());
    }

    #[test]
    fn code_and_fields_leave_texts_free() {
        let error = |fields: Value| {
            json!({
                "error": true, "code": "VALIDATION_ERROR", "message": "any",
                "details": { "fields": fields },
            })
        };
        let wanted = error(json!({ "a.b": ["…"] }));
        assert!(equal(
            "fields",
            &wanted,
            &error(json!({ "a.b": ["x", "y"] }))
        ));
        for fields in [
            json!({}),
            json!({ "a.b": [] }),
            json!({ "a": ["x"] }),
            json!({ "a.b": ["x"], "c": ["x"] }),
        ] {
            assert!(
                !equal("fields", &wanted, &error(fields.clone())),
                "{fields}"
            );
            assert!(equal("code", &wanted, &error(fields)));
        }
        let mut other = wanted.clone();
        other["code"] = "BAD_REQUEST".into();
        assert!(!equal("code", &wanted, &other));
        other = wanted.clone();
        other["error"] = false.into();
        assert!(!equal("code", &wanted, &other));
    }

    #[test]
    fn form_errors_leave_messages_free() {
        let errors = |code: &str, message: Value| json!({ "errors": [{ "message": message, "code": code }] });
        let wanted = errors("invalid", json!("…"));
        assert!(equal(
            "form-errors",
            &wanted,
            &errors("invalid", json!("No"))
        ));
        assert!(!equal(
            "form-errors",
            &wanted,
            &errors("required", json!("…"))
        ));
        assert!(!equal("form-errors", &wanted, &errors("invalid", json!(5))));
    }

    #[test]
    fn form_schemas_are_compared_by_what_shows() {
        let form = |title: &str, email: u64, label: &str| {
            json!({ "title": title, "submit_label": title, "fields": [
                { "name": "email", "type": "email", "max_length": email, "initial": title },
                { "name": "name", "type": "text", "max_length": 20, "label": label },
            ]})
        };
        let alone = |form: Value| json!({ "result": form });
        let several = |form: Value| json!({ "result": { "forms": [form], "min_num": 0 } });
        let wanted = form("T", 320, "Name");
        let rule = "form-schema";
        assert!(equal(
            rule,
            &alone(wanted.clone()),
            &alone(form("T", 254, "Name"))
        ));
        assert!(!equal(
            rule,
            &alone(wanted.clone()),
            &alone(form("U", 320, "Name"))
        ));
        assert!(!equal(
            rule,
            &alone(wanted.clone()),
            &alone(form("T", 320, "Nom"))
        ));
        assert!(equal(
            rule,
            &several(wanted.clone()),
            &several(form("U", 320, "Name"))
        ));
        assert!(!equal(
            rule,
            &several(wanted),
            &several(form("T", 320, "Nom"))
        ));
    }
}
