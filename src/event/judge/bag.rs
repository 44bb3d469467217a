//! Features of one decision: hashes with values, and their names where somebody learns from them.

/// The features of one decision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bag {
    features: Vec<(u64, f32)>,
    /// Bits of the hashes that are in; most new ones are told by them alone.
    seen: [u64; 8],
    /// Written out only for training.
    names: Option<Vec<String>>,
}

impl Bag {
    /// An empty bag; `named` where names are wanted beside the hashes.
    pub(super) fn new(named: bool) -> Self {
        let mut bag = Self {
            features: Vec::with_capacity(96),
            seen: [0; 8],
            names: named.then(Vec::new),
        };
        bag.add(&["bias"]);
        bag
    }

    /// A feature that holds, named by its parts.
    pub(super) fn add(&mut self, parts: &[&str]) {
        self.weigh(parts, 1.0);
    }

    /// A feature with a value.
    pub(super) fn weigh(&mut self, parts: &[&str], value: f32) {
        let hash = hash(parts);
        let (word, bit) = ((hash & 7) as usize, 1u64 << ((hash >> 3) & 63));
        let maybe = self.seen[word] & bit != 0;
        if maybe && self.features.iter().any(|(known, _)| *known == hash) {
            return;
        }
        self.seen[word] |= bit;
        self.features.push((hash, value));
        if let Some(names) = &mut self.names {
            names.push(parts.join(" "));
        }
    }

    /// Hashes and values.
    pub(super) fn features(&self) -> &[(u64, f32)] {
        &self.features
    }

    /// Names and values.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, f32)> {
        let names = self.names.iter().flatten();
        names
            .zip(&self.features)
            .map(|(name, (_, value))| (name.as_str(), *value))
    }
}

/// FNV-1a over the parts with a blank between: that of the joined name.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut step = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            step(b' ');
        }
        part.bytes().for_each(&mut step);
    }
    hash
}

/// A count as one of a few names.
pub(super) fn bucket(count: usize) -> &'static str {
    match count {
        0 => "0",
        1 => "1",
        2 => "2",
        3 => "3",
        4..=5 => "4-5",
        6..=8 => "6-8",
        9..=14 => "9-14",
        15..=24 => "15-24",
        25..=59 => "25-59",
        _ => "60+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_parts_is_that_of_the_name() {
        assert_eq!(hash(&["role", "agent", "by"]), hash(&["role agent by"]));
        assert_ne!(hash(&["a", "b"]), hash(&["ab"]));
    }

    #[test]
    fn a_feature_counts_once() {
        let mut bag = Bag::new(true);
        bag.add(&["role", "agent"]);
        bag.add(&["role agent"]);
        let names: Vec<_> = bag.named().collect();
        assert_eq!(names, [("bias", 1.0), ("role agent", 1.0)]);
    }
}
