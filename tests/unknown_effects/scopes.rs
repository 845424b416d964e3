//! Where the entries of a mutation come from when the output is not known, or `affects_params` is
//! of no use.

use std::time::Duration;

use mizan::{Error, Function, Params, Result, params};
use tower::ServiceExt;

use super::rig::Ear;
use super::{DEADLINE, Input, Profile, TEAM, USER, base, change, later, mutation, over_http};

fn scoped() -> Function<Input, Profile> {
    Function::new("change", change)
        .affects([USER, TEAM])
        .deadline(DEADLINE)
        .affects_params(|_, input, _| Ok(params! { "user_id": input.user_id + 1 }))
}

#[tokio::test(start_paused = true)]
async fn scopes_that_need_the_output_are_broad_without_it() {
    let ear = Ear::default();
    let registry = base(&ear).function(scoped()).build().unwrap();
    let answer = over_http(&registry, "change", "").await;
    assert_eq!(
        answer.header("x-mizan-invalidate"),
        Some("user;user_id=2, team")
    );
    for how in ["panic", "hang", "INTERNAL_ERROR"] {
        let answer = over_http(&registry, "change", how).await;
        assert_eq!(
            answer.header("x-mizan-invalidate"),
            Some("user, team"),
            "{how}"
        );
    }
    later().await;
    // The second and the third gather while the first is due to be told again.
    let mut heard = ear.heard();
    heard.sort();
    assert_eq!(
        heard,
        [
            "changed user;user_id=2, team",
            "settled user, team",
            "settled user, team",
            "unknown user, team",
            "unknown user, team",
            "unknown user, team",
        ]
    );
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Unwritable {
    #[serde(serialize_with = "refuse")]
    #[schemars(with = "i64")]
    value: i64,
}

fn refuse<S: serde::Serializer>(_: &i64, _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom("not to be written"))
}

#[tokio::test(start_paused = true)]
async fn scopes_that_were_found_do_not_count_where_the_answer_fails_after_all() {
    let ear = Ear::default();
    let unwritable = |_: mizan::Call, _: Input| Ok(Unwritable { value: 1 });
    let function = Function::new("change", unwritable)
        .affects(USER)
        .affects_params(|_, _, output| Ok(params! { "user_id": output.value }));
    let registry = base(&ear).function(function).build().unwrap();
    let answer = over_http(&registry, "change", "").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user"));
    later().await;
    assert_eq!(ear.heard(), ["unknown user", "settled user"]);
}

#[tokio::test(start_paused = true)]
async fn entries_that_the_handler_added_stay() {
    let ear = Ear::default();
    let registry = base(&ear).function(mutation("change")).build().unwrap();
    for how in ["add ", "add panic", "add hang", "add INTERNAL_ERROR"] {
        let answer = over_http(&registry, "change", how).await;
        let entries = answer.header("x-mizan-invalidate");
        assert_eq!(entries, Some("user;user_id=1, team"), "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_adds_to_the_call_does_not_take_away_what_the_handler_says() {
    let ear = Ear::default();
    let with_extension = tower::layer::layer_fn(|route: mizan::Route| {
        route.map_request(|call: mizan::Call| call.with_extension(5_u8).with_user(None))
    });
    let layered = mutation("change").layer(with_extension);
    let registry = base(&ear).function(layered).build().unwrap();
    for (how, status) in [("add ", 200), ("add panic", 500), ("add hang", 504)] {
        let answer = over_http(&registry, "change", how).await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("x-mizan-invalidate"),
            Some("user;user_id=1, team"),
            "{how}"
        );
    }
}

fn failing(name: &'static str) -> Function<Input, Profile> {
    let function = Function::new(name, change).affects(USER).deadline(DEADLINE);
    match name {
        "fails" => function.affects_params(|_, _, _| -> Result<Params> { Err(Error::timeout()) }),
        "panics" => function.affects_params(|_, _, _| -> Result<Params> { panic!("scopes") }),
        "fails_later" => function.affects_params_async(|_, _, _| {
            Box::pin(async { Err::<Params, _>(Error::not_found("no")) })
        }),
        "panics_later" => function.affects_params_async(|_, _, _| {
            Box::pin(async {
                tokio::task::yield_now().await;
                if true {
                    panic!("scopes");
                }
                Ok(Params::new())
            })
        }),
        "hangs" => function
            .affects_params_async(|_, _, _| Box::pin(std::future::pending::<Result<Params>>())),
        // Each takes less than the deadline, both together take more.
        "slow" => Function::new(name, |call, input| async move {
            tokio::time::sleep(DEADLINE * 3 / 4).await;
            change(call, input).await
        })
        .affects(USER)
        .deadline(DEADLINE)
        .affects_params_async(|_, _, _| {
            Box::pin(async {
                tokio::time::sleep(DEADLINE * 3 / 4).await;
                Ok(params! { "user_id": 7 })
            })
        }),
        // The handler took its time before the scopes hang.
        "late_and_hangs" => Function::new(name, |call, input| async move {
            tokio::time::sleep(DEADLINE / 2).await;
            change(call, input).await
        })
        .affects(USER)
        .deadline(DEADLINE)
        .affects_params_async(|_, _, _| Box::pin(std::future::pending::<Result<Params>>())),
        _ => function,
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_of_no_use_leave_the_answer_unharmed() {
    for (name, entries) in [
        ("fails", "user"),
        ("panics", "user"),
        ("fails_later", "user"),
        ("panics_later", "user"),
        ("hangs", "user"),
        ("late_and_hangs", "user"),
        ("slow", "user;user_id=7"),
    ] {
        let ear = Ear::default();
        let registry = base(&ear).function(failing(name)).build().unwrap();
        let answer = over_http(&registry, name, "").await;
        assert_eq!(
            (answer.status, answer.json()["result"]["name"].as_str()),
            (200, Some("Ada")),
            "{name}"
        );
        assert_eq!(answer.header("x-mizan-invalidate"), Some(entries), "{name}");
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(ear.heard(), [format!("changed {entries}")], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_still_holds_for_the_handler_of_a_function_with_scopes() {
    let ear = Ear::default();
    let registry = base(&ear).function(failing("hangs")).build().unwrap();
    let answer = over_http(&registry, "hangs", "hang").await;
    assert_eq!(
        (answer.status, answer.header("x-mizan-invalidate")),
        (504, Some("user"))
    );
}
