//! The whole window at every size somebody may have: no text is cut or lies on another, and nothing but values moves
//! while training runs.

use bptt_scope::rnn::CellKind;
use bptt_scope::scene::View;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Preset};
use bptt_scope::ui::{Action, LessonAction};
use egui::accesskit::Role;
use egui::emath::GuiRounding as _;
use egui::{Rect, Shape};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

/// Sizes in points and pixels per point: 1920 × 1080, 1280 × 800, the same at 150 % and 200 %, 1024 × 700, 800 × 600.
const SIZES: [([f32; 2], f32); 6] = [
    ([1920.0, 1080.0], 1.0),
    ([1280.0, 800.0], 1.0),
    ([1280.0 / 1.5, 800.0 / 1.5], 1.5),
    ([640.0, 400.0], 2.0),
    ([1024.0, 700.0], 1.0),
    ([800.0, 600.0], 1.0),
];

/// What letters may stand out by: they are smoothed at their edges.
const SMOOTH: f32 = 1.5;

/// A line of text that is drawn, where, and in which part of the window alone.
#[derive(Clone, Debug)]
struct Written {
    text: String,
    place: Rect,
    clip: Rect,
    /// It ends in … because there was no room for more of it.
    is_elided: bool,
}

impl Written {
    fn seen(&self) -> Rect {
        self.place.intersect(self.clip)
    }
}

/// Every text of the last frame, from the bottom to the top.
fn written(window: &Window) -> Vec<Written> {
    let whole = window.harness.ctx.content_rect();
    let mut found = Vec::new();
    for clipped in &window.harness.output().shapes {
        collect(
            &clipped.shape,
            clipped.clip_rect.intersect(whole),
            &mut found,
        );
    }
    found
}

fn collect(shape: &Shape, clip: Rect, found: &mut Vec<Written>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, found)),
        Shape::Text(text) if !text.galley.text().trim().is_empty() => found.push(Written {
            text: text.galley.text().to_owned(),
            place: text.visual_bounding_rect(),
            clip,
            is_elided: text.galley.elided || text.galley.text().ends_with('…'),
        }),
        _ => {}
    }
}

/// What can be scrolled to: the texts of the side panel and of a lesson below what is in sight.
fn is_scrolled(window: &Window, clip: Rect) -> bool {
    // The headings of the panel, and of the first step of a lesson.
    let sections = ["Task", "Network", "Training", "One cell, three times"];
    let texts = written(window);
    let mut panels = texts
        .iter()
        .filter(|it| sections.contains(&it.text.as_str()));
    panels.any(|panel| panel.clip == clip)
}

/// What is wrong with the texts of the last frame, in words.
fn faults(window: &Window) -> Vec<String> {
    let texts = written(window);
    assert!(texts.len() > 12, "{texts:?}");
    let mut faults = Vec::new();
    for it in &texts {
        let [beside, above] = [
            (it.clip.left() - it.place.left()).max(it.place.right() - it.clip.right()),
            (it.clip.top() - it.place.top()).max(it.place.bottom() - it.clip.bottom()),
        ];
        if beside > SMOOTH || (above > SMOOTH && !is_scrolled(window, it.clip)) {
            faults.push(format!("{:?} at {} leaves {}", it.text, it.place, it.clip));
        }
        // The name of a menu.
        let is_menu = it.text == "…";
        if it.is_elided && !is_menu && it.text.chars().count() < 3 {
            faults.push(format!("{:?} at {} says nothing", it.text, it.place));
        }
    }
    for (index, it) in texts.iter().enumerate() {
        for other in &texts[index + 1..] {
            // Signs of one formula stand close: an index is below the letter that it belongs to.
            let is_sign = |text: &str| text.chars().count() == 1;
            if is_sign(&it.text) && is_sign(&other.text) {
                continue;
            }
            let both = it.seen().intersect(other.seen());
            if both.width() > SMOOTH && both.height() > SMOOTH {
                faults.push(format!("{:?} lies on {:?} at {both}", other.text, it.text));
            }
        }
    }
    faults
}

fn check(what: &str, change: fn(&mut Experiment), then: fn(&mut Window)) {
    let mut all = Vec::new();
    for (size, density) in SIZES {
        let mut window = Window::open_at(size, density, change);
        then(&mut window);
        window.harness.remove_cursor();
        for theme in ["dark", "light"] {
            window.settle_fully();
            let found = faults(&window);
            all.extend(
                found
                    .into_iter()
                    .map(|it| format!("{what} {size:?} {theme}: {it}")),
            );
            window.act(Action::ToggleTheme);
        }
    }
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}

#[test]
fn nothing_is_cut_or_covered_at_any_size() {
    check("usual", |_| {}, |_| {});
}

#[test]
fn nothing_is_cut_or_covered_after_training() {
    check(
        "trained",
        |_| {},
        |window| {
            for _ in 0..30 {
                window.key(egui::Key::S);
            }
        },
    );
}

#[test]
fn nothing_is_cut_or_covered_while_looking_back() {
    check(
        "past",
        |_| {},
        |window| {
            for _ in 0..3 {
                window.key(egui::Key::S);
            }
            window.act(Action::LookAt(Some(1)));
        },
    );
}

#[test]
fn nothing_is_cut_or_covered_with_many_units() {
    check(
        "many units",
        |experiment| {
            experiment.network.hidden = 16;
            experiment.task.length = 14;
        },
        |window| window.key(egui::Key::S),
    );
}

/// Two layers of LSTM that answer at every step, and whose gradient is cut.
fn gated(experiment: &mut Experiment) {
    experiment.task.kind = TaskKind::Copy;
    experiment.task.length = 12;
    experiment.network.cell = CellKind::Lstm;
    experiment.network.layers = 2;
    experiment.network.hidden = 6;
    experiment.network.bias = true;
    experiment.network.forget_bias = Some(1.0);
    experiment.training.truncate = 5;
}

#[test]
fn nothing_is_cut_or_covered_with_gates_and_layers() {
    check("gated", gated, |window| window.key(egui::Key::S));
}

/// However many digits the values have, the controls are as wide, and the views keep their places.
#[test]
fn long_values_do_not_widen_the_controls() {
    let left = |change: fn(&mut Experiment)| {
        let mut window = Window::open([1280.0, 800.0], change);
        window.settle_fully();
        let harness = &window.harness;
        let product = harness.get_by_role_and_label(Role::Image, "Product per timestep");
        product.rect().left()
    };
    let usual = left(|_| {});
    for change in [
        (|experiment| {
            experiment.network.bias = true;
            experiment.network.b = -0.012345;
            experiment.network.w_h = -1.234567;
            experiment.network.w_i = -1.234e-7;
        }) as fn(&mut Experiment),
        |experiment| experiment.training.learning_rate = 1.234_567e-5,
        |experiment| experiment.seed = 9_007_199_254_740_991,
        gated,
    ] {
        assert_eq!(left(change), usual);
    }
}

#[test]
fn nothing_is_cut_or_covered_while_a_lesson_is_open() {
    check(
        "lesson",
        |_| {},
        |window| window.act(Action::Lesson(LessonAction::Begin(0))),
    );
}

#[test]
fn nothing_is_cut_or_covered_in_any_view_that_is_enlarged() {
    let mut all = Vec::new();
    for (size, density) in SIZES {
        for change in [(|_| {}) as fn(&mut Experiment), gated] {
            let mut window = Window::open_at(size, density, change);
            window.key(egui::Key::S);
            window.harness.remove_cursor();
            for view in View::ALL {
                window.act(Action::Enlarge(view));
                window.settle_fully();
                let found = faults(&window);
                all.extend(
                    found
                        .into_iter()
                        .map(|it| format!("{} {size:?}: {it}", view.name())),
                );
                window.act(Action::Enlarge(view));
            }
        }
    }
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}

#[test]
fn nothing_is_cut_or_covered_in_a_presentation() {
    for has_worksheet in [false, true] {
        let mut all = Vec::new();
        for (size, density) in SIZES {
            let mut window = Window::open_at(size, density, |_| {});
            window.key(egui::Key::S);
            window.key(egui::Key::F11);
            if has_worksheet {
                window.key(egui::Key::W);
            }
            window.harness.remove_cursor();
            window.settle_fully();
            assert!(!window.shows("Reset"), "no row at the top");
            let found = faults(&window);
            all.extend(found.into_iter().map(|it| format!("{size:?}: {it}")));
            window.key(egui::Key::Escape);
            window.settle();
            assert!(window.shows("Step"), "it has ended");
        }
        assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
    }
}

/// What a text begins with, without what a number is made of.
fn beginning(text: &str) -> String {
    let is_value = |sign: &char| sign.is_numeric() || "−+.,·∞%⁰¹²³⁴⁵⁶⁷⁸⁹⁻".contains(*sign);
    text.chars()
        .filter(|sign| !is_value(sign))
        .take(6)
        .collect()
}

/// Where the pictures of the last frame are.
fn pictures(window: &Window) -> Vec<Rect> {
    let all = window.harness.query_all_by_role(Role::Image);
    let mut found: Vec<Rect> = all.map(|node| node.rect().round_ui()).collect();
    found.sort_by(|a, b| {
        a.left()
            .total_cmp(&b.left())
            .then(a.top().total_cmp(&b.top()))
    });
    found
}

/// What is written in rows and panels, and beside no picture.
fn rows(window: &Window) -> Vec<(String, Rect)> {
    // Where the numbers of axes stand.
    const AXES: f32 = 74.0;
    let pictures = pictures(window);
    let is_outside = |it: &Written| {
        let at = it.place.center();
        !pictures.iter().any(|area| {
            let below = area.with_max_y(area.bottom() + 40.0);
            below.with_min_x(area.left() - AXES).contains(at)
        })
    };
    let rows = written(window).into_iter().filter(is_outside);
    rows.map(|it| (beginning(&it.text), it.place)).collect()
}

/// While a run goes on numbers change, and curves and axes with them; rows, panels, buttons, legends and the frames of
/// the pictures stay where they are.
#[test]
fn nothing_but_values_moves_in_two_hundred_steps() {
    for size in [[1280.0, 800.0], [1920.0, 1080.0]] {
        let mut window = Window::open(size, |experiment| {
            *experiment = Preset::FIRST.experiment();
        });
        window.key(egui::Key::S);
        window.harness.remove_cursor();
        window.settle_fully();
        let (before, frames) = (rows(&window), pictures(&window));
        assert!(
            before.len() > 30 && frames.len() > 3,
            "{before:?} {frames:?}"
        );
        for step in 2..=200 {
            window.key(egui::Key::S);
            if step % 20 > 0 {
                continue;
            }
            window.settle_fully();
            let now = rows(&window);
            let is_there = |(text, place): &(String, Rect)| {
                now.iter().any(|(other, at)| {
                    let is_near = |a: f32, b: f32| (a - b).abs() < SMOOTH;
                    // What ends at a place begins at another when it has one digit more.
                    other == text
                        && is_near(at.top(), place.top())
                        && (is_near(at.left(), place.left())
                            || is_near(at.right(), place.right())
                            || is_near(at.center().x, place.center().x))
                })
            };
            let moved: Vec<_> = before.iter().filter(|it| !is_there(it)).collect();
            assert!(
                moved.is_empty(),
                "{size:?}, step {step}: {moved:?}\n{now:?}"
            );
            assert_eq!(frames, pictures(&window), "{size:?}, step {step}");
        }
    }
}
