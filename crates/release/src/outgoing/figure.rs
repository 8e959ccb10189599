//! The figures of an area that leave, besides the matrix of the displaced.

use crate::suppress::{FigureKind, LinkedFigure};

/// In what numbers leave: one of the two in a release, never both, as together they are the weight of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureUnit {
    /// Distinct subscribers.
    Subscribers,
    /// People, with an interval.
    People,
}

impl FigureUnit {
    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subscribers => "subscribers",
            Self::People => "persons",
        }
    }
}

/// Which area a figure is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The area of home.
    Origin,
    /// The area that hosts.
    Host,
}

/// A figure of an area on a released day. Order: as tables sort their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutgoingFigure {
    /// Displaced people who came to a host in the days of the period: newly displaced, or moved on to it.
    Arrived,
    /// Displaced people who left a host: returned home, or moved on from it.
    Departed,
    /// Displaced on the day, by home.
    From,
    /// Newly displaced in the days of the period, by home.
    New,
    /// The panel, by home.
    Residents,
    /// Displaced before and back on the day, by home.
    Returned,
    /// Not displaced, by home.
    Stayed,
    /// Displaced on the day, by host.
    Stock,
    /// Silent on the day, by home.
    Unobserved,
}

/// Figures of areas.
const OF_AREAS: [OutgoingFigure; 6] = [
    OutgoingFigure::Arrived,
    OutgoingFigure::Departed,
    OutgoingFigure::From,
    OutgoingFigure::Returned,
    OutgoingFigure::Stock,
    OutgoingFigure::Unobserved,
];

/// Figures that are told by H3 cell, too: sums of pairs, so that nothing but they ties the grid to the areas.
pub const CELL_FIGURES: [OutgoingFigure; 2] = [OutgoingFigure::From, OutgoingFigure::Stock];

impl OutgoingFigure {
    /// Every one, in order.
    pub const EVERY: [Self; 9] = [
        Self::Arrived,
        Self::Departed,
        Self::From,
        Self::New,
        Self::Residents,
        Self::Returned,
        Self::Stayed,
        Self::Stock,
        Self::Unobserved,
    ];

    /// Those that leave of areas. None that ties one released day to another: the panel is the same on every day, and who is
    /// displaced or back was new once since the event.
    pub const fn of_areas() -> &'static [Self] {
        &OF_AREAS
    }

    /// Those that leave of the country alone: how many people are new ties days, and of a whole country that tells nothing of
    /// a number below k. Of subscribers, whose sums are exact, none.
    pub const fn of_country(unit: FigureUnit) -> &'static [Self] {
        match unit {
            FigureUnit::People => &[Self::New],
            FigureUnit::Subscribers => &[],
        }
    }

    /// Those that leave under noise: none that may count a subscriber several times.
    pub const fn noised(unit: FigureUnit) -> &'static [Self] {
        match unit {
            FigureUnit::People => &[Self::From, Self::Returned, Self::Stock, Self::Unobserved],
            FigureUnit::Subscribers => {
                &[Self::From, Self::Residents, Self::Returned, Self::Stayed, Self::Stock, Self::Unobserved]
            }
        }
    }

    /// The id in tables (formats §4.6).
    pub const fn id(self) -> &'static str {
        match self {
            Self::Arrived => "displacement.arrived",
            Self::Departed => "displacement.departed",
            Self::From => "displacement.from",
            Self::New => "displacement.new",
            Self::Residents => "displacement.residents",
            Self::Returned => "displacement.returned",
            Self::Stock => "displacement.stock",
            Self::Stayed => "displacement.stayed",
            Self::Unobserved => "displacement.unobserved",
        }
    }

    /// Which area it is told of.
    pub const fn side(self) -> Side {
        match self {
            Self::Arrived | Self::Departed | Self::Stock => Side::Host,
            _ => Side::Origin,
        }
    }

    /// Whether it is of all days of the period, and not of its last day.
    pub const fn is_of_period(self) -> bool {
        matches!(self, Self::Arrived | Self::Departed | Self::New)
    }

    /// Whether the figure of an area is the sum of those of its areas: who moves on inside an area neither comes nor
    /// goes there.
    pub const fn is_additive(self) -> bool {
        !matches!(self, Self::Arrived | Self::Departed)
    }

    /// Whether there is a figure of the country: of hosts it would be that of homes once more.
    pub const fn has_total(self) -> bool {
        self.is_additive()
    }

    /// As the suppression knows it; `times` is how often one subscriber may be counted in a period.
    pub(crate) const fn linked(self, times: u64) -> LinkedFigure {
        let kind = match self {
            Self::From => FigureKind::RowMargin,
            Self::Stock => FigureKind::ColumnMargin,
            _ => FigureKind::Own,
        };
        let times = if self.is_of_period() { times } else { 1 };
        LinkedFigure { name: self.id(), kind, additive: self.is_additive(), times }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_order_of_their_ids() {
        for all in [&OutgoingFigure::EVERY[..], &OF_AREAS] {
            assert!(all.windows(2).all(|pair| pair[0] < pair[1] && pair[0].id() < pair[1].id()));
        }
        assert!(OutgoingFigure::of_country(FigureUnit::People).iter().all(|own| !OF_AREAS.contains(own)));
    }
}
