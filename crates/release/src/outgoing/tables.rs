//! What leaves of released days.

use super::counts::{OutgoingDay, OutgoingKey, OutgoingLevel};
use super::figure::{FigureUnit, OutgoingFigure, Side};
use super::report::GroupReport;
use super::rounding::Rounding;
use crate::count::SuppressionReason;
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::RowPolicy;
use crate::suppress::{LinkedGroup, LinkedIdentity, LinkedLevel, Pattern, suppress};
use hexodus_model::{Level, OdPair, Period, UnitKey};
use rayon::prelude::*;

/// What there is to say of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutgoingContent {
    /// Subscribers, rounded.
    Subscribers(u64),
    /// People, rounded: estimate, lower and upper end of the 95 % interval.
    People {
        /// The three numbers.
        people: [u64; 3],
        /// What is special about them.
        remark: Option<&'static str>,
    },
    /// Why it is withheld.
    Withheld(SuppressionReason),
    /// Why there is none.
    Missing(&'static str),
}

impl OutgoingContent {
    /// The reason, if it is withheld.
    pub const fn reason(&self) -> Option<SuppressionReason> {
        if let Self::Withheld(reason) = *self { Some(reason) } else { None }
    }
}

/// One released number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingRow<K> {
    /// Days of the period; a stock is that of the last.
    pub period: Period,
    /// Which number.
    pub key: K,
    /// What is told.
    pub content: OutgoingContent,
}

/// The displaced by home and host, at one level. Rows ascend by day and pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingFlows {
    /// The level of both ends.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// In what numbers.
    pub unit: FigureUnit,
    /// What they are multiples of.
    pub rounding: Rounding,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// The numbers.
    pub rows: Vec<OutgoingRow<OdPair>>,
}

/// Which figure of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey {
    /// Which figure.
    pub figure: OutgoingFigure,
    /// Its level; `None` of the country.
    pub level: Option<u8>,
    /// Its area; `None` of the country.
    pub area: Option<UnitKey>,
}

/// The figures of areas and of the country, at all levels. Rows ascend by figure, level, day and area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingFigures {
    /// The k of the test of areas.
    pub threshold: u64,
    /// In what numbers.
    pub unit: FigureUnit,
    /// What they are multiples of.
    pub rounding: Rounding,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// The numbers.
    pub rows: Vec<OutgoingRow<FigureKey>>,
}

/// Everything that leaves of some days.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingTables {
    /// By level, from the top.
    pub flows: Vec<Released<OutgoingFlows>>,
    /// Of areas and of the country.
    pub figures: Released<OutgoingFigures>,
    /// What was found when days were protected, day by day; internal, and empty under noise.
    pub groups: Vec<GroupReport>,
}

/// What keeps the numbers of a day from telling more than they say.
enum Protection {
    /// Others are withheld.
    Suppression(Pattern),
    /// They were noised; below k they are of no use.
    Noise,
}

impl Protection {
    fn pair(&self, level: &OutgoingLevel, pair: OdPair, k: u64) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.audit().passed() && pattern.pair_shown(level.level, pair),
            Self::Noise => level.count(OutgoingKey::Pair(pair)) >= k,
        }
    }

    fn figure(&self, level: &OutgoingLevel, (number, figure): (usize, OutgoingFigure), unit: UnitKey, k: u64) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.audit().passed() && pattern.figure_shown(level.level, number, unit),
            Self::Noise => level.count(OutgoingKey::Figure(figure, unit)) >= k,
        }
    }

    fn total(&self, day: &OutgoingDay, (number, figure): (usize, OutgoingFigure), k: u64) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.audit().passed() && pattern.total_shown(number),
            Self::Noise => day.total(figure) >= k,
        }
    }
}

/// Releases days, each protected by itself: no sum ties the numbers of two days, as who reappears and who vanishes
/// between them is told nowhere (methods §16).
///
/// `largest_weight` is how many people one subscriber stands for at most; `times` how often one subscriber may be counted
/// as arrived, departed or new in a period.
///
/// # Panics
/// Without days, or when counts do not add up: bugs of the caller.
pub fn release_outgoing(
    days: &[OutgoingDay],
    policy: &DisclosurePolicy,
    (largest_weight, times): (f64, u64),
) -> OutgoingTables {
    let Some(first) = days.first() else { panic!("no day to release") };
    let unit = first.unit;
    let rounding = Rounding::for_unit(unit, policy.rounding_base(unit), largest_weight);
    let wall = Wall { policy, unit, rounding, times, figures: OutgoingFigure::all(unit) };
    let patterns: Vec<Pattern> = days.par_iter().map(|day| suppress(&linked(day, policy, times))).collect();
    let groups = days.iter().zip(&patterns).map(|(day, pattern)| GroupReport::of(day, pattern)).collect();
    wall.tables(days, &patterns.into_iter().map(Protection::Suppression).collect::<Vec<_>>(), groups)
}

/// Releases days that were noised: k drops what is of no use, and nothing is withheld for others. Days as
/// [`NoisedDay::told`](super::noised::NoisedDay::told) tells them.
///
/// # Panics
/// Without days: a bug of the caller.
pub fn release_noised(days: &[OutgoingDay], policy: &DisclosurePolicy, largest_weight: f64) -> OutgoingTables {
    let Some(first) = days.first() else { panic!("no day to release") };
    let unit = first.unit;
    let rounding = Rounding::for_unit(unit, policy.rounding_base(unit), largest_weight);
    let wall = Wall { policy, unit, rounding, times: 1, figures: OutgoingFigure::noised(unit) };
    let noise: Vec<Protection> = days.iter().map(|_| Protection::Noise).collect();
    wall.tables(days, &noise, Vec::new())
}

/// A day as the suppression knows it.
fn linked(day: &OutgoingDay, policy: &DisclosurePolicy, times: u64) -> LinkedGroup {
    let all = OutgoingFigure::all(day.unit);
    let level = |own: &OutgoingLevel| LinkedLevel {
        level: own.level,
        threshold: policy.threshold(own.level),
        units: own.units.clone(),
        pairs: own.pairs.clone(),
        figures: all.iter().map(|figure| own.figures.get(figure).cloned().unwrap_or_default()).collect(),
    };
    let at = |figure| all.iter().position(|&own| own == figure);
    let states = [OutgoingFigure::From, OutgoingFigure::Returned, OutgoingFigure::Unobserved, OutgoingFigure::Stayed];
    let whole = at(OutgoingFigure::Residents);
    let identity = whole.map(|whole| LinkedIdentity { whole, parts: states.into_iter().filter_map(at).collect() });
    LinkedGroup {
        levels: day.levels.iter().map(level).collect(),
        figures: all.iter().map(|figure| figure.linked(times)).collect(),
        identities: identity.into_iter().collect(),
    }
}

/// What all tables of a release have in common.
struct Wall<'a> {
    policy: &'a DisclosurePolicy,
    unit: FigureUnit,
    rounding: Rounding,
    times: u64,
    figures: &'static [OutgoingFigure],
}

impl Wall<'_> {
    fn tables(&self, days: &[OutgoingDay], protections: &[Protection], groups: Vec<GroupReport>) -> OutgoingTables {
        let flows = (0..days[0].levels.len()).map(|at| self.flows(days, protections, at)).collect();
        OutgoingTables { flows, figures: self.figures(days, protections), groups }
    }

    fn flows(&self, days: &[OutgoingDay], protections: &[Protection], at: usize) -> Released<OutgoingFlows> {
        let level = days[0].levels[at].level;
        let units = days[0].levels[at].units.len() as u64;
        let full = units.saturating_mul(units).saturating_mul(days.len() as u64) <= self.policy.full_rows_limit();
        let mut rows = Vec::new();
        for (day, protection) in days.iter().zip(protections) {
            let own = &day.levels[at];
            let mut add = |pair: OdPair| {
                let shown = protection.pair(own, pair, self.policy.threshold(level));
                let content = self.content(own, OutgoingKey::Pair(pair), shown);
                if full || shown {
                    rows.push(OutgoingRow { period: day.period, key: pair, content });
                }
            };
            if full {
                let units = || own.units.iter().map(|own| own.0);
                units().for_each(|origin| units().for_each(|destination| add(OdPair { origin, destination })));
            } else {
                own.pairs.iter().for_each(|own| add(own.0));
            }
        }
        let (unit, rounding, threshold) = (self.unit, self.rounding, self.policy.threshold(level));
        let row_policy = if full { RowPolicy::Full } else { RowPolicy::Sparse };
        let table = OutgoingFlows { level, threshold, unit, rounding, row_policy, rows };
        Released::outgoing(table, self.policy)
    }

    fn figures(&self, days: &[OutgoingDay], protections: &[Protection]) -> Released<OutgoingFigures> {
        let mut rows = Vec::new();
        for (number, &figure) in self.figures.iter().enumerate() {
            for (day, protection) in days.iter().zip(protections).filter(|_| figure.has_total()) {
                let least = self.least(figure, day.levels[0].level);
                let shown = day.total(figure) >= least && protection.total(day, (number, figure), least);
                let key = FigureKey { figure, level: None, area: None };
                let content = if shown { self.total(day, figure) } else { CONFIDENTIAL };
                rows.push(OutgoingRow { period: day.period, key, content });
            }
            for at in 0..days[0].levels.len() {
                for (day, protection) in days.iter().zip(protections) {
                    let own = &day.levels[at];
                    let Level::Adm(level) = own.level else { continue };
                    for &(area, _) in &own.units {
                        let shown = protection.figure(own, (number, figure), area, self.policy.threshold(own.level));
                        let content = self.content(own, OutgoingKey::Figure(figure, area), shown);
                        let key = FigureKey { figure, level: Some(level), area: Some(area) };
                        rows.push(OutgoingRow { period: day.period, key, content });
                    }
                }
            }
        }
        let threshold = self.policy.threshold(days[0].levels[0].level);
        let (unit, rounding, row_policy) = (self.unit, self.rounding, RowPolicy::Full);
        Released::outgoing(OutgoingFigures { threshold, unit, rounding, row_policy, rows }, self.policy)
    }

    fn total(&self, day: &OutgoingDay, figure: OutgoingFigure) -> OutgoingContent {
        match self.unit {
            FigureUnit::Subscribers => OutgoingContent::Subscribers(self.rounding.count(day.total(figure))),
            FigureUnit::People => self.people(day.people.get(&figure)),
        }
    }

    fn content(&self, level: &OutgoingLevel, key: OutgoingKey, shown: bool) -> OutgoingContent {
        let (host, origin) = match key {
            OutgoingKey::Pair(pair) => (Some(pair.destination), Some(pair.origin)),
            OutgoingKey::Figure(figure, area) if figure.side() == Side::Host => (Some(area), None),
            OutgoingKey::Figure(_, area) => (None, Some(area)),
        };
        if host.is_some_and(|host| level.out_of_sight.contains(&host)) {
            return OutgoingContent::Withheld(SuppressionReason::LowCoverage);
        }
        if self.unit == FigureUnit::People
            && let Some(why) = origin.and_then(|origin| level.missing.get(&origin))
        {
            return OutgoingContent::Missing(why);
        }
        let enough = match key {
            OutgoingKey::Figure(figure, _) => level.count(key) >= self.least(figure, level.level),
            OutgoingKey::Pair(_) => true,
        };
        let shown = shown && enough;
        match self.unit {
            _ if !shown => CONFIDENTIAL,
            FigureUnit::Subscribers => OutgoingContent::Subscribers(self.rounding.count(level.count(key))),
            FigureUnit::People => self.people(level.people.get(&key)),
        }
    }

    /// From which count on k distinct subscribers are behind a figure: a sum over days may count one several times.
    fn least(&self, figure: OutgoingFigure, level: Level) -> u64 {
        self.policy.threshold(level) * if figure.is_of_period() { self.times } else { 1 }
    }

    fn people(&self, number: Option<&super::counts::PeopleNumber>) -> OutgoingContent {
        match number {
            Some(own) => OutgoingContent::People { people: self.rounding.people(own.people), remark: own.remark },
            None => OutgoingContent::Missing("no_estimate"),
        }
    }
}

/// Below k, or withheld for others: which of the two is not told (formats §4.1).
const CONFIDENTIAL: OutgoingContent = OutgoingContent::Withheld(SuppressionReason::Confidential);
