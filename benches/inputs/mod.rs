//! What the benches read: a synthetic country from one seed, written to a folder that is removed afterwards.
#![allow(dead_code, reason = "each bench is a crate of its own and uses a part of this")]

pub mod layouts;

use hexodus_ingest::plan_file::{PlanColumns, read_plan};
use hexodus_ingest::{
    Delivery, FileOutcome, FileRead, Holding, Ingester, KnownFiles, PseudonymKey, SourceSpec, discover, settle_alone,
};
use hexodus_locate::{
    AreaColumns, AreaLayer, CellPlan, H3Areas, Locator, PlanRules, RESOLUTION, h3_of_point, read_areas,
};
use hexodus_model::{Calendar, DayWindow, GroupedEvents, LocalDay, Locations};
use hexodus_publish::ReleaseContext;
use hexodus_store::{Store, StoreIdentity};
use hexodus_synth::{SynthOptions, generate};
use jiff::{civil::Time, tz::TimeZone};
use layouts::dumps;
use std::path::Path;

/// Of the country, and of the times in its dumps.
pub const ZONE: &str = "Asia/Kathmandu";
/// As many as a store has.
pub const BUCKETS: usize = 128;

/// Rows wait in memory, all of them.
pub fn holding() -> Holding {
    Holding {
        buckets: BUCKETS,
        rows_in_memory: usize::MAX,
        traits_in_memory: usize::MAX,
        spill_folder: std::env::temp_dir(),
    }
}

/// A generated country, and what its dumps are read with.
pub struct Country {
    pub folder: tempfile::TempDir,
    pub calendar: Calendar,
    pub layer: AreaLayer,
    pub locator: Locator,
    pub first_day: LocalDay,
}

/// One day of it, as the store would hold it.
pub struct Day {
    pub window: DayWindow,
    pub locations: Locations,
    pub buckets: Vec<GroupedEvents>,
}

impl Country {
    /// `subscribers` people, two days, some 20 events each, the usual dirt. The crisis strikes on the second day.
    pub fn of(subscribers: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = SynthOptions {
            seed: 7,
            subscribers,
            days: 2,
            events_per_day: 20.0,
            zone: ZONE.into(),
            writes_truth: false,
            ..SynthOptions::default()
        };
        generate(&options, folder.path(), &mut |_| ()).expect("a country");
        let calendar = Calendar::new(TimeZone::get(ZONE).expect("a zone"), Time::midnight());
        let plan = [folder.path().join("radio_cells.csv")];
        let records = read_plan(&plan, &PlanColumns::default(), &calendar).expect("a plan").records;
        let plan = CellPlan::resolve(records, &PlanRules::default(), &[]).expect("a plan");
        let layer = read_areas(&folder.path().join("areas.geojson"), &AreaColumns::default()).expect("areas");
        let areas = Some((layer.tree.clone(), H3Areas::tile(&layer).expect("areas with an inside")));
        Self { folder, calendar, layer, locator: Locator::new(Some(plan), areas), first_day: options.first_day }
    }

    /// The rows of a delivery, read and bucketed with a fresh ingester, not yet settled.
    pub fn read(&self, spec: &SourceSpec, delivery: &Delivery) -> Vec<FileOutcome> {
        let key = PseudonymKey::from_bytes([7; 32]);
        let ingester = Ingester::new(&self.calendar, &key, h3_of_point, Locations::default(), holding(), &|_| ());
        let files = ingester.read(delivery, spec, &KnownFiles::default()).expect("a specification");
        FileRead::new_ones(files.expect("whole files"))
    }

    /// What its released tables say of themselves.
    pub fn release_context(&self) -> ReleaseContext<'_> {
        ReleaseContext {
            operation: None,
            round_number: None,
            reporting_date: self.first_day,
            areas: &self.layer.tree,
            calendar: &self.calendar,
            h3_res: RESOLUTION,
        }
    }

    /// The events of the first (0) or second (1) day, settled. Rows that came in the files of the other day are left
    /// out.
    pub fn day(&self, number: i32) -> Day {
        let window = self.calendar.window(LocalDay(self.first_day.0 + number));
        let (spec, key) = (dumps(), PseudonymKey::from_bytes([7; 32]));
        let ingester = Ingester::new(&self.calendar, &key, h3_of_point, Locations::default(), holding(), &|_| ());
        let deliveries = discover(0, &spec, self.folder.path()).expect("dumps");
        let delivery = deliveries.iter().find(|one| one.day == Some(window.day)).expect("a dump of the day");
        let files =
            ingester.read(delivery, &spec, &KnownFiles::default()).expect("a specification").expect("whole files");
        let mut files = FileRead::new_ones(files);
        let locations = ingester.locations();
        let places = self.locator.day_places(&locations, &window);
        let buckets = settle_alone(&mut files, window.day, &places, BUCKETS).expect("rows in memory");
        Day { window, locations, buckets }
    }
}

impl Day {
    /// Writes its events to a new store, flushed.
    pub fn store_in(&self, folder: &Path) {
        let identity = StoreIdentity { zone: ZONE.into(), day_start: "00:00".into(), key_fingerprint: "bench".into() };
        let mut store = Store::open(folder, &identity).expect("a new store");
        let buckets = &self.buckets;
        let part = store.write_events(&self.window, BUCKETS, |at| buckets[at].len(), |at| Ok(&buckets[at]));
        assert!(part.expect("a disk with room").is_some(), "there are events");
    }

    /// How many rows that is.
    pub fn rows(&self) -> u64 {
        self.buckets.iter().map(|events| events.len() as u64).sum()
    }
}
