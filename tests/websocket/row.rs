//! A row of a table, and what it takes to pass.

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::frame::{CLOSE, Frame, PONG, TEXT};
use super::server::{Server, Stack, answer, call, fast};
use super::wire::{Came, Wire};

/// So many connections are open at once.
const AT_ONCE: usize = 16;

pub(crate) struct Row {
    name: String,
    steps: Vec<Step>,
    ending: Ending,
    /// A close is among what the client sends.
    closes: bool,
}

enum Step {
    Write(Vec<u8>),
    WriteBytewise(Vec<u8>),
    CloseHalf,
    Expect(Came),
    ExpectJson(Value),
}

enum Ending {
    /// Another call is answered; then the client closes.
    Lives,
    /// The server closes with one of these codes.
    Closes(Vec<u16>),
    /// The same, and pongs may come before it.
    ClosesWithPongs(u16),
    /// A close without a code is answered by one.
    ClosesSilently,
    /// The connection ends without a word.
    Drops,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            steps: Vec::new(),
            ending: Ending::Lives,
            closes: false,
        }
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(crate) fn send(self, frame: Frame) -> Self {
        self.send_all([frame])
    }

    /// All of them in one piece.
    pub(crate) fn send_all(mut self, frames: impl IntoIterator<Item = Frame>) -> Self {
        let mut bytes = Vec::new();
        for frame in frames {
            self.closes |= frame.opcode == CLOSE;
            bytes.append(&mut frame.bytes());
        }
        self.write(bytes)
    }

    pub(crate) fn write(self, bytes: Vec<u8>) -> Self {
        self.step(Step::Write(bytes))
    }

    /// In pieces of so many bytes.
    pub(crate) fn chopped(self, length: usize, bytes: &[u8]) -> Self {
        bytes
            .chunks(length)
            .fold(self, |row, piece| row.write(piece.to_vec()))
    }

    /// One byte after the other, with time between them.
    pub(crate) fn bytewise(self, bytes: Vec<u8>) -> Self {
        self.step(Step::WriteBytewise(bytes))
    }

    pub(crate) fn close_half(self) -> Self {
        self.step(Step::CloseHalf)
    }

    pub(crate) fn pong(self, payload: impl AsRef<[u8]>) -> Self {
        self.step(Step::Expect(Came::Frame {
            opcode: PONG,
            payload: payload.as_ref().to_vec(),
        }))
    }

    pub(crate) fn json(self, message: Value) -> Self {
        self.step(Step::ExpectJson(message))
    }

    /// What a call with this text is answered.
    pub(crate) fn echo(self, text: &str) -> Self {
        self.json(answer(text))
    }

    pub(crate) fn invalid_json(self) -> Self {
        self.json(json!({"error": "Invalid JSON"}))
    }

    pub(crate) fn closes(self, code: u16) -> Self {
        self.closes_with_one_of(&[code])
    }

    pub(crate) fn closes_with_one_of(mut self, codes: &[u16]) -> Self {
        self.ending = Ending::Closes(codes.to_vec());
        self
    }

    pub(crate) fn closes_with_pongs(mut self, code: u16) -> Self {
        self.ending = Ending::ClosesWithPongs(code);
        self
    }

    pub(crate) fn closes_silently(mut self) -> Self {
        self.ending = Ending::ClosesSilently;
        self
    }

    pub(crate) fn drops(mut self) -> Self {
        self.ending = Ending::Drops;
        self
    }

    /// What is wrong, if something is.
    async fn run(self, server: &Server) -> Option<String> {
        let mut wire = Wire::open(server.address).await;
        let found = self.pass(&mut wire).await;
        found
            .err()
            .map(|wrong| format!("[{:?}] {}: {wrong}", server.stack, self.name))
    }

    async fn pass(&self, wire: &mut Wire) -> Result<(), String> {
        for step in &self.steps {
            match step {
                Step::Write(bytes) => {
                    wire.write(bytes).await;
                }
                Step::WriteBytewise(bytes) => {
                    for byte in bytes {
                        wire.write(&[*byte]).await;
                        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                    }
                }
                Step::CloseHalf => wire.close_half().await,
                Step::Expect(wanted) => {
                    let came = wire.next().await;
                    if came != *wanted {
                        return Err(format!("{} instead of {}", show(&came), show(wanted)));
                    }
                }
                Step::ExpectJson(wanted) => expect_json(wire, wanted).await?,
            }
        }
        match &self.ending {
            Ending::Lives => {
                wire.write(&Frame::text(call("still here")).bytes()).await;
                expect_json(wire, &answer("still here")).await?;
                wire.send(Frame::close(1000, "")).await;
                expect_close(&wire.next().await, |code| code == Some(1000))?;
            }
            Ending::Closes(codes) => {
                expect_close(&wire.next().await, |code| {
                    code.is_some_and(|code| codes.contains(&code))
                })
                .map_err(|wrong| format!("{wrong} instead of a close with {codes:?}"))?;
                if !self.closes {
                    wire.send(Frame::close(1000, "")).await;
                }
            }
            Ending::ClosesWithPongs(code) => {
                let came = loop {
                    match wire.next().await {
                        Came::Frame { opcode: PONG, .. } => {}
                        came => break came,
                    }
                };
                expect_close(&came, |found| found == Some(*code))?;
                wire.send(Frame::close(1000, "")).await;
            }
            Ending::ClosesSilently => expect_close(&wire.next().await, |code| code.is_none())?,
            Ending::Drops => {}
        }
        match wire.next().await {
            Came::End => Ok(()),
            // A server that lets go while something unread waits may take back its close, so it
            // reads what still comes. Of a client that has closed nothing is expected any more.
            Came::Reset if self.closes || matches!(self.ending, Ending::Drops) => Ok(()),
            came => Err(format!("{} after the end", show(&came))),
        }
    }
}

async fn expect_json(wire: &mut Wire, wanted: &Value) -> Result<(), String> {
    match wire.next().await {
        Came::Frame {
            opcode: TEXT,
            payload,
        } if serde_json::from_slice::<Value>(&payload).is_ok_and(|found| found == *wanted) => {
            Ok(())
        }
        came => Err(format!("{} instead of {wanted:.200}", show(&came))),
    }
}

fn expect_close(came: &Came, is_good: impl Fn(Option<u16>) -> bool) -> Result<(), String> {
    let Came::Frame {
        opcode: CLOSE,
        payload,
    } = came
    else {
        return Err(show(came));
    };
    let code = match payload.split_first_chunk() {
        None if payload.is_empty() => None,
        Some((code, reason)) if str::from_utf8(reason).is_ok() => Some(u16::from_be_bytes(*code)),
        _ => return Err(format!("a malformed {}", show(came))),
    };
    if is_good(code) {
        Ok(())
    } else {
        Err(show(came))
    }
}

fn show(came: &Came) -> String {
    match came {
        Came::Frame { opcode, payload } => {
            let text = String::from_utf8_lossy(payload);
            let code = match (*opcode, payload.first_chunk()) {
                (CLOSE, Some(code)) => format!(" {}", u16::from_be_bytes(*code)),
                _ => String::new(),
            };
            format!("frame {opcode}{code} {text:.120?}")
        }
        Came::End => "the end".to_owned(),
        Came::Reset => "a reset".to_owned(),
    }
}

/// Runs a table on every stack, several rows at once.
pub(crate) async fn check(rows: impl Fn() -> Vec<Row>) {
    for stack in Stack::ALL {
        let server = Server::start(stack, fast()).await;
        let found: Vec<_> = stream::iter(rows())
            .map(|row| row.run(&server))
            .buffer_unordered(AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await;
        assert!(found.is_empty(), "\n{}", found.join("\n"));
        server.assert_empty().await;
    }
}
