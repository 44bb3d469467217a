//! The closed list of functions that make a meaning from a rule's captures.

use super::calendar::{self, Season};
use super::captures::{Captures, DAYS, amount, anchor, deictic, length, modifier, numeric, offset};
use super::partial::{Anchor, Base, Every, Partial, Period, Point, What};
use super::range::{from_to, years};
use super::value::{Clock, Day, Part, Stamp, Unit, Vague, Value};
use crate::pattern::{Call, Functions};

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
    ("eve", &["part"]),
    ("quarter", &["direction"]),
    ("semester", &["direction"]),
    ("phase", &["modifier", "unit"]),
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

impl Captures<'_, '_> {
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
                from_to(month(from)?, to)?
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
            "eve" => What::Point(Point {
                anchor: Some(Anchor {
                    base: Base::Context,
                    unit: Unit::Day,
                    count: -1,
                }),
                clock: Some(Clock::Part(self.part()?)),
                ..Point::default()
            }),
            // which one is known when resolved
            "quarter" | "semester" => What::Point(Point {
                period: Some(match call.function {
                    "quarter" => Period::Quarter(0),
                    _ => Period::Half(0),
                }),
                anchor: Some(anchor(Unit::Month, self.direction()?)),
                ..Point::default()
            }),
            "phase" => {
                return Some(Partial {
                    what: What::Point(Point {
                        anchor: Some(anchor(self.amount()?.0, 0)),
                        ..Point::default()
                    }),
                    modifier: modifier(self.entry("modifier")?, false),
                });
            }
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
                let length = matches!(
                    of.what,
                    What::Length(_) | What::Later(..) | What::Lengths(..)
                );
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
            let length = length(unit, Some(count));
            let minutes = match unit {
                Unit::Hour => count * 60.0,
                Unit::Minute => count,
                _ => 0.0,
            };
            return Some(match base {
                Base::Context if minutes >= 1.0 => What::Later(length, minutes as i32 * direction),
                _ => What::Length(length),
            });
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
            // `1 menit 37.683 detik`: a lap time, not thousands of seconds
            let lap = finer == Unit::Second && more.is_some_and(|more| more >= 1000.0);
            whole.second = Some((finer, if lap { more? / 1000.0 } else { more? }));
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
}
