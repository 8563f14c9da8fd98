//! The menu of exports.

use egui::Ui;

use super::super::action::Action;
use super::super::files::Purpose;
use super::Export;
use crate::scene::View;

/// Draws the menu.
pub fn export_menu(ui: &mut Ui, actions: &mut Vec<Action>) {
    let response = ui.menu_button("Export", |ui| {
        item(ui, "Three bands…", Export::Figure(None), actions);
        views(
            ui,
            "Figure of a view",
            |view| Export::Figure(Some(view)),
            actions,
        );
        views(ui, "Data of a view", Export::Data, actions);
        item(ui, "Trace…", Export::Trace, actions);
        ui.separator();
        item(ui, "Screen…", Export::Screen, actions);
        item(ui, "Run as animation…", Export::Animation, actions);
    });
    response.response.on_hover_text(
        "Figures for slides and print, the numbers behind the views, and the run as an animation",
    );
}

fn item(ui: &mut Ui, name: &str, export: Export, actions: &mut Vec<Action>) {
    if ui.button(name).on_hover_text(export.hint()).clicked() {
        actions.push(Action::Ask(Purpose::Export(export)));
    }
}

fn views(ui: &mut Ui, name: &str, export: fn(View) -> Export, actions: &mut Vec<Action>) {
    ui.menu_button(name, |ui| {
        for view in View::ALL {
            item(ui, &format!("{}…", view.name()), export(view), actions);
        }
    });
}
