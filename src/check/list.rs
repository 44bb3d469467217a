//! What rules may use, as text.

use crate::models::Models;
use crate::schema::{Label, QuantityType, TimeType};
use crate::time;
use std::fmt::Write;

/// Lexicons with their sizes, marks, event types with their roles and fillers, relation types.
pub fn list(models: &Models) -> String {
    let mut text = String::new();
    text.push_str("lexicons, in patterns as <name>\n");
    for lexicon in models.lexicons() {
        let what = lexicon.header.iter().find_map(|h| h.strip_prefix("what:"));
        let what = what.unwrap_or("").trim();
        let _ = writeln!(
            text,
            "  {:<24} {:>6}  {what}",
            lexicon.name,
            lexicon.entries.len()
        );
    }
    text.push_str("\nmarks, in patterns as {PER|ORG}\n ");
    let labels = Label::ALL.iter().map(|l| l.as_str());
    let times = TimeType::ALL.iter().map(|t| t.as_str());
    let quantities = QuantityType::ALL.iter().map(|q| q.as_str());
    for mark in labels.chain(times).chain(quantities) {
        let _ = write!(text, " {mark}");
    }
    text.push_str("\n\nmarks of the rules below rules/time alone\n ");
    for mark in time::LABELS {
        let _ = write!(text, " {mark}");
    }
    text.push_str(
        "\n\nfunctions of the rules below rules/time, with the captures that they read\n",
    );
    for (function, captures) in time::FUNCTIONS {
        let _ = writeln!(text, "  {function}({})", captures.join(", "));
    }
    text.push_str("\nevent types, with roles and what may fill them\n");
    for event in models.ontology().events() {
        let _ = writeln!(text, "  {:<24} {}", event.name, event.meaning);
        let roles = event.roles.iter();
        let roles: Vec<_> = roles
            .map(|role| format!("{}={}", role.name, role.fillers.join("|")))
            .collect();
        let _ = writeln!(text, "  {:<24} {}", "", roles.join(" "));
    }
    text.push_str("\nrelation types\n");
    for relation in models.ontology().relations() {
        let _ = writeln!(
            text,
            "  {:<24} {} → {}  {}",
            relation.name,
            relation.from.join("|"),
            relation.to.join("|"),
            relation.meaning
        );
    }
    text
}
