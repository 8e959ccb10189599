//! Who lives where, works where, knows whom, and how much one uses the phone.

use crate::chance::{Purpose, mixed, stream, weighted_index};
use crate::crisis::Crisis;
use crate::fate::Fate;
use crate::options::SynthOptions;
use crate::ownership::{Group, Owners};
use crate::settlement::Settlements;
use crate::visit::Visit;
use rand::RngExt;
use rand_distr::{Distribution, Gamma};
use rand_pcg::Pcg64Mcg;

/// Shape of the Gamma distribution of event rates: a fifth of all subscribers is seen less than twice a day.
const ACTIVITY_SHAPE: f64 = 1.3;
/// Gravity scales in km: work, weekend, kin.
const WORK_KM: f64 = 8.0;
const WEEKEND_KM: f64 = 15.0;
const KIN_KM: f64 = 80.0;

/// One person, as drawn once, with a SIM or without; all places are keys of [`Settlements::places`].
#[derive(Clone, Debug)]
pub(crate) struct Subscriber {
    pub(crate) home: u32,
    /// The home of those who work at home.
    pub(crate) work: u32,
    /// Where free days are spent; the home of those who stay there.
    pub(crate) weekend: u32,
    /// Events per ordinary day, of those who have a SIM.
    pub(crate) events_per_day: f32,
    /// Spends the night of Saturday at the weekend place.
    pub(crate) sleeps_out: bool,
    /// Home lies in the struck area.
    pub(crate) struck: bool,
    pub(crate) fate: Option<Fate>,
    /// A holiday elsewhere.
    pub(crate) visit: Option<Visit>,
    /// That of the household.
    pub(crate) group: Group,
    /// Of this operator, on some day.
    pub(crate) has_sim: bool,
}

/// Where people come from: towns weighted by population and by the operator's market share of the district.
#[derive(Clone, Debug)]
pub(crate) struct Market {
    /// For each district, 0.3 to 0.7.
    pub(crate) shares: Vec<f64>,
    cumulative: Vec<f64>,
    activity: Option<Gamma<f64>>,
    mean_events: f64,
    /// People per household: those of neighbouring numbers share home, kin, group, fate and visit.
    pub(crate) household_size: u32,
    pub(crate) owners: Owners,
}

impl Market {
    pub(crate) fn of(seed: u64, settlements: &Settlements, districts: usize, options: &SynthOptions) -> Self {
        let (mut rng, mean_events) = (stream(seed, Purpose::MarketShare, 0, 0), options.events_per_day);
        let shares: Vec<f64> = (0..districts).map(|_| rng.random_range(0.3..0.7)).collect();
        let cumulative = settlements.towns.iter().scan(0.0, |sum, town| {
            *sum += f64::from(town.population) * shares[town.district as usize];
            Some(*sum)
        });
        let cumulative = cumulative.collect();
        let activity = Gamma::new(ACTIVITY_SHAPE, mean_events / ACTIVITY_SHAPE).ok();
        let owners = Owners::drawn(seed, districts, options.ownership);
        Self { shares, cumulative, activity, mean_events, household_size: options.household_size, owners }
    }

    /// Draws a person; depends on the seed and the number only.
    pub(crate) fn subscriber(
        &self,
        seed: u64,
        number: u32,
        settlements: &Settlements,
        crisis: Option<&Crisis>,
    ) -> Subscriber {
        let mut rng = stream(seed, Purpose::Subscriber, u64::from(number), 0);
        let (head, mut roots) = (self.head(number), self.roots(settlements, &mut rng));
        if head != number {
            roots = self.roots(settlements, &mut stream(seed, Purpose::Subscriber, u64::from(head), 0));
        }
        let ((town, home, kin), group) = (roots, Owners::group(seed, head));
        let elsewhere = |scale_km: f64, rng: &mut Pcg64Mcg| place_elsewhere(home, scale_km, settlements, rng);
        let work = match rng.random::<f64>() {
            unit if unit < 0.40 => home,
            unit if unit < 0.85 => settlements.place_in(town, &mut rng),
            _ => elsewhere(WORK_KM, &mut rng),
        };
        let weekend = match rng.random::<f64>() {
            unit if unit < 0.55 => home,
            unit if unit < 0.70 => kin,
            _ => elsewhere(WEEKEND_KM, &mut rng),
        };
        let drawn = self.activity.map_or(self.mean_events, |activity| activity.sample(&mut rng));
        Subscriber {
            home,
            work,
            weekend,
            events_per_day: drawn.clamp(0.02, 50.0 * self.mean_events) as f32,
            sleeps_out: weekend != home && rng.random_bool(0.2),
            struck: crisis.is_some_and(|crisis| crisis.strikes(settlements, home)),
            fate: crisis
                .and_then(|crisis| crisis.fate((seed, head), self.owners.hazard(group), home, kin, settlements)),
            visit: crisis.and_then(|crisis| {
                let holiday = crisis.scenario.holiday.as_ref()?;
                Visit::drawn(seed, head, crisis.day, holiday, (home, kin), settlements)
            }),
            group,
            has_sim: self.owners.has_sim(seed, (head, number), group, settlements.district(home)),
        }
    }

    /// The first number of the household.
    pub(crate) fn head(&self, number: u32) -> u32 {
        number - number % self.household_size
    }

    /// Town, home and kin.
    fn roots(&self, settlements: &Settlements, rng: &mut Pcg64Mcg) -> (u32, u32, u32) {
        let town = weighted_index(&self.cumulative, rng.random()) as u32;
        let home = settlements.place_in(town, rng);
        (town, home, place_elsewhere(home, KIN_KM, settlements, rng))
    }
}

/// A place in another town than the home, by gravity.
fn place_elsewhere(home: u32, scale_km: f64, settlements: &Settlements, rng: &mut Pcg64Mcg) -> u32 {
    let home = settlements.places[home as usize];
    let other = settlements.town_by_gravity(home.at, scale_km, rng, |other| other != home.town);
    settlements.place_in(other.unwrap_or(home.town), rng)
}

/// The id of a subscriber as delivered: 16 hexadecimal digits that look like a pseudonym. A bijection of the number
/// for each seed, hence unique.
#[inline]
pub(crate) fn subscriber_id(id_key: u64, number: u32) -> [u8; 16] {
    let bits = mixed(id_key ^ u64::from(number));
    let mut text = [0; 16];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bits.to_be_bytes()) {
        pair.copy_from_slice(&HEX[usize::from(byte)]);
    }
    text
}

/// The key of all subscriber ids of a seed.
pub(crate) fn id_key(seed: u64) -> u64 {
    mixed(seed ^ mixed(Purpose::SubscriberId as u64))
}

/// Each byte as two hexadecimal digits.
const HEX: [[u8; 2]; 256] = {
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [b"0123456789abcdef"[byte >> 4], b"0123456789abcdef"[byte & 15]];
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_hexadecimal() {
        let key = id_key(9);
        let mut ids: Vec<[u8; 16]> = (0..100_000).map(|number| subscriber_id(key, number)).collect();
        assert_eq!(format!("{:016x}", mixed(key ^ 0x4D)).as_bytes(), ids[77]);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 100_000);
    }
}
