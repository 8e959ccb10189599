#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(
    // The decoder panics on some corrupt pages, and the reader catches that; libFuzzer's hook would end the process
    // first. A panic that nobody catches still does.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| entry::parquet(bytes)
);
