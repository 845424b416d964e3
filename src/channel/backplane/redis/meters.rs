//! Counters and a gauge through the `metrics` facade.

#[cfg(feature = "metrics")]
mod facade {
    use metrics::{Key, Level, Metadata, with_recorder};

    static METADATA: Metadata<'static> = Metadata::new("mizan", Level::INFO, Some(module_path!()));
    static CONNECTED: Key = Key::from_static_name("mizan_backplane_connected");
    static DROPPED: Key = Key::from_static_name("mizan_backplane_dropped_total");
    static RECONNECTIONS: Key = Key::from_static_name("mizan_backplane_reconnections_total");

    pub(crate) fn connected(is: bool) {
        with_recorder(|recorder| {
            recorder
                .register_gauge(&CONNECTED, &METADATA)
                .set(if is { 1.0 } else { 0.0 });
        });
    }

    pub(crate) fn dropped(count: u64) {
        with_recorder(|recorder| {
            recorder
                .register_counter(&DROPPED, &METADATA)
                .increment(count);
        });
    }

    pub(crate) fn reconnected() {
        with_recorder(|recorder| {
            recorder
                .register_counter(&RECONNECTIONS, &METADATA)
                .increment(1);
        });
    }
}

#[cfg(not(feature = "metrics"))]
mod facade {
    pub(crate) fn connected(_is: bool) {}
    pub(crate) fn dropped(_count: u64) {}
    pub(crate) fn reconnected() {}
}

pub(super) use facade::{connected, dropped, reconnected};
