//! Where a run that diverges says that the first number was not finite, beside a recomputation in plain loops.

use bptt_scope::rnn::{Activation, Batch, Interrupt, Network, RecurrentInit};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    CheckedExperiment, Divergence, Experiment, OptimizerKind, Stage, Stepped, Trainer, Weight,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::support::{experiment, look};

/// Trains until it diverges and gives the divergence.
fn diverged(trainer: &mut Trainer) -> Divergence {
    for _ in 0..10_000 {
        if trainer.step(&Interrupt::default()) == Stepped::Diverged {
            return trainer.divergence().unwrap().clone();
        }
    }
    panic!("it did not diverge");
}

/// The batch that training step `step` (from 1) of `experiment` draws.
fn batch_of(experiment: &CheckedExperiment, step: u64) -> Batch {
    let task = experiment.task;
    let task = task.kind.build(task.length, task.padding).unwrap();
    let mut batch = task.empty_batch();
    let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
    // The stream that batches are drawn from.
    rng.set_stream(1);
    for _ in 0..step {
        task.draw(experiment.training.batch, &mut rng, &mut batch);
    }
    batch
}

/// The first timestep at which a pre-activation that f passes on is not finite, and the sequence, both from 1.
fn first_forward(network: &Network, batch: &Batch) -> Option<(usize, usize)> {
    let parameters = &network.parameters;
    let hidden = parameters.hidden();
    let mut states = vec![network.s_0.clone(); batch.size];
    for t in 1..=batch.length {
        for (s, state) in states.iter_mut().enumerate() {
            let x = batch.vector(t - 1, s).unwrap();
            let before = state.clone();
            for (i, o) in state.iter_mut().enumerate() {
                let mut a = parameters.b().get(i).copied().unwrap_or(0.0);
                a += (0..x.len())
                    .map(|d| parameters.w_i()[[i, d]] * x[d])
                    .sum::<f64>();
                a += (0..hidden)
                    .map(|j| parameters.w_h()[[i, j]] * before[j])
                    .sum::<f64>();
                *o = network.activation.f(a);
            }
        }
        let broken = states.iter().position(|o| o.iter().any(|o| !o.is_finite()));
        if let Some(sequence) = broken {
            return Some((t, sequence + 1));
        }
    }
    None
}

fn exploding(change: impl FnOnce(&mut Experiment)) -> CheckedExperiment {
    experiment(|e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 1_000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
        change(e);
    })
}

/// Of one unit and of several, linear and ReLU, in the first step: the network as it was given.
#[test]
fn an_overflow_on_the_way_forward_is_named_with_its_timestep() {
    let cases: [fn(&mut Experiment); 5] = [
        |_| {},
        |e| e.training.batch = 1,
        |e| e.network.activation = Activation::Relu,
        |e| {
            e.network.activation = Activation::Relu;
            e.network.hidden = 3;
            e.network.recurrent = RecurrentInit::Identity;
            e.network.bias = true;
            e.network.b = 0.5;
        },
        // So large a batch that it is divided.
        |e| {
            e.network.hidden = 8;
            e.training.batch = 64;
        },
    ];
    for (case, change) in cases.into_iter().enumerate() {
        let experiment = exploding(change);
        let mut trainer = Trainer::new(experiment.clone());
        let divergence = diverged(&mut trainer);
        let expected = first_forward(trainer.network(), &batch_of(&experiment, 1));
        let origin = &divergence.origin;
        let (t, sequence) = expected.unwrap();
        assert_eq!(origin.stage, Stage::Forward, "case {case}");
        assert_eq!(
            (origin.t, origin.what.as_str()),
            (Some(t), "a"),
            "case {case}"
        );
        let is_one = experiment.training.batch == 1;
        assert_eq!(
            origin.sequence,
            (!is_one).then_some(sequence),
            "case {case}"
        );
        assert_eq!(origin.unit.is_some(), experiment.network.hidden > 1);
        assert!(!origin.value.is_finite());
        assert_eq!(divergence.step, 1);
        assert!(divergence.remedy().contains("lower wₕ or n"));
        let words = format!("Going forward, a at t = {t}");
        assert!(
            divergence.cause().starts_with(&words),
            "{}",
            divergence.cause()
        );
    }
}

/// Without input every state is 0, and only the gradient grows: ∂L/∂o_t = 2 (0 − y)/B · w_o · 3^(n−t).
#[test]
fn an_overflow_on_the_way_back_is_named_with_its_timestep() {
    for clip_norm in [None, Some(1.0)] {
        let experiment = exploding(|e| {
            e.network.w_i = 0.0;
            e.training.clip_norm = clip_norm;
        });
        let mut trainer = Trainer::new(experiment.clone());
        let divergence = diverged(&mut trainer);
        let batch = batch_of(&experiment, 1);
        let w_o = trainer.network().parameters.w_o()[0];
        let mut g: Vec<f64> = (batch.targets.iter())
            .map(|y| 2.0 * (0.0 - y) / batch.size as f64 * w_o)
            .collect();
        let mut t = batch.length;
        while g.iter().all(|g| g.is_finite()) {
            g.iter_mut().for_each(|g| *g *= 3.0);
            t -= 1;
        }
        let sequence = g.iter().position(|g| !g.is_finite()).unwrap();
        let origin = &divergence.origin;
        assert_eq!((origin.stage, origin.t), (Stage::Backward, Some(t)));
        assert_eq!(origin.what, "dl_do");
        assert_eq!(origin.sequence, Some(sequence + 1));
        assert_eq!(origin.value, g[sequence]);
        assert_eq!(divergence.clip_norm, clip_norm);
        // ∞ times the input 0 of a step without a mark is NaN already.
        assert!(divergence.gradient_norm.is_nan());
        let says_so = divergence
            .cause()
            .contains("‖∂L/∂w‖ was NaN before clipping to 1");
        assert_eq!(says_so, clip_norm.is_some());
    }
}

/// Of the constant task, through a linear unit: o_t = 3^t, L = (w_o 3ⁿ − 0.7)², and every term of ∂L/∂w_h is
/// 2 z w_o 3^(n−1).
fn powers_of_three(length: usize, change: impl FnOnce(&mut Experiment)) -> CheckedExperiment {
    exploding(|e| {
        e.task.kind = TaskKind::Constant;
        e.task.length = length;
        e.network.o_0 = 1.0;
        e.network.w_o = 1.0;
        e.training.batch = 1;
        change(e);
    })
}

/// 2 · 3^641 is 1.3·10³⁰⁶, and 321 of them do not fit; the norm of the gradient is ∞, and 1/∞ · ∞ is NaN.
#[test]
fn a_sum_of_finite_terms_that_overflows_is_called_one_and_clipping_makes_it_nan() {
    let three = |k: i32| 3.0_f64.powi(k);
    assert!((2.0 * three(641)).is_finite() && (321.0 * (2.0 * three(641))).is_infinite());
    for (clip_norm, becomes) in [(None, f64::NEG_INFINITY), (Some(1.0), f64::NAN)] {
        let experiment = powers_of_three(321, |e| e.training.clip_norm = clip_norm);
        let divergence = diverged(&mut Trainer::new(experiment));
        assert_eq!(divergence.what, "w_h");
        assert_eq!(
            divergence.value.total_cmp(&becomes).is_eq(),
            clip_norm.is_none()
        );
        assert_eq!(divergence.value.is_nan(), becomes.is_nan());
        assert_eq!(divergence.gradient_norm, f64::INFINITY);
        let origin = &divergence.origin;
        assert_eq!((origin.stage, origin.what.as_str()), (Stage::Sum, "w_h"));
        assert_eq!((origin.t, origin.value), (None, f64::INFINITY));
        let cause = divergence.cause();
        assert!(cause.starts_with("Every term was finite; their sum ∂L/∂wₕ was ∞"));
        let clipping = "‖∂L/∂w‖ was ∞ before clipping to 1, and 1/∞ · ∞ = 0 · ∞ is NaN";
        assert_eq!(cause.ends_with(clipping), clip_norm.is_some(), "{cause}");
    }
}

/// With w_o = 10⁻³ the only number that does not fit is ∂L/∂w_o = 2 · 10⁻³ · 3^652, at the last timestep.
#[test]
fn a_term_that_overflows_is_named_with_its_timestep() {
    let experiment = powers_of_three(326, |e| e.network.w_o = 1e-3);
    let divergence = diverged(&mut Trainer::new(experiment));
    let origin = &divergence.origin;
    assert_eq!((origin.stage, origin.what.as_str()), (Stage::Term, "w_o"));
    assert_eq!((origin.t, origin.value), (Some(326), f64::INFINITY));
}

/// The gradient of 319 steps is 5·10³⁰⁶; a thousand times that is no number.
#[test]
fn an_update_that_overflows_is_named() {
    let experiment = powers_of_three(319, |e| e.training.learning_rate = 1_000.0);
    let divergence = diverged(&mut Trainer::new(experiment));
    assert_eq!(divergence.what, "w_h");
    assert!(divergence.gradient_norm.is_finite());
    let origin = &divergence.origin;
    assert_eq!((origin.stage, origin.what.as_str()), (Stage::Update, "w_h"));
    assert_eq!(origin.t, None);
    assert!(divergence.remedy().starts_with("Lower η"));
}

/// The square of a gradient of 10²⁰⁰ is infinite, and a parameter divided by its root would stay where it is for
/// good without a word.
#[test]
fn an_average_of_squares_that_overflows_is_named() {
    for optimizer in [OptimizerKind::Rmsprop, OptimizerKind::Adam] {
        let of = |clip_norm| {
            powers_of_three(208, |e| {
                e.training.optimizer = optimizer;
                e.training.clip_norm = clip_norm;
            })
        };
        let divergence = diverged(&mut Trainer::new(of(None)));
        assert_eq!(divergence.what, "mean square of w_h");
        assert_eq!(divergence.origin.stage, Stage::Memory);
        assert_eq!(divergence.value, f64::INFINITY);
        // Clipped, it fits.
        let mut trainer = Trainer::new(of(Some(1.0)));
        assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    }
}

/// A rate that is too large moves the weights further with every step, until the forward pass overflows. The step
/// in which it does is undone: everything is as in a run that stopped before it.
#[test]
fn the_step_that_diverged_is_undone() {
    for optimizer in OptimizerKind::ALL {
        let experiment = exploding(|e| {
            e.task.length = 200;
            e.network.w_h = 1.3;
            e.training.learning_rate = 100.0;
            e.training.optimizer = optimizer;
        });
        let mut trainer = Trainer::new(experiment.clone());
        let divergence = diverged(&mut trainer);
        let made = divergence.step - 1;
        assert_eq!(trainer.steps_done(), made);
        let mut twin = Trainer::new(experiment.clone());
        for _ in 0..made {
            assert_eq!(twin.step(&Interrupt::default()), Stepped::Done);
        }
        assert_eq!(trainer.network(), twin.network(), "{optimizer:?}");
        if let Some((t, sequence)) =
            first_forward(twin.network(), &batch_of(&experiment, divergence.step))
        {
            let origin = &divergence.origin;
            assert_eq!(
                (origin.stage, origin.t),
                (Stage::Forward, Some(t)),
                "{optimizer:?}"
            );
            assert_eq!(origin.sequence, Some(sequence));
        }
        let snapshot = look(&mut trainer);
        assert_eq!(snapshot.moment.step, made);
        // What was measured in it says why.
        assert_eq!(snapshot.run.history.last().unwrap().step, divergence.step);
        // Whoever changes something goes on with the same bits as if nothing had happened.
        let outcomes = [&mut trainer, &mut twin].map(|trainer| {
            trainer.set_weight(Weight::Recurrent, 0.5);
            trainer.set_weight(Weight::Output, 0.1);
            trainer.set_weight(Weight::Input, 0.1);
            let mut gentle = Experiment::clone(trainer.experiment());
            gentle.training.learning_rate = 1e-3;
            trainer.change(gentle.check().unwrap());
            // What momentum gathered is finite, and may be far too much all the same.
            [(); 5].map(|()| trainer.step(&Interrupt::default()))
        });
        assert_eq!(outcomes[0], outcomes[1], "{optimizer:?}");
        assert_eq!(trainer.network(), twin.network(), "{optimizer:?}");
        let records = [&trainer, &twin].map(|it| format!("{:?}", it.last_record()));
        assert_eq!(records[0], records[1]);
        let steps = |trainer: &mut Trainer| -> Vec<u64> {
            let history = look(trainer).run.history;
            history.iter().map(|record| record.step).collect()
        };
        assert_eq!(steps(&mut trainer), steps(&mut twin));
    }
}
