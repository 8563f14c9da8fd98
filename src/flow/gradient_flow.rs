//! The gradient at every timestep of one sequence, in the log domain.

use super::lost_sums::{LostSums, is_lost};
use super::reading::Reading;
use super::state_flow::StateFlow;
use super::step_flow::{StepFlow, Ways, fill_from_first, loss_gradient, steps_that_count};
use super::walk::{StepGains, Walk};
use super::weight_gradient::{bilinear, norm_or_number};
use super::{Magnitude, Probe, Term, WeightGradient};
use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network, Parameter, ReadOut, Spectrum};

/// The gradient flow of one sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFlow {
    /// Timestep t at index t − 1.
    pub steps: Vec<StepFlow>,
    /// Whether there is a loss at every step. Then `dl_do` is of all of them, and `factor`, `to_end` and `from_first` are of
    /// the loss at n alone.
    pub is_asked_at_every_step: bool,
    /// S, how many numbers the state has: H for one layer of the Elman cell or a GRU. For 1, magnitudes carry signs.
    pub state_width: usize,
    /// z, the read-out.
    pub z: f64,
    /// ∂L/∂z, what the loss itself sends.
    pub dl_dz: Magnitude,
    /// Whether any of ∂L/∂w_o and ∂L/∂b_o is not exactly 0.
    pub read_out_learns: bool,
    /// ∂L/∂o_0; for H > 1 its norm.
    pub dl_do_0: Magnitude,
    /// ∂L/∂W_h.
    pub w_h: WeightGradient,
    /// ∂L/∂W_i.
    pub w_i: WeightGradient,
    /// How many of the last timesteps make up ∂L/∂W_h to within a tenth: adding any number of earlier
    /// ones changes it no more. `None` if the sum is zero or not finite.
    pub steps_that_count: Option<usize>,
    /// log₁₀(γ σ₁): by how much the bound of the product grows per step. −∞ for W_h = 0, NaN if W_h is
    /// not finite, and for a network that has no such bound: one of gated cells or of several layers.
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
        let (length, _, hidden) = probe.pass.shape();
        let outputs = network.parameters.layout().widths().outputs;
        let is_one_number = outputs == 1 && network.parameters.has_read_out();
        let is_at_the_end = batch.read_out == ReadOut::AtTheEnd;
        if !(network.is_the_lectures() && is_at_the_end && is_one_number) {
            return Self::of_states(network, batch, probe, loss, spectrum, interrupt);
        }
        let mut walk = Walk::new(network, &probe.pass, network.parameters.w_o());
        let (z, y) = (probe.pass.read_outs()[0], batch.targets[0]);
        let dl_dz = loss_gradient(loss, z, y);
        let at_end = gradient_at_end(network, dl_dz);
        let gradients = &probe.gradients;
        let [w_i, w_h] = [Parameter::InputWeights, Parameter::RecurrentWeights]
            .map(|parameter| WeightGradient::of(gradients.of(parameter)));
        let (w_o, b_o) = (gradients.w_o(), gradients.b_o());
        let mut read_out = w_o.iter().chain(b_o);
        // Along the sums, of length 1: products with the sums themselves would underflow or overflow long
        // before the shares do.
        let (length_w_h, length_w_i) = (w_h.magnitude.value().abs(), w_i.magnitude.value().abs());
        let along_w_h = &gradients.w_h() / length_w_h;
        let along_w_i = &gradients.w_i() / length_w_i;

        let mut steps = Vec::with_capacity(length);
        for t in (1..=length).rev() {
            interrupt.check()?;
            let to_end = walk.product();
            let StepGains {
                ways,
                parts,
                factor,
            } = walk.step_back(t);
            let dl_do = at_end.times(to_end);
            let delta = dl_do.times(parts[0]);
            let previous = probe.pass.state(t - 1);
            let delta_values = probe.pass.delta(t);
            let read = Reading::of(batch, &probe.pass, 0, t);
            steps.push(StepFlow {
                ways,
                parts,
                factor,
                to_end,
                from_first: Magnitude::ONE,
                dl_do,
                term_w_h: Term {
                    magnitude: delta.times(norm_or_number(previous)),
                    share: bilinear(delta_values, along_w_h.view(), previous) / length_w_h,
                },
                term_w_i: Term {
                    magnitude: with_input(delta, batch, t, hidden),
                    share: read.bilinear(delta_values, along_w_i.view()) / length_w_i,
                },
            });
        }
        steps.reverse();
        fill_from_first(&mut steps);
        let (mut w_h, mut w_i) = (w_h, w_i);
        let terms = |of: fn(&StepFlow) -> Term| steps.iter().map(move |step| of(step).magnitude);
        let lost_w_h = is_lost(w_h, terms(|step| step.term_w_h));
        let lost_w_i = is_lost(w_i, terms(|step| step.term_w_i));
        let deltas = steps.iter().map(|step| step.dl_do.times(step.f_prime()));
        if (lost_w_h || lost_w_i)
            && let Some(sums) = LostSums::of(network, batch, probe, deltas, interrupt)?
        {
            if lost_w_h {
                let (sum, shares) = sums.w_h(probe);
                w_h = sum;
                for (step, share) in steps.iter_mut().zip(shares) {
                    step.term_w_h.share = share;
                }
            }
            if lost_w_i {
                let (sum, shares) = sums.w_i(batch, probe);
                w_i = sum;
                for (step, share) in steps.iter_mut().zip(shares) {
                    step.term_w_i.share = share;
                }
            }
        }
        Ok(Self {
            steps_that_count: steps_that_count(steps.iter().map(|step| step.term_w_h.share)),
            steps,
            is_asked_at_every_step: false,
            state_width: hidden,
            z,
            dl_dz,
            read_out_learns: read_out.any(|gradient| *gradient != 0.0),
            dl_do_0: at_end.times(walk.product()),
            w_h,
            w_i,
            bound_per_step_log10: libm::log10(network.activation.gamma() * spectrum.sigma_1),
        })
    }

    /// As [`Self::of`], for any network and any answers.
    fn of_states(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        spectrum: Spectrum,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let flow = StateFlow::of(network, batch, probe, loss, interrupt)?;
        let (w_o, b_o) = (probe.gradients.w_o(), probe.gradients.b_o());
        let mut read_out = w_o.iter().chain(b_o);
        let is_chain = probe.pass.responses().is_some();
        Ok(Self {
            steps_that_count: steps_that_count(flow.steps.iter().map(|step| step.term_w_h.share)),
            steps: flow.steps,
            is_asked_at_every_step: batch.read_out == ReadOut::AtEveryStep,
            state_width: network.s_0.len(),
            z: flow.z,
            dl_dz: flow.dl_dz,
            read_out_learns: read_out.any(|gradient| *gradient != 0.0),
            dl_do_0: flow.dl_ds_0,
            w_h: flow.w_h,
            w_i: flow.w_i,
            bound_per_step_log10: if is_chain {
                libm::log10(network.activation.gamma() * spectrum.sigma_1)
            } else {
                f64::NAN
            },
        })
    }

    /// n.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// What the factors are made of.
    pub fn ways(&self) -> Ways {
        let last = self.steps.last();
        last.map_or(Ways::OneAfterTheOther, |step| step.ways)
    }

    /// Whether there is no timestep at all.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What the size of ∂L/∂W_h is called: a norm where it is one.
    pub fn w_h_symbol(&self) -> &'static str {
        if self.w_h.is_number {
            "∂L/∂wₕ"
        } else {
            "‖∂L/∂Wₕ‖"
        }
    }

    /// What the size of ∂L/∂W_i is called: a norm where it is one. One unit that reads words or several
    /// numbers has a weight for each.
    pub fn w_i_symbol(&self) -> &'static str {
        match (self.w_i.is_number, self.state_width) {
            (true, _) => "∂L/∂wᵢ",
            (false, 1) => "‖∂L/∂wᵢ‖",
            (false, _) => "‖∂L/∂Wᵢ‖",
        }
    }

    /// ∂L/∂o_n: what the loss sends into the last state; for H > 1 its norm. Zero for an empty sequence.
    pub fn dl_do_n(&self) -> Magnitude {
        self.steps.last().map_or(Magnitude::Zero, |step| step.dl_do)
    }

    /// P_{n←0} = ∂o_n/∂o_0: what the end sees of the state before the first timestep. 1 for an empty sequence.
    pub fn from_initial_state(&self) -> Magnitude {
        if self.is_empty() {
            Magnitude::ONE
        } else {
            self.across_edge(1)
        }
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
        self.bound_log10(self.len() - t)
    }

    /// log₁₀ of the bound (γ σ₁)^(t−1) on ‖P_{t←1}‖₂, for 1-based `t`.
    pub fn bound_from_first_log10(&self, t: usize) -> f64 {
        self.bound_log10(t - 1)
    }

    /// log₁₀ of the bound on a product of so many factors; NaN for a network that has none. The empty product is 1, also of
    /// a base of zero.
    fn bound_log10(&self, factors: usize) -> f64 {
        match (self.ways(), factors) {
            (Ways::SideBySide, _) => f64::NAN,
            (Ways::OneAfterTheOther, 0) => 0.0,
            (Ways::OneAfterTheOther, factors) => self.bound_per_step_log10 * factors as f64,
        }
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
            Magnitude::Undefined | Magnitude::Nan => f64::NAN,
        };
        Some(log10 * std::f64::consts::LN_10 / factors as f64)
    }

    /// How many steps back until half of the gradient is left, ln 2 / −λ, between 1-based `t` and n;
    /// `None` unless it shrinks. A factor of zero takes all of it at once: there λ is −∞, and no rate.
    pub fn half_life(&self, t: usize) -> Option<f64> {
        let lyapunov = self.lyapunov(t)?;
        (lyapunov < 0.0 && lyapunov.is_finite()).then(|| std::f64::consts::LN_2 / -lyapunov)
    }
}

/// ∂L/∂o_n = `dl_dz` · w_o: the number for H = 1, otherwise the norm.
fn gradient_at_end(network: &Network, dl_dz: Magnitude) -> Magnitude {
    let w_o = network.parameters.w_o();
    let gradient = dl_dz.times(norm_or_number(w_o));
    // A norm has no sign.
    if w_o.len() > 1 {
        gradient.size()
    } else {
        gradient
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
