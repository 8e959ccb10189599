//! `hexodus init`: a commented configuration and a key.

use crate::args::InitArgs;
use crate::config::template;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use hexodus_ingest::PseudonymKey;
use std::fs;
use std::io::{ErrorKind, Write};

/// Writes `hexodus.toml` and `hexodus.key`. Never overwrites: a lost key is a lost panel.
pub fn run(args: &InitArgs, console: &Console) -> Result<Exit, Failure> {
    fs::create_dir_all(&args.folder).map_err(|error| Failure::system("create", &args.folder, &error))?;
    let config = args.folder.join("hexodus.toml");
    fs::File::create_new(&config)
        .and_then(|mut file| file.write_all(template::text(&args.preset).as_bytes()))
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                let config = config.display();
                Failure::usage(format!(
                    "{config} is there already and is not overwritten; --folder names another place"
                ))
            }
            _ => Failure::system("write", &config, &error),
        })?;
    console.result(&format!("written: {}", config.display()));
    let key = args.folder.join("hexodus.key");
    if key.exists() {
        console.result(&format!("kept:    {} (it exists)", key.display()));
    } else {
        PseudonymKey::create(&key)?;
        console.result(&format!("written: {} (mode 0600; keep it, and keep it to yourself)", key.display()));
    }
    console.result("next: edit hexodus.toml, then `hexodus check`, then `hexodus run`");
    Ok(Exit::Done)
}
