//! A training step allocates nothing once its buffers have grown and the past is as long as it gets.

use std::ops::Range;

use bptt_scope::rnn::{Activation, Batch, Interrupt, Loss, Network, Parameters};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{BatchPass, Experiment, OptimizerKind, Stepped, Trainer};

/// More steps than moments are kept, by so many that they have been thinned once.
const FULL: usize = 2_100;

#[test]
fn a_step_allocates_nothing_in_steady_state() {
    for kind in TaskKind::ALL {
        for (hidden, length, batch) in [(1, 10, 16), (16, 10, 16), (1, 300, 2), (33, 40, 5)] {
            let mut experiment = Experiment::default();
            experiment.task.kind = kind;
            experiment.task.length = length;
            experiment.network.hidden = hidden;
            experiment.network.bias = true;
            experiment.training.batch = batch;
            experiment.training.optimizer = OptimizerKind::Adam;
            experiment.training.clip_norm = Some(1.0);
            let mut trainer = Trainer::new(experiment.check().unwrap());
            let never = Interrupt::default();
            // Until all the moments are there that a run keeps to go back to.
            for _ in 0..FULL {
                assert_eq!(trainer.step(&never), Stepped::Done);
            }
            let counted = allocation_counter::measure(|| {
                for _ in 0..20 {
                    trainer.step(&never);
                }
            });
            assert_eq!(
                counted.count_total, 0,
                "{kind:?}, H = {hidden}, n = {length}"
            );
        }
    }
}

/// Of every size of network, and where the batch is divided among cores: the parts are handed over without a
/// message each. On one core everything is counted, on two what this thread does.
#[test]
fn the_passes_of_a_large_network_allocate_nothing_either() {
    for (hidden, length, size) in [(64, 20, 1), (64, 60, 32), (130, 10, 8)] {
        let parameters = Parameters::zeros(3, hidden, true);
        let network = Network::new(Activation::Tanh, parameters, 0.5);
        let mut pass = BatchPass::new(Batch::dense(3), &network.parameters);
        let never = Interrupt::default();
        for cores in [1, 2] {
            pass.use_cores(cores);
            let mut step = || {
                let draw =
                    |range: Range<usize>, batch: &mut Batch| batch.reset(length, range.len());
                let loss = Loss::BinaryCrossEntropy;
                pass.run(&network, (length, size), loss, draw, &never)
                    .unwrap();
            };
            // Twice, for buffers that a part inherits from a larger one.
            step();
            step();
            let counted = allocation_counter::measure(|| (0..20).for_each(|_| step()));
            assert_eq!(counted.count_total, 0, "H = {hidden}, {cores} cores");
        }
    }
}
