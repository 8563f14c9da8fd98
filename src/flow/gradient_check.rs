//! BPTT against central differences, for the parameters as they are now.

mod bench;
mod noise;
mod outcome;
mod places;

pub use outcome::{CheckOutcome, CheckScope, GradientCheck, TOLERANCE, Worst};

use bench::Bench;

use super::{Probe, Progress};
use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network};

/// Checks the gradients of the loss of the one sequence in `batch`. Costs about ten forward passes
/// per parameter, less than a hundred where the loss is rugged.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn check_gradients(
    network: &Network,
    batch: &Batch,
    loss: Loss,
    scope: CheckScope,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<GradientCheck, Interrupted> {
    let mut probe = Probe::new(&network.parameters);
    probe.run(network, batch, loss, interrupt)?;
    let bench = Bench::new(network, batch, &probe, loss, interrupt)?;
    bench.check(&probe.gradients, scope, interrupt, progress)
}

#[cfg(test)]
mod tests;
