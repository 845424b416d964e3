//! A client's frames, byte by byte (RFC 6455, section 5.2).

use std::time::Duration;

use tokio::io::{AsyncReadExt, DuplexStream};

pub(super) const TEXT: u8 = 0x81;
pub(super) const BINARY: u8 = 0x82;
pub(super) const CLOSE: u8 = 0x88;
pub(super) const PING: u8 = 0x89;

/// A masked frame. `first` is the first byte: FIN, reserved bits and opcode.
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x1b, 0x2c, 0x3d, 0x4e];
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

pub(super) fn text(text: &str) -> Vec<u8> {
    frame(TEXT, text.as_bytes())
}

pub(super) fn close(code: u16) -> Vec<u8> {
    frame(CLOSE, &code.to_be_bytes())
}

/// What a server sent, frame by frame.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) first: u8,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// The code of a close frame.
    pub(super) fn code(&self) -> Option<u16> {
        let code = self.payload.first_chunk().filter(|_| self.first == CLOSE)?;
        Some(u16::from_be_bytes(*code))
    }
}

/// The next frame, or none where the server is done.
pub(super) async fn read(io: &mut DuplexStream) -> Option<Frame> {
    let reading = async {
        let first = io.read_u8().await.ok()?;
        let length = match io.read_u8().await.ok()? {
            126 => u64::from(io.read_u16().await.ok()?),
            127 => io.read_u64().await.ok()?,
            masked @ 128.. => panic!("a server masks nothing: {masked}"),
            length => u64::from(length),
        };
        let mut payload = vec![0; length as usize];
        io.read_exact(&mut payload).await.ok()?;
        Some(Frame { first, payload })
    };
    let read = tokio::time::timeout(Duration::from_secs(3600), reading);
    read.await.expect("the server says something or ends")
}
