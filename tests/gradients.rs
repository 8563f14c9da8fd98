//! BPTT against central differences, over every parameter.

use bptt_scope::rnn::{
    Activation, Batch, Gradients, Inputs, Interrupt, Loss, Network, Objective, Parameters, Pass,
};

const LENGTH: usize = 5;
const SIZE: usize = 2;
const WIDTH: usize = 2;

/// Step of the five-point central difference (−f(2h) + 8f(h) − 8f(−h) + f(−2h)) / 12h. Its truncation
/// error is h⁴/30 · f⁽⁵⁾ ≈ 3e-14 · f⁽⁵⁾, and rounding adds 1.5 ε |f| / h ≈ 3e-13; both are far below
/// 1e-6 of any gradient above 1e-5, which all of these are.
const H: f64 = 1e-3;

/// How far a pre-activation must stay from a kink, so that no difference straddles one. A parameter
/// moved by 2 H moves pre-activations by less than 10 · 2 H here.
const CLEARANCE: f64 = 0.02;

/// A reproducible number in (−1, 1) for each place.
fn number(place: usize, seed: usize) -> f64 {
    let x = ((place * 7919 + seed * 104_729 + 13) as f64 * 0.618_033_988_749_895).fract();
    2.0 * x - 1.0
}

fn network(activation: Activation, hidden: usize, bias: bool, seed: usize) -> Network {
    let mut parameters = Parameters::zeros(WIDTH, hidden, bias);
    for (place, value) in (1..).zip(parameters.values_mut()) {
        *value = 0.9 * number(place, seed) + 0.05;
    }
    let mut network = Network::new(activation, parameters, 0.0);
    for (unit, o_0) in network.s_0.iter_mut().enumerate() {
        *o_0 = 0.3 * number(unit + 500, seed);
    }
    network
}

fn batch(seed: usize) -> Batch {
    let mut batch = Batch::dense(WIDTH);
    batch.reset(LENGTH, SIZE);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        for (place, value) in values.iter_mut().enumerate() {
            *value = number(place + 1000, seed);
        }
    }
    batch.targets = vec![1.0, 0.0];
    batch
}

fn total_loss(network: &Network, batch: &Batch, loss: Loss) -> f64 {
    let mut pass = Pass::default();
    pass.forward(network, batch, &Interrupt::default()).unwrap();
    pass.read_outs()
        .iter()
        .zip(&batch.targets)
        .map(|(&z, &y)| loss.value(z, y))
        .sum()
}

fn gradients(network: &Network, batch: &Batch, loss: Loss) -> Gradients {
    let interrupt = Interrupt::default();
    let mut pass = Pass::default();
    pass.forward(network, batch, &interrupt).unwrap();
    let mut gradients = network.parameters.zeros_like();
    pass.backward(
        network,
        batch,
        Objective::sum_of(loss),
        &mut gradients,
        &interrupt,
    )
    .unwrap();
    gradients
}

/// The smallest distance of any pre-activation from a kink of f.
fn clearance(network: &Network, batch: &Batch) -> f64 {
    let mut pass = Pass::default();
    pass.forward(network, batch, &Interrupt::default()).unwrap();
    (1..=LENGTH)
        .flat_map(|t| pass.responses().unwrap().pre_activation(t).to_vec())
        .map(|a| match network.activation {
            Activation::Relu | Activation::LeakyRelu | Activation::Elu => a.abs(),
            Activation::HardTanh => (a.abs() - 1.0).abs(),
            _ => f64::INFINITY,
        })
        .fold(f64::INFINITY, f64::min)
}

/// A case whose pre-activations are clear of kinks and whose gradients all exist: every parameter
/// matters.
fn case(activation: Activation, hidden: usize, bias: bool, loss: Loss) -> (Network, Batch) {
    (0..10_000)
        .map(|seed| (network(activation, hidden, bias, seed), batch(seed)))
        .find(|(network, batch)| {
            let gradients = gradients(network, batch, loss);
            let all_matter = gradients.values().iter().all(|g| g.abs() > 1e-5);
            all_matter && clearance(network, batch) > CLEARANCE
        })
        .expect("one seed of ten thousand is clear")
}

#[test]
fn every_parameter_of_every_network_agrees_with_central_differences() {
    let mut compared = 0;
    for activation in Activation::ALL {
        for hidden in [1, 3] {
            for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError] {
                for bias in [false, true] {
                    let (network, batch) = case(activation, hidden, bias, loss);
                    let exact = gradients(&network, &batch, loss);
                    for place in 0..exact.count() {
                        let at = |offset: f64| {
                            let mut moved = network.clone();
                            moved.parameters.values_mut()[place] += offset;
                            total_loss(&moved, &batch, loss)
                        };
                        let difference =
                            (at(-2.0 * H) - 8.0 * at(-H) + 8.0 * at(H) - at(2.0 * H)) / (12.0 * H);
                        let g = exact.values()[place];
                        assert!(
                            (difference / g - 1.0).abs() < 1e-6,
                            "{}, H = {hidden}, {loss:?}, {}: {g} against {difference}",
                            activation.name(),
                            exact.name_of(place)
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    // 11 activations × 2 losses × ((2+1+1) + (2+1+1+1+1) + (6+9+3) + (6+9+3+3+1)) parameters.
    assert_eq!(compared, 11 * 2 * (4 + 6 + 18 + 22));
}

/// L(θ + εd) − L(θ) − ε⟨g, d⟩ is of second order: halving ε quarters it. This needs no step to be
/// chosen, and a wrong gradient makes the ratio 2.
#[test]
fn the_taylor_remainder_is_of_second_order() {
    for activation in [Activation::Tanh, Activation::Gelu, Activation::Softplus] {
        let loss = Loss::BinaryCrossEntropy;
        let (network, batch) = case(activation, 3, true, loss);
        let g = gradients(&network, &batch, loss);
        let start = total_loss(&network, &batch, loss);
        let remainder = |epsilon: f64| {
            let mut moved = network.clone();
            let mut slope = 0.0;
            let numbers = moved.parameters.values_mut().iter_mut().zip(g.values());
            for (place, (value, g)) in (1..).zip(numbers) {
                let direction = number(place, 99);
                *value += epsilon * direction;
                slope += g * direction;
            }
            total_loss(&moved, &batch, loss) - start - epsilon * slope
        };
        let ratio = remainder(1e-3) / remainder(5e-4);
        // The third-order term shifts the ratio by about ε.
        assert!((ratio - 4.0).abs() < 0.05, "{}: {ratio}", activation.name());
    }
}

/// Summed in parts or at once, weighted or not, a batch has one gradient.
#[test]
fn a_batch_is_the_sum_of_its_sequences() {
    let loss = Loss::SquaredError;
    let (network, both) = case(Activation::Tanh, 3, true, loss);
    let exact = gradients(&network, &both, loss);
    let interrupt = Interrupt::default();
    let mut summed = network.parameters.zeros_like();
    for s in 0..SIZE {
        let mut one = Batch::dense(WIDTH);
        one.reset(LENGTH, 1);
        if let Inputs::Dense { values, .. } = &mut one.inputs {
            for t in 0..LENGTH {
                let x = both.vector(t, s).unwrap();
                values[t * WIDTH..(t + 1) * WIDTH].copy_from_slice(x);
            }
        }
        one.targets[0] = both.targets[s];
        let mut pass = Pass::default();
        pass.forward(&network, &one, &interrupt).unwrap();
        pass.backward(
            &network,
            &one,
            Objective::sum_of(loss),
            &mut summed,
            &interrupt,
        )
        .unwrap();
    }
    for (a, b) in exact.values().iter().zip(summed.values()) {
        // The same sums in another order.
        assert!((a - b).abs() < 1e-14);
    }
}
