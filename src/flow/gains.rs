//! What is left of the last answer's gradient, and nothing else.

use super::Magnitude;
use super::walk::Walk;
use super::whole_loss::End;
use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network, Pass};

/// The gain ‖γ_t‖/‖γ_n‖ for t = 1..n at index t − 1, for a state of one number the product ∂s_n/∂s_t with its sign, of the
/// loss of the last answer after `network` has read the sequence `batch` in `pass`: what
/// [`GradientFlow`](super::GradientFlow) has as `to_end`, without everything else, and without a backward pass.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn gains(
    network: &Network,
    batch: &Batch,
    pass: &Pass,
    loss: Loss,
    interrupt: &Interrupt,
) -> Result<Vec<Magnitude>, Interrupted> {
    let (length, _, _) = pass.shape();
    let end = End::of(network, batch, pass, loss);
    let mut walk = Walk::new(network, pass, &end.direction);
    let mut gains = vec![Magnitude::ONE; length];
    for t in (1..=length).rev() {
        interrupt.check()?;
        gains[t - 1] = walk.product();
        walk.step_back(t);
    }
    Ok(gains)
}
