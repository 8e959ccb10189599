#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(
    // As in `parquet`: the decoder's panics are caught by the reader.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| entry::plan(bytes)
);
