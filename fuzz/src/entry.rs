//! What is fuzzed: bytes in, and nothing may panic, hang, or lose a row. Used by the fuzz targets, and by the test that
//! replays their corpora.
#![allow(dead_code, reason = "each target uses one of these")]

use hexodus_ingest::plan_file::{PlanColumns, read_plan};
use hexodus_ingest::{
    Delivery, FileRead, Holding, Ingester, InputFile, KnownFiles, PseudonymKey, SourceSpec, resolve_preset,
    settle_alone,
};
use hexodus_locate::areas::measure::{area_km2, inner_point};
use hexodus_locate::{AreaColumns, AreaLayer, CellPlan, H3Areas, PlanRules, read_areas};
use hexodus_model::{Calendar, DayPlaces, Locations};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Layouts a file is read by; the first byte says which.
const LAYOUTS: [&str; 6] = [
    r#"columns = { user_id = "sim", timestamp = "when", radio_cell_id = "tower" }
       time = { tz = "Europe/Madrid", format = "%Y-%m-%d %H:%M:%S" }"#,
    r#"preset = "lat-lon"
       file = { glob = "", header = false, delimiter = "\t" }"#,
    r#"preset = "flowkit""#,
    r#"preset = "d4r"
       time = { tz = "Etc/GMT-3", hour_label = "ending" }
       identity = { id_epoch = { start = "2017-01-02", days = 14 } }"#,
    r#"preset = "flowminder-minimal"
       file = { glob = "", delimiter = ";", quoting = false, encoding = "iso-8859-1" }
       time = { tz = "Asia/Kathmandu", dst_overlap = "reject", dst_gap = "reject" }"#,
    r#"preset = "multimno"
       checks = { null_mcc = "reject", null_mnc = "flag", no_mno_info = "flag", coords_zero = "reject" }"#,
];

/// A CSV, by one of six layouts; with the 8 in its first byte compressed by gzip, with the 16 by Zstandard.
pub fn csv(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let name = match first & 0x18 {
        0 => "2031-03-02.csv",
        0x08 => "2031-03-02.csv.gz",
        _ => "2031-03-02.csv.zst",
    };
    read(LAYOUTS[usize::from(first & 0x07) % LAYOUTS.len()], name, bytes);
}

/// A Parquet file, by one of six layouts.
pub fn parquet(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    read(LAYOUTS[usize::from(first & 0x07) % LAYOUTS.len()], "2031-03-02.parquet", bytes);
}

/// Reads a file; every row is accounted for once, or the file is refused.
fn read(layout: &str, name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), name, bytes);
    let mut spec: SourceSpec = toml::from_str(&format!("id = \"op\"\n{layout}")).expect("a layout");
    spec.file.glob = "*".into();
    let spec = resolve_preset(spec).expect("a layout");
    let (calendar, key) = (Calendar::utc(), PseudonymKey::from_bytes([9; 32]));
    let holding = Holding {
        buckets: 4,
        rows_in_memory: 1 << 20,
        traits_in_memory: usize::MAX,
        spill_folder: std::env::temp_dir(),
    };
    let ingester = Ingester::new(&calendar, &key, hexodus_locate::h3_of_point, Locations::default(), holding, &|_| {});
    let encoding = hexodus_ingest::discover::Encoding::of(&path);
    let day = "2031-03-02".parse().ok();
    let delivery = Delivery { source: 0, day, files: vec![InputFile { path, encoding }] };
    let Ok(files) = ingester.read(&delivery, &spec, &KnownFiles::default()).expect("a source") else { return };
    let mut files = FileRead::new_ones(files);
    let days: BTreeSet<_> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
    for day in days {
        settle_alone(&mut files, day, &DayPlaces::default(), 4).expect("rows in memory");
    }
    for file in files {
        for (day, counts) in &file.audit.days {
            assert!(counts.balances(), "{day}: {counts:?}");
        }
    }
}

/// A radio-cell plan, read and resolved; by its first byte CSV, gzip or Parquet.
pub fn plan(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), ["plan.csv", "plan.csv.gz", "plan.parquet"][usize::from(first) % 3], bytes);
    if let Ok(plan) = read_plan(&[path], &PlanColumns::default(), &Calendar::utc()) {
        assert_eq!(plan.rows, plan.records.len() as u64 + plan.rejected);
        let rules = PlanRules { country_bbox: Some([20.0, 5.0, 30.0, 15.0]), ..PlanRules::default() };
        let plan = CellPlan::resolve(plan.records, &rules, &[]).expect("a plan");
        assert!(plan.sites().is_sorted_by_key(|site| site.key));
    }
}

/// Boundaries, measured; and tiled where they are small enough to be tiled often.
pub fn areas(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), "areas.geojson", bytes);
    let Ok(layer) = read_areas(&path, &AreaColumns::default()) else { return };
    for area in &layer.areas {
        area_km2(&area.shape);
        inner_point(&area.shape);
    }
    if is_small(&layer) {
        let _ = H3Areas::tile(&layer);
    }
}

/// Few positions within a third of a degree: some thousand H3 cells.
fn is_small(layer: &AreaLayer) -> bool {
    let polygons = layer.areas.iter().flat_map(|area| area.shape.iter());
    let rings = polygons.flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let (mut positions, mut low, mut high) = (0, [f64::MAX; 2], [f64::MIN; 2]);
    for at in rings.flat_map(|ring| &ring.0) {
        positions += 1;
        for (axis, degrees) in [at.x, at.y].into_iter().enumerate() {
            low[axis] = low[axis].min(degrees);
            high[axis] = high[axis].max(degrees);
        }
    }
    positions < 200 && (0..2).all(|axis| high[axis] - low[axis] < 0.3)
}

/// A `[[source]]` of the configuration: what is accepted can be written and read again, and means the same.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(spec) = toml::from_str::<SourceSpec>(text) else { return };
    let Ok(resolved) = resolve_preset(spec) else { return };
    let again: SourceSpec = toml::from_str(&toml::to_string(&resolved).expect("TOML")).expect("the same TOML");
    assert_eq!(resolve_preset(again).expect("a source"), resolved);
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}
