//! The whole pipeline, article in, events out.

use crate::corpus::{annotator, articles, measure};
use criterion::Criterion;

pub fn bench(c: &mut Criterion) {
    let annotator = annotator();
    let articles = articles();
    let expected = annotator.annotate_all(&articles);
    assert!(
        expected
            .iter()
            .all(|annotation| !annotation.sentences.is_empty())
    );
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for threads in [1, cores] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        let name = format!("annotate/threads/{threads}");
        measure(c, &name, &articles, |articles| {
            assert!(pool.install(|| annotator.annotate_all(articles)) == expected);
        });
    }
    let line = |annotation| serde_json::to_string(annotation).expect("an annotation is JSON");
    measure(c, "annotate/json", &articles, |_| {
        assert!(expected.iter().map(line).all(|line| line.len() > 100));
    });
}
