//! A made-up country: areas of two levels on a grid whose lines are bent, so that neighbours share them.

/// Longitude and latitude.
pub type Point = [f64; 2];

/// An area.
pub struct Area {
    pub level: i32,
    pub id: String,
    pub name: String,
    pub parent: Option<String>,
    pub center: Point,
    /// The outer ring, closed.
    pub ring: Vec<Point>,
}

/// Level 2 areas a level 1 area is wide.
const WIDE: usize = 5;

/// Text that a page must show and never run.
pub const HOSTILE: [&str; 6] = [
    "</script><img src=x onerror=alert(1)>",
    "\" onfocus=\"alert(2)\" x=\"",
    "<!--<script>alert(3)</script>",
    "line\u{2028}\u{2029}\u{202e}separators",
    "{{operation}} ${alert(4)} javascript:alert(5)",
    "</style><svg onload=alert(6)>",
];

/// The country, its level 1 and level 2 areas.
pub fn areas(level2: usize, is_hostile: bool) -> Vec<Area> {
    let rows = level2.div_ceil(WIDE).max(1);
    let name = |at: usize, plain: String| if is_hostile { HOSTILE[at % HOSTILE.len()].to_owned() } else { plain };
    let ring_of = |x: [usize; 2], y: [usize; 2]| {
        let mut ring: Vec<Point> = (x[0]..x[1]).map(|at| corner(at, y[0])).collect();
        ring.extend((y[0]..y[1]).map(|at| corner(x[1], at)));
        ring.extend((x[0] + 1..=x[1]).rev().map(|at| corner(at, y[1])));
        ring.extend((y[0]..=y[1]).rev().map(|at| corner(x[0], at)));
        ring
    };
    let center = |x: [usize; 2], y: [usize; 2]| [84.0 + (x[0] + x[1]) as f64 / 8.0, 27.0 + (y[0] + y[1]) as f64 / 8.0];
    let (all_x, all_y) = ([0, WIDE], [0, rows]);
    let mut areas = vec![Area {
        level: 0,
        id: "XB".into(),
        name: name(0, "Madeupland".into()),
        parent: None,
        center: center(all_x, all_y),
        ring: ring_of(all_x, all_y),
    }];
    for row in 0..rows {
        let y = [row, row + 1];
        let id = format!("XB{:02}", row + 1);
        let plain = format!("Province {}", row + 1);
        areas.push(Area {
            level: 1,
            name: name(row, plain),
            parent: Some("XB".into()),
            center: center(all_x, y),
            ring: ring_of(all_x, y),
            id,
        });
    }
    for at in 0..level2 {
        let (row, column) = (at / WIDE, at % WIDE);
        let (x, y) = ([column, column + 1], [row, row + 1]);
        areas.push(Area {
            level: 2,
            id: format!("XB{:02}{:02}", row + 1, column + 1),
            name: name(at + 1, format!("District {}.{}", row + 1, column + 1)),
            parent: Some(format!("XB{:02}", row + 1)),
            center: center(x, y),
            ring: ring_of(x, y),
        });
    }
    areas
}

/// A crossing of the grid, moved a little, always to the same place.
fn corner(x: usize, y: usize) -> Point {
    let shift = |seed: usize| f64::from((seed * 7919 + 13) as u32 % 101) / 101.0 * 0.12 - 0.06;
    [84.0 + x as f64 / 4.0 + shift(x * 31 + y), 27.0 + y as f64 / 4.0 + shift(x + y * 57)]
}

/// A ring as a well-known-binary polygon.
pub fn wkb(ring: &[Point]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((ring.len() as u32).to_le_bytes());
    bytes.extend(ring.iter().flatten().flat_map(|own| own.to_le_bytes()));
    bytes
}
