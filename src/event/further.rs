//! Lists after one trigger: each further post, each further course of study is an event of its own.

use super::scene::Scene;
use super::words::Class;
use super::{Draft, EventFinder, Filled, Filler, argument, when};

impl EventFinder {
    /// The other posts of a list: `menjabat A pada 2011, B pada 2014, dan C pada 2016`.
    pub(super) fn further(
        &self,
        scene: &Scene<'_, '_>,
        draft: &Draft,
        verbs: &[bool],
    ) -> Vec<Draft> {
        let Some(role) = self.frames.triggers[draft.rule]
            .further
            .filter(|_| draft.strong)
        else {
            return Vec::new();
        };
        let kind = &self.frames.kinds[draft.kind];
        let spec = &self.frames.frames[self.frames.triggers[draft.rule].frame];
        let tokens = scene.layers.tokens;
        let sentence = tokens.sentence(tokens.sentence_of(draft.tokens.start));
        let end = (draft.tokens.end..sentence.end)
            .find(|&at| {
                verbs[at] || matches!(scene.classes[at], Class::Verb | Class::Stop | Class::Quote)
            })
            .unwrap_or(sentence.end);
        let mut found = Vec::new();
        for number in scene.groups_in(&(draft.tokens.end..end)) {
            let group = &scene.groups[number];
            let mut atoms = group.heads.iter().chain(&group.modifiers);
            let fits = |atom: &usize| kind.roles[role].accepts(scene.atoms[*atom].label);
            // the rank before a name is no post of the list
            let person = scene.atoms[group.heads[0]].label == "PER";
            let Some(atom) = atoms
                .find(|atom| !person && fits(atom))
                .map(|&a| &scene.atoms[a])
            else {
                continue;
            };
            // the words of the phrase before its name: `Program Pascasarjana Universitas …`
            let mut begin = group.start;
            while begin > draft.tokens.end
                && group.start - begin < 5
                && matches!(scene.classes[begin - 1], Class::Noun | Class::Name)
                && scene.group_at(begin - 1).is_none()
            {
                begin -= 1;
            }
            let listed = begin.checked_sub(1).is_some_and(|b| {
                matches!(scene.classes[b], Class::Comma | Class::Conjunction)
                    || tokens.lower(b) == "sebagai"
            });
            let known = draft
                .filled
                .iter()
                .any(|f| f.filler == Filler::Thing(atom.thing));
            let blocked = group.blocked && begin == group.start;
            if known || !listed || blocked {
                continue;
            }
            let mut filled: Vec<Filled> = draft
                .filled
                .iter()
                .filter(|f| Some(f.role) == kind.topic)
                .cloned()
                .collect();
            let thing = Filler::Thing(atom.thing);
            filled.push(Filled::new(role, thing, "further"));
            // `Program Pascasarjana` before the university is the degree
            if begin < atom.tokens.start
                && let Some(&words) = spec.words.first()
            {
                let phrase = Filler::Phrase(begin..atom.tokens.start);
                filled.push(Filled::new(words, phrase, "further"));
            }
            argument::relate(scene, kind, &mut filled);
            let begin = begin.min(atom.tokens.start);
            let trigger = begin..begin + 1;
            let moment = when::moment(scene, verbs, &(atom.tokens.start..group.tokens.end), false);
            found.push(Draft {
                tokens: trigger,
                filled,
                moment,
                place: None,
                ..draft.clone()
            });
        }
        found
    }
}
