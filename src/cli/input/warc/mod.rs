//! Web archives (WARC), as Common Crawl's news archive and wget write them: each page of HTML is an article.
//!
//! In: records. Out: the responses with status 200 that hold HTML; requests, metadata, redirects, pictures and
//! feeds are passed over. [`Page::article`] makes the article. The frame is read here and not by the `warc`
//! crate, which reads headers without a limit and panics on one that is not UTF-8.

mod depth;
mod http;
mod language;
mod page;

pub(super) use language::Languages;
pub(super) use page::Page;

use super::compressed::Reader;
use super::record::{Item, Raw};
use super::{MOST_BYTES, Reject, Source, reason, too_large};
use std::io::{self, BufRead, Read};

/// More header than this has no record.
const MOST_HEADER: u64 = 1 << 16;

/// The pages of one archive.
pub(super) struct Pages {
    reader: Reader,
    /// Records read.
    record: u64,
    failed: bool,
}

/// What the header of a record says.
#[derive(Debug, Default, PartialEq)]
struct Head {
    kind: String,
    url: String,
    length: u64,
}

impl Pages {
    pub(super) fn new(reader: Reader) -> Self {
        Self {
            reader,
            record: 0,
            failed: false,
        }
    }

    /// The page of the next record; nothing where it holds another thing.
    fn record(&mut self, head: Head) -> Result<Option<Raw>, Broken> {
        let mut body = self.reader.by_ref().take(head.length);
        if head.kind != "response" {
            return pass_over(&mut body, head.length).map(|()| None);
        }
        if head.length > MOST_BYTES as u64 {
            pass_over(&mut body, head.length)?;
            return Ok(Some(Raw::Bad(too_large())));
        }
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < head.length {
            return Err(Broken::cut());
        }
        let page = http::response(bytes).map(|response| Page::new(head.url, response));
        Ok(page.map(|page| Raw::Page(Box::new(page))))
    }
}

impl Source for Pages {
    fn next(&mut self) -> Option<Item> {
        while !self.failed {
            self.record += 1;
            let read = match head(self.reader.as_mut()) {
                Ok(None) => return None,
                Ok(Some(head)) => self.record(head),
                Err(broken) => Err(broken),
            };
            let raw = match read {
                Ok(None) => continue,
                Ok(Some(raw)) => raw,
                Err(Broken(why)) => {
                    // where one record ends nobody knows where the next begins
                    self.failed = true;
                    Raw::Bad(Reject::new("unreadable", why))
                }
            };
            return Some(Item {
                line: Some(self.record),
                raw,
            });
        }
        None
    }
}

/// Why an archive cannot be read on.
struct Broken(String);

impl Broken {
    fn cut() -> Self {
        Self("the archive ends within a record".to_owned())
    }

    fn malformed(why: &str) -> Self {
        Self(format!("not a web archive from here on: {why}"))
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self(reason(&error))
    }
}

fn pass_over(body: &mut impl Read, length: u64) -> Result<(), Broken> {
    match io::copy(body, &mut io::sink())? {
        read if read < length => Err(Broken::cut()),
        _ => Ok(()),
    }
}

/// The header of the next record; `None` at the end of the archive.
fn head(reader: &mut dyn BufRead) -> Result<Option<Head>, Broken> {
    let mut reader = reader.take(MOST_HEADER);
    let mut line = Vec::new();
    // two line breaks stand after a record, and some writers leave more
    loop {
        match read_line(&mut reader, &mut line)? {
            0 => return Ok(None),
            _ if line.trim_ascii().is_empty() => {}
            _ => break,
        }
    }
    if !line.starts_with(b"WARC/") {
        return Err(Broken::malformed("expected WARC/ and a version"));
    }
    let (mut head, mut has_length) = (Head::default(), false);
    loop {
        if read_line(&mut reader, &mut line)? == 0 {
            return Err(match reader.limit() {
                0 => Broken::malformed("a header without an end"),
                _ => Broken::cut(),
            });
        }
        if line.trim_ascii().is_empty() {
            break;
        }
        // a line without a colon goes on with the one before it; none of those is needed
        let Some(colon) = memchr::memchr(b':', &line) else {
            continue;
        };
        let value = String::from_utf8_lossy(line[colon + 1..].trim_ascii()).into_owned();
        match line[..colon].trim_ascii().to_ascii_lowercase().as_slice() {
            b"warc-type" => head.kind = value.to_ascii_lowercase(),
            // some writers put it between < and >
            b"warc-target-uri" => head.url = value.trim_matches(['<', '>']).to_owned(),
            b"content-length" => {
                let length = value.parse();
                head.length =
                    length.map_err(|_| Broken::malformed("a length that is no number"))?;
                has_length = true;
            }
            _ => {}
        }
    }
    match has_length {
        true => Ok(Some(head)),
        false => Err(Broken::malformed("a record without Content-Length")),
    }
}

fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    reader.read_until(b'\n', line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn items(bytes: &[u8]) -> Vec<Item> {
        let mut pages = Pages::new(Box::new(Cursor::new(bytes.to_vec())));
        std::iter::from_fn(|| pages.next()).collect()
    }

    fn record(kind: &str, body: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <http://a.id/b>\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    const HTTP: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Budi";

    #[test]
    fn only_pages_are_taken() {
        let moved = HTTP.replace("200 OK", "301 Moved");
        let picture = HTTP.replace("text/html", "image/png");
        let archive: String = [
            record("warcinfo", "software: x"),
            record("request", "GET / HTTP/1.1\r\n\r\n"),
            record("response", &moved),
            record("response", &picture),
            record("response", HTTP),
            record("metadata", ""),
        ]
        .concat();
        let found = items(archive.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, Some(5));
        assert!(matches!(&found[0].raw, Raw::Page(_)));
    }

    #[test]
    fn broken_archives_say_so() {
        let whole = record("response", HTTP);
        for (bytes, why) in [
            (&whole[..whole.len() - 9], "ends within a record"),
            (&whole[..30], "ends within a record"),
            (
                &whole.replace("Content-Length: ", "Content-Length: x"),
                "no number",
            ),
            (
                &whole.replace("Content-Length", "Length"),
                "without Content-Length",
            ),
            ("<html>", "WARC/"),
            (
                &format!("WARC/1.0\r\nA: {}", "b".repeat(99_999)),
                "without an end",
            ),
        ] {
            let found = items(format!("{whole}{bytes}").as_bytes());
            assert_eq!(found.len(), 2, "{why}");
            let Raw::Bad(reject) = &found[1].raw else {
                panic!()
            };
            assert!(reject.message.contains(why), "{}", reject.message);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(
            pieces in prop::collection::vec("(WARC/1.0\r\n|Content-Length: [0-9]{1,3}\r\n|WARC-Type: response\r\n|\r\n|HTTP/1.1 200 OK\r\n|\\PC{0,5})", 0..20),
        ) {
            for item in items(pieces.concat().as_bytes()) {
                prop_assert!(item.line.is_some());
            }
        }
    }
}
