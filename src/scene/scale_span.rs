//! How far the scale of magnitudes reaches: as far as what there is to see.

use crate::training::Snapshot;

/// How many decades below and above 1 the colours of magnitudes reach. What is beyond has the colour of the end.
///
/// A scale of six decades for a sequence whose gradient falls to a hundredth would show all of it grey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScaleSpan {
    /// From a hundredth to a hundred.
    Two,
    /// From 10⁻⁴ to 10⁴.
    Four,
    /// From 10⁻⁶ to 10⁶. It reaches no farther: there float16 has long given up.
    #[default]
    Six,
}

impl ScaleSpan {
    /// Every span, from the narrowest.
    pub const ALL: [Self; 3] = [Self::Two, Self::Four, Self::Six];

    /// The narrowest that takes in every finite factor and product of `snapshot`, or the widest.
    pub fn fitting(snapshot: &Snapshot) -> Self {
        let steps = snapshot.probe.flow.steps.iter();
        let magnitudes = steps.flat_map(|step| [step.factor, step.to_end, step.from_first]);
        let farthest = magnitudes
            .filter_map(|magnitude| magnitude.log10())
            .fold(0.0_f64, |farthest, log10| farthest.max(log10.abs()));
        let holds = |span: &Self| farthest <= span.decades();
        Self::ALL.into_iter().find(holds).unwrap_or_default()
    }

    /// The decades on either side of 1.
    pub const fn decades(self) -> f64 {
        match self {
            Self::Two => 2.0,
            Self::Four => 4.0,
            Self::Six => 6.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{moment, with_w_h};
    use super::*;
    use crate::rnn::Activation;
    use crate::training::Experiment;

    /// With f = identity every product is a power of w_h: 0.7⁹ = 0.04, 0.5⁹ = 0.002, 0.1⁹ = 10⁻⁹.
    #[test]
    fn the_scale_takes_in_what_is_there() {
        for (w_h, span) in [
            (0.7, ScaleSpan::Two),
            (1.5, ScaleSpan::Two),
            (0.5, ScaleSpan::Four),
            (0.1, ScaleSpan::Six),
        ] {
            let snapshot = moment(0, |experiment: &mut Experiment| {
                experiment.network.activation = Activation::Identity;
                experiment.network.w_h = w_h;
                experiment.task.length = 10;
            });
            assert_eq!(ScaleSpan::fitting(&snapshot), span, "{w_h}");
            let broken = with_w_h(&snapshot, f64::NAN);
            assert_eq!(
                ScaleSpan::fitting(&broken),
                ScaleSpan::Two,
                "nothing finite"
            );
        }
    }
}
