//! The activation and its slope as curves, over the pre-activations that there are.

use crate::rnn::Activation;
use crate::training::Snapshot;

/// The curves are drawn over at least this much to either side of 0.
const LEAST_REACH: f64 = 3.0;

/// And over at most this much: beyond it every activation is a straight line, and one point far out must
/// not press all others together.
const FARTHEST: f64 = 50.0;

/// Room beside the outermost point.
const ROOM: f64 = 1.08;

/// The curves of f and f′, and how far they are to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActivationCurve {
    activation: Activation,
    /// They reach from minus this to this.
    pub reach: f64,
}

/// A point of both curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Where.
    pub a: f64,
    /// f(a).
    pub f: f64,
    /// f′(a).
    pub f_prime: f64,
}

impl ActivationCurve {
    /// Of the activation of `snapshot`, with room for its pre-activations as far as they are finite.
    pub fn of(snapshot: &Snapshot) -> Self {
        let points = snapshot.probe.operating_points.points.iter();
        let sizes = points.map(|point| point.a.abs()).filter(|a| a.is_finite());
        Self {
            activation: snapshot.moment.experiment.network.activation,
            reach: sizes.fold(LEAST_REACH, f64::max).min(FARTHEST) * ROOM,
        }
    }

    /// `count` points from one end to the other, evenly spaced.
    pub fn samples(&self, count: usize) -> Vec<CurvePoint> {
        let last = count.saturating_sub(1).max(1) as f64;
        let place = |index: usize| self.reach * (2.0 * index as f64 / last - 1.0);
        let sample = |a: f64| CurvePoint {
            a,
            f: self.activation.f(a),
            f_prime: self.activation.f_prime(a),
        };
        (0..count).map(|index| sample(place(index))).collect()
    }
}
