//! The invented country: six provinces of 4 or 6 districts on a grid that was shaken until it looks drawn by history.

use crate::chance::{Purpose, stream};
use crate::ground::point;
use crate::names::Names;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use hexodus_model::{Ancestor, Area, Pcode};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Districts from west to east and from south to north.
const COLUMNS: usize = 6;
const ROWS: usize = 5;
/// South-west corner and extent in degrees: about 300 km × 200 km.
const WEST: f64 = 80.5;
const SOUTH: f64 = 26.6;
const WIDE: f64 = 3.0;
const HIGH: f64 = 1.8;
/// How far corners and the points between them stray, in grid steps. Together they stay below what would let two
/// borders cross.
const CORNER_STRAY: f64 = 0.18;
const BORDER_STRAY: f64 = 0.05;
/// P-code and name of the country; `XA` is reserved for private use.
const COUNTRY: (&str, &str) = ("XA", "Exampleland");

/// The areas of the invented country: 30 districts (adm2) in 6 provinces (adm1), ascending by P-code.
///
/// Neighbours share their border vertex by vertex, so there is neither gap nor overlap.
pub fn invented_areas(seed: u64) -> Vec<Area> {
    let grid = Grid::drawn(seed);
    let mut names = Names::new(seed);
    let mut areas = Vec::with_capacity(COLUMNS * ROWS);
    for province in 0..6 {
        let name = names.next();
        let (columns, rows) = extent(province);
        let tiles = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        for (number, (column, row)) in tiles.enumerate() {
            areas.push(Area {
                level: 2,
                pcode: Pcode(format!("{}{:02}{:02}", COUNTRY.0, province + 1, number + 1)),
                name: names.next(),
                ancestors: ancestors(province, &name),
                shape: grid.tile(column, row),
            });
        }
    }
    areas
}

/// The grid columns and rows of a province: two columns, and the southern two or the northern three rows.
fn extent(province: usize) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let column = province % 3 * 2;
    (column..column + 2, if province < 3 { 0..2 } else { 2..ROWS })
}

fn ancestors(province: usize, name: &str) -> Vec<Ancestor> {
    let country = Ancestor { level: 0, pcode: Pcode(COUNTRY.0.to_owned()), name: COUNTRY.1.to_owned() };
    let pcode = Pcode(format!("{}{:02}", COUNTRY.0, province + 1));
    vec![country, Ancestor { level: 1, pcode, name: name.to_owned() }]
}

/// Corners, and the two points between neighbouring corners; each border is drawn once and used by both sides.
struct Grid {
    corners: Vec<Coord<f64>>,
    eastward: Vec<[Coord<f64>; 2]>,
    northward: Vec<[Coord<f64>; 2]>,
}

impl Grid {
    fn drawn(seed: u64) -> Self {
        let mut rng = stream(seed, Purpose::Country, 0, 0);
        let at = |index: usize| (index % (COLUMNS + 1), index / (COLUMNS + 1));
        let corners: Vec<Coord<f64>> = (0..(COLUMNS + 1) * (ROWS + 1))
            .map(|index| on_grid(at(index).0 as f64, at(index).1 as f64, CORNER_STRAY, &mut rng))
            .collect();
        let mut grid = Self { corners, eastward: Vec::new(), northward: Vec::new() };
        for index in 0..grid.corners.len() {
            let (column, row) = at(index);
            let here = grid.corners[index];
            let east = grid.corner((column + 1).min(COLUMNS), row);
            let north = grid.corner(column, (row + 1).min(ROWS));
            grid.eastward.push(between(here, east, &mut rng));
            grid.northward.push(between(here, north, &mut rng));
        }
        grid
    }

    fn corner(&self, column: usize, row: usize) -> Coord<f64> {
        self.corners[row * (COLUMNS + 1) + column]
    }

    /// The district at a column and row, counter-clockwise from its south-west corner.
    fn tile(&self, column: usize, row: usize) -> MultiPolygon<f64> {
        let border = |side: &[[Coord<f64>; 2]], column: usize, row: usize| side[row * (COLUMNS + 1) + column];
        let south = border(&self.eastward, column, row);
        let east = border(&self.northward, column + 1, row);
        let north = border(&self.eastward, column, row + 1);
        let west = border(&self.northward, column, row);
        let mut ring = vec![self.corner(column, row), south[0], south[1]];
        ring.extend([self.corner(column + 1, row), east[0], east[1]]);
        ring.extend([self.corner(column + 1, row + 1), north[1], north[0]]);
        ring.extend([self.corner(column, row + 1), west[1], west[0], self.corner(column, row)]);
        MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])
    }
}

fn on_grid(column: f64, row: f64, stray: f64, rng: &mut Pcg64Mcg) -> Coord<f64> {
    let column = column + rng.random_range(-stray..=stray);
    let row = row + rng.random_range(-stray..=stray);
    let at = point(SOUTH + HIGH * row / ROWS as f64, WEST + WIDE * column / COLUMNS as f64);
    Coord { x: at.lon, y: at.lat }
}

/// Two points at the thirds of a border, off the straight line.
fn between(from: Coord<f64>, to: Coord<f64>, rng: &mut Pcg64Mcg) -> [Coord<f64>; 2] {
    [1.0 / 3.0, 2.0 / 3.0].map(|part| {
        let column = (from.x + (to.x - from.x) * part - WEST) / WIDE * COLUMNS as f64;
        let row = (from.y + (to.y - from.y) * part - SOUTH) / HIGH * ROWS as f64;
        on_grid(column, row, BORDER_STRAY, rng)
    })
}
