//! JSON Lines.

use super::compressed::Reader;
use super::record::{Item, Raw};
use super::{MOST_BYTES, Reject, Source, reason, too_large};
use std::io::{self, BufRead};

/// The lines that are not blank; blank ones count, as an editor counts.
pub(super) struct Lines {
    reader: Reader,
    line: u64,
}

impl Lines {
    pub(super) fn new(reader: Reader) -> Self {
        Self { reader, line: 0 }
    }
}

impl Source for Lines {
    fn next(&mut self) -> Option<Item> {
        let mut line = Vec::new();
        loop {
            line.clear();
            self.line += 1;
            let raw = match read_line(self.reader.as_mut(), &mut line) {
                Ok(Line::End) => return None,
                Ok(Line::Whole) if line.trim_ascii().is_empty() => continue,
                Ok(Line::Whole) => Raw::Json(line),
                Ok(Line::TooLong) => Raw::Bad(too_large()),
                Err(error) => {
                    // the same error would come again and again
                    self.reader = Box::new(io::empty());
                    Raw::Bad(Reject::new("unreadable", reason(&error)))
                }
            };
            return Some(Item {
                line: Some(self.line),
                raw,
            });
        }
    }
}

enum Line {
    End,
    Whole,
    TooLong,
}

/// Reads up to a line break; of a line that is too long only the length is taken note of.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    let (mut seen, mut ended) = (0usize, false);
    while !ended {
        let available = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            break;
        }
        let length = match memchr::memchr(b'\n', available) {
            Some(at) => {
                ended = true;
                at + 1
            }
            None => available.len(),
        };
        seen += length;
        if seen <= MOST_BYTES {
            line.extend_from_slice(&available[..length]);
        }
        reader.consume(length);
    }
    Ok(match seen {
        0 => Line::End,
        _ if seen > MOST_BYTES => Line::TooLong,
        _ => Line::Whole,
    })
}
