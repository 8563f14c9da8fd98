//! A text out of Markdown: what there is of it in a lesson, and what there is not.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::prose::{Block, Prose, Span, Style};
use crate::scene::{Formula, FormulaStyle};
use crate::training::{TextError, shown_reason, shown_text};

/// Characters of a formula: three times the longest that the lectures have.
const LONGEST_FORMULA: usize = 600;

/// What is said of Markdown that a lesson does not have.
const WHAT_THERE_IS: &str = "a lesson has headings, paragraphs, lists, **strong**, *slanted*, `code`, formulas and the blocks experiment, look and do";

/// What is said of a dollar that begins no formula.
const LONE_DOLLAR: &str = "this $ begins no formula, or one that is not closed: write $w_h$, with no blank inside the dollars and as many { as }, or \\$ for the sign itself";

/// Reads Markdown as this program does everywhere: plain, with formulas.
pub fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_MATH).into_offset_iter()
}

/// Where the lines of a text end.
pub struct Lines(Vec<usize>);

impl Lines {
    /// Of `text`.
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(place, _)| place).collect())
    }

    /// The line, from 1, in which the byte `place` stands.
    pub fn at(&self, place: usize) -> usize {
        1 + self.0.partition_point(|end| *end < place)
    }
}

/// The prose that `text` is, of which the first line is `first_line` of its file.
///
/// # Errors
/// The first thing in it that a lesson does not have, or a formula that cannot be set.
pub fn prose_in(text: &str, first_line: usize) -> Result<Prose, TextError> {
    let (mut reader, lines) = (ProseReader::default(), Lines::of(text));
    for (event, range) in events(text) {
        let line = first_line + lines.at(range.start) - 1;
        reader.take(event, Place::of(text, &range, line))?;
    }
    Ok(reader.finish())
}

/// Where a part of Markdown stands.
#[derive(Clone, Copy)]
pub struct Place {
    /// The line of its file, from 1.
    pub line: usize,
    /// A backslash stands before it, so that its first sign means itself.
    is_escaped: bool,
}

impl Place {
    /// Of the part of `text` in `range`, which is in `line` of its file.
    pub fn of(text: &str, range: &Range<usize>, line: usize) -> Self {
        let before = range.start.checked_sub(1);
        Self {
            line,
            is_escaped: before.is_some_and(|it| text.as_bytes().get(it) == Some(&b'\\')),
        }
    }
}

/// Makes prose of the parts of Markdown, one after the other.
#[derive(Default)]
pub struct ProseReader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    style: Style,
    /// The lists that are open, with the number of their next point if they count.
    lists: Vec<Option<u64>>,
    /// The mark of the point that is open, until it is written.
    mark: Option<String>,
    code: Option<String>,
    /// A remark of the author's is open, which nobody else reads.
    is_remark: bool,
}

impl ProseReader {
    /// Takes in one part, which stands at `place`.
    ///
    /// # Errors
    /// That a lesson does not have it, or that it is a formula that cannot be set.
    pub fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), TextError> {
        let line = place.line;
        match event {
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => {
                    let first = usize::from(place.is_escaped);
                    if text.get(first..).is_some_and(|rest| rest.contains('$')) {
                        return Err(TextError::new(line, LONE_DOLLAR));
                    }
                    self.words(&text, self.style);
                }
            },
            Event::Code(text) => {
                let style = Style {
                    is_code: true,
                    ..self.style
                };
                self.words(&text, style);
            }
            Event::SoftBreak | Event::HardBreak => self.words(" ", self.style),
            Event::InlineMath(tex) => {
                check_formula(&tex, FormulaStyle::InText, line)?;
                self.spans.push(Span::Formula(tex.into_string()));
            }
            Event::DisplayMath(tex) => {
                check_formula(&tex, FormulaStyle::Displayed, line)?;
                self.end_line();
                self.blocks.push(Block::Formula(tex.trim().to_owned()));
            }
            Event::Start(tag) => self.begin(&tag, line)?,
            Event::End(tag) => self.end(tag),
            Event::Html(text) if self.is_remark || text.trim_start().starts_with("<!--") => {
                self.is_remark = true;
            }
            Event::InlineHtml(text) if text.starts_with("<!--") => {}
            Event::Html(_) | Event::InlineHtml(_) => return Err(not_here("HTML", line)),
            Event::Rule => return Err(not_here("a rule", line)),
            Event::FootnoteReference(_) => return Err(not_here("a footnote", line)),
            Event::TaskListMarker(_) => return Err(not_here("a box to tick", line)),
        }
        Ok(())
    }

    fn begin(&mut self, tag: &Tag<'_>, line: usize) -> Result<(), TextError> {
        match tag {
            Tag::Paragraph | Tag::Link { .. } => {}
            Tag::HtmlBlock => self.is_remark = false,
            Tag::Strong => self.style.is_strong = true,
            Tag::Emphasis => self.style.is_slanted = true,
            Tag::List(first) => {
                self.end_line();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.mark = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "•".to_owned(),
                });
            }
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Heading { .. } => {
                return Err(TextError::new(
                    line,
                    "a lesson has one # title, and a ## heading for every step; smaller ones have no place",
                ));
            }
            Tag::Image { .. } => return Err(not_here("a picture", line)),
            Tag::BlockQuote(_) => return Err(not_here("a quotation", line)),
            _ => return Err(not_here("this part of Markdown", line)),
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.style.is_strong = false,
            TagEnd::Emphasis => self.style.is_slanted = false,
            TagEnd::List(_) => {
                self.end_line();
                self.lists.pop();
            }
            TagEnd::Paragraph | TagEnd::Item => self.end_line(),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.blocks.push(Block::Code(code));
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, new: &str, new_style: Style) {
        match self.spans.last_mut() {
            Some(Span::Words { text, style }) if *style == new_style => text.push_str(new),
            _ => self.spans.push(Span::Words {
                text: new.to_owned(),
                style: new_style,
            }),
        }
    }

    /// Ends the paragraph or the point that is open.
    fn end_line(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let is_blank =
            |span: &Span| matches!(span, Span::Words { text, .. } if text.trim().is_empty());
        if spans.iter().all(is_blank) {
            return;
        }
        self.blocks.push(if self.lists.is_empty() {
            Block::Paragraph(spans)
        } else {
            Block::Point {
                mark: self.mark.take().unwrap_or_default(),
                depth: self.lists.len(),
                spans,
            }
        });
    }

    /// What was read.
    pub fn finish(mut self) -> Prose {
        self.end_line();
        Prose {
            blocks: self.blocks,
        }
    }
}

fn not_here(what: &str, line: usize) -> TextError {
    TextError::new(line, format!("{what} has no place here: {WHAT_THERE_IS}"))
}

/// Whether `tex` can be set.
fn check_formula(tex: &str, style: FormulaStyle, line: usize) -> Result<(), TextError> {
    let shown = shown_text(tex);
    let problem = |what: String| TextError::new(line, format!("the formula {shown} {what}"));
    let length = tex.chars().count();
    if length > LONGEST_FORMULA {
        return Err(problem(format!(
            "has {length} signs, and at most {LONGEST_FORMULA} are set: break it up"
        )));
    }
    match Formula::in_style(tex, [0, 0, 0], style) {
        Err(reason) => Err(problem(format!("is no TeX: {}", shown_reason(&reason)))),
        Ok(formula) if formula.lost > 0 => Err(problem(
            "has a sign that this program does not draw, such as \\overbrace or a stretched bracket: write it without".to_owned(),
        )),
        Ok(formula) if formula.width == 0.0 => Err(problem("is empty".to_owned())),
        Ok(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::prose::said;

    fn problem(text: &str) -> String {
        prose_in(text, 10).unwrap_err().to_string()
    }

    #[test]
    fn paragraphs_points_and_formulas_are_told_apart() {
        let text = "One **two** $w_h$, *three*\nfour `five`.\n\n$$\\sum_j a_j$$\n\n- six\n- seven $x$\n\n1. eight\n2. nine\n   - ten\n\n<!-- not for learners -->\n";
        let prose = prose_in(text, 1).unwrap();
        let lines: Vec<String> = prose
            .blocks
            .iter()
            .map(|block| match block {
                Block::Paragraph(spans) => said(spans),
                Block::Point { mark, depth, spans } => format!("{depth}{mark} {}", said(spans)),
                Block::Formula(tex) => format!("[{tex}]"),
                Block::Code(text) => format!("`{text}`"),
            })
            .collect();
        assert_eq!(
            lines,
            [
                "One two w_h, three four five.",
                "[\\sum_j a_j]",
                "1• six",
                "1• seven x",
                "11. eight",
                "12. nine",
                "2• ten",
            ]
        );
        assert_eq!(prose.formulas().count(), 3);
        assert_eq!(prose.word_count(), 13);
        let Block::Paragraph(spans) = &prose.blocks[0] else {
            panic!("a paragraph");
        };
        let strong = |span: &&Span| matches!(span, Span::Words { style, .. } if style.is_strong);
        assert_eq!(spans.iter().filter(strong).count(), 1);
    }

    #[test]
    fn a_formula_that_cannot_be_set_is_named_with_its_line() {
        assert!(
            problem("a\n\n$\\nonsense{x}$")
                .starts_with("line 12: the formula \\nonsense{x} is no TeX: ")
        );
        assert!(
            problem("$$\\overbrace{x+y}$$")
                .contains("line 10: the formula \\overbrace{x+y} has a sign")
        );
        assert!(problem("$\\frac{1}$").contains("is no TeX"));
        for lone in ["a $ b", "$w_h", "$\\frac{$", "$$a", "costs 5$ and\n6$ "] {
            assert!(problem(lone).contains("this $ begins no formula"), "{lone}");
        }
        assert_eq!(prose_in("costs \\$5", 1).unwrap().said(), "costs $5");
        let long = format!("${}$", "x".repeat(601));
        assert!(problem(&long).contains("has 601 signs, and at most 600 are set"));
        // As deep and as wide as the limit lets them be.
        for bad in ["{", "\\frac{", "\\sqrt{", "_{", "\\left("] {
            assert!(prose_in(&format!("$x {}$", bad.repeat(600 / bad.len() - 1)), 1).is_err());
        }
        for fine in ["\\def\\a{\\a\\a}\\a", "\\newcommand{\\b}{\\b\\b}\\b"] {
            assert!(prose_in(&format!("${fine}$"), 1).is_err(), "{fine}");
        }
    }

    #[test]
    fn what_a_lesson_does_not_have_is_refused() {
        for (text, what) in [
            ("> said", "a quotation"),
            ("![a](b.png)", "a picture"),
            ("<b>x</b>", "HTML"),
            ("a\n\n---\n\nb", "a rule"),
        ] {
            let told = problem(text);
            assert!(
                told.contains(&format!("{what} has no place here")),
                "{told}"
            );
        }
        assert!(problem("### small").contains("smaller ones have no place"));
    }
}
