//! Figures: of one view, and of the instrument, whose three bands stand on one time axis.

use super::super::sight::Sight;
use super::sheet::{BANDS, VIEW, sheet};
use crate::scene::{Area, Canvas, Drawing, Memo, NAMES, ScaleSpan, Scene, Subject, View};

/// Between two bands.
const GAP: f64 = 10.0;

/// How the height is shared out, from the top.
const SHARES: [f64; 2] = [0.27, 0.39];

/// The bands, from the top.
const OF_BANDS: [View; 3] = [View::UNROLLED, View::PRODUCT, View::REASON];

/// How far the upward axes of the bands reach, in decades, and how far the scale of their colours; `None` is as far as
/// there is something to see.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scales {
    axes: [Option<(f64, f64)>; 3],
    span: Option<ScaleSpan>,
}

impl Scales {
    /// With room for the picture of `view` of every one of `sights`.
    pub fn of_view(view: View, sights: &[Sight<'_>]) -> Self {
        let area = Area::new(0.0, 0.0, VIEW[0], VIEW[1]);
        let mut scales = Self::default();
        for sight in sights {
            scales.span = scales.span.max(Some(ScaleSpan::fitting(sight.snapshot)));
            let scene = scene_in(view, sight, &Self::default(), area);
            scales.make_room(0, &scene);
        }
        scales
    }

    /// Makes room on axis number `axis` for `scene`.
    fn make_room(&mut self, axis: usize, scene: &Scene) {
        let frame = scene.parts.first().and_then(|part| part.frame());
        let scale = &mut self.axes[axis];
        *scale = match (*scale, frame) {
            (Some((low, high)), Some(frame)) => {
                let (from, to): (f64, f64) = frame.y;
                Some((from.min(low), to.max(high)))
            }
            (before, frame) => before.or(frame.map(|frame| frame.y)),
        };
    }

    /// With room for every one of `moments`.
    pub fn of_all<'a>(moments: impl Iterator<Item = Sight<'a>>) -> Self {
        let mut scales = Self::default();
        for sight in moments {
            scales.span = scales.span.max(Some(ScaleSpan::fitting(sight.snapshot)));
            let (memo, area) = (Memo::default(), Area::new(0.0, 0.0, BANDS[0], BANDS[1]));
            let canvas = Canvas::page(area, sight.theme);
            for (axis, view) in OF_BANDS.into_iter().enumerate().skip(1) {
                let scene = Scene::of(view, &sight.subject(view, &memo), &canvas);
                scales.make_room(axis, &scene);
            }
        }
        scales
    }
}

/// The figure of the unrolled network, the product and the reason, 1280 × 720 points.
pub fn bands(sight: &Sight<'_>) -> Drawing {
    let scenes = bands_in(sight, &Scales::default(), whole());
    let mut drawing = drawn(sight, &scenes);
    say(&mut drawing, sight, &scenes, &Memo::default());
    drawing
}

/// What the lines above leave of a figure of the bands.
fn whole() -> Area {
    super::sheet::picture_area(Area::new(0.0, 0.0, BANDS[0], BANDS[1]))
}

/// As [`bands`], with axes that are given, so that several moments can be compared, and without what its places say.
pub fn bands_on(sight: &Sight<'_>, scales: &Scales) -> Drawing {
    drawn(sight, &bands_in(sight, scales, whole()))
}

fn drawn(sight: &Sight<'_>, scenes: &[Scene]) -> Drawing {
    let says = "Three pictures on one time axis: the unrolled network coloured by the gradient that is left, \
                the product per timestep with its bound, and the factor of every step split into f′ and wₕ";
    let described: Vec<&str> = scenes
        .iter()
        .map(|scene| scene.description.as_str())
        .collect();
    let says = format!("{says}: {}", described.join("; "));
    let mut drawing = sheet(BANDS, "three bands", sight, &says).0;
    for scene in scenes {
        scene.draw(&mut drawing.layer);
    }
    drawing
}

/// The three bands in `area`.
pub fn bands_in(sight: &Sight<'_>, scales: &Scales, area: Area) -> [Scene; 3] {
    let height = area.height() - 2.0 * GAP;
    let first = area.top + SHARES[0] * height;
    let second = first + GAP + SHARES[1] * height;
    let edges = [
        (area.top, first),
        (first + GAP, second),
        (second + GAP, area.bottom),
    ];
    let memo = Memo::default();
    std::array::from_fn(|index| {
        let (top, bottom) = edges[index];
        let area = Area {
            top,
            bottom,
            ..area
        };
        let canvas = Canvas {
            right: NAMES,
            is_labelled: index == 2,
            decades: scales.axes[index],
            span: scales.span,
            ..Canvas::page(area, sight.theme)
        };
        let view = OF_BANDS[index];
        Scene::of(view, &sight.subject(view, &memo), &canvas)
    })
}

/// The figure of `view`, 960 × 540 points.
pub fn view(view: View, sight: &Sight<'_>) -> Drawing {
    let memo = Memo::default();
    let subject = sight.subject(view, &memo);
    let area = Area::new(0.0, 0.0, VIEW[0], VIEW[1]);
    let canvas = Canvas::page(super::sheet::picture_area(area), sight.theme);
    let scene = Scene::of(view, &subject, &canvas);
    let says = if scene.is_absent() {
        scene.description.clone()
    } else {
        format!("{}: {}", view.meaning(), scene.description)
    };
    let mut drawing = sheet(VIEW, view.name(), sight, &says).0;
    scene.draw(&mut drawing.layer);
    say(&mut drawing, sight, &[scene], &memo);
    drawing
}

/// The picture of `view` in `area`, with the upward axis of `scales`.
pub fn scene_in(view: View, sight: &Sight<'_>, scales: &Scales, area: Area) -> Scene {
    let canvas = Canvas {
        decades: scales.axes[0],
        span: scales.span,
        ..Canvas::page(area, sight.theme)
    };
    let memo = Memo::default();
    Scene::of(view, &sight.subject(view, &memo), &canvas)
}

/// Lets every place of `scenes` say to whoever points at it what it is.
pub fn say(drawing: &mut Drawing, sight: &Sight<'_>, scenes: &[Scene], memo: &Memo) {
    for scene in scenes {
        let subject: Subject<'_> = sight.subject(scene.view, memo);
        for (area, text) in scene.sayings(&subject) {
            drawing.layer.hot(area, text);
        }
    }
}
