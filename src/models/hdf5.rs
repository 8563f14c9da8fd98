//! HDF5, in which Keras keeps weights.

use hdf5_reader::group::Group;
use hdf5_reader::{Hdf5File, OpenOptions};

use super::tensor::{Exactness, NamedTensor, ReadError};

/// Groups in each other at most.
const DEEPEST: usize = 16;

/// Tensors at most.
const MOST_TENSORS: usize = 10_000;

/// What a file begins with.
pub const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Every dataset of numbers in `bytes`, by its path without the first slash.
///
/// # Errors
/// [`ReadError`] if it is damaged.
pub fn tensors_of_hdf5(bytes: &[u8]) -> Result<Vec<NamedTensor>, ReadError> {
    let damaged = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        let text = text.lines().next().unwrap_or_default();
        ReadError(format!("this HDF5 file is damaged: {text}"))
    };
    let most = 5 * bytes.len() + 1_000_000;
    let options = OpenOptions::default()
        .with_max_read_bytes(most)
        .with_max_chunk_bytes(most)
        .with_chunk_cache_bytes(1_000_000);
    let file =
        Hdf5File::from_vec_with_options(bytes.to_vec(), options).map_err(|it| damaged(&it))?;
    let root = file.root_group().map_err(|it| damaged(&it))?;
    let mut tensors = Vec::new();
    let mut room = most / 8;
    gather(&root, String::new(), 0, &mut room, &mut tensors).map_err(|it| damaged(&it))?;
    Ok(tensors)
}

fn gather(
    group: &Group,
    path: String,
    depth: usize,
    room: &mut usize,
    tensors: &mut Vec<NamedTensor>,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("more than {DEEPEST} groups stand in each other"));
    }
    let (groups, datasets) = group.members().map_err(|error| error.to_string())?;
    for dataset in datasets {
        let own = dataset.name().rsplit('/').next().unwrap_or_default();
        let name = format!("{path}{own}");
        let count = dataset.num_elements().map_err(|error| error.to_string())?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        *room = room
            .checked_sub(count)
            .ok_or("its datasets are far larger than the file")?;
        if tensors.len() >= MOST_TENSORS {
            return Err(format!("there are more than {MOST_TENSORS} datasets"));
        }
        let shape: Vec<usize> = dataset.shape().iter().map(|size| *size as usize).collect();
        let (values, exactness) = match (dataset.read_array::<f32>(), dataset.read_array::<f64>()) {
            (Ok(array), _) => (
                array.iter().map(|x| f64::from(*x)).collect(),
                Exactness::Single,
            ),
            (_, Ok(array)) => (array.iter().copied().collect(), Exactness::Double),
            // Texts and whole numbers, such as an optimiser's count of steps.
            _ => continue,
        };
        tensors.push(NamedTensor {
            name,
            shape,
            values,
            exactness,
        });
    }
    for inner in groups {
        let own = inner.name().rsplit('/').next().unwrap_or_default();
        gather(&inner, format!("{path}{own}/"), depth + 1, room, tensors)?;
    }
    Ok(())
}
