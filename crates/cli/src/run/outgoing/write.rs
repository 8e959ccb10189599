//! The folder that leaves, and the report that does not.

use super::super::Run;
use super::Outgoing;
use super::group::PeriodTables;
use crate::crisis::Crisis;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_model::{Level, LocalDay};
use hexodus_publish::{EncodedTable, ReleaseFolder};
use hexodus_release::outgoing::{
    BudgetReport, Candidate, DayVerdict, DisclosureReport, FigureUnit, OutgoingDay, OutgoingTables, release_noised,
    release_outgoing,
};
use serde_json::json;
use std::path::Path;

/// A day that leaves, what the ledger knows it by, and whether it is new.
type Leaving = (OutgoingDay, Candidate, DayVerdict);

impl Run<'_> {
    /// Releases what may leave of a crisis.
    pub(super) fn release_crisis(&mut self, crisis: &Crisis, unit: FigureUnit) -> Result<Outgoing, Failure> {
        let Some(days) = self.asking_days(crisis, unit)? else {
            return Ok(Outgoing::Nothing("no period since the event is over and settled".into()));
        };
        let times = self.times_counted(crisis);
        let judged = self.judged(crisis, days, times)?;
        let verdicts: Vec<(LocalDay, DayVerdict)> = judged.iter().map(|own| (own.1.period.last, own.2)).collect();
        let leaving: Vec<Leaving> = judged.into_iter().filter(|own| own.2.leaves()).collect();
        self.tell_left_out(&crisis.operation, &verdicts);
        let Some(last) = leaving.last().map(|own| own.1.period.last) else {
            return Ok(Outgoing::Nothing(
                "every day that is settled was released with other numbers, or is too near to one".into(),
            ));
        };
        let name = format!("{}_{last}", crisis.slug);
        let root = self.setup.path(&self.setup.config.release.folder);
        if leaving.iter().all(|own| own.2 == DayVerdict::Same) && root.join(&name).is_dir() {
            return Ok(Outgoing::Unchanged(root.join(&name)));
        }
        let (tables, budget) = self.protected(crisis, (leaving, unit), times, &name)?;
        pass(Point::OutgoingEntered)?;
        let areas = self.public_areas()?;
        // Nothing of it is noised.
        let network = if budget.is_none() { Some(self.network_until(crisis, last)?) } else { None };
        let package = self.package(crisis, (&tables, budget.as_ref(), network.as_ref()), last, &areas);
        let mut encoded = package.tables()?;
        if self.setup.config.release.hxl_row {
            encoded = encoded.into_iter().map(EncodedTable::with_hxl_row).collect();
        }
        let writer =
            ReleaseFolder::begin(&root, &name, self.outgoing_method(crisis, &verdicts, (&tables, budget.as_ref())))?;
        package.write(&encoded, &writer, self.setup.config.release.csv)?;
        let rows = |own: &EncodedTable| (own.name().to_owned(), own.rows(), own.suppressed());
        let report = DisclosureReport {
            operation: crisis.operation.clone(),
            days: verdicts,
            rounding_base: tables.figures.rounding.base(),
            every: self.setup.config.release.every_days,
            groups: tables.groups,
            h3: tables.cells.is_some(),
            overlap: self.setup.config.release.accept_overlap.clone(),
            budget,
            tables: encoded.iter().map(rows).collect(),
        };
        self.write_report(&name, &report)?;
        pass(Point::OutgoingWritten)?;
        Ok(Outgoing::Written(writer.finish_with_report()?))
    }

    /// The tables of the days, and what is left of a budget. The days are in the ledger when this returns: what is shown is
    /// always accounted for.
    fn protected(
        &mut self,
        crisis: &Crisis,
        (leaving, unit): (Vec<Leaving>, FigureUnit),
        times: u64,
        name: &str,
    ) -> Result<(OutgoingTables, Option<BudgetReport>), Failure> {
        if let Some(config) = &self.setup.config.release.noise {
            let (days, budget) = self.noised(crisis, (&leaving, unit), (config, name))?;
            return Ok((release_noised(&days, &self.setup.policy), Some(budget)));
        }
        let new = leaving.iter().filter(|own| own.2 == DayVerdict::New).map(|own| (own.1.clone(), Vec::new()));
        let new: Vec<_> = new.collect();
        let days: Vec<OutgoingDay> = leaving.into_iter().map(|own| own.0).collect();
        let policy = &self.setup.policy;
        let tables = self.console.timed("suppression", || release_outgoing(&days, policy, times));
        self.enter(crisis, &new, name)?;
        Ok((tables, None))
    }

    /// The days that ask to leave, with their numbers.
    fn asking_days(&self, crisis: &Crisis, unit: FigureUnit) -> Result<Option<Vec<OutgoingDay>>, Failure> {
        let stale =
            || Failure::usage("the counts are not those of the configuration and the store: `hexodus run` first");
        let window = self.crisis_window(crisis).filter(|_| self.network.areas.deepest() > 0);
        let Some(window) = window else { return Ok(None) };
        let counts = self.crisis_counts(crisis)?.ok_or_else(stale)?;
        if !self.has_counts_of(crisis, &window) {
            return Err(stale());
        }
        let last = counts.stock.last().map_or(crisis.event, |table| table.day);
        let out_of_sight = self.out_of_sight(crisis, self.setup.policy.threshold(Level::Adm(1)))?;
        let affected = crisis.affected_areas(&self.network)?;
        // Under noise people are estimated from noised counts, so all counts are needed and no people yet.
        let is_noised = self.setup.config.release.noise.is_some();
        let unit = if is_noised { FigureUnit::Subscribers } else { unit };
        let periods = self.settled_periods(crisis, last);
        let tables: Vec<PeriodTables> = periods.iter().map(|period| self.period_tables(&counts, *period)).collect();
        let day = |(period, tables)| self.outgoing_day(tables, (period, unit), (&affected, &out_of_sight));
        let mut days: Vec<OutgoingDay> = periods.into_iter().zip(&tables).map(day).collect();
        if days.is_empty() {
            return Ok(None);
        }
        if self.setup.releases_h3()? {
            for day in &mut days {
                day.h3 = self.outgoing_h3(&counts, day.period.last);
            }
        }
        if unit == FigureUnit::People {
            self.add_people(crisis, &counts, &out_of_sight, (&mut days, &tables))?;
        }
        Ok(Some(days))
    }

    fn tell_left_out(&self, operation: &str, verdicts: &[(LocalDay, DayVerdict)]) {
        for (day, verdict) in verdicts {
            match verdict {
                DayVerdict::New | DayVerdict::Same => {}
                DayVerdict::Changed => self.console.warn(&format!(
                    "{operation}: {day} was released with other numbers, which stand: a second set would tell by the \
                     difference what a few subscribers did. It is left out"
                )),
                DayVerdict::TooNear(other) => {
                    self.console
                        .warn(&format!("{operation}: {day} is too near to {other}, which was released: left out"));
                }
                DayVerdict::OtherOperation(other) => self.console.warn(&format!(
                    "{operation}: {day} is too near to {other}, which was released of an operation with another event or \
                     baseline: two counts of the same people tell by their difference what a few did. It is left out \
                     ([release] accept_overlap)"
                )),
            }
        }
    }

    /// `method.json` of what leaves: no count of what was withheld, no digest of an input.
    fn outgoing_method(
        &self,
        crisis: &Crisis,
        verdicts: &[(LocalDay, DayVerdict)],
        (tables, budget): (&OutgoingTables, Option<&BudgetReport>),
    ) -> serde_json::Value {
        let days: Vec<LocalDay> = verdicts.iter().filter(|own| own.1.leaves()).map(|own| own.0).collect();
        let figures = &tables.figures;
        let population = self.network.population.as_ref().map(|own| {
            json!({"year": own.people.reference.year, "cv": own.people.reference.cv, "deff": own.people.reference.deff})
        });
        json!({
            "formats_version": hexodus_publish::FORMATS_VERSION,
            "software": {"name": "hexodus", "version": env!("CARGO_PKG_VERSION")},
            "operation": crisis.operation,
            "round_number": crisis.round_number,
            "reporting_date": days.last(),
            "days": days,
            "source_method": hexodus_publish::SOURCE_METHOD,
            "dissemination_class": figures.class().name(),
            "crisis": crisis.method(),
            "cod_version": self.network.areas.cod_version,
            "unit": figures.unit.name(),
            "scaling": {"population": population, "weights_published": false},
            "interval": {"level": 0.95},
            "privacy": {
                "preset": self.setup.policy.preset(),
                "k_admin": figures.threshold,
                "k_h3": tables.cells.as_ref().map(|own| own.threshold),
                "test": "publish iff distinct subscribers >= k, before scaling",
                "complementary": budget.is_none(),
                "round_to": figures.rounding.base(),
                "every_days": self.setup.config.release.every_days,
                "dp": budget.map(BudgetReport::method),
            },
            "limits": [
                "movements inside the country only",
                "one SIM is not one person",
                "a network outage is not displacement",
                "a withheld figure is not zero, and published parts do not add up to their whole",
            ],
        })
    }

    /// The disclosure report counts what was withheld: it does not go with the tables.
    fn write_report(&self, name: &str, report: &DisclosureReport) -> Result<(), Failure> {
        let folder = self.setup.path(&self.setup.config.release.reports);
        let write = |path: &Path, text: &str| {
            std::fs::write(path, text).map_err(|error| Failure::system("write", path, &error))
        };
        std::fs::create_dir_all(&folder).map_err(|error| Failure::system("create", &folder, &error))?;
        let policy = &self.setup.policy;
        write(&folder.join(format!("{name}.json")), &format!("{:#}\n", report.json(policy)))?;
        write(&folder.join(format!("{name}.txt")), &report.text(policy))
    }
}
