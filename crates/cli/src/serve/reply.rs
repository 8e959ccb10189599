//! What is sent: a file, a part of it, a list of the files, or why not.

use super::range::{Wanted, wanted};
use super::request::Request;
use super::shared::{SharedFile, SharedFolder};
use std::fmt::Write as _;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Sent first where a release has it.
const PAGE: &str = "report.html";

/// For every reply: nothing is guessed, kept, embedded elsewhere, or told to others.
const GUARDS: &str = "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nReferrer-Policy: no-referrer\r\n\
                      Cross-Origin-Resource-Policy: same-origin\r\nX-Frame-Options: DENY\r\nConnection: close\r\n";

/// Answers a request that came to `port`.
///
/// # Errors
/// Those of the connection.
pub(super) fn answer(request: &Request, shared: &SharedFolder, port: u16, out: &mut impl Write) -> io::Result<()> {
    let with_body = request.method != "HEAD";
    if !is_own_name(&request.host, port) {
        return refuse("403 Forbidden", "ask for 127.0.0.1", with_body, out);
    }
    if !["GET", "HEAD"].contains(&request.method.as_str()) {
        return refuse("405 Method Not Allowed\r\nAllow: GET, HEAD", "GET and HEAD only", true, out);
    }
    let name = request.path.strip_prefix('/').unwrap_or_default();
    let name = if name.is_empty() && shared.get(PAGE).is_some() { PAGE } else { name };
    match shared.get(name) {
        Some(file) => send_file((name, file), request, with_body, out),
        None if name.is_empty() => send_list(shared, with_body, out),
        None => refuse("404 Not Found", "no file of this release", with_body, out),
    }
}

/// A page elsewhere may lead a name of its own here; it does not get an answer.
fn is_own_name(host: &str, port: u16) -> bool {
    ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}") || port == 80 && host == *name)
}

fn send_file(
    (name, file): (&str, &SharedFile),
    request: &Request,
    with_body: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut content = file.open()?;
    let length = content.metadata()?.len();
    let tag = format!("\"{}\"", file.sha256);
    let kind = media_type(name);
    let common = format!("{GUARDS}ETag: {tag}\r\nAccept-Ranges: bytes\r\nContent-Type: {kind}\r\n");
    if request.if_none_match.as_deref() == Some(tag.as_str()) {
        return write!(out, "HTTP/1.1 304 Not Modified\r\n{common}\r\n");
    }
    // A part of another version is no part of this one.
    let range = request.range.as_deref().filter(|_| request.if_range.as_ref().is_none_or(|own| *own == tag));
    let (status, part) = match wanted(range, length) {
        Wanted::Whole => ("200 OK".to_owned(), 0..length),
        Wanted::Part(part) => {
            let told = format!("206 Partial Content\r\nContent-Range: bytes {}-{}/{length}", part.start, part.end - 1);
            (told, part)
        }
        Wanted::Nothing => {
            let told = format!("416 Range Not Satisfiable\r\nContent-Range: bytes */{length}");
            return refuse(&told, "no such bytes", with_body, out);
        }
    };
    write!(out, "HTTP/1.1 {status}\r\n{common}Content-Length: {}\r\n\r\n", part.end - part.start)?;
    if with_body {
        content.seek(SeekFrom::Start(part.start))?;
        io::copy(&mut content.take(part.end - part.start), out)?;
    }
    out.flush()
}

/// The files of the release, for whoever has no page.
fn send_list(shared: &SharedFolder, with_body: bool, out: &mut impl Write) -> io::Result<()> {
    let mut page = String::from("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Release</title>\n<ul>\n");
    for name in shared.names() {
        let (link, text) = (escaped(&linked(name)), escaped(name));
        _ = writeln!(page, "<li><a href=\"/{link}\">{text}</a></li>");
    }
    page.push_str("</ul>\n");
    let policy = "Content-Security-Policy: default-src 'none'\r\nContent-Type: text/html; charset=utf-8\r\n";
    write!(out, "HTTP/1.1 200 OK\r\n{GUARDS}{policy}Content-Length: {}\r\n\r\n", page.len())?;
    if with_body { out.write_all(page.as_bytes()) } else { Ok(()) }
}

fn refuse(status: &str, why: &str, with_body: bool, out: &mut impl Write) -> io::Result<()> {
    let body = if with_body { why } else { "" };
    let length = why.len();
    write!(out, "HTTP/1.1 {status}\r\n{GUARDS}Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// What a file is, by the end of its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|own| own.1) {
        Some("html") => "text/html; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json",
        Some("geojson") => "application/geo+json",
        Some("parquet") => "application/vnd.apache.parquet",
        _ => "text/plain; charset=utf-8",
    }
}

/// A name as a part of an address.
fn linked(name: &str) -> String {
    let mut link = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            link.push(char::from(byte));
        } else {
            _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
