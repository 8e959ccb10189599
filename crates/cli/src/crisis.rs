//! `[[crisis]]` as it will be followed: days, rules and names settled and checked.

use crate::config::Config;
use crate::config::crisis::{CrisisConfig, DatingConfig};
use crate::failure::Failure;
use hexodus_mobility::{DisplacementRule, HomeRule, Profile};
use hexodus_model::{AreaKey, AreaTree, Dating, LocalDay, Period};
use jiff::civil::{Date, DateTime, Time};
use serde_json::json;
use std::collections::BTreeSet;

/// Days before the event that fix homes where nothing else is said (methods §0).
const BASELINE_DAYS: i32 = 28;
/// The longest baseline: half a year.
const MOST_BASELINE_DAYS: usize = 183;

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
    /// Whose rules.
    pub profile: Profile,
    /// How homes are found.
    pub home: HomeRule,
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
    pub fn all(config: &Config, day_start: Time, holidays: &BTreeSet<LocalDay>) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for own in &config.crisis {
            let crisis = Self::resolved(own, day_start, holidays)
                .map_err(|message| Failure::usage(format!("[[crisis]] \"{}\": {message}", own.operation)))?;
            if all.iter().any(|other| other.slug == crisis.slug) {
                let message = format!("two [[crisis]] would be written to a folder \"{}\"", crisis.slug);
                return Err(Failure::usage(message));
            }
            all.push(crisis);
        }
        Ok(all)
    }

    fn resolved(config: &CrisisConfig, day_start: Time, holidays: &BTreeSet<LocalDay>) -> Result<Self, String> {
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
            None => Period::before(event, BASELINE_DAYS),
            Some(own) => Period { first: own.start, last: own.end },
        };
        check_baseline(baseline, event)?;
        let excluded = config.baseline.iter().flat_map(|own| own.excluded_days.iter().copied());
        let left_out = holidays.iter().copied().filter(|day| *day <= baseline.last).chain(excluded).collect();
        let home = match config.profile {
            Profile::Hexodus | Profile::FlowminderFlowbot => config.profile.home(),
            Profile::FlowminderCovid19 | Profile::MultimnoUe => None,
        };
        let home = home.ok_or_else(|| {
            format!(
                "profile \"{}\" finds no home on the H3 grid from daily locations; expected \"hexodus\" or \
                 \"flowminder-flowbot\"",
                config.profile.id()
            )
        })?;
        Ok(Self {
            operation: config.operation.clone(),
            slug,
            event,
            baseline,
            left_out,
            affected: config.affected.clone(),
            profile: config.profile,
            home,
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

    /// Whether an area is affected: it is one of them, lies in one, or holds one. By level, from 0, and key.
    ///
    /// # Errors
    /// Exit 2 for a P-code that no level of the areas has.
    pub fn affected_areas(&self, areas: &AreaTree) -> Result<Vec<BTreeSet<AreaKey>>, Failure> {
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

    /// The parameters in force, for `method.json` and for fingerprints.
    pub fn method(&self) -> serde_json::Value {
        let rule = &self.rule;
        json!({
            "operation": self.operation,
            "folder": self.slug,
            "round_number": self.round_number,
            "event_date": self.event,
            "affected": self.affected,
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
            "home": home_method(self.home),
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

fn home_method(home: HomeRule) -> serde_json::Value {
    match home {
        HomeRule::MajorityOfResidence { min_located_days, .. } => {
            json!({"rule": "majority of residence days, look-back of a third", "min_located_days": min_located_days})
        }
        HomeRule::MostDates => json!({"rule": "most dates"}),
    }
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
        Crisis::resolved(&config, Time::constant(4, 0, 0, 0), &holidays)
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
    fn what_cannot_be_followed_is_told() {
        let refused = |lines: &str| crisis(lines).unwrap_err();
        assert!(refused("event_time = 1").contains("duplicate key"));
        assert!(
            refused("baseline = { start = \"2031-03-20\", end = \"2031-03-22\" }").contains("not before the event")
        );
        assert!(refused("baseline = { start = \"2031-03-20\", end = \"2031-03-02\" }").contains("is before start"));
        assert!(refused("baseline = { start = \"2030-03-20\", end = \"2031-03-02\" }").contains("at most 183"));
        assert!(refused("baseline = { start = \"2031-02-30\", end = \"2031-03-02\" }").contains("2031-02-30"));
        assert!(refused("profile = \"multimno-ue\"").contains("expected \"hexodus\" or"));
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
            let levels = crisis(lines).unwrap().affected_areas(&areas).unwrap();
            levels.iter().map(|level| level.iter().map(|key| key.0).collect()).collect()
        };
        assert_eq!(keys("affected = [\"XA01\"]"), [vec![0], vec![0], vec![0, 1]]);
        assert_eq!(keys("affected = [\"XA0201\"]"), [vec![0], vec![1], vec![2]]);
        let failure = crisis("affected = [\"XA0203\"]").unwrap().affected_areas(&areas).unwrap_err();
        let shown = format!("{:?}", failure.report());
        assert!(shown.contains("\"XA0203\"") && shown.contains("XA0201"), "{shown}");
    }
}
