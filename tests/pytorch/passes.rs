//! The forward pass, and the gradients of every parameter and of every state.

use bptt_scope::rnn::{Activation, Parameters};
use ndarray::{ArrayView1, ArrayView2};
use serde_json::Value;

use super::agreement::{assert_agree, assert_agree_to, assert_rows_agree};
use super::drawing::Drawn;
use super::stored::{Case, cases, numbers};

/// Asserts that `found` has the numbers of PyTorch's `expected`, tensor by tensor; W_h as W_h v and
/// uᵀ W_h with the vectors of `compressed_by`, if that is how it is stored.
pub fn assert_tensors_agree(
    name: &str,
    found: &Parameters,
    expected: &Value,
    (compressed_by, smallest_scale): (Option<&Drawn>, f64),
) {
    let row_major = |matrix: ArrayView2<'_, f64>| matrix.iter().copied().collect::<Vec<_>>();
    let w_h = match compressed_by {
        None => row_major(found.w_h()),
        Some(Drawn { u, v, .. }) => {
            let (u, v) = (ArrayView1::from(u), ArrayView1::from(v));
            [found.w_h().dot(&v).to_vec(), u.dot(&found.w_h()).to_vec()].concat()
        }
    };
    let mut tensors = vec![
        ("w_i", row_major(found.w_i())),
        ("w_h", w_h),
        ("w_o", found.w_o().to_vec()),
    ];
    if found.has_bias() {
        tensors.push(("b", found.b().to_vec()));
        tensors.push(("b_o", found.b_o().to_vec()));
    } else {
        assert!(expected["b"].is_null() && expected["b_o"].is_null());
    }
    for (tensor, found) in tensors {
        let expected = numbers(&expected[tensor]);
        let scale = expected
            .iter()
            .fold(smallest_scale, |most, v| most.max(v.abs()));
        assert_agree_to(&format!("{name}: {tensor}"), scale, &found, &expected);
    }
}

#[test]
fn the_forward_pass_agrees() {
    for case in Activation::ALL.into_iter().flat_map(cases) {
        let (pass, hidden) = (&case.probe.pass, case.seeds.hidden);
        let at_times = |of: &dyn Fn(usize) -> Vec<f64>| -> Vec<f64> {
            case.times().into_iter().flat_map(of).collect()
        };
        let o = at_times(&|t| pass.state(t).to_vec());
        let f_prime = at_times(&|t| pass.responses().unwrap().f_prime(t).to_vec());
        let stored = |key: &str| numbers(&case.expected[key]);
        assert_rows_agree(&case.part("o"), hidden, &o, &stored("o"));
        assert_rows_agree(&case.part("f'"), hidden, &f_prime, &stored("f_prime"));
        let z = pass.read_outs()[0];
        let expected = case.expected["z"].as_f64().unwrap();
        assert_agree(&case.part("z"), &[z], &[expected]);
        let value = case.loss.value(z, case.drawn.batch.targets[0]);
        let expected = case.of_loss["value"].as_f64().unwrap();
        assert_agree(&case.part("L"), &[value], &[expected]);
    }
}

#[test]
fn every_gradient_agrees() {
    for case in Activation::ALL.into_iter().flat_map(cases) {
        let compressed = case.is_large() && case.seeds.length != 10;
        let compressed_by = compressed.then_some(&case.drawn);
        assert_tensors_agree(
            &case.name,
            &case.probe.gradients,
            &case.of_loss,
            (compressed_by, 0.0),
        );
        let state_gradient = |t: usize| case.probe.pass.state_gradient(t);
        let expected = numbers(&case.of_loss["o_0"]);
        assert_agree(&case.part("dL/do_0"), state_gradient(0), &expected);
        assert_states_agree(&case, &state_gradient);
    }
}

fn assert_states_agree<'a>(case: &Case, state_gradient: &dyn Fn(usize) -> &'a [f64]) {
    let found: Vec<f64> = (1..=case.seeds.length)
        .flat_map(|t| state_gradient(t).to_vec())
        .collect();
    let expected = numbers(&case.of_loss["dl_do"]);
    assert_rows_agree(&case.part("dL/do"), case.seeds.hidden, &found, &expected);
    // Zeros on both sides would agree about nothing.
    for g_t in expected.chunks_exact(case.seeds.hidden) {
        assert!(g_t.iter().any(|&g| g != 0.0), "{}", case.name);
    }
}
