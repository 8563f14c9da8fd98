//! A record in a row: what becomes of the gradient in it.

use std::fmt;

use super::recorded::RecordedSequence;
use super::recorded_facts::RecordedFacts;
use crate::flow::{FloatFormat, GradientFlow, Magnitude, Outcome, Probe, RoundedFlow, Verdict};
use crate::models::Record;
use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network, Spectrum};

/// What is known of a record.
#[derive(Clone, Debug)]
pub struct RecordSummary {
    /// What it says besides its numbers.
    pub facts: RecordedFacts,
    /// What becomes of the gradient between the last timestep and the first.
    pub outcome: Outcome,
    /// The gain at the first timestep, ‖γ₁‖/‖γₙ‖.
    pub reached: Magnitude,
    /// λ, the mean of the logarithm of the gain per timestep.
    pub lyapunov: Option<f64>,
    /// In timesteps.
    pub half_life: Option<f64>,
    /// n.
    pub length: usize,
    /// The gain of each timestep.
    pub gains: Vec<Magnitude>,
    /// The first number that is not finite, in the order in which they are computed.
    pub not_finite: Option<NotFinite>,
    /// The timestep from which on, on the way back, the format of the training has lost the gradient; `None` also where it
    /// computes in float64.
    pub lost_from: Option<usize>,
    /// The verdict in a sentence.
    pub sentence: String,
}

/// Why there is no summary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSummary {
    /// Something does not fit, in a sentence.
    #[error("{0}")]
    Unfit(String),
    /// Nobody waits for it any more.
    #[error("interrupted")]
    Interrupted,
}

impl From<Interrupted> for NoSummary {
    fn from(Interrupted: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// A number that is not finite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFinite {
    /// What it is of: a tensor of the record, `h` or `dl_dh`.
    pub what: String,
    /// Its 1-based timestep, if it has one.
    pub t: Option<usize>,
}

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not finite", self.what)?;
        self.t.map_or(Ok(()), |t| write!(f, " at timestep {t}"))
    }
}

impl RecordSummary {
    /// That of number `index` of the sequences of `record`, through its part called `part`; with [`Self::lost_from`] if it is
    /// to be precise, which takes as long again as the rest.
    ///
    /// # Errors
    /// [`NoSummary`]
    pub fn of(
        record: &Record,
        (part, index): (&str, usize),
        is_precise: bool,
        interrupt: &Interrupt,
    ) -> Result<Self, NoSummary> {
        let sequence = RecordedSequence::of(record, part, index).map_err(NoSummary::Unfit)?;
        let (network, batch) = (sequence.network(record), sequence.batch(record));
        let facts = RecordedFacts::of(record);
        let mut probe = Probe::new(&network.parameters);
        probe.run(&network, &batch, Loss::Linear, interrupt)?;
        // It makes a bound, for which nobody asks here, and is the dearest to find out.
        let spectrum = Spectrum {
            spectral_radius: f64::NAN,
            sigma_1: f64::NAN,
        };
        let flow = GradientFlow::of(&network, &batch, &probe, Loss::Linear, spectrum, interrupt)?;
        let seen = Seen {
            network: &network,
            batch: &batch,
            probe: &probe,
            flow: &flow,
        };
        let format = format_called(&facts.dtype).filter(|_| is_precise);
        let lost_from = seen.lost_from(format, interrupt)?;
        let verdict = Verdict::of(&flow, 1, |_| None);
        Ok(Self {
            outcome: verdict.outcome,
            reached: verdict.reached,
            lyapunov: verdict.lyapunov,
            half_life: verdict.half_life,
            length: batch.length,
            gains: flow.steps.iter().map(|step| step.to_end).collect(),
            not_finite: seen.first_not_finite(record),
            lost_from,
            sentence: verdict.in_words(),
            facts,
        })
    }
}

/// The format that a framework calls `dtype`, if it is narrower than float64.
pub fn format_called(dtype: &str) -> Option<FloatFormat> {
    match dtype {
        "float16" | "half" => Some(FloatFormat::Float16),
        "bfloat16" => Some(FloatFormat::Bfloat16),
        "float32" | "float" => Some(FloatFormat::Float32),
        _ => None,
    }
}

/// A pass over what is recorded.
struct Seen<'a> {
    network: &'a Network,
    batch: &'a Batch,
    probe: &'a Probe,
    flow: &'a GradientFlow,
}

impl Seen<'_> {
    /// From where on `format`, if it is narrower than float64, loses the gradient.
    fn lost_from(
        &self,
        format: Option<FloatFormat>,
        interrupt: &Interrupt,
    ) -> Result<Option<usize>, Interrupted> {
        let Some(format) = format else {
            return Ok(None);
        };
        let Self {
            network,
            batch,
            probe,
            flow,
        } = self;
        let rounded = RoundedFlow::of(network, batch, probe, Loss::Linear, flow, format, interrupt);
        Ok(rounded?.parted_from)
    }

    /// The first number that is not finite: what is given, then forward from the first timestep on, then back from the last.
    fn first_not_finite(&self, record: &Record) -> Option<NotFinite> {
        let of = |what: &str, t: Option<usize>| NotFinite {
            what: what.to_owned(),
            t,
        };
        let is_broken = |values: &[f64]| values.iter().any(|value| !value.is_finite());
        for way in record.ways() {
            for (kind, _, values) in record.weights(way) {
                if is_broken(values) {
                    return Some(of(&way.name_of(kind), None));
                }
            }
        }
        let (batch, pass) = (self.batch, &self.probe.pass);
        if is_broken(&self.network.s_0) {
            return Some(of("h_0", Some(0)));
        }
        for t in 1..=batch.length {
            if batch.vector(t - 1, 0).is_some_and(is_broken) {
                return Some(of("x", Some(t)));
            }
            let layers = pass.layers();
            let parts = 0..self.network.cell.cell().states().len();
            let is_broken_in = |part| layers.iter().any(|layer| is_broken(layer.state(part, t)));
            if parts.into_iter().any(is_broken_in) {
                return Some(of("h", Some(t)));
            }
        }
        if is_broken(&batch.last_state_gradients) {
            return Some(of("grad_h_n", Some(batch.length)));
        }
        for t in (1..=batch.length).rev() {
            if is_broken(pass.from_read_out(t)) {
                return Some(of("grad_output", Some(t)));
            }
            if !pass.norms()[t].is_finite() {
                return Some(of("dl_dh", Some(t)));
            }
        }
        None
    }
}
