//! What a gradient check is asked, and what it answers.

/// The relative error above which BPTT is said to be wrong. A wrong formula is wrong by far more;
/// differences in `f64` are good to 1e-9 or so where the loss is tame; and BPTT's own rounding is far
/// below unless the gradient is nearly all cancellation.
pub const TOLERANCE: f64 = 1e-6;

/// Which parameters are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckScope {
    /// Every one.
    All,
    /// A few, and others every round, until all have had their turn: the recurrent weight with the
    /// largest gradient, and the rest spread evenly over the tensors. Columns of W_i that the sequence
    /// does not use are left out.
    Sample {
        /// How many at most; at least one is checked.
        count: usize,
        /// The number of the check.
        round: u64,
    },
}

/// What a check says in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// At least one gradient was compared, and all that were agree.
    Passed,
    /// BPTT is wrong somewhere.
    Failed,
    /// Nothing could be compared: differences are no use here.
    Undecided,
}

/// The gradient in which BPTT and differences disagree most.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// The parameter, as [`Parameters::name_of`](crate::rnn::Parameters::name_of) names it.
    pub name: String,
    /// |bptt − difference| / max(|bptt|, |difference|).
    pub relative_error: f64,
    /// ∂L/∂θ by backpropagation through time.
    pub bptt: f64,
    /// ∂L/∂θ by differences of the loss.
    pub difference: f64,
}

/// The result of comparing BPTT with central differences. The three counts add up to the number of
/// parameters in the scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GradientCheck {
    /// Gradients that were compared.
    pub checked: usize,
    /// Gradients that are zero, or lost in the rounding of the loss, by BPTT and by differences alike.
    /// They agree, but nothing is known of their digits.
    pub negligible: usize,
    /// Gradients that differences say nothing of: beside a kink of f; where the loss is too steep or
    /// too rugged, so that differences of several steps do not agree; where it does not depend enough
    /// on the parameter for its digits; or where something is not finite, BPTT's own overflow too.
    pub undecided: usize,
    /// Parameters of the network.
    pub total: usize,
    /// The worst of those compared.
    pub worst: Option<Worst>,
}

impl GradientCheck {
    /// Whether anything was compared and everything that was agrees.
    pub fn outcome(&self) -> CheckOutcome {
        match &self.worst {
            None => CheckOutcome::Undecided,
            Some(worst) if worst.relative_error <= TOLERANCE => CheckOutcome::Passed,
            Some(_) => CheckOutcome::Failed,
        }
    }

    /// Whether the outcome is [`CheckOutcome::Passed`].
    pub fn passed(&self) -> bool {
        self.outcome() == CheckOutcome::Passed
    }

    /// Takes in one comparison, of the parameter called `name`.
    pub(super) fn count(&mut self, comparison: Comparison, name: impl FnOnce() -> String) {
        let (bptt, difference) = match comparison {
            Comparison::Undecided => return self.undecided += 1,
            Comparison::Negligible => return self.negligible += 1,
            Comparison::Compared { bptt, difference } => (bptt, difference),
        };
        self.checked += 1;
        let size = bptt.abs().max(difference.abs());
        // Divided first: the difference of two numbers of 1e308 overflows.
        let relative_error = (bptt / size - difference / size).abs();
        let worst = self.worst.as_ref();
        if worst.is_none_or(|worst| relative_error > worst.relative_error) {
            self.worst = Some(Worst {
                name: name(),
                relative_error,
                bptt,
                difference,
            });
        }
    }
}

/// How one gradient fares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// Both are known well enough.
    Compared {
        /// ∂L/∂θ by backpropagation through time.
        bptt: f64,
        /// ∂L/∂θ by differences.
        difference: f64,
    },
    /// Both are zero, or lost in rounding.
    Negligible,
    /// Differences are no use here.
    Undecided,
}
