//! How a body is cut into chunks makes no difference.

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::*;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn bodies() -> Vec<Vec<u8>> {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    vec![
        Form::of("f")
            .text("a", "1\r\n--X\r\n--")
            .file("file", "a.png", "image/png", png)
            .file("docs", "b", "image/png", "not one")
            .raw("--XX \t\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n\r\n")
            .raw("--XX--epilogue")
            .0,
        Form::default()
            .raw("preamble\r\n")
            .file("docs", "b", "image/png", png)
            .text("a", "\u{e9}")
            .text("fn", "f")
            .file("file", "c", "image/png", vec![b'x'; 60])
            .file("docs", "", "a/b", "")
            .end(),
        Form::of("f")
            .file("file", "a", "b/c", vec![b'x'; 200])
            .text("a", "")
            .end(),
        Form::of("f")
            .text("a", "1")
            .text("a", vec![b'x'; 300])
            .end(),
        Form::of("f").text("a", b"\xff").end(),
        Form::of("f").text("a", "1").0,
        Form::of("f").raw("--XX\r\nno header\r\n\r\n").0,
        Form::of("f").raw("--XXx").0,
        Form::of("f").text("fn", "g").end(),
        Form::default().text("a", "1").end(),
    ]
}

fn bounds() -> Uploads {
    Uploads::new()
        .max_file(100)
        .max_text(200)
        .types(["image/*", "b/c"])
}

#[test]
fn every_cut_gives_the_same() {
    runtime().block_on(async {
        for body in bodies() {
            let wanted = read(&body, &bounds()).await;
            for place in 0..=body.len() {
                let seen = read_in(cut(&body, &[place]), &bounds()).await;
                assert_eq!(seen, wanted, "cut at {place} of {}", body.escape_ascii());
            }
            let everywhere: Vec<usize> = (0..body.len()).collect();
            assert_eq!(read_in(cut(&body, &everywhere), &bounds()).await, wanted);
        }
    });
}

#[test]
fn what_is_wrong_first_does_not_depend_on_the_cut() {
    // The type is judged by the head, and the size is passed behind it.
    let bounds = Uploads::new().max_file(10_000).types(["image/*"]);
    let form = Form::of("f").file("file", "a", "image/png", vec![b'x'; 20_000]);
    let body = form.text("a", "1").end();
    runtime().block_on(async {
        let whole = read(&body, &bounds).await.unwrap();
        assert_eq!(whole.codes(), ["file content_type"]);
        for place in [500, 8_000, 9_000, 15_000] {
            assert_eq!(read_in(cut(&body, &[place]), &bounds).await.unwrap(), whole);
        }
    });
}

#[test]
fn a_file_of_many_batches_is_whole() {
    let content: Vec<u8> = (0..1_300_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let body = Form::of("f").file("file", "a", "b/c", &content).end();
    let chunks: Vec<usize> = (0..body.len()).step_by(16_384).collect();
    runtime().block_on(async {
        for places in [&chunks[..], &[]] {
            let seen = read_in(cut(&body, places), &Uploads::new()).await.unwrap();
            assert!(seen.files[0].content == content);
        }
    });
}

/// Content that looks like a boundary and is none.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"--XX".to_vec()),
        Just(b"\r\n--X".to_vec()),
        Just(b"\r\n--".to_vec()),
        Just(b"\r".to_vec()),
        vec(any::<u8>(), 0..20),
        vec(any::<u8>(), 9_000..70_000),
    ];
    let joined = vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    joined.prop_filter("a boundary is none of the content", |content| {
        !content.windows(6).any(|part| part == b"\r\n--XX")
    })
}

#[derive(Clone, Debug)]
enum Sent {
    Text(String, String),
    File(String, String, Vec<u8>),
}

fn sent() -> impl Strategy<Value = Sent> {
    let text = "(?s).{0,40}".prop_filter("no boundary", |text| !text.contains("\r\n--XX"));
    prop_oneof![
        ("[a-e]{1,3}|\u{4e2d}", text).prop_map(|(name, text)| Sent::Text(name, text)),
        ("file|docs|other", "[a-z.]{1,8}x", content())
            .prop_map(|(field, name, content)| Sent::File(field, name, content)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sent_is_what_arrives(
        parts in vec(sent(), 0..8),
        function_at in 0_usize..8,
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (mut form, mut texts, mut files) = (Form::default(), Vec::new(), Vec::new());
        let function_at = function_at.min(parts.len());
        for (index, part) in parts.iter().enumerate() {
            if index == function_at {
                form = form.text("fn", "f");
            }
            form = match part.clone() {
                Sent::Text(name, text) => {
                    texts.push((name.clone(), text.clone()));
                    form.text(&name, text)
                }
                Sent::File(field, name, content) => {
                    let form = form.file(&field, &name, "a/b", &content);
                    files.push(File { field, name, kind: "a/b".into(), content });
                    form
                }
            };
        }
        if function_at == parts.len() {
            form = form.text("fn", "f");
        }
        let body = form.end();
        let places: Vec<usize> = places.iter().map(|place| place.index(body.len())).collect();
        let seen = runtime().block_on(read_in(cut(&body, &places), &Uploads::new())).unwrap();
        prop_assert_eq!(&seen.texts, &texts);
        prop_assert!(seen.files == files);
        prop_assert_eq!(seen.function, "f");
        prop_assert!(!seen.stopped && seen.refused.as_array().unwrap().is_empty());
    }

    #[test]
    fn garbage_is_judged_alike_however_it_is_cut(
        pieces in vec(
            prop::sample::select(vec![
                &b"--XX"[..],
                b"\r\n",
                b"--",
                b"\r\n--XX\r\n",
                b"Content-Disposition: form-data; name=\"fn\"",
                b"Content-Disposition: form-data; name=\"file\"; filename=\"a\"",
                b"\r\n\r\n",
                b"x",
                b"\0",
                b"\r",
            ]),
            0..16,
        ),
        places in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let body = pieces.concat();
        let places: Vec<usize> =
            places.iter().map(|place| place.index(body.len() + 1)).collect();
        let runtime = runtime();
        let whole = runtime.block_on(read(&body, &Uploads::new()));
        let cut = runtime.block_on(read_in(cut(&body, &places), &Uploads::new()));
        prop_assert_eq!(whole, cut);
    }
}
