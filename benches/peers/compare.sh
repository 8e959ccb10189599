#!/usr/bin/env bash
# The same job in other engines and in hexodus on the same files: times side by side, and the same figures or a failure;
# beside them what merely decoding the files costs.
# Usage: compare.sh FOLDER [RUNS] [-- ARGUMENTS OF generate.py]
#   PYTHON   a python3 with duckdb, polars, chdb, pyarrow, numpy and h3 (default python3)
#   ENGINES  which (default "duckdb polars clickhouse decode hexodus")
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

"$python" - "$records" <<'PYTHON'
import json, statistics, sys

records = [json.loads(line) for line in open(sys.argv[1])]
engines = list(dict.fromkeys(record["engine"] for record in records))
seconds = {name: [record["seconds"] for record in records if record["engine"] == name] for name in engines}
peak = {name: max(record["peak_mib"] for record in records if record["engine"] == name) for name in engines}
print(f"{'engine':<10}{'median s':>10}{'least s':>10}{'most s':>10}{'peak MiB':>10}{'× hexodus':>11}")
for name in engines:
    ratio = statistics.median(peer / own for peer, own in zip(seconds[name], seconds["hexodus"]))
    times = statistics.median(seconds[name]), min(seconds[name]), max(seconds[name])
    print(f"{name:<10}" + "".join(f"{value:>10.2f}" for value in times) + f"{peak[name]:>10}{ratio:>11.2f}")
figures = {tuple(record["figures"]) for record in records if "figures" in record}
for flow_rows, flow_sum, presence_rows, presence_sum in figures:
    print(f"flows {flow_rows:,} rows, sum {flow_sum:,}; presence {presence_rows:,} rows, sum {presence_sum:,}")
sys.exit(0 if len(figures) == 1 else "the engines disagree")
PYTHON
