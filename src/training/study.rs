//! What can be found out about one moment, besides what every snapshot holds: questions, answers, and
//! what an answer costs.

use std::sync::Arc;

use super::sentences::right_sequences;
use super::snapshot::Snapshot;
use crate::flow::{
    CheckScope, FloatFormat, GradientCheck, Landscape, LandscapeAxis, PhaseGrid, PhaseInputs,
    PhaseMap, Probe, Progress, RoundedFlow, SingularValues, Span, Triangle, check_gradients,
    singular_values,
};
use crate::rnn::{Inputs, Interrupt, Interrupted};

/// Multiplications that are made without being asked for, about a quarter of a second.
const WITHOUT_ASKING: f64 = 3e8;

/// Columns and rows of a phase map.
const PHASE_SIDE: usize = 256;

/// What is asked about a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// Every product ∂o_j/∂o_k.
    Triangle,
    /// The singular values of P_{n←k} for 1-based `k`.
    SingularValues {
        /// The timestep.
        k: usize,
    },
    /// L and its derivative along an axis.
    Landscape {
        /// Along what.
        axis: LandscapeAxis,
        /// From where to where.
        range: (f64, f64),
    },
    /// |∂o_n/∂o_1| over w_h and something else.
    PhaseMap(PhaseAxes),
    /// BPTT against central differences.
    GradientCheck(CheckScope),
    /// The backward pass in narrower floating-point formats.
    RoundedFlows,
    /// Which of the sequences that are held out are answered right.
    RightSequences,
}

/// What a phase map lies over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseAxes {
    /// From which w_h to which.
    pub w_h: (f64, f64),
    /// The other axis.
    pub other: OtherAxis,
}

/// The other axis of a phase map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OtherAxis {
    /// Lengths from 1 to this one.
    Length(usize),
    /// The input weight, from where to where.
    InputWeight(f64, f64),
}

/// The kinds of questions: of each, one is answered at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// [`Question::Triangle`]
    Triangle,
    /// [`Question::SingularValues`]
    SingularValues,
    /// [`Question::Landscape`]
    Landscape,
    /// [`Question::PhaseMap`]
    PhaseMap,
    /// [`Question::GradientCheck`]
    GradientCheck,
    /// [`Question::RoundedFlows`]
    RoundedFlows,
    /// [`Question::RightSequences`]
    RightSequences,
}

impl Topic {
    /// How many there are.
    pub const COUNT: usize = 7;

    /// Its place among them.
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

impl Question {
    /// What it is about.
    pub fn topic(self) -> Topic {
        match self {
            Self::Triangle => Topic::Triangle,
            Self::SingularValues { .. } => Topic::SingularValues,
            Self::Landscape { .. } => Topic::Landscape,
            Self::PhaseMap(_) => Topic::PhaseMap,
            Self::GradientCheck(_) => Topic::GradientCheck,
            Self::RoundedFlows => Topic::RoundedFlows,
            Self::RightSequences => Topic::RightSequences,
        }
    }

    /// Multiplications, roughly, that an answer takes for `snapshot`.
    fn cost(self, snapshot: &Snapshot) -> f64 {
        let (length, hidden) = (snapshot.len(), snapshot.probe.flow.state_width);
        let (n, h) = (length as f64, hidden as f64);
        match self {
            Self::Triangle => Triangle::cost(length, hidden),
            // Products, and a singular value decomposition.
            Self::SingularValues { k } => {
                (length - k.min(length)) as f64 * h.powi(3) + 20.0 * h.powi(3)
            }
            // Forward and backward at the fewest points that make a curve.
            Self::Landscape { .. } => 25.0 * 3.0 * n * h * h,
            // Of one unit; a quarter of a second at most.
            Self::PhaseMap(_) => 0.0,
            // A parameter takes about ten forward passes, a hundred at worst.
            Self::GradientCheck(CheckScope::Sample { count, .. }) => {
                50.0 * count as f64 * n * h * h
            }
            Self::GradientCheck(CheckScope::All) => f64::INFINITY,
            Self::RoundedFlows => 3.0 * 10.0 * n * h * h,
            // Hundreds of sequences: when somebody asks.
            Self::RightSequences => f64::INFINITY,
        }
    }
}

/// Whether `question` is answered for `snapshot` without being asked for by hand: it takes but a moment.
pub fn is_answered_without_asking(question: Question, snapshot: &Snapshot) -> bool {
    question.cost(snapshot) <= WITHOUT_ASKING
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Finding {
    /// To [`Question::Triangle`].
    Triangle(Triangle),
    /// To [`Question::SingularValues`].
    SingularValues(SingularValues),
    /// To [`Question::Landscape`].
    Landscape(Landscape),
    /// To [`Question::PhaseMap`].
    PhaseMap(PhaseMap),
    /// To [`Question::GradientCheck`].
    GradientCheck(GradientCheck),
    /// To [`Question::RoundedFlows`], in the order of [`FloatFormat::ALL`].
    RoundedFlows(Vec<RoundedFlow>),
    /// To [`Question::RightSequences`].
    RightSequences(Vec<bool>),
}

/// An answer, and what it is an answer to.
#[derive(Clone, Debug)]
pub struct Study {
    /// What was asked.
    pub question: Question,
    /// Of which moment.
    pub subject: Arc<Snapshot>,
    /// The answer.
    pub finding: Finding,
}

impl Study {
    /// Whether it answers `question` of the moment of `snapshot`.
    pub fn is_of(&self, question: Question, snapshot: &Snapshot) -> bool {
        self.question == question && self.subject.is_same_moment(snapshot)
    }
}

/// Answers `question` of `subject`.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn answer(
    question: Question,
    subject: &Snapshot,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Finding, Interrupted> {
    let (network, batch, loss) = (
        &*subject.moment.network,
        &*subject.probe.batch,
        subject.probe.loss_function,
    );
    let probe = || {
        let mut probe = Probe::new(&network.parameters);
        probe.run(network, batch, loss, interrupt)?;
        Ok(probe)
    };
    Ok(match question {
        Question::Triangle if subject.probe.flow.state_width == 1 => {
            Finding::Triangle(Triangle::of_numbers(&subject.probe.flow))
        }
        Question::Triangle => {
            let pass = &probe()?.pass;
            let triangle = Triangle::of_norms(network, pass, interrupt, progress)?;
            Finding::Triangle(triangle)
        }
        Question::SingularValues { k } => {
            let pass = &probe()?.pass;
            let k = k.clamp(1, subject.len());
            Finding::SingularValues(singular_values(network, pass, k, interrupt)?)
        }
        Question::Landscape { axis, range } => {
            let today = match axis {
                LandscapeAxis::RecurrentWeight => subject.moment.weights.w_h,
                LandscapeAxis::ForgetBias => network.carrying_bias().unwrap_or(f64::NAN),
            };
            let along = (axis, today);
            Finding::Landscape(Landscape::of(
                network, batch, loss, along, range, interrupt, progress,
            )?)
        }
        Question::PhaseMap(axes) => {
            Finding::PhaseMap(phase_map(axes, subject, interrupt, progress)?)
        }
        Question::GradientCheck(scope) => Finding::GradientCheck(check_gradients(
            network, batch, loss, scope, interrupt, progress,
        )?),
        Question::RoundedFlows => {
            let probe = probe()?;
            let flow = &subject.probe.flow;
            let of =
                |format| RoundedFlow::of(network, batch, &probe, loss, flow, format, interrupt);
            let flows: Result<_, Interrupted> = FloatFormat::ALL.into_iter().map(of).collect();
            Finding::RoundedFlows(flows?)
        }
        Question::RightSequences => {
            Finding::RightSequences(right_sequences(subject, interrupt, progress)?)
        }
    })
}

/// The phase map of the scalar network of `subject`.
fn phase_map(
    axes: PhaseAxes,
    subject: &Snapshot,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<PhaseMap, Interrupted> {
    let network = &subject.moment.network;
    // One input weight need not be divided by, so it may be 0. Of several only their common size is turned,
    // and if that is 0 there is nothing to turn.
    let single = network.parameters.w_i().len() == 1;
    let today = match subject.moment.weights.w_i {
        _ if single => 1.0,
        0.0 => f64::INFINITY,
        today => today,
    };
    let inputs = PhaseInputs {
        activation: network.activation,
        o_0: network.s_0.first().copied().unwrap_or_default(),
        b: network.parameters.b().first().copied().unwrap_or_default(),
        input: contributions(
            subject,
            matches!(axes.other, OtherAxis::InputWeight(..)) && single,
        ),
    };
    let (from, to) = axes.w_h;
    let grid = PhaseGrid {
        w_h: Span { from, to },
        width: PHASE_SIDE,
        height: PHASE_SIDE,
    };
    match axes.other {
        OtherAxis::Length(largest) => {
            let grid = PhaseGrid {
                height: largest.min(PHASE_SIDE),
                ..grid
            };
            PhaseMap::by_length(&inputs, grid, largest, interrupt, progress)
        }
        OtherAxis::InputWeight(from, to) => {
            let scale = Span {
                from: from / today,
                to: to / today,
            };
            PhaseMap::by_input_scale(&inputs, grid, scale, subject.len(), interrupt, progress)
        }
    }
}

/// What the input adds to the pre-activation of the first unit at every timestep; with `w_i` = 1 in place of
/// the only weight if `unit`.
fn contributions(subject: &Snapshot, unit: bool) -> Vec<f64> {
    let w_i = &subject.moment.network.parameters.w_i();
    let weight = |d: usize| if unit { 1.0 } else { w_i[[0, d]] };
    (0..subject.probe.batch.length)
        .map(|t| match &subject.probe.batch.inputs {
            Inputs::Tokens(tokens) => tokens[t].map_or(0.0, |token| weight(token as usize)),
            Inputs::Dense { .. } => {
                let x = subject.probe.batch.vector(t, 0).unwrap_or_default();
                x.iter().enumerate().map(|(d, x)| x * weight(d)).sum()
            }
        })
        .collect()
}
