//! The gradient flow in the log domain, from which everything is drawn.

use bptt_scope::flow::{GradientFlow, Magnitude};
use bptt_scope::rnn::{Activation, Interrupt, Spectrum, norm};

use super::agreement::assert_agree_to;
use super::stored::{Case, cases, numbers};

fn flow(case: &Case) -> GradientFlow {
    let network = &case.drawn.network;
    GradientFlow::of(
        network,
        &case.drawn.batch,
        &case.probe,
        case.loss,
        Spectrum::of(&network.parameters.w_h()),
        &Interrupt::default(),
    )
    .unwrap()
}

/// A number for one unit, otherwise the norm of more.
fn size(values: &[f64]) -> f64 {
    match values {
        [number] => *number,
        _ => norm(values),
    }
}

/// ∂L/∂o_t for t = 0..n at index t, as PyTorch has it.
fn state_gradients(case: &Case) -> Vec<Vec<f64>> {
    let all = [
        numbers(&case.of_loss["o_0"]),
        numbers(&case.of_loss["dl_do"]),
    ]
    .concat();
    all.chunks_exact(case.seeds.hidden)
        .map(<[f64]>::to_vec)
        .collect()
}

/// Asserts that one magnitude agrees, by itself.
fn assert_size(case: &Case, what: &str, t: usize, found: Magnitude, expected: f64) {
    let what = case.part(&format!("{what} at t = {t}"));
    assert_agree_to(&what, 0.0, &[found.value()], &[expected]);
}

#[test]
fn gains_factors_and_gradients_agree() {
    for case in Activation::ALL.into_iter().flat_map(cases) {
        let (flow, n) = (flow(&case), case.seeds.length);
        let g: Vec<f64> = state_gradients(&case).iter().map(|g| size(g)).collect();
        assert_eq!((flow.len(), g.len()), (n, n + 1));
        for t in 1..=n {
            let step = &flow.steps[t - 1];
            assert_size(&case, "dL/do_t", t, step.dl_do, g[t]);
            // For one unit g_t = ∂o_n/∂o_t · g_n, so that quotients are the numbers themselves.
            assert_size(&case, "do_n/do_t", t, step.to_end, g[t] / g[n]);
            assert_size(&case, "do_t/do_1", t, step.from_first, g[1] / g[t]);
            assert_size(&case, "the factor", t, step.factor, g[t - 1] / g[t]);
            let product = step.f_prime().times(step.w_h());
            assert_size(&case, "f' times w_h", t, product, g[t - 1] / g[t]);
        }
    }
}

/// What f′ does to the gradient, by PyTorch's f′ and ∂L/∂o_t.
#[test]
fn the_part_of_f_prime_agrees() {
    for case in Activation::ALL.into_iter().flat_map(cases) {
        let (flow, gradients) = (flow(&case), state_gradients(&case));
        let f_prime = numbers(&case.expected["f_prime"]);
        let rows = f_prime.chunks_exact(case.seeds.hidden);
        for (t, f_prime) in case.times().into_iter().zip(rows) {
            let g_t = &gradients[t];
            let delta: Vec<f64> = f_prime.iter().zip(g_t).map(|(f, g)| f * g).collect();
            let expected = size(&delta) / size(g_t);
            assert_size(&case, "f'", t, flow.steps[t - 1].f_prime(), expected);
        }
    }
}

#[test]
fn the_summands_of_weight_gradients_agree() {
    for case in Activation::ALL.into_iter().flat_map(cases) {
        let flow = flow(&case);
        for key in ["w_h", "w_i"] {
            let sizes = numbers(&case.of_loss[format!("term_{key}")]);
            let shares = numbers(&case.of_loss[format!("share_{key}")]);
            let times = case.times();
            assert_eq!((sizes.len(), shares.len()), (times.len(), times.len()));
            for (index, t) in times.into_iter().enumerate() {
                let step = &flow.steps[t - 1];
                let (term, sum) = match key {
                    "w_h" => (step.term_w_h, flow.w_h.magnitude),
                    _ => (step.term_w_i, flow.w_i.magnitude),
                };
                assert_size(&case, key, t, term.magnitude, sizes[index]);
                // A summand at right angles to the sum has a share that is rounding alone; what it is
                // computed with is as large as this.
                let scale = (sizes[index] / sum.value()).abs();
                let what = case.part(&format!("share of {key} at t = {t}"));
                assert_agree_to(&what, scale, &[term.share], &[shares[index]]);
            }
        }
    }
}
