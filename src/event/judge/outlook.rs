//! Whether it happened: the modality of an event, each alternative with its probability.

use super::bag::{Bag, bucket};
use super::mention::class;
use super::{Court, Draft, Judge, Question, Stage, leaders};
use crate::event::merge::Cluster;
use crate::event::stance::Stance;
use crate::event::when;
use crate::schema::{Modality, Polarity, days};

/// What an event may be besides asserted; each is asked for by itself.
const ASKED: [Modality; 3] = [Modality::Planned, Modality::Alleged, Modality::Possible];

/// How far from a mention words are looked at, in tokens.
const FAR: usize = 25;
const LEFT: usize = 6;

/// Sets the modality of an event, where the judge knows of it.
pub(super) fn outlook(
    court: &Court<'_, '_, '_>,
    judge: &mut Judge<'_>,
    index: usize,
    cluster: &mut Cluster,
) {
    let (polarity, modality) = cluster.stance();
    let mut seen = Features::default();
    look(court, cluster, (polarity, modality), &mut seen);
    let mut best = (0.0, Modality::Asserted);
    for asked in ASKED {
        let bag = seen.bag(judge.bag(), &asked.to_string());
        let question = || Question::Stance(index, asked);
        if let Some(belief) = judge.ask(Stage::Stance, bag, question)
            && belief >= judge.threshold(Stage::Stance)
            && belief > best.0
        {
            best = (belief, asked);
        }
    }
    if judge.knows(Stage::Stance) {
        // too little is negative to learn from
        cluster.outlook = Some((polarity, best.1));
    }
}

/// Features before it is said of which alternative.
#[derive(Default)]
struct Features(Vec<String>);

impl Features {
    fn add(&mut self, parts: &[&str]) {
        self.0.push(parts.join(" "));
    }

    fn bag(&self, mut bag: Bag, asked: &str) -> Bag {
        bag.add(&[asked]);
        for feature in &self.0 {
            bag.add(&[asked, feature]);
        }
        bag
    }
}

fn look(
    court: &Court<'_, '_, '_>,
    cluster: &Cluster,
    (polarity, modality): (Polarity, Modality),
    seen: &mut Features,
) {
    let kind: &str = &court.finder.frames.kinds[cluster.kind].name;
    let family = kind.split('.').next().unwrap_or_default();
    let ruled = modality.to_string();
    let said = polarity.to_string();
    seen.add(&["ruled", &ruled]);
    seen.add(&["said", &said]);
    seen.add(&["kind", kind]);
    seen.add(&["kind", kind, "ruled", &ruled]);
    seen.add(&["family", family, "ruled", &ruled]);
    for &other in Modality::ALL {
        let drafts = cluster.drafts.iter();
        let count = drafts.filter(|d| d.modality == Some(other)).count();
        if count > 0 {
            let name = other.to_string();
            seen.add(&["mentions", &name, bucket(count.min(3))]);
            seen.add(&["share", &name, bucket(4 * count / cluster.drafts.len())]);
        }
    }
    let ahead = ahead(court, cluster);
    seen.add(&["time", ahead]);
    seen.add(&["time", ahead, "ruled", &ruled]);
    seen.add(&["family", family, "time", ahead]);
    let leaders = leaders(cluster);
    let surest = leaders.iter().copied().max_by(|&a, &b| {
        let belief = |i: usize| cluster.drafts[i].belief;
        belief(a).total_cmp(&belief(b)).then(b.cmp(&a))
    });
    for number in leaders {
        let rank = if Some(number) == surest {
            "surest"
        } else {
            "more"
        };
        around(court, &cluster.drafts[number], rank, kind, seen);
    }
}

/// Whether the event's time lies before or after the day of the article.
fn ahead(court: &Court<'_, '_, '_>, cluster: &Cluster) -> &'static str {
    let layers = court.scene.layers;
    let Some(when) = court.finder.time(layers, &cluster.moment) else {
        return "none";
    };
    let edge = |edge: &Option<String>| edge.as_deref().and_then(days::days);
    let (Some(published), Some((first, _))) = (layers.published, edge(&when.from)) else {
        return "vague";
    };
    let last = edge(&when.to).map_or(first, |(_, last)| last);
    if first > published {
        "ahead"
    } else if last >= published {
        "now"
    } else {
        "past"
    }
}

fn around(court: &Court<'_, '_, '_>, draft: &Draft, rank: &str, kind: &str, seen: &mut Features) {
    let (scene, frames) = (court.scene, &court.finder.frames);
    let tokens = scene.layers.tokens;
    let rule: &str = &frames.triggers[draft.rule].id;
    let voice = draft.voice.as_str();
    let (start, end) = (draft.tokens.start, draft.tokens.end);
    let own = tokens.sentence(tokens.sentence_of(start));
    if rank == "surest" {
        seen.add(&["rule", rule, voice]);
        seen.add(&["voice", voice]);
        seen.add(&["word", tokens.stem(start)]);
        let sentence = court.sentence(start);
        seen.add(&["sentence", bucket(sentence)]);
        let speech = own.clone().take(80);
        let speech = speech.filter(|&at| class(court, at) == "speech").count();
        seen.add(&["speech", bucket(speech.min(2))]);
        if scene.quoted[start] {
            seen.add(&["quoted"]);
            seen.add(&["quoted", kind]);
        }
        for at in own.start.max(start.saturating_sub(LEFT))..start {
            seen.add(&["left", tokens.lower(at)]);
        }
        if start > own.start {
            seen.add(&["prev", tokens.lower(start - 1)]);
            seen.add(&["prev class", class(court, start - 1), voice]);
        }
        if end < own.end {
            seen.add(&["next", tokens.lower(end)]);
        }
        let barred = when::dated;
        if draft.moment.at.is_some_and(|time| barred(scene, time)) {
            seen.add(&["dated here"]);
        }
    }
    let said = draft.modality.map(|m| m.to_string());
    let said = said.as_deref().unwrap_or("nothing");
    seen.add(&[rank, "modality", said, voice]);
    let (from, to) = (
        own.start.max(start.saturating_sub(FAR)),
        own.end.min(end + FAR),
    );
    for at in (from..start).chain(end..to) {
        let Some(stance) = court.stances[at] else {
            continue;
        };
        let value = match stance {
            Stance::Negative => "negative".to_owned(),
            Stance::Modal(modality) => modality.to_string(),
        };
        let (side, between) = if at < start {
            ("left", at + 1..start)
        } else {
            ("right", end..at)
        };
        let gap = between.len();
        let verbs = between.clone().filter(|&j| {
            court.verbs[j] || matches!(class(court, j), "verb" | "passive" | "speech")
        });
        let edges = between.filter(|&j| {
            matches!(
                class(court, j),
                "comma" | "relative" | "subordinate" | "stop" | "quote"
            )
        });
        let way = match (verbs.count(), edges.count()) {
            (0, 0) if gap <= 2 => "next to",
            (0, 0) => "with",
            (0, _) => "over an edge",
            (1, 0) => "over a verb",
            _ => "far",
        };
        let word = tokens.lower(at);
        seen.add(&[rank, "mark", &value, side, way]);
        seen.add(&["mark", word, side, way]);
        seen.add(&["mark", word, side]);
        seen.add(&["mark", &value, voice, side, way]);
    }
}
