//! The body of a call. One that begins with a digit names a function by it, and the arguments
//! follow; any other is sent as it is.
#![no_main]

use http::Request;
use http_body_util::Full;
use libfuzzer_sys::fuzz_target;
use mizan_fuzz::registry::ECHOES;
use mizan_fuzz::service::{Answer, ask};

fuzz_target!(|data: &[u8]| {
    let named = data
        .split_first()
        .and_then(|(first, rest)| Some((*ECHOES.get(first.wrapping_sub(b'0') as usize)?, rest)));
    let Some((function, args)) = named else {
        call(data.to_vec());
        return;
    };
    let answer = call(body(function, args));
    if answer.status == 200 {
        let result = answer.body["result"].to_string();
        let again = call(body(function, result.as_bytes()));
        assert_eq!(
            again.body["result"], answer.body["result"],
            "{}",
            again.text
        );
    }
});

fn body(function: &str, args: &[u8]) -> Vec<u8> {
    [
        b"{\"fn\":\"",
        function.as_bytes(),
        b"\",\"args\":",
        args,
        b"}",
    ]
    .concat()
}

fn call(body: Vec<u8>) -> Answer {
    ask(Request::post("/api/mizan/call/")
        .body(Full::from(body))
        .expect("the request is one"))
}
