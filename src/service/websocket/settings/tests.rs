use super::*;

#[test]
fn what_makes_no_sense_is_named() {
    let second = Duration::from_secs(1);
    for (sockets, named) in [
        (Sockets::new().max_head(0), "max_head"),
        (Sockets::new().max_message(0), "max_message"),
        (Sockets::new().max_subscriptions(0), "max_subscriptions"),
        (Sockets::new().max_calls(0), "max_calls"),
        (Sockets::new().messages_per_second(0, 1), "per_second"),
        (Sockets::new().messages_per_second(1, 0), "per_second"),
        (Sockets::new().connections(0), "`connections`"),
        (Sockets::new().connections_per_user(0), "per_user"),
        (Sockets::new().ping_every(Duration::ZERO), "ping_every"),
        (Sockets::new().queue(0, 1), "queue"),
        (Sockets::new().queue(1, 0), "queue"),
        (Sockets::new().identity_lifetime(Duration::ZERO), "identity"),
        (Sockets::new().close_timeout(Duration::ZERO), "close"),
        (Sockets::new().idle_timeout(Duration::ZERO), "idle_timeout"),
        (
            Sockets::new().ping_every(second).idle_timeout(second),
            "idle_timeout",
        ),
    ] {
        let defect = sockets.defect().unwrap_or_default();
        assert!(defect.contains(named), "{named}: {defect}");
    }
    assert_eq!(Sockets::new().defect(), None);
}

#[test]
fn times_stay_within_what_clocks_count() {
    let sockets = Sockets::new()
        .idle_timeout(Duration::MAX)
        .ping_every(Duration::from_secs(60));
    assert_eq!(sockets.defect(), None);
    let now = std::time::Instant::now();
    assert!(now.checked_add(sockets.idle_timeout).is_some());
}
