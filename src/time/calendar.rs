//! Civil arithmetic over jiff, ISO weeks, seasons, and the Hijri calendar.

use super::value::Unit;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, ToSpan};

/// A season of the temperate zone, as sport and fashion name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    /// musim semi
    Spring,
    /// musim panas
    Summer,
    /// musim gugur
    Autumn,
    /// musim dingin
    Winter,
}

impl Season {
    const ALL: [Season; 4] = [
        Season::Spring,
        Season::Summer,
        Season::Autumn,
        Season::Winter,
    ];

    /// The TIMEX3 letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Season::Spring => "SP",
            Season::Summer => "SU",
            Season::Autumn => "FA",
            Season::Winter => "WI",
        }
    }

    pub(super) fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// First and last month; winter ends in the next year.
    pub(super) fn months(self) -> (i8, i8) {
        match self {
            Season::Spring => (3, 5),
            Season::Summer => (6, 8),
            Season::Autumn => (9, 11),
            Season::Winter => (12, 2),
        }
    }
}

/// Monday and Sunday of an ISO week.
pub(super) fn week(year: i16, week: i8) -> Option<(Date, Date)> {
    let day = |weekday| Some(ISOWeekDate::new(year, week, weekday).ok()?.date());
    Some((day(Weekday::Monday)?, day(Weekday::Sunday)?))
}

/// ISO year and week of a day.
pub(super) fn week_of(date: Date) -> (i16, i8) {
    let week = date.iso_week_date();
    (week.year(), week.week())
}

/// Monday is 1.
pub(super) fn weekday(date: Date) -> i8 {
    date.weekday().to_monday_one_offset()
}

/// `date` moved by `count` units; a day that the month does not have becomes its last.
pub(super) fn shift(date: Date, unit: Unit, count: i32) -> Option<Date> {
    let span: Span = match unit {
        Unit::Year => Span::new().try_years(count).ok()?,
        Unit::Month => Span::new().try_months(count).ok()?,
        Unit::Week => Span::new().try_weeks(count).ok()?,
        Unit::Day => Span::new().try_days(count).ok()?,
        Unit::Hour | Unit::Minute | Unit::Second => 0.days(),
    };
    date.checked_add(span).ok()
}

/// Days from `from` to `to`.
pub(super) fn distance(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The last day before `date` (or `date` itself) that is that weekday.
pub(super) fn weekday_until(date: Date, weekday: i8) -> Option<Date> {
    let back = (self::weekday(date) - weekday).rem_euclid(7);
    shift(date, Unit::Day, -i32::from(back))
}

/// The day of the tabular Hijri calendar (type II, civil epoch), as ministries print it give or take a day.
pub(super) fn hijri(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1..=1600).contains(&year) || !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    // days since 16 July 622 of the Julian calendar, which is 19 July of the Gregorian
    let leap = (3 + 11 * year).div_euclid(30);
    let months = 29 * (month - 1) + month / 2;
    let days = day - 1 + months + (year - 1) * 354 + leap;
    shift(Date::new(622, 7, 19).ok()?, Unit::Day, days)
}

/// The Hijri year that begins before the Gregorian year's end.
pub(super) fn hijri_year(date: Date) -> i32 {
    let days = distance(Date::constant(622, 7, 19), date);
    1 + (f64::from(days) / 354.367) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn hijri_months() {
        // 1 Muharram 1445, 1 Ramadan 1445 and 1 Syawal 1445 as Indonesia kept them, give or take one day
        for ((y, m, d), expected) in [
            ((1445, 1, 1), "2023-07-19"),
            ((1445, 9, 1), "2024-03-12"),
            ((1445, 10, 1), "2024-04-10"),
            ((1400, 1, 1), "1979-11-21"),
        ] {
            let found = hijri(y, m, d).unwrap();
            assert!(
                distance(found, date(expected)).abs() <= 1,
                "{y}-{m}: {found}"
            );
        }
        assert_eq!(hijri_year(date("2024-08-14")), 1446);
    }

    #[test]
    fn weekdays_back() {
        assert_eq!(
            weekday_until(date("2024-08-14"), 3),
            Some(date("2024-08-14"))
        );
        assert_eq!(
            weekday_until(date("2024-08-14"), 4),
            Some(date("2024-08-08"))
        );
        assert_eq!(week_of(date("2024-12-30")), (2025, 1));
        assert_eq!(
            shift(date("2024-03-31"), Unit::Month, -1),
            Some(date("2024-02-29"))
        );
    }
}
