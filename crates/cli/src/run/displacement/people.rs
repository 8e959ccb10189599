//! From subscribers to people: how much the figures of each day vary over replicates, and the tables.

use super::super::Run;
use super::raking::{LevelWeights, ReplicateWeights};
use super::tables::matrices_at;
use super::window::Window;
use crate::console::grouped;
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::home_classes::{HomeClasses, area_and_class};
use hexodus_estimate::people::estimates::{
    Basis, PeopleEstimate, corrected_people, replicate_shares, weighted_people_estimates,
};
use hexodus_estimate::{
    DayFigures, IntervalMethod, PanelDay, QuietOrigin, StandsFor, WeightedStock, fastest_changes, misplaced_shares,
    replicate_variance, stayers_factor,
};
use hexodus_locate::PopulationReference;
use hexodus_mobility::{ReplicateFigure, ReplicateKey, ReplicateTally};
use hexodus_model::{
    AreaKey, Dating, Definition, Level, LocalDay, OriginHost, PeopleOf, Reserved, ShareReplicates, ShareVariance,
    StockTable, UnitKey,
};
use hexodus_publish::{ReleaseContext, ReleaseFolder, encode_people};
use hexodus_release::{PeopleDay, PeopleFigures, PeopleTable, PeopleTableKind, release_people};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Other seeds draw other replicates: one for all runs, so that a figure is the same whoever computes it.
pub(super) const SEED: u64 = 1;

/// Of a day: its stock, plain and weighted; its figures; how fast they change.
type DayParts<'a> = ((&'a (StockTable, WeightedStock), &'a (LocalDay, DayFigures)), &'a DayFigures);

/// `qa_flags` of an origin whose residents are weighted by urban and rural homes, too.
const RAKED: &str = "raked";

/// For so many days what was seen after a day may change the correction of it (revised dating).
pub(in crate::run) const PROVISIONAL_DAYS: i32 = hexodus_mobility::subscriber::last_known::KNOWN_DAYS;

/// For so many days it may change the figure of a live table: its states, where home was out of service on the next day,
/// and its interval, by how fast the figure changes.
const PROVISIONAL_DAYS_LIVE: i32 = hexodus_estimate::people::dating::REACH_DAYS;

impl Run<'_> {
    /// Variances of the days that replicates were counted of, at every level, and what is kept of the replicates; none
    /// without a population.
    pub(super) fn share_variances(
        &self,
        replicates: ReplicateTally,
        window: &Window,
        counts: &CrisisCounts,
    ) -> Result<(Vec<ShareVariance>, Vec<ShareReplicates>), Failure> {
        if self.network.population.is_none() {
            return Ok((Vec::new(), Vec::new()));
        }
        let deepest = self.network.areas.deepest();
        let mut days: Vec<(LocalDay, BTreeMap<ReplicateKey, Vec<i32>>)> = Vec::new();
        replicates.for_each_day(window.days.followed(), |day, counts| days.push((day, counts.clone())));
        let mut known_at = BTreeMap::new();
        for level in 1..=deepest {
            let stands_for = self.stands_for(level, counts)?;
            let weights = self.level_weights(level, counts, &stands_for)?;
            // The panel of a replicate is the same on every day that has one.
            let drawn = days.iter().map(|own| &own.1).find(|drawn| !drawn.is_empty());
            let upper = |unit| self.upper_area(unit, deepest, level);
            let weights = weights.zip(drawn).map(|(own, drawn)| own.of_replicates(drawn, upper)).transpose()?;
            known_at.insert(level, (stands_for, self.misplaced(level, counts), weights));
        }
        let of_day = |(day, drawn): &(LocalDay, BTreeMap<ReplicateKey, Vec<i32>>)| {
            let (mut variances, mut kept) = (Vec::new(), Vec::new());
            for (&level, (stands_for, misplaced, weights)) in &known_at {
                let panel = replicates_at(drawn, |unit| self.upper_area(unit, deepest, level), weights.as_ref());
                let misplaced = &on_day(misplaced, quiet_day(counts, *day).near);
                if panel.columns == 0 {
                    continue;
                }
                let shares = replicate_shares(&panel, stands_for, misplaced).map_err(Failure::estimate)?;
                for (of, shares) in &shares {
                    let variance = replicate_variance(shares).map_err(Failure::estimate)?;
                    // A share that is the same in every replicate is 0 or 1, and its interval needs no variance.
                    if variance > 0.0 {
                        variances.push(ShareVariance { level: Level::Adm(level), day: *day, of: *of, variance });
                    }
                }
                kept.extend(self.week_replicates((*day, level), &shares, counts));
            }
            Ok((variances, kept))
        };
        let all: Vec<(Vec<ShareVariance>, Vec<ShareReplicates>)> =
            days.par_iter().map(of_day).collect::<Result<_, Failure>>()?;
        let (variances, kept): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        Ok((variances.concat(), kept.concat()))
    }

    /// What the variances depend on besides the counts, for fingerprints. The error of the population and the design effect
    /// are no part of them.
    pub(super) fn people_inputs(&self) -> serde_json::Value {
        let replicates = self.setup.config.population.as_ref().map(|own| own.replicates);
        let mut inputs = serde_json::json!([self.network.population.as_ref().map(|own| &own.digest), replicates, SEED]);
        if let (Some(known), Some(inputs)) = (&self.network.population, inputs.as_array_mut()) {
            inputs.extend(known.classes.as_ref().map(HomeClasses::method));
            inputs.extend(known.class_columns());
            inputs.extend(known.market_share().cloned());
        }
        inputs
    }

    /// How many people stand behind the panel of each area of a level. The panel is the same on every day.
    pub(in crate::run) fn stands_for(&self, level: u8, counts: &CrisisCounts) -> Result<StandsFor, Failure> {
        let Some(known) = &self.network.population else { return Ok(StandsFor::default()) };
        let mut residents: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (unit, own) in counts.stock.last().iter().flat_map(|table| &table.origins) {
            *residents.entry(self.area_of(*unit, level)).or_default() += own.panel;
        }
        let mut told = known.stands_for(&self.network.areas, level, &residents)?;
        // As of the last day of the time whose homes the panel has: it is weighted once, whatever the market does later.
        let eve = counts.stock.first().map(|table| table.day.previous());
        let each = |area| known.shares.on(&self.network.areas, (level, area), eve?);
        told.add_by_market_share(&residents, each);
        Ok(told)
    }

    /// By area, the share of those within reach of home that seems displaced nearby without an event.
    pub(super) fn misplaced(&self, level: u8, counts: &CrisisCounts) -> BTreeMap<UnitKey, f64> {
        let mut origins: BTreeMap<UnitKey, QuietOrigin> = BTreeMap::new();
        for (home, own) in counts.stock.last().iter().flat_map(|table| &table.origins) {
            origins.entry(self.area_of(*home, level)).or_default().residents += own.panel;
        }
        for &(_, home, days) in &counts.near_without_event {
            origins.entry(self.area_of(home, level)).or_default().near += days;
        }
        misplaced_shares(&origins, counts.without_event.days)
    }

    /// The area of a level above that holds an area of the deepest; reserved values stay.
    fn upper_area(&self, unit: UnitKey, deepest: u8, level: u8) -> UnitKey {
        let Some(area) = unit.as_area() else { return unit };
        let above = self.network.areas.ancestor(deepest, area, level);
        above.map_or(UnitKey::reserved(Reserved::Unknown), UnitKey::area)
    }

    /// Writes the tables of people of a crisis at every level, if a population is known.
    pub(super) fn write_people(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let Some(known) = &self.network.population else { return Ok(()) };
        let seen = self.seen_in_areas(crisis)?;
        for (level, out_of_sight) in (1..=self.network.areas.deepest()).zip(self.out_of_sight(crisis, 0)?) {
            let stands_for = self.stands_for(level, counts)?;
            let days = self.people_at(crisis, counts, level, (known.people.reference, &stands_for, &out_of_sight))?;
            if days.is_empty() {
                continue;
            }
            if let Some(weights) = self.level_weights(level, counts, &stands_for)? {
                self.tell_raking(crisis, level, &weights);
            }
            let missing = stands_for.without_figure();
            for kind in PeopleTableKind::ALL {
                let table = release_people(kind, Level::Adm(level), &days, &missing, &self.setup.policy);
                if kind == PeopleTableKind::All && level == self.network.areas.deepest() {
                    self.tell_people(crisis, &table);
                    self.tell_revised(crisis, counts, &table)?;
                }
                let phase = |day| crisis.phase(day).map(str::to_owned);
                self.write_below(crisis, &encode_people(&table, context, &phase)?, writer)?;
            }
            let of_level = (days.as_slice(), &stands_for, &out_of_sight);
            self.write_population(crisis, counts, level, of_level, &seen, (writer, context))?;
            self.write_recovery(crisis, counts, level, (&days, &stands_for), (writer, context))?;
        }
        Ok(())
    }

    /// The headline: the last day, as released.
    fn tell_people(&self, crisis: &Crisis, table: &PeopleTable) {
        let Some((day, figures)) = table.rows.last().and_then(|row| Some((row.day, row.content.figures()?))) else {
            return;
        };
        let [people, low, high] =
            [figures.estimate, figures.interval[0], figures.interval[1]].map(|own| grouped(own.round() as u64));
        let normal = figures.normal.map_or(String::new(), |normal| {
            format!("; {} of them to expect without an event", grouped(normal.round() as u64))
        });
        let operation = &crisis.operation;
        self.console.step(&format!("{operation}: {people} people displaced on {day} ({low} to {high}){normal}"));
    }

    /// The figures of all days at a level, not yet released.
    pub(in crate::run) fn people_at(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        level: u8,
        (reference, stands_for, out_of_sight): (PopulationReference, &StandsFor, &BTreeSet<(LocalDay, AreaKey)>),
    ) -> Result<Vec<PeopleDay>, Failure> {
        let stayers = self.stayers(crisis, counts, level);
        let misplaced = self.misplaced(level, counts);
        let last = counts.stock.last().map_or(crisis.event, |table| table.day);
        let variances: BTreeMap<(LocalDay, Level, PeopleOf), f64> =
            counts.variances.iter().map(|own| (own.key(), own.variance)).collect();
        let weights = self.level_weights(level, counts, stands_for)?;
        let stocks: Vec<(StockTable, WeightedStock)> =
            counts.stock.par_iter().map(|grid| self.weighted_stock(grid, level, weights.as_ref())).collect();
        // First the figures of all days, as how fast they change is a part of their intervals.
        let figures = |(table, stock): &(StockTable, WeightedStock)| {
            let misplaced = on_day(&misplaced, quiet_day(counts, table.day).near);
            Ok((table.day, corrected_people(table, stock, stands_for, &misplaced)?))
        };
        let figures = stocks.par_iter().map(figures).collect::<Result<Vec<(LocalDay, DayFigures)>, _>>();
        let figures = figures.map_err(Failure::estimate)?;
        let changes = fastest_changes(&figures);
        let of_day = |(((table, stock), (_, corrected)), changes): DayParts<'_>| {
            let is_raked = |origin: UnitKey| weights.as_ref().is_some_and(|own| own.holds(origin));
            let quiet = quiet_day(counts, table.day);
            let basis = Basis {
                stands_for,
                population_cv: reference.cv,
                deff: reference.deff,
                stayers: stayers.get(&table.day).unwrap_or(const { &BTreeMap::new() }),
                misplaced: &on_day(&misplaced, quiet.near),
                normal_share: quiet.far,
                corrected,
                changes,
            };
            let variance = |of| variances.get(&(table.day, Level::Adm(level), of)).copied();
            let estimates = weighted_people_estimates(table, stock, &basis, variance).map_err(Failure::estimate)?;
            let provisional = last.0 - table.day.0 < provisional_days(crisis.dating);
            let people = estimates.into_iter().map(|own| {
                let host = host_of(own.of).and_then(UnitKey::as_area);
                let low_coverage = host.is_some_and(|host| out_of_sight.contains(&(table.day, host)));
                let raked = origin_of(own.of).filter(|&origin| is_raked(origin)).map(|_| RAKED);
                let mut told = people_day(table.day, own, provisional, stands_for);
                told.figures.remark = told.figures.remark.or(raked);
                PeopleDay { low_coverage, ..told }
            });
            Ok(people.collect())
        };
        let parts = stocks.par_iter().zip(&figures).zip(&changes);
        let days: Vec<Vec<PeopleDay>> = parts.map(of_day).collect::<Result<_, Failure>>()?;
        Ok(days.concat())
    }

    /// The stock of a day at a level, and the same with residents weighted by classes of their homes where these are known.
    pub(super) fn weighted_stock(
        &self,
        grid: &StockTable,
        level: u8,
        weights: Option<&LevelWeights>,
    ) -> (StockTable, WeightedStock) {
        let table = self.stock_at(grid, level);
        let area_of = |unit| self.area_of(unit, level);
        let classes = self.network.population.as_ref().and_then(|own| own.classes.as_ref());
        let stock = match weights.zip(classes) {
            Some((own, classes)) => {
                WeightedStock::rolled_up(grid, area_of, |home| own.of(area_of(home), classes.class_of(home)))
            }
            None => WeightedStock::of(&table),
        };
        (table, stock)
    }

    /// By day, by what arrivals to each area are multiplied for want of stayers: subscribers residing in their home area,
    /// now and on the days before the event (methods §7.4, item 6).
    fn stayers(&self, crisis: &Crisis, counts: &CrisisCounts, level: u8) -> BTreeMap<LocalDay, BTreeMap<UnitKey, f64>> {
        let mut before: BTreeMap<UnitKey, Vec<f64>> = BTreeMap::new();
        let mut since: BTreeMap<LocalDay, BTreeMap<UnitKey, f64>> = BTreeMap::new();
        for matrix in matrices_at(self, counts, Definition::HomeToPresent, Level::Adm(level)) {
            let day = matrix.first_day;
            let stayers = matrix.entries.iter().filter(|own| own.0.origin == own.0.destination);
            for (pair, stayers) in stayers {
                if day >= crisis.event {
                    since.entry(day).or_default().insert(pair.origin, *stayers as f64);
                } else if crisis.baseline.contains(day) && self.teaches(crisis, day) {
                    before.entry(pair.origin).or_default().push(*stayers as f64);
                }
            }
        }
        for today in since.values_mut() {
            today.retain(|unit, own| {
                let factor = before.get(unit).and_then(|before| stayers_factor(before, *own));
                *own = factor.unwrap_or(0.0);
                factor.is_some()
            });
        }
        since
    }
}

const fn provisional_days(dating: Dating) -> i32 {
    match dating {
        Dating::Live => PROVISIONAL_DAYS_LIVE,
        Dating::Revised => PROVISIONAL_DAYS,
    }
}

/// What a time without an event tells of so many days after one.
pub(super) struct QuietDay {
    /// The stock near home, as a multiple of its mean over the days that are counted.
    pub(super) near: f64,
    /// The stock beyond, as a share of the panel; `None` where the baseline tells nothing.
    far: Option<f64>,
}

pub(super) fn quiet_day(counts: &CrisisCounts, day: LocalDay) -> QuietDay {
    let first = counts.stock.first().map_or(day, |table| table.day);
    let shares = counts.quiet_days.shares(usize::try_from(day.0 - first.0).unwrap_or(0));
    let mean = counts.without_event.near as f64 / counts.without_event.days as f64;
    let near = shares.map_or(1.0, |[near, _]| if mean > 0.0 { near / mean } else { 1.0 });
    QuietDay { near, far: shares.map(|[_, far]| far) }
}

/// Shares that are misplaced on a day.
pub(super) fn on_day(misplaced: &BTreeMap<UnitKey, f64>, factor: f64) -> BTreeMap<UnitKey, f64> {
    misplaced.iter().map(|(&origin, share)| (origin, share * factor)).collect()
}

const fn host_of(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::At(host) => Some(host),
        PeopleOf::Pair(pair) => Some(pair.host),
        PeopleOf::From(_) | PeopleOf::Everywhere => None,
    }
}

const fn origin_of(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::From(origin) => Some(origin),
        PeopleOf::Pair(pair) => Some(pair.origin),
        PeopleOf::At(_) | PeopleOf::Everywhere => None,
    }
}

fn people_day(day: LocalDay, own: PeopleEstimate, provisional: bool, stands_for: &StandsFor) -> PeopleDay {
    let origin = origin_of(own.of);
    let figures = PeopleFigures {
        estimate: own.interval.estimate,
        interval: [own.interval.low, own.interval.high],
        method: method_name(own.interval.method),
        uncorrected: own.uncorrected,
        by_stayers: own.by_stayers,
        bounds: own.bounds,
        normal: own.normal,
        variances: [
            own.interval.components.sampling,
            own.interval.components.population,
            own.interval.components.noise,
        ],
        provisional,
        remark: origin.and_then(|origin| stands_for.remarks.get(&origin)).map(|remark| remark.name()),
    };
    PeopleDay { day, of: own.of, subscribers: own.subscribers, observed: own.observed, low_coverage: false, figures }
}

const fn method_name(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::Bootstrap => "bootstrap",
        IntervalMethod::Jeffreys => "jeffreys",
        IntervalMethod::ClosedForm => "closed_form",
    }
}

/// The replicates of a day by areas of a level: counts of the deepest, added up. With weights homes are counted by stratum,
/// and weigh what those of their stratum do in each replicate.
fn replicates_at(
    counts: &BTreeMap<ReplicateKey, Vec<i32>>,
    area: impl Fn(UnitKey) -> UnitKey,
    weights: Option<&ReplicateWeights>,
) -> PanelDay {
    let columns = counts.values().next().map_or(0, Vec::len);
    let mut day = PanelDay { columns, ..PanelDay::default() };
    for (&(figure, ends), counts) in counts {
        let is_of_homes =
            matches!(figure, ReplicateFigure::Displaced | ReplicateFigure::Near | ReplicateFigure::Stayed);
        let stratum = weights.filter(|_| is_of_homes).map(|weights| (weights, area_and_class(ends.origin)));
        let origin = area(stratum.map_or(ends.origin, |(_, (area, _))| area));
        let weights = stratum.and_then(|(weights, (_, class))| Some(&weights.get(&origin)?[class]));
        let ends = OriginHost { origin, host: area(ends.host) };
        let sum = match figure {
            ReplicateFigure::Displaced => day.displaced.entry(ends).or_default(),
            ReplicateFigure::Near => day.near.entry(ends).or_default(),
            ReplicateFigure::Stayed => day.stayed.entry(ends.origin).or_default(),
            ReplicateFigure::Known => day.known.entry(ends.origin).or_default(),
            ReplicateFigure::Observed => day.observed.entry(ends.origin).or_default(),
            ReplicateFigure::Panel => continue,
        };
        sum.resize(columns, 0.0);
        match weights {
            Some(weights) => {
                let weighted = counts.iter().zip(weights).map(|(&count, weight)| f64::from(count) * weight);
                sum.iter_mut().zip(weighted).for_each(|(sum, own)| *sum += own);
            }
            None => sum.iter_mut().zip(counts).for_each(|(sum, &count)| *sum += f64::from(count)),
        }
    }
    day
}
