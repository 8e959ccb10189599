//! The documentation lists exactly the tables and columns that are written.

use hexodus_publish::{Column, ColumnKind, Layout, documented_layouts, method_digest};

const FORMATS: &str = include_str!("../../../docs/formats.md");
const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");

#[test]
fn formats_md_lists_every_table_in_order() {
    let headings: Vec<&str> = FORMATS.lines().filter_map(|line| line.strip_prefix("#### ")).collect();
    let layouts: Vec<String> = documented_layouts().iter().map(|layout| format!("`{}`", layout.name)).collect();
    assert_eq!(headings, layouts);
}

#[test]
fn formats_md_lists_every_column_in_order() {
    for layout in documented_layouts() {
        let expected: Vec<String> = layout.columns.iter().map(row).collect();
        let found: Vec<&str> = section(layout).lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(found, expected, "the rows of {} in docs/formats.md", layout.name);
    }
}

#[test]
fn formats_md_names_every_key() {
    for layout in documented_layouts() {
        let key: Vec<String> = layout.key.iter().map(|column| format!("`{column}`")).collect();
        let sentence = format!("Key, in the order of sorting: {}.", key.join(", "));
        assert!(section(layout).contains(&sentence), "{}: expected “{sentence}”", layout.name);
    }
}

/// A changed column is a changed promise: whoever changes one says so in the changelog, and renews the digest there.
#[test]
fn the_changelog_knows_the_columns() {
    let table = |layout: &&Layout| {
        let rows: Vec<String> = layout.columns.iter().map(row).collect();
        serde_json::json!([layout.name, layout.key, rows])
    };
    let tables: Vec<_> = documented_layouts().iter().map(table).collect();
    let digest = &method_digest(&serde_json::json!(tables))[..12];
    assert!(
        CHANGELOG.contains(&format!("`{digest}`")),
        "columns have changed: say in CHANGELOG.md which and why, and put `{digest}` where the digest of all columns is"
    );
}

/// From the heading of a table to the next heading.
fn section(layout: &Layout) -> &'static str {
    let heading = format!("\n#### `{}`\n", layout.name);
    let from = FORMATS.find(&heading).expect("a heading") + heading.len();
    let text = &FORMATS[from..];
    &text[..text.find("\n#").unwrap_or(text.len())]
}

fn row(column: &Column) -> String {
    let kind = match column.kind {
        ColumnKind::Text => "str",
        ColumnKind::U8 => "u8",
        ColumnKind::I32 => "i32",
        ColumnKind::I64 => "i64",
        ColumnKind::U64 => "u64",
        ColumnKind::F64 => "f64",
        ColumnKind::Bool => "bool",
        ColumnKind::Date => "date",
        ColumnKind::Timestamp => "ts",
        ColumnKind::Geometry => "wkb",
        ColumnKind::BoundingBox => "bbox",
    };
    let null = if column.nullable { "?" } else { "" };
    format!("| `{}` | {kind}{null} | {} | {} |", column.name, column.unit, column.description)
}
