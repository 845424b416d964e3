//! Two servers that keep what they are sent in a temporary file, each a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use mizan::upload::{Upload, Uploads};
use mizan::{Call, Function, MizanLayer, MizanService, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tower::service_fn;

use crate::listen::listen;
use crate::{EACH, LARGE, MANY, Result};

pub(crate) const BARE: &str = "bare";
pub(crate) const MIZAN: &str = "mizan";

/// Where both keep their files: beside what is built, which is seldom in memory.
pub(crate) const DIRECTORY: &str = env!("CARGO_TARGET_TMPDIR");

/// A server that ends when it is dropped.
pub(crate) struct Child {
    pub(crate) address: SocketAddr,
    process: std::process::Child,
    bare: bool,
}

impl Child {
    pub(crate) fn start(name: &str) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--serve", name])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut address)?;
        }
        Ok(Self {
            address: address.trim().parse()?,
            process,
            bare: name == BARE,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What is answered to a file of so many bytes in a body of so many.
    pub(crate) fn result(&self, file: u64, body: u64) -> String {
        match self.bare {
            true => body.to_string(),
            false => format!(r#"{{"result":{file}}}"#),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves for ever, and says on which address.
pub(crate) fn serve(name: &str) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = match name {
            BARE => listen(service_fn(keep_body)).await?,
            MIZAN => listen(mizan()?).await?,
            name => return Err(format!("there is no server `{name}`").into()),
        };
        println!("{address}");
        std::future::pending().await
    })
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Keep {
    file: Upload,
}

fn keep(_: Call, keep: Keep) -> mizan::Result<u64> {
    Ok(keep.file.size())
}

fn mizan() -> Result<MizanService> {
    let registry = Registry::builder()
        .function(Function::new("keep", keep))
        .build()?;
    let uploads = Uploads::new()
        .max_file(LARGE)
        .max_total(LARGE.max(MANY as u64 * EACH))
        .directory(DIRECTORY);
    let layer = MizanLayer::builder(registry).uploads(uploads).build()?;
    Ok(layer.into_service())
}

async fn keep_body(request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let mut body = request.into_body();
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(DIRECTORY)?);
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            size += data.len();
            file.write_all(&data).await?;
        }
    }
    file.flush().await?;
    Ok(Response::new(Full::from(size.to_string())))
}
