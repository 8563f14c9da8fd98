//! One unit of a network that is not the lecture's: its step forward, the gradient's step back and what it adds to the
//! weights, gate by gate, as the cell says how it is written.

use crate::flow::{Magnitude, WorkedStep, WorkedUnit, counted};
use crate::rnn::{By, Cell, Equation, Node, Symbol, Wire};
use crate::scene::equation::{Block, EquationLine, Piece};
use crate::scene::formula::{Writer, applied, number, partial, piece};
use crate::scene::words::subscript;

/// The unit that is worked out, and its timestep.
type Worked<'a> = (&'a WorkedUnit, WorkedStep<'a>);

impl Writer<'_> {
    fn cell(&self) -> &'static dyn Cell {
        self.numbers.snapshot.moment.network.cell.cell()
    }

    /// `LSTM, layer 2, unit 5 of 64`.
    fn of_unit(&self, unit: &WorkedUnit) -> String {
        let network = &self.numbers.snapshot.moment.experiment.network;
        let layer = match network.layers {
            1 => String::new(),
            layers => format!(", layer {} of {layers}", unit.layer + 1),
        };
        let of = match network.hidden {
            1 => String::new(),
            hidden => format!(", unit {} of {}", counted(unit.unit + 1), counted(hidden)),
        };
        format!("{}{layer}{of}", self.cell().name())
    }

    /// Every equation of the cell.
    pub fn forward_of_unit(&self, (unit, step): Worked<'_>) -> Block {
        let equations = self.cell().notation().equations.iter();
        let lines = equations.map(|Equation { of, is }| {
            let mut pieces = self.symbol((unit, step), *of);
            pieces.push(Piece::sign("="));
            pieces.extend(is.iter().flat_map(|it| self.symbol((unit, step), *it)));
            EquationLine::new(pieces)
        });
        Block {
            title: format!(
                "Forward, t = {}{}, {}",
                self.numbers.j,
                self.reading(),
                self.of_unit(unit)
            ),
            lines: lines.collect(),
        }
    }

    /// A symbol with its number; a bias with the sign before it, or nothing where there is none.
    fn symbol(&self, (unit, step): Worked<'_>, symbol: Symbol) -> Vec<Piece> {
        let (cell, j) = (self.cell(), self.numbers.j);
        let (at, before) = (subscript(j), subscript(j - 1));
        let of = |block: usize| match self.block(block) {
            "" => ("", String::new()),
            letter => (letter, format!(" of gate {letter}")),
        };
        let bias = |numbers: &[f64], kind: &str, block: usize, meaning: &str| {
            let (letter, name) = of(block);
            let bias = numbers.get(block).map(|bias| {
                let tex = format!("b_{{{kind}{letter}}}");
                [
                    Piece::sign("+"),
                    number(tex, *bias, &format!("the bias{name}"), meaning),
                ]
            });
            bias.map_or_else(Vec::new, Vec::from)
        };
        match symbol {
            Symbol::Sign(tex) => vec![Piece::sign(tex)],
            Symbol::Activation => {
                let activation = self.numbers.snapshot.moment.experiment.network.activation;
                let around = applied(activation, "|");
                let opening = around.split('|').next().unwrap_or_default();
                let opening = if opening.is_empty() { "(" } else { opening };
                vec![Piece::sign(opening)]
            }
            Symbol::Input(block) => {
                let (letter, name) = of(block);
                let meaning = match unit.layer {
                    0 => "what this step's input brings".to_owned(),
                    below => format!("what layer {below} brings, which this one reads"),
                };
                let tex = format!(r"W_{{i{letter}}}\,{}", self.read_by(unit));
                let name = format!("Wᵢ x{at}{name}");
                vec![number(tex, step.input[block], &name, &meaning)]
            }
            Symbol::Recurrent(block) => {
                let (letter, name) = of(block);
                let (input, t) = self.recurrent_input(block);
                let tex = format!(r"W_{{h{letter}}}\,{input}_{{{t}}}");
                let name = format!("Wₕ {input}{}{name}", subscript(t));
                let meaning = match t == j {
                    true => format!("what {input} of all units brings"),
                    false => "what the states of all units before this step bring".to_owned(),
                };
                vec![number(tex, step.recurrent[block], &name, &meaning)]
            }
            Symbol::RecurrentInput(block, name) => vec![number(
                format!("{name}_{{{j}}}"),
                step.recurrent_inputs[block],
                &format!("{name}{at}"),
                "what the reset gate leaves of the state before, for the candidate",
            )],
            Symbol::InputBias(block) => bias(
                &unit.input_biases,
                "i",
                block,
                "added to what is read, the same at every step",
            ),
            Symbol::RecurrentBias(block) => bias(
                &unit.recurrent_biases,
                "h",
                block,
                "added to what comes from the states, the same at every step",
            ),
            Symbol::RecurrentSum(block, name) => {
                let bias = unit.recurrent_biases.get(block).copied();
                let sum = step.recurrent[block] + bias.unwrap_or_default();
                vec![number(
                    format!("{name}_{{{j}}}"),
                    sum,
                    &format!("{name}{at}"),
                    "what the states before bring to the candidate, which the reset gate multiplies",
                )]
            }
            Symbol::Gate(block) => {
                let letter = cell.blocks()[block];
                let meaning = match cell.carrying_gate() == Some(block) {
                    true => "the gate that says how much of the state is carried on",
                    false => "a gate, or the candidate, as it acts in this step",
                };
                let tex = format!("{letter}_{{{j}}}");
                let name = format!("{letter}{at}");
                vec![Piece {
                    colour: (cell.carrying_gate() == Some(block)).then_some(self.colours.carry),
                    ..number(tex, step.gates[block], &name, meaning)
                }]
            }
            Symbol::Before(part) => {
                let letter = self.part(part);
                let tex = format!("{letter}_{{{}}}", j - 1);
                let name = format!("{letter}{before}");
                vec![number(
                    tex,
                    step.before[part],
                    &name,
                    "the state before this step",
                )]
            }
            Symbol::After(part) => {
                let letter = self.part(part);
                let tex = format!("{letter}_{{{j}}}");
                let name = format!("{letter}{at}");
                vec![number(
                    tex,
                    step.after[part],
                    &name,
                    "the state after this step",
                )]
            }
        }
    }

    /// The letter of a block; a cell of one has nothing to tell apart.
    fn block(&self, block: usize) -> &'static str {
        match self.cell().blocks() {
            [_] => "",
            blocks => blocks[block],
        }
    }

    /// What the layer of `unit` reads: the input, or the states of the layer below.
    fn read_by(&self, unit: &WorkedUnit) -> String {
        let j = self.numbers.j;
        match unit.layer {
            0 => format!("x_{{{j}}}"),
            below => format!("{}^{{({below})}}_{{{j}}}", self.part(0)),
        }
    }

    /// What the rows of a block of W_h are multiplied with, and its timestep: the state before, or a number of this step.
    fn recurrent_input(&self, block: usize) -> (&'static str, usize) {
        let (cell, j) = (self.cell(), self.numbers.j);
        match cell.recurrent_source(block) {
            Some(Node::Within(node)) => (cell.notation().within[node], j),
            _ => (self.part(0), j - 1),
        }
    }

    /// The letter of a part of the state. What is read out is h, whatever the lecture calls it.
    fn part(&self, part: usize) -> &'static str {
        match part {
            0 => self.numbers.read_letter(),
            part => self.cell().states()[part],
        }
    }

    /// From what comes to the state after the step to what goes on to the state before it, by every wire of the cell.
    pub fn back_through_unit(&self, worked: Worked<'_>) -> Block {
        let (unit, _) = worked;
        let j = self.numbers.j;
        let states = self.cell().states().len();
        let after = (0..states).filter(|part| self.has_line(unit, *part));
        let mut lines: Vec<EquationLine> = after
            .map(|part| self.gradient_line(worked, Node::After(part)))
            .collect();
        // What falls on a number comes from numbers behind it alone.
        let mut within: Vec<usize> = Vec::new();
        for wire in self.cell().wires().iter().rev() {
            if let Node::Within(node) = wire.from
                && !within.contains(&node)
            {
                within.push(node);
            }
        }
        lines.extend(
            within
                .into_iter()
                .map(|node| self.gradient_line(worked, Node::Within(node))),
        );
        lines.extend((0..states).map(|part| self.going_on(worked, part)));
        Block {
            title: format!(
                "The same unit back through step {}: γ is what comes from later steps and from the read-out",
                counted(j)
            ),
            lines,
        }
    }

    /// Whether more comes to a part of the state than what comes from later steps and from the read-out.
    fn has_line(&self, unit: &WorkedUnit, part: usize) -> bool {
        let from_above = part == 0 && !self.is_last_layer(unit);
        let mut wires = self.cell().wires().iter();
        from_above || wires.any(|wire| wire.from == Node::After(part))
    }

    fn is_last_layer(&self, unit: &WorkedUnit) -> bool {
        unit.layer + 1 == self.numbers.snapshot.moment.experiment.network.layers
    }

    /// ∂L/∂ of a number after the step or within it, with its number.
    fn gradient(&self, (unit, step): Worked<'_>, node: Node) -> Piece {
        let (j, at) = (self.numbers.j, subscript(self.numbers.j));
        match node {
            Node::After(part) => {
                let letter = self.part(part);
                if !self.has_line(unit, part) {
                    return self.arriving((unit, step), part);
                }
                piece(
                    partial("L", &format!("{letter}_{{{j}}}")),
                    step.of_after[part],
                    &format!("∂L/∂{letter}{at}"),
                    "what comes to it from everywhere, within this step, too",
                )
            }
            Node::Within(place) => {
                let name = self.cell().notation().within[place];
                let spoken = name.replace('_', " of ");
                let meaning = match self.is_multiplied(node) {
                    true => "what comes back to it through the weights",
                    false => "what falls on the sum before the activation",
                };
                piece(
                    partial("L", &self.within(place)),
                    step.of_within[place],
                    &format!("∂L/∂{spoken}"),
                    meaning,
                )
            }
            Node::Input | Node::Before(_) => Piece::default(),
        }
    }

    /// A number in between, in TeX.
    fn within(&self, place: usize) -> String {
        let (name, j) = (self.cell().notation().within[place], self.numbers.j);
        match name.split_once('_') {
            Some((a, gate)) => format!("{a}_{{{gate},{j}}}"),
            None => format!("{name}_{{{j}}}"),
        }
    }

    /// Whether it is a number in between that some rows of W_h are multiplied with.
    fn is_multiplied(&self, node: Node) -> bool {
        let mut wires = self.cell().wires().iter();
        let is_it = |wire: &Wire| wire.from == node && matches!(wire.by, By::RecurrentWeights(_));
        matches!(node, Node::Within(_)) && wires.any(is_it)
    }

    /// γ_t of a part of the state.
    fn arriving(&self, (_, step): Worked<'_>, part: usize) -> Piece {
        let meaning =
            "the loss's gradient that comes from later steps and from the read-out of this one";
        self.gamma(part, self.numbers.j, step.arriving[part], meaning)
    }

    fn gamma(&self, part: usize, t: usize, value: Magnitude, meaning: &str) -> Piece {
        let letter = self.part(part);
        piece(
            format!(r"\gamma^{{{letter}}}_{{{t}}}"),
            value,
            &format!("γ of {letter}{}", subscript(t)),
            meaning,
        )
    }

    /// ∂L/∂ of a number, as the sum over the wires that start there.
    fn gradient_line(&self, worked: Worked<'_>, node: Node) -> EquationLine {
        let (unit, _) = worked;
        let mut pieces = vec![self.gradient(worked, node), Piece::sign("=")];
        let mut terms: Vec<Vec<Piece>> = Vec::new();
        if let Node::After(part) = node {
            terms.push(vec![self.arriving(worked, part)]);
            if part == 0 && !self.is_last_layer(unit) {
                let name = format!("layer {}", unit.layer + 2);
                terms.push(vec![Piece::sign(format!(r"\text{{what {name} sends}}"))]);
            }
        }
        let wires = self.cell().wires().iter().enumerate();
        let of_node = wires.filter(|(_, wire)| wire.from == node);
        terms.extend(of_node.map(|(place, wire)| match (wire.by, node) {
            // It comes of all units alike, and nothing else does.
            (By::RecurrentWeights(_), Node::Within(within)) => {
                vec![self.through_weights(node, worked.1.of_within[within])]
            }
            _ => self.by_wire(worked, place, *wire),
        }));
        for (place, term) in terms.into_iter().enumerate() {
            if place > 0 {
                pieces.push(Piece::sign("+"));
            }
            pieces.extend(term);
        }
        EquationLine::new(pieces)
    }

    /// What comes along a wire of numbers: the gradient at its end times what it multiplies by.
    fn by_wire(&self, worked: Worked<'_>, place: usize, wire: Wire) -> Vec<Piece> {
        let (_, step) = worked;
        let tex = self.at_step(self.cell().notation().slopes[place]);
        let slope = number(
            tex,
            step.slopes[place],
            "this factor",
            "how fast the one grows with the other in this step",
        );
        vec![self.gradient(worked, wire.to), Piece::sign(r"\cdot"), slope]
    }

    /// TeX with the timestep in the place of t.
    fn at_step(&self, tex: &str) -> String {
        let j = self.numbers.j;
        tex.replace("_{t-1}", &format!("_{{{}}}", j - 1))
            .replace("_t", &format!("_{{{j}}}"))
    }

    /// What goes on to a part of the state before: by the direct way, and through the weights.
    fn going_on(&self, worked: Worked<'_>, part: usize) -> EquationLine {
        let (unit, step) = worked;
        let j = self.numbers.j;
        let wires = self.cell().wires().iter().enumerate();
        let mut of_part = wires.filter(|(_, wire)| wire.from == Node::Before(part));
        let by_way = step.carried[part].plus(step.through_gates[part]);
        let earlier = j.checked_sub(1).and_then(|t| unit.step(t));
        let arriving = earlier.map_or(by_way, |earlier| earlier.arriving[part]);
        let meaning = "what comes to the state before from this step and from the read-out there";
        let mut pieces = vec![self.gamma(part, j - 1, arriving, meaning)];
        pieces.push(Piece::sign("="));
        let mut is_first = true;
        if let Some((place, wire)) = of_part.clone().find(|(_, wire)| wire.by == By::Carry) {
            pieces.extend(self.by_wire(worked, place, *wire));
            is_first = false;
        }
        let mut through_weights = step.through_gates[part];
        for (place, wire) in of_part.clone().filter(|(_, wire)| wire.by == By::Numbers) {
            if !is_first {
                pieces.push(Piece::sign("+"));
            }
            pieces.extend(self.by_wire(worked, place, *wire));
            is_first = false;
            if let Node::Within(node) = wire.to {
                let by_wire = step.of_within[node].times(Magnitude::new(-step.slopes[place]));
                through_weights = through_weights.plus(by_wire);
            }
        }
        if of_part.any(|(_, wire)| matches!(wire.by, By::RecurrentWeights(_))) {
            if !is_first {
                pieces.push(Piece::sign("+"));
            }
            pieces.push(self.through_weights(Node::Before(part), through_weights));
        }
        let mut answers = self.numbers.snapshot.probe.answers.iter();
        let is_asked_before = answers.any(|answer| answer.t + 1 == j);
        if part == 0 && self.is_last_layer(unit) && is_asked_before {
            pieces.push(Piece::sign(format!(
                r"+ \text{{what the answer at }}{}\text{{ sends}}",
                j - 1
            )));
        }
        EquationLine::new(pieces)
    }

    /// What comes to `node` through the weights.
    fn through_weights(&self, node: Node, value: Magnitude) -> Piece {
        piece(
            self.back_through_weights(node),
            value,
            "through the weights",
            "what all units of the layer send back through the weights of their sums",
        )
    }

    /// Σ W_hᵀ δ, δ being what falls on the sums that `node` is added to, by W_h.
    fn back_through_weights(&self, node: Node) -> String {
        let cell = self.cell();
        let wires = cell.wires().iter().filter(|wire| wire.from == node);
        let ends = wires.filter_map(|wire| match (wire.by, wire.to) {
            (By::RecurrentWeights(block), Node::Within(end)) => Some((block, end)),
            _ => None,
        });
        let ends: Vec<(usize, usize)> = ends.collect();
        if let (Node::Within(_), &[(block, end)]) = (node, ends.as_slice()) {
            let (letter, gradient) = (self.block(block), partial("L", &self.within(end)));
            return format!(r"\textstyle\sum W_{{h{letter}}}^{{\top}} {gradient}");
        }
        let names = ends.iter().map(|(_, end)| cell.notation().within[*end]);
        let names = names.map(|name| name.split('_').next().unwrap_or(name));
        let mut nodes: Vec<&str> = names.collect();
        nodes.dedup();
        let gradients = nodes.iter().map(|name| partial("L", name));
        let gradients = gradients.collect::<Vec<_>>().join(r",\,");
        match nodes.len() {
            1 => format!(r"\textstyle\sum W_h^{{\top}} {gradients}"),
            _ => format!(r"\textstyle\sum W_h^{{\top}} \bigl({gradients}\bigr)"),
        }
    }

    /// What the step adds to the rows of the unit, block by block.
    pub fn terms_of_unit(&self, worked: Worked<'_>) -> Block {
        let (unit, step) = worked;
        let j = self.numbers.j;
        let blocks = self.cell().blocks();
        let lines = (0..blocks.len()).map(|block| {
            let letter = self.block(block);
            let (input, t) = self.recurrent_input(block);
            let mut pieces = Vec::new();
            for (by, kind, size, other) in [
                (
                    By::InputWeights(block),
                    "i",
                    step.read,
                    self.read_by(unit),
                ),
                (
                    By::RecurrentWeights(block),
                    "h",
                    step.recurrent_sizes[block],
                    format!("{input}_{{{t}}}"),
                ),
            ] {
                let wire = self.cell().wires().iter().find(|wire| wire.by == by);
                let Some(Node::Within(node)) = wire.map(|wire| wire.to) else {
                    continue;
                };
                if !pieces.is_empty() {
                    pieces.push(Piece::sign(r"\quad"));
                }
                let weight = format!("W_{{{kind}{letter}}}");
                pieces.extend([
                    piece(
                        format!(r"\Bigl({}\Bigr)_{{{j}}}", partial("L", &weight)),
                        step.of_within[node].times(size),
                        "the term of this step",
                        "what this step alone would change in the weights of this unit; of several their norm, with the sign of what falls on the sum",
                    ),
                    Piece::sign("="),
                    self.gradient(worked, Node::Within(node)),
                    Piece::sign(r"\cdot"),
                    piece(
                        format!(r"{{{other}}}^{{\top}}"),
                        size,
                        "what the weights were multiplied with",
                        "of several numbers their norm",
                    ),
                ]);
            }
            EquationLine::new(pieces)
        });
        Block {
            title: format!(
                "What step {} adds to the weights of this unit, {}",
                counted(j),
                self.of_unit(unit)
            ),
            lines: lines.collect(),
        }
    }
}
