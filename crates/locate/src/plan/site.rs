//! Sites: the masts that radio cells stand at, with keys that outlive the plan.
//!
//! Where the operator names a site, that is the site, and its point is that of its first radio cell in order of id.
//! Elsewhere sites are grown by greedy leader clustering (formats §1.3): radio cells in order of id, each joins the
//! nearest leader within the radius, else becomes a leader. Single linkage would chain a whole town into one site.
//!
//! A later plan is resolved with the sites of the earlier one: they keep key and point, they lead before any new
//! leader, and a radio cell that still stands where it stood stays with its site. So resolving a plan again changes
//! nothing, and a place changes only when a radio cell moves.

use crate::plan::PlanError;
use crate::plan::leaders::LeaderGrid;
use crate::plan::validity::distance_m;
use hexodus_model::SitePoint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Radio cells of one operator site farther than this from its point are counted (formats §1.3: members ≤ 1 km apart).
const SITE_SPREAD_M: f64 = 1000.0;

/// A key of a site, handed out once and never used again, across plan versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SiteKey(pub u32);

/// A mast holding one or more radio cells. Serialisable, so that a store can hand it to the next plan version; fields stand
/// in alphabetical order, as the stores there are have them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its key.
    pub key: SiteKey,
    /// Latitude of the site's point in WGS 84 degrees: that of its leader.
    pub lat: f64,
    /// Longitude of the site's point.
    pub lon: f64,
    /// Radio cells that ever stood here, the leader first; empty where the operator names the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<SiteMember>,
    /// The operator's id, where the operator names the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<String>,
}

/// A radio cell at a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteMember {
    /// Latitude in WGS 84 degrees.
    pub lat: f64,
    /// Longitude in WGS 84 degrees.
    pub lon: f64,
    /// The operator's id of the radio cell.
    pub radio_cell_id: String,
}

impl Site {
    /// The point whose H3 cell is the place of every radio cell of this site.
    pub const fn point(&self) -> SitePoint {
        SitePoint { lat: self.lat, lon: self.lon }
    }
}

/// One radio cell at one position, as the plan has it.
#[derive(Clone, Copy)]
pub(crate) struct Standing<'a> {
    pub(crate) radio_cell_id: &'a str,
    pub(crate) point: SitePoint,
    pub(crate) site_id: Option<&'a str>,
}

/// The sites of a plan.
#[derive(Default)]
pub(crate) struct Sites {
    /// Known and new ones, ascending by key.
    pub(crate) all: Vec<Site>,
    /// For each standing: index in `all`.
    pub(crate) site_of: Vec<u32>,
    /// The operator's sites with a radio cell far from their point.
    pub(crate) spread: u64,
    /// Known operator sites whose point changed.
    pub(crate) moved: u64,
}

/// Finds the site of every standing. Standings come in order of radio cell, then time.
pub(crate) fn assign_sites(known: &[Site], standings: &[Standing<'_>], radius_m: f64) -> Result<Sites, PlanError> {
    let mut found = Sites { all: known.to_vec(), ..Sites::default() };
    found.all.sort_by_key(|site| site.key);
    found.all.dedup_by_key(|site| site.key);

    let named = name_sites(&mut found, standings)?;
    let mut growth = Growth::new(&found.all, radius_m);
    for standing in standings {
        let site = match standing.site_id {
            Some(site_id) => named.get(site_id).copied().unwrap_or_default(),
            None => growth.place(&mut found.all, standing)?,
        };
        found.site_of.push(site as u32);
    }
    Ok(found)
}

/// The operator's own sites: by name, the point of the first radio cell. A known site keeps its point as long as some
/// radio cell still stands there; when none does, the operator has moved or corrected the site.
fn name_sites<'a>(found: &mut Sites, standings: &[Standing<'a>]) -> Result<BTreeMap<&'a str, usize>, PlanError> {
    let mut points: BTreeMap<&str, Vec<SitePoint>> = BTreeMap::new();
    for standing in standings {
        if let Some(site_id) = standing.site_id {
            points.entry(site_id).or_default().push(standing.point);
        }
    }
    let known: HashMap<String, usize> =
        found.all.iter().enumerate().filter_map(|(index, site)| Some((site.site_id.clone()?, index))).collect();
    let mut named = BTreeMap::new();
    for (site_id, points) in points {
        let leader = points[0];
        let index = match known.get(site_id).copied() {
            Some(index) => {
                let site = &mut found.all[index];
                if !points.contains(&site.point()) {
                    (site.lat, site.lon) = (leader.lat, leader.lon);
                    found.moved += 1;
                }
                index
            }
            None => add_site(&mut found.all, Some(site_id.to_owned()), leader, Vec::new())?,
        };
        let centre = found.all[index].point();
        found.spread += u64::from(points.iter().any(|&point| distance_m(point, centre) > SITE_SPREAD_M));
        named.insert(site_id, index);
    }
    Ok(named)
}

fn add_site(
    sites: &mut Vec<Site>,
    site_id: Option<String>,
    point: SitePoint,
    members: Vec<SiteMember>,
) -> Result<usize, PlanError> {
    let key = sites.last().map_or(Some(0), |site| site.key.0.checked_add(1));
    let key = key.map(SiteKey).ok_or(PlanError::TooLarge { what: "sites", limit: u32::MAX })?;
    sites.push(Site { key, site_id, lat: point.lat, lon: point.lon, members });
    Ok(sites.len() - 1)
}

/// Greedy leader clustering of the radio cells without a named site.
struct Growth {
    radius_m: f64,
    leaders: LeaderGrid,
    /// Site of each radio cell at a position, known from an earlier plan or found in this one.
    members: HashMap<(Box<str>, [u64; 2]), usize>,
}

impl Growth {
    fn new(known: &[Site], radius_m: f64) -> Self {
        let mut growth = Self { radius_m, leaders: LeaderGrid::new(radius_m), members: HashMap::new() };
        for (index, site) in known.iter().enumerate().filter(|(_, site)| site.site_id.is_none()) {
            growth.leaders.insert(site.point(), index);
            for (rank, member) in site.members.iter().enumerate() {
                let point = SitePoint { lat: member.lat, lon: member.lon };
                // The radius may have become smaller since; with radius 0 only the leader keeps its site.
                if rank == 0 || (radius_m > 0.0 && distance_m(point, site.point()) <= radius_m) {
                    growth.members.entry(member_key(&member.radio_cell_id, point)).or_insert(index);
                }
            }
        }
        growth
    }

    fn place(&mut self, sites: &mut Vec<Site>, standing: &Standing<'_>) -> Result<usize, PlanError> {
        let key = member_key(standing.radio_cell_id, standing.point);
        if let Some(&index) = self.members.get(&key) {
            return Ok(index);
        }
        let SitePoint { lat, lon } = standing.point;
        let member = SiteMember { radio_cell_id: standing.radio_cell_id.to_owned(), lat, lon };
        let nearest = if self.radius_m > 0.0 { self.leaders.nearest(standing.point) } else { None };
        let index = if let Some(index) = nearest {
            sites[index].members.push(member);
            index
        } else {
            let index = add_site(sites, None, standing.point, vec![member])?;
            self.leaders.insert(standing.point, index);
            index
        };
        self.members.insert(key, index);
        Ok(index)
    }
}

fn member_key(radio_cell_id: &str, point: SitePoint) -> (Box<str>, [u64; 2]) {
    (radio_cell_id.into(), [point.lat.to_bits(), point.lon.to_bits()])
}
