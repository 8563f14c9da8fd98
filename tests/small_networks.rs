//! Small networks that people have asked about in public, each a file beside the program, with the right answers: they
//! were computed independently, in PyTorch's float64 or by hand.

mod support;

use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{Experiment, NumberTable, SmallNetwork, Snapshot, Trainer, Wanted};
use support::{log10, snapshot as snapshot_of};

/// To the last digit that the answers are given with: twelve for the longest.
const TOLERANCE: f64 = 1e-10;

fn look(text: &str) -> (Trainer, Snapshot) {
    let experiment = Experiment::from_text(text).unwrap();
    let mut trainer = Trainer::new(experiment);
    let wanted = Wanted {
        inputs: true,
        ..Wanted::default()
    };
    let snapshot = trainer.snapshot(wanted, &Interrupt::default()).unwrap();
    (trainer, snapshot)
}

fn named(slug: &str) -> &'static str {
    let mut all = SmallNetwork::ALL.iter();
    all.find(|network| network.slug == slug).unwrap().text
}

fn assert_near(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0),
        "{what}: {found}, not {expected}"
    );
}

/// The gradients of the probe, by a step of plain gradient descent with η = 1 on the only sequence there is: what the
/// program itself does with them.
fn gradients(text: &str) -> Vec<(String, Vec<f64>)> {
    let mut experiment = Experiment::clone(&Experiment::from_text(text).unwrap());
    experiment.training.learning_rate = 1.0;
    experiment.training.truncate = 0;
    let mut trainer = Trainer::new(experiment.check().unwrap());
    let before = trainer.network().parameters.clone();
    trainer.step(&Interrupt::default());
    let after = trainer.network().parameters.tensors();
    let pairs = before.tensors().zip(after);
    pairs
        .map(|((tensor, before), (_, after))| {
            let steps = before
                .iter()
                .zip(after)
                .map(|(before, after)| before - after);
            (tensor.name.to_string(), steps.collect())
        })
        .collect()
}

fn assert_gradients(text: &str, expected: &[(&str, f64)]) {
    let found = gradients(text);
    for (name, expected) in expected {
        let (_, numbers) = found.iter().find(|(found, _)| found == name).unwrap();
        assert_near(numbers[0], *expected, name);
    }
}

fn assert_state_gradients(snapshot: &Snapshot, expected: &[f64]) {
    let steps = &snapshot.probe.flow.steps;
    assert_eq!(steps.len(), expected.len());
    for (step, expected) in steps.iter().zip(expected) {
        assert_near(step.dl_do.value(), *expected, "dl_do");
    }
}

#[test]
fn explicit_differentiation() {
    let text = named("explicit-differentiation");
    let (_, snapshot) = look(text);
    assert_eq!(snapshot.probe.states, [7.0, 38.0, 167.0]);
    assert_gradients(text, &[("w_i", 11.0), ("w_h", 66.0), ("b", 5.0)]);
    assert_state_gradients(&snapshot, &[4.0, 1.0]);
    assert_near(snapshot.probe.flow.dl_do_0.value(), 16.0, "dl_do_0");
    // There is no read-out to learn.
    assert!(!snapshot.moment.network.parameters.has_read_out());
    assert!(!snapshot.probe.flow.read_out_learns);
    // δ_t w_i
    for (found, expected) in snapshot.probe.dl_dx.iter().zip([20.0, 5.0]) {
        assert_near(found.value(), expected, "dl_dx");
    }
}

#[test]
fn gradients_at_both_steps() {
    let text = named("gradients-at-both-steps");
    let (_, snapshot) = look(text);
    assert_near(snapshot.probe.states[1], 1.06, "o_1");
    assert_near(snapshot.probe.states[2], 2.60106, "o_2");
    assert_gradients(text, &[("w_i", 2.8003), ("w_h", 1.06), ("b", 2.001)]);
    // 0.001 (1 + 0.001), which is rounded to 0.001 where it was asked.
    assert_near(snapshot.probe.flow.dl_do_0.value(), 0.001_001, "dl_do_0");
}

#[test]
fn truncation() {
    let text = named("truncation");
    let (_, snapshot) = look(text);
    assert_near(snapshot.probe.states[5], 0.271_248, "o_5");
    assert_near(snapshot.probe.loss, 0.531_079_477_50, "L");
    assert_gradients(
        text,
        &[("w_h", -0.464_535_674_88), ("w_i", -1.317_816_816_64)],
    );
    assert_state_gradients(
        &snapshot,
        &[
            -0.188_892_518_4,
            -0.314_820_864,
            -0.524_701_44,
            -0.874_502_4,
            -1.457_504,
        ],
    );
    // The cut is counted from the end, between steps 3 and 4.
    assert!(snapshot.probe.cut_off.unwrap() > 0.1);
}

#[test]
fn a_worked_example() {
    let text = named("worked-example");
    let (_, snapshot) = look(text);
    assert_near(snapshot.probe.states[1], 0.462_117_157_26, "o_1");
    assert_near(snapshot.probe.states[2], 0.780_329_185_04, "o_2");
    assert_near(snapshot.probe.loss, 0.198_761_506_88, "L");
    assert_gradients(
        text,
        &[
            ("w_i", -1.666_958_310_95),
            ("w_h", -0.317_604_841_32),
            ("w_o", -0.755_687_438_44),
        ],
    );
    assert_state_gradients(&snapshot, &[-0.371_790_949_98, -1.757_366_519_69]);
}

/// What is typed in the place of the probe of a task that brings its own sequences.
#[test]
fn a_probe_of_ones_own_for_another_task() {
    let snapshot = snapshot_of(|e| {
        e.task.kind = bptt_scope::tasks::TaskKind::Adding;
        e.task.length = 2;
        e.probe.inputs = NumberTable::of_rows(&[vec![0.25, 1.0], vec![0.5, 1.0]]).unwrap();
        e.probe.targets = NumberTable::of_rows(&[vec![0.75]]).unwrap();
    });
    assert_eq!(snapshot.probe.batch.vector(1, 0), Some(&[0.5, 1.0][..]));
    assert_eq!(snapshot.probe.target, 0.75);
}

#[test]
fn a_state_without_input() {
    for (w_h, expected) in [
        (0.5, 4.4995e-4),
        (0.9, 0.14760),
        (1.0, 0.20329),
        (1.1, 0.11727),
        (1.5, 2.3667e-4),
        (2.0, 3.5583e-8),
        (-2.0, -3.5583e-8),
    ] {
        let text = named("state-without-input").replace("w_h = 1.0", &format!("w_h = {w_h:?}"));
        let (_, snapshot) = look(&text);
        let found = snapshot.probe.flow.from_initial_state().value();
        // Five digits are given.
        assert!((found / expected - 1.0).abs() < 5e-5, "{w_h}: {found}");
    }
}

/// σ(b)^100 along c; the loss's own gradient is along c but for the way through the read-out at the last step.
#[test]
fn a_forget_gate_alone() {
    for (bias, expected) in [
        (0.0, -30.102_999_566_40),
        (1.0, -13.604_782_228_09),
        (2.0, -5.512_413_479_49),
        (5.0, -0.291_643_879_29),
    ] {
        let text =
            named("forget-gate").replace("forget_bias = 1.0", &format!("forget_bias = {bias:?}"));
        let (_, snapshot) = look(&text);
        let steps = &snapshot.probe.flow.steps;
        let found = log10(steps[0].dl_do) - log10(steps[99].dl_do);
        // From step 100 back to step 1 are 99 of the 100 factors.
        assert_near(found / 99.0, expected / 100.0, "log10 of a factor");
    }
}

#[test]
fn every_small_network_opens_and_names_its_source() {
    for network in SmallNetwork::ALL {
        let (_, snapshot) = look(network.text);
        assert!(snapshot.probe.loss.is_finite(), "{}", network.slug);
        let experiment = network.experiment();
        assert_eq!(
            *experiment, **snapshot.moment.experiment,
            "{}",
            network.slug
        );
        // What is written is read back, with every key that followed from the numbers.
        let again = Experiment::from_text(&experiment.to_text()).unwrap();
        assert_eq!(again, experiment, "{}", network.slug);
        assert!(!network.meaning().is_empty());
    }
}

/// Targets of a class that does not exist, and what else does not fit: one message with the line and the remedy.
#[test]
fn what_does_not_fit_is_refused_by_name() {
    let own = "[network]\nweights = { w_i = [[1]], w_h = [[1]], w_o = [[1], [2]] }\n[probe]\ninputs = [[1], [2]]\n";
    for (text, told) in [
        (
            "[task]\nkind = \"temporal-order-4\"\n[probe]\ntargets = [[4]]\n".to_owned(),
            "line 4: probe.targets has 4 in row 1: there are the classes 0 to 3",
        ),
        (
            "[task]\nkind = \"latch\"\n[probe]\ntargets = [[2]]\n".to_owned(),
            "line 4: probe.targets has 2 in row 1: two classes take 0 or 1, or a number between them",
        ),
        (
            format!("[data]\nloss = \"cross-entropy\"\n{own}targets = [[0], [2]]\n"),
            "line 7: probe.targets has 2 in row 2: there are the classes 0 to 1",
        ),
        (
            "[data]\nloss = \"cross-entropy\"\n[probe]\ninputs = [[1]]\ntargets = [[1e18]]\n"
                .to_owned(),
            "line 5: probe.targets has the class 1000000000000000000: at most 10000 are taken, counted from 0",
        ),
        (
            format!("{own}targets = [[1]]\n"),
            "line 5: probe.targets has rows of 1, and an answer has 2 numbers",
        ),
        (
            format!("{own}targets = [[1, 2], [1, 2], [1, 2]]\n"),
            "line 5: probe.targets has 3 rows for 2 timesteps: it takes one row, of an answer at the end, or a row for each of them",
        ),
        (
            "[probe]\ninputs = [[1], [2]]\n".to_owned(),
            "line 1: nothing is asked: write probe.targets, one row for an answer at the end or a row for each timestep, or probe.state_gradients",
        ),
        (
            format!("{own}targets = [[1, 2]]\nstate = [1, 2]\n"),
            "line 6: probe.state has 2 numbers and takes 1 number: o of H = 1 for each layer",
        ),
        (
            format!("{own}state_gradients = [[1], [2]]\ntargets = [[1, 2]]\n"),
            "line 5: probe.state_gradients takes the place of a loss: leave it out, or probe.targets",
        ),
        (
            "[network]\nhidden = 2\nweights = { w_i = [[1]], w_h = [[1]] }\n".to_owned(),
            "line 2: network.hidden is 2 and network.weights are of 1: leave network.hidden out, or set it to 1",
        ),
        (
            "[network]\nweights = { w_i = [[1]], wh = [[1]] }\n".to_owned(),
            "line 2: network.weights: there is no tensor wh; did you mean w_h?",
        ),
        (
            "[network]\nweights = { w_i = [[1]], w_h = [[1, 2], [3]] }\n".to_owned(),
            "line 2: network.weights takes tensors by their names such as { w_i = [[5]], w_h = [[4]], w_o = [[1]] }, at most 20000 numbers, or the path of a file, or none, not this: w_h: row 2 has one number and row 1 has 2: every row takes as many",
        ),
        (
            "[task]\nkind = \"adding\"\nlength = 2\n[probe]\ninputs = [[1], [2]]\n".to_owned(),
            "line 5: probe.inputs has rows of 1, and the task adding reads 2 numbers",
        ),
        (
            "[task]\nkind = \"sentiment\"\n[probe]\ninputs = [[1]]\n".to_owned(),
            "line 4: probe.inputs are numbers, and this task reads words: set task.kind = data, or write probe.text",
        ),
    ] {
        let error = Experiment::from_text(&text).unwrap_err();
        assert_eq!(error.to_string(), told, "{text}");
    }
}
