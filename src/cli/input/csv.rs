//! Comma- and tab-separated values with a header line.

use super::compressed::Reader;
use super::limit::{Allowance, Limited};
use super::record::{Item, Raw};
use super::{Reject, Source, reason};
use crate::cli::article::{Columns, Parts};
use csv::{ByteRecord, ReaderBuilder};

/// The rows below the header.
struct Rows {
    reader: csv::Reader<Limited>,
    allowance: Allowance,
    indexes: Indexes,
    record: ByteRecord,
    failed: bool,
}

/// Where each part stands in a row.
struct Indexes {
    count: usize,
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    source: Option<usize>,
    published: Option<usize>,
}

/// Reads the header and finds the columns in it.
pub(super) fn open(
    reader: Reader,
    delimiter: u8,
    columns: &Columns,
) -> Result<Box<dyn Source>, Reject> {
    let (limited, allowance) = Limited::new(reader);
    // rows of other lengths are told by us, with their places
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(limited);
    let header = reader.byte_headers().map_err(|e| failure(&e))?;
    let names: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
    let indexes = Indexes::find(&names, columns)?;
    Ok(Box::new(Rows {
        reader,
        allowance,
        indexes,
        record: ByteRecord::new(),
        failed: false,
    }))
}

impl Indexes {
    fn find<S: AsRef<str>>(names: &[S], columns: &Columns) -> Result<Self, Reject> {
        let index = |column: &str| names.iter().position(|name| name.as_ref().trim() == column);
        let text = index(&columns.text).ok_or_else(|| columns.no_text(names))?;
        Ok(Self {
            count: names.len(),
            text,
            id: index(&columns.id),
            title: index(&columns.title),
            source: index(&columns.source),
            published: index(&columns.published),
        })
    }

    fn parts(&self, record: &ByteRecord) -> Result<Parts, Reject> {
        if record.len() != self.count {
            return Err(Reject::new(
                "wrong_columns",
                format!(
                    "expected {} columns as in the header, found {}; is a quotation mark or --delimiter wrong?",
                    self.count,
                    record.len()
                ),
            ));
        }
        let cell = |index: Option<usize>| match index.and_then(|index| record.get(index)) {
            None | Some(b"") => Ok(None),
            Some(bytes) => crate::cli::article::from_utf8(bytes).map(|text| Some(text.to_owned())),
        };
        Ok(Parts {
            id: cell(self.id)?,
            text: Some(cell(Some(self.text))?.unwrap_or_default()),
            published: cell(self.published)?,
            title: cell(self.title)?,
            source: cell(self.source)?,
        })
    }
}

impl Source for Rows {
    fn next(&mut self) -> Option<Item> {
        if self.failed {
            return None;
        }
        let raw = match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => match self.indexes.parts(&self.record) {
                Ok(parts) => Raw::Row(parts),
                Err(reject) => Raw::Bad(reject),
            },
            Err(error) => {
                // the same error would come again and again
                self.failed = true;
                Raw::Bad(failure(&error))
            }
        };
        self.allowance.renew();
        let position = self.record.position();
        Some(Item {
            line: Some(position.map_or(1, csv::Position::line)),
            raw,
        })
    }
}

fn failure(error: &csv::Error) -> Reject {
    let why = match error.kind() {
        csv::ErrorKind::Io(error) => reason(error),
        _ => format!("not a table: {error}"),
    };
    Reject::new("unreadable", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn rows(text: &[u8], columns: &Columns) -> Result<Vec<Item>, Reject> {
        let reader = Box::new(Cursor::new(text.to_vec()));
        let mut source = open(reader, b',', columns)?;
        Ok(std::iter::from_fn(|| source.next()).collect())
    }

    #[test]
    fn columns_are_found_by_name() {
        let columns = Columns {
            text: "isi".to_owned(),
            ..Columns::default()
        };
        let table = "isi,id,lain,title\n\"Budi \"\"B\"\"\ntiba.\",7,x,\nAni,8\n";
        let found = rows(table.as_bytes(), &columns).unwrap();
        assert_eq!(found[0].line, Some(2));
        let Raw::Row(parts) = &found[0].raw else {
            panic!()
        };
        assert_eq!(parts.text.as_deref(), Some("Budi \"B\"\ntiba."));
        assert_eq!((parts.id.as_deref(), &parts.title), (Some("7"), &None));
        assert_eq!(found[1].line, Some(4));
        let Raw::Bad(reject) = &found[1].raw else {
            panic!()
        };
        assert_eq!(reject.code, "wrong_columns");
        let missing = rows(b"a,b\n1,2\n", &columns).err().unwrap();
        assert!(missing.message.contains("\"isi\"") && missing.message.contains("a, b"));
        assert!(
            missing.message.contains("--text-column"),
            "{}",
            missing.message
        );
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(cells in prop::collection::vec(("\\PC{0,9}", "[a-z\n\",;]{1,9}"), 1..9)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["title", "text"]).unwrap();
            for (title, text) in &cells {
                writer.write_record([title, text]).unwrap();
            }
            let found = rows(&writer.into_inner().unwrap(), &Columns::default()).unwrap();
            prop_assert_eq!(found.len(), cells.len());
            for (item, (title, text)) in found.iter().zip(&cells) {
                let Raw::Row(parts) = &item.raw else { panic!() };
                prop_assert_eq!(parts.text.as_ref(), Some(text));
                prop_assert_eq!(parts.title.as_deref().unwrap_or(""), title);
            }
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut table = b"text,id\n".to_vec();
            table.extend(bytes);
            for item in rows(&table, &Columns::default()).unwrap() {
                prop_assert!(item.line.is_some());
            }
        }
    }
}
