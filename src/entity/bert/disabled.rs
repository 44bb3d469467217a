//! What stands for the model in a build without the cargo feature `bert`: a message.

use super::Input;
use super::config::Config;
use crate::error::{Error, ErrorKind, Result};
use std::path::PathBuf;

/// There is none.
pub(super) enum Runner {}

impl Runner {
    /// # Errors
    /// Always.
    pub(super) fn start(
        _config: &Config,
        _weights: PathBuf,
        _threads: Option<usize>,
        _batch: usize,
    ) -> Result<Self> {
        Err(Error::new(
            ErrorKind::Unsupported,
            "this build cannot run transformers; build it with the cargo feature `bert`, which needs libtorch: see \
             \"Transformers\" in README.md",
        ))
    }

    pub(super) fn scores(&self, _inputs: Vec<Input>) -> Result<Vec<Vec<f32>>> {
        match *self {}
    }
}
