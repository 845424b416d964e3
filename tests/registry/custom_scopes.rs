//! Scopes that the application finds itself: `affects_params`, and entries that handlers add.

use mizan::{Call, Context, Error, Function, Params, params};
use serde_json::json;

use super::ear::Log;
use super::scopes::{FEED, ORDER, USER, auto, said};

#[tokio::test]
async fn affects_params_of_all_sorts() {
    let scoped = || auto().affects([USER, ORDER, FEED]);
    let args = json!({"user_id": 42, "region": "eu"});
    let at = |id: i64| params! { "user_id": id };
    for (function, header) in [
        (
            scoped().affects_params(move |_, input, output| Ok(at(input.user_id + output))),
            "user;user_id=47, order;user_id=47, feed",
        ),
        (
            scoped().affects_params(move |_, _, _| Ok(vec![at(1), at(2), at(1)])),
            "user;user_id=1, user;user_id=2, order;user_id=1, order;user_id=2, feed",
        ),
        (
            scoped().affects_params(|_, _, _| Ok(Vec::new())),
            "user, order, feed",
        ),
        (
            scoped().affects_params(|_, _, _| Ok(Params::new())),
            "user, order, feed",
        ),
        (
            scoped().affects_params(move |_, _, _| Ok(vec![at(1), Params::new()])),
            "user, order, feed",
        ),
        (
            scoped().affects_params(|_, _, _| Ok(params! { "region": "eu", "tab": "x" })),
            "user;tab=x, order;region=eu;tab=x, feed",
        ),
        (
            scoped().affects_params(|_, _, _| Ok(params! { "user_id": None::<i64> })),
            "user, order, feed",
        ),
        (
            scoped().affects_params(|_, _, _| Err::<Params, _>(Error::not_found("no"))),
            "user, order, feed",
        ),
        (
            scoped().affects_params(|call, _, _| Ok(params! { "user_id": call.user()?.id() })),
            "user, order, feed",
        ),
        (
            scoped().affects_params_async(|_, input, output| {
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    Ok(params! { "user_id": input.user_id + output })
                })
            }),
            "user;user_id=47, order;user_id=47, feed",
        ),
        (
            auto()
                .affects(USER)
                .affects_broadly(ORDER)
                .affects_params(move |_, _, _| Ok(at(1))),
            "user;user_id=1, order",
        ),
    ] {
        assert_eq!(said(function, args.clone()).await.1, header);
    }
}

#[tokio::test]
async fn parameters_that_no_member_knows_are_dropped_and_logged() {
    let log = Log::listen();
    let function = auto()
        .affects([USER, FEED])
        .affects_params(|_, _, _| Ok(params! { "user_id": 1, "nope": "value-1" }));
    let found = said(function, json!({"user_id": 42})).await;
    assert_eq!(found.1, "user;user_id=1, feed");
    let warned: Vec<_> = log
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("WARN"))
        .collect();
    assert!(
        warned
            .iter()
            .any(|line| line.contains("nope") && line.contains("user")),
        "{warned:?}"
    );
    assert!(!log.text().contains("value-1"));

    let log = Log::listen();
    let adding = Function::new("change", |call: Call| {
        call.invalidate(USER.at(params! { "user_id": 9, "nope": 1 }));
        call.invalidate(Context::new("unheard").everywhere());
        call.invalidate(ORDER.at(params! { "region": "eu" }));
        call.invalidate(ORDER.at(params! { "region": "eu" }));
        Ok(1)
    });
    let found = said(adding, json!({})).await;
    assert_eq!(found.1, "user;user_id=9, order;region=eu");
    assert!(
        log.text().contains("nope") && log.text().contains("unheard"),
        "{}",
        log.text()
    );
}
