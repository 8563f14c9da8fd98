//! Work beside the window: on a thread of its own or, where there are none, between two frames.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::training::has_threads;

type Work = Box<dyn FnMut() -> Next>;

/// How often it is asked again for what somebody waits for.
const PATIENCE: Duration = Duration::from_millis(20);

/// What becomes of work after a piece of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is another piece of it.
    Again,
    /// It waits for something from elsewhere.
    Wait,
    /// It has ended.
    Done,
}

thread_local! {
    static WAITING: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
}

/// Work that was begun.
pub struct Task(Option<JoinHandle<()>>);

impl Task {
    /// Waits until it has ended, if it is on a thread.
    pub fn join(&mut self) {
        if let Some(thread) = self.0.take() {
            // A panic there has been reported by its own message already.
            let _ = thread.join();
        }
    }
}

/// Has `work` done beside the window, on a thread called `name`.
///
/// # Errors
/// What the system says if it gives no thread, and there are some.
pub fn begin(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<Task> {
    let mut work = Some(work);
    begin_in_pieces(name, move || {
        if let Some(work) = work.take() {
            work();
        }
        Next::Done
    })
}

/// As [`begin`], of work that is called until it is done, so that a window without threads goes on between its pieces.
///
/// # Errors
/// What the system says if it gives no thread, and there are some.
pub fn begin_in_pieces(
    name: &str,
    mut work: impl FnMut() -> Next + Send + 'static,
) -> io::Result<Task> {
    if has_threads() {
        let all = move || {
            loop {
                match work() {
                    Next::Again => {}
                    Next::Wait => thread::sleep(PATIENCE),
                    Next::Done => break,
                }
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(all)?;
        return Ok(Task(Some(thread)));
    }
    WAITING.with_borrow_mut(|waiting| waiting.push_back(Box::new(work)));
    Ok(Task(None))
}

/// Does a piece of what has waited longest for the end of a frame. Whether more waits.
pub fn do_next() -> bool {
    let next = WAITING.with_borrow_mut(VecDeque::pop_front);
    if let Some(mut work) = next
        && work() != Next::Done
    {
        WAITING.with_borrow_mut(|waiting| waiting.push_back(work));
    }
    WAITING.with_borrow(|waiting| !waiting.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_the_end_of_a_frame_is_done_in_turn_a_piece_a_frame() {
        let done = std::rc::Rc::new(RefCell::new(Vec::new()));
        for (number, mut pieces) in [(1, 2), (2, 1)] {
            let done = std::rc::Rc::clone(&done);
            let work: Work = Box::new(move || {
                done.borrow_mut().push(number);
                pieces -= 1;
                if pieces > 0 { Next::Again } else { Next::Done }
            });
            WAITING.with_borrow_mut(|waiting| waiting.push_back(work));
        }
        assert!(do_next());
        assert_eq!(*done.borrow(), [1]);
        assert!(do_next() && !do_next() && !do_next());
        assert_eq!(*done.borrow(), [1, 2, 1]);
    }
}
