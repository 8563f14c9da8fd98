//! The views there are, by name. In the window each has a file of its own, and among the figures.

use serde::{Deserialize, Serialize};

/// One view of the experiment. A view is added by adding a line to this list, a figure and a table here,
/// and a file of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// The network unrolled in time.
    Unrolled,
    /// log₁₀ of the product per timestep.
    Product,
    /// f′ and w_h, bar by bar.
    Reason,
    /// The lecture's formula with today's numbers.
    Formula,
    /// The summands of the weight gradients.
    Terms,
    /// f and f′ with the operating points.
    Activation,
    /// The backward pass in narrower formats.
    Floats,
    /// Loss and gradient norms over training.
    Loss,
    /// Accuracy over training.
    Accuracy,
    /// The whole run as a picture.
    History,
    /// Every product ∂o_j/∂o_k.
    Triangle,
    /// The loss over w_h.
    Landscape,
    /// The product over w_h and another number.
    PhaseMap,
    /// Eigenvalues and singular values.
    Spectrum,
}

impl View {
    /// Every view, in the order menus show them.
    pub const ALL: [Self; 14] = [
        Self::Unrolled,
        Self::Product,
        Self::Reason,
        Self::Formula,
        Self::Terms,
        Self::Activation,
        Self::Floats,
        Self::Loss,
        Self::Accuracy,
        Self::History,
        Self::Triangle,
        Self::Landscape,
        Self::PhaseMap,
        Self::Spectrum,
    ];

    /// What it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unrolled => "Unrolled network",
            Self::Product => "Product",
            Self::Reason => "Reason",
            Self::Formula => "Formula",
            Self::Terms => "Terms",
            Self::Activation => "f and f′",
            Self::Floats => "Float formats",
            Self::Loss => "Loss",
            Self::Accuracy => "Accuracy",
            Self::History => "History",
            Self::Triangle => "All products",
            Self::Landscape => "Landscape",
            Self::PhaseMap => "Phase map",
            Self::Spectrum => "Spectrum",
        }
    }

    /// Its name on the command line and in files: `phase-map`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unrolled => "unrolled",
            Self::Product => "product",
            Self::Reason => "reason",
            Self::Formula => "formula",
            Self::Terms => "terms",
            Self::Activation => "activation",
            Self::Floats => "floats",
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::History => "history",
            Self::Triangle => "triangle",
            Self::Landscape => "landscape",
            Self::PhaseMap => "phase-map",
            Self::Spectrum => "spectrum",
        }
    }

    /// The view with that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.slug() == slug)
    }

    /// What it shows, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unrolled => {
                "The network unrolled in time, its edges coloured by the gradient that crosses them"
            }
            Self::Product => {
                "log₁₀ of ∏ f′(aₜ)·wₕ per timestep, with its bound and the float limits"
            }
            Self::Reason => "One bar per timestep: what f′ and what wₕ does to the gradient",
            Self::Formula => {
                "∂L/∂wₕ as a sum and ∏ f′(aₜ)·wₕ as a product, with the numbers of the cursor's timestep"
            }
            Self::Terms => "∂L/∂wₕ and ∂L/∂wᵢ as sums of one term per timestep",
            Self::Activation => {
                "The activation and its slope, with the pre-activation of every timestep on both"
            }
            Self::Floats => {
                "The backward pass as float16, bfloat16 and float32 carry it, beside the exact one"
            }
            Self::Loss => "Loss and gradient norms over training steps",
            Self::Accuracy => "Accuracy over training steps",
            Self::History => {
                "The gradient of every timestep over the whole run, and a way back to any recorded step"
            }
            Self::Triangle => "Every product ∂oⱼ/∂oₖ at once, as a triangle",
            Self::Landscape => "The loss and its gradient over wₕ, all other parameters fixed",
            Self::PhaseMap => {
                "What is left of the gradient over wₕ and the length, or wₕ and the input weight"
            }
            Self::Spectrum => {
                "Eigenvalues of Wₕ against the unit circle, and singular values of the product"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the window remembers and what the command line takes are the same words.
    #[test]
    fn names_are_the_same_everywhere() {
        for view in View::ALL {
            let remembered = serde_json::to_string(&view).unwrap();
            assert_eq!(remembered, format!("\"{}\"", view.slug()));
            assert_eq!(View::from_slug(view.slug()), Some(view));
        }
    }
}
