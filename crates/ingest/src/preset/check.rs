//! What a source must say, whatever its preset.

use crate::error::IngestError;
use crate::spec::{ColumnRef, SourceSpec};
use crate::timestamp::TimeReader;
use crate::traits::group_labels;

/// Presets of data whose ids are drawn anew from window to window, in some of their files at least.
const REDRAWN: [&str; 2] = ["d4r", "d4d"];

/// More groups than this are no groups: somebody's ids, perhaps.
const GROUPS_LIMIT: usize = 1000;

/// The first thing that is missing or contradicts itself.
pub fn check(spec: &SourceSpec) -> Result<(), IngestError> {
    let columns = &spec.columns;
    let delimiter = spec.file.delimiter.as_deref().unwrap_or(",");
    let from_file_name = spec.identity.from_file_name.unwrap_or(false);
    let place = [&columns.radio_cell_id, &columns.site_id, &columns.area_id].iter().any(|column| column.is_some());
    let required = [
        (!spec.file.glob.is_empty(), "[source.file] glob is missing: which files are these?"),
        (delimiter.len() == 1 || delimiter == "\\t", "[source.file] delimiter must be one character, or \"\\t\""),
        (
            spec.file.comment_prefix.as_ref().is_none_or(|prefix| prefix.len() == 1 && prefix.is_ascii()),
            "[source.file] comment_prefix must be one ASCII character",
        ),
        (
            columns.tac.is_some() == spec.identity.machine_tacs.as_ref().is_some_and(|tacs| !tacs.is_empty()),
            "[source.columns] tac and [source.identity] machine_tacs = [\"35693803\", …] (devices that are no phones, \
             by the first digits of their type) go together",
        ),
        (
            spec.identity.machine_tacs.iter().flatten().all(|tac| is_tac(tac)),
            "[source.identity] machine_tacs: expected one to eight digits each",
        ),
        (
            columns.user_id.is_some() || from_file_name,
            "[source.columns] user_id is missing: which column holds the subscriber id?",
        ),
        (
            columns.timestamp.is_some() || (columns.date.is_some() && columns.time.is_some()),
            "[source.columns] timestamp (or date and time) is missing",
        ),
        (
            place || (columns.lat.is_some() && columns.lon.is_some()),
            "[source.columns] radio_cell_id (or site_id, area_id, or lat and lon) is missing",
        ),
        (
            spec.time.tz.is_some(),
            "[source.time] tz is missing: say in which zone the times are written (an IANA name, \"utc\", or \
             \"in-value\"); there is no default, because a wrong guess moves every night by hours",
        ),
        (
            spec.identity.id_epoch.is_some() || !REDRAWN.contains(&spec.preset.as_str()),
            "[source.identity] id_epoch is missing (code 209): ids of this family are drawn anew every two weeks in \
             some files and must not be linked across windows. id_epoch = { start = \"2017-01-02\", days = 14 } says \
             when windows begin; id_epoch = \"none\" says that the ids of these files hold throughout",
        ),
    ];
    if let Some((_, message)) = required.into_iter().find(|(given, _)| !given) {
        return Err(mistake(spec, message));
    }
    TimeReader::of(&spec.time).map_err(|message| mistake(spec, &format!("[source.time] {message}")))?;
    check_groups(spec)?;
    let all = [
        &columns.user_id,
        &columns.timestamp,
        &columns.date,
        &columns.time,
        &columns.radio_cell_id,
        &columns.site_id,
        &columns.area_id,
        &columns.lat,
        &columns.lon,
        &columns.event_type,
        &columns.mcc,
        &columns.mnc,
        &columns.plmn,
        &columns.population_group,
        &columns.tac,
        &columns.direction,
        &columns.leg_id,
        &spec.tz_column(),
        &spec.epoch_column(),
    ];
    let positional = |column: &Option<ColumnRef>| matches!(column, Some(ColumnRef::Position(_)));
    if spec.file.header.unwrap_or(true) && all.into_iter().any(positional) {
        return Err(mistake(spec, "columns by position need header = false in [source.file]"));
    }
    Ok(())
}

fn is_tac(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Groups are declared, so that nothing but their labels is kept of a column that was named by mistake.
fn check_groups(spec: &SourceSpec) -> Result<(), IngestError> {
    let from_column = spec.columns.population_group.is_some();
    let labels = group_labels(&spec.identity);
    let declared = spec.identity.population_groups.as_ref().is_some_and(|groups| !groups.is_empty());
    let from_prefix = spec.identity.group_from_prefix.as_ref().is_some_and(|groups| !groups.is_empty());
    let required = [
        (
            from_column == declared,
            "[source.columns] population_group and [source.identity] population_groups = [\"refugee\", …] (the labels \
             it may have) go together",
        ),
        (
            !(from_column && from_prefix),
            "either group_from_prefix or a column population_group says the group, not both",
        ),
        (labels.len() <= GROUPS_LIMIT, "there are more than 1000 population groups"),
        (labels.iter().all(|label| !label.trim().is_empty()), "a population group has no label"),
    ];
    required.into_iter().find(|(given, _)| !given).map_or(Ok(()), |(_, message)| Err(mistake(spec, message)))
}

/// A source that cannot be followed.
pub fn mistake(spec: &SourceSpec, message: &str) -> IngestError {
    IngestError::Specification { source_id: spec.id.clone(), message: message.into() }
}
