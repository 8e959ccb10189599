//! Why a layer of areas is refused.

use std::path::PathBuf;
use thiserror::Error;

/// Why a boundary file cannot be used. Features are numbered from 1 in the order of the file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AreaError {
    /// The file cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is longer than any layer of areas.
    #[error("{}: expected a layer of areas of at most {limit_mib} MiB, found a longer one; simplify its boundaries, for \
        example with `ogr2ogr -simplify 0.0005`", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit_mib: u64,
    },
    /// The file is no GeoJSON.
    #[error("{}: expected a GeoJSON FeatureCollection, or one feature a line", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: serde_json::Error,
    },
    /// There is no feature in the file.
    #[error("{}: expected at least one feature, found none", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The coordinates are not degrees of WGS 84.
    #[error("{}: expected longitude and latitude (EPSG:4326), found {found}; reproject the file to EPSG:4326, for \
        example with `ogr2ogr -t_srs EPSG:4326`", path.display())]
    NotDegrees {
        /// The file.
        path: PathBuf,
        /// The `crs` member, or a coordinate and its feature.
        found: String,
    },
    /// A feature is no area.
    #[error("{}: feature {feature}: expected a Polygon or MultiPolygon with closed rings, found {found}", path.display())]
    Geometry {
        /// The file.
        path: PathBuf,
        /// Number of the feature.
        feature: usize,
        /// What it is instead.
        found: String,
    },
    /// No column is recognised as a P-code.
    #[error("{}: no column of P-codes: expected adm{{N}}_pcode, ADM{{N}}_PCODE or admin{{N}}Pcod, found {}; name the \
        column with id_col (and name_col, parent_col, level)", path.display(), found.join(", "))]
    NoCodeColumn {
        /// The file.
        path: PathBuf,
        /// The columns there are.
        found: Vec<String>,
    },
    /// A column named in the configuration, or needed for the configured level, is not in the file.
    #[error("{}: {setting}: expected a column {column}, found {}", path.display(), found.join(", "))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The setting that asks for it.
        setting: &'static str,
        /// The column asked for.
        column: String,
        /// The columns there are.
        found: Vec<String>,
    },
    /// The level is none an area can have.
    #[error("level: expected 1 to 9 (level 0 is the country and comes with the others), found {found}")]
    Level {
        /// The level.
        found: u8,
    },
    /// An area has no P-code.
    #[error("{}: feature {feature}: {column}: expected a P-code, found none", path.display())]
    NullCode {
        /// The file.
        path: PathBuf,
        /// Number of the feature.
        feature: usize,
        /// The column of P-codes.
        column: String,
    },
    /// Two areas of the level have one P-code.
    #[error("{}: feature {feature}: {column}: expected each P-code once, found {code} again (first in feature {first})",
        path.display())]
    DuplicateCode {
        /// The file.
        path: PathBuf,
        /// Number of the feature.
        feature: usize,
        /// Number of the feature that had the code before.
        first: usize,
        /// The column of P-codes.
        column: String,
        /// The code.
        code: String,
    },
    /// Neither a column nor the prefix of the code leads to the parent.
    #[error("{}: feature {feature}: no parent of {code}: expected its level-{level} code in a column adm{level}_pcode or \
        as the beginning of {code}; name a column with parent_col{}", path.display(),
        if *level == 0 { ", or say the country with cod_version = \"<iso3>_<version>\"" } else { "" })]
    NoParent {
        /// The file.
        path: PathBuf,
        /// Number of the feature.
        feature: usize,
        /// The code without parent.
        code: String,
        /// The level that was looked for.
        level: u8,
    },
    /// An area cannot be tiled with H3 cells.
    #[error("area {pcode}: its boundary cannot be tiled: {reason}")]
    Tiling {
        /// Its code.
        pcode: String,
        /// Why.
        reason: String,
    },
}
