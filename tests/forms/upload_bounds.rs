//! What a body may bring: past a bound there is an error of the field, or 413.

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::upload::{FileRules, Upload, Uploads};
use mizan::{Call, Function, MizanLayer, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::multipart::{BOUNDARY, Body, head, result, send, servers, serving};
use crate::rig::Answer;
use crate::{Count, told};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR and so on";

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "only what is refused counts")]
struct Album {
    title: String,
    photo: Option<Upload>,
    #[serde(default)]
    papers: Vec<Upload>,
    #[serde(default)]
    tags: Vec<String>,
}

fn bounds() -> Uploads {
    Uploads::new()
        .max_file(1000)
        .max_total(2500)
        .max_files(3)
        .max_fields(5)
        .max_text(100)
        .types(["text/*", "application/octet-stream"])
        .field("photo", FileRules::new().max_size(100).types(["image/png"]))
}

fn registry(count: &Count) -> Registry {
    let (submitted, checked) = (count.clone(), count.clone());
    Registry::builder()
        .form(
            Form::new("album", move |_: Call, _: Album| -> Result<()> {
                submitted.one_more();
                Ok(())
            })
            .check("title", |_: Call, title: String| match title.as_str() {
                "no" => Err(Invalid::new("reserved", "No").into()),
                _ => Ok(()),
            })
            .check_form(move |_: Call, _: Album| {
                checked.one_more();
                Ok(())
            })
            .uploads(bounds()),
        )
        .function(Function::new("plain", |_: Call, _: Album| Ok(())))
        .build()
        .unwrap()
}

fn base() -> Body {
    Body::of("album.submit").text("title", "x")
}

fn paper(body: Body, length: usize) -> Body {
    body.file("papers", "p", "text/plain", &vec![b'p'; length])
}

/// What a form is told; `ok`, or the status of a call that failed.
fn outcome(answer: &Answer) -> String {
    if answer.status != 200 {
        return answer.status.to_string();
    }
    let result = result(answer);
    match result["success"].as_bool() {
        Some(true) => "ok".to_owned(),
        _ => told(&result["errors"]),
    }
}

#[tokio::test]
async fn each_bound_of_a_form() {
    let count = Count::default();
    let registry = registry(&count);
    let table = [
        (base(), "ok"),
        (paper(base(), 1000), "ok"),
        (paper(base(), 1001), "papers max_size"),
        (paper(paper(paper(base(), 800), 800), 800), "ok"),
        (paper(paper(paper(base(), 900), 900), 900), "413"),
        (paper(paper(paper(base(), 1), 1), 1), "ok"),
        (
            paper(paper(paper(paper(base(), 1), 1), 1), 1),
            "papers max_files",
        ),
        (base().file("photo", "p", "image/png", PNG), "ok"),
        (
            base().file("photo", "p", "image/png", &[PNG, &[0; 100]].concat()),
            "photo max_size",
        ),
        (
            base().file("photo", "p", "image/png", b"GIF89a"),
            "photo content_type",
        ),
        (
            base().file("photo", "p", "image/gif", b"GIF89a"),
            "photo content_type",
        ),
        (
            base().file("photo", "p", "text/plain", b"text"),
            "photo content_type",
        ),
        (
            base().file("papers", "p", "text/plain", b"a\0b"),
            "papers content_type",
        ),
        (
            base().file("papers", "p", "image/png", PNG),
            "papers content_type",
        ),
        (
            base()
                .text("tags", "a")
                .text("tags", "b")
                .text("tags", "c")
                .text("tags", "d"),
            "ok",
        ),
        (
            base()
                .text("a", "")
                .text("b", "")
                .text("c", "")
                .text("d", "")
                .text("e", ""),
            "413",
        ),
        (base().text("tags", &"t".repeat(90)), "ok"),
        (base().text("tags", &"t".repeat(91)), "413"),
        // Files that nothing asked for count as fields, and their bytes count too.
        (base().file("zzz", "z", "text/plain", &[b'z'; 1500]), "ok"),
        (base().file("zzz", "z", "text/plain", &[b'z'; 2501]), "413"),
        // What is wrong with a file does not hide what is wrong with the rest.
        (
            Body::of("album.submit")
                .file("photo", "p", "image/gif", b"GIF89a")
                .text("title", "no"),
            "title reserved, photo content_type",
        ),
        (
            Body::of("album.submit").file("photo", "p", "image/gif", b"GIF89a"),
            "title required, photo content_type",
        ),
    ];
    for server in serving(&registry).await {
        for (index, (body, expected)) in table.iter().enumerate() {
            let answer = send(&server, body.clone()).await;
            assert_eq!(outcome(&answer), *expected, "{index}");
            // The form as a whole is checked where every field parsed, files among them.
            let ran = count.take();
            assert_eq!(ran, if *expected == "ok" { 2 } else { 0 }, "{index}");
        }
    }
}

/// A plain function tells of its other fields beside a file that is refused, as far as they came.
#[tokio::test]
async fn a_plain_function_tells_of_every_field() {
    let registry = registry(&Count::default());
    let mount = || Uploads::new().max_file(100).types(["image/png"]);
    let layer = || {
        let layer = MizanLayer::builder(registry.clone()).uploads(mount());
        layer.build().unwrap()
    };
    let gif = |body: Body| body.file("photo", "p", "image/gif", b"GIF89a");
    for server in servers(layer).await {
        for (body, expected) in [
            (gif(Body::of("plain").text("title", "x")), &["photo"][..]),
            (gif(Body::of("plain")), &["photo", "title"]),
            (Body::of("plain").text("photo", "x"), &["photo", "title"]),
            (
                Body::of("plain").file("photo", "p", "image/png", &[PNG, &[0; 100]].concat()),
                &["photo"],
            ),
        ] {
            let answer = send(&server, body).await;
            assert_eq!(answer.status, 422);
            let fields = answer.json()["details"]["fields"].clone();
            let found: Vec<_> = fields.as_object().unwrap().keys().collect();
            assert_eq!(found, expected);
        }
    }
}

/// A body that names its function last is within the mount's bounds until then.
#[tokio::test]
async fn the_mounts_bounds_hold_until_the_function_is_known() {
    let registry = registry(&Count::default());
    let mount = || {
        Uploads::new()
            .max_file(5000)
            .max_total(8000)
            .max_files(2)
            .max_fields(9)
    };
    let layer = || {
        let layer = MizanLayer::builder(registry.clone()).uploads(mount());
        layer.build().unwrap()
    };
    let last = |body: Body, name: &str| body.text("title", "x").text("fn", name);
    let file =
        |body: Body, length: usize| body.file("papers", "p", "text/plain", &vec![b'p'; length]);
    let none = Body::default;
    for server in servers(layer).await {
        for (index, (body, expected)) in [
            (last(file(none(), 1000), "album.submit"), "ok"),
            // Past the form's own bound, and within the mount's.
            (last(file(none(), 1001), "album.submit"), "papers max_size"),
            (last(file(none(), 2400), "album.submit"), "papers max_size"),
            (last(file(none(), 4000), "album.submit"), "413"),
            (last(file(file(none(), 4000), 3000), "album.submit"), "413"),
            (
                last(
                    none().file("photo", "p", "image/gif", b"GIF89a"),
                    "album.submit",
                ),
                "photo content_type",
            ),
            // Past the mount's: nobody knows yet whose file it is.
            (last(file(none(), 5001), "album.submit"), "413"),
            (
                last(file(file(file(none(), 1), 1), 1), "album.submit"),
                "413",
            ),
            (last(file(none(), 5001), "plain"), "413"),
            // A plain function has no bounds but the mount's.
            (file(Body::of("plain").text("title", "x"), 5001), "422"),
            (file(Body::of("plain").text("title", "x"), 20_000), "422"),
            (file(Body::of("plain").text("fn2", "x"), 5001), "422"),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = send(&server, body).await;
            assert_eq!(outcome(&answer), expected, "{index}");
        }
        let body = file(Body::of("plain").text("title", "x"), 5000);
        assert_eq!(result(&send(&server, body).await), json!(null));
    }
}

#[tokio::test]
async fn a_length_over_every_bound_is_answered_before_the_body() {
    let registry = registry(&Count::default());
    for server in serving(&registry).await {
        for path in ["/call/", "/form/album/"] {
            let answer = server.exchange(head(path, 1 << 40, "")).await;
            assert_eq!(answer.status, 413);
            assert_eq!(answer.code(), "BAD_REQUEST");
        }
    }
}

/// A client that sends on and on hears of it while it sends.
#[tokio::test]
async fn a_body_without_an_end_is_answered() {
    let registry = registry(&Count::default());
    for server in serving(&registry).await {
        for (field, expected) in [("papers", "papers max_size"), ("zzz", "413")] {
            let mut wire = server.connect().await;
            let head = format!(
                "POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\
                 content-type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
            );
            let body = base().begin_file(field, "p", "text/plain").open();
            wire.write(head).await;
            wire.write(chunk(&body)).await;
            for _ in 0..40 {
                wire.write(chunk(&[b'p'; 16 * 1024])).await;
            }
            let answer = wire.answer().await.expect("an answer");
            assert_eq!(outcome(&answer), expected);
        }
    }
}

fn chunk(data: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat()
}

/// The bounds of one body are not those of the next.
#[tokio::test]
async fn a_connection_goes_on_after_a_refusal() {
    let registry = registry(&Count::default());
    for server in serving(&registry).await {
        let mut wire = server.connect().await;
        for (body, expected) in [
            (paper(base(), 1001), "papers max_size"),
            (paper(base(), 1000), "ok"),
            (
                base().file("photo", "p", "image/gif", b"GIF89a"),
                "photo content_type",
            ),
            (paper(paper(paper(base(), 900), 900), 900), "413"),
            (base(), "ok"),
        ] {
            wire.write(crate::multipart::request("/call/", body)).await;
            let answer = wire.answer().await.expect("the connection lives");
            assert_eq!(outcome(&answer), expected);
        }
    }
}
