//! The captures of a match, read as numbers, units, parts of the day and earlier findings.

use super::facts::Facts;
use super::partial::{Anchor, Base, Hint, Partial, Point, What};
use super::value::{Clock, Length, Part, Unit, Vague};
use crate::pattern::{Capture, Captured, Match, PatternSet};
use crate::token::Tokens;

/// The captures of one match.
pub(super) struct Captures<'a, 't> {
    pub set: &'a PatternSet,
    /// Number of the pattern in the set.
    pub number: usize,
    pub found: &'a Match,
    pub tokens: &'a Tokens<'t>,
    /// What earlier layers found, by mark index.
    pub earlier: &'a [super::find::Found],
    pub facts: &'a Facts,
}

impl<'a> Captures<'a, '_> {
    pub fn get(&self, name: &str) -> Option<&'a Capture> {
        self.set.capture(self.number, self.found, name)
    }

    pub fn text(&self, name: &str) -> Option<String> {
        let range = self.get(name)?.range.clone();
        Some(range.map(|at| self.tokens.lower(at)).collect())
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.number()
    }

    pub fn whole<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        let number = self.number(name)?;
        T::try_from(number as i64).ok()
    }

    pub fn entry(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.entry()
    }

    pub fn mark(&self, name: &str) -> Option<&'a Partial> {
        let index = self.get(name)?.mark()?.index;
        Some(&self.earlier.get(index)?.partial)
    }

    pub fn point(&self, name: &str) -> Option<Point> {
        match &self.mark(name)?.what {
            What::Point(point) => Some(*point),
            _ => None,
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn year(&self, name: &str) -> Option<i16> {
        let year: i16 = self.whole(name)?;
        Some(match year {
            0..=49 => 2000 + year,
            50..=99 => 1900 + year,
            _ => year,
        })
    }

    pub fn part(&self) -> Option<Part> {
        part(self.entry("part")?)
    }

    pub fn hint(&self) -> Option<Hint> {
        Some(match self.entry("hint")?.parse::<i32>().ok()? {
            ..=-1 => Hint::Past,
            0 => Hint::This,
            1.. => Hint::Future,
        })
    }

    pub fn direction(&self) -> Option<i32> {
        self.entry("direction")?.parse().ok()
    }

    /// `tiga tahun`, `setahun`, `beberapa tahun`: unit and amount, of which `None` is not known.
    pub fn amount(&self) -> Option<(Unit, Option<f64>)> {
        if let Some(single) = self.entry("single") {
            return amount(single, 1.0);
        }
        if let Some(many) = self.entry("many") {
            return Some((amount(many, 1.0)?.0, None));
        }
        let unit = self.entry("unit")?;
        match self.get("count").map(|capture| &capture.value) {
            None => amount(unit, 1.0),
            Some(Captured::Number(count)) => amount(unit, *count),
            Some(Captured::Entry(_)) => match self.number("count") {
                Some(count) => amount(unit, count),
                None => Some((amount(unit, 1.0)?.0, None)),
            },
            Some(_) => Some((amount(unit, 1.0)?.0, None)),
        }
    }
}

pub(super) const DAYS: [i8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

pub(super) fn part(name: &str) -> Option<Part> {
    let mut all = Part::ALL.iter();
    all.find(|(_, known)| *known == name).map(|(part, _)| *part)
}

/// `+07:00` in minutes; a zone without a known offset gives none.
pub(super) fn offset(zone: &str) -> Option<i16> {
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let offset = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
    Some(if zone.starts_with('-') {
        -offset
    } else {
        offset
    })
}

/// A unit such as `10 Y` or `D`, `count` times.
pub(super) fn amount(unit: &str, count: f64) -> Option<(Unit, Option<f64>)> {
    let (factor, name) = unit.split_once(' ').unwrap_or(("1", unit));
    let count = factor.parse::<f64>().ok()? * count;
    let unit = match name {
        "Y" => Unit::Year,
        "M" => Unit::Month,
        "W" => Unit::Week,
        "D" => Unit::Day,
        "H" => Unit::Hour,
        "MIN" => Unit::Minute,
        "S" => Unit::Second,
        _ => return None,
    };
    Some((unit, Some(count)))
}

/// Halves of years and hours become months and minutes.
pub(super) fn length(unit: Unit, count: Option<f64>) -> Length {
    let finer = match unit {
        Unit::Year => Some((Unit::Month, 12.0)),
        Unit::Hour => Some((Unit::Minute, 60.0)),
        Unit::Minute => Some((Unit::Second, 60.0)),
        _ => None,
    };
    if let (Some(count), Some((finer, per))) = (count, finer)
        && count.fract() != 0.0
        && (count.fract() * per).fract().abs() < 1e-6
    {
        let rest = count.fract() * per;
        return match count.trunc() {
            0.0 => Length {
                first: (finer, Some(rest)),
                second: None,
            },
            whole => Length {
                first: (unit, Some(whole)),
                second: Some((finer, rest)),
            },
        };
    }
    Length {
        first: (unit, count),
        second: None,
    }
}

/// `13.8.2024` and `2024-08-13` in one token.
pub(super) fn numeric(text: &str) -> Option<Point> {
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts[..] else {
        return None;
    };
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    let year: i16 = year.parse().ok().filter(|_| year.len() == 4)?;
    let valid = (1..=12).contains(&month)
        && (1..=DAYS[month as usize - 1]).contains(&day)
        && (1900..=2100).contains(&year);
    valid.then_some(Point {
        day: Some(day),
        month: Some(month),
        year: Some(year),
        ..Point::default()
    })
}

/// `D-1`, `D-1TNI`, `M+0`, `PAST_REF`.
pub(super) fn deictic(value: &str) -> Option<What> {
    match value {
        "PRESENT_REF" => return Some(What::Vague(Vague::Present)),
        "PAST_REF" => return Some(What::Vague(Vague::Past)),
        "FUTURE_REF" => return Some(What::Vague(Vague::Future)),
        _ => {}
    }
    let (shift, clock) = value.split_once('T').unwrap_or((value, ""));
    let (unit, count) = shift.split_at_checked(1)?;
    let (unit, _) = amount(unit, 1.0)?;
    Some(What::Point(Point {
        anchor: Some(anchor(unit, count.parse().ok()?)),
        clock: part(clock).map(Clock::Part),
        ..Point::default()
    }))
}

/// The `mod` of a word of `time_modifiers.tsv`; `hampir` is less than a length and about a date.
pub(super) fn modifier(value: &str, length: bool) -> Option<&'static str> {
    const ALL: [&str; 10] = [
        "APPROX",
        "MORE_THAN",
        "LESS_THAN",
        "EQUAL_OR_MORE",
        "EQUAL_OR_LESS",
        "START",
        "MID",
        "END",
        "BEFORE",
        "AFTER",
    ];
    if value == "NEARLY" {
        return Some(if length { "LESS_THAN" } else { "APPROX" });
    }
    ALL.into_iter().find(|known| *known == value)
}

pub(super) fn anchor(unit: Unit, count: i32) -> Anchor {
    Anchor {
        base: Base::Reference,
        unit,
        count,
    }
}
