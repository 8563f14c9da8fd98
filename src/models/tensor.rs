//! A tensor with a name, as it stands in a file.

/// How exactly the numbers of a tensor are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// Float64.
    Double,
    /// Float32.
    Single,
    /// Float16, or less.
    Half,
    /// Written in decimal digits.
    Written,
}

/// A tensor with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTensor {
    /// As the file calls it.
    pub name: String,
    /// Its shape; empty for a single number.
    pub shape: Vec<usize>,
    /// Its numbers, the last dimension first.
    pub values: Vec<f64>,
    /// How exactly they are known.
    pub exactness: Exactness,
}

/// Why a file, or a part of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(pub String);

impl ReadError {
    /// What is wrong, and what would help.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl NamedTensor {
    /// `3 × 4`, `5`, or `a number`.
    pub fn shape_in_words(&self) -> String {
        match self.shape.as_slice() {
            [] => "a number".to_owned(),
            shape => {
                let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
                sizes.join(" × ")
            }
        }
    }
}
