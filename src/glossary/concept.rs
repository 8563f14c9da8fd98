//! What has a name on the screen, and what there is to say of it.

/// Something that has a name on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concept {
    /// t.
    Timestep,
    /// n.
    Length,
    /// x_t.
    Input,
    /// A word of a sentence.
    Word,
    /// Nothing, where a sentence is too short.
    Padding,
    /// What is read and what is asked for.
    Task,
    /// The sequence under the instrument.
    Probe,
    /// o_t.
    HiddenState,
    /// o_0.
    InitialState,
    /// H.
    HiddenUnits,
    /// a_t.
    PreActivation,
    /// f.
    Activation,
    /// f′.
    Slope,
    /// γ.
    SteepestSlope,
    /// w_i.
    InputWeight,
    /// w_h.
    RecurrentWeight,
    /// w_o.
    OutputWeight,
    /// b.
    Bias,
    /// Any number that training moves.
    Parameter,
    /// z.
    ReadOut,
    /// ŷ.
    Prediction,
    /// y.
    Target,
    /// L.
    Loss,
    /// f′ is small.
    Saturation,
    /// f′ is 0.
    DeadUnit,
    /// λ of a matrix.
    Eigenvalue,
    /// ρ.
    SpectralRadius,
    /// σ₁.
    SingularValue,
    /// How weights are drawn.
    Initialisation,
    /// What a layer is made of.
    Cell,
    /// One of several, one above the other.
    Layer,
    /// A number between 0 and 1 that a state is multiplied by.
    Gate,
    /// c_t, and z ⊙ h: what goes on without a product with W_h.
    Carry,
    /// The bias of the gate that carries the state on.
    ForgetBias,
    /// Numbers that stand for a word.
    Embedding,
    /// W_h turns, and stretches nothing.
    Orthogonal,
    /// W_h leaves everything as it is.
    IdentityMatrix,
    /// ∂L/∂w.
    Gradient,
    /// Backpropagation through time.
    Bptt,
    /// f′(a_t)·w_h.
    Factor,
    /// ∏ of the factors.
    Product,
    /// ∂o_t/∂o_{t−1} of many units.
    Jacobian,
    /// ‖g_t‖/‖g_n‖.
    Gain,
    /// (γ σ₁)ⁿ⁻ᵗ.
    Bound,
    /// Steps until half is left.
    HalfLife,
    /// λ of a product.
    Lyapunov,
    /// One summand of ∂L/∂w.
    Term,
    /// What a term takes the sum to.
    Pull,
    /// Nothing arrives.
    Vanishing,
    /// Too much arrives.
    Exploding,
    /// As much as was sent arrives.
    Carried,
    /// A factor is 0.
    Blocked,
    /// ∞ and NaN.
    NotFinite,
    /// float16, bfloat16, float32.
    FloatFormat,
    /// BPTT against differences.
    GradientCheck,
    /// L over w_h.
    Landscape,
    /// The way back is cut.
    Truncation,
    /// One update.
    Step,
    /// The rule of an update.
    Optimiser,
    /// η.
    LearningRate,
    /// B.
    Batch,
    /// A longest gradient.
    Clipping,
    /// Training that ended in ∞ or NaN.
    Divergence,
    /// The share that is right.
    Accuracy,
    /// What is never trained on.
    HeldOut,
    /// The loss of a coin.
    KnowingNothing,
    /// Where random numbers come from.
    Seed,
    /// Training leaves w_h alone.
    HeldWeight,
}

/// What the glossary has of a [`Concept`].
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// Of what.
    pub concept: Concept,
    /// Its plain name, such as `learning rate`.
    pub name: &'static str,
    /// Its symbol, such as `η`; empty if it has none.
    pub symbol: &'static str,
    /// What it is, in one to three sentences.
    pub text: &'static str,
    /// Its formula, if it has one.
    pub formula: &'static str,
    /// Where that comes from, if somebody published it.
    pub source: &'static str,
    /// What is next to it.
    pub related: &'static [Concept],
}

impl Explanation {
    /// Of `concept`, called `name` with the symbol `symbol`.
    pub(super) const fn new(
        concept: Concept,
        [name, symbol]: [&'static str; 2],
        text: &'static str,
        related: &'static [Concept],
    ) -> Self {
        Self {
            concept,
            name,
            symbol,
            text,
            formula: "",
            source: "",
            related,
        }
    }

    /// With a formula.
    pub(super) const fn formula(self, formula: &'static str) -> Self {
        Self { formula, ..self }
    }

    /// With where it comes from.
    pub(super) const fn source(self, source: &'static str) -> Self {
        Self { source, ..self }
    }
}
