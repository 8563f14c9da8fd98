//! The gradient at every timestep of one sequence, in the log domain.

use ndarray::{ArrayView1, ArrayView2};

use super::slopes::scaled_slopes;
use super::{LogProduct, Magnitude, Probe};
use crate::rnn::{
    Activation, Batch, Inputs, Interrupt, Interrupted, Loss, Network, Spectrum, Unrolled, norm,
};

/// What is known of the gradient at one timestep t.
///
/// For H = 1 every magnitude is the number itself, with its sign. For H > 1 the magnitudes follow the
/// loss's own gradient: `to_end` is the gain ‖g_t‖/‖g_n‖, and `factor` is ‖g_{t−1}‖/‖g_t‖, the product
/// of ‖f′(a_t) ⊙ g_t‖/‖g_t‖ and ‖W_hᵀ δ_t‖/‖δ_t‖, which are what f′ and W_h each did to it. For H = 1
/// these are f′(a_t) and w_h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepFlow {
    /// What f′ contributes to the factor.
    pub f_prime: Magnitude,
    /// What W_h contributes to the factor.
    pub w_h: Magnitude,
    /// The factor between o_{t−1} and o_t.
    pub factor: Magnitude,
    /// P_{n←t} = ∂o_n/∂o_t.
    pub to_end: Magnitude,
    /// P_{t←1} = ∂o_t/∂o_1.
    pub from_first: Magnitude,
    /// ∂L/∂o_t; for H > 1 its norm.
    pub dl_do: Magnitude,
    /// This timestep's term of ∂L/∂W_h, δ_t o_{t−1}ᵀ.
    pub term_w_h: Term,
    /// This timestep's term of ∂L/∂W_i, δ_t x_tᵀ.
    pub term_w_i: Term,
}

/// One summand of a weight gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The number itself for one weight; the Frobenius norm of the matrix for more.
    pub magnitude: Magnitude,
    /// ⟨term, sum⟩ / ‖sum‖²: the part of the sum that comes from this timestep. All shares together
    /// are 1; one is negative where its term pulls against the sum. NaN if the sum is zero or not
    /// finite.
    pub share: f64,
}

/// The gradient flow of one sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFlow {
    /// Timestep t at index t − 1.
    pub steps: Vec<StepFlow>,
    /// H; for 1, magnitudes carry signs.
    pub hidden: usize,
    /// ∂L/∂W_h: the number for H = 1, otherwise the Frobenius norm.
    pub sum_w_h: Magnitude,
    /// ∂L/∂W_i: the number for one weight, otherwise the Frobenius norm.
    pub sum_w_i: Magnitude,
    /// How many of the last timesteps make up ∂L/∂W_h to within a tenth: adding any number of earlier
    /// ones changes it no more. `None` if the sum is zero or not finite.
    pub steps_that_count: Option<usize>,
    /// log₁₀(γ σ₁): by how much the bound of the product grows per step. −∞ for W_h = 0, NaN if W_h is
    /// not finite.
    pub bound_per_step_log10: f64,
}

impl GradientFlow {
    /// Computes the flow of the sequence `batch` after `probe` has run over it.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        spectrum: Spectrum,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let (length, _, hidden) = probe.unrolled.shape();
        let mut walk = Walk::new(network);
        let at_end = gradient_at_end(network, batch, probe, loss);
        let gradients = &probe.gradients;
        let sum_w_h = norm_or_number(probe.gradients.slices()[1]);
        let sum_w_i = norm_or_number(probe.gradients.slices()[0]);
        // Along the sums, of length 1: products with the sums themselves would underflow or overflow long
        // before the shares do.
        let (length_w_h, length_w_i) = (sum_w_h.value().abs(), sum_w_i.value().abs());
        let along_w_h = &gradients.w_h / length_w_h;
        let along_w_i = &gradients.w_i / length_w_i;

        let mut steps = Vec::with_capacity(length);
        for t in (1..=length).rev() {
            interrupt.check()?;
            let to_end = walk.product();
            let (f_prime, w_h) = walk.step_back(
                network,
                probe.unrolled.pre_activation(t),
                probe.unrolled.f_prime(t),
            );
            let dl_do = at_end.times(to_end);
            let delta = dl_do.times(f_prime);
            let previous = probe.unrolled.state(t - 1);
            let delta_values = probe.backward.delta(t);
            steps.push(StepFlow {
                f_prime,
                w_h,
                factor: f_prime.times(w_h),
                to_end,
                from_first: Magnitude::ONE,
                dl_do,
                term_w_h: Term {
                    magnitude: delta.times(norm_or_number(previous)),
                    share: bilinear(delta_values, along_w_h.view(), previous) / length_w_h,
                },
                term_w_i: Term {
                    magnitude: with_input(delta, batch, t, hidden),
                    share: input_projection(delta_values, along_w_i.view(), batch, t) / length_w_i,
                },
            });
        }
        steps.reverse();
        fill_from_first(&mut steps);
        Ok(Self {
            steps_that_count: steps_that_count(steps.iter().map(|step| step.term_w_h.share)),
            steps,
            hidden,
            sum_w_h,
            sum_w_i,
            bound_per_step_log10: (network.activation.gamma() * spectrum.sigma_1).log10(),
        })
    }

    /// n.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no timestep at all.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// P_{n←t−1} for 1-based `t`: what is left after the gradient has crossed the edge from o_t to
    /// o_{t−1}.
    pub fn across_edge(&self, t: usize) -> Magnitude {
        match t.checked_sub(2) {
            Some(previous) => self.steps[previous].to_end,
            None => self.steps[0].to_end.times(self.steps[0].factor),
        }
    }

    /// log₁₀ of the bound (γ σ₁)^(n−t) on ‖P_{n←t}‖₂, for 1-based `t`.
    pub fn bound_to_end_log10(&self, t: usize) -> f64 {
        power_log10(self.bound_per_step_log10, self.len() - t)
    }

    /// log₁₀ of the bound (γ σ₁)^(t−1) on ‖P_{t←1}‖₂, for 1-based `t`.
    pub fn bound_from_first_log10(&self, t: usize) -> f64 {
        power_log10(self.bound_per_step_log10, t - 1)
    }

    /// λ, the mean of the natural logarithm of the factors of P_{n←t} for 1-based `t`: below zero the
    /// gradient shrinks on its way back, above it grows. `None` if there is no factor; −∞ if one is
    /// zero.
    pub fn lyapunov(&self, t: usize) -> Option<f64> {
        let factors = self.len().checked_sub(t).filter(|&count| count > 0)?;
        let product = self.steps.get(t.checked_sub(1)?)?.to_end;
        let log10 = match product {
            Magnitude::Finite { log10, .. } => log10,
            Magnitude::Zero => f64::NEG_INFINITY,
            Magnitude::Overflow { .. } => f64::INFINITY,
            Magnitude::Nan => f64::NAN,
        };
        Some(log10 * std::f64::consts::LN_10 / factors as f64)
    }

    /// How many steps back until half of the gradient is left, ln 2 / −λ, between 1-based `t` and n;
    /// `None` unless it shrinks.
    pub fn half_life(&self, t: usize) -> Option<f64> {
        let lyapunov = self.lyapunov(t)?;
        (lyapunov < 0.0).then(|| std::f64::consts::LN_2 / -lyapunov)
    }
}

/// The gain ‖g_t‖/‖g_n‖ for t = 1..n at index t − 1, for H = 1 the product ∂o_n/∂o_t with its sign: what
/// [`GradientFlow`] has as `to_end`, without everything else.
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

/// How many of the last shares it takes until their sum stays within a tenth of 1.
fn steps_that_count(shares: impl DoubleEndedIterator<Item = f64>) -> Option<usize> {
    let (mut sum, mut count, mut length) = (0.0, 1, 0);
    for (index, share) in shares.rev().enumerate() {
        sum += share;
        length = index + 1;
        if sum.is_nan() {
            return None;
        }
        if (sum - 1.0_f64).abs() > 0.1 {
            // Not there yet, or no longer: at least one more step is needed.
            count = index + 2;
        }
    }
    Some(count.min(length))
}

/// The empty product is 1, also of a base of zero.
fn power_log10(base_log10: f64, exponent: usize) -> f64 {
    if exponent == 0 {
        0.0
    } else {
        base_log10 * exponent as f64
    }
}

/// ∂L/∂o_n = ∂L/∂z · w_o: the number for H = 1, otherwise the norm.
fn gradient_at_end(network: &Network, batch: &Batch, probe: &Probe, loss: Loss) -> Magnitude {
    let dz = loss.derivative(probe.unrolled.read_outs()[0], batch.targets[0]);
    let w_o = network.parameters.slices()[3];
    let gradient = Magnitude::new(dz).times(norm_or_number(w_o));
    // A norm has no sign.
    if w_o.len() > 1 {
        gradient.size()
    } else {
        gradient
    }
}

/// The gradient's way back through time, renormalised at every step so that it neither underflows nor
/// overflows.
struct Walk {
    product: LogProduct,
    /// Unit vector along g_t; for H = 1 the number 1; zero once nothing is left.
    direction: Vec<f64>,
    scratch: Vec<f64>,
}

impl Walk {
    fn new(network: &Network) -> Self {
        let w_o = network.parameters.slices()[3];
        let hidden = w_o.len();
        let mut walk = Self {
            product: LogProduct::default(),
            direction: w_o.to_vec(),
            scratch: vec![0.0; hidden],
        };
        if hidden == 1 {
            walk.direction[0] = 1.0;
        } else if normalise(&mut walk.direction) == Magnitude::Zero {
            // A read-out of zero sends no gradient anywhere.
            walk.product.multiply(Magnitude::Zero);
        }
        walk
    }

    fn product(&self) -> Magnitude {
        self.product.product()
    }

    /// From g_t to g_{t−1}: what f′ and what W_h contributes.
    fn step_back(
        &mut self,
        network: &Network,
        a: &[f64],
        f_prime: &[f64],
    ) -> (Magnitude, Magnitude) {
        let w_h = &network.parameters.w_h;
        let is_number = self.direction.len() == 1;
        if !is_number && self.direction.iter().all(|&value| value == 0.0) {
            // Nothing arrives here, so nothing is done to it: the step that let nothing through has
            // been named already.
            return (Magnitude::ONE, Magnitude::ONE);
        }
        let by_f_prime = self.through_activation(network.activation, a, f_prime);
        let by_w_h = if is_number {
            Magnitude::new(w_h[[0, 0]])
        } else if by_f_prime == Magnitude::Zero {
            Magnitude::ONE
        } else {
            self.scratch.fill(0.0);
            for (&delta, row) in self.direction.iter().zip(w_h.rows()) {
                for (value, &weight) in self.scratch.iter_mut().zip(row) {
                    *value += delta * weight;
                }
            }
            std::mem::swap(&mut self.direction, &mut self.scratch);
            normalise(&mut self.direction)
        };
        self.product.multiply(by_f_prime);
        self.product.multiply(by_w_h);
        (by_f_prime, by_w_h)
    }

    /// From g_t to δ_t. For H = 1 the direction stays 1 and the sign is in the result.
    fn through_activation(
        &mut self,
        activation: Activation,
        a: &[f64],
        f_prime: &[f64],
    ) -> Magnitude {
        let (scale, slopes) = scaled_slopes(activation, a, f_prime);
        let left = if self.direction.len() == 1 {
            slopes.map(Magnitude::new).next().unwrap_or(Magnitude::ONE)
        } else {
            for (value, slope) in self.direction.iter_mut().zip(slopes) {
                *value *= slope;
            }
            normalise(&mut self.direction)
        };
        left.times(Magnitude::Finite {
            negative: false,
            log10: scale,
        })
    }
}

/// Scales `values` to length 1 and returns the length it had. A zero vector stays.
fn normalise(values: &mut [f64]) -> Magnitude {
    let length = norm(values);
    if length != 0.0 {
        values.iter_mut().for_each(|value| *value /= length);
    }
    Magnitude::new(length)
}

fn norm_or_number(values: &[f64]) -> Magnitude {
    match values {
        [number] => Magnitude::new(*number),
        _ => Magnitude::new(norm(values)),
    }
}

/// δ_t x_tᵀ: the number where x_t is the only input of the only unit, otherwise the norm, which has no sign.
fn with_input(delta: Magnitude, batch: &Batch, t: usize, hidden: usize) -> Magnitude {
    match batch.vector(t - 1, 0) {
        Some(&[x]) if hidden == 1 => delta.times(Magnitude::new(x)),
        // One word of one unit is one weight: its term is a number among others.
        None if hidden == 1 => delta.times(Magnitude::new(batch.input_norm(t - 1, 0))),
        _ => delta
            .times(Magnitude::new(batch.input_norm(t - 1, 0)))
            .size(),
    }
}

/// δᵀ G o = ⟨δ oᵀ, G⟩.
fn bilinear(delta: &[f64], gradient: ArrayView2<'_, f64>, o: &[f64]) -> f64 {
    let o = ArrayView1::from(o);
    delta
        .iter()
        .zip(gradient.rows())
        .map(|(delta, row)| delta * row.dot(&o))
        .sum()
}

/// ⟨δ x_tᵀ, G⟩ for the input at 1-based `t`.
fn input_projection(delta: &[f64], gradient: ArrayView2<'_, f64>, batch: &Batch, t: usize) -> f64 {
    match &batch.inputs {
        Inputs::Dense { .. } => {
            bilinear(delta, gradient, batch.vector(t - 1, 0).unwrap_or_default())
        }
        Inputs::Tokens(tokens) => tokens[t - 1].map_or(0.0, |token| {
            gradient
                .column(token as usize)
                .iter()
                .zip(delta)
                .map(|(g, delta)| g * delta)
                .sum()
        }),
    }
}

/// P_{t←1} = ∏_{s=2..t} of the factors.
fn fill_from_first(steps: &mut [StepFlow]) {
    let mut product = LogProduct::default();
    for step in steps.iter_mut().skip(1) {
        product.multiply(step.factor);
        step.from_first = product.product();
    }
}
