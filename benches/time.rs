//! Time expressions and their values.

use crate::corpus::{articles, measure};
use criterion::Criterion;
use peristiwa::{Models, TimeFinder, Tokenizer};

pub fn bench(c: &mut Criterion) {
    let models = Models::bundled().expect("the bundled models are well formed");
    let tokenizer = Tokenizer::new(&models).expect("the bundled models fit together");
    let finder = TimeFinder::new(&models).expect("the bundled models fit together");
    let articles = articles();
    let tokens: Vec<_> = articles
        .iter()
        .map(|article| tokenizer.tokenize(&article.text))
        .collect();
    measure(c, "time/corpus", &articles, |articles| {
        for (article, tokens) in articles.iter().zip(&tokens) {
            assert!(!finder.find(tokens, article.published, &[]).times.is_empty());
        }
    });
}
