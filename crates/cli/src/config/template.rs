//! The commented configuration that `hexodus init` writes.

/// For one of the presets.
pub fn text(preset: &str) -> String {
    let (source, plan) = match preset {
        "multimno" => (MULTIMNO, MULTIMNO_PLAN),
        "flowkit" => (FLOWKIT, FLOWKIT_PLAN),
        "flowminder-minimal" => (FLOWMINDER_MINIMAL, NAMED_PLAN),
        "d4r" => (D4R, NAMED_PLAN),
        "d4d" => (D4D, GENERIC_PLAN),
        "lat-lon" => (LAT_LON, ""),
        _ => (GENERIC, GENERIC_PLAN),
    };
    format!("{HEAD}{source}{plan}{TAIL}")
}

const HEAD: &str = r#"# hexodus configuration. Paths are relative to this file. `hexodus explain` shows every default.

[time]
zone = "UTC"                    # IANA zone of the country: local days and nights follow it
# day_start = "00:00"           # when a local day begins
# holidays = ["2031-04-11"]     # or a file with one date a line: days that baselines leave out
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
"#;

const FLOWKIT: &str = r#"
[[source]]                      # one for each event table: calls, sms, mds, topups, forwards
id = "calls"
preset = "flowkit"              # msisdn (text or \x hexadecimal), datetime with its offset, location_id

[source.file]
glob = "events/calls_{date}.csv"
"#;

const FLOWKIT_PLAN: &str = r#"
[radio_cells]                   # infrastructure.cells, its points as two columns of degrees
path = "cells.csv"
columns = { radio_cell_id = "id", lat = "lat", lon = "lon" }
"#;

const FLOWMINDER_MINIMAL: &str = r#"
[[source]]                      # calls: msisdn, call_date, call_datetime, location_id
id = "calls"
preset = "flowminder-minimal"

[source.file]
glob = "calls/{date}.csv"

[source.time]
tz = "utc"                      # the times are naive: IANA name of their zone
"#;

const D4R: &str = r#"
[[source]]                      # CALLER_ID, TIMESTAMP, SITE_ID or DISTRICT_ID; header or none
id = "d4r"
preset = "d4r"

[source.file]
glob = "Dataset 3/*.txt"

[source.time]
tz = "Etc/GMT-3"                # local time, without offset

[source.identity]
id_epoch = "none"               # data set 2: { start = "2017-01-02", days = 14 }, ids are drawn anew
"#;

const D4D: &str = r#"
[[source]]                      # user, time, antenna; no header
id = "d4d"
preset = "d4d"

[source.file]
glob = "SET2/*.csv"
# delimiter = "\t"

[source.identity]
id_epoch = { start = "2012-12-31", days = 14 }   # ids are drawn anew in each window; "none" where they are not
"#;

const NAMED_PLAN: &str = r#"
[radio_cells]                   # places by name: without coordinates their events stay unlocated
path = "cells.csv"              # cell_id, locality; or district_id, name, city, longitude, latitude
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

# [population]                  # optional; people by area, to go from SIMs to people
# file = "population.csv"       # COD-PS (ADM2_PCODE … T_TL), any table by P-code, or h3 and population (Kontur, as CSV)
# year = 2030                   # of the figures: it is not in the table
# cv = 0.0                      # coefficient of variation of the figures: their error
# deff = 2.0                    # design effect of households: 1 if their members have SIMs each on its own
# replicates = 200              # of the bootstrap; 0: intervals in closed form
# columns = { id_col = "code", total_col = "people" }   # where the table is none of these; also sex_col, age_col, urban_col
# urban = "urban.csv"           # urban H3 cells (h3): with urban_col homes are weighted by urban and rural people, too
# anchor_per_month = 0.0        # how far the population present is pulled to who is seen there
# [[population.market_share]]   # of areas without a figure, and where the operator grows
# from = "2031-01-01"
# area = "XA01"                 # without it everywhere
# penetration = 0.5             # people with a phone per person
# share = 0.5                   # of SIMs in use
# devices_per_person = 1.25

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

# [policy]                      # lower values need --accept-lower-k; `hexodus policy show` prints it, to be signed
# preset = "humanitarian-restricted"   # or humanitarian-public, statistics-office
# min_subscribers = 16          # areas
# min_subscribers_h3 = 21       # H3 cells

# [release]                     # what `hexodus release` lets out of each [[crisis]]
# every_days = 7                # days from one released day to the next, from the event on
# license = "CC-BY-4.0"         # copied to what leaves
# boundaries = false            # the shapes of the areas stay
# hxl_row = true                # a row of HXL hashtags in the CSV files
# h3 = true                     # the displaced by H3 cell leave, too: not under humanitarian-public, not with noise
# h3_u64 = true                 # H3 indexes as integers, too
# [release.noise]               # differential privacy: noise on every number
# rho_total = "0.1"             # what all releases may cost a subscriber (0.1: epsilon 2.5 at delta 1e-6)
# rho_per_day = "0.01"          # what a released day costs

# [[crisis]]                    # one for each operation: who is displaced, returned, silent, on every day since
# operation = "Earthquake 2031" # its tables go to a folder of that name
# event_time = "2031-03-23"     # local date, or date and time
# affected = ["XA0103"]         # P-codes at any level; their origins are marked
# affected_file = "flood.geojson"   # polygons; areas with the centre of an H3 cell in one are marked
# phases = [{ name = "emergency", start = "2031-03-23", end = "2031-04-05" }]
# baseline = { start = "2031-02-23", end = "2031-03-22" }   # the 28 days before, where left out
# profile = "hexodus"           # or flowminder-covid19, flowminder-flowbot, multimno-ue
# confirm_located_days = 3      # more: fewer false displacements where records are sparse, later ones

[output]
folder = "out"                  # one folder per reporting date
# csv = true                    # a CSV twin of each Parquet table
# h3_u64 = false                # also H3 indexes as integers
# presence_h3_hourly = false
# trips_consecutive = true
# trips_all_pairs = false       # a second pass over the events of each day
# trips_all_pairs_inclusive = false
# relocations_rolling = false
# in_out = false
"#;
