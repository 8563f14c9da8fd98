//! `sweep`: its rows, its order, and going on.

use std::fs;
use std::process::Stdio;

use bptt_scope::export::Trace;
use bptt_scope::rnn::vectorised::Arithmetic;

#[cfg(unix)]
use super::support::{is_interrupt_ignored, send};
use super::support::{program, refused, run, text, written};

const GRID: [&str; 9] = [
    "sweep",
    "--axis",
    "network.w_h=0.5:2:7",
    "--axis",
    "network.activation=tanh,relu,identity",
    "--steps",
    "5",
    "--set",
    "task.length=12",
];

fn with(more: &[&str]) -> Vec<u8> {
    let arguments: Vec<_> = GRID.iter().chain(more).copied().collect();
    written(&arguments)
}

#[test]
fn the_bytes_are_the_same_however_many_work_and_shards_make_up_the_whole() {
    let whole = with(&["--jobs", "1"]);
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 1 + 21);
    assert!(
        whole == with(&["--jobs", "2"]) && whole == with(&["--jobs", "9"]) && whole == with(&[])
    );
    for count in [2, 4, 30] {
        let shards = (1..=count).flat_map(|index| with(&["--shard", &format!("{index}/{count}")]));
        assert!(shards.eq(whole.iter().copied()), "{count} shards");
    }
}

#[test]
fn a_row_has_the_numbers_of_a_trace() {
    let csv = with(&[]);
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    for row in reader.records().step_by(4) {
        let row = row.unwrap();
        // Some diverge, which has a status of its own, and a row like the others.
        let json = run(&[
            "trace",
            "--format",
            "json",
            "--steps",
            "5",
            "--set",
            "task.length=12",
            "--set",
            &format!("network.w_h={}", &row[column("network.w_h")]),
            "--set",
            &format!("network.activation={}", &row[column("network.activation")]),
        ])
        .stdout;
        let trace = Trace::from_json(&String::from_utf8(json).unwrap()).unwrap();
        let reached = &trace.timesteps[trace.first - 1].to_end;
        assert_eq!(row[column("to_end_log10")].parse().ok(), reached.log10);
        let start = trace.do_n_do_0.unwrap();
        assert_eq!(row[column("do_n_do_0_log10")].parse().ok(), start.log10);
        for (name, expected) in [
            ("loss", trace.loss),
            ("prediction", trace.prediction),
            ("spectral_radius", trace.spectral_radius),
        ] {
            let found: f64 = row[column(name)].parse().unwrap();
            // What is not finite is null in a trace.
            let same = found.to_bits() == expected.to_bits();
            assert!(same || !found.is_finite() && expected.is_nan(), "{name}");
        }
        assert_eq!(row[column("verdict")], trace.verdict);
    }
}

#[test]
fn wherever_a_file_was_cut_the_same_command_makes_it_whole() {
    let whole = with(&[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    let length = whole.len();
    for cut in [0, 1, 20, 300, length / 2, length - 100, length - 1, length] {
        fs::write(&path, &whole[..cut]).unwrap();
        assert!(with(&["--out", text(&path)]).is_empty());
        assert!(fs::read(&path).unwrap() == whole, "cut at {cut}");
    }
    // A shard goes on as well, and the header is in none but the first.
    fs::remove_file(&path).unwrap();
    let shard = with(&["--shard", "2/3"]);
    fs::write(&path, &shard[..shard.len() / 2]).unwrap();
    with(&["--shard", "2/3", "--out", text(&path)]);
    assert!(fs::read(&path).unwrap() == shard);
}

#[test]
fn a_file_of_something_else_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.csv");
    let other = with(&["--set", "seed=8"]);
    let cases: [&[u8]; 5] = [
        b"precious",
        b"precious,data\n1,2\n",
        &other,
        &other[..other.len() / 2],
        b"schema\0",
    ];
    for content in cases {
        fs::write(&path, content).unwrap();
        let mut arguments = GRID.to_vec();
        arguments.extend(["--out", text(&path)]);
        let words = refused(&arguments);
        assert!(
            words.contains("mine.csv holds something else than this sweep"),
            "{words}"
        );
        assert!(fs::read(&path).unwrap() == content);
    }
}

/// Rows with other last digits are not mixed, and the message says how to go on.
#[test]
fn a_file_of_another_arithmetic_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    let plain = with(&["--no-fma"]);
    let usual = with(&[]);
    let out = ["--out", text(&path)];
    let refused_with = |more: &[&str]| {
        let arguments: Vec<_> = GRID.iter().chain(more).chain(&out).copied().collect();
        refused(&arguments)
    };
    let names = |bytes: &[u8], end: &str| {
        let mut reader = csv::Reader::from_reader(bytes);
        let mut rows = reader.records().map(Result::unwrap);
        rows.all(|row| row[1].len() == 16 + end.len() && row[1].ends_with(end))
    };
    assert!(names(&plain, "-no-fma"));
    if Arithmetic::current() == Arithmetic::NoFma {
        assert!(plain == usual);
        return;
    }
    assert!(names(&usual, "-fma"));
    for length in [plain.len(), plain.len() / 2] {
        fs::write(&path, &plain[..length]).unwrap();
        let words = refused_with(&[]);
        assert!(
            words.contains("was begun without fused multiply-add"),
            "{words}"
        );
        assert!(words.contains("add --no-fma"), "{words}");
        assert!(fs::read(&path).unwrap() == plain[..length]);
        // As it was begun it goes on.
        with(&["--no-fma", "--out", text(&path)]);
        assert!(fs::read(&path).unwrap() == plain);
        fs::write(&path, &usual[..usual.len() / 2]).unwrap();
        let words = refused_with(&["--no-fma"]);
        assert!(
            words.contains("was begun with fused multiply-add"),
            "{words}"
        );
    }
    // A shard without a header, too.
    let shard = with(&["--shard", "2/3", "--no-fma"]);
    fs::write(&path, &shard).unwrap();
    let words = refused_with(&["--shard", "2/3"]);
    assert!(
        words.contains("was begun without fused multiply-add"),
        "{words}"
    );
    // The digits of earlier versions said nothing of it, and those had fewer columns.
    let old = b"schema,sweep,point,network.w_h,network.activation,step\n";
    fs::write(&path, old).unwrap();
    let words = refused_with(&[]);
    assert!(
        words.contains("rows by another version of this program"),
        "{words}"
    );
}

#[test]
fn a_row_says_where_it_diverged_and_what_a_blocked_gradient_has_for_a_rate() {
    let csv = written(&[
        "sweep",
        "--axis",
        "network.w_h=0,3",
        "--steps",
        "1",
        "--set",
        "task.kind=adding",
        "--set",
        "task.length=1000",
        "--set",
        "network.activation=identity",
    ]);
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let columns = reader.headers().unwrap().clone();
    let place = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cells = |row: usize, names: &[&str]| -> Vec<String> {
        let cell = |name: &&str| rows[row][place(name)].to_owned();
        names.iter().map(cell).collect()
    };
    // A training step moves w_h away from 0, so before it.
    let places = ["step", "diverged", "diverged_stage", "diverged_first"];
    assert_eq!(cells(0, &places), ["1", "", "", ""]);
    assert_eq!(cells(1, &places), ["0", "w_i[1, 1]", "forward", "a"]);
    let t: usize = rows[1][place("diverged_t")].parse().unwrap();
    // 3^646 is the last power of three that fits; inputs are below 1.
    assert!((640..=660).contains(&t), "{t}");
    let blocked = written(&["sweep", "--axis", "network.w_h=0"]);
    let mut reader = csv::Reader::from_reader(blocked.as_slice());
    let row = reader.records().next().unwrap().unwrap();
    let of = |name: &str| &row[place(name)];
    assert_eq!(of("verdict"), "blocked");
    assert_eq!((of("lyapunov"), of("half_life")), ("-inf", ""));
}

/// Begins a sweep that writes to `path`, sends it `signal` once it has written rows, and says how it ended and
/// which rows it left. Its points take long enough for the signal to come between them.
#[cfg(unix)]
fn stopped(arguments: &[&str], path: &std::path::Path, signal: &str) -> (Option<i32>, String) {
    let mut child = program()
        .args(arguments)
        .args(["--out", text(path)])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let has_rows = || fs::read(path).is_ok_and(|it| it.iter().filter(|b| **b == b'\n').count() > 2);
    for _ in 0..3000 {
        if has_rows() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    send(&child, signal);
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_rows_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let arguments = [
        "sweep",
        "--axis",
        "seed=1:24:24",
        "--jobs",
        "2",
        "--steps",
        "12000",
        "--set",
        "task.length=30",
    ];
    let whole = written(&arguments);
    // As schedulers do it, and as people do.
    for (signal, most) in [("-TERM", 24), ("-INT", 24)] {
        if signal == "-INT" && is_interrupt_ignored() {
            // Inherited: whoever runs the tests in the background of a script has it so.
            continue;
        }
        let _ = fs::remove_file(&path);
        let (code, words) = stopped(&arguments, &path, signal);
        assert_eq!(code, Some(130), "{words}");
        let left = fs::read(&path).unwrap();
        let rows = left.iter().filter(|byte| **byte == b'\n').count() - 1;
        assert!(left.ends_with(b"\n") && whole.starts_with(&left));
        assert!((2..most).contains(&rows), "{rows}");
        let told = format!("after {rows} of {most} points; the same command goes on from there");
        assert!(words.contains(&told), "{words}");
        let again: Vec<_> = arguments
            .into_iter()
            .chain(["--out", text(&path)])
            .collect();
        assert!(written(&again).is_empty());
        assert!(fs::read(&path).unwrap() == whole);
    }
    // A shard counts its own points.
    let _ = fs::remove_file(&path);
    let shard: Vec<_> = arguments.into_iter().chain(["--shard", "2/2"]).collect();
    let (code, words) = stopped(&shard, &path, "-TERM");
    assert_eq!(code, Some(130), "{words}");
    assert!(words.contains(" of 12 points"), "{words}");
}

#[test]
fn whoever_reads_no_further_ends_it_in_peace() {
    use std::io::{BufRead as _, BufReader};
    let mut child = program()
        .args(["sweep", "--axis", "seed=1:100000:100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with("schema,sweep,point,seed,")
    );
    drop(lines);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn nonsense_is_refused_in_one_line() {
    let both = refused(&["sweep", "--axis", "seed=1,2", "--set", "seed=3"]);
    assert!(both.contains("seed is an axis already"), "{both}");
    assert!(refused(&["sweep", "--axis", "network.w_h=1:2"]).contains("write FROM:TO:COUNT"));
    assert!(refused(&["sweep", "--axis", "seed=1", "--shard", "9/8"]).contains("write I/N"));
    assert!(
        refused(&["sweep", "--axis", "seed=1", "--out", "/no/such/folder.csv"]).contains("no/such")
    );
}

/// ∂L/∂w_h is a number for one unit and a norm for more; the words of the default task have a weight each.
#[test]
fn a_norm_is_called_one() {
    let text = written(&[
        "sweep",
        "--axis",
        "network.hidden=1,3",
        "--axis",
        "task.kind=sentiment,latch",
    ]);
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let names = reader.headers().unwrap().clone();
    let cell = |row: &csv::StringRecord, name: &str| {
        row[names.iter().position(|it| it == name).unwrap()].to_owned()
    };
    let kinds: Vec<[String; 2]> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            ["dl_dw_h_kind", "dl_dw_i_kind"].map(|name| cell(&row, name))
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ["number", "norm"],
            ["number", "number"],
            ["norm", "norm"],
            ["norm", "norm"]
        ]
    );
}

/// Before the first row is written, also of a file that the last point alone would read.
#[test]
fn a_file_that_an_axis_names_and_that_is_not_there_is_told_at_once() {
    for key in ["data.words", "probe.record"] {
        let axis = format!("{key}=nowhere,nowhere else");
        let told = super::support::refused(&["sweep", "--axis", "seed=1:2:2", "--axis", &axis]);
        assert!(told.contains("there is no such file"), "{told}");
    }
}
