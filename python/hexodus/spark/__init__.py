"""The same counts on a Spark cluster: `mapInArrow` with the kernels of the wheel, summed by workers and the driver.

============  ======================================================================
`driver`      `count`: a DataFrame of an operator's rows, or files → `Counted`
`packing`     stage 1, on workers: rows become packed events, by part of the subscribers
`files`       the same where workers read the files themselves
`parts`       the parts, and which partition gets each
`exchange`    what Spark moves, and how much of it at once
`counting`    stage 2, on workers: events of whole subscribers become sums
`job`         what is to be counted, as workers get it
`manifest`    released tables of a day become visible, once
`whole_run`   `run`: all of a `hexodus run`, displacement and people too, by the command line on the executors
`failpoint`   where a test may stop a worker
============  ======================================================================

Needs PySpark 3.5 or later (`pip install 'hexodus[spark]'`), and hexodus on the executors.
"""

from hexodus.counted import Counted
from hexodus.spark.driver import count
from hexodus.spark.files import Files
from hexodus.spark.whole_run import run

__all__ = ["Counted", "Files", "count", "run"]
