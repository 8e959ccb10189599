//! `README.md` of a release, for whoever opens it and was told nothing.

use super::Package;
use super::map::MapLayer;
use super::purpose::purpose;
use crate::encoded::EncodedTable;
use hexodus_model::LocalDay;
use hexodus_release::outgoing::FigureUnit;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What every figure leaves out.
pub(super) const CAVEATS: [&str; 6] = [
    "Movements inside the country only.",
    "One SIM is not one person: children and people without a phone are in the figures by an estimate only, and not if they \
     moved otherwise than people with phones.",
    "A phone that is silent is not counted as displaced: `displacement.unobserved` says how many are silent.",
    "A network outage is not displacement: areas with too little coverage on a day are withheld (`low_coverage`).",
    "A withheld figure is not zero, and published parts do not add up to their whole.",
    "`MPD` (mobile positioning data) is no assessment of DTM and must not be added to one.",
];

impl Package<'_> {
    pub(super) fn readme(&self, (tables, layers): (&[EncodedTable], &[MapLayer]), with_csv: bool) -> String {
        let unit = self.figures.unit;
        let days: Vec<String> = self.days().iter().map(ToString::to_string).collect();
        let mut text = format!(
            "# {}\n\n{} who live away from home since the event of the operation {}, from records of a mobile \
             operator.\nReleased days: {}. Areas: {}. Class: `{}`.\n\n",
            escaped(&self.title()),
            match unit {
                FigureUnit::People => "People",
                FigureUnit::Subscribers => "Subscribers (SIM cards, not people)",
            },
            escaped(self.operation_name()),
            days.join(", "),
            self.context.areas.cod_version,
            self.figures.class().name(),
        );
        text.push_str(
            "## Files\n\n- `report.html`: all of it to look at, in any browser and without a network. Begin here.\n",
        );
        for table in tables {
            let forms = match (table.has_parquet(), table.has_csv(with_csv)) {
                (true, true) => ".parquet`, `.csv",
                (true, false) => ".parquet",
                _ => ".csv",
            };
            _ = writeln!(text, "- `{}{forms}`: {}.", table.name(), purpose(table));
        }
        for layer in layers {
            _ = writeln!(text, "- `{}`: {}.", layer.path, layer.purpose);
        }
        text.push_str(
            "- `datapackage.json`: every column with its type, unit and meaning. `method.json`: how the figures were made.\n\
             - `SHA256SUMS`: `sha256sum --check SHA256SUMS`. `hdx.yaml`: a stub for publishing.\n\n",
        );
        text.push_str("## How to read a row\n\n");
        text.push_str(&self.reading());
        text.push_str("\n## Caveats\n\n");
        for caveat in CAVEATS {
            _ = writeln!(text, "- {caveat}");
        }
        _ = write!(
            text,
            "\n## How to cite\n\n> {}. Version {}. Made with hexodus {}{}.\n",
            escaped(&self.title()),
            self.version(),
            env!("CARGO_PKG_VERSION"),
            self.operation.license.map(|own| format!(". Licence: {}", escaped(own))).unwrap_or_default(),
        );
        text
    }

    /// The released days, ascending.
    pub(super) fn days(&self) -> Vec<LocalDay> {
        self.figures.rows.iter().map(|row| row.period.last).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn reading(&self) -> String {
        let k = self.figures.threshold;
        let base = self.figures.rounding.base();
        let numbers = match self.figures.unit {
            FigureUnit::People => {
                "- `persons_est`, `value`, `numPresentIdpInd` are estimates; `…_low` to `…_high` is the 95 % interval. Never \
                 quote one without the other."
            }
            FigureUnit::Subscribers => {
                "- `subscribers_published` and `value` with unit `subscribers` are counts of SIM cards: no figures of people, \
                 and no interval."
            }
        };
        let mut text = format!(
            "{numbers}\n- Numbers are multiples of {base}; differences below that mean nothing.\n\
             - Empty with `suppressed = true`: withheld. `confidential`: fewer than {k} subscribers behind it, or needed so that \
             such a number\n  cannot be computed; it may be zero or not. `low_coverage`: too little of the network was working. \
             Empty with\n  `suppressed = false`: there is no estimate, and `qa_flags` says why.\n\
             - `displacement.stock` is of a day: never add days up, most of them are the same people. `displacement.new`, \
             `arrived`\n  and `departed` are of the days since the released day before (`new` of the country only).\n\
             - Levels (`adm_level`) are computed separately: never add them up.\n\
             - Ids that begin with `_` are no areas: `_UNKNOWN` is a place that is not known.\n\
             - In CSV, a text that a spreadsheet would run as a formula has a `'` before it; Parquet has it as it is.\n",
        );
        if self.cells.is_some() {
            text.push_str(
                "- `cells_h3`: people are placed where a site heard them; H3 cells without a site are not listed. Do not add them up to areas: \
                 what is\n  withheld is missing.\n",
            );
        }
        if self.figures.unit == FigureUnit::People {
            text.push_str(
                "- `residents.residents` is the reference population + `displacement.stock` − `displacement.from` of the area, and \
                 `residents.residents_diffwithref`\n  what it gained or lost (the first is to the person, as the population); only displacement is in it, and its interval is \
                 wider than 95 %: the sum of both.\n\
                 - `idps_admin.csv` leaves out rows that are withheld. Rows of a level 1 area add up to it; its origin `Not \
                 available` holds\n  what is withheld or unknown and the smallest origin that could be shown.\n",
            );
        }
        if let Some(noise) = self.noise.map(hexodus_release::outgoing::BudgetReport::method) {
            let number = |key: &str| noise.get(key).and_then(Value::as_f64).unwrap_or_default();
            _ = writeln!(
                text,
                "- Noise was added to every count of subscribers (discrete Gaussian, standard deviation {:.2}) before anything \
                 else;\n  spent so far: ε = {:.2}. Intervals contain it. Small differences between areas may be noise.",
                number("sigma"),
                number("epsilon_spent"),
            );
        }
        text
    }
}

/// Names come from files of others: no markup in them.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for own in text.chars().map(|own| if own.is_control() { ' ' } else { own }) {
        if matches!(own, '<' | '>' | '[' | ']' | '*' | '_' | '`' | '\\' | '|' | '#') {
            safe.push('\\');
        }
        safe.push(own);
    }
    safe
}
