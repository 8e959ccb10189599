"""The same counts on a Spark cluster: `mapInArrow` with the kernels of the wheel, summed by Spark.

==============  ====================================================================
`count`         a DataFrame of an operator's rows → `Counted`: tallies, and the account
`job`           what is to be counted, as workers get it
`pseudonymise`  stage 1, on workers: an id becomes a pseudonym and a shard
`blocks`        a partition, cut into blocks of whole subscribers
`tallying`      stage 2, on workers: blocks become sums
`totals`        sums of all workers become tallies
`manifest`      released tables of a day become visible, once
`failpoint`     where a test may stop a worker
==============  ====================================================================

Needs PySpark 3.5 or later (`pip install 'hexodus[spark]'`), and hexodus on the executors.
"""

from hexodus.spark.driver import count
from hexodus.spark.totals import Counted

__all__ = ["Counted", "count"]
