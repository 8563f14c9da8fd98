//! What stands before a control: its plain name with the symbol beside it, which opens the glossary.

use egui::Ui;

use super::action::Action;
use super::glossary_link::concept_label;
use crate::glossary::Concept;
use crate::training::find_setting;

/// Width of the column of names, the same in every section, with the names of weights in short and in full.
const NAMES: [f32; 2] = [96.0, 130.0];

/// From this width on a panel has room for names in full beside a slider.
const ROOMY: f32 = 330.0;

/// How wide the column of names is in rows of `width` points.
pub fn names_width(width: f32) -> f32 {
    NAMES[usize::from(width >= ROOMY)]
}

/// Writes the name of the setting `key`, such as `learning rate η`, with what it means under the pointer. In a narrow
/// panel the weights are only called by their kind, which stands among weights: `recurrent wₕ`.
pub fn row_name(ui: &mut Ui, key: &str, meaning: &str, actions: &mut Vec<Action>) {
    let (Some(setting), Some(concept)) = (find_setting(key), Concept::of_setting(key)) else {
        return;
    };
    let mut name = setting.called();
    if ui.max_rect().width() < ROOMY {
        for long in [" weight", " matrix"] {
            name = name.replace(long, "");
        }
    }
    concept_label(ui, concept, name, meaning, actions);
}
