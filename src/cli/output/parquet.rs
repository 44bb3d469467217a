//! Parquet: one file with a row an article, or a folder of tables.
//!
//! A Parquet file is of no use before its end is written, so every block is a small file of its own in a folder
//! aside ("segment"); at the end of a shard their row groups are put together, bytes as they are.

use super::names::{Names, aside};
use super::{Mark, Piece, Target};
use crate::error::{Error, Result};
use crate::schema::Annotation;
use crate::table::{self, RecordBatch, SchemaRef, Table};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Articles made to rows at once.
const ROWS: usize = 64;

/// Row groups of one or several files, in segments until they are whole.
pub(super) struct Parquet {
    kinds: Vec<Kind>,
    /// The folder of tables, which is made at the end of the first shard.
    folder: Option<PathBuf>,
    /// Where the segments are.
    segments: PathBuf,
    shard_size: Option<u64>,
    /// Annotations that are not rows yet.
    pending: Vec<Annotation>,
    /// Segments under way, one a kind; none between blocks.
    open: Vec<Segment>,
    mark: Mark,
    /// The shard of the last mark: segments of those before it are of no more use.
    marked: u64,
    /// Segments of the shards before this one are gone.
    cleared: u64,
}

/// What is written into one series of files.
struct Kind {
    /// The nested rows where it is no table.
    table: Option<Table>,
    names: Names,
}

struct Segment {
    writer: ArrowWriter<File>,
    path: PathBuf,
}

impl Kind {
    fn schema(&self) -> Result<SchemaRef> {
        self.table.map_or_else(table::schema, Table::schema)
    }

    fn rows(&self, annotations: &[Annotation]) -> Result<RecordBatch> {
        match self.table {
            None => table::batch(annotations),
            Some(table) => table.batch(annotations),
        }
    }

    fn segment(&self, shard: u64, number: u64) -> String {
        let name = self.table.map_or("rows", Table::as_str);
        format!("{name}-{:05}-{:06}.parquet", shard + 1, number + 1)
    }
}

impl Parquet {
    /// One file, or its shards, gone on with at `mark`.
    pub(super) fn nested(path: &Path, shard_size: Option<u64>, mark: Mark) -> Result<Self> {
        let kind = Kind {
            table: None,
            names: Names::new(path, shard_size.is_some()),
        };
        Self::open(path, None, vec![kind], shard_size, mark)
    }

    /// A folder of tables, gone on with at `mark`.
    pub(super) fn tables(path: &Path, shard_size: Option<u64>, mark: Mark) -> Result<Self> {
        let kinds = Table::ALL.iter().map(|table| {
            let file = path.join(format!("{}.parquet", table.as_str()));
            Kind {
                table: Some(*table),
                names: Names::new(&file, shard_size.is_some()),
            }
        });
        let folder = Some(path.to_owned());
        Self::open(path, folder, kinds.collect(), shard_size, mark)
    }

    fn open(
        path: &Path,
        folder: Option<PathBuf>,
        kinds: Vec<Kind>,
        shard_size: Option<u64>,
        mark: Mark,
    ) -> Result<Self> {
        let segments = aside(path);
        let at = |e| Error::io(&segments, e);
        if mark.pieces == 0 && segments.exists() {
            std::fs::remove_dir_all(&segments).map_err(at)?;
        }
        std::fs::create_dir_all(&segments).map_err(at)?;
        Ok(Self {
            kinds,
            folder,
            segments,
            shard_size,
            pending: Vec::new(),
            open: Vec::new(),
            mark,
            marked: mark.shard,
            cleared: 0,
        })
    }

    /// Turns what waits into rows of the open segments.
    fn write_rows(&mut self) -> Result<()> {
        if self.open.is_empty() {
            for kind in &self.kinds {
                let path = self
                    .segments
                    .join(kind.segment(self.mark.shard, self.mark.length));
                let file = File::create(aside(&path)).map_err(|e| Error::io(&path, e))?;
                let writer = ArrowWriter::try_new(file, kind.schema()?, Some(properties()));
                self.open.push(Segment {
                    writer: writer.map_err(|e| failed(&path, e))?,
                    path,
                });
            }
        }
        for (kind, segment) in self.kinds.iter().zip(&mut self.open) {
            let rows = kind.rows(&self.pending)?;
            let written = segment.writer.write(&rows);
            written.map_err(|e| failed(&segment.path, e))?;
        }
        self.pending.clear();
        Ok(())
    }

    /// Ends the open segments, on disk.
    fn end_segments(&mut self) -> Result<()> {
        if !self.pending.is_empty() {
            self.write_rows()?;
        }
        if self.open.is_empty() {
            return Ok(());
        }
        for segment in self.open.drain(..) {
            let Segment { writer, path } = segment;
            let file = writer.into_inner().map_err(|e| failed(&path, e))?;
            let named = file.sync_data();
            let named = named.and_then(|()| std::fs::rename(aside(&path), &path));
            named.map_err(|e| Error::io(&path, e))?;
        }
        self.mark.length += 1;
        Ok(())
    }

    fn remove_segments_before(&self, shard: u64) -> Result<()> {
        let entries = std::fs::read_dir(&self.segments);
        for entry in entries.map_err(|e| Error::io(&self.segments, e))?.flatten() {
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.split('-').nth(1)?.parse().ok());
            if number.is_some_and(|number: u64| number <= shard) {
                let path = entry.path();
                std::fs::remove_file(&path).map_err(|e| Error::io(&path, e))?;
            }
        }
        Ok(())
    }

    /// Puts the segments of the current shard together.
    fn end_shard(&mut self) -> Result<()> {
        self.end_segments()?;
        if self.mark.length == 0 {
            // a file without articles has a schema all the same
            self.write_rows()?;
            self.end_segments()?;
        }
        if let Some(folder) = &self.folder {
            std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        }
        for kind in &self.kinds {
            let segments = (0..self.mark.length)
                .map(|number| self.segments.join(kind.segment(self.mark.shard, number)));
            let path = kind.names.path(self.mark.shard);
            let name = path.file_name().unwrap_or_default();
            let part = self.segments.join(name);
            join(segments, &part)?;
            std::fs::rename(&part, &path).map_err(|e| Error::io(&path, e))?;
        }
        Ok(())
    }
}

impl Target for Parquet {
    fn push(&mut self, piece: Piece) -> Result<()> {
        let Piece::Annotation(annotation) = piece else {
            return Err(Error::input("Parquet takes annotations only"));
        };
        if self.mark.shard_is_full(self.shard_size) {
            self.end_shard()?;
            self.mark.begin_shard();
        }
        self.pending.push(*annotation);
        if self.pending.len() >= ROWS {
            self.write_rows()?;
        }
        self.mark.count();
        Ok(())
    }

    fn seal(&mut self) -> Result<Mark> {
        self.end_segments()?;
        if self.cleared < self.marked {
            self.remove_segments_before(self.marked)?;
            self.cleared = self.marked;
        }
        // not before the mark of now is on disk
        self.marked = self.mark.shard;
        Ok(self.mark)
    }

    fn pause(&mut self) -> Result<Option<Mark>> {
        Ok(None)
    }

    fn finish(&mut self) -> Result<()> {
        self.end_shard()
    }

    fn clear(&mut self) -> Result<()> {
        std::fs::remove_dir_all(&self.segments).map_err(|e| Error::io(&self.segments, e))
    }
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        // indexes of pages would have to be kept in memory until the end
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .build()
}

/// Puts the row groups of files with one schema into one file, bytes as they are.
fn join(paths: impl Iterator<Item = PathBuf>, to: &Path) -> Result<()> {
    let mut writer: Option<SerializedFileWriter<File>> = None;
    for path in paths {
        let file = File::open(&path).map_err(|e| Error::io(&path, e))?;
        let read = ParquetMetaDataReader::new().parse_and_finish(&file);
        let metadata = read.map_err(|e| failed(&path, e))?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(joined(&metadata, to)?),
        };
        append(writer, &file, &metadata).map_err(|e| failed(to, e))?;
    }
    let Some(writer) = writer else { return Ok(()) };
    let file = writer.into_inner().map_err(|e| failed(to, e))?;
    file.sync_data().map_err(|e| Error::io(to, e))
}

/// An empty file like another one.
fn joined(like: &ParquetMetaData, to: &Path) -> Result<SerializedFileWriter<File>> {
    let file = File::create(to).map_err(|e| Error::io(to, e))?;
    let schema = like.file_metadata().schema_descr().root_schema_ptr();
    // the schema as Arrow has it
    let said = like.file_metadata().key_value_metadata().cloned();
    let properties = WriterProperties::builder().set_key_value_metadata(said);
    let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()));
    writer.map_err(|e| failed(to, e))
}

fn append(
    writer: &mut SerializedFileWriter<File>,
    file: &File,
    metadata: &ParquetMetaData,
) -> Result<(), ParquetError> {
    for group in metadata.row_groups() {
        let mut out = writer.next_row_group()?;
        for column in group.columns() {
            let closed = ColumnCloseResult {
                bytes_written: u64::try_from(column.compressed_size()).unwrap_or(0),
                rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            out.append_column(file, closed)?;
        }
        out.close()?;
    }
    Ok(())
}

fn failed(path: &Path, cause: ParquetError) -> Error {
    Error::input(cause.to_string())
        .at(path.display())
        .because(cause)
}
