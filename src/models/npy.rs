//! Arrays of numpy: `.npy`, and `.npz`, which is a zip archive of them.
//!
//! (The format is described in numpy's `lib/format.py`.) It is read here and not by a library because float16 is what
//! models are often kept in, and the libraries that there are do not read it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::decode::NumberKind;
use super::tensor::{NamedTensor, ReadError};

/// What an array begins with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header: a shape of dozens of dimensions is far shorter.
const LONGEST_HEADER: usize = 65_536;

/// The array in `bytes`, called `name`.
///
/// # Errors
/// [`ReadError`] if it is damaged, or of something else than numbers.
pub fn tensor_of_npy(name: &str, bytes: &[u8]) -> Result<NamedTensor, ReadError> {
    let damaged = |what: &str| ReadError(format!("the array {name} is damaged: {what}"));
    let version = bytes
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.first())
        .ok_or_else(|| damaged("it does not begin as numpy's arrays do"))?;
    let begin = MAGIC.len() + 2;
    let (length, begin) = match version {
        1 => {
            let bytes = bytes
                .get(begin..begin + 2)
                .ok_or_else(|| damaged("it ends in the header"))?;
            (
                usize::from(u16::from_le_bytes([bytes[0], bytes[1]])),
                begin + 2,
            )
        }
        _ => {
            let bytes = bytes
                .get(begin..begin + 4)
                .ok_or_else(|| damaged("it ends in the header"))?;
            let length = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            (length as usize, begin + 4)
        }
    };
    if length > LONGEST_HEADER {
        return Err(damaged("its header is far too long"));
    }
    let header = bytes
        .get(begin..begin + length)
        .ok_or_else(|| damaged("it ends in the header"))?;
    let header = String::from_utf8_lossy(header);
    let descr = quoted(&header, "descr").ok_or_else(|| damaged("its header names no type"))?;
    let is_fortran = behind(&header, "fortran_order").is_some_and(|it| it.starts_with("True"));
    let shape = shape_in(&header).ok_or_else(|| damaged("its header names no shape"))?;
    let (order, letters) = descr.split_at(1);
    let kind = match letters {
        "f8" => NumberKind::F64,
        "f4" => NumberKind::F32,
        "f2" => NumberKind::F16,
        "i8" => NumberKind::Signed(8),
        "i4" => NumberKind::Signed(4),
        "i2" => NumberKind::Signed(2),
        "i1" => NumberKind::Signed(1),
        "u8" => NumberKind::Unsigned(8),
        "u4" => NumberKind::Unsigned(4),
        "u2" => NumberKind::Unsigned(2),
        "u1" | "b1" => NumberKind::Unsigned(1),
        _ => {
            return Err(ReadError(format!(
                "the array {name} is of the type {descr}, and numbers are read: convert it by astype(float)"
            )));
        }
    };
    let count = shape
        .iter()
        .try_fold(1_usize, |count, size| count.checked_mul(*size))
        .and_then(|count| count.checked_mul(kind.size()))
        .ok_or_else(|| damaged("its shape is larger than any memory"))?;
    let data = &bytes[begin + length..];
    let data = data.get(..count).ok_or_else(|| {
        damaged(&format!(
            "it has {} bytes of numbers and its shape takes {count}",
            data.len()
        ))
    })?;
    let values = kind.decode(data, order == ">");
    let values = if is_fortran {
        in_rows(&values, &shape)
    } else {
        values
    };
    Ok(NamedTensor {
        name: name.to_owned(),
        shape,
        values,
        exactness: kind.exactness(),
    })
}

/// Every array of the archive `bytes`, and what cannot be read of it.
///
/// # Errors
/// [`ReadError`] if it is damaged, or unpacks to far more than it is.
pub fn tensors_of_npz(bytes: &[u8]) -> Result<Vec<NamedTensor>, ReadError> {
    let mut archive = archive(bytes)?;
    let mut tensors = Vec::new();
    // What a few numbers are packed to says nothing.
    let mut room = 10 * bytes.len() as u64 + 1_000_000;
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| ReadError(format!("this archive is damaged: {error}")))?;
        let own = entry
            .name()
            .map(|name| name.into_owned())
            .unwrap_or_default();
        let Some(name) = own.strip_suffix(".npy") else {
            continue;
        };
        let mut unpacked = Vec::new();
        let read = entry.by_ref().take(room + 1).read_to_end(&mut unpacked);
        read.map_err(|error| ReadError(format!("the array {name} is damaged: {error}")))?;
        // Eight bytes of every number are kept.
        room = (unpacked.len() as u64)
            .checked_mul(2)
            .and_then(|taken| room.checked_sub(taken))
            .ok_or_else(|| {
                ReadError::new(
                    "this archive unpacks to more than ten times its size: save it by numpy.savez",
                )
            })?;
        match tensor_of_npy(name, &unpacked) {
            Ok(tensor) => tensors.push(tensor),
            // A text beside the numbers is no reason to refuse them.
            Err(error) if error.0.contains("of the type") => {}
            Err(error) => return Err(error),
        }
    }
    Ok(tensors)
}

/// Whether the archive `bytes` is one of PyTorch.
pub fn is_pytorch(bytes: &[u8]) -> bool {
    archive(bytes).is_ok_and(|archive| {
        let mut names = archive.file_names();
        names.any(|name| name.is_ok_and(|name| name.ends_with("data.pkl")))
    })
}

fn archive(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| ReadError(format!("this archive is damaged: {error}")))
}

/// What stands behind the key `key`.
fn behind<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let at = header.find(&format!("'{key}'"))?;
    let rest = &header[at + key.len() + 2..];
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

fn quoted(header: &str, key: &str) -> Option<String> {
    let rest = behind(header, key)?.strip_prefix('\'')?;
    let (text, _) = rest.split_once('\'')?;
    (text.len() >= 2 && text.is_ascii()).then(|| text.to_owned())
}

fn shape_in(header: &str) -> Option<Vec<usize>> {
    let rest = behind(header, "shape")?.strip_prefix('(')?;
    let (sizes, _) = rest.split_once(')')?;
    let sizes = sizes
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty());
    let sizes: Option<Vec<usize>> = sizes.map(|size| size.parse().ok()).collect();
    sizes.filter(|sizes| sizes.len() <= 32)
}

/// Numbers whose first dimension follows first, with the last one first.
fn in_rows(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut sorted = Vec::with_capacity(values.len());
    let mut place = vec![0; shape.len()];
    for _ in 0..values.len() {
        let strides = shape.iter().scan(1, |stride, size| {
            let here = *stride;
            *stride *= size;
            Some(here)
        });
        let index: usize = place
            .iter()
            .zip(strides)
            .map(|(at, stride)| at * stride)
            .sum();
        sorted.push(values[index]);
        for (at, size) in place.iter_mut().zip(shape).rev() {
            *at += 1;
            if *at < *size {
                break;
            }
            *at = 0;
        }
    }
    sorted
}

#[cfg(test)]
pub mod tests {
    use std::io::Write;

    use super::*;
    use crate::models::tensor::Exactness;

    /// An array as numpy writes it.
    pub fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
        let fortran = if fortran { "True" } else { "False" };
        let mut header =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
        while !(MAGIC.len() + 4 + header.len() + 1).is_multiple_of(64) {
            header.push(' ');
        }
        header.push('\n');
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    /// An archive of arrays.
    pub fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in arrays {
            let options = zip::write::SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Stored);
            archive.start_file(format!("{name}.npy"), options).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn floats(numbers: &[f32]) -> Vec<u8> {
        numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    #[test]
    fn arrays_are_read_in_either_order() {
        let data = floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let rows = tensor_of_npy("a", &npy("<f4", false, "(2, 3)", &data)).unwrap();
        assert_eq!(
            (rows.shape.as_slice(), rows.exactness),
            (&[2, 3][..], Exactness::Single)
        );
        assert_eq!(rows.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let columns = tensor_of_npy("a", &npy("<f4", true, "(2, 3)", &data)).unwrap();
        assert_eq!(columns.values, [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
        let one = tensor_of_npy("a", &npy("<f8", false, "()", &7.0_f64.to_le_bytes())).unwrap();
        assert_eq!((one.shape.len(), one.values), (0, vec![7.0]));
    }

    #[test]
    fn archives_have_every_array_and_texts_are_passed_over() {
        let bytes = npz(&[
            ("w", npy("<f4", false, "(2,)", &floats(&[1.0, 2.0]))),
            ("names", npy("<U3", false, "(1,)", &[0; 12])),
        ]);
        let tensors = tensors_of_npz(&bytes).unwrap();
        assert_eq!(tensors.len(), 1);
        assert_eq!(
            (tensors[0].name.as_str(), tensors[0].values.as_slice()),
            ("w", &[1.0, 2.0][..])
        );
    }

    #[test]
    fn what_is_damaged_is_named() {
        let whole = npy("<f4", false, "(2, 3)", &floats(&[1.0; 6]));
        for (bytes, told) in [
            (
                &whole[..20],
                "the array a is damaged: it ends in the header",
            ),
            (
                &whole[..whole.len() - 1],
                "the array a is damaged: it has 23 bytes of numbers and its shape takes 24",
            ),
            (
                b"\x93NUMPX".as_slice(),
                "the array a is damaged: it does not begin as numpy's arrays do",
            ),
        ] {
            assert_eq!(tensor_of_npy("a", bytes).unwrap_err().to_string(), told);
        }
        let lying = npy("<f8", false, "(99999999999, 99999999999)", &[]);
        assert!(
            tensor_of_npy("a", &lying)
                .unwrap_err()
                .0
                .contains("larger than any memory")
        );
    }
}
