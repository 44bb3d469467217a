//! The rejects file: what could not be annotated, and why.

use super::names::Names;
use super::stream::Stream;
use super::{Mark, Piece, Target, is_special};
use crate::cli::article::Reject;
use crate::error::{Error, Result};
use crate::schema::SCHEMA;
use std::path::Path;

/// The rejects of a run.
pub(in crate::cli) struct Rejects(Option<Stream>);

/// A line of the rejects file.
#[derive(serde::Serialize)]
struct Line<'a> {
    schema: u32,
    id: &'a str,
    error: &'a Reject,
}

impl Rejects {
    /// A list in a file, begun or gone on with at `mark`; none where no file is named.
    pub(in crate::cli) fn open(path: Option<&Path>, mark: Option<Mark>) -> Result<Self> {
        let file = match path {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(Stream::direct(None, None)?),
            Some(path) if is_special(path) => Some(Stream::direct(Some(path), None)?),
            Some(path) => {
                let names = Names::new(path, false);
                Some(Stream::open(names, None, None, mark.unwrap_or_default())?)
            }
        };
        Ok(Self(file))
    }

    /// Lists one.
    pub(in crate::cli) fn push(&mut self, id: &str, reject: &Reject) -> Result<()> {
        let Some(file) = &mut self.0 else {
            return Ok(());
        };
        let line = serde_json::to_string(&Line {
            schema: SCHEMA,
            id,
            error: reject,
        });
        let line = line.map_err(|cause| Error::input("a rejects line").because(cause))?;
        file.push(Piece::Text(line + "\n"))
    }

    /// Ends a block of the file.
    pub(in crate::cli) fn seal(&mut self) -> Result<Option<Mark>> {
        self.0.as_mut().map(Stream::seal).transpose()
    }

    /// Stops amid a block; none within where the file cannot be gone on with from here.
    pub(in crate::cli) fn pause(&mut self) -> Result<Option<Option<Mark>>> {
        match &mut self.0 {
            None => Ok(Some(None)),
            Some(file) => Ok(file.pause()?.map(Some)),
        }
    }

    /// Gives the file its name.
    pub(in crate::cli) fn finish(&mut self) -> Result<()> {
        self.0.as_mut().map_or(Ok(()), Stream::finish)
    }
}
