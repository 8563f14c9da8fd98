//! The tables of the sequence of one moment.

use super::*;
use crate::flow::{LogProduct, StepFlow};
use crate::tasks::TaskKind;
use crate::training::ProductNormsState;

#[test]
fn the_tables_over_time_are_the_flow() {
    for (name, snapshot) in moments() {
        let (look, flow, n) = (Look::of(&snapshot), &snapshot.probe.flow, snapshot.len());
        let of = |get: fn(&StepFlow) -> Magnitude| -> Vec<Magnitude> {
            flow.steps.iter().map(get).collect()
        };
        let product = Read::of(View::PRODUCT, &snapshot, &look);
        assert_numbers(&product.numbers("t"), (1..=n).map(|t| t as f64));
        let inputs: Vec<&str> = (1..=n).map(|t| snapshot.input_text(t)).collect();
        assert_eq!(product.texts("input"), inputs, "{name}");
        assert_magnitudes(product.magnitudes("to_end"), of(|step| step.to_end));
        assert_magnitudes(product.magnitudes("from_first"), of(|step| step.from_first));
        assert_magnitudes(product.magnitudes("dl_do"), of(|step| step.dl_do));
        let to_end = (1..=n).map(|t| flow.bound_to_end_log10(t));
        assert_numbers(&product.numbers("bound_to_end_log10"), to_end);
        let from_first = (1..=n).map(|t| flow.bound_from_first_log10(t));
        assert_numbers(&product.numbers("bound_from_first_log10"), from_first);
        match &snapshot.probe.product_norms {
            ProductNormsState::Ready(norms) => {
                assert_magnitudes(product.magnitudes("norm_to_end"), norms.to_end.clone());
                let from_first = norms.from_first.clone();
                assert_magnitudes(product.magnitudes("norm_from_first"), from_first);
            }
            _ => assert_eq!(product.magnitudes("norm_to_end"), vec![None; n]),
        }
        let reason = Read::of(View::REASON, &snapshot, &look);
        assert_magnitudes(reason.magnitudes("f_prime"), of(|step| step.f_prime()));
        assert_magnitudes(reason.magnitudes("w_h"), of(|step| step.w_h()));
        assert_magnitudes(reason.magnitudes("factor"), of(|step| step.factor));
        let terms = Read::of(View::TERMS, &snapshot, &look);
        assert_eq!(terms.rows.len(), n + 2);
        assert_eq!(terms.texts("part")[n..], ["sum", "norm"]);
        for (name, gradient, of_term) in [
            ("term_w_h", flow.w_h, of(|step| step.term_w_h.magnitude)),
            ("term_w_i", flow.w_i, of(|step| step.term_w_i.magnitude)),
        ] {
            let found = terms.magnitudes(name);
            assert_magnitudes(found[..n].to_vec(), of_term.clone());
            assert_eq!(found[n + 1], Some(gradient.magnitude.size()));
            assert_eq!(found[n].is_some(), gradient.is_number);
            if let Some(Magnitude::Finite { .. }) = found[n] {
                let sum: f64 = of_term.iter().map(|term| term.value()).sum();
                let size: f64 = of_term.iter().map(|term| term.value().abs()).sum();
                // Ten digits of the largest term are in their logarithms for certain.
                assert!(
                    (sum - gradient.magnitude.value()).abs() <= 1e-10 * size,
                    "{name}"
                );
            }
        }
        let shares = flow.steps.iter().map(|step| step.term_w_i.share);
        assert_numbers(&terms.numbers("share_w_i")[..n], shares);
        assert_eq!(terms.numbers("t")[n], None);
    }
}

#[test]
fn the_unrolled_network_begins_at_0_and_ends_with_the_loss() {
    for (_, snapshot) in moments() {
        let n = snapshot.len();
        let read = Read::of(View::UNROLLED, &snapshot, &Look::of(&snapshot));
        let probe = &snapshot.probe;
        let ends = [probe.prediction, probe.target, probe.loss];
        let values = probe.states.iter().copied().chain(ends);
        assert_numbers(&read.numbers("value"), values);
        let mut to_end = read.magnitudes("to_end");
        assert_eq!(to_end.split_off(n + 1), [None; 3]);
        let edges = (1..=n).map(|t| probe.flow.across_edge(t));
        assert_magnitudes(to_end, edges.chain([Magnitude::ONE]));
        let (dl_do, last) = (read.magnitudes("dl_do"), probe.flow.steps.last());
        assert_eq!((dl_do[0], dl_do[n]), (None, last.map(|step| step.dl_do)));
        let parts = ["o", "prediction", "target", "loss"];
        assert_eq!(read.texts("part")[n..], parts);
    }
}

#[test]
fn inputs_say_what_they_are() {
    let snapshot = moment(0, |e| {
        e.task.length = 6;
        e.probe.text = "good qwertyuiop".into();
    });
    let read = Read::of(View::PRODUCT, &snapshot, &Look::of(&snapshot));
    let padded = ["", "", "", "", "good", "qwertyuiop"];
    assert_eq!(read.texts("input"), padded);
    let kinds = [
        "padding", "padding", "padding", "padding", "word", "unknown",
    ];
    assert_eq!(read.texts("input_kind"), kinds);
    for (task, kind) in [(TaskKind::Adding, "number"), (TaskKind::Constant, "none")] {
        let snapshot = moment(0, |e| e.task.kind = task);
        let read = Read::of(View::REASON, &snapshot, &Look::of(&snapshot));
        let mut kinds = read.texts("input_kind").into_iter();
        assert!(kinds.all(|found| found == kind), "{task:?}");
    }
}

/// Sums of at most 12 logarithms, each below 400: right to 12 · 400 · ε ≈ 1e-12.
#[test]
fn the_parts_of_the_formula_multiply_to_its_term() {
    let snapshot = moment(7, |e| e.network.w_h = -0.9);
    for cursor in [1, 4, 10] {
        let look = looking_at(&snapshot, cursor);
        let read = Read::of(View::FORMULA, &snapshot, &look);
        let (parts, values) = (read.texts("part"), read.magnitudes("value"));
        let mut product = LogProduct::default();
        for (part, value) in parts.iter().zip(&values) {
            if ["dl_do_n", "factor", "f_prime", "o"].contains(part) {
                product.multiply(value.unwrap());
            }
        }
        let term = snapshot.probe.flow.steps[cursor - 1].term_w_h.magnitude;
        let place = parts.iter().position(|part| *part == "term").unwrap();
        assert_eq!(values[place], Some(term));
        match (product.product().log10(), term.log10()) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12),
            // The term of the first step has o_0 = 0.
            (found, expected) => assert_eq!((cursor, found, expected), (1, None, None)),
        }
        assert_eq!(product.product().is_negative(), term.is_negative());
        let sum = snapshot.probe.flow.w_h.magnitude;
        assert_eq!(values.last(), Some(&Some(sum)));
        let factors = parts.iter().filter(|part| **part == "factor").count();
        assert_eq!(factors, 10 - cursor);
    }
}

#[test]
fn the_activation_has_its_points_and_its_curve() {
    for (name, snapshot) in moments() {
        let read = Read::of(View::ACTIVATION, &snapshot, &Look::of(&snapshot));
        let points = &snapshot.probe.operating_points.points;
        let count = points.len();
        let a = points.iter().map(|point| point.a);
        assert_numbers(&read.numbers("a")[..count], a);
        let f_prime = points.iter().map(|point| point.f_prime);
        assert_numbers(&read.numbers("f_prime")[..count], f_prime);
        let hidden = snapshot.probe.flow.state_width as f64;
        assert_eq!(read.numbers("unit")[count - 1], Some(hidden), "{name}");
        let mut behind = read.texts("part").split_off(count).into_iter();
        assert!(behind.all(|part| part == "curve"));
        let activation = snapshot.moment.experiment.network.activation;
        for row in count..read.rows.len() {
            let a = read.numbers("a")[row].unwrap();
            assert_eq!(read.numbers("f")[row], Some(activation.f(a)));
            assert_eq!(read.numbers("t")[row], None);
        }
    }
}
