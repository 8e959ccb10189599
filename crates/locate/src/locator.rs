//! Where each location was on one local day.

use crate::h3::h3_centre;
use crate::plan::CellPlan;
use crate::plan::cell_plan::Stay;
use crate::tiling::H3Areas;
use hexodus_model::{
    AreaKey, AreaTree, DayPlaces, DayWindow, H3Cell, LocationId, LocationKey, Locations, PlaceKey, UtcMicros,
};

/// The bridge from location keys to places: a radio-cell plan and a tiling of areas, either of which may be absent.
#[derive(Clone, Debug, Default)]
pub struct Locator {
    plan: Option<CellPlan>,
    areas: Option<(AreaTree, H3Areas)>,
    has_distances: bool,
}

/// The place of one location during one day.
enum Whereabouts {
    Nowhere,
    At(H3Cell),
    /// `(microsecond of the day from which, H3 cell)`, ascending.
    Changing(Vec<(i64, Option<H3Cell>)>),
}

impl Locator {
    /// Without a plan every radio cell is nowhere; without areas places have no area. The tree and the tiling must be
    /// of the same [`AreaLayer`](crate::AreaLayer).
    pub const fn new(plan: Option<CellPlan>, areas: Option<(AreaTree, H3Areas)>) -> Self {
        Self { plan, areas, has_distances: true }
    }

    /// The same, where an H3 cell stands for a whole area, so that its centre says nothing of distances within a day.
    #[must_use]
    pub fn without_distances(self) -> Self {
        Self { has_distances: false, ..self }
    }

    /// The radio-cell plan.
    pub const fn plan(&self) -> Option<&CellPlan> {
        self.plan.as_ref()
    }

    /// The areas, nested.
    pub fn area_tree(&self) -> Option<&AreaTree> {
        self.areas.as_ref().map(|(tree, _)| tree)
    }

    /// Which H3 cell belongs to which area.
    pub fn h3_areas(&self) -> Option<&H3Areas> {
        self.areas.as_ref().map(|(_, tiling)| tiling)
    }

    /// The area of `level` (1 = the first below the country) that an H3 cell belongs to; `None` = outside every area,
    /// or no such level.
    pub fn area_at(&self, h3: H3Cell, level: u8) -> Option<AreaKey> {
        let (tree, tiling) = self.areas.as_ref()?;
        let deepest = tree.deepest();
        if level > deepest {
            return None;
        }
        tree.ancestor(deepest, tiling.area_of(h3)?, level)
    }

    /// Where every location of `locations` was on the day of `window`.
    ///
    /// The places are the H3 cells that some location was in during the day, ascending; `areas[level - 1]` holds their
    /// areas. A location given by its own point is always in the H3 cell of that point. A radio cell is in the H3 cell
    /// of its site while the plan says it stood there; a validity that begins or ends within the day makes it a
    /// changing location.
    pub fn day_places(&self, locations: &Locations, window: &DayWindow) -> DayPlaces {
        let whereabouts: Vec<Whereabouts> = locations.ids().iter().map(|id| self.whereabouts(id, window)).collect();
        let h3 = all_places(&whereabouts);
        let place = |at: H3Cell| h3.binary_search(&at).ok().map(|index| PlaceKey(index as u32));

        let mut places = DayPlaces::new(h3.clone(), self.areas_of(&h3), whereabouts.len());
        if self.has_distances {
            // An index that is none of the grid's cannot come from the plan or a point.
            let centre = |&h3: &H3Cell| h3_centre(h3).map_or([0.0, 0.0], |centre| [centre.lat, centre.lon]);
            places.set_centres(h3.iter().map(centre));
        }
        for (location, at) in whereabouts.into_iter().enumerate() {
            let location = LocationKey(location as u32);
            match at {
                Whereabouts::Nowhere => {}
                Whereabouts::At(h3) => {
                    if let Some(place) = place(h3) {
                        places.place(location, place);
                    }
                }
                Whereabouts::Changing(steps) => {
                    let steps = steps.into_iter().map(|(from, h3)| (from, h3.and_then(place)));
                    places.place_changing(location, steps.collect());
                }
            }
        }
        places
    }

    fn whereabouts(&self, location: &LocationId, window: &DayWindow) -> Whereabouts {
        match location {
            LocationId::Point(h3) => Whereabouts::At(*h3),
            LocationId::NullIsland => Whereabouts::Nowhere,
            LocationId::RadioCell(id) => match &self.plan {
                Some(plan) => of_stays(plan.stays_of(id), window, |stay| plan.place_of(stay)),
                None => Whereabouts::Nowhere,
            },
        }
    }

    fn areas_of(&self, h3: &[H3Cell]) -> Vec<Vec<Option<AreaKey>>> {
        let deepest = self.area_tree().map_or(0, AreaTree::deepest);
        (1..=deepest).map(|level| h3.iter().map(|&h3| self.area_at(h3, level)).collect()).collect()
    }
}

/// Every H3 cell that occurs, ascending, without repeats.
fn all_places(whereabouts: &[Whereabouts]) -> Vec<H3Cell> {
    let mut h3 = Vec::with_capacity(whereabouts.len());
    for at in whereabouts {
        match at {
            Whereabouts::Nowhere => {}
            Whereabouts::At(place) => h3.push(*place),
            Whereabouts::Changing(steps) => h3.extend(steps.iter().filter_map(|&(_, place)| place)),
        }
    }
    h3.sort_unstable();
    h3.dedup();
    h3
}

/// Cuts the stays of a radio cell to the day.
fn of_stays(stays: &[Stay], window: &DayWindow, place: impl Fn(&Stay) -> Option<H3Cell>) -> Whereabouts {
    let (UtcMicros(start), UtcMicros(end)) = (window.start, window.end);
    let mut steps: Vec<(i64, Option<H3Cell>)> = vec![(0, None)];
    let mut step = |at: i64, h3: Option<H3Cell>| {
        if let Some(last) = steps.last_mut()
            && last.0 == at
        {
            last.1 = h3;
        } else {
            steps.push((at, h3));
        }
    };
    let first = stays.partition_point(|stay| stay.until <= start);
    for stay in stays[first..].iter().take_while(|stay| stay.from < end) {
        step(stay.from.max(start) - start, place(stay));
        if stay.until < end {
            step(stay.until - start, None);
        }
    }
    steps.dedup_by_key(|step| step.1);
    match steps.as_slice() {
        [(_, Some(h3))] => Whereabouts::At(*h3),
        [] | [(_, None)] => Whereabouts::Nowhere,
        _ => Whereabouts::Changing(steps),
    }
}
