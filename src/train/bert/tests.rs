//! Tiny trainings; none uses dropout, whose chance numbers all tests of a process would share.

use super::adam::Adam;
use super::checkpoint::{self, Best};
use super::lessons::{Batch, Sentence};
use super::model::{Shape, variables};
use super::pretrain::{self, PretrainOptions};
use super::tune::{self, Tagger, TuneOptions};
use super::vocabulary::Vocabulary;
use crate::models::Models;
use crate::token::Tokenizer;
use crate::train::corpus::Source;
use std::path::Path;

const TEXT: &str = "Pemerintah daerah membangun jembatan baru di desa itu .\n\
    Budi Santoso memimpin rapat di Medan pada hari Senin .\n\
    Warga desa itu menunggu bantuan dari pemerintah daerah .\n\
    Rapat itu dihadiri para pemimpin daerah dan warga .\n\
    Jembatan baru itu dibangun di dekat pasar lama .\n";

const MARKED: &str = "Budi\tB-PER\nSantoso\tI-PER\nmemimpin\tO\nrapat\tO\ndi\tO\nMedan\tB-LOC\n.\tO\n\n\
    Warga\tO\nMedan\tB-LOC\nmenunggu\tO\nbantuan\tO\n.\tO\n\n\
    Pemerintah\tO\nmembangun\tO\njembatan\tO\n.\tO\n\n\
    Rapat\tO\ndihadiri\tO\nBudi\tB-PER\n.\tO\n\n\
    Santoso\tB-PER\ndi\tO\npasar\tO\nMedan\tB-LOC\n.\tO\n";

fn pretraining(folder: &Path, output: &str) -> PretrainOptions {
    let text = folder.join("text.txt");
    std::fs::write(&text, TEXT.repeat(10)).unwrap();
    PretrainOptions {
        text,
        exclude: Vec::new(),
        vectors: None,
        output: folder.join(output),
        pieces: 150,
        shape: Shape {
            layers: 1,
            width: 32,
            heads: 2,
            inner: 64,
            positions: 64,
        },
        steps: 6,
        batch: 4,
        length: 32,
        rate: 3e-3,
        dropout: 0.0,
        seed: 7,
        date: None,
        command: "peristiwa train bert".to_owned(),
    }
}

fn tuning(folder: &Path, output: &str) -> TuneOptions {
    let marked = folder.join("marked.conll");
    std::fs::write(&marked, MARKED).unwrap();
    TuneOptions {
        from: folder.join("base"),
        train: vec![marked],
        silver: None,
        dev: None,
        test: None,
        exclude: Vec::new(),
        output: folder.join(output),
        epochs: 40,
        patience: 40,
        batch: 2,
        rate: 5e-3,
        dropout: 0.0,
        seed: 7,
        date: None,
        command: "peristiwa train bert".to_owned(),
    }
}

fn weights(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("model.safetensors")).unwrap()
}

#[test]
fn a_vocabulary_spells_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut vocabulary = Vocabulary::learn(TEXT.split_whitespace(), 120).unwrap();
    vocabulary.write(folder.path(), 64).unwrap();
    let mut read = Vocabulary::read(folder.path()).unwrap();
    let again = Vocabulary::learn(TEXT.split_whitespace(), 120).unwrap();
    assert_eq!(vocabulary.pieces, again.pieces);
    assert_eq!(vocabulary.pieces, read.pieces);
    for word in [
        "Pemerintah",
        "jembatan",
        "dibangun",
        "pemimpin",
        "Medan.Senin",
    ] {
        let pieces = read.encode(word).to_vec();
        assert_eq!(pieces, vocabulary.encode(word));
        let spelt: String = pieces
            .iter()
            .map(|&piece| read.pieces[piece as usize].trim_start_matches("##"))
            .collect();
        assert_eq!(spelt, word);
    }
    let unknown = read.special.unknown;
    assert_eq!(read.encode("日"), [unknown]);
    assert_eq!(read.encode("\u{200b}"), [unknown]);
    assert!(Vocabulary::learn(std::iter::empty(), 120).is_err());
}

#[test]
fn an_interrupted_training_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    pretrain::pretrain(&pretraining(folder, "base")).unwrap();
    let broken_off = pretraining(folder, "again");
    pretrain::train(&broken_off, 2).unwrap();
    assert!(!broken_off.output.join("model.safetensors").exists());
    let other = PretrainOptions {
        seed: 8,
        ..broken_off.clone()
    };
    let error = pretrain::pretrain(&other).unwrap_err().to_string();
    assert!(error.contains("other data or options"), "{error}");
    pretrain::pretrain(&broken_off).unwrap();
    let same = weights(&folder.join("base")) == weights(&broken_off.output);
    assert!(same, "pre-trained weights differ");
    let models = Models::bundled().unwrap();
    let whole = tuning(folder, "whole");
    tune::tune(&models, &whole).unwrap();
    let parts = tuning(folder, "parts");
    tune::train(&models, &parts, 7).unwrap();
    tune::tune(&models, &parts).unwrap();
    let same = weights(&whole.output) == weights(&parts.output);
    assert!(same, "fine-tuned weights differ");
    assert!(!parts.output.join("checkpoint.safetensors").exists());
}

#[test]
fn five_sentences_are_learned() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    pretrain::pretrain(&pretraining(folder, "base")).unwrap();
    let models = Models::bundled().unwrap();
    let tokenizer = Tokenizer::new(&models).unwrap();
    let options = tuning(folder, "tuned");
    tune::tune(&models, &options).unwrap();
    let source = Source::conll(&options.train[0]).unwrap();
    let f1 = |from: &Path| {
        let mut tagger = Tagger::new(from, source.labels.clone(), 0.0, 1).unwrap();
        tagger.scores(&source, &tokenizer).unwrap().of(&[]).f1()
    };
    let (before, after) = (f1(&options.from), f1(&options.output));
    assert!(after > 0.9 && before < after, "{before} {after}");
    let card = std::fs::read_to_string(options.output.join("model.toml")).unwrap();
    let card: toml::Table = card.parse().unwrap();
    assert_eq!(card["commands"].as_array().unwrap().len(), 2);
}

#[test]
fn a_step_lowers_the_loss() {
    let folder = tempfile::tempdir().unwrap();
    pretrain::pretrain(&pretraining(folder.path(), "base")).unwrap();
    let labels = vec!["PER".to_owned()];
    let tagger = Tagger::new(&folder.path().join("base"), labels, 0.0, 1).unwrap();
    let sentence = |pieces: &[u32], tags: &[i64]| Sentence {
        pieces: pieces.to_vec(),
        places: (1..=tags.len()).collect(),
        tags: tags.to_vec(),
        words: 0..tags.len(),
    };
    let sentences = [sentence(&[2, 9, 8, 3], &[1, 2]), sentence(&[2, 7, 3], &[0])];
    let batch = Batch::new(&[&sentences[0], &sentences[1]], 0);
    assert_eq!(batch.pieces.size(), [2, 4]);
    assert_eq!(Vec::<i64>::try_from(&batch.places).unwrap(), [1, 2, 5]);
    let loss = || {
        let logits = tagger.logits(&batch, true).unwrap();
        logits.cross_entropy_for_logits(&batch.tags)
    };
    let before = loss();
    let mut adam = Adam::new(variables(&tagger.store));
    adam.step(&before, 1e-3);
    assert!(loss().double_value(&[]) < before.double_value(&[]));
}

#[test]
fn a_checkpoint_keeps_how_the_passes_went() {
    let folder = tempfile::tempdir().unwrap();
    let path = checkpoint::path(folder.path());
    let adam = |value: f32| {
        let weight = tch::Tensor::from_slice(&[value]);
        Adam::new(vec![("weight".to_owned(), weight)])
    };
    let mut first = adam(0.5);
    first.step = 9;
    let best = Best {
        figure: 0.25,
        since: 2,
    };
    checkpoint::save(&path, u64::MAX, best, &first).unwrap();
    let mut second = adam(0.0);
    let read = checkpoint::load(&path, u64::MAX, &mut second).unwrap();
    assert_eq!((read, second.step), (Some(best), 9));
    assert_eq!(second.variables[0].1.double_value(&[0]), 0.5);
    assert!(checkpoint::load(&path, 1, &mut second).is_err());
}

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let says = |from: &Path, what: &str| {
        let error = Tagger::new(from, vec!["PER".to_owned()], 0.0, 1).err();
        let error = error.map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains(what), "{error}");
    };
    says(folder, "config.json");
    std::fs::write(folder.join("config.json"), r#"{"model_type": "gpt2"}"#).unwrap();
    says(folder, "gpt2");
    std::fs::write(folder.join("config.json"), r#"{"model_type": "bert"}"#).unwrap();
    says(folder, "vocab.txt");
    std::fs::write(folder.join("vocab.txt"), "[PAD]\n[UNK]\n").unwrap();
    says(folder, "[CLS]");
    let base = pretraining(folder, "base");
    pretrain::pretrain(&base).unwrap();
    std::fs::remove_file(base.output.join("model.safetensors")).unwrap();
    says(&base.output, "no weights there");
    let short = PretrainOptions {
        length: 5000,
        ..pretraining(folder, "short")
    };
    let error = pretrain::pretrain(&short).unwrap_err().to_string();
    assert!(error.contains("too little text"), "{error}");
}
