//! The files of a model's folder: which there are, and what is said of those that are not.

use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Weights, in order of preference.
pub(crate) const WEIGHTS: [&str; 3] = ["model.safetensors", "pytorch_model.bin", "rust_model.ot"];

/// A folder that exists.
pub(super) struct Folder<'p>(&'p Path);

impl<'p> Folder<'p> {
    pub(super) fn new(folder: &'p Path) -> Result<Self> {
        if folder.is_dir() {
            return Ok(Self(folder));
        }
        Err(Error::models(format!(
            "{}: no such folder; give one with config.json, tokenizer.json or vocab.txt, and model.safetensors, as \
             Hugging Face's save_pretrained writes it",
            folder.display()
        )))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.path(name).is_file()
    }

    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.path(name);
        std::fs::read(&path).map_err(|cause| Error::io(&path, cause))
    }

    pub(super) fn text(&self, name: &str) -> Result<String> {
        String::from_utf8(self.bytes(name)?).map_err(|cause| {
            Error::models(format!("{}: not UTF-8: {cause}", self.path(name).display()))
        })
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        serde_json::from_slice(&self.bytes(name)?)
            .map_err(|cause| self.malformed(name, cause.to_string()))
    }

    /// An error about a file.
    pub(super) fn malformed(&self, name: &str, message: impl Into<String>) -> Error {
        Error::models(message).at(self.path(name).display())
    }

    /// An error about a file that is not there; `instead` says what would do.
    pub(super) fn missing(&self, name: &str, instead: &str) -> Error {
        self.malformed(name, format!("there is no such file; {instead}"))
    }

    /// The file of the weights.
    pub(super) fn weights(&self) -> Result<PathBuf> {
        let name = WEIGHTS.iter().find(|name| self.has(name));
        name.map(|name| self.path(name)).ok_or_else(|| {
            let instead = format!(
                "{} or {} would do, of a token classifier",
                WEIGHTS[1], WEIGHTS[2]
            );
            self.missing(WEIGHTS[0], &instead)
        })
    }
}
