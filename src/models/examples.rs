//! What `check` hears from the rooms that run their rules' examples.

use std::fmt;
use std::sync::Arc;

/// An example of a rule file that did not come out as the file says.
///
/// Each room with rules has `pub(crate) fn check_examples(models: &Models) -> Result<Vec<ExampleFailure>>`;
/// an error is a problem of loading.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExampleFailure {
    /// The rule file, below `models/`.
    pub file: String,
    /// The rule that the example belongs to.
    pub rule: Arc<str>,
    /// The sentence.
    pub example: String,
    /// What the file says must be found; `nothing` for a `no`.
    pub expected: String,
    /// What was found, and by which rule.
    pub found: String,
}

impl fmt::Display for ExampleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "example {:?}: expected {}, found {}",
            self.example, self.expected, self.found
        )
    }
}
