//! The areas as keys: a district is an area of the deepest level, by its rank among the P-codes.

use crate::error::{AreaFault, SynthError};
use crate::text::csv_field;
use hexodus_model::Area;

/// The districts and what they belong to.
#[derive(Clone, Debug)]
pub(crate) struct Districts {
    /// Ascending by P-code; a district is an index of this list.
    pub(crate) areas: Vec<Area>,
    /// Levels 1 to the deepest.
    pub(crate) levels: Vec<AreaLevel>,
}

/// One administrative level.
#[derive(Clone, Debug)]
pub(crate) struct AreaLevel {
    /// 1, 2, 3 …
    pub(crate) level: u8,
    /// P-codes ascending, as CSV fields.
    pub(crate) pcodes: Vec<String>,
    /// For each district, the index of its area in `pcodes`.
    pub(crate) of_district: Vec<u32>,
}

impl Districts {
    /// Sorts the areas and checks that all are of one level, with one ancestor per level above.
    pub(crate) fn new(mut areas: Vec<Area>) -> Result<Self, SynthError> {
        areas.sort_by(|a, b| a.pcode.cmp(&b.pcode));
        let deepest = areas.first().map_or(0, |area| area.level);
        for area in &areas {
            let fault = match area.level {
                0 => Some(AreaFault::Country),
                level if level != deepest => Some(AreaFault::OtherLevel),
                _ => None,
            };
            if let Some(fault) = fault {
                return Err(SynthError::area(&area.pcode.0, fault));
            }
        }
        if let Some(pair) = areas.windows(2).find(|pair| pair[0].pcode == pair[1].pcode) {
            return Err(SynthError::area(&pair[0].pcode.0, AreaFault::Repeated));
        }
        let levels = (1..=deepest).map(|level| AreaLevel::new(level, &areas)).collect::<Result<_, _>>()?;
        Ok(Self { areas, levels })
    }

    /// The deepest level: that of the districts.
    pub(crate) fn deepest(&self) -> u8 {
        self.levels.last().map_or(0, |level| level.level)
    }

    /// P-code of a district at a level, as a CSV field; empty when there is no such level.
    pub(crate) fn pcode(&self, level: u8, district: u32) -> &str {
        let level = self.levels.get(usize::from(level).wrapping_sub(1));
        level.map_or("", |level| &level.pcodes[level.of_district[district as usize] as usize])
    }

    /// Number of districts.
    pub(crate) fn len(&self) -> usize {
        self.areas.len()
    }
}

impl AreaLevel {
    fn new(level: u8, districts: &[Area]) -> Result<Self, SynthError> {
        let codes: Vec<&str> = districts.iter().map(|area| code_at(area, level)).collect::<Result<_, _>>()?;
        let mut distinct = codes.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let rank = |code: &&str| distinct.partition_point(|other| other < code) as u32;
        let of_district = codes.iter().map(rank).collect();
        Ok(Self { level, pcodes: distinct.into_iter().map(csv_field).collect(), of_district })
    }
}

fn code_at(area: &Area, level: u8) -> Result<&str, SynthError> {
    if area.level == level {
        return Ok(&area.pcode.0);
    }
    let ancestor = area.ancestors.iter().find(|ancestor| ancestor.level == level);
    ancestor
        .map(|ancestor| ancestor.pcode.0.as_str())
        .ok_or_else(|| SynthError::area(&area.pcode.0, AreaFault::NoAncestor(level)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;

    #[test]
    fn districts_know_their_province() {
        let districts = Districts::new(invented_areas(1)).unwrap();
        assert_eq!((districts.len(), districts.deepest()), (30, 2));
        assert_eq!((districts.pcode(2, 29), districts.pcode(1, 29)), ("XA0606", "XA06"));
        assert_eq!(districts.levels[0].pcodes.len(), 6);
    }

    #[test]
    fn two_levels_in_one_list_are_refused() {
        let mut areas = invented_areas(1);
        areas[7].level = 3;
        let refused = Districts::new(areas).unwrap_err();
        assert!(refused.to_string().contains("not of the level"), "{refused}");
    }
}
