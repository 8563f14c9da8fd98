//! Where on the curve of f the network works: the pre-activations, and how many are saturated.

use crate::rnn::Pass;

/// A unit whose f′ is below this lets less than a tenth of the gradient through.
pub const SATURATED_BELOW: f64 = 0.1;

/// Points kept at most: more could not be told apart on a curve.
const KEPT: usize = 2048;

/// One pre-activation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperatingPoint {
    /// The timestep, counted from 1.
    pub t: usize,
    /// a_t of one unit.
    pub a: f64,
    /// f(a_t), its state.
    pub o: f64,
    /// f′(a_t).
    pub f_prime: f64,
}

/// Where the units of one sequence work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperatingPoints {
    /// In the order of time; evenly spaced timesteps and units where there are too many.
    pub points: Vec<OperatingPoint>,
    /// How many of all have |f′| < [`SATURATED_BELOW`].
    pub saturated: usize,
    /// How many there are in all, n · H.
    pub total: usize,
}

impl OperatingPoints {
    /// The points of the first sequence that a network has run over in `pass`; `None` if the state of a unit is not f of
    /// one number.
    pub fn of(pass: &Pass) -> Option<Self> {
        let responses = pass.responses()?;
        let (length, _, hidden) = pass.shape();
        let every_step = length.div_ceil(KEPT);
        let every_unit = (length.div_ceil(every_step) * hidden).div_ceil(KEPT);
        let mut points = Vec::with_capacity(KEPT.min(length * hidden));
        let mut saturated = 0;
        for t in 1..=length {
            let f_primes = &responses.f_prime(t)[..hidden];
            saturated += f_primes
                .iter()
                .filter(|f_prime| f_prime.abs() < SATURATED_BELOW)
                .count();
            if (t - 1).is_multiple_of(every_step) {
                let (a, o) = (responses.pre_activation(t), pass.state(t));
                points.extend((0..hidden).step_by(every_unit).map(|unit| OperatingPoint {
                    t,
                    a: a[unit],
                    o: o[unit],
                    f_prime: f_primes[unit],
                }));
            }
        }
        Some(Self {
            points,
            saturated,
            total: length * hidden,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{Activation, Batch, Interrupt, Network, Parameters};

    fn ran(length: usize, hidden: usize, b: f64) -> Pass {
        let mut parameters = Parameters::zeros(1, hidden, true);
        parameters.b_mut().fill(b);
        let network = Network::new(Activation::Tanh, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(length, 1);
        let mut pass = Pass::default();
        let never = Interrupt::default();
        pass.forward(&network, &batch, &never).unwrap();
        pass
    }

    #[test]
    fn all_or_none_are_saturated_and_the_points_lie_on_the_curve() {
        // tanh′(2) = 0.0707, tanh′(1.8) = 0.1036.
        for (b, saturated) in [(2.0, 30), (1.8, 0)] {
            let found = OperatingPoints::of(&ran(10, 3, b)).unwrap();
            assert_eq!((found.saturated, found.total), (saturated, 30));
            assert_eq!(found.points.len(), 30);
            for point in &found.points {
                assert_eq!(point.a, b);
                assert_eq!(point.o, Activation::Tanh.f(b));
                assert_eq!(point.f_prime, Activation::Tanh.f_prime(b));
            }
        }
    }

    #[test]
    fn points_are_bounded_and_everything_is_counted() {
        for (length, hidden) in [(10_000, 1), (1, 512), (1000, 64), (10_000, 5)] {
            let found = OperatingPoints::of(&ran(length, hidden, 3.0)).unwrap();
            assert_eq!(found.saturated, length * hidden);
            assert!(found.points.len() <= KEPT && found.points.len() > KEPT / 8);
            assert!(found.points.is_sorted_by_key(|point| point.t));
        }
    }
}
