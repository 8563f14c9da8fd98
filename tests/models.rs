//! Models as other programs write them: small files that `tests/models/generate.py` has made, with the numbers that it has
//! printed.

use std::path::{Path, PathBuf};

use bptt_scope::export::{open_experiment, open_model, open_tensors};
use bptt_scope::models::{NamedTensor, tensors_of};
use bptt_scope::rnn::{CellKind, Interrupt};
use bptt_scope::training::{CheckedExperiment, ModelChoice, TensorNames, Trainer, Wanted};
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
        assert!(snapshot.probe.flow.steps[0].to_end.is_finite() && snapshot.probe.begins.is_some());
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

fn module<'a>(module: &'a str, tensors: &'a TensorNames) -> ModelChoice<'a> {
    ModelChoice { module, tensors }
}

/// One direction at a time: the forward one, unless the other is asked for.
#[test]
fn a_module_is_chosen_by_its_name() {
    let path = file("halves.safetensors");
    let forward = open_experiment(&path).unwrap().experiment;
    let (never, none) = (Interrupt::default(), TensorNames::default());
    let reverse = open_model(&path, module("rnn (reverse)", &none), &never)
        .unwrap()
        .experiment;
    assert_ne!(
        weight(&forward, "weight_hh_l0"),
        weight(&reverse, "weight_hh_l0")
    );
    let error = open_model(&path, module("lstm", &none), &never)
        .unwrap_err()
        .to_string();
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

/// A file of tensors with these names and shapes, whose numbers are drawn.
fn written(folder: &Path, tensors: &[(&str, &[usize])]) -> PathBuf {
    use safetensors::tensor::{Dtype, TensorView};
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let numbers = tensors.iter().map(|(_, shape)| {
        let count: usize = shape.iter().product();
        let numbers = (0..count).flat_map(|_| rng.random_range(-0.5_f64..0.5).to_le_bytes());
        numbers.collect::<Vec<u8>>()
    });
    let numbers: Vec<Vec<u8>> = numbers.collect();
    let views = tensors.iter().zip(&numbers).map(|((name, shape), bytes)| {
        let view = TensorView::new(Dtype::F64, shape.to_vec(), bytes).unwrap();
        (name.to_string(), view)
    });
    let bytes = safetensors::serialize(views, None).unwrap();
    let path = folder.join("strange.safetensors");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn named(names: &str) -> TensorNames {
    TensorNames::of_section(&names.parse().unwrap()).unwrap()
}

/// What nobody could guess is said: which matrix is W_h, what reads out, what stands for words. Blocks lie in rows or in columns,
/// and that is seen.
#[test]
fn tensors_are_named_where_their_names_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let never = Interrupt::default();
    let path = written(
        folder.path(),
        &[
            ("A", &[5, 3]),
            ("B", &[5, 5]),
            ("C", &[5]),
            ("D", &[2, 5]),
            ("E", &[7, 3]),
        ],
    );
    let error = open_experiment(&path).unwrap_err().to_string();
    assert!(error.contains("no recurrent module"), "{error}");
    let names = named(
        "weight_ih_l0 = 'A'\nweight_hh_l0 = 'B'\nb = 'C'\n'readout.weight' = 'D'\n'embedding.weight' = 'E'",
    );
    let opened = open_model(&path, module("", &names), &never)
        .unwrap()
        .experiment;
    let shape = opened.network.weights.shape().unwrap();
    assert_eq!(
        (shape.cell, shape.inputs, shape.hidden, shape.outputs),
        (CellKind::Elman, 3, 5, Some(2))
    );
    assert_eq!(opened.network.weights.embedding().unwrap().rows(), 7);
    assert_eq!(weight(&opened, "weight_hh_l0").len(), 25);
    // As it is written into a file, it is opened again.
    let saved = folder.path().join("e.toml");
    std::fs::write(&saved, opened.named_from(folder.path()).to_text()).unwrap();
    let again = open_experiment(&saved).unwrap().experiment;
    assert_eq!(again.network.weights, opened.network.weights);
    for (names, told) in [
        (
            "w_h = 'hidden_matrix'",
            "w_h is said to be hidden_matrix, and there is no such tensor in it; there are A, B, C, D, E",
        ),
        (
            "w_h = 'A'\nw_i = 'B'",
            "network.tensors are no recurrent module",
        ),
        (
            "w_h = 'B'\nw_i = 'A'\nw_o = 'E'",
            "E is 7 × 3, and a read-out of this module has rows of H = 5",
        ),
        (
            "w_h = 'B'\nw_i = 'A'\n'embedding.weight' = 'D'",
            "D is 2 × 5, and an embedding of this module has rows of D = 3",
        ),
    ] {
        let names = named(names);
        let error = open_model(&path, module("", &names), &never).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    let unknown = TensorNames::of_section(&"weight_hh = 'B'".parse().unwrap());
    assert!(unknown.unwrap_err().contains("did you mean weight_hh_l0?"));
    // In columns, as Keras lays blocks out, with the gates of a GRU in another order.
    let path = written(folder.path(), &[("U", &[4, 12]), ("W", &[3, 12])]);
    let names = named("w_h = 'U'\nw_i = 'W'");
    let opened = open_model(&path, module("", &names), &never)
        .unwrap()
        .experiment;
    let shape = opened.network.weights.shape().unwrap();
    assert_eq!((shape.inputs, shape.hidden), (3, 4));
    let turned = weight(&opened, "weight_hh_l0");
    let all = open_tensors(&path, &never).unwrap();
    let u = all.iter().find(|tensor| tensor.name == "U").unwrap();
    // Of weights whose shapes two cells have, it can be said which of them it is.
    let other = folder.path().join("other.toml");
    let text = "[task]\nkind = \"data\"\n[network]\ncell = \"gru-reset-before\"\nweights = { weight_ih_l0 = [[1], [2], [3]], weight_hh_l0 = [[1], [2], [3]] }\n[data]\ninputs = \"noise\"\n";
    std::fs::write(&other, text).unwrap();
    let typed = open_experiment(&other).unwrap().experiment;
    assert_eq!(typed.network.cell, CellKind::GruResetBefore);
    // Row 1 of r is column 5 of Keras's, behind the block of z.
    let column: Vec<f64> = (0..4).map(|row| u.values[row * 12 + 4]).collect();
    assert_eq!(turned[..4], column);
}

/// Without data a model reads noise as large as its inputs usually are, zeros, or a text by its own embedding; and the gradient
/// begins along all units alike, or where most of it arrives.
#[test]
fn a_model_without_data_shows_something_true() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(
        folder.path(),
        &[
            ("encoder.emb.weight", &[5, 3]),
            ("decoder.emb.weight", &[9, 3]),
            ("encoder.rnn.weight_ih_l0", &[16, 3]),
            ("encoder.rnn.weight_hh_l0", &[16, 4]),
            ("last_conv.weight", &[2, 4, 1]),
        ],
    );
    // A convolution over one step reads out, for whoever says so.
    let names = named("'readout.weight' = 'last_conv.weight'");
    let read_out = open_model(&path, module("", &names), &Interrupt::default());
    let shape = read_out.unwrap().experiment.network.weights.shape();
    assert_eq!(shape.unwrap().outputs, Some(2));
    let words = folder.path().join("words.txt");
    std::fs::write(&words, "<unk>\na\nb\nfilm\nnot\n").unwrap();
    let all = open_tensors(&path, &Interrupt::default()).unwrap();
    let of = |name: &str| {
        &all.iter()
            .find(|tensor| tensor.name == name)
            .unwrap()
            .values
    };
    let embedding = of("encoder.emb.weight");
    let saved = folder.path().join("e.toml");
    let shown = |data: &str| {
        let text = format!(
            "[network]\nweights = \"strange.safetensors\"\n[task]\nkind = \"data\"\nlength = 6\n{data}"
        );
        std::fs::write(&saved, text).unwrap();
        let opened = open_experiment(&saved).map_err(|error| error.to_string())?;
        let mut trainer = Trainer::new(opened.experiment);
        Ok::<_, String>(
            trainer
                .snapshot(Wanted::default(), &Interrupt::default())
                .unwrap(),
        )
    };
    let noise = shown("[data]\ninputs = \"noise\"").unwrap();
    assert!(
        noise.probe.memory.contains("that of its embedding"),
        "{}",
        noise.probe.memory
    );
    let text = "[data]\ninputs = \"embedding\"\nwords = \"words.txt\"\n[probe]\ntext = \"Not film ab what\"";
    let read = shown(text).unwrap();
    assert_eq!(read.len(), 5);
    let rows: Vec<usize> = (1..=5)
        .map(|t| {
            let x = read.probe.batch.vector(t - 1, 0).unwrap();
            embedding.chunks_exact(3).position(|row| row == x).unwrap()
        })
        .collect();
    assert_eq!(rows, [4, 3, 1, 2, 0]);
    let known: Vec<bool> = (1..=5).map(|t| read.word(t).unwrap().known).collect();
    assert_eq!(known, [true, true, true, true, false]);
    // Without words a text is numbers of rows.
    let rows = shown("[data]\ninputs = \"embedding\"\n[probe]\ntext = \"4 0 7\"").unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.probe.batch.vector(0, 0).unwrap(), &embedding[12..15]);
    assert_eq!(rows.probe.batch.vector(2, 0).unwrap(), [0.0; 3]);
    // Nothing that begins with the same size arrives stronger than along the worst direction.
    let arrives = |snapshot: &bptt_scope::training::Snapshot| {
        snapshot.probe.flow.steps[0].to_end.log10().unwrap()
    };
    let worst = shown(&text.replace("[probe]", "direction = \"worst\"\n[probe]")).unwrap();
    assert!(arrives(&worst) >= arrives(&read));
    assert!(
        worst
            .probe
            .outcome_in_words()
            .contains("of which most arrives at step 1")
    );
    std::fs::write(&words, "a\nb\nc\nd\ne\nf\n").unwrap();
    let error = shown(text).unwrap_err();
    assert!(
        error.contains("data.words has 6 words, and the embedding has 5 rows"),
        "{error}"
    );
    std::fs::remove_file(&words).unwrap();
    let error = shown(text).unwrap_err();
    assert!(
        error.contains("words.txt") && error.contains("no such file"),
        "{error}"
    );
    let none = written(
        folder.path(),
        &[
            ("rnn.weight_ih_l0", &[16, 3]),
            ("rnn.weight_hh_l0", &[16, 4]),
        ],
    );
    assert!(none.exists());
    let error = shown("[data]\ninputs = \"embedding\"").unwrap_err();
    assert!(
        error.contains("no embedding that is plain to see"),
        "{error}"
    );
}

/// A trace has the weights of its moment: of one number, of layers, and with a learnt embedding by which words are read.
#[test]
fn a_trace_gives_its_weights() {
    let folder = tempfile::tempdir().unwrap();
    for set in [
        &["task.kind=latch"][..],
        &["task.kind=adding", "network.hidden=3", "network.bias=true"],
        &["network.cell=gru", "network.layers=2", "network.hidden=3"],
        &[
            "network.cell=lstm",
            "network.hidden=4",
            "network.embedding=3",
            "network.bias=true",
        ],
    ] {
        let path = folder.path().join("trace.json");
        let sets = set.iter().flat_map(|set| ["--set", set]);
        let made = std::process::Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
            .args(["trace", "--steps", "7", "--out", path.to_str().unwrap()])
            .args(sets)
            .status()
            .unwrap();
        assert!(made.success());
        let trace: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let kind = trace["experiment"]["task"]["kind"].as_str().unwrap();
        let text = format!("task.kind = \"{kind}\"\n[network]\nweights = \"trace.json\"\n");
        let own = folder.path().join("own.toml");
        std::fs::write(&own, text).unwrap();
        let experiment = open_experiment(&own).unwrap().experiment;
        let trainer = Trainer::new(experiment);
        let parameters = &trainer.network().parameters;
        for (tensor, own) in parameters.tensors() {
            if own.is_empty() {
                continue;
            }
            let mut expected = numbers(&trace["parameters"][&*tensor.name]);
            let mut found = own.to_vec();
            expected.sort_by(f64::total_cmp);
            found.sort_by(f64::total_cmp);
            assert_eq!(found, expected, "{set:?}: {}", tensor.name);
        }
        if kind == "sentiment" && trace["parameters"].get("embedding.weight").is_some() {
            assert_eq!(trainer.experiment().network.embedding, 3);
        }
    }
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
