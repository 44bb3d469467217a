//! The network's file: sizes, vectors and names (or the encoder that has them), tables at half precision, heads.

use super::crf::Chain;
use super::features::{CHARS, CONTEXT_FEATURES};
use super::format::{Reader, Writer};
use super::names::Names;
use super::network::{Head, Network, Sizes};
use super::vectors::{Vectors, stable_hash};
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::sync::Arc;

const MAGIC: &str = "peristiwa neural tagger 2";

impl Network {
    /// The bytes of the weights file. What `base` has too, vectors and names, is left to its file.
    pub(crate) fn write(&self, base: Option<&Network>) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.text(MAGIC);
        for size in [
            self.sizes.vector,
            self.sizes.filters,
            self.sizes.word,
            self.sizes.hidden,
            self.sizes.query,
            CONTEXT_FEATURES,
        ] {
            writer.u32(size as u32);
        }
        match base.filter(|base| base.vectors == self.vectors && base.names == self.names) {
            Some(base) => writer.u64(base.stamp()),
            None => {
                writer.u64(0);
                self.vectors.write(&mut writer);
                self.names.write(&mut writer);
            }
        }
        let mut words: Vec<_> = self.words.iter().map(|(key, row)| (*row, *key)).collect();
        words.sort_unstable();
        writer.u32(words.len() as u32);
        for (row, key) in words {
            writer.u32(row);
            writer.u64(key);
        }
        for values in self.tables() {
            writer.f16s(values);
        }
        writer.f16s(&[self.weight]);
        writer.u32(self.heads.len() as u32);
        for head in &self.heads {
            writer.text(&head.name);
            writer.text(&head.chain.labels.join(" "));
            for values in [
                &head.chain.transitions,
                &head.weights,
                &head.bias,
                &head.calibration,
            ] {
                writer.f16s(values);
            }
        }
        writer.finish()
    }

    fn tables(&self) -> [&Vec<f32>; 9] {
        let [forward, backward] = &self.recurrent;
        [
            &self.word_rows,
            &self.chars,
            &self.char_bias,
            &self.input,
            &self.input_bias,
            forward,
            backward,
            &self.query,
            &self.query_bias,
        ]
    }

    /// Tells encoders apart; never 0.
    fn stamp(&self) -> u64 {
        let cells = self.recurrent[0].iter().chain(&self.input_bias);
        let bytes: Vec<u8> = cells.flat_map(|cell| cell.to_le_bytes()).collect();
        stable_hash(&bytes) | 1
    }

    /// Reads the bytes of a weights file; `base` is the encoder that vectors and names may be left to.
    ///
    /// # Errors
    /// Where they are not those of a network of this version, or are of another encoder.
    pub(crate) fn read(bytes: &[u8], base: Option<&Network>) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let magic = reader.text()?;
        reader.expect(magic == MAGIC, MAGIC)?;
        let mut size = || reader.u32().map(|size| size as usize);
        let sizes = Sizes {
            vector: size()?,
            filters: size()?,
            word: size()?,
            hidden: size()?,
            query: size()?,
        };
        let features = size()?;
        let small = [
            sizes.vector,
            sizes.filters,
            sizes.word,
            sizes.hidden,
            sizes.query,
        ];
        let right = features == CONTEXT_FEATURES && small.iter().all(|&size| size <= 4096);
        reader.expect(right, "this version's features")?;
        let stamp = reader.u64()?;
        let (vectors, names) = match base {
            _ if stamp == 0 => (
                Arc::new(Vectors::read(&mut reader)?),
                Arc::new(Names::read(&mut reader)?),
            ),
            Some(base) if base.stamp() == stamp => (base.vectors.clone(), base.names.clone()),
            _ => {
                return Err(Error::models(
                    "the weights need the encoder that they were trained with (weights/encoder.bin); restore it",
                ));
            }
        };
        let count = reader.u32()? as usize;
        let mut words = FxHashMap::default();
        for _ in 0..count {
            let row = reader.u32()?;
            words.insert(reader.u64()?, row);
        }
        let mut network = Self {
            sizes,
            vectors,
            names,
            words: Arc::new(words),
            word_rows: reader.f16s()?,
            chars: reader.f16s()?,
            char_bias: reader.f16s()?,
            input: reader.f16s()?,
            input_bias: reader.f16s()?,
            recurrent: [reader.f16s()?, reader.f16s()?],
            query: reader.f16s()?,
            query_bias: reader.f16s()?,
            weight: reader.f16s()?.first().copied().unwrap_or_default(),
            heads: Vec::new(),
        };
        let wide = 8 * sizes.hidden;
        let lengths = [
            count * sizes.word,
            3 * CHARS * sizes.filters,
            sizes.filters,
            (sizes.form() + CONTEXT_FEATURES) * wide,
            wide,
            sizes.hidden * wide / 2,
            sizes.hidden * wide / 2,
            2 * sizes.hidden * sizes.query,
            sizes.query,
        ];
        let fits = network.tables().map(Vec::len) == lengths;
        reader.expect(fits && network.vectors.dims() == sizes.vector, "its layers")?;
        for _ in 0..reader.u32()? {
            let name = reader.text()?.to_owned();
            let labels = reader.text()?.split_whitespace().map(str::to_owned);
            let labels: Vec<_> = labels.collect();
            let head = Head {
                name,
                chain: Chain {
                    labels,
                    transitions: reader.f16s()?,
                },
                weights: reader.f16s()?,
                bias: reader.f16s()?,
                calibration: reader.f16s()?,
            };
            let tags = head.chain.tags();
            let fits = head.chain.transitions.len() == (tags + 1) * tags
                && head.weights.len() == sizes.state() * tags
                && head.bias.len() == tags
                && matches!(head.calibration.len(), 0 | 2)
                && tags < 256;
            reader.expect(fits, "a head")?;
            network.heads.push(head);
        }
        reader.expect(reader.is_done(), "the end")?;
        Ok(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_weights_are_errors() {
        let network = Network {
            input: vec![0.0; CONTEXT_FEATURES * 8],
            input_bias: vec![0.0; 8],
            recurrent: [vec![0.5; 4], vec![0.5; 4]],
            sizes: Sizes {
                hidden: 1,
                ..Sizes::default()
            },
            heads: vec![Head {
                name: "x".into(),
                chain: Chain {
                    labels: vec!["PER".into()],
                    transitions: vec![0.0; 12],
                },
                weights: vec![0.0; 6],
                bias: vec![0.0; 3],
                calibration: vec![1.0, 0.0],
            }],
            ..Network::default()
        };
        let bytes = network.write(None);
        let again = Network::read(&bytes, None).unwrap();
        assert_eq!(again.heads, network.heads);
        // a tagger over it leaves vectors and names to it
        let over = network.write(Some(&network));
        assert!(over.len() < bytes.len());
        assert!(Network::read(&over, None).is_err());
        assert!(Network::read(&over, Some(&Network::default())).is_err());
        assert_eq!(
            Network::read(&over, Some(&again)).unwrap().heads,
            again.heads
        );
        for cut in [0, 5, 40, bytes.len() / 2, bytes.len() - 1] {
            assert!(Network::read(&bytes[..cut], None).is_err(), "{cut}");
        }
        assert!(again.find(&[Vec::new()], 0)[0].is_empty());
    }
}
