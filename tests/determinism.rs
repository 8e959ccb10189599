//! Any number of threads and buckets, any split into files, any order of rows: the same bytes.

use crate::small;
use crate::support::{Dir, Files, Lcg, assert_same, gunzipped, gzipped, is};
use std::sync::OnceLock;

/// One country and what a plain run gives, for all tests of this module.
fn country() -> &'static Dir {
    static COUNTRY: OnceLock<Dir> = OnceLock::new();
    COUNTRY.get_or_init(|| {
        let dir = Dir::synth("--subscribers 4000 --days 3 --seed 3");
        dir.edit("hexodus.toml", "folder = \"out\"", "folder = \"out\"\npresence_h3_hourly = true");
        dir.configure("[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2\n");
        dir.hexodus("run --accept-lower-k --threads 2").exits(0);
        dir
    })
}

fn run(dir: &Dir, arguments: &str) -> Files {
    dir.hexodus(&format!("run --accept-lower-k {arguments}")).exits(0);
    dir.released()
}

#[test]
fn any_number_of_threads() {
    for threads in [1, 8] {
        let released = run(&country().inputs_again(), &format!("--threads {threads}"));
        assert_same(&released, &country().released(), &format!("{threads} threads and 2"));
    }
}

#[test]
fn any_number_of_buckets() {
    for buckets in [1, 64] {
        let dir = country().inputs_again();
        dir.edit("hexodus.toml", "[store]", &format!("[store]\nbuckets = {buckets}"));
        assert_same(&run(&dir, ""), &country().released(), &format!("{buckets} buckets and 128"));
    }
}

#[test]
fn a_store_of_one_number_of_buckets_goes_on_with_another() {
    let dir = country().inputs_again();
    dir.rename("dumps/2031-02-25", "coming/2031-02-25");
    run(&dir, "");
    dir.rename("coming/2031-02-25", "dumps/2031-02-25");
    dir.edit("hexodus.toml", "[store]", "[store]\nbuckets = 7");
    assert_same(&run(&dir, ""), &country().released(), "128 buckets, then 7");
}

#[test]
fn ten_files_a_day() {
    same_tables_from(dealt_to_ten);
}

#[test]
fn shuffled_rows() {
    same_tables_from(shuffled);
}

/// Byte order mark, line ends, quotes, blank lines, columns in another order and case, gzip: the same tables.
#[test]
fn the_same_rows_as_other_programs_write_them() {
    let plain = small::country();
    plain.hexodus("run").exits(0);
    let tables = |dir: &Dir| dir.released().into_iter().filter(|(name, _)| is(name, "csv")).collect::<Files>();
    let ways: [(&str, Writer); 4] = [("csv", as_a_spreadsheet), ("csv", quoted), ("csv", turned), ("csv.gz", gzipped)];
    for (number, (extension, written)) in ways.into_iter().enumerate() {
        let dir = small::network();
        for (day, date) in small::DAYS.iter().enumerate() {
            dir.write(&format!("dumps/{date}.{extension}"), written(&small::dump(day)));
        }
        dir.hexodus("run").exits(0);
        assert_same(&tables(&dir), &tables(&plain), &format!("way {number} of writing"));
    }
}

/// From the text of a dump to the bytes of its file.
type Writer = fn(&str) -> Vec<u8>;

fn as_a_spreadsheet(dump: &str) -> Vec<u8> {
    format!("\u{feff}{}", dump.replace('\n', "\r\n")).into_bytes()
}

fn quoted(dump: &str) -> Vec<u8> {
    format!("\"{}\"\n", dump.trim_end().replace(',', "\",\"").replace('\n', "\"\n\n\"")).into_bytes()
}

fn turned(dump: &str) -> Vec<u8> {
    let lines = dump.lines().map(|line| line.split(',').rev().chain(["voice"]).collect::<Vec<_>>().join(","));
    lines.collect::<Vec<_>>().join("\n").replace("tower,when,sim,voice", " TOWER ,When,sim,kind").into_bytes()
}

/// Rows as they stand, dealt out to files.
type Deal = for<'a> fn(&[&'a str]) -> Vec<Vec<&'a str>>;

/// So that duplicates and their originals are in different files.
fn dealt_to_ten<'a>(rows: &[&'a str]) -> Vec<Vec<&'a str>> {
    (0..10).map(|file| rows.iter().skip(file).step_by(10).copied().collect()).collect()
}

fn shuffled<'a>(rows: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut rows = rows.to_vec();
    Lcg(7).shuffle(&mut rows);
    vec![rows]
}

/// What differs when the same rows come in other files: `files_received` of `quality_daily`, which counts files, and
/// in `method.json` the digests and number of the input files. Nothing else.
fn same_tables_from(deal: Deal) {
    let dir = country().inputs_again();
    for (name, bytes) in country().files("dumps") {
        let text = gunzipped(&bytes);
        let (header, rows) = text.split_once('\n').unwrap();
        dir.remove(&format!("dumps/{name}"));
        let day = name.split('/').next().unwrap();
        for (number, rows) in deal(&rows.lines().collect::<Vec<_>>()).iter().enumerate() {
            dir.write(&format!("dumps/{day}/part-{number:02}.csv"), format!("{header}\n{}\n", rows.join("\n")));
        }
    }
    dir.edit("hexodus.toml", "*.csv.gz", "*.csv");
    run(&dir, "");
    assert_same(&comparable(&dir), &comparable(country()), "the same rows in other files");
}

/// Released files without what may differ.
fn comparable(dir: &Dir) -> Files {
    let mut files = dir.released();
    for name in ["SHA256SUMS", "quality_daily.parquet", "quality_daily.csv", "method.json"] {
        files.remove(name).unwrap_or_else(|| panic!("no {name}"));
    }
    let mut quality = dir.table("quality_daily");
    for row in &mut quality {
        row.remove("files_received").expect("a column files_received");
    }
    files.insert("quality_daily without files_received".into(), format!("{quality:?}").into_bytes());
    let mut method = dir.method();
    let entries = method.as_object_mut().unwrap();
    entries.retain(|key, _| key != "inputs");
    files.insert("method.json without inputs".into(), method.to_string().into_bytes());
    files
}
