//! All that does not change with the day: areas, towns, radio cells, people and what will happen to them.

use crate::activity::Activity;
use crate::clock::calendar;
use crate::country::invented_areas;
use crate::coverage::{Coverage, DayCoverage};
use crate::crisis::Crisis;
use crate::dirt::Mishaps;
use crate::district::Districts;
use crate::error::SynthError;
use crate::network::{Network, Run};
use crate::options::SynthOptions;
use crate::settlement::Settlements;
use crate::sims::Sims;
use crate::subscriber::{Market, Subscriber, id_key};
use crate::summary::{CrisisSummary, Summary};
use hexodus_model::{Calendar, LocalDay};

/// The country, its people and their future.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) run: Run,
    pub(crate) calendar: Calendar,
    pub(crate) districts: Districts,
    pub(crate) settlements: Settlements,
    pub(crate) network: Network,
    pub(crate) crisis: Option<Crisis>,
    pub(crate) market: Market,
    /// The people, by number; `sims` knows who has a SIM on a day, and which.
    pub(crate) subscribers: Vec<Subscriber>,
    pub(crate) sims: Sims,
    pub(crate) activity: Activity,
    pub(crate) mishaps: Mishaps,
    /// Key of all subscriber ids.
    pub(crate) id_key: u64,
    /// Name of the scenario.
    pub(crate) scenario: &'static str,
    coverage: Coverage,
    silent_sites: u32,
}

impl World {
    /// Draws everything that checked options ask for; the order matters to nothing but the reader.
    pub(crate) fn drawn(options: &SynthOptions) -> Result<Self, SynthError> {
        let (seed, calendar) = (options.seed, calendar(&options.zone)?);
        let run = Run { first: options.first_day, days: options.days };
        let districts = Districts::new(options.areas.clone().unwrap_or_else(|| invented_areas(seed)))?;
        let settlements = Settlements::founded(seed, &districts)?;
        let mut network = Network::built(seed, &districts, &settlements, &options.scenario.plan_changes, run);
        network.rewire(seed, &options.scenario.plan_changes, run);
        let crisis = options.crisis().map(|day| Crisis::of(day, &options.scenario, &settlements, districts.len()));
        let silent_sites = crisis.as_ref().and_then(Crisis::strike).map_or(0, |strike| network.strike(seed, &strike));
        let market = Market::of(seed, &settlements, districts.len(), options);
        let subscribers: Vec<Subscriber> = (0..options.subscribers)
            .map(|number| market.subscriber(seed, number, &settlements, crisis.as_ref()))
            .collect();
        let sims = Sims::drawn(seed, options.subscribers, options.scenario.churn.as_ref(), run);
        Ok(Self {
            seed,
            run,
            calendar,
            coverage: Coverage::of(&settlements, &network),
            districts,
            settlements,
            network,
            crisis,
            market,
            sims: sims.only_of(|person| subscribers[person as usize].has_sim),
            subscribers,
            activity: Activity::diurnal(),
            mishaps: Mishaps::new(&options.dirt),
            id_key: id_key(seed),
            scenario: options.scenario.name,
            silent_sites,
        })
    }

    /// Which radio cell serves which place on a day.
    pub(crate) fn coverage_on(&self, day: LocalDay) -> DayCoverage {
        let hour_s = self.crisis.as_ref().map_or(0, |crisis| crisis.scenario.hazard.strikes_at_s);
        self.coverage.on(day, self.crisis.as_ref().map(|crisis| crisis.day), hour_s, &self.settlements, &self.network)
    }

    /// The local days of the run, ascending.
    pub(crate) fn days(&self) -> impl Iterator<Item = LocalDay> + use<> {
        let first = self.run.first.0;
        (0..self.run.days as i32).map(move |index| LocalDay(first + index))
    }

    /// The part of the summary that is known before the first day.
    pub(crate) fn summary(&self) -> Summary {
        Summary {
            subscribers: self.subscribers.len() as u32,
            with_sim: self.market.owners.told.then(|| self.with_sim().count() as u32),
            radio_cells: self.network.radio_cells,
            sites: self.network.sites.len() as u32,
            towns: self.settlements.towns.len() as u32,
            areas: self.districts.len() as u32,
            sims: self.sims.all().count() as u32,
            scenario: self.scenario,
            crisis: self.crisis.as_ref().map(|crisis| self.crisis_summary(crisis)),
            ..Summary::default()
        }
    }

    /// Those who have a SIM on some day.
    fn with_sim(&self) -> impl Iterator<Item = &Subscriber> {
        self.subscribers.iter().filter(|person| person.has_sim)
    }

    fn crisis_summary(&self, crisis: &Crisis) -> CrisisSummary {
        let last = LocalDay(self.run.first.0 + self.run.days as i32 - 1);
        let fates = || self.subscribers.iter().filter_map(|subscriber| subscriber.fate);
        let struck = self.districts.areas.iter().zip(&crisis.struck).filter(|&(_, &struck)| struck);
        CrisisSummary {
            day: crisis.day.to_string(),
            struck_areas: struck.map(|(area, _)| area.pcode.0.clone()).collect(),
            silent_sites: self.silent_sites,
            struck_subscribers: self.subscribers.iter().filter(|subscriber| subscriber.struck).count() as u32,
            left: fates().filter(|fate| fate.left <= last).count() as u32,
            moved_on: fates().filter(|fate| fate.moved_on.is_some_and(|(day, _)| day <= last)).count() as u32,
            returned: fates().filter(|fate| fate.returned <= last).count() as u32,
        }
    }
}
