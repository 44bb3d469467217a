//! What the judge is asked in small texts.

use super::{Judge, Question, Weights};
use crate::event::EventFinder;
use crate::models::Models;
use crate::pattern::Given;
use crate::pipeline::Layers;
use crate::relation::Relations;
use crate::schema::Filler;
use crate::token::Tokenizer;

/// The questions that a judge without any weights hears.
fn questions(text: &str) -> Vec<Question> {
    let models = Models::bundled().unwrap();
    let given = Given::parse(text).unwrap();
    let tokenizer = Tokenizer::new(&models).unwrap();
    let tokens = tokenizer.tokenize(&given.text);
    let layers = Layers::given(&tokens, &given);
    let weights = Weights::default();
    let mut judge = Judge::recording(&weights);
    let finder = EventFinder::new(&models).unwrap();
    finder.judged(&layers, &Relations::default(), &[], &mut judge);
    judge
        .cases()
        .into_iter()
        .map(|case| case.question)
        .collect()
}

#[test]
fn a_mention_is_held_against_the_events_of_its_type_before_it() {
    let text = "[[Budi Karya|PER]] ditangkap [[KPK|ORG]] di [[Medan|LOC]]. Penangkapan itu mengejutkan warga. \
                [[Sari Dewi|PER]] ditangkap [[KPK|ORG]] di [[Bogor|LOC]].";
    let same = questions(text).into_iter().filter_map(|q| match q {
        Question::Same(kind, others, _) => Some((kind.to_string(), others.len())),
        _ => None,
    });
    let same: Vec<_> = same.collect();
    assert!(same.len() >= 2, "{same:?}");
    assert!(
        same.iter()
            .all(|(kind, others)| kind == "justice.arrest" && *others >= 1)
    );
}

#[test]
fn noun_phrases_around_a_mention_are_asked_for() {
    let text = "[[Budi Karya|PER]] mengumumkan hasil seleksi taruna baru di [[Medan|LOC]].";
    let asked = questions(text).into_iter().any(|q| match q {
        Question::Argument(_, role, Filler::Phrase(phrase)) => {
            &*role == "topic" && phrase.text.starts_with("hasil seleksi taruna")
        }
        _ => false,
    });
    assert!(asked);
}

#[test]
fn a_loose_word_is_proposed_beside_a_firm_one() {
    let text = "[[Budi Karya|PER]] meninggalkan [[PT Motor Kita|ORG]].";
    let kinds: Vec<String> = questions(text)
        .into_iter()
        .filter_map(|q| match q {
            Question::Mention(kind, _) => Some(kind.to_string()),
            _ => None,
        })
        .collect();
    for kind in ["movement.travel", "personnel.end"] {
        assert!(kinds.iter().any(|k| k == kind), "{kinds:?}");
    }
}
