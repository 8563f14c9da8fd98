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
        match &snapshot.probe.product_norms {
            ProductNormsState::Ready(norms) => {
                assert_magnitudes(product.magnitudes("norm_to_end"), norms.to_end.clone());
                let from_first = norms.from_first.clone();
                assert_magnitudes(product.magnitudes("norm_from_first"), from_first);
            }
            _ => assert_eq!(product.magnitudes("norm_to_end"), vec![None; n]),
        }
        let reason = Read::of(View::REASON, &snapshot, &look);
        assert_magnitudes(reason.magnitudes("f_prime"), of(|step| step.f_prime));
        assert_magnitudes(reason.magnitudes("w_h"), of(|step| step.w_h));
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
        let shares: Vec<f64> = flow.steps.iter().map(|step| step.term_w_i.share).collect();
        assert_numbers(&terms.numbers("share_w_i")[..n], &shares);
        assert_eq!(terms.numbers("t")[n], None);
    }
}

#[test]
fn the_unrolled_network_begins_at_0_and_ends_with_the_loss() {
    for (_, snapshot) in moments() {
        let n = snapshot.len();
        let read = Read::of(View::UNROLLED, &snapshot, &Look::of(&snapshot));
        let mut values = snapshot.probe.states.clone();
        values.extend([
            snapshot.probe.prediction,
            snapshot.probe.target,
            snapshot.probe.loss,
        ]);
        assert_numbers(&read.numbers("value"), &values);
        let to_end = read.magnitudes("to_end");
        for t in 1..=n + 1 {
            assert_eq!(
                to_end[t - 1],
                Some(snapshot.probe.flow.across_edge(t.min(n)))
                    .filter(|_| t <= n)
                    .or(Some(Magnitude::ONE))
            );
        }
        assert_eq!(to_end[n + 1..], [None; 3]);
        assert_eq!(read.magnitudes("dl_do")[0], None);
        assert_eq!(
            read.magnitudes("dl_do")[n],
            snapshot.probe.flow.steps.last().map(|step| step.dl_do)
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
        assert_eq!(
            values.last(),
            Some(&Some(snapshot.probe.flow.w_h.magnitude))
        );
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
        let a: Vec<f64> = points.iter().map(|point| point.a).collect();
        assert_numbers(&read.numbers("a")[..count], &a);
        let f_prime: Vec<f64> = points.iter().map(|point| point.f_prime).collect();
        assert_numbers(&read.numbers("f_prime")[..count], &f_prime);
        let hidden = snapshot.probe.flow.hidden as f64;
        assert_eq!(read.numbers("unit")[count - 1], Some(hidden), "{name}");
        assert!(
            read.texts("part")[count..]
                .iter()
                .all(|part| *part == "curve")
        );
        let activation = snapshot.moment.experiment.network.activation;
        for row in count..read.rows.len() {
            let a = read.numbers("a")[row].unwrap();
            assert_eq!(read.numbers("f")[row], Some(activation.f(a)));
            assert_eq!(read.numbers("t")[row], None);
        }
    }
}
