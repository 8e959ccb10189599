//! How large a cluster for how many rows. The costs were measured (docs/spark.md, "How large a cluster"); all else is arithmetic.

/// Processor time of a row, in hundredths of a microsecond: of files that workers read, and of a table of Spark.
const COST: [u64; 2] = [50, 100];
/// Bytes of a row in the shuffle.
pub const BYTES_A_ROW: u64 = 13;
/// Rows of a partition that take some seconds, and the most partitions that 4096 shards are shared among evenly.
const ROWS_A_PARTITION: u64 = 20_000_000;
const MOST_PARTITIONS: u64 = 512;
/// Shards of subscribers, and parts of a partition at least: as in `python/hexodus/spark/parts.py`.
const SHARDS: u64 = hexodus_model::SHARDS as u64;
const PARTS_A_PARTITION: u64 = 16;
/// Events that are counted together at least: as in `python/hexodus/spark/counting.py`. Bytes of each while they are.
const EVENTS_AT_ONCE: u64 = 2_000_000;
const BYTES_AN_EVENT: u64 = 70;
/// Address space of a Python worker before it does anything, and its sums and tables. MB.
const LIBRARIES_MB: u64 = 1_200;
const SUMS_MB: u64 = 250;

/// What is to be counted.
#[derive(Clone, Copy)]
pub struct Volume {
    /// How many rows.
    pub rows: u64,
    /// Whether Spark reads them.
    pub is_table: bool,
}

/// The cluster for it.
pub struct Size {
    /// What is to be counted.
    pub volume: Volume,
    /// Executors.
    pub executors: u64,
    /// Cores of each.
    pub cores_an_executor: u64,
}

impl Volume {
    const fn hundredths(self) -> u64 {
        COST[self.is_table as usize]
    }

    /// Processor time of a row.
    pub fn microseconds(self) -> String {
        format!("{}.{:02}", self.hundredths() / 100, self.hundredths() % 100)
    }
}

impl Size {
    /// With so many cores, or as many as count in so many minutes; whole executors.
    pub fn of(volume: Volume, cores: Option<u64>, minutes: u64, cores_an_executor: u64) -> Self {
        let one = Self { volume, executors: 1, cores_an_executor };
        let cores = cores.unwrap_or_else(|| one.core_seconds().div_ceil(60 * minutes).max(2));
        Self { executors: cores.div_ceil(cores_an_executor), ..one }
    }

    /// Cores of all executors.
    pub const fn cores(&self) -> u64 {
        self.executors * self.cores_an_executor
    }

    /// Processor time of all rows. Seconds.
    pub fn core_seconds(&self) -> u64 {
        (u128::from(self.volume.rows) * u128::from(self.volume.hundredths())).div_ceil(100_000_000) as u64
    }

    /// Bytes that are shuffled.
    pub const fn shuffle_bytes(&self) -> u64 {
        self.volume.rows.saturating_mul(BYTES_A_ROW)
    }

    /// Two for each core, more where they would be large.
    pub fn partitions(&self) -> u64 {
        (2 * self.cores()).max(self.volume.rows.div_ceil(ROWS_A_PARTITION)).min(MOST_PARTITIONS)
    }

    /// Memory of a Python worker; there is one for each core. MB, in steps of 256.
    pub fn worker_mb(&self) -> u64 {
        let parts = (self.partitions() * PARTS_A_PARTITION).next_power_of_two().min(SHARDS);
        // A part is counted once there are enough events, so one more than that is there; shards differ, by a quarter at most.
        let events = EVENTS_AT_ONCE + self.volume.rows.div_ceil(parts).saturating_mul(5) / 4;
        let mb = LIBRARIES_MB + SUMS_MB + events.saturating_mul(BYTES_AN_EVENT).div_ceil(1_000_000);
        mb.div_ceil(256) * 256
    }

    /// Memory of Java in an executor. MB.
    pub const fn java_mb(&self) -> u64 {
        1024 + 768 * self.cores_an_executor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_country_takes_the_cores_that_count_it_in_time() {
        let volume = Volume { rows: 10_000_000_000, is_table: false };
        let size = Size::of(volume, None, 30, 4);
        assert_eq!((size.core_seconds(), size.cores(), size.partitions()), (5_000, 4, 500));
        let slower = Size::of(Volume { is_table: true, ..volume }, None, 10, 4);
        assert_eq!((slower.core_seconds(), slower.cores()), (10_000, 20));
        // 2.4 million events of a part, 2 million before them.
        assert_eq!(size.worker_mb(), 1_792 + 256);
    }

    #[test]
    fn cores_are_whole_executors_and_the_smallest_count_has_two() {
        let size = |rows, cores| Size::of(Volume { rows, is_table: false }, cores, 30, 4);
        assert_eq!(size(1, None).cores(), 4);
        assert_eq!(size(1, Some(81)).executors, 21);
        assert_eq!(size(u64::MAX, Some(8)).partitions(), MOST_PARTITIONS);
    }
}
