//! The tables of a made-up release, as record batches.

use super::country::{Area, wkb};
use super::folder::MadeUp;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray,
};
use arrow_schema::ArrowError;
use h3o::{LatLng, Resolution};
use std::sync::Arc;

/// The event: 2031-03-29.
pub const EVENT: i32 = 22_367;
/// Indicators and how large they are.
const INDICATORS: [(&str, i64); 7] = [
    ("displacement.arrived", 3),
    ("displacement.departed", 4),
    ("displacement.from", 10),
    ("displacement.new", 2),
    ("displacement.returned", 5),
    ("displacement.stock", 9),
    ("displacement.unobserved", 1),
];

fn text(values: impl IntoIterator<Item = String>) -> ArrayRef {
    let values: Vec<String> = values.into_iter().collect();
    Arc::new(values.iter().map(|own| Some(own.as_str())).collect::<DictionaryArray<Int32Type>>())
}

fn texts(values: &[Option<String>]) -> ArrayRef {
    Arc::new(values.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>())
}

fn confidential(withheld: &[bool]) -> ArrayRef {
    texts(&withheld.iter().map(|own| own.then(|| "confidential".to_owned())).collect::<Vec<_>>())
}

fn dates(values: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(values))
}

fn numbers(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
}

/// A number that depends on nothing but where it stands.
fn made(seed: usize) -> i64 {
    (seed.wrapping_mul(2_654_435_761) >> 7) as i64 % 1000
}

/// The released days.
pub fn days(made_up: MadeUp) -> Vec<i32> {
    (1..=made_up.days as i32).map(|week| EVENT + 7 * week).collect()
}

/// Value, ends, and whether it is withheld.
struct Numbers {
    value: Vec<Option<i64>>,
    low: Vec<Option<i64>>,
    high: Vec<Option<i64>>,
    withheld: Vec<bool>,
}

impl Numbers {
    fn of(values: impl Iterator<Item = i64>, made_up: MadeUp) -> Self {
        let mut own = Self { value: vec![], low: vec![], high: vec![], withheld: vec![] };
        for value in values {
            let told = (value >= 40 || (made_up.is_noised && value == 0)).then_some(value / 20 * 20);
            let ends = told.filter(|_| !made_up.is_subscribers);
            own.value.push(told);
            own.low.push(ends.map(|own| (own * 8 / 10 / 20 * 20).max(0)));
            own.high.push(ends.map(|own| (own * 12 / 10 / 20 + 1) * 20));
            own.withheld.push(told.is_none());
        }
        own
    }

    fn reasons(&self) -> ArrayRef {
        confidential(&self.withheld)
    }
}

/// `indicators_admin`.
pub fn indicators(areas: &[Area], made_up: MadeUp) -> Result<RecordBatch, ArrowError> {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (at, (name, size)) in INDICATORS.iter().enumerate() {
        for (of, area) in areas.iter().enumerate() {
            for (week, day) in days(made_up).into_iter().enumerate() {
                rows.push((*name, area, day));
                let scale = [40, 6, 1][area.level as usize];
                values.push(made(at * 10_007 + of * 31) * size * scale / 10 / (week as i64 + 1));
            }
        }
    }
    let own = Numbers::of(values.into_iter(), made_up);
    batch(vec![
        ("indicator", text(rows.iter().map(|own| own.0.to_owned()))),
        ("adm_level", Arc::new(rows.iter().map(|own| own.1.level).collect::<Int32Array>())),
        ("area_id", text(rows.iter().map(|own| own.1.id.clone()))),
        ("area_name", text(rows.iter().map(|own| own.1.name.clone()))),
        ("reference_period_start", dates(rows.iter().map(|own| own.2 - 6))),
        ("reference_period_end", dates(rows.iter().map(|own| own.2))),
        ("suppression_reason", own.reasons()),
        ("suppressed", Arc::new(BooleanArray::from(own.withheld))),
        ("value", numbers(own.value)),
        ("value_low", numbers(own.low)),
        ("value_high", numbers(own.high)),
        ("qa_flags", texts(&vec![None; rows.len()])),
    ])
}

/// `flows_<level>__stock_displaced`: all pairs.
pub fn flows(areas: &[Area], level: i32, made_up: MadeUp) -> Result<RecordBatch, ArrowError> {
    let ids: Vec<&String> = areas.iter().filter(|own| own.level == level).map(|own| &own.id).collect();
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for day in days(made_up) {
        for (from, home) in ids.iter().enumerate() {
            for (to, host) in ids.iter().enumerate() {
                rows.push((day, *home, *host));
                let is_large = (from * 7 + to * 3) % 41 == 0 || from.abs_diff(to) == 1;
                values.push(if is_large { made(from * 331 + to + day as usize) } else { 0 });
            }
        }
    }
    // A pair of nobody is withheld like any other below k; with noise a zero may be told.
    let own = Numbers::of(values.into_iter(), made_up);
    let nulls = vec![None; rows.len()];
    let (people, subscribers) =
        if made_up.is_subscribers { (nulls, own.value.clone()) } else { (own.value.clone(), nulls) };
    batch(vec![
        ("reference_period_start", dates(rows.iter().map(|own| own.0))),
        ("adm_level", Arc::new(rows.iter().map(|_| level).collect::<Int32Array>())),
        ("origin_id", text(rows.iter().map(|own| own.1.clone()))),
        ("dest_id", text(rows.iter().map(|own| own.2.clone()))),
        ("subscribers_published", numbers(subscribers)),
        ("persons_est", numbers(people)),
        ("suppression_reason", own.reasons()),
        ("persons_low", numbers(own.low)),
        ("persons_high", numbers(own.high)),
        ("suppressed", Arc::new(BooleanArray::from(own.withheld))),
    ])
}

/// `areas_admin`; with lines also `areas_admin_geo`.
pub fn areas(areas: &[Area], with_lines: bool) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("adm_level", Arc::new(areas.iter().map(|own| own.level).collect::<Int32Array>())),
        ("area_id", text(areas.iter().map(|own| own.id.clone()))),
        ("area_name", text(areas.iter().map(|own| own.name.clone()))),
        ("parent_id", texts(&areas.iter().map(|own| own.parent.clone()).collect::<Vec<_>>())),
        ("center_lat", Arc::new(areas.iter().map(|own| own.center[1]).collect::<Float64Array>())),
        ("center_lon", Arc::new(areas.iter().map(|own| own.center[0]).collect::<Float64Array>())),
        ("population_ref", Arc::new(areas.iter().map(|_| 1000.0).collect::<Float64Array>())),
    ];
    if with_lines {
        let shapes: Vec<Vec<u8>> = areas.iter().map(|own| wkb(&own.ring)).collect();
        columns.push(("geometry", Arc::new(BinaryArray::from_iter_values(&shapes))));
    }
    batch(columns)
}

/// `coverage_daily`: an outage in two areas in the first days; of one area it is not told.
pub fn coverage(areas: &[Area], made_up: MadeUp) -> Result<RecordBatch, ArrowError> {
    let until = days(made_up).last().copied().unwrap_or(EVENT);
    let rows: Vec<(i32, usize)> = (EVENT..=until).flat_map(|day| (1..areas.len()).map(move |at| (day, at))).collect();
    let kappa = |&(day, at): &(i32, usize)| match at {
        12 | 13 if day < EVENT + 3 => Some(0.3),
        12 | 13 if day < EVENT + 9 => Some(0.6),
        14 => None,
        _ => Some(0.95),
    };
    let flag = |kappa: f64| (kappa < 0.8).then(|| if kappa < 0.5 { "withhold" } else { "low" }.to_owned());
    let withheld: Vec<bool> = rows.iter().map(|row| kappa(row).is_none()).collect();
    batch(vec![
        ("date", dates(rows.iter().map(|own| own.0))),
        ("adm_level", Arc::new(rows.iter().map(|own| areas[own.1].level).collect::<Int32Array>())),
        ("area_id", text(rows.iter().map(|own| areas[own.1].id.clone()))),
        ("cod_version", text(rows.iter().map(|_| "xb_v01".to_owned()))),
        ("kappa", Arc::new(rows.iter().map(kappa).collect::<Float64Array>())),
        ("coverage_flag", texts(&rows.iter().map(|own| kappa(own).and_then(flag)).collect::<Vec<_>>())),
        ("suppression_reason", confidential(&withheld)),
        ("suppressed", Arc::new(BooleanArray::from(withheld))),
    ])
}

/// `quality_daily`: of the country, day by day.
pub fn quality(made_up: MadeUp) -> Result<RecordBatch, ArrowError> {
    let until = days(made_up).last().copied().unwrap_or(EVENT);
    let days: Vec<i32> = (EVENT - 28..=until).collect();
    let coverage = days.iter().map(|day| if (EVENT..EVENT + 4).contains(day) { 70.0 } else { 95.0 });
    let percent = |own: f64| Arc::new(days.iter().map(|_| own).collect::<Float64Array>()) as ArrayRef;
    let always = |own: bool| Arc::new(days.iter().map(|_| Some(own)).collect::<BooleanArray>()) as ArrayRef;
    batch(vec![
        ("date", dates(days.iter().copied())),
        ("adm_level", Arc::new(days.iter().map(|_| 0).collect::<Int32Array>())),
        ("area_id", text(days.iter().map(|_| "XB".to_owned()))),
        ("events_located_pct", percent(98.2)),
        ("radio_cells_active_pct", percent(96.5)),
        ("coverage_pct", Arc::new(coverage.collect::<Float64Array>())),
        ("hours_covered", Arc::new(days.iter().map(|_| 24).collect::<Int32Array>())),
        ("day_complete", always(true)),
        ("day_used", always(true)),
        ("exclusion_reason", texts(&vec![None; days.len()])),
        ("suppressed", always(false)),
    ])
}

/// `cells_h3`: a patch of H3 cells.
pub fn cells(made_up: MadeUp) -> Result<RecordBatch, Box<dyn std::error::Error>> {
    let center = LatLng::new(27.6, 84.6)?.to_cell(Resolution::Eight);
    let disk = center.grid_disk::<Vec<_>>(40);
    let mut ids: Vec<String> = disk.into_iter().take(made_up.h3_cells).map(|own| own.to_string()).collect();
    ids.sort();
    let rows: Vec<(i32, usize)> =
        days(made_up).into_iter().flat_map(|day| (0..ids.len()).map(move |at| (day, at))).collect();
    let figures = ["displaced_in", "displaced_from"].map(|name| {
        let value = |(day, at): &(i32, usize)| (made(at * 17 + name.len() * 7 + *day as usize) - 580).max(0);
        (name, Numbers::of(rows.iter().map(value), made_up))
    });
    let reason = |row: usize| {
        let withheld = figures.iter().filter(|own| own.1.withheld[row]).map(|own| format!("{}:confidential", own.0));
        Some(withheld.collect::<Vec<_>>().join(";")).filter(|own| !own.is_empty())
    };
    let reasons: Vec<Option<String>> = (0..rows.len()).map(reason).collect();
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("h3".into(), Arc::new(rows.iter().map(|own| Some(ids[own.1].as_str())).collect::<StringArray>())),
        ("date".into(), dates(rows.iter().map(|own| own.0))),
        ("suppressed".into(), Arc::new(reasons.iter().map(|own| Some(own.is_some())).collect::<BooleanArray>())),
        ("suppression_reason".into(), texts(&reasons)),
        ("qa_flags".into(), texts(&vec![None; rows.len()])),
    ];
    for (name, own) in figures {
        columns.push((name.to_owned(), numbers(own.value)));
        columns.push((format!("{name}_low"), numbers(own.low)));
        columns.push((format!("{name}_high"), numbers(own.high)));
    }
    Ok(batch(columns.iter().map(|(name, array)| (name.as_str(), Arc::clone(array))).collect())?)
}
