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

#[cfg(test)]
mod tests {
    use super::super::{Bert, BertTagger};
    use crate::error::{Error, ErrorKind};
    use crate::models::Models;
    use std::path::Path;

    fn refused(folder: &Path) -> Error {
        let models = Models::from_dir("models").unwrap();
        BertTagger::new(&models, &Bert::new(folder)).err().unwrap()
    }

    #[test]
    fn says_which_feature_is_missing() {
        let error = refused(Path::new("tests/bert/bert"));
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let message = error.to_string();
        assert!(message.contains("feature `bert`") && message.contains("libtorch"));
    }

    #[test]
    fn a_model_that_would_not_load_is_told_first() {
        let missing = refused(Path::new("no/such")).to_string();
        assert!(missing.contains("no/such") && missing.contains("config.json"));
        let copy = tempfile::tempdir().unwrap();
        let message = refused(copy.path()).to_string();
        assert!(
            message.contains("config.json: there is no such file"),
            "{message}"
        );
        for name in ["config.json", "vocab.txt"] {
            std::fs::copy(
                Path::new("tests/bert/bert").join(name),
                copy.path().join(name),
            )
            .unwrap();
        }
        let message = refused(copy.path()).to_string();
        assert!(
            message.contains("model.safetensors") && message.contains("pytorch_model.bin"),
            "{message}"
        );
    }
}
