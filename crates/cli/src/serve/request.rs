//! The head of an HTTP request, as far as it matters here.

use std::io::{self, Read};

/// Longer heads are none of a browser.
const LONGEST: usize = 16 * 1024;

/// What was asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// In capitals, as sent.
    pub(super) method: String,
    /// Without query, percent signs resolved.
    pub(super) path: String,
    /// Name and port it was sent to.
    pub(super) host: String,
    /// The header `Range`.
    pub(super) range: Option<String>,
    /// The header `If-Range`: a range is meant only of the file of this tag.
    pub(super) if_range: Option<String>,
    /// The header `If-None-Match`.
    pub(super) if_none_match: Option<String>,
}

/// Reads up to the empty line. What follows is not read: none of the two methods has a body.
///
/// # Errors
/// Any of the connection; `InvalidData` for what is no request.
pub(super) fn read_request(stream: &mut impl Read) -> io::Result<Request> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|own| own == b"\r\n\r\n") {
        let read = stream.read(&mut part)?;
        if read == 0 || head.len() + read > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&part[..read]);
    }
    parse(&String::from_utf8_lossy(&head)).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn parse(head: &str) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target, _version) = (first.next()?, first.next()?, first.next()?);
    let path = target.split(['?', '#']).next()?;
    let mut request = Request { method: method.into(), path: unescaped(path)?, ..Request::default() };
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "host" => request.host = value,
            "range" => request.range = Some(value),
            "if-range" => request.if_range = Some(value),
            "if-none-match" => request.if_none_match = Some(value),
            _ => {}
        }
    }
    Some(request)
}

/// `%20` to a blank; `None` for what is no text.
fn unescaped(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_its_first_line_and_four_headers() {
        let text =
            "GET /map/a%20b.geojson?x=1 HTTP/1.1\r\nHost: localhost:8808\r\nRANGE: bytes=0-9\r\nAccept: */*\r\n\r\n";
        let request = read_request(&mut text.as_bytes()).unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/map/a b.geojson"));
        assert_eq!((request.host.as_str(), request.range.as_deref()), ("localhost:8808", Some("bytes=0-9")));
    }

    #[test]
    fn what_is_no_request_is_refused_and_nothing_is_read_for_ever() {
        for text in ["", "GET /\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n", "GET /%f"]
        {
            assert!(read_request(&mut text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(read_request(&mut io::repeat(b'a')).is_err());
    }
}
