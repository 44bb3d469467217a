use super::*;
use crate::models::Models;
use crate::token::Tokenizer;

fn room() -> (Tokenizer, TimeFinder) {
    let models = Models::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/models")).unwrap();
    (
        Tokenizer::new(&models).unwrap(),
        TimeFinder::new(&models).unwrap(),
    )
}

#[test]
fn examples_of_all_rules() {
    let (tokenizer, finder) = room();
    let failures = finder.examples(&tokenizer);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
