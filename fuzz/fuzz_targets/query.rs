//! The query of a context, whose instance stands in the answer.
#![no_main]

use http::{Request, Uri};
use http_body_util::Full;
use libfuzzer_sys::fuzz_target;
use mizan::Entry;
use mizan_fuzz::service::ask;

fuzz_target!(|query: &str| {
    let Ok(uri) = format!("/api/mizan/ctx/things/?{query}").parse::<Uri>() else {
        return;
    };
    let answer = ask(Request::get(uri)
        .body(Full::default())
        .expect("the request is one"));
    if answer.status != 200 {
        return;
    }
    let instance = answer.headers["x-mizan-instance"]
        .to_str()
        .expect("the header is text");
    let instance: Entry = instance.parse().expect("the instance is one entry");
    assert_eq!(instance.context(), "things");
    if let Some(id) = instance.params().get("id") {
        assert_eq!(answer.body["search"]["id"].to_string(), id.to_string());
        assert_eq!(answer.body["thing"]["id"], answer.body["search"]["id"]);
    }
});
