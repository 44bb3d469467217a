//! Each stage alone, on every article of the sample, after what it needs is there.

use crate::corpus::{annotator, articles, measure};
use criterion::Criterion;

const STAGES: [&str; 8] = [
    "token",
    "entity",
    "time",
    "quantity",
    "coreference",
    "relation",
    "quote",
    "event",
];

pub fn bench(c: &mut Criterion) {
    let annotator = annotator();
    let articles = articles();
    let sample = &articles[..articles.len() / 4];
    // One article of all: a stage is prepared once and runs on the whole sample.
    let texts: Vec<_> = sample.iter().map(|article| article.text.as_str()).collect();
    let mut whole = sample[0].clone();
    whole.text = texts.join("\n");
    let mut shown = Vec::new();
    annotator.stages(&whole, |stage, run| {
        let found = run();
        assert!(found > 0, "{stage} finds something");
        measure(c, &format!("stage/{stage}"), sample, |_| {
            assert_eq!(run(), found)
        });
        shown.push(stage.to_owned());
    });
    assert_eq!(shown, STAGES);
}
