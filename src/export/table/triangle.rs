//! The table of all products.

use super::columns::Table;
use crate::flow::Triangle;

/// Most timesteps: with more there would be millions of pairs, and no picture shows them.
const MOST_TIMES: usize = 512;

/// A row per pair of timesteps 1 ≤ k ≤ j ≤ n: all of them for up to 512 timesteps, of more evenly spaced
/// ones.
///
/// | column | what it is |
/// | --- | --- |
/// | `j`, `k` | the timesteps |
/// | `do_j_do_k` | ∂o_j/∂o_k; for H > 1 ‖∂o_j/∂o_k‖₂ |
pub fn table(triangle: &Triangle) -> Table {
    let times = triangle.times();
    let kept = places(times.len());
    let (mut js, mut ks, mut products) = (Vec::new(), Vec::new(), Vec::new());
    for &row in &kept {
        let values: Vec<_> = triangle.row(row).collect();
        for &column in kept.iter().take_while(|&&column| column <= row) {
            if let Some(&value) = values.get(column) {
                js.push(times[row] as u64);
                ks.push(times[column] as u64);
                products.push(value);
            }
        }
    }
    Table::default()
        .whole("j", js)
        .whole("k", ks)
        .magnitudes("do_j_do_k", products)
}

/// At most [`MOST_TIMES`] of the places 0 to `count` − 1, the first and the last among them.
fn places(count: usize) -> Vec<usize> {
    let kept = count.min(MOST_TIMES);
    let intervals = kept.saturating_sub(1).max(1);
    let last = count.saturating_sub(1);
    (0..kept)
        .map(|index| (index * last + intervals / 2) / intervals)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_all_or_evenly_spaced() {
        assert!(places(0).is_empty());
        assert_eq!(places(1), [0]);
        for count in [2, 511, 512] {
            assert_eq!(places(count), (0..count).collect::<Vec<_>>());
        }
        let thinned = places(10_000);
        assert_eq!((thinned.len(), thinned[0], thinned[511]), (512, 0, 9999));
        // 9999 / 511 = 19.57.
        assert!(
            thinned
                .windows(2)
                .all(|pair| matches!(pair[1] - pair[0], 19 | 20))
        );
    }
}
