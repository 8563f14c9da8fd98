use super::super::super::equation::Piece;
use super::super::super::typeset::Formula;
use super::*;
use crate::flow::Probe;
use crate::rnn::{Activation, CellKind, Interrupt, Loss, norm};
use crate::scene::View;
use crate::scene::testing::{
    finding, given, looking_at, moment, moments, moments_of_any_network, page,
};
use crate::tasks::TaskKind;
use crate::training::{Experiment, OptimizerKind, UpdatedTensor};

/// Three words of three letters each, one unit, tanh, no bias.
fn three_words(steps: usize, change: impl FnOnce(&mut Experiment)) -> Snapshot {
    moment(steps, |e| {
        e.task.length = 3;
        e.probe.text = "not bad film".to_owned();
        change(e);
    })
}

/// The numbers of the worksheet at the 1-based timestep `j`, by their name in the table.
fn at(snapshot: &Snapshot, j: usize) -> impl Fn(&str, Option<usize>) -> f64 {
    let rows = given(snapshot, &looking_at(snapshot, j), None, |subject| {
        rows(&Numbers::of(subject).unwrap())
    });
    move |part: &str, t: Option<usize>| {
        let row = rows.iter().find(|row| row.0 == part && row.1 == t);
        row.unwrap_or_else(|| panic!("no {part} at {t:?}"))
            .2
            .value()
    }
}

/// What is written under the symbols of all lines.
fn pieces(snapshot: &Snapshot, j: usize) -> Vec<Piece> {
    given(snapshot, &looking_at(snapshot, j), None, |subject| {
        let blocks = written(subject, &page());
        let lines = blocks.iter().flat_map(|block| &block.lines);
        lines.flat_map(|line| line.pieces().cloned()).collect()
    })
}

/// The lecture by hand, in `f64`, for three words: forward, loss, the chain, the terms, the sums. What is compared
/// has gone through logarithms: 1e-12 is a thousand times what they lose.
#[test]
fn three_words_by_hand() {
    for positive in [true, false] {
        let snapshot = three_words(2, |e| e.probe.positive = positive);
        let parameters = &snapshot.moment.network.parameters;
        let (w_h, w_o) = (parameters.w_h()[[0, 0]], parameters.w_o()[0]);
        let crate::rnn::Inputs::Tokens(tokens) = &snapshot.probe.batch.inputs else {
            panic!("words");
        };
        let w_i: Vec<f64> = tokens
            .iter()
            .map(|token| parameters.w_i()[[0, token.unwrap() as usize]])
            .collect();
        let a1 = w_i[0];
        let o1 = a1.tanh();
        let a2 = w_i[1] + o1 * w_h;
        let o2 = a2.tanh();
        let a3 = w_i[2] + o2 * w_h;
        let o3 = a3.tanh();
        let [f1, f2, f3] = [o1, o2, o3].map(|o| 1.0 - o * o);
        let z = w_o * o3;
        let y_hat = 1.0 / (1.0 + (-z).exp());
        let y = f64::from(positive);
        let loss = -(y * y_hat.ln() + (1.0 - y) * (1.0 - y_hat).ln());
        let dl_dy = (y_hat - y) / (y_hat * (1.0 - y_hat));
        let dy_do3 = y_hat * (1.0 - y_hat) * w_o;
        let dl_do3 = dl_dy * dy_do3;
        let dl_do2 = dl_do3 * (f3 * w_h);
        let dl_do1 = dl_do2 * (f2 * w_h);
        let terms_w_i = [dl_do1 * f1, dl_do2 * f2, dl_do3 * f3];
        let terms_w_h = [0.0, dl_do2 * f2 * o1, dl_do3 * f3 * o2];
        let close = |found: f64, expected: f64, what: &str| {
            let error = (found - expected).abs();
            assert!(
                error <= 1e-12 * expected.abs(),
                "{what}: {found}, {expected}"
            );
        };
        let [first, second, third] = [1, 2, 3].map(|j| at(&snapshot, j));
        for (j, number, a, o, f, x_w_i, o_w_h) in [
            (1, &first, a1, o1, f1, w_i[0], 0.0),
            (2, &second, a2, o2, f2, w_i[1], o1 * w_h),
            (3, &third, a3, o3, f3, w_i[2], o2 * w_h),
        ] {
            for (part, expected) in [
                ("input", x_w_i),
                ("recurrent", o_w_h),
                ("a", a),
                ("o", o),
                ("f_prime", f),
                ("term_w_i", terms_w_i[j - 1]),
                ("term_w_h", terms_w_h[j - 1]),
                ("do_dw_i", f),
                ("do_dw_h", f * [0.0, o1, o2][j - 1]),
                ("dy_hat_do", [dl_do1, dl_do2, dl_do3][j - 1] / dl_dy),
            ] {
                close(number(part, Some(j)), expected, part);
            }
        }
        for (part, t, expected) in [
            ("z", None, z),
            ("y_hat", None, y_hat),
            ("y", None, y),
            ("loss", None, loss),
            ("dl_dy_hat", Some(3), dl_dy),
            ("dy_hat_do_n", Some(3), dy_do3),
            ("dl_do_n", Some(3), dl_do3),
            ("factor", Some(3), f3 * w_h),
            ("factor", Some(2), f2 * w_h),
            ("dl_do", Some(2), dl_do2),
            ("dl_do", Some(1), dl_do1),
            ("dl_dw_h", None, terms_w_h.iter().sum()),
            ("dl_dw_o", None, (y_hat - y) * o3),
            // Each word has a weight of its own, so that the sum is a vector.
            (
                "dl_dw_i",
                None,
                terms_w_i.iter().map(|term| term * term).sum::<f64>().sqrt(),
            ),
        ] {
            close(first(part, t), expected, part);
        }
    }
}

/// after = before − η · direction, to two roundings, for every rule, and with clipping; the gradient that is told is
/// that before clipping.
#[test]
fn the_update_is_what_the_step_did() {
    for optimizer in OptimizerKind::ALL {
        for clip_norm in [None, Some(1e-3)] {
            for hold_w_h in [false, true] {
                let before = three_words(4, |e| change(e, optimizer, clip_norm, hold_w_h));
                let after = three_words(5, |e| change(e, optimizer, clip_norm, hold_w_h));
                let update = after.run.last_update.clone().unwrap();
                let [old, new] = [&before, &after].map(|moment| &moment.moment.network.parameters);
                let rate = after.moment.experiment.training.learning_rate;
                let count = old.tensors().filter(|(tensor, _)| !tensor.is_empty());
                assert_eq!(update.tensors.len(), count.count());
                for UpdatedTensor {
                    parameter, updated, ..
                } in &update.tensors
                {
                    let is_w_h = *parameter == Parameter::RecurrentWeights;
                    assert_eq!(updated.is_held, hold_w_h && is_w_h);
                    if updated.is_number {
                        assert_eq!(updated.before, old.of(*parameter)[0]);
                        assert_eq!(updated.after, new.of(*parameter)[0]);
                        let expected = updated.before - rate * updated.direction;
                        assert!((updated.after - expected).abs() <= 4e-16 * expected.abs());
                    }
                }
                let word = update.words[0].unwrap();
                let expected = word.before - rate * word.direction;
                assert!((word.after - expected).abs() <= 4e-16 * expected.abs());
                let record = after.run.history.last().unwrap();
                assert_eq!(update.gradient_norm, record.gradient_norm);
                let sizes = update
                    .tensors
                    .iter()
                    .map(|it| it.updated.gradient * it.updated.gradient);
                let norm = sizes.sum::<f64>().sqrt();
                assert!((norm / record.gradient_norm - 1.0).abs() < 1e-12);
                assert_eq!(update.clip_factor != 1.0, clip_norm.is_some());
            }
        }
    }
    fn change(e: &mut Experiment, optimizer: OptimizerKind, clip: Option<f64>, hold_w_h: bool) {
        e.training.optimizer = optimizer;
        e.training.clip_norm = clip;
        e.training.hold_w_h = hold_w_h;
        e.network.bias = true;
    }
}

#[test]
fn before_the_first_step_there_is_no_update() {
    let fresh = three_words(0, |_| {});
    assert!(fresh.run.last_update.is_none());
    let all = pieces(&fresh, 2);
    let is_rule = |piece: &&Piece| piece.tex.starts_with(r"w_h \leftarrow w_h - \eta");
    assert_eq!(all.iter().filter(is_rule).count(), 1);
}

/// Every symbol of every kind of moment is understood by the typesetter, whatever the activation and the rule.
#[test]
fn every_line_can_be_set_and_is_on_the_page() {
    let of_the_lecture = moments().into_iter();
    let mut all: Vec<(String, Snapshot)> = of_the_lecture
        .map(|(name, snapshot)| (name.to_owned(), snapshot))
        .collect();
    all.extend(moments_of_any_network());
    for activation in Activation::ALL {
        all.push((
            activation.name().to_owned(),
            moment(1, |e| e.network.activation = activation),
        ));
    }
    for optimizer in OptimizerKind::ALL {
        let steps = |e: &mut Experiment| {
            e.training.optimizer = optimizer;
            e.training.clip_norm = Some(1e-4);
            e.network.hidden = 3;
        };
        all.push((optimizer.name().to_owned(), moment(2, steps)));
    }
    for kind in TaskKind::BUILT_IN {
        all.push((kind.name().to_owned(), moment(1, |e| e.task.kind = kind)));
    }
    for (name, snapshot) in &all {
        let n = snapshot.len();
        for j in [1, n / 2 + 1, n] {
            for piece in pieces(snapshot, j) {
                assert_eq!(
                    Formula::new(&piece.tex, [0; 3]).lost,
                    0,
                    "{name}: {}",
                    piece.tex
                );
            }
            given(snapshot, &looking_at(snapshot, j), None, |subject| {
                let picture = picture(subject, &page(), page().area);
                let Some(Part::Sketch(sketch)) = picture.parts.first() else {
                    panic!("{name} has no worksheet");
                };
                let left_out = sketch
                    .layer
                    .texts()
                    .find(|text| text.text.starts_with("No room"));
                assert_eq!(left_out, None, "{name} at {j}");
                for (area, place) in sketch.hot.areas(&sketch.frame) {
                    let corners = [[area.left, area.top], [area.right, area.bottom]];
                    assert!(
                        corners
                            .iter()
                            .all(|at| page().area.grown(3.0).contains(*at)),
                        "{name}"
                    );
                    let said = says(subject, 0, place);
                    assert!(said.is_some_and(|text| !text.is_empty()), "{name}");
                }
            });
        }
    }
}

#[test]
fn a_tile_without_room_for_all_says_what_is_left_out() {
    let snapshot = three_words(1, |_| {});
    given(&snapshot, &looking_at(&snapshot, 1), None, |subject| {
        let small = Canvas::screen(Area::new(0.0, 0.0, 420.0, 190.0), Theme::Dark, 1.0);
        let drawn = picture(subject, &small, small.area);
        let Some(Part::Sketch(sketch)) = drawn.parts.first() else {
            panic!("some of it has room");
        };
        let remark = sketch.layer.texts().last().unwrap();
        assert!(remark.text.starts_with("No room for "), "{}", remark.text);
        let tiny = Canvas::screen(Area::new(0.0, 0.0, 90.0, 30.0), Theme::Dark, 1.0);
        assert!(picture(subject, &tiny, tiny.area).is_absent());
    });
}

/// Squared error: ∂L/∂ŷ is 2(ŷ − y), and ŷ is z.
#[test]
fn a_number_is_compared_with_a_number() {
    let snapshot = moment(1, |e| e.task.kind = TaskKind::Adding);
    assert_eq!(snapshot.probe.loss_function, Loss::SquaredError);
    let number = at(&snapshot, 2);
    let expected = 2.0 * (snapshot.probe.prediction - snapshot.probe.target);
    assert!((number("dl_dy_hat", Some(snapshot.len())) / expected - 1.0).abs() < 1e-12);
    assert_eq!(number("y_hat", None), number("z", None));
}

/// The whole of it for three words: enlarged in windows of 1920 × 1080, of 1280 × 800, and of that at 150 % without the
/// controls at the left. Beside them every line is there, with fewer terms of the sums.
#[test]
fn three_words_fit_a_screen() {
    let snapshot = three_words(1, |_| {});
    given(&snapshot, &looking_at(&snapshot, 1), None, |subject| {
        let count = sayings(&written(subject, &page())).count();
        for (width, height, is_whole) in [
            (1616.0, 982.0, true),
            (976.0, 702.0, true),
            (829.0, 436.0, true),
            (541.0, 436.0, false),
        ] {
            let area = Area::new(0.0, 0.0, width, height);
            let screen = Canvas::screen(area, Theme::Dark, 1.0);
            let drawn = picture(subject, &screen, area);
            let Some(Part::Sketch(sketch)) = drawn.parts.first() else {
                panic!("{}", drawn.description);
            };
            let said = sketch.hot.areas(&sketch.frame).len();
            assert!(said == count || !is_whole, "{width} × {height}: {said}");
            let mut texts = sketch.layer.texts();
            assert!(texts.all(|text| text.size >= 8.0 && !text.text.starts_with("No room")));
        }
    });
}

/// A unit of an LSTM by hand: its lines stand in the worksheet with their numbers, and the title says which unit it is.
#[test]
fn a_gated_cell_is_written_gate_by_gate() {
    let snapshot = moment(2, |e| {
        e.network.cell = CellKind::Lstm;
        (e.network.hidden, e.network.bias) = (3, true);
    });
    let t = 4;
    given(&snapshot, &looking_at(&snapshot, t), None, |subject| {
        let blocks = written(subject, &page());
        assert!(
            blocks[0].title.ends_with("LSTM, unit 1 of 3"),
            "{}",
            blocks[0].title
        );
        let all: Vec<&Piece> = blocks
            .iter()
            .flat_map(|block| &block.lines)
            .flat_map(|line| line.pieces())
            .collect();
        let step = snapshot.probe.worked.as_deref().unwrap().step(t).unwrap();
        for (tex, value) in [
            ("i_{4}", step.gates[0]),
            ("f_{4}", step.gates[1]),
            ("g_{4}", step.gates[2]),
            ("o_{4}", step.gates[3]),
            ("c_{4}", step.after[1]),
            ("c_{3}", step.before[1]),
            (r"W_{hf}\,h_{3}", step.recurrent[1]),
            (r"\gamma^{c}_{4}", step.arriving[1].value()),
            (r"g_{4} \odot i_{4} (1 - i_{4})", step.slopes[8]),
        ] {
            let piece = all.iter().find(|piece| piece.tex == tex);
            let piece = piece.unwrap_or_else(|| panic!("no {tex}"));
            assert_eq!(piece.below[0], significant(value), "{tex}");
        }
    });
    // Another unit is a choice away.
    let texts = given(&snapshot, &looking_at(&snapshot, t), None, |subject| {
        let choices = (VIEW.choices)(subject);
        let choices = choices.into_iter().flatten();
        choices.map(|choice| choice.text).collect::<Vec<_>>()
    });
    assert!(texts.iter().any(|text| text == "unit ▶"), "{texts:?}");
}

/// Of any network every number of the table has a key of its own, and ∂L/∂w_o is that of the backward pass.
#[test]
fn the_table_of_any_network_has_one_number_for_each_key() {
    let mut of_one_answer = 0;
    for (name, snapshot) in moments_of_any_network() {
        let look = looking_at(&snapshot, 4);
        let (rows, is_one_answer) = given(&snapshot, &look, None, |subject| {
            let numbers = Numbers::of(subject).unwrap();
            (rows(&numbers), numbers.is_one_answer)
        });
        for (place, row) in rows.iter().enumerate() {
            let same = |other: &&Row| (&other.0, other.1) == (&row.0, row.1);
            assert!(
                rows[..place].iter().find(same).is_none(),
                "{name}: {} twice",
                row.0
            );
        }
        if !is_one_answer {
            continue;
        }
        of_one_answer += 1;
        let network = &snapshot.moment.network;
        let mut probe = Probe::new(&network.parameters);
        let (batch, loss) = (&snapshot.probe.batch, snapshot.probe.loss_function);
        probe
            .run(network, batch, loss, &Interrupt::default())
            .unwrap();
        let expected = match probe.gradients.w_o() {
            [one] => *one,
            several => norm(several),
        };
        let found = rows
            .iter()
            .find(|row| row.0 == "dl_dw_o")
            .unwrap()
            .2
            .value();
        let error = (found.abs() / expected.abs() - 1.0).abs();
        assert!(error < 1e-12, "{name}: {found}, {expected}");
    }
    assert!(of_one_answer >= 6);
}

/// A unit of an Elman layer with an answer at every step: what arrives from all answers, times what the weight does at
/// step j, is the term of that step.
#[test]
fn the_factors_of_a_term_multiply_to_it_whatever_is_asked() {
    for hidden in [1, 3] {
        let snapshot = moment(2, |e| {
            (e.task.kind, e.task.length) = (TaskKind::PrefixParity, 12);
            e.network.hidden = hidden;
        });
        let number = at(&snapshot, 5);
        let arriving = snapshot.probe.flow.steps[4].dl_do.value();
        for (direct, term) in [("do_dw_i", "term_w_i"), ("do_dw_h", "term_w_h")] {
            let [direct, term] = [direct, term].map(|part| number(part, Some(5)));
            assert!((arriving * direct / term - 1.0).abs() < 1e-12 || term == 0.0);
        }
        // ‖f′ ⊙ γ‖ ≤ ‖γ‖, and the state before has a norm below √H.
        assert!(number("do_dw_h", Some(5)).abs() <= (hidden as f64).sqrt());
    }
}

/// γ of the state before is the γ that the sheet of the step before has, whatever is asked there.
#[test]
fn one_symbol_has_one_number_on_two_sheets() {
    let mut compared = 0;
    for (name, snapshot) in moments_of_any_network() {
        if snapshot.probe.worked.is_none() {
            continue;
        }
        for j in 2..=snapshot.len() {
            let of = |t: usize| {
                let gammas = pieces(&snapshot, t).into_iter();
                gammas.filter(|piece| {
                    piece
                        .tex
                        .starts_with(&format!(r"\gamma^{{h}}_{{{}}}", j - 1))
                })
            };
            let (Some(here), Some(before)) = (of(j).next(), of(j - 1).next()) else {
                continue;
            };
            assert_eq!(here.below[0], before.below[0], "{name}, j = {j}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}

/// No sentence about a stack of Elman layers, or one that reads words by an embedding, speaks of gates.
#[test]
fn a_cell_without_gates_is_not_told_of_any() {
    let stack = moment(2, |e| (e.network.layers, e.network.hidden) = (2, 3));
    let embedded = moment(2, |e| (e.network.embedding, e.network.hidden) = (4, 1));
    for snapshot in [&stack, &embedded] {
        for which in View::ALL {
            let look = looking_at(snapshot, 3);
            let finding = finding(which, snapshot, &look);
            let answer = which.answer(snapshot, &look, finding.as_ref());
            given(snapshot, &look, answer, |subject| {
                if which.refusal(&snapshot.moment.experiment).is_some() {
                    return;
                }
                let definition = which.definition();
                let header = (definition.header)(subject, &page());
                let picture = (definition.picture)(subject, &page(), page().area);
                let mut texts = vec![header.sentence, header.meaning, picture.description];
                texts.extend(header.legend.iter().map(|entry| entry.text.to_string()));
                texts
                    .extend((0..40).filter_map(|place| {
                        (definition.says)(subject, 0, [f64::from(place), 1.0])
                    }));
                for text in texts {
                    let is_told = text.contains("gate") || text.contains("direct way");
                    assert!(!is_told, "{}: {text}", which.slug());
                }
            });
        }
    }
}
