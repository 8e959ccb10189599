//! How tables are written: Parquet read back by its own reader, CSV equal to it, the same bytes from any order.

use super::*;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::types::{UInt8Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader};
use parquet::basic::Compression;
use std::io::Write;

fn parquet_bytes(table: &EncodedTable) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_parquet(table, "d1gest", &mut bytes).unwrap();
    bytes
}

/// The table as a Parquet file on disk, without a name.
fn parquet_file(table: &EncodedTable) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&parquet_bytes(table)).unwrap();
    file
}

fn csv_bytes(table: &EncodedTable) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_csv(table, &mut bytes).unwrap();
    bytes
}

/// A value as the CSV dialect writes it, by other means than the CSV writer.
fn text(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::UInt8 => column.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Float64 => format!("{:?}", column.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => LocalDay(column.as_primitive::<Date32Type>().value(row)).to_string(),
        DataType::Timestamp(_, Some(zone)) => {
            assert_eq!(&**zone, "UTC");
            let at = column.as_primitive::<TimestampMicrosecondType>().value(row);
            let stamp = jiff::Timestamp::from_microsecond(at).unwrap().to_string();
            stamp.replace(".25Z", ".250Z") // a fraction has 3 or 6 digits
        }
        other => panic!("{other} is no type of formats §0.2"),
    }
}

#[test]
fn parquet_read_back_equals_csv() {
    for table in World::new().tables(false) {
        let reader = ParquetRecordBatchReader::try_new(parquet_file(&table), 1 << 20).unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        assert_eq!(batches.len(), 1);
        let (_, rows) = parsed(&table);
        assert_eq!(batches[0].num_rows(), rows.len());
        for (position, row) in rows.iter().enumerate() {
            let values: Vec<_> = batches[0].columns().iter().map(|column| text(column, position)).collect();
            assert_eq!(&values, row, "{} row {position}", table.name());
        }
    }
}

#[test]
fn parquet_says_what_it_is() {
    for table in World::new().tables(false) {
        let reader = ArrowReaderMetadata::load(&parquet_file(&table), ArrowReaderOptions::default()).unwrap();
        let file = reader.metadata().file_metadata();
        assert_eq!(file.created_by(), Some("hexodus"));
        let pairs = file.key_value_metadata().unwrap();
        let value = |key: &str| pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.as_deref());
        assert_eq!(value("hexodus.table"), Some(table.name()));
        assert_eq!(value("hexodus.definition"), table.name().ends_with("day_to_day").then_some("day_to_day"));
        assert_eq!(value("hexodus.formats_version"), Some("0.1"));
        assert_eq!(value("hexodus.method_digest"), Some("d1gest"));
        assert_eq!(value("hexodus.dissemination_class"), Some(table.class().name()));

        for field in reader.schema().fields() {
            assert!(!field.metadata()["description"].is_empty());
            if field.name().starts_with("subscribers") {
                assert_eq!(field.metadata()["unit"], "subscribers");
                assert!(field.metadata()["hexodus.k_tested_on"].starts_with("distinct subscribers"));
            }
            if field.name() == "reporting_date" {
                assert_eq!(field.metadata()["hxl"], "#date+reported");
            }
        }
        for column in reader.metadata().row_group(0).columns() {
            assert!(matches!(column.compression(), Compression::ZSTD(_)));
            assert!(column.statistics().is_some());
            assert!(column.column_index_offset().is_some(), "page statistics");
            let text = column.column_descr().converted_type() == parquet::basic::ConvertedType::UTF8;
            assert!(!text || column.dictionary_page_offset().is_some(), "{}", column.column_path());
        }
    }
}

#[test]
fn tallies_in_another_order_give_the_same_bytes() {
    let world = World::new();
    for (table, flipped) in world.tables(false).iter().zip(&world.tables(true)) {
        assert_eq!(parquet_bytes(table), parquet_bytes(flipped), "{}", table.name());
        assert_eq!(csv_bytes(table), csv_bytes(flipped), "{}", table.name());
    }
}

#[test]
fn csv_is_quoted_where_it_must_be_and_ends_its_lines_with_lf() {
    let text = String::from_utf8(csv_bytes(&World::new().tables(false)[0])).unwrap();
    assert!(text.starts_with("operation,round_number,reporting_date,definition,"));
    assert!(text.ends_with('\n') && !text.contains('\r'));
    let row = text.lines().find(|line| line.contains("XA0201,XA0101,")).unwrap();
    assert_eq!(
        row,
        ",,2031-03-12,day_to_day,2031-03-04,2031-03-05,2,xaa_v01,XA0201,XA0101,\
         XA,XA02,South,XA0201,\"É\"\"l\",,,XA,XA01,\"North, upper\",XA0101,Ox,,,\
         ALL,flow,21,,,,,,,,false,,no_baseline;not_scaled,,MPD"
    );
}

#[test]
fn a_large_table_has_row_groups_of_a_hundred_thousand() {
    let entries = (0..150_000).map(|number| (h3(number), 21 + number % 1000)).collect();
    let hour = Presence { level: Level::H3, day: LocalDay(0), hour: Some(0), entries };
    let table = release_presence(vec![hour], None, &DisclosurePolicy::default());
    let table = encode_presence_hourly(&table, &World::new().context()).unwrap();
    let reader = ArrowReaderMetadata::load(&parquet_file(&table), ArrowReaderOptions::default()).unwrap();
    let groups: Vec<_> =
        reader.metadata().row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [100_000, 50_000]);
}
