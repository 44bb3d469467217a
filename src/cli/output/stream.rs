//! One text, in one file or in shards, or straight to standard output.

use super::names::{Names, aside};
use super::packed::PackedFile;
use super::{Mark, Piece, Target};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Pieces one after another.
pub(super) struct Stream {
    to: To,
    shard_size: Option<u64>,
    /// Stands at the beginning of every file.
    header: Option<String>,
    mark: Mark,
}

enum To {
    /// What cannot be renamed: standard output, a device.
    Direct(BufWriter<Box<dyn Write>>, PathBuf),
    /// Files, of which one may be open.
    Files(Names, Option<Box<PackedFile>>),
}

impl Stream {
    /// A stream to a device, or to standard output where none is named.
    pub(super) fn direct(path: Option<&Path>, header: Option<String>) -> Result<Self> {
        let (writer, name): (Box<dyn Write>, _) = match path {
            Some(path) => {
                let file = File::options().write(true).open(path);
                (
                    Box::new(file.map_err(|e| Error::io(path, e))?),
                    path.to_owned(),
                )
            }
            None => (Box::new(io::stdout()), PathBuf::from("standard output")),
        };
        Ok(Self {
            to: To::Direct(BufWriter::with_capacity(1 << 16, writer), name),
            shard_size: None,
            header,
            mark: Mark::default(),
        })
    }

    /// A stream of files gone on with at `mark`.
    pub(super) fn open(
        names: Names,
        shard_size: Option<u64>,
        header: Option<String>,
        mark: Mark,
    ) -> Result<Self> {
        let path = names.path(mark.shard);
        let part = aside(&path);
        if mark.length > 0 && !part.exists() && path.exists() {
            // the run ended between giving the file its name and taking note of that
            std::fs::rename(&path, &part).map_err(|e| Error::io(&path, e))?;
        }
        let mut stream = Self {
            to: To::Files(names, None),
            shard_size,
            header,
            mark,
        };
        // at once: who cannot write should say so before the work
        stream.open_file()?;
        Ok(stream)
    }

    /// Opens the file of the current shard where it is not.
    fn open_file(&mut self) -> Result<()> {
        let To::Files(names, open) = &mut self.to else {
            return Ok(());
        };
        if open.is_some() {
            return Ok(());
        }
        let part = aside(&names.path(self.mark.shard));
        let file = PackedFile::open(&part, names.pack(), self.mark.length)?;
        *open = Some(Box::new(file));
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.open_file()?;
        match &mut self.to {
            To::Direct(writer, name) => writer
                .write_all(text.as_bytes())
                .map_err(|e| Error::io(name, e)),
            To::Files(_, Some(file)) => file.write(text.as_bytes()),
            To::Files(_, None) => Ok(()),
        }
    }

    fn write_header(&mut self) -> Result<()> {
        match (self.mark.in_shard, self.mark.length, self.header.clone()) {
            (0, 0, Some(header)) => self.write(&header),
            _ => Ok(()),
        }
    }

    /// Ends the file of the current shard and gives it its name.
    fn end_file(&mut self) -> Result<()> {
        self.open_file()?;
        if let To::Files(names, open) = &mut self.to
            && let Some(file) = open.take()
        {
            file.finish()?;
            let path = names.path(self.mark.shard);
            std::fs::rename(aside(&path), &path).map_err(|e| Error::io(&path, e))?;
        }
        Ok(())
    }

    fn marked(&mut self, length: u64) -> Mark {
        self.mark.length = length;
        self.mark
    }
}

impl Target for Stream {
    fn push(&mut self, piece: Piece) -> Result<()> {
        if self.mark.shard_is_full(self.shard_size) {
            self.end_file()?;
            self.mark.begin_shard();
        }
        self.write_header()?;
        match piece {
            Piece::Text(text) => self.write(&text)?,
            Piece::Files(_, files) => {
                for (_, text) in files {
                    self.write(&text)?;
                }
            }
            #[cfg(feature = "parquet")]
            Piece::Annotation(_) => return Err(Error::input("a stream takes text only")),
        }
        self.mark.count();
        Ok(())
    }

    fn seal(&mut self) -> Result<Mark> {
        let length = match &mut self.to {
            To::Direct(writer, name) => {
                writer.flush().map_err(|e| Error::io(name, e))?;
                0
            }
            To::Files(_, Some(file)) => file.seal()?,
            To::Files(_, None) => self.mark.length,
        };
        Ok(self.marked(length))
    }

    fn pause(&mut self) -> Result<Option<Mark>> {
        if let To::Files(_, Some(file)) = &mut self.to {
            let length = file.pause()?;
            return Ok(length.map(|length| self.marked(length)));
        }
        self.seal().map(Some)
    }

    fn finish(&mut self) -> Result<()> {
        self.write_header()?;
        self.seal()?;
        self.end_file()
    }
}
