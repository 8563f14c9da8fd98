//! The lecture's formula with today's numbers: ∂L/∂w_h as a sum, one of its terms as a product, and that product
//! with the numbers of the cursor's timestep.
//!
//! Moving the cursor back by one timestep multiplies one more factor in, which stands out here, in the unrolled
//! network and among the bars.

use std::sync::Arc;

use super::super::formula::{FACTORS, Written, spoken};
use super::super::typeset::Formula;
use super::kit::*;
use crate::flow::share_in_words;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Formula",
    slug: "formula",
    meaning: "The recurrent weight's gradient as a sum and ∏ f′(aₜ)·wₕ as a product, with the numbers of the cursor's timestep",
    spoken: "Formula",
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices: step_choices,
    usual_timestep: Some(1),
    ..Definition::EMPTY
};

/// The longest word of the input that is written: letters on a page, points in a row.
const LONGEST_WORD: usize = 24;
const WIDEST_WORD: f64 = 80.0;

fn header(subject: &Subject<'_>, _: &Canvas) -> Header {
    let word = subject.snapshot.input_text(subject.timestep());
    let mut letters: String = word.chars().take(LONGEST_WORD).collect();
    if letters.len() < word.len() {
        letters.push('…');
    }
    Header {
        name: VIEW.name,
        sentence: sentence(subject, &letters),
        short: Some(sentence(subject, &font::elided(word, BODY, WIDEST_WORD))),
        meaning: "How much of the sum the steps from the end back to this one make up. A term of the other sign pulls \
                  against the sum: then the others are more than all of it, and the terms before pull back"
            .to_owned(),
        ..Header::default()
    }
}

/// `k = 7 “film”: steps 10 to 7 are 45 % of ∂L/∂wₕ; step 9 pulls against it`
fn sentence(subject: &Subject<'_>, word: &str) -> String {
    let (snapshot, k) = (subject.snapshot, subject.timestep());
    let word = if word.is_empty() {
        String::new()
    } else if snapshot.probe.words.is_some() {
        format!(" “{word}”")
    } else {
        // Only words are quoted.
        format!(", xₜ = {word}")
    };
    format!("k = {k}{word}: {}", share_in_words(&snapshot.probe.flow, k))
}

/// How lines fill a room.
struct Fit {
    /// The largest size of letters, in points.
    largest: f64,
    /// Space between two lines, in units of the letters' size.
    gap: f64,
    /// Whether the size is a whole number of points.
    is_whole: bool,
}

const PAGE: Fit = Fit {
    largest: 36.0,
    gap: 1.1,
    is_whole: false,
};

/// Every size of letters takes room among the glyphs that a window keeps.
const SCREEN: Fit = Fit {
    largest: 30.0,
    gap: 0.55,
    is_whole: true,
};

/// On a page factors are left out rather than that letters are smaller than this.
const SMALL_ENOUGH: f64 = 17.0;

/// Below this letters cannot be read on a screen.
const SMALLEST: f64 = 7.0;

impl Fit {
    /// The height of all lines, in units of the letters' size.
    fn height(&self, lines: &[Arc<Formula>]) -> f64 {
        let gaps = self.gap * lines.len().saturating_sub(1) as f64;
        let height = lines.iter().map(|line| line.total_height()).sum::<f64>();
        (gaps + height).max(1.0)
    }

    /// The size of letters at which all lines fit.
    fn size(&self, lines: &[Arc<Formula>], room: Area) -> f64 {
        let widest = lines.iter().map(|line| line.width).fold(1.0, f64::max);
        let size = (room.width() / widest)
            .min(room.height() / self.height(lines))
            .min(self.largest);
        if self.is_whole { size.floor() } else { size }
    }

    /// Draws the lines in the middle of the height of `room`. Returns where each is.
    fn draw(&self, layer: &mut Layer, lines: &[Arc<Formula>], room: Area) -> Vec<Area> {
        let size = self.size(lines, room);
        let mut top = room.centre()[1] - 0.5 * size * self.height(lines);
        let place = |line: &Arc<Formula>| {
            line.draw(layer, [room.left, top], size);
            let (width, height) = (size * line.width, size * line.total_height());
            let area = Area::between([room.left, top], [room.left + width, top + height]);
            top = area.bottom + size * self.gap;
            area
        };
        lines.iter().map(place).collect()
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let (fit, inner, lines) = if canvas.is_page() {
        let is_large = |lines: &[Arc<Formula>]| PAGE.size(lines, room) >= SMALL_ENOUGH;
        (PAGE, room, lines(subject, canvas, is_large))
    } else {
        let inner = room.without(6.0, 0.0, 6.0, 0.0);
        let lines = lines(subject, canvas, are_as_wide_as_the_first);
        (SCREEN, inner, lines)
    };
    if !canvas.is_page() && fit.size(&lines, inner) < SMALLEST {
        // A number that is cut off is a wrong number.
        let reason = "Too small for the formula: enlarge this tile";
        return Picture::absent(canvas, room, VIEW.name, reason);
    }
    let mut layer = Layer::default();
    let areas = fit.draw(&mut layer, &lines, inner).into_iter().enumerate();
    let areas = areas.map(|(line, area)| (area.grown(4.0), [line as f64, 0.0]));
    let sketch = Sketch {
        layer,
        beside: Layer::default(),
        frame: Frame::new(room, (0.0, 1.0), (0.0, 1.0)),
        of: [Quantity::Value; 2],
        hot: Hot::Areas(areas.collect()),
        cursor: None,
    };
    Picture {
        parts: vec![Part::Sketch(sketch)],
        description: spoken(subject.snapshot, subject.timestep()),
    }
}

/// The sum, which is always there, sets the size of letters on a screen, so that they stay as large while the
/// product grows.
fn are_as_wide_as_the_first(lines: &[Arc<Formula>]) -> bool {
    let sum = lines.first().map_or(0.0, |line| line.width);
    lines.iter().all(|line| line.width <= 1.05 * sum)
}

/// The formulas with as many factors as fit.
fn lines(
    subject: &Subject<'_>,
    canvas: &Canvas,
    fit: impl Fn(&[Arc<Formula>]) -> bool,
) -> Vec<Arc<Formula>> {
    let colours = canvas.colours();
    let mut lines = Vec::new();
    for most in FACTORS {
        let written = Written {
            snapshot: subject.snapshot,
            k: subject.timestep(),
            most,
            colours,
        };
        lines.clear();
        let is_last = FACTORS.last() == Some(&most);
        // Setting a line takes longer than all else: the first that does not fit is the last that is set.
        let fits = written.lines().iter().all(|tex| {
            lines.push(subject.memo.formula(tex, colours.measured));
            is_last || fit(&lines)
        });
        if fits {
            break;
        }
    }
    lines
}

/// What the line `line` says.
fn says(subject: &Subject<'_>, _: usize, [line, _]: [f64; 2]) -> Option<String> {
    let (snapshot, k, n) = (subject.snapshot, subject.timestep(), subject.len());
    let flow = &snapshot.probe.flow;
    let (here, end) = (flow.steps.get(k - 1)?, flow.steps.last()?);
    let [whole, at_end, at_k, its_size] = subject.by_width(
        ["∂L/∂wₕ", "∂L/∂oₙ", "∂L/∂oₖ", "the sum"],
        ["‖∂L/∂Wₕ‖", "‖gₙ‖", "‖gₖ‖", "the length of the sum"],
    );
    let [sum, term] = [flow.w_h.magnitude, here.term_w_h.magnitude].map(magnitude_in_full);
    let count = match n - k {
        0 => "no factor yet: the product begins here".to_owned(),
        1 => format!("1 factor, that of step {n}"),
        count => format!("{count} factors, those of steps {n} back to {}", k + 1),
    };
    Some(match line as usize {
        0 => format!("{whole} = {sum}\n{its_size} of the terms of all {n} steps"),
        1 => format!("{}\n{count}", timestep_in_words(snapshot, k)),
        _ => format!(
            "{at_end} = {} at step {n} has become {at_k} = {} at step {k}\nthe term of step {k} is {term}, {its_size} {sum}",
            magnitude_in_full(end.dl_do),
            magnitude_in_full(here.dl_do)
        ),
    })
}

/// What is multiplied for the cursor's timestep k, in the order of the formula, and what comes of it.
///
/// | `part` | `t` | `value` |
/// | --- | --- | --- |
/// | `dl_do_n` | n | ∂L/∂o_n; its norm for H > 1 |
/// | `factor` | n back to k + 1 | the factor of that step, and what `f_prime` and `w_h` make of it |
/// | `dl_do_k` | k | ∂L/∂o_k, the product so far; its norm for H > 1 |
/// | `f_prime` | k | f′(a_k); for H > 1 ‖f′ ⊙ g_k‖/‖g_k‖ |
/// | `o` | k − 1 | o_{k−1}; for H > 1 its root mean square over units |
/// | `term` | k | the term of k in ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `sum` | | ∂L/∂w_h, of which the term is a part, for H = 1 |
/// | `norm` | | the Frobenius norm of ∂L/∂W_h, of which the term is a part, for H > 1 |
///
/// For H = 1 the values from `dl_do_n` to `o` without `dl_do_k` multiply to that of `term`.
fn table(subject: &Subject<'_>) -> Table {
    let rows = rows(subject.snapshot, subject.timestep());
    let made_of = |part: usize| rows.iter().map(move |row| row.made_of.map(|of| of[part]));
    Table::default()
        .texts("part", rows.iter().map(|row| row.part))
        .timesteps(subject.snapshot, rows.iter().map(|row| row.t))
        .magnitudes("value", rows.iter().map(|row| row.value))
        .magnitudes("f_prime", made_of(0))
        .magnitudes("w_h", made_of(1))
}

struct Row {
    part: &'static str,
    t: Option<usize>,
    value: Magnitude,
    /// f′ and w_h of a factor.
    made_of: Option<[Magnitude; 2]>,
}

fn rows(snapshot: &Snapshot, k: usize) -> Vec<Row> {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let (Some(here), Some(end)) = (flow.steps.get(k - 1), flow.steps.last()) else {
        return Vec::new();
    };
    let row = |part, t, value| Row {
        part,
        t,
        value,
        made_of: None,
    };
    let factors = flow.steps.iter().enumerate().skip(k).rev();
    let factors = factors.map(|(index, step)| Row {
        made_of: Some([step.f_prime, step.w_h]),
        ..row("factor", Some(index + 1), step.factor)
    });
    let state = snapshot.probe.states.get(k - 1);
    let state = state.map_or(Magnitude::Nan, |state| Magnitude::new(*state));
    let whole = if flow.w_h.is_number { "sum" } else { "norm" };
    let mut rows = vec![row("dl_do_n", Some(n), end.dl_do)];
    rows.extend(factors);
    rows.extend([
        row("dl_do_k", Some(k), here.dl_do),
        row("f_prime", Some(k), here.f_prime),
        row("o", Some(k - 1), state),
        row("term", Some(k), here.term_w_h.magnitude),
        row(whole, None, flow.w_h.magnitude),
    ]);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{given, looking_at, moment, moments};
    use crate::scene::{Item, Theme};

    const ROOM: Area = Area::new(20.0, 90.0, 940.0, 520.0);

    /// What `check` finds in the view of the 1-based timestep `k`.
    fn at<T>(snapshot: &Snapshot, k: usize, check: impl Fn(&Subject<'_>) -> T) -> T {
        given(snapshot, &looking_at(snapshot, k), None, check)
    }

    fn page() -> Canvas {
        Canvas::page(ROOM, Theme::Print)
    }

    fn screen(width: f64, height: f64) -> Canvas {
        Canvas::screen(Area::new(0.0, 0.0, width, height), Theme::Dark, 1.0)
    }

    fn sketch(subject: &Subject<'_>, canvas: &Canvas) -> Sketch {
        let mut picture = picture(subject, canvas, canvas.area);
        match picture.parts.pop() {
            Some(Part::Sketch(sketch)) => sketch,
            other => panic!("{other:?} is no formula"),
        }
    }

    /// The size of the letters of the first line.
    fn size(sketch: &Sketch) -> f64 {
        match sketch.layer.items.first() {
            Some(Item::Glyph(glyph)) => glyph.size,
            other => panic!("{other:?} is no sign"),
        }
    }

    /// On a screen letters stay as large as the sum allows while the product grows, unless even the fewest factors
    /// are wider than it.
    #[test]
    fn letters_on_a_screen_are_as_large_as_the_sum_allows() {
        for hidden in [1, 4] {
            let snapshot = moment(2, |e| e.network.hidden = hidden);
            for k in 1..=snapshot.len() {
                at(&snapshot, k, |subject| {
                    let canvas = screen(420.0, 260.0);
                    let size = size(&sketch(subject, &canvas));
                    let fewest = lines(subject, &canvas, |_| false);
                    let widths = fewest.iter().map(|line| line.width);
                    let widest = widths.fold(1.05 * fewest[0].width, f64::max);
                    let least = ((420.0 - 12.0) / widest).floor();
                    assert!(size >= least && size.fract() == 0.0, "{k}: {size}, {least}");
                });
            }
        }
    }

    #[test]
    fn all_lines_are_inside_of_a_page_and_say_what_they_are() {
        for (name, snapshot) in moments() {
            for k in [1, snapshot.len()] {
                at(&snapshot, k, |subject| {
                    let sketch = sketch(subject, &page());
                    let size = size(&sketch);
                    assert!((12.0..=36.0).contains(&size), "{name}: {size}");
                    let areas = sketch.hot.areas(&sketch.frame);
                    assert_eq!(areas.len(), 3);
                    for (area, place) in areas {
                        let corners = [[area.left, area.top], [area.right, area.bottom]];
                        assert!(
                            corners.iter().all(|at| ROOM.grown(4.1).contains(*at)),
                            "{name}"
                        );
                        assert!(says(subject, 0, place).is_some_and(|text| !text.is_empty()));
                    }
                });
            }
        }
    }

    #[test]
    fn lines_say_their_numbers_in_full() {
        let snapshot = moment(3, |_| {});
        let flow = &snapshot.probe.flow;
        let said = |line| {
            at(&snapshot, 9, |subject| {
                says(subject, 0, [line, 0.0]).unwrap()
            })
        };
        let sum = magnitude_in_full(flow.w_h.magnitude);
        assert!(said(0.0).starts_with(&format!("∂L/∂wₕ = {sum}\n")));
        assert!(said(1.0).starts_with("t = 9") && said(1.0).ends_with("that of step 10"));
        let term = magnitude_in_full(flow.steps[8].term_w_h.magnitude);
        let term = format!("the term of step 9 is {term}");
        assert!(said(2.0).contains(&term));
    }

    /// A number that is cut off is a wrong number.
    #[test]
    fn what_is_too_small_to_be_read_is_not_drawn() {
        let snapshot = moment(0, |_| {});
        at(&snapshot, 1, |subject| {
            let canvas = screen(90.0, 60.0);
            let small = picture(subject, &canvas, canvas.area);
            assert!(small.is_absent());
            assert!(small.description.contains("enlarge this tile"));
        });
    }

    #[test]
    fn one_goes_no_farther_than_the_ends() {
        let snapshot = moment(0, |_| {});
        for (k, possible) in [(1, [false, true]), (5, [true; 2]), (10, [true, false])] {
            let choices = at(&snapshot, k, step_choices).remove(0);
            let [back, forth] = &choices[..] else {
                panic!("there are two");
            };
            assert_eq!([back.refusal.is_none(), forth.refusal.is_none()], possible);
            assert_eq!(back.change, Change::MoveCursor(-1));
            assert_eq!(forth.change, Change::MoveCursor(1));
        }
    }
}
