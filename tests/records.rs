//! Records of real trainings in PyTorch, and what autograd makes of the same networks written out step by step:
//! tests/recorder/parity.py has written both.

use std::path::{Path, PathBuf};

use bptt_scope::export::{open_experiment, open_record};
use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{Experiment, RecordSummary, Trainer, Wanted};
use serde_json::Value;

/// The same arithmetic in another order: a few hundred roundings of 1e-16.
const TOLERANCE: f64 = 1e-13;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorder/records")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|number| number.as_f64().unwrap()).collect()
}

/// How many numbers of γ of the record called `name` are as autograd has them.
fn compared(name: &str) -> usize {
    let never = Interrupt::default();
    let path = folder().join(format!("{name}.safetensors"));
    let record = open_record(&path, &never).unwrap();
    let text = std::fs::read_to_string(path.with_extension("json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let mut count = 0;
    for (sequence, parts) in expected.as_array().unwrap().iter().enumerate() {
        let names: Vec<&String> = parts.as_object().unwrap().keys().collect();
        let mut known = record.parts();
        known.sort();
        assert!(
            names
                .iter()
                .all(|name| name.is_empty() || known.contains(name))
        );
        assert_eq!(names.len(), known.len().max(1));
        for (part, layers) in parts.as_object().unwrap() {
            let experiment = Experiment::of_record(name, &record, (part, sequence)).unwrap();
            let mut trainer = Trainer::new(experiment);
            assert_eq!(trainer.steps_done(), record.step);
            let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
            let network = trainer.network();
            let mut probe = bptt_scope::flow::Probe::new(&network.parameters);
            let loss = snapshot.probe.loss_function;
            probe
                .run(network, &snapshot.probe.batch, loss, &never)
                .unwrap();
            for (layer, states) in layers.as_array().unwrap().iter().enumerate() {
                for (state, rows) in states.as_object().unwrap() {
                    let rows: Vec<Vec<f64>> =
                        rows.as_array().unwrap().iter().map(numbers).collect();
                    assert_eq!(rows.len(), snapshot.len() + 1);
                    let all = rows.iter().flatten();
                    let largest = all.fold(0.0_f64, |most, number| most.max(number.abs()));
                    for (t, row) in rows.iter().enumerate() {
                        let place = usize::from(state == "c");
                        let found = probe.pass.layers()[layer].state_gradient(place, t);
                        for (found, right) in found.iter().zip(row) {
                            let error = (found - right).abs() / largest;
                            assert!(error < TOLERANCE, "{name} {part} {layer} {state} {t}");
                            count += 1;
                        }
                    }
                }
            }
        }
    }
    count
}

/// Where the last states alone are read, what reaches the first timestep is ‖γ₁‖/‖γₙ‖ over layers and states.
#[test]
fn the_gain_is_that_of_the_gradient_at_the_last_states() {
    let never = Interrupt::default();
    let path = folder().join("lstm.safetensors");
    let text = std::fs::read_to_string(path.with_extension("json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let layers = expected[0][""].as_array().unwrap();
    let norm = |t: usize| {
        let parts = layers
            .iter()
            .flat_map(|layer| layer.as_object().unwrap().values());
        let all = parts.flat_map(|rows| numbers(&rows[t]));
        all.map(|number| number * number).sum::<f64>().sqrt()
    };
    let record = open_record(&path, &never).unwrap();
    let experiment = Experiment::of_record("lstm", &record, ("", 0)).unwrap();
    let snapshot = Trainer::new(experiment)
        .snapshot(Wanted::default(), &never)
        .unwrap();
    let summary = RecordSummary::of(&record, ("", 0), true, &never).unwrap();
    for (t, (step, gain)) in (1..).zip(snapshot.probe.flow.steps.iter().zip(&summary.gains)) {
        let right = norm(t) / norm(9);
        for found in [step.to_end, *gain] {
            let found = 10_f64.powf(found.log10().unwrap());
            assert!(
                (found / right - 1.0).abs() < 1e-12,
                "{t}: {found} for {right}"
            );
        }
    }
    assert_eq!(summary.outcome, snapshot.probe.verdict.outcome);
}

#[test]
fn every_gamma_is_autograds() {
    for (name, expected) in [
        ("lstm", 600),
        ("gru-packed", 170),
        ("rnn-relu", 150),
        ("lstm-both-directions", 1200),
        ("gru-bfloat16", 150),
    ] {
        assert_eq!(compared(name), expected, "{name}");
    }
}

/// A file that names a record is read again with it, and so is another of its sequences.
#[test]
fn a_record_is_an_experiment_that_can_be_saved() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("step-000000002.safetensors");
    std::fs::copy(self::folder().join("lstm.safetensors"), &record).unwrap();
    let opened = open_experiment(&record).unwrap();
    assert_eq!(opened.carrier.unwrap().step, Some(2));
    let experiment = opened.experiment.named_from(folder.path());
    let text = experiment.to_text();
    assert!(text.len() < 3_000, "numbers are in the record: {text}");
    assert!(text.contains("record = \"step-000000002.safetensors\""));
    let saved = folder.path().join("saved.toml");
    std::fs::write(&saved, &text).unwrap();
    let again = open_experiment(&saved).unwrap().experiment;
    assert_eq!(*again, *opened.experiment);
    assert_eq!(again.recorded().unwrap().step, 2);
    std::fs::write(&saved, text.replace("index = 0", "index = 2")).unwrap();
    let other = open_experiment(&saved).unwrap().experiment;
    assert_ne!(other.probe.inputs, again.probe.inputs);
    std::fs::write(&saved, text.replace("index = 0", "index = 3")).unwrap();
    let refused = open_experiment(&saved).unwrap_err().to_string();
    assert!(
        refused.ends_with("probe.record: it has the sequences 0 to 2, and probe.index is 3"),
        "{refused}"
    );
    std::fs::remove_file(&record).unwrap();
    let refused = open_experiment(&saved).unwrap_err().to_string();
    assert!(refused.contains("there is no such file"), "{refused}");
}

/// Nothing that stands in a record makes the program stumble, and what is wrong is named.
#[test]
fn a_damaged_record_is_named() {
    let never = Interrupt::default();
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(self::folder().join("gru-packed.safetensors")).unwrap();
    let path = folder.path().join("step-1.safetensors");
    let told = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        open_record(&path, &never).unwrap_err().to_string()
    };
    for length in (0..whole.len()).step_by(97) {
        told(&whole[..length]);
    }
    let header = |from: &str, to: &str| {
        // As long as before, so that the numbers stay where they are.
        assert_eq!(from.len(), to.len());
        let place = whole
            .windows(from.len())
            .position(|it| it == from.as_bytes());
        let mut bytes = whole.clone();
        bytes[place.unwrap()..][..to.len()].copy_from_slice(to.as_bytes());
        bytes
    };
    for (from, to, expected) in [
        ("record/1", "record/2", "takes"),
        (
            "\"gru\"",
            "\"gry\"",
            "its cell is “gry”: rnn_tanh, rnn_relu, lstm and gru are read",
        ),
        (
            "\"step\":\"2\"",
            "\"step\":\"x\"",
            "its step is “x”, which is no whole number",
        ),
        ("\"x\"", "\"y\"", "there is no tensor x in it"),
        (
            "\"grad_output\"",
            "\"grid_output\"",
            "no gradient came into the module",
        ),
        ("\"weight_hh_l1\"", "\"weight_hh_l2\"", "grad"),
        (
            "\"weight_ih_l0\"",
            "\"weight_ix_l0\"",
            "there is no tensor weight_ih_l0 in it",
        ),
        ("[15,5]", "[5,15]", "weight"),
    ] {
        let bytes = header(from, to);
        std::fs::write(&path, &bytes).unwrap();
        let told = open_record(&path, &never)
            .err()
            .map(|error| error.to_string());
        if expected == "grad" {
            // A layer less is another network, if a smaller one.
            assert!(told.is_none_or(|told| told.contains("_l")));
            continue;
        }
        let told = told.unwrap();
        let expected = if expected == "takes" {
            "take its newest version"
        } else {
            expected
        };
        assert!(told.contains(expected), "{told}");
    }
}
