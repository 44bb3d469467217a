//! Ranges whose ends lend each other what only one of them says.

use super::captures::Captures;
use super::partial::{Partial, Period, Point, What};
use super::value::Clock;

impl Captures<'_, '_> {
    pub(super) fn range(&self) -> Option<What> {
        if let (Some(year), Some(until)) = (self.year("year"), self.whole::<i16>("until")) {
            let until = if until < 100 {
                year / 100 * 100 + until
            } else {
                until
            };
            return (until > year && until - year < 150).then(|| years(year, until));
        }
        let to = match self.mark("to") {
            Some(mark) => match mark.what {
                What::Point(point) => point,
                _ => return None,
            },
            None => Point {
                period: Some(Period::Quarter(self.whole("also")?)),
                year: self.year("year"),
                ..Point::default()
            },
        };
        let from = match (self.whole::<i8>("day"), self.whole::<i8>("quarter")) {
            (Some(day), _) => Point {
                day: Some(day),
                ..Point::default()
            },
            (_, Some(quarter)) => Point {
                period: Some(Period::Quarter(quarter)),
                ..Point::default()
            },
            _ => self.point("from")?,
        };
        match self.point("of") {
            Some(of) => from_to(of.merge(from)?, of.merge(to)?),
            None => from_to(from, to),
        }
    }
}

/// A range whose ends lend each other what only one of them says.
pub(super) fn from_to(from: Point, to: Point) -> Option<What> {
    let mut from = from.filled_from(&to);
    // `pukul 08.00 sampai 10.00 WIB`: one zone for both
    if let (Some(Clock::At(h, m, None)), Some(Clock::At(_, _, offset))) = (from.clock, to.clock) {
        from.clock = Some(Clock::At(h, m, offset));
    }
    let to = match (to.clock, from.clock) {
        // `Senin pukul 08.00-10.00`: one day for both
        (Some(_), Some(_)) => {
            let dated = Point {
                clock: None,
                part: None,
                ..from
            };
            let clock = Point {
                clock: to.clock,
                part: to.part,
                ..Point::default()
            };
            if clock == to { dated.merge(clock)? } else { to }
        }
        _ => to,
    };
    let same_grain = Partial::point(from).label();
    let ordered = match (from.year, to.year) {
        (Some(a), Some(b)) if same_grain == "YEAR" => b > a && b - a < 150,
        _ => true,
    };
    let late_month = from.year.is_some() && from.year == to.year && from.anchor.is_none();
    if late_month
        && let (Some(a), Some(b)) = (from.month, to.month)
        && a > b
    {
        // `Desember hingga Januari 2025` begins the year before
        from.year = from.year.map(|year| year - 1);
    }
    ordered.then_some(What::Range(from, to))
}

/// From one year to another.
pub(super) fn years(from: i16, to: i16) -> What {
    let year = |year| Point {
        year: Some(year),
        ..Point::default()
    };
    What::Range(year(from), year(to))
}
