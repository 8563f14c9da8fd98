//! A file of numbers, by what it begins with.

use std::path::Path;

use super::hdf5::{self, tensors_of_hdf5};
use super::json::tensors_of_json;
use super::npy::{self, is_pytorch, tensor_of_npy, tensors_of_npz};
#[cfg(not(target_family = "wasm"))]
use super::pytorch::tensors_of_pytorch;
use super::safetensors::tensors_of_safetensors;
use super::tensor::{NamedTensor, ReadError};

/// What an archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// What a pickle of PyTorch's old form begins with: the second version, or a later one.
const PICKLE: u8 = 0x80;

/// The form of a file of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// Names with lists of numbers.
    Json,
    /// A header in JSON, and numbers.
    Safetensors,
    /// An array of numpy.
    Npy,
    /// Several of them.
    Npz,
    /// A checkpoint of PyTorch.
    Pytorch,
    /// Weights of Keras.
    Hdf5,
}

impl FileForm {
    /// Whether a file that begins with `head`, a few hundred bytes, is of one of these forms and no text.
    pub fn begins(head: &[u8]) -> bool {
        head.starts_with(ZIP) || !matches!(Self::of(head), None | Some(Self::Json))
    }

    /// The form of the file that `bytes` are; `None` for any other.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(hdf5::MAGIC) {
            return Some(Self::Hdf5);
        }
        if bytes.starts_with(npy::MAGIC) {
            return Some(Self::Npy);
        }
        if bytes.starts_with(ZIP) {
            return Some(match is_pytorch(bytes) {
                true => Self::Pytorch,
                false => Self::Npz,
            });
        }
        if bytes.first() == Some(&PICKLE) || bytes.get(257..262) == Some(b"ustar") {
            return Some(Self::Pytorch);
        }
        // The length of the header comes first: eight bytes, of which the upper ones are zero.
        if bytes.get(8) == Some(&b'{') && bytes.get(5..8) == Some(&[0; 3]) {
            return Some(Self::Safetensors);
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        (first == Some(&b'{')).then_some(Self::Json)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Safetensors => "safetensors",
            Self::Npy => "numpy array",
            Self::Npz => "numpy archive",
            Self::Pytorch => "PyTorch checkpoint",
            Self::Hdf5 => "HDF5, as Keras writes it",
        }
    }
}

/// Every tensor in `bytes`, whatever the form of the file, which is at `path` if it is one.
///
/// # Errors
/// [`ReadError`] says what is wrong, and what would help.
pub fn tensors_of(bytes: &[u8], path: Option<&Path>) -> Result<Vec<NamedTensor>, ReadError> {
    let form = FileForm::of(bytes).ok_or_else(|| {
        ReadError::new(
            "this is no file of numbers that is known here: .safetensors, .pt and .pth, .npz and .npy, Keras's .h5 and JSON are read",
        )
    })?;
    match (form, path) {
        (FileForm::Json, _) => {
            tensors_of_json(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        }
        (FileForm::Safetensors, _) => tensors_of_safetensors(bytes),
        (FileForm::Npy, _) => Ok(vec![tensor_of_npy("array", bytes)?]),
        (FileForm::Npz, _) => tensors_of_npz(bytes),
        (FileForm::Hdf5, _) => tensors_of_hdf5(bytes),
        #[cfg(not(target_family = "wasm"))]
        (FileForm::Pytorch, Some(path)) => tensors_of_pytorch(path, bytes.len()),
        #[cfg(target_family = "wasm")]
        (FileForm::Pytorch, Some(_)) => Err(ReadError::new(
            "a page reads no checkpoint of PyTorch: save the weights as .safetensors, or open it in the program",
        )),
        (FileForm::Pytorch, None) => Err(ReadError::new(
            "a checkpoint of PyTorch is read from a file",
        )),
    }
}
