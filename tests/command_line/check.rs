//! `check`.

use std::path::Path;

use super::support::{run, written};

#[test]
fn every_parameter_is_compared() {
    let text = written(&["check", "--steps", "10", "--set", "network.hidden=3"]);
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with("passed\n"), "{text}");
    assert!(
        text.contains(" parameters compared") && text.contains("worst "),
        "{text}"
    );
    let parity = written(&[
        "check",
        "--set",
        "task.kind=parity",
        "--set",
        "network.hidden=2",
        "--set",
        "network.bias=true",
    ]);
    // w_i 2, w_h 4, b 2, w_o 2, b_o 1.
    assert!(
        String::from_utf8(parity)
            .unwrap()
            .contains("of 11 parameters")
    );
}

#[test]
fn what_cannot_be_compared_is_no_pass_and_no_failure() {
    let text = written(&[
        "check",
        "--set",
        "network.w_o=0",
        "--set",
        "network.activation=relu",
        "--set",
        "network.w_i=0",
    ]);
    assert!(String::from_utf8(text).unwrap().starts_with("undecided\n"));
}

#[test]
fn a_run_that_diverges_before_it_is_checked_has_its_own_status() {
    let output = run(&[
        "check",
        "--steps",
        "50",
        "--set",
        "task.kind=adding",
        "--set",
        "task.length=50",
        "--set",
        "network.activation=identity",
        "--set",
        "network.w_h=3",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("the run diverged at step "), "{text}");
}

/// A gradient of one's own: the mistake is named, the exit status says that it is wrong, and what cannot be compared is said.
#[test]
fn a_gradient_of_ones_own_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = source.join("examples/small_networks/explicit-differentiation.toml");
    let mine = folder.path().join("mine.json");
    let judged = |text: &str| {
        std::fs::write(&mine, text).unwrap();
        let output = run(&[
            "check",
            example.to_str().unwrap(),
            "--against",
            mine.to_str().unwrap(),
        ]);
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (status, text) = judged(r#"{"w_i": 3, "w_h": 38, "b": 1}"#);
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("Only the last term of the sum over timesteps is there."),
        "{text}"
    );
    assert!(text.contains("write instead: Add up the terms"), "{text}");
    let (status, text) = judged(r#"{"dWx": 11, "rnn.weight_hh_l0.grad": [[66]], "momentum": 0.9}"#);
    assert_eq!(status, Some(0), "{text}");
    assert!(
        text.contains("not compared: momentum: there is nothing of that name"),
        "{text}"
    );
    let (status, text) = judged(r#"{"w_h_terms": [28, 38], "w_i": 11}"#);
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = judged(r#"{"w_h_terms": [[0], [38]]}"#);
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("Only the last term of the sum over timesteps is there."),
        "{text}"
    );
    let (status, text) = judged(r#"{"w_h_terms": [28, 39]}"#);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("w_h_terms departs first at t = 2"), "{text}");
    let (status, text) = judged(r#"{"loss": 5}"#);
    assert_eq!(status, Some(2), "{text}");
    assert!(
        text.contains("Name the tensors w_i, w_h, b or dl_dh"),
        "{text}"
    );
    let (status, text) = judged("{\"w_i\": [[1, 2],\n[3]]}");
    assert_eq!(status, Some(2), "{text}");
    assert!(
        text.contains("line 2: w_i: row 2 has another length"),
        "{text}"
    );
}

/// Of every tensor of a model it is said what it is for, or that it is not used.
#[test]
fn every_tensor_of_a_model_is_said_to_be_used_or_not() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = source.join("tests/models/checkpoint.pt");
    let output = run(&["inspect", model.to_str().unwrap(), "--tensors"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "rnn.weight_ih_l0: 12 × 2; W_i of model_state_dict.rnn, layer 0",
        "rnn.bias_hh_l1: 12; second bias of model_state_dict.rnn, layer 1",
        "fc.weight: 2 × 3; may read out",
        "fc.bias: 2; may read out",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let arrays = source.join("tests/models/halves.safetensors");
    let output = run(&["inspect", arrays.to_str().unwrap(), "--tensors"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("; W_h of rnn (reverse)"), "{text}");
}
