//! How much is held, for how long, and what is left.

use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Limited;
use tokio::io::AsyncWrite;
use tokio::time::Instant;

use super::*;
use crate::upload::{FileHead, FileRules};

/// Chunks of this, for ever; counts the bytes.
fn endless(chunk: &'static [u8], count: &Arc<AtomicUsize>) -> impl Stream<Item = Data> + use<> {
    let count = count.clone();
    stream::repeat_with(move || {
        count.fetch_add(chunk.len(), SeqCst);
        Ok(Bytes::from_static(chunk))
    })
}

fn silence() -> impl Stream<Item = Data> {
    stream::pending()
}

static CHUNK: [u8; 300_000] = [b'x'; 300_000];

#[tokio::test]
async fn no_more_is_read_than_is_asked_for() {
    let taken = Arc::new(AtomicUsize::new(0));
    let form = (0..500).fold(Form::default(), |form, _| form.text("a", "1"));
    let head = Form::text(form, "fn", "f").text("b", "2").0;
    let chunks = whole(&head).chain(endless(&CHUNK, &taken));
    let mut multipart = Multipart::new(body(chunks), &CONTENT_TYPE, Arc::default(), None).unwrap();
    multipart.function().await.unwrap();
    assert_eq!(taken.load(SeqCst), 0);
}

/// Remembers by how much the body is ahead of the sink.
struct Behind(Arc<AtomicUsize>, Arc<AtomicUsize>, usize);

impl AsyncWrite for Behind {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.2 += data.len();
        let ahead = self.0.load(SeqCst) - self.2;
        self.1.fetch_max(ahead, SeqCst);
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_sink_is_at_most_a_chunk_behind_its_body() {
    let (taken, ahead) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counters = (taken.clone(), ahead.clone());
    let rules = FileRules::new().sink(move |_: Call, _: FileHead| {
        std::future::ready(Ok(Behind(counters.0.clone(), counters.1.clone(), 0)))
    });
    let bounds = Uploads::new().field("file", rules);
    let head = Form::of("f").file("file", "a", "b/c", "").0;
    let chunks = whole(&head[..head.len() - 2]).chain(endless(&CHUNK, &taken));
    let seen = read_in(chunks, &bounds).await.unwrap();
    assert_eq!(seen.codes(), ["file max_size"]);
    assert!(ahead.load(SeqCst) <= CHUNK.len(), "{ahead:?}");
}

#[tokio::test]
async fn endless_heads_are_given_up() {
    let name = "Content-Disposition: form-data; name=\"a\"\r\n";
    for (head, chunk, message) in [
        (
            "",
            &CHUNK[..],
            "The headers of a part of the multipart body are too long",
        ),
        (
            "",
            b"x",
            "The headers of a part of the multipart body are too long",
        ),
        (
            "--XX\r\nX-A: ",
            &CHUNK,
            "The headers of a part of the multipart body are too long",
        ),
        (
            name,
            b"x",
            "The headers of a part of the multipart body are too long",
        ),
        (
            "--XX",
            b" ",
            "The headers of a part of the multipart body are too long",
        ),
        (
            "--XX\r\n",
            b"a: b\r\n",
            "The headers of a part of the multipart body are too long",
        ),
    ] {
        let taken = Arc::new(AtomicUsize::new(0));
        let chunks = whole(head.as_bytes()).chain(endless(chunk, &taken));
        let error = read_in(chunks, &Uploads::new()).await.unwrap_err();
        assert_eq!(error, (400, message.to_owned()), "{head}");
        assert!(taken.load(SeqCst) <= 17_000.max(chunk.len()), "{taken:?}");
    }
}

#[tokio::test]
async fn little_is_read_behind_a_bound() {
    let head = Form::of("f").file("file", "a", "b/c", "").0;
    for chunk in [&CHUNK[..1000], &CHUNK] {
        for (bounds, status) in [
            (Uploads::new().max_file(100), None),
            (Uploads::new().max_total(100), Some(413)),
        ] {
            let taken = Arc::new(AtomicUsize::new(0));
            let chunks = whole(&head[..head.len() - 2]).chain(endless(chunk, &taken));
            match read_in(chunks, &bounds).await {
                Ok(seen) => {
                    assert_eq!((seen.codes(), status), (vec!["file max_size".into()], None))
                }
                Err(error) => assert_eq!(Some(error.0), status),
            }
            let taken = taken.load(SeqCst);
            assert!((256 * 1024..=600_000).contains(&taken), "{taken}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn silence_behind_a_bound_is_not_waited_out() {
    let began = Instant::now();
    let form = Form::of("f").file("file", "a", "b/c", CHUNK).0;
    let bounds = Uploads::new().max_file(1).timeout(None);
    let seen = read_in(whole(&form).chain(silence()), &bounds)
        .await
        .unwrap();
    assert!(seen.stopped);
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_arriving_is_given_up() {
    let slow = |every: u64| {
        stream::unfold((), move |()| async move {
            tokio::time::sleep(Duration::from_secs(every)).await;
            Some((Ok(Bytes::from_static(b"x")), ()))
        })
    };
    let head = Form::of("f").text("a", "").0;
    let head = &head[..head.len() - 2];
    for (every, idle, total, after) in [
        (11, Some(10), None, 10),
        (9, Some(10), Some(60), 60),
        (9, None, Some(60), 60),
        (100, Some(10), Some(60), 10),
    ] {
        let seconds = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        let began = Instant::now();
        let mount = Arc::new(Uploads::new());
        let bounds = Uploads::new().timeout(seconds(total));
        let chunks = whole(head).chain(slow(every));
        let mut multipart =
            Multipart::new(body(chunks), &CONTENT_TYPE, mount, seconds(idle)).unwrap();
        multipart.function().await.unwrap();
        let error = multipart
            .rest(&call(), &bounds, &takes_file)
            .await
            .unwrap_err();
        assert_eq!(error.status(), 408);
        assert_eq!(began.elapsed().as_secs(), after);
    }
    // The mount's own time holds until the function is known, and counts from the start.
    let mount = Arc::new(Uploads::new().timeout(Some(Duration::from_secs(30))));
    let multipart = Multipart::new(body(slow(1)), &CONTENT_TYPE, mount, None);
    let began = Instant::now();
    assert_eq!(
        multipart.unwrap().function().await.unwrap_err().status(),
        408
    );
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn errors_of_the_body_keep_their_meaning() {
    let read = |body: http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>| async {
        let bounds = Arc::new(Uploads::new());
        let multipart = Multipart::new(body, &CONTENT_TYPE, bounds.clone(), None)?;
        multipart.rest(&call(), &bounds, &takes_file).await
    };
    let form = Form::of("f").text("a", "1").end();
    let limited = |limit| {
        let body = http_body_util::Full::new(Bytes::from(form.clone()));
        let body = Limited::new(body, limit);
        http_body_util::BodyExt::boxed_unsync(body)
    };
    assert!(read(limited(form.len())).await.is_ok());
    assert_eq!(
        read(limited(form.len() - 1)).await.unwrap_err().status(),
        413
    );

    // Even where all parts are there: a body that is shorter than it says is not what was sent.
    let broken = stream::iter([Ok(Bytes::from(form)), Err("reset".into())]);
    let broken = http_body_util::BodyExt::boxed_unsync(body(broken));
    let error = read(broken).await.unwrap_err();
    assert_eq!(
        (error.status().as_u16(), error.message()),
        (400, "The body ended before it was complete")
    );
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_the_servers_fault() {
    let bounds = Uploads::new().directory("/no/such/directory");
    let body = Form::of("f").file("file", "a", "b/c", "x").end();
    assert_eq!(read(&body, &bounds).await.unwrap_err().0, 500);
    // Nobody asked for it.
    let body = Form::of("f").file("unknown", "a", "b/c", "x").end();
    assert!(read(&body, &bounds).await.is_ok());
}

/// How many files of this directory the process has open, named or not.
#[cfg(target_os = "linux")]
fn open_in(directory: &std::path::Path) -> usize {
    assert_eq!(
        std::fs::read_dir(directory).unwrap().count(),
        0,
        "a file has a name"
    );
    let links = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let targets = links.filter_map(|link| std::fs::read_link(link.path()).ok());
    targets
        .filter(|target| target.starts_with(directory))
        .count()
}

#[cfg(target_os = "linux")]
async fn until(mut right: impl FnMut() -> bool) {
    let began = Instant::now();
    while !right() {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_is_left_of_a_body_that_was_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().canonicalize().unwrap();
    let bounds = Uploads::new().directory(&path);
    let form = Form::default()
        .file("file", "a", "b/c", "small")
        .text("fn", "f")
        .file("docs", "b", "b/c", CHUNK)
        .0;
    {
        let mut reading = pin!(read_in(whole(&form).chain(silence()), &bounds));
        let mut opened = 0;
        while opened < 2 {
            let waited = tokio::time::timeout(Duration::from_millis(5), &mut reading);
            assert!(waited.await.is_err());
            opened = open_in(&path);
        }
    }
    until(|| open_in(&path) == 0).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_goes_with_its_last_handle() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().canonicalize().unwrap();
    let bounds = Arc::new(Uploads::new().directory(&path).types(["text/*"]));
    let form = Form::of("f")
        .file("file", "a", "text/plain", "content")
        .file("docs", "b", "text/plain", "nul\0")
        .file("unknown", "c", "text/plain", CHUNK)
        .end();
    let multipart = Multipart::new(body(whole(&form)), &CONTENT_TYPE, bounds.clone(), None);
    let parts = multipart
        .unwrap()
        .rest(&call(), &bounds, &takes_file)
        .await
        .unwrap();
    assert_eq!(open_in(&path), 1);
    let reader = parts.files[0].1.reader();
    drop(parts);
    assert_eq!(open_in(&path), 1);
    drop(reader);
    assert_eq!(open_in(&path), 0);
}

#[test]
fn it_may_move_between_threads() {
    fn assert_send<T: Send>(_: &T) {}
    let bounds = Uploads::new();
    let multipart = Multipart::new(body(stream::empty()), &CONTENT_TYPE, Arc::default(), None);
    let mut multipart = multipart.unwrap();
    assert_send(&multipart.function());
    let call = call();
    let rest = multipart.rest(&call, &bounds, &takes_file);
    assert_send(&rest);
}
