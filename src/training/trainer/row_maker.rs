//! The rows of the picture of a run: what arrived at every timestep, at a moment that was recorded.

use std::sync::Arc;

use super::past::Moment;
use super::placing::Placed;
use crate::flow::gains;
use crate::rnn::{Interrupt, Interrupted, Loss, Pass};
use crate::training::{CheckedExperiment, HistoryRow};

/// What computing the rows of the picture needs, kept from one to the next.
#[derive(Default)]
pub struct RowMaker {
    /// The probe of the experiment that was looked at last.
    placed: Option<(Arc<CheckedExperiment>, Placed, Loss)>,
}

impl RowMaker {
    /// The row of `moment`, computed in `pass`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub(super) fn row(
        &mut self,
        moment: &Moment,
        pass: &mut Pass,
        interrupt: &Interrupt,
    ) -> Result<HistoryRow, Interrupted> {
        let network = moment.network();
        let (placed, loss) = self.placed(&moment.experiment);
        pass.forward(&network, &placed.batch, interrupt)?;
        let gains = gains(&network, &placed.batch, pass, loss, interrupt)?;
        Ok(HistoryRow::new(moment.step, &gains))
    }

    fn placed(&mut self, experiment: &Arc<CheckedExperiment>) -> (Placed, Loss) {
        match &self.placed {
            Some((of, placed, loss))
                if Arc::ptr_eq(of, experiment)
                    || (of.task == experiment.task && of.probe == experiment.probe) =>
            {
                (placed.clone(), *loss)
            }
            _ => {
                let task = experiment.build_task();
                let (placed, loss) = (Placed::of(experiment, task.as_ref()), task.loss());
                self.placed = Some((Arc::clone(experiment), placed.clone(), loss));
                (placed, loss)
            }
        }
    }
}
