//! What the gradient flow must agree with: the training arithmetic, other ways to the same number, and its
//! own words.

mod support;

use bptt_scope::flow::{GradientFlow, Magnitude, Outcome, Probe};
use bptt_scope::rnn::{
    Activation, Batch, Inputs, Interrupt, Loss, Network, Objective, Parameter, Parameters, Pass,
    Spectrum, norm,
};
use bptt_scope::tasks::{Part, TaskKind};
use bptt_scope::training::{Experiment, ProductNormsState, Trainer};
use proptest::prelude::*;
use support::{log10, snapshot};

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
        let ProductNormsState::Ready(norms) = &three.probe.product_norms else {
            panic!("three units are affordable");
        };
        assert_eq!(one.probe.product_norms, ProductNormsState::NotAsked);
        for t in 0..10 {
            let scalar = one.probe.flow.steps[t].to_end;
            match scalar.log10() {
                Some(expected) => {
                    // A chain of ten products in another order.
                    assert!((log10(three.probe.flow.steps[t].to_end) - expected).abs() < 1e-12);
                    assert!((log10(norms.to_end[t]) - expected).abs() < 1e-12);
                    let from_first = log10(one.probe.flow.steps[t].from_first);
                    assert!((log10(norms.from_first[t]) - from_first).abs() < 1e-12);
                }
                None => assert_eq!(three.probe.flow.steps[t].to_end, scalar),
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
        let ProductNormsState::Ready(norms) = &snapshot.probe.product_norms else {
            panic!("affordable");
        };
        let flow = &snapshot.probe.flow;
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

/// One-hot words and the same words as vectors are one network.
#[test]
fn tokens_are_one_hot_vectors() {
    let mut parameters = Parameters::zeros(4, 3, true);
    for (index, parameter) in Parameter::OF_THE_LECTURE.into_iter().enumerate() {
        for (i, value) in parameters.of_mut(parameter).iter_mut().enumerate() {
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
        let mut pass = Pass::default();
        let interrupt = Interrupt::default();
        pass.forward(&network, batch, &interrupt).unwrap();
        let mut gradients = network.parameters.zeros_like();
        pass.backward(
            &network,
            batch,
            Objective::mean_of(Loss::BinaryCrossEntropy, 2),
            &mut gradients,
            &interrupt,
        )
        .unwrap();
        gradients
    };
    let (from_tokens, from_vectors) = (run(&sparse), run(&dense));
    for (a, b) in from_tokens.values().iter().zip(from_vectors.values()) {
        // The same sums in another order.
        assert!((a - b).abs() < 1e-15);
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
            "Vanishing: 1.0·10⁻¹⁰ of the gradient reaches step 1",
            Some("half-life 0.301 steps"),
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
            "Exploding: 1.0·10¹⁰ times the gradient reaches step 1",
            Some("doubles every 0.301 steps"),
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
        assert_eq!(snapshot.probe.verdict.sentence, sentence);
        assert_eq!(snapshot.probe.verdict.rate.as_deref(), rate, "{sentence}");
    }
}

/// More than all of it is no percentage.
#[test]
fn what_grows_a_little_is_a_multiple() {
    let snapshot = snapshot(|e| {
        e.task.kind = TaskKind::Constant;
        e.task.length = 2;
        e.network.activation = Activation::Identity;
        e.network.w_h = 1.32;
    });
    assert_eq!(
        snapshot.probe.verdict.sentence,
        "Carried: 1.32 times the gradient reaches step 1"
    );
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
    let sentence = &snapshot.probe.verdict.sentence;
    assert_eq!(
        sentence,
        "Carried: 12.5 % of the gradient reaches “not”, step 27"
    );
}

/// ∂L/∂o_t and the terms of both sums, in the log domain, are the training arithmetic's own.
#[test]
fn what_is_drawn_is_what_training_computes() {
    for hidden in [1, 4] {
        for kind in TaskKind::BUILT_IN {
            let mut experiment = Experiment::default();
            experiment.task.kind = kind;
            experiment.network.hidden = hidden;
            experiment.network.o_0 = 0.3;
            let checked = experiment.check().unwrap();
            let network = Trainer::new(checked.clone()).network().clone();
            let task = kind.build(10, checked.task.padding).unwrap();
            let mut batch = task.empty_batch();
            task.fixed(Part::HeldOut, 3..4, &mut batch);
            let never = Interrupt::default();
            let mut probe = Probe::new(&network.parameters);
            probe.run(&network, &batch, task.loss(), &never).unwrap();
            let spectrum = Spectrum::of(&network.parameters.w_h());
            let flow =
                GradientFlow::of(&network, &batch, &probe, task.loss(), spectrum, &never).unwrap();
            // A chain of ten factors and logarithms, each to about 1e-15.
            let close = |found: Magnitude, expected: f64| {
                (found.value().abs() - expected).abs() <= 1e-12 * expected
            };
            for (index, step) in flow.steps.iter().enumerate() {
                let t = index + 1;
                let delta = norm(probe.pass.delta(t));
                assert!(close(step.dl_do, norm(probe.pass.state_gradient(t))));
                let o = norm(probe.pass.state(t - 1));
                assert!(close(step.term_w_h.magnitude, delta * o), "{kind:?} {t}");
                let x = batch.input_norm(t - 1, 0);
                assert!(close(step.term_w_i.magnitude, delta * x), "{kind:?} {t}");
                if hidden == 1 {
                    let gradient = probe.pass.state_gradient(t)[0];
                    assert_eq!(step.dl_do.is_negative(), gradient < 0.0);
                }
            }
        }
    }
}

/// A read-out of zero sends no gradient back; that is zero and not undefined.
#[test]
fn a_read_out_of_zero_blocks_everything() {
    let snapshot = snapshot(|e| {
        e.network.hidden = 3;
        e.network.w_o = 0.0;
    });
    assert_eq!(snapshot.probe.verdict.outcome, Outcome::Blocked);
    assert!(
        snapshot
            .probe
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
        parameters.w_h_mut()[[0, 0]] = 0.5;
        parameters.w_i_mut()[[0, 0]] = 1.0;
        parameters.w_o_mut()[0] = w_o;
        let network = Network::new(Activation::Identity, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(30, 1);
        batch.inputs = Inputs::Dense {
            width: 1,
            values: vec![1.0; 30],
        };
        batch.targets[0] = -0.5;
        let never = Interrupt::default();
        let mut probe = Probe::new(&network.parameters);
        let loss = Loss::BinaryCrossEntropy;
        probe.run(&network, &batch, loss, &never).unwrap();
        let spectrum = Spectrum::of(&network.parameters.w_h());
        let flow = GradientFlow::of(&network, &batch, &probe, loss, spectrum, &never).unwrap();
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
