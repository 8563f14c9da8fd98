//! f′ of one timestep, also where it is too small for `f64`.

use crate::rnn::Activation;

/// Below this every f′ of a timestep is close to the end of `f64`, and is taken from the tail of the
/// activation instead.
const SMALLEST: f64 = 1e-280;

/// log₁₀ of a common factor, and f′(a_t) of every unit divided by it. The factor is 1 unless the whole
/// timestep is so deep in saturation that f′ underflows.
pub fn scaled_slopes(
    activation: Activation,
    a: &[f64],
    f_prime: &[f64],
) -> (f64, impl Iterator<Item = f64>) {
    let scale = saturation(activation, a, f_prime);
    let slopes = a
        .iter()
        .zip(f_prime)
        .map(move |(&a, &f_prime)| match scale {
            None => f_prime,
            Some(scale) => match activation.underflowing_f_prime(a) {
                Some((negative, log10)) => {
                    let size = 10.0_f64.powf(log10 - scale);
                    if negative { -size } else { size }
                }
                None => 0.0,
            },
        });
    (scale.unwrap_or(0.0), slopes)
}

/// log₁₀ of the largest f′ of a timestep that is too small for `f64`; `None` if they fit.
fn saturation(activation: Activation, a: &[f64], f_prime: &[f64]) -> Option<f64> {
    // Written so that a NaN counts as one that fits.
    if !f_prime.iter().all(|f_prime| f_prime.abs() < SMALLEST) {
        return None;
    }
    a.iter()
        .filter_map(|&a| activation.underflowing_f_prime(a))
        .map(|(_, log10)| log10)
        .reduce(f64::max)
}
