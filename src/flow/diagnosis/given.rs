//! A gradient that somebody else has computed: which numbers of it there are, and how exactly they are known.

use super::backward::Computed;
use crate::rnn::{MemoryOrder, Network, Parameter};

/// How exactly numbers are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// The unit of rounding of the arithmetic they were computed in: 2^−53 for float64, 2^−24 for float32.
    pub unit: f64,
    /// Half a unit of the last decimal that is written; 0 where all of them are.
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

    /// Of numbers that are written in text, by how many digits they have: of up to nine they may have been computed in
    /// float32; and where no number has more than eight decimals, the others are not known.
    pub fn of_written(values: &[f64]) -> Self {
        let digits = |value: f64| {
            let written = format!("{:e}", value.abs());
            let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
            let significant = mantissa.len() - usize::from(mantissa.contains('.'));
            let exponent: i32 = exponent.parse().unwrap_or(0);
            // Behind the point.
            let decimals = (significant as i32 - 1 - exponent).max(0);
            (significant, decimals)
        };
        let all = || {
            values
                .iter()
                .filter(|value| value.is_finite())
                .map(|value| digits(*value))
        };
        let most = all()
            .map(|(significant, _)| significant)
            .max()
            .unwrap_or(17);
        let decimals = all().map(|(_, decimals)| decimals).max().unwrap_or(17);
        let is_single = values
            .iter()
            .all(|value| f64::from(*value as f32) == *value);
        let unit = if most <= 9 || is_single {
            SINGLE
        } else {
            DOUBLE
        };
        let decimal = match decimals {
            1..=8 if most <= 9 => 0.5 * 10.0_f64.powi(-decimals),
            _ => 0.0,
        };
        Self { unit, decimal }
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
                let layout = computed.gradients.layout();
                let found = layout.tensor_of(parameter, layer);
                let found = found.or_else(|| layout.tensor(parameter));
                let Some((tensor, range)) = found else {
                    return Vec::new();
                };
                let numbers = &computed.gradients.values()[range];
                match tensor.order {
                    MemoryOrder::Rows => numbers.to_vec(),
                    MemoryOrder::Columns => (0..tensor.rows)
                        .flat_map(|row| {
                            (0..tensor.columns)
                                .map(move |column| numbers[column * tensor.rows + row])
                        })
                        .collect(),
                }
            }
        }
    }

    /// The name of the number at `index`: row and column, or timestep and unit, counted from 1.
    pub fn name_of(&self, columns: usize, index: usize) -> String {
        let (row, column) = (index / columns.max(1) + 1, index % columns.max(1) + 1);
        match self.place {
            GivenPlace::States(_) if columns == 1 => format!("t = {row}"),
            GivenPlace::States(_) => format!("t = {row}, unit {column}"),
            GivenPlace::FirstState(_) => format!("unit {}", index + 1),
            GivenPlace::Parameter(..) => format!("row {row}, column {column}"),
        }
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
        let whole = Precision::of_written(&[-0.464_535_674_88, -1.317_816_816_64]);
        assert_eq!(whole, Precision::DOUBLE);
        assert_eq!(
            Precision::of_written(&[f64::from(0.1_f32)]).unit,
            Precision::SINGLE.unit
        );
    }
}
