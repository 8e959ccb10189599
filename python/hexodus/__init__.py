"""From de-identified mobile-operator records to displacement figures: the reductions, on Arrow tables.

Tables come from whatever speaks the Arrow PyCapsule interface (pyarrow, Polars, pandas, DuckDB relations) and go
back through it. What is computed is computed by the kernels of the command line, so the numbers are the same.

===========================  =====================================================================
`check_events`               rows of an operator → events, and what became of each row
`daily_locations`            events → where each subscriber was on each day
`residence`, `displacement`  daily locations → where each subscriber lived, and who is displaced
`presence`, `flows`          → distinct subscribers by unit and day, by origin and destination
`count`                      rows → all of these in one go
`merge`                      tallies of disjoint subscribers → their sum
`release`                    a tally → what may be saved
`read_areas`                 a boundary file → the P-codes of each H3 cell
`open_release`               a folder of the command line → its tables
`demo`                       a small made-up country
===========================  =====================================================================
"""

from hexodus._native import HexodusError
from hexodus.areas import read_areas
from hexodus.arrow import ArrowStream
from hexodus.confidential import Confidential
from hexodus.counted import Counted
from hexodus.counting import count
from hexodus.demonstration import Demo, demo
from hexodus.events import CheckedEvents, RowCounts, check_events
from hexodus.reductions import Checks, daily_locations, displacement, flows, merge, presence, residence
from hexodus.released import Released, open_release, release

__all__ = [
    "ArrowStream",
    "CheckedEvents",
    "Checks",
    "Confidential",
    "Counted",
    "Demo",
    "HexodusError",
    "Released",
    "RowCounts",
    "check_events",
    "count",
    "daily_locations",
    "demo",
    "displacement",
    "flows",
    "merge",
    "open_release",
    "presence",
    "read_areas",
    "release",
    "residence",
]
