#!/usr/bin/env python3
"""Synthetic daily dumps for comparing engines: one file a day and the radio-cell plan. Same arguments, same rows.

    generate.py --subscribers 500000 --days 3 --events 40 FOLDER

FOLDER/dumps/<date>_<n>.parquet  subscriber (uint64, or text with --ids hex), timestamp (microseconds, UTC), radio_cell
FOLDER/radio_cells.parquet   radio_cell, lat, lon, h3 (the cell of resolution 8 that holds the point)

Rows of a day are in order of time with subscribers interleaved, as collectors deliver them. No two rows of a day share
an instant, so no tie is left to chance and no row is a duplicate: all engines must agree exactly.
"""
import argparse
import pathlib

import h3
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

DAY_US = 86_400_000_000
FIRST_DAY = np.datetime64("2031-03-01")
TOWNS = 150


def plan(rng, radio_cells):
    """Radio cells around towns of very unequal size, in order of town, so that neighbours in number are near."""
    share = 1.0 / np.arange(1, TOWNS + 1) ** 0.9
    town = np.sort(rng.choice(TOWNS, radio_cells, p=share / share.sum()))
    centre_lat, centre_lon = rng.uniform(26.5, 30.0, TOWNS), rng.uniform(80.5, 88.0, TOWNS)
    lat = centre_lat[town] + rng.normal(0, 0.07, radio_cells)
    lon = centre_lon[town] + rng.normal(0, 0.07, radio_cells)
    cells = [h3.str_to_int(h3.latlng_to_cell(y, x, 8)) for y, x in zip(lat, lon)]
    return pa.table({
        "radio_cell": pa.array(np.arange(radio_cells), pa.uint32()),
        "lat": lat,
        "lon": lon,
        "h3": pa.array(cells, pa.uint64()),
    })


def events(rng, anchor, activity, radio_cells):
    """One day: who, and at which radio cell; in random order, so that times can be given out in ascending order."""
    who = np.repeat(np.arange(len(anchor)), rng.poisson(activity))
    rng.shuffle(who)
    step = np.rint(rng.laplace(0, 12, len(who))).astype(np.int64)
    wander = np.where(rng.random(len(who)) < 0.55, 0, step)
    return who, np.clip(anchor[who] + wander, 0, radio_cells - 1)


def write(table, path, csv_gz):
    if csv_gz:
        with pa.CompressedOutputStream(f"{path}.csv.gz", "gzip") as out:
            pa.csv.write_csv(table, out)
    else:
        pa.parquet.write_table(table, f"{path}.parquet", compression="zstd", row_group_size=1 << 20)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--subscribers", type=int, default=500_000)
    arguments.add_argument("--days", type=int, default=3)
    arguments.add_argument("--events", type=float, default=40, help="mean events a subscriber and day")
    arguments.add_argument("--radio-cells", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--ids", choices=["u64", "hex"], default="u64")
    arguments.add_argument("--csv-gz", action="store_true", help="gzipped CSV instead of zstd Parquet")
    arguments.add_argument("--files", type=int, default=1, help="files a day, each a part of its hours")
    wanted = arguments.parse_args()

    rng = np.random.default_rng(wanted.seed)
    (wanted.folder / "dumps").mkdir(parents=True, exist_ok=True)
    pa.parquet.write_table(plan(rng, wanted.radio_cells), wanted.folder / "radio_cells.parquet")

    ids = rng.integers(1, 2**63, wanted.subscribers, dtype=np.uint64)
    ids = pa.array([f"{number:032x}" for number in ids.tolist()] if wanted.ids == "hex" else ids)
    anchor = rng.integers(0, wanted.radio_cells, wanted.subscribers)
    activity = rng.gamma(1.3, wanted.events / 1.3, wanted.subscribers)
    for day in FIRST_DAY + np.arange(wanted.days):
        who, where = events(rng, anchor, activity, wanted.radio_cells)
        rows = len(who)
        # Ascending draws plus 0, 1, 2 …: distinct instants, still spread over the whole day.
        instants = np.sort(rng.integers(0, DAY_US - rows, rows)) + np.arange(rows)
        table = pa.table({
            "subscriber": ids.take(pa.array(who)),
            "timestamp": pa.array(instants + day.astype("datetime64[us]").astype(np.int64), pa.timestamp("us")),
            "radio_cell": pa.array(where, pa.uint32()),
        })
        cuts = np.linspace(0, rows, wanted.files + 1).astype(int)
        for number, (first, last) in enumerate(zip(cuts, cuts[1:])):
            write(table.slice(first, last - first), wanted.folder / f"dumps/{day}_{number}", wanted.csv_gz)
        print(f"{day}: {rows:,} rows")
        moves = rng.random(wanted.subscribers) < 0.03
        anchor = np.where(moves, rng.integers(0, wanted.radio_cells, wanted.subscribers), anchor)


if __name__ == "__main__":
    main()
