//! A field for a table of numbers, which grows with its rows up to a height and scrolls from there on.

use egui::{ScrollArea, TextEdit, TextStyle, Ui};

/// What a table is called, and how it is shown.
pub struct TableField<'a> {
    /// Unique in its window.
    pub id: (&'static str, usize),
    /// Rows that are in sight at once, at most.
    pub rows: usize,
    /// What stands in it while it is empty.
    pub hint: &'static str,
    /// What it means, shown under the pointer.
    pub meaning: &'a str,
    /// What it is to somebody who hears the window.
    pub name: String,
}

impl TableField<'_> {
    /// Draws it with `text`, which a person changes.
    pub fn show(self, ui: &mut Ui, text: &mut String) {
        let lines = text.lines().count().clamp(1, self.rows);
        let line = ui.text_style_height(&TextStyle::Monospace);
        ScrollArea::both()
            .id_salt(self.id)
            .max_height(line * self.rows as f32 + 8.0)
            .min_scrolled_height(line + 8.0)
            .show(ui, |ui| {
                let edit = TextEdit::multiline(text)
                    .font(TextStyle::Monospace)
                    .desired_rows(lines)
                    .hint_text(self.hint)
                    .desired_width(ui.available_width() - 8.0);
                ui.add(edit)
                    .on_hover_text(self.meaning)
                    .accessible_name(self.name);
            });
    }
}
