//! Several moments in one figure: the same picture of each, on the same axes, side by side.

use super::super::sight::Sight;
use super::bands::{Scales, bands_in, say, scene_in};
use super::sheet::{finding, headed, picture_area};
use crate::flow::thousands;
use crate::scene::{Area, Colours, Drawing, Memo, SMALL, Scene, Text, View, elided, sentence_of};
use crate::training::Snapshot;

/// Moments in one figure at most: more are too small to read.
pub const MOST: usize = 6;

/// Width and height of the picture of one moment: of the three bands, and of one view.
const OF_BANDS: [f64; 2] = [640.0, 500.0];
const OF_VIEW: [f64; 2] = [600.0, 380.0];

/// Between two of them.
const GAP: f64 = 18.0;

/// What its name and its finding take of its height.
const CAPTION: f64 = 40.0;

/// The figure of `view`, or of the three bands, of each of `sights`, up to [`MOST`] of them, which have these `names`.
pub fn multiples(view: Option<View>, sights: &[Sight<'_>], names: &[String]) -> Drawing {
    let scales = match view {
        None => Scales::of_all(sights.iter().copied()),
        Some(view) => Scales::of_view(view, sights),
    };
    multiples_on(view, sights, names, &scales)
}

/// As [`multiples`], with axes that are given.
pub fn multiples_on(
    view: Option<View>,
    sights: &[Sight<'_>],
    names: &[String],
    scales: &Scales,
) -> Drawing {
    let moments: Vec<&Snapshot> = sights.iter().map(|sight| sight.snapshot).collect();
    let columns = match sights.len() {
        count @ 0..=3 => count.max(1),
        4 => 2,
        _ => 3,
    };
    let rows = sights.len().div_ceil(columns);
    let [width, height] = if view.is_some() { OF_VIEW } else { OF_BANDS };
    let all = |count: usize, size: f64| count as f64 * (size + GAP) - GAP;
    let margins = Area::new(0.0, 0.0, 1000.0, 1000.0);
    let room = picture_area(margins);
    let size = [
        all(columns, width) + margins.width() - room.width(),
        all(rows, height) + margins.height() - room.height(),
    ];
    let theme = sights.first().map(|sight| sight.theme).unwrap_or_default();
    let sentence = sentence_of(&moments, names);
    let what = view.map_or("three bands", View::name);
    let title = format!("BPTT Scope: {what}, {} experiments", sights.len());
    let says: Vec<String> = names
        .iter()
        .zip(&moments)
        .map(|(name, moment)| format!("{name}: {}", finding(moment)))
        .collect();
    let mut drawing = headed(
        (size, theme),
        &title,
        [&sentence, &shared(&moments)],
        theme.colours().measured,
        &says.join("; "),
    );
    let room = picture_area(drawing.area());
    for (place, (sight, name)) in sights.iter().zip(names).enumerate() {
        let left = room.left + (place % columns) as f64 * (width + GAP);
        let top = room.top + (place / columns) as f64 * (height + GAP);
        let area = Area::new(left, top, left + width, top + height);
        caption(
            &mut drawing,
            area,
            [name, &finding(sight.snapshot)],
            theme.colours(),
        );
        let area = area.without(0.0, CAPTION, 0.0, 0.0);
        let scenes: Vec<Scene> = match view {
            None => bands_in(sight, scales, area).into(),
            Some(view) => vec![scene_in(view, sight, scales, area)],
        };
        for scene in &scenes {
            scene.draw(&mut drawing.layer);
        }
        say(&mut drawing, sight, &scenes, &Memo::default());
    }
    drawing
}

fn caption(drawing: &mut Drawing, area: Area, [name, finding]: [&str; 2], colours: &Colours) {
    let lines = [
        (name, 12.0, colours.measured),
        (finding, 27.0, colours.theory),
    ];
    for (index, (text, below, colour)) in lines.into_iter().enumerate() {
        // A bold letter is a little wider.
        let text = elided(text, SMALL, 0.97 * area.width());
        let text = Text::new([area.left, area.top + below], text, SMALL, colour);
        let text = if index == 0 { text.bold() } else { text };
        drawing.layer.text(text);
    }
}

/// What all of them have alike, of what a figure says of one: task, n, H and step.
fn shared(moments: &[&Snapshot]) -> String {
    let parts: [fn(&Snapshot) -> String; 4] = [
        |it| it.moment.experiment.task.kind.name().to_owned(),
        |it| format!("n = {}", thousands(it.len() as u64)),
        |it| format!("H = {}", it.moment.experiment.network.hidden),
        |it| format!("step {}", thousands(it.moment.step)),
    ];
    let of_all = parts.iter().filter_map(|part| {
        let mut texts = moments.iter().map(|moment| part(moment));
        let first = texts.next()?;
        texts.all(|text| text == first).then_some(first)
    });
    of_all.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::moment;
    use crate::scene::{Item, Look, names_of};

    /// Every one has its name, and what is the same in all stands at the same height in all: their axes are one.
    #[test]
    fn several_moments_stand_on_the_same_axes() {
        let moments: Vec<Snapshot> = [0.3, 0.9, 1.5, 0.05, 2.0]
            .map(|w_h| moment(0, |e| e.network.w_h = w_h))
            .into();
        let look = Look::default();
        for (view, count) in [(None, 2), (None, 5), (Some(View::PRODUCT), 4)] {
            let sights: Vec<Sight<'_>> = moments[..count]
                .iter()
                .map(|moment| Sight::new(moment, &look))
                .collect();
            let all: Vec<&Snapshot> = moments[..count].iter().collect();
            let names = names_of(&all, &[]);
            let drawing = multiples(view, &sights, &names);
            let texts = drawing.layer.items.iter().filter_map(|item| match item {
                Item::Text(text) => Some(text),
                _ => None,
            });
            let texts: Vec<&Text> = texts.collect();
            for name in &names {
                assert!(texts.iter().any(|text| text.text == *name), "{name}");
                assert!(drawing.description.contains(name.as_str()));
            }
            assert!(texts[0].text.contains("of the gradient at"));
            let inside = |text: &&&Text| drawing.area().grown(1.0).contains(text.at);
            assert_eq!(texts.iter().filter(inside).count(), texts.len());
        }
        let sights: Vec<Sight<'_>> = moments
            .iter()
            .map(|moment| Sight::new(moment, &look))
            .collect();
        let scales = Scales::of_view(View::PRODUCT, &sights);
        let area = Area::new(0.0, 0.0, 400.0, 300.0);
        let axis = |sight: &Sight<'_>, scales: &Scales| {
            let scene = scene_in(View::PRODUCT, sight, scales, area);
            scene.parts[0].frame().unwrap().y
        };
        let alone = sights.iter().map(|sight| axis(sight, &Scales::default()));
        let (lows, highs): (Vec<f64>, Vec<f64>) = alone.unzip();
        let widest = (
            lows.into_iter().fold(f64::INFINITY, f64::min),
            highs.into_iter().fold(f64::NEG_INFINITY, f64::max),
        );
        for sight in &sights {
            assert_eq!(axis(sight, &scales), widest);
        }
    }
}
