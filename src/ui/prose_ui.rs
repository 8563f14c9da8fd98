//! Texts with typeset formulas: words and formulas share lines, and each paragraph is one thing to a screen reader.

use std::sync::Arc;

use egui::cache::{ComputerMut, FrameCache};
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Color32, FontId, Galley, Label, Pos2, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2,
    WidgetInfo,
};

use super::painter::{Lens, paint_layer};
use super::theme::theme_of;
use crate::lessons::{Block, Prose, Span, Style, said, spoken};
use crate::scene::{Colour, Formula, FormulaStyle, Layer};

/// Size of the letters.
const SIZE: f32 = 14.0;

/// How much larger the letters of formulas are: those of TeX are small for their size.
const FORMULA: f32 = 1.16;

/// Between two lines, and between two blocks.
const LEADING: f32 = 3.0;
const BETWEEN: f32 = 7.0;

/// How far the points of a list stand in.
const INDENT: f32 = 16.0;

/// Draws a text as wide as there is room.
pub fn prose_ui(ui: &mut Ui, prose: &Prose) {
    for (place, block) in prose.blocks.iter().enumerate() {
        if place > 0 {
            ui.add_space(BETWEEN - ui.spacing().item_spacing.y);
        }
        match block {
            Block::Paragraph(spans) => line_ui(ui, spans, 0.0, ""),
            Block::Point { mark, depth, spans } => line_ui(ui, spans, INDENT * *depth as f32, mark),
            Block::Formula(tex) => formula_ui(ui, tex),
            Block::Code(text) => {
                // Lines of a program are not broken.
                ScrollArea::horizontal().id_salt(place).show(ui, |ui| {
                    ui.add(Label::new(RichText::new(text.trim_end()).monospace()).extend());
                });
            }
        }
    }
}

/// Something that no line is broken within.
struct Atom {
    ink: Ink,
    width: f32,
    /// Above the baseline, and below it.
    ascent: f32,
    descent: f32,
    /// The blank before it; without one it belongs to what stands before it.
    blank: Option<f32>,
}

enum Ink {
    Words(Arc<Galley>, Style),
    Formula(Arc<Formula>, f32),
}

/// Draws one paragraph, or the point of a list behind its `mark`.
fn line_ui(ui: &mut Ui, spans: &[Span], indent: f32, mark: &str) {
    let width = ui.available_width();
    let atoms = atoms(ui, spans, width - indent);
    let lines = broken(&atoms, width - indent);
    let heights = lines
        .iter()
        .map(|line| line.ascent + line.descent + LEADING);
    let size = Vec2::new(width, heights.sum());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let mark = if mark.is_empty() || mark == "•" {
            String::new()
        } else {
            format!("{mark} ")
        };
        WidgetInfo::labeled(Role::Label, true, format!("{mark}{}", said(spans)))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let mut top = rect.top();
    for (number, line) in lines.iter().enumerate() {
        let baseline = top + line.ascent;
        if number == 0 && !mark.is_empty() {
            let galley = galley(ui, mark, Style::default());
            let left = rect.left() + indent - INDENT;
            let corner = Pos2::new(left, baseline - ascent_of(&galley));
            ui.painter()
                .galley(corner, galley, ui.visuals().text_color());
        }
        let mut left = rect.left() + indent;
        for (at, atom) in atoms[line.from..line.to].iter().enumerate() {
            if at > 0 {
                left += atom.blank.unwrap_or(0.0);
            }
            draw(ui, atom, Pos2::new(left, baseline));
            left += atom.width;
        }
        top += line.ascent + line.descent + LEADING;
    }
}

/// Draws an atom whose left end on the baseline is `at`.
fn draw(ui: &Ui, atom: &Atom, at: Pos2) {
    match &atom.ink {
        Ink::Words(galley, style) => {
            let corner = at - Vec2::new(0.0, atom.ascent);
            let colour = ui.visuals().text_color();
            if style.is_code {
                let rect = Rect::from_min_size(corner, galley.size()).expand2(Vec2::new(2.0, 0.0));
                ui.painter()
                    .rect_filled(rect, 3.0, ui.visuals().code_bg_color);
            }
            ui.painter().galley(corner, Arc::clone(galley), colour);
            if style.is_strong {
                // The bundled fonts have no bold letters; texts are drawn on whole pixels.
                let pixel = 1.0 / ui.ctx().pixels_per_point();
                let beside = corner + Vec2::new(pixel, 0.0);
                ui.painter().galley(beside, Arc::clone(galley), colour);
            }
        }
        Ink::Formula(formula, size) => {
            draw_formula(ui, formula, at - Vec2::new(0.0, atom.ascent), *size);
        }
    }
}

/// A line: the atoms of it, and how far it reaches above and below its baseline.
struct Line {
    from: usize,
    to: usize,
    ascent: f32,
    descent: f32,
}

/// Breaks `atoms` into lines of at most `width`.
fn broken(atoms: &[Atom], width: f32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut filled = 0.0;
    let mut from = 0;
    while from < atoms.len() {
        // What stands together without a blank goes to one line.
        let follows = |atom: &Atom| atom.blank.is_none();
        let to = from
            + 1
            + atoms[from + 1..]
                .iter()
                .take_while(|it| follows(it))
                .count();
        let run = &atoms[from..to];
        let length: f32 = run.iter().map(|atom| atom.width).sum();
        let blank = run[0].blank.unwrap_or(0.0);
        let tallest = |of: fn(&Atom) -> f32| run.iter().map(of).fold(0.0, f32::max);
        let (ascent, descent) = (tallest(|it| it.ascent), tallest(|it| it.descent));
        match lines.last_mut() {
            Some(line) if filled + blank + length <= width => {
                line.to = to;
                line.ascent = line.ascent.max(ascent);
                line.descent = line.descent.max(descent);
                filled += blank + length;
            }
            _ => {
                lines.push(Line {
                    from,
                    to,
                    ascent,
                    descent,
                });
                filled = length;
            }
        }
        from = to;
    }
    lines
}

fn atoms(ui: &Ui, spans: &[Span], width: f32) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let blank = galley(ui, " ", Style::default()).size().x.max(0.25 * SIZE);
    let mut is_after_blank = false;
    for span in spans {
        match span {
            Span::Formula(tex) => {
                let formula = formula(ui, tex, FormulaStyle::InText);
                let size = fitting(&formula, width);
                atoms.push(Atom {
                    width: size * formula.width as f32,
                    ascent: size * formula.height as f32,
                    descent: size * formula.depth as f32,
                    blank: is_after_blank.then_some(blank),
                    ink: Ink::Formula(formula, size),
                });
                is_after_blank = false;
            }
            Span::Words { text, style } => {
                for (place, word) in text.split(char::is_whitespace).enumerate() {
                    is_after_blank |= place > 0;
                    if word.is_empty() {
                        continue;
                    }
                    let galley = galley(ui, word, *style);
                    let ascent = ascent_of(&galley);
                    atoms.push(Atom {
                        width: galley.size().x,
                        ascent,
                        descent: galley.size().y - ascent,
                        blank: is_after_blank.then_some(blank),
                        ink: Ink::Words(galley, *style),
                    });
                    is_after_blank = false;
                }
            }
        }
    }
    atoms
}

/// Draws a formula on a line of its own, in the middle.
fn formula_ui(ui: &mut Ui, tex: &str) {
    let width = ui.available_width();
    let formula = formula(ui, tex, FormulaStyle::Displayed);
    let size = fitting(&formula, width);
    let height = size * formula.total_height() as f32;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken(tex)));
    let left = rect.left() + 0.5 * (width - size * formula.width as f32);
    draw_formula(ui, &formula, Pos2::new(left, rect.top()), size);
}

/// Draws a formula with its upper left corner at `corner`.
fn draw_formula(ui: &Ui, formula: &Formula, corner: Pos2, size: f32) {
    let mut layer = Layer::default();
    let corner = [f64::from(corner.x), f64::from(corner.y)];
    formula.draw(&mut layer, corner, f64::from(size));
    paint_layer(ui, &layer, Lens::PLAIN);
}

/// The size of letters in which `formula` fits into `width`.
fn fitting(formula: &Formula, width: f32) -> f32 {
    let usual = FORMULA * SIZE;
    let widest = width / (formula.width as f32).max(1e-3);
    // Half points: every size of letters takes room among the glyphs that a window keeps.
    if widest < usual {
        ((2.0 * widest).floor() / 2.0).max(4.0)
    } else {
        (2.0 * usual).round() / 2.0
    }
}

fn galley(ui: &Ui, text: &str, style: Style) -> Arc<Galley> {
    let font = if style.is_code {
        FontId::monospace(SIZE - 1.0)
    } else {
        FontId::proportional(SIZE)
    };
    let format = TextFormat {
        font_id: font,
        color: Color32::PLACEHOLDER,
        italics: style.is_slanted,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.break_on_newline = false;
    ui.painter().layout_job(job)
}

/// How far the letters of a line reach above their baseline.
fn ascent_of(galley: &Galley) -> f32 {
    let row = galley.rows.first();
    let first = row.and_then(|row| Some((row, row.glyphs.first()?)));
    first.map_or(0.0, |(row, glyph)| row.pos.y + glyph.pos.y)
}

/// `tex` in the colour of texts, from the formulas of the last frame if it was among them.
fn formula(ui: &Ui, tex: &str, style: FormulaStyle) -> Arc<Formula> {
    let colour = theme_of(ui.visuals()).colours().measured;
    ui.ctx().memory_mut(|memory| {
        let formulas = memory.caches.cache::<Formulas>();
        Arc::clone(formulas.get((tex, colour, style)))
    })
}

type Formulas = FrameCache<Arc<Formula>, Typesetter>;

#[derive(Default)]
struct Typesetter;

impl ComputerMut<(&str, Colour, FormulaStyle), Arc<Formula>> for Typesetter {
    fn compute(&mut self, (tex, colour, style): (&str, Colour, FormulaStyle)) -> Arc<Formula> {
        // A lesson with a formula that cannot be set is not opened.
        let set = Formula::in_style(tex, colour, style);
        Arc::new(set.unwrap_or_else(|_| Formula::new("", colour)))
    }
}
