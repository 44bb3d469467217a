use super::*;
use crate::schema::{Filler, Label, Span};
use proptest::prelude::*;

const MARKED: &str = "[[[Kab. Sukamaju|LOC:e3]]] [[Sari Dewi|PER:e1]], [[Kepala [[BPS|ORG:e4]]|ROL:e2]], \
    [[divonis|EVT:v2]] [[dua tahun|TMX:t2]] penjara karena suap sejak [[Januari 2020|TMX:t1]]. \
    Suap [[3-4 persen|QTY:q1]] dari [[Rp 5 miliar|QTY:q2]] itu, kata Sari Dewi [[Sari|PER:e1]]. \
    “Saya tidak pernah menerima uang itu sama sekali.”";

const JSON: &str = r#"{"id": "a1", "published": "2024-08-14", "source": "s", "topic": "crime",
  "layers": ["entities", "events"],
  "times": {"t1": {"type": "DATE", "value": "2020-01"}, "t2": {"type": "DURATION", "value": "P2Y", "mod": "APPROX"}},
  "quantities": {"q1": {"type": "PERCENT", "value": [3, 4]}, "q2": {"type": "MONEY", "value": 5e9, "unit": "IDR"}},
  "events": {
    "v1": {"type": "life.die", "args": [["cause", "sakit"]]},
    "v2": {"type": "justice.sentence", "args": [["person", "e1"], ["crime", "suap"], ["penalty", "t2"]],
           "begin": "t1", "end": null, "place": "e3", "polarity": "negative", "modality": "alleged"}},
  "relations": [["position", "e1", "e2"]],
  "mentions_of": [["e2", "e1"]],
  "quotes": [{"speaker": "e1", "text": "Saya tidak pernah menerima uang"}, {"speaker": null, "text": "tidak ada"}]}"#;

fn sample() -> Gold {
    Gold::parse(MARKED, JSON).unwrap()
}

#[test]
fn a_pair_is_read() {
    let gold = sample();
    let text = &gold.article.text;
    assert!(text.starts_with("[Kab. Sukamaju] Sari Dewi, Kepala BPS, divonis dua tahun"));
    assert_eq!(gold.topic.as_deref(), Some("crime"));
    assert!(gold.has("events") && !gold.has("times"));
    assert_eq!(gold.mentions_of, [(EntityId(2), EntityId(1))]);
    let found = &gold.annotation;
    let names: Vec<_> = found
        .entities
        .iter()
        .map(|e| (e.id.0, e.label, &*e.name))
        .collect();
    assert_eq!(
        names,
        [
            (3, Label::Loc, "Kab. Sukamaju"),
            (1, Label::Per, "Sari Dewi"),
            (2, Label::Rol, "Kepala BPS"),
            (4, Label::Org, "BPS"),
        ]
    );
    assert_eq!(found.entities[1].mentions.len(), 2);
    assert_eq!(found.times[0].modifier.as_deref(), Some("APPROX"));
    assert_eq!(found.times[0].interval, None);
    assert_eq!(
        found.times[1].interval.as_ref().unwrap().to.as_deref(),
        Some("2020-01-31")
    );
    assert_eq!(found.quantities[0].value, 3.0);
    assert_eq!(gold.ranges, [(QuantityId(1), 4.0)]);
    assert_eq!(found.reference_time.value.as_deref(), Some("2024-08-14"));
}

#[test]
fn an_event_keeps_its_times_and_phrases() {
    let gold = sample();
    let text = &gold.article.text;
    let [sentence, death] = &gold.annotation.events[..] else {
        panic!("two events");
    };
    let when = sentence.time.as_ref().unwrap();
    assert_eq!(when.id, Some(TimeId(1)));
    assert_eq!(
        (when.from.as_deref(), when.to.as_deref()),
        (Some("2020-01"), None)
    );
    assert_eq!(sentence.polarity, Polarity::Negative);
    assert_eq!(sentence.modality, Modality::Alleged);
    let Filler::Phrase(crime) = &sentence.arguments[1].filler else {
        panic!("a phrase");
    };
    assert_eq!(crime.span.start as usize, text.find("suap").unwrap());
    assert_eq!(
        sentence.place,
        Some(Filler::Ref {
            id: Ref::Entity(EntityId(3))
        })
    );
    assert!(death.triggers.is_empty());
    assert!(matches!(&death.arguments[0].filler, Filler::Phrase(e) if e.span == Span::default()));
    assert_eq!(
        gold.annotation.quotes[0].span.of(text),
        "Saya tidak pernah menerima uang"
    );
    assert!(gold.annotation.quotes[1].span.is_empty());
}

#[test]
fn phrases_are_whole_words_near_the_trigger() {
    let marked = "suap lama. Kesuapan [[divonis|EVT:v1]] lalu suap";
    let json = r#"{"events": {"v1": {"type": "x", "args": [["crime", "suap"]]}}}"#;
    let gold = Gold::parse(marked, json).unwrap();
    let Filler::Phrase(crime) = &gold.annotation.events[0].arguments[0].filler else {
        panic!("a phrase");
    };
    assert_eq!(
        crime.span.start as usize,
        gold.article.text.rfind("suap").unwrap()
    );
}

#[test]
fn what_is_written_reads_back() {
    let gold = sample();
    let (marked, json) = gold.write().unwrap();
    assert_eq!(marked, MARKED);
    let mut again = Gold::parse(&marked, &json).unwrap();
    // The words of a quote that the text lacks are not kept.
    again.annotation.quotes[1] = gold.annotation.quotes[1].clone();
    assert_eq!(again, gold);
}

#[test]
fn malformed_pairs_are_errors() {
    for (marked, json, part) in [
        ("a", "[]", "invalid"),
        ("a", "{\"published\": \"kemarin\"}", "published"),
        ("[[a|PER:e1]] [[b|ORG:e1]]", "{}", "e1 is both PER and ORG"),
        ("[[a|TMX:t1]]", "{}", "TMX:t1 is marked, not in times"),
        ("[[a|EVT:v1]]", "{}", "EVT:v1 is marked, not in events"),
        (
            "a",
            r#"{"times": {"t1": {"type": "DATE", "value": "2024"}}}"#,
            "t1 is not marked in the text",
        ),
        (
            "a",
            r#"{"times": {"e1": {"type": "DATE", "value": "2024"}}}"#,
            "expected an id such as t1",
        ),
        (
            "a",
            r#"{"relations": [["age", "e1", "q1"]]}"#,
            "relation age",
        ),
        (
            "a",
            r#"{"events": {"v1": {"type": "x", "args": [["person", "e1"]]}}}"#,
            "v1: e1 is not marked",
        ),
        (
            "a",
            r#"{"events": {"v1": {"type": "x", "time": "t1"}}}"#,
            "v1: t1 is not marked",
        ),
        (
            "[[a|QTY:q1]]",
            r#"{"quantities": {"q1": {"type": "COUNT", "value": "dua"}}}"#,
            "q1: value is no number",
        ),
    ] {
        let error = Gold::parse(marked, json).expect_err(json).to_string();
        assert!(error.contains(part), "{json}: {error}");
    }
}

#[test]
fn a_folder_names_the_file_of_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let error = || Gold::read_folder(folder.path()).unwrap_err().to_string();
    assert!(error().contains("no gold files"));
    write("b.txt", "b");
    assert!(error().contains("b.json"));
    write("b.json", "{}");
    write("a.txt", "[[a");
    write("a.json", "{}");
    assert!(error().contains("a.txt: unclosed"));
    write("a.txt", "a");
    let golds = Gold::read_folder(folder.path()).unwrap();
    let ids: Vec<_> = golds.iter().map(|gold| &*gold.annotation.id).collect();
    assert_eq!(ids, ["a", "b"]);
    write("a.json", r#"{"id": "b"}"#);
    assert!(error().contains("id \"b\" is taken"));
}

#[test]
fn all_gold_files_are_read_and_written() {
    for part in ["train", "dev"] {
        let folder = format!("../shared/gold/{part}");
        if !Path::new(&folder).is_dir() {
            println!("skipped: {folder} is absent");
            continue;
        }
        for gold in Gold::read_folder(&folder).unwrap() {
            let id = &gold.annotation.id;
            let (marked, json) = gold.write().unwrap();
            let file = std::fs::read_to_string(format!("{folder}/{id}.txt")).unwrap();
            assert_eq!(marked, file, "{id}");
            assert_eq!(Gold::parse(&marked, &json).unwrap(), gold, "{id}");
            for entity in &gold.annotation.entities {
                for mention in &entity.mentions {
                    assert_eq!(mention.span.of(&gold.article.text), mention.text);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_taken(marked in "\\PC*", json in "\\PC*") {
        let _ = Gold::parse(&marked, "{}");
        let _ = Gold::parse("", &json);
    }

    #[test]
    fn any_mixture_is_taken(
        marked in "(\\[\\[|\\|PER:e[12]\\]\\]|\\|TMX:t1\\]\\]|\\|EVT:v1\\]\\]|[ \\[é]|suap){0,30}",
    ) {
        let json = r#"{"times": {"t1": {"type": "DATE", "value": "2024"}},
            "events": {"v1": {"type": "x", "args": [["crime", "suap"]], "begin": "t1"}}}"#;
        if let Ok(gold) = Gold::parse(&marked, json) {
            let (written, rest) = gold.write().unwrap();
            prop_assert_eq!(Gold::parse(&written, &rest).unwrap().article.text, gold.article.text);
        }
    }
}
