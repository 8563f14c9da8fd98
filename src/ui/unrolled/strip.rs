//! Drawing the unrolled network when there are too many timesteps for nodes.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind};

use super::super::plot::{cross, one_per_pixel, triangle};
use super::super::theme::Palette;
use super::super::view_state::ViewState;
use super::layout::Layout;
use super::rows::{colour_of, row_name};
use crate::flow::{Magnitude, significant};
use crate::training::Snapshot;

/// The largest finite state in sight.
fn largest_state(snapshot: &Snapshot, view: &ViewState) -> f64 {
    view.time
        .visible()
        .map(|t| snapshot.probe.states[t].abs())
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max)
}

/// States as bars over a strip of colour, one timestep or one pixel wide.
pub fn picture(
    painter: &Painter,
    layout: &Layout,
    snapshot: &Snapshot,
    view: &ViewState,
    palette: &Palette,
    (states, gradient): (Rect, Rect),
) {
    let largest = largest_state(snapshot, view);
    let middle = states.center().y;
    row_name(painter, layout, middle - 8.0, "|oₜ| up to", palette);
    row_name(
        painter,
        layout,
        middle + 8.0,
        &significant(largest),
        palette,
    );
    let painter = &painter.with_clip_rect(layout.frame);
    let unit = largest.max(f64::MIN_POSITIVE);
    let gap = if layout.scale.step_width() > 5.0 {
        0.5
    } else {
        0.0
    };
    let (mut bars, mut colours) = (Mesh::default(), Mesh::default());
    let zero = states.center().y;
    let odd = |t: usize| {
        let gradient = snapshot.probe.flow.steps[t - 1].to_end;
        !snapshot.probe.states[t].is_finite() || gradient.log10().is_none()
    };
    for column in one_per_pixel(&layout.scale, view, |t| f64::from(odd(t))) {
        let t = column.t;
        let (left, right) = column.edges(&layout.scale);
        let (left, right) = (left + gap, right - gap);
        let value = snapshot.probe.states[t];
        let colour = if value.is_finite() {
            palette.theory
        } else {
            palette.error
        };
        let share = if value.is_nan() {
            1.0
        } else {
            (value / unit).clamp(-1.0, 1.0) as f32
        };
        let height = zero - share * 0.5 * states.height();
        bars.add_colored_rect(
            Rect::from_two_pos(Pos2::new(left, zero), Pos2::new(right, height)),
            colour,
        );
        let magnitude = snapshot.probe.flow.steps[t - 1].to_end;
        colours.add_colored_rect(
            Rect::from_min_max(
                Pos2::new(left, gradient.top()),
                Pos2::new(right, gradient.bottom()),
            ),
            colour_of(magnitude, palette),
        );
    }
    painter.add(Shape::mesh(bars));
    painter.hline(states.x_range(), zero, Stroke::new(1.0, palette.faint));
    painter.add(Shape::mesh(colours));
    just_multiplied(painter, layout, snapshot, view, (palette, gradient));
    marks(painter, layout, snapshot, view, gradient);
}

/// A frame around the timestep whose factor was multiplied in when the cursor came to where it is.
fn just_multiplied(
    painter: &Painter,
    layout: &Layout,
    snapshot: &Snapshot,
    view: &ViewState,
    (palette, strip): (&Palette, Rect),
) {
    let cursor = view.time.cursor();
    let Some(t) = view.direction.just_multiplied(cursor, snapshot.len()) else {
        return;
    };
    let centre = layout.scale.x_from_time(t as f64);
    // However many timesteps there are, it can be seen.
    let half = (0.5 * layout.scale.step_width()).max(1.5);
    let column = Rect::from_x_y_ranges(centre - half..=centre + half, strip.y_range());
    let stroke = Stroke::new(2.0, palette.highlight);
    painter.rect_stroke(column, 0.0, stroke, StrokeKind::Outside);
}

/// What colour alone must not say on the strip: triangles where the gradient is infinite or exactly zero,
/// crosses where it is not a number.
fn marks(painter: &Painter, layout: &Layout, snapshot: &Snapshot, view: &ViewState, strip: Rect) {
    let ink = Color32::WHITE;
    let mut last_x = f32::NEG_INFINITY;
    for t in view.time.visible() {
        let magnitude = snapshot.probe.flow.steps[t - 1].to_end;
        let at = layout.at(t as f64, strip.center().y);
        if magnitude.log10().is_some() || at.x - last_x < 12.0 {
            continue;
        }
        last_x = at.x;
        match magnitude {
            Magnitude::Zero => triangle(painter, at, 4.0, ink),
            Magnitude::Undefined => {}
            Magnitude::Overflow { .. } => triangle(painter, at, -4.0, ink),
            Magnitude::Nan | Magnitude::Finite { .. } => cross(painter, at, 3.5, ink),
        }
    }
}
