//! A reader that gives up on what is too long, for formats whose parsers would read on for ever.

use super::MOST_BYTES;
use super::compressed::Reader;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes since the last record.
#[derive(Clone, Default)]
pub(super) struct Allowance(Arc<AtomicUsize>);

impl Allowance {
    /// A record is complete: as much again may follow.
    pub(super) fn renew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Fails when more than one article's worth is read without renewal.
pub(super) struct Limited {
    reader: Reader,
    used: Allowance,
}

impl Limited {
    pub(super) fn new(reader: Reader) -> (Self, Allowance) {
        let used = Allowance::default();
        let allowance = used.clone();
        (Self { reader, used }, allowance)
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        let used = self.used.0.fetch_add(length, Ordering::Relaxed);
        if used > MOST_BYTES {
            let message = format!(
                "an article of more than {} MiB; is a quotation mark left open?",
                MOST_BYTES >> 20
            );
            return Err(io::Error::other(message));
        }
        Ok(length)
    }
}
