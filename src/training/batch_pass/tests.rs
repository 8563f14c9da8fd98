use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::rnn::Loss;
use crate::rnn::{
    Activation, Inputs, RecurrentInit, draw_input_weights, draw_output_weights, draw_recurrent,
};

const LOSS: Loss = Loss::BinaryCrossEntropy;

fn network(hidden: usize) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut parameters = Parameters::zeros(2, hidden, true);
    parameters.w_h_mut().assign(&draw_recurrent(
        RecurrentInit::Orthogonal,
        hidden,
        1.0,
        &mut rng,
    ));
    parameters
        .w_i_mut()
        .assign(&draw_input_weights(2, hidden, 0.5, &mut rng));
    parameters
        .w_o_mut()
        .copy_from_slice(&draw_output_weights(hidden, 1.0, &mut rng));
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
    pass.run(
        network,
        (length, size),
        Objective::sum_of(LOSS),
        draw,
        &never,
    )
    .unwrap();
}

/// ∂L/∂o_t of all sequences.
fn state_gradient(pass: &BatchPass, t: usize) -> Vec<f64> {
    pass.state_gradient(t).unwrap().flatten().copied().collect()
}

/// Numbers that differ by at most `tolerance` times the largest of them.
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * largest);
    }
}

struct Whole {
    gradients: Gradients,
    read_outs: Vec<f64>,
    /// ‖g_1‖ to ‖g_n‖.
    norms: Vec<f64>,
    /// g_0 to g_n.
    state_gradients: Vec<Vec<f64>>,
}

/// The results of a whole batch in one part.
fn in_one_part(network: &Network, length: usize, size: usize) -> Whole {
    let mut batch = Batch::dense(2);
    fill(length, 0..size, &mut batch);
    let mut pass = Pass::default();
    let never = Interrupt::default();
    pass.forward(network, &batch, &never).unwrap();
    let mut gradients = network.parameters.zeros_like();
    let seed = Objective::mean_of(LOSS, size);
    pass.backward(network, &batch, seed, &mut gradients, &never)
        .unwrap();
    Whole {
        gradients,
        read_outs: pass.read_outs().to_vec(),
        norms: pass.norms()[1..].to_vec(),
        state_gradients: (0..=length)
            .map(|t| pass.state_gradient(t).to_vec())
            .collect(),
    }
}

/// With 10,000 timesteps of 512 units a lane has five buffers of 41 MB: five of them have the gigabyte.
#[test]
fn passes_side_by_side_have_a_bounded_memory_however_many_cores_there_are() {
    let network = network(512);
    let mut pass = BatchPass::new(Batch::dense(2), &network.parameters);
    pass.use_cores(100);
    pass.prepare((10_000, 64), &network.parameters);
    assert_eq!(pass.lanes.len(), 5);
    pass.prepare((100, 1_024), &network.parameters);
    assert!(pass.lanes.len() > 5);
}

/// Parts on one core and on several: the same bits. Beside the batch in one part only the order of additions
/// differs, by some 1e-15 per addition, and a sequence of one unit that has a part to itself, whose tanh may be
/// 4 ulp of another one; in a product of n factors that comes to n times as much.
#[test]
fn parts_and_cores_change_nothing() {
    for (hidden, length, size, parts) in [
        (1, 50, 90, 1),
        (40, 50, 90, 3),
        (1, 10_000, 17, 2),
        (64, 100, 32, 4),
    ] {
        let network = network(hidden);
        let mut alone = BatchPass::new(Batch::dense(2), &network.parameters);
        alone.use_cores(1);
        run(&mut alone, &network, length, size);
        assert_eq!(alone.division.parts, parts);
        for cores in [2, 5] {
            let mut several = BatchPass::new(Batch::dense(2), &network.parameters);
            several.use_cores(cores);
            run(&mut several, &network, length, size);
            assert!(several.gradients() == alone.gradients(), "{cores} cores");
            assert!(several.answers().eq(alone.answers()));
            assert!(several.flow().steps().eq(alone.flow().steps()));
            for t in [0, 1, length] {
                assert!(state_gradient(&several, t) == state_gradient(&alone, t));
            }
        }
        let tolerance = 1e-12_f64.max(1e-15 * length as f64);
        let whole = in_one_part(&network, length, size);
        for ((found, _), expected) in alone.answers().zip(&whole.read_outs) {
            assert!((found[0] - expected).abs() <= tolerance * expected.abs());
        }
        for ((_, found), (_, expected)) in
            alone.gradients().tensors().zip(whole.gradients.tensors())
        {
            assert_close(found, expected, tolerance);
        }
        for (step, norm) in alone.flow().steps().zip(&whole.norms) {
            // A subnormal number has few digits.
            assert!((step.norm - norm).abs() <= tolerance * norm + 1e-300);
        }
        for (t, expected) in whole.state_gradients.iter().enumerate() {
            assert_close(&state_gradient(&alone, t), expected, tolerance);
        }
    }
}

/// Several parts that share a sum, as in a network of very many parameters.
#[test]
fn parts_that_share_a_sum_are_added_up_as_well() {
    let network = network(40);
    let mut pass = BatchPass::new(Batch::dense(2), &network.parameters);
    run(&mut pass, &network, 50, 90);
    let apart = pass.gradients().clone();
    let mut division = pass.division;
    division.parts_per_sum = 3;
    let mut lane = Lane::default();
    let interrupt = Interrupt::default();
    let task = LaneTask {
        network: &network,
        objective: Objective::mean_of(LOSS, 90),
        division,
        interrupt: &interrupt,
    };
    let mut sum = [network.parameters.zeros_like()];
    lane.run(&task, &mut sum, &mut pass.parts).unwrap();
    for ((_, found), (_, expected)) in sum[0].tensors().zip(apart.tensors()) {
        assert_close(found, expected, 1e-12);
    }
}

/// A part that has overflowed beside one that is not even a number.
#[test]
fn what_is_not_a_number_stays_that_in_a_norm() {
    assert!(norm_of_both(f64::INFINITY, f64::NAN).is_nan());
    assert!(norm_of_both(f64::NAN, 1.0).is_nan());
    assert_eq!(norm_of_both(f64::INFINITY, 1.0), f64::INFINITY);
    assert_eq!(norm_of_both(3.0, 4.0), 5.0);
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
        pass.run(
            &network,
            (50, 90),
            Objective::sum_of(LOSS),
            draw,
            &interrupt
        ),
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
    let whole = in_one_part(&network, 20, 3);
    assert!(*pass.gradients() == whole.gradients);
    assert!(pass.answers().map(|(z, _)| z[0]).eq(whole.read_outs));
    assert!(pass.flow().steps().map(|step| step.norm).eq(whole.norms));
    assert_eq!(state_gradient(&pass, 20), whole.state_gradients[20]);
}
