//! What is read, and what becomes of it.

use std::task::{Context, Poll};

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::actor::Actor;
use super::answer::{self, Kind};
use super::calls::Asker;
use super::ending::Ending;
use super::frame::{self, Action, Ask, Topic};
use super::lane::{Order, Turn, Verb};
use super::meters::Meters;
use super::wire::Heard;

impl<IO> Actor<IO>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    /// Whether one more frame may be read: there is room for whatever it asks for.
    fn may_read(&self) -> bool {
        self.turn.is_none()
            && !self.lane.is_barred()
            && self.clock.paused.is_none()
            && self.clock.drained.is_none()
            && !self.is_full()
            && self.calls.len() + self.answers.len() < self.config.sockets.max_calls
    }

    pub(super) fn poll_heard(
        &mut self,
        meters: &Meters,
        cx: &mut Context<'_>,
    ) -> Result<bool, Ending> {
        let reading = self.may_read();
        if reading && !self.clock.reading {
            self.clock.heard = Instant::now();
        }
        self.clock.reading = reading;
        if !reading {
            return Ok(false);
        }
        let Poll::Ready(heard) = self.wire.poll_heard(cx)? else {
            return Ok(false);
        };
        self.clock.heard = Instant::now();
        self.clock.paused = self.pace.take(self.clock.heard);
        match heard {
            Heard::Text(text) => {
                meters.received();
                self.take(&text);
            }
            Heard::Binary => {
                meters.received();
                self.answers.push(answer::INVALID);
            }
            Heard::Control => {}
            Heard::Close => return Err(Ending::Client),
        }
        Ok(true)
    }

    fn take(&mut self, text: &Utf8Bytes) {
        let turn = match frame::parse(text) {
            Ok(Action::Rpc(ask)) => return self.call(Kind::Function, &ask, text),
            Ok(Action::Ctx(ask)) => return self.call(Kind::Context, &ask, text),
            Ok(Action::Subscribe(topic)) => order(Verb::Subscribe, topic, None, text),
            Ok(Action::Unsubscribe(topic)) => order(Verb::Unsubscribe, topic, None, text),
            Ok(Action::Message(topic, data)) => order(Verb::Message, topic, data, text),
            Ok(Action::Auth(token)) => Turn::Auth(token.into_owned()),
            Err(refusal) => return self.answers.push(answer::refusal(&refusal)),
        };
        // Begun in the next round, if the lane is free.
        self.turn = Some(turn);
    }

    fn call(&mut self, kind: Kind, ask: &Ask<'_>, text: &Utf8Bytes) {
        let asker = Asker {
            config: &self.config,
            head: &self.head,
            user: self.caller.user(),
        };
        if let Some(answer) = self.calls.begin(kind, ask, text.as_ref(), &asker) {
            self.answers.push(answer);
        }
    }
}

fn order(verb: Verb, topic: Topic<'_>, data: Option<&RawValue>, text: &Utf8Bytes) -> Turn {
    let text: &Bytes = text.as_ref();
    let part = |raw: Option<&RawValue>| {
        raw.map_or(Bytes::new(), |raw| text.slice_ref(raw.get().as_bytes()))
    };
    Turn::Channel(Order {
        verb,
        channel: topic.channel.into_owned(),
        params: part(topic.params),
        data: part(data),
    })
}
