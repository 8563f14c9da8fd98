//! The Jacobians ∂o_j/∂o_k: whole, by their norms and by their singular values.

use bptt_scope::flow::{
    GradientFlow, Magnitude, ProductNorms, Progress, Triangle, singular_values,
};
use bptt_scope::rnn::{Activation, Interrupt, Spectrum};
use ndarray::{Array1, Array2};

use super::agreement::{assert_agree, assert_agree_to};
use super::stored::{Case, cases, numbers};

/// The cases of one loss each: Jacobians do not depend on it.
fn draws() -> impl Iterator<Item = Case> {
    Activation::ALL.into_iter().flat_map(|activation| {
        let mut cases = cases(activation);
        cases.dedup_by_key(|case| (case.seeds.hidden, case.seeds.length, case.seeds.bias));
        cases
    })
}

/// ∂o_n/∂o_k for k = 0..n−1: products of diag(f′(a_t)) W_h with the library's f′.
fn jacobians(case: &Case) -> Vec<Array2<f64>> {
    let w_h = &case.drawn.network.parameters.w_h();
    let mut running = Array2::eye(case.seeds.hidden);
    let mut jacobians: Vec<_> = (1..=case.seeds.length)
        .rev()
        .map(|t| {
            let f_prime = Array1::from(case.probe.pass.responses().unwrap().f_prime(t).to_vec());
            running = (&running * &f_prime).dot(w_h);
            running.clone()
        })
        .collect();
    jacobians.reverse();
    jacobians
}

fn row_major(matrix: &Array2<f64>) -> Vec<f64> {
    matrix.iter().copied().collect()
}

/// Products of a timestep's f′ and W_h are what PyTorch differentiates to, entry by entry.
#[test]
fn every_jacobian_agrees() {
    for case in draws() {
        let found = jacobians(&case);
        if case.is_large() {
            assert_large_jacobians_agree(&case, &found);
            continue;
        }
        let expected = numbers(&case.expected["jacobians"]);
        let expected = expected.chunks_exact(case.seeds.hidden.pow(2));
        assert_eq!(found.len(), expected.len());
        for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
            let what = case.part(&format!("do_n/do_{k}"));
            assert_agree(&what, &row_major(found), expected);
        }
    }
}

fn assert_large_jacobians_agree(case: &Case, found: &[Array2<f64>]) {
    let hidden = case.seeds.hidden;
    let v = Array1::from(case.drawn.v.clone());
    let expected = numbers(&case.expected["jacobians_v"]);
    for (t, expected) in case.times().into_iter().zip(expected.chunks_exact(hidden)) {
        let what = case.part(&format!("do_n/do_{} v", t - 1));
        assert_agree(&what, found[t - 1].dot(&v).as_slice().unwrap(), expected);
    }
    // From the left with ∂L/∂o_n, which gives ∂L/∂o_k.
    let dl_do = numbers(&case.of_loss["dl_do"]);
    let mut dl_do = dl_do.chunks_exact(hidden);
    let u = Array1::from(dl_do.next_back().unwrap().to_vec());
    assert!(u.iter().all(|&u| u != 0.0));
    let dl_do_0 = numbers(&case.of_loss["o_0"]);
    for (k, expected) in std::iter::once(&dl_do_0[..]).chain(dl_do).enumerate() {
        let what = case.part(&format!("u do_n/do_{k}"));
        assert_agree(&what, u.dot(&found[k]).as_slice().unwrap(), expected);
    }
    if case.seeds.length == 10 {
        let expected = numbers(&case.expected["jacobian_10_1"]);
        let what = case.part("do_10/do_1");
        assert_agree(&what, &row_major(&found[1]), &expected);
    }
}

/// Sizes are stored as numbers with a sign for H = 1; norms have none.
fn stored_norms(case: &Case, key: &str) -> Vec<f64> {
    let stored = numbers(&case.expected[key]);
    stored.iter().map(|size| size.abs()).collect()
}

/// Asserts that magnitudes agree, each by itself: they may be decades apart.
fn assert_sizes_agree(what: &str, found: &[Magnitude], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}: how many");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let what = format!("{what} {}", index + 1);
        assert_agree_to(&what, 0.0, &[found.value()], &[*expected]);
    }
}

#[test]
fn the_norms_of_products_agree() {
    for case in draws() {
        let norms = ProductNorms::of(&case.drawn.network, &case.probe.pass).unwrap();
        let expected = stored_norms(&case, "to_end");
        let what = case.part("norm of do_n/do_k, k =");
        assert_sizes_agree(&what, &norms.to_end, &expected[1..]);
        let expected = stored_norms(&case, "from_first");
        let what = case.part("norm of do_j/do_1, j =");
        assert_sizes_agree(&what, &norms.from_first, &expected);
    }
}

#[test]
fn singular_values_agree() {
    for case in draws() {
        let of = |k| {
            let (network, pass) = (&case.drawn.network, &case.probe.pass);
            singular_values(network, pass, k, &Interrupt::default()).unwrap()
        };
        let found: Vec<f64> = of(1).values.iter().map(|value| value.value()).collect();
        // Measured by the largest: rounding moves every one by about H ε of it (Weyl).
        let what = case.part("singular values of do_n/do_1");
        assert_agree(&what, &found, &numbers(&case.expected["singular_values"]));
        let expected = stored_norms(&case, "to_end")[0];
        let what = case.part("norm of do_n/do_0");
        assert_sizes_agree(&what, &of(0).values[..1], &[expected]);
    }
}

#[test]
fn all_products_of_ten_timesteps_agree() {
    for case in draws().filter(|case| case.seeds.length == 10) {
        let interrupt = Interrupt::default();
        let (network, pass) = (&case.drawn.network, &case.probe.pass);
        let triangle = if case.seeds.hidden == 1 {
            let spectrum = Spectrum::of(&network.parameters.w_h());
            let (batch, probe) = (&case.drawn.batch, &case.probe);
            let flow =
                GradientFlow::of(network, batch, probe, case.loss, spectrum, &interrupt).unwrap();
            Triangle::of_numbers(&flow)
        } else {
            Triangle::of_norms(network, pass, &interrupt, &Progress::default()).unwrap()
        };
        let found: Vec<_> = (1..=10)
            .flat_map(|j| (1..=j).map(move |k| (j, k)))
            .map(|(j, k)| triangle.value(j, k).unwrap())
            .collect();
        let expected = numbers(&case.expected["triangle"]);
        assert_sizes_agree(&case.part("do_j/do_k"), &found, &expected);
    }
}
