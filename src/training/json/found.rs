//! What stands behind a key of a JSON text, looked at no deeper than it can be right.

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

/// Goes past a section.
struct Past;

impl TakeSection for Past {
    fn take<'de, M: MapAccess<'de>>(self, mut section: M) -> Result<(), M::Error> {
        while section.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'de> Deserialize<'de> for FoundValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = SectionOr(Past).deserialize(deserializer)?;
        Ok(found.unwrap_or_else(Self::section))
    }
}

impl<'de, S: TakeSection> DeserializeSeed<'de> for SectionOr<S> {
    type Value = Option<FoundValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: TakeSection> Visitor<'de> for SectionOr<S> {
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
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(FoundValue::list()))
    }

    fn visit_map<M: MapAccess<'de>>(self, section: M) -> Result<Self::Value, M::Error> {
        self.0.take(section)?;
        Ok(None)
    }
}
