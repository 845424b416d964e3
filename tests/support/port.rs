//! Ports for servers that go away and come back.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that a system gives to outgoing connections, which could take the port of a server
/// that is away.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port that nothing listens on, and that is given out once.
pub(crate) fn lasting() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Test processes side by side begin at different places.
    let start = u32::from(FIRST) + process::id().wrapping_mul(37) % u32::from(COUNT);
    for _ in 0..COUNT {
        let given = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + ((start + given - u32::from(FIRST)) % u32::from(COUNT)) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
