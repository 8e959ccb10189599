#!/usr/bin/env python3
"""The runs of compare.sh as a table: printed, and written to FOLDER/table.md.

    table.py FOLDER --binary target/release/hexodus [--threads 2]

Says the machine, the day and the versions, as a time without them says nothing. A ratio is that of each round, an engine beside the
run of hexodus that followed it, and its median. Fails where the engines do not agree on the figures.
"""
import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

PACKAGES = {"duckdb": "duckdb", "polars": "polars", "clickhouse": "chdb", "spark": "pyspark"}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []:
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def version(engine, binary):
    if engine in PACKAGES:
        return importlib.metadata.version(PACKAGES[engine])
    told = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout
    return told.split()[-1]


def rows(records, binary):
    """One line an engine, in the order they ran."""
    by_engine = {}
    for record in records:
        by_engine.setdefault(record["engine"], []).append(record)
    ours = [record["seconds"] for record in by_engine["hexodus"]]
    for engine, own in by_engine.items():
        seconds = [record["seconds"] for record in own]
        ratios = [peer / hexodus for peer, hexodus in zip(seconds, ours)]
        yield [engine, version(engine, binary), f"{statistics.median(seconds):.2f}", f"{min(seconds):.2f} to {max(seconds):.2f}",
               str(max(record["peak_mib"] for record in own)), f"{statistics.median(ratios):.2f}"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--binary", type=pathlib.Path, default=pathlib.Path("target/release/hexodus"))
    wanted = arguments.parse_args()
    records = [json.loads(line) for line in (wanted.folder / "records.jsonl").read_text().splitlines()]
    dumps = [path for path in (wanted.folder / "dumps").iterdir()]
    size = sum(path.stat().st_size for path in dumps) / 1e6
    lines = [f"{processor()}, {os.cpu_count()} cores, {wanted.threads} threads, load {os.getloadavg()[2]:.1f}, {datetime.date.today()}; "
             f"{len(dumps)} files, {size:,.0f} MB", "",
             "| engine | version | median s | least to most | peak MiB | times hexodus |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(records, wanted.binary)]
    figures = {tuple(record["figures"]) for record in records if "figures" in record}
    for flow_rows, flow_sum, presence_rows, presence_sum in sorted(figures):
        lines += ["", f"flows {flow_rows:,} rows, sum {flow_sum:,}; presence {presence_rows:,} rows, sum {presence_sum:,}"]
    (wanted.folder / "table.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    sys.exit(0 if len(figures) == 1 else "the engines disagree")


if __name__ == "__main__":
    main()
