//! True flow matrices: the place at the end of a day × the place at the end of the next.

use crate::district::AreaLevel;
use crate::error::SynthError;
use crate::text::TextFile;
use crate::world::World;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::Path;

/// Subscribers by origin and destination.
type Matrix = BTreeMap<(u32, u32), u64>;

/// One file per administrative level: `flows_adm<level><suffix>.csv`.
pub(super) struct FlowFiles {
    files: Vec<TextFile>,
}

impl FlowFiles {
    pub(super) fn begin(folder: &Path, suffix: &str, world: &World) -> Result<Self, SynthError> {
        let open = |level: &AreaLevel| {
            let path = folder.join(format!("flows_adm{}{suffix}.csv", level.level));
            TextFile::plain(&path, "first_day,origin_pcode,destination_pcode,subscribers")
        };
        Ok(Self { files: world.districts.levels.iter().map(open).collect::<Result<_, _>>()? })
    }

    /// Writes the matrix of `first_day` and the day after; `moves` are pairs of districts, one per subscriber. The
    /// diagonal is part of it, pairs of zero are not.
    pub(super) fn write_day(
        &mut self,
        first_day: LocalDay,
        moves: impl Iterator<Item = (u32, u32)>,
        world: &World,
    ) -> Result<(), SynthError> {
        let districts = counted(moves, world.districts.len());
        for (file, level) in self.files.iter_mut().zip(&world.districts.levels) {
            for ((origin, destination), subscribers) in rolled_up(&districts, level) {
                let pcode = |area: u32| &level.pcodes[area as usize];
                file.line(format_args!("{first_day},{},{},{subscribers}", pcode(origin), pcode(destination)))?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.files.into_iter().try_for_each(TextFile::finish)
    }
}

/// Counts pairs of districts. Those who stay are nearly all, and are counted without a search.
fn counted(moves: impl Iterator<Item = (u32, u32)>, districts: usize) -> Matrix {
    let (mut staying, mut matrix) = (vec![0u64; districts], Matrix::new());
    for (origin, destination) in moves {
        if origin == destination {
            staying[origin as usize] += 1;
        } else {
            *matrix.entry((origin, destination)).or_default() += 1;
        }
    }
    matrix.extend((0u32..).zip(staying).filter(|&(_, stayed)| stayed > 0).map(|(at, stayed)| ((at, at), stayed)));
    matrix
}

fn rolled_up(districts: &Matrix, level: &AreaLevel) -> Matrix {
    let mut matrix = Matrix::new();
    for (&(origin, destination), subscribers) in districts {
        let pair = (level.of_district[origin as usize], level.of_district[destination as usize]);
        *matrix.entry(pair).or_default() += subscribers;
    }
    matrix
}
