//! What of a moment `trace` looks at: the product, the batch, the phase map's axis, and what views say.

use bptt_scope::flow::{percent, significant};

use super::support::{refused, run, written};

/// The columns of a CSV by their names.
struct Columns(Vec<String>, Vec<csv::StringRecord>);

impl Columns {
    fn of(arguments: &[&str]) -> Self {
        let bytes = written(arguments);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let names = reader.headers().unwrap().iter().map(str::to_owned);
        let names = names.collect();
        Self(names, reader.records().map(Result::unwrap).collect())
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let place = self.0.iter().position(|other| other == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}"));
        self.1.iter().map(|row| &row[place]).collect()
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        let texts = self.texts(name).into_iter();
        texts.map(|text| text.parse().unwrap()).collect()
    }
}

/// What the window's title row chooses of the product can be chosen here, in the figure of the product and in the
/// three bands.
#[test]
fn the_product_is_drawn_in_every_form() {
    let many = ["--set", "network.hidden=4"];
    for (of, more, says) in [
        (&[][..], &["--product", "to-end"][..], ">∂oₙ/∂oₜ,"),
        (&[], &["--product", "from-first"], ">∂oₜ/∂o₁,"),
        (&[], &["--measure", "gradient"], ">∂L/∂oₜ,"),
        (&many, &["--measure", "gain"], ">‖gₜ‖/‖gₙ‖,"),
        (&many, &["--measure", "norm"], ">‖∂oₙ/∂oₜ‖₂,"),
        (
            &many,
            &["--measure", "norm", "--product", "from-first"],
            ">‖∂oₜ/∂o₁‖₂,",
        ),
    ] {
        for view in [&[][..], &["--view", "product"]] {
            let arguments = [&["trace", "--format", "svg"], view, of, more].concat();
            let svg = String::from_utf8(written(&arguments)).unwrap();
            assert!(svg.contains(says), "{arguments:?}");
            assert!(!svg.contains("is being computed"), "{arguments:?}");
        }
    }
}

/// Reason and the unrolled network frame the factor that this product ends with.
#[test]
fn the_lectures_form_chooses_the_framed_factor() {
    let reason = |more: &[&str]| {
        let of = ["trace", "--view", "reason", "--format", "svg", "--at", "3"];
        String::from_utf8(written(&[&of, more].concat())).unwrap()
    };
    assert!(reason(&[]).contains(">factor of t = 4: "));
    assert!(reason(&["--product", "from-first"]).contains(">factor of t = 3: "));
    let words = refused(&[
        "trace",
        "--view",
        "reason",
        "--format",
        "svg",
        "--measure",
        "gain",
    ]);
    assert!(words.contains("--measure goes with"), "{words}");
}

/// The norm is at least what any direction keeps, the loss's own among them, and 1 where nothing is between.
#[test]
fn the_norms_of_the_product_are_in_its_table_when_they_are_wanted() {
    let of = [
        "trace",
        "--view",
        "product",
        "--format",
        "csv",
        "--set",
        "network.hidden=4",
    ];
    let empty = Columns::of(&of);
    assert!(
        empty
            .texts("norm_to_end_log10")
            .iter()
            .all(|text| text.is_empty())
    );
    let table = Columns::of(&[&of[..], &["--measure", "norm"]].concat());
    let (norms, gains) = (
        table.numbers("norm_to_end_log10"),
        table.numbers("to_end_log10"),
    );
    assert_eq!((norms.len(), norms[9]), (10, 0.0));
    for (norm, gain) in norms.iter().zip(gains) {
        // Rounding of 9 products.
        assert!(*norm >= gain - 1e-13, "{norm} {gain}");
    }
    let first = table.numbers("norm_from_first_log10");
    // ∂o_n/∂o_1 is both.
    assert!((first[9] - norms[0]).abs() < 1e-13 && first[0] == 0.0);
}

#[test]
fn the_batch_stands_beside_the_probe_when_it_is_wanted() {
    for view in [&[][..], &["--view", "product"]] {
        let of = [&["trace", "--steps", "3", "--format", "svg"], view].concat();
        let plain = String::from_utf8(written(&of)).unwrap();
        let both = written(&[&of[..], &["--last-batch"]].concat());
        let both = String::from_utf8(both).unwrap();
        assert!(!plain.contains(">last batch<") && both.contains(">last batch<"));
        let dotted = |svg: &str| svg.matches("stroke-dasharray").count();
        assert!(dotted(&both) >= dotted(&plain) + 2, "a curve and its sign");
    }
    let of = ["trace", "--view", "product", "--format", "csv", "--steps"];
    let table = Columns::of(&[&of[..], &["3"]].concat());
    let (gains, norms) = (
        table.numbers("last_batch_to_end_log10"),
        table.numbers("last_batch_dl_do_log10"),
    );
    assert_eq!((gains.len(), gains[9]), (10, 0.0));
    for (gain, norm) in gains.iter().zip(&norms) {
        assert!((norm - norms[9] - gain).abs() < 1e-12);
    }
    let begin = Columns::of(&[&of[..], &["0"]].concat());
    assert!(
        begin
            .texts("last_batch_dl_do_log10")
            .iter()
            .all(|text| text.is_empty())
    );
    // Of one sequence that is the probe itself, whose weights are those before the step.
    let alone = [
        "--set",
        "task.kind=constant",
        "--set",
        "training.batch=1",
        "--set",
        "network.o_0=0.5",
    ];
    let batch = Columns::of(&[&of[..], &["1"], &alone].concat());
    let probe = Columns::of(&[&of[..], &["0"], &alone].concat());
    let batch = batch.numbers("last_batch_dl_do_log10");
    for (batch, probe) in batch.iter().zip(probe.numbers("dl_do_log10")) {
        // Logarithms of `BatchFlow` are good to 3 units in the last place of numbers near 1.
        assert!((batch - probe).abs() < 1e-13, "{batch} {probe}");
    }
}

#[test]
fn the_phase_map_lies_over_the_length_or_the_input_weight() {
    let of = ["trace", "--view", "phase-map", "--set", "task.kind=latch"];
    for (over, column, axis) in [
        ("length", "n", "sequence length n"),
        ("w_i", "w_i", "input weight wᵢ"),
    ] {
        let table = Columns::of(&[&of[..], &["--format", "csv", "--over", over]].concat());
        assert_eq!(table.0[1], column);
        assert!(
            table
                .texts("do_n_do_1_state")
                .iter()
                .all(|state| *state == "finite")
        );
        let svg = written(&[&of[..], &["--format", "svg", "--over", over]].concat());
        assert!(String::from_utf8(svg).unwrap().contains(axis), "{over}");
    }
    let usual = written(&[&of[..], &["--format", "csv"]].concat());
    assert!(usual == written(&[&of[..], &["--format", "csv", "--over", "length"]].concat()));
}

#[test]
fn the_landscape_lies_over_the_weight_or_the_forget_bias() {
    let of = [
        "trace",
        "--view",
        "landscape",
        "--format",
        "csv",
        "--set",
        "network.cell=lstm",
        "--set",
        "network.bias=true",
    ];
    for (over, columns) in [
        ("w_h", ["w_h", "loss", "dl_dw_h"]),
        ("forget-bias", ["forget_bias", "loss", "dl_dforget_bias"]),
    ] {
        let table = Columns::of(&[&of[..], &["--over", over]].concat());
        assert_eq!(table.0, columns);
        let losses = table.numbers("loss");
        assert!(losses.len() > 100 && losses.iter().all(|loss| loss.is_finite()));
    }
    assert!(written(&of) == written(&[&of[..], &["--over", "w_h"]].concat()));
}

/// One unit of one layer, and another: the numbers that stand for them differ, and the last layer's first is the usual.
#[test]
fn the_worksheet_works_out_the_unit_that_is_asked_for() {
    let of = [
        "trace",
        "--view",
        "worksheet",
        "--format",
        "csv",
        "--set",
        "network.cell=gru",
        "--set",
        "network.hidden=3",
        "--set",
        "network.layers=2",
    ];
    let gate = |place: &[&str]| {
        let table = Columns::of(&[&of[..], place].concat());
        let row = table
            .texts("part")
            .iter()
            .position(|part| *part == "gate_z");
        table.texts("value_log10")[row.unwrap()].to_owned()
    };
    let usual = gate(&[]);
    assert_eq!(usual, gate(&["--unit", "1", "--layer", "2"]));
    let others = [
        gate(&["--unit", "2"]),
        gate(&["--unit", "3"]),
        gate(&["--layer", "1"]),
    ];
    assert!(others.iter().all(|other| *other != usual), "{others:?}");
}

/// Two classes, and one number of which the targets' variance is 1/24.
#[test]
fn the_loss_of_knowing_nothing_is_in_figure_and_table() {
    for (kind, text, value) in [
        ("latch", "ln 2 = 0.693", std::f64::consts::LN_2),
        ("adding", "1/24 = 0.0417", 1.0 / 24.0),
    ] {
        let set = format!("task.kind={kind}");
        let of = [
            "trace", "--view", "loss", "--steps", "2", "--set", &set, "--format",
        ];
        let svg = written(&[&of[..], &["svg"]].concat());
        assert!(String::from_utf8(svg).unwrap().contains(text), "{kind}");
        let table = Columns::of(&[&of[..], &["csv"]].concat());
        assert_eq!(table.numbers("knowing_nothing"), [value; 2]);
    }
}

/// Where terms cancel each other: shares of all pull, which are never above 100 % or below 0, and which way they go.
#[test]
fn shares_of_a_sum_are_said_so_that_they_are_understood() {
    for (seed, w_h, k) in [
        (4, "0.9", 10),
        (6, "-1.4", 8),
        (1, "-0.8", 6),
        (5, "-0.8", 6),
    ] {
        let seed = format!("seed={seed}");
        let w_h = format!("network.w_h={w_h}");
        let at = k.to_string();
        let of = |view, format, more: &[&str]| {
            let of = ["trace", "--format", format, "--set", &seed, "--set", &w_h];
            [&of[..], &["--view", view], more].concat().join("\n")
        };
        let svg = |view| {
            let arguments = of(view, "svg", &["--at", &at]);
            let arguments: Vec<&str> = arguments.split('\n').collect();
            String::from_utf8(written(&arguments)).unwrap()
        };
        let csv = of("terms", "csv", &[]);
        let table = Columns::of(&csv.split('\n').collect::<Vec<_>>());
        let signs = table.texts("term_w_h_sign").into_iter();
        let log10s = table.texts("term_w_h_log10").into_iter();
        let term = |(sign, log10): (&str, &str)| {
            let size = log10.parse().map_or(0.0, |log10| 10_f64.powf(log10));
            sign.parse::<f64>().unwrap() * size
        };
        // The rows after them have what they add up to.
        let terms: Vec<f64> = signs.zip(log10s).take(10).map(term).collect();
        let sum: f64 = terms.iter().sum();
        let all: f64 = terms.iter().map(|term| term.abs()).sum();
        // Of the terms of these timesteps that have this sign.
        let pull = |terms: &[f64], sign: f64| -> f64 {
            let sizes = terms.iter().map(|term| (sign * term).max(0.0));
            sizes.sum::<f64>() / all
        };
        let shown = &terms[k - 1..];
        let with = percent(pull(shown, sum.signum()));
        let against = percent(pull(shown, -sum.signum()));
        let steps = match k {
            10 => "step 10 is".to_owned(),
            _ => format!("steps 10 to {k} are"),
        };
        let says = match (with.as_str(), against.as_str()) {
            (_, "0 %") => format!("{steps} {with} of all pull, with the sum"),
            ("0 %", _) => format!("{steps} {against} of all pull, against the sum"),
            _ => format!(
                "{steps} {} of all pull: {with} with the sum, {against} against the sum",
                percent(pull(shown, 1.0) + pull(shown, -1.0))
            ),
        };
        let formula = svg("formula");
        assert!(formula.contains(&says), "{seed}, {w_h}: {says}");
        let balance = format!(
            "; up {}, down {}, sum {}",
            significant(all * pull(&terms, 1.0)),
            significant(all * pull(&terms, -1.0)),
            significant(sum)
        );
        assert!(svg("terms").contains(&balance), "{seed}, {w_h}: {balance}");
    }
}

/// A choice of what is looked at that what is written has no use for.
#[test]
fn choices_that_do_not_apply_are_told() {
    let many = "network.hidden=4";
    let bands = "goes with --view product, or with --format svg or png without --view";
    for (arguments, told) in [
        (&["--product", "from-first"][..], bands),
        (&["--measure", "gradient", "--format", "json"], bands),
        (&["--last-batch", "--steps", "1", "--format", "csv"], bands),
        (
            &["--measure", "gain", "--view", "terms", "--format", "svg"],
            bands,
        ),
        (
            &["--over", "w_i", "--view", "product", "--format", "svg"],
            "--over w_i goes with --view phase-map",
        ),
        (
            &[
                "--view",
                "landscape",
                "--over",
                "forget-bias",
                "--format",
                "csv",
            ],
            "--over forget-bias is of a gated cell with biases: add --set network.cell=lstm --set network.bias=true",
        ),
        (
            &["--unit", "2", "--view", "terms", "--format", "csv"],
            "--unit goes with --view worksheet or --view gates",
        ),
        (
            &["--layer", "1", "--view", "worksheet", "--format", "csv"],
            "--layer is of a gated cell or several layers",
        ),
        (
            &[
                "--unit",
                "5",
                "--view",
                "gates",
                "--format",
                "csv",
                "--set",
                "network.cell=lstm",
                "--set",
                many,
            ],
            "--unit 5: the network has 4 units, so it is a number from 1 to 4",
        ),
        (&["--over", "w_i"], "--over w_i goes with --view phase-map"),
        (
            &[
                "--product",
                "from-first",
                "--measure",
                "gradient",
                "--format",
                "svg",
            ],
            "∂L/∂o_t is counted from the end",
        ),
        (
            &["--measure", "norm", "--format", "svg"],
            "--measure norm is of more than one unit",
        ),
        (
            &[
                "--measure",
                "norm",
                "--format",
                "svg",
                "--set",
                "network.hidden=300",
                "--set",
                "task.length=100",
            ],
            "‖P‖₂ would take n·S³ = 2.7·10⁹ multiplications",
        ),
        (
            &["--last-batch", "--format", "svg"],
            "make one with --steps 1",
        ),
        (
            &[
                "--last-batch",
                "--steps",
                "1",
                "--product",
                "from-first",
                "--format",
                "svg",
            ],
            "--last-batch goes with --product to-end",
        ),
        (
            &[
                "--last-batch",
                "--steps",
                "1",
                "--measure",
                "norm",
                "--set",
                many,
                "--format",
                "svg",
            ],
            "--last-batch goes with --product to-end",
        ),
    ] {
        let words = refused(&[&["trace"], arguments].concat());
        assert!(words.contains(told), "{arguments:?}: {words}");
    }
    let output = run(&["trace", "--measure", "gian", "--format", "svg"]);
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("gain") && words.contains("gradient"),
        "{words}"
    );
}
