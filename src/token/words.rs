//! How frequent a word is, from `lexicon/words.tsv`.

use super::morphology::CLITICS;
use super::tokens::Key;
use crate::error::{Error, Result};
use crate::models::Models;
use rustc_hash::FxHashMap;

/// Count of about 1,000 in the corpus behind `words.tsv`.
pub(super) const FREQUENT: u8 = 40;

/// Frequencies of lower-case forms, as `round(4 log2 count)`.
pub(crate) struct Words(FxHashMap<Key, u8>);

impl Words {
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let lexicon = models.lexicon("words")?;
        let mut words = FxHashMap::default();
        words.reserve(lexicon.entries.len());
        for entry in &lexicon.entries {
            let value: u8 = entry.value.parse().map_err(|_| {
                Error::models(format!(
                    "models/lexicon/words.tsv: line {}: the value must be 0 to 255, found {:?}",
                    entry.line, entry.value
                ))
            })?;
            words.insert(Key::of(&entry.form), value);
        }
        Ok(Self(words))
    }

    /// `round(4 log2 count)` of a word in normal form; 0 for an unknown one.
    pub(crate) fn frequency(&self, key: Key) -> u8 {
        self.0.get(&key).copied().unwrap_or(0)
    }

    /// `lower` without a clitic: -nya, -lah, -kah or -pun come off where what is left is a known word
    /// and the whole is not a more usual one.
    pub(super) fn stem<'a>(&self, lower: &'a str) -> &'a str {
        for clitic in CLITICS {
            if let Some(rest) = lower.strip_suffix(clitic)
                && rest.len() >= 3
            {
                let whole = self.frequency(Key::of(lower));
                let stem = self.frequency(Key::of(rest));
                // a factor of four in count is eight steps
                let margin = if clitic == "nya" { 0 } else { 8 };
                if stem > 0 && (whole == 0 || stem >= whole.saturating_add(margin)) {
                    return rest;
                }
            }
        }
        lower
    }
}
