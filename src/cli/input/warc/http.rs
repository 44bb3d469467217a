//! An HTTP response as an archive holds it: head and body.

use super::super::MOST_BYTES;
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// Headers of a response; more than these has no server of news.
const MOST_HEADERS: usize = 128;

/// A page as the server sent it.
pub(super) struct Response {
    /// Head and body.
    bytes: Vec<u8>,
    /// Where the body begins.
    body: usize,
    /// The value of Content-Type.
    pub content_type: String,
    chunked: bool,
    packed: bool,
}

/// The response, where it is a page of HTML that was found.
pub(super) fn response(bytes: Vec<u8>) -> Option<Response> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let body = match httparse::ParserConfig::default()
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .parse_response(&mut head, &bytes)
    {
        Ok(httparse::Status::Complete(length)) => length,
        _ => return None,
    };
    let value = |name: &str| {
        let header = head
            .headers
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case(name));
        header.map_or_else(String::new, |h| {
            String::from_utf8_lossy(h.value).trim().to_ascii_lowercase()
        })
    };
    let content_type = value("content-type");
    let is_html = content_type.contains("html") || content_type.is_empty();
    if head.code != Some(200) || !is_html {
        return None;
    }
    let chunked = value("transfer-encoding").contains("chunked");
    let packed = value("content-encoding").contains("gzip");
    Some(Response {
        bytes,
        body,
        content_type,
        chunked,
        packed,
    })
}

impl Response {
    /// Roughly the memory that it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The body, unpacked; most archives hold it so already, whatever the head says.
    pub(super) fn body(&self) -> Vec<u8> {
        let body = self.bytes.get(self.body..).unwrap_or(&[]);
        let mut body = match self.chunked {
            true => unchunked(body).unwrap_or_else(|| body.to_vec()),
            false => body.to_vec(),
        };
        if self.packed && body.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = Vec::new();
            let mut decoder = MultiGzDecoder::new(body.as_slice()).take(MOST_BYTES as u64);
            // what could be unpacked of a damaged page may hold the article
            let _ = decoder.read_to_end(&mut unpacked);
            body = unpacked;
        }
        body
    }
}

/// The chunks of a body put together; `None` where it is not in chunks.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(rest.len());
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let digits = line.split(';').next().unwrap_or(line).trim();
        let length = usize::from_str_radix(digits, 16).ok()?;
        rest = &rest[end + 1..];
        if length == 0 {
            return Some(whole);
        }
        let Some((chunk, after)) = rest.split_at_checked(length) else {
            // the archive kept less than the server sent
            whole.extend_from_slice(rest);
            return Some(whole);
        };
        whole.extend_from_slice(chunk);
        rest = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn body(head: &str, body: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").into_bytes();
        bytes.extend_from_slice(body);
        response(bytes).map(|response| response.body())
    }

    #[test]
    fn bodies_are_unpacked() {
        let chunked = "Content-Type: text/html\r\nTransfer-Encoding: chunked";
        let sent = b"3;x=1\r\nBud\r\n6\r\ni tiba\r\n0\r\n\r\n";
        assert_eq!(body(chunked, sent).unwrap(), b"Budi tiba");
        assert_eq!(body(chunked, b"<p>Budi").unwrap(), b"<p>Budi");
        assert_eq!(body(chunked, b"9\r\nBudi").unwrap(), b"Budi");
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), Default::default());
        gz.write_all(b"Budi").unwrap();
        let packed = "Content-Type: text/html\r\nContent-Encoding: gzip";
        assert_eq!(body(packed, &gz.finish().unwrap()).unwrap(), b"Budi");
        assert_eq!(body(packed, b"Budi").unwrap(), b"Budi");
        assert!(body("Content-Type: image/png", b"").is_none());
        assert!(response(b"Budi".to_vec()).is_none());
    }
}
