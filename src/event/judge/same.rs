//! Which mentions name one event: each mention beside the events of its type before it.

use super::bag::{Bag, bucket};
use super::mention::class;
use super::{Court, Draft, Judge, Question, Stage};
use crate::event::Filler;
use crate::event::merge::{Cluster, MOST, affinity, differ, same};
use crate::event::scene::Thing;

/// Groups judged mentions into events; a weak one only repeats another.
pub(in crate::event) fn merge(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    drafts: Vec<Draft>,
) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let (strong, weak): (Vec<_>, Vec<_>) = drafts.into_iter().partition(|draft| draft.strong);
    for draft in strong {
        let kind = &court.finder.frames.kinds[draft.kind];
        let from = clusters.len().saturating_sub(MOST);
        let mut best: Option<(f32, usize)> = None;
        for (index, cluster) in clusters.iter().enumerate().skip(from).rev() {
            if cluster.kind == draft.kind {
                let belief = ask(court, judge, cluster, &draft);
                if best.is_none_or(|(most, _)| belief > most) {
                    best = Some((belief, index));
                }
            }
        }
        match best.filter(|(belief, _)| *belief >= judge.threshold(Stage::Same)) {
            Some((_, index)) => clusters[index].add(court.scene, draft),
            None => clusters.push(Cluster::new(draft, kind)),
        }
    }
    for draft in weak.into_iter().filter(|draft| draft.follows) {
        let at = draft.tokens.start;
        let middle = clusters.partition_point(|c| c.drafts[0].tokens.start <= at);
        let window = middle.saturating_sub(MOST)..clusters.len().min(middle + MOST);
        let mut best: Option<(f32, usize)> = None;
        // what was named before is meant rather than what comes later
        for index in window {
            if clusters[index].kind == draft.kind {
                let belief = ask(court, judge, &clusters[index], &draft);
                if best.is_none_or(|(most, _)| belief > most || (belief == most && index < middle))
                {
                    best = Some((belief, index));
                }
            }
        }
        let best = best.filter(|(belief, _)| *belief >= judge.threshold(Stage::Same));
        if let Some((_, index)) = best {
            clusters[index].add(court.scene, draft);
        }
    }
    clusters.sort_by_key(|cluster| cluster.drafts.first().map_or(0, |d| d.tokens.start));
    clusters
}

/// How probable it is that the mention names the event of the cluster.
fn ask(court: &Court<'_, '_, '_>, judge: &mut Judge<'_>, cluster: &Cluster, draft: &Draft) -> f32 {
    let kind = &court.finder.frames.kinds[cluster.kind];
    let fit = affinity(kind, court.scene, cluster, draft);
    let bag = features(court, judge.bag(), cluster, draft, fit);
    let question = || {
        let spans = cluster.drafts.iter().map(|d| court.span(&d.tokens));
        Question::Same(
            kind.name.clone(),
            spans.collect(),
            court.span(&draft.tokens),
        )
    };
    let ruled = match fit {
        None => 0.1,
        Some(1) => 0.6,
        Some(_) => 0.9,
    };
    judge.ask(Stage::Same, bag, question).unwrap_or(ruled)
}

fn features(
    court: &Court<'_, '_, '_>,
    mut bag: Bag,
    cluster: &Cluster,
    draft: &Draft,
    fit: Option<u8>,
) -> Bag {
    let (scene, frames) = (court.scene, &court.finder.frames);
    let tokens = scene.layers.tokens;
    let kind = &frames.kinds[cluster.kind];
    let name: &str = &kind.name;
    let fit = match fit {
        None => "against",
        Some(1) => "open",
        Some(_) => "for",
    };
    bag.add(&["kind", name]);
    bag.add(&[fit]);
    bag.add(&["kind", name, fit]);
    let strength = if draft.strong { "strong" } else { "weak" };
    bag.add(&[strength]);
    bag.add(&[strength, fit]);
    let at = draft.tokens.start;
    let own = court.sentence(at);
    let near = cluster
        .drafts
        .iter()
        .min_by_key(|d| d.tokens.start.abs_diff(at));
    let Some(near) = near else { return bag };
    let apart = court.sentence(near.tokens.start).abs_diff(own);
    let apart = bucket(apart);
    bag.add(&["sentences apart", apart]);
    bag.add(&["sentences apart", apart, fit]);
    bag.add(&["kind", name, "sentences apart", apart]);
    bag.add(&["tokens apart", bucket(near.tokens.start.abs_diff(at))]);
    let lead = cluster.drafts[0].tokens.start;
    if court.sentence(lead) == 0 {
        bag.add(&["lead", fit]);
    }
    bag.add(&["sentence", bucket(own)]);
    bag.add(&["size", bucket(cluster.drafts.len())]);
    words(court, &mut bag, cluster, near, draft);
    roles(court, &mut bag, cluster, draft);
    times(court, &mut bag, cluster, draft);
    // `gempa itu`, `penangkapan tersebut`
    let end = draft.tokens.end;
    let pointed = (end..(end + 3).min(tokens.len()))
        .any(|at| matches!(tokens.lower(at), "itu" | "ini" | "tersebut"));
    if pointed {
        bag.add(&["pointed"]);
        bag.add(&["pointed", draft.voice.as_str()]);
    }
    let real = if draft.real() == cluster.drafts[0].real() {
        "as real"
    } else {
        "otherwise real"
    };
    bag.add(&[real]);
    bag.add(&["kind", name, real]);
    bag
}

/// The words of both, and what stands between them in one sentence.
fn words(court: &Court<'_, '_, '_>, bag: &mut Bag, cluster: &Cluster, near: &Draft, draft: &Draft) {
    let (tokens, frames) = (court.scene.layers.tokens, &court.finder.frames);
    let name: &str = &frames.kinds[cluster.kind].name;
    let stem = |d: &Draft| tokens.stem(d.tokens.start).to_owned();
    let own = stem(draft);
    let again = if cluster.drafts.iter().any(|d| stem(d) == own) {
        "same word"
    } else {
        "other word"
    };
    bag.add(&[again]);
    bag.add(&["kind", name, again]);
    let ruled = if cluster.drafts.iter().any(|d| d.rule == draft.rule) {
        "same rule"
    } else {
        "other rule"
    };
    bag.add(&[ruled, again]);
    let voices = (near.voice.as_str(), draft.voice.as_str());
    bag.add(&["voices", voices.0, voices.1]);
    bag.add(&["voices", voices.0, voices.1, again]);
    let other = stem(near);
    let (a, b) = if own <= other {
        (&own, &other)
    } else {
        (&other, &own)
    };
    bag.add(&["words", a, b]);
    let sentence = court.sentence(draft.tokens.start);
    if court.sentence(near.tokens.start) == sentence {
        let from = near.tokens.end.min(draft.tokens.end);
        let to = near.tokens.start.max(draft.tokens.start);
        for at in from..to.min(from + 30) {
            let class = class(court, at);
            if EDGES.contains(&class) {
                bag.add(&["between", class]);
            }
        }
    }
}

/// What parts two mentions in one sentence.
const EDGES: [&str; 5] = ["conjunction", "subordinate", "comma", "stop", "relative"];

/// Whether roles agree.
fn roles(court: &Court<'_, '_, '_>, bag: &mut Bag, cluster: &Cluster, draft: &Draft) {
    let scene = court.scene;
    let kind = &court.finder.frames.kinds[cluster.kind];
    let name: &str = &kind.name;
    let (mut shared, mut against) = (0usize, 0usize);
    for (number, role) in kind.roles.iter().enumerate() {
        let of = |filled: &[crate::event::Filled]| -> Vec<Filler> {
            let own = filled.iter().filter(|f| f.role == number).take(8);
            own.map(|f| f.filler.clone()).collect()
        };
        let (a, b) = (of(&cluster.filled), of(&draft.filled));
        let state = match (a.is_empty(), b.is_empty()) {
            (true, true) => continue,
            (true, false) => "only new",
            (false, true) => "only known",
            _ if a.iter().any(|x| b.iter().any(|y| same(scene, x, y))) => {
                shared += 1;
                "shared"
            }
            _ => {
                against += 1;
                "against"
            }
        };
        let counted = |list: &[Filler]| {
            list.iter()
                .all(|f| matches!(f, Filler::Thing(Thing::Quantity(_))))
        };
        let key = if kind.keys.contains(&number) {
            "key"
        } else {
            "role"
        };
        let role: &str = &role.name;
        bag.add(&[key, state]);
        bag.add(&[role, state]);
        bag.add(&["kind", name, role, state]);
        if state == "against" && counted(&a) != counted(&b) {
            bag.add(&[role, "counted and named"]);
        }
    }
    // one who has another role in the other mention
    let crossed = draft.filled.iter().any(|f| {
        let mut known = cluster.filled.iter();
        known.any(|g| g.filler == f.filler && g.role != f.role)
    });
    if crossed {
        bag.add(&["crossed"]);
        bag.add(&["kind", name, "crossed"]);
    }
    bag.add(&["shared", bucket(shared), "against", bucket(against)]);
    if draft.filled.is_empty() {
        bag.add(&["bare", draft.voice.as_str()]);
    }
}

/// Whether times and places agree.
fn times(court: &Court<'_, '_, '_>, bag: &mut Bag, cluster: &Cluster, draft: &Draft) {
    let name: &str = &court.finder.frames.kinds[cluster.kind].name;
    let time = |moment: &crate::event::when::Moment| moment.at.or(moment.begin).or(moment.end);
    let state = match (time(&cluster.moment), time(&draft.moment)) {
        (None, None) => "no time",
        (Some(a), Some(b)) if a == b => "same time",
        (Some(a), Some(b)) if differ(court.scene, a, b) => "times differ",
        (Some(_), Some(_)) => "times alike",
        (None, _) => "time new",
        (_, None) => "time known",
    };
    bag.add(&[state]);
    bag.add(&["kind", name, state]);
    if state == "times differ" {
        let cost = cluster.moment.cost.max(draft.moment.cost);
        bag.add(&[state, bucket(cost)]);
    }
    let state = match (&cluster.place, &draft.place) {
        (Some((a, _)), Some((b, _))) if same(court.scene, a, b) => "same place",
        (Some(_), Some(_)) => "places differ",
        (None, None) => "no place",
        _ => "one place",
    };
    bag.add(&[state]);
}
