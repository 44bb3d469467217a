//! The person that the text is about, sentence by sentence.

use super::scene::{Governor, Scene};
use super::words::Class;

/// For each sentence the person whom a missing subject means.
pub(super) struct Topics(Vec<Option<usize>>);

impl Topics {
    pub(super) fn new(scene: &Scene<'_, '_>) -> Self {
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
                if speaks {
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
