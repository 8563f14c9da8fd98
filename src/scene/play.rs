//! A pass that is played step by step: which way it goes, and where it is.

/// Which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Backward, from the loss at time n + 1 to the first timestep: one factor more at each.
    Back,
    /// Forward, from o_0 to the loss: one state more at each.
    Forth,
}

/// A pass as it is being played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playing {
    /// Which pass.
    pub way: Way,
    /// The time that it has come to, between two timesteps on its way from one to the next.
    pub at: f64,
    /// It rests where it is.
    pub is_paused: bool,
}

impl Playing {
    /// At its beginning, of a sequence of `length` timesteps.
    pub fn from_start(way: Way, length: usize) -> Self {
        let at = match way {
            Way::Back => length as f64 + 1.0,
            Way::Forth => 0.0,
        };
        Self {
            way,
            at,
            is_paused: false,
        }
    }

    /// `by` timesteps farther on its way.
    #[must_use]
    pub fn moved(self, by: f64, length: usize) -> Self {
        let at = match self.way {
            Way::Back => (self.at - by).max(1.0),
            Way::Forth => (self.at + by).min(length as f64 + 1.0),
        };
        Self { at, ..self }
    }

    /// Whether it has come to its end.
    pub fn is_over(self, length: usize) -> bool {
        match self.way {
            Way::Back => self.at <= 1.0,
            Way::Forth => self.at >= length as f64 + 1.0,
        }
    }

    /// The timestep that it came to last; `None` before the first.
    pub fn arrived(self, length: usize) -> Option<usize> {
        let at = match self.way {
            Way::Back => self.at.ceil(),
            Way::Forth => self.at.floor(),
        };
        let t = at as usize;
        (1..=length).contains(&t).then_some(t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_goes_from_the_loss_to_the_first_step_or_from_there_to_the_loss() {
        let back = Playing::from_start(Way::Back, 3);
        assert_eq!((back.at, back.arrived(3)), (4.0, None));
        let back = back.moved(0.4, 3);
        assert_eq!(back.arrived(3), None, "on its way to the third");
        let back = back.moved(0.6, 3);
        assert_eq!(back.arrived(3), Some(3));
        let back = back.moved(0.5, 3);
        assert_eq!((back.arrived(3), back.is_over(3)), (Some(3), false));
        let back = back.moved(9.0, 3);
        assert_eq!((back.arrived(3), back.is_over(3)), (Some(1), true));
        let forth = Playing::from_start(Way::Forth, 3);
        assert_eq!(forth.arrived(3), None);
        assert_eq!(forth.moved(2.5, 3).arrived(3), Some(2));
        let end = forth.moved(9.0, 3);
        assert_eq!((end.arrived(3), end.is_over(3)), (None, true));
    }
}
