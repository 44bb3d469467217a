//! Speed of the stages and of the whole, on `corpus/articles.jsonl`: `cargo bench`, or `cargo bench -- annotate`.
//!
//! Names are `topic/case/variant`. Each topic is there twice: in bytes a second and in words a second.
//! Results are asserted inside, so that nothing is fast by doing nothing.

mod annotate;
mod corpus;
mod load;
mod stages;

criterion::criterion_group!(all, load::bench, stages::bench, annotate::bench);
criterion::criterion_main!(all);
