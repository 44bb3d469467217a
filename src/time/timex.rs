//! TIMEX3 as text: printer and parser side by side.

use super::calendar::Season;
use super::value::{Clock, Day, Length, Part, Stamp, Unit, Vague, Value};
use std::fmt;
use std::str::FromStr;

fn year(f: &mut fmt::Formatter<'_>, year: Option<i16>) -> fmt::Result {
    match year {
        Some(year) => write!(f, "{year:04}"),
        None => f.write_str("XXXX"),
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Day::None => {}
            Day::Century(n) => write!(f, "{n:02}")?,
            Day::Decade(n) => write!(f, "{n:03}")?,
            Day::Year(y) => year(f, y)?,
            Day::Half(y, n) => {
                year(f, y)?;
                write!(f, "-H{n}")?;
            }
            Day::Quarter(y, n) => {
                year(f, y)?;
                write!(f, "-Q{n}")?;
            }
            Day::Season(y, season) => {
                year(f, y)?;
                write!(f, "-{}", season.as_str())?;
            }
            Day::Month(y, month) => {
                year(f, y)?;
                write!(f, "-{month:02}")?;
            }
            Day::Week(None) => f.write_str("XXXX-WXX")?,
            Day::Week(Some((y, week))) => write!(f, "{y:04}-W{week:02}")?,
            Day::Weekend(None) => f.write_str("XXXX-WXX-WE")?,
            Day::Weekend(Some((y, week))) => write!(f, "{y:04}-W{week:02}-WE")?,
            Day::Weekday(day) => write!(f, "XXXX-WXX-{day}")?,
            Day::Date(y, month, day) => {
                year(f, y)?;
                match month {
                    Some(month) => write!(f, "-{month:02}-{day:02}")?,
                    None => write!(f, "-XX-{day:02}")?,
                }
            }
        }
        match self.clock {
            None => Ok(()),
            Some(Clock::Part(part)) => write!(f, "T{}", part.as_str()),
            Some(Clock::At(hour, minute, offset)) => {
                write!(f, "T{hour:02}:{minute:02}")?;
                match offset {
                    None => Ok(()),
                    Some(offset) => {
                        let sign = if offset < 0 { '-' } else { '+' };
                        let offset = offset.unsigned_abs();
                        write!(f, "{sign}{:02}:{:02}", offset / 60, offset % 60)
                    }
                }
            }
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let mut timed = false;
        let parts = [Some(self.first), self.second.map(|(u, n)| (u, Some(n)))];
        for (unit, amount) in parts.into_iter().flatten() {
            if unit >= Unit::Hour && !timed {
                f.write_str("T")?;
                timed = true;
            }
            match amount {
                Some(amount) => write!(f, "{amount}")?,
                None => f.write_str("X")?,
            }
            let letter = Unit::ALL.iter().find(|(u, _)| *u == unit);
            f.write_str(letter.map_or("", |(_, c)| match c {
                'Y' => "Y",
                'M' => "M",
                'W' => "W",
                'D' => "D",
                'H' => "H",
                _ => "S",
            }))?;
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Vague(vague) => f.write_str(vague.as_str()),
            Value::Point(stamp) => stamp.fmt(f),
            Value::Range(from, to) => write!(f, "{from}/{to}"),
            Value::Length(length) => length.fmt(f),
            Value::Lengths(from, to) => write!(f, "{from}/{to}"),
        }
    }
}

impl FromStr for Value {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fail = || format!("expected a TIMEX3 value such as 2024-08-13 or P3Y, found {text:?}");
        if let Some((vague, _)) = Vague::ALL.iter().find(|(_, name)| *name == text) {
            return Ok(Value::Vague(*vague));
        }
        match text.split_once('/') {
            Some((from, to)) if from.starts_with('P') => length(from)
                .zip(length(to))
                .map(|(from, to)| Value::Lengths(from, to)),
            Some((from, to)) => stamp(from)
                .zip(stamp(to))
                .map(|(from, to)| Value::Range(from, to)),
            None if text.starts_with('P') => length(text).map(Value::Length),
            None => stamp(text).map(Value::Point),
        }
        .ok_or_else(fail)
    }
}

fn stamp(text: &str) -> Option<Stamp> {
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (date, Some(self::clock(clock)?)),
        None => (text, None),
    };
    let day = if date.is_empty() {
        clock?;
        Day::None
    } else {
        self::day(date)?
    };
    Some(Stamp { day, clock })
}

fn day(text: &str) -> Option<Day> {
    let number = |text: &str, low: i8, high: i8| {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let value = text.parse().ok().filter(|_| digits)?;
        (low..=high).contains(&value).then_some(value)
    };
    let mut parts = text.split('-');
    let head = parts.next()?;
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() || !head.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
        return None;
    }
    let year: Option<i16> = match head {
        "XXXX" => None,
        _ => Some(head.parse().ok()?),
    };
    let day = match (head.len(), second) {
        (2, None) => Day::Century(year?),
        (3, None) => Day::Decade(year?),
        (4, None) => Day::Year(year),
        (4, Some(second)) => match (second.split_at_checked(1)?, third) {
            (("H", n), None) => Day::Half(year, number(n, 1, 2)?),
            (("Q", n), None) => Day::Quarter(year, number(n, 1, 4)?),
            (("W", "XX"), None) => Day::Week(None),
            (("W", "XX"), Some("WE")) => Day::Weekend(None),
            (("W", "XX"), Some(n)) => Day::Weekday(number(n, 1, 7)?),
            (("W", n), None) if n.len() == 2 => Day::Week(Some((year?, number(n, 1, 53)?))),
            (("W", n), Some("WE")) if n.len() == 2 => {
                Day::Weekend(Some((year?, number(n, 1, 53)?)))
            }
            (_, None) if Season::named(second).is_some() => {
                Day::Season(year, Season::named(second)?)
            }
            (_, None) if second.len() == 2 => Day::Month(year, number(second, 1, 12)?),
            (_, Some(third)) if third.len() == 2 => {
                let month = match second {
                    "XX" => None,
                    _ => Some(number(second, 1, 12).filter(|_| second.len() == 2)?),
                };
                Day::Date(year, month, number(third, 1, 31)?)
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(day)
}

fn clock(text: &str) -> Option<Clock> {
    if let Some((part, _)) = Part::ALL.iter().find(|(_, name)| *name == text) {
        return Some(Clock::Part(*part));
    }
    let hm = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let plain = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
        (plain(hours) && plain(minutes)).then_some(())?;
        Some((hours.parse::<i8>().ok()?, minutes.parse::<i8>().ok()?))
    };
    let cut = text.find(['+', '-']).unwrap_or(text.len());
    let (hour, minute) = hm(&text[..cut])?;
    let offset = match text[cut..].chars().next() {
        None => None,
        Some(sign) => {
            let (hours, minutes) = hm(&text[cut + 1..])?;
            let offset = i16::from(hours) * 60 + i16::from(minutes);
            Some(if sign == '-' { -offset } else { offset })
        }
    };
    (hour <= 24 && minute < 60).then_some(Clock::At(hour, minute, offset))
}

fn length(text: &str) -> Option<Length> {
    let mut rest = text.strip_prefix('P')?;
    let mut timed = false;
    let mut parts: Vec<(Unit, Option<f64>)> = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !timed) {
            timed = true;
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != 'X')?;
        let amount = match &rest[..end] {
            "X" => None,
            number => Some(number.parse().ok()?),
        };
        let letter = rest[end..].chars().next()?;
        let unit = Unit::ALL
            .iter()
            .find(|(unit, c)| *c == letter && (*unit >= Unit::Hour) == timed)?;
        parts.push((unit.0, amount));
        rest = &rest[end + letter.len_utf8()..];
    }
    match parts[..] {
        [first] => Some(Length {
            first,
            second: None,
        }),
        [first, (unit, Some(amount))] if unit > first.0 => Some(Length {
            first,
            second: Some((unit, amount)),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_parses() {
        for text in [
            "PRESENT_REF",
            "2024-08-13",
            "2024-08",
            "2024",
            "2024-W32",
            "2024-W32-WE",
            "2024-Q3",
            "2024-H1",
            "2024-SU",
            "199",
            "19",
            "2024-08-14T14:30+07:00",
            "2024-08-14TMO",
            "T09:00",
            "P3Y",
            "P1Y6M",
            "PT1M58S",
            "P2.5M",
            "PXD",
            "P3Y/P7Y",
            "2000/2009",
            "XXXX-WXX-1",
            "XXXX-08-13",
            "XXXX-XX-13",
            "2023-02-26TNI/2023-02-27TMO",
            "XXXX-Q1/XXXX-Q2",
            "XXXX",
        ] {
            assert_eq!(text.parse::<Value>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2024-13",
            "P",
            "2024-08-1",
            "T25:00",
            "20-24",
            "PT3Y",
            "1/2/3",
            "x",
        ] {
            assert!(text.parse::<Value>().is_err(), "{text}");
        }
    }

    #[test]
    fn first_and_last_day() {
        let days = |text: &str| {
            let (from, to) = text.parse::<Value>().unwrap().interval();
            format!("{} {}", from.unwrap(), to.unwrap())
        };
        assert_eq!(days("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(days("2024-W32"), "2024-08-05 2024-08-11");
        assert_eq!(days("2024-W32-WE"), "2024-08-10 2024-08-11");
        assert_eq!(days("2024-H2"), "2024-07-01 2024-12-31");
        assert_eq!(days("199"), "1990-01-01 1999-12-31");
        assert_eq!(days("2000/2009"), "2000-01-01 2009-12-31");
    }
}
