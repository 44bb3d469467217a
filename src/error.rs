//! The one error of the crate.

use std::fmt;

/// What went wrong, in a few kinds that a caller may act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read or written.
    Io,
    /// An article, a gold file or an option is not what it should be.
    Input,
    /// A file of `models/` is missing, malformed or disagrees with another.
    Models,
    /// Something that this build leaves out, such as a cargo feature.
    Unsupported,
}

/// An error with its message and causes; messages say what was expected and what to do.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// `Result` with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
        }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn models(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Models, message)
    }

    pub(crate) fn io(path: &std::path::Path, cause: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, format!("{}: {cause}", path.display())).because(cause)
    }

    pub(crate) fn because(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Puts `context` (a file, a line, a rule) in front of the message.
    pub(crate) fn at(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
