//! Pages that carry the global context's value, over real sockets in hyper, axum and poem
//! (docs/pages.md).
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, in its helpers too, of which it uses a part"
)]

mod failing;
mod identity;
mod site;
mod stacks;
mod streaming;
mod untouched;

#[path = "../stacks/client.rs"]
mod client;
#[path = "../stacks/serve.rs"]
mod serve;
#[path = "../support/token.rs"]
mod token;

/// The JSON of the block in a page, of which there is one.
#[track_caller]
fn data(html: &str) -> serde_json::Value {
    let before = r#"<script type="application/json" id="__MIZAN_DATA__">"#;
    assert_eq!(html.matches(before).count(), 1, "{html}");
    let (_, after) = html.split_once(before).unwrap();
    let (json, _) = after.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

/// The page without its block.
#[track_caller]
fn without_data(html: &str) -> String {
    let start = html.find(r#"<script type="application/json" id="__MI"#);
    let start = start.unwrap_or_else(|| panic!("no block: {html}"));
    let end = start + html[start..].find("</script>").unwrap() + "</script>".len();
    html[..start].to_owned() + &html[end..]
}
