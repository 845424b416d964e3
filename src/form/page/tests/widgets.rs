//! Each control: fresh, with values, with errors.

use super::*;

/// The control alone: what a page with this one field has between its label and its end.
fn control(page: &FormPage) -> String {
    let html = page.form_html();
    let opening = ["<input", "<select", "<textarea", "<fieldset"];
    let start = opening
        .iter()
        .filter_map(|tag| html.find(tag))
        .min()
        .unwrap();
    let end = html.find("<button").unwrap();
    let html = html[start..end].trim_end();
    html.strip_suffix("</div>")
        .unwrap_or(html)
        .trim_end()
        .to_owned()
}

type Sent<'a> = Option<&'a [(&'a str, &'a str)]>;

fn initial(mut field: FieldSchema, initial: Value) -> FieldSchema {
    field.initial = initial;
    field
}

fn required(mut field: FieldSchema) -> FieldSchema {
    field.required = true;
    field
}

fn disabled(mut field: FieldSchema) -> FieldSchema {
    field.disabled = true;
    field
}

fn kind(mut field: FieldSchema, kind: &'static str) -> FieldSchema {
    field.kind = kind.into();
    field
}

#[track_caller]
fn shows(field: FieldSchema, sent: Sent<'_>, expected: &str) {
    let page = page(vec![field]);
    let page = match sent {
        Some(sent) => page.with_values(values(sent)),
        None => page,
    };
    assert_eq!(control(&page), expected);
}

#[test]
fn inputs() {
    use Widget::*;
    let table = [
        (
            TextInput,
            r#"type="text" id="contact-x" name="x" value="V""#,
        ),
        (
            EmailInput,
            r#"type="email" id="contact-x" name="x" autocomplete="email" value="V""#,
        ),
        (
            NumberInput,
            r#"type="number" id="contact-x" name="x" step="any" value="V""#,
        ),
        (
            DateInput,
            r#"type="date" id="contact-x" name="x" value="V""#,
        ),
        (
            DateTimeInput,
            r#"type="datetime-local" id="contact-x" name="x" value="V""#,
        ),
        (
            UrlInput,
            r#"type="url" id="contact-x" name="x" autocomplete="url" value="V""#,
        ),
        (HiddenInput, r#"type="hidden" name="x" value="V""#),
    ];
    for (widget, attributes) in table {
        let x = || field("x", widget);
        let html = |value: &str| format!("<input {attributes}>").replace('V', value);
        let empty = match widget {
            HiddenInput => continue,
            _ => html("").replace(" value=\"\"", ""),
        };
        shows(x(), None, &empty);
        shows(initial(x(), json!("i")), None, &html("i"));
        shows(initial(x(), json!(7)), None, &html("7"));
        shows(initial(x(), json!("i")), Some(&[]), &empty);
        shows(initial(x(), json!("i")), Some(&[("x", "")]), &html(""));
        shows(
            initial(x(), json!("i")),
            Some(&[("y", "no"), ("x", "v")]),
            &html("v"),
        );
        let off = html("i").replace("name=\"x\"", "name=\"x\" disabled");
        shows(
            disabled(initial(x(), json!("i"))),
            Some(&[("x", "v")]),
            &off,
        );
        let mut needed = required(x());
        needed.max_length = Some(3);
        needed.min_length = Some(2);
        assert!(control(&page(vec![needed])).contains(" required"));
    }
    let hidden = || initial(field("x", HiddenInput), json!(["i", "j"]));
    let html = "<input type=\"hidden\" name=\"x\" value=\"i\">\n<input type=\"hidden\" name=\"x\" value=\"j\">";
    shows(hidden(), None, html);
    shows(
        hidden(),
        Some(&[("x", "v")]),
        r#"<input type="hidden" name="x" value="v">"#,
    );
}

#[test]
fn types_of_text() {
    let x = |kind_: &'static str| kind(field("x", Widget::TextInput), kind_);
    shows(
        x("tel"),
        None,
        r#"<input type="tel" id="contact-x" name="x" autocomplete="tel">"#,
    );
    shows(
        x("time"),
        None,
        r#"<input type="time" id="contact-x" name="x">"#,
    );
    // What is no type of text is none here.
    shows(
        x("submit"),
        None,
        r#"<input type="text" id="contact-x" name="x">"#,
    );
    shows(
        x("\"><b>"),
        None,
        r#"<input type="text" id="contact-x" name="x">"#,
    );
}

#[test]
fn moments_lose_their_offset_where_it_is_none() {
    let table = [
        ("2024-02-29T10:30:00Z", "2024-02-29T10:30:00"),
        ("2024-02-29T10:30:00+00:00", "2024-02-29T10:30:00"),
        ("2024-02-29T10:30:00+02:00", "2024-02-29T10:30:00+02:00"),
        ("2024-02-29T10:30", "2024-02-29T10:30"),
    ];
    for (text, value) in table {
        let x = initial(field("x", Widget::DateTimeInput), json!(text));
        let html =
            format!(r#"<input type="datetime-local" id="contact-x" name="x" value="{value}">"#);
        shows(x, None, &html);
    }
}

#[test]
fn passwords_and_files() {
    let x = || initial(field("x", Widget::PasswordInput), json!("hunter2"));
    let html = r#"<input type="password" id="contact-x" name="x" autocomplete="current-password">"#;
    shows(x(), None, html);
    shows(x(), Some(&[("x", "hunter2")]), html);
    shows(
        kind(field("x", Widget::TextInput), "password"),
        Some(&[("x", "hunter2")]),
        html,
    );
    let names = ["old_password", "password1", "me.current", "password2"];
    let fields = names.map(|name| field(name, Widget::PasswordInput));
    let tokens = tokens(&page(fields.into()).form_html());
    let hints = tokens::attributes(&tokens, "autocomplete");
    assert_eq!(
        hints,
        [
            "current-password",
            "new-password",
            "current-password",
            "new-password"
        ]
    );

    let x = || initial(field("x", Widget::FileInput), json!("secret.txt"));
    let html = r#"<input type="file" id="contact-x" name="x">"#;
    shows(x(), None, html);
    shows(x(), Some(&[("x", "secret.txt")]), html);
    let mut several = x();
    several.max_length = Some(5);
    shows(
        several,
        None,
        r#"<input type="file" id="contact-x" name="x" multiple>"#,
    );
}

#[test]
fn checkboxes() {
    let x = || field("x", Widget::CheckboxInput);
    let html = r#"<input type="checkbox" id="contact-x" name="x" value="on">
<label for="contact-x">X</label>"#;
    let checked = html.replace("\"on\"", "\"on\" checked");
    shows(x(), None, html);
    shows(initial(x(), json!(false)), None, html);
    shows(initial(x(), json!(true)), None, &checked);
    shows(initial(x(), json!(true)), Some(&[]), html);
    for text in ["on", "true", "1"] {
        shows(x(), Some(&[("x", text)]), &checked);
    }
    for text in ["", "off", "false", "0"] {
        shows(x(), Some(&[("x", text)]), html);
    }
    let off = checked.replace("name=\"x\"", "name=\"x\" disabled");
    shows(disabled(initial(x(), json!(true))), Some(&[]), &off);
}

#[test]
fn textareas() {
    let x = || field("x", Widget::Textarea);
    let html = |text: &str| format!("<textarea id=\"contact-x\" name=\"x\">\n{text}</textarea>");
    shows(x(), None, &html(""));
    shows(initial(x(), json!("i")), None, &html("i"));
    shows(
        initial(x(), json!("i")),
        Some(&[("x", "\n\na\r\n<b")]),
        &html("\n\na\r\n&lt;b"),
    );
}

fn topic(widget: Widget) -> FieldSchema {
    let mut topic = field("x", widget);
    topic.choices = Some(vec![
        Choice::new("sales", "Sales"),
        Choice::new(2, "Two"),
        Choice::new(true, "Yes"),
    ]);
    topic
}

/// The select, with its options as `[label]`, or `(label)` where it is selected.
fn options(field: FieldSchema, sent: Sent<'_>) -> String {
    let page = page(vec![field]);
    let page = match sent {
        Some(sent) => page.with_values(values(sent)),
        None => page,
    };
    let mut text = String::new();
    let mut end = String::new();
    for token in tokens(&control(&page)) {
        match token {
            Token::Start(tag, attributes) if tag == "option" => {
                let is_selected = attributes.iter().any(|(name, _)| name == "selected");
                let (open, close) = if is_selected { ("(", ")") } else { ("[", "]") };
                text += open;
                end = close.to_owned();
            }
            Token::Start(_, attributes) => {
                let names = attributes.into_iter().map(|(name, _)| name);
                text += &names
                    .filter(|name| name != "id" && name != "name")
                    .collect::<Vec<_>>()
                    .join(" ");
            }
            Token::Text(label) => text += label.trim_end_matches('\n'),
            Token::End(tag) if tag == "option" => text += &end,
            _ => {}
        }
    }
    text
}

#[test]
fn selects() {
    let one = || topic(Widget::Select);
    let html = r#"<select id="contact-x" name="x">
<option value="" selected>—</option>
<option value="sales">Sales</option>
<option value="2">Two</option>
<option value="true">Yes</option>
</select>"#;
    shows(one(), None, html);
    let table: [(_, Sent<'_>, _); 13] = [
        (one(), None, "(—)[Sales][Two][Yes]"),
        (initial(one(), json!(2)), None, "[—][Sales](Two)[Yes]"),
        (initial(one(), json!(true)), None, "[—][Sales][Two](Yes)"),
        (initial(one(), json!(2)), Some(&[]), "(—)[Sales][Two][Yes]"),
        (
            initial(one(), json!(2)),
            Some(&[("x", "sales")]),
            "[—](Sales)[Two][Yes]",
        ),
        (
            initial(one(), json!(2)),
            Some(&[("x", "no")]),
            "(—)[Sales][Two][Yes]",
        ),
        (
            one(),
            Some(&[("x", "2"), ("x", "sales")]),
            "[—](Sales)[Two][Yes]",
        ),
        (required(one()), None, "required(—)[Sales][Two][Yes]"),
        // Nothing to refuse, nothing to ask for.
        (
            required(initial(one(), json!(2))),
            None,
            "[Sales](Two)[Yes]",
        ),
        (
            disabled(initial(one(), json!(2))),
            Some(&[("x", "sales")]),
            "disabled[—][Sales](Two)[Yes]",
        ),
        (
            topic(Widget::SelectMultiple),
            None,
            "multiple[Sales][Two][Yes]",
        ),
        (
            required(initial(
                topic(Widget::SelectMultiple),
                json!(["sales", true]),
            )),
            None,
            "multiple required(Sales)[Two](Yes)",
        ),
        (
            initial(topic(Widget::SelectMultiple), json!(["sales", true])),
            Some(&[("x", "2"), ("x", "sales")]),
            "multiple(Sales)(Two)[Yes]",
        ),
    ];
    for (field, sent, expected) in table {
        assert_eq!(options(field.clone(), sent), expected, "{field:?} {sent:?}");
    }

    let mut own = required(one());
    own.choices = Some(vec![Choice::new("", "Choose"), Choice::new("a", "A")]);
    assert_eq!(options(own.clone(), None), "required[Choose][A]");
    assert_eq!(options(own, Some(&[("x", "")])), "required(Choose)[A]");
    assert_eq!(options(field("x", Widget::Select), None), "(—)");
}

#[test]
fn lists() {
    let x = initial(required(field("x", Widget::Textarea)), json!(["a", "b"]));
    let html = r#"<fieldset class="mizan-field">
<legend>X</legend>
<label for="contact-x">X 1<span aria-hidden="true"> *</span></label>
<textarea id="contact-x" name="x" required>
a</textarea>
<label for="contact-x:2">X 2</label>
<textarea id="contact-x:2" name="x">
b</textarea>
</fieldset>"#;
    shows(x, None, html);
}

#[test]
fn errors_mark_every_control() {
    use Widget::*;
    for widget in [
        TextInput,
        Select,
        SelectMultiple,
        CheckboxInput,
        Textarea,
        FileInput,
        PasswordInput,
    ] {
        let mut errors = FormErrors::new();
        errors.field("x.y", "required", "Is required");
        let mut x = field("x", widget);
        x.help_text = "help".into();
        let html = page(vec![x]).with_errors(errors).form_html();
        for part in [
            r##"<li><a href="#contact-x">X y: Is required</a></li>"##,
            r#"name="x" aria-invalid="true" aria-describedby="contact-x:help contact-x:errors""#,
            "id=\"contact-x:errors\">\n<p>y: Is required</p>",
            r#"id="contact-x:help">help</p>"#,
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
    }
}
