//! What a boundary file says: areas, P-codes, parents and the version of the dataset.
//!
//! | file | answers |
//! |---|---|
//! | [`columns`] | which column holds the code, the name, the parent (three COD-AB layouts, or named by hand) |
//! | [`error`] | why a layer is refused |
//! | `features` | the features of a GeoJSON file, in degrees |
//! | `pcode` | what a P-code says about its parent, and what is odd about it |
//! | `version` | `cod_version` |
//! | [`warning`] | what is odd, but no reason to refuse the layer |
//! | [`shapes`] | the shapes of all levels |
//! | [`measure`] | inner point and true area |
//! | [`layer`] | the result |

pub mod columns;
pub mod error;
mod features;
pub mod footprint;
pub mod layer;
pub mod measure;
mod pcode;
pub mod shapes;
mod version;
pub mod warning;

pub use columns::AreaColumns;
pub use error::AreaError;
pub use footprint::read_footprint;
pub use layer::{AreaLayer, read_areas};
pub use warning::{AreaOddity, AreaWarning};
