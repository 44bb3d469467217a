//! The weights: features by hash, one row of all taggers' tags each; the file that holds them.
//!
//! Layout of the file, little endian: magic, version, fingerprint of the templates, names of the
//! lexicons, taggers (labels, calibration, transitions), features (hash, bit set of the tags with a
//! weight, those weights). Weights are fixed point: an i16 counts thousandths.

use super::decode::{FORBIDDEN, Tags};
use crate::error::{Error, Result};
use ndarray::Array2;

const MAGIC: &[u8; 8] = b"perisENT";
const VERSION: u32 = 2;
const UNIT: f32 = 0.001;
/// Most columns of all taggers together: the bits of a feature's set.
const MOST: usize = 64;

/// How a span's raw probability becomes one that can be trusted: a logistic curve over its log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration {
    pub slope: f32,
    pub offset: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            slope: 1.0,
            offset: 0.0,
        }
    }
}

impl Calibration {
    pub(crate) fn apply(self, raw: f64) -> f32 {
        let raw = raw.clamp(1e-6, 1.0 - 1e-6);
        let odds = (raw / (1.0 - raw)).ln() as f32;
        1.0 / (1.0 + (-(self.slope * odds + self.offset)).exp())
    }
}

/// One tagger: its tags and how they follow each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaggerModel {
    pub tags: Tags,
    pub transitions: Array2<f32>,
    /// Transitions of the second look; the first look's where there is none.
    pub second: Option<Array2<f32>>,
    pub calibration: Calibration,
}

/// All weights.
#[derive(Debug)]
pub(crate) struct Linear {
    pub taggers: Vec<TaggerModel>,
    /// Names of the lexicon classes that the model was trained with.
    pub lexicons: Vec<String>,
    width: usize,
    /// Open addressing: hash and row; a hash of 0 is an empty slot.
    slots: Vec<(u32, u32)>,
    rows: Vec<f32>,
}

impl Linear {
    /// A model of these weights: `features` are hashes with a row of all taggers' columns.
    pub(crate) fn new(
        taggers: Vec<TaggerModel>,
        lexicons: Vec<String>,
        features: Vec<(u32, Vec<f32>)>,
    ) -> Self {
        let width = taggers.iter().map(|tagger| tagger.tags.len()).sum();
        let capacity = (features.len() * 2 + 1).next_power_of_two();
        let mut linear = Self {
            taggers,
            lexicons,
            width,
            slots: vec![(0, 0); capacity],
            rows: Vec::with_capacity(features.len() * width),
        };
        for (number, (hash, row)) in features.into_iter().enumerate() {
            let mut slot = hash as usize & (capacity - 1);
            while linear.slots[slot].0 != 0 {
                slot = (slot + 1) & (capacity - 1);
            }
            linear.slots[slot] = (hash, number as u32);
            linear
                .rows
                .extend(row.into_iter().chain(std::iter::repeat(0.0)).take(width));
        }
        linear
    }

    /// Whether there is a second look.
    pub(crate) fn looks_twice(&self) -> bool {
        self.taggers.iter().any(|tagger| tagger.second.is_some())
    }

    /// All features with their weights, by hash.
    pub(crate) fn features(&self) -> impl Iterator<Item = (u32, &[f32])> {
        let used = self.slots.iter().filter(|slot| slot.0 != 0);
        used.map(|&(hash, row)| {
            let from = row as usize * self.width;
            (hash, &self.rows[from..from + self.width])
        })
    }

    /// Columns of all taggers together.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Number of features.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() / self.width.max(1)
    }

    /// Adds the weights of a token's features to its row of scores; `rows` is scratch space.
    pub(crate) fn add(&self, features: &[u32], rows: &mut Vec<u32>, into: &mut [f32]) {
        // all places are looked up before the first is read: the memory answers several at once
        rows.clear();
        rows.extend(features.iter().filter_map(|&feature| self.row(feature)));
        for &row in &*rows {
            let from = row as usize * self.width;
            let weights = &self.rows[from..from + self.width];
            into.iter_mut()
                .zip(weights)
                .for_each(|(sum, weight)| *sum += weight);
        }
    }

    #[inline]
    fn row(&self, feature: u32) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = feature as usize & mask;
        loop {
            let (hash, row) = self.slots[slot];
            if hash == feature {
                return Some(row);
            }
            if hash == 0 {
                return None;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The file's bytes.
    pub(crate) fn write(&self, templates: u32) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&templates.to_le_bytes());
        write_names(&mut out, &self.lexicons);
        out.push(self.taggers.len() as u8);
        for tagger in &self.taggers {
            write_names(&mut out, tagger.tags.labels());
            out.extend_from_slice(&tagger.calibration.slope.to_le_bytes());
            out.extend_from_slice(&tagger.calibration.offset.to_le_bytes());
            out.push(u8::from(tagger.second.is_some()));
            for &weight in tagger
                .transitions
                .iter()
                .chain(tagger.second.iter().flatten())
            {
                out.extend_from_slice(&fixed(weight).to_le_bytes());
            }
        }
        let mut features: Vec<_> = self.slots.iter().filter(|slot| slot.0 != 0).collect();
        features.sort_unstable();
        out.extend_from_slice(&(features.len() as u32).to_le_bytes());
        for &&(hash, row) in &features {
            let from = row as usize * self.width;
            let weights = &self.rows[from..from + self.width];
            let mut set = 0u64;
            for (column, &weight) in weights.iter().enumerate() {
                if fixed(weight) != 0 {
                    set |= 1 << column;
                }
            }
            out.extend_from_slice(&hash.to_le_bytes());
            out.extend_from_slice(&set.to_le_bytes()[..self.width.div_ceil(8)]);
            for &weight in weights.iter().filter(|&&weight| fixed(weight) != 0) {
                out.extend_from_slice(&fixed(weight).to_le_bytes());
            }
        }
        out
    }

    /// Reads a file; every length is checked before it is used.
    pub(crate) fn read(bytes: &[u8], templates: u32) -> Result<Self> {
        let mut reader = Reader { bytes };
        if reader.take(8)? != MAGIC {
            return Err(Error::models("not a file of entity weights"));
        }
        let version = reader.u32()?;
        if version != VERSION {
            return Err(Error::models(format!(
                "version {version} of the format; this program reads {VERSION}; train again"
            )));
        }
        if reader.u32()? != templates {
            return Err(Error::models(
                "trained with other feature templates; train again with `peristiwa train entities`",
            ));
        }
        let lexicons = reader.names()?;
        let mut taggers = Vec::new();
        for _ in 0..reader.u8()? {
            let tags = Tags::new(reader.names()?);
            if tags.len() > MOST / 2 {
                return Err(Error::models("too many labels"));
            }
            let calibration = Calibration {
                slope: reader.f32()?,
                offset: reader.f32()?,
            };
            let looks_twice = reader.u8()? != 0;
            let transitions = reader.transitions(&tags)?;
            let second = looks_twice.then(|| reader.transitions(&tags)).transpose()?;
            taggers.push(TaggerModel {
                tags,
                transitions,
                second,
                calibration,
            });
        }
        let width: usize = taggers.iter().map(|tagger| tagger.tags.len()).sum();
        if taggers.is_empty() || width > MOST {
            return Err(Error::models(format!("{width} tags; expected 1 to {MOST}")));
        }
        let count = reader.u32()? as usize;
        let set_bytes = width.div_ceil(8);
        if count > reader.bytes.len() / (4 + set_bytes) {
            return Err(truncated());
        }
        let mut features = Vec::with_capacity(count);
        let mut last = 0;
        for _ in 0..count {
            let hash = reader.u32()?;
            if hash <= last {
                return Err(Error::models("features are out of order"));
            }
            last = hash;
            let mut set = [0; 8];
            set[..set_bytes].copy_from_slice(reader.take(set_bytes)?);
            let set = u64::from_le_bytes(set);
            let mut row = vec![0.0; width];
            for (column, weight) in row.iter_mut().enumerate() {
                if set & (1 << column) != 0 {
                    *weight = reader.weight()?;
                }
            }
            features.push((hash, row));
        }
        if !reader.bytes.is_empty() {
            return Err(Error::models("bytes left over at the end"));
        }
        Ok(Self::new(taggers, lexicons, features))
    }
}

fn fixed(weight: f32) -> i16 {
    (weight / UNIT)
        .round()
        .clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16
}

fn write_names(out: &mut Vec<u8>, names: &[String]) {
    out.push(names.len().min(255) as u8);
    for name in names.iter().take(255) {
        out.push(name.len().min(255) as u8);
        out.extend_from_slice(&name.as_bytes()[..name.len().min(255)]);
    }
}

fn truncated() -> Error {
    Error::models("the file ends too early; restore it")
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or_else(truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| truncated())
    }

    fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn f32(&mut self) -> Result<f32> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Error::models("a number is not finite"))
        }
    }

    fn weight(&mut self) -> Result<f32> {
        Ok(f32::from(i16::from_le_bytes(self.array()?)) * UNIT)
    }

    fn transitions(&mut self, tags: &Tags) -> Result<Array2<f32>> {
        let mut transitions = Array2::zeros((tags.len() + 1, tags.len()));
        for weight in &mut transitions {
            *weight = self.weight()?;
        }
        // fixed point cannot hold the score of what BIO forbids
        transitions.zip_mut_with(&tags.transitions(), |weight, &rule| {
            if rule == FORBIDDEN {
                *weight = FORBIDDEN;
            }
        });
        Ok(transitions)
    }

    fn names(&mut self) -> Result<Vec<String>> {
        let count = self.u8()?;
        (0..count)
            .map(|_| {
                let len = self.u8()? as usize;
                let name = std::str::from_utf8(self.take(len)?);
                name.map(str::to_owned)
                    .map_err(|_| Error::models("a name is not UTF-8"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toy() -> Linear {
        let tagger = |labels: &[&str]| {
            let tags = Tags::new(labels.iter().map(|&label| label.to_owned()).collect());
            let transitions = tags.transitions().mapv(|t| if t < 0.0 { t } else { 0.25 });
            TaggerModel {
                tags,
                second: Some(transitions.mapv(|t: f32| (t * 2.0).max(FORBIDDEN))),
                transitions,
                calibration: Calibration::default(),
            }
        };
        let row = |x: f32| {
            (0..8)
                .map(|i| if i % 3 == 0 { 0.0 } else { x * i as f32 })
                .collect()
        };
        let features = vec![(7, row(0.5)), (3, row(-0.125)), (4_000_000_000, row(1.0))];
        Linear::new(
            vec![tagger(&["PER", "ORG"]), tagger(&["ROL"])],
            vec!["places".into()],
            features,
        )
    }

    #[test]
    fn writes_and_reads() {
        let bytes = toy().write(9);
        let back = Linear::read(&bytes, 9).unwrap();
        for (a, b) in back.taggers.iter().zip(&toy().taggers) {
            assert_eq!((&a.tags, a.calibration), (&b.tags, b.calibration));
            let near = |a: &Array2<f32>, b: &Array2<f32>| (a - b).iter().all(|d| d.abs() <= UNIT);
            assert!(near(&a.transitions, &b.transitions));
            assert!(
                a.second
                    .as_ref()
                    .zip(b.second.as_ref())
                    .is_some_and(|(a, b)| near(a, b))
            );
        }
        assert_eq!((back.len(), back.width()), (3, 8));
        for feature in [7, 3, 4_000_000_000, 8] {
            let (mut a, mut b) = ([0.0; 8], [0.0; 8]);
            toy().add(&[feature], &mut Vec::new(), &mut a);
            back.add(&[feature], &mut Vec::new(), &mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= UNIT));
        }
        assert_eq!(back.write(9), bytes);
    }

    #[test]
    fn broken_files_are_errors() {
        let bytes = toy().write(9);
        for len in 0..bytes.len() {
            assert!(Linear::read(&bytes[..len], 9).is_err(), "{len} bytes");
        }
        assert!(Linear::read(&bytes, 10).is_err());
        let longer = [&bytes[..], &[0]].concat();
        assert!(Linear::read(&longer, 9).is_err());
    }
}
