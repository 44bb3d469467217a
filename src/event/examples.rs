//! Runs the examples that the event rules carry.
//!
//! A `yes` is `[sentence, "role=filler", …]`: the sentence with its entities marked as in the
//! guidelines, then what this very rule must find in it: roles by name, and `time`, `begin`, `end`,
//! `place`, `trigger`, `polarity`, `modality`. A `no` is a sentence in which the rule must not fire.

use super::{EventFinder, Judge};
use crate::error::{Error, Result};
use crate::models::Models;
use crate::pattern::Given;
use crate::pipeline::Layers;
use crate::relation::Relations;
use crate::schema::{Event, Filler, Ref};
use crate::token::Tokenizer;

/// Runs all examples of the event rules; each failure is a line with file, rule and what was found.
///
/// # Errors
/// Where the models cannot be loaded.
pub(crate) fn run_examples(models: &Models) -> Result<Vec<String>> {
    let finder = EventFinder::new(models)?;
    let tokenizer = Tokenizer::new(models)?;
    let mut failures = Vec::new();
    for file in &finder.frames.files {
        for rule in &file.rules {
            let place = format!("models/{}: rule {}", file.path, rule.id);
            let own = |trigger: &&super::frames::Trigger| *trigger.id == *rule.id;
            let loose = finder
                .frames
                .triggers
                .iter()
                .find(own)
                .is_some_and(|t| t.loose);
            if rule.yes.is_empty() {
                failures.push(format!("{place}: has no example; add a `yes`"));
            }
            for example in &rule.yes {
                let Some((sentence, expected)) = example.0.split_first() else {
                    failures.push(format!("{place}: an example is empty"));
                    continue;
                };
                let (given, events) =
                    find(&finder, &tokenizer, sentence, loose).map_err(|e| e.at(&place))?;
                let own: Vec<_> = events
                    .iter()
                    .filter(|e| e.found_by.as_deref() == Some(&*rule.id))
                    .collect();
                let told: Vec<_> = own.iter().map(|event| tell(&given, event)).collect();
                let met = told
                    .iter()
                    .any(|told| expected.iter().all(|e| told.contains(e)));
                if !met {
                    let found = events.iter().map(|e| {
                        let by = e.found_by.as_deref().unwrap_or_default();
                        format!("{} by {by}: {}", e.kind, tell(&given, e).join(", "))
                    });
                    let found: Vec<_> = found.collect();
                    failures.push(format!(
                        "{place}: {:?}: expected {}, found {}",
                        given.text,
                        expected.join(", "),
                        if found.is_empty() {
                            "nothing".into()
                        } else {
                            found.join("; ")
                        }
                    ));
                }
            }
            for sentence in &rule.no {
                let (given, events) =
                    find(&finder, &tokenizer, sentence, loose).map_err(|e| e.at(&place))?;
                if events
                    .iter()
                    .any(|e| e.found_by.as_deref() == Some(&*rule.id))
                {
                    failures.push(format!("{place}: fired in {:?}", given.text));
                }
            }
        }
    }
    Ok(failures)
}

fn find(
    finder: &EventFinder,
    tokenizer: &Tokenizer,
    sentence: &str,
    loose: bool,
) -> Result<(Given, Vec<Event>)> {
    let given = Given::parse(sentence).map_err(|e| Error::models(e.to_string()))?;
    let tokens = tokenizer.tokenize(&given.text);
    let layers = Layers::given(&tokens, &given);
    // examples show what the rules propose, whatever weights there are
    let mut judge = match loose {
        true => Judge::loosely(),
        false => Judge::default(),
    };
    let events = finder.judged(&layers, &Relations::default(), &[], &mut judge);
    Ok((given, events))
}

/// What an event says, as examples write it.
fn tell(given: &Given, event: &Event) -> Vec<String> {
    let surface = |filler: &Filler| match filler {
        Filler::Phrase(extract) => extract.text.clone(),
        Filler::Ref { id } => reference(given, *id),
    };
    let mut told: Vec<_> = event
        .arguments
        .iter()
        .map(|a| format!("{}={}", a.role, surface(&a.filler)))
        .collect();
    if let Some(when) = &event.time
        && let Some(id) = when.id
    {
        let text = reference(given, Ref::Time(id));
        for key in ["time", "begin", "end"] {
            told.push(format!("{key}={text}"));
        }
    }
    told.extend(
        event
            .place
            .as_ref()
            .map(|place| format!("place={}", surface(place))),
    );
    told.extend(event.triggers.iter().map(|t| format!("trigger={}", t.text)));
    told.push(format!("polarity={}", event.polarity));
    told.push(format!("modality={}", event.modality));
    told
}

fn reference(given: &Given, id: Ref) -> String {
    match id {
        Ref::Entity(id) => given
            .entities
            .get(id.0 as usize - 1)
            .map(|e| e.name.clone()),
        Ref::Time(id) => given.times.get(id.0 as usize - 1).map(|t| t.text.clone()),
        Ref::Quantity(id) => given
            .quantities
            .get(id.0 as usize - 1)
            .map(|q| q.text.clone()),
    }
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_hold() {
        let failures = run_examples(&Models::bundled().unwrap()).unwrap();
        assert!(
            failures.is_empty(),
            "{} failures:\n{}",
            failures.len(),
            failures.join("\n")
        );
    }
}
