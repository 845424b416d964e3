//! The exchanges that are measured. Each builds a request, calls a service, reads the body of
//! the response and checks it; what differs is the service.

mod contact;
mod exchange;
mod floor;
mod forms;
mod greeting;
mod hundred;
mod mizan;
mod others;

use self::exchange::Exchange;
use self::greeting::{LARGE, SMALL};
use crate::Result;

pub(crate) struct Scenario {
    /// What stands above it in the table.
    pub(crate) heading: Option<&'static str>,
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) make: fn() -> Result<Exchange>,
    /// Over how many pairs of processes its instructions are averaged. Start-up hashes with random
    /// seeds, which moves its count by some thousand instructions. Where a schema is compiled it is a
    /// million, and the heap is left in another state, which moves each exchange by a few percent.
    pub(crate) pairs: u64,
    /// The scenario that it is a ratio to.
    pub(crate) floor: &'static str,
    /// The scenario that does the same without a service.
    pub(crate) empty: &'static str,
}

impl Scenario {
    pub(crate) fn repeat(&self, times: u64) -> Result<()> {
        let mut exchange = (self.make)()?;
        allocation_counter::opt_out(|| (0..times).for_each(|_| exchange()));
        Ok(())
    }
}

pub(crate) fn find(name: &str) -> Result<&'static Scenario> {
    ALL.iter()
        .find(|scenario| scenario.name == name)
        .ok_or_else(|| format!("there is no scenario `{name}`").into())
}

const fn small(name: &'static str, what: &'static str, make: fn() -> Result<Exchange>) -> Scenario {
    Scenario {
        heading: None,
        name,
        what,
        make,
        pairs: 1,
        floor: "floor",
        empty: "empty",
    }
}

const fn large(name: &'static str, what: &'static str, make: fn() -> Result<Exchange>) -> Scenario {
    Scenario {
        heading: None,
        name,
        what,
        make,
        pairs: 1,
        floor: "floor-1k",
        empty: "empty",
    }
}

const fn form(name: &'static str, what: &'static str, make: fn() -> Result<Exchange>) -> Scenario {
    Scenario {
        pairs: 9,
        floor: "form-floor",
        ..small(name, what, make)
    }
}

const fn form_100(
    name: &'static str,
    what: &'static str,
    make: fn() -> Result<Exchange>,
) -> Scenario {
    Scenario {
        floor: "form-100-floor",
        ..small(name, what, make)
    }
}

pub(crate) const ALL: &[Scenario] = &[
    small("empty", "no service, a constant body", || {
        floor::empty(false)
    }),
    small("empty-user", "the same, a User in the extensions", || {
        floor::empty(true)
    }),
    small("static", "service_fn, static bytes", floor::unread),
    small("floor", "service_fn, the same serde work", || {
        floor::floor(SMALL)
    }),
    small("async", "Mizan as a layer, async handler", || {
        mizan::layer("greet", SMALL)
    }),
    small("sync", "Mizan as a layer, sync handler", || {
        mizan::layer("hello", SMALL)
    }),
    small("service", "Mizan as a service, async handler", || {
        mizan::service("greet", SMALL)
    }),
    Scenario {
        empty: "empty-user",
        ..small("auth", "async, auth by a User, scoped affects", || {
            mizan::with_user("write")
        })
    },
    Scenario {
        empty: "empty-user",
        ..small("auth-sync", "sync, auth by a User, scoped affects", || {
            mizan::with_user("enter")
        })
    },
    small("mwt", "async, auth by a token, scoped affects", || {
        mizan::with_token("write")
    }),
    small("context", "a context of two members", mizan::context),
    small(
        "inner",
        "service_fn behind Mizan, called by itself",
        floor::inner,
    ),
    small(
        "pass-through",
        "the same, through Mizan",
        mizan::pass_through,
    ),
    small(
        "inner-boxed",
        "a boxed service behind Mizan, called by itself",
        floor::inner_boxed,
    ),
    small("pass-boxed", "the same, through Mizan", mizan::pass_boxed),
    small("axum", "axum Router and Json", || others::axum(SMALL)),
    small("jsonrpsee", "jsonrpsee raw_json_request", || {
        others::jsonrpsee(SMALL)
    }),
    large("floor-1k", "1 KiB: service_fn", || floor::floor(LARGE)),
    large("async-1k", "1 KiB: Mizan, async handler", || {
        mizan::layer("greet", LARGE)
    }),
    large("sync-1k", "1 KiB: Mizan, sync handler", || {
        mizan::layer("hello", LARGE)
    }),
    large("axum-1k", "1 KiB: axum", || others::axum(LARGE)),
    large("jsonrpsee-1k", "1 KiB: jsonrpsee", || {
        others::jsonrpsee(LARGE)
    }),
    Scenario {
        heading: Some("forms, to serde and garde by hand"),
        ..form("form-floor", "service_fn, serde and garde", forms::floor)
    },
    form("form-plain", "a function of four fields", forms::plain),
    form("form-valid", "a form of them, validated", forms::valid),
    form("form-bad", "the same, three are wrong", forms::bad),
    form("form-submit", "the same, submitted as JSON", forms::submit),
    form_100("form-100-floor", "100 fields: by hand", forms::floor_100),
    form_100("form-100", "100 fields: validated", forms::valid_100),
    form_100("form-100-bad", "100 fields: 50 are wrong", forms::bad_100),
];
