//! The text that everything is measured on.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use peristiwa::{Annotator, Article, Models};

/// The articles of the sample input, repeated so that threads have enough to do.
pub fn articles() -> Vec<Article> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/articles.jsonl");
    let text = std::fs::read_to_string(path).expect("corpus/articles.jsonl is there");
    let articles: Vec<Article> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is an article"))
        .collect();
    assert!(articles.len() >= 12);
    std::iter::repeat_n(articles, 4).flatten().collect()
}

/// The usual annotator.
pub fn annotator() -> Annotator {
    let models = Models::bundled().expect("the bundled models are well formed");
    Annotator::new(&models).expect("the bundled models fit together")
}

/// Measures `work` on `articles` in both units.
pub fn measure(c: &mut Criterion, name: &str, articles: &[Article], work: impl Fn(&[Article])) {
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    let words: usize = articles
        .iter()
        .map(|article| article.text.split_whitespace().count())
        .sum();
    for (unit, throughput) in [
        ("bytes", Throughput::Bytes(bytes as u64)),
        ("words", Throughput::Elements(words as u64)),
    ] {
        let mut group: BenchmarkGroup<'_, WallTime> = c.benchmark_group(name);
        group.sample_size(10).throughput(throughput);
        group.bench_function(unit, |bencher| bencher.iter(|| work(articles)));
        group.finish();
    }
}
