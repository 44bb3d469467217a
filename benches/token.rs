//! Words, sentences and clauses.

use crate::corpus::{articles, measure};
use criterion::Criterion;
use peristiwa::{Models, Tokenizer};

pub fn bench(c: &mut Criterion) {
    let models = Models::bundled().expect("the bundled models are well formed");
    let tokenizer = Tokenizer::new(&models).expect("the bundled models fit together");
    measure(c, "token/corpus", &articles(), |articles| {
        for article in articles {
            let tokens = tokenizer.tokenize(&article.text);
            assert!(tokens.len() > 50 && tokens.sentences().len() > 2);
        }
    });
}
