//! What the formulas say: symbols in one line, numbers in the next.

use super::super::words::in_brackets;
use super::style;
use super::typeset::Formula;
use crate::flow::{Magnitude, StepFlow};
use crate::training::Snapshot;

/// How many factors are written out at most, from generous to scarce: the figure takes the first that fits.
pub const FACTORS: [usize; 4] = [8, 5, 3, 2];

/// The sum, its term of the 1-based timestep `k`, and that term with numbers; at most `most` factors are
/// written out.
pub fn formulas(snapshot: &Snapshot, k: usize, most: usize) -> Vec<Formula> {
    let steps = &snapshot.probe.flow.steps;
    let (Some(here), Some(end)) = (steps.get(k.wrapping_sub(1)), steps.last()) else {
        return Vec::new();
    };
    if snapshot.probe.flow.hidden == 1 {
        scalar(snapshot, k, most, (here, end))
    } else {
        vector(snapshot, k, most, (here, end))
    }
}

/// ∂L/∂o_t
fn gradient_at(t: &str) -> Formula {
    Formula::fraction(Formula::signs("∂L"), Formula::lowered("∂o", t))
}

/// ∂L/∂w_h = Σ_k ∂L/∂o_n ∏ f′(a_t) w_h · f′(a_k) o_{k−1} for one unit.
fn scalar(
    snapshot: &Snapshot,
    k: usize,
    most: usize,
    (here, end): (&StepFlow, &StepFlow),
) -> Vec<Formula> {
    let n = snapshot.len();
    let at_end = || gradient_at(&n.to_string());
    let slope = |t: &str| Formula::lowered("f′(a", t).and(")");
    let w_h = || Formula::lowered(" w", "h");
    let sum = Formula::fraction(Formula::signs("∂L"), Formula::lowered("∂w", "h"))
        .and(" = ")
        .then(Formula::operator("∑", "k=1", &n.to_string()))
        .and(" ")
        .then(at_end())
        .and(" ")
        .then(Formula::bracket("("))
        .then(Formula::operator("∏", "t=k+1", &n.to_string()))
        .and(" ")
        .then(slope("t"))
        .then(w_h())
        .then(Formula::bracket(")"))
        .and(" ")
        .then(slope("k"))
        .then(Formula::lowered(" o", "k−1"))
        .and(&format!(" = {}", snapshot.probe.flow.w_h.magnitude));
    let factor = |t: usize| slope(&t.to_string()).then(w_h());
    let symbols = Formula::signs(&format!("k = {k}:   "))
        .then(at_end())
        .then(Formula::row(factors(k, n, most, " · ", factor)))
        .and(" · ")
        .then(slope(&k.to_string()))
        .then(Formula::lowered(" o", &(k - 1).to_string()));
    let state = Magnitude::new(
        snapshot
            .probe
            .states
            .get(k - 1)
            .copied()
            .unwrap_or_default(),
    );
    let numbers = Formula::signs(&format!("= {}", in_brackets(end.dl_do)))
        .then(numbers(snapshot, k, most))
        .and(&format!(
            " · {} · {}",
            in_brackets(here.f_prime),
            in_brackets(state)
        ))
        .and(&format!(" = {}", here.term_w_h.magnitude));
    vec![sum, symbols, numbers]
}

/// g_k = J_{k+1}ᵀ ⋯ J_nᵀ g_n for many units, with J_t = diag(f′(a_t)) W_h, and norms for numbers: what f′
/// and what W_h does to the length of the gradient.
fn vector(
    snapshot: &Snapshot,
    k: usize,
    most: usize,
    (here, end): (&StepFlow, &StepFlow),
) -> Vec<Formula> {
    let n = snapshot.len();
    let sum = Formula::fraction(Formula::signs("∂L"), Formula::lowered("∂W", "h"))
        .and(" = ")
        .then(Formula::operator("∑", "k=1", &n.to_string()))
        .and(" ")
        .then(Formula::lowered("(f′(a", "k"))
        .and(") ⊙ ")
        .then(Formula::lowered("g", "k"))
        .and(") ")
        .then(Formula::lowered("o", "k−1"))
        .and("ᵀ,     ")
        .then(Formula::lowered("J", "t"))
        .and(" = diag(")
        .then(Formula::lowered("f′(a", "t"))
        .and(")) ")
        .then(Formula::lowered("W", "h"));
    // The gradient is multiplied from the left: the factor of the last step stands next to it.
    let factor = |t: usize| Formula::lowered("J", &t.to_string()).and("ᵀ ");
    let mut symbols = factors(k, n, most, "", factor);
    symbols.reverse();
    let mut product = Formula::lowered("g", &k.to_string())
        .and(" = ")
        .then(gradient_at(&k.to_string()));
    let mut norm = Formula::lowered("‖g", &k.to_string()).and(&format!("‖ = {}", end.dl_do));
    if k < n {
        product = product
            .and(" = ")
            .then(Formula::row(symbols))
            .then(Formula::lowered("g", &n.to_string()));
        norm = norm
            .then(numbers(snapshot, k, most))
            .and(&format!(" = {}", here.dl_do));
    }
    vec![sum, product, norm]
}

/// ` · (0.42 · 0.9) · …`
fn numbers(snapshot: &Snapshot, k: usize, most: usize) -> Formula {
    let factor = |t: usize| {
        let step = snapshot.probe.flow.steps.get(t - 1);
        let text = step.map(|step| match step.w_h {
            // What W_h would do to nothing.
            Magnitude::Undefined => step.factor.to_string(),
            w_h => format!("({} · {})", step.f_prime, in_brackets(w_h)),
        });
        Formula::signs(&text.unwrap_or_default())
    };
    Formula::row(factors(k, snapshot.len(), most, " · ", factor))
}

/// The factors from step n back to step k + 1, the middle ones left out where there are more than `most`,
/// the last one in a colour of its own. Before each stands `sign`.
fn factors(
    k: usize,
    n: usize,
    most: usize,
    sign: &str,
    factor: impl Fn(usize) -> Formula,
) -> Vec<Formula> {
    let count = n - k;
    let of = |t: usize| {
        let formula = factor(t);
        let formula = if t == k + 1 {
            formula.coloured(style::HIGHLIGHT)
        } else {
            formula
        };
        Formula::signs(sign).then(formula)
    };
    if count <= most {
        return (0..count).map(|back| of(n - back)).collect();
    }
    let last = most / 2;
    let mut parts: Vec<Formula> = (0..most - last).map(|back| of(n - back)).collect();
    let dots = if sign.is_empty() { "⋯ " } else { " ⋯" };
    parts.push(Formula::signs(&format!("{sign}{}", dots.trim_start())).coloured(style::THEORY));
    parts.extend((0..last).rev().map(|back| of(k + 1 + back)));
    parts
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{moment, preset, with_w_h};
    use super::super::drawing::Layer;
    use super::super::font::has;
    use super::*;

    /// Without the room between signs, which is no text.
    fn written(formula: &Formula) -> String {
        let mut layer = Layer::default();
        formula.draw(&mut layer, [0.0; 2], 10.0, [0; 3]);
        layer
            .texts()
            .iter()
            .map(|text| text.text.replace(' ', ""))
            .collect()
    }

    #[test]
    fn as_many_factors_are_written_as_are_allowed_and_the_last_stands_out() {
        let write = |k, most, sign| {
            let parts = factors(k, 10, most, sign, |t| Formula::signs(&format!("[{t}]")));
            written(&Formula::row(parts))
        };
        assert_eq!(write(10, 8, "·"), "");
        assert_eq!(write(7, 8, "·"), "·[10]·[9]·[8]");
        assert_eq!(write(2, 3, "·"), "·[10]·[9]·⋯·[3]");
        assert_eq!(write(1, 4, ""), "[10][9]⋯[3][2]");
        let parts = factors(8, 10, 8, "·", |t| Formula::signs(&t.to_string()));
        let mut layer = Layer::default();
        Formula::row(parts).draw(&mut layer, [0.0; 2], 10.0, style::MEASURED);
        let highlighted = layer
            .texts()
            .into_iter()
            .filter(|text| text.colour == style::HIGHLIGHT);
        assert_eq!(
            highlighted
                .map(|text| text.text.as_str())
                .collect::<String>(),
            "9"
        );
    }

    /// The numbers of the last line are those of the snapshot, as people write them.
    #[test]
    fn the_numbers_are_the_snapshots() {
        let snapshot = moment(3, |e| e.network.w_h = -0.9);
        let (n, flow) = (snapshot.len(), &snapshot.probe.flow);
        let lines: Vec<String> = formulas(&snapshot, n - 1, 8).iter().map(written).collect();
        let (end, here) = (flow.steps[n - 1], flow.steps[n - 2]);
        let last = format!(
            "={}·({}·({}))·{}·{}={}",
            in_brackets(end.dl_do),
            end.f_prime,
            end.w_h,
            here.f_prime,
            in_brackets(Magnitude::new(snapshot.probe.states[n - 2])),
            here.term_w_h.magnitude
        );
        assert_eq!(lines[2], last);
        assert!(
            lines[0].ends_with(&format!("={}", flow.w_h.magnitude)),
            "{}",
            lines[0]
        );
        assert!(lines[1].starts_with("k=9:"), "{}", lines[1]);
    }

    #[test]
    fn every_formula_has_a_glyph_for_every_sign() {
        let moments = [
            moment(2, |_| {}),
            moment(2, |e| e.network.hidden = 4),
            moment(0, |e| e.task.length = 1),
            preset("Dead ReLU"),
            with_w_h(&moment(0, |_| {}), f64::NAN),
            with_w_h(&moment(0, |_| {}), f64::NEG_INFINITY),
        ];
        for snapshot in moments {
            for k in [1, snapshot.len()] {
                for most in FACTORS {
                    for formula in formulas(&snapshot, k, most) {
                        assert!(formula.width.is_finite() && formula.height() > 0.9);
                        for sign in written(&formula).chars() {
                            assert!(has(sign), "{sign}");
                        }
                    }
                }
            }
        }
    }
}
