//! Models as other programs write them: small files that `tests/models/generate.py` has made, with the numbers that it has
//! printed.

use std::path::{Path, PathBuf};

use bptt_scope::export::{open_experiment, open_model, open_tensors};
use bptt_scope::models::{NamedTensor, tensors_of};
use bptt_scope::rnn::{CellKind, Interrupt};
use bptt_scope::training::{CheckedExperiment, Trainer, Wanted};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/models")
        .join(name)
}

fn expected() -> Value {
    serde_json::from_str(include_str!("models/expected.json")).unwrap()
}

/// Every number of nested lists.
fn flat(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| flat(value, into)),
        value => into.push(value.as_f64().unwrap()),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    let mut all = Vec::new();
    flat(value, &mut all);
    all
}

fn tensors(name: &str) -> Vec<NamedTensor> {
    open_tensors(&file(name), &Interrupt::default()).unwrap()
}

fn weight(experiment: &CheckedExperiment, name: &str) -> Vec<f64> {
    let mut all = experiment.network.weights.iter();
    let (_, table) = all.find(|(found, _)| *found == name).unwrap();
    table.values().to_vec()
}

/// The weights arrive in the network, by PyTorch's names and in its orders, whichever file they come from.
#[test]
fn checkpoints_of_pytorch_arrive_whole_however_they_are_saved() {
    let expected = expected();
    for name in ["state_dict.pt", "checkpoint.pt", "legacy.pth"] {
        let experiment = open_experiment(&file(name)).unwrap().experiment;
        let network = &experiment.network;
        assert_eq!(
            (network.cell, network.layers, network.hidden, network.bias),
            (CellKind::Lstm, 2, 3, true),
            "{name}"
        );
        for (tensor, values) in expected["lstm"].as_object().unwrap() {
            assert_eq!(
                weight(&experiment, tensor),
                numbers(values),
                "{name}: {tensor}"
            );
        }
        let fc = numbers(&expected["fc"]["fc.weight"]);
        assert_eq!(weight(&experiment, "readout.weight"), fc, "{name}");
        // Something true at once: what reads noise has a flow.
        let mut trainer = Trainer::new(experiment.clone());
        let snapshot = trainer
            .snapshot(Wanted::default(), &Interrupt::default())
            .unwrap();
        assert_eq!(snapshot.len(), 50);
        let parameters = &snapshot.moment.network.parameters;
        let first = parameters.tensors().next().unwrap();
        assert_eq!(first.0.name, "weight_ih_l0");
        assert!(snapshot.probe.flow.steps[0].to_end.is_finite() && snapshot.probe.has_no_loss);
    }
}

#[test]
fn halves_numpy_and_keras_are_read_exactly() {
    let expected = expected();
    for tensor in tensors("halves.safetensors") {
        assert_eq!(
            tensor.values,
            numbers(&expected["halves"][&tensor.name]),
            "{}",
            tensor.name
        );
    }
    let arrays = tensors("arrays.npz");
    assert_eq!(arrays.len(), 4);
    for tensor in arrays {
        assert_eq!(
            tensor.values,
            numbers(&expected["arrays"][&tensor.name]),
            "{}",
            tensor.name
        );
    }
    let keras = open_experiment(&file("keras_gru.h5")).unwrap().experiment;
    assert_eq!(keras.network.cell, CellKind::Gru);
    let found = weight(&keras, "weight_ih_l0");
    assert_eq!(found, numbers(&expected["keras"]["weight_ih_l0"]));
    assert_eq!(weight(&keras, "readout.weight").len(), 3);
}

/// One direction at a time: the forward one, unless the other is asked for.
#[test]
fn a_module_is_chosen_by_its_name() {
    let path = file("halves.safetensors");
    let forward = open_experiment(&path).unwrap().experiment;
    let never = Interrupt::default();
    let reverse = open_model(&path, "rnn (reverse)", &never)
        .unwrap()
        .experiment;
    assert_ne!(
        weight(&forward, "weight_hh_l0"),
        weight(&reverse, "weight_hh_l0")
    );
    let error = open_model(&path, "lstm", &never).unwrap_err().to_string();
    assert!(
        error.ends_with("there is no module lstm in it; there are rnn, rnn (reverse)"),
        "{error}"
    );
}

/// A pickle that wants something carried out is read, and nothing is carried out.
#[test]
fn nothing_in_a_file_is_ever_carried_out() {
    let error = open_experiment(&file("evil.pt")).unwrap_err().to_string();
    assert!(
        error.contains("there is no recurrent module in it"),
        "{error}"
    );
    assert!(!file("was_carried_out").exists());
}

/// An experiment names its model by a path beside it, and is saved with that path.
#[test]
fn an_experiment_names_a_model_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(file("arrays.npz"), folder.path().join("model.npz")).unwrap();
    let path = folder.path().join("e.toml");
    let text = "task.kind = \"data\"\ntask.length = 20\ndata.inputs = \"zeros\"\nnetwork.weights = \"model.npz\"\n";
    std::fs::write(&path, text).unwrap();
    let experiment = open_experiment(&path).unwrap().experiment;
    assert_eq!(
        (experiment.network.cell, experiment.network.hidden),
        (CellKind::Gru, 3)
    );
    assert!(experiment.to_text().contains("model.npz"));
    std::fs::remove_file(folder.path().join("model.npz")).unwrap();
    let error = open_experiment(&path).unwrap_err().to_string();
    assert!(
        error.contains("network.weights") && error.contains("model.npz"),
        "{error}"
    );
}

/// How many damaged files are tried of each; `BPTT_DAMAGED=100000` tries more.
fn count() -> u32 {
    let asked = std::env::var("BPTT_DAMAGED").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(1_000)
}

/// Bytes changed, cut off, put in and doubled: an answer, and no more memory than ten times the file.
#[test]
fn damaged_files_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "state_dict.pt",
        "checkpoint.pt",
        "legacy.pth",
        "halves.safetensors",
        "arrays.npz",
        "keras_gru.h5",
    ] {
        let whole = std::fs::read(file(name)).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let path = folder.path().join(name);
        let is_pytorch = name.ends_with(".pt") || name.ends_with(".pth");
        for _ in 0..count() {
            let mut bytes = whole.clone();
            for _ in 0..rng.random_range(1..6) {
                let at = rng.random_range(0..bytes.len());
                match rng.random_range(0..5) {
                    0 => bytes[at] = rng.random_range(0..=255),
                    1 => bytes[at] ^= 1 << rng.random_range(0..8),
                    2 => bytes.truncate(at + 1),
                    3 => bytes.insert(at, rng.random_range(0..=255)),
                    _ => {
                        let end = (at + rng.random_range(1..9)).min(bytes.len());
                        bytes[at..end].fill([0, 0xff][rng.random_range(0..2)]);
                    }
                }
            }
            if is_pytorch {
                std::fs::write(&path, &bytes).unwrap();
            }
            if let Ok(tensors) = tensors_of(&bytes, Some(&path)) {
                let kept: usize = tensors.iter().map(|tensor| 8 * tensor.values.len()).sum();
                assert!(kept <= 10 * bytes.len() + 2_000_000, "{name}: {kept}");
            }
        }
    }
}
