//! Pages without JavaScript: what is shown again, and what never is.

use garde::Validate;
use http::Request;
use http_body_util::Full;
use mizan::form::{Choice, Field, Form, Invalid, Values, Widget};
use mizan::upload::Upload;
use mizan::{Call, MizanService, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::multipart::{BOUNDARY, Body};
use crate::rig::{Answer, send};

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Account {
    /// As others see it.
    #[garde(length(chars, max = 5))]
    name: String,
    #[schemars(extend("format" = "password"))]
    password: String,
    secret: Option<String>,
    #[schemars(extend("x-widget" = "Textarea"))]
    about: Option<String>,
    topics: Vec<Topic>,
    topic: Topic,
    agreed: bool,
    token: Option<String>,
    plan: Option<String>,
    place: Place,
    photo: Option<Upload>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "checked, and not used")]
struct Place {
    city: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Sales,
    Help,
}

fn registry() -> Registry {
    let form = Form::new("account", |_: Call, _: Account| -> Result<()> {
        Err(Invalid::new("closed", "Registration is <closed>").into())
    })
    .title("Join & enjoy")
    .subtitle("It is <free>")
    .submit_label("Join")
    .field("secret", Field::new().widget(Widget::PasswordInput))
    .field(
        "token",
        Field::new().widget(Widget::HiddenInput).initial("t0"),
    )
    .field("plan", Field::new().disabled().initial("basic"))
    .field(
        "topic",
        Field::new().choices([Choice::new("help", "\"Help\"")]),
    );
    Registry::builder().form(form).build().unwrap()
}

async fn post(kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    let service = MizanService::new(registry());
    let request = Request::post("/api/mizan/form/account/")
        .header("content-type", kind)
        .header("accept", "text/html,*/*;q=0.8")
        .body(Full::from(body.into()))
        .unwrap();
    let answer = send(&service, request).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-mizan-contract").is_some());
    assert_eq!(answer.header("x-mizan-invalidate"), None);
    answer
}

async fn page(body: &str) -> String {
    let answer = post("application/x-www-form-urlencoded", body).await;
    String::from_utf8(answer.body).unwrap()
}

#[track_caller]
fn assert_holds(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text} is missing: {page}");
    }
}

const SENT: &str = "name=toolong%3Cb%3E&password=hunter2&secret=hunter3&about=%0D%0Aone%26%0D%0A\
                    two&topics=help&topics=sales&topic=help&agreed=on&token=t1&plan=gold&\
                    place.city=Wien&zzz=stranger";

#[tokio::test]
async fn what_was_filled_in_is_kept() {
    let page = page(SENT).await;
    assert_holds(
        &page,
        &[
            "<title>Error: Join &amp; enjoy</title>",
            "<p>It is &lt;free",
            "value=\"toolong&lt;b",
            "one&amp;",
            "value=\"t1\"",
            "value=\"Wien\"",
            " checked",
            "enctype=\"multipart/form-data\"",
            ">Join</button>",
            "As others see it.",
            "href=\"#account-name\"",
            "aria-invalid=\"true\"",
        ],
    );
    assert_eq!(page.matches(" selected").count(), 3, "{page}");
    assert!(!page.contains("<b>") && !page.contains("<free>"), "{page}");
    assert!(!page.contains("stranger"), "{page}");
}

#[tokio::test]
async fn passwords_files_and_disabled_fields_are_not() {
    let page = page(SENT).await;
    assert!(!page.contains("hunter"), "{page}");
    assert!(!page.contains("gold"), "{page}");
    assert_holds(
        &page,
        &["value=\"basic\"", "type=\"password\"", "type=\"file\""],
    );
    let body = Body::default()
        .text("name", "toolong")
        .text("password", "hunter2")
        .file("photo", "hunter.png", "image/png", b"hunter");
    let answer = post("multipart/form-data; boundary=----uploads", body.end()).await;
    let page = String::from_utf8(answer.body).unwrap();
    assert!(!page.contains("hunter"), "{page}");
    assert_holds(&page, &["value=\"toolong\""]);
}

#[tokio::test]
async fn a_secret_in_an_open_control_and_a_list_of_files() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "checked, and not used")]
    struct Keys {
        name: String,
        #[schemars(extend("format" = "password", "x-widget" = "TextInput"))]
        key: String,
        pass: String,
        #[schemars(extend("format" = "password"))]
        word: String,
        #[serde(default)]
        papers: Vec<Upload>,
        #[serde(default)]
        #[garde(length(max = 1))]
        scans: Vec<Upload>,
        photo: Option<Upload>,
    }
    let open = || Field::new().widget(Widget::TextInput);
    let form = Form::new("keys", |_: Call, _: Keys| Ok(()))
        .field("pass", Field::new().widget(Widget::PasswordInput))
        .field("word", open());
    let service = MizanService::new(Registry::builder().form(form).build().unwrap());
    let request = Request::post("/api/mizan/form/keys/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(Full::from("key=hunter1&pass=hunter2&word=hunter3"));
    let answer = send(&service, request.unwrap()).await;
    let page = String::from_utf8(answer.body).unwrap();
    assert!(!page.contains("hunter"), "{page}");
    for name in ["key", "word"] {
        assert_holds(&page, &[&format!("type=\"text\" id=\"keys-{name}\"")]);
    }
    let control = |name: &str| {
        let mut lines = page.lines();
        let control = lines.find(|line| line.contains(&format!("name=\"{name}\"")));
        control.unwrap_or_else(|| panic!("no {name}: {page}"))
    };
    for (name, takes_several) in [("papers", true), ("scans", false), ("photo", false)] {
        assert!(control(name).contains("type=\"file\""));
        assert_eq!(control(name).contains(" multiple"), takes_several, "{name}");
    }
}

/// What takes the place of the initial values is what was sent, and what was not.
#[tokio::test]
async fn a_checkbox_that_was_not_sent_is_not_checked() {
    let page = page("name=toolong").await;
    assert!(!page.contains(" checked"), "{page}");
    assert!(!page.contains("\"t0\""), "{page}");
}

#[tokio::test]
async fn errors_of_the_handler_and_of_nested_fields() {
    let valid = "name=ada&password=x&topic=help&place.city=Wien&topics=help";
    let refused = page(valid).await;
    assert_holds(&refused, &["Registration is &lt;closed"]);
    assert!(!refused.contains("<closed>"), "{refused}");
    let missing = page("name=ada&password=x&topic=sales").await;
    assert_holds(
        &missing,
        &["href=\"#account-place.city\"", "href=\"#account-topic\""],
    );
}

/// What takes long to show is cut: a small body makes no huge page.
#[tokio::test]
async fn a_page_is_in_proportion_to_the_form() {
    let page = page(&"topics=x&".repeat(1000)).await;
    assert!(page.len() < 400_000, "{}", page.len());

    let service = MizanService::new(registry());
    let request = Request::post("/api/mizan/form/account/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html,*/*;q=0.8")
        .body(Full::from("topics=x&".repeat(1001)))
        .unwrap();
    assert_eq!(send(&service, request).await.status, 413);
}

/// What a hook is told of a file is that something stands there, and not what does.
#[tokio::test]
async fn hooks_of_a_page_are_told_no_files() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "checked, and not used")]
    struct Portrait {
        #[garde(length(chars, max = 5))]
        name: String,
        photo: Upload,
        frame: Option<String>,
    }
    let frames = |_: Call, values: Values| {
        let photo = values.get::<Value>("photo");
        Ok(vec![Choice::new("seen", format!("photo is {photo:?}"))])
    };
    let form = Form::new("portrait", |_: Call, _: Portrait| -> Result<()> {
        Err(Invalid::new("closed", "Closed").into())
    });
    let registry = Registry::builder().form(form.choices("frame", frames));
    let service = MizanService::new(registry.build().unwrap());
    for name in ["toolong", "fits"] {
        let body = Body::default().text("name", name);
        let body = body.file("photo", "a.png", "image/png", b"x").end();
        let request = Request::post("/api/mizan/form/portrait/")
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .header("accept", "text/html")
            .body(Full::from(body));
        let answer = send(&service, request.unwrap()).await;
        let page = String::from_utf8(answer.body).unwrap();
        assert_holds(&page, &["photo is Some(Null)"]);
    }
}
