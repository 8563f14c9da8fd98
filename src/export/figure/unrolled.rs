//! Band (a): the network unrolled in time, its edges coloured by the gradient that crosses them.

use super::super::Look;
use super::area::Area;
use super::band::Band;
use super::drawing::Layer;
use super::frame::Frame;
use super::legend::{Entry, Swatch, header};
use super::nodes::Nodes;
use super::{shapes, strip, style, time};
use crate::flow::{Magnitude, significant};
use crate::training::Snapshot;

/// Timesteps narrower than this are drawn as a strip.
const NODE_STEP_WIDTH: f64 = 27.0;

/// A network of nodes is not drawn higher than this.
const HIGHEST: f64 = 280.0;

/// Draws the band.
pub fn draw(layer: &mut Layer, band: &Band, snapshot: &Snapshot, look: &Look) {
    let length = snapshot.len();
    let mark = look.mark(length);
    let nodes = band.step_width(length) >= NODE_STEP_WIDTH;
    let key = [
        band.area.right - shapes::KEY_WIDTH,
        band.area.top + 0.5 * super::legend::LINE,
    ];
    shapes::colour_key(layer, key[0], key[1]);
    let beside = Area {
        right: key[0] - 12.0,
        ..band.area
    };
    let sentence = sentence(snapshot, mark);
    let entries = legend(snapshot, nodes);
    let left = header(layer, beside, "Unrolled network", &sentence, &entries);
    let rest = Area {
        right: band.area.right,
        ..left
    };
    let mut area = band.frame_area(rest, snapshot);
    if nodes && area.height() > HIGHEST {
        area = Area::around(area.centre(), area.width(), HIGHEST);
    }
    let frame = Frame::new(area, time::range(length), (0.0, 1.0));
    if nodes {
        Nodes::new(layer, &frame, snapshot, look).draw();
    } else {
        strip::draw(layer, &frame, snapshot, look);
    }
    if band.axis && !nodes {
        time::axis(layer, &frame, snapshot);
    }
}

fn sentence(snapshot: &Snapshot, mark: Option<usize>) -> String {
    let meaning = "coloured by how much of the loss's gradient is left there";
    let Some(t) = mark else {
        return meaning.to_owned();
    };
    let symbol = if snapshot.probe.flow.hidden == 1 {
        "oₜ"
    } else {
        "rms oₜ"
    };
    let state = snapshot.probe.states.get(t).copied().unwrap_or(f64::NAN);
    format!("{meaning}; at t = {t}: {symbol} = {}", significant(state))
}

fn legend(snapshot: &Snapshot, nodes: bool) -> Vec<Entry> {
    let flow = &snapshot.probe.flow;
    if !nodes {
        let states = snapshot
            .probe
            .states
            .iter()
            .map(|&state| Magnitude::new(state));
        let states = states.filter(|state| *state != Magnitude::Zero);
        return Entry::of_outcomes(flow.steps.iter().map(|step| step.to_end).chain(states));
    }
    let edges = || {
        let last = flow.steps.last().map(|step| step.dl_do);
        (1..=flow.len()).map(|t| flow.across_edge(t)).chain(last)
    };
    let mut entries = Vec::new();
    if edges().any(|edge| matches!(edge, Magnitude::Finite { negative: true, .. })) {
        entries.push(Entry::new(Swatch::Minus, style::MEASURED, "reversed"));
    }
    for entry in Entry::of_outcomes(edges()) {
        entries.push(match entry.swatch {
            Swatch::Zero => Entry {
                swatch: Swatch::Dashed,
                colour: style::FAINT,
                ..entry
            },
            _ => entry,
        });
    }
    entries
}
