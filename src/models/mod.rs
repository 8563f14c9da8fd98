//! Floor 2: what comes from other programs: the numbers of networks and of gradients, read from files.
//!
//! **Architecture invariant.** A reader turns bytes into named tensors, whatever they are of: it knows no cell and no
//! experiment, takes no more memory than a few times the file, and says of everything that is wrong with a file where it is
//! and what would help. Nothing that stands in a file is ever carried out.

mod json;
mod reading;
mod tensor;

pub use reading::tensors_of;
pub use tensor::{Exactness, NamedTensor, ReadError};
