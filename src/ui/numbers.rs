//! What is typed of a network and a sequence of one's own, before it is taken.

use crate::rnn::{Architecture, CellKind, Inputs, Loss, Parameter, Widths};
use crate::training::{
    CheckedExperiment, Experiment, GivenWeights, LossChoice, NumberTable, OutOfRange, OwnNumbers,
    ProbeSettings, Snapshot,
};

/// What is done with the window of one's own numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum NumbersAction {
    /// Show or hide it.
    Toggle,
    /// Show it, as it was left.
    Show,
    /// A table as it is typed now.
    Type(usize, String),
    /// The tables of another cell, or of so many layers.
    Choose(CellKind, usize),
    /// The numbers of what is on the screen.
    TakeOver,
    /// Read these numbers.
    Use,
}

/// What a table is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// x.
    Inputs,
    /// y.
    Targets,
    /// ∂L/∂h put in from outside.
    StateGradients,
    /// s_0.
    State,
    /// A tensor, by its name.
    Tensor(String),
}

/// A table as it is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What it is for.
    pub place: Place,
    /// Its numbers, or whatever stands there.
    pub text: String,
}

/// The tables, and whether they are on the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    is_open: bool,
    fields: Vec<Field>,
    /// The tables as they were taken over, or last used.
    taken: Vec<Field>,
    is_another: bool,
    /// The experiment's own numbers as they were taken over, or last used.
    of: (GivenWeights, ProbeSettings),
    /// What answers are compared with targets by, where that was taken over.
    loss: Option<Loss>,
    cell: CellKind,
    layers: usize,
}

/// What is wrong with what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The table, if it is one.
    pub field: Option<usize>,
    /// What is wrong with it.
    pub what: String,
}

/// Numbers of a tensor that are taken over from the screen at most: a larger one is nothing to type.
const MOST_TAKEN: usize = 2_000;

impl Numbers {
    /// Whether it is on the screen.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens or closes it.
    pub fn show(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// Whether nothing was ever typed or taken over.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The tables.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What the layers are made of, and how many there are.
    pub fn cell(&self) -> (CellKind, usize) {
        (self.cell, self.layers)
    }

    /// Whether something is typed that was not taken over or used.
    pub fn is_typed(&self) -> bool {
        self.fields != self.taken
    }

    /// Whether something is typed that `now` does not have.
    pub fn is_new_to(&self, now: &Experiment) -> bool {
        let is_own = now.is_own_sequence() && now.has_own_weights();
        let is_taken = (&self.of.0, &self.of.1) == (&now.network.weights, &now.probe);
        self.is_typed() || !is_own || !is_taken
    }

    /// What is typed is used now.
    pub fn used(&mut self, by: &Experiment) {
        self.is_another = false;
        self.of = (by.network.weights.clone(), by.probe.clone());
        self.taken.clone_from(&self.fields);
    }

    /// The table number `index` is typed as `text` now.
    pub fn write(&mut self, index: usize, text: String) {
        if let Some(field) = self.fields.get_mut(index) {
            field.text = text;
        }
    }

    /// The tables of another cell: what is typed of the sequence stays, and of tensors that have the same name.
    pub fn choose(&mut self, cell: CellKind, layers: usize) {
        let before = std::mem::take(&mut self.fields);
        self.lay_out(cell, layers);
        for field in &mut self.fields {
            if let Some(old) = before.iter().find(|old| old.place == field.place) {
                field.text.clone_from(&old.text);
            }
        }
    }

    /// Empty tables.
    fn lay_out(&mut self, cell: CellKind, layers: usize) {
        let places = [
            Place::Inputs,
            Place::Targets,
            Place::StateGradients,
            Place::State,
        ];
        let names = tensor_names(cell, layers).into_iter().map(Place::Tensor);
        let fields = places.into_iter().chain(names).map(|place| Field {
            place,
            text: String::new(),
        });
        self.fields = fields.collect();
        (self.cell, self.layers) = (cell, layers);
    }

    fn put(&mut self, place: &Place, table: &NumberTable) {
        if let Some(field) = self.fields.iter_mut().find(|it| it.place == *place) {
            field.text = table.to_lines();
        }
    }

    /// The numbers of `snapshot`: the weights as they are now, the sequence as it is shown. Where words are read, or the
    /// network is too large to be typed, a small one.
    pub fn take_over(&mut self, snapshot: &Snapshot) {
        self.is_another = !self.write_down(snapshot);
        let loss = snapshot.probe.loss_function;
        self.loss = (!self.is_another && loss != Loss::Linear).then_some(loss);
        self.taken.clear();
        if !self.is_another {
            self.used(&snapshot.moment.experiment);
        }
    }

    /// Whether it is another network than the one on the screen, of which there is nothing to type: it reads words, or has
    /// too many weights.
    pub fn is_another(&self) -> bool {
        self.is_another
    }

    /// Whether what is on the screen could be written down; if not, a small network is.
    fn write_down(&mut self, snapshot: &Snapshot) -> bool {
        let (network, probe) = (&snapshot.moment.network, &snapshot.probe);
        let experiment = &snapshot.moment.experiment;
        let width = match &probe.batch.inputs {
            Inputs::Dense { width, .. } => Some(*width),
            Inputs::Tokens(_) => None,
        };
        let is_small = network.parameters.count() <= MOST_TAKEN;
        self.lay_out(network.cell, experiment.network.layers);
        let Some(width) = width.filter(|_| is_small) else {
            self.begin_small();
            return false;
        };
        for (name, table) in GivenWeights::of(&network.parameters).iter() {
            self.put(&Place::Tensor(name.to_owned()), table);
        }
        if let Inputs::Dense { values, .. } = &probe.batch.inputs {
            self.put(
                &Place::Inputs,
                &NumberTable::of_values(width, values.clone()),
            );
        }
        let targets = &probe.batch;
        let table = NumberTable::of_values(targets.target_width, targets.targets.clone());
        let place = match probe.is_put_in() {
            true => Place::StateGradients,
            false => Place::Targets,
        };
        self.put(&place, &table);
        if network.s_0.iter().any(|number| *number != 0.0) {
            self.put(&Place::State, &NumberTable::list(network.s_0.clone()));
        }
        true
    }

    /// A network of one unit and three timesteps, to begin with.
    fn begin_small(&mut self) {
        self.lay_out(CellKind::Elman, 1);
        for (place, text) in [
            (Place::Inputs, "1\n0.5\n-0.5"),
            (Place::Targets, "1"),
            (Place::Tensor("w_i".to_owned()), "0.5"),
            (Place::Tensor("w_h".to_owned()), "0.9"),
            (Place::Tensor("w_o".to_owned()), "1"),
        ] {
            if let Some(field) = self.fields.iter_mut().find(|it| it.place == place) {
                text.clone_into(&mut field.text);
            }
        }
    }

    /// What is typed, in the experiment `now`.
    ///
    /// # Errors
    /// [`Problem`] names the first table that cannot be read, or does not fit.
    pub fn result(&self, now: &Experiment) -> Result<CheckedExperiment, Problem> {
        let mut own = OwnNumbers {
            loss: self.loss.and_then(LossChoice::of),
            ..OwnNumbers::default()
        };
        for (index, field) in self.fields.iter().enumerate() {
            let table = NumberTable::from_text(&field.text).map_err(|what| Problem {
                field: Some(index),
                what,
            })?;
            match &field.place {
                Place::Inputs => own.inputs = table,
                Place::Targets => own.targets = table,
                Place::StateGradients => own.state_gradients = table,
                Place::State => own.state = table,
                Place::Tensor(_) if table.is_empty() => {}
                Place::Tensor(name) => own.weights.insert(name, table),
            }
        }
        now.with_own(own).map_err(|error| self.problem(&error))
    }

    /// The table that `error` is about, and what is wrong with it.
    fn problem(&self, error: &OutOfRange) -> Problem {
        let (key, what) = (error.key(), error.to_string());
        let place = |name: &str| match name {
            "probe.inputs" => Some(Place::Inputs),
            "probe.targets" => Some(Place::Targets),
            "probe.state" => Some(Place::State),
            "probe.state_gradients" => Some(Place::StateGradients),
            _ => None,
        };
        let tensor = || {
            let name = what.strip_prefix("network.weights: ")?.split(' ').next()?;
            Some(Place::Tensor(name.to_owned()))
        };
        let place = place(key).or_else(tensor);
        let field = self
            .fields
            .iter()
            .position(|it| Some(&it.place) == place.as_ref());
        let what = what
            .replace("network.weights: ", "")
            .replace("probe.state_gradients", "∂L/∂h")
            .replace("probe.inputs", "x")
            .replace("probe.targets", "y")
            .replace("probe.state", "the first state");
        Problem { field, what }
    }
}

/// The names of the tensors, biases and read-out included.
fn tensor_names(cell: CellKind, layers: usize) -> Vec<String> {
    let layout = Architecture {
        cell,
        widths: Widths {
            inputs: 1,
            hidden: 1,
            layers,
            outputs: 1,
        },
        bias: true,
        has_read_out: true,
        embedding: None,
    }
    .layout();
    let tensors = layout.tensors();
    tensors.map(|(tensor, _)| tensor.name.to_string()).collect()
}

impl Place {
    /// What the table is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Inputs => "x",
            Self::Targets => "y",
            Self::StateGradients => "∂L/∂h",
            Self::State => "first state",
            Self::Tensor(name) => name,
        }
    }

    /// What is in it.
    pub fn meaning(&self, cell: CellKind) -> String {
        let blocks = cell.cell().blocks();
        let rows = match blocks.len() {
            1 => "H rows".to_owned(),
            count => format!("{count} · H rows, for the gates {}", blocks.join(", ")),
        };
        match self {
            Self::Inputs => "The inputs: a row for each timestep".to_owned(),
            Self::Targets => {
                "The targets: one row for an answer at the end, or a row for each timestep, nan where nothing is asked".to_owned()
            }
            Self::StateGradients => {
                "In the place of targets: the gradient that is put in from outside at each state, a row for each timestep".to_owned()
            }
            Self::State => format!(
                "The state before the first timestep: {} of H numbers for each layer; empty is {}",
                cell.cell().states().join(" and "),
                "o₀ in every unit"
            ),
            Self::Tensor(name) => match parameter_of(name) {
                Parameter::InputWeights => format!("Input weights: {rows}, a column for each input"),
                Parameter::RecurrentWeights => format!("Recurrent weights: {rows}, H columns"),
                Parameter::OutputWeights => {
                    "Read-out weights: a row for each number that is answered, H columns. Empty: the state is the answer".to_owned()
                }
                Parameter::OutputBias => "The bias of the read-out; may be empty".to_owned(),
                _ => "A bias; may be empty".to_owned(),
            },
        }
    }
}

fn parameter_of(name: &str) -> Parameter {
    match name {
        "w_i" => Parameter::InputWeights,
        "w_h" => Parameter::RecurrentWeights,
        "w_o" | "readout.weight" => Parameter::OutputWeights,
        "b_o" | "readout.bias" => Parameter::OutputBias,
        name if name.starts_with("weight_ih") => Parameter::InputWeights,
        name if name.starts_with("weight_hh") => Parameter::RecurrentWeights,
        _ => Parameter::HiddenBias,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Interrupt;
    use crate::training::{SmallNetwork, Trainer, Wanted};

    fn taken_over(experiment: CheckedExperiment) -> (Numbers, Experiment) {
        let now = Experiment::clone(&experiment);
        let mut trainer = Trainer::new(experiment);
        let never = Interrupt::default();
        let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
        let mut numbers = Numbers::default();
        numbers.take_over(&snapshot);
        (numbers, now)
    }

    #[test]
    fn what_is_taken_over_is_the_same_network_and_sequence() {
        for small in SmallNetwork::ALL {
            let experiment = small.experiment();
            let (numbers, now) = taken_over(experiment.clone());
            let again = numbers.result(&now).unwrap();
            let look = |experiment: CheckedExperiment| {
                let mut trainer = Trainer::new(experiment);
                let snapshot = trainer.snapshot(Wanted::default(), &Interrupt::default());
                snapshot.unwrap().probe
            };
            let (before, after) = (look(experiment), look(again));
            for (before, after) in before.flow.steps.iter().zip(&after.flow.steps) {
                assert_eq!((before.to_end, before.dl_do), (after.to_end, after.dl_do));
            }
            assert_eq!(before.loss, after.loss, "{}", small.slug);
        }
        // Words are no numbers: a small network to begin with.
        let (numbers, now) = taken_over(CheckedExperiment::default());
        assert_eq!(numbers.result(&now).unwrap().task.length, 3);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_table() {
        let (mut numbers, now) = taken_over(CheckedExperiment::default());
        let place = |numbers: &Numbers, name: &str| {
            let mut fields = numbers.fields().iter();
            fields.position(|field| field.place.name() == name).unwrap()
        };
        let w_h = place(&numbers, "w_h");
        for (text, what) in [
            ("0.9 x", "row 1: “x” is no number"),
            (
                "1 2\n3 4",
                "w_i has 1 row of 1, and W_h has 2 rows: both take as many",
            ),
        ] {
            numbers.write(w_h, text.to_owned());
            let problem = numbers.result(&now).unwrap_err();
            assert_eq!(problem.what, what);
            assert!(problem.field.is_some(), "{what}");
        }
        numbers.choose(CellKind::Lstm, 2);
        assert!(
            numbers
                .fields()
                .iter()
                .any(|it| it.place.name() == "weight_hh_l1")
        );
        // The sequence stays.
        let x = place(&numbers, "x");
        assert_eq!(numbers.fields()[x].text, "1\n0.5\n-0.5");
    }
}
