//! Example binaries as child processes.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What an example is served by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stack {
    Hyper,
    Axum,
    Poem,
}

impl Stack {
    pub(crate) const ALL: [Stack; 3] = [Stack::Hyper, Stack::Axum, Stack::Poem];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Stack::Hyper => "hyper",
            Stack::Axum => "axum",
            Stack::Poem => "poem",
        }
    }
}

/// The binary of an example of this package, which stands beside the test's own.
///
/// `cargo test` builds examples by itself, but not where it is told which tests to run.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    let path = profile.join("examples").join(name);
    assert!(
        path.is_file(),
        "{} is missing; run `cargo build --all-features --example {name}` first \
         (with the profile of the test)",
        path.display(),
    );
    path
}

/// The conformance server on a port of the system's choice, with nothing else set.
pub(crate) fn conformance(stack: &str) -> Command {
    let mut command = Command::new(example("conformance"));
    command
        .env("PORT", "0")
        .env("STACK", stack)
        .env_remove("CACHE")
        .env_remove("REDIS_URL")
        .env_remove("RUST_LOG");
    command
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) addr: SocketAddr,
}

impl Server {
    /// Starts a server that prints `listening on ADDRESS` once it is ready.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addr = line
            .strip_prefix("listening on ")
            .and_then(|addr| addr.trim_end().parse().ok());
        let Some(addr) = addr else {
            let _ = child.kill();
            panic!("{command:?} said {line:?} instead of where it listens");
        };
        Self { child, addr }
    }

    pub(crate) fn conformance(stack: Stack) -> Self {
        Self::spawn(conformance(stack.name()))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends the signal of this name, `TERM` or the like.
    pub(crate) fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &command]).status().unwrap();
        assert!(status.success(), "{command}");
    }

    /// How the server ended, if it did within this time.
    pub(crate) fn ended_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            if started.elapsed() > time {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
