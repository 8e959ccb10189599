//! No id as delivered, in any form, in any byte that is stored, released or said.

use crate::small::{DAYS, network};
use crate::support::{Dir, files_below, is};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use hexodus_model::Calendar;
use hexodus_store::Store;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Ids as operators deliver them, phone numbers included: canaries.
const NUMBERS: [u64; 3] = [50_937_123_456, 9_779_841_234_567, 8_613_812_345_678];
const TEXTS: [&str; 3] = ["canary-4f2a9c77", "c0ffee5eedc0ffee5eed", "+509 37 12 34 56"];

fn ids() -> Vec<String> {
    NUMBERS.iter().map(ToString::to_string).chain(TEXTS.map(str::to_owned)).collect()
}

/// Every form in which an id could stand: as text, as hexadecimal, as a number in either byte order.
fn forms() -> Vec<Vec<u8>> {
    let mut forms: Vec<Vec<u8>> = ids().into_iter().map(String::into_bytes).collect();
    for number in NUMBERS {
        forms.extend([format!("{number:x}").into_bytes(), number.to_le_bytes().into(), number.to_be_bytes().into()]);
    }
    forms.extend(
        TEXTS.map(|text| text.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")).into_bytes()),
    );
    forms
}

#[track_caller]
fn assert_no_id(bytes: &[u8], place: &str) {
    for form in forms() {
        let found = bytes.windows(form.len()).any(|window| window == form);
        assert!(!found, "{place} holds {:?} ({form:?})", String::from_utf8_lossy(&form));
    }
}

/// Everything a run leaves behind: bytes as they are, and the values of every Parquet column.
#[track_caller]
fn assert_no_id_below(dir: &Dir, said: &str) {
    assert_no_id(said.as_bytes(), "what was said");
    let mut looked_at = 0;
    for folder in ["store", "out", "released", "disclosure-reports"]
        .map(|folder| dir.path(folder))
        .iter()
        .filter(|folder| folder.exists())
    {
        for path in files_below(folder) {
            let place = path.display().to_string();
            assert_no_id(&std::fs::read(&path).unwrap(), &place);
            if is(&place, "parquet") {
                for column in values(&path) {
                    assert_no_id(&column, &place);
                }
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 0 || !dir.path("out").exists());
}

/// The decoded buffers of every column.
pub fn values(path: &Path) -> Vec<Vec<u8>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let columns = reader.flat_map(|batch| batch.unwrap().columns().to_vec());
    columns
        .flat_map(|column| {
            let data = column.to_data();
            let own = data.buffers().iter().map(|buffer| buffer.as_slice().to_vec());
            let children = data
                .child_data()
                .iter()
                .flat_map(|child| child.buffers().iter().map(|buffer| buffer.as_slice().to_vec()));
            own.chain(children).collect::<Vec<_>>()
        })
        .collect()
}

fn csv_of(day: &str) -> String {
    let mut text = "sim,when,tower\n".to_owned();
    for id in ids() {
        writeln!(
            text,
            "{id},{day} 08:00:00,a\n{id},{day} 20:00:00,b\n{id},{day} 08:00:00,a\n{id},yesterday,a\n{id},{day} 09:00:00"
        )
        .unwrap();
    }
    text
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let bytes = parquet_of(DAYS[0]);
    let dir = Dir::new();
    dir.write("a.parquet", &bytes);
    let found = values(&dir.path("a.parquet")).concat();
    for number in NUMBERS {
        assert!(found.windows(8).any(|window| window == number.to_le_bytes()));
    }
}

#[test]
fn ids_in_csv() {
    let dir = network();
    for day in DAYS {
        dir.write(&format!("dumps/{day}.csv"), csv_of(day));
    }
    let said = ["check", "run", "run", "status", "explain"].map(|command| dir.hexodus(command).exits(0).text);
    assert_eq!(dir.days(), DAYS);
    assert_no_id_below(&dir, &said.concat());
}

/// What is kept instead of an id stays in the store.
#[test]
fn no_pseudonym_leaves_the_store() {
    let dir = crate::small::country();
    dir.hexodus("run").exits(0);
    let store = Store::open(&dir.path("store"), &dir.manifest().identity).unwrap();
    let events = store.event_ranges(&Calendar::utc().window(DAYS[0].parse().unwrap())).unwrap();
    let pseudonyms: BTreeSet<u64> =
        events.buckets(0..1, 1, |_| true).unwrap()[0].rows().map(|row| row.subscriber.bits()).collect();
    assert_eq!(pseudonyms.len(), 40);
    for path in files_below(&dir.path("out")) {
        let mut bytes = std::fs::read(&path).unwrap();
        if is(&path.to_string_lossy(), "parquet") {
            bytes.extend(values(&path).concat());
        }
        for pseudonym in &pseudonyms {
            let forms =
                [pseudonym.to_le_bytes().to_vec(), format!("{pseudonym:016x}").into(), pseudonym.to_string().into()];
            let found = forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form));
            assert!(!found, "{} holds a pseudonym", path.display());
        }
    }
}

#[test]
fn ids_as_numbers_in_parquet() {
    let dir = network();
    for day in DAYS {
        dir.write(&format!("dumps/{day}.parquet"), parquet_of(day));
    }
    let said = ["check", "run", "status"].map(|command| dir.hexodus(command).exits(0).text);
    assert_eq!(dir.days(), DAYS);
    assert_no_id_below(&dir, &said.concat());
}

fn parquet_of(day: &str) -> Vec<u8> {
    let sim: ArrayRef = Arc::new(UInt64Array::from(NUMBERS.to_vec()));
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; NUMBERS.len()])) };
    let when = text(&format!("{day} 08:00:00"));
    let batch = RecordBatch::try_from_iter([("sim", sim), ("when", when), ("tower", text("a"))]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A first day as it should be, and a second one that is not.
#[track_caller]
fn refused_without_a_word_of_it(second: &str) {
    let dir = network();
    dir.write("dumps/2031-03-01.csv", csv_of(DAYS[0]));
    dir.write("dumps/2031-03-02.csv", second);
    let said = ["check", "run", "status"].map(|command| dir.hexodus(command).exits(1).says(&["2031-03-02"]).text);
    assert_eq!(dir.days(), [DAYS[0]]);
    assert_no_id_below(&dir, &said.concat());
}

#[test]
fn a_refused_file_with_another_time_format() {
    refused_without_a_word_of_it(&csv_of("02/03/2031"));
}

#[test]
fn a_refused_file_with_ids_where_times_should_be() {
    refused_without_a_word_of_it(&csv_of(DAYS[1]).replace("sim,when,tower", "when,sim,tower"));
}

#[test]
fn a_refused_file_without_its_header() {
    for skipped in 0..6 {
        let text = csv_of(DAYS[1]);
        let rows: Vec<&str> = text.lines().skip(1 + skipped * 5).collect();
        refused_without_a_word_of_it(&rows.join("\n"));
    }
}
