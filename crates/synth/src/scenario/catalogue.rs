//! Which scenarios have a name.

use super::{Churn, Destinations, Hazard, Holiday, Onward, Outage, PlanChanges, ReturnLaw, Scenario, Wave};

/// A scenario of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct NamedScenario {
    /// What it is asked for by.
    pub name: &'static str,
    /// What happens, in a line.
    pub line: &'static str,
    make: fn() -> Scenario,
}

impl NamedScenario {
    /// What happens, in full.
    pub fn scenario(&self) -> Scenario {
        Scenario { name: self.name, ..(self.make)() }
    }
}

/// All scenarios with a name; the first is the default.
pub const SCENARIOS: [NamedScenario; 9] = [
    NamedScenario {
        name: "earthquake",
        line: "Mass displacement within four days, returns by two exponentials, most struck radio cells silent for days",
        make: earthquake,
    },
    NamedScenario { name: "flood", line: "Slow: three waves of departures, each reaching farther", make: flood },
    NamedScenario {
        name: "cyclone",
        line: "Evacuation in the two days before landfall, most people back within a week",
        make: cyclone,
    },
    NamedScenario {
        name: "conflict",
        line: "Departures over ten days, many of the displaced move on to a second host, few return",
        make: conflict,
    },
    NamedScenario { name: "outage", line: "Radio cells silent for one to two weeks; nobody moves", make: outage },
    NamedScenario { name: "quiet", line: "No event at all", make: quiet },
    NamedScenario {
        name: "holiday",
        line: "Exodus to smaller towns for ten nights and return, as at Dasain or Easter; nobody is displaced",
        make: holiday,
    },
    NamedScenario {
        name: "churn",
        line: "The departures and returns of earthquake, while SIMs begin, end and are swapped",
        make: churn,
    },
    NamedScenario {
        name: "network-change",
        line: "Radio cells added, removed, moved and renumbered; nobody moves",
        make: network_change,
    },
];

/// A sudden disaster.
pub(super) fn earthquake() -> Scenario {
    let wave = Wave { begins: 0, districts: 2, leaving_share: 0.35, leaving_days: vec![0.35, 0.30, 0.20, 0.15] };
    Scenario {
        name: SCENARIOS[0].name,
        hazard: Hazard { surge: 1.5, ..quiet().hazard },
        waves: vec![wave],
        outage: Some(Outage { silent_share: 0.8, silent_days: (2, 4), wheels_per_silent_site: 0.15 }),
        ..quiet()
    }
}

/// The base of all others: an event day, districts to watch, and nothing else but an ordinary month.
pub(super) fn quiet() -> Scenario {
    Scenario {
        name: "quiet",
        hazard: Hazard { districts: 2, strikes_at_s: 11 * 3_600 + 56 * 60, surge: 1.0 },
        waves: Vec::new(),
        destinations: Destinations::default(),
        returns: ReturnLaw::default(),
        onward: None,
        outage: None,
        holiday: None,
        churn: None,
        plan_changes: PlanChanges::default(),
    }
}

fn flood() -> Scenario {
    let wave = |begins, districts, leaving_share| Wave {
        begins,
        districts,
        leaving_share,
        leaving_days: vec![0.2, 0.3, 0.3, 0.2],
    };
    Scenario {
        hazard: Hazard { districts: 3, strikes_at_s: 6 * 3_600, surge: 1.2 },
        waves: vec![wave(0, 1, 0.15), wave(5, 2, 0.15), wave(10, 3, 0.20)],
        returns: ReturnLaw { fast_share: 0.6, fast_days: 12.0, slow_days: 60.0 },
        outage: Some(Outage { silent_share: 0.2, silent_days: (3, 8), wheels_per_silent_site: 0.0 }),
        ..quiet()
    }
}

fn cyclone() -> Scenario {
    let evacuation = Wave { begins: -2, districts: 3, leaving_share: 0.4, leaving_days: vec![0.5, 0.4, 0.1] };
    let afterwards = Wave { begins: 1, districts: 2, leaving_share: 0.1, leaving_days: vec![0.6, 0.4] };
    Scenario {
        hazard: Hazard { districts: 3, strikes_at_s: 15 * 3_600, surge: 1.5 },
        waves: vec![evacuation, afterwards],
        returns: ReturnLaw { fast_share: 0.7, fast_days: 4.0, slow_days: 30.0 },
        outage: Some(Outage { silent_share: 0.7, silent_days: (2, 5), wheels_per_silent_site: 0.1 }),
        ..quiet()
    }
}

fn conflict() -> Scenario {
    let leaving_days = vec![0.15, 0.15, 0.12, 0.12, 0.10, 0.10, 0.08, 0.08, 0.05, 0.05];
    Scenario {
        hazard: Hazard { districts: 2, strikes_at_s: 4 * 3_600, surge: 1.3 },
        waves: vec![Wave { begins: 0, districts: 2, leaving_share: 0.3, leaving_days }],
        destinations: Destinations { to_kin_share: 0.4, to_city_share: 0.4 },
        returns: ReturnLaw { fast_share: 0.1, fast_days: 10.0, slow_days: 200.0 },
        onward: Some(Onward { share: 0.6, after_days: 5.0 }),
        outage: Some(Outage { silent_share: 0.2, silent_days: (5, 12), wheels_per_silent_site: 0.0 }),
        ..quiet()
    }
}

fn outage() -> Scenario {
    let outage = Outage { silent_share: 0.9, silent_days: (7, 14), wheels_per_silent_site: 0.0 };
    Scenario { outage: Some(outage), ..quiet() }
}

fn holiday() -> Scenario {
    let holiday = Holiday { begins: 0, nights: 10, travelling_share: 0.3, spread_days: 3 };
    Scenario { holiday: Some(holiday), ..quiet() }
}

/// Three in a hundred a month (methods §13), each way.
fn churn() -> Scenario {
    Scenario { outage: None, churn: Some(Churn { ends: 0.03, begins: 0.03, swaps: 0.03 }), ..earthquake() }
}

fn network_change() -> Scenario {
    Scenario { plan_changes: PlanChanges { added: 0.15, moved: 0.15, removed: 0.1, renumbered: 0.15 }, ..quiet() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_once_and_its_scenario_can_be_generated() {
        for named in SCENARIOS {
            let scenario = Scenario::named(named.name).unwrap();
            assert_eq!(scenario.name, named.name);
            scenario.check().unwrap();
            assert_eq!(SCENARIOS.iter().filter(|other| other.name == named.name).count(), 1);
        }
        assert_eq!(Scenario::named("earthquake"), Some(Scenario::default()));
        assert_eq!(Scenario::named("locusts"), None);
    }

    #[test]
    fn a_part_out_of_range_is_refused_by_its_name() {
        let refused = |scenario: Scenario| scenario.check().unwrap_err().to_string();
        let too_many = Destinations { to_kin_share: 0.7, to_city_share: 0.7 };
        assert!(refused(Scenario { destinations: too_many, ..quiet() }).starts_with("scenario.destinations is "));
        let nobody = Wave { begins: 0, districts: 1, leaving_share: 0.5, leaving_days: vec![0.0] };
        assert!(refused(Scenario { waves: vec![nobody], ..quiet() }).starts_with("scenario.waves is "));
        let rushed = Holiday { begins: 0, nights: 3, travelling_share: 0.1, spread_days: 2 };
        assert!(refused(Scenario { holiday: Some(rushed), ..quiet() }).starts_with("scenario.holiday is "));
    }
}
