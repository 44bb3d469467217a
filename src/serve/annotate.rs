//! `POST /annotate`: one article, or an array of articles.

use super::app::App;
use super::failure::{Failure, Rejected};
use crate::cli::article::{self, Reject};
use crate::schema::{Annotation, Article, SCHEMA};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::timeout;

/// Between so many articles the work looks whether anybody still waits for it.
const STEP: usize = 32;

/// What may stand behind the `?`.
#[derive(Clone, Copy, Default, serde::Deserialize)]
pub(super) struct Wishes {
    /// Name the rule or model behind every annotation.
    #[serde(default)]
    explain: bool,
}

/// The route.
pub(super) async fn annotate(
    State(app): State<Arc<App>>,
    wishes: Result<Query<Wishes>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let Query(wishes) = wishes.map_err(|e| {
        Failure::bad(Reject::new(
            "bad_query",
            format!("{}; explain=true or explain=false", e.body_text()),
        ))
    })?;
    let body = read(&app, &headers, body).await?;

    let _waiting = app
        .places
        .try_acquire()
        .map_err(|_| Failure::busy("too many requests wait already; try again"))?;
    let turn = timeout(app.options.time, app.turns.clone().acquire_owned()).await;
    let turn = match turn {
        Ok(Ok(turn)) => turn,
        _ => return Err(Failure::busy("no turn within the time limit; try again")),
    };
    let abandoned = Abandoned::default();
    let flag = abandoned.0.clone();
    let (worker, limit) = (app.clone(), app.options.time);
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        worker.threads.run(|| answer(&worker, &body, wishes, &flag))
    });
    let answer = match timeout(limit, work).await {
        Err(_) => {
            return Err(Failure::busy(
                "the work took longer than the time limit; send fewer articles at once",
            ));
        }
        Ok(Err(_)) => return Err(Failure::internal("the work ended early")),
        Ok(Ok(answer)) => answer?,
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

/// Set when nobody waits any longer: the time is up, or the client has gone.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The whole body, within the limits.
async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
    let most = app.options.body;
    let said = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|length| length > most) {
        return Err(Failure::too_large(most));
    }
    match timeout(app.options.time, to_bytes(body, most)).await {
        Err(_) => Err(Failure::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body did not arrive within the time limit",
        )),
        Ok(Err(error)) if error.source().is_some_and(is_limit) => Err(Failure::too_large(most)),
        Ok(Err(error)) => Err(Failure::bad(Reject::new(
            "unreadable",
            format!("the body ended early: {error}"),
        ))),
        Ok(Ok(body)) => Ok(body),
    }
}

fn is_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    error.to_string().contains("length limit")
}

/// Body to body; runs on the working threads.
fn answer(
    app: &App,
    body: &[u8],
    wishes: Wishes,
    abandoned: &AtomicBool,
) -> Result<Vec<u8>, Failure> {
    let body: Value = serde_json::from_slice(body).map_err(|error| {
        let message = format!("not JSON: {error}; expected one article such as {{\"text\": \"…\"}}, or an array of them");
        Failure::bad(Reject::new("not_json", message))
    })?;
    match body {
        Value::Object(fields) => one(app, fields, wishes),
        Value::Array(items) => many(app, items, wishes, abandoned),
        _ => Err(Failure::bad(Reject::new(
            "wrong_type",
            "expected one article such as {\"text\": \"…\"}, or an array of them",
        ))),
    }
}

fn one(app: &App, fields: Map<String, Value>, wishes: Wishes) -> Result<Vec<u8>, Failure> {
    let (id, article) = article::from_object(fields);
    let article = match article {
        Ok(article) => article.id(id.unwrap_or_else(|| "1".to_owned())),
        Err(reject) => {
            app.metrics.articles(0, 1);
            return Err(Failure::bad(reject));
        }
    };
    let mut written = app.annotator.map_all(&[article], |_, a| write(a, wishes));
    match written.pop() {
        Some(Ok(Ok(line))) => {
            app.metrics.articles(1, 0);
            Ok(line.into_bytes())
        }
        Some(Ok(Err(why)) | Err(why)) => Err(Failure::internal(&why)),
        None => Err(Failure::internal("an annotation is missing")),
    }
}

/// An answer has an item for each article, in order; one that cannot be annotated says so in its place.
fn many(
    app: &App,
    items: Vec<Value>,
    wishes: Wishes,
    abandoned: &AtomicBool,
) -> Result<Vec<u8>, Failure> {
    let read: Vec<(String, Result<Article, Reject>)> =
        items.into_iter().zip(1..).map(item).collect();
    let mut articles: Vec<Article> = Vec::new();
    let mut places = Vec::new();
    for (id, article) in read {
        match article {
            Ok(article) => {
                articles.push(article.id(id.clone()));
                places.push((id, None));
            }
            Err(reject) => places.push((id, Some(reject))),
        }
    }
    let mut written = Vec::with_capacity(articles.len());
    for step in articles.chunks(STEP) {
        if abandoned.load(Ordering::Relaxed) {
            return Err(Failure::busy("nobody waits any longer"));
        }
        written.extend(app.annotator.map_all(step, |_, a| write(a, wishes)));
    }
    let mut written = written.into_iter();
    let (mut out, mut refused) = (String::from("["), 0);
    for (at, (id, reject)) in places.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let line = match reject {
            Some(reject) => Err(reject.clone()),
            None => match written.next() {
                Some(Ok(Ok(line))) => Ok(line),
                Some(Ok(Err(why)) | Err(why)) => Err(Failure::internal(&why).reject),
                None => Err(Failure::internal("an annotation is missing").reject),
            },
        };
        match line {
            Ok(line) => out.push_str(&line),
            Err(error) => {
                refused += 1;
                let rejected = Rejected {
                    schema: SCHEMA,
                    id: Some(id),
                    error: &error,
                };
                out.push_str(
                    &serde_json::to_string(&rejected)
                        .map_err(|e| Failure::internal(&e.to_string()))?,
                );
            }
        }
    }
    out.push(']');
    app.metrics.articles(places.len() - refused, refused);
    Ok(out.into_bytes())
}

/// An item of an array; one without an id is called by its number.
fn item((item, number): (Value, usize)) -> (String, Result<Article, Reject>) {
    let (id, article) = match item {
        Value::Object(fields) => article::from_object(fields),
        _ => (
            None,
            Err(Reject::new(
                "not_json",
                "not an object such as {\"text\": \"…\"}",
            )),
        ),
    };
    (id.unwrap_or_else(|| number.to_string()), article)
}

fn write(mut annotation: Annotation, wishes: Wishes) -> Result<String, String> {
    if !wishes.explain {
        annotation.without_explanation();
    }
    serde_json::to_string(&annotation).map_err(|error| error.to_string())
}
