//! `peristiwa train embeddings` and `peristiwa train neural`.

use super::Outcome;
use crate::error::{Error, Result};
use crate::models::Models;
use crate::train;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Embeddings {
    /// Texts: JSON Lines with a `text`, or a text a line, either gzipped
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    text: Vec<PathBuf>,
    /// CoNLL files and gold folders whose sentences are left out
    #[arg(long, num_args = 1.., value_name = "PATH")]
    exclude: Vec<PathBuf>,
    /// The scratch file of vectors to write; the words go beside it, ending in .txt
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Passes over the text
    #[arg(long, default_value_t = 3)]
    epochs: usize,
    /// Numbers in a vector
    #[arg(long, default_value_t = 100)]
    dims: usize,
    /// Begin of the chance numbers; one thread, so that the same seed gives the same vectors
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
pub(super) struct Encoder {
    /// Sentences, a line each, words split by spaces: `train embeddings` leaves it beside the vectors
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    text: Option<PathBuf>,
    /// Vectors of `train embeddings`
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    vectors: Option<PathBuf>,
    /// An encoder that is trained already and only gets the lists of names
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Lists of names, as CLASS=PATH or CLASS=PATH:COLUMN
    #[arg(long, num_args = 1.., value_name = "LIST")]
    names: Vec<String>,
    /// Words with a vector of their own
    #[arg(long, default_value_t = 50_000)]
    rows: usize,
    /// The encoder to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Numbers in a recurrent state
    #[arg(long, default_value_t = 200)]
    hidden: usize,
    /// Filters of the character convolution
    #[arg(long, default_value_t = 50)]
    filters: usize,
    /// Numbers that a word is guessed from
    #[arg(long, default_value_t = 128)]
    query: usize,
    /// Words that are guessed by themselves
    #[arg(long, default_value_t = 12_000)]
    own: usize,
    /// Groups of the other words
    #[arg(long, default_value_t = 256)]
    groups: usize,
    /// Words in a batch, about
    #[arg(long, default_value_t = 1500)]
    batch: usize,
    /// Random words against the true ones of a batch
    #[arg(long, default_value_t = 500)]
    negatives: usize,
    /// First step size
    #[arg(long, default_value_t = 2e-3)]
    rate: f32,
    /// Share of the text that is read
    #[arg(long, default_value_t = 1.0)]
    passes: f32,
    /// Begin of the chance numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
pub(super) struct Neural {
    /// CoNLL files and gold folders; `PATH@0.3` takes another third in each pass
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    train: Vec<String>,
    /// A CoNLL file or gold folder that chooses the best pass
    #[arg(long, value_name = "PATH")]
    dev: Option<PathBuf>,
    /// Hold back every so manieth gold article, to choose the best pass and to calibrate the scores
    #[arg(long, value_name = "N")]
    hold: Option<usize>,
    /// Measured once, when all is done
    #[arg(long, value_name = "PATH")]
    test: Option<PathBuf>,
    /// Vectors of `train embeddings`
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
    /// Encoder of `train encoder`, with its vectors
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
    /// Factor of the step size for what the encoder has learned
    #[arg(long, default_value_t = 1.0)]
    tune: f32,
    /// Words with a vector of their own
    #[arg(long, default_value_t = 50_000)]
    rows: usize,
    /// Lists of names, as CLASS=PATH or CLASS=PATH:COLUMN
    #[arg(long, num_args = 1.., value_name = "LIST")]
    names: Vec<String>,
    /// Choose by the mean of the labels' F1 in place of the F1 of all
    #[arg(long)]
    by_macro: bool,
    /// The weights to write; a card and a list of training sentences by hash go beside it
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// The date that the card gives
    #[arg(long)]
    date: Option<String>,
    /// Begin of the chance numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs that begin alike and see the sentences in other orders; the mean of their numbers is kept
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// Passes over the sentences
    #[arg(long, default_value_t = 25)]
    epochs: usize,
    /// Sentences in a batch
    #[arg(long, default_value_t = 8)]
    batch: usize,
    /// First step size
    #[arg(long, default_value_t = 3e-3)]
    rate: f32,
    /// Numbers in a recurrent state
    #[arg(long, default_value_t = 128)]
    hidden: usize,
    /// Filters of the character convolution
    #[arg(long, default_value_t = 50)]
    filters: usize,
    /// Numbers in a learned word row
    #[arg(long, default_value_t = 32)]
    word: usize,
    /// Share of numbers dropped between layers
    #[arg(long, default_value_t = 0.4)]
    dropout: f32,
    /// Share of sentences that do without lists of names
    #[arg(long, default_value_t = 0.2)]
    name_dropout: f32,
    /// Share of sentences in lower case
    #[arg(long, default_value_t = 0.05)]
    lower: f32,
    /// Share of sentences in capitals
    #[arg(long, default_value_t = 0.03)]
    upper: f32,
    /// Share of words misspelt
    #[arg(long, default_value_t = 0.0)]
    typo: f32,
}

#[cfg(feature = "bundled")]
pub(super) fn models() -> Result<Models> {
    Models::bundled()
}

#[cfg(not(feature = "bundled"))]
pub(super) fn models() -> Result<Models> {
    Models::from_dir("models")
}

pub(super) fn embeddings(args: &Embeddings) -> Result<Outcome> {
    let tokenizer = crate::Tokenizer::new(&models()?)?;
    let mut held_out = train::HeldOut::default();
    for path in &args.exclude {
        held_out.add_path(path)?;
    }
    let text = args.output.with_extension("txt");
    let inputs: Vec<_> = args.text.iter().map(PathBuf::as_path).collect();
    let (sentences, words) = train::prepare(&tokenizer, &inputs, &held_out, &text)?;
    eprintln!("{}: {sentences} sentences, {words} words", text.display());
    let options = train::EmbeddingOptions {
        epochs: args.epochs,
        dims: args.dims,
        seed: args.seed,
        ..train::EmbeddingOptions::default()
    };
    let vectors = train::train_embeddings(&text, &options)?;
    vectors.save(&args.output)?;
    eprintln!("{}: {} words", args.output.display(), vectors.words.len());
    Ok(Outcome::Good)
}

#[cfg(not(feature = "train-neural"))]
pub(super) fn encoder(_: Encoder) -> Result<Outcome> {
    Err(unsupported())
}

#[cfg(feature = "train-neural")]
pub(super) fn encoder(args: Encoder) -> Result<Outcome> {
    let names = args.names.iter().map(|list| train::NameFile::parse(list));
    let options = train::EncoderOptions {
        from: args.from,
        names: names.collect::<Result<_>>()?,
        text: args.text.unwrap_or_default(),
        vectors: args.vectors.unwrap_or_default(),
        rows: args.rows,
        output: args.output,
        hidden: args.hidden,
        filters: args.filters,
        query: args.query,
        own: args.own,
        groups: args.groups,
        batch: args.batch,
        negatives: args.negatives,
        rate: args.rate,
        passes: args.passes,
        seed: args.seed,
    };
    train::encoder(&models()?, &options)?;
    Ok(Outcome::Good)
}

#[cfg(not(feature = "train-neural"))]
fn unsupported() -> Error {
    Error::new(
        crate::error::ErrorKind::Unsupported,
        "this build cannot train the neural tagger: build with `cargo build --release --features train-neural`",
    )
}

#[cfg(not(feature = "train-neural"))]
pub(super) fn neural(_: Neural) -> Result<Outcome> {
    Err(unsupported())
}

#[cfg(feature = "train-neural")]
pub(super) fn neural(args: Neural) -> Result<Outcome> {
    let shares = [
        args.dropout,
        args.name_dropout,
        args.lower,
        args.upper,
        args.typo,
    ];
    if shares.iter().any(|share| !(0.0..1.0).contains(share)) {
        return Err(Error::input("a share must be at least 0 and below 1"));
    }
    let names = args.names.iter().map(|list| train::NameFile::parse(list));
    let base = train::LearnOptions::default();
    let options = train::NeuralOptions {
        names: names.collect::<Result<_>>()?,
        train: args.train,
        dev: args.dev,
        hold: args.hold,
        test: args.test,
        vectors: args.vectors,
        encoder: args.encoder,
        rows: args.rows,
        by_macro: args.by_macro,
        output: args.output,
        date: args.date,
        learn: train::LearnOptions {
            filters: args.filters,
            word: args.word,
            hidden: args.hidden,
            tune: args.tune,
            runs: args.runs,
            epochs: args.epochs,
            batch: args.batch.max(1),
            rate: args.rate,
            noise: train::Noise {
                dropout: args.dropout,
                names: args.name_dropout,
                lower: args.lower,
                upper: args.upper,
                typo: args.typo,
                ..base.noise
            },
            seed: args.seed,
            ..base
        },
    };
    train::neural(&models()?, &options)?;
    Ok(Outcome::Good)
}
