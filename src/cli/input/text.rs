//! A file that is one article.

use super::compressed::Reader;
use super::record::{Item, Raw};
use super::{MOST_BYTES, Reject, Source, reason, too_large};
use std::io::Read;

/// The one text.
pub(super) struct Text(Option<Reader>);

impl Text {
    pub(super) fn new(reader: Reader) -> Self {
        Self(Some(reader))
    }
}

impl Source for Text {
    fn next(&mut self) -> Option<Item> {
        let reader = self.0.take()?;
        let mut bytes = Vec::new();
        let raw = match reader.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes) {
            Err(error) => Raw::Bad(Reject::new("unreadable", reason(&error))),
            Ok(length) if length > MOST_BYTES => Raw::Bad(too_large()),
            Ok(_) => Raw::Text(bytes),
        };
        Some(Item { line: None, raw })
    }
}
