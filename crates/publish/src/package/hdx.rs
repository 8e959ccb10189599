//! `hdx.yaml`: what HDX asks for, as far as it is known, for a person to complete (formats §4.10).

use super::Package;
use super::datapackage::slug;
use super::purpose::purpose;
use super::readme::CAVEATS;
use crate::encoded::EncodedTable;
use std::fmt::Write;

/// A person fills these in.
const OPEN: &str = "TO BE COMPLETED";

impl Package<'_> {
    pub(super) fn hdx(&self, tables: &[EncodedTable]) -> String {
        let days = self.days();
        let (first, last) = (days.first().copied(), self.context.reporting_date);
        let first = first.unwrap_or(last);
        let license = self.operation.license.unwrap_or(OPEN);
        let mut text =
            String::from("# A stub: complete it, have it approved, then publish. Nothing here was sent anywhere.\n");
        for (key, value) in [
            ("title", self.title()),
            ("name", slug(&format!("{} mobile positioning data", self.operation_name()))),
            ("notes", "See README.md and method.json of the release.".into()),
            ("dataset_source", OPEN.into()),
            ("methodology", "Other".into()),
            ("methodology_other", "Mobile positioning data of one operator, scaled to people; see method.json".into()),
            ("caveats", CAVEATS.join(" ")),
            ("dataset_date", format!("[{first} TO {last}]")),
            ("data_update_frequency", OPEN.into()),
            ("license_id", license.into()),
            ("maintainer", OPEN.into()),
            ("owner_org", OPEN.into()),
        ] {
            _ = writeln!(text, "{key}: {}", quoted(&value));
        }
        _ = writeln!(text, "groups: [{}]", quoted(&self.iso3().to_lowercase()));
        text.push_str("tags: [\"displacement\", \"forced displacement\", \"internally displaced persons-idp\"]\n");
        text.push_str("subnational: true\nprivate: true\nresources:\n");
        for table in tables {
            let (extension, format) = if table.has_parquet() { ("parquet", "Parquet") } else { ("csv", "CSV") };
            let name = quoted(&format!("{}.{extension}", table.name()));
            let note = quoted(purpose(table));
            _ = writeln!(text, "  - {{name: {name}, description: {note}, format: {format}, p_coded: true}}");
        }
        text
    }
}

/// A string of JSON is one of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
