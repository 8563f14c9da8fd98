//! The gradient at every timestep as a narrower floating-point format would carry it.

use super::float_format::{to_bfloat16, to_float16, to_float32};
use super::{FloatFormat, GradientFlow, Magnitude, Probe, significant};
use crate::rnn::{
    Batch, Interrupt, Interrupted, Linearised, Loss, Network, ReadOut, StepBack, norm,
};

/// The backward pass of one sequence with every operation rounded to a format, beside the exact one.
///
/// The forward pass is the probe's, in `f64`. Then f′(a_t), W_h, w_o and ∂L/∂z are rounded; every
/// product and every addition of g_n = ∂L/∂z · w_o, δ_t = f′(a_t) ⊙ g_t and g_{t−1} = W_hᵀ δ_t is
/// rounded too, the addends in the order of their index. No loss scaling is applied: this is what
/// plain training in the format would see.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundedFlow {
    /// The format everything is rounded to.
    pub format: FloatFormat,
    /// ∂L/∂o_t as the format carries it, timestep t at index t − 1: the number for H = 1, for more
    /// the norm of the rounded vector (the norm itself is not rounded).
    pub dl_do: Vec<Magnitude>,
    /// The gain of the rounded gradient g_t / g_n, timestep t at index t − 1: the signed quotient for
    /// H = 1, for more that of the norms. Where g_n is zero in the format, nothing sets out and
    /// nothing arrives: every gain is zero, that of n too. Where g_n is ∞ or NaN, every gain is NaN.
    pub to_end: Vec<Magnitude>,
    /// Going back from n, the first 1-based timestep (the largest t) whose gradient is exactly zero
    /// although the exact one is finite and not.
    pub zero_from: Option<usize>,
    /// The same for a gradient that is ∞ or NaN although the exact one is finite.
    pub overflow_from: Option<usize>,
    /// The largest relative error |rounded/exact − 1| of `dl_do` (of the norms, for H > 1) and its
    /// 1-based timestep, among those where both are finite and not zero; `None` if there is none. It
    /// has no bound: a format stuck at its smallest number for ever, because 0.9 of that rounds to it
    /// again, ends up infinitely far from a gradient that really vanishes.
    pub worst: Option<(usize, f64)>,
    /// Going back from n, the first 1-based timestep whose gradient differs from the exact one by more than a tenth, or
    /// is zero, ∞ or NaN where that is not: from there on the format has lost it.
    pub parted_from: Option<usize>,
}

/// The relative error from which on a gradient counts as lost: a tenth, with which an optimiser still walks the same way.
pub const PARTED: f64 = 0.1;

impl RoundedFlow {
    /// Carries the gradient of the sequence `batch`, over which `probe` has run, back in `format`.
    /// `flow` is the exact flow of the same pass.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        flow: &GradientFlow,
        format: FloatFormat,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let sent = Sent::of(network, batch, probe, loss);
        let carried = |sent: &Sent| {
            // One match outside the loop, so that each loop is over one known rounding.
            match format {
                FloatFormat::Float16 => sent.carry_back(network, probe, to_float16, interrupt),
                FloatFormat::Bfloat16 => sent.carry_back(network, probe, to_bfloat16, interrupt),
                FloatFormat::Float32 => sent.carry_back(network, probe, to_float32, interrupt),
            }
        };
        let dl_do = carried(&sent)?;
        let to_end = match batch.read_out {
            ReadOut::AtTheEnd => gains(&dl_do),
            ReadOut::AtEveryStep => gains(&carried(&sent.at_the_end())?),
        };
        let exact = |t: usize| flow.steps[t - 1].dl_do;
        let last_where = |such: fn(Magnitude, Magnitude) -> bool| {
            let mut timesteps = (1..=dl_do.len()).rev();
            timesteps.find(|&t| such(dl_do[t - 1], exact(t)))
        };
        Ok(Self {
            format,
            to_end,
            zero_from: last_where(|rounded, exact| {
                rounded == Magnitude::Zero && exact.log10().is_some()
            }),
            overflow_from: last_where(|rounded, exact| !rounded.is_finite() && exact.is_finite()),
            worst: (1..=dl_do.len())
                .rev()
                .filter_map(|t| Some((t, relative_error(dl_do[t - 1], exact(t))?)))
                .reduce(|worst, here| if here.1 > worst.1 { here } else { worst }),
            parted_from: last_where(|rounded, exact| {
                exact.log10().is_some()
                    && relative_error(rounded, exact).is_none_or(|error| error > PARTED)
            }),
            dl_do,
        })
    }

    /// How far off the worst number is: `0.4 %`, or `3 times the gradient itself`. `None` where
    /// [`Self::worst`] is.
    pub fn worst_in_words(&self) -> Option<String> {
        self.worst.map(|(_, error)| error_in_words(error))
    }
}

/// ∂L/∂z of every answer, which the read-outs send.
struct Sent {
    /// K.
    outputs: usize,
    /// K numbers for each timestep; zeros where nothing is asked.
    dz: Vec<f64>,
    /// ∂L/∂s_n by whoever is handed the last state; or empty.
    at_last: Vec<f64>,
}

impl Sent {
    fn of(network: &Network, batch: &Batch, probe: &Probe, loss: Loss) -> Self {
        let outputs = network.parameters.layout().widths().outputs;
        let mut dz = vec![0.0; batch.length * outputs];
        let first = match batch.read_out {
            ReadOut::AtTheEnd => (batch.length - 1) * outputs,
            ReadOut::AtEveryStep => 0,
        };
        let answers = probe.pass.read_outs().chunks_exact(outputs);
        let answers = answers.zip(batch.answer_targets());
        for (dz, (z, y)) in dz[first..].chunks_exact_mut(outputs).zip(answers) {
            loss.write_derivative(z, y, 1.0, dz);
        }
        Self {
            outputs,
            dz,
            at_last: batch.last_state_gradients.clone(),
        }
    }

    /// What is sent at n alone.
    fn at_the_end(&self) -> Self {
        let mut dz = self.dz.clone();
        let last = dz.len() - self.outputs;
        dz[..last].fill(0.0);
        Self {
            outputs: self.outputs,
            dz,
            at_last: self.at_last.clone(),
        }
    }

    /// g_1 to g_n with every operation rounded by `round`.
    ///
    /// The operations are done in `f64` and rounded after that, which gives what the format itself would:
    /// the product of two numbers of at most 24 bits has at most 48 and is exact in `f64`, whose range
    /// holds it as well; the sum of two may be rounded twice, but with 53 ≥ 2 · 24 + 2 bits in between the
    /// first rounding never changes the second (Figueroa, *When is double rounding innocuous?*, 1995), and
    /// a sum that is subnormal in the format is exact.
    fn carry_back(
        &self,
        network: &Network,
        probe: &Probe,
        round: impl Fn(f64) -> f64 + Copy,
        interrupt: &Interrupt,
    ) -> Result<Vec<Magnitude>, Interrupted> {
        let linearised = Linearised::new(network, &probe.pass);
        let (length, hidden) = (linearised.len(), network.parameters.hidden());
        let w_o = network.parameters.answering_rows();
        let mut g: Vec<f64> = self.at_last.iter().map(|&g| round(g)).collect();
        g.resize(linearised.width(), 0.0);
        // The part of the state that is read out.
        let first = g.len() - network.cell.cell().states().len() * hidden;
        let mut step = StepBack::default();
        let mut dl_do = vec![Magnitude::Zero; length];
        for t in (1..=length).rev() {
            interrupt.check()?;
            let dz = &self.dz[(t - 1) * self.outputs..t * self.outputs];
            for (&dz, w_o) in dz.iter().zip(w_o.chunks_exact(hidden)) {
                // Adding what is exactly zero changes nothing but the sign of a zero.
                if dz == 0.0 && t < length {
                    continue;
                }
                for (g, &w) in g[first..].iter_mut().zip(w_o) {
                    *g = round(*g + round(round(dz) * round(w)));
                }
            }
            dl_do[t - 1] = match g.as_slice() {
                [number] => Magnitude::new(*number),
                _ => Magnitude::new(norm(&g)),
            };
            linearised.rounded_back(t, &g, &mut step, round);
            let ways = step.carried.iter().zip(&step.through_gates);
            for (g, (carried, gates)) in g.iter_mut().zip(ways) {
                *g = round(carried + gates);
            }
        }
        Ok(dl_do)
    }
}

/// Every gradient divided by the last one.
fn gains(dl_do: &[Magnitude]) -> Vec<Magnitude> {
    let Some(&at_end) = dl_do.last() else {
        return Vec::new();
    };
    let gain = |magnitude: Magnitude| match at_end {
        // What a NaN of f′ made of the zero is still shown.
        Magnitude::Zero => magnitude,
        at_end => magnitude.over(at_end),
    };
    dl_do.iter().copied().map(gain).collect()
}

/// A relative error of at least 0: `0.400 %`, or from 1 on, where a percentage says nothing to anyone, how many times
/// the exact gradient it is.
fn error_in_words(error: f64) -> String {
    if error < 1.0 {
        match significant(100.0 * error).as_str() {
            "100" => "more than 99.9 %".to_owned(),
            text => format!("{text} %"),
        }
    } else {
        format!("{} times the gradient itself", significant(error))
    }
}

/// |rounded/exact − 1| of two finite numbers that are not zero.
fn relative_error(rounded: Magnitude, exact: Magnitude) -> Option<f64> {
    let logarithm = (rounded.log10()? - exact.log10()?) * std::f64::consts::LN_10;
    Some(if rounded.is_negative() == exact.is_negative() {
        libm::expm1(logarithm).abs()
    } else {
        libm::exp(logarithm) + 1.0
    })
}

#[cfg(test)]
mod tests;
