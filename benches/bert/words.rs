//! Words a second of taggers on one machine: a transformer and those of our own, for `benches/bert/compare.py`.
//!
//! `words MODEL ARTICLES THREADS SENTENCES`: reads articles (JSON Lines with `text`), writes their sentences as JSON to
//! SENTENCES for the other library, then runs a round for each line of standard input: the name of a tagger. The answer
//! to each is a line of JSON with the words, the seconds and the mentions found.

use peristiwa::{Bert, EntityFinder, Models, TaggerKind, Tokenizer, Tokens};
use serde_json::{Value, json};
use std::error::Error;
use std::io::BufRead;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// As the program reads them.
const GROUP: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, articles, threads, sentences] = arguments.as_slice() else {
        return Err("expected MODEL ARTICLES THREADS SENTENCES".into());
    };
    let threads: usize = threads.parse()?;
    let models = Models::bundled()?;
    let tokenizer = Tokenizer::new(&models)?;
    let mut texts = Vec::new();
    for line in std::fs::read_to_string(articles)?.lines() {
        let article: Value = serde_json::from_str(line)?;
        texts.extend(article["text"].as_str().map(str::to_owned));
    }
    let texts: Vec<Tokens<'_>> = texts.iter().map(|text| tokenizer.tokenize(text)).collect();
    std::fs::write(sentences, serde_json::to_vec(&words(&texts))?)?;
    let bert = EntityFinder::bert(&models, &Bert::new(model).threads(threads))?;
    let pooled = EntityFinder::with(&models, TaggerKind::Pooled)?;
    let linear = EntityFinder::with(&models, TaggerKind::Linear)?;
    for name in std::io::stdin().lock().lines() {
        let finder = match name?.as_str() {
            "bert" => &bert,
            "pooled" => &pooled,
            "linear" => &linear,
            other => return Err(format!("unknown tagger {other}").into()),
        };
        let start = Instant::now();
        let found = run(finder, &texts, threads);
        let seconds = start.elapsed().as_secs_f64();
        let words: usize = texts.iter().map(Tokens::len).sum();
        println!(
            "{}",
            json!({"words": words, "seconds": seconds, "mentions": found})
        );
    }
    Ok(())
}

/// The mentions that `threads` callers find, each taking the next group of articles.
fn run(finder: &EntityFinder, texts: &[Tokens<'_>], threads: usize) -> usize {
    let (next, found) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let groups: Vec<&[Tokens<'_>]> = texts.chunks(GROUP).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mentions = finder.find_all(group);
                    found.fetch_add(mentions.iter().map(Vec::len).sum(), Ordering::Relaxed);
                }
            });
        }
    });
    found.into_inner()
}

fn words<'t>(texts: &'t [Tokens<'_>]) -> Vec<Vec<&'t str>> {
    let sentences = texts
        .iter()
        .flat_map(|tokens| tokens.sentences().map(move |range| (tokens, range)));
    sentences
        .map(|(tokens, range)| range.map(|number| tokens.surface(number)).collect())
        .collect()
}
