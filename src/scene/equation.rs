//! Equations with a number below every symbol, in blocks.

use super::theme::Colour;

/// A symbol and what stands below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// The symbol, in TeX.
    pub tex: String,
    /// Its number, and what else stands below that; either may be empty.
    pub below: [String; 2],
    /// The colour of what stands below, if it is not that of text.
    pub colour: Option<Colour>,
    /// It is framed.
    pub is_marked: bool,
    /// What it is, for whoever points at it; a sign between symbols has nothing to say.
    pub says: String,
}

impl Piece {
    /// A sign between symbols: `=`, `+`.
    pub fn sign(tex: impl Into<String>) -> Self {
        Self {
            tex: tex.into(),
            ..Self::default()
        }
    }

    /// A symbol with its number.
    pub fn new(tex: impl Into<String>, number: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            tex: tex.into(),
            below: [number.into(), String::new()],
            says: says.into(),
            ..Self::default()
        }
    }
}

/// Some of a long row of pieces: as many of them are drawn around one as there is room for, in one row or in several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
    /// The place of the one that is always drawn.
    pub focus: usize,
    /// Whether there are more before the first and behind the last.
    pub has_more: [bool; 2],
    /// It goes on in further rows where one is full. Then room is kept for so many pieces, so that letters stay as
    /// large as they are while it grows.
    pub wraps: Option<usize>,
}

/// One line: pieces, perhaps a run of them, and pieces behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EquationLine {
    /// From the left.
    pub before: Vec<Piece>,
    /// What gives way where there is little room.
    pub run: Run,
    /// To the right end.
    pub after: Vec<Piece>,
}

impl EquationLine {
    /// A line that is always drawn as a whole.
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self {
            before: pieces,
            ..Self::default()
        }
    }

    /// Every piece of it.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.before
            .iter()
            .chain(&self.run.pieces)
            .chain(&self.after)
    }
}

/// Lines that belong together, below what they are called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// What they are called.
    pub title: String,
    /// The lines.
    pub lines: Vec<EquationLine>,
}

/// What the pieces of `blocks` have to say, in order.
pub fn sayings(blocks: &[Block]) -> impl Iterator<Item = &str> {
    let lines = blocks.iter().flat_map(|block| &block.lines);
    let says = lines
        .flat_map(EquationLine::pieces)
        .map(|piece| piece.says.as_str());
    says.filter(|says| !says.is_empty())
}
