//! Hand-computed scores of a small article: what the gold says, what a system said.

use super::*;
use crate::schema::{Filler, Offsets, Span, TimeId, When};

const GOLD: &str = "[[Sari Dewi|PER:e1]] [[dilantik|EVT:v1]] sebagai [[Kepala [[BPS|ORG:e3]]|ROL:e2]] pada \
    [[Selasa (13/8)|TMX:t1]] di [[Medan|LOC:e4]]. [[BPS|ORG:e3]] [[menerima|EVT:v2]] [[Rp 5 miliar|QTY:q1]] \
    sejak [[2020|TMX:t2]]. [[Sari|PER:e1]] tidak [[mencabut|EVT:v3]] aturan gaji baru, ujar [[Dewi|PER:e1]]. \
    “Kami tidak akan mencabut aturan.” “Kami sudah [[54 tahun|QTY:q2]] bekerja keras.”";

const GOLD_JSON: &str = r#"{"id": "a1", "published": "2024-08-14",
  "times": {"t1": {"type": "DATE", "value": "2024-08-13"}, "t2": {"type": "DATE", "value": "2020"}},
  "quantities": {"q1": {"type": "MONEY", "value": 5e9, "unit": "IDR"}, "q2": {"type": "AGE", "value": 54}},
  "events": {
    "v1": {"type": "personnel.start", "args": [["person", "e1"], ["position", "e2"], ["org", "e3"]],
           "time": "t1", "place": "e4"},
    "v2": {"type": "transaction.pay", "args": [["recipient", "e3"], ["amount", "q1"]], "begin": "t2"},
    "v3": {"type": "policy.enact", "args": [["agent", "e1"], ["law", "aturan gaji baru"]], "polarity": "negative"}},
  "relations": [["position", "e1", "e2"], ["employer", "e1", "e3"]],
  "quotes": [{"speaker": "e1", "text": "Kami tidak akan mencabut aturan."},
             {"speaker": null, "text": "Kami sudah 54 tahun bekerja"}]}"#;

/// The same text with other ids. Wrong: `Dewi` is a LOC, `Medan` is missed, `BPS` (second) is an entity of
/// its own, `Selasa` is cut, 2020 has another value, v2 has another type, `gaji` is a false trigger.
const FOUND: &str = "[[Sari Dewi|PER:e5]] [[dilantik|EVT:v1]] sebagai [[Kepala [[BPS|ORG:e6]]|ROL:e7]] pada \
    [[Selasa|TMX:t7]] (13/8) di Medan. [[BPS|ORG:e8]] [[menerima|EVT:v2]] [[Rp 5 miliar|QTY:q1]] \
    sejak [[2020|TMX:t8]]. [[Sari|PER:e5]] [[tidak mencabut|EVT:v4]] aturan [[gaji|EVT:v5]] baru, ujar \
    [[Dewi|LOC:e9]]. “Kami tidak akan mencabut aturan.” “Kami sudah [[54 tahun|QTY:q3]] bekerja keras.”";

const FOUND_JSON: &str = r#"{"id": "a1",
  "times": {"t7": {"type": "DATE", "value": "2024-08-13"}, "t8": {"type": "DURATION", "value": "P20Y"}},
  "quantities": {"q1": {"type": "MONEY", "value": 5e6, "unit": "idr"}, "q3": {"type": "COUNT", "value": 54}},
  "events": {
    "v1": {"type": "personnel.start", "args": [["person", "e5"], ["position", "Kepala BPS"], ["agent", "e8"]],
           "time": "t7", "place": null},
    "v2": {"type": "award.receive", "args": [["person", "e8"]]},
    "v4": {"type": "policy.enact", "args": [["agent", "e5"], ["law", "gaji baru"]], "polarity": "negative",
           "modality": "planned"},
    "v5": {"type": "transaction.pay", "args": [["amount", "q1"]]}},
  "relations": [["position", "e5", "e7"], ["employer", "e5", "e9"], ["member", "e5", "e6"]],
  "quotes": [{"speaker": "e5", "text": "Kami tidak akan mencabut aturan."},
             {"speaker": "e9", "text": "Kami sudah 54 tahun bekerja keras."},
             {"speaker": null, "text": "akan mencabut aturan."}]}"#;

fn report() -> Report {
    let gold = Gold::parse(GOLD, GOLD_JSON).unwrap();
    let found = Gold::parse(FOUND, FOUND_JSON).unwrap();
    assert_eq!(gold.article.text, found.article.text);
    score(&[gold], &[found.annotation])
}

fn counts(right: usize, found: usize, gold: usize) -> Counts {
    Counts { right, found, gold }
}

fn accuracy(right: usize, of: usize) -> Accuracy {
    Accuracy { right, of }
}

#[test]
fn entities_by_hand() {
    // Gold: Sari Dewi, Kepala BPS, BPS, Medan, BPS, Sari, Dewi. Found: those but Medan, Dewi as LOC.
    let entities = report().entities;
    assert_eq!(entities.all, counts(5, 6, 7));
    assert_eq!(entities.per_org_loc, counts(4, 5, 6));
    assert_eq!(entities.spans, counts(6, 6, 7));
    assert_eq!(entities.labels[&crate::schema::Label::Per], counts(2, 2, 3));
    assert_eq!(entities.labels[&crate::schema::Label::Org], counts(2, 2, 2));
    assert_eq!(entities.labels[&crate::schema::Label::Loc], counts(0, 1, 1));
    assert_eq!(entities.labels[&crate::schema::Label::Rol], counts(1, 1, 1));
}

#[test]
fn coreference_by_hand() {
    // Gold {Sari Dewi, Sari, Dewi} {BPS, BPS} and two single; found {Sari Dewi, Sari} and four single.
    let coreference = report().coreference;
    assert_eq!(coreference.pairs, counts(1, 1, 4));
    assert_eq!(coreference.pairs_given, counts(1, 1, 4));
    assert_eq!(coreference.pairs_of_names, counts(1, 1, 4));
    // Links 1 of 3; b3 recall (2/3+2/3+1/3 + 1/2+1/2 + 1)/7, precision 1; CEAFe 4/5 + 2/3 + 1 of 4 and 5.
    assert_eq!(coreference.muc.f1(), Some(0.5));
    let b3 = coreference.b3;
    assert!((b3.recall().unwrap() - (5.0 / 3.0 + 2.0) / 7.0).abs() < 1e-12);
    assert_eq!(b3.precision(), Some(1.0));
    let total = 4.0 / 5.0 + 2.0 / 3.0 + 1.0;
    assert!((coreference.ceafe.recall().unwrap() - total / 4.0).abs() < 1e-12);
    assert!((coreference.ceafe.precision().unwrap() - total / 5.0).abs() < 1e-12);
    let mean = (0.5 + b3.f1().unwrap() + coreference.ceafe.f1().unwrap()) / 3.0;
    assert!((coreference.conll.unwrap() - mean).abs() < 1e-12);
}

#[test]
fn times_and_quantities_by_hand() {
    let report = report();
    let times = report.times;
    assert_eq!(times.strict, counts(1, 2, 2));
    assert_eq!(times.overlap, counts(2, 2, 2));
    assert_eq!(times.value, counts(1, 2, 2));
    assert_eq!(times.strict_value, counts(0, 2, 2));
    assert_eq!(times.value_accuracy, accuracy(1, 2));
    assert_eq!(times.type_accuracy, accuracy(1, 2));
    let quantities = report.quantities;
    assert_eq!(quantities.all, counts(1, 2, 2));
    assert_eq!(quantities.overlap, counts(1, 2, 2));
    assert_eq!(quantities.value_accuracy, accuracy(0, 1));
    assert_eq!(quantities.unit_accuracy, accuracy(1, 1));
}

#[test]
fn events_by_hand() {
    let events = report().events;
    // v1 and v3 are found; v2 has another type; v5 is false.
    assert_eq!(events.triggers, counts(2, 4, 3));
    assert_eq!(events.identified, counts(3, 4, 3));
    assert_eq!(events.types["transaction.pay"], counts(0, 1, 1));
    assert_eq!(events.types["personnel.start"], counts(1, 1, 1));
    // v1: person, position (the phrase covers the ROL); v3: agent, law (2 of 3 words).
    assert_eq!(events.arguments, counts(4, 7, 7));
    assert_eq!(events.arguments_of_matched, counts(4, 5, 5));
    assert_eq!(events.roles["person"], counts(1, 2, 1));
    assert_eq!(events.roles["org"], counts(0, 0, 1));
    assert_eq!(events.time, accuracy(2, 2));
    assert_eq!(events.time_said, accuracy(1, 1));
    assert_eq!(events.place, accuracy(1, 2));
    assert_eq!(events.place_said, accuracy(0, 1));
    assert_eq!(events.polarity, accuracy(2, 2));
    assert_eq!(events.modality, accuracy(1, 2));
}

#[test]
fn relations_and_quotes_by_hand() {
    let report = report();
    assert_eq!(report.relations.all, counts(1, 3, 2));
    assert_eq!(report.relations.types["employer"], counts(0, 1, 1));
    assert_eq!(report.relations.types["member"], counts(0, 1, 0));
    let quotes = report.quotes;
    assert_eq!(quotes.found, counts(2, 3, 2));
    assert_eq!(quotes.speaker, accuracy(1, 2));
    assert_eq!(quotes.quote_and_speaker, counts(1, 3, 2));
}

#[test]
fn days_are_compared_not_words() {
    let gold = Gold::parse(GOLD, GOLD_JSON).unwrap();
    let said = |from: Option<&str>, to: Option<&str>| {
        let mut output = gold.annotation.clone();
        for event in output.events.iter_mut().filter(|event| event.id.0 == 2) {
            event.time = Some(When {
                id: Some(TimeId(1)),
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
            });
        }
        let report = score(std::slice::from_ref(&gold), &[output]);
        report.events.time_said == accuracy(2, 2)
    };
    assert!(said(Some("2020"), None));
    assert!(said(Some("2020-01-01"), None));
    assert!(said(Some("2020-01"), None));
    assert!(!said(Some("2020"), Some("2020")));
    assert!(!said(Some("2021"), None));
    assert!(!said(Some("kapan"), None));
    assert!(!said(None, None));
}

#[test]
fn one_event_is_found_once() {
    let gold = Gold::parse("[[tewas|EVT:v1]] dan [[meninggal|EVT:v1]]", MANY).unwrap();
    let found = Gold::parse("[[tewas|EVT:v1]] dan [[meninggal|EVT:v2]]", TWO).unwrap();
    let one = score(
        std::slice::from_ref(&gold),
        std::slice::from_ref(&found.annotation),
    );
    assert_eq!(one.events.triggers, counts(1, 2, 1));
    let two = score(&[found], &[gold.annotation]);
    assert_eq!(two.events.triggers, counts(1, 1, 2));
}

const MANY: &str = r#"{"id": "a", "events": {"v1": {"type": "life.die"}}}"#;
const TWO: &str =
    r#"{"id": "a", "events": {"v1": {"type": "life.die"}, "v2": {"type": "life.die"}}}"#;

#[test]
fn layers_and_missing_articles() {
    let json = GOLD_JSON.replacen('{', r#"{"layers": ["entities", "times"], "#, 1);
    let part = Gold::parse(GOLD, &json).unwrap();
    let mut other = Gold::parse(GOLD, GOLD_JSON).unwrap();
    other.annotation.id = "a2".into();
    let mut output = part.annotation.clone();
    let mut stray = output.clone();
    stray.id = "a3".into();
    // Wrong in a layer that the gold has not: does not count.
    output.events.clear();
    let report = score(&[part, other], &[output, stray]);
    assert_eq!(report.entities.all, counts(7, 7, 14));
    assert_eq!((report.entities.articles, report.events.articles), (2, 1));
    assert_eq!(report.events.triggers, counts(0, 0, 3));
    let warning = "a2: missing in the output, counted as empty";
    assert_eq!(
        (&report.warnings[..], report.unknown),
        (&[warning.to_owned()][..], 1)
    );
}

#[test]
fn offsets_in_characters_are_read() {
    let gold = Gold::parse("“é” [[Sari|PER:e1]] [[tewas|EVT:v1]]", MANY).unwrap();
    let mut output = gold.annotation.clone();
    output.offsets = Offsets::Chars;
    output.map_spans(|span| {
        *span = Span {
            start: span.start - 5,
            end: span.end - 5,
        }
    });
    let report = score(std::slice::from_ref(&gold), &[output.clone()]);
    assert_eq!(
        (report.entities.all, report.warnings.len()),
        (counts(1, 1, 1), 0)
    );
    assert_eq!(report.events.triggers, counts(1, 1, 1));
    output.offsets = Offsets::Bytes;
    let report = score(&[gold], &[output]);
    assert_eq!(report.entities.all, counts(0, 1, 1));
    assert!(report.warnings[0].contains("is \"offsets\" right"));
}

#[test]
fn spans_outside_of_the_text_are_false() {
    let gold = Gold::parse("[[Sari|PER:e1]] [[tewas|EVT:v1]] é", MANY).unwrap();
    for offsets in [Offsets::Chars, Offsets::Bytes] {
        let mut output = gold.annotation.clone();
        output.offsets = offsets;
        output.map_spans(|span| {
            *span = Span {
                start: 11,
                end: 4000,
            }
        });
        let report = score(std::slice::from_ref(&gold), &[output]);
        assert_eq!(report.entities.all, counts(0, 1, 1));
    }
}

#[test]
fn table_and_errors() {
    let report = report();
    let table = report.table();
    assert!(table.contains("  PER+ORG+LOC"));
    assert!(
        table.contains(
            "  triggers                    0.5000   0.6667   0.5714       2       4       3"
        ),
        "{table}"
    );
    assert!(table.contains(
        "  modality                         –        –   0.5000       1               2"
    ));
    let errors = report.errors();
    assert!(errors.contains("entities\tmissed\tPER\ta1\t"), "{errors}");
    assert!(errors.contains("\tLOC \"Dewi\""));
    assert!(errors.contains("events\tmissed\ttransaction.pay\ta1\t"));
    assert!(errors.contains("speakers\twrong\t"));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["events"]["triggers"]["right"], 2);
    assert_eq!(json["entities"]["labels"]["PER"]["precision"], 1.0);
    assert_eq!(json["times"]["value_accuracy"]["accuracy"], 0.5);
    assert_eq!(json["errors"][0]["layer"], "amounts");
}

/// Every rate of a report that is not 1.
fn not_one(path: &str, value: &serde_json::Value, list: &mut Vec<String>) {
    const RATES: [&str; 5] = ["precision", "recall", "f1", "accuracy", "conll"];
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        let rate = value.as_f64().filter(|_| RATES.contains(&name.as_str()));
        if rate.is_some_and(|rate| (rate - 1.0).abs() > 1e-9) {
            list.push(format!("{path}={value}"));
        }
        not_one(&path, value, list);
    }
}

#[test]
fn a_perfect_output_scores_one() {
    let own = vec![Gold::parse(GOLD, GOLD_JSON).unwrap()];
    let mut sets = vec![("own".to_owned(), own)];
    for folder in ["../shared/gold/train", "../shared/gold/dev"] {
        match std::path::Path::new(folder).is_dir() {
            true => sets.push((folder.to_owned(), Gold::read_folder(folder).unwrap())),
            false => println!("skipped: {folder} is absent"),
        }
    }
    for (name, golds) in sets {
        let outputs: Vec<_> = golds.iter().map(|gold| gold.annotation.clone()).collect();
        let report = score(&golds, &outputs);
        let mut list = Vec::new();
        not_one("", &serde_json::to_value(&report).unwrap(), &mut list);
        assert_eq!(list, Vec::<String>::new(), "{name}");
        assert_eq!(report.warnings, Vec::<String>::new(), "{name}");
        assert_eq!(report.slips, [], "{name}");
        assert!(report.events.arguments.gold > 0 && report.coreference.conll.is_some());
    }
}

#[test]
fn a_phrase_and_an_id_are_compared_by_words() {
    let gold = Gold::parse(
        "[[Sari|PER:e1]] [[divonis|EVT:v1]] [[dua tahun|TMX:t1]] penjara",
        r#"{"id": "a", "times": {"t1": {"type": "DURATION", "value": "P2Y"}},
            "events": {"v1": {"type": "x", "args": [["penalty", "dua tahun penjara"], ["person", "e1"]]}}}"#,
    )
    .unwrap();
    let mut output = gold.annotation.clone();
    let mut swap = |place: usize, filler: Filler| {
        output.events[0].arguments[place].filler = filler;
        score(std::slice::from_ref(&gold), &[output.clone()])
            .events
            .arguments
    };
    let time = "t1".parse().map(|id| Filler::Ref { id }).unwrap();
    assert_eq!(swap(0, time), counts(2, 2, 2));
    let person = "e1".parse().map(|id| Filler::Ref { id }).unwrap();
    assert_eq!(swap(0, person), counts(1, 2, 2));
    let phrase = |start, end| {
        let span = Span::new(start, end);
        let text = span.of(&gold.article.text).to_owned();
        Filler::Phrase(crate::schema::Extract { span, text })
    };
    assert_eq!(swap(1, phrase(0, 12)), counts(1, 2, 2));
    assert_eq!(swap(1, phrase(0, 4)), counts(1, 2, 2));
    assert_eq!(swap(1, phrase(5, 12)), counts(0, 2, 2));
}

proptest::proptest! {
    #[test]
    fn any_spans_are_taken(
        spans in proptest::collection::vec((0..500_u32, 0..500_u32), 1..40),
        chars in proptest::bool::ANY,
    ) {
        let gold = Gold::parse(GOLD, GOLD_JSON).unwrap();
        let mut output = gold.annotation.clone();
        output.offsets = if chars { Offsets::Chars } else { Offsets::Bytes };
        let mut next = spans.iter().cycle();
        output.map_spans(|span| {
            if let Some(&(start, end)) = next.next() {
                *span = Span { start, end };
            }
        });
        let report = score(std::slice::from_ref(&gold), &[output.clone()]);
        proptest::prop_assert!(report.entities.all.right <= report.entities.all.found);
        // The order of an output does not change its scores.
        output.entities.reverse();
        output.events.reverse();
        output.times.reverse();
        let again = score(&[gold], &[output]);
        proptest::prop_assert_eq!(&again.events.triggers, &report.events.triggers);
        proptest::prop_assert_eq!(&again.times, &report.times);
        proptest::prop_assert_eq!(&again.entities, &report.entities);
    }
}
