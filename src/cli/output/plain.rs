//! Text that is written at once: to standard output or a file.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A named stream whose errors name it.
pub(in crate::cli) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    name: PathBuf,
}

impl Output {
    /// A file, or standard output where none is named.
    pub(in crate::cli) fn open(path: Option<&Path>) -> Result<Self> {
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
    pub(in crate::cli) fn write(&mut self, text: &str) -> Result<()> {
        self.writer
            .write_all(text.as_bytes())
            .map_err(|e| Error::io(&self.name, e))
    }

    /// Hands over what is buffered.
    pub(in crate::cli) fn flush(&mut self) -> Result<()> {
        self.writer.flush().map_err(|e| Error::io(&self.name, e))
    }
}

/// Refuses to write over what is read or to write two things into one file.
pub(in crate::cli) fn refuse_overwriting(
    inputs: &[PathBuf],
    outputs: &[Option<&Path>],
) -> Result<()> {
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    refuse_writing_over(&inputs, outputs)
}

/// The same.
pub(in crate::cli) fn refuse_writing_over(
    inputs: &[&Path],
    outputs: &[Option<&Path>],
) -> Result<()> {
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
