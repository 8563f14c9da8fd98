//! Blocks of equations in a room, as large as it allows.

use std::sync::Arc;

use super::area::{Area, Point};
use super::drawing::{Anchor, Layer, Stroke, Text};
use super::equation::{Block, EquationLine, Piece};
use super::font;
use super::memo::Memo;
use super::theme::Colours;
use super::typeset::Formula;

/// In which sizes blocks may be set, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// The smallest that can be read.
    pub least: f64,
    /// Large enough to be read with ease: below it, a long run gives way before letters get smaller.
    pub comfortable: f64,
    /// The largest that is of use.
    pub most: f64,
}

/// What was drawn of blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Where each piece that has something to say is, and its place in [`super::equation::sayings`].
    pub hot: Vec<(Area, usize)>,
    /// How many of the blocks had room.
    pub blocks: usize,
}

// Everything here is in units of the size of letters.
/// The size of what stands below a symbol.
const NUMBER: f64 = 0.8;
/// From one row below a symbol to the next.
const ROW: f64 = 1.05;
/// Between two pieces.
const SPACE: f64 = 0.22;
/// Between two rows of lines, below a title, and between two blocks.
const LINE_GAP: f64 = 0.45;
const TITLE_HEIGHT: f64 = 1.4;
const BLOCK_GAP: f64 = 0.8;
/// Between two lines beside each other.
const COLUMN_GAP: f64 = 2.5;
/// So many pieces of a run are drawn before letters get larger than they need to be.
const USUAL_RUN: usize = 5;
/// A number is taken to be at least as wide as this when a size is chosen, so that letters do not change their size
/// whenever a number gets another digit.
const USUAL_NUMBER: &str = "−8.8·10⁻⁸⁸";

/// A piece with its symbol set.
struct SetPiece<'a> {
    piece: &'a Piece,
    symbol: Arc<Formula>,
    width: f64,
    /// The width that is reserved for it when a size is chosen.
    reserved: f64,
    /// Its place in [`super::equation::sayings`], if it has something to say.
    saying: Option<usize>,
}

/// A line with its symbols set.
struct SetLine<'a> {
    before: Vec<SetPiece<'a>>,
    run: Vec<SetPiece<'a>>,
    after: Vec<SetPiece<'a>>,
    focus: usize,
    has_more: [bool; 2],
    height: f64,
    depth: f64,
    rows: usize,
}

/// Blocks with their symbols set: how large they are drawn follows from the room.
pub struct EquationSheet<'a> {
    blocks: Vec<(&'a str, Vec<SetLine<'a>>)>,
    dots: Arc<Formula>,
    colours: &'a Colours,
}

impl<'a> EquationSheet<'a> {
    /// Sets the symbols of `blocks`, or takes them out of `memo`.
    pub fn new(blocks: &'a [Block], memo: &Memo, colours: &'a Colours) -> Self {
        let mut said = 0;
        let mut set = |piece: &'a Piece| {
            let saying = (!piece.says.is_empty()).then_some(said);
            said += usize::from(saying.is_some());
            let symbol = memo.formula(&piece.tex, colours.measured);
            let written = piece
                .below
                .iter()
                .map(|text| NUMBER * font::width(text, 1.0));
            let width = written.fold(symbol.width, f64::max);
            let is_number = piece.below.iter().any(|text| !text.is_empty());
            let usual = NUMBER * font::width(USUAL_NUMBER, 1.0);
            SetPiece {
                piece,
                width,
                reserved: if is_number { width.max(usual) } else { width },
                saying,
                symbol,
            }
        };
        let mut set_line = |line: &'a EquationLine| {
            let [before, run, after] = [&line.before, &line.run.pieces, &line.after]
                .map(|pieces| pieces.iter().map(&mut set).collect::<Vec<_>>());
            let all = || before.iter().chain(&run).chain(&after);
            let rows = all().map(|set| match &set.piece.below {
                [_, second] if !second.is_empty() => 2,
                [first, _] => usize::from(!first.is_empty()),
            });
            SetLine {
                height: all().map(|set| set.symbol.height).fold(0.7, f64::max),
                depth: all().map(|set| set.symbol.depth).fold(0.2, f64::max),
                rows: rows.max().unwrap_or(0),
                before,
                run,
                after,
                focus: line.run.focus,
                has_more: line.run.has_more,
            }
        };
        let blocks = blocks.iter().map(|block| {
            let lines = block.lines.iter().map(&mut set_line).collect();
            (block.title.as_str(), lines)
        });
        Self {
            blocks: blocks.collect(),
            dots: memo.formula(r"\cdots", colours.theory),
            colours,
        }
    }

    /// Draws as many of the blocks as there is room for, as large as possible.
    pub fn draw(&self, layer: &mut Layer, room: Area, sizes: Sizes) -> Drawn {
        let (size, blocks) = self.fit(room, sizes);
        let mut drawn = Drawn {
            blocks,
            ..Drawn::default()
        };
        let width = room.width() / size;
        let mut top = room.top;
        for (title, lines) in &self.blocks[..blocks] {
            let at = [room.left, top + 0.95 * size];
            let title = font::elided(title, NUMBER * size, room.width());
            layer.text(Text::new(at, title, NUMBER * size, self.colours.theory).bold());
            top += size * TITLE_HEIGHT;
            for row in self.rows(lines, width, 1) {
                let mut left = room.left;
                for line in row {
                    self.draw_line(layer, line, ([left, top], size, width), &mut drawn.hot);
                    left += size * (line.least_width(&self.dots, 1) + COLUMN_GAP);
                }
                top += size * (height_of(row) + LINE_GAP);
            }
            top += size * (BLOCK_GAP - LINE_GAP);
        }
        drawn
    }

    /// The size of letters, and how many of the blocks have room: the largest size at which long runs are drawn whole
    /// or, where that is too small, one at which enough of them is.
    fn fit(&self, room: Area, sizes: Sizes) -> (f64, usize) {
        let all = self.blocks.len();
        for (least, run) in [
            (sizes.comfortable, usize::MAX),
            (sizes.comfortable, USUAL_RUN),
            (sizes.least, USUAL_RUN),
            (sizes.least, 1),
        ] {
            let mut size = sizes.most.floor();
            while size >= least {
                if self.fitting(room, size, run) == all {
                    return (size, all);
                }
                size -= 1.0;
            }
        }
        (sizes.least, self.fitting(room, sizes.least, 1))
    }

    /// How many of the blocks have room if so many pieces of every run are drawn at least.
    fn fitting(&self, room: Area, size: f64, run: usize) -> usize {
        let (width, height) = (room.width() / size, room.height() / size);
        let mut needed = 0.0;
        let fits = |(_, lines): &&(&str, Vec<SetLine<'a>>)| {
            let rows = self.rows(lines, width, run);
            let gaps = LINE_GAP * rows.len().saturating_sub(1) as f64;
            let block = TITLE_HEIGHT + gaps + rows.iter().map(|row| height_of(row)).sum::<f64>();
            let is_narrow = lines
                .iter()
                .all(|line| line.least_width(&self.dots, run) <= width);
            let fits = is_narrow && needed + block <= height;
            needed += block + BLOCK_GAP;
            fits
        };
        self.blocks.iter().take_while(fits).count()
    }

    /// Lines beside each other as far as they have room; one with a run has a row of its own.
    fn rows<'b>(&self, lines: &'b [SetLine<'a>], width: f64, run: usize) -> Vec<&'b [SetLine<'a>]> {
        let mut rows = Vec::new();
        let (mut first, mut used) = (0, 0.0);
        for (index, line) in lines.iter().enumerate() {
            let own = line.least_width(&self.dots, run);
            let is_alone = |line: &SetLine<'_>| !line.run.is_empty();
            let breaks =
                used + own > width || is_alone(line) || index > 0 && is_alone(&lines[index - 1]);
            if index > first && breaks {
                rows.push(&lines[first..index]);
                (first, used) = (index, 0.0);
            }
            used += own + COLUMN_GAP;
        }
        if first < lines.len() {
            rows.push(&lines[first..]);
        }
        rows
    }

    fn draw_line(
        &self,
        layer: &mut Layer,
        line: &SetLine<'_>,
        ([left, top], size, width): (Point, f64, f64),
        hot: &mut Vec<(Area, usize)>,
    ) {
        let shown = line.shown(width, &self.dots);
        let mut x = left;
        let baseline = top + size * line.height;
        let below = baseline + size * line.depth;
        let bottom = top + size * line.total_height();
        let dots = |layer: &mut Layer, x: &mut f64| {
            let corner = [*x, baseline - size * self.dots.height];
            self.dots.draw(layer, corner, size);
            *x += size * (self.dots.width + SPACE);
        };
        let draw = |layer: &mut Layer, set: &SetPiece<'_>, x: &mut f64, hot: &mut Vec<_>| {
            let middle = *x + 0.5 * size * set.width;
            let area = Area::new(*x, top, *x + size * set.width, bottom);
            if set.piece.is_marked {
                let frame = Stroke::new(self.colours.highlight, 1.5);
                layer.rect(area.grown(1.5), None, Some(frame), 3.0);
            }
            let corner = [
                middle - 0.5 * size * set.symbol.width,
                baseline - size * set.symbol.height,
            ];
            set.symbol.draw(layer, corner, size);
            for (row, text) in set.piece.below.iter().enumerate() {
                let at = [middle, below + size * (row as f64 + 0.8) * ROW];
                let colour = set.piece.colour.filter(|_| row + 1 == line.rows);
                let colour = colour.unwrap_or(self.colours.measured);
                let text = Text::new(at, text.as_str(), NUMBER * size, colour);
                layer.text(text.anchored(Anchor::Middle));
            }
            hot.extend(set.saying.map(|saying| (area, saying)));
            *x += size * (set.width + SPACE);
        };
        for set in &line.before {
            draw(layer, set, &mut x, hot);
        }
        if shown.start > 0 || (line.has_more[0] && !line.run.is_empty()) {
            dots(layer, &mut x);
        }
        for set in &line.run[shown.clone()] {
            draw(layer, set, &mut x, hot);
        }
        if shown.end < line.run.len() || (line.has_more[1] && !line.run.is_empty()) {
            dots(layer, &mut x);
        }
        for set in &line.after {
            draw(layer, set, &mut x, hot);
        }
    }
}

/// The height of lines beside each other.
fn height_of(row: &[SetLine<'_>]) -> f64 {
    row.iter().map(SetLine::total_height).fold(0.0, f64::max)
}

impl SetLine<'_> {
    fn total_height(&self) -> f64 {
        let rows = if self.rows == 0 {
            0.0
        } else {
            0.1 + ROW * self.rows as f64
        };
        self.height + self.depth + rows
    }

    /// The width of everything but the run, of which `run` pieces are drawn at least, and always the one in focus.
    fn least_width(&self, dots: &Formula, run: usize) -> f64 {
        let fixed = self.before.iter().chain(&self.after);
        let fixed = fixed.map(|set| set.reserved + SPACE).sum::<f64>();
        if self.run.is_empty() {
            return fixed;
        }
        let shown = run.clamp(1, self.run.len());
        let widest = self.run.iter().map(|set| set.reserved).fold(0.0, f64::max);
        let dots = if shown < self.run.len() || self.has_more != [false; 2] {
            2.0 * (dots.width + SPACE)
        } else {
            0.0
        };
        fixed + shown as f64 * (widest + SPACE) + dots
    }

    /// Which pieces of the run have room in `width`: as many on one side of the one in focus as on the other, unless
    /// one side has no more.
    fn shown(&self, width: f64, dots: &Formula) -> std::ops::Range<usize> {
        if self.run.is_empty() {
            return 0..0;
        }
        let mut room = width - self.least_width(dots, 1);
        if self.least_width(dots, usize::MAX) <= width {
            return 0..self.run.len();
        }
        let focus = self.focus.min(self.run.len() - 1);
        let (mut start, mut end) = (focus, focus + 1);
        loop {
            let (before, after) = (start.checked_sub(1), (end < self.run.len()).then_some(end));
            let is_before_next = focus - start <= end - focus - 1;
            let next = match (before, after) {
                (Some(before), Some(_)) if is_before_next => before,
                (_, Some(after)) => after,
                (Some(before), None) => before,
                (None, None) => break,
            };
            room -= self.run[next].reserved + SPACE;
            if room < 0.0 {
                break;
            }
            (start, end) = (start.min(next), end.max(next + 1));
        }
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::super::equation::{Run, sayings};
    use super::super::theme::Theme;
    use super::*;

    fn numbered(count: usize, focus: usize) -> Block {
        let piece = |number: usize| Piece::new("x", number.to_string(), format!("number {number}"));
        Block {
            title: "Sum".to_owned(),
            lines: vec![EquationLine {
                before: vec![Piece::new("s", "1", "sum"), Piece::sign("=")],
                run: Run {
                    pieces: (1..=count).map(piece).collect(),
                    focus,
                    has_more: [false; 2],
                },
                after: Vec::new(),
            }],
        }
    }

    fn drawn(blocks: &[Block], room: Area, sizes: Sizes) -> (Layer, Drawn) {
        let (memo, mut layer) = (Memo::default(), Layer::default());
        let sheet = EquationSheet::new(blocks, &memo, Theme::Dark.colours());
        let drawn = sheet.draw(&mut layer, room, sizes);
        (layer, drawn)
    }

    const SIZES: Sizes = Sizes {
        least: 10.0,
        comfortable: 12.0,
        most: 20.0,
    };

    fn said<'a>(blocks: &'a [Block], drawn: &Drawn) -> Vec<&'a str> {
        let all: Vec<&str> = sayings(blocks).collect();
        drawn.hot.iter().map(|(_, place)| all[*place]).collect()
    }

    /// The one in focus is always there, and its neighbours as far as the room goes.
    #[test]
    fn a_long_run_is_drawn_around_its_focus() {
        let room = Area::new(0.0, 0.0, 300.0, 60.0);
        for focus in [0, 20, 39] {
            let blocks = [numbered(40, focus)];
            let (_, drawn) = drawn(&blocks, room, SIZES);
            let said = said(&blocks, &drawn);
            assert!(
                said.contains(&format!("number {}", focus + 1).as_str()),
                "{said:?}"
            );
            assert!((4..20).contains(&said.len()), "{said:?}");
            for (area, says) in &drawn.hot {
                assert!(room.grown(0.1).contains([area.left, area.top]), "{says}");
                assert!(
                    room.grown(0.1).contains([area.right, area.bottom]),
                    "{says}"
                );
            }
        }
        let blocks = [numbered(3, 0)];
        let (_, whole) = drawn(&blocks, room, SIZES);
        assert_eq!(
            said(&blocks, &whole),
            ["sum", "number 1", "number 2", "number 3"]
        );
    }

    #[test]
    fn letters_are_as_large_as_fits_and_blocks_that_do_not_fit_are_left_out() {
        let blocks = [numbered(2, 0), numbered(3, 0), numbered(1, 0)];
        let number_size = |layer: &Layer| layer.texts().map(|text| text.size).fold(0.0, f64::max);
        let (large, all) = drawn(&blocks, Area::new(0.0, 0.0, 900.0, 500.0), SIZES);
        assert_eq!(all.blocks, 3);
        assert!((number_size(&large) - NUMBER * SIZES.most).abs() < 1e-9);
        let (small, all) = drawn(&blocks, Area::new(0.0, 0.0, 700.0, 140.0), SIZES);
        assert_eq!(all.blocks, 3);
        assert!(number_size(&small) < number_size(&large));
        let (_, some) = drawn(&blocks, Area::new(0.0, 0.0, 250.0, 90.0), SIZES);
        assert_eq!(some.blocks, 2);
        let (_, none) = drawn(&blocks, Area::new(0.0, 0.0, 250.0, 20.0), SIZES);
        assert_eq!(none, Drawn::default());
    }
}
