//! A folder with files of their own for each article.

use super::names::{self, Names, aside};
use super::{Mark, Piece, Target};
use crate::error::{Error, Result};
use std::path::PathBuf;

/// Files numbered in the order of the input; each shard is a folder inside.
pub(super) struct Folder {
    path: PathBuf,
    part: PathBuf,
    shard_size: Option<u64>,
    mark: Mark,
}

impl Folder {
    /// A folder gone on with at `mark`; what was written after it is written again, the same.
    pub(super) fn open(names: Names, shard_size: Option<u64>, mark: Mark) -> Result<Self> {
        let path = names.whole().to_owned();
        let part = aside(&path);
        let at = |e| Error::io(&part, e);
        if mark.pieces == 0 {
            if part.exists() {
                std::fs::remove_dir_all(&part).map_err(at)?;
            }
        } else if !part.exists() && path.exists() {
            std::fs::rename(&path, &part).map_err(at)?;
        }
        std::fs::create_dir_all(&part).map_err(at)?;
        Ok(Self {
            path,
            part,
            shard_size,
            mark,
        })
    }

    /// The folder of the current shard.
    fn folder(&self) -> Result<PathBuf> {
        if self.shard_size.is_none() {
            return Ok(self.part.clone());
        }
        let folder = self.part.join(format!("{:05}", self.mark.shard + 1));
        std::fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
        Ok(folder)
    }
}

impl Target for Folder {
    fn push(&mut self, piece: Piece) -> Result<()> {
        if self.mark.shard_is_full(self.shard_size) {
            self.mark.begin_shard();
        }
        if let Piece::Files(id, files) = piece {
            let folder = self.folder()?;
            let name = names::of_article(self.mark.pieces, &id);
            for (ending, text) in files {
                let path = folder.join(format!("{name}.{ending}"));
                std::fs::write(&path, text).map_err(|e| Error::io(&path, e))?;
            }
        }
        self.mark.count();
        Ok(())
    }

    fn seal(&mut self) -> Result<Mark> {
        Ok(self.mark)
    }

    fn pause(&mut self) -> Result<Option<Mark>> {
        Ok(Some(self.mark))
    }

    fn finish(&mut self) -> Result<()> {
        if self.path.is_dir() {
            // it is empty: looked at before the work
            std::fs::remove_dir(&self.path).map_err(|e| Error::io(&self.path, e))?;
        }
        std::fs::rename(&self.part, &self.path).map_err(|e| Error::io(&self.path, e))
    }
}
