//! Which terms of ∂L/∂w_h pull which way, in words.
//!
//! A share of a sum whose terms have both signs may be ten times the sum, or point against it. As a percentage
//! nobody understands that, so percentages stand only for shares from 0 to 1, and words for the others.

use super::{GradientFlow, Magnitude, decimal, significant, thousands};

/// What the steps from the end back to 1-based `k` are of ∂L/∂w_h and which of them pull against it:
/// `steps 10 to 7 are 83.2 % of ∂L/∂wₕ; step 9 pulls against it`. For H > 1 a share is measured along the sum.
pub fn share_in_words(flow: &GradientFlow, k: usize) -> String {
    let symbol = symbol(flow);
    let shares = shares(flow);
    if can_be_added(&shares) && !shares.is_empty() {
        of_shares(symbol, &shares, k.clamp(1, shares.len()))
    } else {
        without_shares(symbol, flow)
    }
}

/// How many terms pull against ∂L/∂w_h, if any does: `4 of the 10 terms pull against the sum`.
pub fn against_in_words(flow: &GradientFlow) -> Option<String> {
    let shares = shares(flow);
    if !can_be_added(&shares) {
        return None;
    }
    let count = shares.iter().filter(|share| **share < 0.0).count();
    let verb = if count == 1 { "pulls" } else { "pull" };
    let [count_text, of] = [count, shares.len()].map(|number| thousands(number as u64));
    (count > 0).then(|| format!("{count_text} of the {of} terms {verb} against the sum"))
}

fn shares(flow: &GradientFlow) -> Vec<f64> {
    flow.steps.iter().map(|step| step.term_w_h.share).collect()
}

/// Whether they are numbers, and every sum of some of them is one.
fn can_be_added(shares: &[f64]) -> bool {
    shares
        .iter()
        .map(|share| share.abs())
        .sum::<f64>()
        .is_finite()
}

fn symbol(flow: &GradientFlow) -> &'static str {
    if flow.hidden == 1 {
        "∂L/∂wₕ"
    } else {
        "∂L/∂Wₕ"
    }
}

/// Of a sum that is zero, nothing is a share, and of one that is not finite neither.
fn without_shares(symbol: &str, flow: &GradientFlow) -> String {
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

/// The sentence for `shares` of timesteps 1 to n, which are finite and together 1, and `k` from 1 to n.
fn of_shares(symbol: &str, shares: &[f64], k: usize) -> String {
    let n = shares.len();
    let (before, shown) = shares.split_at(k - 1);
    let alone = k == n;
    let steps = if alone {
        format!("step {n}")
    } else {
        format!("steps {n} to {k}")
    };
    if shown.iter().all(|share| *share == 0.0) {
        let verb = if alone { "adds" } else { "add" };
        return format!("{steps} {verb} nothing to {symbol}");
    }
    // What rounding makes of all of them is no more or less than all.
    let is_all = before.iter().all(|share| *share == 0.0);
    let total: f64 = if is_all {
        1.0
    } else {
        shown.iter().rev().sum()
    };
    let before = Before {
        last: k - 1,
        shown: if alone { "it" } else { "them" },
    };
    let is = if alone { "is" } else { "are" };
    if total == 0.0 {
        return format!("{steps} cancel each other; the rest is {symbol}");
    }
    if total < 0.0 {
        let pull = if alone { "pulls" } else { "together pull" };
        return format!(
            "{steps} {pull} against {symbol}, {} times as strongly; {}",
            significant(-total),
            before.verb("outweighs", "outweigh") + " " + before.shown
        );
    }
    // To a tenth of a percent.
    if (total * 1000.0).round() > 1000.0 {
        let alone = if alone { " alone" } else { "" };
        let pulls_back = before.verb("pulls back", "pull back");
        return format!(
            "{steps}{alone} {is} {} {symbol}; {pulls_back}",
            times(total)
        );
    }
    format!(
        "{steps} {is} {} of {symbol}{}",
        percent(total),
        opponents(shown, k)
    )
}

/// The timesteps before those that are spoken of.
struct Before {
    /// The last of them, from 1 on.
    last: usize,
    /// What those that are spoken of are called.
    shown: &'static str,
}

impl Before {
    /// Who they are, and what they do.
    fn verb(&self, one: &str, many: &str) -> String {
        match self.last {
            1 => format!("step 1 {one}"),
            _ => format!("the steps before {} together {many}", self.shown),
        }
    }
}

/// `; step 9 pulls against it` for those of the `shown` timesteps from `k` on that do.
fn opponents(shown: &[f64], k: usize) -> String {
    let against: Vec<usize> = (k..)
        .zip(shown)
        .filter(|(_, share)| **share < 0.0)
        .map(|(t, _)| t)
        .collect();
    match against[..] {
        [] => String::new(),
        [t] if shown.len() > 1 => format!("; step {t} pulls against it"),
        [earlier, later] => format!("; steps {later} and {earlier} pull against it"),
        _ => format!(
            "; {} of them pull against it",
            thousands(against.len() as u64)
        ),
    }
}

/// `10.2 times`, or for hardly more than 1 words.
fn times(total: f64) -> String {
    match significant(total).as_str() {
        "1" => "a little more than".to_owned(),
        number => format!("{number} times"),
    }
}

/// `83.2 %`, for a share above 0 that is rounded to 1 at most.
fn percent(share: f64) -> String {
    if share < 0.0005 {
        return "less than 0.1 %".to_owned();
    }
    format!("{} %", decimal(100.0 * share, 1))
}

#[cfg(test)]
mod tests;
