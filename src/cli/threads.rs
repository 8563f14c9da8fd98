//! Threads for the commands that compute.

use std::num::NonZero;
use std::sync::RwLock;
use std::thread;

/// Lets what this thread computes be shared by as many threads as there are cores; where the system has no threads
/// left, it is done on this one. For commands alone: in a window other threads compute, and would wait for this one.
pub fn share_work() {
    // A pool of all that fails to begin can be had no second time. So this is tried first.
    if are_to_be_had(cores()) {
        // At once, before others take them.
        if let Err(error) = begin_threads() {
            log::debug!("{error}");
        }
    } else {
        let alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread();
        if let Err(error) = alone.build_global() {
            log::debug!("{error}");
        }
    }
}

/// Begins as many threads as there are cores, which share what any thread computes.
///
/// # Errors
/// What the system says if it does not give them. Then nothing can be shared, and trying to do so panics.
pub fn begin_threads() -> Result<(), rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().build_global()
}

/// Whether the system gives so many threads, all at once.
pub fn are_to_be_had(threads: usize) -> bool {
    // As long as this is held, none of them ends.
    let gate = RwLock::new(());
    let closed = gate.write();
    thread::scope(|scope| {
        let pass = || drop(gate.read());
        let mut threads = (0..threads).map(|_| thread::Builder::new().spawn_scoped(scope, pass));
        let all = threads.all(|thread| thread.is_ok());
        drop(closed);
        all
    })
}

/// How many threads the processor runs at once; 1 if the system does not say.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
