//! Words about the network and what it reads.

use super::concept::{Concept, Explanation};

/// From the sequence to the loss, and what matrices have.
pub static ENTRIES: &[Explanation] = &[
    Explanation::new(
        Concept::Timestep,
        ["timestep", "t"],
        "One place in the sequence, counted from 1 to n. At each timestep the network reads one input and renews its hidden state.",
        &[Concept::Length, Concept::Input, Concept::HiddenState],
    ),
    Explanation::new(
        Concept::Length,
        ["length", "n"],
        "How many timesteps the sequence has. The gradient has to go back through all of them to reach the first.",
        &[Concept::Timestep, Concept::Product, Concept::Padding],
    ),
    Explanation::new(
        Concept::Input,
        ["input", "xₜ"],
        "What the network reads at timestep t: a word, or one or two numbers, as the task has it.",
        &[Concept::Word, Concept::InputWeight, Concept::Timestep],
    ),
    Explanation::new(
        Concept::Word,
        ["word", ""],
        "One input of a sentence. Every known word has an input weight of its own for each hidden unit; an unknown word is read as one and the same stranger.",
        &[
            Concept::Input,
            Concept::InputWeight,
            Concept::Embedding,
            Concept::Padding,
        ],
    ),
    Explanation::new(
        Concept::Padding,
        ["padding", ""],
        "Timesteps without a word, where a sentence is shorter than n. Padding before the words leaves the way from the last word to the loss short; padding after them makes it long.",
        &[Concept::Length, Concept::Word],
    ),
    Explanation::new(
        Concept::Task,
        ["task", ""],
        "What the network reads and what it is asked at the end: whether a sentence is positive, which bit came first, what the sum of two numbers is, and others.",
        &[Concept::Input, Concept::Target, Concept::Probe, Concept::Seed],
    ),
    Explanation::new(
        Concept::Probe,
        ["probe", ""],
        "The one sequence that is under the instrument: its states, its loss and its gradient are shown. It is a held-out sequence, or a sentence that you type.",
        &[Concept::Task, Concept::Gradient, Concept::HeldOut],
    ),
    Explanation::new(
        Concept::HiddenState,
        ["hidden state", "oₜ"],
        "What the network remembers after timestep t: one number for each hidden unit, made of the input and of the state before.",
        &[
            Concept::PreActivation,
            Concept::Activation,
            Concept::InitialState,
            Concept::HiddenUnits,
            Concept::Cell,
        ],
    )
    .formula("oₜ = f(aₜ)")
    .source("Elman, Finding structure in time, 1990"),
    Explanation::new(
        Concept::Cell,
        ["cell", ""],
        "What a layer does at each timestep to make its new state out of the old one and the input. The Elman cell is the lecture's; the GRU (which resets its state after the product with Wₕ, or before it) and the LSTM carry part of their state on without a product with Wₕ, which keeps the gradient alive for longer.",
        &[Concept::Gate, Concept::Carry, Concept::Layer, Concept::HiddenState],
    )
    .source("Elman, 1990; Hochreiter and Schmidhuber, 1997; Cho and others, 2014"),
    Explanation::new(
        Concept::Layer,
        ["layers", ""],
        "Recurrent networks one above the other: each reads the states of the one below at the same timestep, and the last one is read out.",
        &[Concept::Cell, Concept::HiddenState, Concept::ReadOut],
    ),
    Explanation::new(
        Concept::Gate,
        ["gate", ""],
        "A number between 0 and 1 for each hidden unit, computed from the input and the state before, that something is multiplied by: closed at 0, open at 1. A gate that is near either end is saturated, and no gradient goes through it.",
        &[Concept::Cell, Concept::Carry, Concept::ForgetBias, Concept::Saturation],
    )
    .formula("σ(Wᵢ xₜ + Wₕ hₜ₋₁ + b)"),
    Explanation::new(
        Concept::Carry,
        ["carry", ""],
        "The direct way from a state to the next one: an LSTM multiplies its cell state by the forget gate, a GRU its state by the update gate. The gradient comes back by it with no other factor than the gate itself.",
        &[Concept::Gate, Concept::Factor, Concept::HalfLife],
    )
    .formula("∂cₜ/∂cₜ₋₁ = fₜ"),
    Explanation::new(
        Concept::ForgetBias,
        ["forget bias", ""],
        "What is added in the gate that carries the state on, at first. At 0 the gate stands half open and half of the state is gone after one step; at 1 it stands at 0.73, at 5 at 0.993.",
        &[Concept::Gate, Concept::Carry, Concept::HalfLife],
    )
    .source("Jozefowicz, Zaremba and Sutskever, 2015"),
    Explanation::new(
        Concept::Embedding,
        ["embedding", "E"],
        "Numbers that stand for a word and are learnt like weights: the first layer reads them in place of a vector with a single one.",
        &[Concept::Word, Concept::InputWeight],
    ),
    Explanation::new(
        Concept::InitialState,
        ["initial state", "o₀"],
        "The hidden state before the first timestep. Usually it is 0: nothing is remembered yet.",
        &[Concept::HiddenState, Concept::Timestep],
    ),
    Explanation::new(
        Concept::HiddenUnits,
        ["hidden units", "H"],
        "How many numbers the hidden state has. With one unit every weight is a single number; with more, the recurrent weights are a matrix of H rows and H columns.",
        &[
            Concept::HiddenState,
            Concept::RecurrentWeight,
            Concept::Jacobian,
        ],
    ),
    Explanation::new(
        Concept::PreActivation,
        ["pre-activation", "aₜ"],
        "What goes into the activation at timestep t: input times input weight, plus the state before times recurrent weight, plus the bias.",
        &[
            Concept::Activation,
            Concept::InputWeight,
            Concept::RecurrentWeight,
            Concept::Bias,
        ],
    )
    .formula("aₜ = xₜ·wᵢ + oₜ₋₁·wₕ + b"),
    Explanation::new(
        Concept::Activation,
        ["activation", "f"],
        "The function that turns a pre-activation into a hidden state. Tanh keeps it between −1 and 1, ReLU cuts off what is below 0, identity leaves it as it is.",
        &[
            Concept::Slope,
            Concept::PreActivation,
            Concept::Saturation,
            Concept::DeadUnit,
        ],
    ),
    Explanation::new(
        Concept::Slope,
        ["slope of the activation", "f′"],
        "How much the hidden state changes when the pre-activation changes a little. On the way back the gradient is multiplied by it at every timestep.",
        &[
            Concept::Activation,
            Concept::Factor,
            Concept::Saturation,
            Concept::SteepestSlope,
        ],
    )
    .formula("f′(aₜ) = do/da at aₜ"),
    Explanation::new(
        Concept::SteepestSlope,
        ["steepest slope", "γ"],
        "The largest value that f′ can have anywhere: 1 for tanh and ReLU, a quarter for sigmoid.",
        &[Concept::Slope, Concept::Bound],
    )
    .source("Pascanu, Mikolov and Bengio, 2013, section 2.1"),
    Explanation::new(
        Concept::InputWeight,
        ["input weight", "wᵢ"],
        "What an input is multiplied by before it goes into the hidden state. With many units or words there are many of them, and their slider sets their size: the root-mean-square length of what one input adds.",
        &[Concept::Input, Concept::PreActivation, Concept::Parameter],
    ),
    Explanation::new(
        Concept::RecurrentWeight,
        ["recurrent weight", "wₕ"],
        "What the state before is multiplied by. Going back, the gradient is multiplied by it once for every timestep, so it decides more than any other number whether the gradient vanishes; in a gated cell only the way through the gates meets it. With many units its slider sets the spectral radius of the matrix.",
        &[
            Concept::Factor,
            Concept::SpectralRadius,
            Concept::Initialisation,
            Concept::HeldWeight,
        ],
    ),
    Explanation::new(
        Concept::OutputWeight,
        ["output weight", "wₒ"],
        "What the last hidden state is multiplied by to become the read-out. Everything that the loss sends back has to pass through it.",
        &[Concept::ReadOut, Concept::Gradient, Concept::Parameter],
    ),
    Explanation::new(
        Concept::Bias,
        ["bias", "b"],
        "A number that is added to every pre-activation, whatever is read. The read-out may have one, too.",
        &[Concept::PreActivation, Concept::Parameter],
    ),
    Explanation::new(
        Concept::Parameter,
        ["parameter", ""],
        "Any number of the network that training moves: all weights and biases.",
        &[
            Concept::InputWeight,
            Concept::RecurrentWeight,
            Concept::OutputWeight,
            Concept::Bias,
            Concept::Gradient,
        ],
    ),
    Explanation::new(
        Concept::ReadOut,
        ["read-out", "z"],
        "The last hidden state times the output weight: one number, from which the prediction is made.",
        &[Concept::OutputWeight, Concept::Prediction],
    )
    .formula("z = oₙ·wₒ"),
    Explanation::new(
        Concept::Prediction,
        ["prediction", "ŷ"],
        "The network's answer after the last timestep: for a question of yes or no a probability between 0 and 1, otherwise the read-out itself.",
        &[Concept::ReadOut, Concept::Target, Concept::Loss],
    )
    .formula("ŷ = σ(z), or ŷ = z"),
    Explanation::new(
        Concept::Target,
        ["target", "y"],
        "The right answer for this sequence, also called its label: 1 for yes, 0 for no, or the number that is asked for.",
        &[Concept::Prediction, Concept::Loss, Concept::Task],
    ),
    Explanation::new(
        Concept::Loss,
        ["loss", "L"],
        "How wrong the prediction is: 0 is perfect. For yes or no it is the cross-entropy, for a number the squared error. Training makes it smaller.",
        &[
            Concept::Prediction,
            Concept::Gradient,
            Concept::KnowingNothing,
            Concept::Landscape,
        ],
    )
    .formula("L = −y ln ŷ − (1−y) ln(1−ŷ), or L = (ŷ − y)²"),
    Explanation::new(
        Concept::Saturation,
        ["saturation", ""],
        "A unit is saturated where f′ is below a tenth: its pre-activation lies on a flat part of f. Nine tenths of the gradient or more end there.",
        &[Concept::Slope, Concept::DeadUnit, Concept::Vanishing],
    )
    .source("Glorot and Bengio, 2010"),
    Explanation::new(
        Concept::DeadUnit,
        ["dead unit", ""],
        "A unit whose f′ is exactly 0, as ReLU has it below 0. No gradient gets through it; a unit that is dead for every input learns nothing any more.",
        &[Concept::Slope, Concept::Saturation, Concept::Blocked],
    ),
    Explanation::new(
        Concept::Eigenvalue,
        ["eigenvalue", ""],
        "A number by which a matrix stretches some direction without turning it away. Complex ones turn in a plane while they stretch. They tell what many multiplications by the same matrix do.",
        &[Concept::SpectralRadius, Concept::SingularValue],
    ),
    Explanation::new(
        Concept::SpectralRadius,
        ["spectral radius", "ρ"],
        "The size of the largest eigenvalue of the recurrent weights: what one multiplication does to the size of a vector in the long run. With the identity as activation everything vanishes in the end below 1 and explodes above it; any other f′ changes that.",
        &[
            Concept::Eigenvalue,
            Concept::SingularValue,
            Concept::RecurrentWeight,
            Concept::Vanishing,
        ],
    )
    .formula("ρ(Wₕ) = max |eigenvalue of Wₕ|")
    .source("Pascanu, Mikolov and Bengio, 2013, section 2.1"),
    Explanation::new(
        Concept::SingularValue,
        ["largest singular value", "σ₁"],
        "The most that one multiplication by a matrix can stretch any vector. It is never below the spectral radius; above 1 it only permits exploding and does not prove it.",
        &[Concept::SpectralRadius, Concept::Bound, Concept::Jacobian],
    )
    .formula("σ₁(Wₕ) = max ‖Wₕ v‖ over ‖v‖ = 1"),
    Explanation::new(
        Concept::Initialisation,
        ["initialisation", ""],
        "How the recurrent weights are drawn before training: Gaussian, orthogonal or as the identity matrix, and then scaled to the spectral radius that the slider has.",
        &[
            Concept::Orthogonal,
            Concept::IdentityMatrix,
            Concept::Seed,
            Concept::SpectralRadius,
        ],
    ),
    Explanation::new(
        Concept::Orthogonal,
        ["orthogonal initialisation", ""],
        "Recurrent weights that turn vectors and stretch all of them alike. With spectral radius 1 and f′ = 1 the gradient keeps its size over any number of steps.",
        &[Concept::Initialisation, Concept::SingularValue],
    )
    .source("Saxe, McClelland and Ganguli, 2014"),
    Explanation::new(
        Concept::IdentityMatrix,
        ["identity initialisation", ""],
        "Recurrent weights that leave the state as it is, but for the size that the slider sets. With ReLU such a network remembers for long, and it can be trained without gates.",
        &[Concept::Initialisation, Concept::Carried],
    )
    .source("Le, Jaitly and Hinton, 2015"),
];
