//! `hexodus serve`: a released folder for a browser on this machine, and for nobody else.
//!
//! | module | answers |
//! |---|---|
//! | `shared` | which files may be asked for: those of `SHA256SUMS`, unchanged |
//! | `request` | what was asked |
//! | `range` | which bytes of a file |
//! | `reply` | what is sent |
//!
//! One address (127.0.0.1), two methods (GET, HEAD), ranges of bytes, no other feature: small enough to be read, instead of
//! sixty packages. A request for another host name is refused, so that no web page can read through a name that
//! leads here.

mod range;
mod reply;
mod request;
mod shared;

use crate::args::ServeArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::run::outgoing::last_folders;
use reply::answer;
use request::read_request;
use shared::SharedFolder;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Answered at a time: a browser opens six connections, a reader of Parquet a few.
const MOST_AT_ONCE: usize = 64;
/// So long may a client be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until it is interrupted.
///
/// # Errors
/// Exit 2 without a release, exit 3 when it is not as it was released or the port is taken.
pub fn run(args: &ServeArgs, console: &Console) -> Result<Exit, Failure> {
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => last_folders(&args.config)?.swap_remove(0),
    };
    let shared = SharedFolder::open(&folder)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port))
        .map_err(|error| Failure::usage(format!("--port {}: {error}", args.port)))?;
    let port = listener.local_addr().map_or(args.port, |own| own.port());
    console.result(&format!("{} files of {}", shared.len(), folder.display()));
    console.result(&format!("http://127.0.0.1:{port}/   on this machine only; Ctrl-C ends it"));
    listen(&listener, &Arc::new(shared), port);
    Ok(Exit::Done)
}

/// A thread a connection, one request each.
fn listen(listener: &TcpListener, shared: &Arc<SharedFolder>, port: u16) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming().flatten() {
        if busy.load(Ordering::Relaxed) >= MOST_AT_ONCE {
            continue; // closed: the browser tries again
        }
        busy.fetch_add(1, Ordering::Relaxed);
        let (shared, busy) = (Arc::clone(shared), Arc::clone(&busy));
        std::thread::spawn(move || {
            // Who asked has gone away: nothing to tell, and nobody to tell it to.
            _ = serve_one(stream, &shared, port);
            busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

fn serve_one(mut stream: TcpStream, shared: &SharedFolder, port: u16) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = read_request(&mut stream)?;
    answer(&request, shared, port, &mut stream)
}
