//! The commented configuration that `hexodus init` writes.

/// For one of the presets.
pub fn text(preset: &str) -> String {
    let (source, plan) = match preset {
        "multimno" => (MULTIMNO, MULTIMNO_PLAN),
        "lat-lon" => (LAT_LON, ""),
        _ => (GENERIC, GENERIC_PLAN),
    };
    format!("{HEAD}{source}{plan}{TAIL}")
}

const HEAD: &str = r#"# hexodus configuration. Paths are relative to this file. `hexodus explain` shows every default.

[time]
zone = "UTC"                    # IANA zone of the country: local days and nights follow it
# day_start = "00:00"           # when a local day begins
"#;

const GENERIC: &str = r#"
[[source]]                      # one for each delivered layout
id = "op1"                      # name in the audit
preset = "generic"

[source.file]
glob = "dumps/{date}*.csv.gz"   # {date} = 2031-03-02 or 20310302; csv, csv.gz, csv.zst or parquet
# delimiter = ","               # or "\t", ";", "|"
# header = true                 # false: give columns by position, from 1

[source.columns]                # names as in the file, any case
user_id = "sim"                 # de-identified id; never a phone number
timestamp = "when"              # or: date = "...", time = "..."
radio_cell_id = "tower"         # or: lat = "...", lon = "..."

[source.time]
format = "%Y-%m-%d %H:%M:%S"    # or "iso"
tz = "utc"                      # IANA name, "utc", or "in-value" (each value has its offset); no default
"#;

const GENERIC_PLAN: &str = r#"
[radio_cells]                   # radio_cell_id, site_id, lat, lon, valid_from, valid_to
path = "radio_cells.csv"        # one file, or a glob over snapshots
# site_radius_m = 500           # radio cells this close to a leader are one site; 0 = each its own
# strict = false                # true: stop when validities overlap at different positions
# country_bbox = [80.0, 26.3, 88.2, 30.5]   # min_lon, min_lat, max_lon, max_lat
"#;

const MULTIMNO: &str = r#"
[[source]]
id = "mno"
preset = "multimno"             # column names, binary ids, times as text in UTC

[source.file]
glob = "mno_events/year=*/month=*/day=*/*.parquet"
"#;

const MULTIMNO_PLAN: &str = r#"
[radio_cells]                   # one snapshot a day
path = "mno_network/year=*/month=*/day=*/*.parquet"
columns = { midnight_is_last_day = true }
"#;

const LAT_LON: &str = r#"
[[source]]                      # records with their own position: user, utc, lat, lon
id = "app"
preset = "lat-lon"

[source.file]
glob = "positions/*.csv"
# delimiter = "\t"
# header = false                # then the columns are user, utc, lat, lon in that order
"#;

const TAIL: &str = r#"
# [areas]                       # optional; without areas there are H3 tables only
# path = "areas.geojson"        # deepest level, WGS 84, COD-AB columns (adm2_pcode or ADM2_PCODE, with ancestors)

[store]                         # CONFIDENTIAL: pseudonymised events and unsuppressed counts
folder = "store"
key_file = "hexodus.key"        # made by `hexodus init`, mode 0600
# memory_budget = "2 GiB"       # larger days pass through disk, in the store's folder
# rotate_key_after_days = 365   # `hexodus status` warns 34 days ahead of this age; `hexodus key rotate` does it

# [mobility]
# daily_location = "last"       # "last", "most-events" or "night"
# night = { from = 19, until = 7 }

# [checks]                      # which events are impossible
# incorrect_location = "reject" # or "flag"
# speed_max_m_s = 55
# distance_min_km = 10

# [quality]                     # which days can be trusted
# min_rows = 1000               # days with fewer rows are not judged
# checks = { events_low = { threshold = 0.5, consequence = "refuse" } }

# [policy]                      # lower values need --accept-lower-k
# min_subscribers = 16          # areas
# min_subscribers_h3 = 21       # H3 cells

[output]
folder = "out"                  # one folder per reporting date
# csv = true                    # a CSV twin of each Parquet table
# h3_u64 = false                # also H3 indexes as integers
# presence_h3_hourly = false
# trips_consecutive = true
"#;
