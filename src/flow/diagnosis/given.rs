//! A gradient that somebody else has computed: which numbers of it there are, and how exactly they are known.

use super::backward::Computed;
use crate::rnn::{Gradients, MemoryOrder, Network, Parameter};

/// How exactly numbers are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// The unit of rounding of the arithmetic they were computed in: 2^−53 for float64, 2^−24 for float32.
    pub unit: f64,
    /// Half a unit of the last decimal that is written, its root mean square over the numbers; 0 where all of them are.
    pub decimal: f64,
}

/// Of float64.
const DOUBLE: f64 = 1.0 / (1_u64 << 53) as f64;

/// Of float32.
const SINGLE: f64 = 1.0 / (1_u64 << 24) as f64;

impl Precision {
    /// Every digit of float64.
    pub const DOUBLE: Self = Self {
        unit: DOUBLE,
        decimal: 0.0,
    };

    /// Every digit of float32.
    pub const SINGLE: Self = Self {
        unit: SINGLE,
        decimal: 0.0,
    };

    /// Of numbers that are written in text, by the digits that they have: where none has more than nine they may have been
    /// computed in float32. What is behind the last digit that is written is not known: of up to eight decimals, as most
    /// programs print, or of up to nine digits, as they print what differs widely and as people round. Which of the two it is
    /// says the number of zeros that would have been left out at the end.
    pub fn of_written(values: &[f64]) -> Self {
        // Digits, and the power of ten of the first of them.
        let digits = |value: f64| {
            let written = format!("{:e}", value.abs());
            let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
            let significant = mantissa.len() - usize::from(mantissa.contains('.'));
            (significant as i32, exponent.parse().unwrap_or(0_i32))
        };
        let all = || {
            let known = values
                .iter()
                .filter(|value| value.is_finite() && **value != 0.0);
            known.map(|value| digits(*value))
        };
        let most = all().map(|(significant, _)| significant).max().unwrap_or(1);
        let decimals_of = |(significant, exponent): (i32, i32)| significant - 1 - exponent;
        let decimals = all().map(decimals_of).max().unwrap_or(0).max(0);
        let shorter_of_decimals = all().filter(|it| decimals_of(*it) < decimals).count();
        let shorter_of_digits = all().filter(|(significant, _)| *significant < most).count();
        let is_of_decimals = most > 9 || shorter_of_decimals <= shorter_of_digits;
        let is_single = values
            .iter()
            .all(|value| f64::from(*value as f32) == *value);
        let half = |power: i32| 0.5 * 10.0_f64.powi(power);
        let decimal = match decimals {
            0 => 0.0,
            1..=8 if is_of_decimals => half(-decimals),
            _ if most <= 9 => {
                let squares = all().map(|(_, exponent)| half(exponent - (most - 1)).powi(2));
                (squares.sum::<f64>() / values.len() as f64).sqrt()
            }
            _ => 0.0,
        };
        Self {
            unit: if most <= 9 || decimal > 0.0 || is_single {
                SINGLE
            } else {
                DOUBLE
            },
            decimal,
        }
    }
}

/// What a tensor of a gradient is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenPlace {
    /// A parameter of a layer, counted from 0.
    Parameter(Parameter, usize),
    /// A part of the state of the last layer at the timesteps 1 to n.
    States(usize),
    /// A part of the state of the last layer before the first timestep.
    FirstState(usize),
    /// The terms, one for each timestep, whose sum the gradient of a parameter of a layer is.
    Terms(Parameter, usize),
}

impl GivenPlace {
    /// Whether it is something that there is at each timestep.
    pub fn is_of_timesteps(self) -> bool {
        matches!(self, Self::States(_) | Self::Terms(..))
    }

    /// How many of it there are in `network` over `length` timesteps, from the slowest index on: of timesteps, rows and
    /// columns. `None` if there is no such tensor.
    pub fn sizes(self, network: &Network, length: usize) -> Option<Vec<usize>> {
        let hidden = network.parameters.hidden();
        let of_tensor = |parameter: Parameter, layer: usize| {
            let layout = network.parameters.layout();
            let is_of_no_layer = parameter.is_of_read_out() || parameter == Parameter::Embedding;
            let found = layout
                .tensor_of(parameter, layer)
                .or_else(|| layout.tensor(parameter).filter(|_| is_of_no_layer));
            let (tensor, _) = found.filter(|(tensor, _)| !tensor.is_empty())?;
            Some([tensor.rows, tensor.columns])
        };
        Some(match self {
            Self::States(_) => vec![length, hidden],
            Self::FirstState(_) => vec![1, hidden],
            Self::Parameter(parameter, layer) => of_tensor(parameter, layer)?.to_vec(),
            Self::Terms(parameter, layer) => {
                let [rows, columns] = of_tensor(parameter, layer)?;
                vec![length, rows, columns]
            }
        })
    }
}

/// One tensor of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenTensor {
    /// What it was called.
    pub name: String,
    /// What it is of.
    pub place: GivenPlace,
    /// Its numbers, row by row.
    pub values: Vec<f64>,
    /// How exactly they are known.
    pub precision: Precision,
}

impl GivenTensor {
    /// What `computed` has in its place, row by row.
    pub fn expected(&self, network: &Network, computed: &Computed) -> Vec<f64> {
        let cell = network.cell.cell();
        let hidden = network.parameters.hidden();
        let width = network.s_0.len();
        let of_top = width - cell.states().len() * hidden;
        let part = |state: &[f64], part: usize| {
            let first = of_top + part * hidden;
            state[first..first + hidden].to_vec()
        };
        match self.place {
            GivenPlace::States(of) => {
                let states = computed.states.iter().skip(1);
                states.flat_map(|state| part(state, of)).collect()
            }
            GivenPlace::FirstState(of) => part(&computed.states[0], of),
            GivenPlace::Parameter(parameter, layer) => {
                row_by_row(&computed.gradients, parameter, layer)
            }
            GivenPlace::Terms(parameter, layer) => {
                let terms = computed.terms.iter();
                terms
                    .flat_map(|term| row_by_row(term, parameter, layer))
                    .collect()
            }
        }
    }

    /// How many numbers there are of it at each timestep, or in each row.
    pub fn width(&self, network: &Network, length: usize) -> usize {
        let sizes = self.place.sizes(network, length).unwrap_or_default();
        sizes.iter().skip(1).product::<usize>().max(1)
    }

    /// The name of the number at `index`: row and column, or timestep and unit, counted from 1.
    pub fn name_of(&self, network: &Network, length: usize, index: usize) -> String {
        let width = self.width(network, length);
        let (row, column) = (index / width + 1, index % width + 1);
        match self.place {
            GivenPlace::States(_) | GivenPlace::Terms(..) if width == 1 => format!("t = {row}"),
            GivenPlace::States(_) => format!("t = {row}, unit {column}"),
            GivenPlace::FirstState(_) => format!("unit {}", index + 1),
            // A vector, or the one row of a read-out, is a column here.
            GivenPlace::Parameter(..) if width == 1 => format!("number {row}"),
            GivenPlace::Parameter(..) => format!("row {row}, column {column}"),
            GivenPlace::Terms(..) => {
                let sizes = self.place.sizes(network, length).unwrap_or_default();
                let columns = sizes.last().copied().unwrap_or(1).max(1);
                format!(
                    "t = {row}, row {}, column {}",
                    (column - 1) / columns + 1,
                    (column - 1) % columns + 1
                )
            }
        }
    }
}

/// Whether the terms of every timestep are needed to compare with `given`.
pub fn keeps_terms(given: &[GivenTensor]) -> bool {
    let mut places = given.iter().map(|tensor| tensor.place);
    places.any(|place| matches!(place, GivenPlace::Terms(..)))
}

/// The numbers of a parameter of a layer, or of the read-out, row by row.
fn row_by_row(gradients: &Gradients, parameter: Parameter, layer: usize) -> Vec<f64> {
    let layout = gradients.layout();
    let found = layout.tensor_of(parameter, layer);
    let found = found.or_else(|| layout.tensor(parameter));
    let Some((tensor, range)) = found else {
        return Vec::new();
    };
    let numbers = &gradients.values()[range];
    match tensor.order {
        MemoryOrder::Rows => numbers.to_vec(),
        MemoryOrder::Columns => (0..tensor.rows)
            .flat_map(|row| {
                (0..tensor.columns).map(move |column| numbers[column * tensor.rows + row])
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_numbers_are_judged_by_their_digits() {
        assert_eq!(Precision::of_written(&[11.0, 66.0, 5.0]), Precision::SINGLE);
        let cut = Precision::of_written(&[0.4646, -1.3178]);
        assert!((cut.decimal - 0.5e-4).abs() < 1e-18);
        // Four digits of each, as people round: the larger one is known less well.
        let rounded = Precision::of_written(&[-0.6018, -1.151]);
        let expected = (f64::midpoint(0.5e-4_f64.powi(2), 0.5e-3_f64.powi(2))).sqrt();
        assert!((rounded.decimal - expected).abs() < 1e-12, "{rounded:?}");
        // Ten digits, of which eight are decimals: numpy.
        let printed = Precision::of_written(&[12.345_678_91, 0.5]);
        assert!((printed.decimal - 0.5e-8).abs() < 1e-22);
        // With an exponent, as PyTorch prints what differs widely.
        let printed = Precision::of_written(&[3.211e-3, 1.2346e-5]);
        assert!((0.9e-9..0.5e-7).contains(&printed.decimal), "{printed:?}");
        let whole = Precision::of_written(&[-0.464_535_674_88, -1.317_816_816_64]);
        assert_eq!(whole, Precision::DOUBLE);
        assert_eq!(
            Precision::of_written(&[f64::from(0.1_f32)]).unit,
            Precision::SINGLE.unit
        );
    }
}
