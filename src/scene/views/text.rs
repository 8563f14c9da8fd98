//! The sentence itself: every word in the colour of what the loss's gradient reaches at it.

use super::kit::*;
use crate::scene::theme::ink_on;
use crate::scene::word_shares::WordShares;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Text",
    slug: "text",
    meaning: "Every word's share of the loss's gradient, ∂L/∂xₜ",
    concept: Concept::Input,
    spoken: "Words, coloured by the gradient that reaches them",
    wants: |_| Wanted {
        inputs: true,
        ..Wanted::NOTHING
    },
    refusal: |experiment| (!experiment.shows_words()).then_some(NoTable::OfWords),
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    fills_its_room: true,
    ..Definition::EMPTY
};

/// Font sizes of words, the largest that has room for all of them is chosen, and whether each has its share below it.
const SIZES: [(f64, bool); 6] = [
    (22.0, true),
    (17.0, true),
    (14.0, true),
    (12.0, true),
    (11.0, false),
    (9.0, false),
];

/// Within the edge of a word, between words, and between rows, as shares of the font size.
const INSIDE: f64 = 0.35;
const BETWEEN: f64 = 0.3;

fn header(subject: &Subject<'_>, _: &Canvas) -> Header {
    let snapshot = subject.snapshot;
    let shares = WordShares::of(snapshot);
    let at = subject.timestep();
    let of_word = match (snapshot.word(at), shares.share(at)) {
        (Some(word), Some(share)) => format!("“{}” has {}", word.text, percent(share)),
        (Some(word), None) => format!("“{}”", word.text),
        _ => shares.greatest().map_or_else(String::new, |(t, share)| {
            format!("“{}” has most, {}", snapshot.input_text(t), percent(share))
        }),
    };
    let answer = answer_at(subject, snapshot.len());
    let sentence = match of_word.is_empty() {
        true => answer.trim_start_matches(" · ").to_owned(),
        false => of_word + &answer,
    };
    Header {
        name: VIEW.name,
        sentence,
        meaning: format!(
            "A word's share is ‖∂L/∂xₜ‖ over the sum of all words'. Its colour is ‖∂L/∂xₜ‖ over that of the last word: {}",
            "blue where less of the gradient reaches it, orange where more does"
        ),
        key: Some(Key::Magnitudes(shares.outcomes())),
        ..Header::default()
    }
}

/// A word where it stands.
struct Placed {
    t: usize,
    text: String,
    share: String,
    area: Area,
}

/// The words in rows of `room` at a font size, as far as there is room, and whether there was room for all.
fn placed(
    subject: &Subject<'_>,
    shares: &WordShares,
    room: Area,
    (size, has_share): (f64, bool),
) -> (Vec<Placed>, bool) {
    let snapshot = subject.snapshot;
    let height = size * (1.0 + 2.0 * INSIDE)
        + if has_share {
            share_size(size) * 1.2
        } else {
            0.0
        };
    let (mut x, mut y) = (room.left, room.top);
    let mut placed = Vec::new();
    for t in (1..=snapshot.len()).filter(|t| !snapshot.is_padding(*t)) {
        let most = room.width() - 2.0 * INSIDE * size;
        let text = font::elided(snapshot.input_text(t), size, most);
        let share = match shares.share(t) {
            Some(share) if has_share => percent(share).replace("less than", "<"),
            _ => String::new(),
        };
        let inner = font::width(&text, size).max(font::width(&share, share_size(size)));
        let width = inner + 2.0 * INSIDE * size;
        if x > room.left && x + width > room.right {
            (x, y) = (room.left, y + height + BETWEEN * size);
        }
        if y + height > room.bottom {
            return (placed, false);
        }
        placed.push(Placed {
            t,
            text,
            share,
            area: Area::between([x, y], [x + width, y + height]),
        });
        x += width + BETWEEN * size;
    }
    (placed, true)
}

fn share_size(size: f64) -> f64 {
    (0.62 * size).max(8.0)
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let colours = canvas.colours();
    let snapshot = subject.snapshot;
    let shares = WordShares::of(snapshot);
    let inside = room.without(8.0, 6.0, 8.0, 6.0);
    let mut found = None;
    for size in SIZES {
        let (words, is_all) = placed(subject, &shares, inside, size);
        found = Some((words, is_all, size));
        if is_all {
            break;
        }
    }
    let (words, is_all, (size, _)) = found.unwrap_or((Vec::new(), true, SIZES[0]));
    if words.is_empty() {
        let reason = "no words: the network reads padding only";
        return Picture::absent(canvas, room, VIEW.name, reason);
    }
    let mut layer = Layer::default();
    for word in &words {
        draw(&mut layer, subject, &shares, word, size, colours);
    }
    if !is_all {
        let all = (1..=snapshot.len()).filter(|t| !snapshot.is_padding(*t));
        let missing = all.count() - words.len();
        let text = format!("and {} more words", counted(missing));
        let at = [inside.right, inside.bottom];
        let text = Text::new(at, text, SMALL, colours.theory);
        layer.text(text.anchored(Anchor::End));
    }
    let areas = words.iter().map(|word| (word.area, [word.t as f64, 0.0]));
    let sketch = Sketch {
        hot: Hot::Areas(areas.collect()),
        layer,
        beside: Layer::default(),
        frame: Frame::new(room, (0.0, 1.0), (0.0, 1.0)),
        of: [Quantity::Word, Quantity::Value],
        cursor: None,
    };
    Picture {
        parts: vec![Part::Sketch(sketch)],
        description: description(subject, &shares),
    }
}

fn draw(
    layer: &mut Layer,
    subject: &Subject<'_>,
    shares: &WordShares,
    word: &Placed,
    size: f64,
    colours: &Colours,
) {
    let (fill, mark) = shares
        .gain(word.t)
        .map_or((colours.node, colours.measured), |gain| {
            colours.of_pixel(gain)
        });
    let is_marked = subject.mark() == Some(word.t);
    let edge = match is_marked {
        true => Stroke::new(colours.highlight, 2.4),
        false => Stroke::new(colours.faint, 0.8),
    };
    layer.rect(word.area, Some(fill), Some(edge), 0.25 * size);
    let ink = ink_on(fill);
    let left = word.area.left + INSIDE * size;
    let baseline = word.area.top + (INSIDE + 0.82) * size;
    layer.text(Text::new([left, baseline], word.text.as_str(), size, ink));
    if subject.snapshot.word(word.t).is_some_and(|it| !it.known) {
        // The network does not read the word itself.
        let (y, right) = (baseline + 0.16 * size, word.area.right - INSIDE * size);
        let stroke = Stroke::new(ink, 1.0).dashed(2.0, 2.0);
        layer.line([left, y], [right, y], stroke);
    }
    let below = [left, word.area.bottom - 0.3 * size];
    layer.text(Text::new(below, word.share.as_str(), share_size(size), ink));
    if let Some(gain) = shares.gain(word.t).filter(|gain| !gain.is_finite()) {
        let at = [word.area.right - 6.0, word.area.top + 6.0];
        shapes::mark(layer, at, gain, mark);
    }
}

fn description(subject: &Subject<'_>, shares: &WordShares) -> String {
    /// Words that are read out.
    const READ: usize = 40;
    let snapshot = subject.snapshot;
    let words = (1..=snapshot.len()).filter(|t| !snapshot.is_padding(*t));
    let of = |t: usize| {
        let share = shares
            .share(t)
            .map_or_else(String::new, |share| format!(" {}", percent(share)));
        format!("{}{share}", snapshot.input_text(t))
    };
    let read: Vec<String> = words.take(READ).map(of).collect();
    format!(
        "each word with its share of the gradient: {}",
        read.join(", ")
    )
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let snapshot = subject.snapshot;
    let t = t as usize;
    let shares = WordShares::of(snapshot);
    let reached = snapshot.probe.dl_dx.get(t.checked_sub(1)?)?;
    let mut lines = vec![
        timestep_in_words(snapshot, t),
        format!("‖∂L/∂xₜ‖ = {}", magnitude_in_full(*reached)),
    ];
    if let Some(share) = shares.share(t) {
        lines.push(format!("{} of what reaches all words", percent(share)));
    }
    if let Some(gain) = shares.gain(t) {
        lines.push(format!("{gain} times what reaches the last word"));
    }
    Some(lines.join("\n"))
}

/// A row per timestep.
///
/// | column | meaning |
/// | --- | --- |
/// | `dl_dx` | ‖∂L/∂x_t‖ as a magnitude; of embedded words ‖∂L/∂ of their embedding‖ |
/// | `share` | its share of the sum over all words; empty where a word has none, and for padding |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let shares = WordShares::of(snapshot);
    Table::of_timesteps(snapshot, 1..=snapshot.len())
        .magnitudes("dl_dx", snapshot.probe.dl_dx.iter().copied())
        .numbers("share", (1..=snapshot.len()).map(|t| shares.share(t)))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::moment;
    use super::*;

    #[test]
    fn shares_are_those_of_the_norms_and_colours_those_of_the_gain() {
        let snapshot = moment(3, |e| e.network.hidden = 4);
        let shares = WordShares::of(&snapshot);
        let norms: Vec<f64> = snapshot
            .probe
            .dl_dx
            .iter()
            .map(|it| it.value().abs())
            .collect();
        let sum: f64 = norms.iter().sum();
        for (t, norm) in (1..).zip(&norms) {
            // Two exponentials and a sum of ten: a few units in the last place.
            assert!((shares.share(t).unwrap() - norm / sum).abs() < 1e-14, "{t}");
            let gain = shares.gain(t).unwrap().value();
            assert!((gain / (norm / norms[9]) - 1.0).abs() < 1e-13, "{t}");
        }
        let total: f64 = (1..=10).filter_map(|t| shares.share(t)).sum();
        assert!((total - 1.0).abs() < 1e-14);
    }

    /// Padding has a gradient, too, and is no word.
    #[test]
    fn padding_has_no_share() {
        let snapshot = moment(1, |e| e.probe.text = "not bad".to_owned());
        let shares = WordShares::of(&snapshot);
        assert_eq!(shares.share(8), None);
        let both = shares.share(9).unwrap() + shares.share(10).unwrap();
        assert!((both - 1.0).abs() < 1e-14);
    }

    #[test]
    fn ten_thousand_words_below_what_a_float_holds_have_shares() {
        let snapshot = moment(0, |e| {
            e.task.length = 3000;
            e.network.w_h = 0.1;
            e.probe.text = "good ".repeat(1999);
        });
        let shares = WordShares::of(&snapshot);
        let first = snapshot.first_input();
        assert_eq!(shares.share(first), Some(0.0));
        assert!(shares.gain(first).unwrap().log10().unwrap() < -1000.0);
    }
}
