//! A table in memory, column by column, and fewer rows of it.

use serde_json::{Value, json};

/// The values of a column, a row each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Text(Vec<Option<String>>),
    /// Days as YYYY-MM-DD.
    Days(Vec<Option<String>>),
    Integers(Vec<Option<i64>>),
    Numbers(Vec<Option<f64>>),
    Flags(Vec<Option<bool>>),
}

/// A table, or what a page needs of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rows {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, Values)>,
    pub(crate) count: usize,
}

impl Values {
    pub(crate) fn append(&mut self, more: Self) -> bool {
        match (self, more) {
            (Self::Text(own), Self::Text(more)) | (Self::Days(own), Self::Days(more)) => own.extend(more),
            (Self::Integers(own), Self::Integers(more)) => own.extend(more),
            (Self::Numbers(own), Self::Numbers(more)) => own.extend(more),
            (Self::Flags(own), Self::Flags(more)) => own.extend(more),
            _ => return false,
        }
        true
    }

    fn kept(&self, keep: &[bool]) -> Self {
        fn of<T: Clone>(all: &[T], keep: &[bool]) -> Vec<T> {
            all.iter().zip(keep).filter(|own| *own.1).map(|own| own.0.clone()).collect()
        }
        match self {
            Self::Text(own) => Self::Text(of(own, keep)),
            Self::Days(own) => Self::Days(of(own, keep)),
            Self::Integers(own) => Self::Integers(of(own, keep)),
            Self::Numbers(own) => Self::Numbers(of(own, keep)),
            Self::Flags(own) => Self::Flags(of(own, keep)),
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(own) | Self::Days(own) => own[row].is_none(),
            Self::Integers(own) => own[row].is_none(),
            Self::Numbers(own) => own[row].is_none(),
            Self::Flags(own) => own[row].is_none(),
        }
    }

    /// Text as a dictionary and places in it, `-1` for null; anything else as it is.
    fn json(&self) -> Value {
        match self {
            Self::Text(own) | Self::Days(own) => {
                let mut words: Vec<&str> = own.iter().flatten().map(String::as_str).collect();
                words.sort_unstable();
                words.dedup();
                let place = |word: &Option<String>| {
                    word.as_deref().and_then(|word| words.binary_search(&word).ok()).map_or(-1, |at| at as i64)
                };
                json!({"words": words, "at": own.iter().map(place).collect::<Vec<i64>>()})
            }
            Self::Integers(own) => json!({"values": own}),
            // A whole number is written as one.
            Self::Numbers(own) => {
                let number = |own: &Option<f64>| match own {
                    Some(own) if own.fract() == 0.0 && own.abs() < 9e15 => json!(*own as i64),
                    own => json!(own),
                };
                json!({"values": own.iter().map(number).collect::<Vec<Value>>()})
            }
            Self::Flags(own) => json!({"values": own}),
        }
    }
}

impl Rows {
    pub(crate) fn column(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|own| own.0 == name).map(|own| &own.1)
    }

    /// A text or a day of a row.
    pub(crate) fn text(&self, name: &str, row: usize) -> Option<&str> {
        let (Values::Text(own) | Values::Days(own)) = self.column(name)? else { return None };
        own.get(row)?.as_deref()
    }

    pub(crate) fn integer(&self, name: &str, row: usize) -> Option<i64> {
        let Values::Integers(own) = self.column(name)? else { return None };
        *own.get(row)?
    }

    pub(crate) fn flag(&self, name: &str, row: usize) -> Option<bool> {
        let Values::Flags(own) = self.column(name)? else { return None };
        *own.get(row)?
    }

    /// The rows of which `keep` is true.
    pub(crate) fn kept(&self, keep: &[bool]) -> Self {
        let columns = self.columns.iter().map(|(name, values)| (name.clone(), values.kept(keep))).collect();
        Self { name: self.name.clone(), columns, count: keep.iter().filter(|own| **own).count() }
    }

    /// The rows of which a column of text begins so.
    pub(crate) fn beginning(&self, column: &str, with: &str) -> Self {
        let Some(Values::Text(texts)) = self.column(column) else { return self.clone() };
        let begins = |own: &Option<String>| own.as_ref().is_some_and(|own| own.starts_with(with));
        self.kept(&texts.iter().map(begins).collect::<Vec<_>>())
    }

    /// The rows of the last day of a column.
    pub(crate) fn of_last_day(&self, column: &str) -> Self {
        let Some(Values::Days(days)) = self.column(column) else { return self.clone() };
        let last = days.iter().flatten().max();
        self.kept(&days.iter().map(|own| own.as_ref() == last).collect::<Vec<_>>())
    }

    /// The rows that have a number in one of these columns.
    pub(crate) fn with_a_number(&self, columns: &[&str]) -> Self {
        let columns: Vec<&Values> = columns.iter().filter_map(|name| self.column(name)).collect();
        let has = |row| columns.iter().any(|own| !own.is_null(row));
        self.kept(&(0..self.count).map(has).collect::<Vec<_>>())
    }

    pub(crate) fn json(&self) -> Value {
        let columns: serde_json::Map<String, Value> =
            self.columns.iter().map(|(name, values)| (name.clone(), values.json())).collect();
        json!({"table": self.name, "rows": self.count, "columns": columns})
    }
}
