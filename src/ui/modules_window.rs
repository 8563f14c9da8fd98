//! The window in which one of a model's recurrent modules is chosen.

use egui::{Context, RichText, ScrollArea, vec2};

use super::action::Action;
use super::modules::{Modules, ModulesAction};
use super::side_window::side_window;
use crate::training::{escaped, shown_path, shown_text};

const SIZE: egui::Vec2 = vec2(460.0, 320.0);

/// Draws the window, if it is open; `present` is the module of that model that is on the screen, if one is.
pub fn show(ctx: &Context, modules: &Modules, present: Option<&str>, actions: &mut Vec<Action>) {
    let Some(path) = modules.path() else {
        return;
    };
    let open = side_window(ctx, "Modules of the model", SIZE, |ui| {
        ui.label(RichText::new(shown_path(path)).small().weak());
        let found = match modules.found() {
            None => {
                ui.weak("Reading it");
                return;
            }
            Some(Err(problem)) => {
                ui.colored_label(ui.visuals().error_fg_color, escaped(problem));
                return;
            }
            Some(Ok(found)) => found,
        };
        if found.is_empty() {
            ui.label("There is no recurrent module in it");
        }
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .max_height(ui.available_height())
            .show(ui, |ui| {
                for module in found {
                    let name = shown_text(&module.name);
                    let is_present = present == Some(module.name.as_str());
                    let button =
                        egui::Button::new(RichText::new(&name).strong()).selected(is_present);
                    let hint = "Opens this one: a new run, which undo takes back";
                    let clicked = ui
                        .add_enabled(module.is_usable, button)
                        .on_hover_text(hint)
                        .clicked();
                    if clicked {
                        let choose = ModulesAction::Choose(module.name.clone());
                        actions.push(Action::Modules(choose));
                    }
                    ui.label(RichText::new(escaped(&module.words)).small());
                    if let Some(trouble) = &module.trouble {
                        let colour = ui.visuals().warn_fg_color;
                        ui.label(RichText::new(escaped(trouble)).small().color(colour));
                    }
                    ui.add_space(6.0);
                }
            });
    });
    if !open {
        actions.push(Action::Modules(ModulesAction::Close));
    }
}
