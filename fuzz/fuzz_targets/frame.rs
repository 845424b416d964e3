//! A client's message over the WebSocket: whatever it is, it is served or refused, and what is cut
//! out of it is a part of it and JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| mizan::fuzz_frame(text));
