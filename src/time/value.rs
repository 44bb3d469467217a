//! TIMEX3 values: the type with its grain, first and last day; `timex` prints and parses them.

use super::calendar::{self, Season};
use jiff::civil::Date;

/// A TIMEX3 value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// `PRESENT_REF`, `PAST_REF`, `FUTURE_REF`.
    Vague(Vague),
    /// A date or a time of the day, of any grain.
    Point(Stamp),
    /// From one point to another: `2000/2009`.
    Range(Stamp, Stamp),
    /// A length of time: `P3Y`.
    Length(Length),
    /// Between two lengths: `P3Y/P7Y`.
    Lengths(Length, Length),
}

/// A time that is only placed against now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vague {
    /// Now.
    Present,
    /// Before now.
    Past,
    /// After now.
    Future,
}

impl Vague {
    pub(super) const ALL: [(Vague, &'static str); 3] = [
        (Vague::Present, "PRESENT_REF"),
        (Vague::Past, "PAST_REF"),
        (Vague::Future, "FUTURE_REF"),
    ];

    /// The TIMEX3 word.
    pub fn as_str(self) -> &'static str {
        match self {
            Vague::Present => "PRESENT_REF",
            Vague::Past => "PAST_REF",
            Vague::Future => "FUTURE_REF",
        }
    }
}

/// A calendar part with an optional time of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// The calendar part.
    pub day: Day,
    /// The time of the day.
    pub clock: Option<Clock>,
}

/// The calendar part of a value; its grain is its variant, an unknown year is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Day {
    /// Nothing known: `T09:00`.
    None,
    /// `19`: the years that begin with these digits.
    Century(i16),
    /// `199`.
    Decade(i16),
    /// `2024`.
    Year(Option<i16>),
    /// `2024-H1`.
    Half(Option<i16>, i8),
    /// `2024-Q3`.
    Quarter(Option<i16>, i8),
    /// `2024-SU`.
    Season(Option<i16>, Season),
    /// `2024-08`.
    Month(Option<i16>, i8),
    /// `2024-W32`.
    Week(Option<(i16, i8)>),
    /// `2024-W32-WE`.
    Weekend(Option<(i16, i8)>),
    /// `XXXX-WXX-1`, Monday is 1.
    Weekday(i8),
    /// `2024-08-13`, with a month or year that may be unknown.
    Date(Option<i16>, Option<i8>, i8),
}

/// A time of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clock {
    /// `TMO`.
    Part(Part),
    /// `T14:30+07:00`; the offset in minutes.
    At(i8, i8, Option<i16>),
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// dini hari, pagi
    Morning,
    /// siang, sore
    Afternoon,
    /// petang
    Evening,
    /// malam
    Night,
}

impl Part {
    pub(super) const ALL: [(Part, &'static str); 4] = [
        (Part::Morning, "MO"),
        (Part::Afternoon, "AF"),
        (Part::Evening, "EV"),
        (Part::Night, "NI"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Part::Morning => "MO",
            Part::Afternoon => "AF",
            Part::Evening => "EV",
            Part::Night => "NI",
        }
    }
}

/// A unit of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Y
    Year,
    /// M, before the T
    Month,
    /// W
    Week,
    /// D
    Day,
    /// H
    Hour,
    /// M, after the T
    Minute,
    /// S
    Second,
}

impl Unit {
    pub(super) const ALL: [(Unit, char); 7] = [
        (Unit::Year, 'Y'),
        (Unit::Month, 'M'),
        (Unit::Week, 'W'),
        (Unit::Day, 'D'),
        (Unit::Hour, 'H'),
        (Unit::Minute, 'M'),
        (Unit::Second, 'S'),
    ];
}

/// An amount of one unit and perhaps of a finer one: `P1Y6M`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// The coarser unit with its amount; `None` prints X.
    pub first: (Unit, Option<f64>),
    /// The finer one.
    pub second: Option<(Unit, f64)>,
}

impl Stamp {
    /// A stamp without a time of the day.
    pub fn day(day: Day) -> Self {
        Self { day, clock: None }
    }

    /// The whole date.
    pub fn date(date: Date) -> Self {
        Self::day(Day::Date(Some(date.year()), Some(date.month()), date.day()))
    }

    /// First and last day, where both are known.
    pub fn days(self) -> Option<(Date, Date)> {
        let months = |year: i16, from: i8, to: i8| {
            let first = Date::new(year, from, 1).ok()?;
            let last = Date::new(year, to, 1).ok()?.last_of_month();
            Some((first, last))
        };
        match self.day {
            Day::Century(n) => {
                let from = n.checked_mul(100)?;
                Some((months(from, 1, 12)?.0, months(from + 99, 1, 12)?.1))
            }
            Day::Decade(n) => {
                let from = n.checked_mul(10)?;
                Some((months(from, 1, 12)?.0, months(from + 9, 1, 12)?.1))
            }
            Day::Year(year) => months(year?, 1, 12),
            Day::Half(year, n) => months(year?, 6 * n - 5, 6 * n),
            Day::Quarter(year, n) => months(year?, 3 * n - 2, 3 * n),
            Day::Season(year, season) => {
                let (from, to) = season.months();
                let last = if to < from { year? + 1 } else { year? };
                Some((months(year?, from, from)?.0, months(last, to, to)?.1))
            }
            Day::Month(year, month) => months(year?, month, month),
            Day::Week(week) => calendar::week(week?.0, week?.1),
            Day::Weekend(week) => {
                let (_, sunday) = calendar::week(week?.0, week?.1)?;
                Some((sunday.yesterday().ok()?, sunday))
            }
            Day::Date(year, month, day) => {
                let date = Date::new(year?, month?, day).ok()?;
                Some((date, date))
            }
            Day::None | Day::Weekday(_) => None,
        }
    }
}

impl Value {
    /// First and last day, where the value is a date; `None` on a side that is not known.
    pub fn interval(&self) -> (Option<Date>, Option<Date>) {
        match self {
            Value::Point(stamp) => stamp
                .days()
                .map_or((None, None), |(a, b)| (Some(a), Some(b))),
            Value::Range(from, to) => (from.days().map(|d| d.0), to.days().map(|d| d.1)),
            _ => (None, None),
        }
    }

    /// The stamp of a point, or the begin of a range.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        match self {
            Value::Point(stamp) | Value::Range(stamp, _) => Some(*stamp),
            _ => None,
        }
    }
}
