//! Everything there is to see of a run at one moment.

use std::sync::Arc;

use super::Trainer;
use crate::flow::{GradientFlow, ProductNorms, Verdict};
use crate::rnn::{Interrupt, Interrupted, Spectrum, norm};
use crate::tasks::Word;
use crate::training::{ProductNormsState, Snapshot, WeightValues};

/// Up to this hidden size the spectrum of W_h is measured for every snapshot, in about 9 ms; above, only
/// while paused, so that a run and a dragged slider never wait for eigenvalues.
const LARGEST_MEASURED_ALWAYS: usize = 128;

impl Trainer {
    /// Everything there is to see now; with ‖P‖₂ if `product_norms`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn snapshot(
        &mut self,
        product_norms: bool,
        interrupt: &Interrupt,
    ) -> Result<Snapshot, Interrupted> {
        let loss = self.task.loss();
        let spectrum = self.affordable_spectrum();
        let batch = &self.probe_batch;
        self.probe.run(&self.network, batch, loss, interrupt)?;
        let flow = GradientFlow::of(&self.network, batch, &self.probe, loss, spectrum, interrupt)?;
        let unrolled = &self.probe.unrolled;
        let (length, _, hidden) = unrolled.shape();
        let (z, y) = (unrolled.read_outs()[0], batch.targets[0]);
        let words = self.words.clone();
        Ok(Snapshot {
            step: self.step,
            experiment: self.experiment.clone(),
            memory: Arc::clone(&self.memory),
            source: self.task.source(),
            correctness: self.task.correctness(),
            weights: WeightValues::of(&self.network.parameters, spectrum),
            spectrum,
            spectrum_is_old: self.spectrum_is_old,
            parameter_count: self.network.parameters.count(),
            states: (0..=length)
                .map(|t| number_or_rms(unrolled.state(t)))
                .collect(),
            prediction: loss.prediction(z),
            target: y,
            loss: loss.value(z, y),
            product_norms: if product_norms && hidden > 1 {
                match ProductNorms::of(&self.network, unrolled) {
                    Some(norms) => ProductNormsState::Ready(norms),
                    None => ProductNormsState::TooCostly {
                        cost: ProductNorms::cost(length, hidden),
                    },
                }
            } else {
                ProductNormsState::NotAsked
            },
            verdict: verdict(&flow, words.as_deref()),
            flow,
            words,
            words_cut: self.words_cut,
            input_labels: Arc::clone(&self.input_labels),
            history: self.history.records().collect(),
            evaluations: self.evaluations.iter().collect(),
            evaluation_is_old: self.evaluation_is_old,
            divergence: self.divergence.clone(),
        })
    }

    /// Whether the spectrum on screen is older than W_h, because measuring it takes too long to be done
    /// at every snapshot of a run.
    pub fn is_spectrum_old(&self) -> bool {
        self.spectrum_is_old
    }

    /// Measures the spectrum of W_h as it is now. Takes about a second for 512 units.
    pub fn measure_spectrum(&mut self) {
        self.spectrum = Spectrum::of(&self.network.parameters.w_h);
        self.spectrum_is_old = false;
    }

    /// The spectrum of W_h as it is now, or for a large network the one last measured.
    pub(super) fn affordable_spectrum(&mut self) -> Spectrum {
        if self.spectrum_is_old && self.experiment.network.hidden <= LARGEST_MEASURED_ALWAYS {
            self.measure_spectrum();
        }
        self.spectrum
    }
}

fn number_or_rms(values: &[f64]) -> f64 {
    match values {
        [number] => *number,
        _ => norm(values) / (values.len() as f64).sqrt(),
    }
}

fn verdict(flow: &GradientFlow, words: Option<&[Option<Word>]>) -> Verdict {
    let word = |t: usize| words.and_then(|words| words.get(t - 1)?.as_ref());
    let first = (1..=flow.len()).find(|&t| word(t).is_some()).unwrap_or(1);
    Verdict::of(flow, first, |t| {
        word(t).map(|word| format!("“{}”", word.text))
    })
}
