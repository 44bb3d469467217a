//! Parquet: an article a row, columns by name.

use super::record::{Item, Raw};
use super::{Meter, Reject, Source, reason};
use crate::cli::article::{Columns, Parts};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Rows decoded at once: few, as articles may be long.
const ROWS: usize = 16;

/// The rows of a file.
struct Rows {
    /// Made when the first row is wanted, so that rows can be passed over without decoding them.
    reader: Option<ParquetRecordBatchReader>,
    builder: Option<ParquetRecordBatchReaderBuilder<File>>,
    columns: Columns,
    batch: Option<Batch>,
    /// Rows given and passed over.
    row: u64,
    meter: Meter,
    size: u64,
    rows: u64,
    failed: bool,
}

/// Some rows decoded: text, id, publication, title, source.
struct Batch {
    parts: [Option<StringArray>; 5],
    next: usize,
    length: usize,
}

/// Opens a file and finds the columns in its schema.
pub(super) fn open(
    path: &Path,
    columns: &Columns,
    meter: Meter,
) -> Result<Box<dyn Source>, Reject> {
    if super::is_standard(path) {
        return Err(Reject::new(
            "unreadable",
            "Parquet is read from its end: give a file, standard input has none",
        ));
    }
    let file = File::open(path).map_err(|e| Reject::new("unreadable", reason(&e)))?;
    let size = file.metadata().map_or(0, |data| data.len());
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| failure(&e))?;
    let names: Vec<&str> = builder
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().as_str())
        .collect();
    if !names.contains(&columns.text.as_str()) {
        return Err(columns.no_text(&names));
    }
    let wanted = [
        &columns.text,
        &columns.id,
        &columns.published,
        &columns.title,
        &columns.source,
    ];
    let roots = (0..names.len()).filter(|&root| wanted.iter().any(|name| *name == names[root]));
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    Ok(Box::new(Rows {
        reader: None,
        builder: Some(builder.with_projection(mask).with_batch_size(ROWS)),
        columns: columns.clone(),
        batch: None,
        row: 0,
        meter,
        size,
        rows,
        failed: false,
    }))
}

impl Rows {
    /// The next rows that are not given yet; `None` at the end.
    fn batch(&mut self) -> Result<Option<&mut Batch>, Reject> {
        if self
            .batch
            .as_ref()
            .is_none_or(|batch| batch.next >= batch.length)
        {
            if let Some(builder) = self.builder.take() {
                let skipped = usize::try_from(self.row).unwrap_or(usize::MAX);
                let reader = builder.with_offset(skipped).build();
                self.reader = Some(reader.map_err(|e| failure(&e))?);
            }
            self.batch = match self.reader.as_mut().and_then(Iterator::next) {
                None => None,
                Some(read) => {
                    let read = read.map_err(|e| unreadable(&e.to_string()))?;
                    Some(Batch::new(&read, &self.columns)?)
                }
            };
        }
        Ok(self.batch.as_mut())
    }

    fn count(&mut self, rows: u64) {
        let bytes = |row: u64| match self.rows {
            0 => 0,
            rows => (u128::from(self.size) * u128::from(row.min(rows)) / u128::from(rows)) as u64,
        };
        let read = bytes(self.row + rows) - bytes(self.row);
        self.row += rows;
        self.meter.fetch_add(read, Ordering::Relaxed);
    }
}

impl Batch {
    fn new(batch: &RecordBatch, columns: &Columns) -> Result<Self, Reject> {
        let texts = |name: &str| {
            let Some(column) = batch.column_by_name(name) else {
                return Ok(None);
            };
            // dates and numbers as people write them
            let texts = arrow_cast::cast(column, &DataType::Utf8).map_err(|_| {
                let kind = column.data_type();
                unreadable(&format!("column {name:?}: expected texts, found {kind}"))
            })?;
            Ok(Some(texts.as_string::<i32>().clone()))
        };
        Ok(Self {
            parts: [
                texts(&columns.text)?,
                texts(&columns.id)?,
                texts(&columns.published)?,
                texts(&columns.title)?,
                texts(&columns.source)?,
            ],
            next: 0,
            length: batch.num_rows(),
        })
    }

    fn take(&mut self) -> Parts {
        let row = self.next;
        self.next += 1;
        let [text, id, published, title, source] = self.parts.each_ref().map(|texts| {
            let texts = texts.as_ref().filter(|texts| texts.is_valid(row))?;
            Some(texts.value(row).to_owned())
        });
        Parts {
            id,
            text,
            published,
            title,
            source,
        }
    }
}

impl Source for Rows {
    fn next(&mut self) -> Option<Item> {
        if self.failed {
            return None;
        }
        let raw = match self.batch() {
            Ok(None) => return None,
            Ok(Some(batch)) => Raw::Row(batch.take()),
            Err(reject) => {
                // where one row cannot be read nobody knows of the next
                self.failed = true;
                Raw::Bad(reject)
            }
        };
        self.count(1);
        Some(Item {
            line: Some(self.row),
            raw,
        })
    }

    fn skip(&mut self, count: u64) {
        self.count(count);
    }
}

fn failure(error: &ParquetError) -> Reject {
    unreadable(&error.to_string())
}

fn unreadable(why: &str) -> Reject {
    Reject::new("unreadable", format!("cannot be read as Parquet: {why}"))
}
