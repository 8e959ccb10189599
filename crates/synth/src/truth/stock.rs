//! The true stock: who lives at a host on a day, because of the crisis.

use crate::error::SynthError;
use crate::text::TextFile;
use crate::world::World;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::Path;

/// `stock_adm<deepest>.csv`.
pub(super) struct StockFile {
    file: TextFile,
}

impl StockFile {
    pub(super) fn begin(path: &Path) -> Result<Self, SynthError> {
        Ok(Self { file: TextFile::plain(path, "day,origin_pcode,host_pcode,subscribers")? })
    }

    /// Subscribers displaced at the end of the day, by home and host: instant truth, from the first night to the last.
    pub(super) fn write_day(&mut self, day: LocalDay, world: &World) -> Result<(), SynthError> {
        let mut stock: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for subscriber in &world.subscribers {
            if let Some(host) = subscriber.fate.and_then(|fate| fate.host_on(day)) {
                let pair = (world.settlements.district(subscriber.home), world.settlements.district(host));
                *stock.entry(pair).or_default() += 1;
            }
        }
        let pcode = |district| world.districts.pcode(world.districts.deepest(), district);
        for ((home, host), subscribers) in stock {
            self.file.line(format_args!("{day},{},{},{subscribers}", pcode(home), pcode(host)))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.file.finish()
    }
}
