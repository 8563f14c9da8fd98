//! A page of the guide: Markdown without its pictures.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::lessons::{Place, Prose, ProseReader};
use crate::training::TextError;

/// A page, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its parts; the heading of the first is the title.
    pub sections: Vec<Section>,
}

/// A heading, and what stands below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands below it.
    pub text: Prose,
}

impl Page {
    /// The page that `text` is, in Markdown.
    ///
    /// # Errors
    /// The first part of Markdown that a page of the guide does not have, with its line.
    pub fn of(text: &str) -> Result<Self, TextError> {
        let mut reader = PageReader::default();
        let mut line = 1;
        let mut read_to = 0;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            if range.start > read_to {
                line += text[read_to..range.start].matches('\n').count();
                read_to = range.start;
            }
            reader.take(event, Place::of(text, &range, line))?;
        }
        Ok(reader.finish())
    }
}

/// Makes a page of the parts of Markdown, one after the other.
#[derive(Default)]
struct PageReader {
    sections: Vec<Section>,
    heading: String,
    prose: ProseReader,
    /// Within a picture, or in the head of a table: nothing of these is taken.
    is_skipped: bool,
    /// The cell of a row that is next, from 0.
    cell: usize,
}

impl PageReader {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), TextError> {
        let prose = &mut self.prose;
        let mut give = |event| prose.take(event, place);
        match event {
            Event::End(TagEnd::Image) => self.is_skipped = false,
            Event::End(TagEnd::TableHead) => {
                self.is_skipped = false;
                give(Event::Start(Tag::List(None)))?;
            }
            _ if self.is_skipped => {}
            Event::Start(Tag::Image { .. } | Tag::TableHead) => self.is_skipped = true,
            Event::Start(Tag::Heading { .. }) => self.end_section(),
            Event::End(TagEnd::Heading(_)) => {
                self.heading = std::mem::take(&mut self.prose).finish().said();
            }
            // A formula on a line of its own.
            Event::Start(Tag::BlockQuote(_)) | Event::End(TagEnd::BlockQuote(_)) => {}
            // A row is a point of a list, and begins with its first cell.
            Event::Start(Tag::Table(_)) => {}
            Event::End(TagEnd::Table) => give(Event::End(TagEnd::List(false)))?,
            Event::Start(Tag::TableRow) => {
                self.cell = 0;
                give(Event::Start(Tag::Item))?;
            }
            Event::End(TagEnd::TableRow) => give(Event::End(TagEnd::Item))?,
            Event::Start(Tag::TableCell) => match self.cell {
                0 => give(Event::Start(Tag::Strong))?,
                1 => give(Event::Text(": ".into()))?,
                _ => give(Event::Text(" · ".into()))?,
            },
            Event::End(TagEnd::TableCell) => {
                self.cell += 1;
                give(Event::End(TagEnd::Strong))?;
            }
            other => give(other)?,
        }
        Ok(())
    }

    fn end_section(&mut self) {
        let text = std::mem::take(&mut self.prose).finish();
        let heading = std::mem::take(&mut self.heading);
        if !heading.is_empty() || !text.is_empty() {
            self.sections.push(Section { heading, text });
        }
    }

    fn finish(mut self) -> Page {
        self.end_section();
        Page {
            sections: self.sections,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::{Block, said};

    #[test]
    fn headings_divide_a_page_tables_become_points_and_pictures_are_left_out() {
        let text = "# Title\n\nOne **two**.\n\n![three](a.svg)\n\n## Next\n\n| key | takes | meaning |\n| --- | --- | --- |\n| `a` | 1 | first |\n| `b` | 2 | second |\n\n> o = f(a)\n\n```\n| code |\n```\n";
        let page = Page::of(text).unwrap();
        let headings: Vec<&str> = page.sections.iter().map(|it| it.heading.as_str()).collect();
        assert_eq!(headings, ["Title", "Next"]);
        assert_eq!(page.sections[0].text.said(), "One two.");
        let lines: Vec<String> = page.sections[1]
            .text
            .blocks
            .iter()
            .map(|block| match block {
                Block::Paragraph(spans) => said(spans),
                Block::Point { mark, spans, .. } => format!("{mark} {}", said(spans)),
                Block::Formula(tex) => tex.clone(),
                Block::Code(text) => format!("[{}]", text.trim()),
            })
            .collect();
        assert_eq!(
            lines,
            [
                "• a: 1 · first",
                "• b: 2 · second",
                "o = f(a)",
                "[| code |]"
            ]
        );
    }

    #[test]
    fn what_a_page_does_not_have_is_told_with_its_line() {
        let problem = Page::of("# Title\n\ntext\n\n<b>bold</b>\n").unwrap_err();
        assert!(problem.to_string().starts_with("line 5: HTML"), "{problem}");
    }
}
