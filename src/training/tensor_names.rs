//! What the tensors of a model are called in its file, where nobody could guess it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::foreign::shown_text;
use super::settings::nearest;
use crate::models::{KNOWN_NAMES, parameter_called};

/// Characters of a name at most.
pub const MOST_OF_NAME: usize = 400;

/// Names in a file by the lecture's names or PyTorch's: `weight_hh_l0 = "decoder/U"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TensorNames(BTreeMap<String, String>);

impl TensorNames {
    /// Whether none is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with what it is called in the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, in_file)| (name.as_str(), in_file.as_str()))
    }

    /// Of a section of a file.
    ///
    /// # Errors
    /// Which name is none, or is not said.
    pub fn of_section(section: &toml::Table) -> Result<Self, String> {
        let names = section.iter().map(|(name, value)| {
            let shown = shown_text(name);
            let Some(in_file) = value.as_str().filter(|it| !it.is_empty()) else {
                return Err(format!("{shown}: the name of a tensor stands in quotes"));
            };
            Ok((name.clone(), in_file.to_owned()))
        });
        let names = Self(names.collect::<Result<_, _>>()?);
        names.check().map(|()| names)
    }

    /// Whether each name is one that there is.
    ///
    /// # Errors
    /// Which is not, and what may be meant.
    pub fn check(&self) -> Result<(), String> {
        for (name, in_file) in self.iter() {
            let shown = shown_text(name);
            if parameter_called(name).is_none() {
                let hint = nearest(name, KNOWN_NAMES.into_iter()).map_or_else(
                    || KNOWN_NAMES.join(", "),
                    |nearest| format!("did you mean {nearest}?"),
                );
                return Err(format!("there is no tensor {shown}; {hint}"));
            }
            if in_file.chars().count() > MOST_OF_NAME {
                return Err(format!(
                    "{shown}: a name has at most {MOST_OF_NAME} characters"
                ));
            }
        }
        Ok(())
    }
}
