//! What several tests share: the models loaded once, sample articles, a folder to write in.

use peristiwa::{Annotator, Article, Models};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| {
    let models = Models::bundled().expect("the bundled models are well formed");
    Annotator::new(&models).expect("the bundled models fit together")
});

/// The annotator with its usual options.
pub fn annotator() -> &'static Annotator {
    &ANNOTATOR
}

/// An annotator of one's own, to set options on.
pub fn new_annotator() -> Annotator {
    Annotator::new(&Models::bundled().unwrap()).unwrap()
}

/// A path inside the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The articles of `corpus/articles.jsonl`.
pub fn articles() -> Vec<Article> {
    let text = std::fs::read_to_string(project("corpus/articles.jsonl")).unwrap();
    let articles: Vec<Article> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(articles.len() >= 12, "corpus/articles.jsonl has all of dev");
    articles
}

/// A sentence with something for every stage.
pub const SENTENCE: &str = "Bupati Sleman Kustini Raharjo melantik Budi Santoso sebagai Kepala Dinas Kesehatan \
     di Yogyakarta, Selasa (13/8). \"Kami siapkan Rp 8,03 triliun untuk 1.250 warga,\" kata Kustini. ";
