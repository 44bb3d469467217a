//! Why something could not be annotated, as an exception or as an entry in its place.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pyo3::create_exception!(
    peristiwa,
    PeristiwaError,
    PyValueError,
    "An article, an option or the models are not what they should be; `code` is one word for programs."
);

/// A code for programs and a message for people, as the rejects file of the command has them.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub code: &'static str,
    pub message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The exception.
    pub(crate) fn raise(&self, py: Python<'_>) -> PyErr {
        let error = PeristiwaError::new_err(self.message.clone());
        match error.value(py).setattr("code", self.code) {
            Ok(()) => error,
            Err(other) => other,
        }
    }
}

impl From<peristiwa::Error> for Failure {
    fn from(error: peristiwa::Error) -> Self {
        let code = match error.kind() {
            peristiwa::ErrorKind::Io => "io",
            peristiwa::ErrorKind::Models => "models",
            peristiwa::ErrorKind::Unsupported => "unsupported",
            _ => "input",
        };
        Self::new(code, error.to_string())
    }
}
