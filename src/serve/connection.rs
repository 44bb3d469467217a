//! Sockets: accept, hand over to the routes, stop when told to.

use super::app::{App, router};
use super::{Options, system};
use crate::error::Result;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// After a socket could not be had (too many files are open), so long before the next try.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until the process is told to stop, then finishes what was begun.
pub(super) async fn listen(address: SocketAddr, app: Arc<App>, options: &Options) -> Result<()> {
    let mut stop = pin!(told_to_stop()?);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|cause| system(address, cause))?;
    let address = listener
        .local_addr()
        .map_err(|cause| system(address, cause))?;
    tracing::info!(address = %format!("http://{address}/"), "listening");
    if !address.ip().is_loopback() {
        tracing::warn!("reachable from other machines; there is no encryption and no password");
    }
    let service = TowerToHyperService::new(router(app));
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    // Also ends connections on which nothing is asked.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.time);
    let graceful = GracefulShutdown::new();
    let sockets = Arc::new(Semaphore::new(options.connections));
    loop {
        let next = async {
            let socket = sockets.clone().acquire_owned().await;
            (socket, accept(&listener).await)
        };
        let (socket, stream) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let connection = builder.serve_connection(TokioIo::new(stream), service.clone());
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            let _socket = socket;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping");
    let longest = options.time.saturating_mul(3);
    match timeout(longest, graceful.shutdown()).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped with requests under way"),
    }
    Ok(())
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "no connection");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Ends at SIGINT or SIGTERM.
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let of = |kind| signal(kind).map_err(|cause| system("signals", cause));
        let (mut interrupt, mut terminate) =
            (of(SignalKind::interrupt())?, of(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => (),
                _ = terminate.recv() => (),
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
