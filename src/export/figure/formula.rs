//! The lecture's formula with today's numbers: ∂L/∂w_h as a sum, one of its terms as a product, and that
//! product with the numbers of the cursor's timestep.

use super::super::{Look, View};
use super::area::Area;
use super::drawing::{Drawing, Layer};
use super::formula_parts::{FACTORS, formulas};
use super::legend::header;
use super::sheet::{VIEW, sheet};
use super::style;
use super::typeset::Formula;
use crate::flow::share_in_words;
use crate::training::Snapshot;

/// The largest size of letters, and the one below which factors are left out first, in points.
const LARGEST: f64 = 36.0;
const SMALL_ENOUGH: f64 = 17.0;

/// Space between two lines, in units of the letters' size.
const LINE_GAP: f64 = 1.1;

/// The longest word of the input that is written, in letters.
const LONGEST_WORD: usize = 24;

/// The figure.
pub fn drawing(snapshot: &Snapshot, look: &Look) -> Drawing {
    let name = View::Formula.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Formula.meaning());
    let layer = &mut drawing.layer;
    let k = look.timestep(snapshot.len());
    let rest = header(layer, area, name, &sentence(snapshot, k), &[]);
    let mut chosen = Vec::new();
    for most in FACTORS {
        chosen = formulas(snapshot, k, most);
        if size(&chosen, rest) >= SMALL_ENOUGH {
            break;
        }
    }
    draw(layer, rest, &chosen);
    drawing
}

/// `k = 7 “film”: steps 10 to 7 are 45 % of ∂L/∂wₕ; step 9 pulls against it`
fn sentence(snapshot: &Snapshot, k: usize) -> String {
    let word = snapshot.input_text(k);
    let mut short: String = word.chars().take(LONGEST_WORD).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    let word = if word.is_empty() {
        String::new()
    } else if snapshot.probe.words.is_some() {
        format!(" “{short}”")
    } else {
        // Only words are quoted.
        format!(", xₜ = {short}")
    };
    format!("k = {k}{word}: {}", share_in_words(&snapshot.probe.flow, k))
}

/// The size of letters at which all lines fit.
fn size(lines: &[Formula], room: Area) -> f64 {
    let widest = lines.iter().map(|line| line.width).fold(1.0, f64::max);
    (room.width() / widest)
        .min(room.height() / height(lines))
        .min(LARGEST)
}

/// The height of all lines, in units of the letters' size.
fn height(lines: &[Formula]) -> f64 {
    let gaps = LINE_GAP * lines.len().saturating_sub(1) as f64;
    (gaps + lines.iter().map(Formula::height).sum::<f64>()).max(1.0)
}

fn draw(layer: &mut Layer, room: Area, lines: &[Formula]) {
    let size = size(lines, room);
    let mut top = room.centre()[1] - 0.5 * size * height(lines);
    for line in lines {
        let baseline = top + size * line.above;
        line.draw(layer, [room.left, baseline], size, style::MEASURED);
        top += size * (line.height() + LINE_GAP);
    }
}
