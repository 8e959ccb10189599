//! Named sets of rules: the project's own and those of others, to be compared with figure by figure.

use crate::subscriber::all_pairs::PairRule;
use crate::subscriber::daily_location::DailyLocationRule;
use crate::subscriber::home::HomeRule;
use crate::subscriber::home_windows::PanelRule;
use crate::subscriber::residence::ResidenceRule;
use serde::{Deserialize, Serialize};

/// Whose rules are applied (methods §0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The project's.
    #[default]
    Hexodus,
    /// Flowminder's COVID-19 aggregates: home by most dates of areas, weeks by the same rule (methods §2.5).
    #[serde(rename = "flowminder-covid19")]
    FlowminderCovid19,
    /// Flowminder's production: majority of weekly modes with look-back, at calendar months (methods §2.4).
    FlowminderFlowbot,
    /// Eurostat's usual environment: home by permanence over months (methods §2.6).
    MultimnoUe,
}

impl Profile {
    /// The name in configuration and outputs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Hexodus => "hexodus",
            Self::FlowminderCovid19 => "flowminder-covid19",
            Self::FlowminderFlowbot => "flowminder-flowbot",
            Self::MultimnoUe => "multimno-ue",
        }
    }

    /// How homes are found from daily locations. `None` for `multimno-ue`, whose labels need hours instead: see
    /// [`crate::subscriber::usual_environment`].
    pub const fn home(self) -> Option<HomeRule> {
        match self {
            Self::Hexodus => Some(HomeRule::HEXODUS),
            Self::FlowminderCovid19 => Some(HomeRule::MostDates),
            Self::FlowminderFlowbot => Some(HomeRule::FLOWBOT),
            Self::MultimnoUe => None,
        }
    }

    /// How residence on a day is found.
    pub const fn residence(self) -> ResidenceRule {
        match self {
            Self::Hexodus => ResidenceRule::HEXODUS,
            Self::FlowminderCovid19 | Self::FlowminderFlowbot | Self::MultimnoUe => ResidenceRule::FLOWMINDER,
        }
    }

    /// Whether daily locations are areas and not H3 cells (the caller maps them before the home rule).
    pub const fn counts_areas(self) -> bool {
        matches!(self, Self::FlowminderCovid19)
    }

    /// Who is in the panel of monthly residents; `None` = everyone with a home.
    pub const fn monthly_panel(self) -> Option<PanelRule> {
        match self {
            Self::FlowminderFlowbot => Some(PanelRule::MONTHLY),
            Self::Hexodus | Self::FlowminderCovid19 | Self::MultimnoUe => None,
        }
    }

    /// Which pairs of places are trips of all pairs.
    pub const fn all_pairs(self) -> PairRule {
        match self {
            Self::FlowminderCovid19 => PairRule::NotAfter,
            Self::Hexodus | Self::FlowminderFlowbot | Self::MultimnoUe => PairRule::Before,
        }
    }

    /// Which place a day is, where the profile says so: Flowminder takes the last event.
    pub const fn daily_location(self) -> Option<DailyLocationRule> {
        match self {
            Self::FlowminderCovid19 | Self::FlowminderFlowbot => Some(DailyLocationRule::Last),
            Self::Hexodus | Self::MultimnoUe => None,
        }
    }

    /// Periods before the baseline that may decide about homes.
    pub const fn look_back(self) -> i32 {
        match self {
            Self::Hexodus | Self::FlowminderFlowbot => 2,
            Self::FlowminderCovid19 | Self::MultimnoUe => 0,
        }
    }

    /// Hour at which a local day begins; the project's own may begin at any.
    pub const fn day_start_hour(self) -> u8 {
        match self {
            Self::MultimnoUe => 4,
            Self::Hexodus | Self::FlowminderCovid19 | Self::FlowminderFlowbot => 0,
        }
    }

    /// Length of the period that fixes homes, days, where nothing else is said: four weeks; Eurostat's long term is six
    /// months. (Production of Flowminder takes a calendar month.)
    pub const fn baseline_days(self) -> i32 {
        match self {
            Self::MultimnoUe => 183,
            Self::Hexodus | Self::FlowminderCovid19 | Self::FlowminderFlowbot => 28,
        }
    }
}
