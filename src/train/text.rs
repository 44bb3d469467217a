//! Unlabelled text made ready for training: one sentence a line, words split by single spaces.
//!
//! In: JSON Lines with a `text`, or plain text, either gzipped. Out: a scratch file that `train embeddings`
//! and the encoder's pre-training read. Sentences that share eight words in a row with a held-out file, or are
//! equal to one of its sentences, are left out, and so are repeats.

use crate::error::{Error, Result};
use crate::token::Tokenizer;
use rustc_hash::FxHashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// Words in a row that mark a sentence as taken from a held-out text.
const SHINGLE: usize = 8;

/// What may not be trained on.
#[derive(Default)]
pub(crate) struct HeldOut {
    sentences: FxHashSet<u64>,
    shingles: FxHashSet<u64>,
}

impl HeldOut {
    /// Adds the words of one sentence, or of a whole text.
    pub(crate) fn add<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let words = plain(words);
        self.sentences.insert(hash(&words));
        self.shingles.extend(words.windows(SHINGLE).map(hash));
    }

    /// Adds every sentence of a CoNLL file, or every article of a folder of gold files.
    pub(crate) fn add_path(&mut self, path: &Path) -> Result<()> {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| Error::io(path, e))?;
            for entry in entries {
                let file = entry.map_err(|e| Error::io(path, e))?.path();
                if file.extension().is_some_and(|e| e == "txt") {
                    let text = std::fs::read_to_string(&file).map_err(|e| Error::io(&file, e))?;
                    let text = without_marks(&text);
                    self.add(text.split_whitespace());
                    for sentence in text.split(['.', '?', '!', '\n']) {
                        if sentence.split_whitespace().nth(4).is_some() {
                            self.add(sentence.split_whitespace());
                        }
                    }
                }
            }
            return Ok(());
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
        for block in text.split("\n\n") {
            self.add(block.lines().filter_map(|line| line.split('\t').next()));
        }
        Ok(())
    }

    /// Whether a sentence is, or overlaps with, something held out.
    pub(crate) fn holds<'w>(&self, words: impl Iterator<Item = &'w str>) -> bool {
        let words = plain(words);
        self.sentences.contains(&hash(&words))
            || words
                .windows(SHINGLE)
                .any(|window| self.shingles.contains(&hash(window)))
    }
}

/// Hash of a sentence that ignores case, punctuation and how words were cut.
pub(crate) fn sentence_hash<'w>(words: impl Iterator<Item = &'w str>) -> u64 {
    hash(&plain(words))
}

fn plain<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    let mut plain = Vec::new();
    for word in words {
        // `2-1` and `2 - 1` must be the same
        for piece in word.split(|c: char| !c.is_alphanumeric()) {
            if !piece.is_empty() {
                plain.push(piece.to_lowercase());
            }
        }
    }
    plain
}

fn hash(words: &[String]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |state, word| {
        word.bytes().fold(state, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        })
    })
}

/// A gold text without its marks.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '|']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(inner) = rest.strip_prefix("[[") {
            rest = inner;
        } else if rest.starts_with('|')
            && let Some(end) = rest.find("]]").filter(|end| *end < 16)
        {
            rest = &rest[end + 2..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// A reader of a plain or gzipped file.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path).map_err(|e| Error::io(path, e))?;
    Ok(if path.extension().is_some_and(|e| e == "gz") {
        Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    })
}

/// Shows each line of a plain or gzipped file.
///
/// # Errors
/// Where it cannot be read, and the first of `each`, with the file's name.
pub(crate) fn lines(path: &Path, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    for line in open(path)?.lines() {
        each(&line.map_err(|e| Error::io(path, e))?).map_err(|e| e.at(path.display()))?;
    }
    Ok(())
}

/// Tokenises `inputs` into `output`; returns the number of sentences and of words.
///
/// # Errors
/// Where a file cannot be read or written.
pub(crate) fn prepare(
    tokenizer: &Tokenizer,
    inputs: &[&Path],
    held_out: &HeldOut,
    output: &Path,
) -> Result<(u64, u64)> {
    let file = File::create(output).map_err(|e| Error::io(output, e))?;
    let mut out = BufWriter::new(file);
    let mut seen = FxHashSet::default();
    let (mut sentences, mut words) = (0, 0);
    for &path in inputs {
        let json = path.to_string_lossy().contains(".jsonl");
        let mut reader = open(path)?;
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = reader.by_ref().read_until(b'\n', &mut bytes);
            if read.map_err(|e| Error::io(path, e))? == 0 {
                break;
            }
            let line = String::from_utf8_lossy(&bytes);
            let text = if json {
                match serde_json::from_str::<serde_json::Value>(&line) {
                    Ok(value) => value["text"].as_str().unwrap_or("").to_owned(),
                    Err(_) => continue,
                }
            } else {
                line.trim_end().to_owned()
            };
            let tokens = tokenizer.tokenize(&text);
            for range in tokens.sentences() {
                if range.len() < 3 || range.len() > 250 {
                    continue;
                }
                let surfaces = || range.clone().map(|i| tokens.surface(i));
                if !seen.insert(sentence_hash(surfaces())) || held_out.holds(surfaces()) {
                    continue;
                }
                sentences += 1;
                words += range.len() as u64;
                let mut line = String::new();
                for (number, word) in surfaces().enumerate() {
                    if number > 0 {
                        line.push(' ');
                    }
                    line.extend(word.chars().filter(|c| !c.is_whitespace()));
                }
                line.push('\n');
                out.write_all(line.as_bytes())
                    .map_err(|e| Error::io(output, e))?;
            }
        }
    }
    out.flush().map_err(|e| Error::io(output, e))?;
    Ok((sentences, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_held_out() {
        let mut held_out = HeldOut::default();
        held_out.add("Ia pergi ke pasar .".split(' '));
        held_out.add("satu dua tiga empat lima enam tujuh delapan sembilan".split(' '));
        assert!(held_out.holds("ia pergi ke pasar".split(' ')));
        assert!(
            held_out.holds("nol dua tiga empat lima enam tujuh delapan , sembilan lagi".split(' '))
        );
        assert!(!held_out.holds("ia pergi ke kantor".split(' ')));
    }

    #[test]
    fn strips_marks() {
        assert_eq!(
            without_marks("[[Menteri [[X|ORG:e3]]|ROL:e4]] a|b [c]"),
            "Menteri X a|b [c]"
        );
    }
}
