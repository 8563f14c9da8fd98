//! Safetensors: a header in JSON, then the numbers.

use safetensors::{Dtype, SafeTensors};

use super::decode::NumberKind;
use super::tensor::{NamedTensor, ReadError};

/// Every tensor in `bytes`, in the order of their names.
///
/// # Errors
/// [`ReadError`] if the header does not describe the bytes.
pub fn tensors_of_safetensors(bytes: &[u8]) -> Result<Vec<NamedTensor>, ReadError> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| ReadError(format!("these safetensors are damaged: {error}")))?;
    let mut tensors = Vec::new();
    for (name, view) in file.tensors() {
        let Some(kind) = kind_of(view.dtype()) else {
            continue;
        };
        tensors.push(NamedTensor {
            name,
            shape: view.shape().to_vec(),
            values: kind.decode(view.data(), false),
            exactness: kind.exactness(),
        });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}

/// What stands beside the tensors: texts by their names.
pub fn metadata_of_safetensors(bytes: &[u8]) -> Vec<(String, String)> {
    let Ok((_, metadata)) = SafeTensors::read_metadata(bytes) else {
        return Vec::new();
    };
    let texts = metadata.metadata().clone().unwrap_or_default();
    texts.into_iter().collect()
}

fn kind_of(dtype: Dtype) -> Option<NumberKind> {
    Some(match dtype {
        Dtype::F64 => NumberKind::F64,
        Dtype::F32 => NumberKind::F32,
        Dtype::F16 => NumberKind::F16,
        Dtype::BF16 => NumberKind::Bf16,
        Dtype::I64 => NumberKind::Signed(8),
        Dtype::I32 => NumberKind::Signed(4),
        Dtype::I16 => NumberKind::Signed(2),
        Dtype::I8 => NumberKind::Signed(1),
        Dtype::U64 => NumberKind::Unsigned(8),
        Dtype::U32 => NumberKind::Unsigned(4),
        Dtype::U16 => NumberKind::Unsigned(2),
        Dtype::U8 | Dtype::BOOL => NumberKind::Unsigned(1),
        _ => return None,
    })
}
