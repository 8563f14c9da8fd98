//! Files of a megabyte, made of a few bytes: what is small and harmless once is often not when it is repeated.

use super::arguments::{axis, command_line, resume, set};
use super::carriers::{drawing, packed_picture, picture};
use super::files::{experiment, memory, opened, sentence, whole_trace};

/// Bytes of a file.
const SIZE: usize = 1_000_000;

/// Bytes of the longest argument that Linux takes.
const LONGEST_ARGUMENT: usize = 131_071;

/// Stands between the beginning, the middle and the end. No text holds it.
const MARK: u8 = 0xff;

/// Stands for the number of the repetition.
const NUMBER: u8 = 0xfe;

/// Repeats the middle of `data` until it is as large as a file may be, and gives that to every reader.
pub fn large(data: &[u8]) {
    let file = repeated(data);
    opened(&file);
    experiment(&file);
    whole_trace(&file);
    memory(&file);
    sentence(&file);
    resume(&file);
    // One, not thousands: the parser of command lines takes a kilobyte for each.
    let bytes = file.iter().copied().filter(|byte| *byte != 0);
    let argument: Vec<u8> = bytes.take(LONGEST_ARGUMENT).collect();
    set(&argument);
    axis(&argument);
    command_line(&argument);
    if let Ok(text) = std::str::from_utf8(&file) {
        opened(drawing(text).as_bytes());
        opened(&picture(text));
        if let Some(packed) = packed_picture(text) {
            opened(&packed);
        }
    }
}

/// The file that `data` is the pattern of.
fn repeated(data: &[u8]) -> Vec<u8> {
    let mut parts = data.splitn(3, |byte| *byte == MARK);
    let mut part = || parts.next().unwrap_or_default();
    let (begin, middle, end) = (part(), part(), part());
    let mut file = begin.to_vec();
    let room = SIZE.saturating_sub(end.len());
    for number in 0_u32.. {
        let before = file.len();
        for byte in middle {
            match *byte {
                NUMBER => file.extend(number.to_string().bytes()),
                byte => file.push(byte),
            }
        }
        if file.len() > room || middle.is_empty() {
            file.truncate(before);
            break;
        }
    }
    file.extend(end);
    file
}
