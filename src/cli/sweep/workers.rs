//! Many points at a time, one order.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use crate::rnn::{Interrupt, Interrupted};

/// Calls `make` for every one of `points` on `jobs` threads, and `take` on this one with what it made, in the
/// order of the points. After an interruption, or when `take` fails, no further point is begun.
///
/// # Errors
/// What `take` says.
pub fn in_order<T: Send>(
    points: Range<u64>,
    jobs: usize,
    interrupt: &Interrupt,
    make: impl Fn(u64) -> Result<T, Interrupted> + Sync,
    mut take: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let next = AtomicU64::new(points.start);
    let chunk = chunk(points.end - points.start, jobs);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.min((points.end - points.start) as usize) {
            let (sender, next, make) = (sender.clone(), &next, &make);
            scope.spawn(move || {
                loop {
                    let first = next.fetch_add(chunk, Ordering::Relaxed);
                    if first >= points.end {
                        return;
                    }
                    let last = first.saturating_add(chunk).min(points.end);
                    let made: Vec<T> = (first..last).map_while(|point| make(point).ok()).collect();
                    let is_whole = made.len() as u64 == last - first;
                    if sender.send((first, made)).is_err() || !is_whole {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // What came before its turn.
        let mut early = BTreeMap::new();
        let mut due = points.start;
        let mut result = Ok(());
        for (first, made) in receiver {
            early.insert(first, made);
            while let Some(made) = early.remove(&due) {
                due += made.len() as u64;
                result = made.into_iter().try_for_each(&mut take);
                if result.is_err() {
                    break;
                }
            }
            if result.is_err() {
                // The receiver is dropped, and with it everybody's wish to go on.
                break;
            }
        }
        if result.is_err() {
            interrupt.raise();
        }
        result
    })
}

/// How many points a thread takes at a time: so many that handing rows over costs nothing, and so few that all
/// threads end together.
fn chunk(points: u64, jobs: usize) -> u64 {
    const SHARES_PER_THREAD: u64 = 64;
    const MOST: u64 = 64;
    let shares = SHARES_PER_THREAD.saturating_mul(jobs as u64).max(1);
    (points / shares).clamp(1, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_points_however_many_work() {
        for jobs in [1, 2, 7, 100] {
            let mut taken = Vec::new();
            let make = |point: u64| {
                // The later, the sooner done.
                std::thread::sleep(std::time::Duration::from_micros(400 - 10 * point));
                Ok(point)
            };
            let interrupt = Interrupt::default();
            in_order(5..40, jobs, &interrupt, make, |point| {
                taken.push(point);
                Ok(())
            })
            .unwrap();
            assert!(taken.iter().copied().eq(5..40), "{jobs} jobs");
        }
        let nothing = in_order(3..3, 2, &Interrupt::default(), Ok, |_: u64| Ok(()));
        assert!(nothing.is_ok());
    }

    #[test]
    fn an_interruption_leaves_the_points_before_it() {
        let interrupt = Interrupt::default();
        let mut taken = Vec::new();
        let make = |point: u64| {
            if point == 20 {
                interrupt.raise();
            }
            interrupt.check().map(|()| point)
        };
        in_order(0..1000, 3, &interrupt, make, |point| {
            taken.push(point);
            Ok(())
        })
        .unwrap();
        assert!(taken.iter().copied().eq(0..taken.len() as u64) && taken.len() <= 20);
    }

    #[test]
    fn whoever_takes_no_more_stops_the_work() {
        let interrupt = Interrupt::default();
        let made = AtomicU64::new(0);
        let make = |point: u64| {
            interrupt.check()?;
            made.fetch_add(1, Ordering::Relaxed);
            Ok(point)
        };
        let full = in_order(0..1_000_000, 2, &interrupt, make, |point| match point {
            0..10 => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        });
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
