use super::*;
use std::fmt::Write as _;

const COD_PS: &str =
    "\u{feff}adm2_pcode,ADM2_EN,ADM1_PCODE,M_00_04,F_00_04,T_00_04,M_05Plus,F_05Plus,T_05Plus,M_TL,F_TL,T_TL
#adm2+code,,,,,,,,,,,#population+total
XA0102,Brume,XA01,10,12,22,90,88,178,100,100,200
XA0101,Corva,XA01,1,1,2,9,9,18,10,10,20
XA0103,Dune,XA01,,,,,,,,,
";

fn read_text(name: &str, text: &str, columns: &PopulationColumns) -> Result<PopulationFile, FileFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    read(&path, columns, 2)
}

fn cod_ps(text: &str) -> Result<PopulationFile, FileFault> {
    read_text("population.csv", text, &PopulationColumns::default())
}

fn by_pcode(figures: &[(&str, f64)]) -> PopulationFigures {
    PopulationFigures::ByPcode(figures.iter().map(|&(code, people)| (Pcode(code.to_owned()), people)).collect())
}

#[test]
fn a_cod_ps_is_its_totals() {
    let file = cod_ps(COD_PS).unwrap();
    assert_eq!(file.figures, by_pcode(&[("XA0101", 20.0), ("XA0102", 200.0)]), "in order of P-code");
    assert_eq!((file.empty, file.warnings.len()), (1, 0), "an empty total is no figure, not nobody");
}

#[test]
fn ages_and_sexes_that_do_not_add_up_only_warn() {
    let text = COD_PS.replace("10,12,22,90", "10,12,29,90").replace(",1,1,2,9", ",1,1,2,x");
    let file = cod_ps(&text).unwrap();
    assert_eq!(file.figures, by_pcode(&[("XA0101", 20.0), ("XA0102", 200.0)]));
    let found: Vec<_> = file.warnings.iter().map(|own| (own.fault, own.rows, own.first)).collect();
    // 10 + 12 ≠ 29; and 29 + 178 ≠ 200.
    let expected = [(BandFault::Unreadable, 1, 4), (BandFault::Sexes, 1, 3), (BandFault::Ages, 1, 3)];
    assert_eq!(found, expected);
    assert_eq!(file.warnings[1].to_string(), "1 rows have M + F that are not T (first: row 3); only T_TL is used");
    // Rounding of each number to whole people is no fault.
    assert!(cod_ps(&COD_PS.replace("10,12,22,90", "10,11,22,90")).unwrap().warnings.is_empty());
}

#[test]
fn any_table_by_p_code() {
    let columns = PopulationColumns {
        id_col: Some("code".into()),
        total_col: Some("People".into()),
        ..PopulationColumns::default()
    };
    let file = read_text("p.csv", "CODE;name;people\nXA0101;Corva;12.5\n\nXA0102;Brume;0\n", &columns).unwrap();
    assert_eq!(file.figures, by_pcode(&[("XA0101", 12.5), ("XA0102", 0.0)]), "nobody is a figure");
}

#[test]
fn a_row_a_class_of_any_level() {
    let columns = PopulationColumns {
        id_col: Some("pcode".into()),
        total_col: Some("people".into()),
        sex_col: Some("sex".into()),
        urban_col: Some("urban".into()),
        ..PopulationColumns::default()
    };
    let text = "pcode,sex,urban,people\nXA0102,,,200\nXA01,,urban,60\nXA01,,rural,160\nXA0101,m,,9\nXA0101,f,,11\n";
    let file = read_text("p.csv", text, &columns).unwrap();
    assert_eq!(file.figures, by_pcode(&[("XA01", 220.0), ("XA0101", 20.0), ("XA0102", 200.0)]));
    assert_eq!(file.urban, [(Pcode("XA01".into()), [60.0, 160.0])]);
    assert_eq!(file.class_warning, None);
    let message = read_text("p.csv", &format!("{text}XA01,T,Urban,1\n"), &columns).unwrap_err().to_string();
    assert!(
        message
            .contains("row 7, column `pcode`: expected each place and class once, found XA01 again (first in row 3)")
    );
    let message = read_text("p.csv", "pcode,people,sex\nXA01,1,f\n", &columns).unwrap_err().to_string();
    assert!(message.contains("a column `urban` (urban_col of [population.columns])"), "{message}");
}

#[test]
fn h3_cells_however_they_are_written() {
    let text = "h3,population\n8828308281FFFFF,3\n613196570335641599,4.5\n";
    let PopulationFigures::ByH3(figures) = cod_ps(text).unwrap().figures else { panic!("by H3 cell") };
    let shown: Vec<_> = figures.iter().map(|(h3, people)| format!("{h3} {people}")).collect();
    assert_eq!(shown, ["8828308281fffff 3", format!("{:015x} 4.5", 613_196_570_335_641_599_u64).as_str()]);
}

#[test]
fn h3_cells_in_parquet_as_integers() {
    use arrow_array::{ArrayRef, Float64Array, RecordBatch, UInt64Array};
    let columns: [(&str, ArrayRef); 2] = [
        ("h3", std::sync::Arc::new(UInt64Array::from(vec![613_196_570_331_971_583]))),
        ("population", std::sync::Arc::new(Float64Array::from(vec![7.25]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kontur.parquet");
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let PopulationFigures::ByH3(figures) = read(&path, &PopulationColumns::default(), 2).unwrap().figures else {
        panic!("by H3 cell")
    };
    assert_eq!((figures[0].0.to_string().as_str(), figures[0].1), ("8828308281fffff", 7.25));
}

#[test]
fn what_is_wrong_is_told_with_row_and_column() {
    let header = "ADM2_PCODE,T_TL\n";
    let rows = |rows: &str| format!("{header}{rows}");
    let cases = [
        ("negative", rows("XA0101,-5\n"), "row 2, column `T_TL`: expected a number of people from 0 to 10000000000"),
        ("not finite", rows("XA0101,inf\n"), "row 2, column `T_TL`: expected a number of people"),
        ("not a number", rows("XA0101,NaN\n"), "found \"aaa\""),
        ("more than there are", rows("XA0101,1e11\n"), "expected a number of people"),
        ("words", rows("XA0101,1\nXA0102,many\n"), "row 3, column `T_TL`: expected a number of people"),
        ("thousands, quoted", rows("XA0101,\"1,234\"\n"), "expected a number without thousands separators"),
        ("thousands, bare", rows("XA0101,1,234\n"), "row 2: expected 2 fields as in the header (numbers without"),
        ("thousands, blank", rows("XA0101,1 234\n"), "a number without thousands separators"),
        ("a row cut off", rows("XA0101\n"), "row 2: expected 2 fields"),
        ("no P-code", rows(",12\n"), "row 2, column `ADM2_PCODE`: expected the name of a place, found an empty field"),
        (
            "a P-code twice",
            rows("XA0101,1\nXA0102,2\nXA0101,3\n"),
            "row 4, column `ADM2_PCODE`: expected each place \
            once, found XA0101 again (first in row 2)",
        ),
        ("no rows", header.to_owned(), "expected rows with a number of people, found none"),
        ("no figures", rows("XA0101,\n"), "expected rows with a number of people, found none"),
        (
            "another level",
            "ADM1_PCODE,T_TL\nXA01,5\n".into(),
            "row 1: expected a column ADM2_PCODE (the level of [areas])",
        ),
        (
            "a deeper level",
            "ADM3_PCODE,ADM2_PCODE,T_TL\nXA010101,XA0101,5\nXA010102,XA0101,5\n".into(),
            "the rows are of level 3: give the table of that of [areas]",
        ),
        (
            "no total",
            "ADM2_PCODE,total\nXA0101,5\n".into(),
            "expected a column `T_TL` of people, or [population.columns] \
            total_col, found columns ADM2_PCODE, total",
        ),
        (
            "another grid",
            "h3,population\n8928308280fffff,5\n".into(),
            "row 2, column `h3`: expected an H3 cell of \
            resolution 8, found one of resolution 9",
        ),
        ("no grid", "h3,population\nXA0101,5\n".into(), "expected an H3 cell of resolution 8, found \"aa9999\""),
        ("a cell twice", "h3,population\n8828308281fffff,5\n8828308281FFFFF,5\n".into(), "8828308281fffff again"),
        ("nothing", String::new(), "row 1: expected a column ADM2_PCODE"),
        ("GeoPackage", "SQLite format 3\0…".into(), "found a GeoPackage; write it as CSV, for example with `ogr2ogr"),
    ];
    for (what, text, expected) in cases {
        let message = cod_ps(&text).unwrap_err().to_string();
        assert!(message.contains(expected), "{what}: {message}");
    }
    let columns = PopulationColumns { id_col: Some("code".into()), ..PopulationColumns::default() };
    let message = read_text("p.csv", "kode,T_TL\nXA0101,1\n", &columns).unwrap_err().to_string();
    assert!(message.contains("a column `code` (id_col of [population.columns])"), "{message}");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, b"SQLite format 3\0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kontur.gpkg.gz");
    std::fs::write(&path, gz.finish().unwrap()).unwrap();
    let mut message = String::new();
    write!(message, "{}", read(&path, &PopulationColumns::default(), 2).unwrap_err()).unwrap();
    assert!(message.contains("a GeoPackage"), "{message}");
}
