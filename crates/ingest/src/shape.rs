//! The shape of a value, so that an error can show what was found without showing anybody's data.

/// Digits become `9`, letters `a`; punctuation stays; longer than 40 characters is cut. It says so itself: a shape must
/// not be taken for the value.
///
/// ```
/// assert_eq!(hexodus_ingest::shape::shape_of(b"02/03/2031 6h"), "\"99/99/9999 9a\" (9: any digit, a: any letter)");
/// ```
pub fn shape_of(value: &[u8]) -> String {
    if value.is_empty() {
        return "an empty field".into();
    }
    // A field can have megabytes; forty characters have 160 bytes at most.
    let mut shape: String = String::from_utf8_lossy(&value[..value.len().min(160)])
        .chars()
        .take(40)
        .map(|character| match character {
            digit if digit.is_numeric() => '9',
            letter if letter.is_alphabetic() => 'a',
            control if control.is_control() => '·',
            other => other,
        })
        .collect();
    if value.len() > 40 {
        shape.push('…');
    }
    let legend = if shape.contains(['9', 'a']) { " (9: any digit, a: any letter)" } else { "" };
    format!("\"{shape}\"{legend}")
}
