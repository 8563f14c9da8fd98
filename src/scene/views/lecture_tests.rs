//! Every line of the lecture, found on the screen with its numbers, against a calculation by hand for three words.
//!
//! The names of the tests are those of the table in the README.

use super::super::equation::{Block, Piece};
use super::super::table::Values;
use super::kit::*;
use super::{activation, formula, product, reason, unrolled, worksheet};
use crate::flow::Magnitude;
use crate::rnn::Inputs;
use crate::scene::testing::{charts, given, lines, looking_at, moment, page};
use crate::training::Snapshot;

/// What is said in full has ten digits.
const SAID: f64 = 1e-9;

/// The lecture for three words, one unit and tanh, in `f64`, index 0 being o_0 where there is one.
struct ByHand {
    snapshot: Snapshot,
    w_i: [f64; 3],
    w_h: f64,
    w_o: f64,
    a: [f64; 3],
    o: [f64; 4],
    f_prime: [f64; 3],
    y_hat: f64,
    loss: f64,
    dl_dy_hat: f64,
    dy_hat_do: [f64; 3],
}

fn three_words(steps: usize) -> ByHand {
    let snapshot = moment(steps, |e| {
        e.task.length = 3;
        e.probe.text = "not bad film".to_owned();
        e.probe.positive = true;
    });
    let parameters = &snapshot.moment.network.parameters;
    let Inputs::Tokens(tokens) = &snapshot.probe.batch.inputs else {
        panic!("words");
    };
    // x is 1 for the word that is there and 0 for every other.
    let words: Vec<f64> = tokens
        .iter()
        .map(|token| parameters.w_i()[[0, token.unwrap() as usize]])
        .collect();
    let w_i = [words[0], words[1], words[2]];
    let (w_h, w_o) = (parameters.w_h()[[0, 0]], parameters.w_o()[0]);
    let (mut a, mut o) = ([0.0; 3], [0.0; 4]);
    for t in 0..3 {
        a[t] = w_i[t] + o[t] * w_h;
        o[t + 1] = a[t].tanh();
    }
    let f_prime = [1, 2, 3].map(|t| 1.0 - o[t] * o[t]);
    let y_hat = 1.0 / (1.0 + (-w_o * o[3]).exp());
    let at_end = y_hat * (1.0 - y_hat) * w_o;
    let dy_hat_do = [
        at_end * (f_prime[2] * w_h) * (f_prime[1] * w_h),
        at_end * (f_prime[2] * w_h),
        at_end,
    ];
    ByHand {
        snapshot,
        w_i,
        w_h,
        w_o,
        a,
        o,
        f_prime,
        y_hat,
        loss: -y_hat.ln(),
        dl_dy_hat: -1.0 / y_hat,
        dy_hat_do,
    }
}

impl ByHand {
    fn term_w_i(&self, j: usize) -> f64 {
        self.dl_dy_hat * self.dy_hat_do[j - 1] * self.f_prime[j - 1]
    }

    fn term_w_h(&self, j: usize) -> f64 {
        self.dl_dy_hat * self.dy_hat_do[j - 1] * self.f_prime[j - 1] * self.o[j - 1]
    }

    fn worksheet(&self, j: usize) -> Vec<Block> {
        given(&self.snapshot, &looking_at(&self.snapshot, j), None, |it| {
            worksheet::written(it, &page())
        })
    }
}

/// `value` as it stands below a symbol.
fn below(value: f64) -> String {
    Magnitude::new(value).to_string()
}

/// One of the lines of `blocks` has these symbols one behind the other, signs between them left out, each with its
/// number below it and the whole number in what it says.
fn assert_line(blocks: &[Block], symbols: &[(&str, f64)]) {
    let lines = || blocks.iter().flat_map(|block| &block.lines);
    let speaking = |piece: &&Piece| !piece.says.is_empty();
    let is_it = |pieces: &[&Piece]| {
        let symbols = symbols.iter().map(|(tex, _)| *tex);
        pieces.iter().map(|piece| piece.tex.as_str()).eq(symbols)
    };
    let found = lines().find_map(|line| {
        let pieces: Vec<&Piece> = line.pieces().filter(speaking).collect();
        let windows = pieces.windows(symbols.len());
        windows.into_iter().find(|it| is_it(it)).map(<[_]>::to_vec)
    });
    let Some(pieces) = found else {
        let all: Vec<Vec<&str>> = lines()
            .map(|line| line.pieces().map(|piece| piece.tex.as_str()).collect())
            .collect();
        panic!("no {symbols:?} among {all:#?}");
    };
    for (piece, (tex, expected)) in pieces.iter().zip(symbols) {
        let said = piece.says.split(" = ").last().unwrap_or_default();
        let said = said.split(['\n', ';']).next().unwrap_or_default();
        let said: f64 = said.replace('−', "-").parse().unwrap_or(f64::NAN);
        assert!(
            (said - expected).abs() <= SAID * expected.abs(),
            "{tex}: {} is not {expected}",
            piece.says
        );
    }
}

/// Below the symbol `tex` stands `value`, in the first of two rows or in the second.
fn assert_below(blocks: &[Block], tex: &str, row: usize, value: f64) {
    let mut pieces = blocks
        .iter()
        .flat_map(|block| &block.lines)
        .flat_map(|line| line.pieces());
    let is_there = pieces.any(|piece| piece.tex == tex && piece.below[row] == below(value));
    assert!(is_there, "no {} below {tex}", below(value));
}

/// The texts of the picture of `definition`, with where they stand.
fn texts(snapshot: &Snapshot, definition: &Definition) -> Vec<(String, Point)> {
    let look = looking_at(snapshot, snapshot.len());
    given(snapshot, &look, None, |subject| {
        let picture = (definition.picture)(subject, &page(), page().area);
        let layers = picture.parts.iter().filter_map(|part| match part {
            Part::Sketch(sketch) => Some(&sketch.layer),
            _ => None,
        });
        layers
            .flat_map(|layer| layer.texts())
            .map(|text| (text.text.clone(), text.at))
            .collect()
    })
}

fn place(texts: &[(String, Point)], text: &str) -> Point {
    let found = texts.iter().find(|(other, _)| other == text);
    found.unwrap_or_else(|| panic!("no {text} in {texts:?}")).1
}

#[test]
fn many_to_one_text_to_1_or_0() {
    let by_hand = three_words(2);
    let texts = texts(&by_hand.snapshot, &unrolled::VIEW);
    let words = ["not", "bad", "film"].map(|word| place(&texts, word));
    assert!(words.windows(2).all(|pair| pair[0][0] < pair[1][0]));
    let answer = format!("{:.2}", by_hand.y_hat);
    let answer = place(&texts, &answer);
    assert!(answer[0] > words[2][0], "one answer, behind the last word");
    for text in [
        "y = 1".to_owned(),
        format!("L = {}", below(by_hand.loss)),
        "ŷ wrong".to_owned(),
    ] {
        assert!(place(&texts, &text)[0] > words[2][0], "{text}");
    }
    assert!(by_hand.y_hat < 0.5, "wrong for y = 1");
}

#[test]
fn o_is_f_of_x_w_i_and_o_before_w_h() {
    let by_hand = three_words(2);
    for t in 1..=3 {
        let sheet = by_hand.worksheet(t);
        let [a, x, o, before, f] = [
            format!("a_{{{t}}}"),
            format!(r"x_{{{t}}}\,w_i"),
            format!("o_{{{t}}}"),
            format!("o_{{{}}}", t - 1),
            format!("f'(a_{{{t}}})"),
        ];
        let forward = [
            (a.as_str(), by_hand.a[t - 1]),
            (x.as_str(), by_hand.w_i[t - 1]),
            (before.as_str(), by_hand.o[t - 1]),
            (r"\cdot\, w_h", by_hand.w_h),
        ];
        assert_line(&sheet, &forward);
        assert_line(&sheet, &[(&o, by_hand.o[t]), (&f, by_hand.f_prime[t - 1])]);
        for (tex, value) in forward {
            assert_below(&sheet, tex, 0, value);
        }
    }
}

#[test]
fn unfolded_three_times_and_ten_words_to_ten_hidden_states() {
    for (length, text) in [
        (3, "not bad film"),
        (10, "the film was not bad and we loved the end"),
    ] {
        let snapshot = moment(0, |e| {
            e.task.length = length;
            e.probe.text = text.to_owned();
        });
        let texts = texts(&snapshot, &unrolled::VIEW);
        let words: Vec<&str> = text.split(' ').collect();
        assert_eq!(words.len(), length);
        let rows: Vec<f64> = words.iter().map(|word| place(&texts, word)[1]).collect();
        assert!(rows.iter().all(|row| *row == rows[0]), "one row of words");
        let above = |at: &Point| at[1] < rows[0] - 20.0;
        let numbers = texts
            .iter()
            .filter(|(text, at)| above(at) && text.replace('−', "-").parse::<f64>().is_ok());
        assert_eq!(numbers.count(), length + 2, "o₀, {length} states, and ŷ");
    }
}

#[test]
fn the_answer_and_its_loss() {
    let by_hand = three_words(2);
    let sheet = by_hand.worksheet(1);
    assert_line(
        &sheet,
        &[
            ("z", by_hand.w_o * by_hand.o[3]),
            ("w_o", by_hand.w_o),
            ("o_{3}", by_hand.o[3]),
        ],
    );
    assert_line(
        &sheet,
        &[(r"\hat y", by_hand.y_hat), ("y", 1.0), ("L", by_hand.loss)],
    );
    assert_line(
        &sheet,
        &[
            (r"\frac{\partial L}{\partial \hat y}", by_hand.dl_dy_hat),
            (
                r"\frac{\partial \hat y}{\partial o_{3}}",
                by_hand.dy_hat_do[2],
            ),
        ],
    );
}

#[test]
fn each_weight_goes_by_eta_times_its_gradient() {
    let (before, after) = (three_words(4), three_words(5));
    let sheet = after.worksheet(1);
    let [old, new] = [&before, &after].map(|it| &it.snapshot.moment.network.parameters);
    let rate = after.snapshot.moment.experiment.training.learning_rate;
    for (weight, old, new) in [
        ("w_i", before.w_i[0], after.w_i[0]),
        ("w_h", old.w_h()[[0, 0]], new.w_h()[[0, 0]]),
        ("w_o", old.w_o()[0], new.w_o()[0]),
    ] {
        // The gradient of the batch is what the difference says: it is lost to rounding but for a few digits.
        let blocks = sheet.iter().flat_map(|block| &block.lines);
        let line = blocks.into_iter().find(|line| {
            let mut pieces = line.pieces().map(|piece| piece.tex.as_str());
            pieces.next() == Some(weight) && pieces.next() == Some(r"\leftarrow")
        });
        let pieces: Vec<&Piece> = line.expect(weight).pieces().collect();
        let said = |piece: &Piece| -> f64 {
            let value = piece.says.split(" = ").nth(1).unwrap_or_default();
            let value = value.split(['\n', ';']).next().unwrap_or_default();
            value.replace('−', "-").parse().unwrap()
        };
        let [found_new, found_old, eta, gradient] = [0, 2, 4, 6].map(|place| said(pieces[place]));
        assert!((found_new - new).abs() <= SAID * new.abs(), "{weight}");
        assert!((found_old - old).abs() <= SAID * old.abs(), "{weight}");
        assert_eq!(eta, rate);
        assert!((new - (old - rate * gradient)).abs() <= 1e-9, "{weight}");
        assert_eq!(pieces[3].tex, "-");
    }
}

#[test]
fn the_gradient_of_w_i_is_a_sum_of_three_terms() {
    let by_hand = three_words(2);
    let terms = [1, 2, 3].map(|j| by_hand.term_w_i(j));
    // Each word has a weight of its own, so that the sum is a vector.
    let length = terms.iter().map(|term| term * term).sum::<f64>().sqrt();
    for j in 1..=3 {
        let sheet = by_hand.worksheet(j);
        let [state, step] = [
            format!(r"\frac{{\partial \hat y}}{{\partial o_{{{j}}}}}"),
            format!(r"\frac{{\partial o_{{{j}}}}}{{\partial w_i}}"),
        ];
        assert_line(
            &sheet,
            &[
                (r"\frac{\partial L}{\partial \hat y}", by_hand.dl_dy_hat),
                (&state, by_hand.dy_hat_do[j - 1]),
                (&step, by_hand.f_prime[j - 1]),
            ],
        );
        assert_line(
            &sheet,
            &[
                (r"\lVert \partial L / \partial w_i \rVert", length),
                ("j{=}1", terms[0]),
                (r"+\,j{=}2", terms[1]),
                (r"+\,j{=}3", terms[2]),
            ],
        );
    }
}

#[test]
fn the_gradient_of_w_h_is_a_sum_with_its_chains() {
    let by_hand = three_words(2);
    let terms = [1, 2, 3].map(|j| by_hand.term_w_h(j));
    for j in 1..=3 {
        let sheet = by_hand.worksheet(j);
        let [state, step] = [
            format!(r"\frac{{\partial \hat y}}{{\partial o_{{{j}}}}}"),
            format!(r"\frac{{\partial o_{{{j}}}}}{{\partial w_h}}"),
        ];
        assert_line(
            &sheet,
            &[
                (r"\frac{\partial L}{\partial \hat y}", by_hand.dl_dy_hat),
                (&state, by_hand.dy_hat_do[j - 1]),
                (&step, by_hand.f_prime[j - 1] * by_hand.o[j - 1]),
            ],
        );
        assert_line(
            &sheet,
            &[
                (r"\frac{\partial L}{\partial w_h}", terms.iter().sum()),
                ("j{=}1", terms[0]),
                (r"+\,j{=}2", terms[1]),
                (r"+\,j{=}3", terms[2]),
            ],
        );
    }
    // ∂o_3/∂o_2 · ∂o_2/∂o_1, with what has come of ∂L/∂o_3 below each.
    let sheet = by_hand.worksheet(1);
    for t in [3, 2] {
        let arrives = by_hand.dl_dy_hat * by_hand.dy_hat_do[t - 2];
        let factor = format!(r"f'(a_{{{t}}})\,w_h");
        assert_below(&sheet, &factor, 1, arrives);
    }
}

#[test]
fn the_gradient_of_w_o_needs_no_chain() {
    let by_hand = three_words(2);
    let dl_dz = by_hand.y_hat - 1.0;
    assert_line(
        &by_hand.worksheet(2),
        &[
            (r"\frac{\partial L}{\partial w_o}", dl_dz * by_hand.o[3]),
            (r"\frac{\partial L}{\partial z}", dl_dz),
            ("o_{3}", by_hand.o[3]),
        ],
    );
}

#[test]
fn the_product_of_the_factors_from_2_to_j() {
    let by_hand = three_words(2);
    let factor = |t: usize| by_hand.f_prime[t - 1] * by_hand.w_h;
    for (j, expected) in [(2, factor(2)), (3, factor(2) * factor(3))] {
        let look = Look {
            direction: Direction::FromFirst,
            ..looking_at(&by_hand.snapshot, j)
        };
        let blocks = given(&by_hand.snapshot, &look, None, |subject| {
            formula::written(subject, page().colours())
        });
        let last = format!(r"f'(a_{{{j}}})\,w_h");
        let mut so_far = 1.0;
        for t in 2..=j {
            so_far *= factor(t);
            assert_below(&blocks, &format!(r"f'(a_{{{t}}})\,w_h"), 1, so_far);
        }
        assert_below(&blocks, &last, 1, expected);
        // The same as a point of the curve.
        let height = given(&by_hand.snapshot, &look, None, |subject| {
            let chart = &charts(&product::VIEW, subject)[0];
            let curves = lines(chart, "measured");
            let points = curves.iter().flat_map(|(runs, _)| runs.iter().flatten());
            points.copied().find(|point| point[0] == j as f64)
        });
        let height = height.expect("a point")[1];
        assert!((height - expected.abs().log10()).abs() < 1e-12, "{height}");
    }
}

/// For j = 10 words nine factors stand between the first and the last.
#[test]
fn ten_words_have_nine_factors() {
    let snapshot = moment(2, |e| e.task.length = 10);
    let look = looking_at(&snapshot, 1);
    let blocks = given(&snapshot, &look, None, |subject| {
        formula::written(subject, page().colours())
    });
    let steps = &snapshot.probe.flow.steps;
    let mut so_far = snapshot.probe.flow.steps[9].dl_do.value();
    for t in (2..=10).rev() {
        let o = snapshot.probe.states[t];
        so_far *= (1.0 - o * o) * snapshot.moment.weights.w_h;
        assert_below(&blocks, &format!(r"f'(a_{{{t}}})\,w_h"), 1, so_far);
    }
    assert!((so_far / steps[0].dl_do.value() - 1.0).abs() < 1e-12);
}

#[test]
fn f_prime_is_between_0_and_1() {
    let by_hand = three_words(2);
    given(
        &by_hand.snapshot,
        &looking_at(&by_hand.snapshot, 3),
        None,
        |subject| {
            let chart = &charts(&activation::VIEW, subject)[0];
            let curves = lines(chart, "f′");
            let mut heights = curves
                .iter()
                .flat_map(|(runs, _)| runs.iter().flatten())
                .map(|point| point[1])
                .peekable();
            assert!(heights.peek().is_some());
            assert!(heights.all(|height| (0.0..=1.0).contains(&height)));
            // And in every bar of the reason.
            let table = (reason::VIEW.table)(subject).unwrap();
            let column = table.columns().iter().find(|it| it.name == "f_prime");
            let Some(Values::Magnitudes(found)) = column.map(|column| &column.values) else {
                panic!("{:?}", table.names());
            };
            assert_eq!(found.len(), 3);
            for (found, expected) in found.iter().zip(by_hand.f_prime) {
                assert!((found.unwrap().value() - expected).abs() < 1e-12);
            }
        },
    );
}
