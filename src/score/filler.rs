//! When two fillers are the same: ids by what they stand for, phrases by their words.

use super::align::{Pair, spans_of};
use crate::schema::{Extract, Filler, Span};

/// Whether a found filler is the gold one.
///
/// Ids: the same thing. Phrases: at least half of the gold words are in the found one. An id against a
/// phrase: the two share at least half of the words of the longer one.
pub(super) fn same_filler(pair: &Pair, gold: &Filler, found: &Filler) -> bool {
    match (gold, found) {
        (Filler::Ref { id: gold }, Filler::Ref { id: found }) => pair.same(*gold, *found),
        (Filler::Phrase(gold), Filler::Phrase(found)) => {
            let (gold, found) = (words(phrase(pair, gold)), words(phrase(pair, found)));
            !gold.is_empty() && 2 * in_common(&gold, &found) >= gold.len()
        }
        (Filler::Ref { id }, Filler::Phrase(found)) => {
            let spans = spans_of(&pair.gold.annotation, *id);
            spans
                .into_iter()
                .any(|span| cover(pair.text(), span, found.span))
        }
        (Filler::Phrase(gold), Filler::Ref { id }) => {
            // Where a gold phrase stands is a guess: its words are compared.
            let gold = words(&gold.text);
            spans_of(&pair.output, *id).into_iter().any(|span| {
                let found = words(span.of(pair.text()));
                let longer = gold.len().max(found.len());
                longer > 0 && 2 * in_common(&gold, &found) >= longer
            })
        }
    }
}

/// What a filler says, for messages.
pub(super) fn show(pair: &Pair, gold: bool, filler: &Filler) -> String {
    match filler {
        Filler::Phrase(extract) => format!("{:?}", extract.text),
        Filler::Ref { id } => {
            let side = if gold {
                &pair.gold.annotation
            } else {
                &*pair.output
            };
            let first = spans_of(side, *id).first().map(|span| span.of(pair.text()));
            format!("{id} {:?}", first.unwrap_or(""))
        }
    }
}

fn phrase<'t>(pair: &'t Pair, extract: &'t Extract) -> &'t str {
    match extract.text.is_empty() {
        true => extract.span.of(pair.text()),
        false => &extract.text,
    }
}

/// Whether two spans share at least half of the words of the longer one.
fn cover(text: &str, one: Span, other: Span) -> bool {
    if !one.overlaps(other) {
        return false;
    }
    let shared = Span {
        start: one.start.max(other.start),
        end: one.end.min(other.end),
    };
    let count = |span: Span| words(span.of(text)).len();
    let longer = count(one).max(count(other));
    longer > 0 && 2 * count(shared) >= longer
}

/// Words in lower case; marks between them do not count.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// How many words of `one` are in `other`, each counted as often as it is there.
fn in_common(one: &[String], other: &[String]) -> usize {
    let (mut one, mut other) = (one.to_vec(), other.to_vec());
    one.sort_unstable();
    other.sort_unstable();
    let mut rest = other.iter().peekable();
    let mut count = 0;
    for word in &one {
        while rest.next_if(|other| *other < word).is_some() {}
        count += usize::from(rest.next_if_eq(&word).is_some());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_common() {
        let count = |one: &str, other: &str| in_common(&words(one), &words(other));
        assert_eq!(count("korupsi dana desa", "Dana desa, korupsi"), 3);
        assert_eq!(count("anak-anak itu", "anak itu"), 2);
        assert_eq!(count("", "a"), 0);
        assert_eq!(count("b b a", "a b c"), 2);
    }

    #[test]
    fn spans_cover_half_of_the_longer() {
        let text = "Kab. Sukamaju Jaya kemarin";
        assert!(cover(text, Span::new(5, 18), Span::new(0, 18)));
        assert!(cover(text, Span::new(5, 13), Span::new(5, 18)));
        assert!(!cover(text, Span::new(5, 13), Span::new(0, 26)));
        assert!(!cover(text, Span::new(0, 4), Span::new(5, 13)));
        // A span that does not fit the text has no words.
        assert!(!cover(text, Span::new(0, 99), Span::new(0, 99)));
    }
}
