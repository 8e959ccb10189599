//! What arguments and configuration resolve to: paths made absolute, presets filled in, policy checked.

use crate::args::ConfigArgs;
use crate::config::{Config, load};
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::holidays::holidays;
use hexodus_ingest::{Delivery, Holding, PseudonymKey, SourceSpec, discover, resolve_preset};
use hexodus_mobility::DailyLocationRule;
use hexodus_model::{Calendar, EventRow, H3Cell, LocalDay, Moment, SubscriberDay, SubscriberId};
use hexodus_release::DisclosurePolicy;
use hexodus_store::{Store, StoreIdentity};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// Memory of one distinct saying of a subscriber: `hexodus_ingest::traits` keeps at most two entries of 16 bytes.
const TRAITS_BYTES: usize = 32;

/// Everything a command needs to know before it touches data.
#[derive(Debug)]
pub struct Setup {
    /// As read, presets filled in.
    pub config: Config,
    /// Folder of the configuration file.
    pub base: PathBuf,
    /// Local days.
    pub calendar: Calendar,
    /// Checked policy.
    pub policy: DisclosurePolicy,
    /// What happened.
    pub crises: Vec<Crisis>,
    /// Local days that baselines leave out.
    pub holidays: BTreeSet<LocalDay>,
}

impl Setup {
    /// Loads and resolves.
    ///
    /// # Errors
    /// Exit 2 for anything wrong in the configuration.
    pub fn load(args: &ConfigArgs) -> Result<Self, Failure> {
        let mut config = load::load(&args.config)?;
        let base =
            args.config.parent().filter(|base| !base.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        config.source = config.source.into_iter().map(resolve_preset).collect::<Result<_, _>>()?;
        check_source_ids(&config.source)?;
        // A subscriber's events may come from several sources: the coarsest clock is that of all.
        let coarsest = config.source.iter().filter_map(|source| source.time.precision_s).max().unwrap_or(0);
        config.checks.ts_precision_s = config.checks.ts_precision_s.max(coarsest);
        let is_multimno = config.source.iter().all(|source| source.preset == "multimno");
        if let Some(radio_cells) = config.radio_cells.as_mut().filter(|_| is_multimno) {
            radio_cells.columns.midnight_is_last_day.get_or_insert(true);
        }
        config.checks.check().map_err(Failure::usage)?;
        if let Some(population) = &config.population {
            population.check(config.areas.is_some()).map_err(Failure::usage)?;
        }
        config.release.check().map_err(Failure::usage)?;
        check_folders(&config, &base)?;
        let calendar = calendar(&config)?;
        let policy = config.policy.clone().validated(args.accept_lower_k).map_err(Failure::usage)?;
        let day_start = config.time.day_start.parse().unwrap_or_else(|_| Time::midnight());
        let holidays = holidays(config.time.holidays.as_ref(), &base)?;
        let crises = Crisis::all(&config, &base, day_start, &holidays)?;
        Ok(Self { config, base, calendar, policy, crises, holidays })
    }

    /// Whether figures of H3 cells leave.
    ///
    /// # Errors
    /// Where they are asked for, and never leave.
    pub fn releases_h3(&self) -> Result<bool, Failure> {
        self.config.release.h3(self.policy.preset()).map_err(Failure::usage)
    }

    /// A path of the configuration, relative to its folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// The pseudonym key.
    pub fn key(&self) -> Result<PseudonymKey, Failure> {
        Ok(PseudonymKey::read(&self.path(&self.config.store.key_file))?)
    }

    /// Where the store is.
    pub fn store_folder(&self) -> PathBuf {
        self.path(&self.config.store.folder)
    }

    /// Opens the store for writing; waits for another run to end, for so long.
    pub fn open_store(&self, key: &PseudonymKey, wait: Duration) -> Result<Store, Failure> {
        Ok(Store::open_waiting(&self.store_folder(), &self.identity(key), wait)?)
    }

    /// What the store must have been made with.
    pub fn identity(&self, key: &PseudonymKey) -> StoreIdentity {
        StoreIdentity {
            zone: self.config.time.zone.clone(),
            day_start: self.config.time.day_start.clone(),
            key_fingerprint: key.fingerprint(),
        }
    }

    /// Ranges of subscribers handled at a time.
    pub fn buckets(&self) -> usize {
        self.config.store.buckets.clamp(1, 4096)
    }

    /// How rows wait to be settled: a third of the memory budget is theirs, and a third what they say of subscribers.
    pub fn holding(&self) -> Holding {
        Holding {
            buckets: self.buckets(),
            rows_in_memory: self.share_of_memory(3, size_of::<EventRow>()),
            traits_in_memory: self.share_of_memory(3, TRAITS_BYTES),
            spill_folder: self.path(&self.config.store.folder),
        }
    }

    /// Events of days just taken in that stay in memory to be reduced: a sixth of the memory budget is theirs.
    pub fn events_held(&self) -> usize {
        self.share_of_memory(6, size_of::<Moment>())
    }

    /// Daily locations that are read at a time to count a crisis: a third of the memory budget is theirs.
    pub fn days_held(&self, rule: DailyLocationRule) -> usize {
        // A night is put together from reduced days of two dates.
        let night = if rule == DailyLocationRule::Night { size_of::<SubscriberDay>() } else { 0 };
        self.share_of_memory(3, size_of::<(SubscriberId, H3Cell)>() + night)
    }

    fn share_of_memory(&self, part: u64, item: usize) -> usize {
        usize::try_from(self.config.store.memory_budget.0 / part).unwrap_or(usize::MAX) / item
    }

    /// Everything delivered, by date; undated files last.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, Failure> {
        let mut deliveries = Vec::new();
        for (number, source) in self.config.source.iter().enumerate() {
            deliveries.extend(discover(number, source, &self.base)?);
        }
        deliveries.sort_by_key(|delivery| (delivery.day.is_none(), delivery.day, delivery.source));
        Ok(deliveries)
    }

    /// Which source a delivery came through.
    pub fn source(&self, delivery: &Delivery) -> &SourceSpec {
        &self.config.source[delivery.source]
    }

    /// Refuses a confidential folder that lies in one of the configuration, or holds one.
    ///
    /// # Errors
    /// Exit 2 with both.
    pub fn check_apart(&self, what: &str, folder: &Path) -> Result<(), Failure> {
        let folder = resolved_path(folder);
        let near = |other: &Path| folder.starts_with(other) || other.starts_with(&folder);
        let other = folders(&self.config, &self.base).into_iter().find(|(_, other)| near(other));
        other.map_or(Ok(()), |(section, other)| {
            let (folder, other) = (folder.display(), other.display());
            Err(Failure::usage(format!("{what} folder {folder} and {section} folder {other} must be kept apart")))
        })
    }

    /// The configuration as it will be followed, as TOML, with each crisis as resolved in comments.
    pub fn explained(&self) -> Result<String, Failure> {
        let mut text = toml::to_string_pretty(&self.config).map_err(Failure::usage)?;
        for crisis in &self.crises {
            let method = serde_json::to_string_pretty(&crisis.method()).map_err(Failure::usage)?;
            text.extend(["\n# [[crisis]] \"", &crisis.operation, "\" with the rules of its profile, as followed:\n"]);
            text.extend(method.lines().flat_map(|line| ["# ", line, "\n"]));
        }
        Ok(text)
    }
}

/// The folders a configuration names, by section.
fn folders(config: &Config, base: &Path) -> [(&'static str, PathBuf); 4] {
    let folders = [
        ("[store]", &config.store.folder),
        ("[output]", &config.output.folder),
        ("[release]", &config.release.folder),
        ("[release] reports", &config.release.reports),
    ];
    folders.map(|(section, folder)| (section, resolved_path(&base.join(folder))))
}

/// What is confidential, what is internal and what leaves never lie in one another.
fn check_folders(config: &Config, base: &Path) -> Result<(), Failure> {
    let folders = folders(config, base);
    for (section, folder) in &folders {
        for (other, inside) in folders.iter().filter(|own| own.0 != *section) {
            if inside.starts_with(folder) {
                let message = format!("{other} folder {} lies in the {section} folder", inside.display());
                return Err(Failure::usage(format!("{message}: store, tables and releases must be kept apart")));
            }
        }
    }
    Ok(())
}

/// Absolute, links followed as far as it exists, without `.` and `..`.
fn resolved_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = resolved.pop(),
            part => resolved.push(part),
        }
        if let Ok(real) = resolved.canonicalize() {
            resolved = real;
        }
    }
    resolved
}

fn check_source_ids(sources: &[SourceSpec]) -> Result<(), Failure> {
    for (number, source) in sources.iter().enumerate() {
        if source.id.is_empty() {
            return Err(Failure::usage("a [[source]] has no id"));
        }
        if sources[..number].iter().any(|other| other.id == source.id) {
            return Err(Failure::usage(format!("two [[source]] have the id \"{}\"", source.id)));
        }
    }
    Ok(())
}

fn nearest_zone(typed: &str) -> Option<String> {
    let likeness = |name: &str| strsim::jaro_winkler(typed, name);
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let nearest =
        names.max_by(|left, right| likeness(left).total_cmp(&likeness(right)).then_with(|| right.cmp(left)))?;
    (likeness(&nearest) > 0.8).then_some(nearest)
}

fn calendar(config: &Config) -> Result<Calendar, Failure> {
    let zone = &config.time.zone;
    let zone = TimeZone::get(zone).map_err(|error| {
        let hint = nearest_zone(zone).map(|nearest| format!("; did you mean \"{nearest}\"?")).unwrap_or_default();
        Failure::usage(format!("[time] zone \"{zone}\" is no IANA time zone{hint} ({error})"))
    })?;
    let text = &config.time.day_start;
    let day_start: Time = text
        .parse()
        .map_err(|error| Failure::usage(format!("[time] day_start: expected HH:MM, found \"{text}\": {error}")))?;
    let night = config.mobility.night;
    if night.from > 23 || night.until > 23 || night.from == night.until {
        return Err(Failure::usage("[mobility] night: expected two different hours, 0 to 23"));
    }
    if Time::new(night.from.cast_signed(), 0, 0, 0).is_ok_and(|from| from < day_start) {
        let message = "[mobility] night begins before [time] day_start: it would lie in two partitions at its start";
        return Err(Failure::usage(message));
    }
    Ok(Calendar::new(zone, day_start))
}
