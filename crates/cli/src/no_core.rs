//! No core file: it would hold the key and ids as delivered.

/// A process that is killed leaves nothing of its memory behind, nor can another of the same user look into it.
/// Refused by no system that knows the two calls; where one does, nothing better is to be done.
#[cfg(unix)]
pub fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    // A handler of core files (`core_pattern` with a pipe) is not bound by the limit, but by this.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Elsewhere there are no core files.
#[cfg(not(unix))]
pub fn leave_no_core() {}
