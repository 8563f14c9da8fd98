//! A trace as CSV: a row for each timestep, for spreadsheets and data frames.

use std::io::{self, Write};

use super::{TRACE_SCHEMA, Timestep, Trace};
use crate::export::{csv_error, csv_number};

/// What the columns are called, in front of those that have a column for each unit or input: `schema`, `step`,
/// `t`, `token`, `token_id`; the magnitudes `factor`, `to_end`, `from_first` each as `_sign`, `_log10` and
/// `_state`; `bound_log10`, `dl_do_log10`, `dl_do_state`. Behind them stand `x`, `a`, `o`, `f_prime`, `dl_do`
/// with one column each for one unit (or one input), otherwise `x_1`, `x_2`, … In place of `a`, `o`, `f_prime` and
/// `dl_do` a network that is not the lecture's has `h`, `c`, its gates, `dl_dh` and `dl_dc` of each layer: `h_l0_1`.
///
/// Numbers have as many digits as it takes to read back the same `f64`; one that is not there is empty, and one
/// that is not finite is `inf`, `-inf` or `NaN`. `token_id` counts from 0, `t` and the units and inputs in the names
/// of columns from 1.
pub const TRACE_COLUMNS: [&str; 17] = [
    "schema",
    "step",
    "t",
    "token",
    "token_id",
    "factor_sign",
    "factor_log10",
    "factor_state",
    "to_end_sign",
    "to_end_log10",
    "to_end_state",
    "from_first_sign",
    "from_first_log10",
    "from_first_state",
    "bound_log10",
    "dl_do_log10",
    "dl_do_state",
];

impl Trace {
    /// Writes the trace as CSV, with a row for each timestep below the names of the columns.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_csv(&self, out: impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns()).map_err(csv_error)?;
        for row in self.rows() {
            writer.write_record(row).map_err(csv_error)?;
        }
        writer.flush()
    }

    /// The fields of every timestep, in the order of [`Self::columns`].
    pub(in crate::export) fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.timesteps.iter().map(|step| self.row(step))
    }

    /// The names of the columns.
    pub(in crate::export) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = TRACE_COLUMNS.map(str::to_owned).to_vec();
        let Some(step) = self.timesteps.first() else {
            return columns;
        };
        for (name, values) in vectors(step) {
            match values.len() {
                1 => columns.push(name),
                count => columns.extend((1..=count).map(|index| format!("{name}_{index}"))),
            }
        }
        columns
    }

    fn row(&self, step: &Timestep) -> Vec<String> {
        let mut row = vec![
            TRACE_SCHEMA.to_owned(),
            self.step.to_string(),
            step.t.to_string(),
            step.token.clone().unwrap_or_default(),
            step.token_id.map_or(String::new(), |id| id.to_string()),
        ];
        for magnitude in [step.factor, step.to_end, step.from_first] {
            row.extend(magnitude.cells());
        }
        // Not finite says nothing here: the state says it.
        let known = |value: f64| {
            if value.is_nan() {
                String::new()
            } else {
                csv_number(value)
            }
        };
        row.extend([
            known(step.bound_log10),
            known(step.dl_do_log10),
            step.dl_do_state.name().to_owned(),
        ]);
        for (_, values) in vectors(step) {
            row.extend(values.iter().map(|value| csv_number(*value)));
        }
        row
    }
}

/// The vectors of a timestep with their names; those of a layer end with its number, as in PyTorch: `h_l0`.
fn vectors(step: &Timestep) -> Vec<(String, &[f64])> {
    let named = |name: &str, values| (name.to_owned(), values);
    let mut vectors = vec![
        named("x", step.x.as_deref().unwrap_or_default()),
        named("a", &step.a),
        named("o", &step.o),
        named("f_prime", &step.f_prime),
        named("dl_do", &step.dl_do),
    ];
    fn of_layer<'a>(name: &str, place: usize, values: &'a [f64]) -> (String, &'a [f64]) {
        (format!("{name}_l{place}"), values)
    }
    for (place, layer) in step.layers.iter().enumerate() {
        vectors.push(of_layer("h", place, &layer.h));
        vectors.push(of_layer("c", place, &layer.c));
        for (gate, values) in &layer.gates {
            vectors.push(of_layer(gate, place, &values.0));
        }
        vectors.push(of_layer("dl_dh", place, &layer.dl_dh));
        vectors.push(of_layer("dl_dc", place, &layer.dl_dc));
    }
    vectors.push(named("dl_dx", step.dl_dx.as_ref().map_or(&[], |it| &it.0)));
    vectors
}
