//! What all tables of this program have in common when they are written as CSV.

use std::io;

/// The shortest text that reads back as the same number. `Display` would write 300 zeros for a small one.
pub fn csv_number(value: f64) -> String {
    format!("{value:?}")
}

/// What the system said when a row could not be written: that a pipe is closed or a disk full must not be
/// lost on the way, as it is by the conversion that comes with the library.
pub fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("this is no table: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_error_survives() {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let error = csv::Error::from(io::Error::from(kind));
            assert_eq!(csv_error(error).kind(), kind);
        }
    }
}
