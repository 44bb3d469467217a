//! What the text says, before anything is resolved: day 13, month 8, Tuesday, a year ago.

use super::calendar::Season;
use super::value::{Clock, Length, Part, Unit, Vague, Value};

/// The meaning of a match.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partial {
    pub what: What,
    /// TIMEX3 `mod`.
    pub modifier: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Point(Point),
    Range(Point, Point),
    Length(Length),
    /// So many minutes after the clock time before; its length where there is none.
    Later(Length, i32),
    Lengths(Length, Length),
    /// A set: its value, and how often.
    Every(Every),
    Vague(Vague),
}

/// What recurs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Every {
    pub value: Value,
    /// `EVERY`, unless it is counted.
    pub every: bool,
    /// How often in it.
    pub times: Option<u32>,
}

/// A date or time of the day with whatever the text gives of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    pub weekday: Option<i8>,
    pub period: Option<Period>,
    pub clock: Option<Clock>,
    /// A part of the day beside a clock: `jam 3 sore`.
    pub part: Option<Part>,
    pub anchor: Option<Anchor>,
    /// lalu, ini, mendatang beside a date.
    pub hint: Option<Hint>,
    /// Number of a holiday in the facts.
    pub holiday: Option<usize>,
    /// Days after (before) the holiday.
    pub offset: i32,
    /// Year and month are Hijri.
    pub hijri: bool,
}

/// A calendar part that is no day, month or year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Period {
    Half(i8),
    Quarter(i8),
    Season(Season),
    Decade(i16),
    Century(i16),
    Weekend,
    /// A season of sport, from summer to summer.
    Sport,
    /// The quarter, half or months mentioned before, in another year.
    Last,
}

/// A distance from a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Anchor {
    pub base: Base,
    pub unit: Unit,
    pub count: i32,
}

/// From what an anchor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The day of publication.
    Reference,
    /// The time mentioned before.
    Context,
}

/// On which side of the day of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    Past,
    This,
    Future,
}

/// The labels that later rules see, in the pattern language's braces.
pub(crate) const LABELS: &[&str] = &[
    "DAY", "WEEKDAY", "RELATIVE", "MONTH", "YEAR", "WEEK", "PERIOD", "PART", "CLOCK", "MOMENT",
    "LENGTH", "EVERY", "RANGE", "VAGUE",
];

impl Partial {
    pub fn new(what: What) -> Self {
        Self {
            what,
            modifier: None,
        }
    }

    pub fn point(point: Point) -> Self {
        Self::new(What::Point(point))
    }

    /// Which of [`LABELS`] it is.
    pub fn label(&self) -> &'static str {
        match &self.what {
            What::Point(point) => point.label(),
            What::Range(..) => "RANGE",
            What::Length(_) | What::Later(..) | What::Lengths(..) => "LENGTH",
            What::Every(_) => "EVERY",
            What::Vague(_) => "VAGUE",
        }
    }
}

impl Point {
    fn label(&self) -> &'static str {
        let dated = self.has_date();
        match self.clock {
            Some(_) if dated => return "MOMENT",
            Some(Clock::Part(_)) => return "PART",
            Some(_) => return "CLOCK",
            None => {}
        }
        if self.day.is_some() || self.holiday.is_some() {
            "DAY"
        } else if self.weekday.is_some() {
            "WEEKDAY"
        } else if self.period.is_some() {
            "PERIOD"
        } else if self.month.is_some() {
            "MONTH"
        } else if self.year.is_some() {
            "YEAR"
        } else {
            match self.anchor.map(|anchor| anchor.unit) {
                Some(Unit::Year) => "YEAR",
                Some(Unit::Month) => "MONTH",
                Some(Unit::Week) => "WEEK",
                _ => "RELATIVE",
            }
        }
    }

    fn has_date(&self) -> bool {
        self.day.is_some()
            || self.weekday.is_some()
            || self.month.is_some()
            || self.year.is_some()
            || self.anchor.is_some()
            || self.period.is_some()
            || self.holiday.is_some()
    }

    /// Both together, where they do not contradict each other.
    pub fn merge(self, other: Self) -> Option<Self> {
        fn one<T: PartialEq>(a: Option<T>, b: Option<T>) -> Option<Option<T>> {
            match (a, b) {
                (Some(a), Some(b)) if a != b => None,
                (a, b) => Some(a.or(b)),
            }
        }
        let clock = match (self.clock, other.clock) {
            // `pukul 08.30 WIB pagi`
            (Some(at @ Clock::At(..)), Some(Clock::Part(_)))
            | (Some(Clock::Part(_)), Some(at @ Clock::At(..))) => Some(at),
            (a, b) => one(a, b)?,
        };
        let part = |clock| match clock {
            Some(Clock::Part(part)) => Some(part),
            _ => None,
        };
        let part = part(other.clock).or(part(self.clock));
        // `kemarin, Selasa`: the nearer anchor stays, the date decides
        Some(Self {
            year: one(self.year, other.year)?,
            month: one(self.month, other.month)?,
            day: one(self.day, other.day)?,
            weekday: one(self.weekday, other.weekday)?,
            period: one(self.period, other.period)?,
            clock,
            part: self.part.or(other.part).or(part),
            anchor: self.anchor.or(other.anchor),
            hint: self.hint.or(other.hint),
            holiday: one(self.holiday, other.holiday)?,
            offset: self.offset + other.offset,
            hijri: self.hijri || other.hijri,
        })
    }

    /// Takes from `other` the coarser parts that this one lacks: `12-15 Mei 2024`.
    pub fn filled_from(mut self, other: &Self) -> Self {
        let relative = self.anchor.is_some() || self.holiday.is_some();
        if relative {
            return self;
        }
        if self.day.is_some() && self.month.is_none() {
            self.month = other.month;
        }
        if self.weekday.is_none() || self.day.is_some() {
            let dated = self.month.is_some() || self.period.is_some();
            if dated && self.year.is_none() {
                self.year = other.year;
                self.hijri |= other.hijri;
                if other.year.is_none() {
                    self.anchor = other.anchor.filter(|anchor| anchor.unit == Unit::Year);
                }
            }
        }
        if self.hint.is_none() {
            self.hint = other.hint;
        }
        self
    }
}
