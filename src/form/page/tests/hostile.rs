//! No text, wherever it comes from, becomes markup; no secret, whatever is sent, comes back.

use proptest::prelude::*;

use super::tokens::{shape, tokens};
use super::*;

const WIDGETS: [Widget; 13] = [
    Widget::TextInput,
    Widget::EmailInput,
    Widget::NumberInput,
    Widget::Select,
    Widget::SelectMultiple,
    Widget::CheckboxInput,
    Widget::Textarea,
    Widget::DateInput,
    Widget::DateTimeInput,
    Widget::FileInput,
    Widget::PasswordInput,
    Widget::HiddenInput,
    Widget::UrlInput,
];

/// A page with this text everywhere, and on each control of each widget.
fn page_of(text: &str, is_sent: bool) -> FormPage {
    let mut values = FormValues::new();
    let mut errors = FormErrors::new();
    errors.whole("x", text);
    let fields = WIDGETS.into_iter().enumerate().map(|(index, widget)| {
        let name = format!("{text}{index}");
        let field = FieldSchema {
            name: name.clone(),
            label: text.to_owned(),
            kind: text.to_owned().into(),
            widget,
            required: true,
            disabled: false,
            help_text: text.to_owned(),
            initial: json!([text, text]),
            max_length: None,
            min_length: None,
            choices: Some(vec![Choice::new("other", text), Choice::new(text, text)]),
            list: false,
            secret: false,
        };
        values.push(name.clone(), text);
        errors.field(name, "x", text);
        field
    });
    let schema = FormSchema {
        fields: fields.collect(),
        name: text.to_owned().into(),
        title: text.to_owned().into(),
        subtitle: Some(text.to_owned().into()),
        submit_label: text.to_owned().into(),
        meta: FormMeta::default(),
    };
    let page = FormPage::new(schema, text)
        .with_errors(errors)
        .with_lang(text.to_owned());
    match is_sent {
        true => page.with_values(values),
        false => page,
    }
}

/// Text that would do harm, and some that is only odd.
fn hostile() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "'",
        "&",
        "=",
        "/",
        "`",
        "\n",
        "\r",
        "\t",
        " ",
        "\0",
        "-->",
        "<!--",
        "]]>",
        "</textarea>",
        "</title>",
        "</option>",
        "</select>",
        "<script>",
        "\" onfocus=\"x",
        "&lt;",
        "&#60;",
        "&amp;quot;",
        "é",
        "\u{2028}",
        "\u{202e}",
        "a",
        "%",
        "#",
        ":",
        ".1",
        "*/",
    ]);
    prop::collection::vec(parts, 1..8)
        .prop_map(|parts| parts.concat())
        // What stands between the tags anyhow.
        .prop_filter("layout", |text| text != "\n")
}

proptest! {
    #[test]
    fn text_stays_text(text in hostile(), is_sent: bool) {
        let page = page_of(&text, is_sent);
        let seen = tokens(&page.html());
        let harmless = tokens(&page_of("harmless", is_sent).html());
        prop_assert_eq!(shape(&seen), shape(&harmless));

        // And it is the text that was meant.
        let text = text.replace('\0', "\u{fffd}");
        let texts: Vec<_> = seen.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            _ => None,
        }).collect();
        let copies = texts.iter().filter(|known| ***known == *text).count();
        // Heading, subtitle, button, messages, labels, legends, help, options, textareas.
        let (fields, shown) = (WIDGETS.len(), WIDGETS.len() - 1);
        let expected = match is_sent {
            true => 3 + 1 + shown + shown + shown + 4 + 1,
            // The lists: labels are numbered, and legends stand for them.
            false => 3 + 1 + shown + shown + shown + 4 + 2,
        };
        prop_assert_eq!(copies, expected, "{} fields", fields);
        let attributes = super::tokens::attributes(&seen, "value");
        let copies = attributes.iter().filter(|value| **value == text).count();
        // Inputs but checkbox, file and password; the options.
        prop_assert_eq!(copies, if is_sent { 7 + 2 } else { 14 + 2 });
        prop_assert_eq!(super::tokens::attributes(&seen, "action"), [text]);
    }

    #[test]
    fn secrets_stay(
        widgets in prop::collection::vec(prop::sample::select(WIDGETS.to_vec()), 1..6),
        kinds in prop::collection::vec(prop::sample::select(vec!["", "password", "file"]), 6),
        disabled in prop::collection::vec(any::<bool>(), 6),
        names in prop::collection::vec("[ab](\\.[ab])?", 6),
    ) {
        let fields: Vec<_> = widgets.iter().enumerate().map(|(index, widget)| {
            let mut field = field(&names[index], *widget);
            if !kinds[index].is_empty() {
                field.kind = kinds[index].into();
            }
            field.disabled = disabled[index];
            field.initial = json!(format!("initial-{}", names[index]));
            field
        }).collect();
        let is_hidden = |field: &FieldSchema| {
            matches!(field.widget, Widget::PasswordInput | Widget::FileInput)
                || field.kind == "password"
                || field.kind == "file"
        };
        let all = ["a", "b", "a.a", "a.b", "b.a", "b.b", "fn", ""];
        let sent: FormValues = all.iter().map(|name| (*name, format!("sent-{name}!"))).collect();
        let page = page(fields.clone()).with_values(sent);
        let told = format!("{}{}", page.html(), serde_json::to_string(&page).unwrap());
        for name in all {
            let mut named = fields.iter().filter(|field| field.name == name).peekable();
            let is_known = named.peek().is_some();
            let may_show = is_known && !named.any(|field| field.disabled || is_hidden(field));
            if !may_show {
                prop_assert!(!told.contains(&format!("sent-{name}!")), "{}: {}", name, told);
            }
            prop_assert_eq!(page.values().unwrap().get(name).is_some(), may_show);
        }
        for field in page.schema().fields.iter().filter(|field| is_hidden(field)) {
            prop_assert_eq!(&field.initial, &json!(null));
            prop_assert!(page.texts(field).is_empty());
        }
    }
}

#[test]
fn values_are_bounded() {
    let sent: FormValues = (0..100_000).map(|_| ("tags", "")).collect();
    let page = page(vec![field("tags", Widget::TextInput)]).with_values(sent);
    assert!(page.html().len() < 200_000);
}
