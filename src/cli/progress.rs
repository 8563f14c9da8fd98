//! How far long work is, on standard error, if that is a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work that is done sooner shows no bar.
const SHORT: Duration = Duration::from_millis(300);

/// A bar for counted pieces of work, which is there only once that takes long.
pub struct Counted {
    total: u64,
    what: &'static str,
    begun: Instant,
    bar: Option<ProgressBar>,
}

impl Counted {
    /// Of `total` pieces called `what`.
    pub fn new(total: u64, what: &'static str) -> Self {
        Self {
            total,
            what,
            begun: Instant::now(),
            bar: None,
        }
    }

    /// Shows that `done` pieces are done.
    pub fn set(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        } else if self.begun.elapsed() >= SHORT {
            let bar = counted_bar(self.total, self.what).with_elapsed(self.begun.elapsed());
            bar.set_position(done);
            // What was done before nobody saw takes no part in the speed.
            bar.reset_eta();
            self.bar = Some(bar);
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn counted_bar(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template =
        format!("{{bar:40}} {{human_pos}} of {{human_len}} {what}, {{per_sec}}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
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
        scope.spawn(move || {
            let mut shown: Option<ProgressBar> = None;
            while waits.recv_timeout(SHORT) == Err(RecvTimeoutError::Timeout) {
                let bar = shown.get_or_insert_with(|| share_bar(what));
                bar.set_position((100.0 * share()) as u64);
            }
            if let Some(bar) = shown {
                bar.finish_and_clear();
            }
        });
        let result = work();
        drop(done);
        result
    })
}
