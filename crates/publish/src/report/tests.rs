//! Pages of made-up folders, read back as a reader of the page has them.

#[path = "../../examples/made_up_release/country.rs"]
mod country;
#[path = "../../examples/made_up_release/folder.rs"]
mod folder;
#[path = "../../examples/made_up_release/tables.rs"]
mod tables;

mod data;
mod injection;
mod size;
mod wkb;

use super::{Report, ReportOptions, make_report};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use folder::{MadeUp, write_folder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use tempfile::TempDir;

/// A made-up folder.
fn released(made_up: MadeUp) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_folder(dir.path(), made_up).unwrap();
    dir
}

fn report(dir: &TempDir) -> Report {
    make_report(dir.path(), ReportOptions::default()).unwrap()
}

/// The blocks of a page by name, inflated: what a browser has of the data.
fn blocks(html: &str) -> BTreeMap<String, Value> {
    let block = |text: &str| {
        let (name, rest) = text.split_once("\">").unwrap();
        let (base64, _) = rest.split_once("</script>").unwrap();
        let mut json = String::new();
        GzDecoder::new(&STANDARD.decode(base64).unwrap()[..]).read_to_string(&mut json).unwrap();
        (name.to_owned(), serde_json::from_str(&json).unwrap())
    };
    html.split("data-block=\"").skip(1).map(block).collect()
}

/// A column of a block as text, null as none.
fn column(table: &Value, name: &str) -> Vec<Option<String>> {
    let own = &table["columns"][name];
    let text = |own: &Value| match own {
        Value::Null => None,
        Value::String(own) => Some(own.clone()),
        own => Some(own.to_string()),
    };
    if let Some(at) = own["at"].as_array() {
        return at.iter().map(|at| at.as_u64().and_then(|at| text(&own["words"][at as usize]))).collect();
    }
    own["values"].as_array().unwrap().iter().map(text).collect()
}
