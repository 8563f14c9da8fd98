//! What a worksheet writes of any cell: that every line is true of the numbers below its symbols, and that the numbers
//! are those of the passes.

use bptt_scope::flow::{Magnitude, Probe, UnitPlace, WorkedStep, WorkedUnit};
use bptt_scope::rnn::{
    Activation, By, Cell, CellKind, Equation, Interrupt, Node, Parameter, ReadOut, Symbol,
};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Snapshot, Trainer, Wanted};

/// A moment with a unit worked out, for every cell and several tasks.
fn moments() -> Vec<(String, Snapshot)> {
    let mut moments = Vec::new();
    for cell in CellKind::ALL {
        for (layers, kind) in [
            (1, TaskKind::Sentiment),
            (2, TaskKind::Copy),
            (2, TaskKind::PrefixParity),
            (3, TaskKind::Latch),
        ] {
            for layer in 0..layers {
                let mut experiment = Experiment::default();
                experiment.task.kind = kind;
                experiment.task.length = 6;
                let network = &mut experiment.network;
                (network.cell, network.layers, network.hidden) = (*cell, layers, 3);
                (network.bias, network.b, network.o_0) = (true, 0.2, 0.3);
                if kind == TaskKind::Sentiment {
                    network.embedding = 4;
                }
                let mut trainer = Trainer::new(experiment.check().unwrap());
                let never = Interrupt::default();
                for _ in 0..3 {
                    trainer.step(&never);
                }
                let place = UnitPlace {
                    layer: Some(layer),
                    unit: 1,
                };
                let wanted = Wanted {
                    worksheet: Some(place),
                    ..Wanted::NOTHING
                };
                let snapshot = trainer.snapshot(wanted, &never).unwrap();
                moments.push((format!("{cell:?}, layer {layer}, {kind:?}"), snapshot));
            }
        }
    }
    moments
}

fn worked(snapshot: &Snapshot) -> &WorkedUnit {
    snapshot.probe.worked.as_deref().expect("it was asked for")
}

/// Arithmetic as it is written in TeX, with numbers for its symbols.
struct Reader<'a, N: Fn(&str) -> f64> {
    text: &'a str,
    number: N,
}

impl<N: Fn(&str) -> f64> Reader<'_, N> {
    fn value(text: &str, number: N) -> f64 {
        let mut reader = Reader { text, number };
        let value = reader.sum();
        assert_eq!(reader.text.trim(), "", "in {text}");
        value
    }

    fn take(&mut self, start: &str) -> bool {
        let trimmed = self.text.trim_start();
        let rest = trimmed.strip_prefix(start);
        self.text = rest.unwrap_or(trimmed);
        rest.is_some()
    }

    fn sum(&mut self) -> f64 {
        let mut sum = self.product();
        loop {
            if self.take("+") {
                sum += self.product();
            } else if self.take("-") {
                sum -= self.product();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut product = self.power();
        loop {
            if self.take(r"\odot")
                || !self.text.is_empty() && !self.text.starts_with([')', '+', '-'])
            {
                product *= self.power();
            } else {
                return product;
            }
        }
    }

    fn power(&mut self) -> f64 {
        let base = self.factor();
        if self.take("^2") { base * base } else { base }
    }

    fn factor(&mut self) -> f64 {
        for function in [r"\tanh'(", r"\tanh(", r"\sigma(", "("] {
            if self.take(function) {
                let x = self.sum();
                assert!(self.take(")"), "no end at {}", self.text);
                return match function {
                    r"\tanh'(" => 1.0 - x.tanh().powi(2),
                    r"\tanh(" => x.tanh(),
                    r"\sigma(" => 1.0 / (1.0 + (-x).exp()),
                    _ => x,
                };
            }
        }
        if self.take("1") {
            return 1.0;
        }
        let end = self.text.find([' ', ')', '^']).unwrap_or(self.text.len());
        let (symbol, rest) = self.text.split_at(end);
        self.text = rest;
        (self.number)(symbol)
    }
}

/// The symbols of a line as one text, each that has a number by the place of it among `numbers`.
fn written(symbols: &[Symbol], unit: &WorkedUnit, step: WorkedStep<'_>) -> (String, Vec<f64>) {
    let mut numbers = Vec::new();
    let mut text = String::new();
    for symbol in symbols {
        let number = match *symbol {
            Symbol::Sign(tex) => {
                text.push_str(tex);
                continue;
            }
            Symbol::Activation => {
                text.push_str(r"\tanh(");
                continue;
            }
            Symbol::InputBias(block) | Symbol::RecurrentBias(block) => {
                let is_of_input = matches!(symbol, Symbol::InputBias(_));
                let biases = match is_of_input {
                    true => &unit.input_biases,
                    false => &unit.recurrent_biases,
                };
                // The lecture's layer has one bias.
                let Some(bias) = biases.get(block) else {
                    continue;
                };
                text.push('+');
                *bias
            }
            ref other => number_of(other, unit, step),
        };
        text.push_str(&format!(" n{} ", numbers.len()));
        numbers.push(number);
    }
    (text, numbers)
}

fn number_of(symbol: &Symbol, unit: &WorkedUnit, step: WorkedStep<'_>) -> f64 {
    match *symbol {
        Symbol::Input(block) => step.input[block],
        Symbol::Recurrent(block) => step.recurrent[block],
        Symbol::RecurrentInput(block, _) => step.recurrent_inputs[block],
        Symbol::RecurrentSum(block, _) => step.recurrent[block] + unit.recurrent_biases[block],
        Symbol::Gate(block) => step.gates[block],
        Symbol::Before(part) => step.before[part],
        Symbol::After(part) => step.after[part],
        other => panic!("{other:?} has no number of its own"),
    }
}

/// Both sides of every equation. A dozen roundings of numbers near 1 are below 1e-14.
#[test]
fn every_equation_is_true_of_its_numbers() {
    for (name, snapshot) in moments() {
        assert_eq!(snapshot.moment.network.activation, Activation::Tanh);
        let (cell, unit) = (snapshot.moment.network.cell.cell(), worked(&snapshot));
        for t in 1..=snapshot.len() {
            let step = unit.step(t).unwrap();
            for Equation { of, is } in cell.notation().equations {
                let (text, numbers) = written(is, unit, step);
                let right = Reader::value(&text, |symbol| {
                    numbers[symbol[1..].parse::<usize>().unwrap()]
                });
                let left = number_of(of, unit, step);
                assert!(
                    (left - right).abs() < 1e-14,
                    "{name}, t = {t}: {left} and {right} in {text}"
                );
            }
        }
    }
}

/// A symbol of a slope, such as `c_{t-1}`.
fn symbol_value(cell: &dyn Cell, unit: &WorkedUnit, step: WorkedStep<'_>, symbol: &str) -> f64 {
    let (letter, time) = symbol.split_once('_').expect("with its time");
    let part = cell.states().iter().position(|state| *state == letter);
    let block = cell.blocks().iter().position(|block| *block == letter);
    match (letter, time, part, block) {
        (_, "{t-1}", Some(part), _) => step.before[part],
        (_, "t", Some(part), None) => step.after[part],
        (_, "t", _, Some(block)) => step.gates[block],
        ("q", "t", ..) => step.recurrent[2] + unit.recurrent_biases[2],
        _ => panic!("{symbol} is no symbol of the cell"),
    }
}

/// What a wire multiplies by is what is written for it.
#[test]
fn every_slope_is_what_is_written() {
    let mut compared = 0;
    for (name, snapshot) in moments() {
        let (cell, unit) = (snapshot.moment.network.cell.cell(), worked(&snapshot));
        let notation = cell.notation();
        assert_eq!(notation.slopes.len(), cell.wires().len());
        for (place, (wire, tex)) in cell.wires().iter().zip(notation.slopes).enumerate() {
            let is_of_numbers = matches!(wire.by, By::Numbers | By::Carry);
            assert_eq!(is_of_numbers, !tex.is_empty(), "{name}: wire {place}");
            // f′ is a function that the experiment chooses.
            if !is_of_numbers || *tex == "f'(a_t)" {
                continue;
            }
            for t in 1..=snapshot.len() {
                let step = unit.step(t).unwrap();
                let right = Reader::value(tex, |symbol| symbol_value(cell, unit, step, symbol));
                let left = step.slopes[place];
                assert!(
                    (left - right).abs() < 1e-14,
                    "{name}, t = {t}, {tex}: {left} and {right}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 500);
}

/// The gradients of a unit against the backward pass in plain numbers, and every sum over wires against its terms.
/// 1e-12 of the largest is a thousand roundings.
#[test]
fn every_gradient_is_that_of_the_passes() {
    let never = Interrupt::default();
    for (name, snapshot) in moments() {
        let (network, unit) = (&snapshot.moment.network, worked(&snapshot));
        let (cell, hidden) = (network.cell.cell(), network.parameters.hidden());
        let w_h = network
            .parameters
            .matrix_of(Parameter::RecurrentWeights, unit.layer);
        let mut probe = Probe::new(&network.parameters);
        let batch = &snapshot.probe.batch;
        probe
            .run(network, batch, snapshot.probe.loss_function, &never)
            .unwrap();
        let record = &*probe.pass.layers()[unit.layer];
        let is_last = unit.layer + 1 == probe.pass.layers().len();
        let close = |found: Magnitude, expected: f64, what: &str| {
            let error = (found.value() - expected).abs();
            assert!(
                error < 1e-12 * expected.abs().max(1e-3),
                "{name}: {what}: {found} and {expected}"
            );
        };
        for t in 1..=snapshot.len() {
            let step = unit.step(t).unwrap();
            for (place, wire) in cell.wires().iter().enumerate() {
                match (wire.by, wire.to) {
                    (By::InputWeights(block), Node::Within(node)) => {
                        let delta = record.delta(t)[block * hidden + unit.unit];
                        close(step.of_within[node], delta, "δ");
                    }
                    (By::RecurrentWeights(block), Node::Within(node)) => {
                        let delta = record.recurrent_delta(t)[block * hidden + unit.unit];
                        close(step.of_within[node], delta, "δ of W_h");
                    }
                    (By::Carry, Node::After(part)) => {
                        let carried = step.of_after[part].value() * step.slopes[place];
                        let Node::Before(part) = wire.from else {
                            panic!("what is carried on is a part of the state");
                        };
                        close(step.carried[part], carried, "the direct way");
                    }
                    _ => {}
                }
            }
            for part in 0..cell.states().len() {
                let gamma = record.state_gradient(part, t)[unit.unit];
                close(step.arriving[part], gamma, "γ");
                let mut before = record.state_gradient(part, t - 1)[unit.unit];
                let is_asked = batch.read_out == ReadOut::AtEveryStep && t > 1;
                if is_asked && part == 0 && is_last {
                    before -= probe.pass.from_read_out(t - 1)[unit.unit];
                }
                let goes_on = step.carried[part].value() + step.through_gates[part].value();
                close(Magnitude::new(goes_on), before, "what goes on");
            }
            for node in 0..cell.notation().within.len() {
                let wires = cell.wires().iter().enumerate();
                let of_node = wires.filter(|(_, wire)| wire.from == Node::Within(node));
                let sum: f64 = of_node
                    .map(|(place, wire)| {
                        // Through weights it comes from every unit.
                        if let By::RecurrentWeights(block) = wire.by {
                            let deltas = &record.recurrent_delta(t)[block * hidden..];
                            let rows = block * hidden..(block + 1) * hidden;
                            let terms = rows.zip(deltas);
                            return terms.map(|(row, d)| d * w_h[[row, unit.unit]]).sum();
                        }
                        let at_its_end = match wire.to {
                            Node::After(part) => step.of_after[part],
                            Node::Within(node) => step.of_within[node],
                            _ => panic!("wires run forward"),
                        };
                        at_its_end.value() * step.slopes[place]
                    })
                    .sum();
                close(step.of_within[node], sum, "the sum over the wires");
            }
        }
        assert_eq!(w_h.nrows(), cell.blocks().len() * hidden);
    }
}

/// A unit or a layer that is not there is taken for the nearest that is.
#[test]
fn a_place_outside_the_network_is_moved_inside() {
    let mut experiment = Experiment::default();
    (experiment.network.cell, experiment.network.hidden) = (CellKind::Gru, 2);
    let mut trainer = Trainer::new(experiment.check().unwrap());
    for (layer, unit, expected) in [(None, 0, 0), (Some(7), 9, 1)] {
        let wanted = Wanted {
            worksheet: Some(UnitPlace { layer, unit }),
            ..Wanted::NOTHING
        };
        let snapshot = trainer.snapshot(wanted, &Interrupt::default()).unwrap();
        assert_eq!(
            (worked(&snapshot).layer, worked(&snapshot).unit),
            (0, expected)
        );
    }
}
