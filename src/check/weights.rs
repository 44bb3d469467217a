//! Weights: each binary file with the card that says what it was made from.

use super::Report;
use crate::models::Models;

pub(super) fn check(models: &Models, report: &mut Report) {
    let paths = models.paths("weights/");
    for path in &paths {
        let Some(name) = path.strip_suffix(".bin") else {
            continue;
        };
        let card = format!("{name}.toml");
        if !paths.contains(&card.as_str()) {
            report.add(
                path,
                None,
                format!("expected a card models/{card} beside it"),
            );
        }
    }
    for path in paths.iter().filter(|path| path.ends_with(".toml")) {
        let table = models
            .text(path)
            .map_err(|e| e.to_string())
            .and_then(|text| text.parse::<toml::Table>().map_err(|e| e.to_string()));
        match table {
            Err(why) => report.add(path, None, format!("the card is not TOML: {why}")),
            Ok(table) if table.is_empty() => report.add(path, None, "the card says nothing"),
            Ok(_) => {}
        }
    }
}
