//! The backend against the numbers of Hugging Face's library, and against itself.
//!
//! The tiny models with random weights in `tests/bert` and their `reference.json` are made by
//! `tests/bert/reference.py`.

use super::*;
use crate::token::Tokenizer;
use serde::Deserialize;
use std::path::Path;

const KINDS: [&str; 5] = ["bert", "xlm-roberta", "roberta", "distilbert", "electra"];

#[derive(Deserialize)]
struct Reference {
    words: Vec<String>,
    pieces: Vec<u32>,
    firsts: Vec<u32>,
    scores: Vec<Vec<f32>>,
}

impl Reference {
    fn read(kind: &str) -> Vec<Self> {
        let text = std::fs::read_to_string(folder(kind).join("reference.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn folder(kind: &str) -> PathBuf {
    Path::new("tests/bert").join(kind)
}

fn models() -> Models {
    Models::from_dir("models").unwrap()
}

fn tagger(bert: &Bert) -> BertTagger {
    BertTagger::new(&models(), bert).unwrap()
}

/// The message with which a folder is refused.
fn refused(bert: &Bert) -> String {
    let error = BertTagger::new(&models(), bert).err();
    error.map(|e| e.to_string()).unwrap_or_default()
}

/// A copy of a model that a test may spoil.
fn copy(kind: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder(kind)).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    copy
}

/// So many sentences of very different lengths, of our own words.
fn sentences(count: usize) -> Vec<Vec<String>> {
    let words: Vec<String> = Reference::read("bert")
        .into_iter()
        .flat_map(|r| r.words)
        .collect();
    let mut state = 7usize;
    let sentences = (0..count).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (from, length) = ((state >> 33) % words.len(), 1 + (state >> 20) % 60);
        words
            .iter()
            .cycle()
            .skip(from)
            .take(length)
            .cloned()
            .collect()
    });
    sentences.collect()
}

fn borrowed(sentences: &[Vec<String>]) -> Vec<Vec<&str>> {
    let sentences = sentences.iter();
    sentences
        .map(|words| words.iter().map(String::as_str).collect())
        .collect()
}

/// The largest difference between scores of a tagger and the reference.
fn difference(tagger: &BertTagger, kind: &str) -> f32 {
    let reference = Reference::read(kind);
    let words: Vec<Vec<String>> = reference.iter().map(|r| r.words.clone()).collect();
    let scores = tagger.scores(&borrowed(&words)).unwrap();
    let pairs = reference
        .iter()
        .zip(&scores)
        .flat_map(|(reference, scores)| {
            let wanted: Vec<f32> = reference.scores.concat();
            assert_eq!(wanted.len(), scores.len());
            wanted.into_iter().zip(scores.clone())
        });
    pairs
        .map(|(wanted, score)| (wanted - score).abs())
        .fold(0.0, f32::max)
}

#[test]
fn pieces_are_those_of_the_library() {
    for kind in KINDS {
        let tagger = tagger(&Bert::new(folder(kind)));
        for reference in Reference::read(kind) {
            let pieces: Vec<Vec<u32>> = reference
                .words
                .iter()
                .map(|word| tagger.pieces.word(word))
                .collect();
            let pieces: Vec<&[u32]> = pieces.iter().map(Vec::as_slice).collect();
            let input = tagger.input(&pieces, 0..pieces.len());
            assert_eq!(
                input.pieces, reference.pieces,
                "{kind}: {:?}",
                reference.words
            );
            assert_eq!(input.firsts, reference.firsts);
        }
    }
}

#[test]
fn scores_are_those_of_the_library() {
    for kind in KINDS {
        let difference = difference(&tagger(&Bert::new(folder(kind))), kind);
        println!("{kind}: {difference:e}");
        assert!(difference < 1e-4, "{kind}: {difference:e}");
    }
}

#[test]
fn a_sentencepiece_file_does_as_well_as_the_whole_tokenizer() {
    let copy = copy("xlm-roberta");
    std::fs::remove_file(copy.path().join("tokenizer.json")).unwrap();
    let difference = difference(&tagger(&Bert::new(copy.path())), "xlm-roberta");
    assert!(difference < 1e-4, "{difference:e}");
}

#[test]
fn weights_of_every_kind_are_read() {
    let copy = copy("bert");
    let from = copy.path().join("model.safetensors");
    let old = |(name, tensor): (String, tch::Tensor)| {
        let name = name.replace("LayerNorm.weight", "LayerNorm.gamma");
        (name.replace("LayerNorm.bias", "LayerNorm.beta"), tensor)
    };
    let tensors = tch::Tensor::read_safetensors(&from)
        .unwrap()
        .into_iter()
        .map(old);
    let mut tensors: Vec<(String, tch::Tensor)> = tensors.collect();
    tensors.push((
        "bert.embeddings.position_ids".to_owned(),
        tch::Tensor::from(1),
    ));
    tch::Tensor::save_multi(&tensors, copy.path().join("rust_model.ot")).unwrap();
    std::fs::remove_file(from).unwrap();
    assert!(difference(&tagger(&Bert::new(copy.path())), "bert") < 1e-4);
}

#[test]
fn one_by_one_and_in_batches_is_the_same() {
    let all = sentences(200);
    let all = borrowed(&all);
    for kind in ["bert", "xlm-roberta", "electra", "distilbert"] {
        let single = tagger(&Bert::new(folder(kind)).batch(1).threads(1));
        let alone: Vec<Vec<f32>> = all
            .iter()
            .map(|one| single.scores(std::slice::from_ref(one)).unwrap().concat())
            .collect();
        let spans = |tagger: &BertTagger, scores: &[Vec<f32>]| -> Vec<Vec<Tagged>> {
            scores
                .iter()
                .map(|scores| tagger.decoder.spans(scores, tagger.width))
                .collect()
        };
        let wanted = spans(&single, &alone);
        assert!(wanted.iter().flatten().count() > 100, "{kind}");
        for (batch, threads) in [(7, 1), (64, 1), (64, 2), (1000, 4)] {
            let many = tagger(&Bert::new(folder(kind)).batch(batch).threads(threads));
            let scores = many.scores(&all).unwrap();
            let difference = alone
                .concat()
                .iter()
                .zip(scores.concat())
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(
                difference < 1e-4,
                "{kind}, batches of {batch}: {difference:e}"
            );
            assert_eq!(spans(&many, &scores), wanted, "{kind}, batches of {batch}");
        }
    }
}

#[test]
fn spans_slice_whatever_the_text_holds() {
    let models = models();
    let tokenizer = Tokenizer::new(&models).unwrap();
    let long = "“Budi” 😀 tiba—di Medan’s dengan Café ".repeat(500);
    let address = format!("Lihat https://contoh.id/{} di Medan.", "a".repeat(3000));
    let odd = "\u{feff}a\u{301}b [SEP] </s> \u{200b}\u{200d} 𝔅𝔲𝔡𝔦 <pad>\n\n…";
    for kind in KINDS {
        let finder = crate::EntityFinder::bert(&models, &Bert::new(folder(kind))).unwrap();
        for text in [&long, &address, odd, "", " "] {
            let tokens = tokenizer.tokenize(text);
            for mention in finder.find(&tokens) {
                assert_eq!(mention.span.of(text), mention.text);
                assert!((0.0..=1.0).contains(&mention.score.unwrap_or(0.0)));
            }
        }
    }
    assert!(tokenizer.tokenize(&long).len() > 3000);
}

#[test]
fn refuses_with_the_file_and_what_would_do() {
    let spoil = |kind: &str, change: &dyn Fn(&Path)| {
        let copy = copy(kind);
        change(copy.path());
        refused(&Bert::new(copy.path()))
    };
    let swap = |path: &Path, from: &str, to: &str| {
        let config = path.join("config.json");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(config, text.replace(from, to)).unwrap();
    };
    let message = spoil("bert", &|path| {
        std::fs::write(path.join("model.safetensors"), "no").unwrap()
    });
    assert!(
        message.contains("model.safetensors: cannot be read"),
        "{message}"
    );
    let message = spoil("bert", &|path| {
        std::fs::remove_file(path.join("model.safetensors")).unwrap();
        std::fs::write(path.join("pytorch_model.bin"), "no").unwrap();
    });
    assert!(
        message.contains("pytorch_model.bin: cannot be read"),
        "{message}"
    );
    let message = spoil("bert", &|path| swap(path, "\"bert\"", "\"electra\""));
    assert!(
        message.contains("there is no electra.") || message.contains("embedding"),
        "{message}"
    );
    let message = spoil("bert", &|path| {
        swap(
            path,
            "\"intermediate_size\": 64",
            "\"intermediate_size\": 32",
        )
    });
    assert!(
        message.contains("intermediate.dense") && message.contains("[64"),
        "{message}"
    );
    let message = spoil("bert", &|path| swap(path, "\"gelu\"", "\"selu\""));
    assert!(
        message.contains("\"selu\"") && message.contains("gelu_new"),
        "{message}"
    );
    let message = spoil("bert", &|path| swap(path, "B-PER", "B-PLANET"));
    assert!(
        message.contains("config.json") && message.contains("PLANET TAB PER"),
        "{message}"
    );
}

#[test]
fn a_file_of_labels_goes_before_the_known_ones() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "GPE\t-\nPER\tROL\n").unwrap();
    let tagger = tagger(&Bert::new(folder("bert")).labels(file.path()));
    assert_eq!(tagger.labels(), [[Label::Rol, Label::Org]]);
    std::fs::write(file.path(), "GPE\tPLANET\n").unwrap();
    let message = refused(&Bert::new(folder("bert")).labels(file.path()));
    assert!(
        message.contains("line 1") && message.contains("PLANET"),
        "{message}"
    );
}

#[test]
fn many_threads_may_ask_at_once() {
    let tagger = tagger(&Bert::new(folder("bert")).threads(2));
    let all = sentences(40);
    let all = borrowed(&all);
    let wanted = tagger.scores(&all).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(tagger.scores(&all).unwrap(), wanted));
        }
    });
}
