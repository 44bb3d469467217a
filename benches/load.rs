//! Start-up: reading the bundled models and making an annotator of them.

use criterion::Criterion;
use peristiwa::{Annotator, Models};

pub fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    group.sample_size(10);
    group.bench_function("models", |bencher| {
        bencher.iter(|| {
            let models = Models::bundled().expect("the bundled models are well formed");
            assert!(models.ontology().event("personnel.end").is_some());
            models
        });
    });
    let models = Models::bundled().expect("the bundled models are well formed");
    group.bench_function("annotator", |bencher| {
        bencher.iter(|| Annotator::new(&models).expect("the bundled models fit together"));
    });
    group.finish();
}
