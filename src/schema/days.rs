//! First and last day of a TIMEX3 value: what dates are compared by.

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// The first and the last day that a TIMEX3 value covers; none where it is no date.
///
/// Knows years, months, days, weeks and weekends, quarters, halves, decades, centuries, times of a
/// day and ranges `begin/end`.
pub(crate) fn days(value: &str) -> Option<(Date, Date)> {
    match value.split_once('/') {
        Some((begin, end)) => Some((one(begin)?.0, one(end)?.1)),
        None => one(value),
    }
}

/// The two ends of a TIMEX3 value as precise as it is: `2024-08` stays a month, a week becomes days.
pub(crate) fn bounds(value: &str) -> Option<(String, String)> {
    let (begin, end) = value.split_once('/').unwrap_or((value, value));
    Some((end_of(begin, |days| days.0)?, end_of(end, |days| days.1)?))
}

fn end_of(value: &str, pick: impl Fn((Date, Date)) -> Date) -> Option<String> {
    let days = one(value)?;
    let date = value.split('T').next().unwrap_or(value);
    let plain =
        matches!(date.len(), 4 | 7 | 10) && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    Some(if plain {
        date.to_owned()
    } else {
        pick(days).to_string()
    })
}

fn one(value: &str) -> Option<(Date, Date)> {
    let date = value.split('T').next()?;
    let mut parts = date.split('-');
    let head = parts.next()?;
    let number = digits(head)?;
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let Some(second) = second else {
        let (first, last) = match head.len() {
            2 => (number * 100, number * 100 + 99),
            3 => (number * 10, number * 10 + 9),
            4 => (number, number),
            _ => return None,
        };
        return Some((day(first, 1, 1)?, day(last, 12, 31)?));
    };
    if head.len() != 4 {
        return None;
    }
    if let Some(week) = second.strip_prefix('W') {
        let monday = ISOWeekDate::new(number, digits(week)?.try_into().ok()?, Weekday::Monday)
            .ok()?
            .date();
        let later = |days: i64| monday.checked_add(jiff::Span::new().days(days)).ok();
        return match third {
            None => Some((monday, later(6)?)),
            Some("WE") => Some((later(5)?, later(6)?)),
            Some(_) => None,
        };
    }
    if let Some(third) = third {
        let only = day(number, digits(second)?, digits(third)?)?;
        return Some((only, only));
    }
    let (first, last) = match (second.as_bytes(), digits(second.get(1..)?)) {
        ([b'Q', _], Some(quarter @ 1..=4)) => (quarter * 3 - 2, quarter * 3),
        ([b'H', _], Some(half @ 1..=2)) => (half * 6 - 5, half * 6),
        _ => {
            let month = digits(second)?;
            (month, month)
        }
    };
    Some((
        day(number, first, 1)?,
        day(number, last, 1)?.last_of_month(),
    ))
}

fn digits(text: &str) -> Option<i16> {
    let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: &str) -> String {
        days(value).map_or("none".into(), |(from, to)| format!("{from} {to}"))
    }

    #[test]
    fn first_and_last_day() {
        for (value, expected) in [
            ("2024-08-13", "2024-08-13 2024-08-13"),
            ("2024-08-13T14:30+07:00", "2024-08-13 2024-08-13"),
            ("2024-08-13TNI", "2024-08-13 2024-08-13"),
            ("2024-02", "2024-02-01 2024-02-29"),
            ("2024", "2024-01-01 2024-12-31"),
            ("199", "1990-01-01 1999-12-31"),
            ("19", "1900-01-01 1999-12-31"),
            ("2024-W33", "2024-08-12 2024-08-18"),
            ("2024-W33-WE", "2024-08-17 2024-08-18"),
            ("2024-Q3", "2024-07-01 2024-09-30"),
            ("2024-H1", "2024-01-01 2024-06-30"),
            ("2000/2009", "2000-01-01 2009-12-31"),
            ("2022/2023-05-01", "2022-01-01 2023-05-01"),
            ("2024-13", "none"),
            ("2024-02-30", "none"),
            ("2024-W60", "none"),
            ("P3Y", "none"),
            ("PRESENT_REF", "none"),
            ("XXXX-WXX-1", "none"),
            ("T14:30", "none"),
            ("", "none"),
        ] {
            assert_eq!(text(value), expected, "{value}");
        }
    }

    #[test]
    fn bounds_are_as_precise_as_the_value() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(bounds("2024-08"), pair("2024-08", "2024-08"));
        assert_eq!(bounds("2024-08-13TMO"), pair("2024-08-13", "2024-08-13"));
        assert_eq!(bounds("2000/2009"), pair("2000", "2009"));
        assert_eq!(bounds("2024-Q1"), pair("2024-01-01", "2024-03-31"));
        assert_eq!(bounds("PAST_REF"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(value in "\\PC{0,16}") {
            days(&value);
            bounds(&value);
        }

        #[test]
        fn begin_is_not_after_end(value in "[0-9]{2,4}(-[0-9WQH]{1,3}){0,2}") {
            if let Some((from, to)) = days(&value) {
                prop_assert!(from <= to);
            }
        }
    }
}
