//! Where results go, and how they are written.
//!
//! In: articles with their annotations, in order. Out: JSONL and other formats, in one file, in numbered shards
//! or in a folder, plain or compressed. An [`Encoder`] makes a [`Piece`] of an article, on any thread; a
//! [`Target`] takes the pieces in order. Files are written aside under the name `….part` and renamed when they
//! are whole; a [`Mark`] says how far a target is, so that a later run can go on there.

mod brat;
mod conll;
mod encode;
mod events;
mod folder;
mod names;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod plain;
pub(super) mod pretty;
mod rejects;
mod stream;
pub(super) mod timeml;

pub(super) use encode::{Encoder, Unit};
pub(super) use names::with_ending;
pub(super) use plain::{Output, refuse_overwriting, refuse_writing_over};
pub(super) use rejects::Rejects;

use crate::error::{Error, Result};
#[cfg(feature = "parquet")]
use crate::schema::Annotation;
use folder::Folder;
use names::Names;
use std::path::{Path, PathBuf};
use stream::Stream;

/// How the output is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// One JSON object an article, as `peristiwa schema` describes it
    Jsonl,
    /// Parquet, one row an article with nested columns
    Parquet,
    /// Comma-separated values, one row an event, for a spreadsheet
    Csv,
    /// The same, tab-separated
    Tsv,
    /// Words with BIO tags of the entities, or of the layers of --only, one column a layer
    Conll,
    /// brat standoff: a folder with .txt and .ann of each article
    Brat,
    /// TimeML: a folder with one document an article, times as TIMEX3
    Timeml,
    /// For people: each event on one line
    Pretty,
}

/// Where and how `annotate` writes.
#[derive(clap::Args)]
pub(super) struct OutputArgs {
    /// Write here instead of to standard output; .gz and .zst are compressed; for brat and TimeML a folder
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// How to write [default: by the name of the output, else JSONL]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    output_format: Option<Format>,
    /// Write Parquet tables into this folder: articles, entities, times, events, arguments, relations
    #[arg(long, value_name = "DIR", help_heading = "Output", conflicts_with_all = ["output", "output_format", "pretty"])]
    tables: Option<PathBuf>,
    /// Write for people: short for --output-format pretty
    #[arg(long, help_heading = "Output", conflicts_with = "output_format")]
    pretty: bool,
    /// Begin a new file after so many articles: out-00001.jsonl, out-00002.jsonl, …
    #[arg(long, value_name = "N", help_heading = "Output", value_parser = clap::value_parser!(u64).range(1..))]
    shard_size: Option<u64>,
}

impl OutputArgs {
    /// The file or folder that is written; none for standard output.
    pub(super) fn path(&self) -> Option<&Path> {
        let named = self.tables.as_deref().or(self.output.as_deref());
        named.filter(|path| path.as_os_str() != "-")
    }

    /// The path, where it is one that can be renamed into place and gone on with: no device, no pipe.
    pub(super) fn regular(&self) -> Option<&Path> {
        self.path().filter(|path| !is_special(path))
    }

    /// How to write.
    pub(super) fn format(&self) -> Format {
        match self.output_format {
            Some(format) => format,
            None if self.pretty => Format::Pretty,
            None if self.tables.is_some() => Format::Parquet,
            None => self.path().and_then(names::format).unwrap_or(Format::Jsonl),
        }
    }

    /// What changes the bytes that are written, in words: whoever goes on must be told the same.
    pub(super) fn summary(&self) -> String {
        let (format, tables) = (self.format(), self.tables.is_some());
        format!("{format:?} tables={tables} shards={:?}", self.shard_size)
    }

    /// The target, at its beginning or gone on with at `mark`.
    ///
    /// # Errors
    /// Where it cannot be written, or would have to write over a folder or over shards.
    pub(super) fn open(&self, mark: Option<Mark>) -> Result<Box<dyn Target>> {
        let format = self.format();
        let Some(path) = self.regular() else {
            if matches!(format, Format::Brat | Format::Parquet) || self.shard_size.is_some() {
                return Err(Error::input(
                    "this output is more than a stream of text: name it with --output or --tables",
                ));
            }
            return Ok(Box::new(Stream::direct(
                self.path(),
                encode::header(format),
            )?));
        };
        let names = Names::new(path, self.shard_size.is_some());
        if mark.is_none() {
            let is_folder =
                matches!(format, Format::Brat | Format::Timeml) || self.tables.is_some();
            names.refuse_what_is_there(is_folder)?;
        }
        let mark = mark.unwrap_or_default();
        Ok(match format {
            Format::Parquet => self.open_parquet(path, mark)?,
            Format::Brat | Format::Timeml => Box::new(Folder::open(names, self.shard_size, mark)?),
            _ => {
                let header = encode::header(format);
                Box::new(Stream::open(names, self.shard_size, header, mark)?)
            }
        })
    }

    #[cfg(feature = "parquet")]
    fn open_parquet(&self, path: &Path, mark: Mark) -> Result<Box<dyn Target>> {
        let parquet = match &self.tables {
            Some(_) => parquet::Parquet::tables(path, self.shard_size, mark)?,
            None => parquet::Parquet::nested(path, self.shard_size, mark)?,
        };
        Ok(Box::new(parquet))
    }

    #[cfg(not(feature = "parquet"))]
    fn open_parquet(&self, _: &Path, _: Mark) -> Result<Box<dyn Target>> {
        Err(Error::new(
            crate::error::ErrorKind::Unsupported,
            "this build cannot write Parquet; build with the cargo feature \"parquet\"",
        ))
    }

    /// Takes away what only an unfinished run needs, where a run was ended before it could.
    pub(super) fn clear(&self) -> Result<()> {
        match self.path().map(names::aside) {
            Some(aside) if aside.is_dir() => {
                std::fs::remove_dir_all(&aside).map_err(|e| Error::io(&aside, e))
            }
            _ => Ok(()),
        }
    }

    /// Whether the output of a finished run is there.
    pub(super) fn is_there(&self) -> bool {
        let is_folder =
            matches!(self.format(), Format::Brat | Format::Timeml) || self.tables.is_some();
        let sharded = self.shard_size.is_some() && !is_folder;
        let names = self.regular().map(|path| Names::new(path, sharded));
        names.is_some_and(|names| names.path(0).exists())
    }
}

/// What is written of one article.
pub(super) enum Piece {
    /// Lines of a stream.
    Text(String),
    /// Files of its own, each with its ending, and the article's id for their name.
    Files(String, Vec<(&'static str, String)>),
    /// A row, or rows of several tables.
    #[cfg(feature = "parquet")]
    Annotation(Box<Annotation>),
}

/// How far a target is: everything before it is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Mark {
    /// Pieces pushed.
    pieces: u64,
    /// Index of the shard.
    shard: u64,
    /// Pieces of that shard.
    in_shard: u64,
    /// Bytes of that shard, or its finished parts.
    length: u64,
}

impl Mark {
    /// Whether the next piece belongs to the next shard.
    fn shard_is_full(&self, shard_size: Option<u64>) -> bool {
        shard_size.is_some_and(|size| self.in_shard >= size)
    }

    /// Goes on to the beginning of the next shard.
    fn begin_shard(&mut self) {
        self.shard += 1;
        (self.in_shard, self.length) = (0, 0);
    }

    /// Counts a piece.
    fn count(&mut self) {
        self.pieces += 1;
        self.in_shard += 1;
    }
}

/// Takes the pieces of a run in order.
pub(super) trait Target {
    /// Takes the next piece.
    fn push(&mut self, piece: Piece) -> Result<()>;

    /// Ends a block, such as a member of a compressed file, and puts everything on disk.
    fn seal(&mut self) -> Result<Mark>;

    /// Puts everything on disk amid a block; none where the format cannot go on amid a block.
    fn pause(&mut self) -> Result<Option<Mark>>;

    /// Gives the files their names. What [`Target::clear`] takes away must stay until then: the end may be repeated.
    fn finish(&mut self) -> Result<()>;

    /// Takes away what only an unfinished run needs.
    fn clear(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Whether something is there that is no file and no folder.
fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
}
