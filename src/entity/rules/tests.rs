use super::*;
use crate::entity::either;
use crate::schema::Gold;
use crate::token::Tokenizer;
use std::collections::BTreeMap;
use std::path::Path;

fn models() -> Models {
    Models::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/models")).unwrap()
}

#[test]
fn examples_of_all_rules() {
    let failures = check_examples(&models()).unwrap();
    let lines: Vec<String> = failures
        .iter()
        .map(|failure| format!("{} {}: {failure}", failure.file, failure.rule))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

fn mention(label: Label, start: usize, end: usize) -> Mention {
    Mention {
        span: Span::new(start, end),
        text: String::new(),
        label,
        score: Some(0.5),
        found_by: None,
    }
}

#[test]
fn policies() {
    let models = models();
    let text = "Kepala Dinas Sosial tiba";
    let tokenizer = Tokenizer::new(&models).unwrap();
    let tokens = tokenizer.tokenize(text);
    let run = |policy, given: Vec<Mention>| {
        let mut mentions = given;
        let action = Action {
            id: "x".into(),
            policy,
            score: 0.9,
        };
        action.run(vec![(Label::Org, Span::new(7, 19))], &tokens, &mut mentions);
        mentions.sort_by_key(|m| m.span.start);
        let all = mentions
            .iter()
            .map(|m| (m.label, m.span.of(text).to_owned()));
        all.collect::<Vec<_>>()
    };
    let own = (Label::Org, "Dinas Sosial".to_owned());
    assert_eq!(run(Policy::Add, Vec::new()), std::slice::from_ref(&own));
    let inside = mention(Label::Loc, 13, 19);
    let across = mention(Label::Org, 0, 12);
    let role = mention(Label::Rol, 0, 19);
    assert_eq!(run(Policy::Add, vec![inside.clone()])[0].0, Label::Loc);
    assert_eq!(run(Policy::Add, vec![role])[1], own);
    assert_eq!(run(Policy::Grow, vec![inside])[0], own);
    assert_eq!(run(Policy::Grow, vec![across.clone()])[0].1, "Kepala Dinas");
    assert_eq!(run(Policy::Replace, vec![across.clone()])[0], own);
    assert_eq!(run(Policy::Extend, vec![across])[0], own);
    let longer = mention(Label::Org, 7, 24);
    assert_eq!(run(Policy::Extend, vec![longer])[0].1, "Dinas Sosial tiba");
    assert_eq!(run(Policy::Drop, vec![mention(Label::Org, 7, 19)]), []);
}

/// What each rule makes and removes: right made, wrong made, right removed, wrong removed.
type Table = BTreeMap<String, [usize; 4]>;

/// What the rules find before them.
enum Before {
    Nothing,
    /// What gold has of these labels.
    Gold(&'static [Label]),
    Tagger(either::EntityFinder),
}

fn measure(part: &str, given: &Before, log: bool) -> Option<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../shared/gold/{part}"));
    if !folder.is_dir() {
        println!("skipped: ../shared/gold/{part} is absent");
        return None;
    }
    let models = models();
    let (tokenizer, rules) = (
        Tokenizer::new(&models).unwrap(),
        Rules::new(&models).unwrap(),
    );
    let mut table = Table::new();
    for gold in Gold::read_folder(&folder).unwrap() {
        let text = &gold.article.text;
        let truth: Vec<&Mention> = gold
            .annotation
            .entities
            .iter()
            .flat_map(|e| &e.mentions)
            .collect();
        let right = |m: &Mention| truth.iter().any(|t| t.span == m.span && t.label == m.label);
        let tokens = tokenizer.tokenize(text);
        let before: Vec<Mention> = match given {
            Before::Nothing => Vec::new(),
            Before::Tagger(tagger) => {
                let found = tagger.find_all(std::slice::from_ref(&tokens));
                found.into_iter().next().unwrap_or_default()
            }
            Before::Gold(labels) => {
                let named = truth.iter().filter(|m| labels.contains(&m.label));
                let mut named: Vec<Mention> = named.map(|m| (*m).clone()).collect();
                nest(&mut named);
                named
            }
        };
        let after = rules.apply(&tokens, before.clone());
        let around = |m: &Mention| {
            let (start, end) = (m.span.start as usize, m.span.end as usize);
            let left: Vec<char> = text[..start].chars().rev().take(50).collect();
            let left: String = left.into_iter().rev().collect();
            let right: String = text[end..].chars().take(30).collect();
            format!("{left}[{}]{right}", &text[start..end]).replace('\n', "/")
        };
        for m in after.iter().filter(|m| !before.contains(m)) {
            let id = m.found_by.as_deref().unwrap_or("").to_owned();
            table.entry(format!("{} {id}", m.label)).or_default()[usize::from(!right(m))] += 1;
            if log && !right(m) {
                println!("WRONG {id} {} {}", m.label, around(m));
            }
        }
        for m in before.iter().filter(|m| !after.contains(m)) {
            let entry = table
                .entry(format!("{} of the tagger", m.label))
                .or_default();
            entry[2 + usize::from(!right(m))] += 1;
            if log && right(m) {
                println!("GONE {} {}", m.label, around(m));
            }
        }
    }
    for (id, [right, wrong, gone_right, gone_wrong]) in &table {
        println!("{id:<36} {right:>5} {wrong:>5} {gone_right:>5} {gone_wrong:>5}");
    }
    Some(table)
}

fn tables(given: &Before, what: &str) {
    for part in ["train", "dev"] {
        println!("== {part}, {what}");
        measure(part, given, true);
    }
}

#[test]
#[ignore = "a table to read while writing rules"]
fn table_alone() {
    tables(&Before::Nothing, "rules alone");
}

#[test]
#[ignore = "a table to read while writing rules"]
fn table_of_roles() {
    tables(
        &Before::Gold(&[Label::Per, Label::Org, Label::Loc]),
        "gold names given",
    );
}

#[test]
#[ignore = "a table to read while writing rules"]
fn table_after_the_tagger() {
    let tagger = either::EntityFinder::new(&models(), either::TaggerKind::default()).unwrap();
    tables(&Before::Tagger(tagger), "after the tagger");
}
