//! `annotate`: articles in, annotations out, in the same order, however many there are.
//!
//! A reader, workers and a writer are joined by bounded channels ([`Conveyor`]): [`work`] makes what is written
//! of a group of records, [`run`] takes it in order, and after every so many records a [`state`] file says how
//! far outputs and input are, so that `--resume` goes on there after any end of the process.

mod progress;
mod run;
mod signals;
mod state;
mod work;

use super::filter::Filter;
use super::input::InputArgs;
use super::output::{Encoder, OutputArgs, Rejects, Unit, refuse_writing_over};
use super::{AnnotatorArg, Outcome, message};
use crate::error::{Error, Result};
use crate::pipeline::{Conveyor, Ended};
use crate::schema::Offsets;
use progress::Progress;
use run::Run;
use signals::Signals;
use state::{State, StateFile};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;
use work::{Groups, Limits, Work};

/// Groups between reader and writer, for each thread.
const GROUPS: usize = 3;

/// Arguments of `annotate`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// List here the articles that could not be annotated, as JSONL with the reasons
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    filter: Filter,
    /// Write with every annotation the rule, lexicon entry or model that found it
    #[arg(long, help_heading = "Output")]
    explain: bool,
    /// Unit of the offsets in JSONL and Parquet
    #[arg(
        long,
        value_name = "UNIT",
        value_enum,
        default_value = "chars",
        help_heading = "Output"
    )]
    offsets: Unit,
    /// Go on with a run that was stopped, killed or failed: give the same arguments again
    #[arg(long, help_heading = "Long runs")]
    resume: bool,
    /// Articles between two points from which --resume can go on
    #[arg(long, value_name = "N", default_value_t = 1000, help_heading = "Long runs", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint: u64,
    /// Refuse articles with more text, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 20, help_heading = "Long runs")]
    max_size: usize,
    /// Refuse articles that take longer, looked at between the stages [default: no limit; with one the output
    /// depends on the machine's speed]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "Long runs")]
    max_time: Option<Duration>,
    /// Number of threads [default: one a core]; the output is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Long runs")]
    threads: Option<u16>,
    #[command(flatten)]
    annotator: AnnotatorArg,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse::<f64>()
        .map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
}

impl Args {
    /// What changes the bytes that are written, in words: whoever goes on must be told the same.
    fn summary(&self) -> String {
        format!(
            "peristiwa {}; {}; {}; explain={} offsets={:?}; {}; checkpoint={} max_size={} max_time={:?}; {}",
            env!("CARGO_PKG_VERSION"),
            self.output.summary(),
            self.filter.summary(),
            self.explain,
            self.offsets,
            self.input.summary(),
            self.checkpoint,
            self.max_size,
            self.max_time,
            self.annotator.summary(),
        )
    }

    fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, usize::from)
    }
}

/// Annotates from the beginning, or from where an earlier run ended.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let inputs = args.input.inputs();
    let paths: Vec<&Path> = inputs.paths().collect();
    refuse_writing_over(&paths, &[args.output.path(), args.rejects.as_deref()])?;
    let summary = format!("{}; {:016x}", args.summary(), inputs.fingerprint());
    let file = args.output.regular().map(StateFile::beside);
    let begun = match begun(args, file.as_ref())? {
        Begun::Complete => return Ok(Outcome::Good),
        Begun::Here(state) => Some(state),
        Begun::NotYet => None,
    };
    if let Some(state) = &begun {
        state.must_be_of(&summary)?;
    }
    if let (Some(state), Some(file)) = (begun.as_ref().filter(|state| state.ended), &file) {
        args.output.clear()?;
        file.remove()?;
        return Ok(state.outcome());
    }
    let signals = Signals::listen()?;
    let annotator = args.annotator.load(args.threads)?;
    let annotator = annotator.explaining(true).offsets(Offsets::Bytes);
    let work = Work {
        annotator: &annotator,
        encoder: Encoder {
            format: args.output.format(),
            filter: &args.filter,
            explain: args.explain,
            offsets: args.offsets,
            colour: args.output.path().is_none() && std::io::stdout().is_terminal(),
            tokenizer: annotator.tokenizer(),
        },
        limits: Limits {
            size: args.max_size,
            time: args.max_time,
        },
    };
    let size = inputs.size();
    let mut records = args.input.records(inputs);
    let target = args.output.open(begun.as_ref().map(|state| state.output))?;
    let rejects_mark = begun.as_ref().and_then(|state| state.rejects);
    let rejects = Rejects::open(args.rejects.as_deref(), rejects_mark)?;
    if let Some(state) = &begun {
        records.go_to(state.input);
    }
    let state = begun.unwrap_or_else(|| State::new(summary));
    let progress = Progress::new(records.meter(), size, state.words);
    let mut run = Run::new(target, rejects, file, state, args.checkpoint, progress)?;
    let workers = args.workers();
    let conveyor = Conveyor {
        workers,
        in_flight: workers * GROUPS,
    };
    let ended = conveyor.run(
        Groups(records),
        |group| work.group(group),
        || signals.caught().is_some(),
        |done| run.take(done),
    )?;
    match (ended, signals.caught()) {
        (Ended::Stopped, Some(signal)) => run.stop(signal),
        _ => run.finish(),
    }
}

enum Begun {
    NotYet,
    Here(State),
    Complete,
}

/// Whether a run that wrote here is to be gone on with.
fn begun(args: &Args, file: Option<&StateFile>) -> Result<Begun> {
    let Some(file) = file else {
        return match args.resume {
            true => Err(Error::input(
                "--resume goes on with a file: name it with --output or --tables",
            )),
            false => Ok(Begun::NotYet),
        };
    };
    match (args.resume, file.read()?) {
        (true, Some(state)) => Ok(Begun::Here(state)),
        (true, None) if args.output.is_there() => {
            message("the output is there and no run is unfinished: nothing to go on with");
            Ok(Begun::Complete)
        }
        (false, Some(state)) if state.records > 0 => Err(Error::input(format!(
            "{}: an earlier run stopped after {} articles; go on with --resume, or remove this file to begin again",
            file.path().display(),
            state.records
        ))),
        _ => Ok(Begun::NotYet),
    }
}
