//! What the pipeline makes of each subscriber, from the store of a run. INDIVIDUAL: it stays in this process.
//!
//! The pipeline writes counts only. The same library calls on the same reduced days give the states behind them;
//! [`Store::check`] holds their sums against the counts that the run kept.

use crate::Failed;
use crate::country::{Country, DAYS_BEFORE};
use hexodus_ingest::plan_file::{PlanColumns, read_plan};
use hexodus_locate::{AreaColumns, CellPlan, H3Areas, Locator, PlanRules, h3_centre, read_areas};
use hexodus_mobility::outage::DayTraffic;
use hexodus_mobility::subscriber::displacement::calendar;
use hexodus_mobility::{
    Centres, DailyLocationRule, DaySlice, DisplacementRule, Ground, HomeOutages, HomeRule, HomeWindows, NetworkChanges,
    SubscriberState, Surroundings, for_each_subscriber_over_days, home, home_among_neighbours, homes_out_of_service,
    locations_over_days,
};
use hexodus_model::{
    AreaKey, Calendar, Consequence, CrisisDays, DailyLocation, Dating, H3Cell, LocalDay, Period, Residence,
    ResidenceDay, SubscriberDay, SubscriberId,
};
use hexodus_store::{Part, Share};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};

/// Days of the baseline.
const BASELINE_DAYS: i32 = 28;

/// One subscriber who was seen in the baseline.
#[derive(Debug)]
pub struct Followed {
    pub subscriber: SubscriberId,
    /// None = unlocatable.
    pub home: Option<H3Cell>,
    /// Located days and located events of the baseline.
    pub located_days: usize,
    pub located_events: u64,
    /// Daily location on each day followed.
    pub places: Vec<Option<H3Cell>>,
    /// State on each day followed; empty without a home.
    pub days: Vec<ResidenceDay>,
}

/// The store of a run, read.
pub struct Store {
    pub days: CrisisDays,
    locator: Locator,
    reduced: Vec<(LocalDay, Vec<SubscriberDay>)>,
    windows: HomeWindows,
    ground: Centres,
    outages: HomeOutages,
    counts: hexodus_store::CrisisCounts,
}

impl Store {
    pub fn read(country: &Country) -> Result<Self, Failed> {
        let folder = country.path("store");
        let manifest = hexodus_store::Store::read_manifest(&folder)?.ok_or("no store")?;
        let store = hexodus_store::Store::open(&folder, &manifest.identity)?;
        let calendar = Calendar::new(TimeZone::get(&manifest.identity.zone)?, Time::midnight());
        let locator = locator(country, &calendar)?;

        let first = *manifest.days.keys().next().ok_or("no day")?;
        let event = LocalDay(first.0 + DAYS_BEFORE as i32);
        let usable = manifest.usable_days();
        let last = *usable.last().ok_or("no usable day")?;
        let days = CrisisDays { event, baseline: Period::before(event, BASELINE_DAYS), last };
        let teaches = |day: &LocalDay| {
            let verdict = manifest.days.get(day).and_then(|entry| entry.verdict.as_ref());
            *day >= event || verdict.is_none_or(|verdict| verdict.names(Consequence::Exclude).is_empty())
        };
        let window_days = DisplacementRule::default().residence.window_days;
        let usable: Vec<LocalDay> =
            usable.into_iter().filter(|day| *day >= days.first_record(window_days, 2) && teaches(day)).collect();
        let part = |kind: &str, day: &LocalDay| -> Option<&Part> { Some(&manifest.days[day].derived.get(kind)?.part) };
        let parts: Vec<(LocalDay, &Part)> =
            usable.iter().filter_map(|day| Some((*day, part("subscriber_days", day)?))).collect();
        let reduced = store.read_subscriber_days_of(&parts, Share { index: 0, of: 1 })?;

        let locations = store.read_locations()?;
        let (mut baseline, mut followed, mut served) = (Vec::new(), Vec::new(), Vec::new());
        for day in &usable {
            let Some(part) = part("activity", day) else { continue };
            let window = calendar.window(*day);
            let places = locator.day_places(&locations, &window);
            let noon = (window.end.0 - window.start.0) / 2;
            let mut traffic = DayTraffic::default();
            for row in store.read_activity(part)? {
                if let Some(place) = places.at(row.location, noon) {
                    *traffic.entry(places.h3_of(place)).or_default() += row.events;
                }
            }
            let is_wanted = days.baseline.contains(*day) || days.followed().contains(*day);
            if is_wanted {
                served.push((*day, places.h3.clone()));
            }
            if days.baseline.contains(*day) {
                baseline.push(traffic);
            } else if days.followed().contains(*day) {
                followed.push((*day, traffic));
            }
        }
        let ground = centres(&reduced);
        let counts = manifest.crises.values().next().ok_or("no crisis")?;
        Ok(Self {
            days,
            windows: HomeWindows::new(days.baseline, &usable, window_days),
            outages: homes_out_of_service(&baseline, &followed).in_network(NetworkChanges::of(
                &served,
                days.baseline,
                &served_centres(&served),
            )),
            ground,
            counts: store.read_crisis(Dating::Live, counts)?,
            locator,
            reduced,
        })
    }

    /// The area of the deepest level that an H3 cell is in.
    pub fn area(&self, h3: H3Cell) -> Option<AreaKey> {
        self.locator.area_at(h3, self.locator.area_tree()?.deepest())
    }

    /// Share of the panel that the run found displaced on a day without an event.
    pub fn normal_share(&self) -> f64 {
        let quiet = self.counts.without_event;
        quiet.displaced as f64 / quiet.days as f64
    }

    /// Metres between two H3 cells.
    pub fn metres(&self, a: H3Cell, b: H3Cell) -> Option<f64> {
        self.ground.metres(a, b)
    }

    /// Everybody who was seen in the baseline, under a rule.
    pub fn follow(&self, rule: &DisplacementRule) -> Vec<Followed> {
        let around = Surroundings { rule, ground: &self.ground, outages: &self.outages };
        let located = locations_over_days(DailyLocationRule::Last, &self.reduced);
        let slices: Vec<DaySlice<'_>> = located.iter().map(|(day, located)| DaySlice { day: *day, located }).collect();
        let events = self.baseline_events();
        let mut all = Vec::new();
        for_each_subscriber_over_days(&slices, |subscriber, days| {
            let in_baseline = || days.iter().filter(|own| self.days.baseline.contains(own.day));
            if in_baseline().next().is_none() {
                return;
            }
            let near = |one, other| !self.ground.are_apart(one, other, f64::from(rule.near_m));
            let found = home(days, HomeRule::HEXODUS, &self.windows);
            let home = found.or(home_among_neighbours(days, HomeRule::HEXODUS, &self.windows, near)).place();
            let followed = || calendar(days, self.days.followed());
            all.push(Followed {
                subscriber,
                home,
                located_days: in_baseline().count(),
                located_events: events[&subscriber],
                places: followed().map(|(_, place)| place).collect(),
                days: home.map_or_else(Vec::new, |home| self.states(home, days, &around)),
            });
        });
        all
    }

    /// Located events of the baseline, by subscriber.
    fn baseline_events(&self) -> HashMap<SubscriberId, u64> {
        let mut events = HashMap::new();
        for own in self.reduced.iter().filter(|own| self.days.baseline.contains(own.0)).flat_map(|own| &own.1) {
            *events.entry(own.subscriber).or_default() += u64::from(own.located_events);
        }
        events
    }

    fn states(&self, home: H3Cell, days: &[DailyLocation], around: &Surroundings<'_>) -> Vec<ResidenceDay> {
        let mut state = SubscriberState::at_event(home, days, self.days.baseline, around);
        calendar(days, self.days.followed()).map(|(day, place)| state.step(day, place, around)).collect()
    }

    /// Whether the states add up to what the run counted: panel, displaced and unobserved by home and day.
    pub fn check(&self, all: &[Followed]) -> Result<(), Failed> {
        for (number, table) in self.counts.stock.iter().enumerate() {
            let mut own: HashMap<u64, [u64; 3]> = HashMap::new();
            for followed in all {
                let Some(home) = followed.home else { continue };
                let residence = followed.days[number].residence;
                let sums = own.entry(home.index()).or_default();
                sums[0] += 1;
                sums[1] += u64::from(residence.displacement().is_some());
                sums[2] += u64::from(matches!(residence, Residence::Unobserved(_)));
            }
            let told = table.origins.iter().filter_map(|(unit, sums)| {
                Some((unit.as_h3()?.index(), [sums.panel, sums.displaced, sums.unobserved()]))
            });
            if own != told.collect() {
                return Err(format!("{}: the states do not add up to what the run counted", table.day).into());
            }
        }
        Ok(())
    }
}

fn locator(country: &Country, calendar: &Calendar) -> Result<Locator, Failed> {
    let layer = read_areas(&country.path("areas.geojson"), &AreaColumns::default())?;
    let tiling = H3Areas::tile(&layer)?;
    let plan = read_plan(&[country.path("radio_cells.csv")], &PlanColumns::default(), calendar)?;
    let plan = CellPlan::resolve(plan.records, &PlanRules::default(), &[])?;
    Ok(Locator::new(Some(plan), Some((layer.tree, tiling))))
}

fn served_centres(served: &[(LocalDay, Vec<H3Cell>)]) -> Centres {
    let cells: BTreeSet<H3Cell> = served.iter().flat_map(|own| &own.1).copied().collect();
    cells.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect()
}

fn centres(days: &[(LocalDay, Vec<SubscriberDay>)]) -> Centres {
    let mut places: BTreeSet<H3Cell> = BTreeSet::new();
    for row in days.iter().flat_map(|(_, rows)| rows) {
        places.extend([Some(row.last), Some(row.most_events), row.night, row.night_before].into_iter().flatten());
    }
    places.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect()
}
