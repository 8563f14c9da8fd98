//! Where the weights that have sliders are: the one place that knows.

use crate::training::{Experiment, Update, Weight, WeightValues};

/// The values of the weights that have sliders. The worker has them; but where a hand has just put them, the worker has not
/// put them yet, and while the past is looked at, it tells those of the past.
#[derive(Debug, Default)]
pub struct HeldWeights {
    /// Where they were put by hand, until the worker has carried out that many commands.
    put: Option<(WeightValues, u64)>,
    /// Where those of the present were last seen.
    present: Option<WeightValues>,
}

impl HeldWeights {
    /// Takes in what the worker has told.
    pub fn take(&mut self, update: &Update) {
        if !update.snapshot.run.timeline.is_past {
            self.present = Some(update.snapshot.moment.weights);
        }
    }

    /// Shows `weights` where they were put, until the worker has carried out `sent` commands.
    pub fn put(&mut self, weights: &[(Weight, f64)], update: &Update, sent: u64) {
        let mut put = self.shown(update);
        for &(weight, value) in weights {
            put = put.with(weight, value);
        }
        self.put = Some((put, sent));
    }

    /// Where the sliders stand beside what `update` shows.
    pub fn shown(&self, update: &Update) -> WeightValues {
        match self.put {
            Some((put, at)) if update.commands_done < at => put,
            _ => update.snapshot.moment.weights,
        }
    }

    /// Where the weights of the present are, also while the past is looked at; before anything is known, where `experiment`
    /// puts them.
    pub fn present(&self, latest: Option<&Update>, experiment: &Experiment) -> WeightValues {
        match (latest, self.present) {
            (Some(update), _) if !update.snapshot.run.timeline.is_past => self.shown(update),
            (_, Some(weights)) => weights,
            (_, None) => experiment.network.weights(),
        }
    }
}
