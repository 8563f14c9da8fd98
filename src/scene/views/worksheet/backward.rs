//! Backward: the chain of factors, the terms of the selected step, and the gradients that they add up to.

use crate::flow::{Magnitude, counted, thousands, with_subscripts};
use crate::rnn::Parameter;
use crate::scene::equation::{Block, EquationLine, Piece, Run};
use crate::scene::formula::{DL_DY, NEIGHBOURS, Writer, partial, piece};
use crate::scene::words::subscript;

impl Writer<'_> {
    /// From ∂L/∂o_n back to ∂L/∂o_j, factor by factor; below each factor its number, and below that the product so far.
    pub fn chain(&self) -> Block {
        let numbers = self.numbers;
        let (j, n) = (numbers.j, numbers.n());
        let run = self.run_back(NEIGHBOURS);
        let (before, after) = self.around_chain();
        let title = match n - j {
            0 => format!(
                "Back through time: the gradient begins at t = {n}",
                n = counted(n)
            ),
            1 => format!(
                "Back through time to t = {j}: 1 factor, and the product so far",
                j = counted(j)
            ),
            count => format!(
                "Back through time to t = {j}: {} factors, and below each the product so far",
                thousands(count as u64)
            ),
        };
        Block {
            title: title + self.norms(),
            lines: vec![EquationLine { before, run, after }],
        }
    }

    /// What step j adds to ∂L/∂w_i and ∂L/∂w_h.
    pub fn terms(&self) -> Block {
        let numbers = self.numbers;
        let letter = numbers.state_letter();
        let (j, at, step) = (numbers.j, subscript(numbers.j), numbers.step);
        let before = subscript(j - 1);
        let line = |parameter: Parameter, direct: Magnitude, term: Magnitude, meaning: &str| {
            let weight = self.weight(parameter);
            let name = with_subscripts(parameter.name());
            let arriving = if numbers.is_one_answer {
                vec![
                    self.dl_dy(),
                    Piece::sign(r"\cdot"),
                    self.dy_do(j, numbers.dy_do),
                ]
            } else {
                vec![self.dl_do(j, step.dl_do)]
            };
            let direct = vec![
                Piece::sign(r"\cdot"),
                piece(
                    partial(&self.state(j), weight),
                    direct,
                    &format!("∂{letter}{at}/∂{name}"),
                    meaning,
                ),
                Piece::sign("="),
                piece(
                    format!(r"\Bigl({}\Bigr)_{{{j}}}", partial("L", weight)),
                    term,
                    &format!("the term of step {j} in ∂L/∂{name}", j = counted(j)),
                    "what this step alone would change in the weight",
                ),
            ];
            EquationLine::new(arriving.into_iter().chain(direct).collect())
        };
        let input = if numbers.has_words() {
            format!("f′(a{at}) · 1, for the weight of this word; the state before it is held fixed")
        } else {
            format!("f′(a{at}) · x{at}; the state before it is held fixed")
        };
        let state = format!("f′(a{at}) · o{before}; the state before it is held fixed");
        Block {
            title: format!("What step {j} adds to the gradients{}", self.norms()),
            lines: vec![
                line(
                    Parameter::InputWeights,
                    numbers.do_dw_i,
                    step.term_w_i.magnitude,
                    &input,
                ),
                line(
                    Parameter::RecurrentWeights,
                    numbers.do_dw_h,
                    step.term_w_h.magnitude,
                    &state,
                ),
            ],
        }
    }

    /// ∂L/∂w_i and ∂L/∂w_h as sums of their terms.
    pub fn sums(&self) -> Block {
        let numbers = self.numbers;
        let layers = numbers.snapshot.moment.experiment.network.layers;
        let (j, n, flow) = (numbers.j, numbers.n(), numbers.flow());
        let (first, last) = (j.saturating_sub(NEIGHBOURS).max(1), (j + NEIGHBOURS).min(n));
        let line = |parameter: Parameter, term: &dyn Fn(usize) -> Magnitude| {
            let weight = self.weight(parameter);
            let (name, total) = match parameter {
                Parameter::InputWeights => (flow.w_i_symbol(), flow.w_i),
                _ => (flow.w_h_symbol(), flow.w_h),
            };
            let meaning = if total.is_number {
                "the sum of the terms of all steps: what the descent goes by"
            } else {
                "the length of the sum of the terms of all steps; below each term its own length"
            };
            let (through, meaning_of_term) = if numbers.is_one_answer && numbers.is_the_lectures() {
                (
                    format!("{DL_DY}{}", partial(r"\hat y", "o_j")),
                    "∂L/∂ŷ · ∂ŷ/∂oⱼ · ∂oⱼ/∂w for this j",
                )
            } else {
                (
                    partial("L", &self.state("j")),
                    "what arrives at step j, times what the weight does there",
                )
            };
            let tex = if total.is_number {
                partial("L", weight)
            } else {
                // Brackets that grow with a fraction are no letters.
                format!(r"\lVert \partial L / \partial {weight} \rVert")
            };
            let terms = (first..=last).map(|t| Piece {
                is_marked: t == j,
                ..piece(
                    if t == 1 {
                        "j{=}1".to_owned()
                    } else {
                        format!("+\\,j{{=}}{t}")
                    },
                    term(t),
                    &format!("the term of step {t}", t = counted(t)),
                    meaning_of_term,
                )
            });
            EquationLine {
                before: vec![
                    piece(tex, total.magnitude, name, meaning),
                    Piece::sign(format!(
                        r"= {{\textstyle\sum_{{j=1}}^{{{n}}}}} {through}{}:",
                        partial(&self.state("j"), weight)
                    )),
                ],
                run: Run {
                    pieces: terms.collect(),
                    focus: j - first,
                    has_more: [first > 1, last < n],
                    ..Run::default()
                },
                after: Vec::new(),
            }
        };
        Block {
            title: format!(
                "The gradients: sums over all {} steps{}{}",
                thousands(n as u64),
                if layers > 1 {
                    ", of all layers together"
                } else {
                    ""
                },
                self.norms()
            ),
            lines: vec![
                line(Parameter::InputWeights, &|t| {
                    flow.steps[t - 1].term_w_i.magnitude
                }),
                line(Parameter::RecurrentWeights, &|t| {
                    flow.steps[t - 1].term_w_h.magnitude
                }),
            ],
        }
    }
}
