//! A number with a name, a slider and a field for exact values.

use std::cell::Cell;
use std::ops::RangeInclusive;

use egui::{DragValue, Slider, SliderClamping, Ui, UiBuilder};

use super::action::Action;
use super::row_name::row_name;
use crate::flow::{grouped, short_decimal, short_significant};
use crate::training::{Limit, Setting, Weight, find_setting};

/// Size of the field for exact values.
pub const FIELD: egui::Vec2 = egui::vec2(68.0, 20.0);

/// So many signs fit into it.
const MOST_SIGNS: usize = 7;

/// How a number is shown and changed.
pub struct NumberField<'a> {
    /// Its key in an experiment, such as `network.w_h`, by which it has its name.
    pub key: &'static str,
    /// What it means, for the tooltip.
    pub meaning: &'a str,
    /// What may be typed.
    pub limit: Limit,
    /// What the slider covers; `None` for no slider.
    pub slider: Option<RangeInclusive<f64>>,
    /// Whether equal distances on the slider are equal factors.
    pub logarithmic: bool,
    /// Whether only whole numbers make sense.
    pub integer: bool,
    /// The weight it sets, which training leaves alone while the slider is held.
    pub weight: Option<Weight>,
}

impl NumberField<'_> {
    /// Draws its name, and slider and field, as two cells of a grid; returns the new value if it was changed,
    /// and tells of values outside the range.
    pub fn show(&self, ui: &mut Ui, value: f64, actions: &mut Vec<Action>) -> Option<f64> {
        row_name(ui, self.key, &self.tooltip(), actions);
        self.control(ui, value, actions)
    }

    /// Its name with the symbol beside it, for a screen reader and for whatever is told of it.
    fn name(&self) -> String {
        find_setting(self.key).map_or_else(String::new, Setting::called)
    }

    /// Draws slider and field, without the name.
    pub fn control(&self, ui: &mut Ui, value: f64, actions: &mut Vec<Action>) -> Option<f64> {
        let mut new = None;
        ui.horizontal(|ui| {
            if let Some(range) = &self.slider {
                let mut slid = value;
                let mut slider = Slider::new(&mut slid, range.clone())
                    .show_value(false)
                    .logarithmic(self.logarithmic)
                    .clamping(SliderClamping::Never);
                if self.integer {
                    slider = slider.integer();
                }
                // No tooltip here: it would cover what one looks at while dragging.
                let response = ui
                    .add(slider)
                    .accessible_name(format!("{} slider", self.name()));
                if let Some(weight) = self.weight
                    && response.is_pointer_button_down_on()
                {
                    actions.push(Action::Grab(Some(weight)));
                }
                if response.changed() && slid != value {
                    new = Some(slid);
                }
            }
            // Of a fixed size: the panel must not grow with the digits.
            let layout = egui::Layout::centered_and_justified(egui::Direction::TopDown);
            let (place, _) = ui.allocate_exact_size(FIELD, egui::Sense::hover());
            let mut field = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
            if let Some(typed) = self.exact(&mut field, value, actions) {
                new = Some(typed);
            }
        });
        new.map(|new| self.limit.clamp(new))
    }

    fn tooltip(&self) -> String {
        format!(
            "{}\n{} from {} to {}",
            self.meaning,
            self.name(),
            number(self.limit.min),
            number(self.limit.max)
        )
    }

    /// The field in which exact values are typed. While it has the keyboard it shows the value it had
    /// then: training moves weights many times a second, and would take the text away from under the
    /// typing hand.
    fn exact(&self, ui: &mut Ui, value: f64, actions: &mut Vec<Action>) -> Option<f64> {
        let id = ui.next_auto_id();
        let focused = ui.memory(|memory| memory.has_focus(id));
        let before = ui.data_mut(|data| {
            let kept = id.with("before");
            if focused {
                *data.get_temp_mut_or_insert_with(kept, || value)
            } else {
                // Once more in the frame after the focus has left, in which the text is taken over.
                data.remove_temp::<f64>(kept).unwrap_or(value)
            }
        });
        let mut edited = before;
        let typed = Cell::new(None);
        let field = DragValue::new(&mut edited)
            .speed(if focused && self.integer {
                1.0
            } else {
                self.drag_speed(before)
            })
            .range(self.limit.min..=self.limit.max)
            .clamp_existing_to_range(false)
            .update_while_editing(false)
            .custom_formatter(|value, _| self.written(value))
            .custom_parser(|text| {
                if text == self.written(before) {
                    // Looked at and left: the digits that are not shown stay.
                    return Some(before);
                }
                let parsed = parse(text);
                typed.set(Some(parsed));
                parsed.map(|parsed| if self.integer { parsed.round() } else { parsed })
            });
        let response = ui
            .add(field)
            .on_hover_text(format!("{}\nClick to type an exact value", self.tooltip()))
            .accessible_name(self.name());
        if response.lost_focus()
            && let Some(typed) = typed.get()
        {
            self.remark(typed, actions);
        }
        if let Some(weight) = self.weight
            && response.is_pointer_button_down_on()
        {
            actions.push(Action::Grab(Some(weight)));
        }
        let changed = response.changed() && !edited.is_nan() && edited != before;
        if changed && focused {
            // Stepped by an arrow key: the text goes on from there.
            let kept = self.limit.clamp(edited);
            ui.data_mut(|data| data.insert_temp(id.with("before"), kept));
        }
        changed.then_some(edited)
    }

    /// Tells of a typed value that could not be taken as it is.
    fn remark(&self, typed: Option<f64>, actions: &mut Vec<Action>) {
        let (min, max) = (number(self.limit.min), number(self.limit.max));
        let name = self.name();
        let text = match typed {
            None => format!(
                "{name} takes a number from {min} to {max}, such as 0.9 or 1e-3; nothing was changed"
            ),
            Some(typed) if self.limit.check(typed).is_err() => format!(
                "{name} takes {min} to {max}; {} was set to the nearest",
                short_significant(typed)
            ),
            Some(_) => return,
        };
        actions.push(Action::Tell(text));
    }

    fn drag_speed(&self, value: f64) -> f64 {
        if self.integer {
            0.2
        } else if self.logarithmic {
            (value.abs() * 0.01).clamp(1e-6, 1.0)
        } else {
            (value.abs() * 0.01).clamp(0.005, 1.0)
        }
    }

    /// Up to five decimals, or a power of ten where they would not show the number, and no more digits than the field has
    /// room for.
    fn written(&self, value: f64) -> String {
        if self.integer {
            return grouped(&format!("{value:.0}"));
        }
        let is_power = value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e5);
        let most = (5.0 - value.abs().max(1.0).log10().floor()).max(0.0) as usize;
        let with = |digits: usize| match is_power {
            true => format!("{value:.digits$e}").replace('-', "−"),
            false => short_decimal(value, digits),
        };
        let most = if is_power { 3 } else { most };
        let fits = |text: &String| text.chars().count() <= MOST_SIGNS;
        let written = (0..=most).rev().map(with).find(fits);
        written.unwrap_or_else(|| with(0))
    }
}

/// A number as people type it: a decimal comma and a real minus sign are understood.
fn parse(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    let text = if has_grouped_thousands(&text) {
        text.replace(',', "")
    } else {
        text.replace(',', ".")
    };
    text.parse().ok().filter(|value: &f64| !value.is_nan())
}

/// `1,000` is a thousand, as this program writes it, while `0,9` and `1,25` are decimals.
fn has_grouped_thousands(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    digits(first)
        && (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && !rest.is_empty()
        && rest.iter().all(|group| digits(group) && group.len() == 3)
}

fn number(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        short_decimal(value, 3)
    } else {
        short_significant(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is typed: a number, or an answer.
        #[test]
        fn no_text_is_too_strange(text in prop_oneof![any::<String>(), "[0-9.,eE+−-]{0,12}"]) {
            prop_assert!(!parse(&text).is_some_and(f64::is_nan));
        }

        #[test]
        fn a_number_is_read_as_programs_write_it(number in any::<f64>().prop_filter("finite", |it| it.is_finite())) {
            prop_assert_eq!(parse(&format!("{number:?}")), Some(number));
            prop_assert_eq!(parse(&format!("{number}").replace('-', "−")), Some(number));
        }
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(parse(" 0,9 "), Some(0.9));
        assert_eq!(parse("−1.5"), Some(-1.5));
        assert_eq!(parse("1,000"), Some(1000.0));
        assert_eq!(parse("10,000.5"), Some(10_000.5));
        assert_eq!(parse("1,25"), Some(1.25));
        assert_eq!(parse("0,125"), Some(0.125));
        assert_eq!(parse("1e-3"), Some(0.001));
        assert_eq!(parse("1e300"), Some(1e300));
        assert_eq!(parse("NaN"), None);
        assert_eq!(parse("nine"), None);
        assert_eq!(parse(""), None);
    }
}
