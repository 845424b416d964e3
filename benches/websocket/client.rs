//! A client that does as little as a client can, so that what is measured is the server.

use std::ops::Range;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::Result;
use crate::servers::MOUNT;

const TEXT: u8 = 0x1;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
const NO_MASK: [u8; 4] = [0; 4];

/// Enough for every frame that is awaited here.
const BUFFER: usize = 1024;

/// An open WebSocket.
pub(crate) struct Socket<IO> {
    io: IO,
    buffer: Vec<u8>,
    filled: usize,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Socket<IO> {
    pub(crate) async fn open(mut io: IO) -> Result<Self> {
        let head = format!(
            "GET {MOUNT}ws/ HTTP/1.1\r\n\
             Host: localhost\r\n\
             Connection: Upgrade\r\n\
             Upgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        io.write_all(head.as_bytes()).await?;
        let mut answer = Vec::with_capacity(BUFFER);
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(io.read_u8().await?);
        }
        if !answer.starts_with(b"HTTP/1.1 101") {
            return Err(format!("no upgrade: {:?}", String::from_utf8_lossy(&answer)).into());
        }
        Ok(Self {
            io,
            buffer: vec![0; BUFFER],
            filled: 0,
        })
    }

    pub(crate) async fn send(&mut self, frames: &[u8]) -> Result<()> {
        Ok(self.io.write_all(frames).await?)
    }

    /// How many texts have come, at least one; what they say is no matter.
    pub(crate) async fn receive(&mut self) -> Result<usize> {
        loop {
            let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let read = self.io.read(free).await?;
            if read == 0 {
                return Err("the connection ended".into());
            }
            self.filled += read;
            let texts = self.take().await?;
            if texts > 0 {
                return Ok(texts);
            }
        }
    }

    /// Asks, and compares what is answered.
    pub(crate) async fn ask(&mut self, question: &str, answer: &str) -> Result<()> {
        self.send(&text(question)).await?;
        let mut head = [0; 2];
        self.io.read_exact(&mut head).await?;
        let mut payload = vec![0; usize::from(head[1])];
        self.io.read_exact(&mut payload).await?;
        if payload == answer.as_bytes() {
            return Ok(());
        }
        let payload = String::from_utf8_lossy(&payload);
        Err(format!("`{question}` was answered with `{payload}`").into())
    }

    /// Takes whole frames out of the buffer, and counts the texts.
    async fn take(&mut self) -> Result<usize> {
        let (mut texts, mut taken) = (0, 0);
        while let Some((opcode, payload)) = whole(self.buffer.get(taken..self.filled)) {
            let frame = taken..taken + payload.end;
            match opcode {
                TEXT => texts += 1,
                PING => {
                    let data = self.buffer.get(frame.clone()).and_then(|f| f.get(payload));
                    let pong = masked(PONG, data.unwrap_or_default());
                    self.io.write_all(&pong).await?;
                }
                opcode => return Err(format!("a frame of the opcode {opcode} came").into()),
            }
            taken = frame.end;
        }
        self.buffer.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        Ok(texts)
    }
}

/// A text as a client sends it, its mask being zero.
pub(crate) fn text(payload: &str) -> Vec<u8> {
    masked(TEXT, payload.as_bytes())
}

fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    debug_assert!(
        length <= usize::from(u16::MAX),
        "eight bytes of length are not written"
    );
    let [high, low] = (length as u16).to_be_bytes();
    let head: &[u8] = match length {
        ..126 => &[FINAL | opcode, MASKED | low],
        _ => &[FINAL | opcode, MASKED | 126, high, low],
    };
    [head, &NO_MASK, payload].concat()
}

/// The opcode of the frame at the start, and where its payload is; nothing where the frame is not
/// whole.
fn whole(bytes: Option<&[u8]>) -> Option<(u8, Range<usize>)> {
    let bytes = bytes?;
    let (begins, length) = match bytes.get(1)? {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        length => (2, usize::from(*length)),
    };
    let ends = begins + length;
    (bytes.len() >= ends).then_some((bytes.first()? & 0xF, begins..ends))
}
