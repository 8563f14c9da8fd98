//! The head of a trace: what stands before its many numbers.

use std::fmt;
use std::io::Read;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// What of a trace is wanted to open its experiment.
#[derive(Debug, Default, PartialEq)]
pub struct Head {
    pub schema: Option<Value>,
    pub experiment: Option<Value>,
    pub step: Option<u64>,
}

impl Head {
    /// Reads `source` until everything is found, or to where it ends or is no JSON any more.
    pub fn read(source: impl Read) -> Self {
        let mut head = Self::default();
        let mut json = serde_json::Deserializer::from_reader(source);
        // What was found before an error is found.
        let _ = json.deserialize_map(Search(&mut head));
        head
    }

    fn is_whole(&self) -> bool {
        self.schema.is_some() && self.experiment.is_some() && self.step.is_some()
    }
}

struct Search<'a>(&'a mut Head);

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a trace")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schema" => self.0.schema = Some(map.next_value()?),
                "experiment" => self.0.experiment = Some(map.next_value()?),
                "step" => self.0.step = map.next_value::<Value>()?.as_u64(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if self.0.is_whole() {
                return Err(M::Error::custom("the rest is not needed"));
            }
        }
        Ok(())
    }
}
