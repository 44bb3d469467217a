//! Holidays: days that are the same each year, and a file of facts for those that move.

use super::calendar::distance;
use crate::error::{Error, Result};
use crate::models::Models;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

/// The dates of `lexicon/holiday_dates.tsv` by holiday.
pub(super) struct Facts {
    numbers: FxHashMap<String, usize>,
    holidays: Vec<Holiday>,
}

#[derive(Default)]
struct Holiday {
    /// Month and day, where it does not move.
    fixed: Option<(i8, i8)>,
    /// The year from which its anniversaries count.
    founded: Option<i16>,
    dates: Vec<Date>,
}

impl Facts {
    pub fn new(models: &Models) -> Result<Self> {
        let mut facts = Self {
            numbers: FxHashMap::default(),
            holidays: Vec::new(),
        };
        for entry in &models.lexicon("holiday_dates")?.entries {
            let fail = || {
                Error::models(format!(
                    "models/lexicon/holiday_dates.tsv: line {}: expected KEY TAB MM-DD [TAB year], \
                     or KEY YEAR TAB YYYY-MM-DD, found {:?}",
                    entry.line, entry.value
                ))
            };
            let key = entry.form.split(' ').next().unwrap_or("");
            let next = facts.holidays.len();
            let number = *facts.numbers.entry(key.to_owned()).or_insert(next);
            if number == next {
                facts.holidays.push(Holiday::default());
            }
            let holiday = &mut facts.holidays[number];
            if let Ok(date) = entry.value.parse::<Date>() {
                holiday.dates.push(date);
                continue;
            }
            let (month, day) = entry.value.split_once('-').ok_or_else(fail)?;
            let month = month.parse().map_err(|_| fail())?;
            holiday.fixed = Some((month, day.parse().map_err(|_| fail())?));
            holiday.founded = entry.note.parse().ok();
        }
        for entry in &models.lexicon("holidays")?.entries {
            if !facts.numbers.contains_key(&entry.value) {
                return Err(Error::models(format!(
                    "models/lexicon/holidays.tsv: line {}: no date in holiday_dates.tsv for {:?}",
                    entry.line, entry.value
                )));
            }
        }
        Ok(facts)
    }

    /// The number of a holiday by its key.
    pub fn number(&self, key: &str) -> Option<usize> {
        self.numbers.get(key).copied()
    }

    /// The year from which its anniversaries count.
    pub fn founded(&self, holiday: usize) -> Option<i16> {
        self.holidays.get(holiday)?.founded
    }

    /// Its day in that year.
    pub fn in_year(&self, holiday: usize, year: i16) -> Option<Date> {
        let holiday = self.holidays.get(holiday)?;
        match holiday.fixed {
            Some((month, day)) => Date::new(year, month, day).ok(),
            None => holiday.dates.iter().find(|d| d.year() == year).copied(),
        }
    }

    /// The first day of a Hijri month as it was kept, where the facts have it near `tabular`.
    pub fn kept(&self, key: &str, tabular: Date) -> Option<Date> {
        let holiday = self.holidays.get(self.number(key)?)?;
        let mut dates = holiday.dates.iter();
        dates.find(|d| distance(**d, tabular).abs() <= 3).copied()
    }
}
