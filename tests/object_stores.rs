//! Dumps from an object store and a release to one: a folder by `file://`, and S3 and Azure as servers of their own (moto,
//! Azurite), where they are installed. With the feature `object-stores` only.

use crate::outgoing::country;
use crate::support::{Dir, Done, skip};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Dumps, and a release of them.
fn released() -> (Dir, String) {
    let dir = country();
    dir.hexodus("release").exits(0);
    let folder = dir.files("released").into_keys().next().unwrap();
    let folder = folder.split('/').next().unwrap().to_owned();
    (dir, format!("released/{folder}"))
}

/// Everything that must hold of any store at `url`; `put` changes an object behind our back.
fn dumps_come_and_a_release_goes(dir: &Dir, release: &str, url: &str, ask: &dyn Fn(&str) -> Done) {
    // Dumps: here they go by another way than ours.
    ask(&format!("pull {url}/dumps coming")).exits(0).says(&["pulled ", " files"]);
    let (there, here) = (dir.files("dumps"), dir.files("coming"));
    let pulled: Vec<&String> = here.keys().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(pulled, there.keys().collect::<Vec<_>>());
    assert!(there.iter().all(|(name, bytes)| here[name] == *bytes), "the bytes that are there");
    ask(&format!("pull {url}/dumps coming")).exits(0).says(&["pulled 0 files"]);
    let first = pulled[0].clone();
    dir.remove(&format!("coming/{first}"));
    ask(&format!("pull {url}/dumps coming")).exits(0).says(&["pulled 0 files"]);
    ask(&format!("pull {url}/dumps coming --again")).exits(0).says(&["pulled 1 files"]);
    assert_eq!(dir.files("coming")[&first], there[&first]);
    ask(&format!("pull {url}/elsewhere coming")).exits(2).says(&["holds what was pulled from"]);

    // A release: whole, once, and the same again is nothing to do.
    ask(&format!("push {release} {url}/releases")).exits(0).says(&["pushed "]);
    ask(&format!("push {release} {url}/releases")).exits(0).says(&["nothing to do", "the same to the byte"]);
    ask(&format!("pull {url}/releases back")).exits(0);
    let back = dir.files("back");
    let name = release.strip_prefix("released/").unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&back[&format!("{name}/manifest.json")]).unwrap();
    let files = manifest["folder"].as_str().unwrap();
    for (file, bytes) in dir.files(release) {
        assert_eq!(back[&format!("{name}/{files}/{file}")], bytes, "{file}");
    }
    assert_eq!(
        manifest["sha256"].as_object().unwrap().len() + 1,
        dir.files(release).len(),
        "all but SHA256SUMS itself"
    );

    // What left stands: another content of that name is refused, and nothing that is seen changes.
    let sums = dir.read(&format!("{release}/SHA256SUMS"));
    dir.write(&format!("{release}/SHA256SUMS"), format!("{}\n", sums.lines().next().unwrap()));
    ask(&format!("push {release} {url}/releases")).exits(4).says(&["is there already, with another content"]);
    dir.write(&format!("{release}/SHA256SUMS"), sums);
    ask(&format!("push {release} {url}/releases")).exits(0).says(&["nothing to do"]);
    // A file that is not as it was made does not leave.
    let page = dir.read(&format!("{release}/README.md"));
    dir.write(&format!("{release}/README.md"), "changed");
    ask(&format!("push {release} {url}/other")).exits(3).says(&["README.md: not as SHA256SUMS says"]);
    dir.write(&format!("{release}/README.md"), page);
    ask(&format!("push out {url}/other")).exits(2).says(&["expected a folder that `hexodus release` wrote"]);
}

#[test]
fn a_folder_is_an_object_store() {
    let (dir, release) = released();
    let url = format!("file://{}", dir.path("").canonicalize().unwrap().display());
    dumps_come_and_a_release_goes(&dir, &release, &url, &|arguments| dir.hexodus(arguments));
    dir.hexodus("pull ftp://host/dumps coming").exits(2).says(&["expected s3://BUCKET/PREFIX"]);
}

/// A server of S3 on this machine, gone with the test.
struct Server {
    process: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).unwrap();
    }
}

fn python() -> String {
    std::env::var("HEXODUS_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Whether a script came to its end in the folder of the dumps.
fn by_python(dir: &Dir, script: &str) -> bool {
    Command::new(python()).args(["-c", script]).current_dir(dir.path("")).status().is_ok_and(|done| done.success())
}

/// One puts the manifest, the other finds it, and both say that it is there.
fn of_two_at_once_one_wins(push: &(dyn Fn() -> Done + Sync)) {
    let both = std::thread::scope(|scope| {
        let pushes = [(), ()].map(|()| scope.spawn(push));
        pushes.map(|push| push.join().unwrap())
    });
    for done in both {
        done.exits(0);
    }
}

/// `None` where python3 has no moto.
fn server() -> Option<Server> {
    let script = "
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0)
server.start()
print(server.get_host_and_port()[1], flush=True)
import sys; sys.stdin.read()";
    let mut process = Command::new(python());
    process.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = process.spawn().ok()?;
    let mut lines = BufReader::new(process.stdout.take()?).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.trim().parse::<u16>().ok())?;
    Some(Server { process, url: format!("http://127.0.0.1:{port}") })
}

#[test]
fn s3_is_one_too() {
    let Some(server) = server() else {
        return skip("s3_is_one_too", "no python3 with moto[server] and boto3 (HEXODUS_PYTHON names another)");
    };
    let (dir, release) = released();
    let upload = format!(
        "
import boto3, pathlib
s3 = boto3.client('s3', endpoint_url='{}', aws_access_key_id='a', aws_secret_access_key='b', region_name='us-east-1')
s3.create_bucket(Bucket='operator')
root = pathlib.Path('dumps')
for path in root.rglob('*'):
    if path.is_file():
        s3.upload_file(str(path), 'operator', 'dumps/' + str(path.relative_to(root)))",
        server.url
    );
    assert!(by_python(&dir, &upload));
    let url = server.url.clone();
    let environment = [
        ("AWS_ENDPOINT", url.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ];
    let ask = |arguments: &str| dir.hexodus_with(arguments, &environment);
    dumps_come_and_a_release_goes(&dir, &release, "s3://operator", &ask);

    of_two_at_once_one_wins(&|| ask(&format!("push {release} s3://operator/race")));
    drop(server);
    ask("pull s3://operator/dumps never").exits(3).says(&["cannot list"]);
}

/// A server of Azure's interface (Azurite: `npm install azurite`); `HEXODUS_AZURITE` names its `azurite-blob`.
fn azurite(dir: &Dir) -> Option<Server> {
    let port = std::net::TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
    let mut process = Command::new(std::env::var_os("HEXODUS_AZURITE")?);
    process.args(["--silent", "--skipApiVersionCheck", "--blobPort", &port.to_string(), "--location"]);
    process.arg(dir.path("azurite")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server { process: process.spawn().ok()?, url: format!("http://127.0.0.1:{port}") };
    let answers = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    for _ in 0..300 {
        if answers() {
            return Some(server);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("azurite-blob does not answer");
}

#[test]
fn azure_is_one_too() {
    let (dir, release) = released();
    let Some(server) = azurite(&dir) else {
        return skip("azure_is_one_too", "HEXODUS_AZURITE does not name an azurite-blob");
    };
    // The account that every Azurite has; its key is public.
    let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    let upload = format!(
        "
import pathlib
from azure.storage.blob import ContainerClient
told = 'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={key};BlobEndpoint={}/devstoreaccount1;'
container = ContainerClient.from_connection_string(told, 'operator')
container.create_container()
root = pathlib.Path('dumps')
for path in root.rglob('*'):
    if path.is_file():
        container.upload_blob('dumps/' + str(path.relative_to(root)), path.read_bytes())",
        server.url
    );
    if !by_python(&dir, &upload) {
        return skip("azure_is_one_too", "python3 has no azure-storage-blob (HEXODUS_PYTHON names another)");
    }
    let environment = [("AZURE_STORAGE_USE_EMULATOR", "true"), ("AZURITE_BLOB_STORAGE_URL", server.url.as_str())];
    let ask = |arguments: &str| dir.hexodus_with(arguments, &environment);
    dumps_come_and_a_release_goes(&dir, &release, "az://operator", &ask);
    of_two_at_once_one_wins(&|| ask(&format!("push {release} az://operator/race")));
}
