//! The model itself, on a thread of its own: the only file that knows rust-bert and tch.
//!
//! In: pieces with the places of first pieces. Out: the scores of the model's labels at those places. Tensors of tch
//! may go to another thread but not be shared, so the model is made, used and dropped on one; what others ask comes
//! through a channel.

use super::Input;
use super::config::{Config, Family};
use crate::error::{Error, Result};
use rust_bert::bert::{BertConfig, BertEncoder};
use rust_bert::distilbert::{DistilBertConfig, DistilBertForTokenClassification};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tch::{Device, Kind, Tensor, nn};

/// The most pieces at once, padding with them: bounds the memory.
const MOST: usize = 8192;
/// What makes a piece count for nothing, as rust-bert has it.
const MASKED: f32 = -10_000.0;

type Scores = Vec<Vec<f32>>;
type Request = (Vec<Input>, Sender<Result<Scores, String>>);

/// The thread of a model; ends with it.
pub(super) struct Runner {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Runner {
    /// # Errors
    /// Where the weights are malformed or of another model than `config` says.
    pub(super) fn start(
        config: &Config,
        weights: PathBuf,
        threads: Option<usize>,
        batch: usize,
    ) -> Result<Self> {
        let (requests, inbox) = channel::<Request>();
        let (ready, made) = channel();
        let config = config.clone();
        let path = weights.clone();
        let thread = std::thread::Builder::new()
            .name("transformer".to_owned())
            .spawn(move || {
                let cores = || std::thread::available_parallelism().map_or(1, usize::from);
                tch::set_num_threads(
                    i32::try_from(threads.unwrap_or_else(cores))
                        .unwrap_or(1)
                        .max(1),
                );
                match caught(|| Network::load(&config, &path)) {
                    Ok(network) => {
                        // whoever waits for this is still there
                        let _ = ready.send(Ok(()));
                        serve(&network, batch, &inbox);
                    }
                    Err(message) => {
                        let _ = ready.send(Err(message));
                    }
                }
            });
        let thread = thread
            .map_err(|cause| Error::models(format!("no thread for the transformer: {cause}")))?;
        let runner = Self {
            requests: Some(requests),
            thread: Some(thread),
        };
        let made = made
            .recv()
            .unwrap_or_else(|_| Err("the thread of the transformer ended".to_owned()));
        made.map_err(|message| Error::models(message).at(weights.display()))?;
        Ok(runner)
    }

    /// The scores at the first pieces of each of `inputs`, places × labels.
    ///
    /// # Errors
    /// Where libtorch fails, as without memory.
    pub(super) fn scores(&self, inputs: Vec<Input>) -> Result<Scores> {
        let (reply, answer) = channel();
        let sent = self
            .requests
            .as_ref()
            .map(|requests| requests.send((inputs, reply)));
        let answer = match sent {
            Some(Ok(())) => answer.recv().ok(),
            _ => None,
        };
        let answer = answer.unwrap_or_else(|| Err("its thread ended".to_owned()));
        answer.map_err(|message| Error::models(message).at("transformer"))
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // without senders the thread's loop ends
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What `work` gives; a panic of the library is an error like others.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(text.unwrap_or_else(|| "panic".to_owned()))
    })
}

fn serve(network: &Network, batch: usize, inbox: &Receiver<Request>) {
    for (inputs, reply) in inbox {
        let scores = caught(|| {
            network
                .scores(&inputs, batch)
                .map_err(|cause| cause.to_string())
        });
        // who no longer listens needs no answer
        let _ = reply.send(scores);
    }
}

/// The model with what its inputs need.
struct Network {
    model: Model,
    padding: i64,
    /// Number of the first position.
    first: i64,
    labels: usize,
    // owns the variables that the model refers to
    _store: nn::VarStore,
}

enum Model {
    /// All but DistilBERT: they differ in their embeddings alone. rust-bert's own structs for them fix the epsilon of
    /// the embeddings' layer norm, and ELECTRA's takes a mask for one that is added.
    Encoder(Box<Embeddings>, BertEncoder, nn::Linear),
    Distil(Box<DistilBertForTokenClassification>),
}

struct Embeddings {
    words: nn::Embedding,
    positions: nn::Embedding,
    types: nn::Embedding,
    norm: nn::LayerNorm,
    /// To the encoder's width, where ELECTRA's differs.
    project: Option<nn::Linear>,
}

impl Embeddings {
    fn new(path: &nn::Path<'_>, config: &Config) -> Self {
        let at = &(path / "embeddings");
        // to be filled from a file: random numbers for a large vocabulary take seconds
        let empty = nn::EmbeddingConfig {
            ws_init: nn::Init::Const(0.0),
            ..Default::default()
        };
        let table = |name: &str, rows: i64| nn::embedding(at / name, rows, config.embedding, empty);
        let norm = nn::LayerNormConfig {
            eps: config.epsilon,
            ..Default::default()
        };
        Self {
            words: table("word_embeddings", config.vocabulary),
            positions: table("position_embeddings", config.positions),
            types: table("token_type_embeddings", config.types),
            norm: nn::layer_norm(at / "LayerNorm", vec![config.embedding], norm),
            project: (config.embedding != config.hidden).then(|| {
                nn::linear(
                    path / "embeddings_project",
                    config.embedding,
                    config.hidden,
                    Default::default(),
                )
            }),
        }
    }

    fn forward(&self, pieces: &Tensor, first: i64) -> Tensor {
        let positions =
            Tensor::arange_start(first, first + pieces.size()[1], (Kind::Int64, Device::Cpu));
        let types = Tensor::zeros([1], (Kind::Int64, Device::Cpu));
        let sum = pieces.apply(&self.words)
            + types.apply(&self.types)
            + positions.apply(&self.positions).unsqueeze(0);
        let normed = sum.apply(&self.norm);
        self.project
            .as_ref()
            .map_or_else(|| normed.shallow_clone(), |project| normed.apply(project))
    }
}

impl Network {
    fn load(config: &Config, weights: &Path) -> Result<Self, String> {
        let mut store = nn::VarStore::new(Device::Cpu);
        let model = Model::new(&store.root(), config)?;
        fill(&store, weights)?;
        store.freeze();
        Ok(Self {
            model,
            padding: i64::from(config.padding),
            first: if config.family == Family::Roberta {
                i64::from(config.padding) + 1
            } else {
                0
            },
            labels: config.labels.len(),
            _store: store,
        })
    }

    /// In batches of like length, so that little is padding.
    fn scores(&self, inputs: &[Input], batch: usize) -> Result<Scores, tch::TchError> {
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by_key(|&number| inputs[number].pieces.len());
        let mut scores = vec![Vec::new(); inputs.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let lengths = rest.iter().map(|&number| inputs[number].pieces.len());
            let rows = together(lengths.take(batch));
            let (now, later) = rest.split_at(rows);
            let chosen: Vec<&Input> = now.iter().map(|&number| &inputs[number]).collect();
            let mut flat = tch::no_grad(|| self.batch(&chosen))?;
            for &number in now.iter().rev() {
                scores[number] =
                    flat.split_off(flat.len() - inputs[number].firsts.len() * self.labels);
            }
            rest = later;
        }
        Ok(scores)
    }

    /// The scores at the first pieces of `inputs`, one after the other.
    fn batch(&self, inputs: &[&Input]) -> Result<Vec<f32>, tch::TchError> {
        let width = inputs
            .iter()
            .map(|input| input.pieces.len())
            .max()
            .unwrap_or(0);
        let mut pieces = vec![self.padding; inputs.len() * width];
        let mut mask = vec![MASKED; inputs.len() * width];
        let mut firsts = Vec::new();
        for (row, input) in inputs.iter().enumerate() {
            let from = row * width;
            for (at, &piece) in input.pieces.iter().enumerate() {
                pieces[from + at] = i64::from(piece);
                mask[from + at] = 0.0;
            }
            firsts.extend(
                input
                    .firsts
                    .iter()
                    .map(|&first| from as i64 + i64::from(first)),
            );
        }
        let padded = mask.contains(&MASKED);
        let shape = [inputs.len() as i64, width as i64];
        let pieces = Tensor::from_slice(&pieces).f_view(shape)?;
        let mask = padded.then(|| Tensor::from_slice(&mask).view(shape));
        let scores = self.model.forward(
            &pieces,
            mask.as_ref(),
            self.first,
            &Tensor::from_slice(&firsts),
        )?;
        Vec::<f32>::try_from(scores.f_contiguous()?.f_view([-1])?)
    }
}

impl Model {
    fn new(path: &nn::Path<'_>, config: &Config) -> Result<Self, String> {
        let activation = serde_json::from_value(config.activation.clone().into()).map_err(|_| {
            format!("hidden_act in config.json is {:?}; gelu, gelu_new, relu, swish, mish and tanh can be run", config.activation)
        })?;
        let name = match config.family {
            Family::DistilBert => {
                let sizes = DistilBertConfig {
                    activation,
                    dim: config.hidden,
                    hidden_dim: config.intermediate,
                    n_heads: config.heads,
                    n_layers: config.layers,
                    max_position_embeddings: config.positions,
                    vocab_size: config.vocabulary,
                    sinusoidal_pos_embds: config.sinusoidal,
                    id2label: Some((0..).zip(config.labels.clone()).collect()),
                    ..Default::default()
                };
                let model = DistilBertForTokenClassification::new(path, &sizes)
                    .map_err(|cause| cause.to_string())?;
                return Ok(Self::Distil(Box::new(model)));
            }
            Family::Bert => "bert",
            Family::Electra => "electra",
            Family::Roberta => "roberta",
        };
        let sizes = BertConfig {
            hidden_act: activation,
            hidden_size: config.hidden,
            intermediate_size: config.intermediate,
            num_attention_heads: config.heads,
            num_hidden_layers: config.layers,
            ..Default::default()
        };
        let base = &(path / name);
        Ok(Self::Encoder(
            Box::new(Embeddings::new(base, config)),
            BertEncoder::new(base / "encoder", &sizes),
            nn::linear(
                path / "classifier",
                config.hidden,
                config.labels.len() as i64,
                Default::default(),
            ),
        ))
    }

    /// The scores at the places `firsts` of the flattened input.
    fn forward(
        &self,
        pieces: &Tensor,
        mask: Option<&Tensor>,
        first: i64,
        firsts: &Tensor,
    ) -> Result<Tensor, tch::TchError> {
        match self {
            Self::Encoder(embeddings, encoder, classifier) => {
                let mask = mask.map(|mask| mask.unsqueeze(1).unsqueeze(1));
                let embedded = embeddings.forward(pieces, first);
                let hidden = encoder
                    .forward_t(&embedded, mask.as_ref(), None, None, false)
                    .hidden_state;
                let width = hidden.size()[2];
                Ok(hidden
                    .f_view([-1, width])?
                    .f_index_select(0, firsts)?
                    .apply(classifier))
            }
            Self::Distil(model) => {
                let mask = mask.map(|mask| mask.eq(0.0).to_kind(Kind::Int64));
                let output = model.forward_t(Some(pieces), mask.as_ref(), None, false);
                let output = output.map_err(|cause| tch::TchError::Torch(cause.to_string()))?;
                let width = output.logits.size()[2];
                output.logits.f_view([-1, width])?.f_index_select(0, firsts)
            }
        }
    }
}

/// How many of inputs of these lengths, which rise, go into one batch; at least one.
fn together(lengths: impl Iterator<Item = usize>) -> usize {
    let mut total = 0;
    let fits = |(row, length): &(usize, usize)| {
        let whole = (row + 1) * length;
        total += length;
        // a batch more costs about as much as so many pieces of a small model
        whole <= MOST && whole - total <= 32 + total / 16
    };
    lengths.enumerate().take_while(fits).count().max(1)
}

/// Fills the variables of a model from a file of any kind.
fn fill(store: &nn::VarStore, path: &Path) -> Result<(), String> {
    let read = read_weights(path)?;
    let mut wanted: Vec<(String, Tensor)> = store.variables().into_iter().collect();
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    tch::no_grad(|| {
        for (name, mut variable) in wanted {
            let tensor = read.get(&name).ok_or_else(|| {
                format!("there is no {name}; is it a token classifier, and of the kind that model_type in config.json says?")
            })?;
            if tensor.size() != variable.size() {
                return Err(format!(
                    "{name} is {:?}, but after config.json it is {:?}",
                    tensor.size(),
                    variable.size()
                ));
            }
            variable
                .f_copy_(tensor)
                .map_err(|cause| format!("{name}: {}", first_line(&cause.to_string())))?;
        }
        Ok(())
    })
}

/// What a file of weights of any kind holds, by the names of today.
pub(crate) fn read_weights(path: &Path) -> Result<HashMap<String, Tensor>, String> {
    let read = match path.extension().and_then(|kind| kind.to_str()) {
        Some("safetensors") => Tensor::read_safetensors(path),
        Some("bin") => Tensor::loadz_multi(path),
        _ => Tensor::load_multi(path),
    };
    let read = read.map_err(|cause| {
        format!(
            "cannot be read ({}); save the model again, as model.safetensors",
            first_line(&cause.to_string())
        )
    })?;
    let read = read.into_iter();
    Ok(read.map(|(name, tensor)| (today(&name), tensor)).collect())
}

/// Names of old files as they are today.
fn today(name: &str) -> String {
    let renamed = [
        ("LayerNorm.gamma", "LayerNorm.weight"),
        ("LayerNorm.beta", "LayerNorm.bias"),
    ];
    let found = renamed
        .iter()
        .find_map(|(old, new)| Some(format!("{}{new}", name.strip_suffix(old)?)));
    found.unwrap_or_else(|| name.to_owned())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_holds_little_padding() {
        assert_eq!(together([5, 6, 7, 9, 200, 210].into_iter()), 4);
        assert_eq!(together([200, 210].into_iter()), 2);
        assert_eq!(together([500; 40].into_iter()), MOST / 500);
        assert_eq!(together([MOST + 1].into_iter()), 1);
    }
}
