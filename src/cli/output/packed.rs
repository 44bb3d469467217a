//! A file that is written in blocks, each a compressed member of its own where the file is compressed.

use super::names::Pack;
use crate::error::{Error, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 1 << 16;

/// An open file; every error names it.
pub(super) struct PackedFile {
    state: State,
    pack: Pack,
    path: PathBuf,
}

enum State {
    /// Between blocks; a plain file always is.
    Between(BufWriter<File>),
    Gz(GzEncoder<BufWriter<File>>),
    Zst(zstd::Encoder<'static, BufWriter<File>>),
    /// An error ended it.
    Broken,
}

impl PackedFile {
    /// A file of which the first `length` bytes are kept.
    pub(super) fn open(path: &Path, pack: Pack, length: u64) -> Result<Self> {
        let at = |e| Error::io(path, e);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(length == 0);
        let mut file = options.open(path).map_err(at)?;
        let found = file.metadata().map_err(at)?.len();
        if found < length {
            return Err(Error::input(format!(
                "{}: shorter than the run left it ({found} of {length} bytes); begin again without --resume",
                path.display()
            )));
        }
        file.set_len(length).map_err(at)?;
        file.seek(SeekFrom::Start(length)).map_err(at)?;
        Ok(Self {
            state: State::Between(BufWriter::with_capacity(BUFFER, file)),
            pack,
            path: path.to_owned(),
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.begin()
            .and_then(|()| match &mut self.state {
                State::Between(file) => file.write_all(bytes),
                State::Gz(member) => member.write_all(bytes),
                State::Zst(frame) => frame.write_all(bytes),
                State::Broken => Err(broken()),
            })
            .map_err(|e| Error::io(&self.path, e))
    }

    /// Begins a block where none is.
    fn begin(&mut self) -> io::Result<()> {
        if self.pack == Pack::Plain || !matches!(self.state, State::Between(_)) {
            return Ok(());
        }
        if let State::Between(file) = std::mem::replace(&mut self.state, State::Broken) {
            self.state = match self.pack {
                // neither holds a time or a name: the same text gives the same bytes
                Pack::Gz => State::Gz(GzEncoder::new(file, Compression::default())),
                _ => State::Zst(zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?),
            };
        }
        Ok(())
    }

    /// Ends the block, puts everything on disk and says how long the file is.
    pub(super) fn seal(&mut self) -> Result<u64> {
        let sealed = match std::mem::replace(&mut self.state, State::Broken) {
            State::Between(file) => Ok(file),
            State::Gz(member) => member.finish(),
            State::Zst(frame) => frame.finish(),
            State::Broken => Err(broken()),
        };
        let length = sealed.and_then(|mut file| {
            file.flush()?;
            file.get_ref().sync_data()?;
            let length = file.stream_position()?;
            self.state = State::Between(file);
            Ok(length)
        });
        length.map_err(|e| Error::io(&self.path, e))
    }

    /// Ends the file; even one with nothing in it has a block, without which no program could unpack it.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.seal()? == 0 {
            self.begin().map_err(|e| Error::io(&self.path, e))?;
            self.seal()?;
        }
        Ok(())
    }

    /// As [`PackedFile::seal`] amid a block, where the file has no blocks.
    pub(super) fn pause(&mut self) -> Result<Option<u64>> {
        match self.pack {
            Pack::Plain => self.seal().map(Some),
            _ => Ok(None),
        }
    }
}

fn broken() -> io::Error {
    io::Error::other("cannot be written after an error")
}
