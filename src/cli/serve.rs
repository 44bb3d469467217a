//! `serve`: an HTTP API and a page to try it.

use super::{AnnotatorArg, Outcome};
use crate::error::Result;
use crate::pipeline::Threads;
use crate::serve::{Options, serve};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Arguments of `serve`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Port to listen at; 0 takes a free one, which the log names
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// Address to listen at; 0.0.0.0 makes it reachable from other machines
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Largest body of a request
    #[arg(long, value_name = "BYTES", default_value_t = 8 << 20, value_parser = clap::value_parser!(u64).range(1..=1 << 30))]
    max_body: u64,
    /// Limit for the arrival of a request, and for the work on it
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
    /// Requests worked on at once [default: two a thread]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: Option<u16>,
    /// Requests that may wait for their turn; more get 503
    #[arg(long, value_name = "N", default_value_t = 256)]
    queue: u16,
    /// Connections open at once; more wait
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// Number of threads that annotate [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    annotator: AnnotatorArg,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok();
    seconds
        .filter(|seconds| (0.05..=3600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "expected seconds, from 0.05 to 3600".to_owned())
}

/// Serves until told to stop. Logs are JSON, one line an event, on standard error.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let annotator = args.annotator.load(args.threads)?;
    let threads = Threads::new(args.threads.map(usize::from))?;
    let logs = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_writer(io::stderr)
        .finish();
    // The one command of the process; a second subscriber would be a fault of ours without harm.
    let _ = tracing::subscriber::set_global_default(logs);
    let options = Options {
        address: (args.host, args.port),
        body: args.max_body as usize,
        time: args.timeout,
        concurrency: args.concurrency.map_or(threads.count() * 2, usize::from),
        queue: args.queue.into(),
        connections: args.connections.into(),
    };
    serve(annotator, threads, &options)?;
    Ok(Outcome::Good)
}
