//! Forward: a_j, o_j, the read-out, the prediction and the loss.

use crate::flow::as_chosen;
use crate::rnn::Loss;
use crate::scene::equation::{Block, EquationLine, Piece};
use crate::scene::formula::{Writer, applied, number, partial, piece};
use crate::scene::words::{in_full, subscript};

impl Writer<'_> {
    /// What is read at j, behind a comma: `, “film”`.
    pub fn reading(&self) -> String {
        let numbers = self.numbers;
        let word = numbers.snapshot.input_text(numbers.j);
        match (word.is_empty(), numbers.has_words()) {
            (true, true) => ", padding".to_owned(),
            (true, false) => String::new(),
            (false, true) => format!(", “{word}”"),
            (false, false) => format!(", x{} = {word}", subscript(numbers.j)),
        }
    }

    /// a_j = x_j w_i + o_{j−1} w_h + b, o_j = f(a_j), and f′(a_j).
    pub fn forward(&self) -> Block {
        let numbers = self.numbers;
        let (j, at, before) = (numbers.j, subscript(numbers.j), subscript(numbers.j - 1));
        let title = format!("Forward, t = {j}{}{}", self.reading(), self.norms());
        let Some(sums) = numbers.forward else {
            return Block {
                title,
                lines: Vec::new(),
            };
        };
        let activation = numbers.snapshot.moment.experiment.network.activation;
        let a = format!("a_{{{j}}}");
        let of_word = if numbers.has_words() {
            "the weight of this word, because x is 1 there and 0 elsewhere"
        } else {
            "what this step's input brings"
        };
        let (input, recurrent) = if self.is_scalar() {
            (format!(r"x_{{{j}}}\,w_i"), format!(r"\cdot\, {}", "w_h"))
        } else {
            (format!(r"W_i\,x_{{{j}}}"), String::new())
        };
        let mut sum = vec![
            piece(
                &*a,
                sums.pre_activation,
                &format!("a{at}"),
                "the pre-activation: what f is applied to",
            ),
            Piece::sign("="),
            piece(input, sums.input, &format!("x{at} wᵢ"), of_word),
            Piece::sign("+"),
        ];
        if self.is_scalar() {
            sum.push(piece(
                self.state(j - 1),
                numbers.state_before,
                &format!("o{before}"),
                "the state before this step",
            ));
            sum.push(piece(
                recurrent,
                numbers.w_h,
                "wₕ",
                "the recurrent weight, the same at every step",
            ));
        } else {
            sum.push(piece(
                format!("W_h\\,{}", self.state(j - 1)),
                sums.recurrent,
                &format!("‖Wₕ o{before}‖"),
                "what the state before this step brings",
            ));
        }
        if let Some([b, _]) = numbers.biases {
            sum.push(Piece::sign("+"));
            sum.push(piece("b", b, "b", "the bias, the same at every step"));
        }
        let state = vec![
            piece(
                self.state(j),
                sums.state,
                &format!("o{at}"),
                "the hidden state after this step",
            ),
            Piece::sign(format!("= {}", applied(activation, &a))),
            Piece::sign(r"\quad"),
            Piece {
                colour: Some(self.colours.f_prime),
                ..piece(
                    format!("f'({a})"),
                    numbers.step.f_prime(),
                    &format!("f′(a{at})"),
                    if self.is_scalar() {
                        "how steep f is here: what is left of the gradient on its way through f"
                    } else {
                        "what f′ leaves of the length of the gradient: ‖f′ ⊙ g‖/‖g‖"
                    },
                )
            },
        ];
        Block {
            title,
            lines: [sum, state].map(EquationLine::new).into(),
        }
    }

    /// z, ŷ, L, ∂L/∂ŷ, ∂ŷ/∂o_n and ∂L/∂w_o.
    pub fn loss(&self) -> Block {
        let numbers = self.numbers;
        let (probe, n) = (&numbers.snapshot.probe, numbers.n());
        let (y, is_entropy) = (
            probe.target,
            probe.loss_function == Loss::BinaryCrossEntropy,
        );
        let end = subscript(n);
        let mut read_out = vec![
            number(
                self.read_out_letter(),
                probe.flow.z,
                "z",
                "the read-out of the last state",
            ),
            Piece::sign("="),
            piece("w_o", numbers.w_o, "wₒ", "the read-out weight"),
            Piece::sign(r"\cdot"),
            piece(
                self.read(n),
                numbers.last_state,
                &format!("{}{end}", numbers.read_letter()),
                "the last state: what is remembered of the whole sequence",
            ),
        ];
        if let Some([_, b_o]) = numbers.biases {
            read_out.push(Piece::sign("+"));
            read_out.push(piece("b_o", b_o, "bₒ", "the bias of the read-out"));
        }
        let prediction = vec![
            number(r"\hat y", probe.prediction, "ŷ", "the prediction"),
            Piece::sign(match is_entropy {
                true => format!(r"= \sigma({})", self.read_out_letter()),
                false => format!("= {}", self.read_out_letter()),
            }),
            Piece::sign(r"\quad"),
            Piece::new(
                "y",
                as_chosen(y),
                format!("y = {}\nthe right answer", in_full(y)),
            ),
            Piece::sign(r"\quad"),
            number("L", probe.loss, "L", "the loss: how wrong ŷ is"),
            Piece::sign(match (is_entropy, y) {
                (false, _) => r"= (\hat y - y)^2",
                (true, 1.0) => r"= -\ln \hat y",
                (true, 0.0) => r"= -\ln(1 - \hat y)",
                (true, _) => r"= -y \ln \hat y - (1-y) \ln(1 - \hat y)",
            }),
        ];
        let (by_prediction, by_state) = match (is_entropy, y) {
            (false, _) => (r"= 2(\hat y - y)", "= w_o"),
            (true, 1.0) => (r"= -\frac{1}{\hat y}", r"= \hat y (1 - \hat y)\,w_o"),
            (true, 0.0) => (r"= \frac{1}{1 - \hat y}", r"= \hat y (1 - \hat y)\,w_o"),
            (true, _) => (
                r"= \frac{\hat y - y}{\hat y (1 - \hat y)}",
                r"= \hat y (1 - \hat y)\,w_o",
            ),
        };
        let slopes = vec![
            self.dl_dy(),
            Piece::sign(by_prediction),
            Piece::sign(r"\quad"),
            self.dy_do(n, numbers.dy_do_n),
            Piece::sign(by_state),
        ];
        let by_read_out = vec![
            piece(
                partial("L", "w_o"),
                numbers.dl_dw_o,
                "∂L/∂wₒ",
                "the read-out learns from the last state alone: no product stands between",
            ),
            Piece::sign("="),
            piece(
                partial("L", self.read_out_letter()),
                numbers.dl_dz,
                "∂L/∂z",
                "∂L/∂ŷ · ∂ŷ/∂z, what the loss sends into the read-out",
            ),
            Piece::sign(r"\cdot"),
            piece(
                self.read(n),
                numbers.last_state,
                &format!("{}{}", numbers.read_letter(), subscript(n)),
                "the last state",
            ),
        ];
        Block {
            title: format!("Prediction and loss{}", self.norms()),
            lines: [read_out, prediction, slopes, by_read_out]
                .map(EquationLine::new)
                .into(),
        }
    }
}
