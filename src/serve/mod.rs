//! The annotator over HTTP: an API for programs, a page for people.
//!
//! In: an [`Annotator`](crate::Annotator) and [`Options`]. Out: answers, until the process is told to stop;
//! what was begun is then finished first. One annotator serves all requests. Async threads only move bytes:
//! reading JSON, annotating and writing JSON happen on the threads of `Threads`.
//!
//! `app` has the routes, `annotate` the one that works, `connection` sockets and the end, `metrics` and
//! `openapi` what their names say.

mod annotate;
mod app;
mod connection;
mod failure;
mod metrics;
mod openapi;

use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{Annotator, Threads};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How the server listens, and its limits.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Address to listen at.
    pub address: (IpAddr, u16),
    /// Largest body of a request, in bytes.
    pub body: usize,
    /// For the head of a request, for its body, and for the work on it, each.
    pub time: Duration,
    /// Requests that are worked on at once.
    pub concurrency: usize,
    /// Requests that may wait for their turn; more are turned away.
    pub queue: usize,
    /// Open connections.
    pub connections: usize,
}

/// Answers requests until SIGINT or SIGTERM.
///
/// # Errors
/// Where the address cannot be listened at, or the system gives no threads.
pub(crate) fn serve(annotator: Annotator, threads: Threads, options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(options.concurrency.saturating_add(2))
        .enable_all()
        .build()
        .map_err(|cause| system("threads", cause))?;
    let app = app::App::new(annotator, threads, options.clone());
    let address = SocketAddr::from(options.address);
    let outcome = runtime.block_on(connection::listen(address, app, options));
    // Work whose requester is gone is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

fn system(what: impl std::fmt::Display, cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{what}: {cause}")).because(cause)
}
