//! Which terms of a weight's gradient pull which way, in words.
//!
//! The terms of a sum may cancel each other. Then one of them is ten times the sum, or points against it, and its
//! share of the sum says nothing to anyone. So a share is one of all the pull, Σ |term|: from 0 to 100 %, whatever
//! cancels, with the way that it pulls beside it.

use super::{GradientFlow, Magnitude, Term, WeightGradient, counted, percent};

/// Of less than this share of all the pull that is left, the terms are said to nearly cancel.
const NEARLY_NOTHING: f64 = 0.1;

/// The shares that the terms of one gradient have of all the pull.
pub struct Pulls {
    /// Of each timestep, from −1 to 1, all sizes together 1. One weight: above zero for a term above zero. A matrix:
    /// above zero for a term that points along the sum, as far as it does.
    shares: Vec<f64>,
    /// Which terms are exactly zero; the share of another may be too small for an `f64`.
    nothing: Vec<bool>,
    /// log₁₀ of all the pull.
    all_log10: f64,
    sum: WeightGradient,
}

impl Pulls {
    /// Of the `terms` of timesteps 1 to n, which make up `sum`. `None` if there is no pull: all are zero, or one of
    /// them or the sum is no finite number, or they are matrices that cancel to exactly zero.
    pub fn of(terms: impl IntoIterator<Item = Term>, sum: WeightGradient) -> Option<Self> {
        let terms: Vec<Term> = terms.into_iter().collect();
        let is_finite = |it: Magnitude| it == Magnitude::Zero || it.log10().is_some();
        if !is_finite(sum.magnitude) || !terms.iter().all(|term| is_finite(term.magnitude)) {
            return None;
        }
        let largest = terms.iter().filter_map(|term| term.magnitude.log10());
        let largest = largest.fold(f64::NEG_INFINITY, f64::max);
        // In the unit of the largest term, or of the sum: far from 1 there may be no such number.
        let unit = if sum.is_number {
            largest
        } else {
            sum.magnitude.log10()?
        };
        let pull = |term: &Term| match term.magnitude {
            Magnitude::Finite { negative, log10 } if sum.is_number => {
                let size = libm::pow(10.0, log10 - unit);
                if negative { -size } else { size }
            }
            _ if sum.is_number => 0.0,
            _ => term.share,
        };
        let pulls: Vec<f64> = terms.iter().map(pull).collect();
        let all: f64 = pulls.iter().map(|pull| pull.abs()).sum();
        if !(all > 0.0 && all.is_finite()) {
            return None;
        }
        Some(Self {
            shares: pulls.iter().map(|pull| pull / all).collect(),
            nothing: terms
                .iter()
                .map(|term| term.magnitude == Magnitude::Zero)
                .collect(),
            all_log10: unit + all.log10(),
            sum,
        })
    }

    /// Of the terms of ∂L/∂w_h.
    pub fn of_w_h(flow: &GradientFlow) -> Option<Self> {
        Self::of(flow.steps.iter().map(|step| step.term_w_h), flow.w_h)
    }

    /// What the term of 1-based `t` is, such as `8.3 % of all pull, against the sum`.
    ///
    /// # Panics
    /// If there is no such timestep.
    pub fn share_in_words(&self, t: usize) -> String {
        self.range_in_words(t, t)
    }

    /// `up 0.00310, down 0.00290, sum 0.000200: they nearly cancel`, where the terms pull both ways; of matrices, whose
    /// terms pull `with the sum` and `against it`, as far as they do.
    pub fn balance_in_words(&self) -> Option<String> {
        let [positive, negative] = self.both_ways(&self.shares);
        if positive == 0.0 || negative == 0.0 {
            return None;
        }
        let size = |share: f64| Magnitude::from_log10(self.all_log10 + share.log10());
        let [up, down] = self.ways();
        let up = if self.sum.is_number { "up" } else { up };
        let down = if self.sum.is_number { "down" } else { down };
        let cancel = match self.sum.magnitude {
            Magnitude::Zero => ": they cancel",
            _ if (positive - negative).abs() < NEARLY_NOTHING => ": they nearly cancel",
            _ => "",
        };
        Some(format!(
            "{up} {}, {down} {}, sum {}{cancel}",
            size(positive),
            size(negative),
            self.sum.magnitude
        ))
    }

    /// What the terms of 1-based timesteps `from` to `to` are of all the pull.
    fn range_in_words(&self, from: usize, to: usize) -> String {
        let [positive, negative] = self.both_ways(&self.shares[from - 1..to]);
        let [up, down] = self.ways();
        let share = percent(positive + negative);
        // Too small for a number, and yet not nothing.
        let share = match share.as_str() {
            "0 %" if !self.adds_nothing(from, to) => "less than 0.1 %",
            share => share,
        };
        match (positive > 0.0, negative > 0.0) {
            (true, true) => {
                let mut ways = [(positive, up), (negative, down)];
                // The way of the sum first.
                if self.sum.magnitude.is_negative() {
                    ways.reverse();
                }
                let [one, other] = ways.map(|(share, way)| format!("{} {way}", percent(share)));
                format!("{share} of all pull: {one}, {other}")
            }
            (true, false) => format!("{share} of all pull, {up}"),
            (false, true) => format!("{share} of all pull, {down}"),
            (false, false) => format!("{share} of all pull"),
        }
    }

    fn adds_nothing(&self, from: usize, to: usize) -> bool {
        self.nothing[from - 1..to].iter().all(|nothing| *nothing)
    }

    /// Every term pulls the same way.
    fn is_one_way(&self) -> bool {
        self.both_ways(&self.shares).contains(&0.0)
    }

    fn both_ways(&self, shares: &[f64]) -> [f64; 2] {
        let sum = |sign: f64| -> f64 { shares.iter().map(|share| (sign * share).max(0.0)).sum() };
        [sum(1.0), sum(-1.0)]
    }

    /// What a share above zero and one below it are called.
    fn ways(&self) -> [&'static str; 2] {
        match self.sum.magnitude {
            Magnitude::Zero => ["upwards", "downwards"],
            sum if self.sum.is_number && sum.is_negative() => ["against the sum", "with the sum"],
            _ => ["with the sum", "against the sum"],
        }
    }
}

/// What the steps from the end back to 1-based `k` are of ∂L/∂w_h: `steps 10 to 7 are 83.2 % of ∂L/∂wₕ` where all
/// terms pull the same way, and `steps 10 to 7 are 83.2 % of all pull: 70.1 % with the sum, 13.1 % against the sum`
/// where they do not.
pub fn share_in_words(flow: &GradientFlow, k: usize) -> String {
    let symbol = if flow.state_width == 1 {
        "∂L/∂wₕ"
    } else {
        "∂L/∂Wₕ"
    };
    let Some(pulls) = Pulls::of_w_h(flow) else {
        return without_pull(symbol, flow);
    };
    let n = flow.len();
    let k = k.clamp(1, n);
    let alone = k == n;
    let steps = if alone {
        format!("step {n}", n = counted(n))
    } else {
        format!("steps {n} to {k}", n = counted(n), k = counted(k))
    };
    if pulls.adds_nothing(k, n) {
        let verb = if alone { "adds" } else { "add" };
        return format!("{steps} {verb} nothing to {symbol}");
    }
    let is = if alone { "is" } else { "are" };
    let share = pulls.range_in_words(k, n);
    match share.split_once(" of all pull") {
        Some((share, _)) if pulls.is_one_way() => format!("{steps} {is} {share} of {symbol}"),
        _ => format!("{steps} {is} {share}"),
    }
}

/// What there is to say where nothing pulls, or no number says how much.
fn without_pull(symbol: &str, flow: &GradientFlow) -> String {
    let sum = flow.w_h.magnitude;
    if sum.log10().is_none() && sum != Magnitude::Zero {
        return format!("{} is {sum}", flow.w_h_symbol());
    }
    let mut terms = flow.steps.iter().map(|step| step.term_w_h.magnitude);
    if terms.all(|term| term == Magnitude::Zero) {
        return format!("every term of {symbol} is exactly 0");
    }
    format!("the terms of {symbol} cancel each other, what is left is {sum}")
}

#[cfg(test)]
mod tests;
