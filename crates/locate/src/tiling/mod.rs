//! Which area each H3 cell belongs to (formats §1.4, methods §4.0).
//!
//! First, the area that holds the centre of an H3 cell has it; where areas overlap, the smaller P-code. Next, an H3 cell
//! whose centre is in no area but that reaches into some (coast, lake, gap between boundaries) goes to the area with the
//! largest overlap (`coast`, found by following the boundaries: `border`). Last, an area left without any gets the H3
//! cell that holds its inner point, unless that would empty another area (`small`).

mod border;
mod coast;
mod h3_areas;
mod small;

pub use h3_areas::H3Areas;
