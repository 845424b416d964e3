//! Each bound, exactly at it and one above.

use super::*;
use crate::upload::FileRules;

const TOO_LARGE: &str = "The body is too large";

fn too_large<T>() -> Result<T, (u16, String)> {
    Err((413, TOO_LARGE.to_owned()))
}

/// The body with the function first, and with it last: both are judged.
fn both(parts: Form) -> [Vec<u8>; 2] {
    [
        Form::of("f").raw(&parts.0).end(),
        parts.text("fn", "f").end(),
    ]
}

#[tokio::test]
async fn a_file_may_have_as_many_bytes_as_its_bound() {
    for size in [10, 100_000] {
        let bounds = Uploads::new().max_file(size as u64);
        let parts = Form::default().file("file", "a", "b/c", vec![b'x'; size]);
        for body in both(parts.text("after", "1")) {
            let seen = read(&body, &bounds).await.unwrap();
            assert_eq!(seen.files[0].content.len(), size);
            assert_eq!(seen.text("after"), Some("1"));
        }
        let parts = Form::default().file("file", "a", "b/c", vec![b'x'; size + 1]);
        let [first, last] = both(parts.text("after", "1").file("docs", "a", "b/c", "small"));
        let seen = read(&first, &bounds).await.unwrap();
        assert_eq!(seen.codes(), ["file max_size"]);
        assert!(seen.stopped && seen.files.is_empty() && seen.texts.is_empty());
        assert_eq!(read(&last, &bounds).await, too_large());
    }
}

#[tokio::test]
async fn a_fields_own_rules_hold_for_what_came_before_the_function_too() {
    let rules = FileRules::new().max_size(3).types(["text/plain"]);
    let bounds = Uploads::new().field("file", rules);
    for (kind, content, code) in [
        ("text/plain", "abc", None),
        ("text/plain", "abcd", Some("file max_size")),
        ("image/png", "abc", Some("file content_type")),
        ("text/plain", "a\0c", Some("file content_type")),
    ] {
        let mount = Uploads::new();
        let parts = Form::default().file("file", "a", kind, content);
        for body in both(parts.file("docs", "b", "image/png", "abcd")) {
            let mut multipart = Multipart::new(
                self::body(whole(&body)),
                &CONTENT_TYPE,
                mount.clone().into(),
                None,
            )
            .unwrap();
            let function = multipart.function().await.unwrap();
            let parts = multipart.rest(&call(), &bounds, &takes_file).await.unwrap();
            let seen = Seen::of(&function, parts).await;
            assert_eq!(seen.codes(), Vec::from_iter(code));
            assert_eq!(seen.stopped, code == Some("file max_size"));
            assert_eq!(
                seen.files.len(),
                match code {
                    None => 2,
                    Some("file max_size") => 0,
                    Some(_) => 1,
                }
            );
        }
    }
}

#[tokio::test]
async fn files_are_counted() {
    let files = |count: usize| {
        let file = |form: Form, n| form.file("docs", &format!("{n}"), "a/b", "x");
        // Neither inputs that were left empty nor files that nobody asked for are files.
        let form = Form::default().file("file", "", "a/b", "");
        (0..count).fold(form, file).file("file", "", "a/b", "")
    };
    let bounds = Uploads::new().max_files(3);
    for body in both(files(3)) {
        assert_eq!(read(&body, &bounds).await.unwrap().files.len(), 3);
    }
    let [first, last] = both(files(4));
    let seen = read(&first, &bounds).await.unwrap();
    assert_eq!(seen.codes(), ["docs max_files"]);
    assert_eq!((seen.files.len(), seen.stopped), (3, true));
    assert_eq!(read(&last, &bounds).await, too_large());

    let unasked = files(3).file("unknown", "a", "a/b", "x");
    let [first, _] = both(unasked);
    assert_eq!(read(&first, &bounds).await.unwrap().codes().len(), 0);
}

#[tokio::test]
async fn all_bytes_of_files_are_counted() {
    let bounds = Uploads::new().max_total(10_000).types(["text/*"]);
    let parts = |sizes: [usize; 3]| {
        Form::default()
            .file("file", "a", "text/plain", vec![b'x'; sizes[0]])
            .file("unknown", "a", "text/plain", vec![b'x'; sizes[1]])
            .file("docs", "a", "image/png", vec![b'x'; sizes[2]])
    };
    for sizes in [
        [10_000, 0, 0],
        [1, 9_999, 0],
        [0, 0, 10_000],
        [3000, 3000, 4000],
    ] {
        for body in both(parts(sizes)) {
            let seen = read(&body, &bounds).await.unwrap();
            assert_eq!(seen.files[0].content.len(), sizes[0]);
            assert_eq!(
                (seen.codes(), seen.stopped),
                (vec!["docs content_type".to_owned()], false)
            );
        }
    }
    for sizes in [
        [10_001, 0, 0],
        [0, 10_001, 0],
        [0, 0, 10_001],
        [3000, 3000, 4001],
    ] {
        for body in both(parts(sizes)) {
            assert_eq!(read(&body, &bounds).await, too_large(), "{sizes:?}");
        }
    }
}

#[tokio::test]
async fn texts_are_counted_with_their_names() {
    let bounds = Uploads::new().max_text(20);
    let parts = |length| {
        Form::default()
            .text("abc", "12345")
            .text("d", "x".repeat(length))
    };
    for body in both(parts(11)) {
        assert_eq!(read(&body, &bounds).await.unwrap().texts.len(), 2);
    }
    for body in both(parts(12)) {
        assert_eq!(read(&body, &bounds).await, too_large());
    }
    for body in both(Form::default().text(&"n".repeat(21), "")) {
        assert_eq!(read(&body, &bounds).await, too_large());
    }
}

#[tokio::test]
async fn fields_are_counted() {
    let bounds = Uploads::new().max_fields(3);
    let parts = || Form::default().text("a", "").file("file", "", "a/b", "");
    let unasked = |form: Form| form.file("unknown", "a", "a/b", "x");
    for body in both(unasked(parts())) {
        assert!(read(&body, &bounds).await.is_ok());
    }
    for body in both(unasked(parts()).text("b", "")) {
        assert_eq!(read(&body, &bounds).await, too_large());
    }
    for body in both(unasked(unasked(parts()))) {
        assert_eq!(read(&body, &bounds).await, too_large());
    }
    for body in both(unasked(parts()).file("file", "", "a/b", "")) {
        assert_eq!(read(&body, &bounds).await, too_large());
    }
}

#[tokio::test]
async fn a_refused_type_keeps_nothing_and_reading_goes_on() {
    let bounds = Uploads::new().types(["image/*"]);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let parts = Form::default()
        .file("file", "a", "text/plain", vec![b'x'; 300_000])
        .file("docs", "b", "image/png", b"plain")
        .file("docs", "c", "image/png", png)
        .text("t", "1");
    for body in both(parts) {
        let seen = read(&body, &bounds).await.unwrap();
        assert_eq!(seen.codes(), ["file content_type", "docs content_type"]);
        assert_eq!(seen.files.len(), 1);
        assert_eq!(
            (seen.files[0].name.as_str(), seen.text("t")),
            ("c", Some("1"))
        );
        assert!(!seen.stopped);
        let message = seen.refused[0]["errors"][0]["message"].as_str().unwrap();
        assert!(message.ends_with("Allowed: image/*"), "{message}");
    }
}

#[tokio::test]
async fn the_limit_is_told() {
    let body = Form::of("f").file("file", "a", "b/c", "xxxx").end();
    let bounds = Arc::new(Uploads::new().max_file(3));
    let multipart = Multipart::new(
        self::body(whole(&body)),
        &CONTENT_TYPE,
        bounds.clone(),
        None,
    );
    let parts = multipart
        .unwrap()
        .rest(&call(), &bounds, &takes_file)
        .await
        .unwrap();
    let error = &parts.refused.get("file")[0];
    assert_eq!(error.limit, Some(Value::from(3)));
    assert_eq!(error.message, "The file is larger than 3 bytes");
}
