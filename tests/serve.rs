//! `hexodus serve`, asked by hand over a socket: what it gives, and what it does not.

use crate::outgoing::country;
use crate::support::Dir;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const FOLDER: &str = "released/earthquake_2031-04-12";

struct Server {
    child: Child,
    port: u16,
    dir: Dir,
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A server of a release on a free port.
fn server() -> Server {
    let dir = country();
    dir.hexodus("release").exits(0);
    std::fs::write(dir.path(FOLDER).join("beside.txt"), "not released").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_hexodus"))
        .args(["serve", "--port", "0"])
        .current_dir(dir.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find(|line| line.starts_with("http://127.0.0.1:")).unwrap();
    let port = address["http://127.0.0.1:".len()..].split('/').next().unwrap().parse().unwrap();
    Server { child, port, dir }
}

impl Server {
    /// Head and body of the reply to a request as typed; `HOST` is where the server is.
    fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = request.replace("HOST", &format!("Host: 127.0.0.1:{}", self.port));
        stream.write_all(request.replace('\n', "\r\n").as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        let end = reply.windows(4).position(|own| own == b"\r\n\r\n").unwrap_or_else(|| panic!("{request}"));
        (String::from_utf8(reply[..end].to_vec()).unwrap(), reply[end + 4..].to_vec())
    }

    fn get(&self, path: &str) -> (String, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\nHOST\n\n"))
    }
}

#[test]
fn every_released_file_is_served_and_parts_of_it() {
    let server = server();
    let files = server.dir.files(FOLDER);
    for (name, bytes) in files.iter().filter(|own| own.0 != "beside.txt") {
        let (head, body) = server.get(&format!("/{name}"));
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{name}: {head}");
        assert!(body == *bytes, "{name}");
    }
    let whole = &files["areas_admin.csv"];
    let part = |range: &str| server.ask(&format!("GET /areas_admin.csv HTTP/1.1\nHOST\nRange: {range}\n\n"));
    let (head, body) = part("bytes=5-9");
    assert!(head.starts_with("HTTP/1.1 206") && head.contains(&format!("Content-Range: bytes 5-9/{}", whole.len())));
    assert_eq!(body, whole[5..10]);
    assert_eq!(part("bytes=-7").1, whole[whole.len() - 7..]);
    assert!(part(&format!("bytes={}-", whole.len())).0.starts_with("HTTP/1.1 416"));
    let (head, body) = server.ask("HEAD /areas_admin.csv HTTP/1.1\nHOST\n\n");
    assert!(head.contains(&format!("Content-Length: {}", whole.len())) && body.is_empty(), "{head}");
    let tag = head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    let (head, body) = server.ask(&format!("GET /areas_admin.csv HTTP/1.1\nHOST\nIf-None-Match: {tag}\n\n"));
    assert!(head.starts_with("HTTP/1.1 304") && body.is_empty());
    let (_, other) = server.ask("GET /areas_admin.csv HTTP/1.1\nHOST\nRange: bytes=0-1\nIf-Range: \"other\"\n\n");
    assert_eq!(other.len(), whole.len(), "a part of another version is none of this one");
}

#[test]
fn nothing_else_is_served_to_anybody_else() {
    let server = server();
    for path in [
        "/beside.txt",
        "/../earthquake_2031-04-12/README.md",
        "/..%2f..%2fhexodus.toml",
        "//etc/passwd",
        "/map",
        "/README.md/",
        "/./README.md",
        "/README.md%00",
    ] {
        let (head, body) = server.get(path);
        assert!(
            head.starts_with("HTTP/1.1 404") && !String::from_utf8_lossy(&body).contains("hexodus"),
            "{path}: {head}"
        );
    }
    assert!(server.ask("POST /README.md HTTP/1.1\nHOST\n\n").0.starts_with("HTTP/1.1 405"));
    for host in ["Host: attacker.example", "Host: 127.0.0.1.attacker.example", "Accept: */*"] {
        let (head, _) = server.ask(&format!("GET /README.md HTTP/1.1\n{host}\n\n"));
        assert!(head.starts_with("HTTP/1.1 403"), "{host}: {head}");
    }
    // Whoever sends rubbish gets nothing, and the next one is served.
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(b"rubbish\r\n\r\n").unwrap();
    let mut reply = Vec::new();
    _ = stream.read_to_end(&mut reply);
    assert!(reply.is_empty());
    assert!(server.get("/README.md").0.starts_with("HTTP/1.1 200"));
}

#[test]
fn a_release_that_was_changed_is_not_served() {
    let dir = country();
    dir.hexodus("release").exits(0);
    dir.edit(&format!("{FOLDER}/flowmap/flows.csv"), "2031-04-12", "2031-04-13");
    dir.hexodus("serve --port 0").exits(3).says(&["flows.csv", "not as it was released"]);
    dir.write(&format!("{FOLDER}/SHA256SUMS"), "00  ../../hexodus.toml\n");
    dir.hexodus("serve --port 0").exits(3).says(&["expected a file of this folder"]);
    dir.hexodus("serve --port 0 truth").exits(3).says(&["SHA256SUMS"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let dir = country();
    dir.hexodus("release").exits(0);
    let flowmap = dir.path(FOLDER).join("flowmap");
    std::fs::rename(&flowmap, dir.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(dir.path("elsewhere"), &flowmap).unwrap();
    dir.hexodus("serve --port 0").exits(3).says(&["expected a file of this folder"]);
}
