//! What must be found out about a moment before a view of it can be drawn.

use super::look::{Look, PhaseAxis};
use super::view::View;
use crate::training::{OtherAxis, PhaseAxes, Question, Snapshot, Weight};

/// Lengths that the phase map may reach up to: the first that leaves room above the probe's.
const LONGEST: [usize; 8] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/// What `view` wants to know of `snapshot` besides what is in it, if anything.
pub fn question(view: View, snapshot: &Snapshot, look: &Look) -> Option<Question> {
    let single = snapshot.probe.flow.hidden == 1;
    match view {
        // Of one unit it is in the snapshot.
        View::Triangle => (!single).then_some(Question::Triangle),
        View::Landscape => Some(Question::Landscape {
            range: look.reaches.range(Weight::Recurrent, single),
        }),
        // The map is of one unit.
        View::PhaseMap => single.then(|| Question::PhaseMap(phase_axes(snapshot, look))),
        View::Spectrum => Some(Question::SingularValues {
            k: look.timestep(snapshot.len()),
        }),
        View::Floats => Some(Question::RoundedFlows),
        _ => None,
    }
}

fn phase_axes(snapshot: &Snapshot, look: &Look) -> PhaseAxes {
    let other = match look.phase_axis {
        PhaseAxis::Length => OtherAxis::Length(longest(snapshot.len())),
        PhaseAxis::InputWeight => {
            let single = snapshot.moment.network.parameters.w_i.len() == 1;
            let (from, to) = look.reaches.range(Weight::Input, single);
            OtherAxis::InputWeight(from, to)
        }
    };
    PhaseAxes {
        w_h: look.reaches.range(Weight::Recurrent, true),
        other,
    }
}

fn longest(length: usize) -> usize {
    let room = |longest: &usize| *longest * 4 >= length * 5;
    LONGEST.into_iter().find(room).unwrap_or(10_000)
}
