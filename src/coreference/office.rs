//! Offices: one referent for each holder of a title.

use super::name::Name;
use crate::token::Key;
use rustc_hash::FxHashMap;

/// A mention of an office.
pub(super) struct Office {
    /// Number of the mention.
    pub mention: usize,
    /// Its title, spelled out.
    pub name: Name,
    /// Group of the person who is said to hold it right there.
    pub holder: Option<usize>,
    /// Group of the organisation that is named in it or right after it.
    pub body: Option<usize>,
    /// Whether the organisation is part of the title.
    pub named: bool,
}

/// Group of each office, in the order given: any number, equal for one referent.
///
/// Offices of one holder are one where a title is the same or goes on with the other's words; one
/// without a holder is that of the nearest mention before it with the same title, or after it.
pub(super) fn group(offices: &[Office]) -> Vec<usize> {
    let titles: Vec<Vec<Key>> = offices
        .iter()
        .map(|o| {
            o.name.words[..o.name.core.end]
                .iter()
                .map(|w| w.key)
                .collect()
        })
        .collect();
    let mut groups: Vec<Option<usize>> = vec![None; offices.len()];
    // titles of each holder, with their group
    let mut held: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (index, office) in offices.iter().enumerate() {
        let Some(holder) = office.holder else {
            continue;
        };
        let mine = held.entry(holder).or_default();
        let known = mine.iter().rev().take(24).find(|&&other| {
            let (a, b) = (&titles[other], &titles[index]);
            let bodies = (offices[other].body, office.body);
            let apart = matches!(bodies, (Some(a), Some(b)) if a != b);
            let long = if a.len() > b.len() { other } else { index };
            // `Kepala` of a body is not its `Kepala Biro`
            let goes_on = (a.starts_with(b) || b.starts_with(a))
                && (a.len().min(b.len()) > 1
                    || offices[long].body.is_some()
                    || bodies == (None, None));
            !apart && (a == b || goes_on || short_forms(&offices[other].name, &office.name))
        });
        groups[index] = Some(match known {
            Some(&other) => groups[other].unwrap_or(other),
            None => index,
        });
        mine.push(index);
    }
    // the last mention of a title so far, by title alone; first backwards, then forwards
    let compatible = |a: usize, b: usize| {
        let bodies = (offices[a].body, offices[b].body);
        match bodies {
            (Some(a), Some(b)) => a == b,
            (None, None) => true,
            // `Direktur di PT Maju` after a `Direktur` of nobody knows whom
            (None, Some(_)) if titles[b].len() == 1 => false,
            // `Ketua MK` and a lone `Ketua` may be two
            _ => !(offices[a].named || offices[b].named) || titles[a].len() > 1,
        }
    };
    let mut last: FxHashMap<&[Key], usize> = FxHashMap::default();
    let mut next: FxHashMap<&[Key], Vec<usize>> = FxHashMap::default();
    for index in (0..offices.len()).rev() {
        if groups[index].is_some() {
            next.entry(&titles[index]).or_default().push(index);
        }
    }
    let mut longer: FxHashMap<&[Key], Vec<usize>> = FxHashMap::default();
    for (title, group) in titles.iter().zip(&groups) {
        let Some(group) = *group else { continue };
        for end in 1..title.len().min(4) {
            let known = longer.entry(&title[..end]).or_default();
            if known.len() < 2 && !known.contains(&group) {
                known.push(group);
            }
        }
    }
    for index in 0..offices.len() {
        let title = titles[index].as_slice();
        if groups[index].is_some() {
            if let Some(ahead) = next.get_mut(title) {
                ahead.pop();
            }
        } else {
            let before = last.get(title).copied().filter(|&o| compatible(o, index));
            let after = || {
                let ahead = next.get(title).and_then(|ahead| ahead.last().copied());
                ahead.filter(|&o| compatible(o, index))
            };
            // `Gubernur` alone is the one governor of the article
            let only = || match longer.get(title) {
                Some(groups) if groups.len() == 1 => groups.first().copied(),
                _ => None,
            };
            let short = || {
                let near = offices[..index].iter().enumerate().rev().take(24);
                let mut near = near.filter(|&(o, _)| groups[o].is_some());
                near.find(|(_, o)| short_forms(&o.name, &offices[index].name))
                    .map(|(o, _)| o)
            };
            let other = before.or_else(after).or_else(only).or_else(short);
            groups[index] = Some(other.and_then(|o| groups[o]).unwrap_or(index));
        }
        last.insert(title, index);
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(i, g)| g.unwrap_or(i))
        .collect()
}

/// Whether a title ends in the initials of the other's end: `dirjen IKP`.
fn short_forms(a: &Name, b: &Name) -> bool {
    let (long, short) = if a.words.len() >= b.words.len() {
        (a, b)
    } else {
        (b, a)
    };
    let common = long
        .words
        .iter()
        .zip(&short.words)
        .take_while(|(a, b)| a.key == b.key)
        .count();
    let rest = &short.words[common..];
    common > 0 && rest.len() == 1 && {
        let tail = Name {
            words: long.words[common..].to_vec(),
            ..Name::default()
        };
        tail.first_letters() == *rest[0].text && rest[0].text.len() >= 2
    }
}
