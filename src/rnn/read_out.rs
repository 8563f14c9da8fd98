//! The read-out: z = W_o h + b_o.

use super::products::dot;

/// Writes z, K numbers for each row of H states: the states themselves of a network without a read-out.
pub fn read_out(states: &[f64], hidden: usize, w_o: &[f64], b_o: &[f64], z: &mut [f64]) {
    if w_o.is_empty() {
        return z.copy_from_slice(states);
    }
    let outputs = w_o.len() / hidden;
    let rows = states.chunks_exact(hidden);
    for (h, z) in rows.zip(z.chunks_exact_mut(outputs)) {
        for (k, (z, w_o)) in z.iter_mut().zip(w_o.chunks_exact(hidden)).enumerate() {
            *z = b_o.get(k).copied().unwrap_or(0.0) + dot(h, w_o);
        }
    }
}

/// Where the gradient of the read-out goes.
pub struct ReadOutGradients<'a> {
    /// ∂L/∂h, overwritten.
    pub states: &'a mut [f64],
    /// ∂L/∂W_o, added to.
    pub w_o: &'a mut [f64],
    /// ∂L/∂b_o, added to.
    pub b_o: &'a mut [f64],
}

/// Carries `dz` = ∂L/∂z of one row back: to its states `h`, H numbers, and to the weights.
pub fn read_out_back(dz: &[f64], h: &[f64], w_o: &[f64], gradients: ReadOutGradients<'_>) {
    let ReadOutGradients {
        states,
        w_o: w_o_gradients,
        b_o,
    } = gradients;
    if w_o.is_empty() {
        return states.copy_from_slice(dz);
    }
    let hidden = h.len();
    let rows = w_o.chunks_exact(hidden);
    let rows = rows.zip(w_o_gradients.chunks_exact_mut(hidden));
    for (k, (&dz, (w_o, w_o_gradient))) in dz.iter().zip(rows).enumerate() {
        for (g, &w_o) in states.iter_mut().zip(w_o) {
            *g = if k == 0 { dz * w_o } else { *g + dz * w_o };
        }
        for (gradient, &o) in w_o_gradient.iter_mut().zip(h) {
            *gradient += dz * o;
        }
    }
    for (gradient, dz) in b_o.iter_mut().zip(dz) {
        *gradient += dz;
    }
}
