//! Where a training stands, on disk, so that an interrupted one goes on.

use super::steps::Steps;
use crate::error::Result;
use crate::train::random::Random;
use crate::train::replace::replace_bytes;
use candle_core::{Device, Tensor, Var};
use std::path::Path;

/// What besides the numbers must be known to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct State {
    /// Hash of data and options: another training's checkpoint is not taken up.
    pub fingerprint: u64,
    /// Passes that are done.
    pub epoch: u64,
    /// Best figure so far; below zero for none.
    pub best: f64,
    /// State of the chance numbers.
    pub random: u64,
}

/// Writes variables, steps and state, over the old file only when all is written.
pub(super) fn save(path: &Path, state: State, vars: &[Var], steps: &Steps) -> Result<()> {
    let mut bytes = Vec::new();
    for number in [
        state.fingerprint,
        state.epoch,
        state.best.to_bits(),
        state.random,
        steps.step,
    ] {
        bytes.extend(number.to_le_bytes());
    }
    for var in vars {
        let values = var.flatten_all().and_then(|var| var.to_vec1::<f32>());
        put(&mut bytes, &values.map_err(super::learn::candle)?);
    }
    for table in steps.tables() {
        put(&mut bytes, table);
    }
    replace_bytes(path, &bytes)
}

fn put(bytes: &mut Vec<u8>, values: &[f32]) {
    values
        .iter()
        .for_each(|value| bytes.extend(value.to_le_bytes()));
}

/// Takes up a checkpoint of the same training; `None` where there is none.
pub(super) fn load(
    path: &Path,
    fingerprint: u64,
    vars: &[Var],
    steps: &mut Steps,
) -> Result<Option<(State, Random)>> {
    let Ok(bytes) = std::fs::read(path) else {
        return Ok(None);
    };
    let count: usize = vars.iter().map(|var| var.elem_count()).sum();
    if bytes.len() != 40 + 4 * count * 4 {
        return Ok(None);
    }
    let (heads, _) = bytes[..40].as_chunks::<8>();
    let head: Vec<u64> = heads
        .iter()
        .map(|&eight| u64::from_le_bytes(eight))
        .collect();
    if head[0] != fingerprint {
        return Ok(None);
    }
    let state = State {
        fingerprint,
        epoch: head[1],
        best: f64::from_bits(head[2]),
        random: head[3],
    };
    steps.step = head[4];
    let (cells, _) = bytes[40..].as_chunks::<4>();
    let mut cells = cells.iter().map(|&four| f32::from_le_bytes(four));
    for var in vars {
        let values: Vec<f32> = cells.by_ref().take(var.elem_count()).collect();
        let tensor = Tensor::from_vec(values, var.shape(), &Device::Cpu);
        tensor
            .and_then(|tensor| var.set(&tensor))
            .map_err(super::learn::candle)?;
    }
    for table in steps.tables_mut() {
        table
            .iter_mut()
            .zip(&mut cells)
            .for_each(|(to, from)| *to = from);
    }
    Ok(Some((state, Random::new(state.random))))
}

/// Writes tables, over the old file only when all is written.
pub(super) fn save_tables(path: &Path, tables: &[Vec<f32>]) -> Result<()> {
    let cells = tables.iter().flatten();
    let bytes: Vec<u8> = cells.flat_map(|cell| cell.to_le_bytes()).collect();
    replace_bytes(path, &bytes)
}

/// Fills tables; says whether the file was there and of their length.
pub(super) fn load_tables(path: &Path, tables: &mut [Vec<f32>]) -> bool {
    let Ok(bytes) = std::fs::read(path) else {
        return false;
    };
    let count: usize = tables.iter().map(|table| table.len()).sum();
    let (cells, rest) = bytes.as_chunks::<4>();
    if cells.len() != count || !rest.is_empty() {
        return false;
    }
    let cells = cells.iter().map(|&four| f32::from_le_bytes(four));
    let places = tables.iter_mut().flatten();
    places.zip(cells).for_each(|(to, from)| *to = from);
    true
}
