//! The time axis that the bands share: visible range and cursor.

/// How much of the time before o_1 and after o_n is shown: room for o_0, and for ŷ and L.
const BEFORE: f64 = 0.5;
const AFTER: f64 = 1.5;

/// The least number of timesteps that fill the screen.
const NARROWEST: f64 = 3.0;

/// Visible range and cursor over timesteps 1 to n; o_0 is at time 0, the loss at n + 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAxis {
    length: usize,
    low: f64,
    high: f64,
    cursor: usize,
    /// The cursor was chosen for good: what the pointer crosses does not move it.
    is_pinned: bool,
}

impl TimeAxis {
    /// All of `length` timesteps, the cursor at the last.
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        Self {
            length,
            low: -BEFORE,
            high: length as f64 + AFTER,
            cursor: length,
            is_pinned: false,
        }
    }

    /// Takes on another number of timesteps: shows all of them, and keeps the cursor at its distance
    /// from the end, where the gradient comes from.
    pub fn set_length(&mut self, length: usize) {
        if length != self.length {
            let (from_end, is_pinned) = (self.length - self.cursor, self.is_pinned);
            *self = Self {
                is_pinned,
                ..Self::new(length)
            };
            self.cursor = self.length.saturating_sub(from_end).max(1);
        }
    }

    /// n.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The visible range of times.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The timestep of the cursor, 1 to n.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether the cursor was chosen for good.
    pub fn is_pinned(&self) -> bool {
        self.is_pinned
    }

    /// Puts the cursor where the pointer is, unless it was chosen for good.
    pub fn hover(&mut self, t: usize) {
        if !self.is_pinned {
            self.set_cursor(t);
        }
    }

    /// Chooses the timestep nearest to `t` for good; the one that was chosen so already is let go.
    pub fn pin(&mut self, t: usize) {
        let was_here = self.is_pinned && self.cursor == t.clamp(1, self.length);
        self.set_cursor(t);
        self.is_pinned = !was_here;
    }

    /// Lets the cursor follow the pointer again.
    pub fn unpin(&mut self) {
        self.is_pinned = false;
    }

    /// Whether some timestep is out of sight.
    pub fn is_zoomed(&self) -> bool {
        self.low > -BEFORE || self.high < self.length as f64 + AFTER
    }

    /// Puts the cursor on the timestep nearest to `t`.
    pub fn set_cursor(&mut self, t: usize) {
        self.cursor = t.clamp(1, self.length);
    }

    /// Puts the cursor on a timestep for good, and the visible range after it if that leaves it.
    pub fn go_to(&mut self, t: usize) {
        self.move_cursor(t as isize - self.cursor as isize);
    }

    /// Moves the cursor for good and, if it leaves the visible range, the range after it.
    pub fn move_cursor(&mut self, by: isize) {
        self.set_cursor(self.cursor.saturating_add_signed(by));
        self.is_pinned = true;
        let cursor = self.cursor as f64;
        if cursor - 0.5 < self.low {
            self.pan(cursor - 0.5 - self.low);
        } else if cursor + 0.5 > self.high {
            self.pan(cursor + 0.5 - self.high);
        }
    }

    /// Shows 1/`factor` of the range, with the time `around` staying where it is.
    pub fn zoom(&mut self, factor: f64, around: f64) {
        let full = self.length as f64 + BEFORE + AFTER;
        let width = ((self.high - self.low) / factor).clamp(NARROWEST.min(full), full);
        let share = ((around - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.low = around - share * width;
        self.high = self.low + width;
        self.pan(0.0);
    }

    /// Moves the visible range, as far as there are timesteps.
    pub fn pan(&mut self, by: f64) {
        let width = self.high - self.low;
        let rightmost = self.length as f64 + AFTER - width;
        self.low = (self.low + by).min(rightmost).max(-BEFORE);
        self.high = self.low + width;
    }

    /// Shows every timestep.
    pub fn show_all(&mut self) {
        *self = Self {
            cursor: self.cursor,
            is_pinned: self.is_pinned,
            ..Self::new(self.length)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cursor_keeps_its_distance_from_the_end() {
        let mut axis = TimeAxis::new(10);
        axis.set_cursor(7);
        axis.set_length(50);
        assert_eq!(axis.cursor(), 47);
        axis.set_length(2);
        assert_eq!(axis.cursor(), 1);
        axis.move_cursor(-5);
        assert_eq!(axis.cursor(), 1);
        axis.move_cursor(9);
        assert_eq!(axis.cursor(), 2);
    }

    #[test]
    fn what_is_pinned_stays_where_it_is() {
        let mut axis = TimeAxis::new(10);
        axis.hover(4);
        assert_eq!((axis.cursor(), axis.is_pinned()), (4, false));
        axis.pin(6);
        axis.hover(2);
        axis.show_all();
        assert_eq!((axis.cursor(), axis.is_pinned()), (6, true));
        axis.pin(7);
        assert_eq!((axis.cursor(), axis.is_pinned()), (7, true));
        axis.pin(7);
        assert!(!axis.is_pinned(), "a second click lets go");
        axis.move_cursor(-1);
        axis.hover(2);
        assert_eq!(axis.cursor(), 6, "the keyboard chooses for good, too");
        axis.unpin();
        axis.hover(2);
        assert_eq!(axis.cursor(), 2);
        axis.go_to(9);
        assert_eq!((axis.cursor(), axis.is_pinned()), (9, true));
    }

    #[test]
    fn zooming_keeps_the_time_under_the_pointer() {
        let mut axis = TimeAxis::new(100);
        axis.zoom(4.0, 25.0);
        let (low, high) = axis.range();
        // A quarter of what was in sight, and 25 as far from its left edge as before.
        assert!((high - low - 0.25 * 102.0).abs() < 1e-9);
        assert!(((25.0 - low) / (high - low) - 25.5 / 102.0).abs() < 1e-9);
        axis.show_all();
        assert!(!axis.is_zoomed());
    }

    proptest! {
        #[test]
        fn no_gesture_leaves_the_timesteps(
            length in 1..10_000_usize,
            gestures in prop::collection::vec((0..4_u8, -1e4..1e4_f64), 0..40),
        ) {
            let mut axis = TimeAxis::new(length);
            for (kind, amount) in gestures {
                match kind {
                    0 => axis.zoom(2.0_f64.powf(amount / 1e3), amount),
                    1 => axis.pan(amount),
                    2 => axis.move_cursor(amount as isize),
                    _ => axis.set_length((amount.abs() as usize).max(1)),
                }
                let (low, high) = axis.range();
                prop_assert!(low >= -BEFORE - 1e-6 && high <= axis.length() as f64 + AFTER + 1e-6);
                prop_assert!(high > low);
                prop_assert!((1..=axis.length()).contains(&axis.cursor()));
            }
        }
    }
}
