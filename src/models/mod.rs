//! Floor 2: what comes from other programs: the numbers of networks and of gradients, read from files.
//!
//! **Architecture invariant.** A reader turns bytes into named tensors, whatever they are of; what recurrent networks
//! there are among them is found in `modules` alone, and made PyTorch's in `conversion`. A reader knows no experiment,
//! takes no more memory than ten times the file, and says of everything that is wrong with a file where it is and what
//! would help. Nothing that stands in a file is ever carried out.

mod conversion;
mod decode;
mod hdf5;
mod json;
mod modules;
mod names;
mod npy;
#[cfg(not(target_family = "wasm"))]
mod pytorch;
mod reading;
mod record;
mod safetensors;
mod tensor;

pub use conversion::{
    as_pytorch, embedding_of, may_embed, may_read_out, read_out_bias, read_out_numbers, read_out_of,
};
pub use json::tensors_of_json;
pub use modules::{
    Convention, LayerPlaces, Member, RecurrentModule, module_of_members, modules_in,
};
pub use names::{KNOWN_NAMES, parameter_called};
pub use reading::{FileForm, tensors_of};
pub use record::{Record, Way};
pub use safetensors::metadata_of_safetensors;
pub use tensor::{Exactness, NamedTensor, ReadError};

#[cfg(test)]
mod tests;
