//! Where articles come from: JSON Lines, plain text files, folders of them, standard input.
//!
//! In: the names on the command line. Out: [`Entry`] after entry, in order, whatever happens: what
//! cannot be read comes out as the reason why. Never more than one article is in memory here.

use super::article::{self, Reject};
use crate::schema::Article;
use jiff::civil::Date;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// No line and no text file may be longer: one article is held in memory as a whole.
const MOST_BYTES: usize = 64 << 20;

/// How the input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line
    Jsonl,
    /// One plain text article a file
    Text,
}

/// What every command that reads articles is told about them.
#[derive(clap::Args)]
pub(super) struct InputArgs {
    /// JSONL files, .txt files, folders of .txt files, or - for standard input
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// How the input is written [default: by file name, else JSONL if it begins with {]
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<Format>,
    /// Publication date (YYYY-MM-DD) of the articles that give none
    #[arg(long, value_name = "DATE", value_parser = article::date)]
    published: Option<Date>,
}

impl InputArgs {
    /// The articles, in the order of the command line.
    pub(super) fn entries(&self) -> Entries {
        let mut pending: VecDeque<_> = self.inputs.iter().cloned().collect();
        if pending.is_empty() {
            pending.push_back(PathBuf::from("-"));
        }
        Entries {
            pending,
            format: self.input_format,
            published: self.published,
            lines: None,
        }
    }
}

/// The articles of these inputs, each format told by the file's name or beginning.
pub(super) fn entries_of(inputs: &[PathBuf]) -> Entries {
    Entries {
        pending: inputs.iter().cloned().collect(),
        format: None,
        published: None,
        lines: None,
    }
}

/// Where an article stands, for messages.
#[derive(Clone, Debug)]
pub(super) struct Place {
    file: Arc<str>,
    line: Option<u64>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One article, or why there is none.
pub(super) struct Entry {
    pub place: Place,
    pub id: String,
    pub article: Result<Article, Reject>,
}

/// The articles of all inputs.
pub(super) struct Entries {
    pending: VecDeque<PathBuf>,
    format: Option<Format>,
    published: Option<Date>,
    lines: Option<Lines>,
}

/// An open JSONL source.
struct Lines {
    reader: Box<dyn BufRead>,
    file: Arc<str>,
    line: u64,
}

impl Iterator for Entries {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(lines) = &mut self.lines {
                match lines.next(self.published) {
                    Some(entry) => return Some(entry),
                    None => self.lines = None,
                }
            }
            let path = self.pending.pop_front()?;
            if let Some(entry) = self.open(&path) {
                return Some(entry);
            }
        }
    }
}

impl Entries {
    /// Opens an input; a text gives its entry at once, JSONL and folders give theirs later.
    fn open(&mut self, path: &Path) -> Option<Entry> {
        let is_stdin = path.as_os_str() == "-";
        let name = if is_stdin {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        let place = Place {
            file: name.into(),
            line: None,
        };
        let id = || match path.file_stem() {
            _ if is_stdin => "1".to_owned(),
            Some(stem) => stem.to_string_lossy().into_owned(),
            None => path.display().to_string(),
        };
        let failed = |place, code, why: String| {
            Some(Entry {
                place,
                id: id(),
                article: Err(Reject::new(code, why)),
            })
        };
        if !is_stdin && path.is_dir() {
            return match texts_of(path) {
                Err(error) => failed(place, "unreadable", reason(&error)),
                Ok(files) if files.is_empty() => {
                    failed(place, "unreadable", "a folder without .txt files".into())
                }
                Ok(files) => {
                    files
                        .into_iter()
                        .rev()
                        .for_each(|f| self.pending.push_front(f));
                    None
                }
            };
        }
        let source: io::Result<Box<dyn Read>> = match is_stdin {
            true => Ok(Box::new(io::stdin())),
            false => File::open(path).map(|file| Box::new(file) as Box<dyn Read>),
        };
        let mut reader = match source.and_then(without_bom) {
            Ok(reader) => reader,
            Err(error) => return failed(place, "unreadable", reason(&error)),
        };
        let format = match self.format.or_else(|| by_name(path)) {
            Some(format) => format,
            None => match sniff(reader.as_mut()) {
                // An empty stream is an empty list of articles.
                Ok((sniffed, None)) if sniffed.is_empty() => return None,
                Ok((sniffed, first)) => {
                    reader = Box::new(BufReader::new(io::Cursor::new(sniffed).chain(reader)));
                    match first {
                        Some(b'{') | None => Format::Jsonl,
                        Some(_) => Format::Text,
                    }
                }
                Err(error) => return failed(place, "unreadable", reason(&error)),
            },
        };
        if format == Format::Jsonl {
            self.lines = Some(Lines {
                reader,
                file: place.file,
                line: 0,
            });
            return None;
        }
        let mut bytes = Vec::new();
        match reader.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes) {
            Err(error) => return failed(place, "unreadable", reason(&error)),
            Ok(length) if length > MOST_BYTES => return failed(place, "too_large", too_large()),
            Ok(_) => {}
        }
        Some(Entry {
            place,
            id: id(),
            article: article::from_text(bytes).map(|mut article| {
                article.id = Some(id());
                article.published = self.published;
                article
            }),
        })
    }
}

impl Lines {
    fn next(&mut self, published: Option<Date>) -> Option<Entry> {
        let mut line = Vec::new();
        loop {
            line.clear();
            self.line += 1;
            let (id, article) = match read_line(self.reader.as_mut(), &mut line) {
                Ok(Line::End) => return None,
                Ok(Line::Whole) if line.trim_ascii().is_empty() => continue,
                Ok(Line::Whole) => article::from_json(&line),
                Ok(Line::TooLong) => (None, Err(Reject::new("too_large", too_large()))),
                Err(error) => {
                    // The same error would come again and again.
                    self.reader = Box::new(io::empty());
                    (None, Err(Reject::new("unreadable", reason(&error))))
                }
            };
            let id = id.unwrap_or_else(|| self.line.to_string());
            return Some(Entry {
                place: Place {
                    file: self.file.clone(),
                    line: Some(self.line),
                },
                article: article.map(|mut article| {
                    article.id = Some(id.clone());
                    article.published = article.published.or(published);
                    article
                }),
                id,
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

/// The format that a file name tells.
fn by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "txt" => Some(Format::Text),
        "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
        _ => None,
    }
}

/// Leaves out a byte order mark: it is a signature of the encoding, no part of the text.
fn without_bom(mut source: Box<dyn Read>) -> io::Result<Box<dyn BufRead>> {
    let mut first = Vec::with_capacity(3);
    source.by_ref().take(3).read_to_end(&mut first)?;
    if first == b"\xEF\xBB\xBF" {
        first.clear();
    }
    let source = io::Cursor::new(first).chain(source);
    Ok(Box::new(BufReader::with_capacity(1 << 16, source)))
}

/// The first bytes, and the first of them that is no white space.
fn sniff(reader: &mut dyn BufRead) -> io::Result<(Vec<u8>, Option<u8>)> {
    let mut seen = Vec::new();
    while seen.len() < MOST_BYTES {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            return Ok((seen, None));
        }
        let first = available.iter().copied().find(|b| !b.is_ascii_whitespace());
        let length = available.len();
        seen.extend_from_slice(available);
        reader.consume(length);
        if first.is_some() {
            return Ok((seen, first));
        }
    }
    Ok((seen, None))
}

/// The text files of a folder, in the order of their names.
fn texts_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if by_name(&path) == Some(Format::Text) && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read (permission denied)".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn too_large() -> String {
    format!("more than {} MiB: split it", MOST_BYTES >> 20)
}
