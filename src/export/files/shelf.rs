//! The files of a page, which has no disk: what somebody has picked or dropped, by its name, and what is to be downloaded.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are kept, each as large as it is: of more, those that were put here first go.
const KEPT: usize = 20;

type Files = RefCell<VecDeque<(PathBuf, Arc<[u8]>)>>;

thread_local! {
    static FILES: Files = const { RefCell::new(VecDeque::new()) };
    static WRITTEN: Files = const { RefCell::new(VecDeque::new()) };
}

/// Keeps `bytes` as the file at `path`, in the place of one that is there.
pub fn put_file(path: &Path, bytes: Arc<[u8]>) {
    FILES.with_borrow_mut(|files| {
        files.retain(|(other, _)| other != path);
        files.push_back((path.to_owned(), bytes));
        if files.len() > KEPT {
            files.pop_front();
        }
    });
}

/// The bytes of the file at `path`, if there is one.
#[cfg_attr(not(target_family = "wasm"), expect(dead_code))]
pub fn file_at(path: &Path) -> Option<Arc<[u8]>> {
    FILES.with_borrow(|files| {
        let found = files.iter().find(|(other, _)| other == path);
        found.map(|(_, bytes)| Arc::clone(bytes))
    })
}

/// Has `bytes` downloaded as the file at `path`, which can be opened again.
#[cfg_attr(not(target_family = "wasm"), expect(dead_code))]
pub fn write(path: &Path, bytes: Vec<u8>) {
    let bytes: Arc<[u8]> = bytes.into();
    put_file(path, Arc::clone(&bytes));
    WRITTEN.with_borrow_mut(|written| written.push_back((path.to_owned(), bytes)));
}

/// The next file that is to be downloaded.
pub fn take_written() -> Option<(PathBuf, Arc<[u8]>)> {
    WRITTEN.with_borrow_mut(VecDeque::pop_front)
}
