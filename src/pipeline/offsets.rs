//! Bytes to Unicode scalar values and back, in one pass over the text.

use crate::schema::{Annotation, Offsets, Span};

/// How many characters stand before each of a text's 64-byte blocks.
struct CharCounts<'t> {
    text: &'t str,
    before: Vec<u32>,
}

const BLOCK: usize = 64;

impl<'t> CharCounts<'t> {
    fn new(text: &'t str) -> Self {
        let mut count = 0;
        let before = text
            .as_bytes()
            .chunks(BLOCK)
            .map(|block| {
                let start = count;
                count += starts(block);
                start
            })
            .collect();
        Self { text, before }
    }

    /// Number of characters before byte `at`.
    fn chars(&self, at: u32) -> u32 {
        let bytes = self.text.as_bytes();
        let at = (at as usize).min(bytes.len());
        let block = (at / BLOCK).min(self.before.len().saturating_sub(1));
        let before = self.before.get(block).copied().unwrap_or(0);
        before + starts(&bytes[(block * BLOCK).min(at)..at])
    }

    /// The byte at which character number `at` begins.
    fn byte(&self, at: u32) -> u32 {
        let block = self
            .before
            .partition_point(|&before| before <= at)
            .saturating_sub(1);
        let mut left = at - self.before.get(block).copied().unwrap_or(0).min(at);
        let bytes = self.text.as_bytes();
        let mut byte = block * BLOCK;
        while byte < bytes.len() {
            if is_start(bytes[byte]) {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            byte += 1;
        }
        byte as u32
    }
}

fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn starts(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| is_start(byte)).count() as u32
}

/// Turns all offsets of an annotation of `text` into `unit`.
pub(crate) fn convert(annotation: &mut Annotation, text: &str, unit: Offsets) {
    if annotation.offsets == unit {
        return;
    }
    annotation.offsets = unit;
    if text.is_ascii() {
        return;
    }
    let counts = CharCounts::new(text);
    annotation.map_spans(|span| {
        *span = match unit {
            Offsets::Chars => Span {
                start: counts.chars(span.start),
                end: counts.chars(span.end),
            },
            Offsets::Bytes => Span {
                start: counts.byte(span.start),
                end: counts.byte(span.end),
            },
        };
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_and_back(text in "\\PC{0,200}") {
            let counts = CharCounts::new(&text);
            for (number, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(counts.chars(byte as u32), number as u32);
                prop_assert_eq!(counts.byte(number as u32), byte as u32);
            }
            let all = text.chars().count() as u32;
            prop_assert_eq!(counts.chars(text.len() as u32), all);
            prop_assert_eq!(counts.byte(all), text.len() as u32);
        }
    }
}
