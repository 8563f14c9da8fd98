//! A run without a window: some steps, then a look.

use super::failure::Failure;
use super::progress::watched;
use crate::export::WrittenBatch;
use crate::flow::Progress;
use crate::rnn::{Interrupt, Interrupted};
use crate::scene::{Look, View};
use crate::training::{CheckedExperiment, Finding, Snapshot, Stepped, Trainer, Wanted, answer};

/// A trainer, and whoever may interrupt it.
pub struct Run {
    trainer: Trainer,
    interrupt: Interrupt,
    /// Training has diverged.
    pub diverged: bool,
}

impl Run {
    /// A run of `experiment`, before its first step.
    pub fn new(experiment: CheckedExperiment, interrupt: Interrupt) -> Self {
        Self {
            trainer: Trainer::new(experiment),
            interrupt,
            diverged: false,
        }
    }

    /// Makes `steps` steps, or fewer if it diverges. With `evaluate`, accuracy is measured on the way, as
    /// often as in the window.
    ///
    /// # Errors
    /// [`Failure::Interrupted`]
    pub fn train(&mut self, steps: u64, evaluate: bool) -> Result<(), Failure> {
        if steps > 0 && self.trainer.experiment().recorded().is_some() {
            return Err(Failure::Argument(
                "a record is of a training elsewhere, and no step of it is made here: leave out --steps".to_owned(),
            ));
        }
        let progress = Progress::default();
        let done = watched(
            || progress.share(),
            "training",
            || {
                for step in 0..steps {
                    progress.set(step as f64 / steps as f64);
                    match self.trainer.step(&self.interrupt) {
                        Stepped::Done => {}
                        Stepped::Interrupted => return Err(Interrupted),
                        Stepped::Diverged => {
                            self.diverged = true;
                            break;
                        }
                    }
                    if evaluate && self.trainer.is_evaluation_due() {
                        self.trainer.evaluate(&self.interrupt)?;
                    }
                }
                if evaluate && self.trainer.is_evaluation_old() {
                    self.trainer.evaluate(&self.interrupt)?;
                }
                Ok(())
            },
        );
        done.map_err(|Interrupted| {
            let step = self.trainer.steps_done();
            Failure::Interrupted(format!(" after {step} of {steps} steps"))
        })
    }

    /// The batch that the last step was made with.
    pub fn last_batch(&self) -> WrittenBatch {
        WrittenBatch::of(&self.trainer)
    }

    /// The moment and what is `wanted` besides, and all of it: nobody waits for the next frame here.
    ///
    /// # Errors
    /// [`Failure::Interrupted`]
    pub fn snapshot(&mut self, wanted: Wanted) -> Result<Snapshot, Failure> {
        if self.trainer.is_spectrum_old() {
            self.trainer.measure_spectrum();
        }
        let stopped = |Interrupted| Failure::Interrupted(String::new());
        if wanted.eigenvalues && self.trainer.needs_eigenvalues() {
            self.trainer.measure_spectrum();
        }
        if wanted.history {
            let _ = self.trainer.fill_rows(&self.interrupt, || true);
        }
        self.trainer
            .snapshot(wanted, &self.interrupt)
            .map_err(stopped)
    }

    /// What `view` of `snapshot` needs besides.
    ///
    /// # Errors
    /// [`Failure::Interrupted`]
    pub fn finding(
        &self,
        view: View,
        snapshot: &Snapshot,
        look: &Look,
    ) -> Result<Option<Finding>, Failure> {
        let Some(question) = view.question(snapshot, look) else {
            return Ok(None);
        };
        let progress = Progress::default();
        let work = || answer(question, snapshot, &self.interrupt, &progress);
        let found = watched(|| progress.share(), "computing", work);
        found
            .map(Some)
            .map_err(|Interrupted| Failure::Interrupted(String::new()))
    }
}
