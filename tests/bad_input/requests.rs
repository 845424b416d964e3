//! Request lines and headers that make no sense.

use mizan::{Context, Function};

use super::{answers, echo, registry, serve};

fn request(line: &str, headers: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("{line} HTTP/1.1\r\nhost: x\r\n").into_bytes();
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", super::ECHO.len()).as_bytes());
    bytes.extend_from_slice(super::ECHO.as_bytes());
    bytes
}

#[tokio::test]
async fn methods() {
    let context = Function::new("heard", echo).context(Context::new("room"));
    let server = serve(registry().function(context)).await;
    for (line, status, allow) in [
        ("GET /api/mizan/call/", 405, Some("POST, OPTIONS")),
        ("PUT /api/mizan/call", 405, Some("POST, OPTIONS")),
        ("DELETE /api/mizan/call/", 405, Some("POST, OPTIONS")),
        ("PATCH /api/mizan/call/", 405, Some("POST, OPTIONS")),
        ("BREW /api/mizan/call/", 405, Some("POST, OPTIONS")),
        ("OPTIONS /api/mizan/call/", 204, Some("POST, OPTIONS")),
        (
            "POST /api/mizan/ctx/room/?text=a",
            405,
            Some("GET, HEAD, OPTIONS"),
        ),
        ("BREW /api/mizan/ctx/room/", 405, Some("GET, HEAD, OPTIONS")),
        (
            "OPTIONS /api/mizan/ctx/room/",
            204,
            Some("GET, HEAD, OPTIONS"),
        ),
        ("GET /api/mizan/ctx/room/?text=a", 200, None),
        ("OPTIONS /api/mizan/", 404, None),
        ("POST /api/mizan/", 404, None),
        ("POST /api/mizan/call/more", 404, None),
        ("GET /api/mizan/ctx/", 404, None),
        ("GET /api/mizan/ctx/%ff/", 404, None),
        ("GET /api/mizan/ctx/none/", 404, None),
        ("GET /api/mizan/ctx/room/?text=%ff", 400, None),
        ("GET /api/mizan/ctx/room/?text=a&text=b", 422, None),
        ("GET /api/mizan/ctx/room/?text=a&other=%ff", 400, None),
    ] {
        let answer = server.exchange(request(line, &[])).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (status, allow),
            "{line}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{line}");
        assert_eq!(
            answer.header("x-mizan-contract").map(str::len),
            Some(16),
            "{line}"
        );
        if status >= 400 {
            assert_eq!(answer.json()["error"], true, "{line}");
        }
        answers(&server).await;
    }
}

#[tokio::test]
async fn headers_of_odd_bytes() {
    let server = serve(registry()).await;
    let table: [(&[&[u8]], u16); 14] = [
        (&[b"content-type: application/json"], 200),
        (&[b"content-type: APPLICATION/JSON ; charset=\xff"], 200),
        (&[b"content-type: "], 415),
        (&[b"content-type: \xff\xfe"], 415),
        (&[b"content-type: application/json\xff"], 415),
        (&[b"content-type: text/plain"], 415),
        (&[b"x-mizan-token: \xff\x80"], 200),
        (&[b"authorization: \xff\xfe\xfd"], 200),
        (&[b"authorization: Bearer \xff"], 200),
        (&[b"cookie: \xff=\xff; =;;;"], 200),
        (&[b"origin: \xff"], 403),
        (&[b"origin: null"], 403),
        (&[b"sec-fetch-site: \xff"], 403),
        (&[b"sec-fetch-site: cross-site"], 403),
    ];
    for (headers, status) in table {
        let shown = String::from_utf8_lossy(headers[0]).into_owned();
        let answer = server
            .exchange(request("POST /api/mizan/call/", headers))
            .await;
        assert_eq!(answer.status, status, "{shown}");
        answers(&server).await;
    }
}

#[tokio::test]
async fn lines_that_are_no_requests() {
    let server = serve(registry()).await;
    for line in [
        b"POST /api/mizan/call/\xff HTTP/1.1\r\n\r\n".as_slice(),
        b"GET /api/mizan/ctx/room?\xff=\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /api/mizan/call/ HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/mizan/call/ HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST /api/mizan/call/ HTTP/1.1\r\ncontent-length: 18446744073709551616\r\n\r\n",
    ] {
        let mut wire = server.connect().await;
        wire.write(line).await;
        wire.close_half().await;
        let answer = wire.answer().await;
        assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
        answers(&server).await;
    }
}
