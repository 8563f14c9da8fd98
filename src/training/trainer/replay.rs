//! Going back to a recorded moment of the run, and going on from there.

use std::sync::Arc;

use super::Trainer;
use super::past::{Moment, Present};
use super::setup::Drawn;
use crate::rnn::{Interrupt, Interrupted, Spectrum};
use crate::training::HistoryRow;

impl Trainer {
    /// Records the present, so that it can be come back to. Everything that was recorded of this step or
    /// of later ones belongs to another future and goes.
    pub(super) fn record_present(&mut self) {
        self.past.record(&Present {
            step: self.step,
            experiment: &self.experiment,
            parameters: &self.network.parameters,
            optimizer: &self.optimizer,
            rng: &self.rng,
        });
        self.history.forget_after(self.step);
        self.evaluations.forget_after(self.step);
        self.changes.settle(self.step);
    }

    /// What the present is made of.
    pub(super) fn present(&self) -> Present<'_> {
        Present {
            step: self.step,
            experiment: &self.experiment,
            parameters: &self.network.parameters,
            optimizer: &self.optimizer,
            rng: &self.rng,
        }
    }

    /// The steps that can be gone back to, oldest first.
    pub fn recorded_steps(&self) -> impl Iterator<Item = u64> + '_ {
        self.past.moments().map(|moment| moment.step)
    }

    /// The run as it was at the recorded step nearest to `step`; `None` if nothing is recorded. Its past
    /// and its curves are left out.
    pub fn at(&self, step: u64) -> Option<Self> {
        let moment = self.past.nearest(step)?;
        // An old spectrum, until somebody measures it.
        let same = !self.experiment.needs_new_run(&moment.experiment);
        let drawn = self.drawn.clone().filter(|_| same);
        Some(Self::of_moment(moment, self.spectrum, drawn))
    }

    /// Another run that stands where this one stands, or at the recorded step nearest to `step`, with its curves until then.
    /// What was recorded stays here alone.
    pub fn copy_at(&self, step: Option<u64>) -> Self {
        let recorded = step
            .filter(|step| *step != self.step)
            .and_then(|step| self.at(step));
        let mut then = recorded.unwrap_or_else(|| {
            let present = self.present().keep();
            Self::of_moment(&present, self.spectrum, self.drawn.clone())
        });
        then.is_negative = self.is_negative;
        then.history = self.history.clone();
        then.history.forget_after(then.step);
        then.evaluations = self.evaluations.clone();
        then.evaluations.forget_after(then.step);
        then
    }

    /// A run that stands at `moment`. `spectrum` is what W_h is taken to have until it is measured, where that
    /// takes too long to be done at once; `drawn` is what its network was drawn as, if that is at hand.
    pub(super) fn of_moment(
        moment: &Moment,
        spectrum: Spectrum,
        drawn: Option<Arc<Drawn>>,
    ) -> Self {
        let experiment = Arc::clone(&moment.experiment);
        let mut then = Self::with_network(experiment, moment.network(), spectrum);
        then.optimizer.copy_from(&moment.optimizer);
        then.rng.clone_from(&moment.rng);
        then.step = moment.step;
        then.drawn = drawn;
        then.spectrum_is_old = true;
        if moment.step == 0 {
            let drawn = then.drawn();
            then.spectrum = drawn.spectrum(moment.experiment.network.w_h);
            then.spectrum_is_old = drawn.is_estimated();
        } else if moment.parameters.rows() == 1 {
            then.spectrum = Spectrum::of_all(moment.parameters.recurrent_blocks()).0;
        }
        then
    }

    /// Makes `then`, which [`Self::at`] gave, the present. What came after it can still be gone back to
    /// until the next step is made.
    pub fn continue_from(&mut self, mut then: Self) {
        if then.network.parameters.layout() == self.network.parameters.layout() {
            then.before_zero = std::mem::take(&mut self.before_zero);
        }
        self.replace(then);
    }

    /// Puts another moment in the place of the present, which is recorded before. Past, curves and the hand
    /// on a slider stay.
    pub(super) fn replace(&mut self, mut then: Self) {
        let newest_recorded = self.recorded_steps().last();
        // Where no step was made there is nothing to come back to.
        if self.is_trained() && newest_recorded.is_none_or(|newest| self.step >= newest) {
            self.record_present();
        }
        self.changes.discard();
        if self.past.fits(&then.network.parameters) {
            std::mem::swap(&mut then.past, &mut self.past);
            std::mem::swap(&mut then.history, &mut self.history);
            std::mem::swap(&mut then.evaluations, &mut self.evaluations);
            std::mem::swap(&mut then.changes, &mut self.changes);
        }
        then.grabbed = self.grabbed;
        then.edits = self.edits + 1;
        *self = then;
    }

    /// Computes rows of the picture of the run that are missing, newest first, as long as `more` says so.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn fill_rows(
        &mut self,
        interrupt: &Interrupt,
        mut more: impl FnMut() -> bool,
    ) -> Result<(), Interrupted> {
        for moment in self.past.moments_mut().rev() {
            if moment.row.is_none() {
                if !more() {
                    break;
                }
                let row = self.rows.row(moment, self.pass.pass_mut(), interrupt)?;
                moment.row = Some(Arc::new(row));
            }
        }
        Ok(())
    }

    /// The rows of the picture of the run that have been computed, oldest first.
    pub fn rows(&self) -> impl Iterator<Item = Arc<HistoryRow>> + '_ {
        self.past.moments().filter_map(|moment| moment.row.clone())
    }

    /// Whether rows are missing.
    pub fn is_row_missing(&self) -> bool {
        self.past.moments().any(|moment| moment.row.is_none())
    }
}
