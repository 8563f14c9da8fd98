//! A number with a name, a slider and a field for exact values.

use std::cell::Cell;
use std::ops::RangeInclusive;

use egui::{DragValue, Slider, SliderClamping, Ui};

use super::action::Action;
use crate::flow::significant;
use crate::training::Limit;

/// How a number is shown and changed.
pub struct NumberField<'a> {
    /// In mathematics, such as `wₕ`.
    pub symbol: &'a str,
    /// In code and for a screen reader, such as `w_h`.
    pub name: &'a str,
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
}

impl NumberField<'_> {
    /// Draws symbol, slider and field as two cells of a grid; returns the new value if it was changed,
    /// and tells of values outside the range.
    pub fn show(&self, ui: &mut Ui, value: f64, actions: &mut Vec<Action>) -> Option<f64> {
        ui.label(self.symbol).on_hover_text(self.tooltip());
        self.control(ui, value, actions)
    }

    /// As [`Self::show`], without the symbol.
    pub fn control(&self, ui: &mut Ui, value: f64, actions: &mut Vec<Action>) -> Option<f64> {
        let mut changed = value;
        ui.horizontal(|ui| {
            if let Some(range) = &self.slider {
                let mut slider = Slider::new(&mut changed, range.clone())
                    .show_value(false)
                    .logarithmic(self.logarithmic)
                    .clamping(SliderClamping::Never);
                if self.integer {
                    slider = slider.integer();
                }
                ui.add(slider)
                    .on_hover_text(self.tooltip())
                    .accessible_name(format!("{} slider", self.name));
            }
            self.exact(ui, &mut changed, actions);
        });
        // Touched or not, a value that training has left outside the range is not moved here.
        let touched = changed != value && !(changed.is_nan() && value.is_nan());
        touched.then(|| self.limit.clamp(changed))
    }

    fn tooltip(&self) -> String {
        format!(
            "{}\n{} from {} to {}",
            self.meaning,
            self.name,
            number(self.limit.min),
            number(self.limit.max)
        )
    }

    /// The field in which exact values are typed.
    fn exact(&self, ui: &mut Ui, value: &mut f64, actions: &mut Vec<Action>) {
        let typed = Cell::new(None);
        let unreadable = Cell::new(false);
        let speed = if self.integer {
            0.2
        } else {
            (value.abs() * 0.01)
                .clamp(1e-6, 1.0)
                .max(if self.logarithmic { 1e-6 } else { 0.005 })
        };
        let field = DragValue::new(value)
            .speed(speed)
            .range(self.limit.min..=self.limit.max)
            .clamp_existing_to_range(false)
            .update_while_editing(false)
            .custom_formatter(|value, _| self.written(value))
            .custom_parser(|text| {
                let parsed = parse(text);
                match parsed {
                    Some(parsed) => typed.set(Some(parsed)),
                    None => unreadable.set(true),
                }
                parsed.map(|parsed| if self.integer { parsed.round() } else { parsed })
            });
        let response = ui
            .add(field)
            .on_hover_text(format!("{}\nClick to type an exact value", self.tooltip()))
            .accessible_name(self.name);
        if let Some(typed) = typed.get()
            && let Err(out_of_range) = self.limit.check(typed)
            && response.lost_focus()
        {
            actions.push(Action::Tell(format!(
                "{} takes {} to {}; {} was set to the nearest",
                self.name,
                number(self.limit.min),
                number(self.limit.max),
                significant(out_of_range.value)
            )));
        }
        if unreadable.get() && response.lost_focus() {
            actions.push(Action::Tell(format!(
                "{} takes a number from {} to {}, such as 0.9 or 1e-3; nothing was changed",
                self.name,
                number(self.limit.min),
                number(self.limit.max)
            )));
        }
    }

    fn written(&self, value: f64) -> String {
        if self.integer {
            format!("{value:.0}")
        } else if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e5) {
            format!("{value:.3e}")
        } else {
            // Six significant digits, without trailing zeros.
            let digits = (5.0 - value.abs().max(1e-3).log10().floor()).clamp(0.0, 6.0) as usize;
            let digits = digits.min(5);
            crate::flow::decimal(value, digits)
        }
    }
}

/// A number as people type it: a decimal comma and a real minus sign are understood.
fn parse(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-").replace(',', ".");
    text.parse().ok().filter(|value: &f64| !value.is_nan())
}

fn number(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        crate::flow::decimal(value, 3)
    } else {
        significant(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(parse(" 0,9 "), Some(0.9));
        assert_eq!(parse("−1.5"), Some(-1.5));
        assert_eq!(parse("1e-3"), Some(0.001));
        assert_eq!(parse("1e300"), Some(1e300));
        assert_eq!(parse("NaN"), None);
        assert_eq!(parse("nine"), None);
        assert_eq!(parse(""), None);
    }
}
