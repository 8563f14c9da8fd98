//! What stands behind a key of a JSON text, looked at no deeper and no longer than it can be right.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use toml::Value;

use crate::training::experiment_reading::FoundValue;

/// Whoever reads a section.
pub trait TakeSection {
    /// Takes its keys, all of them.
    ///
    /// # Errors
    /// What the parser says.
    fn take<'de, M: MapAccess<'de>>(self, section: M) -> Result<(), M::Error>;
}

/// Has a section read by another, and gives anything else as it is found; `None` for a section.
pub struct SectionOr<S>(pub S);

/// Values in the lists and sections of a key at most: more than the largest experiment has, and a few megabytes.
const MOST_VALUES: usize = 50_000;

/// Lists and sections that stand in each other at most.
const DEEPEST: usize = 4;

/// How much more is kept.
struct Room {
    values: usize,
    depth: usize,
    is_exceeded: bool,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            values: MOST_VALUES,
            depth: 0,
            is_exceeded: false,
        }
    }
}

/// A value in a list or a section, or nothing where there is no room for it. What JSON has no number for is NaN.
struct Within<'a>(&'a mut Room);

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let room = self.0;
        if room.values == 0 || room.depth == DEEPEST {
            room.is_exceeded = true;
            IgnoredAny::deserialize(deserializer)?;
            return Ok(None);
        }
        room.values -= 1;
        room.depth += 1;
        let found = kept(deserializer, room)?;
        room.depth -= 1;
        Ok(match found {
            FoundValue::Value(value) => Some(value),
            FoundValue::Nothing => Some(Value::Float(f64::NAN)),
            FoundValue::Beyond => {
                room.is_exceeded = true;
                None
            }
        })
    }
}

fn kept<'de, D: Deserializer<'de>>(
    deserializer: D,
    room: &mut Room,
) -> Result<FoundValue, D::Error> {
    let found = deserializer.deserialize_any(Looking::<Nobody> { taker: None, room })?;
    // Without anybody who takes sections there is always something found.
    Ok(found.unwrap_or(FoundValue::Nothing))
}

impl<'de> Deserialize<'de> for FoundValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut room = Room::default();
        let found = kept(deserializer, &mut room)?;
        Ok(if room.is_exceeded {
            Self::Beyond
        } else {
            found
        })
    }
}

impl<'de, S: TakeSection> DeserializeSeed<'de> for SectionOr<S> {
    type Value = Option<FoundValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let mut room = Room::default();
        let found = deserializer.deserialize_any(Looking {
            taker: Some(self.0),
            room: &mut room,
        })?;
        Ok(match (found, room.is_exceeded) {
            (Some(_), true) => Some(FoundValue::Beyond),
            (found, _) => found,
        })
    }
}

/// Nobody takes sections: they are kept.
enum Nobody {}

impl TakeSection for Nobody {
    fn take<'de, M: MapAccess<'de>>(self, _: M) -> Result<(), M::Error> {
        match self {}
    }
}

/// Keeps a value, but for a section that somebody takes.
struct Looking<'a, S> {
    taker: Option<S>,
    room: &'a mut Room,
}

impl<'de, S: TakeSection> Visitor<'de> for Looking<'_, S> {
    type Value = Option<FoundValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(FoundValue::Value(Value::Boolean(flag))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(FoundValue::Value(Value::Integer(number))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let whole = i64::try_from(number).map(Value::Integer);
        Ok(Some(whole.map_or(FoundValue::Beyond, FoundValue::Value)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(FoundValue::Value(Value::Float(number))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(FoundValue::Value(Value::String(text.to_owned()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Some(FoundValue::Nothing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Within(self.room))? {
            values.extend(value);
        }
        Ok(Some(FoundValue::Value(Value::Array(values))))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut section: M) -> Result<Self::Value, M::Error> {
        if let Some(taker) = self.taker {
            taker.take(section)?;
            return Ok(None);
        }
        let mut kept = toml::Table::new();
        while let Some(name) = section.next_key::<String>()? {
            if let Some(value) = section.next_value_seed(Within(self.room))? {
                kept.insert(name, value);
            }
        }
        Ok(Some(FoundValue::Value(Value::Table(kept))))
    }
}
