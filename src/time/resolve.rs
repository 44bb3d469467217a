//! What the text says, filled from the publication date, the weekday and the dates before it.

use super::calendar::{self, distance, shift, weekday_until};
use super::facts::Facts;
use super::partial::{Anchor, Base, Hint, Period, Point, What};
use super::value::{Clock, Day, Part, Stamp, Unit, Vague, Value};
use jiff::civil::Date;

/// Against what a time is resolved.
pub(super) struct Context<'a> {
    pub facts: &'a Facts,
    /// Day of publication, given or inferred.
    pub reference: Option<Date>,
    /// Days that the article gives with weekday or in full, in order.
    pub known: Vec<Date>,
    /// The time before, by grain.
    pub last_day: Option<Date>,
    pub last_month: Option<(i16, i8)>,
    pub last_year: Option<i16>,
    /// The clock time before, and the sentence that it stands in.
    pub last_clock: Option<(Stamp, usize)>,
    /// The sentence of the time at hand.
    pub sentence: usize,
    /// Quarter, half or months last mentioned.
    pub last_period: Option<Value>,
    /// Whether the clause speaks of what will be.
    pub future: bool,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

impl Context<'_> {
    /// The TIMEX3 value; `None` where there is no such day.
    pub fn value(&mut self, what: &What, text: &str) -> Option<Value> {
        Some(match what {
            What::Point(point) => self.point(point, text)?,
            What::Range(from, to) => self.range(from, to, text)?,
            What::Length(length) => Value::Length(*length),
            What::Later(length, minutes) => self.later(*minutes).unwrap_or(Value::Length(*length)),
            What::Lengths(from, to) => Value::Lengths(*from, *to),
            What::Every(every) => every.value,
            What::Vague(vague) => Value::Vague(*vague),
        })
    }

    /// Remembers a value for the anaphora after it.
    pub fn remember(&mut self, value: &Value) {
        if let Value::Range(..) = value {
            self.last_period = Some(*value);
        }
        let Some(stamp) = value.stamp() else { return };
        if let Some(Clock::At(..)) = stamp.clock {
            self.last_clock = Some((stamp, self.sentence));
        }
        match stamp.day {
            Day::Date(Some(y), Some(m), d) => {
                self.last_day = Date::new(y, m, d).ok().or(self.last_day);
                self.last_month = Some((y, m));
                self.last_year = Some(y);
            }
            Day::Month(Some(y), m) => {
                self.last_month = Some((y, m));
                self.last_year = Some(y);
                self.last_period = Some(*value);
            }
            Day::Half(Some(y), _) | Day::Quarter(Some(y), _) => {
                self.last_year = Some(y);
                self.last_period = Some(*value);
            }
            Day::Year(Some(y)) | Day::Season(Some(y), _) => self.last_year = Some(y),
            _ => {}
        }
    }

    /// `dua jam kemudian`, where a clock time was given in the sentences just before.
    fn later(&self, minutes: i32) -> Option<Value> {
        let (stamp, sentence) = self.last_clock?;
        let (day, _) = stamp.days()?;
        let Some(Clock::At(hour, minute, offset)) = stamp.clock else {
            return None;
        };
        if self.sentence > sentence + 2 {
            return None;
        }
        let total = i32::from(hour) * 60 + i32::from(minute) + minutes;
        let day = shift(day, Unit::Day, total.div_euclid(1440))?;
        let rest = total.rem_euclid(1440);
        Some(Value::Point(Stamp {
            clock: Some(Clock::At((rest / 60) as i8, (rest % 60) as i8, offset)),
            ..Stamp::date(day)
        }))
    }

    fn range(&mut self, from: &Point, to: &Point, text: &str) -> Option<Value> {
        let mut to = *to;
        let first = self.stamp(from, text)?;
        // `5 Desember 2024 hingga 3 Januari`: the end follows the begin
        if let (None, None, Day::Date(Some(year), ..) | Day::Month(Some(year), _)) =
            (to.year, to.anchor, first.day)
            && to.month.is_some()
        {
            to.year = Some(year);
            if let (Some(a), Some(b)) = (first.days(), self.stamp(&to, text)?.days())
                && b.0 < a.0
            {
                to.year = Some(year + 1);
            }
        }
        if to.weekday.is_some()
            && to.day.is_none()
            && let Some((start, _)) = first.days()
        {
            let after = shift(start, Unit::Day, 6)?;
            let day = weekday_until(after, to.weekday?)?;
            return Some(Value::Range(
                first,
                Stamp {
                    clock: to.clock,
                    ..Stamp::date(day)
                },
            ));
        }
        let last = self.stamp(&to, text)?;
        if let (Some(a), Some(b)) = (first.days(), last.days())
            && b.1 < a.0
            && from.year.is_none()
            && let Day::Date(Some(year), month, day) = first.day
        {
            // `28 Desember hingga 2 Januari`, resolved each for itself
            let first = Stamp {
                day: Day::Date(Some(year - 1), month, day),
                ..first
            };
            return Some(Value::Range(first, last));
        }
        Some(Value::Range(first, last))
    }

    fn stamp(&mut self, point: &Point, text: &str) -> Option<Stamp> {
        match self.point(point, text)? {
            Value::Point(stamp) => Some(stamp),
            _ => None,
        }
    }

    fn point(&mut self, point: &Point, text: &str) -> Option<Value> {
        if point.period == Some(Period::Sport) {
            return self.sport(point);
        }
        let mut day = match self.day(point, text)? {
            Ok(day) => day,
            Err(value) => return Some(value),
        };
        // `Senin malam pukul 00.30` stays on its day; `tadi malam` is the night before
        if let (Day::Date(Some(y), Some(m), d), Some(Clock::At(24, 0, _))) = (day, point.clock)
            && let Some(next) = Date::new(y, m, d).ok().and_then(|d| d.tomorrow().ok())
            && point.part == Some(Part::Night)
        {
            day = Stamp::date(next).day;
        }
        let clock = match point.clock {
            Some(Clock::At(24, 0, offset)) if point.part == Some(Part::Night) => {
                Some(Clock::At(0, 0, offset))
            }
            Some(Clock::At(hour @ 1..12, minute, offset)) => {
                let later = match point.part {
                    Some(Part::Afternoon | Part::Evening) => hour < 8,
                    Some(Part::Night) => hour >= 6,
                    _ => false,
                };
                Some(Clock::At(
                    if later { hour + 12 } else { hour },
                    minute,
                    offset,
                ))
            }
            clock => clock,
        };
        Some(Value::Point(Stamp { day, clock }))
    }

    /// The calendar part; `Err` where all that can be said is a vague reference.
    fn day(&mut self, point: &Point, text: &str) -> Option<Result<Day, Value>> {
        if let Some(holiday) = point.holiday {
            return Some(Ok(self.holiday(holiday, point)?));
        }
        if point.hijri {
            return self.hijri(point);
        }
        if let Some(period) = point.period {
            return self.period(period, point);
        }
        let year = match self.year(point) {
            Ok(year) => year,
            Err(value) => return Some(Err(value)),
        };
        Some(Ok(match (point.month, point.day) {
            (Some(month), Some(day)) => match year {
                Some(year) => self.full(year, month, day, point.weekday, text)?,
                None => self.yearless(month, day, point, text)?,
            },
            (Some(month), None) => match year {
                Some(year) => Day::Month(Some(year), month),
                None => self.month(month, point),
            },
            (None, Some(day)) => self.day_of_month(day, point),
            (None, None) => match (point.weekday, year, point.anchor) {
                (Some(day), _, _) => self.weekday(day, point),
                (None, Some(year), _) => Day::Year(Some(year)),
                (None, None, Some(anchor)) => match self.anchored(anchor) {
                    Ok(day) => day,
                    Err(value) => return Some(Err(value)),
                },
                (None, None, None) => match self.last_day.or(self.reference) {
                    Some(date) => Stamp::date(date).day,
                    None => Day::None,
                },
            },
        }))
    }

    /// The year where it is said, by number or against another.
    fn year(&self, point: &Point) -> Result<Option<i16>, Value> {
        match (point.year, point.anchor) {
            (Some(year), _) => Ok(Some(year)),
            (None, Some(anchor)) if anchor.unit == Unit::Year => match self.anchored(anchor) {
                Ok(Day::Year(Some(year))) => Ok(Some(year)),
                Ok(_) => Ok(None),
                Err(_) if point.month.is_some() => Ok(None),
                Err(value) => Err(value),
            },
            _ => Ok(None),
        }
    }

    pub(super) fn anchored(&self, anchor: Anchor) -> Result<Day, Value> {
        let Anchor { base, unit, count } = anchor;
        let vague = Value::Vague(match (base, count) {
            (_, ..=-1) => Vague::Past,
            (Base::Reference, 0) => Vague::Present,
            (Base::Context, 0) => Vague::Past,
            (_, 1..) => Vague::Future,
        });
        let day = match (base, unit) {
            (Base::Reference, _) => self.reference,
            (Base::Context, Unit::Year) => self
                .last_year
                .or(self.reference.map(Date::year))
                .and_then(|year| Date::new(year, 1, 1).ok()),
            (Base::Context, Unit::Month) => self
                .last_month
                .and_then(|(y, m)| Date::new(y, m, 1).ok())
                .or(self.reference),
            (Base::Context, _) => self.last_day,
        };
        let Some(day) = day.and_then(|day| shift(day, unit, count)) else {
            return Err(vague);
        };
        Ok(match unit {
            Unit::Year => Day::Year(Some(day.year())),
            Unit::Month => Day::Month(Some(day.year()), day.month()),
            Unit::Week => Day::Week(Some(calendar::week_of(day))),
            _ => Stamp::date(day).day,
        })
    }

    fn holiday(&self, holiday: usize, point: &Point) -> Option<Day> {
        let year = self.year(point).unwrap_or(None);
        let date = match (year, self.reference) {
            (Some(year), _) => self.facts.in_year(holiday, year)?,
            (None, Some(reference)) => {
                let years = [-1, 0, 1].map(|n| reference.year() + n);
                let dates = years
                    .into_iter()
                    .filter_map(|y| self.facts.in_year(holiday, y));
                let dates = dates.filter(|d| match point.hint {
                    Some(Hint::Past) => *d < reference,
                    Some(Hint::Future) => *d >= reference,
                    Some(Hint::This) => d.year() == reference.year(),
                    None => true,
                });
                dates.min_by_key(|d| distance(*d, reference).abs())?
            }
            (None, None) => return None,
        };
        let date = shift(date, Unit::Day, point.offset)?;
        Some(Stamp::date(date).day)
    }

    fn hijri(&self, point: &Point) -> Option<Result<Day, Value>> {
        let month = i32::from(point.month?);
        let year = match point.year {
            Some(year) => i32::from(year),
            None => calendar::hijri_year(self.reference?),
        };
        let first = |month: i32| {
            let tabular = calendar::hijri(year + (month - 1) / 12, (month - 1) % 12 + 1, 1)?;
            let key = match (month - 1) % 12 + 1 {
                1 => "tahun-baru-islam",
                9 => "awal-ramadan",
                10 => "idul-fitri",
                _ => return Some(tabular),
            };
            Some(self.facts.kept(key, tabular).unwrap_or(tabular))
        };
        let begin = first(month)?;
        Some(match point.day {
            Some(day) => Ok(Stamp::date(shift(begin, Unit::Day, i32::from(day) - 1)?).day),
            None => {
                let end = shift(first(month + 1)?, Unit::Day, -1)?;
                Err(Value::Range(Stamp::date(begin), Stamp::date(end)))
            }
        })
    }

    fn sport(&self, point: &Point) -> Option<Value> {
        let anchor = point.anchor?;
        let first = match (anchor.base, self.reference) {
            (Base::Context, _) => match self.last_period {
                Some(Value::Range(
                    Stamp {
                        day: Day::Year(year),
                        ..
                    },
                    _,
                )) => year,
                _ => self.last_year,
            },
            (Base::Reference, Some(day)) if day.month() < 7 => Some(day.year() - 1),
            (Base::Reference, day) => day.map(Date::year),
        };
        let Some(first) = first else {
            return self.anchored(anchor).err();
        };
        let first = first + anchor.count as i16;
        let year = |year| Stamp::day(Day::Year(Some(year)));
        Some(Value::Range(year(first), year(first + 1)))
    }

    /// The first of the month that lies so many spans of `months` from the publication.
    fn months_away(&self, months: i32, point: &Point) -> Result<Date, Value> {
        let anchor = point.anchor.unwrap_or(Anchor {
            base: Base::Reference,
            unit: Unit::Month,
            count: 0,
        });
        let count = anchor.count * months;
        match self.anchored(Anchor { count, ..anchor })? {
            Day::Month(Some(year), month) => {
                Date::new(year, month, 1).map_err(|_| Value::Vague(Vague::Present))
            }
            _ => Err(Value::Vague(Vague::Present)),
        }
    }

    fn period(&self, period: Period, point: &Point) -> Option<Result<Day, Value>> {
        let year = match self.year(point) {
            Ok(year) => year,
            Err(value) => return Some(Err(value)),
        };
        let implied = |last_month: i8| {
            let day = self.reference?;
            // `kuartal IV` in January is the one that has ended
            let ahead = last_month - 2 > day.month() && last_month - day.month() > 6;
            Some(if ahead && !self.future {
                day.year() - 1
            } else {
                day.year()
            })
        };
        Some(Ok(match period {
            Period::Decade(decade) => Day::Decade(decade),
            Period::Century(century) => Day::Century(century),
            Period::Half(0) => match self.months_away(6, point) {
                Ok(day) => Day::Half(Some(day.year()), (day.month() - 1) / 6 + 1),
                Err(value) => return Some(Err(value)),
            },
            Period::Quarter(0) => match self.months_away(3, point) {
                Ok(day) => Day::Quarter(Some(day.year()), (day.month() - 1) / 3 + 1),
                Err(value) => return Some(Err(value)),
            },
            Period::Half(n) => Day::Half(year.or_else(|| implied(6 * n)), n),
            Period::Quarter(n) => Day::Quarter(year.or_else(|| implied(3 * n)), n),
            Period::Season(season) => {
                Day::Season(year.or_else(|| self.reference.map(Date::year)), season)
            }
            Period::Weekend => match self.anchored(point.anchor?) {
                Ok(Day::Week(week)) => Day::Weekend(week),
                Ok(_) => return None,
                Err(value) => return Some(Err(value)),
            },
            Period::Last => {
                let moved = |stamp: Stamp| {
                    let day = match stamp.day {
                        Day::Quarter(_, n) => Day::Quarter(year, n),
                        Day::Half(_, n) => Day::Half(year, n),
                        Day::Month(_, n) => Day::Month(year, n),
                        Day::Date(_, month, day) => Day::Date(year, month, day),
                        _ => Day::Year(year),
                    };
                    Stamp::day(day)
                };
                return Some(match self.last_period {
                    Some(Value::Range(from, to)) => Err(Value::Range(moved(from), moved(to))),
                    Some(Value::Point(stamp)) => Ok(moved(stamp).day),
                    _ => Ok(Day::Year(year)),
                });
            }
            Period::Sport => return None,
        }))
    }
}
