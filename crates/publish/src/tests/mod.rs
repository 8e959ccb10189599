//! Tests over all tables: what is in them (`tables`), how they are written (`files`), how they appear (`folder`), and what
//! leaves (`package`).

mod files;
mod folder;
mod formulas;
mod geo;
mod package;
mod tables;

use crate::*;
use hexodus_model::area::AreaEntry;
use hexodus_model::{AreaKey, AreaTree, Calendar, Definition, FlowMatrix, H3Cell, Level, LocalDay, OdPair, Pcode};
use hexodus_model::{Dating, OriginCounts, OriginHost, PeopleOf, Spread, SpreadKey, StockTable};
use hexodus_model::{Period, Presence, Reserved, RowCounts, UnitKey, UtcMicros, WithoutEvent};
use hexodus_release::outgoing::*;
use hexodus_release::*;
use jiff::{civil::Time, tz::TimeZone};
use std::collections::BTreeMap;

/// An invented country in Nepal's zone: two provinces, three districts, one of them without a name.
struct World {
    areas: AreaTree,
    calendar: Calendar,
}

impl World {
    fn new() -> Self {
        let entry = |pcode: &str, name: &str, parent: Option<u32>| AreaEntry {
            pcode: Pcode(pcode.into()),
            name: name.into(),
            parent: parent.map(AreaKey),
        };
        let levels = vec![
            vec![entry("XA", "Alba", None)],
            vec![entry("XA01", "North, upper", Some(0)), entry("XA02", "South", Some(0))],
            vec![entry("XA0101", "Ox", Some(0)), entry("XA0102", "", Some(0)), entry("XA0201", "É\"l", Some(1))],
        ];
        let areas = AreaTree { cod_version: "xaa_v01".into(), levels };
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        Self { areas, calendar: Calendar::new(zone, Time::midnight()) }
    }

    fn context(&self) -> ReleaseContext<'_> {
        ReleaseContext {
            operation: None,
            round_number: None,
            reporting_date: "2031-03-12".parse().unwrap(),
            areas: &self.areas,
            calendar: &self.calendar,
            h3_res: 8,
        }
    }

    /// One of each, from tallies with numbers on both sides of k. `flip` hands the same tallies in another order.
    fn tables(&self, flip: bool) -> Vec<EncodedTable> {
        let (policy, context) = (DisclosurePolicy::default(), self.context());
        let universe = [area(0), area(1), area(2)];
        let presence =
            |level, units, hour, universe| release_presence(presences(level, units, hour, flip), universe, &policy);
        let facts = H3Facts { area_km2: &|h3| 0.7 + (h3.index() >> 21 & 7) as f64, area_of: &area_of };
        let daily = presence(Level::H3, [h3(0), h3(1), h3(2)], false, None);
        let units = [universe.to_vec(), vec![UnitKey::reserved(Reserved::Unknown)]].concat();
        vec![
            encode_flows(&release_flows(matrices(Level::Adm(2), universe, flip), Some(&universe), &policy), &context),
            encode_flows(&release_flows(matrices(Level::H3, [h3(0), h3(1), h3(2)], flip), None, &policy), &context),
            encode_cells_h3(&daily, &context, &facts, true),
            encode_presence_hourly(&presence(Level::H3, [h3(0), h3(1), h3(2)], true, Some(&[h3(3)])), &context),
            encode_presence_area(&presence(Level::Adm(2), universe, false, Some(&universe)), &context),
            encode_quality(&release_quality(quality_days(flip), &policy)),
            encode_displacement(
                &release_displacement(
                    Level::Adm(2),
                    displaced(flip),
                    WithoutEvent { days: 100, displaced: 20, near: 10 },
                    &units,
                    &policy,
                ),
                &context,
                &|area| area == AreaKey(0),
                &|day| (day == "2031-03-04".parse().unwrap()).then(|| "emergency".into()),
            ),
            encode_people(
                &release_people(PeopleTableKind::Pairs, Level::Adm(2), &people(flip), &BTreeMap::new(), &policy),
                &context,
                &|_| None,
            ),
            encode_population(&release_population(Level::Adm(2), population(flip), &policy), &context, &|_| None),
            encode_recovery(&release_recovery(false, Level::Adm(2), &returns(flip), &policy), &context),
            encode_forecast(
                &release_forecast(false, Level::Adm(2), LocalDay(22_343), &forecasts(flip), &policy),
                &context,
            ),
            encode_in_out(
                &in_out(&release_flows(matrices(Level::Adm(2), universe, flip), Some(&universe), &policy)).unwrap(),
                &context,
            ),
            encode_cohorts(&release_cohorts(Level::Adm(2), cohorts(flip), &policy), &context),
            encode_spread(&release_spread(Level::Adm(2), bins(flip), &policy), &context),
            encode_above_normal(
                &release_above_normal(SeriesKind::DayToDay, Level::Adm(2), 56, &series(flip), &policy),
                &context,
                &|_| None,
            ),
            encode_coverage(&release_coverage(2, sites(flip), &policy), &context),
            Ok(package::areas(self)),
            encode_outgoing_figures(
                &release_outgoing(&[outgoing_day()], &policy, 1).figures,
                &ReleaseContext { operation: Some("Flood"), ..context },
                ReferencePopulation::default(),
            ),
        ]
        .into_iter()
        .map(Result::unwrap)
        .collect()
    }
}

/// One area of which all is told, one of which too few moved.
fn population(flip: bool) -> Vec<PopulationDay> {
    let day = |at: u32, subscribers| PopulationDay {
        day: "2031-03-04".parse().unwrap(),
        area: area(at),
        subscribers,
        observed: 100,
        present: 100,
        low_coverage: false,
        figures: PopulationFigures {
            reference: Some(1000.0),
            inflow: Some(100.25),
            outflow: Some(300.5),
            adjustment: Some(0.0),
            people: Some(799.75),
            interval: Some([700.0, 900.0]),
            direct: Some(750.0),
            remark: None,
        },
    };
    let mut days = vec![day(0, [20, 60]), day(1, [5, 6])];
    if flip {
        days.reverse();
    }
    days
}

/// Two districts of one province; one of them is too small to be told, the other would give it away.
fn outgoing_day() -> OutgoingDay {
    let level = |level, units: Vec<(UnitKey, Option<UnitKey>)>, counts: &[(u32, u64)]| OutgoingLevel {
        level: Level::Adm(level),
        units,
        pairs: counts.iter().map(|&(at, n)| (OdPair { origin: area(at), destination: area(at) }, n)).collect(),
        figures: [OutgoingFigure::From, OutgoingFigure::Stock]
            .into_iter()
            .map(|figure| (figure, counts.iter().map(|&(at, n)| (area(at), n)).collect()))
            .collect(),
        people: BTreeMap::new(),
        missing: BTreeMap::new(),
        affected: [].into(),
        out_of_sight: [].into(),
    };
    let (first, last) = ("2031-03-05".parse().unwrap(), "2031-03-11".parse().unwrap());
    OutgoingDay {
        period: Period { first, last },
        unit: FigureUnit::Subscribers,
        h3: None,
        levels: vec![
            level(1, vec![(area(0), None), (area(1), None)], &[(0, 57)]),
            level(
                2,
                vec![(area(0), Some(area(0))), (area(1), Some(area(0))), (area(2), Some(area(1)))],
                &[(0, 50), (1, 7)],
            ),
        ],
        totals: [OutgoingFigure::From, OutgoingFigure::Stock].map(|own| (own, 57)).into(),
        people: BTreeMap::new(),
        largest_weight: 1.0,
    }
}

fn area(number: u32) -> UnitKey {
    UnitKey::area(AreaKey(number))
}

fn h3(number: u64) -> UnitKey {
    UnitKey::h3(H3Cell::from_index(0x0882_8308_281f_ffff + number * (1 << 21)).unwrap())
}

/// The first H3 cell is in the first area of each level, the others are in none.
fn area_of(h3_cell: H3Cell, _level: u8) -> Option<AreaKey> {
    (UnitKey::h3(h3_cell) == h3(0)).then_some(AreaKey(0))
}

fn flipped<T>(mut items: Vec<T>, flip: bool) -> Vec<T> {
    if flip {
        items.reverse();
    }
    items
}

/// Two periods; counts 15, 16, 20, 21 and more, a reserved end, and on the second day an empty one.
fn matrices(level: Level, units: [UnitKey; 3], flip: bool) -> Vec<FlowMatrix> {
    let unseen = UnitKey::reserved(Reserved::NotSeenAfter);
    let pair = |origin, destination| OdPair { origin, destination };
    let entries = vec![
        (pair(units[0], units[0]), 900),
        (pair(units[0], units[1]), 15),
        (pair(units[0], unseen), 40),
        (pair(units[1], units[0]), 16),
        (pair(units[1], units[2]), 20),
        (pair(units[2], units[0]), 21),
        (pair(units[2], units[1]), 1),
    ];
    let matrix = |day: LocalDay, entries| FlowMatrix {
        definition: Definition::DayToDay,
        level,
        first_day: day,
        last_day: day.next(),
        entries: flipped(entries, flip),
    };
    let day: LocalDay = "2031-03-04".parse().unwrap();
    flipped(vec![matrix(day, entries), matrix(day.next(), Vec::new())], flip)
}

/// Two days, or the first and the last hour of a day.
fn presences(level: Level, units: [UnitKey; 3], hourly: bool, flip: bool) -> Vec<Presence> {
    let day: LocalDay = "2031-03-04".parse().unwrap();
    let at = |step: u8, entries| Presence {
        level,
        day: if hourly { day } else { LocalDay(day.0 + i32::from(step)) },
        hour: hourly.then_some(step * 23),
        entries: flipped(entries, flip),
    };
    let first = at(0, vec![(units[0], 20), (units[1], 21), (units[2], 15)]);
    let second = at(1, vec![(units[0], 1_000), (units[1], 16)]);
    flipped(vec![first, second], flip)
}

/// One day: 40 of the first area, 16 of them displaced, 24 silent; 15 of the second; 20 without a home.
fn displaced(flip: bool) -> Vec<DisplacementDay> {
    let first = OriginCounts { panel: 40, displaced: 16, not_located: 24, ..OriginCounts::default() };
    let second = OriginCounts { panel: 15, at_home: 15, ..OriginCounts::default() };
    let table = StockTable {
        origin_level: Level::Adm(2),
        host_level: Level::Adm(2),
        origins: flipped(vec![(area(0), first), (area(1), second)], flip),
        ..StockTable::empty("2031-03-04".parse().unwrap(), Dating::Live)
    };
    vec![DisplacementDay { table, unlocatable: 20 }]
}

/// 16 displaced subscribers, 15, and 40 of whom too little can be seen.
fn people(flip: bool) -> Vec<PeopleDay> {
    let figures = PeopleFigures {
        estimate: 52.4,
        interval: [31.5, 80.0],
        method: "jeffreys",
        normal: None,
        uncorrected: 60.0,
        by_stayers: Some(55.0),
        bounds: [16.0, 99.0],
        variances: [0.25, 0.0, 0.01],
        provisional: true,
        remark: Some("pooled"),
    };
    let day = |host, subscribers, low_coverage| {
        let of = PeopleOf::Pair(OriginHost { origin: area(0), host: area(host) });
        PeopleDay { day: LocalDay(22_343), of, subscribers, observed: 400, low_coverage, figures }
    };
    flipped(vec![day(0, 16, false), day(1, 15, false), day(2, 40, true)], flip)
}

/// A return with a curve, one of 15 in the last week without one, and one of 15 in the largest.
fn returns(flip: bool) -> Vec<RecoveryOf> {
    let curve = CurveFigures {
        fast_share: 0.5,
        fast_weeks: 2.5,
        slow_weeks: 25.0,
        half_life_weeks: Some(4.5),
        half_life: Some([3.5, f64::INFINITY]),
    };
    let of = |number, peak: u64, last: u64, curve| RecoveryOf {
        of: PeopleOf::From(area(number)),
        behind_peak: [peak, 400],
        behind_last: [last, 400],
        figures: RecoveryFigures {
            peak_week: LocalDay(22_294),
            peak_people: 520.4,
            last_week: LocalDay(22_336),
            weeks: 6,
            still_displaced: Some(0.25),
            curve,
            normal_known: true,
        },
    };
    let none = Err("too_few_weeks");
    flipped(vec![of(0, 16, 16, Ok(curve)), of(1, 15, 40, none), of(2, 16, 15, none)], flip)
}

/// Two horizons of 16 displaced subscribers, the second without a return to be seen; one of 15.
fn forecasts(flip: bool) -> Vec<ForecastOf> {
    let figures = ForecastFigures {
        persistence: 520.4,
        persistence_interval: Some([300.0, 600.6]),
        damped_return: 480.0,
        damped_interval: None,
        errors: 40,
        half_life_weeks: 4.5,
        half_life_from: "prior",
        remaining: 20.0,
        skill: Some(-0.5),
        scored: 3,
    };
    let never = ForecastFigures { half_life_weeks: f64::INFINITY, half_life_from: "no_return", skill: None, ..figures };
    let of = |number, weeks, subscribers, figures| ForecastOf {
        of: PeopleOf::From(area(number)),
        weeks,
        subscribers,
        observed: 400,
        figures,
    };
    flipped(vec![of(0, 1, 16, figures), of(0, 2, 16, never), of(1, 1, 15, figures)], flip)
}

/// Two weeks of onset of one pair, one of them of 15.
fn cohorts(flip: bool) -> Vec<(CohortKey, u64)> {
    let pair = OriginHost { origin: area(0), host: area(1) };
    flipped(
        vec![((LocalDay(22_343), pair, LocalDay(22_341)), 15), ((LocalDay(22_343), pair, LocalDay(22_334)), 16)],
        flip,
    )
}

fn bins(flip: bool) -> Vec<(SpreadKey, u64)> {
    let key = |spread, bin| SpreadKey { spread, day: LocalDay(22_343), origin: area(0), bin };
    let bins = [(key(Spread::Distance, 7), 16), (key(Spread::Distance, 1), 15), (key(Spread::MobilityClass, 5), 20)];
    flipped(bins.to_vec(), flip)
}

fn series(flip: bool) -> Vec<SeriesDay> {
    let day = |origin, subscribers, normal| SeriesDay {
        day: LocalDay(22_343),
        origin,
        destination: Some(area(1)),
        subscribers,
        figures: AboveNormalFigures {
            normal,
            excess: subscribers as f64 - normal,
            interval: [1.0, 9.0],
            z: 3.5,
            significant: true,
            alert: false,
        },
    };
    flipped(vec![day(area(0), 40, 20.5), day(area(1), 15, 16.0), day(area(2), 15, 15.0)], flip)
}

/// One day: half of the first area is out, the second has too few subscribers, the third no site.
fn sites(flip: bool) -> Vec<AreaSites> {
    let of = |area, [known, alive]: [u64; 2], kappa, subscribers| AreaSites {
        day: LocalDay(22_343),
        area: AreaKey(area),
        known,
        alive,
        kappa,
        subscribers: Some(subscribers),
    };
    let areas = [of(0, [4, 2], Some(0.25), 16), of(1, [3, 3], Some(1.0), 15), of(2, [0, 0], None, 0)];
    flipped(areas.to_vec(), flip)
}

fn quality_days(flip: bool) -> Vec<QualityDay> {
    let day = |source_id: &str, subscribers_active, subscribers_located| QualityDay {
        facts: DayFacts {
            day: "2031-03-04".parse().unwrap(),
            source_id: source_id.into(),
            area_id: "XA".into(),
            event_types: "voice;sms".into(),
            files_received: 3,
            rows: RowCounts { read: 12, located: 7, unlocated: 2, duplicates: 3, ..RowCounts::default() },
            rows_quarantined: 0,
            rows_left_out: 1,
            semantic: vec![("cell_non_existent", 2), ("incorrect_location", 1)],
            radio_cells_in_plan: Some(9),
            radio_cells_active: None,
            sites_active: None,
            earliest_event: Some(UtcMicros(1_930_000_000_250_000)),
            latest_event: Some(UtcMicros(1_930_000_003_000_000)),
            hours_covered: 24,
            night_hours_covered: Some(8),
            day_complete: true,
            day_used: true,
            baseline_used: false,
            verdict: hexodus_model::Consequence::Exclude,
            checks: "truncated;duplicates".into(),
            exclusion_reason: "truncated".into(),
            rows_suppressed: 4,
        },
        subscribers_active,
        subscribers_located,
        suppressed_mass: Some(SuppressedMass {
            subscribers_suppressed: subscribers_active,
            subscribers_published: 100,
            ..SuppressedMass::default()
        }),
    };
    flipped(vec![day("op1", 15, 15), day("op2", 16, 15), day("op3", 16, 16)], flip)
}

/// A table as CSV, parsed: the header, then the rows.
fn parsed(table: &EncodedTable) -> (Vec<String>, Vec<Vec<String>>) {
    let mut bytes = Vec::new();
    write_csv(table, &mut bytes).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = texts(reader.headers().unwrap());
    (header, reader.records().map(|record| texts(&record.unwrap())).collect())
}
