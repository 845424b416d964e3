mod hostile;
mod tokens;
mod widgets;

use serde_json::{Value, json};

use self::tokens::{Token, tokens};
use super::*;
use crate::error::{Code, Error};
use crate::form::schema::{Choice, FormMeta};
use crate::registry::{Function, Registry};

pub(super) fn field(name: &str, widget: Widget) -> FieldSchema {
    FieldSchema {
        name: name.to_owned(),
        label: name.to_uppercase(),
        kind: widget.input_type().into(),
        widget,
        required: false,
        disabled: false,
        help_text: String::new(),
        initial: Value::Null,
        max_length: None,
        min_length: None,
        choices: None,
        list: false,
        secret: false,
    }
}

fn form(fields: Vec<FieldSchema>) -> FormSchema {
    FormSchema {
        name: "contact".into(),
        title: "Contact Us".into(),
        subtitle: None,
        submit_label: "Send".into(),
        fields,
        meta: FormMeta::default(),
    }
}

fn page(fields: Vec<FieldSchema>) -> FormPage {
    FormPage::new(form(fields), "/api/mizan/form/contact/")
}

fn values(pairs: &[(&str, &str)]) -> FormValues {
    pairs.iter().copied().collect()
}

/// The form with three fields and everything that a page can have.
fn full() -> FormPage {
    let mut email = field("email", Widget::EmailInput);
    email.required = true;
    email.help_text = "We answer there".into();
    let mut errors = FormErrors::new();
    errors.field("email", "invalid", "Must be an address");
    errors.field("email", "taken", "Is taken");
    errors.field("tags.1", "max_length", "Too long");
    errors.field("token", "invalid", "Stale");
    errors.field("elsewhere", "invalid", "Unknown");
    errors.whole("closed", "Closed on Sundays");
    let fields = vec![
        email,
        field("tags", Widget::TextInput),
        field("token", Widget::HiddenInput),
    ];
    page(fields)
        .with_values(values(&[
            ("tags", "a"),
            ("email", "ada@"),
            ("tags", "b"),
            ("token", "t"),
        ]))
        .with_errors(errors)
}

#[test]
fn a_form_with_its_errors() {
    let expected = r##"<form method="post" action="/api/mizan/form/contact/" accept-charset="utf-8" novalidate aria-label="Contact Us">
<div class="mizan-errors" role="alert" tabindex="-1" autofocus aria-labelledby="contact-:summary">
<h2 lang="en" id="contact-:summary">There is a problem</h2>
<ul>
<li>elsewhere: Unknown</li>
<li>Closed on Sundays</li>
<li><a href="#contact-email">EMAIL: Must be an address</a></li>
<li><a href="#contact-email">EMAIL: Is taken</a></li>
<li><a href="#contact-tags">TAGS 2: Too long</a></li>
<li>TOKEN: Stale</li>
</ul>
</div>
<div class="mizan-field">
<label for="contact-email">EMAIL<span aria-hidden="true"> *</span></label>
<p class="mizan-help" id="contact-email:help">We answer there</p>
<div class="mizan-error" id="contact-email:errors">
<p>Must be an address</p>
<p>Is taken</p>
</div>
<input type="email" id="contact-email" name="email" aria-invalid="true" aria-describedby="contact-email:help contact-email:errors" required autocomplete="email" value="ada@">
</div>
<fieldset class="mizan-field" aria-describedby="contact-tags:errors">
<legend>TAGS</legend>
<div class="mizan-error" id="contact-tags:errors">
<p>2: Too long</p>
</div>
<label for="contact-tags">TAGS 1</label>
<input type="text" id="contact-tags" name="tags" aria-invalid="true" value="a">
<label for="contact-tags:2">TAGS 2</label>
<input type="text" id="contact-tags:2" name="tags" aria-invalid="true" value="b">
</fieldset>
<input type="hidden" name="token" value="t">
<button type="submit">Send</button>
</form>
"##;
    assert_eq!(full().form_html(), expected);
}

#[test]
fn a_document() {
    let mut schema = form(vec![field("name", Widget::TextInput)]);
    schema.subtitle = Some("We read everything".into());
    let fresh = FormPage::new(schema, "/send").with_lang("de");
    let form = fresh.form_html();
    let expected = format!(
        r#"<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contact Us</title>
</head>
<body>
<main>
<h1>Contact Us</h1>
<p>We read everything</p>
{form}</main>
</body>
</html>
"#
    );
    assert_eq!(fresh.html(), expected);
    assert!(!form.contains("problem") && !form.contains("enctype"));
    assert!(full().html().contains("<title>Error: Contact Us</title>"));
}

#[test]
fn a_file_field_makes_it_multipart() {
    let html = page(vec![field("avatar", Widget::FileInput)]).form_html();
    assert!(html.contains(r#" enctype="multipart/form-data""#), "{html}");
}

/// Every reference of a page finds one element, and every control that shows has a label.
#[test]
fn references_are_whole() {
    let widgets = [
        Widget::TextInput,
        Widget::Select,
        Widget::SelectMultiple,
        Widget::CheckboxInput,
        Widget::Textarea,
        Widget::FileInput,
        Widget::PasswordInput,
    ];
    let mut fields = Vec::new();
    let mut errors = FormErrors::new();
    for (index, widget) in widgets.into_iter().enumerate() {
        let mut field = field(&format!("a b.{index}"), widget);
        field.help_text = "help".into();
        field.initial = json!(["1", "2"]);
        field.choices = Some(vec![Choice::new(1, "one"), Choice::new(2, "two")]);
        errors.field(field.name.clone(), "invalid", "No");
        fields.push(field);
    }
    let tokens = tokens(&page(fields).with_errors(errors).html());
    let all = |name| tokens::attributes(&tokens, name);
    let mut ids = all("id");
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
    let described = all("aria-describedby");
    let described = described.iter().flat_map(|ids| ids.split(' '));
    let linked = all("href");
    let linked = linked.iter().filter_map(|href| href.strip_prefix('#'));
    let labels = all("for");
    let referred = described.chain(linked).chain(labels.iter().map(|id| &**id));
    for id in referred.chain(all("aria-labelledby").iter().map(|id| &**id)) {
        assert!(ids.iter().any(|known| known == id), "{id}");
    }
    let controls = tokens.iter().filter_map(|token| match token {
        Token::Start(tag, attributes) if ["input", "select", "textarea"].contains(&&**tag) => {
            attributes.iter().find(|(name, _)| name == "id")
        }
        _ => None,
    });
    let controls: Vec<_> = controls.map(|(_, id)| id.clone()).collect();
    assert_eq!(controls, labels);
    assert_eq!(controls.len(), 9);
}

#[test]
fn serialises_for_templates() {
    let fields = vec![
        field("email", Widget::EmailInput),
        field("key", Widget::PasswordInput),
    ];
    let page = page(fields);
    let fresh = serde_json::to_value(&page).unwrap();
    assert_eq!(fresh["values"], json!(null));
    assert_eq!(fresh["schema"]["fields"][0]["widget"], "EmailInput");
    let sent = page.with_values(values(&[("key", "hunter2"), ("email", "a")]));
    let sent = serde_json::to_value(&sent).unwrap();
    assert_eq!(sent["values"], json!({"email": ["a"]}));
    assert_eq!(sent["action"], "/api/mizan/form/contact/");
}

#[test]
fn error_pages_tell_the_message_alone() {
    let error = Error::forbidden("Not <b>you</b>").with_details(&json!({"secret": 1}));
    let html = error_page(&error);
    let expected = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not &lt;b&gt;you&lt;/b&gt;</title>
</head>
<body>
<main>
<h1>Not &lt;b&gt;you&lt;/b&gt;</h1>
</main>
</body>
</html>
"#;
    assert_eq!(html, expected);
    assert!(!error_page(&Error::internal("the cause")).contains("cause"));
}

/// Renders with this renderer, from within a call.
async fn rendered(render: Render) -> Result<String> {
    let ask = move |call: Call| {
        let render = render.clone();
        async move { render(call, page(Vec::new())).await }
    };
    let registry = Registry::builder()
        .function(Function::new("ask", ask))
        .build()
        .unwrap();
    let reply = registry.call("ask", &()).await?;
    reply.json()
}

#[tokio::test]
async fn renderers_are_async_or_not() {
    async fn slow(_: Call, page: FormPage) -> Result<String> {
        tokio::task::yield_now().await;
        Ok(format!("slow {}", page.action()))
    }
    fn quick(_: Call, page: FormPage) -> Result<String> {
        Ok(format!("quick {}", page.action()))
    }
    let refusing = renderer(|_: Call, _: FormPage| -> Result<String> {
        Err(Error::not_found("No such page"))
    });
    let slow = rendered(renderer(slow)).await.unwrap();
    assert!(slow.contains("slow /api/"), "{slow}");
    let quick = rendered(renderer(quick)).await.unwrap();
    assert!(quick.contains("quick /api/"), "{quick}");
    assert_eq!(rendered(refusing).await.unwrap_err().code(), Code::NotFound);
}
