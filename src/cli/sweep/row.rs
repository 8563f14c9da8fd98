//! One row: what becomes of the gradient at one point.

use crate::export::{WrittenMagnitude, csv_number as number, verdict_name};
use crate::flow::Magnitude;
use crate::rnn::{Interrupt, Interrupted};
use crate::training::{CheckedExperiment, Divergence, Snapshot, Stepped, Trainer, Wanted};

/// The name of the form, and its version.
pub const SWEEP_SCHEMA: &str = "bptt-scope.sweep/1";

/// What stands before the values of the axes.
const BEFORE: [&str; 3] = ["schema", "sweep", "point"];

/// What stands behind them.
const BEHIND: [&str; 38] = [
    "step",
    "diverged",
    "verdict",
    "first",
    "to_end_sign",
    "to_end_log10",
    "to_end_state",
    "do_n_do_0_sign",
    "do_n_do_0_log10",
    "do_n_do_0_state",
    "bound_log10",
    "lyapunov",
    "half_life",
    "spectral_radius",
    "sigma_1",
    "loss",
    "prediction",
    "target",
    "dl_dw_h_kind",
    "dl_dw_h_sign",
    "dl_dw_h_log10",
    "dl_dw_h_state",
    "dl_dw_i_kind",
    "dl_dw_i_sign",
    "dl_dw_i_log10",
    "dl_dw_i_state",
    "training_loss",
    "training_accuracy",
    "training_gradient_norm",
    "dl_ds_0_sign",
    "dl_ds_0_log10",
    "dl_ds_0_state",
    "dl_dx_sign",
    "dl_dx_log10",
    "dl_dx_state",
    "diverged_stage",
    "diverged_first",
    "diverged_t",
];

/// The names of the columns, for axes over `keys`.
pub fn columns<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    BEFORE.into_iter().chain(keys).chain(BEHIND).collect()
}

/// Trains `steps` steps of `experiment` and says what became of the gradient, below [`columns`] but for those
/// before the values of the axes.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn results(
    experiment: CheckedExperiment,
    steps: u64,
    interrupt: &Interrupt,
) -> Result<Vec<String>, Interrupted> {
    let mut trainer = Trainer::new(experiment);
    // The other cores have points of their own.
    trainer.use_cores(1);
    for _ in 0..steps {
        match trainer.step(interrupt) {
            Stepped::Done => {}
            Stepped::Diverged => break,
            Stepped::Interrupted => return Err(Interrupted),
        }
    }
    if trainer.is_spectrum_old() {
        trainer.measure_spectrum();
    }
    let record = trainer.last_record();
    let snapshot = trainer.snapshot(
        Wanted {
            inputs: true,
            ..Wanted::NOTHING
        },
        interrupt,
    )?;
    let mut cells = moment(&snapshot);
    cells.extend(match record {
        Some(record) => [record.loss, record.accuracy, record.gradient_norm].map(number),
        None => [const { String::new() }; 3],
    });
    cells.extend(magnitude(snapshot.probe.flow.dl_do_0));
    let first = snapshot.probe.dl_dx.get(snapshot.first_input() - 1);
    cells.extend(magnitude(first.copied().unwrap_or(Magnitude::Zero)));
    cells.extend(match &snapshot.run.divergence {
        Some(Divergence { origin, .. }) => [
            origin.stage.name().to_owned(),
            origin.what.clone(),
            origin.t.map_or(String::new(), |t| t.to_string()),
        ],
        None => [const { String::new() }; 3],
    });
    Ok(cells)
}

/// The fixed part of a row in front: form, sweep and point (from 1).
pub fn place(fingerprint: &str, point: u64) -> [String; 3] {
    [
        SWEEP_SCHEMA.to_owned(),
        fingerprint.to_owned(),
        (point + 1).to_string(),
    ]
}

fn moment(snapshot: &Snapshot) -> Vec<String> {
    let (flow, first) = (&snapshot.probe.flow, snapshot.first_input());
    let known = |value: Option<f64>| value.map_or(String::new(), number);
    let mut cells = vec![
        snapshot.moment.step.to_string(),
        snapshot
            .run
            .divergence
            .as_ref()
            .map_or(String::new(), |it| it.what.clone()),
        verdict_name(snapshot.probe.verdict.outcome).to_owned(),
        first.to_string(),
    ];
    cells.extend(magnitude(snapshot.probe.verdict.reached));
    cells.extend(magnitude(flow.from_initial_state()));
    cells.extend([
        number(flow.bound_to_end_log10(first)),
        known(snapshot.probe.verdict.lyapunov),
        known(snapshot.probe.verdict.half_life),
        number(snapshot.moment.spectrum.spectral_radius),
        number(snapshot.moment.spectrum.sigma_1),
        number(snapshot.probe.loss),
        number(snapshot.probe.prediction),
        number(snapshot.probe.target),
    ]);
    for gradient in [flow.w_h, flow.w_i] {
        let kind = if gradient.is_number { "number" } else { "norm" };
        cells.push(kind.to_owned());
        cells.extend(magnitude(gradient.magnitude));
    }
    cells
}

fn magnitude(magnitude: Magnitude) -> [String; 3] {
    WrittenMagnitude::from(magnitude).cells()
}
