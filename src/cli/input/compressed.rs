//! Opens a file or standard input and unpacks what is packed, as its first bytes tell.

use super::{Format, Meter, is_standard};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::atomic::Ordering;

const BUFFER: usize = 1 << 16;

/// How many bytes tell a format; more white space than this begins no article.
const SNIFFED: u64 = 1 << 16;

/// A reader of unpacked bytes that may change its thread.
pub(super) type Reader = Box<dyn BufRead + Send>;

/// An open input.
pub(super) struct Opened {
    pub reader: Reader,
    pub start: Start,
}

/// How an input begins.
pub(super) enum Start {
    Empty,
    Json,
    Warc,
    Parquet,
    Other,
}

impl Start {
    /// The format that the beginning tells; none where there is nothing.
    pub(super) fn format(&self) -> Option<Format> {
        match self {
            Start::Empty => None,
            Start::Json => Some(Format::Jsonl),
            Start::Warc => Some(Format::Warc),
            Start::Parquet => Some(Format::Parquet),
            Start::Other => Some(Format::Text),
        }
    }
}

/// Opens and unpacks; a byte order mark is left out: it is a signature of the encoding, no part of the text.
pub(super) fn open(path: &Path, meter: Meter) -> io::Result<Opened> {
    let source: Box<dyn Read + Send> = match is_standard(path) {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path)?),
    };
    let counted = BufReader::with_capacity(BUFFER, Counted { source, meter });
    let (first, packed) = peek(counted, 4)?;
    let unpacked: Box<dyn Read + Send> = match first.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(packed)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::with_buffer(packed)?),
        _ => Box::new(packed),
    };
    let (mut first, rest) = peek_bytes(unpacked, SNIFFED)?;
    if let Some(unmarked) = first.strip_prefix(b"\xEF\xBB\xBF") {
        first = unmarked.to_vec();
    }
    let start = match first.trim_ascii_start() {
        // so much white space begins no text
        [] if first.len() as u64 >= SNIFFED => Start::Json,
        [] => Start::Empty,
        [b'{', ..] => Start::Json,
        _ if first.starts_with(b"WARC/") => Start::Warc,
        _ if first.starts_with(b"PAR1") => Start::Parquet,
        _ => Start::Other,
    };
    let reader = BufReader::with_capacity(BUFFER, Cursor::new(first).chain(rest));
    Ok(Opened {
        reader: Box::new(reader),
        start,
    })
}

/// The first bytes, and the whole with them.
fn peek(mut source: impl Read, count: u64) -> io::Result<(Vec<u8>, impl BufRead)> {
    let mut first = Vec::new();
    source.by_ref().take(count).read_to_end(&mut first)?;
    let whole = Cursor::new(first.clone()).chain(BufReader::with_capacity(BUFFER, source));
    Ok((first, whole))
}

/// The bytes up to the first that tells something, and the rest without them.
fn peek_bytes(
    mut source: Box<dyn Read + Send>,
    most: u64,
) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut first = Vec::new();
    // a piece at a time: whoever types at a terminal wants no more to be waited for
    let mut piece = [0; 512];
    loop {
        let length = match source.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        first.extend_from_slice(&piece[..length]);
        let told =
            first.trim_ascii_start().len() >= 5 || first.trim_ascii_start().starts_with(b"{");
        if length == 0 || told || first.len() as u64 >= most {
            return Ok((first, source));
        }
    }
}

/// Counts the bytes that are read.
struct Counted {
    source: Box<dyn Read + Send>,
    meter: Meter,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.meter.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: &[u8]) -> (String, Option<Format>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut opened = open(file.path(), Meter::default()).unwrap();
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).unwrap();
        (text, opened.start.format())
    }

    #[test]
    fn packed_or_not_it_reads_the_same() {
        let text = "\u{feff} \n{\"text\": \"Budi tiba.\"}\n".repeat(3000);
        let plain = text.strip_prefix('\u{feff}').unwrap();
        let mut packed = Vec::new();
        for half in [&text[..2000], &text[2000..]] {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), Default::default());
            gz.write_all(half.as_bytes()).unwrap();
            packed.extend(gz.finish().unwrap());
        }
        let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for bytes in [text.as_bytes(), &packed, &zst] {
            let (found, format) = read(bytes);
            assert!(found == plain);
            assert_eq!(format, Some(Format::Jsonl));
        }
    }

    #[test]
    fn the_beginning_tells() {
        assert_eq!(read(b"").1, None);
        assert_eq!(read(b" \n").1, None);
        assert_eq!(read(b"a").1, Some(Format::Text));
        assert_eq!(read(b"WARC/1.0\r\n").1, Some(Format::Warc));
        assert_eq!(read(b"PAR1...").1, Some(Format::Parquet));
    }
}
