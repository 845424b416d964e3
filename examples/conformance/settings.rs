//! What the environment says.

use std::env;

use mizan::BoxError;
use mizan::channel::Redis;

use crate::stack::Stack;

const DEFAULT_PORT: u16 = 8800;

pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) stack: Stack,
    /// What joins the channels of several such servers.
    pub(crate) backplane: Option<Redis>,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, BoxError> {
        // Whoever asks for a cache must not measure a server without one.
        if variable("CACHE")?.is_some() {
            return Err("CACHE is set, but this build has no cache yet".into());
        }
        let port = match variable("PORT")? {
            None => DEFAULT_PORT,
            Some(text) => text
                .parse()
                .map_err(|_| format!("PORT is {text:?}, which is no port"))?,
        };
        let stack = match variable("STACK")?.as_deref() {
            None | Some("hyper") => Stack::Hyper,
            Some("axum") => Stack::Axum,
            Some("poem") => Stack::Poem,
            Some(other) => {
                return Err(format!("STACK is {other:?}, not hyper, axum or poem").into());
            }
        };
        let backplane = match variable("REDIS_URL")? {
            None => None,
            Some(url) => Some(Redis::new(url).map_err(|error| format!("REDIS_URL: {error}"))?),
        };
        Ok(Self {
            port,
            stack,
            backplane,
        })
    }
}

/// A variable that is set to nothing counts as one that is not set.
fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(format!("{name}: {error}").into()),
    }
}
