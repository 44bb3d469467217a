//! The command line: arguments, commands, exit codes.
//!
//! In: arguments, files, standard input. Out: JSON Lines or text on standard output, messages on
//! standard error, and an exit code: 0 good, 1 some article could not be read, 2 usage or models, 130 and 143
//! stopped by SIGINT and SIGTERM.
//!
//! Each command is one file with its `Args` and its `run`; this file only lists them.
//!
//! ```
//! use clap::Parser;
//! let command = peristiwa::cli::Cli::try_parse_from(["peristiwa", "annotate", "berita.jsonl"]);
//! assert!(command.is_ok());
//! ```

mod annotate;
pub(crate) mod article;
mod bert;
mod check;
mod filter;
mod input;
mod neural;
mod output;
pub(crate) mod schema;
mod score;
#[cfg(feature = "serve")]
mod serve;
mod times;
mod tokenize;
mod train;
mod view;

use crate::entity::{Bert, TaggerKind};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::pipeline::Annotator;
use std::path::PathBuf;
use std::process::ExitCode;

/// Indonesian news in, structured events out: who did what, to whom, where and when.
#[derive(clap::Parser)]
#[command(name = "peristiwa", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Annotate articles: entities, times, quantities, events, relations, quotes.
    Annotate(annotate::Args),
    /// Find the time expressions of one text, as JSON or TimeML.
    Times(times::TimesArgs),
    /// Split texts into sentences and words, one word a line.
    Tokenize(tokenize::Args),
    /// Run every rule's examples and lint the data files.
    Check(check::Args),
    /// Measure an output against gold: precision, recall, F1 of every layer.
    Score(score::Args),
    /// Print the JSON Schema of the output.
    Schema(schema::Args),
    /// Make a page to look at an output: articles, events, a timeline, who is linked with whom.
    View(view::Args),
    /// Answer over HTTP: an API, and a page to try it.
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    /// Train the entity taggers or the subword vocabulary.
    Train(train::Args),
}

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Good,
    /// Some input could not be read or some check failed; the messages are already written.
    Flawed,
    /// A signal of this number ended the run early, in good order.
    Stopped(i32),
}

/// The arguments of this process; ends it with exit code 2 where they are wrong.
pub fn parse() -> Cli {
    clap::Parser::parse()
}

/// Runs a command.
///
/// # Errors
/// Where the models cannot be loaded, an option does not fit, or the output cannot be written.
pub fn run(cli: Cli) -> Result<Outcome> {
    match cli.command {
        Command::Annotate(args) => annotate::run(&args),
        Command::Times(args) => times::run(&args),
        Command::Tokenize(args) => tokenize::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::View(args) => view::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Train(args) => train::run(args),
    }
}

/// Says what went wrong on standard error and gives the exit code; a reader that closed the pipe is no error.
pub fn exit_code(outcome: Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Flawed) => ExitCode::from(1),
        // as a shell tells it of a program that the signal ended
        Ok(Outcome::Stopped(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(1)),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            message(&error);
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<std::io::Error>())
        .is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// One line on standard error; where nobody can read it there is nothing left to do.
fn message(text: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "peristiwa: {text}");
}

/// Which models a command uses.
#[derive(clap::Args)]
struct ModelsArg {
    /// A folder laid out as the project's models/, instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

impl ModelsArg {
    fn load(&self) -> Result<Models> {
        match &self.models {
            Some(folder) => Models::from_dir(folder),
            #[cfg(feature = "bundled")]
            None => Models::bundled(),
            #[cfg(not(feature = "bundled"))]
            None => Err(Error::new(
                crate::error::ErrorKind::Unsupported,
                "this build has no models inside; give a folder with --models DIR",
            )),
        }
    }
}

/// Which models and tagger a command annotates with.
#[derive(clap::Args)]
struct AnnotatorArg {
    #[command(flatten)]
    models: ModelsArg,
    /// The tagger of names and roles
    #[arg(long, value_name = "TAGGER", value_enum, default_value = "pooled")]
    tagger: Tagger,
    /// With --tagger bert: the folder of a token classifier in Hugging Face's format
    #[arg(long, value_name = "DIR")]
    bert_model: Option<PathBuf>,
    /// With --tagger bert: which of our labels each of the model's is, as lines LABEL TAB PER
    #[arg(long, value_name = "FILE", requires = "bert_model")]
    bert_labels: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Tagger {
    /// The network and the linear chain together: the most accurate
    Pooled,
    /// The recurrent network alone
    Neural,
    /// The linear chain alone: several times as fast
    Linear,
    /// A transformer of your own, given with --bert-model; needs the cargo feature bert
    Bert,
}

impl AnnotatorArg {
    /// What changes the annotations, in words.
    fn summary(&self) -> String {
        let bert = (&self.bert_model, &self.bert_labels);
        format!(
            "tagger={:?} models={:?} bert={bert:?}",
            self.tagger, self.models.models
        )
    }

    /// The annotator; `threads` are those of a transformer, which has its own.
    fn load(&self, threads: Option<u16>) -> Result<Annotator> {
        if self.bert_model.is_some() != matches!(self.tagger, Tagger::Bert) {
            return Err(Error::input(
                "--tagger bert and --bert-model DIR go together; models/bert of the repository is such a folder",
            ));
        }
        let kind = match self.tagger {
            Tagger::Bert => return self.bert(threads),
            Tagger::Pooled => TaggerKind::Pooled,
            Tagger::Neural => TaggerKind::Neural,
            Tagger::Linear => TaggerKind::Linear,
        };
        Annotator::with(&self.models.load()?, kind)
    }

    fn bert(&self, threads: Option<u16>) -> Result<Annotator> {
        let mut bert = Bert::new(self.bert_model.clone().unwrap_or_default());
        if let Some(file) = &self.bert_labels {
            bert = bert.labels(file);
        }
        if let Some(threads) = threads {
            bert = bert.threads(threads.into());
        }
        Annotator::bert(&self.models.load()?, &bert)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_well_formed() {
        super::Cli::command().debug_assert();
    }
}
