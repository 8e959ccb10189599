//! A folder in the shape of a release with made-up numbers, to try `report.html` on: many areas, H3 cells, hostile names.
//! Nothing in it went through the privacy wall, as nothing in it is of anybody.
//!
//! usage: `made_up_release FOLDER [--areas N] [--h3-cells N] [--days N] [--bare] [--hostile] [--subscribers] [--noise]`

mod country;
mod folder;
mod tables;

use folder::{MadeUp, write_folder};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut made_up = MadeUp::default();
    let mut folder = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().unwrap_or_default().parse::<usize>();
        match argument.as_str() {
            "--areas" => made_up.areas = number()?,
            "--h3-cells" => made_up.h3_cells = number()?,
            "--days" => made_up.days = number()?,
            "--bare" => made_up.is_bare = true,
            "--hostile" => made_up.is_hostile = true,
            "--subscribers" => made_up.is_subscribers = true,
            "--noise" => made_up.is_noised = true,
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    write_folder(&folder.ok_or("usage: made_up_release FOLDER …")?, made_up)
}
