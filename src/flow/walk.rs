//! The loss's own gradient on its way back through time.

use super::step_flow::Ways;
use super::weight_gradient::norm_or_number;
use super::wide_vector::WideVector;
use super::{LogProduct, Magnitude};
use crate::rnn::{Chain, Linearised, Network, Pass, Slope, StepBack, norm};

/// The gradient's way back through time, renormalised at every step so that it neither underflows nor
/// overflows.
pub struct Walk<'a> {
    linearised: Linearised<'a>,
    chain: Option<Chain<'a>>,
    product: LogProduct,
    arriving: Arriving,
    back: StepBack,
}

/// What arrives at a timestep, but for its size.
enum Arriving {
    /// A number, for one unit of the Elman cell: all that there is to it is in the product.
    Number,
    /// The direction of g_t, for more units of that cell.
    Along(WideVector),
    /// The direction of γ_t of any other network, of length 1.
    State(Vec<f64>),
    /// A direction of which nothing is left, or never was.
    Nothing,
}

/// What one step does to the gradient that goes back through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepGains {
    /// What the two parts are.
    pub ways: Ways,
    /// What its two factors contribute: f′ and W_h, one after the other, or the direct way and the way through the
    /// gates, side by side.
    pub parts: [Magnitude; 2],
    /// ‖γ_{t−1}‖/‖γ_t‖; the number where the state is one.
    pub factor: Magnitude,
}

impl<'a> Walk<'a> {
    /// Leaves the end of the sequence that `network` has read in `pass` along `start`, the gradient of s_n but for its
    /// size.
    pub fn new(network: &'a Network, pass: &'a Pass, start: &[f64]) -> Self {
        let linearised = Linearised::new(network, pass);
        let mut walk = Self {
            linearised,
            chain: linearised.chain(),
            product: LogProduct::default(),
            arriving: Arriving::Number,
            back: StepBack::default(),
        };
        if walk.chain.is_none() {
            walk.set_out(start.to_vec());
        } else if start.len() > 1 {
            let (direction, length) = WideVector::new(start);
            walk.arriving = Arriving::Along(direction);
            if length == Magnitude::Zero {
                // A read-out of zero sends no gradient anywhere.
                walk.arriving = Arriving::Nothing;
                walk.product.multiply(Magnitude::Zero);
            }
        }
        walk
    }

    fn set_out(&mut self, mut direction: Vec<f64>) {
        let length = norm(&direction);
        if length == 0.0 {
            self.arriving = Arriving::Nothing;
            self.product.multiply(Magnitude::Zero);
            return;
        }
        match direction.as_mut_slice() {
            // A number has its sign in the product.
            [number] => *number = 1.0,
            numbers => numbers.iter_mut().for_each(|number| *number /= length),
        }
        self.arriving = Arriving::State(direction);
    }

    /// What is left of it where it is now: the gain ‖γ_t‖/‖γ_n‖, for a state of one number the product ∂s_n/∂s_t.
    pub fn product(&self) -> Magnitude {
        self.product.product()
    }

    /// From γ_t to γ_{t−1}.
    pub fn step_back(&mut self, t: usize) -> StepGains {
        if self.chain.is_some() {
            let by_f_prime = self.through_activation(t);
            let by_w_h = self.through_weights(by_f_prime);
            return StepGains {
                ways: Ways::OneAfterTheOther,
                parts: [by_f_prime, by_w_h],
                factor: by_f_prime.times(by_w_h),
            };
        }
        let Arriving::State(direction) = &mut self.arriving else {
            return StepGains {
                ways: Ways::SideBySide,
                parts: [Magnitude::Undefined; 2],
                factor: Magnitude::Undefined,
            };
        };
        let mut back = std::mem::take(&mut self.back);
        self.linearised.back(t, direction, &mut back);
        let gains = self.go_along(&back);
        self.back = back;
        gains
    }

    /// Whether γ_n of the size `size` is the direction that sets out, so that the two go the same way: of several numbers, of
    /// which the sign does not matter.
    pub fn may_go_along(&self, size: Magnitude) -> bool {
        size.log10().is_some()
            && matches!(&self.arriving, Arriving::State(direction) if direction.len() > 1)
    }

    /// From γ_t to γ_{t−1}, of which `back` has left what is known, of a direction of length 1.
    pub fn go_along(&mut self, back: &StepBack) -> StepGains {
        let Arriving::State(direction) = &mut self.arriving else {
            return StepGains {
                ways: Ways::SideBySide,
                parts: [Magnitude::Undefined; 2],
                factor: Magnitude::Undefined,
            };
        };
        let both = back.carried.iter().zip(&back.through_gates);
        for (gamma, (carried, gates)) in direction.iter_mut().zip(both) {
            *gamma = carried + gates;
        }
        let factor = norm_or_number(direction);
        let length = factor.value().abs();
        match direction.as_mut_slice() {
            [number] => *number = 1.0,
            numbers => numbers.iter_mut().for_each(|number| *number /= length),
        }
        if factor == Magnitude::Zero {
            self.arriving = Arriving::Nothing;
        }
        self.product.multiply(factor);
        StepGains {
            ways: Ways::SideBySide,
            parts: [
                norm_or_number(&back.carried),
                norm_or_number(&back.through_gates),
            ],
            factor,
        }
    }

    /// From g_t to δ_t, for a chain.
    pub fn through_activation(&mut self, t: usize) -> Magnitude {
        let Some(chain) = self.chain else {
            return Magnitude::Undefined;
        };
        let mut slopes = chain.slopes(t);
        let gain = match &mut self.arriving {
            Arriving::Number => slopes.next().map_or(Magnitude::ONE, Magnitude::from),
            Arriving::Along(direction) => direction.scale(slopes),
            // What has let nothing through has been named already, at a later timestep. Only a step that lets
            // nothing through at all can be told from the others.
            _ => return of_nothing(slopes.all(Slope::is_zero)),
        };
        self.product.multiply(gain);
        gain
    }

    /// From δ_t, of which f′ has left `by_f_prime`, to g_{t−1}, for a chain.
    pub fn through_weights(&mut self, by_f_prime: Magnitude) -> Magnitude {
        let Some(chain) = self.chain else {
            return Magnitude::Undefined;
        };
        let w_h = chain.w_h;
        let gain = match &mut self.arriving {
            Arriving::Number => Magnitude::new(w_h[0]),
            Arriving::Along(direction) if by_f_prime != Magnitude::Zero => {
                direction.times(w_h.chunks_exact(chain.hidden()))
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
            Arriving::State(direction) => {
                let numbers = out.iter_mut().zip(direction);
                numbers.for_each(|(out, number)| *out = size * number);
            }
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
