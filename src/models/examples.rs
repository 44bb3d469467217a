//! What `check` hears from the rooms that run their rules' examples.

use super::{Rule, RuleFile};
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

impl ExampleFailure {
    /// The failure of an example of `rule` in `file`, where `found` was found instead.
    pub(crate) fn new(
        file: &RuleFile,
        rule: &Rule,
        example: &str,
        expected: String,
        found: &[String],
    ) -> Self {
        Self {
            file: file.path.clone(),
            rule: rule.id.as_str().into(),
            example: example.to_owned(),
            expected,
            found: match found.is_empty() {
                true => "nothing".to_owned(),
                false => found.join(", "),
            },
        }
    }
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
