//! The closed list of functions that make a meaning from a rule's captures.

use super::calendar::{self, Season};
use super::facts::Facts;
use super::partial::{Anchor, Base, Every, Hint, Partial, Period, Point, What};
use super::value::{Clock, Day, Length, Part, Stamp, Unit, Vague, Value};
use crate::pattern::{Call, Capture, Captured, Functions, Match, PatternSet};
use crate::token::Tokens;

/// What a rule's `value` may call, with the captures that each function reads.
pub(crate) const FUNCTIONS: &Functions = &[
    (
        "date",
        &[
            "day", "month", "year", "weekday", "hint", "part", "half", "quarter", "of", "also",
            "third",
        ],
    ),
    ("numeric", &["text"]),
    (
        "clock",
        &["clock", "hour", "minute", "half", "zone", "part"],
    ),
    ("pair", &["pair", "year"]),
    ("season", &["season", "year", "direction"]),
    ("sport", &["direction", "shifted", "from", "to"]),
    ("decade", &["decade"]),
    ("century", &["century"]),
    ("deictic", &["word"]),
    (
        "shift",
        &["day", "count", "single", "unit", "direction", "of", "part"],
    ),
    (
        "follow",
        &["count", "single", "unit", "direction", "of", "part"],
    ),
    ("ahead", &["count", "single", "unit"]),
    ("again", &["unit"]),
    ("morrow", &[]),
    ("period", &["of"]),
    ("listed", &["day", "of", "also"]),
    ("weekend", &["direction"]),
    ("weekends", &[]),
    (
        "holiday",
        &["name", "year", "ordinal", "offset", "sign", "hint", "hijri"],
    ),
    ("hijri", &["day", "month", "year"]),
    (
        "length",
        &[
            "count", "single", "many", "unit", "more", "finer", "until", "half", "modifier",
        ],
    ),
    (
        "every",
        &[
            "count", "single", "unit", "times", "of", "weekday", "part", "from", "to",
        ],
    ),
    (
        "range",
        &[
            "of", "day", "from", "to", "year", "until", "quarter", "also",
        ],
    ),
    ("same", &["of"]),
    ("modify", &["modifier", "of"]),
    ("present", &[]),
    ("past", &[]),
    ("future", &[]),
];

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

    fn text(&self, name: &str) -> Option<String> {
        let range = self.get(name)?.range.clone();
        Some(range.map(|at| self.tokens.lower(at)).collect())
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.number()
    }

    fn whole<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        let number = self.number(name)?;
        T::try_from(number as i64).ok()
    }

    fn entry(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.entry()
    }

    fn mark(&self, name: &str) -> Option<&'a Partial> {
        let index = self.get(name)?.mark()?.index;
        Some(&self.earlier.get(index)?.partial)
    }

    fn point(&self, name: &str) -> Option<Point> {
        match &self.mark(name)?.what {
            What::Point(point) => Some(*point),
            _ => None,
        }
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn year(&self, name: &str) -> Option<i16> {
        let year: i16 = self.whole(name)?;
        Some(match year {
            0..=49 => 2000 + year,
            50..=99 => 1900 + year,
            _ => year,
        })
    }

    fn part(&self) -> Option<Part> {
        part(self.entry("part")?)
    }

    fn hint(&self) -> Option<Hint> {
        Some(match self.entry("hint")?.parse::<i32>().ok()? {
            ..=-1 => Hint::Past,
            0 => Hint::This,
            1.. => Hint::Future,
        })
    }

    fn direction(&self) -> Option<i32> {
        self.entry("direction")?.parse().ok()
    }

    /// `tiga tahun`, `setahun`, `beberapa tahun`: unit and amount, of which `None` is not known.
    fn amount(&self) -> Option<(Unit, Option<f64>)> {
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

    /// The meaning of a call over these captures; `None` where they make no sense together.
    pub fn evaluate(&self, call: &Call) -> Option<Partial> {
        let what = match call.function {
            "date" => return self.date(),
            "numeric" => What::Point(numeric(&self.text("text")?)?),
            "clock" => What::Point(self.clock()?),
            "season" => What::Point(Point {
                period: Some(Period::Season(Season::named(self.entry("season")?)?)),
                year: self.year("year"),
                anchor: self.direction().map(|count| anchor(Unit::Year, count)),
                ..Point::default()
            }),
            "sport" => self.sport()?,
            "pair" => {
                let (from, to) = self.entry("pair")?.split_once(' ')?;
                let month = |month: &str| {
                    Some(Point {
                        month: Some(month.parse().ok()?),
                        ..Point::default()
                    })
                };
                let to = Point {
                    year: self.year("year"),
                    ..month(to)?
                };
                self.from_to(month(from)?, to)?
            }
            "decade" => What::Point(Point {
                period: Some(Period::Decade(match self.whole::<i16>("decade")? {
                    n @ (0 | 10 | 20) => 200 + n / 10,
                    n @ 30..=90 if n % 10 == 0 => 190 + n / 10,
                    n if n >= 1000 && n % 10 == 0 => n / 10,
                    _ => return None,
                })),
                ..Point::default()
            }),
            "century" => What::Point(Point {
                period: Some(Period::Century(self.whole::<i16>("century")? - 1)),
                ..Point::default()
            }),
            "deictic" => deictic(self.entry("word")?)?,
            "shift" => self.shift(Base::Reference, self.direction()?)?,
            "follow" => self.shift(Base::Context, self.direction()?)?,
            "ahead" => self.shift(Base::Reference, 1)?,
            "again" => What::Point(Point {
                anchor: Some(Anchor {
                    base: Base::Context,
                    unit: self.amount()?.0,
                    count: 0,
                }),
                ..Point::default()
            }),
            "morrow" => What::Point(Point {
                anchor: Some(Anchor {
                    base: Base::Context,
                    unit: Unit::Day,
                    count: 1,
                }),
                ..Point::default()
            }),
            "period" => What::Point(Point {
                period: Some(Period::Last),
                ..self.point("of")?
            }),
            "listed" => {
                let point = match self.whole("day") {
                    Some(day) => Point {
                        day: Some(day),
                        ..Point::default()
                    },
                    None => self.point("of")?,
                };
                let last = if self.has("also") { "also" } else { "of" };
                What::Point(point.filled_from(&self.point(last)?))
            }
            "weekends" => What::Every(Every {
                value: Value::Point(Stamp::day(Day::Weekend(None))),
                every: true,
                times: None,
            }),
            "weekend" => What::Point(Point {
                period: Some(Period::Weekend),
                anchor: Some(anchor(Unit::Week, self.direction().unwrap_or(0))),
                ..Point::default()
            }),
            "holiday" => What::Point(self.holiday()?),
            "hijri" => What::Point(Point {
                day: self.whole("day"),
                month: Some(self.whole("month")?),
                year: self.whole("year"),
                hijri: true,
                ..Point::default()
            }),
            "length" => {
                return Some(Partial {
                    what: self.length()?,
                    modifier: self.entry("modifier").and_then(|m| modifier(m, true)),
                });
            }
            "every" => self.every()?,
            "range" => self.range()?,
            "same" => return self.mark("of").cloned(),
            "modify" => {
                let of = self.mark("of")?;
                let length = matches!(of.what, What::Length(_) | What::Lengths(..));
                return Some(Partial {
                    what: of.what.clone(),
                    modifier: modifier(self.entry("modifier")?, length).or(of.modifier),
                });
            }
            "present" => What::Vague(Vague::Present),
            "past" => What::Vague(Vague::Past),
            "future" => What::Vague(Vague::Future),
            _ => return None,
        };
        Some(Partial::new(what))
    }

    fn date(&self) -> Option<Partial> {
        let mut point = Point {
            day: self.whole("day"),
            month: self.whole("month"),
            year: self.year("year"),
            weekday: self.whole("weekday"),
            hint: self.hint(),
            clock: self.part().map(Clock::Part),
            ..Point::default()
        };
        if let Some(half) = self.whole("half") {
            point.period = Some(Period::Half(half));
        }
        if let Some(quarter) = self.whole("quarter") {
            point.period = Some(Period::Quarter(quarter));
        }
        let mut modifier = None;
        for name in ["of", "also", "third"] {
            if let Some(mark) = self.mark(name) {
                let What::Point(other) = mark.what else {
                    return None;
                };
                if point.hint.is_some() && other.hint.is_some() {
                    return None;
                }
                modifier = modifier.or(mark.modifier);
                point = point.merge(other)?;
            }
        }
        let valid = match (point.day, point.month) {
            (Some(day), Some(month)) if !point.hijri => {
                day <= DAYS[month.clamp(1, 12) as usize - 1]
            }
            _ => true,
        };
        valid.then_some(Partial {
            what: What::Point(point),
            modifier,
        })
    }

    fn clock(&self) -> Option<Point> {
        let (mut hour, mut minute) = match self.number("clock") {
            Some(clock) => (clock as i8, ((clock.fract() * 100.0).round()) as i8),
            None => (self.whole("hour")?, self.whole("minute").unwrap_or(0)),
        };
        if self.has("half") {
            // `setengah tiga` is half past two
            hour = (hour - 1).rem_euclid(12);
            minute = 30;
        }
        let part = self.part();
        if (1..12).contains(&hour) {
            let later = match part {
                Some(Part::Afternoon | Part::Evening) => hour < 10,
                Some(Part::Night) => hour >= 5,
                _ => false,
            };
            hour += if later { 12 } else { 0 };
        } else if hour == 12 && part == Some(Part::Night) {
            hour = 24;
        }
        let offset = self.entry("zone").and_then(offset);
        (hour <= 24 && minute < 60).then(|| Point {
            clock: Some(Clock::At(hour, minute, offset)),
            part,
            ..Point::default()
        })
    }

    fn sport(&self) -> Option<What> {
        if let (Some(from), Some(to)) = (self.year("from"), self.whole::<i16>("to")) {
            let to = if to < 100 { from / 100 * 100 + to } else { to };
            return (to == from + 1 || to == from - 99).then(|| years(from, from + 1));
        }
        let base = if self.has("shifted") {
            Base::Context
        } else {
            Base::Reference
        };
        Some(What::Point(Point {
            period: Some(Period::Sport),
            anchor: Some(Anchor {
                base,
                unit: Unit::Year,
                count: self.direction()?,
            }),
            ..Point::default()
        }))
    }

    fn shift(&self, base: Base, direction: i32) -> Option<What> {
        let (unit, count) = self.amount()?;
        // a bare year or a sum of money counts no days
        if count.is_some_and(|count| count > 9999.0) {
            return None;
        }
        let Some(count) = count else {
            return Some(What::Vague(if direction < 0 {
                Vague::Past
            } else {
                Vague::Future
            }));
        };
        if unit >= Unit::Hour {
            return Some(What::Length(length(unit, Some(count))));
        }
        // half a year is six months
        let (unit, count) = match unit {
            Unit::Year if count.fract() != 0.0 => (Unit::Month, count * 12.0),
            _ => (unit, count),
        };
        let count = count.round().clamp(0.0, 5000.0) as i32;
        let mut point = self.point("of").unwrap_or_default();
        point.day = point.day.or(self.whole("day"));
        point.anchor = Some(Anchor {
            base,
            unit,
            count: count * direction,
        });
        if let Some(part) = self.part() {
            point.clock = Some(Clock::Part(part));
        }
        Some(What::Point(point))
    }

    fn holiday(&self) -> Option<Point> {
        let name = self.entry("name")?;
        let mut point = Point {
            holiday: Some(self.facts.number(name)?),
            year: self.year("year"),
            hint: self.hint(),
            ..Point::default()
        };
        if let Some(year) = self.whole::<i32>("hijri") {
            // the year of the tenth month, in which Lebaran falls
            point.year = Some(calendar::hijri(year, 10, 1)?.year());
        }
        if let Some(ordinal) = self.whole::<i16>("ordinal") {
            point.year = Some(self.facts.founded(point.holiday?)? + ordinal);
        }
        if let Some(offset) = self.whole::<i32>("offset") {
            let minus = self.text("sign").is_some_and(|sign| sign != "+");
            point.offset = if minus { -offset } else { offset };
        }
        Some(point)
    }

    fn length(&self) -> Option<What> {
        let (unit, count) = self.amount()?;
        if count.is_some_and(|count| count > 9_999_999.0) {
            return None;
        }
        if self.has("half") {
            let whole = length(unit, Some(count.unwrap_or(1.0) + 0.5));
            return Some(What::Length(whole));
        }
        if let Some(until) = self.number("until") {
            let unit = self.entry("unit")?;
            let (unit, until) = amount(unit, until)?;
            return Some(What::Lengths(length(unit, count), length(unit, until)));
        }
        let mut whole = length(unit, count);
        if let (Some(more), Some(finer)) = (self.number("more"), self.entry("finer")) {
            let (finer, more) = amount(finer, more)?;
            (finer > unit).then_some(())?;
            whole.second = Some((finer, more?));
        }
        Some(What::Length(whole))
    }

    fn every(&self) -> Option<What> {
        let times = self.whole::<u32>("times").filter(|_| self.has("times"));
        let value = if let (Some(from), Some(to)) = (self.number("from"), self.number("to")) {
            let unit = self.entry("unit")?;
            let ((unit, from), (_, to)) = (amount(unit, from)?, amount(unit, to)?);
            Value::Lengths(length(unit, from), length(unit, to))
        } else if let Some(weekday) = self.whole("weekday") {
            Value::Point(Stamp {
                day: Day::Weekday(weekday),
                clock: self.part().map(Clock::Part),
            })
        } else if let Some(of) = self.mark("of") {
            match &of.what {
                What::Length(length) => Value::Length(*length),
                What::Lengths(from, to) => Value::Lengths(*from, *to),
                What::Point(point) => Value::Point(Stamp {
                    day: match (point.day, point.month, point.weekday, point.period) {
                        (Some(day), month, ..) => Day::Date(None, month, day),
                        (None, Some(month), ..) => Day::Month(None, month),
                        (_, _, Some(weekday), _) => Day::Weekday(weekday),
                        (.., Some(Period::Quarter(n))) => Day::Quarter(None, n),
                        (.., Some(Period::Half(n))) => Day::Half(None, n),
                        (.., Some(Period::Weekend)) => Day::Weekend(None),
                        (.., Some(Period::Season(season))) => Day::Season(None, season),
                        _ => Day::None,
                    },
                    clock: point.clock,
                }),
                _ => return None,
            }
        } else if let Some(part) = self.part() {
            Value::Point(Stamp {
                day: Day::None,
                clock: Some(Clock::Part(part)),
            })
        } else {
            let (unit, count) = self.amount()?;
            Value::Length(length(unit, count))
        };
        let complete = !matches!(
            value,
            Value::Point(Stamp {
                day: Day::None,
                clock: None
            })
        );
        complete.then_some(What::Every(Every {
            value,
            every: times.is_none(),
            times,
        }))
    }

    fn range(&self) -> Option<What> {
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
            Some(of) => self.from_to(of.merge(from)?, of.merge(to)?),
            None => self.from_to(from, to),
        }
    }

    /// A range whose ends lend each other what only one of them says.
    fn from_to(&self, from: Point, to: Point) -> Option<What> {
        let mut from = from.filled_from(&to);
        // `pukul 08.00 sampai 10.00 WIB`: one zone for both
        if let (Some(Clock::At(h, m, None)), Some(Clock::At(_, _, offset))) = (from.clock, to.clock)
        {
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
}

const DAYS: [i8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn anchor(unit: Unit, count: i32) -> Anchor {
    Anchor {
        base: Base::Reference,
        unit,
        count,
    }
}

fn years(from: i16, to: i16) -> What {
    let year = |year| Point {
        year: Some(year),
        ..Point::default()
    };
    What::Range(year(from), year(to))
}

fn part(name: &str) -> Option<Part> {
    let mut all = Part::ALL.iter();
    all.find(|(_, known)| *known == name).map(|(part, _)| *part)
}

/// `+07:00` in minutes; a zone without a known offset gives none.
fn offset(zone: &str) -> Option<i16> {
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let offset = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
    Some(if zone.starts_with('-') {
        -offset
    } else {
        offset
    })
}

/// A unit such as `10 Y` or `D`, `count` times.
fn amount(unit: &str, count: f64) -> Option<(Unit, Option<f64>)> {
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
fn length(unit: Unit, count: Option<f64>) -> Length {
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
fn numeric(text: &str) -> Option<Point> {
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
fn deictic(value: &str) -> Option<What> {
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
fn modifier(value: &str, length: bool) -> Option<&'static str> {
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
