//! Who has a SIM, area by area and group by group.

use crate::error::SynthError;
use crate::ownership::Group;
use crate::text::TextFile;
use crate::world::World;
use std::path::Path;

/// People of a district, and those of them with a SIM; group a, group b.
#[derive(Clone, Copy, Default)]
struct Count {
    people: [u64; 2],
    with_sim: [u64; 2],
}

/// One row per district: the share drawn for it, people and those with a SIM by group.
pub(super) fn write_owners(path: &Path, world: &World) -> Result<(), SynthError> {
    let mut counts = vec![Count::default(); world.districts.len()];
    for person in &world.subscribers {
        let count = &mut counts[world.settlements.district(person.home) as usize];
        let group = usize::from(person.group == Group::B);
        count.people[group] += 1;
        count.with_sim[group] += u64::from(person.has_sim);
    }
    let deepest = world.districts.deepest();
    let header = format!("adm{deepest}_pcode,ownership,people_a,people_b,with_sim_a,with_sim_b");
    let mut file = TextFile::plain(path, &header)?;
    for ((district, share), Count { people, with_sim }) in (0..).zip(&world.market.owners.of_district).zip(counts) {
        let pcode = world.districts.pcode(deepest, district);
        let ([people_a, people_b], [with_sim_a, with_sim_b]) = (people, with_sim);
        file.line(format_args!("{pcode},{share:.4},{people_a},{people_b},{with_sim_a},{with_sim_b}"))?;
    }
    file.finish()
}
