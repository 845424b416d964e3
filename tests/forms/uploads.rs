//! Files reach the handler of a form and of a plain function, as they were sent.

use std::io::Cursor;

use futures_util::future::join_all;
use garde::Validate;
use mizan::form::{Form, FormErrors, Invalid};
use mizan::upload::{FileRules, Upload, Uploads};
use mizan::{Call, Context, Error, Function, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::multipart::{Body, on_hyper, request, result, send, serving};
use crate::told;

const USER: Context = Context::new("user").key("user_id");

#[derive(Clone, Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Input {
    user_id: i64,
    photo: Upload,
    #[serde(default)]
    papers: Vec<Upload>,
    scan: Option<Upload>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Key {
    user_id: i64,
}

async fn seen(file: &Upload) -> Result<String> {
    let content = file.bytes(1 << 20).await?;
    let (name, kind, size) = (file.name(), file.content_type(), file.size());
    let sum: u64 = content.iter().map(|byte| u64::from(*byte)).sum();
    // Each reader has a position of its own.
    let mut again = Vec::new();
    file.reader().read_to_end(&mut again).await?;
    assert_eq!(content, again);
    Ok(format!("{name} {kind} {size} {sum}"))
}

async fn store(_: Call, input: Input) -> Result<Vec<String>> {
    let mut all = vec![seen(&input.photo).await?];
    for paper in &input.papers {
        all.push(seen(paper).await?);
    }
    if let Some(scan) = &input.scan {
        all.push(seen(scan).await?);
    }
    Ok(all)
}

fn registry() -> Registry {
    Registry::builder()
        .function(Function::new("user", |_: Call, _: Key| Ok(1)).context(USER))
        .function(Function::new("store", store).affects(USER))
        .form(
            Form::new("album", store)
                .affects(USER)
                .check("photo", |_: Call, photo: Upload| match photo.size() {
                    0 => Err(Invalid::new("empty", "Nothing in it").into()),
                    _ => Ok(()),
                })
                .formset(|_: Call, forms: Vec<Input>| {
                    let names: Vec<_> = forms.iter().map(|f| f.photo.name()).collect();
                    let mut errors = FormErrors::new();
                    errors.whole("names", names.join(" "));
                    Err(errors.into())
                }),
        )
        .build()
        .unwrap()
}

#[tokio::test]
async fn name_type_size_and_content() {
    let registry = registry();
    let large: Vec<u8> = (0..900_000_u32).map(|n| n as u8).collect();
    let sum: u64 = large.iter().map(|byte| u64::from(*byte)).sum();
    for server in serving(&registry).await {
        for function in ["store", "album.submit"] {
            let body = Body::of(function)
                .text("user_id", "42")
                .file("photo", "a b.png", "image/PNG; x=y", b"\x01\x02")
                .file("papers", "../../etc/one", "text/plain", b"")
                .file("papers", "C:\\two", "text/plain", &large)
                .file("scan", "\u{e9}\u{1f30d}", "a/b", b"\x03");
            let answer = send(&server, body).await;
            let mut found = result(&answer);
            if function == "album.submit" {
                assert_eq!(found["success"], true, "{found}");
                found = found["data"].clone();
            }
            let expected = json!([
                "a b.png image/png 2 3",
                "one text/plain 0 0",
                format!("two text/plain 900000 {sum}"),
                "\u{e9}\u{1f30d} a/b 1 3",
            ]);
            assert_eq!(found, expected, "{function}");
            // A file scopes nothing, and takes the scope of nothing else away.
            assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=42"));
        }
    }
}

#[tokio::test]
async fn a_file_may_be_left_out_where_the_type_says_so() {
    let server = on_hyper(&registry()).await;
    let base = |function: &str| Body::of(function).text("user_id", "1");
    let photo = |body: Body| body.file("photo", "p", "a/b", b"x");
    // What a browser sends for an input that no file was chosen for.
    let empty = |body: Body, name: &str| body.file(name, "", "application/octet-stream", b"");
    for body in [
        photo(base("album.submit")),
        empty(empty(photo(base("album.submit")), "scan"), "papers"),
    ] {
        let found = result(&send(&server, body).await);
        assert_eq!(found["data"], json!(["p a/b 1 120"]));
    }
    for body in [base("album.submit"), empty(base("album.submit"), "photo")] {
        let found = result(&send(&server, body).await);
        assert_eq!(told(&found["errors"]), "photo required");
    }
    let answer = send(&server, base("store")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.json()["details"]["fields"]["photo"].is_array());
    // A check gets the file itself.
    let body = base("album.submit").file("photo", "p", "a/b", b"");
    let found = result(&send(&server, body).await);
    assert_eq!(told(&found["errors"]), "photo empty");
}

#[tokio::test]
async fn what_is_no_file_or_is_one_too_many() {
    let server = on_hyper(&registry()).await;
    let base = || Body::of("album.submit").text("user_id", "1");
    for (body, expected) in [
        (base().text("photo", "x"), "photo invalid"),
        (
            base()
                .file("photo", "a", "a/b", b"x")
                .file("photo", "b", "a/b", b"y"),
            "photo invalid",
        ),
        (
            base()
                .file("photo", "a", "a/b", b"x")
                .text("scan", "no file"),
            "scan invalid",
        ),
        (
            Body::of("album.submit")
                .file("photo", "a", "a/b", b"x")
                .file("user_id", "1", "text/plain", b"1"),
            "user_id required",
        ),
    ] {
        let found = result(&send(&server, body).await);
        let found = told(&found["errors"]);
        assert_eq!(found.split(", ").next(), Some(expected), "{found}");
    }
}

/// Only a multipart body brings files: nobody writes one as text.
#[tokio::test]
async fn json_has_no_files() {
    let registry = registry();
    for photo in [
        json!("mizan-file:0"),
        json!("mizan-file:00000000000000000000000000000000:0"),
        json!("0"),
        json!(0),
        json!({"name": "a", "content": "x"}),
        json!(["x"]),
        json!(true),
    ] {
        let args = json!({"user_id": 1, "photo": photo});
        let error = registry.call("store", &args).await.unwrap_err();
        assert_eq!(error.code(), mizan::Code::Validation, "{photo}");
        let answer = crate::submitted(&registry, "album", &args).await;
        assert!(answer.starts_with("photo"), "{photo}: {answer}");
        let answer = crate::validated(&registry, "album", &args).await;
        assert!(answer.starts_with("photo"), "{photo}: {answer}");
    }
}

#[tokio::test]
async fn forms_of_a_formset_have_files_of_their_own() {
    let server = on_hyper(&registry()).await;
    let body = Body::of("album.formset.submit")
        .text("forms.1.user_id", "2")
        .file("forms.1.photo", "second", "a/b", b"x")
        .file("forms.0.photo", "first", "a/b", b"x")
        .text("forms.0.user_id", "1");
    let found = result(&send(&server, body).await);
    assert_eq!(found["errors"]["general"], json!(["first second"]));
}

#[tokio::test]
async fn a_file_goes_into_a_sink() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    struct One {
        photo: Upload,
    }
    let rules = FileRules::new().sink(async |call: Call, head| {
        if call.headers().contains_key("x-full") {
            return Err(Error::overloaded(std::time::Duration::from_secs(1)));
        }
        assert_eq!(head.field, "photo");
        let mut sink = Cursor::new(Vec::new());
        sink.get_mut().extend(head.name.bytes());
        sink.set_position(head.name.len() as u64);
        Ok(sink)
    });
    let form = Form::new("album", async |_: Call, one: One| {
        assert!(one.photo.bytes(100).await.is_err());
        let sink: Cursor<Vec<u8>> = one.photo.take_sink().unwrap();
        assert!(one.photo.take_sink::<Cursor<Vec<u8>>>().is_none());
        Ok((sink.into_inner(), one.photo.size()))
    });
    let registry = crate::only(form.uploads(Uploads::new().field("photo", rules)));
    for server in serving(&registry).await {
        // Also a file that came before it was known whose it is.
        for body in [
            Body::of("album.submit").file("photo", "ab", "a/b", b"cd"),
            Body::default()
                .file("photo", "ab", "a/b", b"cd")
                .text("fn", "album.submit"),
        ] {
            let found = result(&send(&server, body).await);
            assert_eq!(found["data"], json!([b"abcd".to_vec(), 2]), "{found}");
        }
        let body = Body::of("album.submit").file("photo", "ab", "a/b", b"cd");
        let request = String::from_utf8(request("/call/", body)).unwrap();
        let full = request.replacen("host: x", "host: x\r\nx-full: 1", 1);
        let answer = server.exchange(full).await;
        assert_eq!(answer.status, 503, "{}", answer.json());
    }
}

#[tokio::test]
async fn a_hundred_at_once() {
    for server in serving(&registry()).await {
        let sending = (0..100_u8).map(|number| {
            let name = format!("n{number}");
            let body = Body::of("store").text("user_id", "1").file(
                "photo",
                &name,
                "a/b",
                &vec![number; 3000],
            );
            let server = &server;
            async move {
                let found: Value = result(&send(server, body).await);
                let sum = 3000 * u64::from(number);
                assert_eq!(found, json!([format!("{name} a/b 3000 {sum}")]));
            }
        });
        join_all(sending).await;
    }
}
