//! Amounts of memory as people write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// Bytes, written as "2 GiB", "512 MiB" or a number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryBudget(pub u64);

impl MemoryBudget {
    fn parse(text: &str) -> Option<Self> {
        let (number, unit) =
            UNITS.iter().find_map(|&(name, bytes)| Some((text.strip_suffix(name)?, bytes))).unwrap_or((text, 1));
        number.trim().parse::<u64>().ok()?.checked_mul(unit).map(Self)
    }
}

impl<'de> Deserialize<'de> for MemoryBudget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Bytes(u64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Bytes(bytes) => Ok(Self(bytes)),
            Written::Text(text) => Self::parse(&text).ok_or_else(|| {
                serde::de::Error::custom(format!(
                    "expected an amount such as \"2 GiB\" or \"512 MiB\", found \"{text}\""
                ))
            }),
        }
    }
}

impl Serialize for MemoryBudget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = UNITS.iter().find(|&&(_, bytes)| self.0 > 0 && self.0.is_multiple_of(bytes));
        match whole {
            Some((name, bytes)) => serializer.serialize_str(&format!("{} {name}", self.0 / bytes)),
            None => serializer.serialize_u64(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryBudget;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let parse = |text| MemoryBudget::parse(text).map(|budget| budget.0);
        assert_eq!(parse("2 GiB"), Some(2 << 30));
        assert_eq!(parse("512MiB"), Some(512 << 20));
        assert_eq!(parse("1000"), Some(1000));
        assert_eq!(parse("2 GB"), None);
        assert_eq!(parse("-1 GiB"), None);
        assert_eq!(parse("99999999999 GiB"), None, "more than there are bytes");
    }
}
