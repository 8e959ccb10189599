//! Shapes in files: what GIS programs open.
//!
//! | module | answers |
//! |---|---|
//! | `shape` | coordinates as every file has them, and the box around them |
//! | `wkb` | a shape as ISO well-known binary |
//! | `geoparquet` | what makes a Parquet file a GeoParquet file |
//! | `geojson` | features for older desktops |

pub(crate) mod geojson;
pub(crate) mod geoparquet;
pub(crate) mod shape;
mod wkb;
