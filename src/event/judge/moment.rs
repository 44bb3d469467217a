//! When: the times near an event's mentions, each with its probability.

use super::bag::{Bag, bucket};
use super::mention::class;
use super::{Court, Draft, Judge, Question, Stage, leaders};
use crate::event::merge::Cluster;
use crate::event::scene::Thing;
use crate::event::when;
use crate::schema::TimeType;
use std::ops::Range;

/// Where a candidate stands: the nearest mention, its tokens, the cost between.
type Near = (usize, Range<usize>, usize);

fn nearer(near: &mut Option<Near>, new: Near) {
    if near.as_ref().is_none_or(|(.., least)| new.2 < *least) {
        *near = Some(new);
    }
}

/// Sets the most probable time of an event.
pub(super) fn times(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    index: usize,
    cluster: &mut Cluster,
) {
    let scene = court.scene;
    let layers = scene.layers;
    let mut found: Vec<(usize, Option<Near>)> = Vec::new();
    let known = [cluster.moment.at, cluster.moment.begin, cluster.moment.end];
    let known: Vec<usize> = known.into_iter().flatten().collect();
    for time in known.iter().copied().chain(court.opening) {
        if !found.iter().any(|(t, _)| *t == time) {
            found.push((time, None));
        }
    }
    for &number in &leaders(cluster) {
        let draft = &cluster.drafts[number];
        for group in scene.groups_in(&court.window(draft)) {
            let atom = &scene.atoms[scene.groups[group].heads[0]];
            let Thing::Time(time) = atom.thing else {
                continue;
            };
            if matches!(layers.times[time].kind, TimeType::Duration | TimeType::Set) {
                continue;
            }
            let cost = when::cost(scene, &court.verbs, &draft.tokens, &atom.tokens, false);
            let new = (number, atom.tokens.clone(), cost);
            match found.iter_mut().find(|(t, _)| *t == time) {
                Some((_, near)) => nearer(near, new),
                None => found.push((time, Some(new))),
            }
        }
    }
    let least = |near: &Option<Near>| near.as_ref().map_or(usize::MAX, |(.., cost)| *cost);
    found.sort_by_key(|(time, near)| (least(near), *time));
    let mut best: Option<(f32, when::Moment)> = None;
    let count = found.len();
    for (rank, (time, near)) in found.iter().enumerate() {
        let bag = time_bag(court, judge.bag(), cluster, *time, near, (rank, count));
        let moment = when::placed(scene, *time, near.as_ref().map_or(0, |(.., c)| *c));
        let question = || {
            let when = court.finder.time(layers, &moment).unwrap_or_default();
            Question::Time(index, when)
        };
        if let Some(belief) = judge.ask(Stage::Time, bag, question)
            && best.as_ref().is_none_or(|(most, _)| belief > *most)
        {
            best = Some((belief, moment));
        }
    }
    if judge.knows(Stage::Time) {
        let chosen = best.filter(|(belief, _)| *belief >= judge.threshold(Stage::Time));
        // a stated interval keeps both its ends
        let both = cluster.moment.begin.is_some() && cluster.moment.end.is_some();
        if !(both && chosen.is_some()) {
            cluster.moment = chosen.map(|(_, moment)| moment).unwrap_or_default();
        }
    }
}

fn time_bag(
    court: &Court<'_, '_, '_>,
    mut bag: Bag,
    cluster: &Cluster,
    time: usize,
    near: &Option<Near>,
    (rank, count): (usize, usize),
) -> Bag {
    let scene = court.scene;
    let kind: &str = &court.finder.frames.kinds[cluster.kind].name;
    let family = kind.split('.').next().unwrap_or_default();
    let moment = &cluster.moment;
    let ruled = [moment.at, moment.begin, moment.end].contains(&Some(time));
    let standing = if ruled { "ruled" } else { "other" };
    bag.add(&[standing]);
    bag.add(&["kind", kind]);
    bag.add(&["kind", kind, standing]);
    if moment.is_empty() {
        bag.add(&["none ruled"]);
    }
    if court.opening == Some(time) {
        bag.add(&["opening", standing]);
        bag.add(&["kind", kind, "opening"]);
    }
    bag.add(&["rank", bucket(rank), standing]);
    bag.add(&["choices", bucket(count)]);
    let value = scene.layers.times[time].value.as_str();
    let grain = if !when::dated(scene, time) {
        "vague"
    } else {
        match value.len() {
            0..=4 => "year",
            5..=8 => "month",
            9..=10 => "day",
            _ => "hour",
        }
    };
    bag.add(&["grain", grain]);
    bag.add(&["grain", grain, standing]);
    bag.add(&["family", family, "grain", grain]);
    let own = cluster.drafts.iter().any(|d| {
        let here = [d.moment.at, d.moment.begin, d.moment.end];
        here.contains(&Some(time))
    });
    if own {
        bag.add(&["of a mention"]);
    }
    let words = &scene.layers.times[time].text.to_lowercase();
    let first = words.split_whitespace().next().unwrap_or_default();
    bag.add(&["opens", first]);
    match near {
        None => bag.add(&["far", standing]),
        Some((number, range, cost)) => {
            let draft = &cluster.drafts[*number];
            around(court, &mut bag, draft, range, *cost, standing);
            let before = range.start.checked_sub(1);
            let word = before.map_or("", |at| scene.layers.tokens.lower(at));
            bag.add(&["after", word]);
        }
    }
    bag
}

/// Where it stands against the mention.
fn around(
    court: &Court<'_, '_, '_>,
    bag: &mut Bag,
    draft: &Draft,
    range: &Range<usize>,
    cost: usize,
    standing: &str,
) {
    let scene = court.scene;
    let side = court.place(draft, range.start);
    bag.add(&["side", side, standing]);
    bag.add(&["side", side, draft.voice.as_str()]);
    bag.add(&["cost", bucket(cost), standing]);
    bag.add(&["cost", side, bucket(cost)]);
    let between = if range.start >= draft.tokens.end {
        draft.tokens.end..range.start
    } else {
        range.end.min(draft.tokens.start)..draft.tokens.start
    };
    bag.add(&["distance", side, bucket(between.len())]);
    let verbs = between
        .clone()
        .take(60)
        .filter(|&at| court.verbs[at] || matches!(class(court, at), "verb" | "passive"));
    bag.add(&["verbs", bucket(verbs.count().min(3)), side]);
    let speech = between.take(60).any(|at| class(court, at) == "speech");
    if speech {
        bag.add(&["speech between", side]);
    }
    let sentence = court.sentence(range.start);
    let own = scene.layers.tokens.sentence(sentence);
    let told = own
        .clone()
        .take(80)
        .any(|at| class(court, at) == "speech" && at.abs_diff(range.start) < 12);
    if told {
        bag.add(&["speech near", standing]);
    }
    if scene.quoted[draft.tokens.start] != scene.quoted[range.start] {
        bag.add(&["quote edge"]);
    }
    if draft.polarity != crate::schema::Polarity::Positive {
        bag.add(&["negative"]);
    }
    if let Some(modality) = draft.modality {
        bag.add(&["modality", &modality.to_string(), side]);
    }
    bag.add(&["mention", if draft.strong { "strong" } else { "weak" }]);
    bag.add(&["sentence", bucket(sentence)]);
}
