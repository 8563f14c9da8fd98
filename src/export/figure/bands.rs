//! The instrument on a slide: the three bands on one time axis.

use super::super::{Look, View};
use super::area::Area;
use super::band::Band;
use super::drawing::Drawing;
use super::sheet::{BANDS, VIEW, sheet};
use super::{float_limits, product, reason, unrolled};
use crate::training::Snapshot;

/// Between two bands.
const GAP: f64 = 10.0;

/// How the height is shared out, from the top.
const SHARES: [f64; 2] = [0.27, 0.39];

/// Room on the right of a frame for the half of the last label that stands out.
const MARGIN: f64 = 12.0;

/// How far the upward axes reach, in decades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    product: (f64, f64),
    reason: (f64, f64),
}

impl Scales {
    /// With room for `snapshot`.
    pub fn of(snapshot: &Snapshot, look: &Look) -> Self {
        Self {
            product: product::y_range(snapshot, look),
            reason: reason::y_range(&snapshot.probe.flow.steps),
        }
    }

    /// With room for every one of `snapshots`.
    pub fn of_all<'a>(snapshots: impl Iterator<Item = &'a Snapshot>, look: &Look) -> Self {
        let wider = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        let scales = snapshots.map(|snapshot| Self::of(snapshot, look));
        let both = scales.reduce(|a, b| Self {
            product: wider(a.product, b.product),
            reason: wider(a.reason, b.reason),
        });
        both.unwrap_or(Self {
            product: (-1.0, 1.0),
            reason: (-1.0, 1.0),
        })
    }
}

/// The figure of the unrolled network, the product and the reason, 1280 × 720 points.
pub fn bands(snapshot: &Snapshot, look: &Look) -> Drawing {
    bands_on(snapshot, look, &Scales::of(snapshot, look))
}

/// As [`bands`], with axes that are given: several moments on the same axes can be compared.
pub fn bands_on(snapshot: &Snapshot, look: &Look, scales: &Scales) -> Drawing {
    let says = "Three pictures on one time axis: the unrolled network coloured by the gradient that is left, \
                the product per timestep with its bound, and the factor of every step split into f′ and wₕ";
    let (mut drawing, area) = sheet(BANDS, "three bands", snapshot, says);
    let height = area.height() - 2.0 * GAP;
    let first = area.top + SHARES[0] * height;
    let second = first + GAP + SHARES[1] * height;
    let band = |top, bottom, axis| Band {
        area: Area {
            top,
            bottom,
            ..area
        },
        right: float_limits::NAMES,
        axis,
    };
    let layer = &mut drawing.layer;
    let top = band(area.top, first, false);
    unrolled::draw(layer, &top, snapshot, look);
    let middle = band(first + GAP, second, false);
    product::draw(layer, &middle, scales.product, snapshot, look);
    let bottom = band(second + GAP, area.bottom, true);
    reason::draw(layer, &bottom, scales.reason, snapshot, look);
    drawing
}

/// The figure of the unrolled network alone.
pub fn unrolled_figure(snapshot: &Snapshot, look: &Look) -> Drawing {
    one(View::Unrolled, snapshot, MARGIN, |drawing, band| {
        unrolled::draw(&mut drawing.layer, band, snapshot, look);
    })
}

/// The figure of the product alone.
pub fn product_figure(snapshot: &Snapshot, look: &Look) -> Drawing {
    let y = Scales::of(snapshot, look).product;
    one(
        View::Product,
        snapshot,
        float_limits::NAMES,
        |drawing, band| {
            product::draw(&mut drawing.layer, band, y, snapshot, look);
        },
    )
}

/// The figure of the reason alone.
pub fn reason_figure(snapshot: &Snapshot, look: &Look) -> Drawing {
    let y = Scales::of(snapshot, look).reason;
    one(View::Reason, snapshot, MARGIN, |drawing, band| {
        reason::draw(&mut drawing.layer, band, y, snapshot, look);
    })
}

fn one(
    view: View,
    snapshot: &Snapshot,
    right: f64,
    draw: impl FnOnce(&mut Drawing, &Band),
) -> Drawing {
    let (mut drawing, area) = sheet(VIEW, view.name(), snapshot, view.meaning());
    let band = Band {
        area,
        right,
        axis: true,
    };
    draw(&mut drawing, &band);
    drawing
}
