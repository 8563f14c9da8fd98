//! What the pointer does over a picture: it follows from what the axes are of.

use egui::{Id, InputState, MultiTouchInfo, Pos2, Response, Sense, Ui, Vec2};

use super::action::Action;
use super::painter::Lens;
use super::scope::Scope;
use crate::scene::{Frame, Hot, Part, Quantity, Scene};
use crate::training::Weight;

/// A picture is no stop of the keyboard, which has keys for all that the pointer does in it, and moves the cursor while
/// nothing has the focus.
const POINTED_AT: Sense = Sense::CLICK.union(Sense::DRAG);

/// What is done in the parts of `scene`. Returns a response for each part that has a place for the pointer.
pub fn gestures(
    ui: &Ui,
    scene: &Scene,
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) -> Vec<(usize, Response)> {
    let parts = scene.parts.iter().enumerate();
    let lens = Lens::of(&scene.canvas);
    // What has nothing to say and nothing to be moved leaves the pointer to what is under it.
    let has_use =
        |part: &Part| part.hot() != Some(&Hot::Nothing) || part.of() != [Quantity::Value; 2];
    let framed = parts
        .filter(|(_, part)| has_use(part))
        .filter_map(|(index, part)| Some((index, part, part.frame()?)))
        .filter(|(_, _, frame)| frame.area.width() > 0.0 && frame.area.height() > 0.0);
    framed
        .map(|(index, part, frame)| {
            let rect = lens.rect(frame.area).intersect(ui.clip_rect());
            let id = Id::unique((scene.view.slug(), index, scope.place));
            let response = ui.interact(rect, id, POINTED_AT);
            match part.of() {
                [Quantity::Timestep, Quantity::Value] => {
                    over_time(ui, &response, (frame, lens), scope, actions);
                }
                [Quantity::Word, _] => to_word(ui, &response, part, lens, scope, actions),
                [Quantity::Timestep, _] => to_timestep(&response, (frame, lens), scope, actions),
                [Quantity::Step, Quantity::Timestep] => {
                    to_step(&response, (frame, lens), scope, actions);
                }
                [Quantity::Weight(weight), other] => {
                    let frame = within_axes(part, frame);
                    to_weights(&response, (&frame, lens), (weight, other), scope, actions);
                }
                _ => {}
            }
            (index, response)
        })
        .collect()
}

/// The frame between the ends of the axes of `part`: those of a picture are the middles of its outermost pixels.
fn within_axes(part: &Part, frame: &Frame) -> Frame {
    let heat = match part {
        Part::Chart(chart) => chart.heat.as_ref(),
        _ => None,
    };
    let Some(pixels) = heat.map(|heat| &heat.map.pixels) else {
        return *frame;
    };
    let [across, down] = [
        (frame.area.width(), pixels.width),
        (frame.area.height(), pixels.height),
    ]
    .map(|(length, count)| 0.5 * length / count.max(1) as f64);
    let area = frame.area.without(across, down, across, down);
    let [from, to] = [[area.left, area.bottom], [area.right, area.top]].map(|at| frame.values(at));
    Frame::new(area, (from[0], to[0]), (from[1], to[1]))
}

/// Where somebody points in `frame`, in the values of its axes.
fn values((frame, lens): (&Frame, Lens), at: Pos2) -> [f64; 2] {
    let (area, [x, y]) = (frame.area, lens.point(at));
    let within = [
        x.clamp(area.left, area.right),
        y.clamp(area.top, area.bottom),
    ];
    frame.values(within)
}

/// Hovering moves the cursor unless it is pinned, a click pins it, dragging moves the time, Ctrl and the wheel or two fingers
/// zoom, a double click shows all.
fn over_time(
    ui: &Ui,
    response: &Response,
    (frame, lens): (&Frame, Lens),
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) {
    let view = scope.view;
    if response.double_clicked() {
        actions.push(Action::ShowAll);
        return;
    }
    let step_width = f64::from(lens.length(frame.unit_width()));
    // Two fingers hold what is between them. The first of them drags as well.
    let touch = ui.input(InputState::multi_touch);
    let is_here = |touch: &MultiTouchInfo| {
        let at = touch.center_pos;
        response.rect.contains(at) && ui.ctx().layer_id_at(at) == Some(response.layer_id)
    };
    if let Some(touch) = touch.filter(is_here) {
        let [time, _] = values((frame, lens), touch.center_pos);
        actions.push(Action::Zoom {
            factor: f64::from(touch.zoom_delta),
            around: time + scope.shift() as f64,
        });
        actions.push(Action::Pan(
            -f64::from(touch.translation_delta.x) / step_width,
        ));
        return;
    }
    if response.dragged() && view.time.is_zoomed() {
        actions.push(Action::Pan(
            -f64::from(response.drag_delta().x) / step_width,
        ));
        return;
    }
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let [time, _] = values((frame, lens), pointer);
    let time = time + scope.shift() as f64;
    let (zoom, scroll, moved) = ui.input(|input| {
        (
            f64::from(input.zoom_delta()),
            input.smooth_scroll_delta,
            input.pointer.delta() != Vec2::ZERO,
        )
    });
    if zoom != 1.0 {
        actions.push(Action::Zoom {
            factor: zoom,
            around: time,
        });
    } else if scroll != Vec2::ZERO && view.time.is_zoomed() {
        actions.push(Action::Pan(-f64::from(scroll.x + scroll.y) / step_width));
    }
    let nearest = time.round().clamp(1.0, view.time.length() as f64) as usize;
    if response.clicked() {
        actions.push(Action::Pin(nearest));
    } else if moved && nearest != view.time.cursor() {
        actions.push(Action::SetCursor(nearest));
    }
}

/// Hovering moves the cursor to the word under the pointer unless it is pinned, and a click pins it.
fn to_word(
    ui: &Ui,
    response: &Response,
    part: &Part,
    lens: Lens,
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) {
    let meant = response.hover_pos().and_then(|at| {
        let (hot, frame) = (part.hot()?, part.frame()?);
        hot.meant(frame, lens.point(at))
    });
    let Some([t, _]) = meant else {
        return;
    };
    let t = scope.on_axis(t as usize);
    let moved = ui.input(|input| input.pointer.delta() != Vec2::ZERO);
    if response.clicked() {
        actions.push(Action::Pin(t));
    } else if moved && t != scope.view.time.cursor() {
        actions.push(Action::SetCursor(t));
    }
}

/// A click or a drag puts the cursor on the timestep under the pointer.
fn to_timestep(
    response: &Response,
    seen: (&Frame, Lens),
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) {
    let is_held = response.clicked() || response.dragged();
    if let Some(at) = response.hover_pos().filter(|_| is_held) {
        let t = values(seen, at)[0].round().max(1.0) as usize;
        let t = scope.on_axis(t.min(scope.snapshot.len()));
        if response.clicked() || t != scope.view.time.cursor() {
            actions.push(Action::Pin(t));
        }
    }
}

/// A click or a drag goes to the recorded step under the pointer; a click puts the cursor on the timestep too.
fn to_step(
    response: &Response,
    seen: (&Frame, Lens),
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) {
    // A drag goes on beyond the edge.
    let Some(at) = response.interact_pointer_pos() else {
        return;
    };
    let [step, t] = values(seen, at);
    let recorded = scope
        .snapshot
        .run
        .timeline
        .nearest(step.round().max(0.0) as u64);
    let is_held = response.dragged() || response.clicked();
    if is_held && recorded != scope.snapshot.moment.step {
        actions.push(Action::LookAt(Some(recorded)));
    }
    if response.clicked() {
        let t = (t.round().max(1.0) as usize).min(scope.snapshot.len());
        actions.push(Action::Pin(scope.on_axis(t)));
    }
}

/// A drag moves weights, which training leaves alone meanwhile. The past is only looked at.
fn to_weights(
    response: &Response,
    seen: (&Frame, Lens),
    (weight, other): (Weight, Quantity),
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) {
    if scope.snapshot.run.timeline.is_past {
        return;
    }
    if response.is_pointer_button_down_on() {
        actions.push(Action::Grab(Some(weight)));
    }
    let Some(at) = moved_to(response) else {
        return;
    };
    let [x, y] = values(seen, at);
    actions.push(Action::SetWeight(weight, scope.setting(weight, x)));
    match other {
        Quantity::Weight(other) => {
            actions.push(Action::SetWeight(other, scope.setting(other, y)));
        }
        Quantity::Length => actions.push(Action::SetLength(y.round().max(1.0) as usize)),
        _ => {}
    }
}

/// Where a press, a drag or a click in a picture has just gone. Nowhere while the pointer rests, so that a hand
/// that holds still asks for nothing.
fn moved_to(response: &Response) -> Option<Pos2> {
    let moved =
        response.drag_delta() != Vec2::ZERO || response.drag_started() || response.clicked();
    (moved && (response.dragged() || response.clicked()))
        .then(|| response.interact_pointer_pos())
        .flatten()
}
