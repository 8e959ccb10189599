//! A configuration that is ready to run on what was generated.

use crate::options::SynthOptions;

/// The text of `hexodus.toml`; paths are relative to its folder. Nothing in it leads to the truth.
pub fn config_text(options: &SynthOptions) -> String {
    let (zone, extension) = (&options.zone, options.format.extension());
    format!(
        r#"# Generated: {subscribers} subscribers, {days} days from {first_day}, seed {seed}.

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

[radio_cells]
path = "radio_cells.csv"

[areas]
path = "areas.geojson"

[store]
folder = "store"
key_file = "hexodus.key"

[output]
folder = "out"
"#,
        subscribers = options.subscribers,
        days = options.days,
        first_day = options.first_day,
        seed = options.seed,
    )
}
