//! What tests over real sockets share: a server process, a client, requests, answers, tokens.

// Each test crate takes what it needs.
#![allow(dead_code)]

pub(crate) mod answer;
pub(crate) mod client;
pub(crate) mod form_errors;
pub(crate) mod json;
pub(crate) mod process;
pub(crate) mod raw;
pub(crate) mod request;
pub(crate) mod token;
