//! `check`.

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
