//! The network and its folder: variables named, written and read as Hugging Face has them.

use super::vocabulary::Vocabulary;
use crate::entity::{WEIGHTS, read_weights};
use crate::error::{Error, ErrorKind, Result};
use crate::train::random::Random;
use crate::train::replace::replace_bytes;
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tch::nn::VarStore;
use tch::{Kind, Tensor};

const CONFIG: &str = "config.json";
/// Spread of fresh weights.
const SPREAD: f64 = 0.02;

/// Sizes of a network that begins from nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub layers: i64,
    pub width: i64,
    pub heads: i64,
    pub inner: i64,
    /// Pieces in the longest sentence.
    pub positions: i64,
}

/// What `config.json` says of a new network.
pub(super) fn config(shape: &Shape, pieces: usize) -> Value {
    json!({
        "architectures": ["BertForMaskedLM"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "attention_probs_dropout_prob": 0.1,
        "hidden_dropout_prob": 0.1,
        "hidden_size": shape.width,
        "initializer_range": SPREAD,
        "intermediate_size": shape.inner,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": 0,
        "torch_dtype": "float16",
        "type_vocab_size": 2,
        "vocab_size": pieces,
    })
}

/// Reads `config.json` of a model's folder.
///
/// # Errors
/// Where it is missing, malformed, or not of a BERT.
pub(super) fn read_config(folder: &Path) -> Result<Value> {
    let path = folder.join(CONFIG);
    let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
    let config: Value = serde_json::from_slice(&bytes)
        .map_err(|e| Error::input(format!("{}: {e}", path.display())))?;
    match config["model_type"].as_str() {
        Some("bert") => Ok(config),
        kind => Err(Error::new(
            ErrorKind::Unsupported,
            format!(
                "{}: model_type {}: only models of the type \"bert\" can be fine-tuned here",
                path.display(),
                kind.unwrap_or("missing")
            ),
        )),
    }
}

/// `config.json` as the network's builder takes it.
pub(super) fn parse(config: &Value, dropout: f64) -> Result<BertConfig> {
    let mut config = config.clone();
    config["attention_probs_dropout_prob"] = json!(dropout);
    config["hidden_dropout_prob"] = json!(dropout);
    let config: BertConfig =
        serde_json::from_value(config).map_err(|e| Error::input(format!("{CONFIG}: {e}")))?;
    if config.num_attention_heads < 1 || config.hidden_size % config.num_attention_heads != 0 {
        return Err(Error::input(format!(
            "{} numbers cannot be shared among {} heads: take a multiple",
            config.hidden_size, config.num_attention_heads
        )));
    }
    Ok(config)
}

/// The network below its heads.
pub(super) fn body(store: &VarStore, config: &BertConfig) -> BertModel<BertEmbeddings> {
    BertModel::new_with_optional_pooler(store.root() / "bert", config, false)
}

/// The numbers that the network gives each piece: batch × length × width.
pub(super) fn hidden(
    body: &BertModel<BertEmbeddings>,
    pieces: &Tensor,
    mask: Option<&Tensor>,
    train: bool,
) -> Result<Tensor> {
    body.forward_t(Some(pieces), mask, None, None, None, None, None, train)
        .map(|output| output.hidden_state)
        .map_err(|e| Error::input(format!("running the network: {e}")))
}

/// All variables by name.
pub(super) fn variables(store: &VarStore) -> Vec<(String, Tensor)> {
    let all: BTreeMap<String, Tensor> = store.variables().into_iter().collect();
    all.into_iter().collect()
}

/// Fresh weights that depend on the seed alone.
pub(super) fn start(store: &VarStore, seed: u64) {
    let mut random = Random::new(seed);
    tch::no_grad(|| {
        for (name, mut variable) in variables(store) {
            if name.ends_with("bias") {
                let _ = variable.zero_();
            } else if name.ends_with("LayerNorm.weight") {
                let _ = variable.fill_(1.0);
            } else {
                let values: Vec<f32> = (0..variable.numel())
                    .map(|_| (normal(&mut random) * SPREAD) as f32)
                    .collect();
                variable.copy_(&Tensor::from_slice(&values).view(&*variable.size()));
            }
        }
    });
}

fn normal(random: &mut Random) -> f64 {
    let unit = |random: &mut Random| f64::from(random.unit());
    let far = (-2.0 * (1.0 - unit(random)).max(1e-9).ln()).sqrt();
    far * (std::f64::consts::TAU * unit(random)).cos()
}

/// Writes config, vocabulary and weights at half precision.
pub(super) fn write(
    folder: &Path,
    config: &Value,
    vocabulary: &Vocabulary,
    store: &VarStore,
) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let path = folder.join(CONFIG);
    std::fs::write(&path, format!("{config:#}\n")).map_err(|e| Error::io(&path, e))?;
    let longest = config["max_position_embeddings"].as_i64().unwrap_or(512);
    vocabulary.write(folder, longest)?;
    let mut header = serde_json::Map::new();
    // Python's reader asks which library wrote it
    header.insert("__metadata__".to_owned(), json!({"format": "pt"}));
    let mut data: Vec<u8> = Vec::new();
    for (name, variable) in variables(store) {
        let values: Vec<f32> = Vec::try_from(variable.to_kind(Kind::Float).flatten(0, -1))
            .map_err(|e| Error::input(format!("{name}: {e}")))?;
        let begin = data.len();
        for value in values {
            data.extend(half::f16::from_f32(value).to_le_bytes());
        }
        let entry =
            json!({"dtype": "F16", "shape": variable.size(), "data_offsets": [begin, data.len()]});
        header.insert(name, entry);
    }
    let mut head = Value::Object(header).to_string().into_bytes();
    // the numbers begin at a multiple of eight
    head.resize(head.len().next_multiple_of(8), b' ');
    let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
    bytes.extend(head);
    bytes.extend(data);
    replace_bytes(&folder.join(WEIGHTS[0]), &bytes)
}

/// Fills the variables of `store` from a model's folder; with `fresh` those of the classifier stay as they are.
///
/// # Errors
/// Where there are no weights, or they do not fit `config.json`.
pub(super) fn load(folder: &Path, store: &VarStore, fresh: bool) -> Result<()> {
    let path = WEIGHTS
        .iter()
        .map(|file| folder.join(file))
        .find(|path| path.is_file());
    let path = path.ok_or_else(|| {
        Error::input(format!(
            "{}: no weights there: expected {}",
            folder.display(),
            WEIGHTS.join(", ")
        ))
    })?;
    let read = read_weights(&path)
        .map_err(|message| Error::input(format!("{}: {message}", path.display())))?;
    for (name, mut variable) in variables(store) {
        if fresh && name.starts_with("classifier") {
            continue;
        }
        // a BERT that was saved without a head has no prefix
        let bare = name.strip_prefix("bert.").unwrap_or(&name);
        let found = read.get(&name).or_else(|| read.get(bare));
        match found.filter(|found| found.size() == variable.size()) {
            Some(found) => tch::no_grad(|| variable.copy_(found)),
            None => {
                return Err(Error::input(format!(
                    "{}: {name} is missing or of another size than config.json says",
                    path.display()
                )));
            }
        }
    }
    Ok(())
}
