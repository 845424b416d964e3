//! What once went wrong: second attempts, hooks that fail late, patterns and lengths that were not
//! held to, and lists beyond measure.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task;

use garde::Validate;
use http::Request;
use http_body_util::Full;
use mizan::form::{Choice, Field, Form, FormErrors, FormPage, Invalid, Values, Wording};
use mizan::upload::Upload;
use mizan::{Call, Code, Context, Error, Function, MizanLayer, MizanService, Registry, Reply};
use mizan::{Result, Route};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::layer::layer_fn;
use tower::{Service, ServiceExt};

use crate::multipart::{BOUNDARY, Body};
use crate::rig::{Answer, send};
use crate::{call, only, submitted, told};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const HTML: &str = "text/html,*/*;q=0.8";
const NOTES: Context = Context::new("notes").key("id");

/// Tries again after a failure, as tower's own retries do.
#[derive(Clone)]
struct Twice<S>(S);

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<S> Service<Call> for Twice<S>
where
    S: Service<Call, Response = Reply, Error: Send> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Reply;
    type Error = S::Error;
    type Future = Running<std::result::Result<Reply, S::Error>>;

    fn poll_ready(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<std::result::Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let service = self.0.clone();
        Box::pin(async move {
            match service.clone().oneshot(call.clone()).await {
                Ok(reply) => Ok(reply),
                Err(_) => service.oneshot(call).await,
            }
        })
    }
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Note {
    id: Option<i64>,
    text: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Picture {
    text: String,
    file: Upload,
}

/// What each attempt was given.
#[derive(Clone, Default)]
struct Attempts(Arc<Mutex<Vec<String>>>);

impl Attempts {
    /// The first one fails.
    fn note(&self, input: &str) -> Result<()> {
        let mut seen = self.0.lock().unwrap();
        seen.push(input.to_owned());
        match seen.len() {
            1 => Err(Error::internal("deadlock")),
            _ => Ok(()),
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn keep<I: Debug + Send + 'static>(&self) -> impl Fn(Call, I) -> Result<()> + use<I> {
        let attempts = self.clone();
        move |_: Call, input: I| attempts.note(&format!("{input:?}"))
    }
}

async fn submit_picture(attempts: Attempts, picture: Picture) -> Result<()> {
    let content = picture.file.bytes(100).await?;
    let content = String::from_utf8_lossy(&content);
    let (text, name) = (picture.text, picture.file.name());
    attempts.note(&format!("{text} {name} {content}"))
}

async fn post(
    service: &MizanService,
    path: &str,
    kind: &str,
    accept: &str,
    body: impl Into<Vec<u8>>,
) -> Answer {
    let request = Request::post(format!("/api/mizan{path}"))
        .header("content-type", kind)
        .header("accept", accept)
        .body(Full::from(body.into()))
        .unwrap();
    send(service, request).await
}

#[tokio::test]
async fn a_second_attempt_has_the_input_of_the_first() {
    let attempts = Attempts::default();
    let picture = |attempts: &Attempts| {
        let attempts = attempts.clone();
        move |_: Call, picture: Picture| submit_picture(attempts.clone(), picture)
    };
    let around_all = Registry::builder()
        .form(Form::new("note", attempts.keep::<Note>()))
        .form(Form::new("picture", picture(&attempts)))
        .function(Function::new("plain.submit", attempts.keep::<Note>()))
        .function(Function::new("plain_picture.submit", picture(&attempts)))
        .build()
        .unwrap();
    let around_all = MizanLayer::builder(around_all)
        .layer(layer_fn(Twice::<Route>))
        .build()
        .unwrap();
    let again = || layer_fn(Twice::<Route>);
    let around_one = Registry::builder()
        .function(Function::new("plain.submit", attempts.keep::<Note>()).layer(again()))
        .function(Function::new("plain_picture.submit", picture(&attempts)).layer(again()))
        .build()
        .unwrap();
    let (around_all, around_one) = (around_all.into_service(), MizanService::new(around_one));
    let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
    let (note, picture) = (
        r#"Note { id: Some(5), text: Some("x") }"#,
        "x a.txt content",
    );
    let note_body = |function: &str| Body::of(function).text("id", "5").text("text", "x");
    let picture_body = |function: &str| {
        let body = Body::of(function).text("text", "x");
        body.file("file", "a.txt", "text/plain", b"content")
    };

    let mut cases = vec![
        (
            &around_all,
            "/form/note/",
            URLENCODED,
            b"id=5&text=x".to_vec(),
            note,
        ),
        (
            &around_all,
            "/form/note/",
            "application/json",
            br#"{"id":5,"text":"x"}"#.to_vec(),
            note,
        ),
        (
            &around_all,
            "/call/",
            &multipart,
            note_body("note.submit").end(),
            note,
        ),
        (
            &around_all,
            "/call/",
            &multipart,
            picture_body("picture.submit").end(),
            picture,
        ),
    ];
    for service in [&around_all, &around_one] {
        let body = note_body("plain.submit").end();
        cases.push((service, "/call/", &multipart, body, note));
        let body = picture_body("plain_picture.submit").end();
        cases.push((service, "/call/", &multipart, body, picture));
    }
    for (service, path, kind, body, expected) in cases {
        let text = String::from_utf8_lossy(&body).into_owned();
        let answer = post(service, path, kind, "*/*", body).await;
        assert_eq!(answer.status, 200, "{path} {text}: {}", answer.json());
        assert_eq!(attempts.take(), [expected, expected], "{path} {text}");
    }
}

/// The words are the application's own, and asked for behind the handler too.
#[tokio::test]
async fn words_that_panic() {
    let taken = |_: Call, note: Note| match note.id {
        Some(5) => Err(Invalid::new("taken", "Taken").into()),
        _ => Ok(()),
    };
    let word = |_: &Wording<'_>| -> Option<String> { panic!("as asked") };
    let all_taken =
        |_: Call, _: Vec<Note>| -> Result<()> { Err(Invalid::new("taken", "Taken").into()) };
    let registry = Registry::builder()
        .form(Form::new("note", taken).formset(all_taken))
        .form_messages(word);
    let service = MizanService::new(registry.build().unwrap());
    for accept in ["*/*", HTML] {
        for body in ["id=5", "id=x"] {
            let answer = post(&service, "/form/note/", URLENCODED, accept, body).await;
            assert_eq!(answer.status, 500, "{accept} {body}");
        }
        let answer = post(&service, "/form/note/", URLENCODED, "*/*", "id=6").await;
        assert_eq!(answer.json()["result"]["success"], true);
    }
    let set = r#"{"fn":"note.formset.submit","args":{"forms":[{"id":5}]}}"#;
    let answer = post(&service, "/call/", "application/json", "*/*", set).await;
    assert_eq!((answer.status, &*answer.code()), (500, "INTERNAL_ERROR"));
}

#[tokio::test]
async fn a_page_with_errors_has_the_choices_of_what_was_filled_in() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "checked, and not used")]
    struct Order {
        country: String,
        city: String,
        count: i64,
    }
    async fn cities(_: Call, values: Values) -> Result<Vec<Choice>> {
        Ok(match values.get::<String>("country").as_deref() {
            Some("at") => vec![Choice::new("vie", "Vienna"), Choice::new("grz", "Graz")],
            _ => Vec::new(),
        })
    }
    let countries = Field::new().choices([Choice::new("at", "Austria")]);
    let form = Form::new("order", |_: Call, order: Order| match order.count {
        13 => Err(Invalid::new("unlucky", "No").into()),
        _ => Ok(()),
    })
    .field("country", countries)
    .choices("city", cities);
    let service = MizanService::new(only(form));
    // Refused by the type, and by the handler.
    for count in ["many", "13"] {
        let body = format!("country=at&city=grz&count={count}");
        let answer = post(&service, "/form/order/", URLENCODED, HTML, body).await;
        assert_eq!(answer.status, 422);
        let page = String::from_utf8(answer.body).unwrap();
        for option in [
            "<option value=\"vie\">Vienna</option>",
            "<option value=\"grz\" selected>Graz</option>",
        ] {
            assert!(page.contains(option), "{option} is missing: {page}");
        }
    }
}

/// It was begun, and what became of it nobody knows from a 500.
#[tokio::test]
async fn a_failure_behind_a_refusal_leaves_the_effect_unknown() {
    #[derive(Deserialize, Serialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    struct Change {
        id: i64,
    }
    let refuse = |_: Call, _: Change| -> Result<()> { Err(Invalid::new("taken", "Taken").into()) };
    let form = |name: &'static str| Form::new(name, refuse).affects(NOTES);
    let lost = |_: Call, _: FormErrors| -> Result<()> { Err(Error::internal("lost")) };
    let panics = |_: Call, _: FormErrors| -> Result<()> { panic!("as asked") };
    let no_page = |_: Call, _: FormPage| -> Result<String> { Err(Error::internal("lost")) };
    let broken_page = |_: Call, _: FormPage| -> Result<String> { panic!("as asked") };
    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Key {
        id: i64,
    }
    let registry = Registry::builder()
        .function(Function::new("note", |_: Call, key: Key| Ok(key.id)).context(NOTES))
        .form(form("lost").on_failure(lost))
        .form(form("panics").on_failure(panics))
        .form(form("no_page").renderer(no_page))
        .form(form("broken_page").renderer(broken_page))
        .form(form("fine"));
    let service = MizanService::new(registry.build().unwrap());
    for name in ["lost", "panics", "no_page", "broken_page"] {
        let path = format!("/form/{name}/");
        let answer = post(&service, &path, URLENCODED, HTML, "id=5").await;
        assert_eq!(answer.status, 500, "{name}");
        let told = answer.header("x-mizan-invalidate");
        assert_eq!(told, Some("notes;id=5"), "{name}");
        // Nothing began.
        let answer = post(&service, &path, URLENCODED, HTML, "id=x").await;
        assert_eq!(answer.status, 500, "{name}");
        assert_eq!(answer.header("x-mizan-invalidate"), None, "{name}");
    }
    let answer = post(&service, "/form/fine/", URLENCODED, HTML, "id=5").await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.header("x-mizan-invalidate"), None);
}

/// A schema that cannot be held to would let everything through.
#[test]
fn a_pattern_that_is_none() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Odd {
        #[schemars(regex(pattern = "^(a"))]
        word: String,
        #[schemars(length(max = 5))]
        short: String,
    }
    let plain = Registry::builder().function(Function::new("odd", |_: Call, _: Odd| Ok(())));
    let form = Registry::builder().form(Form::new("odd", |_: Call, _: Odd| Ok(())));
    for builder in [plain, form] {
        let error = builder.build().expect_err("a defect");
        let defects = error.defects().iter().map(ToString::to_string);
        let defects = defects.collect::<Vec<_>>().join("\n");
        assert!(
            defects.contains("odd") && defects.contains("^(a"),
            "{defects}"
        );
    }
}

/// Whatever else the schema says of the length of a field.
#[tokio::test]
async fn every_rule_of_a_length_holds() {
    #[derive(Deserialize, JsonSchema, Validate)]
    struct Mixed {
        #[garde(length(max = 10))]
        #[schemars(length(min = 1))]
        word: String,
    }
    let registry = Registry::builder()
        .form(Form::new("mixed", |_: Call, _: Mixed| Ok(())))
        .function(Function::new("plain.mixed", |_: Call, _: Mixed| Ok(())).validated())
        .build()
        .unwrap();
    for (name, word, is_fine) in [
        ("mixed", "a".repeat(26), false),
        ("mixed", "a".repeat(10), true),
    ] {
        let data = json!({ "word": word });
        let expected = if is_fine { "ok" } else { "word max_length" };
        assert_eq!(
            submitted(&registry, name, &data).await,
            expected,
            "{name} {word}"
        );
        let plain = registry.call(&format!("plain.{name}"), &data).await;
        let code = plain.err().map(|error| error.code());
        assert_eq!(
            code,
            (!is_fine).then_some(Code::Validation),
            "{name} {word}"
        );
    }
}

/// How many errors there are at most, with one that says that there are more.
const MOST_ERRORS: usize = 1_001;

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Lists {
    #[garde(inner(ascii))]
    tags: Vec<String>,
    picks: Vec<String>,
    numbers: Vec<i64>,
    lines: Vec<Line>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "checked, and not used")]
struct Line {
    gift: bool,
    label: String,
}

fn lists() -> Registry {
    let picks = Field::new().choices([Choice::new("a", "A")]);
    Registry::builder()
        .form(Form::new("lists", |_: Call, _: Lists| Ok(())).field("picks", picks))
        .function(Function::new("plain", |_: Call, _: Lists| Ok(())).validated())
        .build()
        .unwrap()
}

fn with(name: &str, list: Value) -> Value {
    let mut data = json!({"tags": [], "picks": [], "numbers": [], "lines": []});
    data[name] = list;
    data
}

fn count(errors: &Value) -> usize {
    let fields = errors["errors"].as_array().unwrap().iter();
    fields
        .map(|known| known["errors"].as_array().unwrap().len())
        .sum()
}

#[tokio::test]
async fn errors_of_long_lists_are_told_within_measure() {
    let registry = lists();
    for (name, list) in [
        ("tags", json!(vec!["é"; 40_000])),
        ("picks", json!(vec!["b"; 40_000])),
        ("numbers", json!(vec!["x"; 40_000])),
        ("lines", json!(vec![json!({}); 40_000])),
    ] {
        let data = with(name, list);
        let answer = call(&registry, "lists.submit", &data).await;
        assert_eq!(answer["success"], false, "{name}");
        let found = count(&answer["errors"]);
        assert!((1..=MOST_ERRORS).contains(&found), "{name}: {found}");
        let first = answer["errors"]["errors"][0]["field"].as_str().unwrap();
        assert!(first.starts_with(name), "{first}");
        if name == "picks" {
            continue;
        }
        let error = registry.call("plain", &data).await.unwrap_err();
        let fields = error.details().unwrap()["fields"].clone();
        let found = fields.as_object().unwrap().len();
        assert!((1..=MOST_ERRORS).contains(&found), "{name}: {found}");
    }
}

#[tokio::test]
async fn more_than_a_form_can_hold_is_not_looked_at() {
    let registry = lists();
    for (name, list) in [
        ("lines", json!(vec![json!({}); 300_000])),
        ("tags", json!(vec!["a"; 100_001])),
        // Also where nobody reads it.
        ("other", json!(vec![0; 100_001])),
    ] {
        let answer = call(&registry, "lists.submit", &with(name, list)).await;
        assert_eq!(told(&answer["errors"]), "__all__ invalid", "{name}");
        let message = &answer["errors"]["errors"][0]["errors"][0]["message"];
        assert_eq!(message, "Too much is filled in", "{name}");
    }
    let good = with("tags", json!(vec!["a"; 90_000]));
    assert_eq!(submitted(&registry, "lists", &good).await, "ok");
}
