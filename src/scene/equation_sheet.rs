//! Blocks of equations in a room, as large as it allows.

use std::ops::Range;
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
    /// In how many columns blocks may stand, where that makes them larger.
    pub columns: usize,
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
/// What keeps two numbers apart, and two products of a run.
const APART: f64 = 0.25;
const FAR_APART: f64 = 0.55;
/// Between two rows of lines, below a title, and between two blocks.
const LINE_GAP: f64 = 0.45;
const TITLE_HEIGHT: f64 = 1.4;
const BLOCK_GAP: f64 = 0.8;
/// Between two lines beside each other, and between two columns of blocks.
const COLUMN_GAP: f64 = 2.5;

/// What is taken to stand below a symbol when a size is chosen, and below a factor in a run of several rows, so that
/// letters do not change their size whenever a number gets another digit.
const USUAL_NUMBER: &str = "−8.8·10⁻⁸⁸";
const USUAL_FACTOR: &str = "0.888 · (−0.888)";

/// How many pieces of runs are drawn at least, from generous to scarce, and whether letters are large then.
const RUNS: [(bool, usize); 9] = [
    (true, usize::MAX),
    (true, 16),
    (true, 9),
    (true, 5),
    (false, 9),
    (false, 5),
    (false, 3),
    (false, 2),
    (false, 1),
];

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
    wraps: Option<usize>,
    height: f64,
    depth: f64,
    /// How many rows stand below symbols.
    below: usize,
}

/// Blocks with their symbols set: how large they are drawn follows from the room.
pub struct EquationSheet<'a> {
    blocks: Vec<(&'a str, Vec<SetLine<'a>>)>,
    /// ⋯, which stands for pieces that have no room.
    dots: Arc<Formula>,
    colours: &'a Colours,
}

/// How blocks are fitted into a room.
#[derive(Clone, Copy)]
struct Fit {
    /// The size of letters, in points.
    size: f64,
    /// The width of a column, in units of that.
    width: f64,
    /// In how many columns blocks stand.
    columns: usize,
    /// How many pieces of a run are drawn at least, if there are so many; in several rows, at most.
    run: usize,
}

impl<'a> EquationSheet<'a> {
    /// Sets the symbols of `blocks`, or takes them out of `memo`.
    pub fn new(blocks: &'a [Block], memo: &Memo, colours: &'a Colours) -> Self {
        let mut said = 0;
        let mut set = |piece: &'a Piece, usual: &str, apart: f64| {
            let saying = (!piece.says.is_empty()).then_some(said);
            said += usize::from(saying.is_some());
            let symbol = memo.formula(&piece.tex, colours.measured);
            let written = |text: &str| match text {
                "" => 0.0,
                text => NUMBER * font::width(text, 1.0) + apart,
            };
            let numbers = piece.below.iter().map(|text| written(text));
            let width = numbers.fold(symbol.width, f64::max);
            let is_number = piece.below.iter().any(|text| !text.is_empty());
            let least = if is_number { written(usual) } else { 0.0 };
            SetPiece {
                piece,
                width,
                reserved: width.max(least),
                saying,
                symbol,
            }
        };
        let mut set_line = |line: &'a EquationLine| {
            let in_run = line.run.wraps.map_or(USUAL_NUMBER, |_| USUAL_FACTOR);
            let [before, run, after] = [
                (&line.before, USUAL_NUMBER, APART),
                (&line.run.pieces, in_run, FAR_APART),
                (&line.after, USUAL_NUMBER, APART),
            ]
            .map(|(pieces, usual, apart)| {
                let pieces = pieces.iter().map(|piece| set(piece, usual, apart));
                pieces.collect::<Vec<_>>()
            });
            let all = || before.iter().chain(&run).chain(&after);
            let below = all().map(|set| match &set.piece.below {
                [_, second] if !second.is_empty() => 2,
                [first, _] => usize::from(!first.is_empty()),
            });
            SetLine {
                height: all().map(|set| set.symbol.height).fold(0.7, f64::max),
                depth: all().map(|set| set.symbol.depth).fold(0.2, f64::max),
                below: below
                    .max()
                    .unwrap_or(0)
                    .max(line.run.wraps.map_or(0, |_| 2)),
                before,
                run,
                after,
                focus: line.run.focus,
                has_more: line.run.has_more,
                wraps: line.run.wraps,
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
        let (fit, blocks) = self.fit(room, sizes);
        let mut drawn = Drawn {
            blocks,
            ..Drawn::default()
        };
        let size = fit.size;
        let places = self.places(room, fit);
        for ((title, lines), (column, place)) in self.blocks[..blocks].iter().zip(places) {
            let beside = column as f64 * (fit.width + COLUMN_GAP);
            let corner = [room.left + size * beside, room.top + size * place];
            let mut top = corner[1];
            let at = [corner[0], top + 0.95 * size];
            let title = font::elided(title, NUMBER * size, size * fit.width);
            layer.text(Text::new(at, title, NUMBER * size, self.colours.theory).bold());
            top += size * TITLE_HEIGHT;
            for row in self.rows(lines, fit) {
                let mut left = corner[0];
                for line in row {
                    self.draw_line(layer, line, ([left, top], fit), &mut drawn.hot);
                    left += size * (self.least_width(line, fit.run) + COLUMN_GAP);
                }
                top += size * (self.height_of(row, fit) + LINE_GAP);
            }
        }
        drawn
    }

    /// How blocks fit, and how many of them: the largest letters with which long runs are drawn whole or, where those
    /// are too small, some with which enough of them is.
    fn fit(&self, room: Area, sizes: Sizes) -> (Fit, usize) {
        let fit = |size: f64, run, columns: usize| {
            let gaps = (columns - 1) as f64 * COLUMN_GAP;
            Fit {
                size,
                width: (room.width() / size - gaps) / columns as f64,
                columns,
                run,
            }
        };
        for (is_large, run) in RUNS {
            let least = if is_large {
                sizes.comfortable
            } else {
                sizes.least
            };
            let mut size = sizes.most.floor();
            while size >= least {
                for columns in 1..=sizes.columns {
                    let fit = fit(size, run, columns);
                    if self.fitting(room, fit) == self.blocks.len() {
                        return (fit, self.blocks.len());
                    }
                }
                size -= 1.0;
            }
        }
        // Of two that show as many, the one in fewer columns.
        let some = (1..=sizes.columns).rev().map(|columns| {
            let fit = fit(sizes.least, 1, columns);
            (fit, self.fitting(room, fit))
        });
        let most = some.max_by_key(|(_, blocks)| *blocks);
        most.unwrap_or((fit(sizes.least, 1, 1), 0))
    }

    /// How many of the blocks have room.
    fn fitting(&self, room: Area, fit: Fit) -> usize {
        let has_width = |lines: &[SetLine<'_>]| {
            let widths = lines.iter().map(|line| self.least_width(line, fit.run));
            widths.fold(0.0, f64::max) <= fit.width
        };
        let blocks = self.blocks.iter().zip(self.places(room, fit));
        blocks
            .take_while(|((_, lines), (column, _))| *column < fit.columns && has_width(lines))
            .count()
    }

    /// The column of every block, from 0, and how far below its top it stands, in units of the size of letters: as many
    /// in the first column as have room, and so on. What has no room is in columns that are not there.
    fn places(&self, room: Area, fit: Fit) -> impl Iterator<Item = (usize, f64)> {
        let height = room.height() / fit.size;
        let (mut column, mut top) = (0, 0.0);
        // One after the other: whoever looks for a size that fits has seen enough at the first that does not.
        self.blocks.iter().map(move |(_, lines)| {
            let rows = self.rows(lines, fit);
            let gaps = LINE_GAP * rows.len().saturating_sub(1) as f64;
            let heights = rows.iter().map(|row| self.height_of(row, fit));
            let block = TITLE_HEIGHT + gaps + heights.sum::<f64>();
            if top + block > height {
                (column, top) = (column + 1, 0.0);
                if block > height {
                    // It has room in none.
                    column += fit.columns;
                }
            }
            let place = (column, top);
            top += block + BLOCK_GAP;
            place
        })
    }

    /// Lines beside each other as far as they have room; one with a run has a row of its own.
    fn rows<'b>(&self, lines: &'b [SetLine<'a>], fit: Fit) -> Vec<&'b [SetLine<'a>]> {
        let mut rows = Vec::new();
        let (mut first, mut used) = (0, 0.0);
        for (index, line) in lines.iter().enumerate() {
            let own = self.least_width(line, fit.run);
            let is_alone = |line: &SetLine<'_>| !line.run.is_empty() || line.wraps.is_some();
            let breaks = used + own > fit.width
                || is_alone(line)
                || index > 0 && is_alone(&lines[index - 1]);
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

    /// The height of lines beside each other.
    fn height_of(&self, row: &[SetLine<'_>], fit: Fit) -> f64 {
        let height = |line: &SetLine<'_>| {
            let rows = self.reserved_rows(line, fit) as f64;
            rows * line.row_height() + (rows - 1.0) * LINE_GAP
        };
        row.iter().map(height).fold(0.0, f64::max)
    }

    /// How many rows are kept for a line: one, but for a run of several rows as many as the longest takes.
    fn reserved_rows(&self, line: &SetLine<'_>, fit: Fit) -> usize {
        let Some(most) = line.wraps else {
            return 1;
        };
        let widths = |pieces: &[SetPiece<'_>]| -> Vec<f64> {
            pieces.iter().map(|set| set.reserved).collect()
        };
        let in_run = std::iter::repeat_n(line.widest_of_run(), most.min(fit.run));
        let before = widths(&line.before).into_iter();
        let all = before.chain(in_run).chain(widths(&line.after));
        let (mut rows, mut used) = (1, self.dots.width + SPACE);
        for width in all {
            if used > 0.0 && used + width > fit.width {
                (rows, used) = (rows + 1, 0.0);
            }
            used += width + SPACE;
        }
        rows
    }

    /// The width of a line of which so many pieces of the run are drawn, or of its widest piece if it goes on in
    /// further rows.
    fn least_width(&self, line: &SetLine<'_>, run: usize) -> f64 {
        let ends = line
            .before
            .iter()
            .chain(&line.after)
            .map(|set| set.reserved);
        if line.wraps.is_some() {
            return ends.fold(line.widest_of_run(), f64::max);
        }
        let ends = ends.map(|width| width + SPACE).sum::<f64>();
        if line.run.is_empty() {
            return ends;
        }
        let shown = run.clamp(1, line.run.len());
        let is_whole = shown == line.run.len() && line.has_more == [false; 2];
        let dots = if is_whole {
            0.0
        } else {
            2.0 * (self.dots.width + SPACE)
        };
        ends + shown as f64 * (line.widest_of_run() + SPACE) + dots
    }

    /// Which pieces of the run of a line are drawn.
    fn shown(&self, line: &SetLine<'_>, fit: Fit) -> Range<usize> {
        if line.wraps.is_some() {
            return line.around_focus(|count| count <= fit.run);
        }
        let fixed = self.least_width(line, 1) - line.widest_of_run() - SPACE;
        let each = line.widest_of_run() + SPACE;
        if self.least_width(line, usize::MAX) <= fit.width {
            return 0..line.run.len();
        }
        line.around_focus(|count| count == 1 || fixed + count as f64 * each <= fit.width)
    }

    fn draw_line(
        &self,
        layer: &mut Layer,
        line: &SetLine<'_>,
        (corner, fit): (Point, Fit),
        hot: &mut Vec<(Area, usize)>,
    ) {
        let size = fit.size;
        let right = corner[0] + size * fit.width + 0.1;
        let shown = self.shown(line, fit);
        let is_cut = |more: bool, cut: bool| !line.run.is_empty() && (more || cut);
        let dots_before = is_cut(line.has_more[0], shown.start > 0);
        let dots_after = is_cut(line.has_more[1], shown.end < line.run.len());
        let dots = |is_there: bool| is_there.then_some(None).into_iter();
        let atoms = line.before.iter().map(Some);
        let atoms = atoms.chain(dots(dots_before));
        let atoms = atoms.chain(line.run[shown].iter().map(Some));
        let atoms = atoms.chain(dots(dots_after));
        let atoms = atoms.chain(line.after.iter().map(Some));
        let [mut x, mut top] = corner;
        for atom in atoms {
            let width = size * atom.map_or(self.dots.width, |set| set.width);
            if line.wraps.is_some() && x > corner[0] && x + width > right {
                (x, top) = (corner[0], top + size * (line.row_height() + LINE_GAP));
            }
            match atom {
                None => {
                    let above = size * (line.height - self.dots.height);
                    self.dots.draw(layer, [x, top + above], size);
                }
                Some(set) => {
                    let area = Area::new(x, top, x + width, top + size * line.row_height());
                    self.draw_piece(layer, (line, set), area, size);
                    hot.extend(set.saying.map(|saying| (area, saying)));
                }
            }
            x += width + size * SPACE;
        }
    }

    /// Draws one piece of a line in the middle of its `area`.
    fn draw_piece(
        &self,
        layer: &mut Layer,
        (line, set): (&SetLine<'_>, &SetPiece<'_>),
        area: Area,
        size: f64,
    ) {
        if set.piece.is_marked {
            let frame = Stroke::new(self.colours.highlight, 1.5);
            layer.rect(area.grown(1.5), None, Some(frame), 3.0);
        }
        let middle = area.centre()[0];
        let baseline = area.top + size * line.height;
        let left = middle - 0.5 * size * set.symbol.width;
        let corner = [left, baseline - size * set.symbol.height];
        set.symbol.draw(layer, corner, size);
        let below = baseline + size * line.depth;
        for (row, text) in set.piece.below.iter().enumerate() {
            let at = [middle, below + size * (row as f64 + 0.8) * ROW];
            let colour = set.piece.colour.filter(|_| row + 1 == line.below);
            let colour = colour.unwrap_or(self.colours.measured);
            let text = Text::new(at, text.as_str(), NUMBER * size, colour);
            layer.text(text.anchored(Anchor::Middle));
        }
    }
}

impl SetLine<'_> {
    /// The height of one row of it: the symbols, and what stands below them.
    fn row_height(&self) -> f64 {
        let gap = if self.below == 0 { 0.0 } else { 0.1 };
        self.height + self.depth + gap + ROW * self.below as f64
    }

    fn widest_of_run(&self) -> f64 {
        // Also while there is none yet.
        let least = self
            .wraps
            .map_or(0.0, |_| NUMBER * font::width(USUAL_FACTOR, 1.0));
        let widths = self.run.iter().map(|set| set.reserved);
        widths.fold(least, f64::max)
    }

    /// As many pieces of the run as `fit`: on one side of the one in focus as many as on the other, unless one side has
    /// no more.
    fn around_focus(&self, fit: impl Fn(usize) -> bool) -> Range<usize> {
        if self.run.is_empty() {
            return 0..0;
        }
        let focus = self.focus.min(self.run.len() - 1);
        let (mut start, mut end) = (focus, focus + 1);
        while end - start < self.run.len() && fit(end - start + 1) {
            let is_first_next = focus - start < end - focus;
            if end == self.run.len() || (start > 0 && is_first_next) {
                start -= 1;
            } else {
                end += 1;
            }
        }
        start..end
    }
}

#[cfg(test)]
mod tests;
