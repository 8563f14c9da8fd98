//! What is wrong with a gradient that somebody else has computed.
//!
//! The right gradient is computed, and beside it what comes of each mistake that people make; where yours is one of those,
//! to the last digit that rounding leaves, the mistake has a name.

mod backward;
mod candidates;
mod given;
mod mistake;
mod rounding;
mod setting;
mod terms;

pub use given::{GivenPlace, GivenTensor, Precision};
pub use mistake::{Mistake, SlopeMistake};
pub use setting::Setting;
pub use terms::{GivenTerms, may_be_kept};

use crate::rnn::{Interrupt, Interrupted, norm};
use candidates::{Search, mistakes_in};
use rounding::{Rounding, distance};

use super::{Progress, significant};

/// How one tensor of yours compares with the right one.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorVerdict {
    /// What it was called.
    pub name: String,
    /// Whether it is right, but for rounding.
    pub is_right: bool,
    /// ‖yours − right‖ / ‖right‖; ∞ where the right one is zero and yours is not.
    pub relative_error: f64,
    /// What rounding explains of it.
    pub explained: f64,
    /// The cosine of the angle between the two; NaN where one of them is zero.
    pub cosine: f64,
    /// How many times the right one yours is, at best: ⟨yours, right⟩/⟨right, right⟩.
    pub ratio: f64,
    /// Yours and the right one, row by row.
    pub values: [Vec<f64>; 2],
}

/// What is wrong with a gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// Nothing.
    Nothing,
    /// These mistakes give exactly it.
    Mistakes(Vec<Mistake>),
    /// It has a number that is not finite: in which tensor, and where.
    NotFinite(String, String),
    /// No mistake that is known gives it: which tensor departs, and where first, from the end of the sequence on.
    Unknown(String, String),
}

/// The comparison of a gradient with the right one.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Every tensor of it.
    pub tensors: Vec<TensorVerdict>,
    /// What is wrong.
    pub cause: Cause,
    /// Its terms, where they are given, or known by the mistakes that it comes of.
    pub terms: Option<GivenTerms>,
}

impl Diagnosis {
    /// The mistakes that it comes of, if they have names.
    pub fn mistakes(&self) -> &[Mistake] {
        match &self.cause {
            Cause::Mistakes(mistakes) => mistakes,
            _ => &[],
        }
    }

    /// What is wrong, in one sentence without a full stop.
    pub fn sentence(&self, setting: Setting<'_>) -> String {
        match &self.cause {
            Cause::Nothing => "Your gradient is right, but for rounding".to_owned(),
            Cause::Mistakes(mistakes) => {
                let length = setting.length();
                let all = mistakes
                    .iter()
                    .map(|it| it.sentence(setting.network, length));
                all.collect::<Vec<_>>().join(". And: ")
            }
            Cause::NotFinite(tensor, place) => {
                format!("Your {tensor} is not finite at {place}: an overflow, or 0/0")
            }
            Cause::Unknown(tensor, place) => {
                format!(
                    "No mistake that is known gives your gradient; {tensor} departs first at {place}"
                )
            }
        }
    }

    /// All of it, a line for every tensor and then what is wrong, which line of the formula that breaks and what to write
    /// instead.
    pub fn report(&self, setting: Setting<'_>) -> String {
        let mut report = String::new();
        let wide = self.tensors.iter().map(|it| it.name.chars().count()).max();
        let wide = wide.unwrap_or(0);
        for tensor in &self.tensors {
            let word = if tensor.is_right { "right" } else { "WRONG" };
            report += &format!(
                "{:wide$}  {word}  relative error {}, cosine {}, yours / right {}\n",
                tensor.name,
                significant(tensor.relative_error),
                significant(tensor.cosine),
                significant(tensor.ratio),
            );
        }
        report += &format!("{}.\n", self.sentence(setting));
        for mistake in self.mistakes() {
            report += &format!(
                "  the formula:   {}\n  write instead: {}\n",
                mistake.broken_line(setting.network),
                mistake.remedy(setting.network)
            );
        }
        report
    }
}

/// Compares `given` with the gradient of `setting`, and finds out what is wrong with it. Takes about as many backward
/// passes as there are pairs of mistakes, some thousand, where it is wrong.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn diagnose(
    setting: Setting<'_>,
    given: &[GivenTensor],
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Diagnosis, Interrupted> {
    let rounding = Rounding::of(setting, given, interrupt)?;
    let network = setting.network;
    let tensors: Vec<TensorVerdict> = given
        .iter()
        .zip(rounding.right())
        .enumerate()
        .map(|(index, (tensor, right))| compare(tensor, right, rounding.explained(index, right)))
        .collect();
    let not_finite = given.iter().find_map(|tensor| {
        let place = tensor.values.iter().position(|value| !value.is_finite())?;
        Some((tensor, place))
    });
    let length = setting.length();
    let cause = if let Some((tensor, place)) = not_finite {
        Cause::NotFinite(tensor.name.clone(), tensor.name_of(network, length, place))
    } else if tensors.iter().all(|tensor| tensor.is_right) {
        Cause::Nothing
    } else {
        let search = Search {
            setting,
            given,
            rounding: &rounding,
        };
        match search.find(mistakes_in(setting), interrupt, progress)? {
            Some(mistakes) => Cause::Mistakes(mistakes),
            None => departure(setting, given, &tensors, &rounding),
        }
    };
    let mistakes = match &cause {
        Cause::Mistakes(mistakes) => mistakes.as_slice(),
        _ => &[],
    };
    let terms = GivenTerms::of(setting, given, mistakes, interrupt)?;
    Ok(Diagnosis {
        tensors,
        cause,
        terms,
    })
}

fn compare(tensor: &GivenTensor, right: &[f64], explained: f64) -> TensorVerdict {
    let yours = &tensor.values;
    let (distance, size) = (distance(yours, right), norm(right));
    let scalar: f64 = yours
        .iter()
        .zip(right)
        .map(|(a, b)| (a / size) * (b / size))
        .sum();
    TensorVerdict {
        name: tensor.name.clone(),
        is_right: distance <= explained,
        relative_error: match (distance, size) {
            (0.0, _) => 0.0,
            (_, 0.0) => f64::INFINITY,
            _ => distance / size,
        },
        explained: if size == 0.0 {
            explained
        } else {
            explained / size
        },
        cosine: scalar * size / norm(yours),
        ratio: scalar,
        values: [yours.clone(), right.to_vec()],
    }
}

/// Where yours departs first: among the states and the terms from the last timestep on, or else the first tensor that is not right, at
/// its largest difference.
fn departure(
    setting: Setting<'_>,
    given: &[GivenTensor],
    verdicts: &[TensorVerdict],
    rounding: &Rounding,
) -> Cause {
    let is_of_states = |index: &usize| given[*index].place.is_of_timesteps();
    let is_wrong = |index: &usize| !verdicts[*index].is_right;
    let wrong: Vec<usize> = (0..given.len()).filter(is_wrong).collect();
    let Some(&index) = wrong.iter().find(|it| is_of_states(it)).or(wrong.first()) else {
        return Cause::Nothing;
    };
    let (tensor, right) = (&given[index], &rounding.right()[index]);
    let (network, length) = (setting.network, setting.length());
    let width = tensor.width(network, length);
    let differences = tensor.values.iter().zip(right).map(|(a, b)| (a - b).abs());
    let differences: Vec<f64> = differences.collect();
    let place = if is_of_states(&index) {
        let allowed = rounding.explained(index, right);
        let steps = differences.chunks_exact(width).enumerate().rev();
        let mut wrong = steps.filter(|(_, step)| norm(step) > allowed);
        wrong.next().map(|(t, _)| t * width)
    } else {
        let places = differences.iter().enumerate();
        places
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map(|(place, _)| place)
    };
    Cause::Unknown(
        tensor.name.clone(),
        tensor.name_of(network, length, place.unwrap_or_default()),
    )
}

#[cfg(test)]
mod tests;
