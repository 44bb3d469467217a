//! Routes, and what all requests share.

use super::failure::Failure;
use super::metrics::Metrics;
use super::{Options, annotate, openapi};
use crate::cli::schema::SCHEMA;
use crate::pipeline::{Annotator, Threads};
use crate::view::Linked;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// What all requests share.
pub(super) struct App {
    pub annotator: Annotator,
    pub threads: Threads,
    pub options: Options,
    /// For those that are worked on and those that wait.
    pub places: Semaphore,
    /// For those that are worked on.
    pub turns: Arc<Semaphore>,
    pub metrics: Metrics,
    page: Linked,
    openapi: String,
}

impl App {
    pub(super) fn new(annotator: Annotator, threads: Threads, options: Options) -> Arc<Self> {
        Arc::new(Self {
            // Explanations are dropped per request.
            annotator: annotator.explaining(true),
            threads,
            places: Semaphore::new(options.concurrency + options.queue),
            turns: Arc::new(Semaphore::new(options.concurrency)),
            metrics: Metrics::default(),
            page: Linked::new(),
            openapi: openapi::document(&options),
            options,
        })
    }
}

/// The page's files may load each other and ask this server; nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// All routes.
pub(super) fn router(app: Arc<App>) -> Router {
    let page =
        |app: State<Arc<App>>| async move { typed("text/html; charset=utf-8", &app.page.html) };
    let style =
        |app: State<Arc<App>>| async move { typed("text/css; charset=utf-8", app.page.style) };
    let script = |app: State<Arc<App>>| async move {
        typed("text/javascript; charset=utf-8", &app.page.script)
    };
    let document = |app: State<Arc<App>>| async move { typed("application/json", &app.openapi) };
    let metrics = |app: State<Arc<App>>| async move {
        typed(
            "text/plain; version=0.0.4; charset=utf-8",
            &app.metrics.text(),
        )
    };
    Router::new()
        .route("/", get(page))
        .route("/assets/page.css", get(style))
        .route("/assets/page.js", get(script))
        .route("/annotate", post(annotate::annotate))
        .route(
            "/schema",
            get(|| async { typed("application/schema+json", SCHEMA) }),
        )
        .route(
            "/health",
            get(|| async { typed("application/json", "{\"status\":\"ok\"}\n") }),
        )
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(document))
        .fallback(|| async {
            let message = "no such path; /openapi.json lists them";
            Failure::new(StatusCode::NOT_FOUND, "not_found", message)
        })
        .method_not_allowed_fallback(|| async {
            let message = "this path is asked otherwise; /openapi.json says how";
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
        })
        .layer(from_fn_with_state(app.clone(), watch))
        .with_state(app)
}

fn typed(kind: &'static str, body: &str) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.to_owned()).into_response()
}

/// Counts, times and logs each request; never what its body says.
async fn watch(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let running = app.metrics.begin();
    let mut response = next.run(request).await;
    drop(running);
    let status = response.status();
    let took = begin.elapsed();
    app.metrics.end(route(&path), status.as_u16(), took);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ] as [(HeaderName, &'static str); 3]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    tracing::info!(
        method = %method,
        path = %path,
        status = status.as_u16(),
        milliseconds = took.as_secs_f64() * 1e3,
        "request"
    );
    response
}

/// The paths that metrics tell apart: a client cannot make up more.
fn route(path: &str) -> &'static str {
    let known = [
        "/",
        "/annotate",
        "/schema",
        "/health",
        "/metrics",
        "/openapi.json",
    ];
    known
        .into_iter()
        .find(|&one| one == path)
        .unwrap_or("other")
}
