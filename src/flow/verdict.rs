//! What the numbers mean, in words.

use super::{GradientFlow, Magnitude, StepFlow, counted, percent, significant};

/// log₁₀ of the share of the gradient below which it counts as vanishing (a tenth), and above whose
/// inverse it counts as exploding: an order of magnitude between what the two ends of the sequence teach.
pub const NEGLIGIBLE_LOG10: f64 = -1.0;

/// A half-life longer than this many steps is rounding and not dynamics.
const MEASURABLE_STEPS: f64 = 1e9;

/// What becomes of the gradient between the loss and the first timestep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Less than a tenth arrives.
    Vanishing,
    /// More than ten times as much arrives.
    Exploding,
    /// Something between arrives.
    Carried,
    /// Nothing arrives: a factor is exactly zero, or the loss itself sends nothing.
    Blocked,
    /// The arithmetic overflowed or is undefined.
    NotFinite,
}

impl Outcome {
    /// One word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vanishing => "Vanishing",
            Self::Exploding => "Exploding",
            Self::Carried => "Carried",
            Self::Blocked => "Blocked",
            Self::NotFinite => "Not finite",
        }
    }
}

/// The outcome and how to say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What becomes of the gradient.
    pub outcome: Outcome,
    /// The product between the last timestep and the first input, of whatever the loss sends.
    pub reached: Magnitude,
    /// One sentence without a full stop, beginning with the outcome's name.
    pub sentence: String,
    /// How fast the gradient shrinks or grows, such as `half-life 3.2 steps`.
    pub rate: Option<String>,
    /// λ between `first` and n, as [`GradientFlow::lyapunov`] has it; −∞ where nothing arrives at all.
    pub lyapunov: Option<f64>,
    /// ln 2 / −λ, if the gradient shrinks and something arrives.
    pub half_life: Option<f64>,
}

impl Verdict {
    /// The sentence, and the rate behind it: `Vanishing: …, half-life 3.2 steps`.
    pub fn in_words(&self) -> String {
        match &self.rate {
            Some(rate) => format!("{}, {rate}", self.sentence),
            None => self.sentence.clone(),
        }
    }
}

impl Verdict {
    /// Judges `flow`. `label` names 1-based timesteps that have a word, such as `“not”`; padding before
    /// the first word is not a place where a gradient is of use, so `first` is the timestep of the
    /// first input.
    pub fn of(flow: &GradientFlow, first: usize, label: impl Fn(usize) -> Option<String>) -> Self {
        let Some(step) = flow.steps.get(first.saturating_sub(1)) else {
            return Self {
                outcome: Outcome::NotFinite,
                reached: Magnitude::Nan,
                sentence: "No timestep".to_owned(),
                rate: None,
                lyapunov: None,
                half_life: None,
            };
        };
        let place = |t: usize| match label(t) {
            Some(label) => format!("{label}, step {t}", t = counted(t)),
            None => format!("step {t}", t = counted(t)),
        };
        let (outcome, rest, rate) = match at_the_end(flow, step, place) {
            // How fast nothing shrinks is of no interest.
            Some((outcome, rest)) => (outcome, rest, None),
            None => {
                let outcome = outcome_of(step.to_end);
                (outcome, on_the_way(flow, first, place), rate(flow, first))
            }
        };
        let (lyapunov, half_life) = match outcome {
            // It is gone at once, whatever the factors are.
            Outcome::Blocked => (Some(f64::NEG_INFINITY), None),
            _ => (flow.lyapunov(first), flow.half_life(first)),
        };
        Self {
            outcome,
            reached: step.to_end,
            sentence: format!("{}: {rest}", outcome.name()),
            rate,
            lyapunov,
            half_life,
        }
    }
}

/// What there is to say if the gradient does not even get into the last state and its unit: then nothing of
/// what happens before matters.
fn at_the_end(
    flow: &GradientFlow,
    first: &StepFlow,
    place: impl Fn(usize) -> String,
) -> Option<(Outcome, String)> {
    let n = flow.len();
    let end = flow.steps.last()?;
    // An exploding product says more than the overflow that it has ended in.
    let is_finite = flow.z.is_finite() && end.dl_do.is_finite();
    if !is_finite && outcome_of(first.to_end) == Outcome::Exploding {
        return None;
    }
    if !flow.z.is_finite() {
        let rest = format!("the read-out z is {}", Magnitude::new(flow.z));
        return Some((Outcome::NotFinite, rest));
    }
    let learns = if flow.read_out_learns {
        "only the read-out learns"
    } else {
        "nothing learns"
    };
    let rest = match (flow.dl_dz, end.dl_do) {
        (Magnitude::Zero, _) => {
            "the loss sends no gradient at all, ∂L/∂z is exactly 0; nothing learns".to_owned()
        }
        (_, Magnitude::Zero) => {
            format!("the read-out passes nothing on, wₒ is exactly 0; {learns}")
        }
        (_, sent) if !sent.is_finite() => {
            let rest = format!("what the loss sends into the last state is {sent}");
            return Some((Outcome::NotFinite, rest));
        }
        _ if end.f_prime() == Magnitude::Zero => {
            let (unit, its) = if flow.state_width == 1 {
                ("the last unit is dead", "its f′ is exactly 0")
            } else {
                (
                    "the last state is dead",
                    "f′ is exactly 0 wherever gradient arrives",
                )
            };
            let at = place(n);
            format!("{unit}, {its} at {at}; {learns}")
        }
        _ => return None,
    };
    Some((Outcome::Blocked, rest))
}

/// What becomes of it between n and the 1-based timestep `first`.
fn on_the_way(flow: &GradientFlow, first: usize, place: impl Fn(usize) -> String) -> String {
    let step = &flow.steps[first - 1];
    let sent = flow.dl_do_n();
    let reaches = match outcome_of(step.to_end) {
        Outcome::NotFinite => {
            let at = last_where(flow, |magnitude| !magnitude.is_finite());
            return format!(
                "going back, the product is {} from {} on",
                flow.steps[at - 1].to_end,
                place(at)
            );
        }
        Outcome::Blocked => {
            let at = last_where(flow, |magnitude| magnitude == Magnitude::Zero);
            return format!("the gradient is exactly 0 from {} back", place(at));
        }
        _ if first == flow.len() => format!("the whole gradient reaches {}", place(first)),
        _ => format!(
            "{} {} reaches {}",
            amount(step.to_end),
            if flow.is_asked_at_every_step {
                "the last answer's gradient"
            } else {
                "the gradient"
            },
            place(first)
        ),
    };
    if !sent.is_finite() {
        return format!("{reaches}, and what the loss sends is {sent} already");
    }
    if !flow.z.is_finite() {
        let z = Magnitude::new(flow.z);
        return format!("{reaches}, and the read-out z is {z} already");
    }
    if step.f_prime() == Magnitude::Zero {
        format!("{reaches}, but its f′ is exactly 0: nothing is learnt from it")
    } else {
        reaches
    }
}

/// `half-life 3.2 steps` between 1-based `first` and the end, or how fast the gradient grows; `None` where
/// it does neither.
fn rate(flow: &GradientFlow, first: usize) -> Option<String> {
    let lyapunov = flow.lyapunov(first)?;
    let steps = flow
        .half_life(first)
        .unwrap_or(std::f64::consts::LN_2 / lyapunov);
    // A gain of 1 to within rounding neither shrinks nor grows; a factor of zero does both at once.
    if !(steps > 0.0 && steps < MEASURABLE_STEPS) {
        return None;
    }
    let change = if lyapunov < 0.0 {
        "half-life"
    } else {
        "doubles every"
    };
    Some(match significant(steps).as_str() {
        // A factor of exactly 2 or a half: its logarithm has lost the last digit.
        _ if (steps - 1.0).abs() < 1e-9 && lyapunov > 0.0 => "doubles every step".to_owned(),
        _ if (steps - 1.0).abs() < 1e-9 => "half-life 1 step".to_owned(),
        steps => format!("{change} {steps} steps"),
    })
}

fn outcome_of(product: Magnitude) -> Outcome {
    match product {
        Magnitude::Zero => Outcome::Blocked,
        Magnitude::Overflow { .. } | Magnitude::Undefined | Magnitude::Nan => Outcome::NotFinite,
        Magnitude::Finite { log10, .. } if log10 < NEGLIGIBLE_LOG10 => Outcome::Vanishing,
        Magnitude::Finite { log10, .. } if log10 > -NEGLIGIBLE_LOG10 => Outcome::Exploding,
        Magnitude::Finite { .. } => Outcome::Carried,
    }
}

/// `3.2·10⁻¹² of`, `38.7 % of` down to a thousandth, or `1.32 times`: no percentage is above 100. Signs are for
/// the plot.
fn amount(product: Magnitude) -> String {
    let Some(log10) = product.log10() else {
        return product.to_string();
    };
    // Up to what is 1 but for rounding.
    if (-3.0..1e-12).contains(&log10) {
        return format!("{} of", percent(libm::pow(10.0, log10)));
    }
    let magnitude = Magnitude::Finite {
        negative: false,
        log10,
    };
    if log10 > 0.0 {
        format!("{magnitude} times")
    } else {
        format!("{magnitude} of")
    }
}

/// The last (nearest to the end) 1-based timestep whose product to the end is such, or 1.
fn last_where(flow: &GradientFlow, such: impl Fn(Magnitude) -> bool) -> usize {
    flow.steps
        .iter()
        .rposition(|step| such(step.to_end))
        .map_or(1, |index| index + 1)
}
