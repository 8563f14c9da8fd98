//! The table of the activation and its slope.

use super::super::activation_curve::ActivationCurve;
use super::columns::Table;
use crate::flow::OperatingPoint;
use crate::training::Snapshot;

/// Points of the curve; an odd number of steps would leave out a = 0.
const SAMPLES: usize = 257;

/// A row per operating point, and then the curve itself.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `point`, or `curve`, where `a` is evenly spaced over what the view shows |
/// | `t` | the timestep of a point |
/// | `unit` | its unit from 1 on; empty where there are so many that not all are kept |
/// | `a`, `f`, `f_prime` | a_t, f(a_t) and f′(a_t) |
pub fn table(snapshot: &Snapshot) -> Table {
    let kept = &snapshot.probe.operating_points;
    let points = &kept.points;
    let curve = ActivationCurve::of(snapshot).samples(SAMPLES);
    let parts = points.iter().map(|_| "point");
    let whole = points.len() == kept.total;
    let hidden = snapshot.probe.flow.hidden.max(1);
    // In the order of time, and of units within a timestep.
    let units = (0..points.len()).map(|index| whole.then_some((index % hidden + 1) as u64));
    let of = |get: fn(&OperatingPoint) -> f64| points.iter().map(get);
    Table::default()
        .texts("part", parts.chain(curve.iter().map(|_| "curve")))
        .whole("t", points.iter().map(|point| point.t as u64))
        .whole("unit", units)
        .numbers(
            "a",
            of(|point| point.a).chain(curve.iter().map(|sample| sample.a)),
        )
        .numbers(
            "f",
            of(|point| point.o).chain(curve.iter().map(|sample| sample.f)),
        )
        .numbers(
            "f_prime",
            of(|point| point.f_prime).chain(curve.iter().map(|sample| sample.f_prime)),
        )
}
