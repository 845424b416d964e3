//! Files that stream into the application.

use std::io;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;

use super::*;
use crate::Error;
use crate::upload::{FileHead, FileRules};

/// What became of a sink, for those who watch.
#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Log>>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Log {
    heads: Vec<(String, String, String)>,
    content: Vec<u8>,
    shut_down: usize,
    dropped: usize,
}

impl Watch {
    fn log(&self) -> Log {
        self.0.lock().unwrap().clone()
    }

    fn change(&self, change: impl FnOnce(&mut Log)) {
        change(&mut self.0.lock().unwrap());
    }
}

enum Fault {
    None,
    Io,
    Refused,
    Hang,
    Panic,
}

struct Sink(Watch, Fault);

impl Drop for Sink {
    fn drop(&mut self) {
        self.0.change(|log| log.dropped += 1);
    }
}

impl AsyncWrite for Sink {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.1 {
            Fault::None => {}
            Fault::Io => return Poll::Ready(Err(io::Error::other("disk password"))),
            Fault::Refused => {
                let refused = Error::forbidden("The store is closed");
                return Poll::Ready(Err(io::Error::other(BoxError::from(refused))));
            }
            Fault::Hang => return Poll::Pending,
            Fault::Panic => panic!("a sink's own"),
        }
        // Little at a time, as writers may.
        let count = data.len().min(1000);
        self.0
            .change(|log| log.content.extend_from_slice(&data[..count]));
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.change(|log| log.shut_down += 1);
        Poll::Ready(Ok(()))
    }
}

fn into(watch: &Watch, fault: fn() -> Fault) -> Uploads {
    let watch = watch.clone();
    let open = move |call: Call, head: FileHead| {
        let watch = watch.clone();
        async move {
            assert_eq!(call.name(), "noop");
            watch.change(|log| log.heads.push((head.field, head.name, head.content_type)));
            Ok(Sink(watch, fault()))
        }
    };
    let rules = FileRules::new()
        .max_size(100_000)
        .types(["text/*"])
        .sink(open);
    Uploads::new().field("file", rules)
}

async fn parts(body: &[u8], bounds: &Uploads) -> Result<Parts> {
    let mount = Arc::new(Uploads::new());
    let mut multipart = Multipart::new(self::body(whole(body)), &CONTENT_TYPE, mount, None)?;
    multipart.function().await?;
    multipart.rest(&call(), bounds, &takes_file).await
}

fn both(content: &[u8]) -> [Vec<u8>; 2] {
    let file = |form: Form| form.file("file", "dir/a.txt", "text/plain", content);
    [
        file(Form::of("f")).end(),
        file(Form::default()).text("fn", "f").end(),
    ]
}

#[tokio::test]
async fn a_complete_file_is_handed_on() {
    for body in both(&[b'x'; 100_000]) {
        let watch = Watch::default();
        let parts = parts(&body, &into(&watch, || Fault::None)).await.unwrap();
        let log = watch.log();
        assert_eq!(
            log.heads,
            [("file".into(), "a.txt".into(), "text/plain".into())]
        );
        assert!(log.content == [b'x'; 100_000]);
        assert_eq!((log.shut_down, log.dropped), (1, 0));

        let [(_, upload)] = &parts.files[..] else {
            panic!("one file")
        };
        assert_eq!(upload.size(), 100_000);
        assert!(upload.bytes(usize::MAX).await.is_err());
        let sink: Sink = upload.take_sink().unwrap();
        drop(parts);
        assert_eq!(watch.log().dropped, 0);
        drop(sink);
        assert_eq!(watch.log().dropped, 1);
    }
    let watch = Watch::default();
    let [body, _] = both(b"");
    drop(parts(&body, &into(&watch, || Fault::None)).await.unwrap());
    assert_eq!((watch.log().shut_down, watch.log().dropped), (1, 1));
}

#[tokio::test]
async fn a_refused_type_opens_no_sink() {
    for body in both(b"nul\0") {
        let watch = Watch::default();
        let parts = parts(&body, &into(&watch, || Fault::None)).await.unwrap();
        assert_eq!(parts.refused.get("file")[0].code, "content_type");
        assert_eq!(watch.log(), Log::default());
    }
}

#[tokio::test]
async fn a_file_that_fails_is_never_shut_down() {
    let watch = Watch::default();
    let [body, _] = both(&[b'x'; 100_001]);
    let over = parts(&body, &into(&watch, || Fault::None)).await.unwrap();
    assert_eq!(over.refused.get("file")[0].code, "max_size");
    assert!(over.stopped && over.files.is_empty());
    assert_eq!((watch.log().shut_down, watch.log().dropped), (0, 1));

    let watch = Watch::default();
    let cut_off = &both(&[b'x'; 50_000])[0][..40_000];
    let error = parts(cut_off, &into(&watch, || Fault::None))
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
    assert_eq!((watch.log().shut_down, watch.log().dropped), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_sinks_own_failure_is_the_answer() {
    type Faulty = fn() -> Fault;
    let cases: [(Faulty, u16, &str); 4] = [
        (|| Fault::Io, 500, "An internal error occurred"),
        (|| Fault::Refused, 403, "The store is closed"),
        (|| Fault::Hang, 504, "The deadline has passed"),
        (|| Fault::Panic, 500, "An internal error occurred"),
    ];
    for (fault, status, message) in cases {
        for body in both(b"content") {
            let watch = Watch::default();
            let bounds = into(&watch, fault).timeout(Some(Duration::from_secs(5)));
            let error = parts(&body, &bounds).await.unwrap_err();
            assert_eq!(
                (error.status().as_u16(), error.message()),
                (status, message)
            );
            assert_eq!((watch.log().shut_down, watch.log().dropped), (0, 1));
        }
    }
}

#[tokio::test]
async fn a_sink_that_does_not_open_is_the_answer() {
    let refuse = |_: Call, _: FileHead| async { Err::<Sink, _>(Error::not_found("No album")) };
    let bounds = Uploads::new().field("file", FileRules::new().sink(refuse));
    let panic = |_: Call, _: FileHead| -> std::future::Ready<Result<Sink>> { panic!("at once") };
    let panics = Uploads::new().field("file", FileRules::new().sink(panic));
    for body in both(b"content") {
        let error = parts(&body, &bounds).await.unwrap_err();
        assert_eq!(error.message(), "No album");
        assert_eq!(parts(&body, &panics).await.unwrap_err().status(), 500);
    }
}
