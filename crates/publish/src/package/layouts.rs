//! Columns of the tables in the shape of other systems, and of the areas (formats §4.3, §4.4, §4.8, §4.9).

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, REASON, SOURCE_METHOD};
use crate::geo::geoparquet::with_shape;

const BEHIND: &str = "distinct subscribers behind the figure";

/// How many of the columns of [`IDPS`] the CSV has: those of the DTM v3 files, in their order.
pub(super) const IDPS_CSV_COLUMNS: usize = 21;

/// The displaced by host in the shape of DTM v3.
pub const IDPS: Layout = Layout {
    name: "idps_admin",
    key: &["adminLevel", "admin1Pcode", "admin2Pcode", "idpOriginAdmin1Pcode"],
    columns: &[
        Column::new("id", I64, "Always empty: these are no ids of DTM").nullable().hxl("#id+code"),
        Column::new("operation", Text, "Monitored crisis").hxl("#operation+name"),
        Column::new("admin0Name", Text, "Country: a label, never a key").nullable().hxl("#country+name"),
        Column::new("admin0Pcode", Text, "Country as ISO 3166-1 alpha-3, as in the files of DTM").hxl("#country+code"),
        Column::new("admin1Name", Text, "Level 1 area of the host: a label, never a key").nullable().hxl("#adm1+name"),
        Column::new("admin1Pcode", Text, "Level 1 area of the host; null at level 0").nullable().hxl("#adm1+code"),
        Column::new("admin2Name", Text, "Level 2 area of the host: a label, never a key").nullable().hxl("#adm2+name"),
        Column::new("admin2Pcode", Text, "Level 2 area of the host; null above").nullable().hxl("#adm2+code"),
        Column::new("adminLevel", I32, "0, 1 or 2, each from its own figures: never add levels up").hxl("#adm+level"),
        Column::new("numPresentIdpInd", I64, "Displaced people present on the reporting date, rounded")
            .nullable()
            .unit("persons")
            .hxl("#affected+idps")
            .tested_on(BEHIND),
        Column::new("reportingDate", Text, "The last released day, YYYY-MM-DDT00:00:00").hxl("#date+reported"),
        Column::new("yearReportingDate", I32, "Its year").hxl("#date+year+reported"),
        Column::new("monthReportingDate", I32, "Its month").hxl("#date+month+reported"),
        Column::new("roundNumber", I32, "Number of this publication of the operation, from 1")
            .nullable()
            .hxl("#round+code"),
        Column::new("displacementReason", Text, "As supplied by the operator of the crisis, never inferred")
            .hxl("#cause+type"),
        Column::new("numberMales", I64, "Always empty: sex is not observed").nullable().hxl("#affected+idps+m"),
        Column::new("numberFemales", I64, "Always empty: sex is not observed").nullable().hxl("#affected+idps+f"),
        Column::new("idpOriginAdmin1Name", Text, "Level 1 area of home, or Not available").hxl("#adm1+name+origin"),
        Column::new("idpOriginAdmin1Pcode", Text, "Level 1 area of home, or Not available").hxl("#adm1+code+origin"),
        Column::new("assessmentType", Text, "MPD: no assessment of DTM, and not to be mixed with one")
            .hxl("#assessment+type"),
        Column::new("operationStatus", Text, "Active or Inactive").hxl("#operation+status"),
        COD_VERSION,
        Column::new("persons_low", I64, "Lower end of the 95 % interval, rounded down")
            .nullable()
            .unit("persons")
            .tested_on(BEHIND),
        Column::new("persons_high", I64, "Upper end, rounded up").nullable().unit("persons").tested_on(BEHIND),
        Column::new("suppressed", Bool, "Whether the figure is withheld"),
        REASON,
        SOURCE_METHOD,
    ],
};

/// The displaced by host in the shape of HDX HAPI.
pub const HAPI: Layout = Layout {
    name: "hapi_idps",
    key: &["admin_level", "admin1_code", "admin2_code"],
    columns: &[
        Column::new("location_code", Text, "Country as ISO 3166-1 alpha-3"),
        Column::new("has_hrp", Text, "Y or N, as configured").nullable(),
        Column::new("in_gho", Text, "Y or N, as configured").nullable(),
        Column::new("provider_admin1_name", Text, "Name of the level 1 area").nullable(),
        Column::new("provider_admin2_name", Text, "Name of the level 2 area; a blank where it has none").nullable(),
        Column::new("admin1_code", Text, "P-code").nullable(),
        Column::new("admin1_name", Text, "Name").nullable(),
        Column::new("admin2_code", Text, "P-code").nullable(),
        Column::new("admin2_name", Text, "Name").nullable(),
        Column::new("admin_level", I32, "0, 1 or 2, each from its own figures"),
        Column::new("operation", Text, "Monitored crisis"),
        Column::new("assessment_type", Text, "MPD: none of HAPI's BA, ETT, SA"),
        Column::new("population", I64, "Displaced people present, rounded").unit("persons").tested_on(BEHIND),
        Column::new("reporting_round", I32, "Number of this publication of the operation").nullable(),
        Column::new("reference_period_start", Date, "The last released day"),
        Column::new("reference_period_end", Date, "The last released day"),
        Column::new("dataset_hdx_id", Text, "Empty until published").nullable(),
        Column::new("resource_hdx_id", Text, "Empty until published").nullable(),
        Column::new("warning", Text, "Messages joined by |").nullable(),
        Column::new("error", Text, "Why HAPI does not serve the row").nullable(),
    ],
};

const AREA_COLUMNS: [Column; 10] = [
    ADM_LEVEL,
    Column::new("area_id", Text, "P-code at adm_level").hxl("#adm+code"),
    Column::new("area_name", Text, "A label, never a key").nullable().hxl("#adm+name"),
    Column::new("parent_id", Text, "P-code of the area above; null for the country").nullable(),
    COD_VERSION,
    Column::new("center_lat", F64, "Latitude of a point inside the area").nullable().unit("degrees").hxl("#geo+lat"),
    Column::new("center_lon", F64, "Longitude of the same point").nullable().unit("degrees").hxl("#geo+lon"),
    Column::new("area_km2", F64, "True area").nullable().unit("km²"),
    Column::new("population_ref", F64, "People of the reference population; null without one")
        .nullable()
        .unit("persons")
        .hxl("#population"),
    Column::new("h3_cells", I32, "H3 cells of resolution 8 that belong to the area"),
];

/// The areas that keys refer to.
pub const AREAS: Layout =
    Layout { name: "areas_admin", key: &["cod_version", "adm_level", "area_id"], columns: &AREA_COLUMNS };

/// The same with their shapes.
pub const AREAS_GEO: Layout =
    Layout { name: "areas_admin_geo", key: AREAS.key, columns: &with_shape::<12>(&AREA_COLUMNS) };

/// Places of a flow map, in the order that flowmap.blue reads.
pub(super) const LOCATIONS: Layout = Layout {
    name: "flowmap/locations",
    key: &["id"],
    columns: &[
        Column::new("id", Text, "P-code"),
        Column::new("name", Text, "Name, or P-code without one"),
        Column::new("lat", F64, "Latitude of a point inside the area").unit("degrees"),
        Column::new("lon", F64, "Longitude of the same point").unit("degrees"),
    ],
};

/// Lines of a flow map.
pub(super) const FLOWS: Layout = Layout {
    name: "flowmap/flows",
    key: &["origin", "dest", "time"],
    columns: &[
        Column::new("origin", Text, "P-code of the area of home"),
        Column::new("dest", Text, "P-code of the host"),
        Column::new("count", I64, "Displaced people, or subscribers, on the day").tested_on(BEHIND),
        Column::new("time", Date, "The last released day"),
    ],
};
