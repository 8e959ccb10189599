//! The stock of a day with residents weighted by the class of their home: counts on the scale of subscribers, where each
//! of an origin stands for as many people as its mean.

use hexodus_model::{OriginHost, PeopleOf, StockTable, UnitKey};
use std::collections::BTreeMap;

/// The panel of one origin. Subscribers, weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightedOrigin {
    /// All of it: as many as there are.
    pub panel: f64,
    /// Displaced and observed.
    pub displaced: f64,
    /// Silent, for either reason.
    pub unobserved: f64,
    /// Σ of squared weights, all of it.
    squares: f64,
}

/// The displaced of an origin at one host. Subscribers, weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightedHost {
    /// Displaced and observed.
    pub stock: f64,
    /// Of these, at a host that a phone at home may be heard at.
    pub near: f64,
}

/// The stock of one day at one level; ascending by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightedStock {
    /// Every origin of the panel.
    pub origins: BTreeMap<UnitKey, WeightedOrigin>,
    /// Origin × host.
    pub hosts: BTreeMap<OriginHost, WeightedHost>,
}

impl WeightedStock {
    /// The counts themselves: everybody weighs 1.
    pub fn of(table: &StockTable) -> Self {
        Self::rolled_up(table, |unit| unit, |_| 1.0)
    }

    /// A table of the grid by areas of a level (`area_of`), each home with its weight.
    pub fn rolled_up(
        table: &StockTable,
        area_of: impl Fn(UnitKey) -> UnitKey,
        weight_of: impl Fn(UnitKey) -> f64,
    ) -> Self {
        let mut all = Self::default();
        for &(home, own) in &table.origins {
            let weight = weight_of(home);
            let sum = all.origins.entry(area_of(home)).or_default();
            sum.panel += weight * own.panel as f64;
            sum.displaced += weight * own.displaced as f64;
            sum.unobserved += weight * own.unobserved() as f64;
            sum.squares += weight * weight * own.panel as f64;
        }
        for &(pair, own) in &table.hosts {
            let weight = weight_of(pair.origin);
            let areas = OriginHost { origin: area_of(pair.origin), host: area_of(pair.host) };
            let sum = all.hosts.entry(areas).or_default();
            sum.stock += weight * own.stock as f64;
            sum.near += weight * own.near as f64;
        }
        all
    }

    /// By how much unequal weights within origins make a sample worth less (Kish 1965): Σw²·n/(Σw)², 1 without weights.
    pub fn design_effect(&self, of: PeopleOf) -> f64 {
        let parts = match of {
            PeopleOf::From(origin) | PeopleOf::Pair(OriginHost { origin, .. }) => self.origins.range(origin..=origin),
            PeopleOf::At(_) | PeopleOf::Everywhere => self.origins.range(..),
        };
        let (panel, squares) = parts.fold((0.0, 0.0), |sum, (_, own)| (sum.0 + own.panel, sum.1 + own.squares));
        if panel > 0.0 { squares / panel } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::{near, pair, unit};
    use hexodus_model::{Dating, LocalDay, OriginCounts, StockCounts};

    /// Homes 1 and 2 in area 7, of weights ½ and 2; home 3 in area 8.
    fn stock() -> WeightedStock {
        let origin =
            |panel, displaced, not_located| OriginCounts { panel, displaced, not_located, ..OriginCounts::default() };
        let host = |stock, near| StockCounts { stock, near, ..StockCounts::default() };
        let table = StockTable {
            origins: vec![(unit(1), origin(80, 10, 20)), (unit(2), origin(40, 5, 0)), (unit(3), origin(9, 0, 9))],
            hosts: vec![(pair(1, 3), host(10, 4)), (pair(2, 3), host(5, 0))],
            ..StockTable::empty(LocalDay(1), Dating::Live)
        };
        let area = |own: UnitKey| if own == unit(3) { unit(8) } else { unit(7) };
        let weight = |own: UnitKey| if own == unit(1) { 0.5 } else { 2.0 };
        WeightedStock::rolled_up(&table, area, weight)
    }

    #[test]
    fn weights_are_those_of_the_home() {
        let stock = stock();
        let own = stock.origins[&unit(7)];
        for (found, expected) in [(own.panel, 120.0), (own.displaced, 15.0), (own.unobserved, 10.0)] {
            near(found, expected);
        }
        let own = stock.hosts[&pair(7, 8)];
        near(own.stock, 15.0);
        near(own.near, 2.0);
    }

    #[test]
    fn unequal_weights_make_a_sample_worth_less() {
        let stock = stock();
        // (80/4 + 40·4) / (80/2 + 40·2) = 1.5.
        near(stock.design_effect(PeopleOf::From(unit(7))), 1.5);
        near(stock.design_effect(PeopleOf::At(unit(8))), (180.0 + 36.0) / (120.0 + 18.0));
        near(stock.design_effect(PeopleOf::From(unit(9))), 1.0);
    }
}
