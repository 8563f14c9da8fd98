//! Several experiments written together.

use std::path::Path;

use serde_json::Value;

use super::support::{run, written};

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(written(arguments)).unwrap()
}

/// Names of what differs, a column for each, a verdict for each and one sentence.
#[test]
fn one_key_is_varied() {
    let table = text(&[
        "trace",
        "--vary",
        "network.w_h=0.5,1",
        "--set",
        "network.activation=identity",
        "--set",
        "task.kind=latch",
    ]);
    assert!(table.contains("(1) wₕ = 0.5: Vanishing"), "{table}");
    assert!(table.contains("(2) wₕ = 1: Carried"), "{table}");
    assert!(
        table.ends_with(
            "wₕ = 1 still has 100 % of the gradient at step 1, where wₕ = 0.5 has 0.2 % of it\n"
        ),
        "{table}"
    );
    // 0.5⁹ and 1, to the digit, in the row that is nine steps back.
    let row = table
        .lines()
        .find(|line| line.trim_start().starts_with("9 "));
    assert!(row.unwrap().contains("0.00195") && row.unwrap().ends_with("1.00"));
}

/// A file with two experiments is written as two, and what is set is set in both.
#[test]
fn a_file_of_two_is_of_several() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.toml");
    let both = "network.w_h = 0.5\ntask.kind = \"latch\"\n[beside]\nnetwork.w_h = 1.0\n";
    std::fs::write(&path, both).unwrap();
    let path = path.to_str().unwrap();
    let identity = ["--set", "network.activation=identity"];
    let table = text(&[&["trace", path], &identity[..]].concat());
    assert!(table.contains("(1) wₕ = 0.5: Vanishing"), "{table}");
    assert!(table.contains("(2) wₕ = 1: Carried"), "{table}");
    // One of them, and another file, are two as well.
    let other = text(&["trace", path, path]);
    assert!(other.contains("alike"), "{other}");
    let svg = text(&["trace", path, "--format", "svg"]);
    assert!(svg.contains("[beside]\nnetwork.w_h = 1.0\n"));
    let refused = refused(&["trace", path, "--format", "html"]);
    assert!(refused.contains("html is of one experiment"), "{refused}");
}

/// A row for each timestep of each, and every column that any of them has: of an LSTM gates, of Elman's cell a.
#[test]
fn tables_stand_one_below_the_other() {
    let varied = ["--vary", "network.cell=elman,lstm", "--format", "csv"];
    let csv = text(&[&["trace"], &varied[..]].concat());
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(columns[0], "experiment");
    let place = |name: &str| columns.iter().position(|it| it == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 20);
    assert_eq!((&rows[0][0], &rows[19][0]), ("Elman", "LSTM"));
    assert!(
        rows[0][place("f_prime")].parse::<f64>().is_ok() && rows[19][place("f_prime")].is_empty()
    );
    assert!(rows[0][place("f_l0")].is_empty() && rows[19][place("f_l0")].parse::<f64>().is_ok());
    // The same numbers as alone.
    let alone = text(&["trace", "--set", "network.cell=lstm", "--format", "csv"]);
    let mut alone = csv::Reader::from_reader(alone.as_bytes());
    let names = alone.headers().unwrap().clone();
    for (row, together) in alone.records().map(Result::unwrap).zip(&rows[10..]) {
        for (name, field) in names.iter().zip(&row) {
            assert_eq!(&together[place(name)], field, "{name}");
        }
    }
    let product = text(&[&["trace", "--view", "product"], &varied[..]].concat());
    assert!(product.starts_with("experiment,t,input,"), "{product}");
    assert_eq!(product.lines().count(), 21);
}

#[test]
fn traces_stand_in_one_file_and_figures_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let json = text(&[
        "trace",
        "--vary",
        "network.w_h=0.5:1.5:3",
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "bptt-scope.comparison/1");
    assert!(
        json["sentence"]
            .as_str()
            .unwrap()
            .contains("of the gradient")
    );
    let names = ["wₕ = 0.5", "wₕ = 1", "wₕ = 1.5"];
    for (found, (name, w_h)) in json["experiments"]
        .as_array()
        .unwrap()
        .iter()
        .zip(names.iter().zip([0.5, 1.0, 1.5]))
    {
        assert_eq!(found["name"], *name);
        assert_eq!(found["trace"]["schema"], "bptt-scope.trace/2");
        assert_eq!(found["trace"]["experiment"]["network"]["w_h"], w_h);
    }
    // Two files: under what differs, or under their names where that is much.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/small_networks");
    let [one, other] = ["worked-example.toml", "truncation.toml"]
        .map(|name| source.join(name).display().to_string());
    let svg = folder.path().join("both.svg").display().to_string();
    text(&["trace", &one, &other, "--out", &svg]);
    let svg = std::fs::read_to_string(&svg).unwrap();
    for part in [">worked-example<", ">truncation<", "still has"] {
        assert!(svg.contains(part), "{part}");
    }
    // It carries the first, and the same bytes come again.
    assert!(svg.contains("tanh"));
    let again = text(&["trace", &one, &other, "--format", "svg"]);
    assert_eq!(again, svg);
    let png = written(&[
        "trace",
        "--vary",
        "network.cell=elman,gru",
        "--view",
        "reason",
        "--format",
        "png",
    ]);
    assert!(png.starts_with(b"\x89PNG"));
}

#[test]
fn what_does_not_go_together_is_said() {
    for (arguments, told) in [
        (
            &["--vary", "network.w_h=0.1:1:7"][..],
            "these are 7 experiments, and at most 6 are written together; `bptt-scope sweep` takes",
        ),
        (
            &["--vary", "network.wh=1,2"],
            "--vary network.wh=1,2: there is no key network.wh",
        ),
        (
            &["--vary", "network.cell=elman,lstn"],
            "did you mean “lstm”?",
        ),
        (&["--vary", "network.w_h"], "write KEY=VALUE"),
        (
            &["--vary", "network.tensors=a"],
            "network.tensors is no axis",
        ),
        (
            &[
                "--vary",
                "network.w_h=1,2",
                "--steps",
                "1",
                "--batch",
                "b.json",
            ],
            "--batch is of one experiment",
        ),
        (
            &["--vary", "network.w_h=1,2", "--format", "html"],
            "html is of one experiment",
        ),
        (
            &[
                "--vary",
                "network.cell=elman,lstm",
                "--view",
                "activation",
                "--format",
                "svg",
            ],
            "Elman",
        ),
    ] {
        let error = refused(&[&["trace"], arguments].concat());
        assert!(error.contains(told), "{error}");
    }
    // One that diverges is a state of it, and the exit status says so.
    let output = run(&[
        "trace",
        "--steps",
        "50",
        "--vary",
        "network.w_h=0.5,3",
        "--set",
        "network.activation=identity",
        "--set",
        "training.learning_rate=1000",
        "--set",
        "network.hidden=4",
    ]);
    assert_eq!(output.status.code(), Some(1));
}
