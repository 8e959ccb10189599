//! From configuration to a crisis that can be followed, or to what is wrong with it.

use super::{Crisis, HomesBy, ToldOfOperation};
use crate::config::crisis::{CrisisConfig, DatingConfig, PhaseConfig};
use hexodus_mobility::{DailyLocationRule, DisplacementRule, Profile, UsualEnvironmentRule};
use hexodus_model::{Dating, LocalDay, Period};
use jiff::civil::{Date, DateTime, Time};
use std::collections::BTreeSet;

/// The longest baseline: half a year.
const MOST_BASELINE_DAYS: usize = 183;

/// One `[[crisis]]`, checked; polygons are not read here.
pub fn resolved(
    config: &CrisisConfig,
    location: DailyLocationRule,
    day_start: Time,
    holidays: &BTreeSet<LocalDay>,
) -> Result<Crisis, String> {
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
    let is_iso3 = |own: &String| own.len() == 3 && own.bytes().all(|own| own.is_ascii_uppercase());
    if !config.admin0_iso3.as_ref().is_none_or(is_iso3) {
        return Err("admin0_iso3: expected three capital letters".into());
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
    Ok(Crisis {
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
        told: ToldOfOperation {
            status: config.operation_status,
            reason: config.displacement_reason.clone(),
            iso3: config.admin0_iso3.clone(),
            has_hrp: config.has_hrp,
            in_gho: config.in_gho,
        },
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn crisis(lines: &str) -> Result<Crisis, String> {
        let text = format!("operation = \"Big flood (2031)\"\nevent_time = \"2031-03-23T02:10\"\n{lines}");
        let config: CrisisConfig = toml::from_str(&text).map_err(|error| error.to_string())?;
        let holidays = ["2031-03-01", "2031-03-30"].map(|day| day.parse().unwrap()).into();
        resolved(&config, DailyLocationRule::Night, Time::constant(4, 0, 0, 0), &holidays)
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
}
