//! Articles in JSON lines, one after the other.

use crate::error::{Error, Result};
use crate::schema::Article;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Shows each article of a file.
///
/// # Errors
/// Where the file cannot be read, a line is no article, or the first error of `see`.
pub(super) fn visit(path: &Path, mut see: impl FnMut(Article) -> Result<()>) -> Result<()> {
    let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|e| Error::io(path, e))?;
        let article: Article = serde_json::from_str(&line)
            .map_err(|e| Error::input(e.to_string()).at(path.display()).because(e))?;
        see(article)?;
    }
    Ok(())
}
