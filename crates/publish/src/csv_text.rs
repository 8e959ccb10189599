//! Text of a CSV that no spreadsheet runs.
//!
//! Names of areas and words of an operator come from files of others, and a spreadsheet takes a cell that begins with
//! `=` for a formula, whether the file quotes it or not. An apostrophe before it makes it text (OWASP, CSV injection). Programs
//! see the apostrophe in such cells and in no other; keys have it in every table alike, so joins hold. Parquet has no formulas
//! and keeps what was given.

use crate::error::PublishError;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::borrow::Cow;
use std::sync::Arc;

/// The batch with text columns and headings made harmless; all others are untouched.
pub(crate) fn without_formulas(batch: &RecordBatch) -> Result<RecordBatch, PublishError> {
    let columns = batch.columns().iter().map(text_column).collect::<Result<Vec<_>, _>>()?;
    let schema = batch.schema();
    // Headings of a wide matrix are P-codes.
    let field = |field: &Arc<Field>| field.as_ref().clone().with_name(harmless(field.name()));
    let schema =
        Schema::new_with_metadata(schema.fields().iter().map(field).collect::<Vec<_>>(), schema.metadata().clone());
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

fn text_column(column: &ArrayRef) -> Result<ArrayRef, PublishError> {
    Ok(match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            Arc::new(texts.iter().map(|own| own.map(harmless)).collect::<StringArray>())
        }
        DataType::Dictionary(..) => {
            let Some(texts) = column.as_dictionary_opt::<Int32Type>() else { return Ok(Arc::clone(column)) };
            // Each distinct text once, not once a row.
            Arc::new(DictionaryArray::try_new(texts.keys().clone(), text_column(texts.values())?)?)
        }
        _ => Arc::clone(column),
    })
}

/// The text with an apostrophe before every place where a cell may begin and a formula does.
///
/// A cell begins with the text, and, where a spreadsheet separates by semicolon or tab (as one set to French does), after each of these
/// and after a line's end, whatever blanks and quotes come between.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    const CELL_ENDS: [char; 4] = [';', '\t', '\r', '\n'];
    let is_formula = |own: char| matches!(own, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    // Made where the first apostrophe is needed.
    let mut safe: Option<String> = None;
    // A tab or a line's end at the beginning may be dropped on reading, and what follows is first then.
    let mut begins = true;
    for (at, own) in text.char_indices() {
        if begins && (is_formula(own) || (at == 0 && CELL_ENDS[1..].contains(&own))) {
            safe.get_or_insert_with(|| text[..at].to_owned()).push('\'');
        }
        if let Some(safe) = &mut safe {
            safe.push(own);
        }
        begins = CELL_ENDS.contains(&own) || (begins && (own.is_whitespace() || own == '"'));
    }
    safe.map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::harmless;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_text_and_a_name_is_itself() {
        for (given, told) in [
            ("=1+1", "'=1+1"),
            ("+33", "'+33"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("  =1", "  '=1"),
            ("\"=1", "\"'=1"),
            ("＝1", "'＝1"),
            ("Foo;=1", "Foo;'=1"),
            ("Foo\n\"=1", "Foo\n\"'=1"),
        ] {
            assert_eq!(harmless(given), told);
        }
        for name in ["", "Port-au-Prince", "'Ain Defla", "A = B", "XA0101", "_UNKNOWN", "metric:why;metric:why", "é@"]
        {
            assert_eq!(harmless(name), name);
        }
    }

    proptest! {
        /// Nothing but apostrophes is added, and once is enough.
        #[test]
        fn only_apostrophes_are_added(text in "[-=+@a; \t\r\n\"']{0,12}") {
            let told = harmless(&text).into_owned();
            let mut rest = told.chars().peekable();
            for own in text.chars() {
                while rest.peek() != Some(&own) {
                    prop_assert_eq!(rest.next(), Some('\''));
                }
                rest.next();
            }
            prop_assert_eq!(rest.next(), None);
            prop_assert_eq!(harmless(&told), told.as_str());
        }
    }
}
