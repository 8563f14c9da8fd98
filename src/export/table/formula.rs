//! The table of the formula.

use super::super::Look;
use super::columns::Table;
use super::timesteps;
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// What is multiplied for the cursor's timestep k, in the order of the formula, and what comes of it.
///
/// | `part` | `t` | `value` |
/// | --- | --- | --- |
/// | `dl_do_n` | n | ∂L/∂o_n; its norm for H > 1 |
/// | `factor` | n back to k + 1 | the factor of that step, and what `f_prime` and `w_h` make of it |
/// | `dl_do_k` | k | ∂L/∂o_k, the product so far; its norm for H > 1 |
/// | `f_prime` | k | f′(a_k); for H > 1 ‖f′ ⊙ g_k‖/‖g_k‖ |
/// | `o` | k − 1 | o_{k−1}; for H > 1 its root mean square over units |
/// | `term` | k | the term of k in ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `sum` | | ∂L/∂w_h, of which the term is a part, for H = 1 |
/// | `norm` | | the Frobenius norm of ∂L/∂W_h, of which the term is a part, for H > 1 |
///
/// For H = 1 the values from `dl_do_n` to `o` without `dl_do_k` multiply to that of `term`.
pub fn table(snapshot: &Snapshot, look: &Look) -> Table {
    let rows = rows(snapshot, look.timestep(snapshot.len()));
    let parts = Table::default().texts("part", rows.iter().map(|row| row.part));
    timesteps::labelled(parts, snapshot, rows.iter().map(|row| row.t))
        .magnitudes("value", rows.iter().map(|row| row.value))
        .magnitudes(
            "f_prime",
            rows.iter().map(|row| row.made_of.map(|of| of[0])),
        )
        .magnitudes("w_h", rows.iter().map(|row| row.made_of.map(|of| of[1])))
}

struct Row {
    part: &'static str,
    t: Option<usize>,
    value: Magnitude,
    /// f′ and w_h of a factor.
    made_of: Option<[Magnitude; 2]>,
}

impl Row {
    fn new(part: &'static str, t: usize, value: Magnitude) -> Self {
        Self {
            part,
            t: Some(t),
            value,
            made_of: None,
        }
    }
}

fn rows(snapshot: &Snapshot, k: usize) -> Vec<Row> {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let (Some(here), Some(end)) = (flow.steps.get(k - 1), flow.steps.last()) else {
        return Vec::new();
    };
    let mut rows = vec![Row::new("dl_do_n", n, end.dl_do)];
    let factors = flow.steps.iter().enumerate().skip(k).rev();
    rows.extend(factors.map(|(index, step)| Row {
        made_of: Some([step.f_prime, step.w_h]),
        ..Row::new("factor", index + 1, step.factor)
    }));
    let state = snapshot
        .probe
        .states
        .get(k - 1)
        .copied()
        .unwrap_or_default();
    rows.push(Row::new("dl_do_k", k, here.dl_do));
    rows.push(Row::new("f_prime", k, here.f_prime));
    rows.push(Row::new("o", k - 1, Magnitude::new(state)));
    rows.push(Row::new("term", k, here.term_w_h.magnitude));
    rows.push(Row {
        t: None,
        ..Row::new(
            if flow.w_h.is_number { "sum" } else { "norm" },
            k,
            flow.w_h.magnitude,
        )
    });
    rows
}
