//! Many points at a time, one order.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::rnn::{Interrupt, Interrupted};

/// How long a thread keeps what it has made before it hands it over: many points of the fast ones, so that
/// handing over costs nothing, and one of the slow.
const KEPT: Duration = Duration::from_millis(5);

/// Calls `make` for every one of `points` on `jobs` threads, and `take` on this one with what it made, in the
/// order of the points; and with `None` after every `pause` in which nothing came. After an interruption, or
/// when `take` fails, no further point is begun. Where the system has no threads left it is done with those there
/// are, and if need be on this one alone.
///
/// # Errors
/// What `take` says.
pub fn in_order<T: Send>(
    points: Range<u64>,
    jobs: usize,
    pause: Duration,
    interrupt: &Interrupt,
    make: impl Fn(u64) -> Result<T, Interrupted> + Sync,
    mut take: impl FnMut(Option<T>) -> io::Result<()>,
) -> io::Result<()> {
    let next = AtomicU64::new(points.start);
    let chunk = chunk(points.end - points.start, jobs);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        let mut helpers = 0;
        for _ in 0..jobs.min((points.end - points.start) as usize) {
            let (sender, next, make) = (sender.clone(), &next, &make);
            let work = move || {
                loop {
                    let first = next.fetch_add(chunk, Ordering::Relaxed);
                    if first >= points.end {
                        return;
                    }
                    let last = first.saturating_add(chunk).min(points.end);
                    if make_and_send(first..last, make, &sender).is_none() {
                        return;
                    }
                }
            };
            match thread::Builder::new().spawn_scoped(scope, work) {
                Ok(_) => helpers += 1,
                Err(error) => {
                    log::debug!("no further thread: {error}");
                    break;
                }
            }
        }
        drop(sender);
        if helpers == 0 {
            return alone(points, &make, &mut take);
        }
        let result = take_in_order(&receiver, points.start, pause, &mut take);
        if result.is_err() {
            interrupt.raise();
        }
        // With it goes everybody's wish to go on.
        drop(receiver);
        result
    })
}

/// Makes `points` and takes each at once.
fn alone<T>(
    points: Range<u64>,
    make: impl Fn(u64) -> Result<T, Interrupted>,
    mut take: impl FnMut(Option<T>) -> io::Result<()>,
) -> io::Result<()> {
    // An interruption ends it as it ends every helper.
    let mut made = points.map_while(|point| make(point).ok());
    made.try_for_each(|made| take(Some(made)))
}

/// Makes `points` and hands them over with the number of the first, as often as [`KEPT`] says; `None` if there
/// is to be no more.
fn make_and_send<T>(
    points: Range<u64>,
    make: impl Fn(u64) -> Result<T, Interrupted>,
    sender: &Sender<(u64, Vec<T>)>,
) -> Option<()> {
    let (mut first, mut made) = (points.start, Vec::new());
    let mut begun = Instant::now();
    for point in points.clone() {
        let one = make(point);
        let stops = one.is_err();
        made.extend(one);
        if stops || point + 1 == points.end || begun.elapsed() >= KEPT {
            let count = made.len() as u64;
            sender.send((first, std::mem::take(&mut made))).ok()?;
            first += count;
            begun = Instant::now();
        }
        if stops {
            return None;
        }
    }
    Some(())
}

/// Passes on what comes from `receiver`, each with the number of its first point, in the order of the points
/// from `due` on.
fn take_in_order<T>(
    receiver: &Receiver<(u64, Vec<T>)>,
    mut due: u64,
    pause: Duration,
    take: &mut impl FnMut(Option<T>) -> io::Result<()>,
) -> io::Result<()> {
    // What came before its turn.
    let mut early = BTreeMap::new();
    loop {
        match receiver.recv_timeout(pause) {
            Ok((_, made)) if made.is_empty() => {}
            Ok((first, made)) => {
                early.insert(first, made);
                while let Some(made) = early.remove(&due) {
                    due += made.len() as u64;
                    made.into_iter().map(Some).try_for_each(&mut *take)?;
                }
            }
            Err(RecvTimeoutError::Timeout) => take(None)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
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

    const PAUSE: Duration = Duration::from_millis(50);

    #[test]
    fn without_helpers_the_same_is_taken_in_the_same_order() {
        let mut taken = Vec::new();
        let make = |point: u64| {
            if point < 7 {
                Ok(point * point)
            } else {
                Err(Interrupted)
            }
        };
        alone(3..20, make, |made| {
            taken.extend(made);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, [9, 16, 25, 36]);
        let full = alone(0..3, make, |_| {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn the_order_is_that_of_the_points_however_many_work() {
        for jobs in [1, 2, 7, 100] {
            let mut taken = Vec::new();
            let make = |point: u64| {
                // The later, the sooner done.
                std::thread::sleep(Duration::from_micros(400 - 10 * point));
                Ok(point)
            };
            let interrupt = Interrupt::default();
            in_order(5..40, jobs, PAUSE, &interrupt, make, |point| {
                taken.extend(point);
                Ok(())
            })
            .unwrap();
            assert!(taken.iter().copied().eq(5..40), "{jobs} jobs");
        }
        let nothing = in_order(3..3, 2, PAUSE, &Interrupt::default(), Ok, |_| Ok(()));
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
        in_order(0..1000, 3, PAUSE, &interrupt, make, |point| {
            taken.extend(point);
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
            // Slower than whoever takes.
            std::thread::sleep(Duration::from_micros(20));
            made.fetch_add(1, Ordering::Relaxed);
            Ok(point)
        };
        let full = in_order(
            0..1_000_000,
            2,
            PAUSE,
            &interrupt,
            make,
            |point| match point {
                None | Some(0..10) => Ok(()),
                _ => Err(io::ErrorKind::BrokenPipe.into()),
            },
        );
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let made = made.load(Ordering::Relaxed);
        assert!((10..500_000).contains(&made), "{made}");
    }

    /// A point that is done is not kept until those after it are, and whoever takes is called meanwhile.
    #[test]
    fn what_is_done_is_handed_over_soon() {
        let (interrupt, others_may_go_on) = (Interrupt::default(), Interrupt::default());
        let make = |point: u64| {
            while point == 1 && others_may_go_on.check().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(KEPT);
            Ok(point)
        };
        let (mut taken, mut pauses) = (Vec::new(), 0);
        // One thread, which takes several points at a time.
        in_order(0..1000, 1, PAUSE, &interrupt, make, |point| {
            pauses += u32::from(point.is_none());
            taken.extend(point);
            if point.is_none() && pauses == 2 {
                assert_eq!(taken, [0]);
                others_may_go_on.raise();
            }
            match taken.len() {
                20 => Err(io::ErrorKind::BrokenPipe.into()),
                _ => Ok(()),
            }
        })
        .unwrap_err();
        assert!(pauses >= 2);
        assert!(taken.into_iter().eq(0..20));
    }
}
