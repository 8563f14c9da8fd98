//! Products that are known in closed form or published, reached through the same trainer and snapshot
//! that the window shows.

mod support;

use bptt_scope::flow::{Magnitude, Outcome};
use bptt_scope::rnn::{
    Activation, Batch, Interrupt, Loss, Network, Objective, Parameters, Pass, Spectrum,
};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::ProductNormsState;
use support::{log10, snapshot};

/// identity, any inputs: P_{n←k} = w_h^(n−k). To 1e-12 relative in log₁₀, as the sum of logarithms is
/// compensated; at n = 10,000 the product is 10^−5,228 or 10^+4,770 and fits no float.
#[test]
fn the_product_of_a_linear_network_is_a_power_of_w_h() {
    for kind in TaskKind::BUILT_IN {
        for w_h in [0.3, 0.9, 1.1, 3.0, -0.5, -3.0] {
            for length in [1, 2, 10, 10_000] {
                let snapshot = snapshot(|e| {
                    e.task.kind = kind;
                    e.task.length = length;
                    e.network.activation = Activation::Identity;
                    e.network.w_h = w_h;
                });
                for (index, step) in snapshot.probe.flow.steps.iter().enumerate() {
                    let back = length - 1 - index;
                    let expected = back as f64 * f64::log10(w_h.abs());
                    let found = log10(step.to_end);
                    assert!(
                        (found - expected).abs() <= 1e-12 * expected.abs(),
                        "{kind:?}, w_h = {w_h}, {back} back of {length}: {found}"
                    );
                    assert_eq!(step.to_end.is_negative(), w_h < 0.0 && back % 2 == 1);
                    let from_first = index as f64 * f64::log10(w_h.abs());
                    assert!(
                        (log10(step.from_first) - from_first).abs() <= 1e-12 * from_first.abs()
                    );
                }
            }
        }
    }
}

/// For a linear network the bound is attained.
#[test]
fn the_bound_of_a_linear_network_is_its_product() {
    let snapshot = snapshot(|e| {
        e.task.length = 50;
        e.network.activation = Activation::Identity;
        e.network.w_h = 0.7;
    });
    for (index, step) in snapshot.probe.flow.steps.iter().enumerate() {
        let bound = snapshot.probe.flow.bound_to_end_log10(index + 1);
        assert!((log10(step.to_end) - bound).abs() < 1e-12);
        let bound = snapshot.probe.flow.bound_from_first_log10(index + 1);
        assert!((log10(step.from_first) - bound).abs() < 1e-12);
    }
}

/// tanh, no input, o_0 = 0.5, ten steps: ∂o_10/∂o_0, six published digits.
#[test]
fn tanh_from_one_half_saturates_rather_than_explodes() {
    for (w_h, expected) in [
        (0.5, 8.99894e-4),
        (0.9, 0.166491),
        (1.0, 0.222760),
        (1.1, 0.142645),
        (1.5, 6.00057e-4),
        (2.0, 2.13875e-7),
    ] {
        let snapshot = snapshot(|e| {
            e.task.kind = TaskKind::Constant;
            e.network.w_h = w_h;
            e.network.o_0 = 0.5;
        });
        // The first step's factor leads from o_0 to o_1.
        let product = snapshot.probe.flow.steps[0]
            .to_end
            .times(snapshot.probe.flow.steps[0].factor)
            .value();
        // Half a unit of the sixth digit.
        assert!((product / expected - 1.0).abs() < 5e-6, "{w_h}: {product}");
    }
}

/// Figure 6 of Pascanu, Mikolov and Bengio (2013): a_t = w σ(a_{t−1}) + b, a_0 = 0.5, 50 steps, loss
/// (σ(a_50) − 0.7)². In this program's terms o_t = σ(a_t), so o_0 = σ(0.5), w_o = 1 and
/// ∂a_50/∂a_0 = ∂o_50/∂o_0 · σ′(a_0) / σ′(a_50).
#[test]
fn the_wall_of_figure_6_is_where_it_was_published() {
    for (bias, loss, dl_dw, da_da) in [
        (-2.5, 0.0240889, 0.0863117, 2.25519e-9),
        (-2.6123, 0.00856304, -542.315, 3457.11),
    ] {
        let sigmoid = Activation::Sigmoid;
        let mut parameters = Parameters::zeros(1, 1, true);
        parameters.w_h_mut()[[0, 0]] = 5.0;
        parameters.b_mut()[0] = bias;
        parameters.w_o_mut()[0] = 1.0;
        let network = Network::new(sigmoid, parameters, sigmoid.f(0.5));
        let mut batch = Batch::dense(1);
        batch.reset(50, 1);
        batch.targets[0] = 0.7;
        let interrupt = Interrupt::default();
        let mut probe = bptt_scope::flow::Probe::new(&network.parameters);
        probe
            .run(&network, &batch, Loss::SquaredError, &interrupt)
            .unwrap();
        let z = probe.pass.read_outs()[0];
        let flow = bptt_scope::flow::GradientFlow::of(
            &network,
            &batch,
            &probe,
            Loss::SquaredError,
            Spectrum::of(&network.parameters.w_h()),
            &interrupt,
        )
        .unwrap();
        let first = &flow.steps[0];
        let a_50 = probe.pass.responses().unwrap().pre_activation(50)[0];
        let product =
            first.to_end.times(first.factor).value() * sigmoid.f_prime(0.5) / sigmoid.f_prime(a_50);
        // Six published digits.
        let close = |found: f64, published: f64| (found / published - 1.0).abs() < 5e-6;
        assert!(close(Loss::SquaredError.value(z, 0.7), loss));
        assert!(close(probe.gradients.w_h()[[0, 0]], dl_dw));
        assert!(close(product, da_da), "{product}");
    }
}

/// σ₁ = 1.3297 but spectral radius 0.6276: the matrix stretches some vectors and yet vanishes. The
/// published numbers are the Frobenius norm of a 2 × 3 batch of ones, halved, after each step.
#[test]
fn a_large_singular_value_does_not_mean_exploding() {
    let full = ndarray::array![
        [1.78862847, 0.43650985, 0.09649747],
        [-1.8634927, -0.2773882, -0.35475898],
        [-0.08274148, -0.62700068, -0.04381817]
    ];
    let norms = |scale: f64| {
        // dh ← dh · Wᵀ is this program's way back through Wᵀ in place of W.
        let mut parameters = Parameters::zeros(1, 3, false);
        parameters.w_h_mut().assign(&(full.t().to_owned() * scale));
        parameters.w_o_mut().fill(1.0);
        let network = Network::new(Activation::Identity, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(20, 2);
        let interrupt = Interrupt::default();
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &interrupt).unwrap();
        let mut gradients = network.parameters.zeros_like();
        // z = 0 and y = −½: ∂L/∂z = 1, so that g_n is the batch of ones.
        batch.targets.fill(-0.5);
        pass.backward(
            &network,
            &batch,
            Objective::sum_of(Loss::SquaredError),
            &mut gradients,
            &interrupt,
        )
        .unwrap();
        let norm = |t: usize| bptt_scope::rnn::norm(pass.state_gradient(t)) / 2.0;
        [norm(19), norm(18), norm(17), norm(0)]
    };
    for (found, expected) in norms(0.5)
        .into_iter()
        .zip([1.23420, 0.833926, 0.597910, 2.37938e-4])
        .chain(
            norms(1.0)
                .into_iter()
                .zip([2.46841, 3.33570, 4.78328, 249.496]),
        )
    {
        // Six published digits.
        assert!((found / expected - 1.0).abs() < 5e-6, "{found} {expected}");
    }
}

/// A dead ReLU is an exact zero, not a small number, and the verdict says where it is: here at the end already.
#[test]
fn a_dead_relu_blocks_the_gradient() {
    let snapshot = snapshot(|e| {
        e.task.kind = TaskKind::Constant;
        e.network.activation = Activation::Relu;
        e.network.w_h = -1.0;
        e.network.o_0 = 1.0;
    });
    assert_eq!(snapshot.probe.flow.steps[0].to_end, Magnitude::Zero);
    assert_eq!(snapshot.probe.verdict.outcome, Outcome::Blocked);
    assert!(
        snapshot
            .probe
            .verdict
            .sentence
            .contains("the last unit is dead, its f′ is exactly 0 at step 10")
    );
}

/// An overflowing forward pass is shown as what it is: the states are infinite, the product of a linear
/// network is still exact, and nothing is NaN without a reason.
#[test]
fn an_overflowing_forward_pass_leaves_the_product_readable() {
    let snapshot = snapshot(|e| {
        e.task.kind = TaskKind::Constant;
        e.task.length = 10_000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
        e.network.o_0 = 0.5;
    });
    assert!(snapshot.probe.states[10_000].is_infinite());
    assert!(snapshot.probe.loss.is_infinite());
    assert_eq!(snapshot.probe.verdict.outcome, Outcome::Exploding);
    assert!(
        (log10(snapshot.probe.flow.steps[0].to_end) / (9_999.0 * 3.0_f64.log10()) - 1.0).abs()
            < 1e-12
    );
    assert!(matches!(
        snapshot.probe.flow.steps[0].dl_do,
        Magnitude::Overflow { .. }
    ));
}

/// A saturated tanh has a tiny derivative and not none: with |a| near 1000 a factor is 10^−866.
#[test]
fn saturation_is_not_a_dead_unit() {
    for hidden in [1, 3] {
        let snapshot = snapshot(|e| {
            e.task.kind = TaskKind::Constant;
            e.network.hidden = hidden;
            e.network.recurrent = bptt_scope::rnn::RecurrentInit::Identity;
            e.network.w_h = 1000.0;
            e.network.o_0 = 1.0;
        });
        assert_eq!(snapshot.probe.verdict.outcome, Outcome::Vanishing);
        if let ProductNormsState::Ready(norms) = &snapshot.probe.product_norms {
            // For three equal units the norm is the gain.
            let (norm, gain) = (
                log10(norms.to_end[0]),
                log10(snapshot.probe.flow.steps[0].to_end),
            );
            assert!((norm / gain - 1.0).abs() < 1e-12);
        }
        let per_step = 4000.0_f64.log10() - 2000.0 / std::f64::consts::LN_10;
        let found = log10(snapshot.probe.flow.steps[0].to_end);
        assert!((found / (9.0 * per_step) - 1.0).abs() < 1e-12, "{found}");
    }
}
