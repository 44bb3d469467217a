//! Words to the model's pieces, through `tokenizers`.
//!
//! In: `tokenizer.json`, or what older models have in its place (`vocab.txt`, `sentencepiece.bpe.model`, `vocab.json`
//! with `merges.txt`), and a word as printed. Out: the numbers of its pieces, at least one. Words are cut one by
//! one, as Hugging Face does with text that is split already.

use super::config::{Config, Family};
use super::files::Folder;
use super::sentencepiece::{self, Kind};
use crate::error::Result;
use serde_json::Value;
use tokenizers::Tokenizer;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::{BertNormalizer, Precompiled};
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};

const WHOLE: &str = "tokenizer.json";
const WORDPIECE: &str = "vocab.txt";
const UNIGRAM: &str = "sentencepiece.bpe.model";
const BPE_VOCABULARY: &str = "vocab.json";
const BPE_MERGES: &str = "merges.txt";
/// Files that name the special pieces, and what else the vocabulary itself does not say.
const SETTINGS: [&str; 2] = ["tokenizer_config.json", "special_tokens_map.json"];

/// The tokenizer of a model; immutable, shared by all threads.
pub(super) struct Pieces {
    tokenizer: Tokenizer,
    /// Piece before the first word.
    pub begin: u32,
    /// Piece after the last word.
    pub end: u32,
    padding: u32,
    unknown: u32,
    count: u32,
}

impl Pieces {
    /// # Errors
    /// Where no file of a vocabulary is there, or the one that is there is malformed or of another model.
    pub(super) fn read(folder: &Folder<'_>, config: &Config) -> Result<Self> {
        let settings = settings(folder)?;
        let (file, tokenizer) = tokenizer(folder, config, &settings)?;
        let named = |setting: &str, usual: &str| {
            let value = settings
                .iter()
                .find_map(|all| all.get(setting))
                .map(content);
            let name = value.flatten().unwrap_or(usual);
            tokenizer.token_to_id(name).ok_or_else(|| {
                folder.malformed(
                    file,
                    format!("there is no piece {name:?}, which is needed as {setting}"),
                )
            })
        };
        let roberta = config.family == Family::Roberta;
        let usual = |bert: &'static str, other: &'static str| if roberta { other } else { bert };
        let (begin, end) = (
            named("cls_token", usual("[CLS]", "<s>"))?,
            named("sep_token", usual("[SEP]", "</s>"))?,
        );
        let unknown = named("unk_token", usual("[UNK]", "<unk>"))?;
        let size = tokenizer.get_vocab_size(true);
        if size as u64 > config.vocabulary.unsigned_abs() {
            return Err(folder.malformed(
                file,
                format!("there are {size} pieces, but vocab_size in config.json is {}; are they of one model?", config.vocabulary),
            ));
        }
        Ok(Self {
            begin,
            end,
            unknown,
            padding: config.padding,
            count: u32::try_from(config.vocabulary).unwrap_or(u32::MAX),
            tokenizer,
        })
    }

    /// The pieces of a word, at least one; never a special one, whatever the word says.
    pub(super) fn word(&self, word: &str) -> Vec<u32> {
        let cut = self.tokenizer.encode_fast(word, false);
        let pieces = cut.iter().flat_map(|cut| cut.get_ids()).map(|&piece| {
            let special = [self.begin, self.end, self.padding].contains(&piece);
            if special || piece >= self.count {
                self.unknown
            } else {
                piece
            }
        });
        let mut pieces: Vec<u32> = pieces.collect();
        if pieces.is_empty() {
            pieces.push(self.unknown);
        }
        pieces
    }
}

fn settings(folder: &Folder<'_>) -> Result<Vec<Value>> {
    let there = SETTINGS.iter().filter(|name| folder.has(name));
    there.map(|name| folder.json(name)).collect()
}

/// The text of a special piece, which stands alone or in an object.
fn content(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("content")?.as_str())
}

fn tokenizer(
    folder: &Folder<'_>,
    config: &Config,
    settings: &[Value],
) -> Result<(&'static str, Tokenizer)> {
    let has = |name: &str| folder.has(name);
    let (file, made) = if has(WHOLE) {
        (WHOLE, whole(folder.json(WHOLE)?))
    } else if has(WORDPIECE) {
        (WORDPIECE, wordpiece(&folder.text(WORDPIECE)?, settings))
    } else if has(UNIGRAM) {
        (UNIGRAM, unigram(&folder.bytes(UNIGRAM)?))
    } else if has(BPE_VOCABULARY) && has(BPE_MERGES) {
        (BPE_VOCABULARY, bpe(folder))
    } else {
        let usual = match config.family {
            Family::Roberta => "sentencepiece.bpe.model, or vocab.json with merges.txt, would do",
            _ => "vocab.txt would do",
        };
        return Err(folder.missing(WHOLE, usual));
    };
    let tokenizer = made.map_err(|cause| folder.malformed(file, cause.to_string()))?;
    Ok((file, tokenizer))
}

/// The file as it is, but for what is done with whole texts.
fn whole(mut json: Value) -> tokenizers::Result<Tokenizer> {
    for done_here in ["truncation", "padding", "post_processor"] {
        if let Some(value) = json.get_mut(done_here) {
            *value = Value::Null;
        }
    }
    if let Some(value) = json.get_mut("pre_tokenizer") {
        begin_words(value);
    }
    Ok(serde_json::from_value(json)?)
}

/// Words that are cut one by one stand after a space.
fn begin_words(value: &mut Value) {
    if value.get("type").and_then(Value::as_str) == Some("ByteLevel") {
        value["add_prefix_space"] = Value::Bool(true);
    }
    if let Some(Value::Array(inner)) = value.get_mut("pretokenizers") {
        inner.iter_mut().for_each(begin_words);
    }
}

fn wordpiece(text: &str, settings: &[Value]) -> tokenizers::Result<Tokenizer> {
    let given = settings
        .iter()
        .find_map(|all| all.get("do_lower_case")?.as_bool());
    // a cased vocabulary without the setting would lose its capitals by the library's default
    let cased = |piece: &str| !piece.starts_with('[') && piece.contains(char::is_uppercase);
    let lower = given.unwrap_or_else(|| !text.lines().any(cased));
    let accents = settings
        .iter()
        .find_map(|all| all.get("strip_accents")?.as_bool());
    let chinese = settings
        .iter()
        .find_map(|all| all.get("tokenize_chinese_chars")?.as_bool());
    let vocabulary = WordPiece::read_bytes(text.as_bytes())?;
    let model = WordPiece::builder().vocab(vocabulary).build()?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_normalizer(Some(BertNormalizer::new(
        true,
        chinese.unwrap_or(true),
        accents,
        lower,
    )))?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    Ok(tokenizer)
}

fn unigram(bytes: &[u8]) -> tokenizers::Result<Tokenizer> {
    let read = sentencepiece::read(bytes)?;
    if read.kind != Kind::Unigram {
        return Err(
            "not a unigram model; convert it to tokenizer.json with Hugging Face's library".into(),
        );
    }
    // fairseq's order, which XLM-RoBERTa keeps: four special pieces in the place of the file's first three
    let special = ["<s>", "<pad>", "</s>", "<unk>"].map(|piece| (piece.to_owned(), 0.0));
    let mut pieces = special.to_vec();
    pieces.extend(read.pieces.into_iter().skip(3));
    pieces.push(("<mask>".to_owned(), 0.0));
    let mut tokenizer = Tokenizer::new(Unigram::from(pieces, Some(3), false)?);
    if !read.charsmap.is_empty() {
        let charsmap = Precompiled::from(&read.charsmap).map_err(|cause| cause.to_string())?;
        tokenizer.with_normalizer(Some(charsmap))?;
    }
    tokenizer.with_pre_tokenizer(Some(Metaspace::new('▁', PrependScheme::Always, true)));
    Ok(tokenizer)
}

fn bpe(folder: &Folder<'_>) -> tokenizers::Result<Tokenizer> {
    let path = |name: &str| folder.path(name).to_string_lossy().into_owned();
    let model = BPE::from_file(&path(BPE_VOCABULARY), &path(BPE_MERGES)).build()?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(ByteLevel::new(true, true, true)));
    Ok(tokenizer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::bert::config::Config;
    use std::path::Path;

    /// Writes the files of a model without weights.
    fn model(folder: &Path, kind: &str, files: &[(&str, &str)]) {
        let config = format!(
            r#"{{"model_type": "{kind}", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
            "intermediate_size": 8, "max_position_embeddings": 16, "vocab_size": 12, "id2label": {{"0": "O", "1": "B-PER"}}}}"#
        );
        std::fs::write(folder.join("config.json"), config).unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }

    fn read(kind: &str, files: &[(&str, &str)]) -> Result<Pieces> {
        let temporary = tempfile::tempdir().unwrap();
        model(temporary.path(), kind, files);
        let folder = Folder::new(temporary.path()).unwrap();
        Pieces::read(&folder, &Config::read(&folder).unwrap())
    }

    const VOCAB: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nbudi\n##man\n.\nBudi\n";

    #[test]
    fn lower_case_follows_the_settings_or_the_vocabulary() {
        let cased = read("bert", &[("vocab.txt", VOCAB)]).unwrap();
        assert_eq!(
            (cased.word("Budi"), cased.word("budiman")),
            (vec![7], vec![4, 5])
        );
        let lower = [
            ("vocab.txt", VOCAB),
            ("tokenizer_config.json", r#"{"do_lower_case": true}"#),
        ];
        assert_eq!(read("bert", &lower).unwrap().word("BUDI"), [4]);
        let uncased = VOCAB.replace("Budi\n", "");
        assert_eq!(
            read("bert", &[("vocab.txt", &uncased)])
                .unwrap()
                .word("Budi"),
            [4]
        );
    }

    #[test]
    fn a_word_has_a_piece_and_never_a_special_one() {
        let pieces = read("bert", &[("vocab.txt", VOCAB)]).unwrap();
        for word in ["\u{200b}", "", "\u{1f600}", "[SEP]", "\u{fffd}"] {
            let found = pieces.word(word);
            assert!(
                !found.is_empty() && found.iter().all(|&piece| piece == 1),
                "{word:?}: {found:?}"
            );
        }
    }

    #[test]
    fn byte_pairs_begin_with_a_space() {
        let vocabulary = r#"{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "\u0120": 6, "\u0120a": 7}"#;
        let pieces = read(
            "roberta",
            &[
                ("vocab.json", vocabulary),
                ("merges.txt", "#version: 0.2\n\u{120} a\n"),
            ],
        )
        .unwrap();
        assert_eq!(pieces.word("ab"), [7, 5]);
        assert_eq!((pieces.begin, pieces.end), (0, 2));
    }

    #[test]
    fn says_what_is_missing_or_wrong() {
        for (kind, files, wanted) in [
            (
                "bert",
                &[][..],
                "tokenizer.json: there is no such file; vocab.txt would do",
            ),
            ("xlm-roberta", &[], "sentencepiece.bpe.model"),
            ("roberta", &[("vocab.json", "{}")], "merges.txt"),
            ("bert", &[("vocab.txt", "a\nb")], "no piece \"[CLS]\""),
            ("bert", &[("tokenizer.json", "{}")], "tokenizer.json: "),
            ("bert", &[("tokenizer.json", "{")], "tokenizer.json: EOF"),
            (
                "bert",
                &[("vocab.txt", VOCAB), ("tokenizer_config.json", "[")],
                "tokenizer_config.json: EOF",
            ),
            (
                "bert",
                &[(
                    "vocab.txt",
                    "[CLS]\n[SEP]\n[UNK]\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\n",
                )],
                "13 pieces, but vocab_size",
            ),
            (
                "xlm-roberta",
                &[("sentencepiece.bpe.model", "no")],
                "sentencepiece.bpe.model: ",
            ),
        ] {
            let error = read(kind, files)
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default();
            assert!(error.contains(wanted), "{wanted}: {error}");
        }
    }
}
