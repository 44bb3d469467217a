//! Files that are never there by half.

use crate::error::{Error, Result};
use std::path::Path;

/// Writes a file under another name, then over the old one.
///
/// # Errors
/// Those of `write`, and where the file cannot be renamed.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!("new-{name}"));
    write(&fresh)?;
    std::fs::rename(&fresh, path).map_err(|e| Error::io(path, e))
}

/// The same for bytes.
///
/// # Errors
/// Where the file cannot be written or renamed.
pub(crate) fn replace_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    replace(path, |fresh| {
        std::fs::write(fresh, bytes).map_err(|e| Error::io(fresh, e))
    })
}
