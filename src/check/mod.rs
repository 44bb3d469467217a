//! Runs every rule's examples and lints the data files.
//!
//! In: [`Models`]. Out: a [`Report`] whose [`Problem`]s name file, line and rule, and say what was
//! expected and what is allowed. A linguist runs it as `peristiwa check --models DIR`, without a compiler;
//! `cargo test` runs it on the models of the project.
//!
//! ```
//! use peristiwa::{Models, check};
//! let report = check::check(&Models::bundled()?);
//! println!("{report}");
//! # Ok::<(), peristiwa::Error>(())
//! ```

mod lexicons;
mod list;
mod rooms;
mod rules;
mod weights;

pub use list::list;

use crate::models::Models;
use std::fmt;

/// Something in `models/` that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file below `models/`; empty where no single file is to blame.
    pub file: String,
    /// Its line, counted from 1, where it is known.
    pub line: Option<u32>,
    /// The rule, where there is one.
    pub rule: Option<String>,
    /// What was expected, what was found, what is allowed.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "models/{}", self.file)?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, "rule {rule}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// In order of file and line.
    pub problems: Vec<Problem>,
    /// Number of lexicons.
    pub lexicons: usize,
    /// Number of entries in them.
    pub entries: usize,
    /// Number of rules.
    pub rules: usize,
    /// Number of their examples, `yes` and `no`.
    pub examples: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lexicons with {} entries, {} rules with {} examples: ",
            self.lexicons, self.entries, self.rules, self.examples
        )?;
        match self.problems.len() {
            0 => f.write_str("no problem"),
            1 => f.write_str("1 problem"),
            count => write!(f, "{count} problems"),
        }
    }
}

impl Report {
    fn add(&mut self, file: &str, line: Option<u32>, message: impl Into<String>) {
        self.problems.push(Problem {
            file: file.to_owned(),
            line,
            rule: None,
            message: message.into(),
        });
    }
}

/// Looks at everything in `models`.
pub fn check(models: &Models) -> Report {
    let mut report = Report::default();
    lexicons::check(models, &mut report);
    rules::check(models, &mut report);
    weights::check(models, &mut report);
    rooms::check(models, &mut report);
    report.problems.sort();
    report.problems.dedup();
    report
}
