//! The formulas in TeX, with numbers.

use egui::Color32;

use crate::flow::Magnitude;
use crate::training::Snapshot;

/// How many factors are written out at most, from generous to scarce: the view takes the first that fits.
pub const FACTORS: [usize; 4] = [8, 5, 3, 2];

/// The colours of what stands out.
pub struct Colours {
    /// The factor that was multiplied in last.
    pub just_multiplied: Color32,
    /// What is only named.
    pub faint: Color32,
}

/// The sum, its term of timestep `k`, and that term with numbers; at most `most` factors are written out.
pub fn formulas(snapshot: &Snapshot, k: usize, most: usize, colours: &Colours) -> Vec<String> {
    if snapshot.probe.flow.hidden == 1 {
        scalar(snapshot, k, most, colours)
    } else {
        vector(snapshot, k, most, colours)
    }
}

/// ∂L/∂w_h = Σ_k ∂L/∂o_n ∏ f′(a_t) w_h · f′(a_k) o_{k−1} for one unit.
fn scalar(snapshot: &Snapshot, k: usize, most: usize, colours: &Colours) -> Vec<String> {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let at_end = format!(r"\frac{{\partial L}}{{\partial o_{{{n}}}}}");
    let sum = format!(
        r"\frac{{\partial L}}{{\partial w_h}} = \sum_{{k=1}}^{{{n}}} {at_end} \Bigl( \prod_{{t=k+1}}^{{{n}}} f'(a_t)\,w_h \Bigr) f'(a_k)\,o_{{k-1}} = {}",
        tex(flow.w_h.magnitude)
    );
    let factor = |t: usize| format!(r"f'(a_{{{t}}})\,w_h");
    let symbols = factors(k, n, most, colours, (r"\cdot ", factor)).concat();
    let numbers = numbers(snapshot, k, most, colours);
    let step = &flow.steps[k - 1];
    vec![
        sum,
        format!(
            r"k = {k}: \quad {at_end}{symbols}\cdot f'(a_{{{k}}})\,o_{{{}}}",
            k - 1
        ),
        format!(
            r"= {}{numbers}\cdot {} \cdot {} = {}",
            in_brackets(flow.steps[n - 1].dl_do),
            in_brackets(step.f_prime),
            in_brackets(Magnitude::new(snapshot.probe.states[k - 1])),
            tex(step.term_w_h.magnitude)
        ),
    ]
}

/// g_k = J_{k+1}ᵀ ⋯ J_nᵀ g_n for many units, with J_t = diag(f′(a_t)) W_h, and norms for numbers: what f′
/// and what W_h does to the length of the gradient.
fn vector(snapshot: &Snapshot, k: usize, most: usize, colours: &Colours) -> Vec<String> {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let sum = format!(
        r"\frac{{\partial L}}{{\partial W_h}} = \sum_{{k=1}}^{{{n}}} \bigl( f'(a_k) \odot g_k \bigr)\, o_{{k-1}}^{{\top}}, \quad J_t = \operatorname{{diag}}\bigl(f'(a_t)\bigr)\,W_h"
    );
    let at_end = format!("g_{{{n}}}");
    // The gradient is multiplied from the left: the factor of the last step stands next to it.
    let factor = |t: usize| format!(r"J_{{{t}}}^{{\top}}");
    let symbols = factors(k, n, most, colours, ("", factor));
    let symbols: String = symbols.into_iter().rev().collect();
    let numbers = numbers(snapshot, k, most, colours);
    let named = format!(r"g_{{{k}}} = \frac{{\partial L}}{{\partial o_{{{k}}}}}");
    let size = format!(
        r"\lVert g_{{{k}}} \rVert = {}",
        tex(flow.steps[n - 1].dl_do)
    );
    if k == n {
        // Nothing is multiplied yet.
        return vec![sum, named, size];
    }
    vec![
        sum,
        format!(r"{named} = {symbols}\,{at_end}"),
        format!("{size}{numbers} = {}", tex(flow.steps[k - 1].dl_do)),
    ]
}

/// ` · (0.42 · 0.9) · …`
fn numbers(snapshot: &Snapshot, k: usize, most: usize, colours: &Colours) -> String {
    let factor = |t: usize| {
        let step = &snapshot.probe.flow.steps[t - 1];
        if step.w_h == Magnitude::Undefined {
            // What W_h would do to nothing.
            return tex(step.factor);
        }
        format!(r"({} \cdot {})", tex(step.f_prime), in_brackets(step.w_h))
    };
    factors(k, snapshot.len(), most, colours, (r"\cdot ", factor)).concat()
}

/// The factors from step n back to step k + 1, the middle ones left out where there are more than `most`,
/// the last one in a colour of its own. Before each stands `sign`.
fn factors(
    k: usize,
    n: usize,
    most: usize,
    colours: &Colours,
    (sign, factor): (&str, impl Fn(usize) -> String),
) -> Vec<String> {
    let count = n - k;
    let (first, last) = if count <= most {
        (count, 0)
    } else {
        (most - most / 2, most / 2)
    };
    let of = |t: usize| {
        let text = factor(t);
        if t == k + 1 {
            coloured(colours.just_multiplied, &text)
        } else {
            text
        }
    };
    // Signs stand outside of what is coloured: TeX loses the room around one at the edge of a group.
    let signed = |t: usize| format!("{sign}{}", of(t));
    let mut parts: Vec<String> = (0..first).map(|back| signed(n - back)).collect();
    if last > 0 {
        parts.push(format!(r"\;{}\;", coloured(colours.faint, r"\cdots")));
        parts.push(of(k + last));
        parts.extend((0..last - 1).rev().map(|back| signed(k + 1 + back)));
    }
    parts
}

fn coloured(colour: Color32, text: &str) -> String {
    let [red, green, blue, _] = colour.to_array();
    format!(r"\textcolor{{#{red:02x}{green:02x}{blue:02x}}}{{{text}}}")
}

/// A number in TeX: `3.2 \cdot 10^{-12}`.
fn tex(magnitude: Magnitude) -> String {
    let mut out = String::new();
    let mut raised = false;
    for letter in magnitude.to_string().chars() {
        let superscript = SUPERSCRIPTS.chars().position(|other| other == letter);
        match superscript {
            Some(place) => {
                if !raised {
                    out.push_str("^{");
                    raised = true;
                }
                out.extend("0123456789-".chars().nth(place));
            }
            None => match letter {
                '·' => out.push_str(r" \cdot "),
                '−' => out.push('-'),
                '∞' => out.push_str(r"\infty "),
                '<' | '>' | ' ' => out.push(letter),
                letter if letter.is_alphabetic() => {
                    out.push_str(&format!(r"\mathrm{{{letter}}}"));
                }
                letter => out.push(letter),
            },
        }
    }
    if raised {
        out.push('}');
    }
    out
}

const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

/// A factor: in brackets if it is below zero.
fn in_brackets(magnitude: Magnitude) -> String {
    if magnitude.is_negative() {
        format!("({})", tex(magnitude))
    } else {
        tex(magnitude)
    }
}

/// What a screen reader says.
pub fn spoken(snapshot: &Snapshot, k: usize) -> String {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let just = flow.steps.get(k).map_or_else(String::new, |step| {
        format!(
            ", just multiplied by {} times {} of step {}",
            step.f_prime,
            step.w_h,
            k + 1
        )
    });
    format!(
        "the gradient is {} at step {n} and {} at step {k}{just}; the term of step {k} is {} of {}",
        flow.steps[n - 1].dl_do,
        flow.steps[k - 1].dl_do,
        flow.steps[k - 1].term_w_h.magnitude,
        flow.w_h.magnitude
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::typeset::Formula;
    use super::*;
    use crate::rnn::{Activation, Interrupt};
    use crate::tasks::TaskKind;
    use crate::training::{Experiment, Trainer, Wanted};

    const COLOURS: Colours = Colours {
        just_multiplied: Color32::RED,
        faint: Color32::GRAY,
    };

    fn snapshot(change: impl FnOnce(&mut Experiment)) -> Snapshot {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        Trainer::new(experiment.check().unwrap())
            .snapshot(Wanted::default(), &Interrupt::default())
            .unwrap()
    }

    #[test]
    fn numbers_are_written_in_tex() {
        for (number, text) in [
            (0.9, "0.9"),
            (-0.25, "-0.25"),
            (3.2e-12, r"3.2 \cdot 10^{-12}"),
            (1e10, "10^{10}"),
            (f64::INFINITY, r"\infty "),
            (0.0, "0"),
        ] {
            assert_eq!(tex(Magnitude::new(number)), text);
        }
        assert_eq!(in_brackets(Magnitude::new(-2.0)), "(-2)");
    }

    #[test]
    fn as_many_factors_are_written_as_are_allowed_and_the_last_stands_out() {
        let write = |k, most| factors(k, 10, most, &COLOURS, ("", |t| format!("[{t}]")));
        assert_eq!(write(10, 8).concat(), "");
        assert_eq!(write(9, 8).concat(), r"\textcolor{#ff0000}{[10]}");
        assert_eq!(write(7, 8).concat(), r"[10][9]\textcolor{#ff0000}{[8]}");
        let elided = write(2, 3).concat();
        assert!(elided.starts_with("[10][9]\\;"), "{elided}");
        assert!(elided.ends_with(r"\textcolor{#ff0000}{[3]}"), "{elided}");
        assert!(elided.contains(r"\cdots") && !elided.contains("[4]"));
        let signed = factors(1, 10, 4, &COLOURS, ("+", |t| format!("[{t}]"))).concat();
        assert!(
            signed.starts_with("+[10]+[9]") && signed.contains(r"\;[3]+"),
            "{signed}"
        );
    }

    /// Every formula of every kind of moment is understood by the typesetter, with nothing that cannot be
    /// drawn.
    #[test]
    fn every_formula_can_be_set() {
        for hidden in [1, 4] {
            for (activation, w_h, length) in [
                (Activation::Tanh, 0.9, 10),
                (Activation::Tanh, -2.0, 1),
                (Activation::Identity, 3.0, 3000),
                (Activation::Relu, -1.0, 12),
                (Activation::Tanh, 1000.0, 40),
            ] {
                let snapshot = snapshot(|e| {
                    e.task.kind = TaskKind::Adding;
                    e.task.length = length;
                    e.network.hidden = hidden;
                    e.network.activation = activation;
                    e.network.w_h = if hidden == 1 { w_h } else { w_h.abs() };
                });
                for k in [1, length / 2 + 1, length] {
                    for most in FACTORS {
                        for line in formulas(&snapshot, k, most, &COLOURS) {
                            let (drawn, lost) = Formula::new(&line, Color32::WHITE).items();
                            assert!(drawn > 5 && lost == 0, "{line}: {drawn}, {lost}");
                        }
                    }
                    assert!(!spoken(&snapshot, k).is_empty());
                }
            }
        }
    }
}
