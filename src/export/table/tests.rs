//! Every table is read back and compared with the snapshot, to the last bit.

use super::super::testing::{finding, moment, preset, with_w_h};
use super::super::{Direction, PhaseAxis};
use super::*;
use crate::flow::{FloatFormat, LogProduct, Magnitude};
use crate::tasks::TaskKind;
use crate::training::ProductNormsState;

/// A table as it comes back from its CSV.
struct Read {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Read {
    fn of(view: View, snapshot: &Snapshot, look: &Look) -> Self {
        let found = finding(view, snapshot, look);
        let table = table(view, snapshot, found.as_ref(), look).unwrap();
        Self::new(&table)
    }

    fn new(table: &Table) -> Self {
        let bytes = table.to_csv().unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let names = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader.records().map(|record| {
            let record = record.unwrap();
            record.iter().map(str::to_owned).collect()
        });
        Self {
            names,
            rows: rows.collect(),
        }
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let place = self.names.iter().position(|other| other == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}: {:?}", self.names));
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    fn numbers(&self, name: &str) -> Vec<Option<f64>> {
        let texts = self.texts(name).into_iter();
        texts
            .map(|text| (!text.is_empty()).then(|| text.parse().unwrap()))
            .collect()
    }

    /// The magnitudes of three columns; `None` where all are empty.
    fn magnitudes(&self, name: &str) -> Vec<Option<Magnitude>> {
        let signs = self.texts(&format!("{name}_sign"));
        let logarithms = self.numbers(&format!("{name}_log10"));
        let states = self.texts(&format!("{name}_state"));
        let fields = signs.into_iter().zip(logarithms).zip(states);
        fields
            .map(|((sign, log10), state)| {
                let negative = sign == "-1";
                Some(match (state, log10) {
                    ("", None) => {
                        assert_eq!(sign, "");
                        return None;
                    }
                    ("finite", Some(log10)) => Magnitude::Finite { negative, log10 },
                    ("zero", None) => Magnitude::Zero,
                    ("overflow", None) => Magnitude::Overflow { negative },
                    ("nan", None) => Magnitude::Nan,
                    other => panic!("{other:?}"),
                })
            })
            .collect()
    }
}

fn is_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn assert_numbers(found: &[Option<f64>], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, &expected) in found.iter().zip(expected) {
        assert!(
            found.is_some_and(|found| is_same(found, expected)),
            "{found:?} {expected}"
        );
    }
}

fn assert_magnitudes(found: Vec<Option<Magnitude>>, expected: Vec<Magnitude>) {
    // Magnitudes of finite numbers compare by the value of log₁₀, which is never −0 beside 0 here.
    assert_eq!(found, expected.into_iter().map(Some).collect::<Vec<_>>());
}

/// One unit and five, text and numbers, a dead ReLU, overflow, NaN, and awkward words.
fn moments() -> Vec<(&'static str, Snapshot)> {
    let five = |e: &mut crate::training::Experiment| e.network.hidden = 5;
    let words = moment(2, |e| {
        e.task.length = 12;
        e.probe.text = "film <b>&\"x\" 🎬 שלום bad, \u{1} donaudampfschiff".into();
    });
    vec![
        ("default", moment(30, |_| {})),
        ("five units", moment(30, five)),
        ("words", words),
        ("dead", preset("Dead ReLU")),
        ("wall", preset("Figure 6, on the wall")),
        ("NaN", with_w_h(&moment(2, |_| {}), f64::NAN)),
        ("five NaN", with_w_h(&moment(2, five), f64::NAN)),
        (
            "∞",
            with_w_h(&moment(0, |e| e.task.length = 4), f64::INFINITY),
        ),
        ("one step", moment(1, |e| e.task.length = 1)),
        (
            "long",
            moment(1, |e| {
                e.task.kind = TaskKind::Adding;
                e.task.length = 600;
            }),
        ),
    ]
}

#[test]
fn every_view_has_a_table_of_one_shape() {
    let first = moment(30, |_| {});
    for (name, snapshot) in moments() {
        for view in View::ALL {
            let look = Look::of(&snapshot);
            if view == View::PhaseMap && snapshot.flow.hidden > 1 {
                let none = table(view, &snapshot, None, &look);
                assert_eq!(none, Err(NoTable::OfOneUnit));
                continue;
            }
            let read = Read::of(view, &snapshot, &look);
            // A W_h without a spectral radius cannot be scaled to another.
            let scalable = view != View::Landscape || name != "five NaN";
            assert_eq!(read.rows.is_empty(), !scalable, "{name} {view:?}");
            assert_eq!(read.names, Read::of(view, &first, &Look::of(&first)).names);
            let mut names = read.names.clone();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), read.names.len(), "{view:?} has a name twice");
        }
    }
}

#[test]
fn a_table_without_its_answer_says_so() {
    let (one, five) = (moment(0, |_| {}), moment(0, |e| e.network.hidden = 5));
    for snapshot in [&one, &five] {
        let look = Look::of(snapshot);
        for view in View::ALL {
            let asked = super::super::question(view, snapshot, &look).is_some();
            let none = table(view, snapshot, None, &look);
            if asked {
                assert_eq!(none, Err(NoTable::Unanswered(view)), "{view:?}");
                let other = if view == View::Floats {
                    View::Spectrum
                } else {
                    View::Floats
                };
                let other = finding(other, snapshot, &look);
                let wrong = table(view, snapshot, other.as_ref(), &look);
                assert_eq!(wrong, Err(NoTable::Unanswered(view)), "{view:?}");
            } else if !(view == View::PhaseMap && snapshot.flow.hidden > 1) {
                assert!(none.is_ok(), "{view:?}");
            }
        }
    }
    let sentence = NoTable::Unanswered(View::Floats).to_string();
    assert_eq!(
        sentence,
        "Float formats has not been computed for this moment"
    );
}

#[test]
fn the_tables_over_time_are_the_flow() {
    for (name, snapshot) in moments() {
        let (look, flow, n) = (Look::of(&snapshot), &snapshot.flow, snapshot.len());
        let of = |get: fn(&crate::flow::StepFlow) -> Magnitude| -> Vec<Magnitude> {
            flow.steps.iter().map(get).collect()
        };
        let product = Read::of(View::Product, &snapshot, &look);
        let t: Vec<f64> = (1..=n).map(|t| t as f64).collect();
        assert_numbers(&product.numbers("t"), &t);
        for t in 1..=n {
            assert_eq!(
                product.texts("input")[t - 1],
                snapshot.input_text(t),
                "{name}"
            );
        }
        assert_magnitudes(product.magnitudes("to_end"), of(|step| step.to_end));
        assert_magnitudes(product.magnitudes("from_first"), of(|step| step.from_first));
        assert_magnitudes(product.magnitudes("dl_do"), of(|step| step.dl_do));
        let to_end: Vec<f64> = (1..=n).map(|t| flow.bound_to_end_log10(t)).collect();
        assert_numbers(&product.numbers("bound_to_end_log10"), &to_end);
        let from_first: Vec<f64> = (1..=n).map(|t| flow.bound_from_first_log10(t)).collect();
        assert_numbers(&product.numbers("bound_from_first_log10"), &from_first);
        match &snapshot.product_norms {
            ProductNormsState::Ready(norms) => {
                assert_magnitudes(product.magnitudes("norm_to_end"), norms.to_end.clone());
                let from_first = norms.from_first.clone();
                assert_magnitudes(product.magnitudes("norm_from_first"), from_first);
            }
            _ => assert_eq!(product.magnitudes("norm_to_end"), vec![None; n]),
        }
        let reason = Read::of(View::Reason, &snapshot, &look);
        assert_magnitudes(reason.magnitudes("f_prime"), of(|step| step.f_prime));
        assert_magnitudes(reason.magnitudes("w_h"), of(|step| step.w_h));
        assert_magnitudes(reason.magnitudes("factor"), of(|step| step.factor));
        let terms = Read::of(View::Terms, &snapshot, &look);
        assert_eq!(terms.rows.len(), n + 1);
        let mut w_h = of(|step| step.term_w_h.magnitude);
        w_h.push(flow.sum_w_h);
        assert_magnitudes(terms.magnitudes("term_w_h"), w_h);
        let shares: Vec<f64> = flow.steps.iter().map(|step| step.term_w_i.share).collect();
        assert_numbers(&terms.numbers("share_w_i")[..n], &shares);
        assert_eq!(terms.numbers("t")[n], None);
    }
}

#[test]
fn the_unrolled_network_begins_at_0_and_ends_with_the_loss() {
    for (_, snapshot) in moments() {
        let n = snapshot.len();
        let read = Read::of(View::Unrolled, &snapshot, &Look::of(&snapshot));
        let mut values = snapshot.states.clone();
        values.extend([snapshot.prediction, snapshot.target, snapshot.loss]);
        assert_numbers(&read.numbers("value"), &values);
        let to_end = read.magnitudes("to_end");
        for t in 1..=n + 1 {
            assert_eq!(
                to_end[t - 1],
                Some(snapshot.flow.across_edge(t.min(n)))
                    .filter(|_| t <= n)
                    .or(Some(Magnitude::ONE))
            );
        }
        assert_eq!(to_end[n + 1..], [None; 3]);
        assert_eq!(read.magnitudes("dl_do")[0], None);
        assert_eq!(
            read.magnitudes("dl_do")[n],
            snapshot.flow.steps.last().map(|step| step.dl_do)
        );
        assert_eq!(
            read.texts("part")[n..],
            ["o", "prediction", "target", "loss"]
        );
    }
}

#[test]
fn inputs_say_what_they_are() {
    let snapshot = moment(0, |e| {
        e.task.length = 6;
        e.probe.text = "good qwertyuiop".into();
    });
    let read = Read::of(View::Product, &snapshot, &Look::of(&snapshot));
    let padded = ["", "", "", "", "good", "qwertyuiop"];
    assert_eq!(read.texts("input"), padded);
    let kinds = [
        "padding", "padding", "padding", "padding", "word", "unknown",
    ];
    assert_eq!(read.texts("input_kind"), kinds);
    for (task, kind) in [(TaskKind::Adding, "number"), (TaskKind::Constant, "none")] {
        let snapshot = moment(0, |e| e.task.kind = task);
        let read = Read::of(View::Reason, &snapshot, &Look::of(&snapshot));
        assert!(
            read.texts("input_kind").iter().all(|found| *found == kind),
            "{task:?}"
        );
    }
}

/// Sums of at most 12 logarithms, each below 400: right to 12 · 400 · ε ≈ 1e-12.
#[test]
fn the_parts_of_the_formula_multiply_to_its_term() {
    let snapshot = moment(7, |e| e.network.w_h = -0.9);
    for cursor in [1, 4, 10] {
        let look = Look {
            cursor,
            ..Look::of(&snapshot)
        };
        let read = Read::of(View::Formula, &snapshot, &look);
        let (parts, values) = (read.texts("part"), read.magnitudes("value"));
        let mut product = LogProduct::default();
        for (part, value) in parts.iter().zip(&values) {
            if ["dl_do_n", "factor", "f_prime", "o"].contains(part) {
                product.multiply(value.unwrap());
            }
        }
        let term = snapshot.flow.steps[cursor - 1].term_w_h.magnitude;
        let place = parts.iter().position(|part| *part == "term").unwrap();
        assert_eq!(values[place], Some(term));
        match (product.product().log10(), term.log10()) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12),
            // The term of the first step has o_0 = 0.
            (found, expected) => assert_eq!((cursor, found, expected), (1, None, None)),
        }
        assert_eq!(product.product().is_negative(), term.is_negative());
        assert_eq!(values.last(), Some(&Some(snapshot.flow.sum_w_h)));
        let factors = parts.iter().filter(|part| **part == "factor").count();
        assert_eq!(factors, 10 - cursor);
    }
}

#[test]
fn the_activation_has_its_points_and_its_curve() {
    for (name, snapshot) in moments() {
        let read = Read::of(View::Activation, &snapshot, &Look::of(&snapshot));
        let points = &snapshot.operating_points.points;
        let count = points.len();
        let a: Vec<f64> = points.iter().map(|point| point.a).collect();
        assert_numbers(&read.numbers("a")[..count], &a);
        let f_prime: Vec<f64> = points.iter().map(|point| point.f_prime).collect();
        assert_numbers(&read.numbers("f_prime")[..count], &f_prime);
        let hidden = snapshot.flow.hidden as f64;
        assert_eq!(read.numbers("unit")[count - 1], Some(hidden), "{name}");
        assert!(
            read.texts("part")[count..]
                .iter()
                .all(|part| *part == "curve")
        );
        let activation = snapshot.experiment.network.activation;
        for row in count..read.rows.len() {
            let a = read.numbers("a")[row].unwrap();
            assert_eq!(read.numbers("f")[row], Some(activation.f(a)));
            assert_eq!(read.numbers("t")[row], None);
        }
    }
}

#[test]
fn training_curves_are_the_records() {
    let snapshot = moment(30, |_| {});
    let look = Look::of(&snapshot);
    let loss = Read::of(View::Loss, &snapshot, &look);
    let records = || snapshot.history.iter();
    assert_eq!(loss.rows.len(), 30);
    let losses: Vec<f64> = records().map(|record| record.loss).collect();
    assert_numbers(&loss.numbers("loss"), &losses);
    let norms: Vec<f64> = records().map(|record| record.gradient_norm).collect();
    assert_numbers(&loss.numbers("gradient_norm"), &norms);
    let accuracy = Read::of(View::Accuracy, &snapshot, &look);
    let part = |name: &str| -> Vec<f64> {
        let rows = accuracy
            .texts("part")
            .into_iter()
            .zip(accuracy.numbers("accuracy"));
        rows.filter(|(part, _)| *part == name)
            .map(|(_, value)| value.unwrap())
            .collect()
    };
    let batches: Vec<f64> = records().map(|record| record.accuracy).collect();
    assert_eq!(part("batch"), batches);
    let last = snapshot.evaluations.last().unwrap();
    assert_eq!(part("held_out").last(), Some(&last.held_out.accuracy));
    assert_eq!(
        part("training").last(),
        last.training.map(|score| score.accuracy).as_ref()
    );
    // Before the first step there are the names alone.
    let begin = Snapshot {
        history: [].into(),
        ..snapshot
    };
    assert!(Read::of(View::Loss, &begin, &look).rows.is_empty());
}

#[test]
fn the_history_has_every_recorded_step() {
    for (_, snapshot) in moments() {
        if snapshot.timeline.rows.is_empty() {
            continue;
        }
        let read = Read::of(View::History, &snapshot, &Look::of(&snapshot));
        let (steps, times) = (read.numbers("step"), read.numbers("t"));
        let gains = read.magnitudes("gain");
        let mut row = 0;
        for expected in snapshot.timeline.rows.iter() {
            for t in (1..=expected.length).filter(|&t| expected.nearest(t).0 == t) {
                assert_eq!(steps[row], Some(expected.step as f64));
                assert_eq!(times[row], Some(t as f64));
                assert_eq!(gains[row], Some(expected.nearest(t).1));
                row += 1;
            }
        }
        assert_eq!(row, read.rows.len());
        assert!(row >= snapshot.timeline.rows.len() * snapshot.len().min(512));
    }
}

#[test]
fn every_product_is_in_the_triangle() {
    for (name, snapshot) in moments() {
        let look = Look::of(&snapshot);
        let read = Read::of(View::Triangle, &snapshot, &look);
        let times = snapshot.len().min(512);
        assert_eq!(read.rows.len(), times * (times + 1) / 2, "{name}");
        let found = finding(View::Triangle, &snapshot, &look);
        let triangle = match found {
            Some(Finding::Triangle(triangle)) => triangle,
            _ => Triangle::of_numbers(&snapshot.flow),
        };
        let (js, ks) = (read.numbers("j"), read.numbers("k"));
        for (row, value) in read.magnitudes("do_j_do_k").into_iter().enumerate() {
            let (j, k) = (js[row].unwrap() as usize, ks[row].unwrap() as usize);
            // NaN is equal to NaN among magnitudes.
            assert_eq!(value, triangle.value(j, k), "{name} {j} {k}");
        }
    }
}

#[test]
fn answers_come_back_to_the_bit() {
    for (name, snapshot) in moments() {
        let look = Look {
            cursor: 1,
            ..Look::of(&snapshot)
        };
        let Some(Finding::Landscape(landscape)) = finding(View::Landscape, &snapshot, &look) else {
            panic!("{name}");
        };
        let read = Read::of(View::Landscape, &snapshot, &look);
        let gradients: Vec<f64> = landscape
            .points
            .iter()
            .map(|point| point.gradient)
            .collect();
        assert_numbers(&read.numbers("dl_dw_h"), &gradients);
        let Some(Finding::RoundedFlows(flows)) = finding(View::Floats, &snapshot, &look) else {
            panic!("{name}");
        };
        let read = Read::of(View::Floats, &snapshot, &look);
        for flow in flows {
            let column = format!("dl_do_{}", flow.format.name());
            assert_magnitudes(read.magnitudes(&column), flow.dl_do);
        }
        assert_eq!(FloatFormat::ALL.len(), 3);
        let Some(Finding::SingularValues(values)) = finding(View::Spectrum, &snapshot, &look)
        else {
            panic!("{name}");
        };
        let read = Read::of(View::Spectrum, &snapshot, &look);
        let eigenvalues = snapshot.eigenvalues.as_deref().unwrap();
        let re: Vec<f64> = eigenvalues.iter().map(|value| value[0]).collect();
        assert_numbers(&read.numbers("re")[..re.len()], &re);
        let sigmas = read.magnitudes("sigma").split_off(re.len());
        assert_magnitudes(sigmas, values.values);
        let trusted = read.numbers("trusted").split_off(re.len());
        assert_eq!(
            trusted.iter().filter(|one| **one == Some(1.0)).count(),
            values.trusted
        );
        assert_eq!(read.numbers("k").last(), Some(&Some(1.0)));
    }
}

#[test]
fn the_phase_map_stands_over_its_axes() {
    let snapshot = moment(0, |e| e.network.w_h = 0.8);
    for phase_axis in [PhaseAxis::Length, PhaseAxis::InputWeight] {
        let look = Look {
            phase_axis,
            direction: Direction::FromFirst,
            ..Look::of(&snapshot)
        };
        let Some(Finding::PhaseMap(map)) = finding(View::PhaseMap, &snapshot, &look) else {
            panic!("no map");
        };
        let read = Read::of(View::PhaseMap, &snapshot, &look);
        assert_eq!(read.rows.len(), map.width * map.height);
        let values = read.magnitudes("do_n_do_1");
        let w_h = read.numbers("w_h");
        for (row, column) in [(0, 0), (map.height - 1, 3), (7, map.width - 1)] {
            let place = row * map.width + column;
            assert_eq!(values[place], Some(map.outcome(column, row)));
            assert_eq!(w_h[place], Some(map.w_h[column]));
        }
        let (name, low, high) = match phase_axis {
            PhaseAxis::Length => ("n", 1.0, 50.0),
            // Sentiment has a weight per word, so the axis is their common length.
            PhaseAxis::InputWeight => ("w_i", 0.0, 3.0),
        };
        let other = read.numbers(name);
        assert_eq!(other[0], Some(low));
        // Divided by today's weight and multiplied by it again.
        let last = other.last().unwrap().unwrap();
        assert!((last - high).abs() <= 2.0 * f64::EPSILON * high, "{last}");
    }
}
