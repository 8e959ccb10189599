//! The accounting identities of displacement, asserted for every origin and day of every run (methods §3.2).

use hexodus_model::{LocalDay, OriginCounts, OriginHost, StockCounts, StockTable, UnitKey};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use thiserror::Error;

/// Which identity does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// S(a, b, t) = S(a, b, t−1) + entered − returned + moved in − moved out + reappeared − vanished.
    StockByHost,
    /// S(a, t) = S(a, t−1) + entered − returned + reappeared − vanished.
    StockByOrigin,
    /// Σ over hosts of S(a, b) = S(a), counted for itself.
    HostsSumToOrigin,
    /// Σ moved in = Σ moved out.
    MovesBalance,
    /// Σ over onset weeks = S(a, b).
    CohortsSumToStock,
    /// Stayed + displaced + returned + unobserved = panel, counted for itself.
    PanelIsComplete,
    /// The panel of an origin is the same on every day.
    PanelIsConstant,
    /// Who vanished and has not reappeared is unobserved: displaced when last seen(t) = (t−1) + vanished − reappeared.
    VanishedAreUnobserved,
}

/// One identity that does not hold, with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenIdentity {
    /// Which.
    pub identity: Identity,
    /// Of which origin.
    pub origin: UnitKey,
    /// At which host, where the identity has one.
    pub host: Option<UnitKey>,
    /// What follows from the other figures.
    pub expected: i128,
    /// What was counted.
    pub counted: i128,
}

/// Identities that do not hold: a defect, never a property of data.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct AccountingError {
    /// The day.
    pub day: LocalDay,
    /// Every one, ascending; never empty.
    pub broken: Vec<BrokenIdentity>,
}

impl fmt::Display for AccountingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "displacement on {}: {} figures do not add up", self.day, self.broken.len())?;
        for own in self.broken.iter().take(3) {
            write!(f, "; {:?} at origin {}", own.identity, Unit(own.origin))?;
            if let Some(host) = own.host {
                write!(f, ", host {}", Unit(host))?;
            }
            write!(f, ": expected {}, counted {}", own.expected, own.counted)?;
        }
        Ok(())
    }
}

struct Unit(UnitKey);

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.as_h3(), self.0.as_reserved()) {
            (Some(h3), _) => h3.fmt(f),
            (_, Some(reserved)) => f.write_str(reserved.code()),
            _ => write!(f, "area {}", self.0.bits()),
        }
    }
}

/// Checks one day against the day before, at the level of the tables. `before` = `None` on the first day that is
/// followed: nobody is displaced yet. Holds at every level and for either dating.
///
/// # Errors
/// [`AccountingError`] with all offending figures.
pub fn check_accounting(before: Option<&StockTable>, today: &StockTable) -> Result<(), AccountingError> {
    let mut check = Check { broken: Vec::new() };
    check.hosts(before, today);
    check.origins(before, today);
    if check.broken.is_empty() {
        return Ok(());
    }
    check.broken.sort_unstable();
    Err(AccountingError { day: today.day, broken: check.broken })
}

struct Check {
    broken: Vec<BrokenIdentity>,
}

impl Check {
    fn equal(&mut self, identity: Identity, origin: UnitKey, host: Option<UnitKey>, expected: i128, counted: u64) {
        let counted = i128::from(counted);
        if expected != counted {
            self.broken.push(BrokenIdentity { identity, origin, host, expected, counted });
        }
    }

    fn hosts(&mut self, before: Option<&StockTable>, today: &StockTable) {
        let earlier: BTreeMap<OriginHost, StockCounts> =
            before.map(|table| table.hosts.iter().copied().collect()).unwrap_or_default();
        let now: BTreeMap<OriginHost, StockCounts> = today.hosts.iter().copied().collect();
        let mut cohorts: BTreeMap<OriginHost, i128> = BTreeMap::new();
        for &((pair, _), count) in &today.cohorts {
            *cohorts.entry(pair).or_default() += i128::from(count);
        }
        let pairs: BTreeSet<OriginHost> = earlier.keys().chain(now.keys()).chain(cohorts.keys()).copied().collect();
        for pair in pairs {
            let counts = now.get(&pair).copied().unwrap_or_default();
            let was = earlier.get(&pair).map_or(0, |counts| counts.stock);
            let moved = i128::from(counts.moved_in) - i128::from(counts.moved_out);
            let expected = i128::from(was) + net(&counts) + moved;
            self.equal(Identity::StockByHost, pair.origin, Some(pair.host), expected, counts.stock);
            let cohorts = cohorts.get(&pair).copied().unwrap_or(0);
            self.equal(Identity::CohortsSumToStock, pair.origin, Some(pair.host), cohorts, counts.stock);
        }
    }

    fn origins(&mut self, before: Option<&StockTable>, today: &StockTable) {
        let earlier: BTreeMap<UnitKey, OriginCounts> =
            before.map(|table| table.origins.iter().copied().collect()).unwrap_or_default();
        let now: BTreeMap<UnitKey, OriginCounts> = today.origins.iter().copied().collect();
        let mut sums: BTreeMap<UnitKey, StockCounts> = BTreeMap::new();
        for &(pair, counts) in &today.hosts {
            *sums.entry(pair.origin).or_default() += counts;
        }
        let units: BTreeSet<UnitKey> = earlier.keys().chain(now.keys()).chain(sums.keys()).copied().collect();
        for unit in units {
            let own = now.get(&unit).copied().unwrap_or_default();
            let sum = sums.get(&unit).copied().unwrap_or_default();
            let was = earlier.get(&unit).copied().unwrap_or_default();
            let mut equal = |identity, expected, counted| self.equal(identity, unit, None, expected, counted);
            equal(Identity::StockByOrigin, i128::from(was.displaced) + net(&sum), own.displaced);
            equal(Identity::HostsSumToOrigin, i128::from(sum.stock), own.displaced);
            equal(Identity::MovesBalance, i128::from(sum.moved_in), sum.moved_out);
            let told = own.stayed() + own.displaced + own.returned + own.unobserved();
            equal(Identity::PanelIsComplete, i128::from(told), own.panel);
            let away = i128::from(was.displaced_when_last_seen) + i128::from(sum.vanished) - i128::from(sum.reappeared);
            equal(Identity::VanishedAreUnobserved, away, own.displaced_when_last_seen);
            if before.is_some() {
                equal(Identity::PanelIsConstant, i128::from(was.panel), own.panel);
            }
        }
    }
}

/// What changes of a day add to the stock of an origin.
fn net(counts: &StockCounts) -> i128 {
    i128::from(counts.entered) + i128::from(counts.reappeared)
        - i128::from(counts.returned)
        - i128::from(counts.vanished)
}
