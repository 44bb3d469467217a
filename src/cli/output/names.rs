//! What the files of an output are called.

use super::Format;
use crate::error::{Error, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The names of one output, in one file or in shards.
pub(super) struct Names {
    path: PathBuf,
    sharded: bool,
}

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pack {
    Plain,
    Gz,
    Zst,
}

impl Pack {
    /// As the name says.
    pub(super) fn of(path: &Path) -> Self {
        match extension(path).as_str() {
            "gz" => Self::Gz,
            "zst" => Self::Zst,
            _ => Self::Plain,
        }
    }
}

impl Names {
    pub(super) fn new(path: &Path, sharded: bool) -> Self {
        Self {
            // a slash at the end of a folder's name is not part of it
            path: path.components().collect(),
            sharded,
        }
    }

    /// The name that was given.
    pub(super) fn whole(&self) -> &Path {
        &self.path
    }

    pub(super) fn pack(&self) -> Pack {
        Pack::of(&self.path)
    }

    /// The file of a shard, counted from 0.
    pub(super) fn path(&self, shard: u64) -> PathBuf {
        match self.sharded {
            true => numbered(&self.path, shard),
            false => self.path.clone(),
        }
    }

    /// Refuses where files that are not replaced one for one would mix with those of this run.
    pub(super) fn refuse_what_is_there(&self, is_folder: bool) -> Result<()> {
        let first = match is_folder {
            true => self.path.clone(),
            false => self.path(0),
        };
        let in_the_way = match is_folder {
            true => std::fs::read_dir(&first)
                .map_or(first.is_file(), |mut files| files.next().is_some()),
            false => self.sharded && first.exists() || first.is_dir(),
        };
        match in_the_way {
            true => Err(Error::input(format!(
                "{}: is there already; remove it or give another name",
                first.display()
            ))),
            false => Ok(()),
        }
    }
}

/// `out.jsonl.gz` and 0 to `out-00001.jsonl.gz`.
fn numbered(path: &Path, shard: u64) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut stem = name.as_ref();
    if Pack::of(path) != Pack::Plain {
        stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    }
    stem = match stem.rsplit_once('.') {
        Some((before, _)) if !before.is_empty() => before,
        _ => stem,
    };
    let endings = &name[stem.len()..];
    path.with_file_name(format!("{stem}-{:05}{endings}", shard + 1))
}

/// The name under which a file or folder is written until it is whole.
pub(super) fn aside(path: &Path) -> PathBuf {
    with_ending(path, ".part")
}

/// The path with something behind its name.
pub(in crate::cli) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let path: PathBuf = path.components().collect();
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// The format that a name tells.
pub(super) fn format(path: &Path) -> Option<Format> {
    let inner = match Pack::of(path) {
        Pack::Plain => path.to_owned(),
        _ => path.with_extension(""),
    };
    match extension(&inner).as_str() {
        "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
        "parquet" => Some(Format::Parquet),
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "conll" | "bio" | "iob" | "iob2" => Some(Format::Conll),
        _ => None,
    }
}

fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

/// An article's id as part of a file name: letters, digits and a few marks, not too long.
pub(super) fn of_article(number: u64, id: &str) -> String {
    let plain = id.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') => c,
        _ => '_',
    });
    format!("{:06}-{}", number + 1, plain.take(60).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_numbered_before_the_endings() {
        let shard = |path: &str| Names::new(Path::new(path), true).path(0);
        assert_eq!(shard("a/out.jsonl.gz"), Path::new("a/out-00001.jsonl.gz"));
        assert_eq!(shard("a.b/out.csv"), Path::new("a.b/out-00001.csv"));
        assert_eq!(shard("out"), Path::new("out-00001"));
        assert_eq!(shard("x.2024.parquet"), Path::new("x.2024-00001.parquet"));
        assert_eq!(
            shard(".gz"),
            Path::new("-00001.gz").with_file_name(".gz-00001")
        );
        let one = Names::new(Path::new("dir/"), false);
        assert_eq!(aside(&one.path(7)), Path::new("dir.part"));
    }

    #[test]
    fn names_tell_formats() {
        assert_eq!(format(Path::new("a.JSONL.zst")), Some(Format::Jsonl));
        assert_eq!(format(Path::new("a.csv")), Some(Format::Csv));
        assert_eq!(format(Path::new("a")), None);
        assert_eq!(of_article(0, "http://a.id/b?c"), "000001-http___a.id_b_c");
    }
}
