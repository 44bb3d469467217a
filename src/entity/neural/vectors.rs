//! Word vectors for any word: quantised rows for frequent words, hashed n-grams for the rest.

use super::format::{Reader, Writer};
use crate::error::Result;
use rustc_hash::FxHashMap;

/// Shortest and longest character n-grams, with `<` and `>` around the word.
const NGRAMS: std::ops::RangeInclusive<usize> = 3..=6;

/// FNV-1a: stable over versions, since hashes are stored in files.
pub(crate) fn stable_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |state, &byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// The form under which a word has its vector: the normal form with every digit as `0`.
pub(crate) fn vector_form(lower: &str) -> String {
    lower
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

/// Calls `visit` with the bucket of every n-gram of a word.
pub(crate) fn ngrams(form: &str, buckets: usize, mut visit: impl FnMut(usize)) {
    if buckets == 0 {
        return;
    }
    let mut padded = String::with_capacity(form.len() + 2);
    padded.push('<');
    // a very long "word" is noise; its head says enough
    padded.extend(form.chars().take(40));
    padded.push('>');
    let starts: Vec<usize> = padded
        .char_indices()
        .map(|(at, _)| at)
        .chain([padded.len()])
        .collect();
    let chars = starts.len() - 1;
    for from in 0..chars {
        for length in NGRAMS {
            let to = from + length;
            if to > chars || length == chars {
                break;
            }
            let gram = &padded.as_bytes()[starts[from]..starts[to]];
            visit((stable_hash(gram) >> 8) as usize % buckets);
        }
    }
}

/// Rows of `dims` numbers, a byte each, with one scale a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Quantised {
    pub dims: usize,
    scales: Vec<f32>,
    cells: Vec<i8>,
}

impl Quantised {
    /// Quantises rows.
    pub(crate) fn new(dims: usize, rows: &[f32]) -> Self {
        let mut table = Self {
            dims,
            ..Self::default()
        };
        for row in rows.chunks_exact(dims.max(1)) {
            let top = row.iter().fold(1e-9f32, |top, x| top.max(x.abs()));
            let scale = top / 127.0;
            table.scales.push(scale);
            table
                .cells
                .extend(row.iter().map(|x| (x / scale).round() as i8));
        }
        table
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Adds `weight` times a row to `out`.
    pub(crate) fn add(&self, row: usize, weight: f32, out: &mut [f32]) {
        let cells = self.cells.get(row * self.dims..(row + 1) * self.dims);
        if let (Some(scale), Some(cells)) = (self.scales.get(row), cells) {
            let scale = scale * weight;
            for (out, &cell) in out.iter_mut().zip(cells) {
                *out += scale * f32::from(cell);
            }
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.u32(self.dims as u32);
        writer.f16s(&self.scales);
        writer.bytes(bytemuck_i8(&self.cells));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let dims = reader.u32()? as usize;
        let scales = reader.f16s()?;
        let cells: Vec<i8> = reader.bytes()?.iter().map(|&byte| byte as i8).collect();
        reader.expect(cells.len() == dims * scales.len(), "a vector table")?;
        Ok(Self {
            dims,
            scales,
            cells,
        })
    }
}

fn bytemuck_i8(cells: &[i8]) -> Vec<u8> {
    cells.iter().map(|&cell| cell as u8).collect()
}

/// Vectors for any word.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vectors {
    index: FxHashMap<u64, u32>,
    words: Quantised,
    buckets: Quantised,
}

impl Vectors {
    /// A table of the given words, most frequent first, with their rows and the n-gram buckets.
    pub(crate) fn new<'w>(
        words: impl Iterator<Item = &'w str>,
        rows: Quantised,
        buckets: Quantised,
    ) -> Self {
        let mut index = FxHashMap::default();
        for (row, word) in words.enumerate() {
            index
                .entry(stable_hash(word.as_bytes()))
                .or_insert(row as u32);
        }
        Self {
            index,
            words: rows,
            buckets,
        }
    }

    /// Numbers in a vector.
    pub(crate) fn dims(&self) -> usize {
        self.words.dims
    }

    /// The row of a word among the frequent ones.
    pub(crate) fn row(&self, form: &str) -> Option<u32> {
        self.index.get(&stable_hash(form.as_bytes())).copied()
    }

    /// Writes the vector of `form` (see [`vector_form`]) over `out`.
    pub(crate) fn fill(&self, form: &str, out: &mut [f32]) {
        out.fill(0.0);
        if let Some(row) = self.row(form) {
            return self.words.add(row as usize, 1.0, out);
        }
        let mut count = 0;
        ngrams(form, self.buckets.len(), |bucket| {
            self.buckets.add(bucket, 1.0, out);
            count += 1;
        });
        let weight = 1.0 / (count.max(1) as f32);
        out.iter_mut().for_each(|x| *x *= weight);
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        let mut keys: Vec<_> = self.index.iter().map(|(key, row)| (*row, *key)).collect();
        keys.sort_unstable();
        writer.u32(keys.len() as u32);
        for (row, key) in keys {
            writer.u32(row);
            writer.u64(key);
        }
        self.words.write(writer);
        self.buckets.write(writer);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let count = reader.u32()? as usize;
        let mut index = FxHashMap::default();
        index.reserve(count.min(1 << 20));
        for _ in 0..count {
            let row = reader.u32()?;
            index.insert(reader.u64()?, row);
        }
        let words = Quantised::read(reader)?;
        let buckets = Quantised::read(reader)?;
        reader.expect(words.dims == buckets.dims, "vectors of one length")?;
        Ok(Self {
            index,
            words,
            buckets,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_frequent_words_and_guesses_others() {
        let words = Quantised::new(2, &[1.0, -0.5, 0.25, 0.0]);
        let buckets = Quantised::new(2, &[1.0, 1.0].repeat(7));
        let vectors = Vectors::new(["di", "ke"].into_iter(), words, buckets);
        let mut out = [9.0; 2];
        vectors.fill("di", &mut out);
        assert!((out[0] - 1.0).abs() < 0.01 && (out[1] + 0.5).abs() < 0.01);
        vectors.fill("entah", &mut out);
        assert!((out[0] - 1.0).abs() < 0.01);
        vectors.fill("", &mut out);
        assert_eq!(out, [0.0, 0.0]);
        let mut writer = Writer::default();
        vectors.write(&mut writer);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        let again = Vectors::read(&mut reader).unwrap();
        assert_eq!(again.row("ke"), Some(1));
    }

    #[test]
    fn cuts_ngrams_of_characters() {
        let mut count = 0;
        ngrams("é1", 100, |_| count += 1);
        // `<é1`, `é1>`; the whole `<é1>` is left to the word's own row
        assert_eq!(count, 2);
    }
}
