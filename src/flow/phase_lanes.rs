//! Many scalar networks side by side, which differ in w_h alone.

use std::f64::consts::{LN_2, LOG10_E};

use crate::rnn::vectorised::{Kernel, Sweep, ln_1p, mantissa_and_exponent, multiply_add};
use crate::rnn::{Activation, Interrupt, Interrupted};

/// How many networks are computed side by side: eight AVX-512 vectors, enough to hide the latency of one
/// by the others.
pub const LANES: usize = 64;

/// Timesteps between two looks at the interrupt: some 20 µs.
const STEPS_BETWEEN_CHECKS: usize = 64;

/// Everything of a scalar network o_t = f(w_i x_t + b + w_h o_{t−1}) but w_h.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseInputs {
    /// f.
    pub activation: Activation,
    /// o_0.
    pub o_0: f64,
    /// b; 0 for a network without biases.
    pub b: f64,
    /// What the input adds to a_t at t = 1, 2, …: w_i x_t for numbers, the word's entry of W_i for words.
    /// A longer sequence repeats it from the start; if it is empty, every input is 0.
    pub input: Vec<f64>,
}

/// w_h of every network.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct LaneWeights {
    w_h: [f64; LANES],
    /// ln |w_h|
    ln: [f64; LANES],
}

impl LaneWeights {
    /// Takes up to [`LANES`] values. What is left over computes as for the last of them.
    pub fn new(values: &[f64]) -> Self {
        let last = values.len().saturating_sub(1);
        let w_h = std::array::from_fn(|lane| values.get(lane.min(last)).copied().unwrap_or(0.0));
        Self {
            w_h,
            ln: w_h.map(|w_h| libm::log(w_h.abs())),
        }
    }
}

/// Runs the networks over `input` · `scale`, and calls `emit` for each of the ascending `lengths` with
/// log₁₀ |∂o_length/∂o_1| of every network.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn run(
    inputs: &PhaseInputs,
    scale: f64,
    weights: &LaneWeights,
    lengths: &[usize],
    interrupt: &Interrupt,
    // Not generic: that would compile every kernel once more for each caller.
    emit: &mut dyn FnMut(&[f64; LANES]),
) -> Result<(), Interrupted> {
    let run = Run {
        inputs,
        scale,
        weights,
        lengths,
        interrupt,
        emit,
    };
    inputs.activation.sweep(run)
}

struct Run<'a> {
    inputs: &'a PhaseInputs,
    scale: f64,
    weights: &'a LaneWeights,
    lengths: &'a [usize],
    interrupt: &'a Interrupt,
    emit: &'a mut dyn FnMut(&[f64; LANES]),
}

impl Sweep for Run<'_> {
    type Output = Result<(), Interrupted>;

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) -> Self::Output {
        let mut lanes = Lanes::new(self.inputs.o_0);
        let mut input = self.inputs.input.iter().cycle();
        let mut t = 0;
        for &length in self.lengths {
            while t < length {
                if t % STEPS_BETWEEN_CHECKS == 0 {
                    self.interrupt.check()?;
                }
                t += 1;
                let input = input.next().copied().unwrap_or(0.0);
                lanes.step::<K, FUSED>(&self.weights.w_h, self.inputs.b + input * self.scale);
                if t == 1 {
                    // ∂o_1/∂o_1: what f′(a_1) and w_h did before does not count.
                    lanes.restart();
                } else if t % K::SLOPES_IN_RANGE == 0 {
                    lanes.take_out_exponents();
                }
            }
            (self.emit)(&lanes.log10::<FUSED>(&self.weights.ln, length));
        }
        Ok(())
    }
}

/// The state of every network and the derivative so far, ∏ f′ = e^`exponent` · `slope`.
#[repr(align(64))] // A vector that straddles two cache lines takes twice as long.
struct Lanes {
    o: [f64; LANES],
    exponent: [f64; LANES],
    slope: [f64; LANES],
}

impl Lanes {
    fn new(o_0: f64) -> Self {
        Self {
            o: [o_0; LANES],
            exponent: [0.0; LANES],
            slope: [1.0; LANES],
        }
    }

    /// One timestep with u_t = b + w_i x_t.
    #[inline(always)]
    fn step<K: Kernel, const FUSED: bool>(&mut self, w_h: &[f64; LANES], u: f64) {
        for (lane, &w_h) in w_h.iter().enumerate() {
            let a = multiply_add::<FUSED>(self.o[lane], w_h, u);
            let response = K::outline::<FUSED>(a);
            self.o[lane] = response.o;
            self.exponent[lane] += response.exponent;
            self.slope[lane] *= response.slope;
        }
    }

    #[inline(always)]
    fn restart(&mut self) {
        self.exponent = [0.0; LANES];
        self.slope = [1.0; LANES];
    }

    /// Brings the slopes back to between 1 and 2, so that they neither underflow nor overflow.
    #[inline(always)]
    fn take_out_exponents(&mut self) {
        for (slope, exponent) in self.slope.iter_mut().zip(&mut self.exponent) {
            let (mantissa, power) = mantissa_and_exponent(*slope);
            *slope = mantissa;
            *exponent += power * LN_2;
        }
    }

    /// log₁₀ of |∏ f′ w_h| over `length` − 1 factors.
    #[inline(always)]
    fn log10<const FUSED: bool>(&self, ln_w_h: &[f64; LANES], length: usize) -> [f64; LANES] {
        let factors = length.saturating_sub(1) as f64;
        let mut log10 = [0.0; LANES];
        if factors == 0.0 {
            // The empty product is 1, also of a w_h of 0.
            return log10;
        }
        for lane in 0..LANES {
            let (mantissa, power) = mantissa_and_exponent(self.slope[lane].abs());
            let ln = if mantissa == 0.0 {
                f64::NEG_INFINITY
            } else {
                ln_1p::<FUSED>(mantissa - 1.0) + power * LN_2
            };
            log10[lane] = (self.exponent[lane] + ln + factors * ln_w_h[lane]) * LOG10_E;
        }
        log10
    }
}
