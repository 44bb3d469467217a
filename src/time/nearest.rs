//! The day that a date or weekday means near the publication.

use super::calendar::{self, distance, shift, weekday, weekday_until};
use super::partial::{Hint, Point};
use super::resolve::Context;
use super::value::{Day, Stamp, Unit};
use jiff::civil::Date;

impl Context<'_> {
    /// A date in full; one digit is mended where weekday and publication agree on another day.
    pub(super) fn full(
        &mut self,
        year: i16,
        month: i8,
        day: i8,
        weekday: Option<i8>,
        text: &str,
    ) -> Option<Day> {
        let printed = Date::new(year, month, day).ok();
        let Some(wanted) = weekday else {
            return Some(Stamp::date(printed?).day);
        };
        if let Some(printed) = printed
            && calendar::weekday(printed) == wanted
        {
            return Some(Stamp::date(printed).day);
        }
        let far = |date: Date| self.reference.is_none_or(|r| distance(r, date).abs() > 14);
        if printed.is_none_or(far)
            && let Some(reference) = self.reference
            && let Some(mended) = mend(year, month, day, wanted, reference)
        {
            self.warnings.push(format!(
                "weekday contradicts date: {text}; read as {mended}"
            ));
            return Some(Stamp::date(mended).day);
        }
        self.warnings
            .push(format!("weekday contradicts date: {text}"));
        Some(Stamp::date(printed?).day)
    }

    /// Day and month: the year that agrees with the weekday and lies near the publication.
    pub(super) fn yearless(
        &mut self,
        month: i8,
        day: i8,
        point: &Point,
        text: &str,
    ) -> Option<Day> {
        let Some(reference) = self.reference else {
            return Some(Day::Date(None, Some(month), day));
        };
        let years = (-8..=4).map(|n| reference.year() + n);
        let dates: Vec<Date> = years
            .filter_map(|y| Date::new(y, month, day).ok())
            .collect();
        let allowed = |date: &&Date| match point.hint {
            Some(Hint::Past) => **date <= reference,
            Some(Hint::Future) => **date >= reference,
            Some(Hint::This) => date.year() == reference.year(),
            None => !self.future || distance(reference, **date) >= -40,
        };
        let near = |date: &&Date| distance(reference, **date).abs();
        let allowed: Vec<Date> = dates.iter().filter(allowed).copied().collect();
        let nearest = *allowed
            .iter()
            .min_by_key(near)
            .or(dates.iter().min_by_key(near))?;
        // a date soon after one with another year belongs to that year
        if let Some(last) = self.last_day
            && point.weekday.is_none()
            && point.hint.is_none()
            && last.year() != reference.year()
            && distance(reference, nearest).abs() > 20
            && let Ok(same) = Date::new(last.year(), month, day)
            && distance(last, same).abs() <= 45
        {
            return Some(Stamp::date(same).day);
        }
        let Some(wanted) = point.weekday else {
            return Some(Stamp::date(nearest).day);
        };
        if weekday(nearest) == wanted {
            return Some(Stamp::date(nearest).day);
        }
        let fresh = (-10..=4).contains(&distance(reference, nearest));
        let agreeing = dates.iter().filter(|d| weekday(**d) == wanted);
        let agreeing = agreeing.min_by_key(near).copied();
        if !fresh && let Some(date) = agreeing {
            return Some(Stamp::date(date).day);
        }
        self.warnings
            .push(format!("weekday contradicts date: {text}"));
        Some(Stamp::date(nearest).day)
    }

    pub(super) fn month(&self, month: i8, point: &Point) -> Day {
        let Some(reference) = self.reference else {
            return Day::Month(None, month);
        };
        let ahead = month - reference.month();
        let year = reference.year();
        let year = match point.hint {
            Some(Hint::Past) if ahead > 0 || ahead == 0 && reference.day() < 10 => year - 1,
            Some(Hint::Future) if ahead < 0 => year + 1,
            Some(_) => year,
            None if self.future && ahead < -2 => year + 1,
            None if self.future => year,
            None if ahead > 4 => year - 1,
            None if ahead < -8 => year + 1,
            None => year,
        };
        Day::Month(Some(year), month)
    }

    pub(super) fn day_of_month(&self, day: i8, point: &Point) -> Day {
        let month = match point.anchor {
            Some(anchor) if anchor.unit == Unit::Month => match self.anchored(anchor) {
                Ok(Day::Month(Some(y), m)) => Some((y, m)),
                _ => None,
            },
            _ => self.reference.map(|r| {
                let early = day > r.day() && point.hint == Some(Hint::Past);
                let late = day < r.day() && point.hint == Some(Hint::Future);
                let back = if early { -1 } else { i32::from(late) };
                let moved = shift(r, Unit::Month, back).unwrap_or(r);
                (moved.year(), moved.month())
            }),
        };
        match month {
            Some((year, month)) if Date::new(year, month, day).is_ok() => {
                Day::Date(Some(year), Some(month), day)
            }
            _ => Day::Date(None, None, day),
        }
    }

    pub(super) fn weekday(&self, day: i8, point: &Point) -> Day {
        let Some(reference) = self.reference else {
            let known = self.known.iter().rev().find(|d| weekday(**d) == day);
            return known.map_or(Day::Weekday(day), |date| Stamp::date(*date).day);
        };
        let near = |days: i32| shift(reference, Unit::Day, days).unwrap_or(reference);
        let next = || weekday_until(near(7), day);
        let date = match (point.anchor, point.hint) {
            (Some(anchor), _) if anchor.unit == Unit::Week => {
                shift(reference, Unit::Week, anchor.count)
                    .and_then(|date| shift(date, Unit::Day, i32::from(day - weekday(date))))
            }
            (Some(anchor), _) if anchor.count < 0 => weekday_until(near(-1), day),
            (Some(anchor), _) if anchor.count > 0 => next(),
            (_, Some(Hint::Past)) => weekday_until(near(-1), day),
            (_, Some(Hint::Future)) => next(),
            (_, Some(Hint::This)) => {
                shift(reference, Unit::Day, i32::from(day - weekday(reference)))
            }
            _ => {
                let window = -7..=7;
                let known = self.known.iter().rev();
                let mut known = known.filter(|d| window.contains(&distance(reference, **d)));
                let known = known.find(|d| weekday(**d) == day).copied();
                match known {
                    Some(date) => Some(date),
                    None if self.future && weekday(reference) != day => next(),
                    None => weekday_until(reference, day),
                }
            }
        };
        date.map_or(Day::Weekday(day), |date| Stamp::date(date).day)
    }
}

/// The day that differs from the printed one in one digit, has the weekday and lies near `reference`.
fn mend(year: i16, month: i8, day: i8, wanted: i8, reference: Date) -> Option<Date> {
    let near = (-10..=3).filter_map(|n| shift(reference, Unit::Day, n));
    let fits = near.filter(|date| {
        let digits = |a: i16, b: i16| {
            let (a, b) = (format!("{a:04}"), format!("{b:04}"));
            a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count()
        };
        weekday(*date) == wanted
            && digits(date.year(), year)
                + digits(date.month().into(), month.into())
                + digits(date.day().into(), day.into())
                == 1
    });
    fits.min_by_key(|date| distance(reference, *date).abs())
}
