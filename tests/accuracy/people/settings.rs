//! Which countries, as data.

/// What `population.csv` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Census {
    /// What the generator wrote.
    Given,
    /// Subscribers of each area times people per subscriber of the country: who knows no more than that ratio.
    OneRatio,
}

/// A scenario, who owns a SIM in it, and what the run is told of that.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub scenario: &'static str,
    /// Options of the generator, beside those of every setting.
    pub synth: &'static str,
    pub census: Census,
    /// `[population]` settings in place of those that the generator wrote.
    pub told: &'static [(&'static str, &'static str)],
    /// Whether what the interval assumes holds: then the target applies.
    pub holds: bool,
    /// For readers.
    pub what: &'static str,
}

const fn even(scenario: &'static str, what: &'static str) -> Setting {
    Setting { name: scenario, scenario, synth: "", census: Census::Given, told: &[], holds: true, what }
}

const fn uneven(name: &'static str, synth: &'static str, holds: bool, what: &'static str) -> Setting {
    Setting { name, scenario: "earthquake", synth, census: Census::Given, told: &[], holds, what }
}

/// All of them, in the order of the report.
pub const SETTINGS: [Setting; 17] = [
    even("earthquake", "the same ownership everywhere, as in all settings named for their scenario"),
    even("flood", ""),
    even("cyclone", ""),
    even("conflict", ""),
    even("outage", ""),
    even("quiet", ""),
    even("holiday", ""),
    even("churn", "SIMs begin, end and are swapped"),
    even("network-change", ""),
    uneven(
        "uneven",
        "--ownership-spread 0.6",
        true,
        "ownership of districts from 0.4 to 1.6 times the mean; the census corrects it",
    ),
    Setting {
        census: Census::OneRatio,
        ..uneven(
            "uneven-uncorrected",
            "--ownership-spread 0.6",
            false,
            "ownership as in uneven; the run knows people per subscriber of the country only",
        )
    },
    uneven(
        "biased",
        "--ownership-ratio 2 --hazard-ratio 0.5",
        false,
        "half of the households own half as many SIMs and leave twice as often",
    ),
    uneven(
        "households",
        "--household-size 4",
        true,
        "households of four leave together, each member has a SIM or none on its own; `deff` as the generator states it, 1",
    ),
    uneven(
        "households-shared",
        "--household-size 4 --household-ownership 0.5",
        true,
        "the same, and within households SIMs correlate by 0.5; `deff` as the generator states it, 2.5",
    ),
    Setting {
        told: &[("deff", "1")],
        ..uneven(
            "households-shared-deff-1",
            "--household-size 4 --household-ownership 0.5",
            false,
            "households as in households-shared; the run is told `deff = 1`",
        )
    },
    uneven("census-error", "--population-cv 0.1", true, "figures of the census are off by 10 %, and `cv` says so"),
    Setting {
        told: &[("cv", "0")],
        ..uneven(
            "census-error-untold",
            "--population-cv 0.1",
            false,
            "figures of the census are off by 10 %; the run is told `cv = 0`",
        )
    },
];
