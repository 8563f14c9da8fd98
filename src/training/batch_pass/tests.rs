use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::rnn::{
    Activation, Inputs, RecurrentInit, draw_input_weights, draw_output_weights, draw_recurrent,
};

const LOSS: Loss = Loss::BinaryCrossEntropy;

fn network(hidden: usize) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut parameters = Parameters::zeros(2, hidden, true);
    parameters.w_h = draw_recurrent(RecurrentInit::Orthogonal, hidden, 1.0, &mut rng);
    parameters.w_i = draw_input_weights(2, hidden, 0.5, &mut rng);
    parameters.w_o = draw_output_weights(hidden, 1.0, &mut rng);
    Network::new(Activation::Tanh, parameters, 0.1)
}

/// Fills `batch` with the sequences `range` of an endless collection.
fn fill(length: usize, range: Range<usize>, batch: &mut Batch) {
    batch.reset(length, range.len());
    let size = batch.size;
    for (target, sequence) in batch.targets.iter_mut().zip(range.clone()) {
        *target = (sequence % 2) as f64;
    }
    if let Inputs::Dense { width, values } = &mut batch.inputs {
        for (place, value) in values.iter_mut().enumerate() {
            let (row, column) = (place / *width, place % *width);
            let (t, sequence) = (row / size, range.start + row % size);
            *value = ((t * 31 + sequence * 7 + column) as f64).sin();
        }
    }
}

fn run(pass: &mut BatchPass, network: &Network, length: usize, size: usize) {
    let never = Interrupt::default();
    let draw = |range: Range<usize>, batch: &mut Batch| fill(length, range, batch);
    pass.run(network, (length, size), LOSS, draw, &never)
        .unwrap();
}

/// The results of a whole batch in one part.
fn in_one_part(network: &Network, length: usize, size: usize) -> (Gradients, Vec<f64>, Vec<f64>) {
    let mut batch = Batch::dense(2);
    fill(length, 0..size, &mut batch);
    let (mut unrolled, mut backward) = (Unrolled::default(), Backward::default());
    let never = Interrupt::default();
    unrolled.forward(network, &batch, &never).unwrap();
    let mut gradients = network.parameters.zeros_like();
    let seed = (LOSS, 1.0 / size as f64);
    backward
        .accumulate(network, &batch, &unrolled, seed, &mut gradients, &never)
        .unwrap();
    let read_outs = unrolled.read_outs().to_vec();
    (gradients, read_outs, backward.norms()[1..].to_vec())
}

/// Three parts on one core and on several: the same bits. Beside the batch in one part only the order of
/// additions differs, by some 1e-15 per addition; a sequence's own numbers are the same bits.
#[test]
fn parts_and_cores_change_nothing() {
    let (length, size) = (50, 90);
    for hidden in [1, 40] {
        let network = network(hidden);
        let mut alone = BatchPass::new(Batch::dense(2), &network.parameters);
        alone.use_cores(1);
        run(&mut alone, &network, length, size);
        let parts = size.div_ceil(sequences_per_part(length, size, hidden));
        assert_eq!(parts, if hidden == 1 { 1 } else { 3 });
        for cores in [2, 5] {
            let mut several = BatchPass::new(Batch::dense(2), &network.parameters);
            several.use_cores(cores);
            run(&mut several, &network, length, size);
            assert!(several.gradients() == alone.gradients(), "{cores} cores");
            assert!(several.ends().eq(alone.ends()));
            assert!(several.flow().steps().eq(alone.flow().steps()));
        }
        let (gradients, read_outs, norms) = in_one_part(&network, length, size);
        assert!(alone.ends().map(|(z, _)| z).eq(read_outs));
        for (found, expected) in alone.gradients().slices().iter().zip(gradients.slices()) {
            let largest = expected.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() <= 1e-12 * largest);
            }
        }
        for (step, norm) in alone.flow().steps().zip(norms) {
            assert!((step.norm / norm - 1.0).abs() < 1e-14);
        }
    }
}

/// A pass that was interrupted leaves no trace in the next one.
#[test]
fn an_interruption_leaves_no_trace() {
    let network = network(40);
    let mut pass = BatchPass::new(Batch::dense(2), &network.parameters);
    let interrupt = Interrupt::default();
    interrupt.raise();
    let draw = |range: Range<usize>, batch: &mut Batch| fill(50, range, batch);
    assert_eq!(
        pass.run(&network, (50, 90), LOSS, draw, &interrupt),
        Err(Interrupted)
    );
    run(&mut pass, &network, 50, 90);
    let mut fresh = BatchPass::new(Batch::dense(2), &network.parameters);
    run(&mut fresh, &network, 50, 90);
    assert!(pass.gradients() == fresh.gradients());
}

/// Fewer sequences after more: what was of the larger batch is gone.
#[test]
fn a_smaller_batch_is_not_mixed_with_the_larger_one_before() {
    let network = network(40);
    let mut pass = BatchPass::new(Batch::dense(2), &network.parameters);
    run(&mut pass, &network, 50, 90);
    run(&mut pass, &network, 20, 3);
    let (gradients, read_outs, norms) = in_one_part(&network, 20, 3);
    assert!(*pass.gradients() == gradients);
    assert!(pass.ends().map(|(z, _)| z).eq(read_outs));
    assert!(pass.flow().steps().map(|step| step.norm).eq(norms));
}

#[test]
fn a_part_is_worth_a_core_and_fits_the_memory() {
    // The usual experiment: 16 sequences of 10 timesteps are not worth dividing.
    assert_eq!(sequences_per_part(10, 16, 1), 16);
    assert_eq!(sequences_per_part(100, 32, 64), 8);
    assert_eq!(sequences_per_part(100, 32, 256), 8);
    assert_eq!(sequences_per_part(10_000, 64, 512), 1);
    assert_eq!(sequences_per_part(1, 1, 1), 1);
}
