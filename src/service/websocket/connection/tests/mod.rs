//! Connections over pipes, with a client of the crate beneath and with bytes by hand.

mod bytes;
mod calls;
mod endings;
mod functions;
mod identity;
mod order;
mod protocol;
mod rig;
mod slow;

/// An idle connection may take 16 KiB in all; this is its task, beside a read buffer of 4 KiB.
#[test]
fn a_connection_is_small() {
    let size = size_of::<super::actor::Actor<tokio::io::DuplexStream>>();
    assert!(size <= 1024, "{size} bytes");
}
