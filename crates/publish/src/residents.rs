//! `residents.residents` and `residents.residents_diffwithref`: who lives in an area on a released day, by what was
//! released of the displaced and by the reference population.
//!
//! Arithmetic on two numbers of the same folder and one that is public: who has the release can do it, so it tells nothing
//! new. Where one of the two is withheld, so is the result: it would give the other away.

use crate::indicators::Indicator;
use crate::outgoing::remark;
use crate::package::AreaFacts;
use hexodus_model::{LocalDay, UnitKey};
use hexodus_release::outgoing::{
    FigureKey, FigureUnit, OutgoingContent, OutgoingFigure, OutgoingFigures, OutgoingRow, Side,
};
use std::collections::BTreeMap;

/// The names of `FlowKit`'s user interface.
const RESIDENTS: &str = "residents.residents";
const DIFFERENCE: &str = "residents.residents_diffwithref";
/// The population table has no figure for the area, as in the tables of a run.
const NO_POPULATION: &str = "no_population";
/// Of a normal distribution, for 95 %.
const Z_95: f64 = 1.96;

/// People of every area before the event, from public figures.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReferencePopulation<'a> {
    /// Facts of the areas, parallel to the levels of the area tree.
    pub areas: &'a [Vec<AreaFacts>],
    /// Standard error of a figure, as a share of it.
    pub cv: f64,
}

impl ReferencePopulation<'_> {
    /// People of an area as `areas_admin` has them, and the ends of their interval.
    fn people(self, level: u8, unit: UnitKey) -> Option<[i64; 3]> {
        let people = self.areas.get(usize::from(level))?.get(unit.as_area()?.0 as usize)?.population?;
        let away = Z_95 * self.cv * people;
        Some([people.round(), (people - away).floor().max(0.0), (people + away).ceil()].map(|own| own as i64))
    }
}

/// Both indicators of every area and released day, in the order of the table; none in a release of subscribers.
pub(crate) fn residents(figures: &OutgoingFigures, population: ReferencePopulation<'_>) -> Vec<Indicator> {
    if figures.unit != FigureUnit::People {
        return Vec::new();
    }
    let of = |figure| figures.rows.iter().filter(move |row| row.key.figure == figure);
    let place = |row: &OutgoingRow<FigureKey>| -> Option<(u8, LocalDay, UnitKey)> {
        Some((row.key.level?, row.period.last, row.key.area.filter(|own| own.as_area().is_some())?))
    };
    let from: BTreeMap<_, _> = of(OutgoingFigure::From).filter_map(|row| Some((place(row)?, row.content))).collect();
    let both =
        || of(OutgoingFigure::Stock).filter_map(|row| Some((place(row)?, row.content, *from.get(&place(row)?)?)));
    let reference = |(level, _, area): (u8, LocalDay, UnitKey)| population.people(level, area);
    let living =
        both().map(|(place, stock, from)| living(difference(RESIDENTS, place, [stock, from]), reference(place)));
    let gained = both().map(|(place, stock, from)| difference(DIFFERENCE, place, [stock, from]));
    living.chain(gained).collect()
}

/// The people of the area before, and what it gained.
fn living(gained: Indicator, reference: Option<[i64; 3]>) -> Indicator {
    let Some([people, low, high]) = reference else {
        let is_told = gained.value.is_some();
        let remarks = if is_told { vec![NO_POPULATION] } else { gained.remarks };
        return Indicator { value: None, interval: None, remarks, ..gained };
    };
    Indicator {
        value: gained.value.map(|own| (people + own).max(0)),
        interval: gained.interval.map(|own| [low + own[0], high + own[1]].map(|end| end.max(0))),
        ..gained
    }
}

/// Hosted less gone. The interval goes from the least that the first may be less the most that the second may be, to the
/// opposite: how the two depend on each other is not known.
fn difference(
    id: &'static str,
    (level, day, area): (u8, LocalDay, UnitKey),
    [stock, from]: [OutgoingContent; 2],
) -> Indicator {
    let numbers = match (stock, from) {
        (OutgoingContent::People { people: stock, .. }, OutgoingContent::People { people: from, .. }) => {
            Some([stock, from].map(|own| own.map(|number| number as i64)))
        }
        _ => None,
    };
    let reason = stock.reason().or(from.reason());
    let mut remarks: Vec<&'static str> = [&stock, &from].into_iter().filter_map(remark).collect();
    remarks.dedup();
    Indicator {
        id,
        side: Side::Host,
        area: Some((level, area)),
        period: [day; 2],
        value: numbers.map(|[stock, from]| stock[0] - from[0]),
        interval: numbers.map(|[stock, from]| [stock[1] - from[2], stock[2] - from[1]]),
        reason,
        remarks: if reason.is_none() { remarks } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, Period, Reserved};
    use hexodus_release::outgoing::Rounding;
    use hexodus_release::{RowPolicy, SuppressionReason};

    const DAY: LocalDay = LocalDay(22_350);
    const CONFIDENTIAL: OutgoingContent = OutgoingContent::Withheld(SuppressionReason::Confidential);

    const fn told(people: [u64; 3]) -> OutgoingContent {
        OutgoingContent::People { people, remark: None }
    }

    /// What follows for one area of which `stock` and `from` are released: residents, and what was gained.
    fn of(stock: OutgoingContent, from: OutgoingContent, population: Option<f64>) -> [Indicator; 2] {
        let areas = [Vec::new(), vec![AreaFacts { population, ..AreaFacts::default() }]];
        let area = UnitKey::area(AreaKey(0));
        let places = [(None, None), (Some(1), Some(area)), (Some(1), Some(UnitKey::reserved(Reserved::Unknown)))];
        let row = |figure, content, (level, area)| OutgoingRow {
            period: Period { first: LocalDay(DAY.0 - 6), last: DAY },
            key: FigureKey { figure, level, area },
            content,
        };
        let both = [(OutgoingFigure::From, from), (OutgoingFigure::Stock, stock)];
        let rows = both.into_iter().flat_map(|own| places.map(|place| row(own.0, own.1, place))).collect();
        let figures = |unit| OutgoingFigures {
            threshold: 16,
            unit,
            rounding: Rounding::of_subscribers(10),
            row_policy: RowPolicy::Full,
            rows,
        };
        let population = ReferencePopulation { areas: &areas, cv: 0.05 };
        residents(&figures(FigureUnit::People), population)
            .try_into()
            .expect("one area, and neither the country nor a reserved id")
    }

    #[test]
    fn by_hand() {
        let [living, gained] = of(told([100, 80, 120]), told([40, 30, 60]), Some(1004.4));
        assert_eq!((gained.id, gained.value, gained.interval), (DIFFERENCE, Some(60), Some([20, 90])));
        assert_eq!((gained.period, gained.side), ([DAY; 2], Side::Host));
        // 98.4 people around 1,004.4 are 906 to 1,102.8, outwards 905 to 1,103.
        assert_eq!((living.id, living.value, living.interval), (RESIDENTS, Some(1064), Some([925, 1193])));
        let [living, gained] = of(told([0, 0, 10]), told([40, 30, 60]), Some(12.0));
        assert_eq!((gained.value, gained.interval), (Some(-40), Some([-60, -20])));
        assert_eq!((living.value, living.interval), (Some(0), Some([0, 0])), "nobody, and not fewer");
    }

    /// Else it would be the rest of a subtraction.
    #[test]
    fn nothing_is_told_where_a_part_is_not() {
        let low_coverage = OutgoingContent::Withheld(SuppressionReason::LowCoverage);
        let known = told([100, 80, 120]);
        for (stock, from, reason, remarks) in [
            (CONFIDENTIAL, known, Some(SuppressionReason::Confidential), &[][..]),
            (known, CONFIDENTIAL, Some(SuppressionReason::Confidential), &[]),
            (low_coverage, known, Some(SuppressionReason::LowCoverage), &[]),
            (low_coverage, OutgoingContent::Missing("not_covered"), Some(SuppressionReason::LowCoverage), &[]),
            (known, OutgoingContent::Missing("not_covered"), None, &["not_covered"]),
        ] {
            for own in of(stock, from, Some(500.0)) {
                assert_eq!((own.value, own.interval, own.reason), (None, None, reason), "{stock:?} {from:?}");
                assert_eq!(own.remarks, remarks);
            }
        }
    }

    #[test]
    fn what_is_special_about_a_part_is_said_of_the_sum() {
        let with = |remark| OutgoingContent::People { people: [100, 80, 120], remark: Some(remark) };
        assert_eq!(of(with("raked"), with("pooled"), Some(500.0))[0].remarks, ["raked", "pooled"]);
        let [living, gained] = of(with("pooled"), with("pooled"), None);
        assert_eq!((living.value, living.remarks, living.reason), (None, vec![NO_POPULATION], None));
        assert_eq!((gained.value, gained.remarks), (Some(0), vec!["pooled"]));
    }
}
