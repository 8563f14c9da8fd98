//! The memory of the records of passes, which grows and does not shrink.

/// Makes `buffer` at least `count` numbers long.
pub fn grow(buffer: &mut Vec<f64>, count: usize) {
    if buffer.len() < count {
        // No more than that: a buffer that doubles would have twice what it was counted with.
        buffer.reserve_exact(count - buffer.len());
        buffer.resize(count, 0.0);
    }
}
