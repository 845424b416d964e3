//! A connection at the level of bytes, after the opening handshake.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::frame::{CLOSE, CONTINUATION, Frame};

/// Only a server that hangs makes a test wait for so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const HANDSHAKE: &str = "GET /api/mizan/ws/ HTTP/1.1\r\nhost: test\r\n\
    connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
/// Of the key above (RFC 6455 section 1.3).
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// What came from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// A control frame, or a message with all its fragments.
    Frame {
        opcode: u8,
        payload: Vec<u8>,
    },
    /// The end of the stream, after whole frames.
    End,
    Reset,
}

pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
    /// A message whose last fragment has not come: its opcode, and what came.
    begun: Option<(u8, Vec<u8>)>,
}

impl Wire {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[]).await
    }

    /// Sends these bytes in one piece with the handshake, before it is answered.
    pub(crate) async fn open_with(address: SocketAddr, bytes: &[u8]) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let sent = [HANDSHAKE.as_bytes(), bytes].concat();
        stream.write_all(&sent).await.unwrap();
        let mut wire = Self {
            stream,
            read: Vec::new(),
            begun: None,
        };
        let head = loop {
            let end = wire.read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = wire.read.drain(..end + 4).collect();
                break String::from_utf8(head).unwrap();
            }
            assert!(wire.fill().await, "no answer to the handshake");
        };
        let mut lines = head.split("\r\n");
        assert_eq!(
            lines.next().unwrap().split(' ').nth(1),
            Some("101"),
            "{head}"
        );
        let accept = lines
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-accept"));
        assert_eq!(accept.map(|(_, value)| value), Some(ACCEPT), "{head}");
        wire
    }

    /// A server that has seen enough may close before everything is written: what comes back says
    /// whether it was right.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> bool {
        timeout(PATIENCE, self.stream.write_all(bytes))
            .await
            .expect("the server reads or closes")
            .is_ok()
    }

    pub(crate) async fn send(&mut self, frame: Frame) -> bool {
        self.write(&frame.bytes()).await
    }

    pub(crate) async fn close_half(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// What comes next, checked for what holds for all frames of a server.
    pub(crate) async fn next(&mut self) -> Came {
        loop {
            if let Some((piece, length)) = parse(&self.read) {
                self.read.drain(..length);
                match self.join(piece) {
                    Some(came) => return came,
                    None => continue,
                }
            }
            let mut chunk = [0; 16 * 1024];
            let read = timeout(PATIENCE, self.stream.read(&mut chunk)).await;
            match read.expect("a frame or an end") {
                Ok(0) if self.read.is_empty() => return Came::End,
                Ok(0) => panic!("the stream ends within a frame"),
                Ok(length) => self.read.extend_from_slice(&chunk[..length]),
                Err(_) => return Came::Reset,
            }
        }
    }

    fn join(&mut self, piece: Piece) -> Option<Came> {
        let Piece {
            opcode,
            is_final,
            mut payload,
        } = piece;
        if opcode >= CLOSE {
            return Some(Came::Frame { opcode, payload });
        }
        let begun = self.begun.take();
        assert_eq!(
            opcode == CONTINUATION,
            begun.is_some(),
            "the server's fragments are in disorder"
        );
        let opcode = match begun {
            Some((opcode, mut before)) => {
                before.append(&mut payload);
                payload = before;
                opcode
            }
            None => opcode,
        };
        if is_final {
            return Some(Came::Frame { opcode, payload });
        }
        self.begun = Some((opcode, payload));
        None
    }

    async fn fill(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
        read.expect("bytes or an end")
            .is_ok_and(|length| length > 0)
    }
}

/// A frame as it stands on the wire.
struct Piece {
    opcode: u8,
    is_final: bool,
    payload: Vec<u8>,
}

fn parse(bytes: &[u8]) -> Option<(Piece, usize)> {
    let [first, second, rest @ ..] = bytes else {
        return None;
    };
    let opcode = first & 0x0f;
    assert_eq!(first & 0x70, 0, "the server sets reserved bits");
    let is_final = first & 0x80 != 0;
    assert_eq!(second & 0x80, 0, "the server masks");
    let (length, rest) = match second {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            let length = usize::from(u16::from_be_bytes(*length));
            assert!(length > 125, "the server wastes bytes on a length");
            (length, rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk()?;
            let length = u64::from_be_bytes(*length) as usize;
            assert!(length > 0xffff, "the server wastes bytes on a length");
            (length, rest)
        }
        length => (usize::from(*length), rest),
    };
    assert!(
        opcode < CLOSE || (length <= 125 && is_final),
        "a control frame of the server is long or a fragment"
    );
    let payload = rest.get(..length)?.to_vec();
    let header = bytes.len() - rest.len();
    let piece = Piece {
        opcode,
        is_final,
        payload,
    };
    Some((piece, header + length))
}
