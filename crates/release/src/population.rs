//! The population present, by area and day, through the wall: tested on the subscribers whose displacement made it another
//! than the reference, which is public.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, UnitKey};

/// One area, or what is outside all of them, on one day. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PopulationDay {
    /// The local day.
    pub day: LocalDay,
    /// The area, or `_UNKNOWN`.
    pub area: UnitKey,
    /// Subscribers behind inflow and outflow.
    pub subscribers: [u64; 2],
    /// Observed subscribers that these are a part of.
    pub observed: u64,
    /// Subscribers seen there on the day, and on fewest of the days of the baseline that they are compared with.
    pub present: u64,
    /// Whether what can be seen of the area is too little for any figure (methods §4.5).
    pub low_coverage: bool,
    /// What is published if it passes.
    pub figures: PopulationFigures,
}

/// Figures of one row. People; `None` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PopulationFigures {
    /// By the reference population.
    pub reference: Option<f64>,
    /// Displaced from other areas, here.
    pub inflow: Option<f64>,
    /// Displaced from here, elsewhere.
    pub outflow: Option<f64>,
    /// By what it was pulled to the direct estimates.
    pub adjustment: Option<f64>,
    /// Reference + inflow − outflow + adjustment.
    pub people: Option<f64>,
    /// Ends of its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// The direct estimate: by everybody seen there.
    pub direct: Option<f64>,
    /// Why there are no people.
    pub remark: Option<&'static str>,
}

/// One released row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PopulationRow {
    /// The local day.
    pub day: LocalDay,
    /// The area, or `_UNKNOWN`.
    pub area: UnitKey,
    /// What passed.
    pub figures: PopulationFigures,
    /// Why people, or inflow and outflow, are withheld.
    pub reason: Option<SuppressionReason>,
}

/// The released population of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationTable {
    /// Level of the areas.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Ascending by day and area, every area every day.
    pub rows: Vec<PopulationRow>,
}

/// Releases the population of a level. Every row is listed; the reference is public and always told.
///
/// *Test*: people, interval and adjustment stand where k subscribers or more made them other than the reference, inflow and
/// outflow together, and k were observed. Inflow and outflow stand where each has k: with people one would give the other.
/// The direct estimate is tested by itself.
pub fn release_population(
    level: Level,
    mut days: Vec<PopulationDay>,
    policy: &DisclosurePolicy,
) -> Released<PopulationTable> {
    days.sort_by_key(|own| (own.day, own.area));
    let threshold = policy.threshold(level);
    let rows = days.into_iter().map(|own| release_row(own, threshold)).collect();
    Released::internal(PopulationTable { level, threshold, rows })
}

fn release_row(own: PopulationDay, k: u64) -> PopulationRow {
    let passes = |count: u64| ReleasedCount::tested(count, k).published().is_some();
    let [inflow, outflow] = own.subscribers;
    let both = passes(inflow) && passes(outflow) && passes(own.observed);
    let net = passes(inflow.saturating_add(outflow)) && passes(own.observed);
    let seen = !own.low_coverage;
    let PopulationFigures { reference, remark, .. } = own.figures;
    let mut figures = PopulationFigures { reference, remark, ..PopulationFigures::default() };
    if net && seen {
        figures.people = own.figures.people;
        figures.interval = own.figures.interval;
        figures.adjustment = own.figures.adjustment.filter(|_| own.figures.people.is_some());
    }
    // Outside all areas, and where nobody can be followed, there is no people for one to give the other away.
    let alone = own.figures.people.is_none();
    let may_flow = |own_passes: bool| seen && (both || alone && own_passes && passes(own.observed));
    figures.inflow = own.figures.inflow.filter(|_| may_flow(passes(inflow)));
    figures.outflow = own.figures.outflow.filter(|_| may_flow(passes(outflow)));
    figures.direct = own.figures.direct.filter(|_| seen && passes(own.present));
    let withheld = [
        (own.figures.people.is_some(), figures.people.is_some()),
        (own.figures.inflow.is_some(), figures.inflow.is_some()),
        (own.figures.outflow.is_some(), figures.outflow.is_some()),
        (own.figures.direct.is_some(), figures.direct.is_some()),
    ];
    let is_withheld = withheld.iter().any(|&(there, told)| there && !told);
    let why = if own.low_coverage { SuppressionReason::LowCoverage } else { SuppressionReason::BelowK };
    PopulationRow { day: own.day, area: own.area, figures, reason: is_withheld.then_some(why) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::AreaKey;

    fn told(subscribers: [u64; 2], observed: u64, low_coverage: bool, people: Option<f64>) -> PopulationRow {
        let figures = PopulationFigures {
            reference: Some(900.0),
            inflow: Some(30.0),
            outflow: Some(50.0),
            adjustment: Some(1.0),
            people,
            interval: people.map(|own| [own - 9.0, own + 9.0]),
            direct: Some(870.0),
            remark: None,
        };
        let (day, area, present) = (LocalDay(3), UnitKey::area(AreaKey(1)), 16);
        let own = PopulationDay { day, area, subscribers, observed, present, low_coverage, figures };
        release_population(Level::Adm(2), vec![own], &DisclosurePolicy::default()).rows[0]
    }

    fn which(row: PopulationRow) -> [bool; 4] {
        [row.figures.people, row.figures.inflow, row.figures.outflow, row.figures.direct].map(|own| own.is_some())
    }

    #[test]
    fn one_flow_below_k_hides_the_other_and_not_the_sum() {
        assert_eq!(which(told([16, 16], 16, false, Some(880.0))), [true; 4]);
        let one = told([15, 16], 16, false, Some(880.0));
        assert_eq!((which(one), one.reason), ([true, false, false, true], Some(SuppressionReason::BelowK)));
        assert_eq!(which(told([7, 8], 99, false, Some(880.0))), [false, false, false, true]);
        assert_eq!(which(told([99, 99], 15, false, Some(880.0))), [false, false, false, true]);
        let nobody = told([0, 0], 99, false, Some(900.0));
        assert_eq!((nobody.figures.reference, nobody.figures.adjustment), (Some(900.0), None));
    }

    #[test]
    fn where_there_is_no_sum_each_flow_is_tested_by_itself() {
        assert_eq!(which(told([16, 0], 16, false, None)), [false, true, false, true]);
    }

    #[test]
    fn what_cannot_be_seen_is_told_as_such() {
        let own = told([99, 99], 99, true, Some(880.0));
        assert_eq!((which(own), own.reason), ([false; 4], Some(SuppressionReason::LowCoverage)));
        assert_eq!(own.figures.reference, Some(900.0), "is public");
    }
}
