//! Clusters of words that news uses alike; learned by `peristiwa train clusters` from unlabelled text.
//!
//! Layout of the file, little endian: magic, number of words, then for each word in order of hash the
//! hash, its cluster in each grain (u16) and how often it is capitalised in mid-sentence, 0 to 8.

use super::word::hash;
use crate::error::{Error, Result};
use crate::models::Models;
use rustc_hash::FxHashMap;

const FILE: &str = "weights/clusters.bin";
const MAGIC: &[u8; 8] = b"perisCLU";
/// Clusterings, from coarse to fine.
pub(crate) const GRAINS: usize = 3;
const ENTRY: usize = 4 + 2 * GRAINS + 1;

/// What unlabelled text tells of a word; 0 in a grain where it is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub grains: [u16; GRAINS],
    /// 1 + eighths of its occurrences that are capitalised; 0 where unknown.
    pub capital: u8,
}

/// Words by hash of their surface.
#[derive(Debug, Default)]
pub(crate) struct Clusters(FxHashMap<u32, Cluster>);

fn short(word: &str) -> u32 {
    let long = hash(word.as_bytes());
    (long ^ (long >> 32)) as u32
}

impl Clusters {
    /// The clusters of `models`; empty where there is no such file.
    pub(crate) fn new(models: &Models) -> Result<Self> {
        match models.file(FILE) {
            Ok(bytes) => Self::read(bytes).map_err(|e| e.at(format!("models/{FILE}"))),
            Err(_) => Ok(Self::default()),
        }
    }

    /// The cluster of a word as printed, else in lower case, else with a capital.
    pub(crate) fn get(&self, surface: &str, lower: &str) -> Cluster {
        if self.0.is_empty() {
            return Cluster::default();
        }
        let known = |word: &str| self.0.get(&short(word)).copied();
        known(surface)
            .or_else(|| known(lower))
            .or_else(|| {
                let mut letters = lower.chars();
                let first = letters.next()?;
                known(&first.to_uppercase().chain(letters).collect::<String>())
            })
            .unwrap_or_default()
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        let broken = || Error::models("not a whole file of clusters; restore it");
        let (head, rest) = bytes.split_at_checked(12).ok_or_else(broken)?;
        let count = head
            .get(8..12)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_le_bytes);
        if head.get(..8) != Some(MAGIC) || count.map(|c| c as usize * ENTRY) != Some(rest.len()) {
            return Err(broken());
        }
        let entries = rest.chunks_exact(ENTRY).map(|entry| {
            let short = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
            let key = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let grains = std::array::from_fn(|grain| short(4 + 2 * grain));
            (
                key,
                Cluster {
                    grains,
                    capital: entry[ENTRY - 1],
                },
            )
        });
        Ok(Self(entries.collect()))
    }

    /// The file's bytes.
    #[cfg(feature = "train")]
    pub(crate) fn write<'w>(words: impl Iterator<Item = (&'w str, Cluster)>) -> Vec<u8> {
        let sorted: std::collections::BTreeMap<u32, Cluster> = words
            .map(|(word, cluster)| (short(word), cluster))
            .collect();
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
        for (key, cluster) in sorted {
            out.extend_from_slice(&key.to_le_bytes());
            cluster
                .grains
                .iter()
                .for_each(|grain| out.extend_from_slice(&grain.to_le_bytes()));
            out.push(cluster.capital);
        }
        out
    }
}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads() {
        let cluster = Cluster {
            grains: [1, 2, 300],
            capital: 9,
        };
        let bytes = Clusters::write([("Solo", cluster), ("kata", Cluster::default())].into_iter());
        let clusters = Clusters::read(&bytes).unwrap();
        assert_eq!(clusters.get("Solo", "solo"), cluster);
        assert_eq!(clusters.get("SOLO", "solo"), cluster);
        assert_eq!(clusters.get("Bima", "bima"), Cluster::default());
        for len in 0..bytes.len() {
            assert!(Clusters::read(&bytes[..len]).is_err());
        }
    }
}
