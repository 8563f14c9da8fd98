//! A snapshot of an experiment, reached through the same trainer that the window uses.

use bptt_scope::flow::Magnitude;
use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{Experiment, Snapshot, Trainer, Wanted};

/// ‖P‖₂ too.
const NORMS: Wanted = Wanted {
    product_norms: true,
    eigenvalues: false,
    triangle: false,
    history: false,
    worksheet: None,
    gates: false,
    inputs: false,
};

/// The default experiment with something changed, before its first step.
pub fn snapshot(change: impl FnOnce(&mut Experiment)) -> Snapshot {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    Trainer::new(experiment.check().unwrap())
        .snapshot(NORMS, &Interrupt::default())
        .unwrap()
}

/// log₁₀ of a magnitude that is finite and not zero.
pub fn log10(magnitude: Magnitude) -> f64 {
    magnitude.log10().expect("a finite magnitude")
}
