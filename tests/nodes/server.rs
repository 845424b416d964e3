//! A Redis of a test's own: on a free port and a Unix socket, in a directory that goes with it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::{Client, Connection};
use tempfile::TempDir;

use crate::port;

pub(crate) struct Server {
    directory: TempDir,
    port: u16,
    password: Option<&'static str>,
    process: Option<Child>,
}

impl Server {
    /// A port that nothing listens on yet.
    pub(crate) fn absent() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
            port: port::lasting(),
            password: None,
            process: None,
        }
    }

    pub(crate) fn started() -> Self {
        let mut server = Self::absent();
        server.start();
        server
    }

    pub(crate) fn with_password(password: &'static str) -> Self {
        let mut server = Self::absent();
        server.password = Some(password);
        server.start();
        server
    }

    pub(crate) fn start(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let mut command = Command::new("redis-server");
        command
            .args(["--port", &self.port.to_string()])
            .args(["--bind", "127.0.0.1"])
            .args(["--save", ""])
            .args(["--appendonly", "no"])
            .arg("--dir")
            .arg(self.directory.path())
            .arg("--unixsocket")
            .arg(self.socket())
            .stdout(Stdio::null());
        if let Some(password) = self.password {
            command.args(["--requirepass", password]);
        }
        self.process = Some(command.spawn().expect("redis-server is installed"));
        let began = Instant::now();
        while self.try_control().is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "it does not start"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// It keeps its connections and does nothing.
    pub(crate) fn stop(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let status = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        match self.password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}", self.port),
            None => format!("redis://127.0.0.1:{}", self.port),
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    /// A connection to look at it.
    pub(crate) fn control(&self) -> Connection {
        self.try_control().expect("it answers")
    }

    fn try_control(&self) -> Option<Connection> {
        let client = Client::open(self.url()).unwrap();
        let mut connection = client
            .get_connection_with_timeout(Duration::from_secs(5))
            .ok()?;
        redis::cmd("PING").query::<String>(&mut connection).ok()?;
        Some(connection)
    }

    /// The pub/sub channels that somebody hears.
    pub(crate) fn heard(&self) -> Vec<String> {
        let mut names: Vec<String> = redis::cmd("PUBSUB")
            .arg("CHANNELS")
            .query(&mut self.control())
            .unwrap();
        names.sort();
        names
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        redis::cmd("KEYS")
            .arg("*")
            .query(&mut self.control())
            .unwrap()
    }

    /// How many connections it has besides the one that asks.
    pub(crate) fn connections(&self) -> usize {
        let list: String = redis::cmd("CLIENT")
            .arg("LIST")
            .query(&mut self.control())
            .unwrap();
        list.lines().count() - 1
    }

    /// Closes connections of one kind, and says how many.
    pub(crate) fn close(&self, kind: &str) -> usize {
        redis::cmd("CLIENT")
            .arg("KILL")
            .arg("TYPE")
            .arg(kind)
            .arg("SKIPME")
            .arg("yes")
            .query(&mut self.control())
            .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
