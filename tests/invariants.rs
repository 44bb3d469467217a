//! What must hold of any annotation of any text.

use peristiwa::{Annotation, Annotator, Article, Filler, Offsets, Ref, Span};

/// Annotates `text` with both units of offsets and holds the results to all that must be true.
pub fn hold(annotator: &Annotator, bytes: &Annotator, text: &str) {
    let article = Article::new(text).published("2024-08-14".parse().unwrap());
    let by_chars = annotator.annotate(&article);
    let by_bytes = bytes.annotate(&article);
    assert_eq!(by_chars.offsets, Offsets::Chars);
    assert_eq!(by_bytes.offsets, Offsets::Bytes);
    let characters: Vec<char> = text.chars().collect();
    check(&by_chars, |span| {
        let covered = characters.get(span.start as usize..span.end as usize);
        covered.map(|covered| covered.iter().collect())
    });
    check(&by_bytes, |span| {
        let covered = text.get(span.start as usize..span.end as usize);
        covered.map(str::to_owned)
    });
}

/// Every text is the slice of its span, every id is known, everything is in order.
pub fn check(annotation: &Annotation, slice: impl Fn(Span) -> Option<String>) {
    let same = |span: Span, text: &str| {
        assert!(span.start < span.end, "empty span of {text:?}");
        assert_eq!(slice(span).as_deref(), Some(text), "{span:?}");
    };
    let mut end = 0;
    for &sentence in &annotation.sentences {
        assert!(sentence.start >= end && sentence.start < sentence.end);
        let text = slice(sentence).expect("a sentence lies inside the text");
        assert_eq!(text.trim(), text, "a sentence begins and ends with a word");
        end = sentence.end;
    }

    let mut first = 0;
    for (index, entity) in annotation.entities.iter().enumerate() {
        assert_eq!(entity.id.0 as usize, index + 1);
        assert!(!entity.mentions.is_empty(), "{} has a mention", entity.id);
        assert!(!entity.name.is_empty());
        let starts: Vec<_> = entity.mentions.iter().map(|m| m.span.start).collect();
        assert!(starts.is_sorted(), "mentions of {} in order", entity.id);
        assert!(starts[0] >= first, "{} by first mention", entity.id);
        first = starts[0];
        for mention in &entity.mentions {
            same(mention.span, &mention.text);
            probable(mention.score);
        }
    }
    for (index, time) in annotation.times.iter().enumerate() {
        assert_eq!(time.id.0 as usize, index + 1);
        same(time.span, &time.text);
        assert!(!time.value.is_empty());
    }
    assert!(annotation.times.is_sorted_by_key(|t| t.span.start));
    for (index, quantity) in annotation.quantities.iter().enumerate() {
        assert_eq!(quantity.id.0 as usize, index + 1);
        same(quantity.span, &quantity.text);
        assert!(quantity.value.is_finite(), "{:?}", quantity.text);
    }
    assert!(annotation.quantities.is_sorted_by_key(|q| q.span.start));

    let known = |id: Ref| {
        let (number, count) = match id {
            Ref::Entity(id) => (id.0, annotation.entities.len()),
            Ref::Time(id) => (id.0, annotation.times.len()),
            Ref::Quantity(id) => (id.0, annotation.quantities.len()),
        };
        assert!(number >= 1 && number as usize <= count, "{id} is known");
    };
    let mut first = 0;
    for (index, event) in annotation.events.iter().enumerate() {
        assert_eq!(event.id.0 as usize, index + 1);
        assert!(!event.triggers.is_empty(), "{} has a trigger", event.id);
        assert!(
            event.triggers[0].span.start >= first,
            "events by first trigger"
        );
        first = event.triggers[0].span.start;
        for trigger in &event.triggers {
            same(trigger.span, &trigger.text);
        }
        let fillers = event.arguments.iter().map(|a| &a.filler);
        for filler in fillers.chain(event.place.as_ref()) {
            match filler {
                Filler::Ref { id } => known(*id),
                Filler::Phrase(phrase) => same(phrase.span, &phrase.text),
            }
        }
        if let Some(id) = event.time.as_ref().and_then(|time| time.id) {
            known(Ref::Time(id));
        }
        probable(event.score);
    }
    for relation in &annotation.relations {
        known(relation.from);
        known(relation.to);
        assert_ne!(relation.from, relation.to, "{} to itself", relation.kind);
        probable(relation.score);
    }
    for quote in &annotation.quotes {
        assert!(slice(quote.span).is_some_and(|text| !text.is_empty()));
        quote.speaker.map(Ref::Entity).map(known);
    }
    assert!(annotation.quotes.is_sorted_by_key(|q| q.span.start));
}

fn probable(score: Option<f32>) {
    if let Some(score) = score {
        assert!((0.0..=1.0).contains(&score), "{score} is a probability");
    }
}
