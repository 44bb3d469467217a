//! Where a training stands, on disk, so that an interrupted one goes on.

use super::adam::Adam;
use crate::error::{Error, Result};
use crate::train::replace::replace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tch::Tensor;

/// The checkpoint's place in the folder that is being made.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("checkpoint.safetensors")
}

/// How well the passes went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Best {
    /// The best figure so far; below zero for none.
    pub figure: f64,
    /// Passes since then.
    pub since: i64,
}

impl Best {
    /// Before the first pass.
    pub(super) const NONE: Self = Self {
        figure: -1.0,
        since: 0,
    };
}

/// Writes variables and moments; `fingerprint` is of data and options.
pub(super) fn save(path: &Path, fingerprint: u64, best: Best, adam: &Adam) -> Result<()> {
    let mut tensors = vec![(
        "state".to_owned(),
        Tensor::from_slice(&[
            fingerprint as i64,
            adam.step,
            best.figure.to_bits() as i64,
            best.since,
        ]),
    )];
    let moments = adam.first.iter().zip(&adam.second);
    for ((name, variable), (first, second)) in adam.variables.iter().zip(moments) {
        tensors.push((format!("w.{name}"), variable.detach()));
        tensors.push((format!("m.{name}"), first.shallow_clone()));
        tensors.push((format!("v.{name}"), second.shallow_clone()));
    }
    replace(path, |fresh| {
        Tensor::write_safetensors(&tensors, fresh)
            .map_err(|e| Error::input(format!("{}: {e}", fresh.display())))
    })
}

/// Takes up the checkpoint of the same training; `None` where there is none.
pub(super) fn load(path: &Path, fingerprint: u64, adam: &mut Adam) -> Result<Option<Best>> {
    if !path.is_file() {
        return Ok(None);
    }
    let broken = |what: &str| {
        Error::input(format!(
            "{}: {what}: delete it to begin anew",
            path.display()
        ))
    };
    let read = Tensor::read_safetensors(path).map_err(|e| broken(&e.to_string()))?;
    let read: BTreeMap<String, Tensor> = read.into_iter().collect();
    let state = read.get("state").map(Vec::<i64>::try_from);
    let Some(Ok(state)) = state else {
        return Err(broken("no checkpoint"));
    };
    let [of, step, figure, since] = state[..] else {
        return Err(broken("no checkpoint"));
    };
    if of as u64 != fingerprint {
        return Err(broken("of a training with other data or options"));
    }
    let moments = adam.first.iter_mut().zip(&mut adam.second);
    for ((name, variable), (first, second)) in adam.variables.iter_mut().zip(moments) {
        for (kind, into) in [("w", &mut *variable), ("m", first), ("v", second)] {
            let found = read.get(&format!("{kind}.{name}"));
            let found = found.filter(|found| found.size() == into.size());
            let found = found.ok_or_else(|| broken("of another network"))?;
            tch::no_grad(|| into.copy_(found));
        }
    }
    adam.step = step;
    Ok(Some(Best {
        figure: f64::from_bits(figure as u64),
        since,
    }))
}
