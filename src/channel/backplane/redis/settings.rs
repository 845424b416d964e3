//! How a node uses Redis.

use std::fmt;
use std::time::Duration;

use redis::{Client, IntoConnectionInfo, ProtocolVersion};

use super::Redis;

const LONGEST: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) prefix: String,
    pub(super) time_out: Duration,
    pub(super) beat: Duration,
    pub(super) expiry: Duration,
    pub(super) queue_messages: usize,
    pub(super) queue_bytes: usize,
    pub(super) keep: Duration,
}

/// Settings of a [`Redis`] that cannot be.
///
/// None of their texts holds the URL: a password may be in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum RedisError {
    /// The URL names no Redis that could be reached.
    #[non_exhaustive]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// The prefix is empty.
    Prefix,
    /// A time is zero or longer than a day.
    #[non_exhaustive]
    Time {
        /// The setting's name.
        setting: &'static str,
    },
    /// A node whose beat comes a little late would vanish: the expiry is not longer than two
    /// beats.
    Expiry,
    /// A queue without room.
    Queue,
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RedisError::Url { reason } => write!(f, "the URL of Redis is wrong: {reason}"),
            RedisError::Prefix => f.write_str("the prefix of Redis is empty"),
            RedisError::Time { setting } => {
                write!(
                    f,
                    "`{setting}` is longer than nothing and at most a day long"
                )
            }
            RedisError::Expiry => f.write_str("`expiry` is longer than two beats"),
            RedisError::Queue => f.write_str("`queue` has room for a message at least"),
        }
    }
}

impl std::error::Error for RedisError {}

/// Settings of a [`Redis`], made by [`Redis::builder`].
#[must_use]
pub struct RedisBuilder {
    url: String,
    settings: Settings,
}

impl fmt::Debug for RedisBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl RedisBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            settings: Settings {
                prefix: "mizan".to_owned(),
                time_out: Duration::from_secs(1),
                beat: Duration::from_secs(10),
                expiry: Duration::from_secs(30),
                queue_messages: 4096,
                queue_bytes: 16 * 1024 * 1024,
                keep: Duration::from_secs(5),
            },
        }
    }

    /// What the names of keys and pub/sub channels begin with, `mizan` by default. Applications
    /// that share a Redis need different ones, in different databases too: pub/sub knows none.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.prefix = prefix.into();
        self
    }

    /// How long connecting, and every command, may take, 1 s by default. The connection is tried
    /// as often, and given up when nothing was heard for as long.
    pub fn time_out(mut self, time_out: Duration) -> Self {
        self.settings.time_out = time_out;
        self
    }

    /// How often this node says that it lives, 10 s by default.
    pub fn beat(mut self, beat: Duration) -> Self {
        self.settings.beat = beat;
        self
    }

    /// How long its presence outlives a node that died, 30 s by default; longer than two beats.
    pub fn expiry(mut self, expiry: Duration) -> Self {
        self.settings.expiry = expiry;
        self
    }

    /// How much may wait to be published, 4,096 messages and 16 MiB by default. What does not fit
    /// is dropped and counted.
    pub fn queue(mut self, messages: usize, bytes: usize) -> Self {
        self.settings.queue_messages = messages;
        self.settings.queue_bytes = bytes;
        self
    }

    /// How long a message waits for a lost connection, 5 s by default. An older one is dropped and
    /// counted: nobody wants the chat of an hour ago at once.
    pub fn keep(mut self, keep: Duration) -> Self {
        self.settings.keep = keep;
        self
    }

    /// The backplane. It connects when it is started.
    ///
    /// # Errors
    ///
    /// [`RedisError`] where a setting cannot be.
    pub fn build(self) -> Result<Redis, RedisError> {
        let Self { url, settings } = self;
        if settings.prefix.is_empty() {
            return Err(RedisError::Prefix);
        }
        for (setting, time) in [
            ("time_out", settings.time_out),
            ("beat", settings.beat),
            ("expiry", settings.expiry),
            ("keep", settings.keep),
        ] {
            if time < Duration::from_millis(1) || time > LONGEST {
                return Err(RedisError::Time { setting });
            }
        }
        if settings.expiry <= settings.beat * 2 {
            return Err(RedisError::Expiry);
        }
        if settings.queue_messages == 0 || settings.queue_bytes == 0 {
            return Err(RedisError::Queue);
        }
        let client = client(&url).map_err(|error| RedisError::Url {
            reason: match error.detail() {
                Some(detail) => detail.to_owned(),
                None => error.to_string(),
            },
        })?;
        Ok(Redis::with(client, settings))
    }
}

// RESP3 lets one connection publish, ask and be told: it is lost and found as a whole.
fn client(url: &str) -> redis::RedisResult<Client> {
    let info = url.into_connection_info()?;
    let redis = info
        .redis_settings()
        .clone()
        .set_protocol(ProtocolVersion::RESP3);
    Client::open(info.set_redis_settings(redis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: impl FnOnce(RedisBuilder) -> RedisBuilder) -> RedisError {
        change(Redis::builder("redis://127.0.0.1"))
            .build()
            .expect_err("cannot be")
    }

    #[test]
    fn urls_of_every_kind() {
        for url in [
            "redis://localhost",
            "redis://user:p%40ss@localhost:7000/3",
            "valkey://[::1]:7000",
            "unix:///run/redis.sock",
            "redis+unix:///run/redis.sock?db=2&user=u&pass=p",
            "redis://localhost/?protocol=resp2",
        ] {
            assert!(Redis::new(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn urls_that_lead_nowhere_are_refused_without_their_password() {
        for url in [
            "",
            "localhost:6379:secret",
            "http://:secret@localhost",
            "rediss://:secret@localhost",
            "redis://:secret@localhost/db",
            "redis://:secret@0.0.0.0/",
            "redis://:secret@localhost/?protocol=9",
            "redis://:se cret@loc alhost",
        ] {
            let error = Redis::new(url).expect_err(url);
            assert!(matches!(error, RedisError::Url { .. }), "{url}");
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{url}: {error}"
            );
        }
    }

    #[test]
    fn settings_that_cannot_be() {
        let second = Duration::from_secs(1);
        assert!(matches!(wrong(|b| b.prefix("")), RedisError::Prefix));
        assert!(matches!(
            wrong(|b| b.time_out(Duration::ZERO)),
            RedisError::Time {
                setting: "time_out"
            }
        ));
        assert!(matches!(
            wrong(|b| b.beat(Duration::MAX)),
            RedisError::Time { setting: "beat" }
        ));
        assert!(matches!(
            wrong(|b| b.beat(second).expiry(2 * second)),
            RedisError::Expiry
        ));
        assert!(matches!(wrong(|b| b.queue(0, 1)), RedisError::Queue));
        assert!(matches!(wrong(|b| b.queue(1, 0)), RedisError::Queue));
    }

    #[test]
    fn neither_shows_the_password() {
        let builder = Redis::builder("redis://:secret@localhost");
        assert!(!format!("{builder:?}").contains("secret"));
        let redis = builder.build().expect("can be");
        assert!(!format!("{redis:?}").contains("secret"));
    }
}
