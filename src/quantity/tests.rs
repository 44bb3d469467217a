use super::*;
use crate::models::Models;

#[test]
fn examples_of_all_rules() {
    let models = Models::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/models")).unwrap();
    let failures = check_examples(&models).unwrap();
    let lines: Vec<String> = failures
        .iter()
        .map(|failure| format!("{} {}: {failure}", failure.file, failure.rule))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}
