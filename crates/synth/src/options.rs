//! What can be asked for.

use crate::error::SynthError;
use crate::ownership::Ownership;
use crate::row::Row;
use crate::scenario::Scenario;
use hexodus_model::{Area, LocalDay};

/// What to generate. `Default` is a small demo; every field has its meaning beside it.
#[derive(Clone, Debug)]
pub struct SynthOptions {
    /// The one source of chance. Same options, same bytes.
    pub seed: u64,
    /// People, 1 to 2^26: all of them subscribers of the operator unless `ownership` says otherwise.
    pub subscribers: u32,
    /// Days of dumps, at least 1.
    pub days: u32,
    /// First local day. Default 2031-02-23.
    pub first_day: LocalDay,
    /// IANA zone of the wall-clock times. Default `Asia/Kathmandu`, because +05:45 finds what round offsets hide.
    pub zone: String,
    /// Day of the crisis, counted from 0; `None` = `days / 2`. A crisis at or after `days` never happens.
    pub crisis_day: Option<u32>,
    /// What happens, [`Scenario::quiet`] for nothing. The people and their days are the same in every scenario.
    pub scenario: Scenario,
    /// Dump files per day, 1 to 24: each covers an equal part of the day, as rotating collectors do.
    pub files_per_day: u32,
    /// Format of the dumps.
    pub format: DumpFormat,
    /// Mean events per subscriber and day, above 0 and up to 200, before silence takes its share.
    pub events_per_day: f64,
    /// People per household, 1 to 100: they share home, kin, and what happens to them. The number of displaced people then
    /// varies from country to country as if there were so many times fewer of them.
    pub household_size: u32,
    /// Who of the people is a subscriber; `None` = everybody.
    pub ownership: Option<Ownership>,
    /// Error of `population.csv`: each area's figure is the true one times a log-normal factor of mean 1 and this
    /// coefficient of variation, 0 to 2.
    pub population_cv: f64,
    /// Settle people in these areas, all of one level, 10 000 at most; `None` = the invented country.
    pub areas: Option<Vec<Area>>,
    /// How dirty the dumps are.
    pub dirt: DirtRates,
    /// Whether `truth/` is written.
    pub writes_truth: bool,
}

impl Default for SynthOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            subscribers: 20_000,
            days: 28,
            first_day: LocalDay(22_333),
            zone: "Asia/Kathmandu".to_owned(),
            crisis_day: None,
            scenario: Scenario::default(),
            files_per_day: 1,
            format: DumpFormat::CsvGz,
            events_per_day: 8.0,
            household_size: 1,
            ownership: None,
            population_cv: 0.0,
            areas: None,
            dirt: DirtRates::default(),
            writes_truth: true,
        }
    }
}

impl SynthOptions {
    /// The day of the crisis, should it fall in the run.
    pub fn crisis(&self) -> Option<LocalDay> {
        let index = self.crisis_day.unwrap_or(self.days / 2);
        (index < self.days).then(|| LocalDay(self.first_day.0 + index as i32))
    }

    /// The last day.
    pub fn last_day(&self) -> LocalDay {
        LocalDay(self.first_day.0 + self.days as i32 - 1)
    }

    pub(crate) fn check(&self) -> Result<(), SynthError> {
        let refuse = |option, value: String, expected| Err(SynthError::Option { option, value, expected });
        if !(1..=Row::MAX_SUBSCRIBERS).contains(&self.subscribers) {
            return refuse("subscribers", self.subscribers.to_string(), "1 to 67108864");
        }
        if !(1..=36_500).contains(&self.days) {
            return refuse("days", self.days.to_string(), "1 to 36500");
        }
        if !(-700_000..=2_800_000).contains(&self.first_day.0) {
            return refuse("first_day", self.first_day.to_string(), "a year of four digits");
        }
        if !(1..=24).contains(&self.files_per_day) {
            return refuse("files_per_day", self.files_per_day.to_string(), "1 to 24");
        }
        if !(self.events_per_day > 0.0 && self.events_per_day <= 200.0) {
            return refuse("events_per_day", self.events_per_day.to_string(), "above 0, up to 200");
        }
        if !(1..=100).contains(&self.household_size) {
            return refuse("household_size", self.household_size.to_string(), "1 to 100");
        }
        if self.scenario.churn.is_some() && self.subscribers > Row::MAX_SUBSCRIBERS / 2 {
            return refuse("subscribers", self.subscribers.to_string(), "1 to 33554432 with churn");
        }
        if self.areas.as_ref().is_some_and(|areas| areas.is_empty() || areas.len() > 10_000) {
            return refuse("areas", "none, or too many".to_owned(), "1 to 10000 areas");
        }
        if !(0.0..=2.0).contains(&self.population_cv) {
            return refuse("population_cv", self.population_cv.to_string(), "0 to 2");
        }
        self.dirt.check()?;
        self.scenario.check()?;
        self.ownership.iter().try_for_each(|ownership| ownership.check(&self.scenario))
    }
}

/// The format of the dumps; the columns are the same: `sim`, `when`, `tower`, `kind`, all of them text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DumpFormat {
    /// Gzipped CSV with a header.
    #[default]
    CsvGz,
    /// Parquet, Snappy.
    Parquet,
}

impl DumpFormat {
    /// How file names end, without the leading dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CsvGz => "csv.gz",
            Self::Parquet => "parquet",
        }
    }
}

/// How much goes wrong on the way, as shares (0..=1) of the events. A row has one flaw at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirtRates {
    /// Delivered twice; the copy may name another kind of event.
    pub duplicate: f64,
    /// Delivered in the files of two to four days later.
    pub late: f64,
    /// At a radio cell that no plan knows.
    pub unknown_radio_cell: f64,
    /// With a time that is none.
    pub unparsable_time: f64,
    /// Of the events after 23:00: delivered in the files of the day after.
    pub neighbouring_day: f64,
}

impl DirtRates {
    /// Nothing goes wrong.
    pub const CLEAN: Self =
        Self { duplicate: 0.0, late: 0.0, unknown_radio_cell: 0.0, unparsable_time: 0.0, neighbouring_day: 0.0 };

    fn check(&self) -> Result<(), SynthError> {
        let rates = [self.duplicate, self.late, self.unknown_radio_cell, self.unparsable_time, self.neighbouring_day];
        if rates.iter().all(|rate| (0.0..=1.0).contains(rate)) && rates.iter().sum::<f64>() <= 1.0 {
            return Ok(());
        }
        Err(SynthError::Option {
            option: "dirt",
            value: format!("{rates:?}"),
            expected: "shares that sum to 1 at most",
        })
    }
}

impl Default for DirtRates {
    fn default() -> Self {
        Self {
            duplicate: 0.004,
            late: 0.003,
            unknown_radio_cell: 0.002,
            unparsable_time: 0.001,
            neighbouring_day: 0.02,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_begins_on_the_23rd_of_february_2031() {
        let options = SynthOptions::default();
        assert_eq!(options.first_day.to_string(), "2031-02-23");
        assert_eq!(options.crisis().unwrap().to_string(), "2031-03-09");
        assert!(options.check().is_ok());
    }

    #[test]
    fn a_share_above_one_is_refused() {
        let dirt = DirtRates { late: 0.7, duplicate: 0.7, ..DirtRates::CLEAN };
        let refused = SynthOptions { dirt, ..SynthOptions::default() }.check().unwrap_err();
        assert!(refused.to_string().starts_with("dirt is "), "{refused}");
    }
}
