//! How far rounding may have moved the read-out.

use crate::rnn::{Batch, Gradients, Interrupt, Interrupted, Loss, Network, Objective, Pass};

/// A pass whose way back sets out with ∂z/∂z = 1 instead of ∂L/∂z, which may be zero, and ∂z/∂ of every
/// parameter.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn back_from_z(
    network: &Network,
    batch: &Batch,
    interrupt: &Interrupt,
) -> Result<(Pass, Gradients), Interrupted> {
    let loss = Loss::SquaredError;
    let mut pass = Pass::default();
    pass.forward(network, batch, interrupt)?;
    // Any target will do that is far enough from z for the subtraction to be exact enough.
    let target = |z: f64| z - z.abs().max(1.0).copysign(z);
    let batch = Batch {
        target_width: network.parameters.layout().widths().outputs,
        targets: pass.read_outs().iter().map(|&z| target(z)).collect(),
        last_state_gradients: Vec::new(),
        ..batch.clone()
    };
    let largest = pass
        .read_outs()
        .iter()
        .fold(0.0_f64, |most, z| most.max(z.abs()));
    let z = pass.read_outs().first().copied().unwrap_or_default();
    let weight = match pass.read_outs() {
        [z] => 1.0 / loss.derivative(*z, target(*z)),
        // Of several numbers the one that moves most counts once, and the others less.
        _ => 1.0 / loss.derivative(largest.copysign(z), target(largest.copysign(z))),
    };
    let mut gradients = network.parameters.zeros_like();
    let objective = Objective {
        weight,
        ..Objective::sum_of(loss)
    };
    pass.backward(network, &batch, objective, &mut gradients, interrupt)?;
    Ok((pass, gradients))
}

/// How far rounding may have moved z = w_o · o_n + b_o, given o_n.
pub fn noise_of_read_out(network: &Network, pass: &Pass) -> f64 {
    let (length, _, _) = pass.shape();
    let (w_o, b_o) = (
        network.parameters.answering_rows(),
        network.parameters.b_o(),
    );
    let state = pass.state(length);
    let terms = w_o.iter().zip(state.iter().cycle()).map(|(w, o)| w * o);
    let sizes = terms.chain(b_o.iter().copied()).map(f64::abs);
    let z = pass
        .read_outs()
        .iter()
        .fold(0.0_f64, |most, z| most.max(z.abs()));
    2.0 * f64::EPSILON * (z + sizes.sum::<f64>())
}

/// How far the rounding of the states may have moved z: ε of every number that goes into a sum or comes
/// out of f, carried to z by the gradient of z, with which `pass` has gone back, at its timestep. NaN or ∞ where that is
/// not finite.
pub fn noise_of_states(network: &Network, batch: &Batch, pass: &Pass) -> f64 {
    let layout = network.parameters.layout();
    let values = network.parameters.values();
    let hidden = layout.widths().hidden;
    let parts = network.cell.cell().states().len();
    let (length, _, _) = pass.shape();
    let mut noise = 0.0;
    for (place, (record, ranges)) in pass.layers().iter().zip(layout.layers()).enumerate() {
        let (w_i, w_h) = (&values[ranges.w_i.clone()], &values[ranges.w_h.clone()]);
        let biases = [&values[ranges.b_i.clone()], &values[ranges.b_h.clone()]];
        for t in 1..=length {
            for part in 0..parts {
                let terms = record
                    .state_gradient(part, t)
                    .iter()
                    .zip(record.state(part, t));
                noise += terms.map(|(g, o)| (g * o).abs()).sum::<f64>();
            }
            let below = place.checked_sub(1).map(|below| &pass.layers()[below]);
            let read = match below {
                Some(below) => below.state(0, t).to_vec(),
                None => match pass.embedded(t) {
                    Some(embedded) => embedded.to_vec(),
                    None => batch.first_vector(t - 1, w_i.len() / record.delta(t).len()),
                },
            };
            let rows = w_h.chunks_exact(hidden);
            let deltas = record.delta(t).iter().zip(record.recurrent_delta(t));
            let count = record.delta(t).len();
            for (i, ((delta, recurrent_delta), row)) in deltas.zip(rows).enumerate() {
                let previous = record.recurrent_input(i / hidden, t);
                let recurrent: f64 = row.iter().zip(previous).map(|(w, o)| (w * o).abs()).sum();
                let columns = w_i.chunks_exact(count).zip(&read);
                let input: f64 = columns.map(|(column, x)| (column[i] * x).abs()).sum();
                let bias: f64 = biases
                    .iter()
                    .map(|b| b.get(i).map_or(0.0, |b| b.abs()))
                    .sum();
                let largest = delta.abs().max(recurrent_delta.abs());
                // As large as the sum itself, and as every part of it.
                noise += largest * 2.0 * (input + recurrent + bias);
            }
        }
    }
    2.0 * f64::EPSILON * noise
}
