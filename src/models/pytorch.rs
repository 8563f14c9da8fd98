//! Checkpoints of PyTorch: state dicts, also those within a training checkpoint. Their pickle is read and never carried
//! out.

use std::path::Path;

use pytorch_reader::{DType, PytorchReader};

use super::decode::NumberKind;
use super::tensor::{NamedTensor, ReadError};

/// Every tensor of the checkpoint at `path`, which has so many bytes.
///
/// # Errors
/// [`ReadError`] if it is damaged, or holds what is no tensor where one is due.
pub fn tensors_of_pytorch(path: &Path, size: usize) -> Result<Vec<NamedTensor>, ReadError> {
    let damaged = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        let text = text.lines().next().unwrap_or_default();
        ReadError(format!(
            "this checkpoint cannot be read: {text}. Save the state dict alone: torch.save(model.state_dict(), …)"
        ))
    };
    let reader = PytorchReader::new(path).map_err(|error| damaged(&error))?;
    let mut tensors = Vec::new();
    // Views of one storage may be many times as large as it.
    let mut room = 10 * size + 1_000_000;
    for (name, tensor) in reader.into_tensors() {
        let count = tensor.num_elements();
        room = count
            .checked_mul(8)
            .and_then(|taken| room.checked_sub(taken))
            .ok_or_else(|| {
                ReadError::new("its tensors are more than ten times as large as the file")
            })?;
        let kind = kind_of(tensor.dtype());
        let bytes = tensor.read().map_err(|error| damaged(&error))?;
        tensors.push(NamedTensor {
            name,
            shape: tensor.shape().to_vec(),
            values: kind.decode(&bytes, cfg!(target_endian = "big")),
            exactness: kind.exactness(),
        });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}

fn kind_of(dtype: DType) -> NumberKind {
    match dtype {
        DType::F64 => NumberKind::F64,
        DType::F32 => NumberKind::F32,
        DType::F16 => NumberKind::F16,
        DType::BF16 => NumberKind::Bf16,
        DType::I64 => NumberKind::Signed(8),
        DType::I32 => NumberKind::Signed(4),
        DType::I16 => NumberKind::Signed(2),
        DType::I8 => NumberKind::Signed(1),
        DType::U64 => NumberKind::Unsigned(8),
        DType::U32 => NumberKind::Unsigned(4),
        DType::U16 => NumberKind::Unsigned(2),
        DType::U8 | DType::Bool => NumberKind::Unsigned(1),
    }
}
