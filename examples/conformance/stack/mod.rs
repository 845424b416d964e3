//! The three ways to serve one layer. Each has a page of its own at `/`, to show that the host's
//! routes stand beside the mount.

pub(crate) mod axum;
pub(crate) mod hyper;
pub(crate) mod poem;

const PAGE: &str = "The conformance server. Functions are under /api/mizan.\n";

pub(crate) enum Stack {
    Hyper,
    Axum,
    Poem,
}
