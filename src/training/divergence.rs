//! Why and where training stopped: which number was the first that was not finite, and what came of it.

use crate::flow::{as_chosen, significant, thousands, with_subscripts};

/// Training stopped because a number was no longer finite. The step in which that happened is undone: parameters,
/// optimiser and the generator of batches are those after the step before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// In which training step, counted from 1.
    pub step: u64,
    /// The first parameter that became infinite or NaN, such as `w_h`; `L` if only the loss did; or what the
    /// optimiser remembers, such as `mean square of w_h`.
    pub what: String,
    /// What it became.
    pub value: f64,
    /// ‖∂L/∂w‖ before clipping.
    pub gradient_norm: f64,
    /// The norm that the gradient was to be clipped to, if it was.
    pub clip_norm: Option<f64>,
    /// The number that was the first.
    pub origin: Origin,
}

/// The first number of a step that was not finite. A step goes forward through the timesteps, then backward,
/// then adds up, then updates.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// During which part of the step.
    pub stage: Stage,
    /// Which number: forward `a`, `o`, `z` or `L`; backward `dl_dz`, `dl_do` or `dl_da`; otherwise the parameter,
    /// such as `w_h[1, 2]`.
    pub what: String,
    /// What it was.
    pub value: f64,
    /// At which timestep, from 1 to n; `None` of a sum and of an update, which have none.
    pub t: Option<usize>,
    /// In which sequence of the batch, from 1, if there are several and it was in one.
    pub sequence: Option<usize>,
    /// In which unit, from 1, if there are several and it was in one.
    pub unit: Option<usize>,
}

/// A part of a training step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// On the way forward: a_t, o_t, z or L.
    Forward,
    /// On the way back: ∂L/∂z, ∂L/∂o_t or ∂L/∂a_t.
    Backward,
    /// A timestep's term of a gradient: ∂L/∂a_t times the state or input before it, both of them finite.
    Term,
    /// A sum of finite terms: of a gradient over timesteps and sequences, or of the loss over sequences.
    Sum,
    /// The update of a parameter by a finite gradient.
    Update,
    /// What the optimiser remembers of finite gradients.
    Memory,
}

impl Stage {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Term => "term",
            Self::Sum => "sum",
            Self::Update => "update",
            Self::Memory => "memory",
        }
    }
}

impl Origin {
    /// A number that is of no timestep.
    pub fn beyond_time(stage: Stage, what: String, value: f64) -> Self {
        Self {
            stage,
            what,
            value,
            t: None,
            sequence: None,
            unit: None,
        }
    }

    /// One sentence without a full stop.
    pub fn sentence(&self) -> String {
        let value = significant(self.value);
        let what = match self.what.as_str() {
            "dl_dz" => "∂L/∂z".to_owned(),
            "dl_do" => "∂L/∂o".to_owned(),
            "dl_da" => "∂L/∂a".to_owned(),
            other => with_subscripts(other),
        };
        let place = self.place();
        match self.stage {
            Stage::Forward => {
                format!("Going forward, {what}{place} was the first number not finite: {value}")
            }
            Stage::Backward => format!(
                "Everything was finite going forward; going back, {what}{place} was the first number not finite: {value}"
            ),
            Stage::Term => format!(
                "Everything was finite going forward and back; the term of ∂L/∂{what}{place} was the first number not finite: {value}"
            ),
            Stage::Sum if what == "L" => {
                format!("The loss of every sequence was finite; their sum L was {value}")
            }
            Stage::Sum => {
                format!("Every term was finite; their sum ∂L/∂{what} was {value}")
            }
            Stage::Update => {
                format!("The gradient was finite; the update made {what} {value}")
            }
            Stage::Memory => format!(
                "The gradient was finite, but not its square: the {what} that the optimiser keeps became {value}, and would hold the parameter where it is for good"
            ),
        }
    }

    /// ` at t = 646 (sequence 3, unit 2)`
    fn place(&self) -> String {
        let mut place = match self.t {
            Some(t) => format!(" at t = {}", thousands(t as u64)),
            None => String::new(),
        };
        let one = |name: &str, index: Option<usize>| {
            index.map(|index| format!("{name} {}", thousands(index as u64)))
        };
        let which: Vec<String> = [one("sequence", self.sequence), one("unit", self.unit)]
            .into_iter()
            .flatten()
            .collect();
        if !which.is_empty() {
            place.push_str(&format!(" ({})", which.join(", ")));
        }
        place
    }
}

impl Divergence {
    /// What became of training, without a full stop: `Diverged at step 2: w_h became NaN`.
    pub fn headline(&self) -> String {
        format!(
            "Diverged at step {}: {} became {}",
            thousands(self.step),
            with_subscripts(&self.what),
            significant(self.value)
        )
    }

    /// Where the first number was that was not finite, and what clipping made of it; sentences without the last
    /// full stop.
    pub fn cause(&self) -> String {
        match self.clipping() {
            Some(clipping) => format!("{}. {clipping}", self.origin.sentence()),
            None => self.origin.sentence(),
        }
    }

    /// What clipping did to a norm that was not finite.
    fn clipping(&self) -> Option<String> {
        let clip_norm = as_chosen(self.clip_norm?);
        if self.gradient_norm.is_nan() {
            Some(format!(
                "‖∂L/∂w‖ was NaN before clipping to {clip_norm}, and scaling by {clip_norm}/NaN made every gradient NaN"
            ))
        } else if self.gradient_norm.is_infinite() && self.origin.stage < Stage::Update {
            // A gradient of finite numbers is clipped however long it is.
            Some(format!(
                "‖∂L/∂w‖ was ∞ before clipping to {clip_norm}, and {clip_norm}/∞ · ∞ = 0 · ∞ is NaN"
            ))
        } else {
            None
        }
    }

    /// Of which step the parameters are: the last that were finite.
    pub fn kept(&self) -> String {
        format!(
            "the parameters are those after step {}, the last finite ones",
            thousands(self.step.saturating_sub(1))
        )
    }

    /// What may help.
    pub fn remedy(&self) -> &'static str {
        match self.origin.stage {
            // No update has been made yet: it is the network as it was given.
            Stage::Forward if self.step == 1 => "The forward pass overflows: lower wₕ or n",
            Stage::Forward => "The forward pass overflows: lower wₕ, n or η",
            Stage::Backward | Stage::Term => "The gradient overflows: lower wₕ or n",
            Stage::Sum | Stage::Update | Stage::Memory => {
                "Lower η or set a clip norm, or press Reset"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divergence(gradient_norm: f64, clip_norm: Option<f64>) -> Divergence {
        Divergence {
            step: 1_204,
            what: "w_h[2, 1]".to_owned(),
            value: f64::NAN,
            gradient_norm,
            clip_norm,
            origin: Origin {
                stage: Stage::Backward,
                what: "dl_do".to_owned(),
                value: f64::NEG_INFINITY,
                t: Some(3),
                sequence: Some(5),
                unit: Some(2),
            },
        }
    }

    #[test]
    fn the_words_name_the_place_and_what_clipping_did() {
        let clipped = divergence(f64::INFINITY, Some(1.0));
        assert_eq!(
            clipped.headline(),
            "Diverged at step 1,204: wₕ[2, 1] became NaN"
        );
        assert_eq!(
            clipped.cause(),
            "Everything was finite going forward; going back, ∂L/∂o at t = 3 (sequence 5, unit 2) was the first number not finite: −∞. ‖∂L/∂w‖ was ∞ before clipping to 1, and 1/∞ · ∞ = 0 · ∞ is NaN"
        );
        assert_eq!(
            clipped.kept(),
            "the parameters are those after step 1,203, the last finite ones"
        );
        let words = divergence(f64::NAN, Some(0.5)).cause();
        assert!(
            words.contains("‖∂L/∂w‖ was NaN before clipping to 0.5"),
            "{words}"
        );
        // Without clipping, or where it met a number, there is nothing to say of it.
        for harmless in [divergence(f64::INFINITY, None), divergence(3.0, Some(1.0))] {
            assert_eq!(harmless.cause(), harmless.origin.sentence());
        }
        let sum = Origin::beyond_time(Stage::Sum, "w_h".to_owned(), f64::INFINITY);
        assert_eq!(
            sum.sentence(),
            "Every term was finite; their sum ∂L/∂wₕ was ∞"
        );
    }
}
