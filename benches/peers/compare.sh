#!/usr/bin/env bash
# The same job in other engines and in hexodus on the same files: times side by side, and the same figures or a failure;
# beside them what merely decoding the files costs.
# Usage: compare.sh FOLDER [RUNS] [-- ARGUMENTS OF generate.py]
#   PYTHON   a python3 with duckdb, polars, chdb, pyarrow, numpy and h3, for spark also pyspark and Java (default python3)
#   ENGINES  which (default "duckdb polars clickhouse decode hexodus"; spark takes minutes)
#   HEXODUS  the binary (default target/release/hexodus); decode is looked for in examples/ beside it
#   THREADS  for every engine (default 2)
set -euo pipefail

folder="${1:?usage: compare.sh FOLDER [RUNS] [-- ARGUMENTS OF generate.py]}"
shift
runs=3
if [ $# -gt 0 ] && [ "$1" != "--" ]; then runs="$1"; shift; fi
if [ $# -gt 0 ]; then shift; fi
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-python3}"
binary="${HEXODUS:-$here/../../target/release/hexodus}"
threads="${THREADS:-2}"

# Dumps that are there are used again: another size needs another folder.
if [ ! -d "$folder/dumps" ]; then
  "$python" "$here/generate.py" "$@" "$folder"
fi
if [ ! -f "$folder/hexodus.key" ]; then
  "$binary" init --folder "$folder" --quiet >/dev/null
fi
glob="$(cd "$folder" && ls dumps | head -1)"
cat >"$folder/hexodus.toml" <<TOML
[time]
zone = "UTC"

[[source]]
id = "bench"
[source.file]
glob = "dumps/{date}_*.${glob#*.}"
[source.columns]
user_id = "subscriber"
timestamp = "timestamp"
radio_cell_id = "radio_cell"
[source.time]
tz = "utc"

[radio_cells]
path = "radio_cells.parquet"
site_radius_m = 0               # every radio cell at its own point, as the other engines have it

[mobility]
daily_location = "most-events"

[policy]                        # 15, as the other engines; accepted with --accept-lower-k
min_subscribers = 15
min_subscribers_h3 = 15

[checks]                        # done, but nothing is left out: the other engines do not check
incorrect_location = "flag"

[output]
csv = false                     # nobody else writes files at all
presence_h3_hourly = true
trips_consecutive = false       # nobody else computes them here
TOML

records="$folder/records.jsonl"
: >"$records"
for run in $(seq "$runs"); do
  for engine in ${ENGINES:-duckdb polars clickhouse decode hexodus}; do
    echo "run $run of $runs: $engine" >&2
    "$python" "$here/engines.py" "$engine" "$folder" --threads "$threads" --binary "$binary" | tee -a "$records" >&2
  done
done

"$python" "$here/table.py" "$folder" --threads "$threads" --binary "$binary"
