//! A PNG that may carry an experiment.
#![no_main]

use bptt_scope::export::LARGEST_TEXT;
use bptt_scope::export::figure::experiment_of_png;
use bptt_scope_fuzz::carriers::{packed_picture, picture};
use bptt_scope_fuzz::png;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|data: &[u8]| png(data));

// A byte that is changed is refused for its checksum alone, as it should be, and what is behind that is hardly ever
// reached. So two of three files get right ones: the bytes are changed and the checksums computed again, or the text
// is changed that the picture carries.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed.is_multiple_of(3)
        && let Some(file) = with_other_text(&data[..size], max_size, seed)
    {
        data[..file.len()].copy_from_slice(&file);
        return file.len();
    }
    let size = fuzzer_mutate(data, size, max_size);
    if !seed.is_multiple_of(5) {
        put_checksums(&mut data[..size]);
    }
    size
});

/// The picture `png` with another text, packed or not; `None` if it carries none, or it is larger than `most` bytes.
fn with_other_text(png: &[u8], most: usize, seed: u32) -> Option<Vec<u8>> {
    let text = experiment_of_png(png, LARGEST_TEXT as usize).ok()?;
    let mut text = text.into_bytes();
    let length = text.len();
    text.resize(length + 256, 0);
    let length = fuzzer_mutate(&mut text, length, length + 256);
    let text = String::from_utf8_lossy(&text[..length]);
    let file = if seed.is_multiple_of(2) {
        picture(&text)
    } else {
        packed_picture(&text)?
    };
    (file.len() <= most).then_some(file)
}

/// Computes the checksum of every chunk that is whole.
fn put_checksums(png: &mut [u8]) {
    let mut rest = png.get_mut(8..).unwrap_or_default();
    while let Some(length) = rest.first_chunk() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((chunk, behind)) = rest.split_at_mut_checked(length.saturating_add(12)) else {
            return;
        };
        let checksum = crc32fast::hash(&chunk[4..length + 8]);
        chunk[length + 8..].copy_from_slice(&checksum.to_be_bytes());
        rest = behind;
    }
}
