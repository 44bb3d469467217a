//! Where articles come from: files and standard input of several formats, plain or compressed.
//!
//! In: the names on the command line. Out: [`Record`] after record, in order, whatever happens: what cannot be
//! read comes out as the reason why. A record becomes an [`Entry`] by [`Record::entry`], which does what costs
//! time (JSON, main text out of HTML) and may run on any thread. Each format is one [`Source`] in its own file.

mod compressed;
mod csv;
mod limit;
mod lines;
mod paths;
mod record;
mod text;

#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "warc")]
mod warc;

pub(super) use paths::Inputs;
pub(super) use record::{Entry, Position, Record};

use super::article::{Columns, Reject};
use crate::schema::Article;
use compressed::{Opened, open};
use jiff::civil::Date;
use record::{Item, Place};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// No line and no file of text may be longer: one article is held in memory as a whole.
const MOST_BYTES: usize = 64 << 20;

/// How the input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// Tab-separated values with a header
    Tsv,
    /// One plain text article a file
    Text,
    /// Parquet, one article a row
    Parquet,
    /// A web archive, one page a response record
    Warc,
}

/// What every command that reads articles is told about them.
#[derive(Clone, clap::Args)]
pub(super) struct InputArgs {
    /// Files of JSONL, CSV, TSV, text, Parquet or WARC, each plain, .gz or .zst; folders; patterns such as
    /// 'news/*.jsonl.gz'; - for standard input
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// How the input is written [default: by file name, else by how it begins]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    input_format: Option<Format>,
    /// Publication date (YYYY-MM-DD) of the articles that give none
    #[arg(long, value_name = "DATE", value_parser = Article::parse_published, help_heading = "Input")]
    published: Option<Date>,
    #[command(flatten)]
    columns: Columns,
    /// Between the columns of CSV and TSV [default: comma or tab]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter, help_heading = "Input")]
    delimiter: Option<u8>,
    /// Take pages of web archives in any language; otherwise those in Indonesian only
    #[arg(long, help_heading = "Input")]
    any_language: bool,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        b"\\t" | b"tab" => Ok(b'\t'),
        _ => Err("expected one character such as ; or the word tab".to_owned()),
    }
}

impl InputArgs {
    /// What changes the articles that are read, in words.
    pub(super) fn summary(&self) -> String {
        format!(
            "input={:?} published={:?} {:?} delimiter={:?} any_language={}",
            self.input_format, self.published, self.columns, self.delimiter, self.any_language
        )
    }

    /// The files, patterns and folders looked up.
    pub(super) fn inputs(&self) -> Inputs {
        match self.inputs.as_slice() {
            [] => Inputs::find(&[PathBuf::from("-")]),
            inputs => Inputs::find(inputs),
        }
    }

    /// The records of all inputs.
    pub(super) fn records(&self, inputs: Inputs) -> Records {
        let context = Context {
            args: self.clone(),
            #[cfg(feature = "warc")]
            languages: warc::Languages::default(),
        };
        Records {
            inputs,
            context: Arc::new(context),
            at: 0,
            open: None,
            read: Arc::default(),
        }
    }

    /// The articles, in the order of the command line.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> + use<> {
        self.records(self.inputs()).map(Record::entry)
    }
}

/// What is needed to make articles of records.
struct Context {
    args: InputArgs,
    #[cfg(feature = "warc")]
    languages: warc::Languages,
}

/// The articles of these inputs, each format told by the file's name or beginning.
pub(super) fn entries_of(inputs: &[PathBuf]) -> impl Iterator<Item = Entry> + use<> {
    let args = InputArgs {
        inputs: Vec::new(),
        input_format: None,
        published: None,
        columns: Columns::default(),
        delimiter: None,
        any_language: false,
    };
    args.records(Inputs::find(inputs)).map(Record::entry)
}

/// What a file or standard input holds, unpacked, and what to call it in messages.
pub(super) fn unpacked(path: &Path) -> crate::error::Result<(Box<dyn io::BufRead + Send>, String)> {
    let name = name(path);
    match open(path, Meter::default()) {
        Ok(opened) => Ok((opened.reader, name)),
        Err(error) => Err(crate::error::Error::io(Path::new(&name), error)),
    }
}

/// One open input.
trait Source: Send {
    /// The next article or the reason why there is none; `None` at the end.
    fn next(&mut self) -> Option<Item>;

    /// Passes over so many.
    fn skip(&mut self, count: u64) {
        for _ in 0..count {
            if self.next().is_none() {
                return;
            }
        }
    }
}

/// How far the reading is, in bytes as they lie on disk.
pub(super) type Meter = Arc<AtomicU64>;

/// The records of all inputs, in order.
pub(super) struct Records {
    inputs: Inputs,
    context: Arc<Context>,
    /// Index of the input that is read now.
    at: u64,
    open: Option<OpenInput>,
    read: Meter,
}

struct OpenInput {
    source: Box<dyn Source>,
    file: Arc<str>,
    /// Records that it gave.
    given: u64,
}

impl Records {
    /// How far the reading is.
    pub(super) fn meter(&self) -> Meter {
        self.read.clone()
    }

    /// Goes on after a record that stood at `position`.
    pub(super) fn go_to(&mut self, position: Position) {
        self.at = position.input;
        self.open = self.open_current();
        self.read
            .fetch_add(self.inputs.size_before(position.input), Ordering::Relaxed);
        if let Some(open) = &mut self.open {
            open.source.skip(position.record);
            open.given = position.record;
        }
    }

    fn open_current(&self) -> Option<OpenInput> {
        let path = self.inputs.get(self.at)?;
        let (source, file): (Box<dyn Source>, _) = match path {
            Ok(path) => {
                let opened = self.source(path);
                let source =
                    opened.unwrap_or_else(|reject| Box::new(Failed(Some(Item::bad(reject)))));
                (source, name(path))
            }
            Err((path, reject)) => {
                let failed = Failed(Some(Item::bad(reject.clone())));
                (Box::new(failed), name(path))
            }
        };
        Some(OpenInput {
            source,
            file: file.into(),
            given: 0,
        })
    }

    /// Opens an input in its format.
    fn source(&self, path: &Path) -> Result<Box<dyn Source>, Reject> {
        let told = self.context.args.input_format.or_else(|| by_name(path));
        if told == Some(Format::Parquet) {
            return self.parquet(path);
        }
        let Opened { reader, start } =
            open(path, self.read.clone()).map_err(|e| Reject::new("unreadable", reason(&e)))?;
        let format = told.or_else(|| start.format());
        let delimiter = |usual| self.context.args.delimiter.unwrap_or(usual);
        Ok(match format {
            // an empty stream is an empty list of articles
            None => Box::new(Failed(None)),
            Some(Format::Jsonl) => Box::new(lines::Lines::new(reader)),
            Some(Format::Text) => Box::new(text::Text::new(reader)),
            Some(Format::Csv) => csv::open(reader, delimiter(b','), &self.context.args.columns)?,
            Some(Format::Tsv) => csv::open(reader, delimiter(b'\t'), &self.context.args.columns)?,
            Some(Format::Parquet) => {
                drop(reader);
                return self.parquet(path);
            }
            #[cfg(feature = "warc")]
            Some(Format::Warc) => Box::new(warc::Pages::new(reader)),
            #[cfg(not(feature = "warc"))]
            Some(Format::Warc) => return Err(not_built("warc")),
        })
    }

    #[cfg(feature = "parquet")]
    fn parquet(&self, path: &Path) -> Result<Box<dyn Source>, Reject> {
        parquet::open(path, &self.context.args.columns, self.read.clone())
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(&self, _: &Path) -> Result<Box<dyn Source>, Reject> {
        Err(not_built("parquet"))
    }
}

/// Why a format is missing from this build.
#[cfg(not(all(feature = "parquet", feature = "warc")))]
fn not_built(feature: &str) -> Reject {
    let message = format!("this build cannot read it; build with the cargo feature \"{feature}\"");
    Reject::new("unsupported", message)
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            if self.open.is_none() {
                self.open = Some(self.open_current()?);
            }
            let open = self.open.as_mut()?;
            let Some(item) = open.source.next() else {
                self.open = None;
                self.at += 1;
                continue;
            };
            open.given += 1;
            let place = Place {
                file: open.file.clone(),
                line: item.line,
            };
            let id = match item.line {
                Some(line) => line.to_string(),
                None => stem(&open.file),
            };
            let after = Position {
                input: self.at,
                record: open.given,
            };
            return Some(Record::new(place, id, item, after, self.context.clone()));
        }
    }
}

/// An input that gives nothing, or only the reason why.
struct Failed(Option<Item>);

impl Source for Failed {
    fn next(&mut self) -> Option<Item> {
        self.0.take()
    }
}

const STANDARD_INPUT: &str = "standard input";

fn name(path: &Path) -> String {
    match is_standard(path) {
        true => STANDARD_INPUT.to_owned(),
        false => path.display().to_string(),
    }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The id of an article that is a file: its name without endings.
fn stem(file: &str) -> String {
    if file == STANDARD_INPUT {
        return "1".to_owned();
    }
    let path = paths::uncompressed(Path::new(file));
    match path.file_stem() {
        Some(stem) => stem.to_string_lossy().into_owned(),
        None => file.to_owned(),
    }
}

/// The format that a file name tells.
fn by_name(path: &Path) -> Option<Format> {
    let path = paths::uncompressed(path);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "txt" => Some(Format::Text),
        "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "parquet" => Some(Format::Parquet),
        "warc" => Some(Format::Warc),
        _ => None,
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read (permission denied)".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn too_large() -> Reject {
    let message = format!("more than {} MiB: split it", MOST_BYTES >> 20);
    Reject::new("too_large", message)
}
