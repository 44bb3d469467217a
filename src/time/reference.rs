//! The reference date of an article that came without one.

use super::calendar::weekday;
use super::partial::Point;
use jiff::civil::Date;

/// The years that an inferred date may have.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2060;

/// The latest day that the article reports from, as far as its weekdays and full dates allow.
///
/// `points` are the dates of the text in order; a weekday with day and month allows only certain
/// years, and the years that the text names leave those out that end before them.
pub(super) fn infer(points: &[Point]) -> Option<Date> {
    let full = |point: &Point| Date::new(point.year?, point.month?, point.day?).ok();
    // `Selasa (13/8/2024)`: the way news gives the day it speaks on
    let agreeing = |point: &&Point| {
        full(point).is_some_and(|date| point.weekday.is_some_and(|w| w == weekday(date)))
    };
    let stamped: Vec<Date> = points.iter().filter(agreeing).filter_map(full).collect();
    let latest_year = points
        .iter()
        .filter_map(|p| p.year)
        .filter(|y| YEARS.contains(y))
        .max();
    let dated: Vec<&Point> = points
        .iter()
        .filter(|p| p.year.is_none() && p.weekday.is_some() && p.day.is_some() && p.month.is_some())
        .collect();
    if let Some(latest) = stamped.iter().max() {
        // dates without a year stand within a few days of the latest full one
        let later = dated.iter().filter_map(|p| {
            let date = Date::new(latest.year(), p.month?, p.day?).ok()?;
            let agrees = Some(weekday(date)) == p.weekday;
            (agrees && (0..20).contains(&super::calendar::distance(*latest, date))).then_some(date)
        });
        return later.max().or(Some(*latest));
    }
    if !dated.is_empty() {
        let agreeing = |year: i16| {
            let days = dated.iter();
            days.filter(|p| {
                let date = Date::new(year, p.month.unwrap_or(0), p.day.unwrap_or(0));
                date.is_ok_and(|date| Some(weekday(date)) == p.weekday)
            })
            .count()
        };
        let most = YEARS.map(agreeing).max().filter(|n| *n > 0)?;
        let mut years = YEARS.filter(|year| agreeing(*year) == most);
        // without any year in the text each of them is as good as the other
        let floor = latest_year?;
        let year = years.find(|year| *year >= floor)?;
        let dates = dated.iter().filter_map(|p| {
            let date = Date::new(year, p.month?, p.day?).ok()?;
            (Some(weekday(date)) == p.weekday).then_some(date)
        });
        return dates.max();
    }
    let plain = points.iter().filter_map(full);
    plain.filter(|d| YEARS.contains(&d.year())).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(weekday: i8, day: i8, month: i8, year: i16) -> Point {
        Point {
            weekday: Some(weekday).filter(|w| *w > 0),
            day: Some(day).filter(|d| *d > 0),
            month: Some(month).filter(|m| *m > 0),
            year: Some(year).filter(|y| *y > 0),
            ..Point::default()
        }
    }

    #[test]
    fn weekdays_and_years_decide() {
        let found = |points: &[Point]| infer(points).map(|d| d.to_string());
        let two = [point(2, 13, 8, 0), point(3, 14, 8, 0)];
        assert_eq!(found(&two), None);
        let more = [two[0], point(0, 0, 0, 2023), two[1], point(0, 13, 4, 1970)];
        assert_eq!(found(&more).as_deref(), Some("2024-08-14"));
        let full = [point(3, 14, 8, 2024), point(0, 1, 12, 2024)];
        assert_eq!(found(&full).as_deref(), Some("2024-08-14"));
        assert_eq!(found(&[]), None);
    }
}
