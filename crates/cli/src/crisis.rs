//! `[[crisis]]` as it will be followed: days, rules and names settled and checked.

use crate::config::Config;
use crate::config::crisis::{CrisisConfig, DatingConfig, PhaseConfig};
use crate::failure::Failure;
use crate::footprint::Footprint;
use crate::network::Network;
use hexodus_mobility::{DailyLocationRule, DisplacementRule, HomeRule, Profile, UsualEnvironmentRule};
use hexodus_model::{AreaKey, AreaTree, CrisisDays, Dating, LocalDay, Period};
use jiff::civil::{Date, DateTime, Time};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// The longest baseline: half a year.
const MOST_BASELINE_DAYS: usize = 183;

/// How homes are found.
#[derive(Clone, Copy, Debug)]
pub enum HomesBy {
    /// From daily locations.
    Days(HomeRule),
    /// From hours at places.
    Hours(UsualEnvironmentRule),
}

/// One crisis, resolved.
#[derive(Clone, Debug)]
pub struct Crisis {
    /// Name of the operation.
    pub operation: String,
    /// The same as the name of a folder.
    pub slug: String,
    /// The local day of the event.
    pub event: LocalDay,
    /// The days that fix homes.
    pub baseline: Period,
    /// Days up to the end of the baseline that nothing is learnt from: holidays and those named in the configuration.
    pub left_out: BTreeSet<LocalDay>,
    /// Affected areas, as P-codes.
    pub affected: Vec<String>,
    /// Affected polygons.
    pub footprint: Option<Footprint>,
    /// Named runs of days that do not overlap, ascending.
    pub phases: Vec<PhaseConfig>,
    /// Whose rules.
    pub profile: Profile,
    /// How homes are found.
    pub homes: HomesBy,
    /// Which place a day is.
    pub location: DailyLocationRule,
    /// Residence, displacement and return.
    pub rule: DisplacementRule,
    /// How movements are dated.
    pub dating: Dating,
    /// Number of the publication.
    pub round_number: Option<i32>,
}

impl Crisis {
    /// Resolves every `[[crisis]]`.
    ///
    /// # Errors
    /// Exit 2 with the name of the operation and what is wrong.
    pub fn all(
        config: &Config,
        base: &Path,
        day_start: Time,
        holidays: &BTreeSet<LocalDay>,
    ) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for own in &config.crisis {
            let location = config.mobility.daily_location;
            let crisis = Self::resolved(own, location, day_start, holidays)
                .map_err(|message| Failure::usage(format!("[[crisis]] \"{}\": {message}", own.operation)))?;
            let footprint = own.affected_file.as_ref().map(|path| Footprint::read(base, path)).transpose()?;
            let crisis = Self { footprint, ..crisis };
            if all.iter().any(|other| other.slug == crisis.slug) {
                let message = format!("two [[crisis]] would be written to a folder \"{}\"", crisis.slug);
                return Err(Failure::usage(message));
            }
            all.push(crisis);
        }
        Ok(all)
    }

    fn resolved(
        config: &CrisisConfig,
        location: DailyLocationRule,
        day_start: Time,
        holidays: &BTreeSet<LocalDay>,
    ) -> Result<Self, String> {
        let slug = slug(&config.operation);
        if slug.is_empty() {
            return Err("operation: expected a name with letters or digits".into());
        }
        if config.round_number.is_some_and(|round| round < 1) {
            return Err("round_number: expected 1 or more".into());
        }
        if config.confirm_days == 0 || config.confirm_located_days == 0 || config.confirm_located_days > 7 {
            return Err("expected confirm_days of 1 or more, confirm_located_days of 1 to 7".into());
        }
        let event = event_day(&config.event_time, day_start)?;
        let baseline = match &config.baseline {
            None => Period::before(event, config.profile.baseline_days()),
            Some(own) => Period { first: own.start, last: own.end },
        };
        check_baseline(baseline, event)?;
        let excluded = config.baseline.iter().flat_map(|own| own.excluded_days.iter().copied());
        let left_out = holidays.iter().copied().filter(|day| *day <= baseline.last).chain(excluded).collect();
        check_day_start(config.profile, day_start)?;
        let homes = homes_by(config, baseline)?;
        Ok(Self {
            operation: config.operation.clone(),
            slug,
            event,
            baseline,
            left_out,
            affected: config.affected.clone(),
            footprint: None,
            phases: phases(config.phases.clone())?,
            profile: config.profile,
            homes,
            location: config.profile.daily_location().unwrap_or(location),
            rule: DisplacementRule {
                residence: config.profile.residence(),
                confirm_days: config.confirm_days,
                confirm_located_days: config.confirm_located_days,
                ..DisplacementRule::default()
            },
            dating: match config.dating {
                DatingConfig::Live => Dating::Live,
                DatingConfig::Revised => Dating::Revised,
            },
            round_number: config.round_number,
        })
    }

    /// The first day of records that the crisis is counted from.
    pub const fn first_record(&self) -> LocalDay {
        let days = CrisisDays { event: self.event, baseline: self.baseline, last: self.event };
        days.first_record(self.rule.residence.window_days, self.profile.look_back())
    }

    /// The name of the phase a day is in.
    pub fn phase(&self, day: LocalDay) -> Option<&str> {
        let holds = |phase: &&PhaseConfig| phase.start <= day && phase.end.is_none_or(|end| day <= end);
        self.phases.iter().find(holds).map(|phase| phase.name.as_str())
    }

    /// Whether an area is affected: it is one of them, lies in one, or holds one, or holds an affected H3 cell. By
    /// level, from 0, and key.
    ///
    /// # Errors
    /// Exit 2 for a P-code that no level of the areas has, and for polygons of which no H3 cell lies in an area.
    pub fn affected_areas(&self, network: &Network) -> Result<Vec<BTreeSet<AreaKey>>, Failure> {
        let mut affected = self.listed_areas(&network.areas)?;
        if let Some(footprint) = &self.footprint {
            footprint.mark(&self.operation, network, &mut affected)?;
        }
        Ok(affected)
    }

    fn listed_areas(&self, areas: &AreaTree) -> Result<Vec<BTreeSet<AreaKey>>, Failure> {
        let mut affected = vec![BTreeSet::new(); areas.levels.len()];
        for pcode in &self.affected {
            let place = (1..=areas.deepest()).find_map(|level| {
                let position = areas.level(level).iter().position(|area| area.pcode.0 == *pcode)?;
                Some((level, AreaKey(position as u32)))
            });
            let Some((own, key)) = place else {
                return Err(Failure::usage(unknown_pcode(&self.operation, pcode, areas)));
            };
            for level in 0..=own {
                affected[usize::from(level)].extend(areas.ancestor(own, key, level));
            }
            for level in own + 1..=areas.deepest() {
                let below = (0..areas.level(level).len() as u32).map(AreaKey);
                affected[usize::from(level)]
                    .extend(below.filter(|&area| areas.ancestor(level, area, own) == Some(key)));
            }
        }
        Ok(affected)
    }

    fn home_method(&self) -> serde_json::Value {
        match self.homes {
            HomesBy::Days(HomeRule::MajorityOfResidence { min_located_days, .. }) => {
                json!({"rule": "majority of residence days, look-back of a third", "min_located_days": min_located_days})
            }
            HomesBy::Days(HomeRule::MostDates) => json!({"rule": "most dates, tie: the latest"}),
            HomesBy::Hours(rule) => json!({
                "rule": "usual environment: most hours among home places",
                "min_hours": rule.min_score,
                "min_days": rule.min_days,
                "gap_percent": rule.gap_percent,
                "usual_percent": rule.usual_percent,
                "label_percent": rule.label_percent,
            }),
        }
    }

    /// The parameters in force, for `method.json` and for fingerprints.
    pub fn method(&self) -> serde_json::Value {
        let rule = &self.rule;
        json!({
            "operation": self.operation,
            "folder": self.slug,
            "round_number": self.round_number,
            "event_date": self.event,
            "affected": self.affected,
            "affected_file": self.footprint.as_ref().map(Footprint::method),
            "phases": self.phases,
            "daily_location": self.location,
            "baseline": {
                "start": self.baseline.first,
                "end": self.baseline.last,
                "left_out": self.left_out,
            },
            "profile": self.profile.id(),
            "dating": match self.dating { Dating::Live => "live", Dating::Revised => "revised" },
            "residence": {
                "window_days": rule.residence.window_days,
                "min_located_days": rule.residence.min_located_days,
            },
            "home": self.home_method(),
            "homes_and_flows_counted_in": if self.profile.counts_areas() {
                "home_to_present and home_to_week in the units of each level, displacement on the H3 grid"
            } else {
                "H3 cells, areas are sums"
            },
            "displacement": {
                "near_m": rule.near_m,
                "confirm_days": rule.confirm_days,
                "confirm_located_days": rule.confirm_located_days,
                "return_days": rule.return_days,
                "move_days": rule.move_days,
                "outlast_days": rule.outlast_days,
                "usual_share_permille": rule.routine.usual_share_permille,
                "usual_by_weekday": rule.routine.by_weekday,
            },
        })
    }
}

fn homes_by(config: &CrisisConfig, baseline: Period) -> Result<HomesBy, String> {
    let Some(rule) = config.profile.home() else {
        let own = config.usual_environment.unwrap_or_default();
        let days = baseline.len() as u64;
        if own.min_days > days {
            return Err(format!(
                "baseline: {days} days, but a home needs {} (usual_environment.min_days): nobody could have one",
                own.min_days
            ));
        }
        let rule = UsualEnvironmentRule { min_score: own.min_hours, min_days: own.min_days, ..Default::default() };
        return Ok(HomesBy::Hours(rule));
    };
    if config.usual_environment.is_some() {
        return Err("usual_environment belongs to the profile \"multimno-ue\"".into());
    }
    Ok(HomesBy::Days(rule))
}

/// Profiles of others count days that begin at an hour of their own.
fn check_day_start(profile: Profile, day_start: Time) -> Result<(), String> {
    let hour = profile.day_start_hour();
    let same = (day_start.hour(), day_start.minute()) == (hour.cast_signed(), 0);
    if same || profile == Profile::Hexodus {
        return Ok(());
    }
    Err(format!(
        "profile \"{}\" counts days that begin at {hour:02}:00; found [time] day_start = \"{:02}:{:02}\"",
        profile.id(),
        day_start.hour(),
        day_start.minute()
    ))
}

/// Phases in order of time.
fn phases(mut phases: Vec<PhaseConfig>) -> Result<Vec<PhaseConfig>, String> {
    phases.sort_by_key(|phase| phase.start);
    for phase in &phases {
        if phase.name.trim().is_empty() || phase.end.is_some_and(|end| end < phase.start) {
            return Err(format!(
                "phases: \"{}\": expected a name, and an end that is not before the start",
                phase.name
            ));
        }
    }
    for pair in phases.windows(2) {
        if pair[0].end.is_none_or(|end| end >= pair[1].start) {
            return Err(format!("phases: \"{}\" and \"{}\" overlap", pair[0].name, pair[1].name));
        }
    }
    Ok(phases)
}

/// Lower-case letters and digits, with a hyphen for each run of anything else.
fn slug(operation: &str) -> String {
    let parts = operation.split(|character: char| !character.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The local day of an event; before `day_start` it is still the day before.
fn event_day(text: &str, day_start: Time) -> Result<LocalDay, String> {
    if let Ok(at) = text.parse::<DateTime>().map_err(drop)
        && text.len() > "2031-03-23".len()
    {
        let day = LocalDay::from_date(at.date());
        return Ok(if at.time() < day_start { day.previous() } else { day });
    }
    let expected = "expected a local date or date and time, as 2031-03-23 or 2031-03-23T11:56";
    text.parse::<Date>()
        .map(LocalDay::from_date)
        .map_err(|error| format!("event_time: {expected}, found \"{text}\": {error}"))
}

fn check_baseline(baseline: Period, event: LocalDay) -> Result<(), String> {
    if baseline.is_empty() {
        return Err(format!("baseline: end {} is before start {}", baseline.last, baseline.first));
    }
    if baseline.last >= event {
        return Err(format!("baseline: end {} is not before the event, {event}", baseline.last));
    }
    if baseline.len() > MOST_BASELINE_DAYS {
        return Err(format!("baseline: {} days, expected at most {MOST_BASELINE_DAYS}", baseline.len()));
    }
    Ok(())
}

fn unknown_pcode(operation: &str, pcode: &str, areas: &AreaTree) -> String {
    if areas.levels.is_empty() {
        return format!("[[crisis]] \"{operation}\": affected needs [areas]: there are no P-codes without them");
    }
    let codes = areas.levels.iter().skip(1).flatten().map(|area| area.pcode.0.as_str());
    // A code of as many characters is of the same level.
    let nearest = codes.max_by(|left, right| {
        let likeness = |code: &str| (code.len() == pcode.len(), strsim::jaro_winkler(pcode, code));
        let ((left_level, left_like), (right_level, right_like)) = (likeness(left), likeness(right));
        left_level.cmp(&right_level).then(left_like.total_cmp(&right_like)).then(right.cmp(left))
    });
    let hint = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!("[[crisis]] \"{operation}\": affected: no area has the P-code \"{pcode}\"{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::Pcode;
    use hexodus_model::area::AreaEntry;

    fn crisis(lines: &str) -> Result<Crisis, String> {
        let text = format!("operation = \"Big flood (2031)\"\nevent_time = \"2031-03-23T02:10\"\n{lines}");
        let config: CrisisConfig = toml::from_str(&text).map_err(|error| error.to_string())?;
        let holidays = ["2031-03-01", "2031-03-30"].map(|day| day.parse().unwrap()).into();
        Crisis::resolved(&config, DailyLocationRule::Night, Time::constant(4, 0, 0, 0), &holidays)
    }

    #[test]
    fn an_event_before_the_start_of_the_day_is_of_the_day_before() {
        let crisis = crisis("").unwrap();
        assert_eq!(crisis.event.to_string(), "2031-03-22");
        assert_eq!((crisis.baseline.len(), crisis.baseline.last.to_string().as_str()), (28, "2031-03-21"));
        assert_eq!(crisis.slug, "big-flood-2031");
        assert_eq!(crisis.left_out.len(), 1, "the holiday after the baseline is none of its days");
        let midnight = Time::midnight();
        assert_eq!(event_day("2031-03-23", midnight), event_day("2031-03-23T00:00", midnight));
    }

    #[test]
    fn a_profile_brings_its_own_baseline_and_daily_location() {
        let multimno = crisis("profile = \"multimno-ue\"").unwrap();
        assert_eq!((multimno.baseline.len(), multimno.location), (183, DailyLocationRule::Night));
        assert!(matches!(multimno.homes, HomesBy::Hours(UsualEnvironmentRule { min_days: 50, .. })));
        let own = crisis("profile = \"multimno-ue\"\nusual_environment = { min_hours = 2, min_days = 1 }").unwrap();
        assert_eq!(own.method()["home"]["min_hours"], 2);
        assert_eq!(Profile::FlowminderCovid19.daily_location(), Some(DailyLocationRule::Last));
    }

    #[test]
    fn a_day_has_the_phase_it_falls_in() {
        let phases = "phases = [{ name = \"recovery\", start = \"2031-04-06\" }, \
                      { name = \"emergency\", start = \"2031-03-22\", end = \"2031-04-04\" }]";
        let crisis = crisis(phases).unwrap();
        let phase = |day: &str| crisis.phase(day.parse().unwrap()).unwrap_or("-").to_owned();
        let days = ["2031-03-21", "2031-03-22", "2031-04-04", "2031-04-05", "2031-04-06", "2032-01-01"];
        assert_eq!(days.map(phase), ["-", "emergency", "emergency", "-", "recovery", "recovery"]);
    }

    #[test]
    fn what_cannot_be_followed_is_told() {
        let refused = |lines: &str| crisis(lines).unwrap_err();
        assert!(refused("event_time = 1").contains("duplicate key"));
        assert!(
            refused("baseline = { start = \"2031-03-20\", end = \"2031-03-22\" }").contains("not before the event")
        );
        assert!(refused("baseline = { start = \"2031-03-20\", end = \"2031-03-02\" }").contains("is before start"));
        assert!(refused("baseline = { start = \"2030-03-20\", end = \"2031-03-02\" }").contains("at most 183"));
        assert!(refused("baseline = { start = \"2031-02-30\", end = \"2031-03-02\" }").contains("2031-02-30"));
        assert!(
            refused("profile = \"flowminder-covid19\"").contains("begin at 00:00; found [time] day_start = \"04:00\"")
        );
        let short = "profile = \"multimno-ue\"\nbaseline = { start = \"2031-03-01\", end = \"2031-03-21\" }";
        assert!(refused(short).contains("21 days, but a home needs 50"));
        assert!(refused("usual_environment = { min_days = 2 }").contains("belongs to the profile"));
        let phase = |phases: &str| refused(&format!("phases = [{phases}]"));
        let first = "{ name = \"emergency\", start = \"2031-03-22\" }";
        assert!(phase("{ name = \"\", start = \"2031-03-22\" }").contains("expected a name"));
        assert!(phase(&format!("{first}, {{ name = \"recovery\", start = \"2031-04-22\" }}")).contains("overlap"));
        assert!(refused("confirm_located_days = 0").contains("1 to 7"));
        assert!(refused("round_number = 0").contains("1 or more"));
        assert!(event_day("yesterday", Time::midnight()).unwrap_err().contains("found \"yesterday\""));
    }

    #[test]
    fn an_affected_area_marks_those_above_and_below() {
        let entry = |pcode: &str, parent: Option<u32>| AreaEntry {
            pcode: Pcode(pcode.into()),
            name: String::new(),
            parent: parent.map(AreaKey),
        };
        let areas = AreaTree {
            cod_version: "xaa_v01".into(),
            levels: vec![
                vec![entry("XA", None)],
                vec![entry("XA01", Some(0)), entry("XA02", Some(0))],
                vec![entry("XA0101", Some(0)), entry("XA0102", Some(0)), entry("XA0201", Some(1))],
            ],
        };
        let keys = |lines: &str| -> Vec<Vec<u32>> {
            let levels = crisis(lines).unwrap().listed_areas(&areas).unwrap();
            levels.iter().map(|level| level.iter().map(|key| key.0).collect()).collect()
        };
        assert_eq!(keys("affected = [\"XA01\"]"), [vec![0], vec![0], vec![0, 1]]);
        assert_eq!(keys("affected = [\"XA0201\"]"), [vec![0], vec![1], vec![2]]);
        let failure = crisis("affected = [\"XA0203\"]").unwrap().listed_areas(&areas).unwrap_err();
        let shown = format!("{:?}", failure.report());
        assert!(shown.contains("\"XA0203\"") && shown.contains("XA0201"), "{shown}");
    }
}
