//! What a training step does.

use std::time::Instant;

use bptt_scope::rnn::{Activation, Interrupt, Objective, Pass};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{OptimizerKind, Stepped, Trainer, Weight};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::support::{NORMS, experiment, look, train};

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    for kind in TaskKind::BUILT_IN {
        for hidden in [1, 7] {
            let of = |seed| {
                let mut trainer = Trainer::new(experiment(|e| {
                    e.seed = seed;
                    e.task.kind = kind;
                    e.network.hidden = hidden;
                    e.training.optimizer = OptimizerKind::Adam;
                }));
                train(&mut trainer, 50);
                trainer.network().parameters.clone()
            };
            assert_eq!(of(1), of(1), "{kind:?}, H = {hidden}");
            // Nothing is drawn for one weight without input.
            if !(kind == TaskKind::Constant && hidden == 1) {
                assert_ne!(of(1), of(2), "{kind:?}, H = {hidden}");
            }
        }
    }
}

#[test]
fn a_reset_repeats_the_run_to_the_last_bit() {
    let mut trainer = Trainer::new(experiment(|e| e.network.hidden = 4));
    train(&mut trainer, 30);
    let first = trainer.network().parameters.clone();
    trainer.reset();
    assert_eq!(trainer.steps_done(), 0);
    train(&mut trainer, 30);
    assert_eq!(trainer.network().parameters, first);
}

#[test]
fn looking_evaluating_and_being_interrupted_leave_no_trace() {
    let new = || Trainer::new(experiment(|e| e.network.hidden = 3));
    let mut undisturbed = new();
    train(&mut undisturbed, 20);
    let mut disturbed = new();
    let raised = Interrupt::default();
    raised.raise();
    for _ in 0..20 {
        assert_eq!(disturbed.step(&raised), Stepped::Interrupted);
        assert!(disturbed.snapshot(NORMS, &raised).is_err());
        disturbed.evaluate(&Interrupt::default()).unwrap();
        assert!(disturbed.evaluate(&raised).is_err());
        look(&mut disturbed);
        train(&mut disturbed, 1);
    }
    assert_eq!(
        disturbed.network().parameters,
        undisturbed.network().parameters
    );
}

/// Accuracy is measured some sequences at a time, and what was cut short goes on where it was; of a network that was changed
/// in between it begins anew.
#[test]
fn an_evaluation_goes_on_where_it_was_cut_short() {
    let new = || {
        let mut trainer = Trainer::new(experiment(|e| {
            e.task.kind = TaskKind::Latch;
            e.network.hidden = 3;
        }));
        train(&mut trainer, 20);
        trainer
    };
    let never = Interrupt::default();
    let raised = Interrupt::default();
    raised.raise();
    let pieces = |trainer: &mut Trainer| {
        let mut pieces = 1;
        while !trainer.evaluate_some(&never).unwrap() {
            assert!(trainer.evaluate_some(&raised).is_err());
            assert!(trainer.is_evaluation_old());
            pieces += 1;
        }
        assert!(!trainer.is_evaluation_old());
        pieces
    };
    let (mut whole, mut cut) = (new(), new());
    whole.evaluate(&never).unwrap();
    let all = pieces(&mut cut);
    assert!(all > 2, "{all}");
    assert_eq!(cut.last_evaluation(), whole.last_evaluation());
    assert!(!whole.is_evaluation_old());

    // Half of the sequences by one network, and then the weights are another's.
    for trainer in [&mut whole, &mut cut] {
        trainer.set_weight(Weight::Recurrent, -0.3);
    }
    assert!(!cut.evaluate_some(&never).unwrap());
    for trainer in [&mut whole, &mut cut] {
        trainer.set_weight(Weight::Recurrent, 0.8);
    }
    whole.evaluate(&never).unwrap();
    assert_eq!(pieces(&mut cut), all);
    assert_eq!(cut.last_evaluation(), whole.last_evaluation());
}

/// A batch too large for the buffers is run in parts; the same sequences at once give the same loss and
/// gradient, but for the order of the sums.
#[test]
fn a_batch_in_parts_is_the_batch() {
    // 10,000 · 50 numbers per sequence: eight at a time, so 8 + 2.
    let checked = experiment(|e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 10_000;
        e.network.hidden = 50;
        e.network.w_h = 0.5;
        e.training.batch = 10;
    });
    let mut trainer = Trainer::new(checked.clone());
    let network = trainer.network().clone();
    train(&mut trainer, 1);
    let record = trainer.last_record().unwrap();

    let task = checked
        .task
        .kind
        .build(10_000, checked.task.padding)
        .unwrap();
    // The stream that batches are drawn from.
    let mut rng = ChaCha8Rng::seed_from_u64(checked.seed);
    rng.set_stream(1);
    let mut batch = task.empty_batch();
    task.draw(10, &mut rng, &mut batch);
    let never = Interrupt::default();
    let mut pass = Pass::default();
    pass.forward(&network, &batch, &never).unwrap();
    let mut gradients = network.parameters.zeros_like();
    pass.backward(
        &network,
        &batch,
        Objective::mean_of(task.loss(), 10),
        &mut gradients,
        &never,
    )
    .unwrap();
    let ends = pass.read_outs().iter().zip(&batch.targets);
    let loss: f64 = ends.map(|(&z, &y)| 0.1 * task.loss().value(z, y)).sum();
    assert!((record.loss / loss - 1.0).abs() < 1e-12);
    assert!((record.gradient_norm / gradients.norm() - 1.0).abs() < 1e-12);
}

#[test]
fn sixteen_units_learn_the_training_part_of_sentiment() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.network.hidden = 16;
        e.task.length = 14;
        e.training.optimizer = OptimizerKind::Adam;
        e.training.learning_rate = 0.005;
    }));
    let start = Instant::now();
    train(&mut trainer, 3000);
    trainer.evaluate(&Interrupt::default()).unwrap();
    let evaluation = trainer.last_evaluation().unwrap();
    let training = evaluation.training.unwrap();
    println!(
        "training {:.1} %, held out {:.1} % after 3,000 steps in {:.1} s",
        100.0 * training.accuracy,
        100.0 * evaluation.accuracy(),
        start.elapsed().as_secs_f64()
    );
    assert!(training.accuracy >= 0.95, "{}", training.accuracy);
    assert!(evaluation.accuracy() > 0.5);
}

#[test]
fn every_task_can_be_learnt_in_part() {
    for kind in TaskKind::BUILT_IN {
        let mut trainer = Trainer::new(experiment(|e| {
            e.task.kind = kind;
            // Parity of more bits is as hard as its source says.
            e.task.length = if kind == TaskKind::Parity { 2 } else { 4 };
            e.network.hidden = 8;
            e.network.bias = true;
            e.training.optimizer = OptimizerKind::Adam;
            e.training.learning_rate = 0.01;
        }));
        train(&mut trainer, 1500);
        trainer.evaluate(&Interrupt::default()).unwrap();
        let accuracy = trainer.last_evaluation().unwrap().accuracy();
        // Chance is ½, for adding about 0.1.
        assert!(accuracy > 0.6, "{kind:?}: {accuracy}");
    }
}

#[test]
fn divergence_names_the_step_and_the_parameter_and_keeps_the_last_finite_state() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 1000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
    }));
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Diverged);
    let snapshot = look(&mut trainer);
    let divergence = snapshot.run.divergence.unwrap();
    assert_eq!(
        (divergence.step, divergence.what.as_str()),
        (1, "w_i[1, 1]")
    );
    assert!(!divergence.value.is_finite());
    let parameters = &trainer.network().parameters;
    assert_eq!(parameters.first_non_finite(), None);
    assert_eq!(snapshot.moment.weights.w_h, 3.0);
    // It stays stopped, and a reset begins anew.
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Diverged);
    trainer.reset();
    assert_eq!(trainer.divergence(), None);
}

/// What the README suggests to try: without clipping it diverges, with it it does not.
#[test]
fn clipping_keeps_an_exploding_network_together() {
    let of = |clip_norm| {
        let mut trainer = Trainer::new(experiment(|e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 50;
            e.network.activation = Activation::Identity;
            e.network.w_h = 1.3;
            e.training.clip_norm = clip_norm;
        }));
        let done = (0..300)
            .take_while(|_| trainer.step(&Interrupt::default()) == Stepped::Done)
            .count();
        (done, trainer.last_record().unwrap().loss)
    };
    let (steps, _) = of(None);
    assert!(steps < 10, "{steps}");
    let (steps, loss) = of(Some(1.0));
    assert_eq!(steps, 300);
    assert!(loss < 1.0, "{loss}");
}
