//! The OpenAPI document: what is in `openapi.json`, with the output's schema and the limits put in.

use super::Options;
use crate::cli::schema::SCHEMA;
use serde_json::Value;

const DOCUMENT: &str = include_str!("openapi.json");

/// The document as JSON.
pub(super) fn document(options: &Options) -> String {
    let read = |text| serde_json::from_str::<Value>(text).unwrap_or_default();
    let mut document = read(DOCUMENT);
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["components"]["schemas"]["Annotation"] = read(SCHEMA);
    document["paths"]["/annotate"]["post"]["requestBody"]["description"] = format!(
        "At most {} bytes, within {} seconds.",
        options.body,
        options.time.as_secs_f64()
    )
    .into();
    document.to_string()
}
