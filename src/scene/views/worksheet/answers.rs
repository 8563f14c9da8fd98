//! The answers of a task that asks for several numbers, or at several timesteps.

use crate::flow::{counted, significant, thousands};
use crate::rnn::{Loss, Parameter};
use crate::scene::equation::{Block, EquationLine, Piece};
use crate::scene::formula::{Writer, number};
use crate::scene::words::in_full;
use crate::training::Answer;

/// Numbers of one answer that are written at most.
const MOST_NUMBERS: usize = 8;

impl Writer<'_> {
    /// The answer at j, or where none is asked for there the next one.
    pub fn answer(&self) -> Block {
        let probe = &self.numbers.snapshot.probe;
        let j = self.numbers.j;
        let next = probe.answers.iter().find(|answer| answer.t >= j);
        let Some(answer) = next.or(probe.answers.last()) else {
            return Block {
                title: "No answer is asked for".to_owned(),
                lines: Vec::new(),
            };
        };
        let title = if answer.t == j {
            format!("The answer at t = {}", counted(answer.t))
        } else {
            format!(
                "The answer, at t = {}: none is asked for at t = {}",
                counted(answer.t),
                counted(j)
            )
        };
        let mut lines = vec![
            EquationLine::new(self.read_out(answer)),
            EquationLine::new(self.prediction(answer)),
        ];
        if probe.answers.len() > 1 {
            let count = thousands(probe.answers.len() as u64);
            lines.push(EquationLine::new(vec![
                number("L", probe.loss, "L", "the loss of all answers together"),
                Piece::sign(format!(
                    r"= {{\textstyle\sum_t}} L_t \quad\text{{over {count} answers}}"
                )),
            ]));
        }
        Block { title, lines }
    }

    /// z_t = W_o h_t + b_o, number by number.
    fn read_out(&self, answer: &Answer) -> Vec<Piece> {
        let (t, letter) = (answer.t, self.read_out_letter());
        let mut pieces: Vec<Piece> = (answer.z.iter().take(MOST_NUMBERS).enumerate())
            .map(|(k, z)| match answer.z.len() {
                1 => number(
                    format!("{letter}_{{{t}}}"),
                    *z,
                    "z",
                    "the read-out of this state",
                ),
                _ => number(
                    format!("{letter}_{{{t},{}}}", k + 1),
                    *z,
                    &format!("z of {}", self.what(answer, k)),
                    "a number of the read-out of this state",
                ),
            })
            .collect();
        if answer.z.len() > MOST_NUMBERS {
            pieces.push(Piece::sign(r"\cdots"));
        }
        let bias = if self.numbers.biases.is_some() {
            "+ b_o"
        } else {
            ""
        };
        let network = &self.numbers.snapshot.moment.network;
        pieces.push(Piece::sign(if network.parameters.has_read_out() {
            let weights = self.weight(Parameter::OutputWeights);
            format!("= {weights}\\,{} {bias}", self.read(t))
        } else {
            format!("= {}", self.read(t))
        }));
        pieces
    }

    /// ŷ_t, y_t and L_t.
    fn prediction(&self, answer: &Answer) -> Vec<Piece> {
        let (t, loss) = (answer.t, self.numbers.snapshot.probe.loss_function);
        let of_loss = number(
            format!("L_{{{t}}}"),
            answer.loss,
            "the loss of this answer",
            "how wrong it is",
        );
        let target = |of: &str, short: String, text: &str| {
            let says = format!("y = {text}\nthe right answer");
            Piece::new(format!("y_{{{t}{of}}}"), short, says)
        };
        let gap = || Piece::sign(r"\quad");
        match loss {
            Loss::CrossEntropy => {
                let class = answer.classes.as_ref();
                let class = class.map_or_else(String::new, |[_, right]| right.clone());
                vec![
                    target("", class.clone(), &class),
                    gap(),
                    number(
                        format!(r"\hat y_{{{t},y}}"),
                        answer.likelihood(),
                        &format!("ŷ of “{class}”"),
                        "what the network gives to the right class",
                    ),
                    Piece::sign(format!(
                        r"= \operatorname{{softmax}}({})_y",
                        self.read_out_letter()
                    )),
                    gap(),
                    of_loss,
                    Piece::sign(r"= -\ln \hat y_y"),
                ]
            }
            Loss::Linear => {
                let mut pieces = Vec::new();
                for (k, y) in answer.target.iter().take(MOST_NUMBERS).enumerate() {
                    let of = match answer.z.len() {
                        1 => String::new(),
                        _ => format!(",{}", k + 1),
                    };
                    pieces.extend([
                        number(
                            format!("g_{{{t}{of}}}"),
                            *y,
                            "g",
                            "the gradient that is put in from outside at this state",
                        ),
                        gap(),
                    ]);
                }
                pieces.push(of_loss);
                pieces.push(Piece::sign(format!(
                    r"= {{\textstyle\sum}} g_{{{t}}} {}",
                    self.read_out_letter()
                )));
                pieces
            }
            Loss::BinaryCrossEntropy | Loss::SquaredError => {
                let is_entropy = loss == Loss::BinaryCrossEntropy;
                let mut pieces = Vec::new();
                let both = answer.prediction.iter().zip(&answer.target);
                for (k, (prediction, y)) in both.take(MOST_NUMBERS).enumerate() {
                    let of = match answer.z.len() {
                        1 => String::new(),
                        _ => format!(",{}", k + 1),
                    };
                    pieces.extend([
                        number(
                            format!(r"\hat y_{{{t}{of}}}"),
                            *prediction,
                            "ŷ",
                            "the prediction",
                        ),
                        target(&of, significant(*y), &in_full(*y)),
                        gap(),
                    ]);
                }
                pieces.push(of_loss);
                pieces.push(Piece::sign(match is_entropy {
                    true => r"= -y \ln \hat y - (1-y) \ln(1 - \hat y)",
                    false => r"= {\textstyle\sum} (\hat y - y)^2",
                }));
                pieces
            }
        }
    }

    /// What number `k` of an answer stands for, counted from 0.
    fn what(&self, answer: &Answer, k: usize) -> String {
        match answer.classes {
            Some(_) => format!("class {}", k + 1),
            None => format!("number {}", k + 1),
        }
    }
}
