//! Words about training.

use super::concept::{Concept, Explanation};

/// From the update to what it has led to.
pub static ENTRIES: &[Explanation] = &[
    Explanation::new(
        Concept::Step,
        ["training step", ""],
        "One update of all weights, made with one batch. It is not a timestep: that is a place in the sequence.",
        &[Concept::Batch, Concept::Optimiser, Concept::Timestep],
    ),
    Explanation::new(
        Concept::Optimiser,
        ["optimiser", ""],
        "The rule that turns a gradient into an update: SGD goes straight against it, momentum keeps some of the way it went, RMSProp and Adam divide by how large gradients have been lately.",
        &[Concept::LearningRate, Concept::Gradient, Concept::Step],
    )
    .source("Kingma and Ba, Adam, 2015"),
    Explanation::new(
        Concept::LearningRate,
        ["learning rate", "η"],
        "How far an update goes against the gradient. Too small, and nothing is learnt in time; too large, and the loss jumps about or training diverges.",
        &[Concept::Optimiser, Concept::Gradient, Concept::Divergence],
    )
    .formula("w ← w − η·∂L/∂w"),
    Explanation::new(
        Concept::Truncation,
        ["truncation", ""],
        "Cutting the way back through time every so many timesteps, so that training costs less memory. What lies before a cut can no longer be learnt from what comes after it.",
        &[Concept::Bptt, Concept::Term, Concept::Length],
    )
    .source("Williams and Peng, 1990"),
    Explanation::new(
        Concept::Batch,
        ["batch size", "B"],
        "How many sequences make one update: the gradient is the mean over them. Larger batches are less noisy and cost more.",
        &[Concept::Step, Concept::Gradient, Concept::Probe],
    ),
    Explanation::new(
        Concept::Clipping,
        ["gradient clipping", ""],
        "A gradient that is longer than the clip norm is scaled down to it, all of it alike, so that it keeps its direction.",
        &[Concept::Exploding, Concept::Gradient, Concept::Divergence],
    )
    .formula("g ← g · c/‖g‖ where ‖g‖ > c")
    .source("Pascanu, Mikolov and Bengio, 2013, algorithm 1"),
    Explanation::new(
        Concept::Divergence,
        ["divergence", ""],
        "Training has ended, because a weight became ∞ or NaN. The weights before that are kept, and what was the first number to break is said.",
        &[Concept::NotFinite, Concept::LearningRate, Concept::Clipping],
    ),
    Explanation::new(
        Concept::Accuracy,
        ["accuracy", ""],
        "The share of sequences that the network answers rightly. It moves in jumps where the loss moves smoothly.",
        &[Concept::HeldOut, Concept::Loss, Concept::Prediction],
    ),
    Explanation::new(
        Concept::HeldOut,
        ["held-out accuracy", ""],
        "Accuracy on sequences that are never trained on: only these tell whether the network has learnt the task or its examples.",
        &[Concept::Accuracy, Concept::Probe, Concept::KnowingNothing],
    ),
    Explanation::new(
        Concept::KnowingNothing,
        ["loss of knowing nothing", ""],
        "The loss of whoever always gives the best answer that does not look at the input: ln 2 = 0.693 for two answers that are equally frequent. A network that stays there has learnt nothing.",
        &[Concept::Loss, Concept::HeldOut],
    ),
    Explanation::new(
        Concept::Seed,
        ["seed", ""],
        "Every random number comes from it: the first weights, the batches and the sequences. The same seed gives the same run to the last bit.",
        &[Concept::Initialisation, Concept::Batch, Concept::Task],
    ),
    Explanation::new(
        Concept::HeldWeight,
        ["hold", "wₕ"],
        "Training leaves the recurrent weight alone, so that one can see what the others do without it. You can still move it.",
        &[Concept::RecurrentWeight, Concept::Step],
    ),
];
