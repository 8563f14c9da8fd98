//! Sights to test figures, tables and the window with.

use super::sight::Sight;
use crate::scene::testing::{finding, looking_at, moment, with_w_h};
use crate::scene::{Look, View};

/// Every view of the usual experiment, of one of eight units, and of one whose forward pass overflows.
pub fn of_every_view(mut check: impl FnMut(View, &Sight<'_>, String)) {
    for (name, snapshot) in [
        ("usual", moment(30, |_| {})),
        ("eight units", moment(12, |e| e.network.hidden = 8)),
        ("diverging", with_w_h(&moment(4, |_| {}), f64::INFINITY)),
    ] {
        let look = Look {
            last_batch: true,
            ..looking_at(&snapshot, 4)
        };
        for view in View::ALL {
            let found = finding(view, &snapshot, &look);
            let sight = Sight {
                finding: found.as_ref(),
                ..Sight::new(&snapshot, &look)
            };
            check(view, &sight, format!("{view:?} of {name}"));
        }
    }
}
