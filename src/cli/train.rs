//! `peristiwa train`: corpora to weights.

use super::Outcome;
use crate::error::{Error, Result};
use crate::train;
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to train.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The entity taggers, from CoNLL files and gold folders
    Entities(Entities),
    /// How often each relation rule is right, from gold folders
    Relations(Relations),
    /// The judge of events and arguments, from gold folders
    Events(Events),
    /// The vocabulary of subword pieces, from texts
    Subwords(Subwords),
    /// Clusters of words that unlabelled texts use alike
    Clusters(Clusters),
    /// Word vectors, from texts; a scratch file for the neural tagger
    Embeddings(super::neural::Embeddings),
    /// The neural tagger's encoder, from texts (cargo feature `train-neural`)
    Encoder(super::neural::Encoder),
    /// The neural tagger, from CoNLL files and gold folders (cargo feature `train-neural`)
    Neural(Box<super::neural::Neural>),
    /// A transformer, from CoNLL files and gold folders, and from texts (cargo feature `bert`)
    Bert(Box<super::bert::Args>),
    /// Tags a CoNLL file with a model and prints token, gold tag and found tag
    Tag(Tag),
}

#[derive(Debug, clap::Args)]
struct Entities {
    /// CoNLL files; `FILE:PER,LOC` where only these labels are marked throughout
    #[arg(long, num_args = 1.., value_name = "FILE")]
    train: Vec<PathBuf>,
    /// Folders of gold articles; where there are some, the model has their labels
    #[arg(long, num_args = 1.., value_name = "DIR")]
    gold: Vec<PathBuf>,
    /// A CoNLL file or a gold folder to measure on
    #[arg(long, value_name = "PATH")]
    dev: Option<PathBuf>,
    /// The file of weights to write; a card is written beside it
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// A models folder in place of the bundled one
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// The date that the card gives
    #[arg(long)]
    date: Option<String>,
    /// Begin of the chance numbers; the same seed gives the same weights
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Passes over the data
    #[arg(long, default_value_t = 12)]
    epochs: usize,
    /// Step size of the learner
    #[arg(long, default_value_t = 0.15)]
    rate: f32,
    /// Pull of single weights towards zero
    #[arg(long, default_value_t = 1e-4)]
    l1: f32,
    /// Pull of large weights towards zero
    #[arg(long, default_value_t = 1e-4)]
    l2: f32,
    /// Share of features left out at each token
    #[arg(long, default_value_t = 0.15)]
    dropout: f32,
    /// Weight of gold passages against 1 for the rest
    #[arg(long, default_value_t = 1.0)]
    gold_weight: f32,
    /// Share of gold passages repeated in lower case, in capitals and as headlines
    #[arg(long, default_value_t = 0.3)]
    case_share: f32,
    /// Features seen less often are left out
    #[arg(long, default_value_t = 2)]
    cutoff: u32,
    /// Parts of the gold data left out in turn to teach the second look; 1 for no second look
    #[arg(long, default_value_t = 4)]
    folds: usize,
    /// Only the linear tagger, without the network (that needs the cargo feature `train-neural`)
    #[arg(long)]
    linear: bool,
    /// Passes of the network over the data
    #[arg(long, default_value_t = 14)]
    passes: usize,
    /// Runs of the network whose mean is kept
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// The network's pre-trained encoder, in place of that of the models folder
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
    /// Choose by the mean of the labels' F1 on dev in place of the F1 of all
    #[arg(long)]
    by_macro: bool,
}

#[derive(Debug, clap::Args)]
struct Relations {
    /// Folders of gold articles; those without relations are left out
    #[arg(long, required = true, num_args = 1.., value_name = "DIR")]
    gold: Vec<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// A models folder in place of the bundled one
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// The date that the file gives
    #[arg(long)]
    date: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Events {
    /// Folders of gold articles; those without events are left out
    #[arg(long, required = true, num_args = 1.., value_name = "DIR")]
    gold: Vec<PathBuf>,
    /// Events of gold articles that have none themselves: article, event, key and value, by tabs
    #[arg(long, value_name = "FILE")]
    whole: Option<PathBuf>,
    /// Mentions judged right or wrong: article, start, end, type, yes or no, by tabs; for an argument with
    /// role, start and end before the verdict
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "texts")]
    judged: Vec<PathBuf>,
    /// The articles of the judged mentions, JSON lines
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,
    /// A gold folder to measure on
    #[arg(long, value_name = "DIR")]
    dev: Option<PathBuf>,
    /// The file of weights to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// A models folder in place of the bundled one
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// The date that the file gives
    #[arg(long)]
    date: Option<String>,
    /// Parts of the gold articles left out in turn
    #[arg(long, default_value_t = 5)]
    folds: usize,
    /// Pull of large weights towards zero
    #[arg(long, default_value_t = 12.0)]
    l2: f32,
    /// Steps over all cases
    #[arg(long, default_value_t = 300)]
    steps: usize,
    /// Features seen in fewer cases are left out
    #[arg(long, default_value_t = 8)]
    cutoff: u32,
    /// Write every decision on articles that were left out, with its features
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Subwords {
    /// Texts (a line each), JSON lines with a `text`, or folders of these
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    text: Vec<PathBuf>,
    /// The vocabulary to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Number of pieces
    #[arg(long, default_value_t = 8000)]
    size: usize,
    /// Bytes of text to learn from, spread over all of it
    #[arg(long, default_value_t = 30_000_000)]
    sample: usize,
}

#[derive(Debug, clap::Args)]
struct Clusters {
    /// Texts (a line each), JSON lines with a `text`, or folders of these
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    text: Vec<PathBuf>,
    /// The clusters to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Words seen less often have no cluster
    #[arg(long, default_value_t = 8)]
    least: u64,
    /// Passes over the texts
    #[arg(long, default_value_t = 2)]
    epochs: usize,
    /// Begin of the chance numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
struct Tag {
    /// The weights
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// A models folder in place of the bundled one
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// The network's encoder, in place of that of the models folder
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
    /// The CoNLL file
    file: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: Args) -> Result<Outcome> {
    match args.what {
        What::Entities(args) => train::entities(&train::EntityOptions {
            train: args.train,
            gold: args.gold,
            dev: args.dev,
            output: args.output,
            models: args.models,
            date: args.date,
            settings: train::Settings {
                epochs: args.epochs,
                rate: args.rate,
                l1: args.l1,
                l2: args.l2,
                dropout: args.dropout,
                seed: args.seed,
            },
            gold_weight: args.gold_weight,
            case_share: args.case_share,
            cutoff: args.cutoff,
            folds: args.folds,
            network: (!args.linear).then_some(args.passes),
            runs: args.runs,
            encoder: args.encoder,
            by_macro: args.by_macro,
        })?,
        What::Relations(args) => train::relations(&train::RelationOptions {
            gold: args.gold,
            output: args.output,
            models: args.models,
            date: args.date,
        })?,
        What::Events(args) => train::events(&train::EventOptions {
            gold: args.gold,
            whole: args.whole,
            judged: args.judged,
            texts: args.texts,
            dev: args.dev,
            output: args.output,
            models: args.models,
            date: args.date,
            folds: args.folds,
            l2: args.l2,
            steps: args.steps,
            cutoff: args.cutoff,
            log: args.log,
        })?,
        What::Subwords(args) => train::subwords(&train::SubwordOptions {
            text: args.text,
            output: args.output,
            size: args.size,
            sample: args.sample,
        })?,
        What::Clusters(args) => train::clusters(&train::ClusterOptions {
            text: args.text,
            output: args.output,
            least: args.least,
            epochs: args.epochs,
            seed: args.seed,
        })?,
        What::Embeddings(args) => return super::neural::embeddings(&args),
        What::Encoder(args) => return super::neural::encoder(args),
        What::Neural(args) => return super::neural::neural(*args),
        What::Bert(args) => return super::bert::run(*args),
        What::Tag(args) => {
            let table = train::tag_conll(
                &args.weights,
                args.models.as_deref(),
                args.encoder.as_deref(),
                &args.file,
            )?;
            std::io::stdout()
                .write_all(table.as_bytes())
                .map_err(|e| Error::io(Path::new("standard output"), e))?;
        }
    }
    Ok(Outcome::Good)
}
