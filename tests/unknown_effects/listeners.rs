//! Those who are told.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use mizan::{Invalidation, MizanLayer, params};
use tokio::sync::Notify;
use tower::{Layer, ServiceExt, service_fn};

use super::rig::{Ear, post};
use super::{USER, base, input, later, mutation, over_http};

#[tokio::test(start_paused = true)]
async fn a_listener_that_hangs_holds_an_answer_no_longer_than_it_may() {
    let ear = Ear::default();
    let registry = base(&ear)
        .listener_timeout(Some(Duration::from_secs(2)))
        .on_invalidate(|_| std::future::pending())
        .function(mutation("change"))
        .build()
        .unwrap();
    for how in ["", "panic"] {
        let began = tokio::time::Instant::now();
        over_http(&registry, "change", how).await;
        // The clock of the test is the runtime's own, which jumps.
        assert_eq!(began.elapsed().as_secs(), 2, "{how}");
    }
    later().await;
    let heard = ["changed", "unknown", "settled"].map(|c| format!("{c} user;user_id=1"));
    assert_eq!(ear.heard(), heard);
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_panics_keeps_nobody_else_from_hearing() {
    let ear = Ear::default();
    let second = Ear::default();
    let registry = base(&ear)
        .on_invalidate(|_| async { panic!("a listener") })
        .on_invalidate(|_| -> std::future::Ready<()> { panic!("a listener") })
        .on_invalidate(second.listener())
        .function(mutation("change"))
        .build()
        .unwrap();
    assert_eq!(over_http(&registry, "change", "").await.status, 200);
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);
    assert_eq!(second.heard(), ear.heard());
}

/// A plain route behind Mizan, which says what it changed.
async fn route(
    registry: &mizan::Registry,
    status: u16,
) -> Response<mizan::MizanBody<Full<bytes::Bytes>>> {
    let inner = service_fn(move |_: Request<Full<bytes::Bytes>>| async move {
        let mut response = Response::builder()
            .status(status)
            .body(Full::default())
            .unwrap();
        let entry = USER.at(params! { "user_id": 1 });
        response.extensions_mut().insert(Invalidation::from(entry));
        Ok::<_, std::convert::Infallible>(response)
    });
    let service = MizanLayer::new(registry.clone()).layer(inner);
    let mut request = post("");
    *request.uri_mut() = "/plain".parse().unwrap();
    service.oneshot(request).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn plain_routes_take_part() {
    for (status, header, told) in [
        (200, true, vec!["changed user;user_id=1"]),
        (303, true, vec!["changed user;user_id=1"]),
        (404, false, vec![]),
        (
            500,
            true,
            vec!["unknown user;user_id=1", "settled user;user_id=1"],
        ),
    ] {
        let ear = Ear::default();
        let registry = base(&ear).build().unwrap();
        let response = route(&registry, status).await;
        let found = response.headers().get("x-mizan-invalidate");
        assert_eq!(found.is_some(), header, "{status}");
        assert!(response.extensions().get::<Invalidation>().is_none());
        later().await;
        assert_eq!(ear.heard(), told, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plain_route_whose_caller_goes_away_is_told_to_the_end() {
    let gate = Arc::new(Notify::new());
    let ear = Ear::default();
    let (wait, noted) = (Arc::clone(&gate), ear.clone());
    let registry = base(&Ear::default())
        .listener_timeout(None)
        .on_invalidate(move |event| {
            let (wait, noted) = (Arc::clone(&wait), noted.clone());
            async move {
                wait.notified().await;
                noted.push(&event);
            }
        })
        .build()
        .unwrap();
    let waited = tokio::time::timeout(Duration::from_secs(1), route(&registry, 200)).await;
    assert!(waited.is_err());
    gate.notify_one();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);
}

#[tokio::test(start_paused = true)]
async fn a_job_tells_everybody_what_the_registry_knows() {
    let ear = Ear::default();
    let registry = base(&ear).build().unwrap();
    registry
        .invalidate(USER.at(params! { "user_id": 1, "other": 2 }))
        .await;
    registry.invalidate(mizan::Entry::broad("nobody")).await;
    registry.invalidate(mizan::Entry::broad("team")).await;
    assert_eq!(ear.heard(), ["changed user;user_id=1", "changed team"]);
    assert!(registry.call("nobody", &input("")).await.is_err());
}
