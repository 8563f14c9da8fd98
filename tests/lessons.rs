//! Every number that a lesson states is one that the program computes: each is found in the text, and compared, to its
//! last digit, with a run of the experiment that the step sets.

use std::collections::BTreeMap;

use bptt_scope::flow::{FloatFormat, Progress, RoundedFlow};
use bptt_scope::lessons::{COURSE, Lesson, Step, shown_quantities};
use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{
    CheckedExperiment, Experiment, Finding, Question, Snapshot, Trainer, Wanted, answer,
};

/// The experiment of a step, with `change` made by the learner, after so many training steps.
fn run(lesson: &str, step: usize, change: impl FnOnce(&mut Experiment), steps: usize) -> Snapshot {
    run_of(|it| it.experiment.clone(), (lesson, step), change, steps)
}

/// The one beside it.
fn run_b(
    lesson: &str,
    step: usize,
    change: impl FnOnce(&mut Experiment),
    steps: usize,
) -> Snapshot {
    run_of(|it| it.beside.clone(), (lesson, step), change, steps)
}

fn run_of(
    of: fn(&Step) -> Option<CheckedExperiment>,
    (lesson, step): (&str, usize),
    change: impl FnOnce(&mut Experiment),
    steps: usize,
) -> Snapshot {
    let entry = COURSE.iter().find(|it| it.slug == lesson).unwrap();
    let lesson = entry.lesson();
    // A step without an experiment goes on with that of the one before it.
    let set = lesson.steps[..step].iter().rev();
    let set = set.filter_map(of).next();
    let mut experiment = Experiment::from(set.unwrap());
    change(&mut experiment);
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment.check().unwrap());
    for _ in 0..steps {
        trainer.step(&never);
    }
    trainer.evaluate(&never).unwrap();
    trainer.snapshot(Wanted::NOTHING, &never).unwrap()
}

/// Accuracy on held-out sequences.
fn held_out(it: &Snapshot) -> f64 {
    it.run.evaluations.last().unwrap().accuracy()
}

/// o_t of one unit, f′(a_t), the factor of step t, ∂o_n/∂o_t or its gain, ∂L/∂o_t, and the two terms.
fn state(it: &Snapshot, t: usize) -> f64 {
    it.probe.states[t]
}

fn slope(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].f_prime().value()
}

fn factor(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].factor.value()
}

fn to_end(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].to_end.value()
}

fn wish(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].dl_do.value()
}

fn term_w_i(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].term_w_i.magnitude.value()
}

fn term_w_h(it: &Snapshot, t: usize) -> f64 {
    it.probe.flow.steps[t - 1].term_w_h.magnitude.value()
}

fn input(it: &Snapshot, t: usize) -> f64 {
    it.input_text(t).replace('−', "-").parse().unwrap()
}

/// What lessons say, and what the program computes: of each lesson and step, the number as it is read out and its value.
type Facts = BTreeMap<(&'static str, usize), Vec<(&'static str, f64)>>;

fn facts() -> Facts {
    let mut facts = Facts::new();
    let mut say = |lesson, step, said: &[(&'static str, f64)]| {
        let known = facts.insert((lesson, step), said.to_vec());
        assert!(known.is_none(), "{lesson} {step} stands there twice");
    };
    unfolding_and_descent(&mut say);
    weights(&mut say);
    vanishing(&mut say);
    exploding(&mut say);
    dead_terms(&mut say);
    matrices(&mut say);
    half_precision(&mut say);
    gates(&mut say);
    beginning(&mut say);
    facts
}

type Say<'a> = &'a mut dyn FnMut(&'static str, usize, &[(&'static str, f64)]);

fn unfolding_and_descent(say: Say<'_>) {
    let three = run("unfolding", 1, |_| {}, 0);
    say(
        "unfolding",
        1,
        &[("0.189", state(&three, 1)), ("-0.707", state(&three, 3))],
    );
    let cut = run("unfolding", 2, |e| e.network.w_h = 0.0, 0);
    say("unfolding", 2, &[("-0.376", state(&cut, 3))]);
    say("unfolding", 3, &[("0.33", three.probe.prediction)]);

    let latch = run("descent", 1, |_| {}, 0);
    say(
        "descent",
        1,
        &[
            ("0.5", latch.moment.weights.w_i),
            ("0.9", latch.moment.weights.w_h),
            ("0.462", state(&latch, 1)),
            (
                "-0.055",
                state(&latch, 2).atanh() / 0.5 - 0.9 / 0.5 * state(&latch, 1),
            ),
            ("0.370", state(&latch, 2)),
            ("0.218", state(&latch, 3)),
            ("0.554", latch.probe.prediction),
        ],
    );
    say(
        "descent",
        2,
        &[
            ("0.554", latch.probe.prediction),
            ("0.590", latch.probe.loss),
            ("0.693", 2.0_f64.ln()),
            ("0.45", 0.45),
        ],
    );
    let one = run("descent", 3, |_| {}, 1);
    say(
        "descent",
        3,
        &[
            ("0.9", latch.moment.weights.w_h),
            ("1.165", one.moment.weights.w_h),
            ("0.590", latch.probe.loss),
            ("0.458", one.probe.loss),
        ],
    );
    assert_eq!(latch.moment.experiment.training.batch, 16);
    let nine = run("descent", 4, |_| {}, 9).probe.loss;
    let ten = run("descent", 4, |_| {}, 10).probe.loss;
    assert!(nine > 0.1 && ten < 0.1, "{nine} {ten}");
    say("descent", 4, &[("0.1", 0.1)]);
}

fn weights(say: Say<'_>) {
    let latch = run("input-weight", 1, |_| {}, 0);
    let gradient = |it: &Snapshot| it.probe.flow.w_i.magnitude.value();
    say(
        "input-weight",
        1,
        &[
            ("-0.234", term_w_i(&latch, 1)),
            ("0.018", term_w_i(&latch, 2)),
            ("0.095", term_w_i(&latch, 3)),
            ("-0.120", gradient(&latch)),
        ],
    );
    let other = run("input-weight", 2, |e| e.probe.index = 1, 0);
    assert_eq!((input(&other, 1), other.probe.target), (-1.0, 0.0));
    say(
        "input-weight",
        2,
        &[
            ("-0.297", wish(&latch, 1)),
            ("0.786", slope(&latch, 1)),
            ("-0.234", term_w_i(&latch, 1)),
            ("-0.382", wish(&latch, 2)),
            (
                "-0.055",
                term_w_i(&latch, 2) / wish(&latch, 2) / slope(&latch, 2),
            ),
            ("-0.267", term_w_i(&other, 1)),
        ],
    );
    let padded = run("input-weight", 3, |_| {}, 0);
    assert_eq!(padded.first_input(), 8);
    assert_eq!(term_w_i(&padded, 7), 0.0);
    say("input-weight", 3, &[("-0.167", wish(&padded, 7))]);
    let moved = run("input-weight", 4, |e| e.network.w_i = 0.6, 0);
    say(
        "input-weight",
        4,
        &[
            ("0.590", latch.probe.loss),
            ("-0.120", gradient(&latch)),
            ("0.1", 0.1),
            ("0.012", -0.1 * gradient(&latch)),
            ("0.578", latch.probe.loss + 0.1 * gradient(&latch)),
            ("0.6", moved.moment.weights.w_i),
            ("0.580", moved.probe.loss),
        ],
    );

    let sum = latch.probe.flow.w_h.magnitude.value();
    let begun = run("recurrent-weight", 1, |e| e.network.o_0 = 0.5, 0);
    assert_eq!(term_w_h(&latch, 1), 0.0);
    say(
        "recurrent-weight",
        1,
        &[
            ("-0.152", term_w_h(&latch, 2)),
            ("-0.157", term_w_h(&latch, 3)),
            ("-0.310", sum),
            ("0.5", 0.5),
            ("-0.044", term_w_h(&begun, 1)),
        ],
    );
    say(
        "recurrent-weight",
        2,
        &[
            ("0.857", factor(&latch, 3)),
            ("0.777", factor(&latch, 2)),
            ("0.666", to_end(&latch, 1)),
        ],
    );
    let ten = run("recurrent-weight", 3, |_| {}, 0);
    let whole = ten.probe.flow.steps[9].from_first.value();
    say("recurrent-weight", 3, &[("0.01", whole)]);
    let factors: Vec<f64> = (2..=10).map(|t| factor(&ten, t)).collect();
    let of = |pick: fn(f64, f64) -> f64| factors.iter().copied().reduce(pick).unwrap();
    say(
        "recurrent-weight",
        4,
        &[
            ("0.323", of(f64::min)),
            ("0.886", of(f64::max)),
            ("1 %", 100.0 * to_end(&ten, 1)),
        ],
    );
}

fn vanishing(say: Say<'_>) {
    let sigmoid = run("sigmoid", 1, |_| {}, 0);
    let slopes: Vec<f64> = (1..=10).map(|t| slope(&sigmoid, t)).collect();
    let place = |value: f64| 1 + slopes.iter().position(|it| *it == value).unwrap();
    let (least, most) = (
        slopes.iter().copied().fold(1.0, f64::min),
        slopes.iter().copied().fold(0.0, f64::max),
    );
    assert_eq!((place(least), place(most)), (6, 9));
    let a = (state(&sigmoid, 6) / (1.0 - state(&sigmoid, 6))).ln();
    say(
        "sigmoid",
        1,
        &[("0.993", a), ("0.197", least), ("0.250", most)],
    );
    assert!(to_end(&sigmoid, 6) > 1e-3 && to_end(&sigmoid, 5) < 1e-3);
    say(
        "sigmoid",
        2,
        &[
            ("3.8 · 10^(-6)", 0.25_f64.powi(9)),
            ("1.9 · 10^(-6)", to_end(&sigmoid, 1)),
        ],
    );
    let tanh = run(
        "sigmoid",
        3,
        |e| e.network.activation = bptt_scope::rnn::Activation::Tanh,
        0,
    );
    let times = to_end(&tanh, 1) / to_end(&sigmoid, 1);
    assert!((4_350.0..4_450.0).contains(&times), "{times}");
    say("sigmoid", 3, &[("0.0082", to_end(&tanh, 1))]);
    let four = run("sigmoid", 4, |e| e.network.w_h = 4.0, 0);
    say("sigmoid", 4, &[("6.6 · 10^(-9)", to_end(&four, 1))]);

    let at = |step, w_h| run("saturation", step, |e| e.network.w_h = w_h, 0);
    let (low, middle, high) = (at(1, 0.5), at(1, 0.9), at(2, 2.0));
    let times = to_end(&middle, 1) / to_end(&low, 1);
    assert!((27.0..30.0).contains(&times), "{times}");
    say(
        "saturation",
        1,
        &[
            ("0.5", 0.5),
            ("0.036 %", 100.0 * to_end(&low, 1)),
            ("0.9", 0.9),
            ("1 %", 100.0 * to_end(&middle, 1)),
        ],
    );
    let fall = (to_end(&middle, 1) / to_end(&high, 1)).log10();
    assert!((5.0..6.0).contains(&fall), "{fall}");
    say(
        "saturation",
        2,
        &[("0.9", 0.9), ("4.3 · 10^(-8)", to_end(&high, 1))],
    );
    say(
        "saturation",
        3,
        &[
            ("-0.989", state(&high, 4)),
            ("0.022", slope(&high, 4)),
            ("0.043", factor(&high, 4)),
        ],
    );
    let identity = run(
        "saturation",
        5,
        |e| e.network.activation = bptt_scope::rnn::Activation::Identity,
        0,
    );
    assert!((to_end(&identity, 1) - 512.0).abs() < 1e-9);
}

fn exploding(say: Say<'_>) {
    let linear = run("exploding", 1, |_| {}, 0);
    say(
        "exploding",
        1,
        &[("1.3", 1.3), ("383022", to_end(&linear, 1))],
    );
    say(
        "exploding",
        2,
        &[
            ("0.145", linear.probe.target),
            ("32762", linear.probe.prediction),
            ("7.7 · 10^(10)", linear.probe.flow.w_h.magnitude.value()),
            ("0.001", linear.moment.experiment.training.learning_rate),
        ],
    );
    let thrown = run("exploding", 2, |_| {}, 2);
    assert!(thrown.run.divergence.is_some());
    assert_eq!(thrown.moment.step, 1);
    assert!(thrown.moment.weights.w_h.abs() > 1e9);
    let wall = run("exploding", 3, |_| {}, 0);
    let (free, clipped) = (
        run("exploding", 3, |_| {}, 1),
        run("exploding", 4, |e| e.training.clip_norm = Some(1.0), 1),
    );
    say(
        "exploding",
        3,
        &[
            ("0.0086", wall.probe.loss),
            ("-542", wall.probe.flow.w_h.magnitude.value()),
            ("5.54", free.moment.weights.w_h),
            ("0.0758", free.probe.loss),
        ],
    );
    let times = free.probe.loss / wall.probe.loss;
    assert!((8.5..9.5).contains(&times), "{times}");
    say(
        "exploding",
        4,
        &[
            ("5.0005", clipped.moment.weights.w_h),
            ("0.0102", clipped.probe.loss),
        ],
    );
    let slow = run("exploding", 5, |_| {}, 272);
    assert!(run("exploding", 5, |_| {}, 265).probe.loss > 1.0);
    assert!(slow.probe.loss < 1.0, "{}", slow.probe.loss);
    say(
        "exploding",
        5,
        &[
            ("1.03", slow.moment.weights.w_h),
            ("0.001", 0.001),
            ("1.3", 1.3),
        ],
    );
}

fn dead_terms(say: Say<'_>) {
    let dead = run("dead-terms", 1, |_| {}, 0);
    let times = term_w_h(&dead, 30) / term_w_h(&dead, 3).abs();
    assert!((1.9e8..2.1e8).contains(&times), "{times}");
    say(
        "dead-terms",
        1,
        &[
            ("0.5", 0.5),
            ("0.093", dead.probe.flow.w_h.magnitude.value()),
            ("0.108", term_w_h(&dead, 30)),
            ("-5.5 · 10^(-10)", term_w_h(&dead, 3)),
        ],
    );
    let hundred = run("dead-terms", 2, |_| {}, 100);
    say("dead-terms", 2, &[("0.666", hundred.probe.loss)]);
    assert!((dead.probe.loss - 0.666).abs() < 5e-4);
    let alive = run("dead-terms", 3, |_| {}, 0);
    say(
        "dead-terms",
        3,
        &[("0.255", to_end(&alive, 1)), ("0.2", 0.2)],
    );
    assert!(run("dead-terms", 3, |_| {}, 100).probe.loss < 0.2);
    let mut learnt = (1..300).map(|steps| run("dead-terms", 4, |_| {}, steps));
    let learnt = learnt.find(|it| it.probe.loss < 0.1).unwrap();
    assert!(to_end(&learnt, 1) < 1e-19);
    say(
        "dead-terms",
        4,
        &[("0.255", to_end(&alive, 1)), ("0.1", 0.1)],
    );
}

fn matrices(say: Say<'_>) {
    let random = run("matrices", 1, |_| {}, 0);
    let (rho, sigma_1) = (
        random.moment.spectrum.spectral_radius,
        random.moment.spectrum.sigma_1,
    );
    say(
        "matrices",
        1,
        &[("0.9", rho), ("1.04", to_end(&random, 48))],
    );
    say(
        "matrices",
        2,
        &[
            ("1.73", sigma_1),
            ("4.9 · 10^(11)", sigma_1.powi(49)),
            ("0.0014", to_end(&random, 1)),
        ],
    );
    let above = run("matrices", 4, |e| e.network.w_h = 1.1, 0);
    let gain = to_end(&above, 1);
    assert!((25.5..26.5).contains(&gain), "{gain}");
    say("matrices", 4, &[("1.1", 1.1)]);

    use bptt_scope::rnn::{Activation, RecurrentInit};
    let random = run("orthogonal", 1, |_| {}, 0);
    let turned = run(
        "orthogonal",
        1,
        |e| e.network.recurrent = RecurrentInit::Orthogonal,
        0,
    );
    assert!((1..=50).all(|t| (to_end(&turned, t) - 1.0).abs() < 1e-12));
    say(
        "orthogonal",
        1,
        &[
            ("1.92", random.moment.spectrum.sigma_1),
            ("0.24", to_end(&random, 1)),
        ],
    );
    let bent = run(
        "orthogonal",
        2,
        |e| e.network.activation = Activation::Tanh,
        0,
    );
    say("orthogonal", 2, &[("0.11", to_end(&bent, 1))]);
    let relu = run(
        "orthogonal",
        3,
        |e| e.network.activation = Activation::Relu,
        0,
    );
    assert!((to_end(&relu, 49) - to_end(&relu, 1)).abs() < 1e-12);
    say("orthogonal", 3, &[("0.736", to_end(&relu, 1))]);
    let trained = run("orthogonal", 4, |_| {}, 50);
    assert!(trained.probe.loss < 0.1);
    say(
        "orthogonal",
        4,
        &[
            ("1.41", trained.moment.spectrum.sigma_1),
            ("1.27", trained.moment.spectrum.spectral_radius),
        ],
    );
}

fn half_precision(say: Say<'_>) {
    let sigmoid = run("half-precision", 1, |_| {}, 0);
    say(
        "half-precision",
        1,
        &[
            ("6.0 · 10^(-8)", 2.0_f64.powi(-24)),
            ("9.2 · 10^(-41)", 2.0_f64.powi(-133)),
            ("1.4 · 10^(-45)", 2.0_f64.powi(-149)),
            ("7.8 · 10^(-9)", wish(&sigmoid, 39).abs()),
        ],
    );
    let zero_from = |it: &Snapshot, format: FloatFormat| {
        let found = answer(
            Question::RoundedFlows,
            it,
            &Interrupt::default(),
            &Progress::default(),
        );
        let Ok(Finding::RoundedFlows(flows)) = found else {
            panic!("rounded flows");
        };
        let of_format = |flow: &&RoundedFlow| flow.format == format;
        flows.iter().find(of_format).unwrap().zero_from
    };
    assert_eq!(zero_from(&sigmoid, FloatFormat::Float16), Some(39));
    assert_eq!(zero_from(&sigmoid, FloatFormat::Bfloat16), None);
    assert!(wish(&sigmoid, 36).abs() > 6e-11 && wish(&sigmoid, 35).abs() < 6e-11);
    assert!(to_end(&sigmoid, 36) > 1.8e-10 && to_end(&sigmoid, 35) < 1.8e-10);
    let per_step = to_end(&sigmoid, 40) / to_end(&sigmoid, 39);
    assert!((4.5..5.5).contains(&per_step), "{per_step}");
    let long = run("half-precision", 3, |e| e.task.length = 100, 0);
    assert!(zero_from(&long, FloatFormat::Float32).is_some());
    say(
        "half-precision",
        3,
        &[("5.5 · 10^(-69)", wish(&long, 1).abs())],
    );
    let tanh = run(
        "half-precision",
        4,
        |e| e.network.activation = bptt_scope::rnn::Activation::Tanh,
        0,
    );
    assert_eq!(zero_from(&tanh, FloatFormat::Float16), None);
    say("half-precision", 4, &[("1.6 %", 100.0 * to_end(&tanh, 1))]);
}

fn gates(say: Say<'_>) {
    let (elman, lstm) = (run("gates", 1, |_| {}, 0), run_b("gates", 1, |_| {}, 0));
    say(
        "gates",
        1,
        &[
            ("6.3 · 10^(-7)", to_end(&elman, 1)),
            ("10.9 %", 100.0 * to_end(&lstm, 1)),
        ],
    );
    let [direct, through] = lstm.probe.flow.steps[49].parts.map(|part| part.value());
    assert!(direct > 0.99 && direct < 1.01, "{direct}");
    say(
        "gates",
        2,
        &[
            ("0.062", through),
            ("1.007", factor(&lstm, 50)),
            ("0.760", factor(&elman, 50)),
        ],
    );
    let gru = run_b("gates", 3, |_| {}, 0);
    let closed = run_b("gates", 3, |e| e.network.forget_bias = Some(0.0), 0);
    say(
        "gates",
        3,
        &[
            ("53.1 %", 100.0 * to_end(&gru, 1)),
            ("1.9 · 10^(-28)", to_end(&closed, 1)),
        ],
    );
    let (elman, lstm) = (run("gates", 4, |_| {}, 500), run_b("gates", 4, |_| {}, 500));
    assert!(held_out(&lstm) > 0.95 && held_out(&elman) < 0.6);
    say("gates", 4, &[]);
}

fn beginning(say: Say<'_>) {
    let (drawn, orthogonal) = (
        run("beginning", 1, |_| {}, 0),
        run_b("beginning", 1, |_| {}, 0),
    );
    say(
        "beginning",
        1,
        &[
            ("1.2 · 10^(-10)", to_end(&drawn, 1)),
            ("72.1 %", 100.0 * to_end(&orthogonal, 1)),
        ],
    );
    let (none, one) = (
        run("beginning", 2, |_| {}, 0),
        run_b("beginning", 2, |_| {}, 0),
    );
    let four = run_b("beginning", 2, |e| e.network.forget_bias = Some(4.0), 0);
    say(
        "beginning",
        2,
        &[
            ("9.2 · 10^(-12)", to_end(&none, 1)),
            ("1.4 · 10^(-5)", to_end(&one, 1)),
            ("73.0 %", 100.0 * to_end(&four, 1)),
        ],
    );
    let (zero, one) = (
        run("beginning", 3, |_| {}, 0),
        run_b("beginning", 3, |_| {}, 0),
    );
    say(
        "beginning",
        3,
        &[
            ("3.5 · 10^(-7)", to_end(&zero, 1)),
            ("1.36", to_end(&one, 1)),
        ],
    );
    let (zero, one) = (
        run("beginning", 3, |_| {}, 500),
        run_b("beginning", 3, |_| {}, 500),
    );
    assert!(held_out(&one) > 0.95 && held_out(&zero) < 0.6);
    let five = run("beginning", 4, |_| {}, 0);
    let two = run("beginning", 4, |e| e.network.forget_bias = Some(1.0), 0);
    assert!(to_end(&two, 1) > 0.1);
    say("beginning", 4, &[("1.1 · 10^(-11)", to_end(&five, 1))]);
}

/// All that a step says, on one line, with the minus signs of a keyboard.
fn all_said(lesson: &str, step: usize) -> String {
    let entry = COURSE.iter().find(|it| it.slug == lesson).unwrap();
    let lesson = entry.lesson();
    let step = &lesson.steps[step - 1];
    let task = step.task.as_ref().unwrap();
    let parts = [step.text.said(), task.text.said(), task.then.said()];
    parts.join(" ").replace('−', "-").replace(',', "")
}

/// The number that `said` is, and half of its last digit.
fn number(said: &str) -> (f64, f64) {
    let said = said.trim_end_matches(" %");
    let (mantissa, exponent) = match said.split_once(" · 10^(") {
        Some((mantissa, exponent)) => (mantissa, exponent.trim_end_matches(')')),
        None => (said, "0"),
    };
    let scale = 10.0_f64.powi(exponent.parse().unwrap());
    let decimals = mantissa
        .split_once('.')
        .map_or(0, |(_, digits)| digits.len());
    let half = 0.5 * 10.0_f64.powi(-(decimals as i32));
    (scale * mantissa.parse::<f64>().unwrap(), scale * half)
}

#[test]
fn every_number_of_a_lesson_is_computed() {
    for ((lesson, step), stated) in facts() {
        let text = all_said(lesson, step);
        for (said, value) in stated {
            assert!(text.contains(said), "{lesson} {step}: {said} in {text}");
            let (number, half) = number(said);
            assert!(
                (number - value).abs() <= half * (1.0 + 1e-9),
                "{lesson} {step}: {said}, and it is {value}"
            );
        }
    }
}

/// No number with a decimal point stands in a lesson that nobody has computed.
#[test]
fn no_number_of_a_lesson_is_made_up() {
    let facts = facts();
    for entry in &COURSE {
        for step in 1..=entry.lesson().steps.len() {
            let known = facts.get(&(entry.slug, step)).cloned().unwrap_or_default();
            let text = all_said(entry.slug, step);
            let is_of_number = |char: char| char.is_ascii_digit() || char == '.';
            let words = text.split(|char: char| !is_of_number(char));
            let stated = words.map(|word| word.trim_matches('.'));
            for stated in stated.filter(|it| it.contains('.')) {
                let is_known = known.iter().any(|(said, _)| {
                    let digits = said.trim_start_matches('-');
                    digits == stated || digits.starts_with(&format!("{stated} "))
                });
                assert!(is_known, "{} {step}: {stated} in {text}", entry.slug);
            }
        }
    }
}

/// Brackets, quotes and lists by the ten thousand: a slip of an author's, or a file that is no lesson at all.
#[test]
fn whatever_is_written_is_answered_at_once() {
    for part in [
        "[", "> ", "- ", "*a ", "`", "$", "$$a", "<!--", "![", "# a\n", "```\n", "\n", "a\n",
        "$x$ ",
    ] {
        let before = std::time::Instant::now();
        let text = format!("# A\n\n## B\n\n{}", part.repeat(190_000 / part.len()));
        if let Err(error) = Lesson::from_text(&text) {
            assert!(error.to_string().len() < 500, "{part:?}");
        }
        assert!(before.elapsed().as_secs_f64() < 10.0, "{part:?}");
    }
}

/// What the guide says that a condition can be about is all there is.
#[test]
fn the_guide_lists_what_can_be_observed() {
    let page = include_str!("../docs/src/lesson.md");
    for (name, _) in shown_quantities() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    for (place, entry) in COURSE.iter().enumerate() {
        let file = format!("assets/lessons/{:02}-{}.md", place + 1, entry.slug);
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(text, entry.text());
    }
}
