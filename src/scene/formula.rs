//! What the formulas say, in TeX: symbols in one line, numbers in the next.

use super::theme::Colours;
use crate::flow::{Magnitude, StepFlow};
use crate::training::Snapshot;

/// How many factors are written out at most, from generous to scarce: the view takes the first that fits.
pub const FACTORS: [usize; 4] = [8, 5, 3, 2];

/// What is written: the term of one timestep, in a theme.
pub struct Written<'a> {
    /// Of which moment.
    pub snapshot: &'a Snapshot,
    /// The 1-based timestep.
    pub k: usize,
    /// How many factors are written out at most.
    pub most: usize,
    /// In which colours.
    pub colours: &'a Colours,
}

impl Written<'_> {
    /// The sum, its term of timestep k, and that term with numbers. None if there is no such timestep.
    pub fn lines(&self) -> Vec<String> {
        let steps = &self.snapshot.probe.flow.steps;
        let (Some(here), Some(end)) = (steps.get(self.k.wrapping_sub(1)), steps.last()) else {
            return Vec::new();
        };
        if self.snapshot.probe.flow.hidden == 1 {
            self.scalar(here, end)
        } else {
            self.vector(here, end)
        }
    }

    fn n(&self) -> usize {
        self.snapshot.len()
    }

    /// ∂L/∂w_h = Σ_k ∂L/∂o_n ∏ f′(a_t) w_h · f′(a_k) o_{k−1} for one unit.
    fn scalar(&self, here: &StepFlow, end: &StepFlow) -> Vec<String> {
        let (k, n) = (self.k, self.n());
        let at_end = format!(r"\frac{{\partial L}}{{\partial o_{{{n}}}}}");
        let sum = format!(
            r"\frac{{\partial L}}{{\partial w_h}} = \sum_{{k=1}}^{{{n}}} {at_end} \Bigl( \prod_{{t=k+1}}^{{{n}}} f'(a_t)\,w_h \Bigr) f'(a_k)\,o_{{k-1}} = {}",
            tex(self.snapshot.probe.flow.w_h.magnitude)
        );
        let symbols = self.factors(r"\cdot ", |t| format!(r"f'(a_{{{t}}})\,w_h"));
        let product = format!(
            r"k = {k}: \quad {at_end}{}\cdot f'(a_{{{k}}})\,o_{{{}}}",
            symbols.concat(),
            k - 1
        );
        let state = self.snapshot.probe.states.get(k - 1);
        let numbers = format!(
            r"= {}{}\cdot {} \cdot {} = {}",
            in_brackets(end.dl_do),
            self.numbers(),
            in_brackets(here.f_prime),
            in_brackets(state.map_or(Magnitude::Nan, |state| Magnitude::new(*state))),
            tex(here.term_w_h.magnitude)
        );
        vec![sum, product, numbers]
    }

    /// g_k = J_{k+1}ᵀ ⋯ J_nᵀ g_n for many units, with J_t = diag(f′(a_t)) W_h, and norms for numbers: what f′ and
    /// what W_h does to the length of the gradient.
    fn vector(&self, here: &StepFlow, end: &StepFlow) -> Vec<String> {
        let (k, n) = (self.k, self.n());
        let sum = format!(
            r"\frac{{\partial L}}{{\partial W_h}} = \sum_{{k=1}}^{{{n}}} \bigl( f'(a_k) \odot g_k \bigr)\, o_{{k-1}}^{{\top}}, \quad J_t = \operatorname{{diag}}\bigl(f'(a_t)\bigr)\,W_h"
        );
        let named = format!(r"g_{{{k}}} = \frac{{\partial L}}{{\partial o_{{{k}}}}}");
        let size = format!(r"\lVert g_{{{k}}} \rVert = {}", tex(end.dl_do));
        if k == n {
            // Nothing is multiplied yet.
            return vec![sum, named, size];
        }
        // The gradient is multiplied from the left: the factor of the last step stands next to it.
        let symbols = self.factors("", |t| format!(r"J_{{{t}}}^{{\top}}"));
        let symbols: String = symbols.into_iter().rev().collect();
        vec![
            sum,
            format!(r"{named} = {symbols}\,g_{{{n}}}"),
            format!("{size}{} = {}", self.numbers(), tex(here.dl_do)),
        ]
    }

    /// ` · (0.42 · 0.9) · …`
    fn numbers(&self) -> String {
        let steps = &self.snapshot.probe.flow.steps;
        let factor = |t: usize| match steps.get(t - 1) {
            // What W_h would do to nothing.
            Some(step) if step.w_h == Magnitude::Undefined => tex(step.factor),
            Some(step) => format!(r"({} \cdot {})", tex(step.f_prime), in_brackets(step.w_h)),
            None => String::new(),
        };
        self.factors(r"\cdot ", factor).concat()
    }

    /// The factors from step n back to step k + 1, the middle ones left out where there are too many, the last one
    /// in a colour of its own. Before each stands `sign`.
    fn factors(&self, sign: &str, factor: impl Fn(usize) -> String) -> Vec<String> {
        let (k, n, most) = (self.k, self.n(), self.most);
        let count = n - k;
        let (first, last) = if count <= most {
            (count, 0)
        } else {
            (most - most / 2, most / 2)
        };
        let of = |t: usize| {
            let text = factor(t);
            if t == k + 1 {
                coloured(self.colours.highlight, &text)
            } else {
                text
            }
        };
        // Signs stand outside of what is coloured: TeX loses the room around one at the edge of a group.
        let signed = |t: usize| format!("{sign}{}", of(t));
        let mut parts: Vec<String> = (0..first).map(|back| signed(n - back)).collect();
        if last > 0 {
            let dots = coloured(self.colours.theory, r"\cdots");
            parts.push(format!(r"\;{dots}\;"));
            parts.push(of(k + last));
            parts.extend((0..last - 1).rev().map(|back| signed(k + 1 + back)));
        }
        parts
    }
}

fn coloured([red, green, blue]: [u8; 3], text: &str) -> String {
    format!(r"\textcolor{{#{red:02x}{green:02x}{blue:02x}}}{{{text}}}")
}

const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

/// A number in TeX: `3.2 \cdot 10^{-12}`.
fn tex(magnitude: Magnitude) -> String {
    let mut out = String::new();
    let mut raised = false;
    for letter in magnitude.to_string().chars() {
        if let Some(place) = SUPERSCRIPTS.chars().position(|other| other == letter) {
            if !raised {
                out.push_str("^{");
                raised = true;
            }
            out.extend("0123456789-".chars().nth(place));
            continue;
        }
        match letter {
            '·' => out.push_str(r" \cdot "),
            '−' => out.push('-'),
            '∞' => out.push_str(r"\infty "),
            letter if letter.is_alphabetic() => out.push_str(&format!(r"\mathrm{{{letter}}}")),
            letter => out.push(letter),
        }
    }
    if raised {
        out.push('}');
    }
    out
}

/// A factor: in brackets if it is below zero.
fn in_brackets(magnitude: Magnitude) -> String {
    if magnitude.is_negative() {
        format!("({})", tex(magnitude))
    } else {
        tex(magnitude)
    }
}

/// What there is to see, for those who cannot: the term of the 1-based timestep `k`.
pub fn spoken(snapshot: &Snapshot, k: usize) -> String {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let (Some(here), Some(end)) = (flow.steps.get(k.wrapping_sub(1)), flow.steps.last()) else {
        return String::new();
    };
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
        end.dl_do, here.dl_do, here.term_w_h.magnitude, flow.w_h.magnitude
    )
}

#[cfg(test)]
mod tests {
    use super::super::theme::Theme;
    use super::super::typeset::Formula;
    use super::*;
    use crate::rnn::Activation;
    use crate::scene::testing::{moment, moments, with_w_h};
    use crate::tasks::TaskKind;

    fn written(snapshot: &Snapshot, k: usize, most: usize) -> Written<'_> {
        Written {
            snapshot,
            k,
            most,
            colours: Theme::Print.colours(),
        }
    }

    #[test]
    fn numbers_are_written_in_tex() {
        for (number, text) in [
            (0.9, "0.9"),
            (-0.25, "-0.25"),
            (3.2e-12, r"3.2 \cdot 10^{-12}"),
            (1e10, "10^{10}"),
            (f64::INFINITY, r"\infty "),
            (f64::NAN, r"\mathrm{N}\mathrm{a}\mathrm{N}"),
            (0.0, "0"),
        ] {
            assert_eq!(tex(Magnitude::new(number)), text);
        }
        assert_eq!(in_brackets(Magnitude::new(-2.0)), "(-2)");
    }

    #[test]
    fn as_many_factors_are_written_as_are_allowed_and_the_last_stands_out() {
        let snapshot = moment(0, |e| e.task.length = 10);
        let write = |k, most, sign| {
            let parts = written(&snapshot, k, most).factors(sign, |t| format!("[{t}]"));
            parts.concat()
        };
        // The highlight of the theme for print is 200, 0, 130, and its grey three times 115.
        let last = |t| format!(r"\textcolor{{#c80082}}{{[{t}]}}");
        let dots = r"\;\textcolor{#737373}{\cdots}\;";
        assert_eq!(write(10, 8, ""), "");
        assert_eq!(write(9, 8, ""), last(10));
        assert_eq!(write(7, 8, ""), format!("[10][9]{}", last(8)));
        assert_eq!(write(2, 3, ""), format!("[10][9]{dots}{}", last(3)));
        assert_eq!(write(1, 4, "+"), format!("+[10]+[9]{dots}[3]+{}", last(2)));
    }

    /// The numbers of the last line are those of the snapshot, as people write them.
    #[test]
    fn the_numbers_are_the_snapshots() {
        let snapshot = moment(3, |e| e.network.w_h = -0.9);
        let (n, flow) = (snapshot.len(), &snapshot.probe.flow);
        let lines = written(&snapshot, n - 1, 8).lines();
        let (end, here) = (flow.steps[n - 1], flow.steps[n - 2]);
        let last = format!(
            r"= {}\cdot \textcolor{{#c80082}}{{({} \cdot ({}))}}\cdot {} \cdot {} = {}",
            in_brackets(end.dl_do),
            tex(end.f_prime),
            tex(end.w_h),
            tex(here.f_prime),
            in_brackets(Magnitude::new(snapshot.probe.states[n - 2])),
            tex(here.term_w_h.magnitude)
        );
        assert_eq!(lines[2], last);
        assert!(lines[0].ends_with(&format!("= {}", tex(flow.w_h.magnitude))));
        assert!(lines[1].starts_with("k = 9:"), "{}", lines[1]);
    }

    fn check_set(snapshot: &Snapshot) {
        let n = snapshot.len();
        for k in [1, n / 2 + 1, n] {
            assert!(spoken(snapshot, k).contains(&format!("the term of step {k} is ")));
            for most in FACTORS {
                let lines = written(snapshot, k, most).lines();
                assert_eq!(lines.len(), 3);
                for line in lines {
                    let formula = Formula::new(&line, [0; 3]);
                    assert!(
                        formula.width > 2.0 && formula.total_height() > 0.6,
                        "{line}"
                    );
                    assert_eq!(formula.lost, 0, "{line}");
                }
            }
        }
    }

    /// Every formula of every kind of moment is understood by the typesetter, with nothing that cannot be drawn.
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
                check_set(&moment(0, |e| {
                    e.task.kind = TaskKind::Adding;
                    e.task.length = length;
                    e.network.hidden = hidden;
                    e.network.activation = activation;
                    e.network.w_h = if hidden == 1 { w_h } else { w_h.abs() };
                }));
            }
        }
        for (_, snapshot) in moments() {
            check_set(&snapshot);
        }
        check_set(&with_w_h(&moment(0, |_| {}), f64::NEG_INFINITY));
        let mut empty = moment(0, |_| {});
        empty.probe.flow.steps.clear();
        assert!(written(&empty, 1, 8).lines().is_empty());
    }
}
