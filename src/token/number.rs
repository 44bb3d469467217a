//! Numbers: figures with Indonesian separators, number words, scales.

use super::lookup::Lookup;
use super::tokens::{Key, Kind, Number, Tokens};
use crate::error::{Error, Result};
use crate::models::Models;

/// Reads a figure: `1.250` is 1250, `8,03` is 8.03, `2.5` is 2.5.
///
/// A dot before exactly three digits separates thousands; a comma is a decimal comma unless several
/// stand in groups of three, as English has it.
pub(super) fn parse_figure(figure: &str) -> Option<Number> {
    if !figure.bytes().any(|b| b.is_ascii_digit())
        || !figure
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    {
        return None;
    }
    let digits = figure.bytes().filter(u8::is_ascii_digit).count();
    let plain = digits == figure.len();
    let grouped = |separator: char, part: &str| {
        let mut groups = part.split(separator);
        let head = groups.next().unwrap_or("");
        let mut count = 0;
        let threes = groups.all(|group| {
            count += 1;
            group.len() == 3
        });
        count > 0 && threes && (1..=3).contains(&head.len())
    };
    let text = match (figure.find('.'), figure.find(',')) {
        (None, None) => figure.to_owned(),
        (Some(_), None) if grouped('.', figure) => figure.replace('.', ""),
        (Some(_), None) => keep_last(figure, '.'),
        (None, Some(_)) if figure.matches(',').count() > 1 && grouped(',', figure) => {
            figure.replace(',', "")
        }
        (None, Some(_)) => keep_last(figure, ','),
        (Some(dot), Some(comma)) if dot < comma => keep_last(&figure.replace('.', ""), ','),
        (Some(_), Some(_)) => keep_last(&figure.replace(',', ""), '.'),
    };
    Some(Number {
        value: text.parse().ok()?,
        digits: digits.min(255) as u8,
        plain,
    })
}

/// Digits with the last `separator` as the decimal point and no other.
fn keep_last(figure: &str, separator: char) -> String {
    match figure.rsplit_once(separator) {
        Some((head, tail)) => format!("{}.{tail}", head.replace([',', '.'], "")),
        None => figure.to_owned(),
    }
}

/// What a product would be without binary fractions: 8.03 × 10¹² is a whole number.
pub(crate) fn exact(product: f64) -> f64 {
    let whole = product.round();
    let near = (product - whole).abs() <= whole.abs() * 1e-12;
    if near { whole } else { product }
}

/// Reads numbers in words and figures with scales: `dua ratus lima puluh juta`, `8,03 triliun`.
pub(crate) struct NumberWords {
    words: Lookup,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    /// `tiga`
    Unit(f64),
    /// `belas`
    Plus(f64),
    /// `puluh`, `ratus`
    Times(f64),
    /// `ribu`, `juta`
    Scale(f64),
}

impl NumberWords {
    pub(crate) fn new(models: &Models) -> Result<Self> {
        let words = Lookup::new(models, &["numbers", "scales"])?;
        let steps = words
            .entries()
            .iter()
            .map(|entry| {
                let value = &entry.value;
                let (rest, make): (&str, fn(f64) -> Step) = match value.as_bytes().first() {
                    Some(b'+') => (&value[1..], Step::Plus),
                    Some(b'*') => (&value[1..], Step::Times),
                    Some(b'x') => (&value[1..], Step::Scale),
                    _ => (value, Step::Unit),
                };
                rest.parse().map(make).map_err(|_| {
                    Error::models(format!(
                        "numbers or scales: {:?}: expected 3, +10, *10 or x1000, found {value:?}",
                        entry.form
                    ))
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self { words, steps })
    }

    /// The words with which a number may begin.
    pub(crate) fn first_keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.words.first_keys()
    }

    /// The number that begins at token `start`: where it ends and its value.
    pub(crate) fn at(&self, tokens: &Tokens<'_>, start: usize) -> Option<(usize, f64)> {
        let (mut total, mut group, mut pending) = (0.0, 0.0, None::<f64>);
        let mut at = start;
        let mut best = None;
        let mut last_scale = f64::INFINITY;
        let first = tokens.get(start)?;
        if first.kind != Kind::Number && first.kind != Kind::Word {
            return None;
        }
        while let Some(token) = tokens.get(at) {
            if let Some(number) = token.number {
                if pending.is_some() || group != 0.0 {
                    break;
                }
                pending = Some(number.value);
                at += 1;
                best = Some((at, total + number.value));
                continue;
            }
            let Some(found) = self.words.longest(tokens, at) else {
                break;
            };
            match self.steps[found.entry] {
                Step::Unit(value) => {
                    if pending.is_some() {
                        break;
                    }
                    pending = Some(value);
                }
                Step::Plus(value) => {
                    let Some(unit) = pending.take() else { break };
                    group += unit + value;
                }
                Step::Times(value) => {
                    let Some(unit) = pending.take() else { break };
                    group += unit * value;
                }
                Step::Scale(value) => {
                    let amount = group + pending.take().unwrap_or(0.0);
                    if amount == 0.0 {
                        break;
                    }
                    // `ribu triliun` multiplies what stands before
                    if value > last_scale && total > 0.0 {
                        total = exact((total + amount) * value);
                    } else {
                        total += exact(amount * value);
                    }
                    last_scale = value;
                    group = 0.0;
                }
            }
            at = found.end;
            best = Some((at, total + group + pending.unwrap_or(0.0)));
        }
        // `ribu triliun`: the second scale has no amount of its own
        if let (Some((end, value)), Some(found)) = (best, self.words.longest(tokens, at))
            && end == at
            && let Step::Scale(scale) = self.steps[found.entry]
            && total > 0.0
            && pending.is_none()
            && group == 0.0
        {
            return Some((found.end, exact(value * scale)));
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        let value = |figure: &str| parse_figure(figure).unwrap().value;
        assert_eq!(value("1.250"), 1250.0);
        assert_eq!(value("8,03"), 8.03);
        assert_eq!(value("1.250.000,50"), 1_250_000.5);
        assert_eq!(value("2.5"), 2.5);
        assert_eq!(value("1,234,567"), 1_234_567.0);
        assert_eq!(value("14.30"), 14.3);
        assert_eq!(value("007"), 7.0);
        assert!(parse_figure("..").is_none());
        assert_eq!(exact(8.03 * 1e12), 8_030_000_000_000.0);
        assert_eq!(exact(2.5), 2.5);
    }
}
