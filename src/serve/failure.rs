//! Requests that get no annotation: a status, and JSON that says why.

use crate::cli::article::Reject;
use crate::schema::SCHEMA;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why there is no annotation.
#[derive(Debug)]
pub(super) struct Failure {
    pub status: StatusCode,
    pub reject: Reject,
}

/// The JSON of a failure, of the same form as a line of a rejects file.
#[derive(serde::Serialize)]
pub(super) struct Rejected<'a> {
    pub schema: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    pub error: &'a Reject,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reject: Reject::new(code, message),
        }
    }

    pub(super) fn bad(reject: Reject) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            reject,
        }
    }

    pub(super) fn too_large(most: usize) -> Self {
        let message = format!("the body has more than {most} bytes; send fewer articles at once");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    pub(super) fn busy(message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
    }

    pub(super) fn internal(why: &str) -> Self {
        let message = format!("a fault of the program, please report it with the article: {why}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&Rejected {
            schema: SCHEMA,
            id: None,
            error: &self.reject,
        });
        let json = [(header::CONTENT_TYPE, "application/json")];
        let mut response = (self.status, json, body.unwrap_or_default()).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        }
        // The rest of such a body is not read, so the connection cannot be used again.
        if matches!(
            self.status,
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT
        ) {
            headers.insert(
                header::CONNECTION,
                header::HeaderValue::from_static("close"),
            );
        }
        response
    }
}
