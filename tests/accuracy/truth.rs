//! The hidden truth of a country, by person.

use crate::Failed;
use crate::country::Country;
use flate2::read::GzDecoder;
use hexodus_ingest::PseudonymKey;
use hexodus_ingest::keyed_hash::KeyedHash;
use hexodus_model::{H3Cell, LocalDay, SubscriberId};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;

/// What the definition says of the true nights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// Displaced, at this host; with the back-dated onset.
    Displaced {
        host: H3Cell,
        left: LocalDay,
    },
    Returned,
    /// Any other state.
    Stayed,
}

/// Days in a row with one state.
#[derive(Clone, Copy, Debug)]
struct Spell {
    first: LocalDay,
    last: LocalDay,
    state: RuleState,
}

/// One person.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// H3 cell of the site that serves the home: what dumps can tell of it.
    pub home_site: Option<H3Cell>,
    /// Home by the rule; none = unlocatable.
    pub rule_home: Option<H3Cell>,
    /// Whether the home is in a struck area.
    pub is_struck: bool,
    /// P-code of the adm2 area of home.
    home_area: String,
    /// First night away and first night back because of the event.
    left: Option<LocalDay>,
    returned: Option<LocalDay>,
    /// Whether the person travels for the holiday.
    pub travels: bool,
    spells: Vec<Spell>,
}

impl Person {
    /// State by the rule.
    pub fn state(&self, day: LocalDay) -> RuleState {
        let spell = self.spells.iter().find(|spell| spell.first <= day && day <= spell.last);
        spell.map_or(RuleState::Stayed, |spell| spell.state)
    }

    /// Whether the rule has the person displaced on the day.
    pub fn is_displaced(&self, day: LocalDay) -> bool {
        matches!(self.state(day), RuleState::Displaced { .. })
    }

    /// The first night away, if the person is away because of the event on the night of the day.
    pub fn away_since(&self, day: LocalDay) -> Option<LocalDay> {
        self.left.filter(|&left| left <= day && self.returned.is_none_or(|back| day < back))
    }
}

/// Everybody, by the pseudonym of each SIM.
#[derive(Debug)]
pub struct Truth {
    people: Vec<Person>,
    of_sim: HashMap<SubscriberId, usize>,
}

impl Truth {
    pub fn read(country: &Country) -> Result<Self, Failed> {
        let mut truth = Self { people: Vec::new(), of_sim: HashMap::new() };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for row in rows(File::open(country.path("truth/subscribers.csv"))?)? {
            numbers.insert(row["subscriber"].clone(), truth.people.len());
            truth.people.push(Person {
                home_site: h3(&row["home_site_h3"])?,
                is_struck: row["struck"] == "true",
                home_area: row["home_adm2_pcode"].clone(),
                left: day(&row["left_day"])?,
                returned: day(&row["returned_day"])?,
                travels: !row["visit_day"].is_empty(),
                ..Person::default()
            });
        }
        for row in rows(GzDecoder::new(File::open(country.path("truth/rule_states.csv.gz"))?))? {
            let person = &mut truth.people[numbers[&row["subscriber"]]];
            person.rule_home = h3(&row["home_h3"])?;
            let state = match (row["state"].as_str(), h3(&row["host_h3"])?, day(&row["back_dated_onset_day"])?) {
                ("displaced", Some(host), Some(left)) => RuleState::Displaced { host, left },
                ("returned", ..) => RuleState::Returned,
                _ => RuleState::Stayed,
            };
            let [first, last] = [day(&row["first_day"])?, day(&row["last_day"])?];
            let (Some(first), Some(last)) = (first, last) else { return Err("a spell without days".into()) };
            person.spells.push(Spell { first, last, state });
        }
        let mut pseudonyms = KeyedHash::new(&PseudonymKey::read(&country.path("hexodus.key"))?, "");
        for row in rows(File::open(country.path("truth/sims.csv"))?)? {
            truth.of_sim.insert(pseudonyms.of_bytes(row["sim"].as_bytes()), numbers[&row["subscriber"]]);
        }
        Ok(truth)
    }

    /// People whom the rule has displaced on a day and who are away because of the event that night, subscribers or not:
    /// all, and those with a home in a struck area.
    pub fn displaced_by_the_event(&self, day: LocalDay) -> [f64; 2] {
        let people = self.people.iter().filter(|own| own.is_displaced(day) && own.away_since(day).is_some());
        people.fold([0.0; 2], |sum, own| [sum[0] + 1.0, sum[1] + f64::from(u8::from(own.is_struck))])
    }

    /// The same of homes whose P-code begins so.
    pub fn displaced_from(&self, home: &str, day: LocalDay) -> f64 {
        let of_home = self.people.iter().filter(|own| own.home_area.starts_with(home));
        of_home.filter(|own| own.is_displaced(day) && own.away_since(day).is_some()).count() as f64
    }

    /// Whose SIM it is.
    pub fn person(&self, subscriber: SubscriberId) -> Option<&Person> {
        self.of_sim.get(&subscriber).map(|&number| &self.people[number])
    }
}

pub type Row = HashMap<String, String>;

/// Rows of a table, by name of the column.
pub fn rows(from: impl Read) -> Result<Vec<Row>, Failed> {
    Ok(csv::Reader::from_reader(from).deserialize().collect::<Result<_, _>>()?)
}

fn h3(text: &str) -> Result<Option<H3Cell>, Failed> {
    if text.is_empty() {
        return Ok(None);
    }
    let index = u64::from_str_radix(text, 16)?;
    Ok(Some(H3Cell::from_index(index)?))
}

/// Empty = none.
pub fn day(text: &str) -> Result<Option<LocalDay>, Failed> {
    if text.is_empty() { Ok(None) } else { Ok(Some(text.parse()?)) }
}
