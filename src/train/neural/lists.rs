//! Lists of names from files, for baking into the weights.

use crate::entity::neural::{CLASSES, NameLists, Names};
use crate::error::{Error, Result};
use crate::token::Tokenizer;
use crate::train::text::open;
use std::io::BufRead;
use std::path::{Path, PathBuf};

/// A file of names, one a line; of several columns the one with this number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NameFile {
    pub path: PathBuf,
    /// Index into [`CLASSES`].
    pub class: usize,
    /// Column with the name.
    pub column: usize,
}

impl NameFile {
    /// From `CLASS=PATH` or `CLASS=PATH:COLUMN`.
    ///
    /// # Errors
    /// Where the class is unknown or the column no number.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::input(format!(
                "{text}: expected CLASS=PATH or CLASS=PATH:COLUMN with a class of {}",
                CLASSES.join(" ")
            ))
        };
        let (class, path) = text.split_once('=').ok_or_else(wrong)?;
        let class = CLASSES
            .iter()
            .position(|&known| known == class)
            .ok_or_else(wrong)?;
        let (path, column) = match path.rsplit_once(':') {
            Some((path, column)) => (path, column.parse().map_err(|_| wrong())?),
            None => (path, 0),
        };
        Ok(Self {
            path: path.into(),
            class,
            column,
        })
    }
}

/// Reads lists into the form that the tagger uses.
///
/// # Errors
/// Where a file cannot be read.
pub(crate) fn read_names(files: &[NameFile], tokenizer: &Tokenizer) -> Result<Names> {
    let mut lists = NameLists::default();
    for file in files {
        for line in open(&file.path)?.lines() {
            let line = line.map_err(|e| Error::io(&file.path, e))?;
            if line.starts_with('#') {
                continue;
            }
            let name = line.split('\t').nth(file.column).unwrap_or("");
            // `Mawar (grup musik)` is known as `Mawar`
            let name = name.split(" (").next().unwrap_or("").trim();
            if name.chars().filter(|c| c.is_alphabetic()).count() < 2 {
                continue;
            }
            let tokens = tokenizer.tokenize(name);
            let words: Vec<&str> = (0..tokens.len()).map(|at| tokens.lower(at)).collect();
            lists.add(file.class, &words);
            if file.class < 3 {
                lists.add_usage(file.class, &words);
            }
        }
    }
    Ok(lists.finish())
}

/// Name of a list for the card: the last two parts of its path.
pub(crate) fn label(file: &NameFile) -> String {
    let parts: Vec<_> = file
        .path
        .iter()
        .map(|part| part.to_string_lossy())
        .collect();
    let tail = parts[parts.len().saturating_sub(2)..].join("/");
    format!("{} = {}", CLASSES[file.class], Path::new(&tail).display())
}
