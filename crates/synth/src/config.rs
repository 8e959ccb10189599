//! A configuration that is ready to run on what was generated.

use crate::options::SynthOptions;
use crate::ownership::sampling_effect;
use crate::summary::CrisisSummary;
use hexodus_model::LocalDay;

/// Days before the event that fix homes, if the run has them.
const BASELINE_DAYS: i32 = 28;
/// With fewer days than this nobody has a home (methods §2.3).
const LEAST_BASELINE_DAYS: i32 = 8;
/// Tables that name an input beside the dumps, and their lines.
const INPUTS: [(&str, &str); 2] = [
    ("radio_cells", r#"path = "radio_cells.csv""#), // the plan
    ("areas", r#"path = "areas.geojson""#),         // the boundaries
];

/// The text of `hexodus.toml`; paths are relative to its folder. Of the truth there is in it only what everybody knows of
/// a crisis: the day, and the areas that are struck (in a scenario without one, to be watched).
pub fn config_text(options: &SynthOptions, crisis: Option<&CrisisSummary>) -> String {
    let (zone, extension) = (&options.zone, options.format.extension());
    let crisis = crisis.zip(options.crisis()).map_or(String::new(), |(crisis, day)| crisis_text(options, crisis, day));
    let population = population_lines(options);
    let inputs = INPUTS.into_iter().chain([("population", population.as_str())]);
    let inputs: Vec<String> = inputs.map(|(table, lines)| format!("[{table}]\n{lines}\n\n")).collect();
    format!(
        r#"# Generated: {subscribers} {whom}, {days} days from {first_day}, seed {seed}.

[time]
zone = "{zone}"

[[source]]
id = "sim"
preset = "generic"

[source.file]
glob = "dumps/{{date}}/*.{extension}"

[source.columns]
user_id = "sim"
timestamp = "when"
radio_cell_id = "tower"
event_type = "kind"

[source.time]
format = "%Y-%m-%d %H:%M:%S"
tz = "{zone}"

{inputs}[store]
folder = "store"
key_file = "hexodus.key"

{crisis}[output]
folder = "out"
"#,
        subscribers = options.subscribers,
        whom = if options.ownership.is_some() { "people" } else { "subscribers" },
        inputs = inputs.concat(),
        days = options.days,
        first_day = options.first_day,
        seed = options.seed,
    )
}

/// The census, its error, and the design effect of households that have SIMs together.
fn population_lines(options: &SynthOptions) -> String {
    let year = &options.first_day.to_string()[..4];
    let deff = sampling_effect(options.ownership, options.household_size);
    format!("file = \"population.csv\"\nyear = {year}\ncv = {}\ndeff = {deff:.2}", options.population_cv)
}

/// `[[crisis]]`; nothing where there are too few days before it.
fn crisis_text(options: &SynthOptions, crisis: &CrisisSummary, event: LocalDay) -> String {
    let days_before = event.0 - options.first_day.0;
    if days_before < LEAST_BASELINE_DAYS {
        return String::new();
    }
    let start = LocalDay(event.0 - days_before.min(BASELINE_DAYS));
    format!(
        r#"[[crisis]]
operation = "{operation}"
event_time = "{event}"
affected = [{affected}]
baseline = {{ start = "{start}", end = "{end}" }}

"#,
        operation = options.scenario.name,
        affected = crisis.struck_areas.iter().map(|pcode| format!("\"{pcode}\"")).collect::<Vec<_>>().join(", "),
        end = event.previous(),
    )
}
