//! `check`: every rule's examples and the lint of the data files.

use super::output::Output;
use super::{ModelsArg, Outcome};
use crate::check;
use crate::error::Result;

/// Arguments of `check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    models: ModelsArg,
    /// List what rules may use: lexicons, event types, roles, relations, labels
    #[arg(long)]
    list: bool,
}

/// Prints the problems, one a line.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let models = args.models.load()?;
    let mut output = Output::open(None)?;
    if args.list {
        output.write(&check::list(&models))?;
        output.flush()?;
        return Ok(Outcome::Good);
    }
    let report = check::check(&models);
    for problem in &report.problems {
        output.write(&format!("{problem}\n"))?;
    }
    output.write(&format!("{report}\n"))?;
    output.flush()?;
    Ok(match report.problems.is_empty() {
        true => Outcome::Good,
        false => Outcome::Flawed,
    })
}
