//! The window within somebody's page: the views, and of the controls those that the page names.

use crate::training::Weight;

/// The controls that are left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    controls: Vec<Control>,
}

/// A control that may be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Run, step and reset.
    Run,
    /// The slider of a weight.
    Weight(Weight),
    /// That of the length.
    Length,
}

impl Embedded {
    /// Those that are named in `names`, with commas between them: `run`, `length`, and weights by their keys, `w_h`. What is
    /// none is left out.
    pub fn of(names: &str) -> Self {
        let control = |name: &str| match name {
            "run" => Some(Control::Run),
            "length" => Some(Control::Length),
            _ => {
                let mut weights = Weight::ALL.into_iter();
                let found = weights.find(|weight| weight.key().ends_with(&format!(".{name}")));
                found.map(Control::Weight)
            }
        };
        Self {
            controls: names.split(',').filter_map(control).collect(),
        }
    }

    /// Them, in their order.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_named_and_what_is_none_is_left_out() {
        let embedded = Embedded::of("run,w_h,nothing,length");
        let expected = [
            Control::Run,
            Control::Weight(Weight::Recurrent),
            Control::Length,
        ];
        assert_eq!(embedded.controls, expected);
        assert!(Embedded::of("").is_empty());
    }
}
