//! Parallel work: the same bytes for any number of threads, in the order of the input.

use crate::samples::{SENTENCE, annotator, articles};
use peristiwa::Article;

fn lines(threads: usize, articles: &[Article]) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    let annotations = pool.install(|| annotator().annotate_all(articles));
    annotations
        .iter()
        .map(|annotation| serde_json::to_string(annotation).unwrap())
        .collect()
}

#[test]
fn any_number_of_threads() {
    let mut many = articles();
    // Articles of very different length, so that threads overtake each other.
    for count in [1, 40, 0, 3, 100, 2] {
        many.push(Article::new(SENTENCE.repeat(count)).id(format!("sentence-{count}")));
    }
    let one = lines(1, &many);
    assert_eq!(one.len(), many.len());
    for threads in [2, 5] {
        assert_eq!(lines(threads, &many), one, "{threads} threads");
    }
    for (line, article) in one.iter().zip(&many) {
        let alone = serde_json::to_string(&annotator().annotate(article)).unwrap();
        assert_eq!(*line, alone, "alone or among others");
    }
}

#[test]
fn order_is_kept() {
    let many: Vec<_> = (0..500)
        .map(|i| Article::new(SENTENCE).id(format!("a{i}")))
        .collect();
    let ids: Vec<_> = annotator()
        .annotate_all(&many)
        .into_iter()
        .map(|annotation| annotation.id)
        .collect();
    let expected: Vec<_> = many.iter().map(|a| a.id.clone().unwrap()).collect();
    assert_eq!(ids, expected);
    assert!(annotator().annotate_all(&[]).is_empty());
}
