//! What takes too long to be made in every frame, kept while what it shows stays the same.

use std::cell::RefCell;
use std::sync::Arc;

use super::heat::{HeatKey, HeatMap};
use super::theme::Colour;
use super::typeset::Formula;
use crate::flow::Magnitude;

/// The pictures that were drawn last, one for each view, and the formulas that were set last.
#[derive(Debug, Default)]
pub struct Memo {
    maps: RefCell<Vec<Kept<HeatKey, HeatMap>>>,
    formulas: RefCell<Vec<Kept<(String, Colour), Formula>>>,
}

/// Something, and what it was made of.
#[derive(Debug)]
struct Kept<Key, Made> {
    key: Key,
    made: Arc<Made>,
    is_used: bool,
}

impl<Key, Made> Kept<Key, Made> {
    /// What was made of the `key` that is meant, if it is among `kept`.
    fn find(kept: &mut [Self], is_meant: impl Fn(&Key) -> bool) -> Option<Arc<Made>> {
        let found = kept.iter_mut().find(|kept| is_meant(&kept.key))?;
        found.is_used = true;
        Some(Arc::clone(&found.made))
    }

    /// Keeps what was `made` of `key`.
    fn add(kept: &mut Vec<Self>, key: Key, made: Made) -> Arc<Made> {
        let made = Arc::new(made);
        kept.push(Self {
            key,
            made: Arc::clone(&made),
            is_used: true,
        });
        made
    }

    /// Gives up what was not asked for since the last call, and what nobody else has.
    fn forget_unused(kept: &mut Vec<Self>) {
        kept.retain_mut(|kept| {
            std::mem::take(&mut kept.is_used) || Arc::strong_count(&kept.made) > 1
        });
    }
}

impl Memo {
    /// The picture of `key`: the one that is kept, or what `value(column, row)` gives for every pixel, `None`
    /// where there is nothing.
    pub fn heat_map(
        &self,
        key: HeatKey,
        value: impl Fn(usize, usize) -> Option<Magnitude>,
    ) -> Arc<HeatMap> {
        let mut maps = self.maps.borrow_mut();
        if let Some(map) = Kept::find(&mut maps, |other| *other == key) {
            return map;
        }
        maps.retain(|kept| kept.key.view != key.view);
        let map = HeatMap::new(key.size, key.colours, value);
        Kept::add(&mut maps, key, map)
    }

    /// The formula `tex` in `colour`: the one that is kept, or one that is set now.
    pub fn formula(&self, tex: &str, colour: Colour) -> Arc<Formula> {
        let mut formulas = self.formulas.borrow_mut();
        if let Some(formula) =
            Kept::find(&mut formulas, |(other, of)| other == tex && *of == colour)
        {
            return formula;
        }
        let formula = Formula::new(tex, colour);
        Kept::add(&mut formulas, (tex.to_owned(), colour), formula)
    }

    /// Gives up what was not asked for since the last call.
    pub fn forget_unused(&self) {
        Kept::forget_unused(&mut self.maps.borrow_mut());
        let mut formulas = self.formulas.borrow_mut();
        // Whoever set formulas before, and sets none now, has drawn them already.
        if formulas.iter().any(|kept| kept.is_used) {
            Kept::forget_unused(&mut formulas);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme::Theme;
    use super::*;

    #[test]
    fn a_picture_is_drawn_again_only_if_it_is_another() {
        let key = |step| HeatKey {
            moment: Some((0, step, false)),
            ..HeatKey::new("triangle", (2, 2), Theme::Dark.colours())
        };
        let memo = Memo::default();
        let first = memo.heat_map(key(1), |_, _| Some(Magnitude::ONE));
        let again = memo.heat_map(key(1), |_, _| panic!("it is kept"));
        assert!(Arc::ptr_eq(&first, &again));
        let other = memo.heat_map(key(2), |_, _| None);
        assert_ne!(first, other);
        // Whoever draws it still has it.
        memo.forget_unused();
        memo.forget_unused();
        assert_eq!(memo.maps.borrow().len(), 1);
        drop((first, again, other));
        memo.forget_unused();
        assert!(memo.maps.borrow().is_empty());
    }

    #[test]
    fn a_formula_is_kept_while_somebody_asks_for_it() {
        let memo = Memo::default();
        let (black, red) = ([0; 3], [255, 0, 0]);
        let first = memo.formula("w_h", black);
        for _ in 0..3 {
            assert!(Arc::ptr_eq(&first, &memo.formula("w_h", black)));
            memo.forget_unused();
        }
        assert_ne!(first, memo.formula("w_h", red));
        assert_ne!(first, memo.formula("w_i", black));
        drop(first);
        // Two were asked for just now, and then one of them.
        memo.forget_unused();
        assert_eq!(memo.formulas.borrow().len(), 2);
        memo.formula("w_i", black);
        memo.forget_unused();
        assert_eq!(memo.formulas.borrow().len(), 1);
        // Whoever draws the same again asks for none, and needs them when it is something else.
        memo.forget_unused();
        assert_eq!(memo.formulas.borrow().len(), 1);
    }
}
