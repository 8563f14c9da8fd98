//! A folder of records of a training elsewhere.

use std::fs;
use std::path::Path;

use super::support::{program, refused, run, text, written};

/// A folder with two runs: one of two records, of which one is damaged, and one of another rank.
fn runs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorder/records");
    for (from, to) in [
        ("lstm", "step-000000002"),
        ("rnn-relu", "rank-1/step-000000002"),
        ("gru-bfloat16", "rank-1/step-000000004"),
    ] {
        let to = folder.path().join(format!("{to}.safetensors"));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(records.join(format!("{from}.safetensors")), to).unwrap();
    }
    let whole = fs::read(records.join("lstm.safetensors")).unwrap();
    let half = &whole[..whole.len() / 2];
    fs::write(folder.path().join("step-000000003.safetensors"), half).unwrap();
    // What is being written.
    fs::write(folder.path().join("step-000000004.part"), half).unwrap();
    folder
}

#[test]
fn every_record_of_a_folder_is_a_row() {
    let folder = runs();
    let path = text(folder.path());
    let metrics = folder.path().join("scope.prom");
    let csv = written(&[
        "trace",
        path,
        "--format",
        "csv",
        "--precision",
        "--prometheus",
        text(&metrics),
    ]);
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| {
        let place = head.iter().position(|it| it == column).unwrap();
        rows[row].get(place).unwrap().to_owned()
    };
    assert_eq!(rows.len(), 4);
    let places: Vec<[String; 3]> = (0..4)
        .map(|row| ["run", "step", "length"].map(|column| cell(row, column)))
        .collect();
    let expected = [
        [".", "2", "9"],
        [".", "3", ""],
        ["rank-1", "2", "9"],
        ["rank-1", "2", "9"],
    ];
    assert_eq!(places, expected);
    assert!(cell(1, "trouble").contains("safetensors are damaged"));
    assert_eq!(cell(0, "trouble"), "");
    assert_eq!(cell(0, "verdict"), "vanishing");
    assert!(cell(0, "loss").parse::<f64>().unwrap().is_finite());
    // The loss is float64, the last one bfloat16, which loses a tenth on the way.
    assert_eq!([cell(0, "dtype"), cell(0, "lost_from")], ["float64", ""]);
    assert_eq!(cell(3, "dtype"), "bfloat16");
    let metrics = fs::read_to_string(metrics).unwrap();
    for line in [
        "bptt_scope_step{run=\".\"} 2.0\n",
        "bptt_scope_vanishing{run=\".\"} 1.0\n",
        "bptt_scope_records{run=\".\"} 1\n",
        "bptt_scope_damaged_records{run=\".\"} 1\n",
        "# TYPE bptt_scope_loss gauge\n",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
    let table = String::from_utf8(written(&["trace", path])).unwrap();
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.contains("Vanishing: "), "{table}");
}

#[test]
fn what_does_not_go_with_a_folder_is_refused() {
    let folder = runs();
    let path = text(folder.path());
    let record = folder.path().join("step-000000002.safetensors");
    let record = text(&record);
    for (arguments, expected) in [
        (&["trace", path, "--steps", "3"][..], "leave out --steps"),
        (&["trace", record, "--steps", "3"], "leave out --steps"),
        (
            &["trace", path, "--view", "product", "--format", "svg"],
            "leave out",
        ),
        (&["trace", path, "--format", "json"], "text or csv"),
        (&["trace", path, "--set", "network.w_h=2"], "probe.index=N"),
        (
            &["trace", path, "--follow", "--out", "x.csv"],
            "leave out --out",
        ),
        (&["trace", record, "--follow"], "for a folder of records"),
        (&["trace", record, "--precision"], "for a folder of records"),
        (
            &["trace", record, "--set", "probe.index=9"],
            "it has the sequences 0 to 2",
        ),
        (
            &["trace", record, "--set", "network.module=reverse"],
            "has one part only: leave it out",
        ),
    ] {
        let told = refused(arguments);
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
    let empty = tempfile::tempdir().unwrap();
    let told = refused(&["trace", text(empty.path())]);
    assert!(told.contains("there is no record in"), "{told}");
}

/// What comes later is written when it is there.
#[test]
#[cfg(unix)]
fn a_folder_is_followed_until_ctrl_c() {
    use std::io::{BufRead, BufReader};

    let folder = runs();
    let record = folder.path().join("step-000000002.safetensors");
    let mut child = program()
        .args(["trace", text(folder.path()), "--format", "csv", "--follow"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..5 {
        lines.next().unwrap().unwrap();
    }
    let aside = folder.path().join("step-000000009.part");
    fs::copy(&record, &aside).unwrap();
    fs::rename(&aside, folder.path().join("step-000000009.safetensors")).unwrap();
    let line = lines.next().unwrap().unwrap();
    assert!(line.contains("step-000000009.safetensors"), "{line}");
    super::support::send(&child, "-TERM");
    child.wait().unwrap();
}

#[test]
fn the_recorder_is_written_as_it_is() {
    let recorder = written(&["recorder"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorder/bptt_scope.py");
    assert_eq!(recorder, fs::read(path).unwrap());
    assert_eq!(run(&["recorder", "more"]).status.code(), Some(2));
}
