//! Every table is read back and compared with the snapshot, to the last bit.

mod answers;
mod fields;
mod one_moment;
mod series;

use super::super::sight::Sight;
use super::*;
use crate::flow::{Magnitude, Triangle};
use crate::scene::testing::{finding, looking_at, moment, moments};
use crate::scene::{Look, NoTable, View};
use crate::training::{Finding, Snapshot};

fn table(
    view: View,
    snapshot: &Snapshot,
    finding: Option<&Finding>,
    look: &Look,
) -> Result<Table, NoTable> {
    let sight = Sight {
        finding,
        ..Sight::new(snapshot, look)
    };
    sight.table(view)
}

fn csv_of(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_table(table, &mut bytes).unwrap();
    bytes
}

/// A table as it comes back from its CSV.
struct Read {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Read {
    fn of(view: View, snapshot: &Snapshot, look: &Look) -> Self {
        let found = finding(view, snapshot, look);
        let table = table(view, snapshot, found.as_ref(), look).unwrap();
        Self::new(&table)
    }

    fn new(table: &Table) -> Self {
        let bytes = csv_of(table);
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let fields = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect();
        let names = fields(reader.headers().unwrap());
        let rows = reader.records().map(|row| fields(&row.unwrap()));
        Self {
            names,
            rows: rows.collect(),
        }
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let place = self.names.iter().position(|other| other == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}: {:?}", self.names));
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    fn numbers(&self, name: &str) -> Vec<Option<f64>> {
        let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        self.texts(name).into_iter().map(number).collect()
    }

    /// The magnitudes of three columns; `None` where all are empty.
    fn magnitudes(&self, name: &str) -> Vec<Option<Magnitude>> {
        let signs = self.texts(&format!("{name}_sign"));
        let logarithms = self.numbers(&format!("{name}_log10"));
        let states = self.texts(&format!("{name}_state"));
        let fields = signs.into_iter().zip(logarithms).zip(states);
        fields
            .map(|((sign, log10), state)| {
                let negative = sign == "-1";
                Some(match (state, log10) {
                    ("", None) => {
                        assert_eq!(sign, "");
                        return None;
                    }
                    ("finite", Some(log10)) => Magnitude::Finite { negative, log10 },
                    ("zero", None) => Magnitude::Zero,
                    ("overflow", None) => Magnitude::Overflow { negative },
                    ("nan", None) => Magnitude::Nan,
                    other => panic!("{other:?}"),
                })
            })
            .collect()
    }
}

/// To the bit; NaN is NaN.
fn assert_numbers(found: &[Option<f64>], expected: impl IntoIterator<Item = f64>) {
    let bits = |value: f64| {
        if value.is_nan() {
            None
        } else {
            Some(value.to_bits())
        }
    };
    let found: Vec<_> = found.iter().map(|value| value.map(bits)).collect();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|value| Some(bits(value)))
        .collect();
    assert_eq!(found, expected);
}

fn assert_magnitudes(found: Vec<Option<Magnitude>>, expected: impl IntoIterator<Item = Magnitude>) {
    // Magnitudes of finite numbers compare by the value of log₁₀, which is never −0 beside 0 here.
    assert_eq!(found, expected.into_iter().map(Some).collect::<Vec<_>>());
}

#[test]
fn every_view_has_a_table_of_one_shape() {
    let first = moment(30, |_| {});
    for (name, snapshot) in moments() {
        for view in View::ALL {
            let look = Look::of(&snapshot);
            if let Some(reason) = view.refusal(&snapshot.moment.experiment) {
                let none = table(view, &snapshot, None, &look);
                assert_eq!(none, Err(reason));
                continue;
            }
            let read = Read::of(view, &snapshot, &look);
            // A W_h without a spectral radius cannot be scaled to another.
            let scalable = view != View::LANDSCAPE || name != "five NaN";
            assert_eq!(read.rows.is_empty(), !scalable, "{name} {view:?}");
            assert_eq!(read.names, Read::of(view, &first, &Look::of(&first)).names);
            let mut names = read.names.clone();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), read.names.len(), "{view:?} has a name twice");
        }
    }
}

#[test]
fn a_table_without_its_answer_says_so() {
    let (one, five) = (moment(0, |_| {}), moment(0, |e| e.network.hidden = 5));
    for snapshot in [&one, &five] {
        let look = Look::of(snapshot);
        for view in View::ALL {
            let asked = view.question(snapshot, &look).is_some();
            let none = table(view, snapshot, None, &look);
            if asked {
                assert_eq!(none, Err(NoTable::Unanswered(view.name())), "{view:?}");
                let other = if view == View::FLOATS {
                    View::SPECTRUM
                } else {
                    View::FLOATS
                };
                let other = finding(other, snapshot, &look);
                let wrong = table(view, snapshot, other.as_ref(), &look);
                assert_eq!(wrong, Err(NoTable::Unanswered(view.name())), "{view:?}");
            } else if view.refusal(&snapshot.moment.experiment).is_none() {
                assert!(none.is_ok(), "{view:?}");
            }
        }
    }
    let sentence = NoTable::Unanswered(View::FLOATS.name()).to_string();
    assert_eq!(sentence, "Floats has not been computed for this moment");
}
