//! Words about the gradient on its way back.

use super::concept::{Concept, Explanation};

/// From the gradient to its terms, and what becomes of it.
pub static ENTRIES: &[Explanation] = &[
    Explanation::new(
        Concept::Gradient,
        ["gradient", "∂L/∂w"],
        "How the loss changes when a weight changes a little. Training moves every weight against it. ∂L/∂oₜ is the same for a hidden state: what the loss wants changed at timestep t.",
        &[
            Concept::Bptt,
            Concept::Term,
            Concept::LearningRate,
            Concept::Loss,
        ],
    ),
    Explanation::new(
        Concept::Bptt,
        ["backpropagation through time", "BPTT"],
        "The chain rule along the sequence: from the loss into the last state and from each state into the one before, with one more factor at every step back. On the way it collects the terms of every weight's gradient.",
        &[
            Concept::Factor,
            Concept::Product,
            Concept::Term,
            Concept::GradientCheck, Concept::Truncation],
    )
    .formula("∂L/∂oₜ₋₁ = ∂L/∂oₜ · f′(aₜ)·wₕ")
    .source("Werbos, 1990"),
    Explanation::new(
        Concept::Factor,
        ["factor of a step", "f′(aₜ)·wₕ"],
        "What the gradient is multiplied by on its way from timestep t to the one before. Below 1 it shrinks, above 1 it grows, and 0 ends it.",
        &[
            Concept::Slope,
            Concept::RecurrentWeight,
            Concept::Product,
            Concept::Jacobian,
        ],
    )
    .formula("∂oₜ/∂oₜ₋₁ = f′(aₜ)·wₕ")
    .source("Pascanu, Mikolov and Bengio, 2013, equation 5"),
    Explanation::new(
        Concept::Product,
        ["product", "∏"],
        "All factors between timestep t and the end multiplied together: what is left at t of the gradient that entered the last state. Many factors a little below 1 make almost nothing.",
        &[
            Concept::Factor,
            Concept::Gain,
            Concept::Bound,
            Concept::Vanishing,
            Concept::Exploding,
        ],
    )
    .formula("∂oₙ/∂oₜ = ∏ f′(aₛ)·wₕ over s = t+1 … n")
    .source("Bengio, Simard and Frasconi, 1994"),
    Explanation::new(
        Concept::Jacobian,
        ["Jacobian", "Jₜ"],
        "The factor of a step for many units: a matrix that says how each number of oₜ changes with each number of oₜ₋₁. Its products ∂oⱼ/∂oₖ between any two timesteps are the triangle.",
        &[Concept::Factor, Concept::Product, Concept::SingularValue],
    )
    .formula("Jₜ = diag f′(aₜ) · Wₕ"),
    Explanation::new(
        Concept::Gain,
        ["gain", "‖gₜ‖/‖gₙ‖"],
        "For many units: the size of the gradient at timestep t, divided by its size at the last one. For one unit it is the size of the product. It follows the loss's own gradient and no other direction.",
        &[Concept::Product, Concept::HalfLife, Concept::Bound],
    ),
    Explanation::new(
        Concept::Bound,
        ["theoretical bound", "(γ σ₁)ⁿ⁻ᵗ"],
        "More than this the product cannot be, whatever is read. Where it falls towards the first step, vanishing is proved; where it rises, exploding is possible and not certain.",
        &[
            Concept::SteepestSlope,
            Concept::SingularValue,
            Concept::Product,
        ],
    )
    .formula("‖∂oₙ/∂oₜ‖ ≤ (γ σ₁)ⁿ⁻ᵗ")
    .source("Pascanu, Mikolov and Bengio, 2013, section 2.1"),
    Explanation::new(
        Concept::HalfLife,
        ["half-life", ""],
        "How many steps back it takes until half of the gradient is left. What lies many half-lives back teaches the network nothing.",
        &[Concept::Lyapunov, Concept::Vanishing, Concept::Gain],
    )
    .formula("ln 2 / −λ steps"),
    Explanation::new(
        Concept::Lyapunov,
        ["Lyapunov exponent", "λ"],
        "The mean of the natural logarithm of what one step does to the gradient. Below 0 it vanishes, above 0 it explodes. It knows f′, which the eigenvalues of the weights do not.",
        &[Concept::HalfLife, Concept::Gain, Concept::SpectralRadius],
    )
    .formula("λ = mean of ln |factor|"),
    Explanation::new(
        Concept::Term,
        ["term of a step", "δₜ·oₜ₋₁"],
        "What timestep t alone adds to a weight's gradient. The gradient is the sum of all of them: a sum that looks healthy may be that of the last few steps alone.",
        &[Concept::Pull, Concept::Gradient, Concept::Product],
    )
    .formula("∂L/∂wₕ = ∑ δₜ·oₜ₋₁ with δₜ = ∂L/∂oₜ · f′(aₜ)")
    .source("Pascanu, Mikolov and Bengio, 2013, equations 3 and 4"),
    Explanation::new(
        Concept::Pull,
        ["pull", ""],
        "Terms may have both signs and take away from each other. All pull is the sum of their sizes; a term's share of it is between 0 and 100 %, and it pulls with the sum or against it.",
        &[Concept::Term, Concept::Gradient],
    )
    .formula("share = |term| / ∑ |term|"),
    Explanation::new(
        Concept::Vanishing,
        ["vanishing gradient", ""],
        "Less than a tenth of the gradient arrives at the first input. The network then learns from the last steps only, however much depends on the first.",
        &[
            Concept::Product,
            Concept::HalfLife,
            Concept::Saturation,
            Concept::Exploding,
        ],
    )
    .source("Hochreiter, 1991; Bengio, Simard and Frasconi, 1994"),
    Explanation::new(
        Concept::Exploding,
        ["exploding gradient", ""],
        "More than ten times the gradient arrives at the first input. One such update can throw the weights far away; clipping prevents that.",
        &[
            Concept::Product,
            Concept::Clipping,
            Concept::Divergence,
            Concept::Vanishing,
        ],
    )
    .source("Pascanu, Mikolov and Bengio, 2013"),
    Explanation::new(
        Concept::Carried,
        ["carried gradient", ""],
        "Between a tenth and ten times of what the loss sends arrives at the first input: it can be learnt from.",
        &[Concept::Vanishing, Concept::Exploding, Concept::Product],
    ),
    Explanation::new(
        Concept::Blocked,
        ["blocked gradient", ""],
        "A factor is exactly 0, or the loss itself sends nothing: what lies before that step gets no gradient at all.",
        &[Concept::DeadUnit, Concept::Factor, Concept::NotFinite],
    ),
    Explanation::new(
        Concept::NotFinite,
        ["∞ and NaN", ""],
        "∞ is a number too large for the arithmetic, NaN is what comes out of ∞ − ∞ or 0 · ∞, and 0/0 stands where nothing arrives that could be compared. Once in a weight, they stay there.",
        &[Concept::Exploding, Concept::Divergence, Concept::FloatFormat],
    ),
    Explanation::new(
        Concept::FloatFormat,
        ["float format", ""],
        "How many bits a number has. Training here uses float64; float32, bfloat16 and float16 are what graphics processors use, and give up earlier: too small a gradient becomes 0, too large a one ∞. bfloat16 reaches as far as float32, with fewer digits.",
        &[Concept::NotFinite, Concept::Vanishing, Concept::Product],
    )
    .source("IEEE 754-2019"),
    Explanation::new(
        Concept::GradientCheck,
        ["gradient check", ""],
        "The gradients of backpropagation against another way: move a weight a little in both directions and divide the difference of the losses. Both agree to many digits if nothing is wrong.",
        &[Concept::Bptt, Concept::Gradient],
    )
    .formula("∂L/∂w ≈ (L(w + h) − L(w − h)) / 2h"),
    Explanation::new(
        Concept::Landscape,
        ["landscape of the loss", ""],
        "The loss of the probe over one weight, or over the forget bias of a gated cell, all others as they are. A cliff in it is where an update jumps far away: there the gradient explodes.",
        &[Concept::Loss, Concept::Exploding, Concept::Clipping],
    )
    .source("Pascanu, Mikolov and Bengio, 2013, figure 6"),
];
