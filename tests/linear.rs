//! Huge and strange inputs come to an end with right spans. No test here measures time: what is
//! quadratic would not end, and what is not right fails.

use crate::invariants;
use crate::samples::{SENTENCE, annotator};
use peristiwa::{Annotation, Article};

fn annotate(text: &str) -> Annotation {
    let annotation = annotator().annotate(&Article::new(text));
    // Byte offsets of characters once, not by counting for each span.
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    invariants::check(&annotation, |span| {
        let (start, end) = (
            starts.get(span.start as usize)?,
            starts.get(span.end as usize)?,
        );
        text.get(*start..*end).map(str::to_owned)
    });
    annotation
}

#[test]
fn two_megabytes() {
    let text = SENTENCE.repeat(2_000_000 / SENTENCE.len());
    let annotation = annotate(&text);
    assert!(annotation.sentences.len() > 16_000);
}

#[test]
fn a_hundred_thousand_words_without_a_full_stop() {
    let words = [
        "Budi", "pergi", "ke", "Jakarta", "dan", "membeli", "rumah", "yang", "besar", "sekali",
    ];
    let text = vec![words.join(" "); 10_000].join(" ");
    assert!(!annotate(&text).sentences.is_empty());
}

#[test]
fn one_thing_again_and_again() {
    for piece in [
        "(",
        "((((",
        ")",
        "\"",
        "\u{201c}",
        ".",
        ",",
        "-",
        "😀",
        "a",
        "Rp ",
        "1.",
        "0",
        "Selasa (13/8) ",
        "( ",
        "\" ",
        "Budi, ",
        "yang ",
        "&amp;",
        "\u{301}",
        "\n",
        "kata Budi \"",
        "A. ",
        "tahun ",
    ] {
        annotate(&piece.repeat(100_000 / piece.len()));
    }
}
