//! The person that the text is about, sentence by sentence.

use super::scene::{Governor, Scene};
use super::words::Class;
use rustc_hash::{FxHashMap, FxHashSet};

/// For each sentence the person whom a missing subject means.
pub(super) struct Topics(Vec<Option<usize>>);

impl Topics {
    pub(super) fn new(scene: &Scene<'_, '_>) -> Self {
        let speakers = speakers(scene);
        let tokens = scene.layers.tokens;
        let mut topics = Vec::new();
        let mut current = None;
        let mut age = 0;
        for sentence in tokens.sentences() {
            let mut own = None;
            let mut spoken = None;
            for number in scene.groups_in(&sentence) {
                let group = &scene.groups[number];
                let atom = &scene.atoms[group.heads[0]];
                let person = match atom.thing {
                    super::scene::Thing::Entity(entity) if atom.label == "PER" => Some(entity),
                    _ => scene.holder(atom),
                };
                let Some(person) = person else { continue };
                if group.blocked || group.governor != Governor::None {
                    continue;
                }
                let before = group.start.checked_sub(1).filter(|&b| b >= sentence.start);
                let after = scene.classes.get(group.tokens.end);
                let speaks = before.is_some_and(|b| scene.classes[b] == Class::Speech)
                    || after == Some(&Class::Speech);
                if speaks || speakers.contains(&person) {
                    spoken = spoken.or(Some(person));
                } else {
                    own = Some(person);
                    break;
                }
            }
            // who speaks is what the text is about only where nobody else is
            if let Some(person) = own.or(if current.is_none() { spoken } else { None }) {
                current = Some(person);
                age = 0;
            } else {
                age += 1;
            }
            if age > 6 {
                current = None;
            }
            topics.push(current);
        }
        Self(topics)
    }

    /// The topic at a sentence.
    pub(super) fn at(&self, sentence: usize) -> Option<usize> {
        self.0.get(sentence).copied().flatten()
    }
}

/// Persons who mostly speak, where the article names others too: officials, witnesses, lawyers.
fn speakers(scene: &Scene<'_, '_>) -> FxHashSet<usize> {
    let mut mentions: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
    for group in &scene.groups {
        let atom = &scene.atoms[group.heads[0]];
        let person = match atom.thing {
            super::scene::Thing::Entity(entity) if atom.label == "PER" => Some(entity),
            _ => scene.holder(atom),
        };
        let Some(person) = person else { continue };
        let before = group.start.checked_sub(1).map(|b| scene.classes[b]);
        let after = scene.classes.get(group.tokens.end).copied();
        let speaks = [before, after].contains(&Some(Class::Speech));
        let entry = mentions.entry(person).or_default();
        entry.0 += usize::from(speaks);
        entry.1 += 1;
    }
    let speaks = |(said, all): &(usize, usize)| *said > 0 && 2 * said >= *all && all - said < 3;
    let others = mentions.values().any(|counts| !speaks(counts));
    let found = mentions
        .iter()
        .filter(|(_, counts)| others && speaks(counts));
    found.map(|(&person, _)| person).collect()
}
