//! Where results go: standard output or a file, and the rejects file.

use super::article::Reject;
use super::input::Entry;
use crate::error::{Error, Result};
use crate::schema::SCHEMA;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A named stream whose errors name it.
pub(super) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    name: PathBuf,
}

impl Output {
    /// A file, or standard output where none is named.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let (writer, name): (Box<dyn Write>, _) = match path {
            Some(path) if path.as_os_str() != "-" => {
                let file = File::create(path).map_err(|e| Error::io(path, e))?;
                (Box::new(file), path.to_owned())
            }
            _ => (Box::new(io::stdout()), PathBuf::from("standard output")),
        };
        Ok(Self {
            writer: BufWriter::with_capacity(1 << 16, writer),
            name,
        })
    }

    /// Writes text as it is.
    pub(super) fn write(&mut self, text: &str) -> Result<()> {
        self.writer
            .write_all(text.as_bytes())
            .map_err(|e| Error::io(&self.name, e))
    }

    /// Hands over what is buffered.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.writer.flush().map_err(|e| Error::io(&self.name, e))
    }
}

/// What could not be annotated: said on standard error, listed in the rejects file, counted.
pub(super) struct Rejects {
    file: Option<Output>,
    count: usize,
}

/// A line of the rejects file.
#[derive(serde::Serialize)]
struct Line<'a> {
    schema: u32,
    id: &'a str,
    error: &'a Reject,
}

impl Rejects {
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        Ok(Self {
            file: path.map(|path| Output::open(Some(path))).transpose()?,
            count: 0,
        })
    }

    /// Takes note of one.
    pub(super) fn push(&mut self, entry: &Entry, reject: &Reject) -> Result<()> {
        self.count += 1;
        super::message(format_args!("{}: {}", entry.place, reject.message));
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let line = serde_json::to_string(&Line {
            schema: SCHEMA,
            id: &entry.id,
            error: reject,
        });
        let line = line.map_err(|cause| Error::input("a rejects line").because(cause))?;
        file.write(&format!("{line}\n"))
    }

    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Hands over what is buffered.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.file.as_mut().map_or(Ok(()), Output::flush)
    }
}

/// Refuses to write over what is read or to write two things into one file.
pub(super) fn refuse_overwriting(inputs: &[PathBuf], outputs: &[Option<&Path>]) -> Result<()> {
    let outputs: Vec<_> = outputs.iter().flatten().collect();
    for (index, output) in outputs.iter().enumerate() {
        let read = inputs.iter().any(|input| is_same(input, output));
        let written = outputs[..index].iter().any(|other| is_same(other, output));
        if read || written {
            return Err(Error::input(format!(
                "{}: would be written over; give another name",
                output.display()
            )));
        }
    }
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    if one.as_os_str() == "-" || other.as_os_str() == "-" {
        return false;
    }
    match (one.canonicalize(), other.canonicalize()) {
        // A device such as /dev/null may be named twice.
        (Ok(one), Ok(other)) => one == other && one.is_file(),
        _ => one == other,
    }
}
