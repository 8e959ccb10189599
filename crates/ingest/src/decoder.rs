//! Some corrupt pages and schemas make the Parquet decoder panic. That is a damaged file and no defect of ours.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in [`guarded`] work: a panic hook need not report what will be told as a damaged file.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// What a decoder of foreign bytes returns; `None` where it panics.
pub fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode)).ok();
    GUARDED.set(before);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_the_guard_ends_with_it() {
        assert_eq!(guarded(|| if is_guarded() { 7 } else { 0 }), Some(7));
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        assert_eq!(guarded(|| -> u8 { panic!("a corrupt page") }), None);
        std::panic::set_hook(hook);
        assert!(!is_guarded());
    }
}
