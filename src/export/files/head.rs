//! The head of a trace: what stands before its many numbers.

use std::io::Read;
use std::rc::Rc;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::training::json::{ExperimentSeed, Watch, json_from};
use crate::training::{CheckedExperiment, FoundValue, TextError};

/// What of a trace is wanted to open its experiment.
#[derive(Debug, Default)]
pub struct Head {
    pub schema: Option<FoundValue>,
    /// The experiment, or what is wrong with it.
    pub experiment: Option<Result<CheckedExperiment, TextError>>,
    /// The training step that is shown, if that can be read.
    pub step: Option<Option<u64>>,
    /// Why there may be more that was not found.
    pub trouble: Option<Trouble>,
}

/// Why reading ended before the end.
#[derive(Debug)]
pub enum Trouble {
    /// Something is wrong in the text.
    Text(TextError),
    /// It is longer than what may be read.
    TooLarge,
}

impl Head {
    /// Reads at most `most` bytes of `source`, until everything is found, or to where it ends or is no JSON any
    /// more. Nothing but what is wanted is kept of it.
    pub fn read(source: impl Read, most: u64) -> Self {
        let mut head = Self::default();
        let (mut json, watch) = json_from(source, most);
        let search = Search {
            head: &mut head,
            watch: Rc::clone(&watch),
        };
        // What was found before an error is found.
        if let Err(error) = json.deserialize_map(search)
            && !head.is_whole()
        {
            head.trouble = Some(if watch.is_too_large() {
                Trouble::TooLarge
            } else {
                Trouble::Text(watch.explain(&error))
            });
        }
        head
    }

    fn is_whole(&self) -> bool {
        self.schema.is_some() && self.experiment.is_some() && self.step.is_some()
    }
}

struct Search<'a> {
    head: &'a mut Head,
    watch: Rc<Watch>,
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a trace")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schema" => self.head.schema = Some(map.next_value()?),
                "experiment" => {
                    let seed = ExperimentSeed(&self.watch);
                    self.head.experiment = Some(map.next_value_seed(seed)?);
                }
                "step" => self.head.step = Some(whole(&map.next_value()?)),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if self.head.is_whole() {
                return Err(M::Error::custom("the rest is not needed"));
            }
        }
        Ok(())
    }
}

fn whole(found: &FoundValue) -> Option<u64> {
    match found {
        FoundValue::Value(toml::Value::Integer(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
}
