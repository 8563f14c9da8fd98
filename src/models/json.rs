//! Tensors in JSON: names with nested lists of numbers.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::tensor::{Exactness, NamedTensor, ReadError};

/// Lists and sections that stand in each other at most.
const DEEPEST: usize = 12;

/// Names that are kept at most.
const MOST_TENSORS: usize = 10_000;

/// Every list of numbers in `bytes`, a JSON object, by its name; within sections the names are joined by dots, and of a
/// list of sections each key is one tensor, whose first dimension the list is. JSON's `null` is NaN. Texts are passed over.
///
/// # Errors
/// [`ReadError`] says where the text is no JSON, or which list has rows of different lengths.
pub fn tensors_of_json(bytes: &[u8]) -> Result<Vec<NamedTensor>, ReadError> {
    let mut found = Vec::new();
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let seed = Named {
        name: String::new(),
        depth: 0,
        found: &mut found,
    };
    seed.deserialize(&mut parser)
        .and_then(|()| parser.end())
        .map_err(|error| {
            ReadError(match error.classify() {
                serde_json::error::Category::Data => {
                    let text = error.to_string();
                    let what = text.split(" at line ").next().unwrap_or(&text);
                    format!("line {}: {what}", error.line().max(1))
                }
                serde_json::error::Category::Eof => {
                    format!(
                        "line {}: this is no JSON: it ends in the middle",
                        error.line()
                    )
                }
                _ => format!("line {}: this is no JSON", error.line().max(1)),
            })
        })?;
    Ok(found)
}

/// Whatever stands behind a name.
struct Named<'a> {
    name: String,
    depth: usize,
    found: &'a mut Vec<NamedTensor>,
}

/// What a list has been so far.
#[derive(Default)]
struct List {
    /// Of its parts, if they are numbers or lists of them.
    shape: Option<Vec<usize>>,
    values: Vec<f64>,
    count: usize,
}

/// What was found behind a name.
enum Found {
    Numbers(Vec<usize>, Vec<f64>),
    Other,
}

impl<'de> DeserializeSeed<'de> for Named<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let (name, depth) = (self.name, self.depth);
        let found = deserializer.deserialize_any(Anything {
            name: &name,
            depth,
            found: &mut *self.found,
        })?;
        if let Found::Numbers(shape, values) = found {
            keep(self.found, name, shape, values).map_err(D::Error::custom)?;
        }
        Ok(())
    }
}

/// Adds a tensor, or to one of the same name as a further part of it.
fn keep(
    found: &mut Vec<NamedTensor>,
    name: String,
    shape: Vec<usize>,
    values: Vec<f64>,
) -> Result<(), String> {
    if values.is_empty() {
        return Ok(());
    }
    if found.len() >= MOST_TENSORS {
        return Err(format!("there are more than {MOST_TENSORS} names"));
    }
    found.push(NamedTensor {
        name,
        shape,
        values,
        exactness: Exactness::Written,
    });
    Ok(())
}

struct Anything<'a> {
    name: &'a str,
    depth: usize,
    found: &'a mut Vec<NamedTensor>,
}

impl<'de> Visitor<'de> for Anything<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers by their names")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Found, E> {
        Ok(Found::Numbers(Vec::new(), vec![number as f64]))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Found, E> {
        Ok(Found::Numbers(Vec::new(), vec![number as f64]))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Found, E> {
        Ok(Found::Numbers(Vec::new(), vec![number]))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        Ok(Found::Numbers(Vec::new(), vec![f64::NAN]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom(format!(
                "more than {DEEPEST} lists and sections stand in each other"
            )));
        }
        let mut sum = List::default();
        let mut sections: Vec<Vec<NamedTensor>> = Vec::new();
        loop {
            let mut within = Vec::new();
            let part = list.next_element_seed(Part(Anything {
                name: self.name,
                depth: self.depth + 1,
                found: &mut within,
            }))?;
            let Some(part) = part else {
                break;
            };
            match part {
                Found::Numbers(shape, values) => {
                    sum.add(&shape, values)
                        .map_err(|what| A::Error::custom(format!("{}: {what}", self.name)))?;
                }
                Found::Other if !within.is_empty() => sections.push(within),
                Found::Other => {}
            }
        }
        for tensor in stacked(sections) {
            keep(self.found, tensor.name, tensor.shape, tensor.values).map_err(A::Error::custom)?;
        }
        Ok(match sum.shape {
            Some(inner) => {
                let shape = std::iter::once(sum.count).chain(inner).collect();
                Found::Numbers(shape, sum.values)
            }
            None => Found::Other,
        })
    }

    fn visit_map<M: MapAccess<'de>>(self, mut section: M) -> Result<Found, M::Error> {
        if self.depth >= DEEPEST {
            while section.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Found::Other);
        }
        while let Some(key) = section.next_key::<String>()? {
            let name = match self.name {
                "" => key,
                outer => format!("{outer}.{key}"),
            };
            section.next_value_seed(Named {
                name,
                depth: self.depth + 1,
                found: self.found,
            })?;
        }
        Ok(Found::Other)
    }
}

/// A part of a list.
struct Part<'a>(Anything<'a>);

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

impl List {
    fn add(&mut self, shape: &[usize], values: Vec<f64>) -> Result<(), String> {
        match &self.shape {
            Some(before) if before != shape => {
                return Err(format!(
                    "row {} has another length than the rows before it",
                    self.count + 1
                ));
            }
            Some(_) => {}
            None => self.shape = Some(shape.to_vec()),
        }
        self.values.extend(values);
        self.count += 1;
        Ok(())
    }
}

/// Of sections that follow each other, each key as one tensor, where every section has it in the same shape.
fn stacked(sections: Vec<Vec<NamedTensor>>) -> Vec<NamedTensor> {
    let count = sections.len();
    let mut sections = sections.into_iter();
    let Some(mut first) = sections.next() else {
        return Vec::new();
    };
    let mut parts = vec![1; first.len()];
    for section in sections {
        for tensor in section {
            let same = |it: &NamedTensor| it.name == tensor.name && it.shape == tensor.shape;
            if let Some(place) = first.iter().position(same) {
                first[place].values.extend(tensor.values);
                parts[place] += 1;
            }
        }
    }
    let whole = first.into_iter().zip(parts);
    let whole = whole.filter(|(_, parts)| *parts == count);
    whole
        .map(|(mut tensor, _)| {
            tensor.shape.insert(0, count);
            tensor
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shapes(text: &str) -> Vec<(String, Vec<usize>, usize)> {
        let tensors = tensors_of_json(text.as_bytes()).unwrap();
        tensors
            .into_iter()
            .map(|it| (it.name, it.shape, it.values.len()))
            .collect()
    }

    #[test]
    fn names_shapes_and_numbers() {
        let text = r#"{"w_h": [[1, 2.5], [null, 4]], "lr": 0.1, "by": "me",
            "gradients": {"b": [1, 2, 3]},
            "timesteps": [{"t": 1, "dl_do": [1, 2]}, {"t": 2, "dl_do": [3, 4]}]}"#;
        assert_eq!(
            shapes(text),
            [
                ("w_h".to_owned(), vec![2, 2], 4),
                ("lr".to_owned(), vec![], 1),
                ("gradients.b".to_owned(), vec![3], 3),
                ("timesteps.t".to_owned(), vec![2], 2),
                ("timesteps.dl_do".to_owned(), vec![2, 2], 4),
            ]
        );
        let tensors = tensors_of_json(text.as_bytes()).unwrap();
        assert!(tensors[0].values[2].is_nan());
        assert_eq!(tensors[4].values, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, told) in [
            (
                "{\"a\": [[1, 2],\n[3]]}",
                "line 2: a: row 2 has another length than the rows before it",
            ),
            (
                "{\"a\": 1",
                "line 1: this is no JSON: it ends in the middle",
            ),
            ("{\"a\": 1}\n}", "line 2: this is no JSON"),
            ("hello", "line 1: this is no JSON"),
        ] {
            assert_eq!(
                tensors_of_json(text.as_bytes()).unwrap_err().to_string(),
                told,
                "{text}"
            );
        }
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(20), "]".repeat(20));
        let told = tensors_of_json(deep.as_bytes()).unwrap_err().to_string();
        assert!(told.contains("stand in each other"), "{told}");
    }

    proptest! {
        #[test]
        fn strange_texts_are_answered(text in "[\\[\\]{}\",:0-9a-z \n.e-]{0,80}") {
            if let Ok(tensors) = tensors_of_json(text.as_bytes()) {
                for tensor in tensors {
                    prop_assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len());
                }
            }
        }
    }
}
