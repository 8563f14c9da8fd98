//! Three steps of each optimiser: rule by rule on drawn batches, and through the trainer.

use bptt_scope::rnn::{Activation, Gradients, Interrupt, Loss, Network, Objective, Pass};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Optimizer, OptimizerKind, Stepped, Trainer, clip};
use serde_json::Value;

use super::drawing::{Drawn, Seeds, draw};
use super::passes::assert_tensors_agree;
use super::stored::{count, file, target};

/// One run: its name, rule, learning rate and clip norm, and the parameters after each step.
struct Run<'a> {
    name: &'a str,
    kind: OptimizerKind,
    learning_rate: f64,
    clip_norm: Option<f64>,
    steps: &'a [Value],
}

fn run(value: &Value) -> Run<'_> {
    let name = value["optimizer"].as_str().unwrap();
    let steps = value["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    Run {
        name,
        kind: serde_json::from_value(name.trim_end_matches("-clipped").into()).unwrap(),
        learning_rate: value["learning_rate"].as_f64().unwrap(),
        clip_norm: value["clip_norm"].as_f64(),
        steps,
    }
}

/// The gradient of the mean loss over a batch.
fn mean_gradients(network: &Network, drawn: &Drawn) -> Gradients {
    let interrupt = Interrupt::default();
    let mut pass = Pass::default();
    let mut gradients = network.parameters.zeros_like();
    pass.forward(network, &drawn.batch, &interrupt).unwrap();
    let loss = Objective::mean_of(Loss::BinaryCrossEntropy, drawn.batch.size);
    pass.backward(network, &drawn.batch, loss, &mut gradients, &interrupt)
        .unwrap();
    gradients
}

#[test]
fn every_optimiser_agrees_over_three_steps_on_a_batch() {
    let file = file("optimisers");
    let runs = file["drawn"].as_array().unwrap();
    assert_eq!(runs.len(), 5 * 4);
    for value in runs {
        let (run, hidden) = (run(value), count(&value["hidden"]));
        let seeds = Seeds {
            activation: Activation::Tanh,
            hidden,
            length: 5,
            bias: true,
            attempt: 0,
        };
        let mut drawn = draw(seeds, 4);
        for y in &mut drawn.batch.targets {
            *y = target(Loss::BinaryCrossEntropy, *y);
        }
        let mut network = drawn.network.clone();
        let mut optimizer = Optimizer::new(run.kind, &network.parameters);
        for (index, expected) in run.steps.iter().enumerate() {
            let mut gradients = mean_gradients(&network, &drawn);
            clip(&mut gradients, run.clip_norm);
            optimizer.update(&mut network.parameters, &gradients, run.learning_rate);
            let name = format!("{}, H = {hidden}, step {}", run.name, index + 1);
            let compressed = hidden == 32 && index < 2;
            let compressed_by = compressed.then_some(&drawn);
            assert_tensors_agree(&name, &network.parameters, expected, (compressed_by, 0.0));
        }
    }
}

/// One unit without input needs nothing drawn, so that the trainer itself can be told its weights.
#[test]
fn the_trainer_agrees_over_three_steps_of_every_optimiser() {
    let file = file("optimisers");
    let runs = file["without_input"].as_array().unwrap();
    assert_eq!(runs.len(), 5);
    for value in runs {
        let run = run(value);
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Constant;
        experiment.network.bias = true;
        experiment.network.w_i = 0.5;
        experiment.network.w_h = 1.3;
        experiment.network.b = 0.1;
        experiment.network.w_o = -0.8;
        experiment.network.o_0 = 0.4;
        experiment.training.batch = 4;
        experiment.training.optimizer = run.kind;
        experiment.training.learning_rate = run.learning_rate;
        experiment.training.clip_norm = run.clip_norm;
        let mut trainer = Trainer::new(experiment.check().unwrap());
        for (index, expected) in run.steps.iter().enumerate() {
            assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
            let name = format!("{}, trainer, step {}", run.name, index + 1);
            let found = &trainer.network().parameters;
            // The first step of RMSProp takes b from 0.1 to 8e-9.
            assert_tensors_agree(&name, found, expected, (None, 0.1));
        }
    }
}
