//! Every word's share of the loss's gradient.

use libm::exp;

use crate::flow::Magnitude;
use crate::training::Snapshot;

/// Of every timestep that is a word, what of the gradient reaches it.
pub struct WordShares {
    /// ‖∂L/∂x_t‖ over that of the last word; `None` for padding.
    gains: Vec<Option<Magnitude>>,
    /// ‖∂L/∂x_t‖ over the sum of all words'; `None` for padding, and where there is none.
    shares: Vec<Option<f64>>,
}

impl WordShares {
    /// Of the sentence of `snapshot`, in which ∂L/∂x_t has been computed; otherwise there are none.
    pub fn of(snapshot: &Snapshot) -> Self {
        let words = (1..=snapshot.len()).map(|t| {
            let reached = snapshot.probe.dl_dx.get(t - 1).copied();
            reached.filter(|_| !snapshot.is_padding(t))
        });
        let words: Vec<Option<Magnitude>> = words.collect();
        let last = words.iter().rev().find_map(|word| *word);
        let gains = words
            .iter()
            .map(|word| Some(word.as_ref()?.size().over(last?.size())))
            .collect();
        // Far below what a float holds: only what they are of the greatest counts.
        let logs = || words.iter().flatten().filter_map(|word| word.log10());
        let greatest = logs().fold(f64::NEG_INFINITY, f64::max);
        let are_numbers = words
            .iter()
            .flatten()
            .all(|word| word.is_finite() || *word == Magnitude::Zero);
        let part = |log10: f64| exp((log10 - greatest) * std::f64::consts::LN_10);
        let sum: f64 = logs().map(part).sum();
        let share = |word: &Option<Magnitude>| {
            let word = word.filter(|_| are_numbers && sum > 0.0)?;
            Some(word.log10().map_or(0.0, |log10| part(log10) / sum))
        };
        Self {
            shares: words.iter().map(share).collect(),
            gains,
        }
    }

    /// ‖∂L/∂x_t‖ at 1-based `t` over that of the last word.
    pub fn gain(&self, t: usize) -> Option<Magnitude> {
        *self.gains.get(t.checked_sub(1)?)?
    }

    /// The share of the word at 1-based `t`, from 0 to 1.
    pub fn share(&self, t: usize) -> Option<f64> {
        *self.shares.get(t.checked_sub(1)?)?
    }

    /// The timestep of the greatest share, and that.
    pub fn greatest(&self) -> Option<(usize, f64)> {
        let shares = (1..).zip(&self.shares);
        let shares = shares.filter_map(|(t, share)| Some((t, (*share)?)));
        shares.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Which outcomes there are besides numbers: zero, ∞, NaN.
    pub fn outcomes(&self) -> [bool; 3] {
        let mut found = [false; 3];
        for gain in self.gains.iter().flatten() {
            match gain {
                Magnitude::Finite { .. } => {}
                Magnitude::Zero | Magnitude::Undefined => found[0] = true,
                Magnitude::Overflow { .. } => found[1] = true,
                Magnitude::Nan => found[2] = true,
            }
        }
        found
    }
}
