//! An H3 index as it is delivered.

use hexodus_model::H3Cell;

/// Resolution of the grid everything is counted on; others cannot be joined without resampling.
const RESOLUTION: u8 = 8;

/// Reads an index: 15 hexadecimal characters in any case, with `0x` or a leading zero or not, or its integer in decimal
/// digits, which has 18 and so is no hexadecimal one.
///
/// # Errors
/// What was found instead, in words.
pub(crate) fn read_h3(text: &str) -> Result<H3Cell, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let is_decimal = text.len() >= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    // `from_str_radix` would take a sign.
    let is_hexadecimal = (15..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let index = match (is_decimal, is_hexadecimal) {
        (true, _) => text.parse::<u64>().ok(),
        (false, true) => u64::from_str_radix(digits, 16).ok(),
        _ => None,
    };
    let h3 = index.and_then(|index| H3Cell::from_index(index).ok());
    let h3 = h3.ok_or_else(|| crate::shape::shape_of(text.as_bytes()))?;
    match h3.resolution() {
        RESOLUTION => Ok(h3),
        other => Err(format!("one of resolution {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_the_same_however_it_is_written() {
        for text in
            ["8828308281fffff", "8828308281FFFFF", "0x8828308281fffff", "08828308281fffff", "613196570331971583"]
        {
            assert_eq!(read_h3(text).unwrap().to_string(), "8828308281fffff", "{text}");
        }
    }

    #[test]
    fn what_is_no_cell_of_the_grid_is_told() {
        assert_eq!(read_h3("8928308280fffff").unwrap_err(), "one of resolution 9");
        assert_eq!(read_h3("617700169957507071").unwrap_err(), "one of resolution 9");
        for text in ["", "8828308281ffff", "+828308281fffff", "6.13196570331971583e17", "0x613196570331971583", "XA01"]
        {
            assert!(read_h3(text).is_err(), "{text}");
        }
    }
}
