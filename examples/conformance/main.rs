//! The conformance server: the functions that the protocol's checks are written against, served by
//! any of the three stacks.
//!
//! ```sh
//! PORT=8800 STACK=hyper cargo run --example conformance --all-features
//! ```
//!
//! `STACK` is `hyper` (the default), `axum` or `poem`; `PORT` is 8800 unless set, and 0 lets the
//! system choose. With `export` and a folder as arguments it serves nothing and writes the typed
//! client of its functions there:
//!
//! ```sh
//! cargo run --example conformance --all-features -- export target/api
//! ```
//!
//! `REDIS_URL` joins the channels of several such servers.
//!
//! The line on standard output names the address once requests are taken. With
//! `RUST_LOG` set, the log goes to standard error.

mod channels;
mod contexts;
mod forms;
mod functions;
mod identity;
#[path = "../app/listen.rs"]
mod listen;
mod mutations;
mod names;
mod settings;
mod shutdown;
mod stack;

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use mizan::channel::Redis;
use mizan::export::Typescript;
use mizan::{BoxError, MizanLayer, Registry, RegistryError, Sockets};
use tracing_subscriber::EnvFilter;

use self::listen::listen;
use self::names::Names;
use self::settings::Settings;
use self::shutdown::Shutdown;
use self::stack::{Stack, axum, hyper, poem};

const EXPORT: &str = "cargo run --example conformance --all-features -- export <folder>";

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::var_os("RUST_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::from_default_env())
            .with_writer(io::stderr)
            .init();
    }
    let mut args = std::env::args().skip(1);
    let done = match (args.next().as_deref(), args.next()) {
        (None, _) => run().await,
        (Some("export"), Some(folder)) => export(&folder),
        _ => Err("the only arguments are `export` and a folder".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), BoxError> {
    let settings = Settings::from_env()?;
    let layer = layer(registry(settings.backplane)?)?;
    let shutdown = Shutdown::on_signals()?;
    let listener = listen((Ipv4Addr::LOCALHOST, settings.port).into())?;

    let mut out = io::stdout();
    writeln!(out, "listening on {}", listener.local_addr()?)?;
    out.flush()?;

    match settings.stack {
        Stack::Hyper => hyper::serve(listener, layer, shutdown).await,
        Stack::Axum => axum::serve(listener, layer, shutdown).await?,
        Stack::Poem => poem::serve(listener, layer, shutdown).await?,
    }
    Ok(())
}

/// Writes the typed client.
fn export(folder: &str) -> Result<(), BoxError> {
    let client = Typescript::react().out(folder).command(EXPORT);
    let exported = registry(None)?.export(client)?;
    println!("{} files written to {folder}", exported.written.len());
    Ok(())
}

fn registry(backplane: Option<Redis>) -> Result<Registry, RegistryError> {
    let mut builder = Registry::builder().state(Names::default());
    if let Some(backplane) = backplane {
        builder = builder.backplane(backplane);
    }
    let builder = functions::register(builder);
    let builder = contexts::register(builder);
    let builder = mutations::register(builder);
    let builder = forms::register(builder);
    let builder = channels::register(builder);
    builder.build()
}

fn layer(registry: Registry) -> Result<MizanLayer, BoxError> {
    Ok(MizanLayer::builder(registry)
        .mwt(identity::mwt_keys())
        .jwt(identity::jwt_keys())
        .load_user(|claims| async move { Ok(identity::load(claims)) })
        .sockets(Sockets::new().close_timeout(shutdown::LAST_WORDS))
        .build()?)
}
