//! `schema`: the JSON Schema of the output.

use super::Outcome;
use super::output::Output;
use crate::error::Result;

/// Draft 2020-12; written by hand, held to the real output by the tests.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// Arguments of `schema`.
#[derive(clap::Args)]
pub(super) struct Args {}

/// Prints it.
pub(super) fn run(_: &Args) -> Result<Outcome> {
    let mut output = Output::open(None)?;
    output.write(SCHEMA)?;
    output.flush()?;
    Ok(Outcome::Good)
}
