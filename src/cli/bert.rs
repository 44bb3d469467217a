//! `peristiwa train bert`.

use super::Outcome;
use crate::error::{Error, Result};
#[cfg(feature = "bert")]
use crate::train;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Sentences, a line each, words split by spaces, to pre-train on: `train embeddings` leaves it beside the vectors
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// Vectors of `train embeddings` that whole-word pieces begin from
    #[arg(long, value_name = "FILE", requires = "text")]
    vectors: Option<PathBuf>,
    /// A folder of a BERT in Hugging Face's format to begin from, in place of a new network
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "text",
        required_unless_present = "text"
    )]
    from: Option<PathBuf>,
    /// CoNLL files and gold folders to fine-tune on
    #[arg(long, num_args = 1.., value_name = "PATH")]
    train: Vec<PathBuf>,
    /// JSON Lines that `annotate` wrote, to fine-tune on
    #[arg(long, value_name = "FILE", requires = "silver_text")]
    silver: Option<PathBuf>,
    /// The articles of --silver, JSON Lines
    #[arg(long, value_name = "FILE", requires = "silver")]
    silver_text: Option<PathBuf>,
    /// A CoNLL file or gold folder that chooses the best pass; its sentences are left out of all training
    #[arg(long, value_name = "PATH")]
    dev: Option<PathBuf>,
    /// Measured once, when all is done; left out of all training too
    #[arg(long, value_name = "PATH")]
    test: Option<PathBuf>,
    /// CoNLL files and gold folders whose sentences are left out of all training
    #[arg(long, num_args = 1.., value_name = "PATH")]
    exclude: Vec<PathBuf>,
    /// The folder to write: config.json, vocab.txt, tokenizer_config.json, model.safetensors and the card
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Pieces of a new vocabulary
    #[arg(long, default_value_t = 16_000)]
    pieces: usize,
    /// Layers of a new network
    #[arg(long, default_value_t = 4)]
    layers: i64,
    /// Numbers that a piece has in a new network
    #[arg(long, default_value_t = 256)]
    width: i64,
    /// Attention heads of a new network
    #[arg(long, default_value_t = 4)]
    heads: i64,
    /// Steps of the pre-training
    #[arg(long, default_value_t = 100_000)]
    steps: i64,
    /// Sequences in a batch of the pre-training
    #[arg(long, default_value_t = 32)]
    sequences: usize,
    /// Largest step size of the pre-training
    #[arg(long, default_value_t = 1e-3)]
    pretrain_rate: f64,
    /// Passes of the fine-tuning over the sentences, at most
    #[arg(long, default_value_t = 10)]
    epochs: i64,
    /// Passes without a better F1 on --dev after which the fine-tuning ends
    #[arg(long, default_value_t = 3)]
    patience: i64,
    /// Sentences in a batch of the fine-tuning
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// Largest step size of the fine-tuning
    #[arg(long, default_value_t = 3e-4)]
    rate: f64,
    /// The date that the card gives
    #[arg(long)]
    date: Option<String>,
    /// Share of numbers dropped
    #[arg(long, default_value_t = 0.1)]
    dropout: f64,
    /// Begin of the chance numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of threads; the weights depend on it in their last digits
    #[arg(long, default_value_t = 1)]
    threads: i32,
}

#[cfg(not(feature = "bert"))]
pub(super) fn run(_: Args) -> Result<Outcome> {
    Err(Error::new(
        crate::error::ErrorKind::Unsupported,
        "this build cannot train transformers: build with `cargo build --release --features bert`",
    ))
}

#[cfg(feature = "bert")]
pub(super) fn run(args: Args) -> Result<Outcome> {
    if !(0.0..1.0).contains(&args.dropout) {
        return Err(Error::input("--dropout must be at least 0 and below 1"));
    }
    tch::set_num_threads(args.threads.max(1));
    let teaches = !args.train.is_empty() || args.silver.is_some();
    let mut exclude = args.exclude.clone();
    exclude.extend(args.dev.iter().chain(&args.test).cloned());
    let from = match (&args.from, &args.text) {
        (Some(from), _) => from.clone(),
        (None, Some(text)) => {
            // what comes before the fine-tuning has a folder of its own
            let output = match teaches {
                true => args.output.join("pretrained"),
                false => args.output.clone(),
            };
            train::pretrain(&train::PretrainOptions {
                text: text.clone(),
                exclude: exclude.clone(),
                vectors: args.vectors.clone(),
                output: output.clone(),
                pieces: args.pieces,
                shape: train::Shape {
                    layers: args.layers.max(1),
                    width: args.width.max(1),
                    heads: args.heads.max(1),
                    inner: 4 * args.width.max(1),
                    positions: 256,
                },
                steps: args.steps.max(1),
                batch: args.sequences.max(1),
                length: 128,
                rate: args.pretrain_rate,
                dropout: args.dropout,
                seed: args.seed,
                date: args.date.clone(),
                command: command(),
            })?;
            output
        }
        (None, None) => return Err(Error::input("give --from or --text")),
    };
    if !teaches {
        return match args.from {
            Some(_) => Err(Error::input("nothing to learn: give --train or --silver")),
            None => Ok(Outcome::Good),
        };
    }
    let options = train::TuneOptions {
        from,
        train: args.train,
        silver: args.silver.zip(args.silver_text),
        dev: args.dev,
        test: args.test,
        exclude: args.exclude,
        output: args.output,
        epochs: args.epochs.max(1),
        patience: args.patience.max(1),
        batch: args.batch.max(1),
        rate: args.rate,
        dropout: args.dropout,
        seed: args.seed,
        date: args.date,
        command: command(),
    };
    train::tune(&super::neural::models()?, &options)?;
    Ok(Outcome::Good)
}

/// The command as it was given, for the card.
#[cfg(feature = "bert")]
fn command() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    format!("peristiwa {}", words.join(" "))
}
