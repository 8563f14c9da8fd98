//! Threads for the commands that compute.

use std::io;
use std::num::NonZero;
use std::sync::{Arc, RwLock};
use std::thread;

/// Lets what this thread computes be shared by as many threads as there are cores; where the system has no threads
/// left, it is done on this one. For commands alone: in a window other threads compute, and would wait for this one.
pub fn share_work() {
    // A pool of all that fails to begin can be had no second time. So this is tried first: as many threads as there
    // are cores, all at once.
    let together = Arc::new(RwLock::new(()));
    let held = together.write();
    let trial: io::Result<Vec<_>> = (0..cores())
        .map(|_| {
            let together = Arc::clone(&together);
            thread::Builder::new().spawn(move || drop(together.read()))
        })
        .collect();
    drop(held);
    if trial.is_err() {
        let alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread();
        if let Err(error) = alone.build_global() {
            log::debug!("{error}");
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
