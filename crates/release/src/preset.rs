//! Policies with a name, and a summary that a person can sign.

use crate::noise::Budget;
use crate::outgoing::FigureUnit;
use crate::policy::{DisclosurePolicy, MIN_SUBSCRIBERS_AREA, MIN_SUBSCRIBERS_H3};
use crate::released::DisseminationClass;
use crate::suppress::protection_width;
use hexodus_model::Level;
use serde::{Deserialize, Serialize};

/// A policy with a name: `[policy] preset = "…"`. Settings beside it override its k.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// For tables that a person may make public: people only, k of 20 and 25, levels 1 and 2, rounded to 10 at least.
    HumanitarianPublic,
    /// For a named receiver under an agreement: the defaults, 16 and 21, all levels, rounded to 5 at least.
    #[default]
    HumanitarianRestricted,
    /// For a statistics office that answers for its figures: k of 30 and 35, all levels, rounded to 5 at least.
    StatisticsOffice,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::HumanitarianPublic, Self::HumanitarianRestricted, Self::StatisticsOffice];

    /// The name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HumanitarianPublic => "humanitarian-public",
            Self::HumanitarianRestricted => "humanitarian-restricted",
            Self::StatisticsOffice => "statistics-office",
        }
    }

    /// k of areas and of H3 cells.
    pub(crate) const fn thresholds(self) -> (u64, u64) {
        match self {
            Self::HumanitarianPublic => (20, 25),
            Self::HumanitarianRestricted => (MIN_SUBSCRIBERS_AREA, MIN_SUBSCRIBERS_H3),
            Self::StatisticsOffice => (30, 35),
        }
    }

    /// Who may see what leaves under it.
    pub const fn class(self) -> DisseminationClass {
        match self {
            Self::HumanitarianPublic => DisseminationClass::PublicCandidate,
            Self::HumanitarianRestricted | Self::StatisticsOffice => DisseminationClass::Restricted,
        }
    }

    /// The deepest level of areas that leaves.
    pub const fn deepest_level(self) -> u8 {
        match self {
            Self::HumanitarianPublic => 2,
            Self::HumanitarianRestricted | Self::StatisticsOffice => u8::MAX,
        }
    }

    /// Whether figures of H3 cells leave, where nobody says otherwise; `None` where they never do: for the public the grid is
    /// too fine.
    pub const fn h3(self) -> Option<bool> {
        match self {
            Self::HumanitarianPublic => None,
            // On request: areas lose figures to it (docs/privacy.md, residual risks).
            Self::HumanitarianRestricted | Self::StatisticsOffice => Some(false),
        }
    }

    /// Whether numbers of a unit leave: for the public, never subscribers, which are the market share of the operator.
    pub const fn allows(self, unit: FigureUnit) -> bool {
        !matches!((self, unit), (Self::HumanitarianPublic, FigureUnit::Subscribers))
    }

    /// What numbers are multiples of, at least (formats §4.1).
    pub(crate) const fn rounding_base(self, unit: FigureUnit) -> u64 {
        match (self, unit) {
            (Self::HumanitarianPublic, _) | (_, FigureUnit::People) => 10,
            (Self::HumanitarianRestricted | Self::StatisticsOffice, FigureUnit::Subscribers) => 5,
        }
    }
}

/// `[policy]` as it is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Written {
    pub(crate) preset: Preset,
    pub(crate) min_subscribers: Option<u64>,
    pub(crate) min_subscribers_h3: Option<u64>,
    pub(crate) full_rows_limit: Option<u64>,
}

impl DisclosurePolicy {
    /// What the policy does, in sentences, with places to sign. `every` days lie between two released days; `noise` is the
    /// budget, where there is noise.
    /// `on_grid`: whether figures of H3 cells leave.
    pub fn summary(&self, every: u16, noise: Option<&Budget>, on_grid: bool) -> String {
        let [areas, h3] = [Level::Adm(1), Level::H3].map(|level| self.threshold(level));
        let preset = self.preset();
        let numbers = match preset {
            Preset::HumanitarianPublic => "People with a 95 % interval, never subscribers; areas of levels 1 and 2.",
            _ => "People with a 95 % interval, or subscribers where no population is known, never both; all areas.",
        };
        let base = preset.rounding_base(FigureUnit::People).min(preset.rounding_base(FigureUnit::Subscribers));
        let (protection, once) = match noise {
            None => (
                together(areas),
                format!(
                    "A day leaves once. Days that leave are {every} days apart at least. Late data change no released day."
                ),
            ),
            Some(budget) => (
                noised(budget),
                format!(
                    "Days that leave are {every} days apart at least. A day that late data change leaves again, and costs again."
                ),
            ),
        };
        let sentences = [
            format!(
                "A number leaves if at least {areas} distinct subscribers stand behind it ({h3} for H3 cells), counted before any \
                 scaling. Otherwise it is empty and flagged; nobody looks the same as {}.",
                areas.saturating_sub(1)
            ),
            protection,
            format!(
                "{numbers} Rounded to multiples of {base} or more: figures of people so coarsely that five counts of \
                 subscribers share each. The weight of an area leaves nowhere."
            ),
            once,
            if on_grid && noise.is_none() {
                "Displaced people by H3 cell leave, protected together with those of the areas.".into()
            } else {
                "Nothing leaves by H3 cell.".into()
            },
            "Of every day since the baseline: shares and yes or no on the state of the network, without counts; not with noise.".into(),
            "Everything else a run writes (hours, population groups, every single day) is class internal and does not leave."
                .into(),
            "Not covered: inference about a group from a correct number of it; what other sources tell; days near to those of \
             another operation, where somebody accepted them."
                .into(),
        ];
        let mut text = format!(
            "Disclosure policy of hexodus {}\n\nPreset {}; what `hexodus release` writes is class {}.\n\n",
            env!("CARGO_PKG_VERSION"),
            preset.name(),
            preset.class().name()
        );
        for (number, sentence) in (1..).zip(sentences) {
            text.push_str(&wrapped(&format!("{number}. {sentence}")));
        }
        text + "\nAgreed: ____________________   Name, office: ____________________   Date: __________\n"
    }
}

fn together(k: u64) -> String {
    format!(
        "The tables of a released day are protected together: further numbers are withheld until no reader of them, who \
         knows every sum that ties them, can tell of a number below {k} that it is below, nor place it in an interval \
         narrower than {}.",
        protection_width(k)
    )
}

fn noised(budget: &Budget) -> String {
    format!(
        "Every number is noised (differential privacy): whatever a reader knows besides, all releases together tell of one \
         subscriber at most what an ε of {:.2} says, at δ = {:e}. What exceeds this budget is refused.",
        budget.epsilon(),
        budget.delta.atto() as f64 / 1e18
    )
}

/// Broken into lines of at most a hundred characters, those after the first indented under the number.
fn wrapped(sentence: &str) -> String {
    let (mut text, mut length) = (String::new(), 0);
    for word in sentence.split(' ') {
        let wide = word.chars().count();
        if length + 1 + wide > 100 {
            text.push_str("\n  ");
            length = 2;
        }
        if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += wide;
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Delta, Rho};

    #[test]
    fn a_preset_is_a_base_that_settings_override() {
        let read = |text| serde_json::from_str::<DisclosurePolicy>(text).unwrap();
        let office = read(r#"{"preset": "statistics-office"}"#);
        assert_eq!([Level::Adm(2), Level::H3].map(|level| office.threshold(level)), [30, 35]);
        let own = read(r#"{"preset": "statistics-office", "min_subscribers": 50}"#);
        assert_eq!([Level::Adm(2), Level::H3].map(|level| own.threshold(level)), [50, 35]);
        assert_eq!(read(&serde_json::to_string(&own).unwrap()), own);
        let summary = office.summary(7, None, true);
        assert!(summary.contains("statistics-office") && summary.contains("at least 30 "), "{summary}");
        assert!(summary.lines().all(|line| line.chars().count() <= 100), "{summary}");
        let budget = Budget {
            rho_total: Rho::of("0.5".parse().unwrap()),
            delta: Delta::of("1/1000000".parse().unwrap()),
            key_delta_total: Delta::ZERO,
        };
        assert!(office.summary(1, Some(&budget), true).contains("an ε of 5.76 says, at δ = 1e-6"));
    }

    #[test]
    fn no_preset_goes_below_the_defaults() {
        for preset in Preset::ALL {
            let (areas, h3) = preset.thresholds();
            assert!(areas >= MIN_SUBSCRIBERS_AREA && h3 >= MIN_SUBSCRIBERS_H3);
        }
        assert!(!Preset::HumanitarianPublic.allows(FigureUnit::Subscribers));
    }
}
