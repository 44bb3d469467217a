//! `config.json`: the family of the model, its sizes and its labels.

use super::files::Folder;
use crate::error::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

const FILE: &str = "config.json";
/// No published model comes near; what exceeds it is a slip that would eat all memory.
const MOST: u64 = 1 << 21;

/// Models that differ in their names of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Bert,
    DistilBert,
    Electra,
    /// RoBERTa and XLM-RoBERTa: positions are counted from the number after the padding's.
    Roberta,
}

/// What is known of a model without its weights.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub family: Family,
    /// By the number of the score.
    pub labels: Vec<String>,
    pub hidden: i64,
    pub layers: i64,
    pub heads: i64,
    pub intermediate: i64,
    pub positions: i64,
    pub vocabulary: i64,
    pub types: i64,
    /// Width of the embeddings, of which ELECTRA's differs from `hidden`.
    pub embedding: i64,
    pub epsilon: f64,
    pub activation: String,
    pub sinusoidal: bool,
    pub padding: u32,
}

/// The file as it is; DistilBERT has names of its own.
#[derive(Deserialize)]
struct Raw {
    model_type: Option<String>,
    id2label: Option<BTreeMap<String, String>>,
    #[serde(alias = "dim")]
    hidden_size: Option<u64>,
    #[serde(alias = "n_layers")]
    num_hidden_layers: Option<u64>,
    #[serde(alias = "n_heads")]
    num_attention_heads: Option<u64>,
    #[serde(alias = "hidden_dim")]
    intermediate_size: Option<u64>,
    max_position_embeddings: Option<u64>,
    vocab_size: Option<u64>,
    type_vocab_size: Option<u64>,
    embedding_size: Option<u64>,
    layer_norm_eps: Option<f64>,
    #[serde(alias = "activation")]
    hidden_act: Option<String>,
    #[serde(default)]
    sinusoidal_pos_embds: bool,
    pad_token_id: Option<u32>,
    position_embedding_type: Option<String>,
}

impl Config {
    pub(super) fn read(folder: &Folder<'_>) -> Result<Self> {
        if !folder.has(FILE) {
            return Err(folder.missing(
                FILE,
                "it comes with every model in Hugging Face's format; give the folder that holds it",
            ));
        }
        Self::new(folder.json(FILE)?).map_err(|message| folder.malformed(FILE, message))
    }

    fn new(raw: Raw) -> Result<Self, String> {
        let family = match raw.model_type.as_deref() {
            Some("bert") => Family::Bert,
            Some("distilbert") => Family::DistilBert,
            Some("electra") => Family::Electra,
            Some("roberta" | "xlm-roberta") => Family::Roberta,
            other => {
                return Err(format!(
                    "model_type is {:?}; bert, distilbert, electra, roberta and xlm-roberta can be read",
                    other.unwrap_or("missing")
                ));
            }
        };
        if let Some(kind) = raw
            .position_embedding_type
            .filter(|kind| kind != "absolute")
        {
            return Err(format!(
                "position_embedding_type is {kind:?}; only \"absolute\" can be read"
            ));
        }
        let size = |name: &str, value: Option<u64>, absent: Option<u64>| {
            let value = value
                .or(absent)
                .ok_or_else(|| format!("{name} is missing"))?;
            match value {
                1..=MOST => Ok(value as i64),
                _ => Err(format!("{name} is {value}; expected 1 to {MOST}")),
            }
        };
        let hidden = size("hidden_size", raw.hidden_size, None)?;
        let config = Self {
            family,
            labels: labels(raw.id2label)?,
            hidden,
            layers: size("num_hidden_layers", raw.num_hidden_layers, None)?,
            heads: size("num_attention_heads", raw.num_attention_heads, None)?,
            intermediate: size("intermediate_size", raw.intermediate_size, None)?,
            positions: size("max_position_embeddings", raw.max_position_embeddings, None)?,
            vocabulary: size("vocab_size", raw.vocab_size, None)?,
            types: size("type_vocab_size", raw.type_vocab_size, Some(2))?,
            embedding: size("embedding_size", raw.embedding_size, Some(hidden as u64))?,
            epsilon: raw.layer_norm_eps.unwrap_or(1e-12),
            activation: raw.hidden_act.unwrap_or_else(|| "gelu".to_owned()),
            sinusoidal: raw.sinusoidal_pos_embds,
            padding: raw
                .pad_token_id
                .unwrap_or(u32::from(family == Family::Roberta)),
        };
        if config.hidden % config.heads != 0 {
            return Err(format!(
                "hidden_size {} is no multiple of num_attention_heads {}",
                config.hidden, config.heads
            ));
        }
        if i64::from(config.padding) >= config.vocabulary {
            return Err(format!(
                "pad_token_id {} is not below vocab_size",
                config.padding
            ));
        }
        if config.longest() < 4 {
            return Err(format!(
                "max_position_embeddings is {}; too few",
                config.positions
            ));
        }
        Ok(config)
    }

    /// The most pieces that the model reads, the special ones with them.
    pub(super) fn longest(&self) -> usize {
        let unused = match self.family {
            Family::Roberta => i64::from(self.padding) + 1,
            _ => 0,
        };
        usize::try_from(self.positions - unused).unwrap_or(0)
    }
}

fn labels(named: Option<BTreeMap<String, String>>) -> Result<Vec<String>, String> {
    let named = named.ok_or(
        "id2label is missing: the names of the labels, such as {\"0\": \"O\", \"1\": \"B-PER\"}",
    )?;
    let mut labels = vec![None; named.len()];
    for (number, label) in named {
        let place = number.parse::<usize>().ok();
        match place.and_then(|place| labels.get_mut(place)) {
            Some(free @ None) => *free = Some(label),
            _ => {
                return Err(format!(
                    "id2label: {number:?} is not one of 0, 1, 2 and so on"
                ));
            }
        }
    }
    let labels: Option<Vec<String>> = labels.into_iter().collect();
    labels
        .filter(|labels| labels.len() > 1)
        .ok_or_else(|| "id2label names fewer than two labels".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = r#"{"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "intermediate_size": 64, "max_position_embeddings": 64, "vocab_size": 99, "id2label": {"1": "B-PER", "0": "O"}}"#;

    fn read(text: &str) -> Result<Config, String> {
        Config::new(serde_json::from_str(text).map_err(|e| e.to_string())?)
    }

    #[test]
    fn reads_sizes_and_labels() {
        let config = read(GOOD).unwrap();
        assert_eq!(config.labels, ["O", "B-PER"]);
        assert_eq!(
            (config.longest(), config.embedding, config.padding),
            (64, 32, 0)
        );
        let roberta = read(&GOOD.replace("\"bert\"", "\"xlm-roberta\"")).unwrap();
        assert_eq!((roberta.longest(), roberta.padding), (62, 1));
        let distil = GOOD
            .replace("\"bert\"", "\"distilbert\"")
            .replace("hidden_size", "dim");
        assert_eq!(read(&distil).unwrap().hidden, 32);
    }

    #[test]
    fn says_what_is_wrong() {
        for (from, to, wanted) in [
            ("\"bert\"", "\"albert\"", "\"albert\"; bert, distilbert"),
            ("\"hidden_size\": 32, ", "", "hidden_size is missing"),
            (
                "\"num_attention_heads\": 4",
                "\"num_attention_heads\": 5",
                "no multiple",
            ),
            ("99", "0", "vocab_size is 0"),
            ("\"1\"", "\"2\"", "id2label"),
            ("id2label", "labels", "id2label is missing"),
            ("64,", "3,", "max_position_embeddings"),
        ] {
            let last = GOOD.rfind(from).unwrap();
            let text = [&GOOD[..last], to, &GOOD[last + from.len()..]].concat();
            let error = read(&text).err().unwrap_or_default();
            assert!(error.contains(wanted), "{wanted}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_numbers_give_a_config_or_an_error(a in any::<u64>(), b in any::<u64>(), c in any::<u64>()) {
            let text = GOOD.replace("32", &a.to_string()).replace("99", &b.to_string());
            if let Ok(config) = read(&text.replace("64", &c.to_string())) {
                prop_assert!(config.longest() >= 4 && config.hidden > 0);
            }
        }
    }
}
