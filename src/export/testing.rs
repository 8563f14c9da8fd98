//! Moments to test tables and figures with.

use std::sync::Arc;

use super::{Look, View, question};
use crate::flow::{GradientFlow, OperatingPoints, Probe, Progress, Verdict};
use crate::rnn::{Interrupt, Spectrum};
use crate::training::{Experiment, Finding, Preset, Snapshot, Trainer, Wanted, answer};

/// The moment after `steps` training steps of the default experiment with a `change`, with everything that a
/// snapshot can hold.
pub fn moment(steps: usize, change: impl FnOnce(&mut Experiment)) -> Snapshot {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment.check().unwrap());
    for _ in 0..steps {
        trainer.step(&never);
    }
    trainer.evaluate(&never).unwrap();
    trainer.measure_spectrum();
    trainer.fill_rows(&never, || true).unwrap();
    let wanted = Wanted {
        product_norms: true,
        eigenvalues: true,
        triangle: true,
        history: true,
    };
    trainer.snapshot(wanted, &never).unwrap()
}

/// The moment at the beginning of the preset `name`.
pub fn preset(name: &str) -> Snapshot {
    let preset = Preset::ALL
        .into_iter()
        .find(|preset| preset.name == name)
        .unwrap();
    moment(3, |experiment| *experiment = preset.experiment())
}

/// `snapshot` with every recurrent weight replaced by `w_h`, which no trainer would accept.
pub fn with_w_h(snapshot: &Snapshot, w_h: f64) -> Snapshot {
    let never = Interrupt::default();
    let mut broken = snapshot.clone();
    let mut network = (*snapshot.network).clone();
    network.parameters.w_h.fill(w_h);
    let (batch, loss) = (&*broken.batch, broken.loss_function);
    let mut probe = Probe::new(&network.parameters);
    probe.run(&network, batch, loss, &never).unwrap();
    broken.spectrum = Spectrum::of(&network.parameters.w_h);
    broken.flow = GradientFlow::of(&network, batch, &probe, loss, broken.spectrum, &never).unwrap();
    broken.operating_points = OperatingPoints::of(&probe.unrolled);
    broken.verdict = Verdict::of(&broken.flow, 1, |_| None);
    broken.weights.w_h = w_h;
    broken.states = (0..=broken.len())
        .map(|t| probe.unrolled.state(t)[0])
        .collect();
    broken.loss = loss.value(probe.unrolled.read_outs()[0], broken.target);
    broken.network = Arc::new(network);
    broken.triangle = None;
    broken
}

/// The answer to what `view` wants to know.
pub fn finding(view: View, snapshot: &Snapshot, look: &Look) -> Option<Finding> {
    let question = question(view, snapshot, look)?;
    Some(
        answer(
            question,
            snapshot,
            &Interrupt::default(),
            &Progress::default(),
        )
        .unwrap(),
    )
}
