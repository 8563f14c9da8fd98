//! Products that are known in closed form or published, reached through the same trainer and snapshot
//! that the window shows.

use bptt_scope::flow::{Magnitude, Outcome};
use bptt_scope::rnn::{
    Activation, Backward, Batch, Inputs, Interrupt, Loss, Network, Parameters, Spectrum, Unrolled,
};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, ProductNormsState, Snapshot, Trainer};
use proptest::prelude::*;

fn snapshot(change: impl FnOnce(&mut Experiment)) -> Snapshot {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    Trainer::new(experiment.check().unwrap())
        .snapshot(true, &Interrupt::default())
        .unwrap()
}

fn log10(magnitude: Magnitude) -> f64 {
    magnitude.log10().expect("a finite magnitude")
}

/// identity, any inputs: P_{n←k} = w_h^(n−k). To 1e-12 relative in log₁₀, as the sum of logarithms is
/// compensated; at n = 10,000 the product is 10^−5,228 or 10^+4,770 and fits no float.
#[test]
fn the_product_of_a_linear_network_is_a_power_of_w_h() {
    for kind in TaskKind::ALL {
        for w_h in [0.3, 0.9, 1.1, 3.0, -0.5, -3.0] {
            for length in [1, 2, 10, 10_000] {
                let snapshot = snapshot(|e| {
                    e.task.kind = kind;
                    e.task.length = length;
                    e.network.activation = Activation::Identity;
                    e.network.w_h = w_h;
                });
                for (index, step) in snapshot.flow.steps.iter().enumerate() {
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
    for (index, step) in snapshot.flow.steps.iter().enumerate() {
        let bound = snapshot.flow.bound_to_end_log10(index + 1);
        assert!((log10(step.to_end) - bound).abs() < 1e-12);
        let bound = snapshot.flow.bound_from_first_log10(index + 1);
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
        let product = snapshot.flow.steps[0]
            .to_end
            .times(snapshot.flow.steps[0].factor)
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
        parameters.w_h[[0, 0]] = 5.0;
        parameters.b[0] = bias;
        parameters.w_o[0] = 1.0;
        let network = Network::new(sigmoid, parameters, sigmoid.f(0.5));
        let mut batch = Batch::dense(1);
        batch.reset(50, 1);
        batch.targets[0] = 0.7;
        let interrupt = Interrupt::default();
        let mut probe = bptt_scope::flow::Probe::new(&network.parameters);
        probe
            .run(&network, &batch, Loss::SquaredError, &interrupt)
            .unwrap();
        let z = probe.unrolled.read_outs()[0];
        let flow = bptt_scope::flow::GradientFlow::of(
            &network,
            &batch,
            &probe,
            Loss::SquaredError,
            Spectrum::of(&network.parameters.w_h),
            &interrupt,
        )
        .unwrap();
        let first = &flow.steps[0];
        let a_50 = probe.unrolled.pre_activation(50)[0];
        let product =
            first.to_end.times(first.factor).value() * sigmoid.f_prime(0.5) / sigmoid.f_prime(a_50);
        // Six published digits.
        let close = |found: f64, published: f64| (found / published - 1.0).abs() < 5e-6;
        assert!(close(Loss::SquaredError.value(z, 0.7), loss));
        assert!(close(probe.gradients.w_h[[0, 0]], dl_dw));
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
        parameters.w_h.assign(&(full.t().to_owned() * scale));
        parameters.w_o.fill(1.0);
        let network = Network::new(Activation::Identity, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(20, 2);
        let interrupt = Interrupt::default();
        let mut unrolled = Unrolled::default();
        unrolled.forward(&network, &batch, &interrupt).unwrap();
        let mut backward = Backward::default();
        let mut gradients = network.parameters.zeros_like();
        // z = 0 and y = −½: ∂L/∂z = 1, so that g_n is the batch of ones.
        batch.targets.fill(-0.5);
        backward
            .accumulate(
                &network,
                &batch,
                &unrolled,
                (Loss::SquaredError, 1.0),
                &mut gradients,
                &interrupt,
            )
            .unwrap();
        let norm = |t: usize| bptt_scope::rnn::norm(backward.state_gradient(t)) / 2.0;
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

/// For H = 1 the gain and ‖P‖₂ are one number; a network of three identical, unconnected units is three
/// networks of one.
#[test]
fn the_measures_agree_where_they_must() {
    for activation in Activation::ALL {
        let of = |hidden: usize| {
            snapshot(|e| {
                e.task.kind = TaskKind::Constant;
                e.network.activation = activation;
                e.network.recurrent = bptt_scope::rnn::RecurrentInit::Identity;
                e.network.hidden = hidden;
                e.network.w_h = 0.8;
                e.network.o_0 = 0.4;
            })
        };
        let (one, three) = (of(1), of(3));
        let ProductNormsState::Ready(norms) = &three.product_norms else {
            panic!("three units are affordable");
        };
        assert_eq!(one.product_norms, ProductNormsState::NotAsked);
        for t in 0..10 {
            let scalar = one.flow.steps[t].to_end;
            match scalar.log10() {
                Some(expected) => {
                    // A chain of ten products in another order.
                    assert!((log10(three.flow.steps[t].to_end) - expected).abs() < 1e-12);
                    assert!((log10(norms.to_end[t]) - expected).abs() < 1e-12);
                    let from_first = log10(one.flow.steps[t].from_first);
                    assert!((log10(norms.from_first[t]) - from_first).abs() < 1e-12);
                }
                None => assert_eq!(three.flow.steps[t].to_end, scalar),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// ‖g_k‖/‖g_n‖ ≤ ‖P_{n←k}‖₂ ≤ (γ σ₁)^(n−k); the product of factors is the product; the shares of a
    /// sum are 1 together.
    #[test]
    fn gain_norm_and_bound_are_in_order(
        seed in 0..1000_u64,
        hidden in 2..12_usize,
        length in 2..30_usize,
        index in 0..Activation::ALL.len(),
        w_h in 0.1..2.0_f64,
    ) {
        let snapshot = snapshot(|e| {
            e.seed = seed;
            e.task.kind = TaskKind::Adding;
            e.task.length = length;
            e.network.hidden = hidden;
            e.network.activation = Activation::ALL[index];
            e.network.recurrent = bptt_scope::rnn::RecurrentInit::Gaussian;
            e.network.w_h = w_h;
        });
        let ProductNormsState::Ready(norms) = &snapshot.product_norms else {
            panic!("affordable");
        };
        let flow = &snapshot.flow;
        let mut product = Magnitude::ONE;
        for t in (1..=length).rev() {
            let step = &flow.steps[t - 1];
            if let (Some(gain), Some(norm)) = (step.to_end.log10(), norms.to_end[t - 1].log10()) {
                // 1e-9: norms of products of up to 30 random matrices, each good to about 1e-14.
                prop_assert!(gain <= norm + 1e-9);
                prop_assert!(norm <= flow.bound_to_end_log10(t) + 1e-9);
                prop_assert!((gain - log10(product)).abs() < 1e-11);
            }
            product = product.times(step.factor);
        }
        for shares in [
            flow.steps.iter().map(|step| step.term_w_h.share).sum::<f64>(),
            flow.steps.iter().map(|step| step.term_w_i.share).sum::<f64>(),
        ] {
            prop_assert!(shares.is_nan() || (shares - 1.0).abs() < 1e-9, "{}", shares);
        }
    }
}

/// A dead ReLU is an exact zero, not a small number, and the verdict says where it is.
#[test]
fn a_dead_relu_blocks_the_gradient() {
    let snapshot = snapshot(|e| {
        e.task.kind = TaskKind::Constant;
        e.network.activation = Activation::Relu;
        e.network.w_h = -1.0;
        e.network.o_0 = 1.0;
    });
    assert_eq!(snapshot.flow.steps[0].to_end, Magnitude::Zero);
    assert_eq!(snapshot.verdict.outcome, Outcome::Blocked);
    assert!(
        snapshot
            .verdict
            .sentence
            .contains("exactly 0 from step 9 back")
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
    assert!(snapshot.states[10_000].is_infinite());
    assert!(snapshot.loss.is_infinite());
    assert_eq!(snapshot.verdict.outcome, Outcome::Exploding);
    assert!(
        (log10(snapshot.flow.steps[0].to_end) / (9_999.0 * 3.0_f64.log10()) - 1.0).abs() < 1e-12
    );
    assert!(matches!(
        snapshot.flow.steps[0].dl_do,
        Magnitude::Overflow { .. }
    ));
}

/// One-hot words and the same words as vectors are one network.
#[test]
fn tokens_are_one_hot_vectors() {
    let mut parameters = Parameters::zeros(4, 3, true);
    for (index, slice) in parameters.slices_mut().into_iter().enumerate() {
        for (i, value) in slice.iter_mut().enumerate() {
            *value = ((index + 1) as f64 * (i as f64 + 0.7)).sin();
        }
    }
    let network = Network::new(Activation::Tanh, parameters, 0.2);
    let tokens = [Some(2), None, Some(0), Some(3), Some(2), Some(1)];
    let mut sparse = Batch::tokens();
    sparse.reset(3, 2);
    sparse.inputs = Inputs::Tokens(tokens.to_vec());
    sparse.targets = vec![1.0, 0.0];
    let mut dense = Batch::dense(4);
    dense.reset(3, 2);
    dense.targets = sparse.targets.clone();
    if let Inputs::Dense { values, .. } = &mut dense.inputs {
        for (row, token) in tokens.iter().enumerate() {
            if let Some(token) = token {
                values[row * 4 + *token as usize] = 1.0;
            }
        }
    }
    let run = |batch: &Batch| {
        let mut unrolled = Unrolled::default();
        let interrupt = Interrupt::default();
        unrolled.forward(&network, batch, &interrupt).unwrap();
        let mut gradients = network.parameters.zeros_like();
        Backward::default()
            .accumulate(
                &network,
                batch,
                &unrolled,
                (Loss::BinaryCrossEntropy, 0.5),
                &mut gradients,
                &interrupt,
            )
            .unwrap();
        gradients
    };
    let (from_tokens, from_vectors) = (run(&sparse), run(&dense));
    for (a, b) in from_tokens.slices().into_iter().zip(from_vectors.slices()) {
        for (a, b) in a.iter().zip(b) {
            // The same sums in another order.
            assert!((a - b).abs() < 1e-15);
        }
    }
}

/// Linear networks: 10 steps have 9 factors, and the half-life is ln 2 / −ln w_h.
#[test]
fn sentences_say_how_much_reaches_what() {
    let cases = [
        (
            10,
            0.5,
            "Vanishing: 0.2 % of the gradient reaches step 1",
            Some("half-life 1 step"),
        ),
        (
            11,
            0.1,
            "Vanishing: 10⁻¹⁰ of the gradient reaches step 1",
            Some("half-life 0.3 steps"),
        ),
        (
            10,
            1.0,
            "Carried: 100 % of the gradient reaches step 1",
            None,
        ),
        (
            10,
            0.9,
            "Carried: 38.7 % of the gradient reaches step 1",
            Some("half-life 6.58 steps"),
        ),
        (
            11,
            10.0,
            "Exploding: 10¹⁰ times the gradient reaches step 1",
            Some("doubles every 0.3 steps"),
        ),
        (1, 0.5, "Carried: the whole gradient reaches step 1", None),
        (
            10,
            0.0,
            "Blocked: the gradient is exactly 0 from step 9 back",
            None,
        ),
    ];
    for (length, w_h, sentence, rate) in cases {
        let snapshot = snapshot(|e| {
            e.task.kind = TaskKind::Constant;
            e.task.length = length;
            e.network.activation = Activation::Identity;
            e.network.w_h = w_h;
        });
        assert_eq!(snapshot.verdict.sentence, sentence);
        assert_eq!(snapshot.verdict.rate.as_deref(), rate, "{sentence}");
    }
}

/// Padding before the first word carries nothing that could be learnt: the verdict is of the words.
#[test]
fn the_verdict_of_a_short_sentence_begins_at_its_first_word() {
    let snapshot = snapshot(|e| {
        e.network.activation = Activation::Identity;
        e.network.w_h = 0.5;
        e.task.length = 30;
        e.probe.text = "not bad at all".to_owned();
    });
    let sentence = &snapshot.verdict.sentence;
    assert_eq!(
        sentence,
        "Carried: 12.5 % of the gradient reaches “not”, step 27"
    );
}

/// ∂L/∂o_t and the terms of both sums, in the log domain, are the training arithmetic's own.
#[test]
fn what_is_drawn_is_what_training_computes() {
    use bptt_scope::flow::{GradientFlow, Probe};
    use bptt_scope::rnn::norm;
    for hidden in [1, 4] {
        for kind in TaskKind::ALL {
            let mut experiment = Experiment::default();
            experiment.task.kind = kind;
            experiment.network.hidden = hidden;
            experiment.network.o_0 = 0.3;
            let checked = experiment.check().unwrap();
            let network = Trainer::new(checked.clone()).network().clone();
            let task = kind.build(10, checked.task.padding);
            let mut batch = task.empty_batch();
            task.fixed(bptt_scope::tasks::Part::HeldOut, 3..4, &mut batch);
            let never = Interrupt::default();
            let mut probe = Probe::new(&network.parameters);
            probe.run(&network, &batch, task.loss(), &never).unwrap();
            let spectrum = Spectrum::of(&network.parameters.w_h);
            let flow =
                GradientFlow::of(&network, &batch, &probe, task.loss(), spectrum, &never).unwrap();
            // A chain of ten factors and logarithms, each to about 1e-15.
            let close = |found: Magnitude, expected: f64| {
                (found.value().abs() - expected).abs() <= 1e-12 * expected
            };
            for (index, step) in flow.steps.iter().enumerate() {
                let t = index + 1;
                let delta = norm(probe.backward.delta(t));
                assert!(close(step.dl_do, norm(probe.backward.state_gradient(t))));
                let o = norm(probe.unrolled.state(t - 1));
                assert!(close(step.term_w_h.magnitude, delta * o), "{kind:?} {t}");
                let x = batch.input_norm(t - 1, 0);
                assert!(close(step.term_w_i.magnitude, delta * x), "{kind:?} {t}");
                if hidden == 1 {
                    let gradient = probe.backward.state_gradient(t)[0];
                    assert_eq!(step.dl_do.is_negative(), gradient < 0.0);
                }
            }
        }
    }
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
        assert_eq!(snapshot.verdict.outcome, Outcome::Vanishing);
        if let ProductNormsState::Ready(norms) = &snapshot.product_norms {
            // For three equal units the norm is the gain.
            let (norm, gain) = (log10(norms.to_end[0]), log10(snapshot.flow.steps[0].to_end));
            assert!((norm / gain - 1.0).abs() < 1e-12);
        }
        let per_step = 4000.0_f64.log10() - 2000.0 / std::f64::consts::LN_10;
        let found = log10(snapshot.flow.steps[0].to_end);
        assert!((found / (9.0 * per_step) - 1.0).abs() < 1e-12, "{found}");
    }
}

/// A read-out of zero sends no gradient back; that is zero and not undefined.
#[test]
fn a_read_out_of_zero_blocks_everything() {
    let snapshot = snapshot(|e| {
        e.network.hidden = 3;
        e.network.w_o = 0.0;
    });
    assert_eq!(snapshot.verdict.outcome, Outcome::Blocked);
    assert!(
        snapshot
            .flow
            .steps
            .iter()
            .all(|step| step.dl_do == Magnitude::Zero)
    );
}

/// Shares are ratios: they do not care how large the gradient is, not even near the ends of `f64`.
#[test]
fn shares_of_tiny_and_huge_gradients_are_shares() {
    for w_o in [1e-180, 1.0, 1e150] {
        let mut parameters = Parameters::zeros(1, 1, false);
        parameters.w_h[[0, 0]] = 0.5;
        parameters.w_i[[0, 0]] = 1.0;
        parameters.w_o[0] = w_o;
        let network = Network::new(Activation::Identity, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(30, 1);
        batch.inputs = Inputs::Dense {
            width: 1,
            values: vec![1.0; 30],
        };
        batch.targets[0] = -0.5;
        let never = Interrupt::default();
        let mut probe = bptt_scope::flow::Probe::new(&network.parameters);
        let loss = Loss::BinaryCrossEntropy;
        probe.run(&network, &batch, loss, &never).unwrap();
        let spectrum = Spectrum::of(&network.parameters.w_h);
        let flow =
            bptt_scope::flow::GradientFlow::of(&network, &batch, &probe, loss, spectrum, &never)
                .unwrap();
        let shares: f64 = flow.steps.iter().map(|step| step.term_w_i.share).sum();
        assert!((shares - 1.0).abs() < 1e-12, "{shares}");
        // 1/2 + 1/4 + 1/8 + 1/16 is the first sum within a tenth of 1.
        let first = flow.steps.iter().rev().scan(0.0, |sum, step| {
            *sum += step.term_w_i.share;
            Some(*sum)
        });
        assert_eq!(first.take_while(|sum| *sum < 0.9).count() + 1, 4);
        assert!(flow.steps_that_count.is_some_and(|count| count < 7));
    }
}
