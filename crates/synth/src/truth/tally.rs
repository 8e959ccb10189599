//! Stocks and movements of one day, counted from where each person was hosted the day before and is now.

use crate::district::{AreaLevel, Districts};
use crate::error::SynthError;
use crate::text::TextFile;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::Path;

/// Columns of every stock file, after which others may follow.
const COLUMNS: &str = "day,origin_pcode,host_pcode,stock,new,returned,onward_in,onward_out";

/// Of one origin and one host on one day: `stock = stock of the day before + new - returned + onward_in - onward_out`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) stock: u64,
    pub(super) new: u64,
    pub(super) returned: u64,
    pub(super) onward_in: u64,
    pub(super) onward_out: u64,
    /// Of the stock, those who made no event that was delivered.
    pub(super) unobserved: u64,
}

/// One day by home district and host district, level by level; onward moves within an area are none at its level.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    levels: Vec<BTreeMap<(u32, u32), Count>>,
}

impl Tally {
    pub(super) fn new(districts: &Districts) -> Self {
        Self { levels: vec![BTreeMap::new(); districts.levels.len()] }
    }

    /// Adds a person by the district of the home and those of the hosts of the day before and of the day.
    pub(super) fn add(
        &mut self,
        districts: &Districts,
        home: u32,
        (was, is): (Option<u32>, Option<u32>),
        unobserved: bool,
    ) {
        for (counts, level) in self.levels.iter_mut().zip(&districts.levels) {
            let area = |district: u32| level.of_district[district as usize];
            let mut count = |host, change: fn(&mut Count)| change(counts.entry((area(home), host)).or_default());
            let (was, is) = (was.map(area), is.map(area));
            match (was, is) {
                (None, Some(host)) => count(host, |count| count.new += 1),
                (Some(host), None) => count(host, |count| count.returned += 1),
                (Some(from), Some(to)) if from != to => {
                    count(from, |count| count.onward_out += 1);
                    count(to, |count| count.onward_in += 1);
                }
                _ => (),
            }
            if let Some(host) = is {
                count(host, |count| count.stock += 1);
                count(host, if unobserved { |count| count.unobserved += 1 } else { |_| () });
            }
        }
    }
}

/// One stock file per administrative level: `<name>_adm<level>.csv`.
pub(super) struct StockFiles {
    files: Vec<TextFile>,
    with_unobserved: bool,
}

impl StockFiles {
    pub(super) fn begin(
        folder: &Path,
        name: &str,
        with_unobserved: bool,
        districts: &Districts,
    ) -> Result<Self, SynthError> {
        let header = if with_unobserved { format!("{COLUMNS},unobserved") } else { COLUMNS.to_owned() };
        let open = |level: &AreaLevel| TextFile::plain(&folder.join(format!("{name}_adm{}.csv", level.level)), &header);
        Ok(Self { files: districts.levels.iter().map(open).collect::<Result<_, _>>()?, with_unobserved })
    }

    /// Writes a day, by origin and host.
    pub(super) fn write_day(&mut self, day: LocalDay, tally: &Tally, districts: &Districts) -> Result<(), SynthError> {
        for ((file, counts), level) in self.files.iter_mut().zip(&tally.levels).zip(&districts.levels) {
            for (&(origin, host), count) in counts {
                let [origin, host] = [origin, host].map(|area| &level.pcodes[area as usize]);
                let Count { stock, new, returned, onward_in, onward_out, unobserved } = count;
                let unobserved = if self.with_unobserved { format!(",{unobserved}") } else { String::new() };
                file.line(format_args!(
                    "{day},{origin},{host},{stock},{new},{returned},{onward_in},{onward_out}{unobserved}"
                ))?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.files.into_iter().try_for_each(TextFile::finish)
    }
}
