//! The glossary: a list of words that can be searched, and what one of them means.

use egui::{Context, Id, Layout, RichText, ScrollArea, TextEdit, Ui, Window, vec2};

use super::action::Action;
use super::glossary_state::{Glossary, GlossaryAction};
use crate::glossary::{Concept, Explanation};

const SIZE: egui::Vec2 = vec2(600.0, 380.0);

/// Width of the list.
const LIST: f32 = 200.0;

/// The field in which one searches.
fn search_id() -> Id {
    Id::unique("search the glossary")
}

/// Whether the glossary's own field has the keyboard: then Esc closes the glossary all the same.
pub fn is_searching(ctx: &Context) -> bool {
    ctx.memory(|memory| memory.has_focus(search_id()))
}

/// Draws the window, if it is open.
pub fn show(ctx: &Context, glossary: &Glossary, actions: &mut Vec<Action>) {
    // The frame in which it opens, and each in which something is chosen elsewhere.
    let was = Id::unique("glossary as it was");
    let before: Option<usize> = ctx.data_mut(|data| data.get_temp(was));
    if !glossary.is_open() {
        ctx.data_mut(|data| data.remove::<usize>(was));
        return;
    }
    ctx.data_mut(|data| data.insert_temp(was, glossary.jumps));
    let mut open = true;
    let area = ctx.content_rect();
    let size = SIZE.min(area.size() - vec2(60.0, 140.0));
    Window::new("Glossary")
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .fixed_size(size)
        .default_pos(area.center() - 0.5 * size)
        .show(ctx, |ui| {
            let found = Concept::found(&glossary.search);
            let shown = glossary.shown(&found);
            search_ui(ui, glossary, before.is_none(), actions);
            ui.separator();
            let room = ui.available_size();
            ui.horizontal_top(|ui| {
                let list = vec2(LIST, room.y);
                ui.allocate_ui_with_layout(list, Layout::top_down(egui::Align::Min), |ui| {
                    let jumps = before != Some(glossary.jumps);
                    list_ui(ui, &found, shown, jumps, actions);
                });
                ui.separator();
                ui.vertical(|ui| {
                    ScrollArea::vertical()
                        .id_salt("entry")
                        .auto_shrink([false, false])
                        .show(ui, |ui| match shown {
                            Some(concept) => entry_ui(ui, concept.explained(), actions),
                            None => {
                                ui.weak("No entry speaks of that");
                            }
                        });
                });
            });
        });
    if !open {
        actions.push(Action::Glossary(GlossaryAction::Toggle));
    }
}

fn search_ui(ui: &mut Ui, glossary: &Glossary, begins: bool, actions: &mut Vec<Action>) {
    let mut text = glossary.search.clone();
    let field = TextEdit::singleline(&mut text)
        .id(search_id())
        .hint_text("Search: a word, or a symbol such as wₕ (w_h)")
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    if begins {
        response.request_focus();
    }
    response.accessible_name("search the glossary");
    if text != glossary.search {
        actions.push(Action::Glossary(GlossaryAction::Search(text)));
    }
}

fn list_ui(
    ui: &mut Ui,
    found: &[Concept],
    shown: Option<Concept>,
    jumps: bool,
    actions: &mut Vec<Action>,
) {
    ScrollArea::vertical()
        .id_salt("words")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for &concept in found {
                let is_shown = shown == Some(concept);
                let response = ui.selectable_label(is_shown, concept.called());
                if is_shown && jumps {
                    response.scroll_to_me(Some(egui::Align::Center));
                }
                if response.clicked() {
                    actions.push(Action::Glossary(GlossaryAction::Open(concept)));
                }
            }
        });
}

fn entry_ui(ui: &mut Ui, entry: &Explanation, actions: &mut Vec<Action>) {
    ui.label(RichText::new(entry.concept.called()).heading().strong());
    ui.add_space(4.0);
    ui.label(entry.text);
    if !entry.formula.is_empty() {
        ui.add_space(6.0);
        ui.label(RichText::new(entry.formula).size(15.0));
    }
    if !entry.source.is_empty() {
        ui.add_space(6.0);
        ui.label(RichText::new(format!("Source: {}", entry.source)).small());
    }
    ui.add_space(8.0);
    ui.weak("See also");
    ui.horizontal_wrapped(|ui| {
        for &concept in entry.related {
            let response = ui
                .link(concept.called())
                .accessible_name(format!("see {}", concept.called()));
            if response.clicked() {
                actions.push(Action::Glossary(GlossaryAction::Open(concept)));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glossary::all;
    use crate::scene::has;
    use crate::training::SETTINGS;

    #[test]
    fn every_sign_of_the_glossary_is_in_the_font() {
        for entry in all() {
            for text in [
                entry.name,
                entry.symbol,
                entry.text,
                entry.formula,
                entry.source,
            ] {
                for sign in text.chars() {
                    assert!(has(sign), "{}: {sign}", entry.name);
                }
            }
        }
    }

    #[test]
    fn every_setting_has_an_entry_that_calls_it_the_same() {
        for setting in &SETTINGS {
            let concept = Concept::of_setting(setting.key).expect(setting.key);
            let entry = concept.explained();
            if !setting.symbol.is_empty() && setting.key != "network.recurrent" {
                assert_eq!(entry.symbol, setting.symbol, "{}", setting.key);
            }
        }
    }
}
