//! What holds for every reader.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Live memory that reading may take at any time, above what was there before.
const MOST_BYTES: u64 = 64_000_000;

/// How long it may take; in a test, without optimisation and beside others, five times as long.
const LONGEST: Duration = Duration::from_secs(if cfg!(test) { 5 } else { 1 });

/// How often it may seem to take longer: where only a clock can be asked, another program may have had the processor.
const TRIES: usize = 3;

/// Characters that a message may have.
const MESSAGE: usize = 1_000;

/// What `read` returns, within the bounds.
pub fn within_bounds<T>(read: impl Fn() -> T) -> T {
    within_bounds_for(1, read)
}

/// The same where `read` may take `times` as long, for what is not a file of a megabyte.
pub fn within_bounds_for<T>(times: u32, read: impl Fn() -> T) -> T {
    let longest = times * LONGEST;
    let mut tries = 0;
    loop {
        let mut result = None;
        let (begun, used) = (Instant::now(), processor_time());
        let counted = allocation_counter::measure(|| result = Some(read()));
        let took = match (used, processor_time()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => begun.elapsed(),
        };
        let most = counted.bytes_max;
        assert!(most <= MOST_BYTES, "{most} bytes of memory");
        tries += 1;
        assert!(
            took <= longest || tries < TRIES,
            "{took:?}, {tries} times in a row"
        );
        if let Some(result) = result.filter(|_| took <= longest) {
            tell_record(most, took);
            return result;
        }
    }
}

/// How long this thread has had a processor, where the system says so in a file.
fn processor_time() -> Option<Duration> {
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = times.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Says how near the bounds it has come, whenever that is twice as near as ever before.
fn tell_record(bytes: u64, took: Duration) {
    static BYTES: AtomicU64 = AtomicU64::new(1_000_000);
    static MICROSECONDS: AtomicU64 = AtomicU64::new(20_000);
    let took = took.as_micros() as u64;
    let is_record = |record: &AtomicU64, now: u64| {
        let is_record = now >= 2 * record.load(Ordering::Relaxed);
        if is_record {
            record.store(now, Ordering::Relaxed);
        }
        is_record
    };
    // Both are asked.
    if is_record(&BYTES, bytes) | is_record(&MICROSECONDS, took) {
        eprintln!("NOTE {bytes} bytes of memory, {took} microseconds");
    }
}

/// Asserts that `message` is one line that any terminal and any window can show, and not too long a one.
pub fn assert_showable(message: &str) {
    assert_visible(message);
    let length = message.chars().count();
    assert!(length <= MESSAGE, "{length} characters: {message}");
    assert!(!message.is_empty());
}

/// Asserts that nothing in `text` is carried out by a terminal, turns it around or is not seen at all: control
/// characters, those of Unicode's category Cf that are in use, and the ends of lines and paragraphs.
pub fn assert_visible(text: &str) {
    let is_bad = |char: char| {
        char.is_control()
            || matches!(
                char,
                '\u{ad}'
                    | '\u{600}'..='\u{605}'
                    | '\u{61c}'
                    | '\u{6dd}'
                    | '\u{70f}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
                    | '\u{fff9}'..='\u{fffb}'
                    | '\u{e0000}'..='\u{e0fff}'
            )
    };
    assert!(!text.contains(is_bad), "{text:?}");
}
