//! Training of the subword vocabulary.

use crate::error::{Error, Result};
use crate::token::{Kind, Tokenizer, learn_subwords};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What `peristiwa train subwords` is told.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Files of text, or of JSON lines with a `text`, or folders of such.
    pub text: Vec<PathBuf>,
    /// Where the vocabulary goes.
    pub output: PathBuf,
    /// Pieces.
    pub size: usize,
    /// Bytes of text to learn from, spread over all of it.
    pub sample: usize,
}

/// Learns the vocabulary and writes it.
pub(crate) fn subwords(options: &Options) -> Result<()> {
    let tokenizer = Tokenizer::new(&super::load(None)?)?;
    let texts = texts(&options.text)?;
    let all: usize = texts.iter().map(String::len).sum();
    let every = all.div_ceil(options.sample.max(1)).max(1);
    let mut words: Vec<String> = Vec::new();
    for text in texts.iter().step_by(every) {
        let tokens = tokenizer.tokenize(text);
        for (at, token) in tokens.iter().enumerate() {
            if token.kind == Kind::Word {
                words.push(tokens.surface(at).to_owned());
            }
        }
    }
    eprintln!(
        "{} words of {} texts",
        words.len(),
        texts.len().div_ceil(every)
    );
    let json = learn_subwords(words.iter().map(String::as_str), options.size)?;
    std::fs::write(&options.output, json).map_err(|e| Error::io(&options.output, e))
}

/// All texts of files and folders, in order of name.
pub(super) fn texts(paths: &[PathBuf]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| Error::io(path, e))?;
            let mut inner = Vec::new();
            for entry in entries {
                inner.push(entry.map_err(|e| Error::io(path, e))?.path());
            }
            inner.sort();
            for file in inner.iter().filter(|file| file.is_file()) {
                read_texts(file, &mut texts)?;
            }
        } else {
            read_texts(path, &mut texts)?;
        }
    }
    if texts.is_empty() {
        return Err(Error::input("no text there to learn from"));
    }
    Ok(texts)
}

fn read_texts(path: &Path, texts: &mut Vec<String>) -> Result<()> {
    let name = path.to_string_lossy();
    let mut content = String::new();
    let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    let read = if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut content)
    } else {
        std::io::BufReader::new(file).read_to_string(&mut content)
    };
    read.map_err(|e| Error::io(path, e))?;
    for line in content.lines().filter(|line| !line.trim().is_empty()) {
        if name.trim_end_matches(".gz").ends_with(".jsonl") {
            let value: serde_json::Value =
                serde_json::from_str(line).map_err(|e| Error::input(format!("{name}: {e}")))?;
            if let Some(text) = value.get("text").and_then(|text| text.as_str()) {
                texts.push(text.to_owned());
            }
        } else {
            texts.push(line.to_owned());
        }
    }
    Ok(())
}
