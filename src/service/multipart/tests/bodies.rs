//! Bodies as clients send them, and as they do not.

use super::*;

fn file(field: &str, name: &str, kind: &str, content: &[u8]) -> File {
    File {
        field: field.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        content: content.to_vec(),
    }
}

#[tokio::test]
async fn texts_and_files_arrive_in_order_whatever_precedes_the_function() {
    let before = Form::default()
        .text("a", "1")
        .file("file", "one.txt", "text/plain; charset=utf-8", "one")
        .file("unknown", "no.txt", "text/plain", "no");
    let after = |form: Form| {
        form.text("b", "\u{e9}\r\n--X")
            .text("a", "")
            .file("docs", r"C:\dir\two.BIN", "Image/PNG", b"\0\xff\r\n--X")
            .file("docs", "", "application/octet-stream", "")
            .file("docs", "empty", "x/y", "")
            .file("unknown", "", "x/y", "nobody asked")
            .end()
    };
    let seen = read(&after(before.clone().text("fn", "save")), &Uploads::new())
        .await
        .unwrap();
    assert_eq!(seen.function, "save");
    let texts = [("a", "1"), ("b", "\u{e9}\r\n--X"), ("a", "")];
    assert_eq!(seen.texts, texts.map(|(n, t)| (n.to_owned(), t.to_owned())));
    let files = [
        file("file", "one.txt", "text/plain", b"one"),
        file("docs", "two.BIN", "image/png", b"\0\xff\r\n--X"),
        file("docs", "empty", "x/y", b""),
    ];
    assert_eq!(seen.files, files);
    assert_eq!((seen.codes().len(), seen.stopped), (0, false));

    let first = Form::of("save").raw(before.0);
    assert_eq!(read(&after(first), &Uploads::new()).await.unwrap(), seen);
}

#[tokio::test]
async fn a_form_is_read_without_a_function() {
    let body = Form::of("x").text("a", "1").text("fn", "y").end();
    let mount = Arc::new(Uploads::new());
    let multipart = Multipart::new(self::body(whole(&body)), &CONTENT_TYPE, mount.clone(), None);
    let parts = multipart.unwrap().rest(&call(), &mount, &takes_file).await;
    let texts = [("fn", "x"), ("a", "1"), ("fn", "y")];
    assert_eq!(
        parts.unwrap().texts,
        texts.map(|(name, text)| (name.to_owned(), text.to_owned()))
    );
}

#[tokio::test]
async fn text_is_no_file() {
    for body in [
        Form::of("f")
            .text("file", "mizan-file:0")
            .text("docs", "")
            .end(),
        Form::default()
            .text("docs", "")
            .text("file", "x")
            .text("fn", "f")
            .end(),
    ] {
        let seen = read(&body, &Uploads::new()).await.unwrap();
        assert_eq!(seen.codes(), ["file invalid"]);
        assert!(seen.texts.is_empty() && seen.files.is_empty() && !seen.stopped);
    }
}

#[tokio::test]
async fn what_stands_before_and_behind_the_parts_means_nothing() {
    let body = Form::default()
        .raw("a preamble\r\n--X\r\n")
        .raw(Form::of("f").text("a", "1").end());
    let body = body.raw("an epilogue\r\n--XX\r\n").0;
    let seen = read(&body, &Uploads::new()).await.unwrap();
    assert_eq!(seen.text("a"), Some("1"));
    // Padding behind a boundary is allowed.
    let body = b"--XX \t\r\nContent-Disposition: form-data; name=\"fn\"\r\n\r\nf\r\n--XX--";
    assert_eq!(read(body, &Uploads::new()).await.unwrap().function, "f");
    let body = b"--XX\r\nContent-Disposition: form-data; name=\"fn\"\r\n\r\nf\r\n--XX--";
    assert_eq!(read(body, &Uploads::new()).await.unwrap().function, "f");
}

#[tokio::test]
async fn other_headers_of_a_part_are_ignored() {
    let part = "--XX\r\ncontent-transfer-encoding: base64\r\nX-A: b\r\n\
                CONTENT-DISPOSITION: form-data; name=\"a\"\r\n\r\nYWJj\r\n";
    let nested = "--XX\r\nContent-Disposition: form-data; name=\"n\"\r\n\
                  Content-Type: multipart/mixed; boundary=YY\r\n\r\n\
                  --YY\r\nContent-Disposition: file; filename=\"x\"\r\n\r\nx\r\n--YY--\r\n";
    let body = Form::of("f")
        .text("_charset_", "latin1")
        .raw(part)
        .raw(nested)
        .end();
    let seen = read(&body, &Uploads::new()).await.unwrap();
    assert_eq!(seen.text("a"), Some("YWJj"));
    assert_eq!(seen.text("_charset_"), Some("latin1"));
    assert!(seen.text("n").unwrap().ends_with("x\r\n--YY--"));
    assert!(seen.files.is_empty());
}

#[tokio::test]
async fn malformed_bodies_are_bad_requests() {
    const CUT_OFF: &str = "The multipart body ended before it was complete";
    const INVALID: &str = "The body is not valid multipart/form-data";
    const NO_NAME: &str = "A part of the multipart body has no valid name";
    let part = |headers: &str| {
        Form::of("f")
            .raw(format!("--XX\r\n{headers}\r\n\r\nx\r\n"))
            .end()
    };
    let name = "Content-Disposition: form-data; name=\"a\"";
    for (body, message) in [
        (b"".to_vec(), CUT_OFF),
        (b"garbage".to_vec(), CUT_OFF),
        (b"--YY\r\n\r\n--YY--".to_vec(), CUT_OFF),
        (b"{\"fn\":\"f\"}".to_vec(), CUT_OFF),
        (b"--XX".to_vec(), CUT_OFF),
        (b"--XXnonsense".to_vec(), INVALID),
        (b"--XX--".to_vec(), "`fn` is missing"),
        (Form::default().text("a", "1").end(), "`fn` is missing"),
        (Form::of("").end(), "`fn` is missing"),
        (
            Form::default().file("fn", "f", "a/b", "f").end(),
            "`fn` is missing",
        ),
        (Form::of(&"f".repeat(65)).end(), "`fn` is too long"),
        (Form::of("f").text("fn", "g").end(), "`fn` is given twice"),
        (Form::of("f").text("a", "1").0, CUT_OFF),
        (Form::of("f").file("file", "a", "b/c", "1").0, CUT_OFF),
        (
            Form::of("f").file("file", "a", "b/c", "1").raw("--X").0,
            CUT_OFF,
        ),
        (Form::of("f").raw("--XX\r\n").raw(name).0, CUT_OFF),
        (
            part("Content-Type: a/b"),
            "A part of the multipart body has no Content-Disposition",
        ),
        (part("Content-Disposition: form-data"), NO_NAME),
        (part("Content-Disposition: attachment; name=\"a\""), NO_NAME),
        (part("Content-Disposition: form-data; name=\"a"), NO_NAME),
        (
            part("no header"),
            "A part of the multipart body has malformed headers",
        ),
        (
            part(&format!("{name}\r\na\0: b")),
            "A part of the multipart body has malformed headers",
        ),
        (
            Form::of("f").text("a", b"\xff").end(),
            "The text of the field `a` is not UTF-8",
        ),
        (Form::of("f").raw("--XX\r\n\r\nx\r\n").end(), CUT_OFF),
    ] {
        let shown = body.escape_ascii().to_string();
        let outcome = read(&body, &Uploads::new()).await;
        assert_eq!(outcome, Err((400, message.to_owned())), "{shown}");
    }
    let longest = Form::of(&"f".repeat(64)).end();
    assert!(read(&longest, &Uploads::new()).await.is_ok());
}

#[tokio::test]
async fn a_name_that_is_not_utf_8_is_a_bad_request() {
    let head = b"--XX\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n";
    let body = Form::of("f").raw(head).raw("x\r\n").end();
    assert_eq!(read(&body, &Uploads::new()).await.unwrap_err().0, 400);
}

#[test]
fn the_boundary_has_to_be_one() {
    let long = "b".repeat(71);
    for (content_type, fits) in [
        ("multipart/form-data; boundary=XX", true),
        ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", true),
        (
            "multipart/form-data; boundary=----WebKitFormBoundaryAbC123",
            true,
        ),
        (
            &*format!("multipart/form-data; boundary={}", &long[1..]),
            true,
        ),
        (&*format!("multipart/form-data; boundary={long}"), false),
        ("multipart/form-data", false),
        ("multipart/form-data; boundary=", false),
        ("multipart/form-data; boundary=\"\"", false),
        ("multipart/form-data; boundary=\"a \"", false),
        ("multipart/mixed; boundary=XX", false),
        ("boundary=XX", false),
    ] {
        let value = HeaderValue::from_str(content_type).unwrap();
        let empty = body(stream::empty());
        let multipart = Multipart::new(empty, &value, Arc::default(), None);
        match multipart {
            Ok(_) => assert!(fits, "{content_type}"),
            Err(error) => {
                assert!(!fits, "{content_type}");
                assert_eq!(error.message(), "The content type lacks a valid boundary");
            }
        }
    }
    let exact = HeaderValue::from_static("multipart/form-data; boundary=AbC");
    assert_eq!(super::super::boundary(&exact).unwrap(), "AbC");
}
