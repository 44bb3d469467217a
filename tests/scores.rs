//! Scores on `corpus/dev` do not fall below `corpus/floors.toml`.

use crate::samples::{annotator, project};
use peristiwa::{Article, Gold, score};
use serde_json::Value;

#[test]
fn dev_stays_above_its_floors() {
    let Ok(floors) = std::fs::read_to_string(project("corpus/floors.toml")) else {
        println!("skipped: no corpus/floors.toml");
        return;
    };
    let floors: toml::Table = floors.parse().unwrap();
    assert!(!floors.is_empty(), "corpus/floors.toml has floors");
    let golds = Gold::read_folder(project("corpus/dev")).unwrap();
    assert_eq!(golds.len(), 12);
    let articles: Vec<Article> = golds.iter().map(|gold| gold.article.clone()).collect();
    let mut report = score(&golds, &annotator().annotate_all(&articles));
    report.slips.clear();
    let report = serde_json::to_value(&report).unwrap();
    let mut low = Vec::new();
    compare(&floors, &report, "", &mut low);
    assert!(low.is_empty(), "{}", low.join("\n"));
}

/// Floors have the shape of the report; only what has a floor is compared.
fn compare(floors: &toml::Table, report: &Value, path: &str, low: &mut Vec<String>) {
    for (name, floor) in floors {
        let path = format!("{path}.{name}");
        let Some(found) = report.get(name) else {
            low.push(format!("{path}: the report has no such score"));
            continue;
        };
        match floor {
            toml::Value::Table(inner) => compare(inner, found, &path, low),
            toml::Value::Float(floor) => match found.as_f64() {
                Some(found) if found >= *floor => {}
                _ => low.push(format!("{path}: {found} is below {floor}")),
            },
            other => low.push(format!("{path}: a floor is a number, found {other}")),
        }
    }
}
