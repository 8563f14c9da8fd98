//! How far rounding may have moved the read-out.

use crate::rnn::{
    Backward, Batch, Gradients, Interrupt, Interrupted, Loss, Network, Parameter, Unrolled,
};

/// A backward pass that sets out with ∂z/∂z = 1 instead of ∂L/∂z, which may be zero, and ∂z/∂ of every
/// parameter.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn back_from_z(
    network: &Network,
    batch: &Batch,
    unrolled: &Unrolled,
    interrupt: &Interrupt,
) -> Result<(Backward, Gradients), Interrupted> {
    let loss = Loss::SquaredError;
    let z = unrolled.read_outs()[0];
    // Any target will do that is far enough from z for the subtraction to be exact enough.
    let target = z - z.abs().max(1.0).copysign(z);
    let weight = 1.0 / loss.derivative(z, target);
    let batch = Batch {
        targets: vec![target],
        ..batch.clone()
    };
    let mut backward = Backward::default();
    let mut gradients = network.parameters.zeros_like();
    let seed = (loss, weight);
    backward.accumulate(network, &batch, unrolled, seed, &mut gradients, interrupt)?;
    Ok((backward, gradients))
}

/// How far rounding may have moved z = w_o · o_n + b_o, given o_n.
pub fn noise_of_read_out(network: &Network, unrolled: &Unrolled) -> f64 {
    let (length, _, _) = unrolled.shape();
    let (w_o, b_o) = (network.parameters.w_o(), network.parameters.b_o());
    let terms = w_o.iter().zip(unrolled.state(length)).map(|(w, o)| w * o);
    let sizes = terms.chain(b_o.iter().copied()).map(f64::abs);
    2.0 * f64::EPSILON * (unrolled.read_outs()[0].abs() + sizes.sum::<f64>())
}

/// How far the rounding of the states may have moved z: ε of every number that goes into a sum or comes
/// out of f, carried to z by the gradient of z (`backward`) at its timestep. NaN or ∞ where that is not
/// finite.
pub fn noise_of_states(network: &Network, unrolled: &Unrolled, backward: &Backward) -> f64 {
    let (length, _, hidden) = unrolled.shape();
    let w_h = network.parameters.of(Parameter::RecurrentWeights);
    let b = network.parameters.b();
    let mut noise = 0.0;
    for t in 1..=length {
        let (o, previous) = (unrolled.state(t), unrolled.state(t - 1));
        let g = backward.state_gradient(t);
        noise += g.iter().zip(o).map(|(g, o)| (g * o).abs()).sum::<f64>();
        let rows = w_h.chunks_exact(hidden);
        let a = unrolled.pre_activation(t);
        let delta = backward.delta(t);
        for (i, ((delta, a), row)) in delta.iter().zip(a).zip(rows).enumerate() {
            let recurrent: f64 = row.iter().zip(previous).map(|(w, o)| (w * o).abs()).sum();
            // a_t = W_i x_t + b + W_h o_{t−1}, so no term is larger than the other three together.
            let terms = a.abs() + 2.0 * recurrent + 2.0 * b.get(i).map_or(0.0, |b| b.abs());
            noise += delta.abs() * terms;
        }
    }
    2.0 * f64::EPSILON * noise
}
