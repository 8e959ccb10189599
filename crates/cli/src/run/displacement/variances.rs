//! How much the figures of people of each day vary over replicates.

use super::super::Run;
use super::basis::{on_day, quiet_day};
use super::raking::ReplicateWeights;
use super::window::Window;
use crate::failure::Failure;
use crate::home_classes::{HomeClasses, area_and_class};
use hexodus_estimate::people::estimates::replicate_shares;
use hexodus_estimate::{PanelDay, replicate_variance};
use hexodus_mobility::{ReplicateFigure, ReplicateKey, ReplicateTally};
use hexodus_model::{Level, LocalDay, OriginHost, Reserved, ShareReplicates, ShareVariance, UnitKey};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Other seeds draw other replicates: one for all runs, so that a figure is the same whoever computes it.
pub(super) const SEED: u64 = 1;

impl Run<'_> {
    /// Variances of the days that replicates were counted of, at every level, and what is kept of the replicates; none
    /// without a population.
    pub(in crate::run) fn share_variances(
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
    pub(in crate::run) fn people_inputs(&self) -> serde_json::Value {
        let replicates = self.setup.config.population.as_ref().map(|own| own.replicates);
        let mut inputs = serde_json::json!([self.network.population.as_ref().map(|own| &own.digest), replicates, SEED]);
        if let (Some(known), Some(inputs)) = (&self.network.population, inputs.as_array_mut()) {
            inputs.extend(known.classes.as_ref().map(HomeClasses::method));
            inputs.extend(known.class_columns());
            inputs.extend(known.market_share().cloned());
        }
        inputs
    }

    /// The area of a level above that holds an area of the deepest; reserved values stay.
    fn upper_area(&self, unit: UnitKey, deepest: u8, level: u8) -> UnitKey {
        let Some(area) = unit.as_area() else { return unit };
        let above = self.network.areas.ancestor(deepest, area, level);
        above.map_or(UnitKey::reserved(Reserved::Unknown), UnitKey::area)
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
