//! Sentences that are longer than the model reads: windows that overlap.
//!
//! In: how many pieces each word has, and how many the model reads. Out: ranges of words, and of each the words
//! whose scores are taken from it: those that are farther from its edge than from the next one's.

use std::ops::Range;

/// Words that the model reads at once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    pub words: Range<usize>,
    /// Those of them whose scores count.
    pub keep: Range<usize>,
}

/// The most pieces a word may have; the scores come from its first.
pub(super) fn longest_word(room: usize) -> usize {
    (room / 4).max(1)
}

/// The windows of a sentence, whose `keep`s are all of its words, in order; no word may be longer than
/// [`longest_word`].
pub(super) fn windows(lengths: &[usize], room: usize) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut start = 0;
    while start < lengths.len() {
        let mut end = start;
        let mut pieces = 0;
        while let Some(length) = lengths.get(end)
            && (pieces + length <= room || end == start)
        {
            pieces += length;
            end += 1;
        }
        let kept = match windows.last_mut() {
            Some(last) => {
                last.keep.end = (start + last.words.end) / 2;
                last.keep.end
            }
            None => 0,
        };
        windows.push(Window {
            words: start..end,
            keep: kept..end,
        });
        if end == lengths.len() {
            break;
        }
        let mut overlap = 0;
        let mut next = end;
        while next > start + 1 && overlap + lengths[next - 1] <= room / 4 {
            next -= 1;
            overlap += lengths[next];
        }
        start = next;
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_sentence_is_one_window() {
        let all = Window {
            words: 0..3,
            keep: 0..3,
        };
        assert_eq!(windows(&[1, 2, 1], 4), [all]);
        assert!(windows(&[], 4).is_empty());
    }

    #[test]
    fn words_are_taken_from_where_they_are_farther_inside() {
        let found = windows(&[1; 14], 8);
        let wanted = [(0..8, 0..7), (6..14, 7..14)];
        let wanted = wanted.map(|(words, keep)| Window { words, keep });
        assert_eq!(found, wanted);
    }

    proptest! {
        #[test]
        fn every_word_is_kept_once_and_no_window_is_too_long(room in 2usize..40, seed in prop::collection::vec(0usize..12, 0..300)) {
            let lengths: Vec<usize> = seed.iter().map(|n| 1 + n % longest_word(room)).collect();
            let mut at = 0;
            for window in windows(&lengths, room) {
                prop_assert!(lengths[window.words.clone()].iter().sum::<usize>() <= room);
                prop_assert!(window.words.start <= window.keep.start && window.keep.end <= window.words.end);
                prop_assert_eq!(window.keep.start, at);
                at = window.keep.end;
            }
            prop_assert_eq!(at, lengths.len());
        }
    }
}
