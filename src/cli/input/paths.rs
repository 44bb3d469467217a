//! Names on the command line to files: folders and patterns are looked up once, at the beginning.

use super::super::article::Reject;
use super::{Format, by_name, is_standard, reason};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The files to read, in order; of what cannot be read the reason.
pub(in crate::cli) struct Inputs(Vec<Input>);

struct Input {
    path: PathBuf,
    size: u64,
    reject: Option<Reject>,
}

impl Inputs {
    /// Looks folders and patterns up.
    pub(super) fn find(names: &[PathBuf]) -> Self {
        let mut inputs = Vec::new();
        for name in names {
            match look_up(name) {
                Ok(files) => inputs.extend(files.into_iter().map(|path| Input {
                    size: std::fs::metadata(&path).map_or(0, |data| data.len()),
                    path,
                    reject: None,
                })),
                Err(reject) => inputs.push(Input {
                    path: name.clone(),
                    size: 0,
                    reject: Some(reject),
                }),
            }
        }
        Self(inputs)
    }

    /// The input of an index, or its name and why it cannot be read.
    pub(super) fn get(&self, index: u64) -> Option<Result<&Path, (&Path, &Reject)>> {
        let input = self.0.get(usize::try_from(index).ok()?)?;
        Some(match &input.reject {
            None => Ok(&input.path),
            Some(reject) => Err((&input.path, reject)),
        })
    }

    /// Every name.
    pub(in crate::cli) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|input| input.path.as_path())
    }

    /// The bytes to read; none where standard input is among them, whose end nobody knows.
    pub(in crate::cli) fn size(&self) -> Option<u64> {
        let known = !self.0.iter().any(|input| is_standard(&input.path));
        known.then(|| self.0.iter().map(|input| input.size).sum())
    }

    /// The bytes of the inputs before this one.
    pub(super) fn size_before(&self, index: u64) -> u64 {
        let before = usize::try_from(index).unwrap_or(usize::MAX);
        self.0.iter().take(before).map(|input| input.size).sum()
    }

    /// A number that changes with the files, their order or their sizes.
    pub(in crate::cli) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for input in &self.0 {
            (&input.path, input.size).hash(&mut hasher);
        }
        hasher.finish()
    }
}

fn look_up(name: &Path) -> Result<Vec<PathBuf>, Reject> {
    if is_standard(name) {
        return Ok(vec![name.to_owned()]);
    }
    if name.is_dir() {
        let files = files_of(name).map_err(|e| Reject::new("unreadable", reason(&e)))?;
        return match files.is_empty() {
            true => Err(Reject::new(
                "unreadable",
                "a folder without .txt files or others that can be read",
            )),
            false => Ok(files),
        };
    }
    match name.to_str() {
        Some(pattern) if pattern.contains(['*', '?', '[']) && !name.exists() => matching(pattern),
        _ => Ok(vec![name.to_owned()]),
    }
}

/// The files that a pattern matches, in the order of their names.
fn matching(pattern: &str) -> Result<Vec<PathBuf>, Reject> {
    let unreadable = |why: String| Reject::new("unreadable", why);
    let paths = glob::glob(pattern).map_err(|e| unreadable(format!("not a pattern: {e}")))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|e| unreadable(e.to_string()))?;
        if !path.is_dir() {
            files.push(path);
        }
    }
    match files.is_empty() {
        true => Err(unreadable("no file matches this pattern".to_owned())),
        false => Ok(files),
    }
}

/// The text files of a folder in the order of their names; where it has none, those of other known formats.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut texts, mut others) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match by_name(&path) {
            _ if path.is_dir() => {}
            Some(Format::Text) => texts.push(path),
            Some(_) => others.push(path),
            None => {}
        }
    }
    let mut files = if texts.is_empty() { others } else { texts };
    files.sort_unstable();
    Ok(files)
}

/// The name without the ending of a compressed file.
pub(super) fn uncompressed(path: &Path) -> PathBuf {
    let packed = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz") || e.eq_ignore_ascii_case("zst"));
    match packed {
        true => path.with_extension(""),
        false => path.to_owned(),
    }
}
