//! Parquet that is damaged, or whose types are not those that were expected.

use crate::bad_files_corpus::{Case, case, judge};
use crate::small::network;
use crate::support::Lcg;
use arrow_array::types::Int8Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::FaultCode::{
    BadEncoding, CannotParse, CoordsSwapped, DistrictOnly, MachineDevice, NullValue, OutOfRange, OutsideCountry,
    OutsideFileDay, UnsupportedType,
};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

/// 2 March 2031, 08:00 UTC.
const AT: i64 = 1_930_204_800_000_000;

pub fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(values.iter().map(|&value| Some(value)).collect::<StringArray>())
}

pub fn written(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let arrays = columns.iter().map(|(_, column)| Arc::clone(column)).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn parquet(name: &'static str, bytes: Vec<u8>) -> Case {
    case(name, "2031-03-02.parquet", bytes)
}

/// Two rows, with a column of ids.
fn with_ids(name: &'static str, ids: ArrayRef) -> Case {
    let rows = ids.len();
    let time = texts(&vec!["2031-03-02 08:00:00"; rows]);
    parquet(name, written(&[("sim", ids), ("when", time), ("tower", texts(&vec!["a"; rows]))]))
}

fn with_times(name: &'static str, times: ArrayRef) -> Case {
    let ids: Vec<String> = (0..times.len()).map(|row| format!("s{row}")).collect();
    let ids = texts(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let towers = texts(&vec!["a"; times.len()]);
    parquet(name, written(&[("sim", ids), ("when", times), ("tower", towers)]))
}

fn with_towers(name: &'static str, towers: ArrayRef) -> Case {
    let ids: Vec<String> = (0..towers.len()).map(|row| format!("s{row}")).collect();
    let ids = texts(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let times = texts(&vec!["2031-03-02 08:00:00"; towers.len()]);
    parquet(name, written(&[("sim", ids), ("when", times), ("tower", towers)]))
}

fn good() -> Vec<u8> {
    let time = texts(&["2031-03-02 08:00:00"; 2]);
    written(&[
        ("tower", texts(&["a", "b"])),
        ("extra", texts(&["", "x"])),
        ("WHEN", time),
        ("Sim", texts(&["s1", "s2"])),
    ])
}

#[test]
fn damaged() {
    let whole = good();
    let spoilt = |range: std::ops::Range<usize>| {
        let mut bytes = good();
        bytes[range].fill(0xA5);
        bytes
    };
    let end = whole.len();
    let mut long_footer = good();
    long_footer[end - 8..end - 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut no_footer = good();
    no_footer[end - 8..end - 4].copy_from_slice(&0_u32.to_le_bytes());
    let twice = written(&[
        ("sim", texts(&["s1"])),
        ("when", texts(&["2031-03-02 08:00:00"])),
        ("tower", texts(&["a"])),
        ("SIM", texts(&["s2"])),
    ]);
    judge(&[
        parquet("Parquet, by name and in any order", good()).located(2),
        parquet("a truncated Parquet", whole[..end - 5].to_vec()).refused(&["ending in its footer"]),
        parquet("half a Parquet", whole[..end / 2].to_vec()).refused(&["ending in its footer"]),
        parquet("a Parquet that is its mark twice", b"PAR1PAR1".to_vec()).refused(&["ending in its footer"]),
        parquet("a footer said to be longer than the file", long_footer).refused(&["ending in its footer"]),
        parquet("a footer said to be empty", no_footer).refused(&["Parquet"]),
        parquet("a corrupt footer", spoilt(end - 200..end - 60)).refused(&["Parquet"]),
        parquet("corrupt pages", spoilt(4..200)).refused(&["Parquet"]),
        parquet("a CSV under the name of a Parquet", b"sim,when,tower\ns1,2031-03-02 08:00:00,a\n".to_vec())
            .refused(&["ending in its footer"]),
        parquet("a Parquet without rows", written(&[("sim", texts(&[])), ("when", texts(&[])), ("tower", texts(&[]))]))
            .refused(&["no row"]),
        parquet("a Parquet without a mapped column", written(&[("sim", texts(&["s1"])), ("tower", texts(&["a"]))]))
            .refused(&["a column named `when` (mapped to timestamp)"]),
        parquet("a name twice in a Parquet", twice).refused(&["one column named `sim`"]),
    ]);
}

#[test]
fn types_of_ids_and_radio_cells() {
    let nested: ArrayRef =
        Arc::new(StructArray::from(vec![(Arc::new(Field::new("x", DataType::Utf8, true)), texts(&["s1", "s2"]))]));
    let few: DictionaryArray<Int8Type> = ["s1", "s2", "s1"].into_iter().collect();
    judge(&[
        with_ids("ids that are missing", Arc::new(StringArray::from(vec![Some("s1"), None, Some(" "), Some("")])))
            .located(1)
            .rejected(NullValue, 3),
        with_ids("numbers, negative ones too", Arc::new(Int64Array::from(vec![Some(-5), Some(5), None])))
            .located(2)
            .rejected(NullValue, 1),
        with_ids("the largest numbers", Arc::new(UInt64Array::from(vec![u64::MAX, u64::MAX - 1]))).located(2),
        with_ids("fractions that are whole", Arc::new(Float64Array::from(vec![Some(7.0), Some(8.0), None])))
            .located(2)
            .rejected(NullValue, 1),
        with_ids(
            "fractions that are none",
            Arc::new(Float64Array::from(vec![7.0, 7.5, 1e300, f64::NAN, f64::INFINITY])),
        )
        .located(1)
        .rejected(UnsupportedType, 4),
        with_ids("numbers too large for fractions", Arc::new(Float64Array::from(vec![7.0, 9_007_199_254_740_994.0])))
            .located(1)
            .rejected(UnsupportedType, 1),
        with_ids("bytes that are no text", Arc::new(BinaryArray::from(vec![&b"\xFF\0\x80"[..], b"\xFF\0\x81"])))
            .located(2),
        with_ids("long text", Arc::new(LargeStringArray::from(vec!["s1", "s2"]))).located(2),
        with_ids("a dictionary of few keys", Arc::new(few)).located(2).duplicates(1),
        with_ids("truth values as ids", Arc::new(BooleanArray::from(vec![true, false])))
            .refused(&["column `sim`", "Boolean"]),
        with_ids("records as ids", nested).refused(&["column `sim`", "Struct"]),
        with_towers("radio cells as whole fractions", Arc::new(Float64Array::from(vec![7.0, 7.5])))
            .plan("7,10.05,20.05,,\n")
            .located(1)
            .rejected(UnsupportedType, 1),
        with_towers("radio cells as numbers", Arc::new(Int64Array::from(vec![7, 8])))
            .plan("7,10.05,20.05,,\n")
            .located(1)
            .unlocated(1),
        with_towers("radio cells that are no text", Arc::new(BinaryArray::from(vec![&b"a"[..], b"\xFF"])))
            .located(1)
            .rejected(BadEncoding, 1),
    ]);
}

#[test]
fn types_of_times() {
    let utc = |array: TimestampMicrosecondArray| -> ArrayRef { Arc::new(array.with_timezone("UTC")) };
    let dated = written(&[
        ("sim", texts(&["s1", "s2"])),
        ("d", Arc::new(Date32Array::from(vec![Some(22_340), None]))),
        ("t", texts(&["08:00:00", "08:00:00"])),
        ("tower", texts(&["a", "a"])),
    ]);
    judge(&[
        with_times("instants", utc(vec![Some(AT), None].into())).located(1).rejected(NullValue, 1),
        with_times("instants at the ends of all integers", utc(vec![AT, i64::MAX, i64::MIN, 0].into()))
            .located(1)
            .rejected(OutOfRange, 3),
        with_times(
            "wall clocks at the ends of all integers",
            Arc::new(TimestampMicrosecondArray::from(vec![AT, i64::MAX, i64::MIN])),
        )
        .with("tz = \"utc\"", "tz = \"Asia/Kathmandu\"")
        .located(1)
        .rejected(OutOfRange, 2),
        with_times("milliseconds", Arc::new(TimestampMillisecondArray::from(vec![AT / 1000]))).located(1),
        with_times(
            "milliseconds too many for microseconds",
            Arc::new(TimestampMillisecondArray::from(vec![AT / 1000, i64::MAX])),
        )
        .located(1)
        .rejected(OutOfRange, 1),
        with_times("nanoseconds", Arc::new(TimestampNanosecondArray::from(vec![AT * 1000]))).located(1),
        with_times("numbers where text was declared", Arc::new(Int64Array::from(vec![AT])))
            .refused(&["1 cannot_parse"]),
        with_times("numbers, as declared", Arc::new(Int64Array::from(vec![AT, AT + 86_400_000_000])))
            .with("format = \"%Y-%m-%d %H:%M:%S\"", "format = \"epoch-us\"")
            .located(2)
            .flagged(OutsideFileDay, 1),
        with_times("text of two formats", texts(&["2031-03-02 08:00:00", "2031-03-02T08:00:00"]))
            .located(1)
            .rejected(CannotParse, 1),
        with_times("truth values as times", Arc::new(BooleanArray::from(vec![true])))
            .refused(&["column `when`", "Boolean"]),
        parquet("a date column and a time column", dated)
            .with("timestamp = \"when\"", "date = \"d\"\ntime = \"t\"")
            .located(1)
            .rejected(NullValue, 1),
    ]);
}

#[test]
fn zones_epochs_devices_and_places_as_in_a_csv() {
    let times = |times: &[&str]| texts(times);
    let eight = "2031-03-02 08:00:00";
    let zoned = |times: ArrayRef| {
        let zones = texts(&["Asia/Kathmandu", "+05:45", "Nowhere", ""]);
        written(&[("sim", texts(&["s1"; 4])), ("when", times), ("tower", texts(&["a"; 4])), ("zone", zones)])
    };
    let walls = Arc::new(TimestampMicrosecondArray::from(vec![AT + 20_700_000_000; 4]));
    let epochs = |ids: ArrayRef| {
        let columns = [("sim", ids), ("when", times(&[eight; 4])), ("tower", texts(&["a"; 4]))];
        written(&[&columns[..], &[("window", texts(&["w1", "w1", "w2", ""]))]].concat())
    };
    let points = written(&[
        ("sim", texts(&["s1"; 4])),
        ("when", times(&[eight; 4])),
        ("y", Arc::new(Float64Array::from(vec![10.05, 20.05, 50.1, 120.5]))),
        ("x", Arc::new(Float64Array::from(vec![20.05, 10.05, 8.6, 10.05]))),
    ]);
    let devices = written(&[
        ("sim", texts(&["s1", "s2", "s3"])),
        ("when", times(&[eight; 3])),
        ("tower", texts(&["a", "a", "zz"])),
        ("tac", Arc::new(Int64Array::from(vec![Some(35_693_803), None, Some(11_111_111)]))),
    ]);
    let zone = |case: Case| case.with("tz = \"utc\"", "tz = \"column:zone\"");
    let epoch = |case: Case| case.table("[source.identity]\nid_epoch = \"column:window\"");
    let told = |case: Case| case.located(1).duplicates(1).rejected(CannotParse, 1).rejected(NullValue, 1);
    judge(&[
        told(zone(parquet("a zone a row, text", zoned(times(&["2031-03-02 13:45:00"; 4]))))),
        told(zone(parquet("a zone a row, wall clocks", zoned(walls)))),
        epoch(parquet("an epoch a row", epochs(texts(&["s1"; 4])))).located(2).duplicates(1).rejected(NullValue, 1),
        epoch(parquet("an epoch a row, ids as fractions", epochs(Arc::new(Float64Array::from(vec![7.0; 4])))))
            .located(2)
            .duplicates(1)
            .rejected(NullValue, 1),
        parquet("swapped and outside", points)
            .with("radio_cell_id = \"tower\"", "lat = \"y\"\nlon = \"x\"")
            .table("[source.location]\ncountry_bbox = [15.0, 5.0, 25.0, 15.0]")
            .located(2)
            .duplicates(1)
            .rejected(OutOfRange, 1)
            .flagged(CoordsSwapped, 1)
            .flagged(OutsideCountry, 1),
        parquet("districts and devices", devices)
            .with("radio_cell_id = \"tower\"", "area_id = \"tower\"\ntac = \"tac\"")
            .table("[source.identity]\nmachine_tacs = [\"356938\"]")
            .located(1)
            .unlocated(1)
            .rejected(MachineDevice, 1)
            .flagged(DistrictOnly, 2),
    ]);
}

/// Whatever is damaged in a Parquet file, it is told as damage of the file: never as a defect of the program.
#[test]
fn damage_anywhere_is_told_as_damage() {
    let (mut chance, mut columns_named) = (Lcg(7), 0);
    for round in 0..120 {
        let mut bytes = good();
        let pages = bytes.len() as u64 * 2 / 3;
        for _ in 0..=chance.below(6) {
            let at = if round % 3 == 0 { chance.below(bytes.len() as u64) } else { 4 + chance.below(pages) };
            bytes[usize::try_from(at).unwrap()] = chance.below(256) as u8;
        }
        let dir = network();
        dir.write("dumps/2031-03-02.parquet", &bytes);
        let done = dir.hexodus("run").never_says("internal error").never_says("panicked");
        assert!([0, 3].contains(&done.code), "round {round}: exit {}\n{}", done.code, done.text);
        if done.code == 3 {
            assert!(done.text.contains("2031-03-02.parquet"), "{}", done.text);
            columns_named += u32::from(done.text.contains("column `"));
        }
    }
    assert!(columns_named > 5, "{columns_named}");
}

/// One byte of the first page of `damaged-page.parquet` is another: the decoder panics. (Of 3,000 files damaged at random
/// five did that.)
#[test]
fn a_page_at_which_the_decoder_panics_names_row_group_and_column() {
    let dir = network();
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/damaged-page.parquet")).unwrap();
    dir.write("dumps/2031-03-02.parquet", bytes);
    let words = "2031-03-02.parquet, row 1, column `sim`: expected a whole Parquet file, found a damaged one: row group 0 \
                 cannot be decoded";
    for command in ["check", "run"] {
        dir.hexodus(command).exits(3).says(&[words]).never_says("internal error");
    }
    dir.hexodus("quarantine").exits(0).says(&["row 1: unreadable_file (code 215), column `sim`", "row group 0"]);
}
