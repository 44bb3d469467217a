//! Labels of a model to ours: how they are written (BIO, BILOU, BIOES, IO), and which they are.
//!
//! In: `id2label` of the model, `models/lexicon/tagger_labels.tsv` and the user's own file of the same form. Out: a
//! [`Folding`], which makes scores of our BIO tags out of the model's.

use super::files::Folder;
use crate::entity::decode::{FORBIDDEN, Tags};
use crate::error::{Error, Result};
use crate::models::{Lexicon, Models};
use crate::schema::Label;
use ndarray::Array2;
use rustc_hash::FxHashMap;
use std::path::Path;

/// Known labels below `models/lexicon`.
const KNOWN: &str = "tagger_labels";
/// Stands for "none of ours".
const NONE: &str = "-";
/// Score of a tag that the model does not have.
const NEVER: f32 = FORBIDDEN;

/// Which words of a span a label stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The first of several or the only one: B, U, S.
    First,
    /// Another: I, L, E, M.
    Other,
    /// Any: the label has no prefix.
    Any,
}

/// A label's part and name; `None` for "outside".
fn split(label: &str) -> Option<(Part, &str)> {
    let part = |letter: &str| match letter {
        "B" | "U" | "S" | "b" | "u" | "s" => Some(Part::First),
        "I" | "L" | "E" | "M" | "i" | "l" | "e" | "m" => Some(Part::Other),
        _ => None,
    };
    if matches!(label, "O" | "o" | "OTHER" | "") {
        return None;
    }
    let before = label.split_once(['-', '_', '.']);
    let after = label.rsplit_once(['-', '_', '.']);
    if let Some((part, name)) = before.and_then(|(l, name)| Some((part(l)?, name))) {
        return Some((part, name)).filter(|(_, name)| *name != "O");
    }
    match after.and_then(|(name, l)| Some((part(l)?, name))) {
        Some((part, name)) => Some((part, name)),
        None => Some((Part::Any, label)),
    }
}

/// What becomes of each label of the model.
pub(super) struct Folding {
    /// Our labels, in the order of `tags`.
    pub labels: Vec<Label>,
    pub tags: Tags,
    /// Of each label of the model, which of `labels` on which words; `None`: outside.
    places: Vec<Option<(usize, Part)>>,
    /// Of each of `labels`, whether the model tells no first word from others.
    seamless: Vec<bool>,
}

impl Folding {
    /// # Errors
    /// Where a label is not known, or none is one of ours.
    pub(super) fn new(
        models: &Models,
        file: Option<&Path>,
        folder: &Folder<'_>,
        own: &[String],
    ) -> Result<Self> {
        let mut known = Known::default();
        known.add(models.lexicon(KNOWN)?)?;
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
            let parsed = Lexicon::parse("labels", &text).and_then(|lexicon| known.add(&lexicon));
            parsed.map_err(|e| e.at(path.display()))?;
        }
        Self::with(&known, own).map_err(|message| folder.malformed("config.json", message))
    }

    fn with(known: &Known, own: &[String]) -> Result<Self, String> {
        let (mut unknown, mut places, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for label in own {
            let found = match known.find(label) {
                Some(found) => found,
                None => {
                    unknown.push(label.as_str());
                    continue;
                }
            };
            places.push(found.map(|(part, label)| {
                let place = labels.iter().position(|known| *known == label);
                let place = place.unwrap_or_else(|| {
                    labels.push(label);
                    labels.len() - 1
                });
                (place, part)
            }));
        }
        if !unknown.is_empty() {
            return Err(format!(
                "unknown labels {}; write a file with a line for each, `{} TAB PER` ({}; {NONE} for none), and give it \
                 with --bert-labels, or add the lines to lexicon/{KNOWN}.tsv of the models",
                unknown.join(" "),
                split(unknown[0]).map_or("O", |(_, name)| name),
                names(),
            ));
        }
        if labels.is_empty() {
            return Err(format!(
                "none of the labels {} is one of ours: {}",
                own.join(" "),
                names()
            ));
        }
        let has = |place: usize, wanted: Part| {
            let mut all = places.iter().flatten();
            all.any(|&(at, part)| at == place && part == wanted)
        };
        Ok(Self {
            seamless: (0..labels.len())
                .map(|place| !has(place, Part::First))
                .collect(),
            tags: Tags::new(labels.iter().map(|label| label.to_string()).collect()),
            labels,
            places,
        })
    }

    /// What may follow what.
    pub(super) fn transitions(&self) -> Array2<f32> {
        let mut transitions = self.tags.transitions();
        for (label, _) in self
            .seamless
            .iter()
            .enumerate()
            .filter(|(_, seamless)| **seamless)
        {
            // two spans side by side look like one
            let begin = self.tags.begin(label);
            for from in [begin, self.tags.inside(label)] {
                transitions[(from, begin)] = FORBIDDEN;
            }
        }
        transitions
    }

    /// Scores of our tags: the logarithm of what the model's labels of each sum up to.
    pub(super) fn fold(&self, scores: &[f32], into: &mut [f32]) {
        into.fill(f32::NEG_INFINITY);
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut add = |tag: usize, score: f32| {
            if let Some(sum) = into.get_mut(tag) {
                *sum = sum.max(0.0) + (score - most).exp();
            }
        };
        for (&score, place) in scores.iter().zip(&self.places) {
            match place {
                None => add(0, score),
                Some((label, part)) => {
                    let any = self.seamless[*label];
                    if any || *part != Part::Other {
                        add(self.tags.begin(*label), score);
                    }
                    if any || *part != Part::First {
                        add(self.tags.inside(*label), score);
                    }
                }
            }
        }
        for sum in into {
            *sum = if *sum > 0.0 {
                sum.ln().max(NEVER)
            } else {
                NEVER
            };
        }
    }
}

fn names() -> String {
    let names: Vec<&str> = Label::ALL.iter().map(|label| label.as_str()).collect();
    names.join(" ")
}

/// Labels of models by name, in upper case, and what they are.
#[derive(Default)]
struct Known(FxHashMap<String, Option<(Part, Label)>>);

impl Known {
    fn add(&mut self, lexicon: &Lexicon) -> Result<()> {
        for entry in &lexicon.entries {
            let value = self.value(&entry.value);
            let value = value.ok_or_else(|| {
                Error::models(format!(
                    "line {}: {:?} is not one of {} or {NONE}",
                    entry.line,
                    entry.value,
                    names()
                ))
            })?;
            self.0.insert(entry.form.to_uppercase(), value);
        }
        Ok(())
    }

    fn value(&self, value: &str) -> Option<Option<(Part, Label)>> {
        if matches!(value, NONE | "O") {
            return Some(None);
        }
        if let Ok(label) = value.parse() {
            return Some(Some((Part::Any, label)));
        }
        let (part, name) = split(value)?;
        Some(Some((part, name.parse().ok()?)))
    }

    /// What a label of a model is; the outer `None` where that is not known.
    fn find(&self, label: &str) -> Option<Option<(Part, Label)>> {
        // a whole tag may be listed too, for models whose labels are mere numbers
        if let Some(found) = self.0.get(&label.to_uppercase()) {
            return Some(*found);
        }
        let Some((part, name)) = split(label) else {
            return Some(None);
        };
        let found = self.0.get(&name.to_uppercase())?;
        Some(found.map(|(_, label)| (part, label)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::decode::viterbi;
    use proptest::prelude::*;

    fn folding(labels: &[&str]) -> Result<Folding, String> {
        let mut known = Known::default();
        let lines = "PERSON\tPER\nPER\tPER\nGPE\tLOC\nLOC\tLOC\nDATE\t-\nLABEL_0\tO\nLABEL_1\tB-ORG\nLABEL_2\tI-ORG\n";
        known.add(&Lexicon::parse("test", lines).unwrap()).unwrap();
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        Folding::with(&known, &labels)
    }

    /// The spans where each word's best label is the given one.
    fn spans(labels: &[&str], words: &[usize]) -> Vec<(std::ops::Range<usize>, String)> {
        let folding = folding(labels).unwrap();
        let mut emissions = Array2::zeros((words.len(), folding.tags.len()));
        for (&word, mut row) in words.iter().zip(emissions.rows_mut()) {
            let scores: Vec<f32> = (0..labels.len())
                .map(|label| if label == word { 5.0 } else { 0.0 })
                .collect();
            folding.fold(&scores, row.as_slice_mut().unwrap());
        }
        let path = viterbi(emissions.view(), &folding.transitions());
        let spans = folding.tags.spans(&path).into_iter();
        spans
            .map(|(range, label)| (range, folding.labels[label].to_string()))
            .collect()
    }

    #[test]
    fn every_scheme_gives_the_same_spans() {
        let wanted = [
            (0..2, "PER".to_owned()),
            (2..3, "PER".to_owned()),
            (4..5, "LOC".to_owned()),
        ];
        let bio = ["O", "B-PER", "I-PER", "B-GPE", "I-GPE"];
        assert_eq!(spans(&bio, &[1, 2, 1, 0, 3]), wanted);
        let bilou = ["O", "B-PER", "I-PER", "L-PER", "U-PER", "U-LOC"];
        assert_eq!(spans(&bilou, &[1, 3, 4, 0, 5]), wanted);
        let bioes = ["B_PERSON", "E_PERSON", "S_PERSON", "O", "S_LOC", "B_LOC"];
        assert_eq!(spans(&bioes, &[0, 1, 2, 3, 4]), wanted);
        let numbers = ["LABEL_0", "LABEL_1", "LABEL_2"];
        assert_eq!(
            spans(&numbers, &[1, 2, 1]),
            [(0..2, "ORG".to_owned()), (2..3, "ORG".to_owned())]
        );
        // without prefixes neighbours of one label are one span
        let io = ["O", "PER", "LOC", "DATE"];
        assert_eq!(
            spans(&io, &[1, 1, 2, 3, 2]),
            [
                (0..2, "PER".to_owned()),
                (2..3, "LOC".to_owned()),
                (4..5, "LOC".to_owned())
            ]
        );
        let inside_only = ["O", "I-PER", "I-LOC"];
        assert_eq!(
            spans(&inside_only, &[1, 1, 0, 2]),
            [(0..2, "PER".to_owned()), (3..4, "LOC".to_owned())]
        );
    }

    #[test]
    fn labels_of_one_kind_join() {
        let labels = ["O", "B-GPE", "I-GPE", "B-LOC", "I-LOC"];
        assert_eq!(spans(&labels, &[1, 4]), [(0..2, "LOC".to_owned())]);
    }

    #[test]
    fn says_which_labels_are_unknown() {
        let error = folding(&["O", "B-PLANET", "B-PER"]).err().unwrap();
        assert!(
            error.contains("B-PLANET")
                && error.contains("`PLANET TAB PER`")
                && error.contains("--bert-labels"),
            "{error}"
        );
        let error = folding(&["O", "B-DATE"]).err().unwrap();
        assert!(error.contains("none of the labels"), "{error}");
        let mut known = Known::default();
        let error = known
            .add(&Lexicon::parse("test", "A\tPER\nB\tXYZ\n").unwrap())
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("line 2") && error.to_string().contains("ROL"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn any_name_is_split_or_outside(label in "[BIOLUESM]?[-_.]?\\PC{0,6}") {
            if let Some((_, name)) = split(&label) {
                prop_assert!(label.contains(name));
            }
        }

        #[test]
        fn folded_scores_are_finite(scores in prop::collection::vec(-1e4f32..1e4, 5)) {
            let folding = folding(&["O", "B-PER", "I-PER", "DATE", "GPE"]).unwrap();
            let mut into = vec![0.0; folding.tags.len()];
            folding.fold(&scores, &mut into);
            prop_assert!(into.iter().all(|score| score.is_finite()));
        }
    }
}
