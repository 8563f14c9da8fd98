//! The loss's own gradient on its way back through time.

use super::slopes::{Slope, slopes};
use super::wide_vector::WideVector;
use super::{LogProduct, Magnitude};
use crate::rnn::{Interrupt, Interrupted, Network, Parameter, Unrolled};

/// The gain ‖g_t‖/‖g_n‖ for t = 1..n at index t − 1, for H = 1 the product ∂o_n/∂o_t with its sign: what
/// [`GradientFlow`](super::GradientFlow) has as `to_end`, without everything else.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn gains(
    network: &Network,
    unrolled: &Unrolled,
    interrupt: &Interrupt,
) -> Result<Vec<Magnitude>, Interrupted> {
    let (length, _, _) = unrolled.shape();
    let mut walk = Walk::new(network);
    let mut gains = vec![Magnitude::ONE; length];
    for t in (1..=length).rev() {
        interrupt.check()?;
        gains[t - 1] = walk.product();
        walk.step_back(network, unrolled.pre_activation(t), unrolled.f_prime(t));
    }
    Ok(gains)
}

/// The gradient's way back through time, renormalised at every step so that it neither underflows nor
/// overflows.
pub struct Walk {
    product: LogProduct,
    arriving: Arriving,
}

/// What arrives at a timestep, but for its size.
enum Arriving {
    /// A number, for H = 1: all that there is to it is in the product.
    Number,
    /// The direction of g_t, for H > 1.
    Along(WideVector),
    /// A direction of which nothing is left, or never was.
    Nothing,
}

impl Walk {
    /// Leaves the read-out of `network`.
    pub fn new(network: &Network) -> Self {
        let mut walk = Self {
            product: LogProduct::default(),
            arriving: Arriving::Number,
        };
        let w_o = network.parameters.w_o();
        if w_o.len() > 1 {
            let (direction, length) = WideVector::new(w_o);
            walk.arriving = Arriving::Along(direction);
            if length == Magnitude::Zero {
                // A read-out of zero sends no gradient anywhere.
                walk.arriving = Arriving::Nothing;
                walk.product.multiply(Magnitude::Zero);
            }
        }
        walk
    }

    /// What is left of it where it is now: the gain ‖g_t‖/‖g_n‖, for H = 1 the product ∂o_n/∂o_t.
    pub fn product(&self) -> Magnitude {
        self.product.product()
    }

    /// From g_t to g_{t−1}: what f′ and what W_h contributes.
    pub fn step_back(
        &mut self,
        network: &Network,
        a: &[f64],
        f_prime: &[f64],
    ) -> (Magnitude, Magnitude) {
        let by_f_prime = self.through_activation(network, a, f_prime);
        (by_f_prime, self.through_weights(network, by_f_prime))
    }

    /// From g_t to δ_t.
    pub fn through_activation(
        &mut self,
        network: &Network,
        a: &[f64],
        f_prime: &[f64],
    ) -> Magnitude {
        let mut slopes = slopes(network.activation, a, f_prime);
        let gain = match &mut self.arriving {
            Arriving::Number => slopes.next().map_or(Magnitude::ONE, Magnitude::from),
            Arriving::Along(direction) => direction.scale(slopes),
            // What has let nothing through has been named already, at a later timestep. Only a step that lets
            // nothing through at all can be told from the others.
            Arriving::Nothing => return of_nothing(slopes.all(Slope::is_zero)),
        };
        self.product.multiply(gain);
        gain
    }

    /// From δ_t, of which f′ has left `by_f_prime`, to g_{t−1}.
    pub fn through_weights(&mut self, network: &Network, by_f_prime: Magnitude) -> Magnitude {
        let w_h = network.parameters.of(Parameter::RecurrentWeights);
        let gain = match &mut self.arriving {
            Arriving::Number => Magnitude::new(w_h[0]),
            Arriving::Along(direction) if by_f_prime != Magnitude::Zero => {
                direction.times(w_h.chunks_exact(network.parameters.hidden()))
            }
            _ => {
                self.arriving = Arriving::Nothing;
                return of_nothing(w_h.iter().all(|&weight| weight == 0.0));
            }
        };
        if gain == Magnitude::Zero && !matches!(self.arriving, Arriving::Number) {
            self.arriving = Arriving::Nothing;
        }
        self.product.multiply(gain);
        gain
    }

    /// Writes `size` times the direction that arrives; zeros where nothing does.
    pub fn write_direction(&self, size: f64, out: &mut [f64]) {
        match &self.arriving {
            Arriving::Number => out.fill(size),
            Arriving::Along(direction) => direction.write(size, out),
            Arriving::Nothing => out.fill(0.0),
        }
    }
}

/// The gain of a gradient of zero: 0 where nothing could get through (`is_closed`), otherwise 0/0.
fn of_nothing(is_closed: bool) -> Magnitude {
    if is_closed {
        Magnitude::Zero
    } else {
        Magnitude::Undefined
    }
}

impl From<Slope> for Magnitude {
    fn from(slope: Slope) -> Self {
        match slope {
            Slope::Number(number) => Self::new(number),
            Slope::Tail { negative, log10 } => Self::Finite { negative, log10 },
        }
    }
}
