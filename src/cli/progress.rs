//! How far long work is, on standard error, if that is a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows no bar.
const SHORT: Duration = Duration::from_millis(300);

/// A bar for counted pieces of work, which is to be seen only once that takes long.
pub struct Counted {
    begun: Instant,
    bar: ProgressBar,
    is_shown: bool,
}

impl Counted {
    /// Of `total` pieces called `what`.
    pub fn new(total: u64, what: &str) -> Self {
        // It counts from the beginning on, so that it knows the speed when it is shown.
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let template =
            format!("{{bar:40}} {{human_pos}} of {{human_len}} {what}, {{per_sec}}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self {
            begun: Instant::now(),
            bar,
            is_shown: false,
        }
    }

    /// Shows that `done` pieces are done.
    pub fn set(&mut self, done: u64) {
        if !self.is_shown && self.begun.elapsed() >= SHORT {
            self.is_shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(done);
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// A bar for a share of work called `what`, of which nobody knows how evenly it goes.
fn share_bar(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(100);
    let template = format!("{what} {{bar:40}} {{percent}} %, {{elapsed}} so far");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// Does `work` on this thread, and shows its `share` (0 to 1) if it takes long.
pub fn watched<T>(share: impl Fn() -> f64 + Sync, what: &str, work: impl FnOnce() -> T) -> T {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    let (done, waits) = channel::<()>();
    std::thread::scope(|scope| {
        let share = &share;
        let watch = move || {
            let mut shown: Option<ProgressBar> = None;
            while waits.recv_timeout(SHORT) == Err(RecvTimeoutError::Timeout) {
                let bar = shown.get_or_insert_with(|| share_bar(what));
                bar.set_position((100.0 * share()) as u64);
            }
            if let Some(bar) = shown {
                bar.finish_and_clear();
            }
        };
        // Without a thread to be had nobody sees how far the work is, but it is done.
        if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, watch) {
            log::debug!("no progress is shown: {error}");
        }
        let result = work();
        drop(done);
        result
    })
}
