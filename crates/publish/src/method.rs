//! The digest that ties every table to its method.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Keys of `method.json` that are added when the folder is written, and are no part of the method.
pub(crate) const ADDED_KEYS: [&str; 2] = ["method_digest", "tables"];

/// SHA-256, hexadecimal, of the canonical JSON of a method: keys ascending by UTF-8 bytes, no white space.
///
/// The top-level keys `method_digest` and `tables` do not count, so the digest of `method.json` as read is the one it
/// was written with; nor do, among the `inputs`, the files of events: the same rows in other files are the same tables,
/// to the byte.
///
/// ```
/// use hexodus_publish::method_digest;
/// use serde_json::json;
///
/// let digest = method_digest(&json!({"home": {"b": 1, "a": [2, 3]}}));
/// assert_eq!(digest, method_digest(&json!({"tables": [], "home": {"a": [2, 3], "b": 1}})));
/// assert_ne!(digest, method_digest(&json!({"home": {"b": 1, "a": [3, 2]}})));
///
/// let with = |inputs| method_digest(&json!({"inputs": inputs}));
/// assert_eq!(with(json!([{"role": "events", "files": 1}])), with(json!([{"role": "events", "files": 10}])));
/// assert_ne!(with(json!([{"role": "areas", "blake3": "a"}])), with(json!([{"role": "areas", "blake3": "b"}])));
/// ```
pub fn method_digest(method: &Value) -> String {
    let mut canonical = String::new();
    match method {
        Value::Object(entries) => {
            let mut counted = entries.clone();
            counted.retain(|key, _| !ADDED_KEYS.contains(&key.as_str()));
            if let Some(Value::Array(inputs)) = counted.get_mut("inputs") {
                inputs.retain(|input| input["role"] != "events");
            }
            write_object(counted.iter(), &mut canonical);
        }
        other => write_canonical(other, &mut canonical),
    }
    hexadecimal(&Sha256::digest(canonical))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(entries) => write_object(entries.iter(), out),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        // Null, booleans, numbers and strings have one compact form.
        scalar => _ = write!(out, "{scalar}"),
    }
}

fn write_object<'a>(entries: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut String) {
    // Sorted here: whether serde_json keeps its maps sorted depends on features that other crates may switch on.
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|&(key, _)| key);
    out.push('{');
    for (position, (key, value)) in entries.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        _ = write!(out, "{}:", Value::from(key.as_str()));
        write_canonical(value, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_json_is_sorted_at_every_depth_and_has_no_white_space() {
        let mut text = String::new();
        write_canonical(&json!({"b": [null, true, 1.5, {"z": "ä\n", "y": -1}], "a\"": {}}), &mut text);
        assert_eq!(text, r#"{"a\"":{},"b":[null,true,1.5,{"y":-1,"z":"ä\n"}]}"#);
    }

    #[test]
    fn the_digest_is_sha_256() {
        let empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(method_digest(&json!({})), empty, "of the two bytes {{}}");
    }
}
