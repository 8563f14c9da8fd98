//! Writing to pipes, terminals and devices, which may keep whoever writes waiting for as long as nobody reads.
//!
//! A thread that waits inside the system hears of no interruption. So nothing here waits there for long: it asks
//! whether there is room, and looks meanwhile whether it is still wanted.

use std::io::{self, Write};
use std::path::Path;

use super::patience::Patience;

/// What is said of a pipe that is full where nobody can wait.
const TAKES_NOTHING: &str = "whoever reads from this pipe takes nothing";

/// Writes to a pipe, a terminal or a device as it has room.
pub struct Patient<'a> {
    out: system::Out,
    patience: Patience<'a>,
    /// A regular file always has room.
    may_wait: bool,
}

impl<'a> Patient<'a> {
    /// The standard output of the program.
    ///
    /// # Errors
    /// What the system says.
    pub fn standard_output(patience: Patience<'a>) -> io::Result<Self> {
        let out = system::standard_output()?;
        Ok(Self {
            may_wait: system::may_wait(&out)?,
            out,
            patience,
        })
    }

    /// What stands at `path` and is no regular file. A pipe is opened once somebody reads from it.
    ///
    /// # Errors
    /// What the system says, or that there is no patience left.
    pub fn open(path: &Path, patience: Patience<'a>) -> io::Result<Self> {
        let out = loop {
            match system::open(path) {
                Err(error) if system::has_no_reader(path, &error) => {
                    patience.check("nobody reads from this pipe")?;
                    std::thread::sleep(system::PAUSE);
                }
                opened => break opened?,
            }
        };
        Ok(Self {
            out,
            patience,
            may_wait: true,
        })
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.may_wait {
            return self.out.write(bytes);
        }
        loop {
            while !system::has_room(&self.out)? {
                self.patience.check(TAKES_NOTHING)?;
            }
            // No more than a pipe is sure to have room for, so that the system does not wait for the rest.
            let part = &bytes[..bytes.len().min(system::ROOM)];
            match self.out.write(part) {
                // Somebody else was quicker, or there is room for less than that.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.patience.check(TAKES_NOTHING)?;
                    std::thread::sleep(system::PAUSE);
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(unix)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    use std::path::Path;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::OFlags;
    use rustix::io::Errno;

    /// How long somebody waits before looking whether it is still wanted.
    pub const PAUSE: Duration = Duration::from_millis(50);

    /// Bytes for which a pipe has room when it has any.
    pub const ROOM: usize = rustix::pipe::PIPE_BUF;

    pub type Out = File;

    pub fn standard_output() -> io::Result<Out> {
        Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
    }

    pub fn may_wait(out: &Out) -> io::Result<bool> {
        Ok(!out.metadata()?.is_file())
    }

    /// Opens without waiting.
    pub fn open(path: &Path) -> io::Result<Out> {
        let flags = OFlags::NONBLOCK.bits() as i32;
        OpenOptions::new()
            .write(true)
            .custom_flags(flags)
            .open(path)
    }

    pub fn has_no_reader(path: &Path, error: &io::Error) -> bool {
        let is_pipe = || std::fs::metadata(path).is_ok_and(|it| it.file_type().is_fifo());
        error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) && is_pipe()
    }

    /// Whether `out` can be written to, or says why not at once; after [`PAUSE`] at the latest.
    pub fn has_room(out: &Out) -> io::Result<bool> {
        let pause = Timespec {
            tv_sec: 0,
            tv_nsec: PAUSE.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(out, PollFlags::OUT)], Some(&pause)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Where the system has no such question, it is waited for.
#[cfg(not(unix))]
mod system {
    use std::fs::OpenOptions;
    use std::io::{self, Write};
    use std::path::Path;
    use std::time::Duration;

    pub const PAUSE: Duration = Duration::from_millis(50);

    pub const ROOM: usize = usize::MAX;

    pub type Out = Box<dyn Write>;

    pub fn standard_output() -> io::Result<Out> {
        Ok(Box::new(io::stdout()))
    }

    pub fn may_wait(_: &Out) -> io::Result<bool> {
        Ok(false)
    }

    pub fn open(path: &Path) -> io::Result<Out> {
        Ok(Box::new(OpenOptions::new().write(true).open(path)?))
    }

    pub fn has_no_reader(_: &Path, _: &io::Error) -> bool {
        false
    }

    pub fn has_room(_: &Out) -> io::Result<bool> {
        Ok(true)
    }
}

// Elsewhere the library makes no named pipes.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;
    use std::io::Read;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::rnn::{Interrupt, Interrupted};

    fn pipe() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
        (folder, path)
    }

    fn is_interruption(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|it| it.is::<Interrupted>())
    }

    #[test]
    fn whoever_waits_for_a_reader_can_be_interrupted() {
        let (_folder, path) = pipe();
        let interrupt = Interrupt::default();
        let raised = interrupt.clone();
        let later = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(120));
            raised.raise();
        });
        let begun = Instant::now();
        let error = Patient::open(&path, Patience::Until(&interrupt))
            .err()
            .unwrap();
        later.join().unwrap();
        assert!(is_interruption(&error), "{error}");
        assert!(begun.elapsed() >= Duration::from_millis(100));
        let error = Patient::open(&path, Patience::None).err().unwrap();
        assert_eq!(error.to_string(), "nobody reads from this pipe");
    }

    /// A pipe takes 64 kB before anybody has read a byte; ten times that is waited for.
    #[test]
    fn everything_arrives_however_slowly_it_is_read() {
        let (_folder, path) = pipe();
        let sent: Vec<u8> = (0..640_000_u32).map(|index| (index % 251) as u8).collect();
        let from = path.clone();
        let reader = std::thread::spawn(move || {
            let mut got = Vec::new();
            let mut file = File::open(from).unwrap();
            let mut part = [0; 100_000];
            loop {
                std::thread::sleep(Duration::from_millis(5));
                match file.read(&mut part).unwrap() {
                    0 => return got,
                    count => got.extend_from_slice(&part[..count]),
                }
            }
        });
        let interrupt = Interrupt::default();
        let mut out = Patient::open(&path, Patience::Until(&interrupt)).unwrap();
        out.write_all(&sent).unwrap();
        drop(out);
        assert!(reader.join().unwrap() == sent);
    }

    #[test]
    fn a_reader_that_takes_nothing_keeps_nobody_and_one_that_leaves_is_noticed() {
        let (_folder, path) = pipe();
        let from = path.clone();
        let reader = std::thread::spawn(move || File::open(from).unwrap());
        let interrupt = Interrupt::default();
        let mut out = Patient::open(&path, Patience::Until(&interrupt)).unwrap();
        let reader = reader.join().unwrap();
        interrupt.raise();
        let error = out.write_all(&[0; 1_000_000]).unwrap_err();
        assert!(is_interruption(&error), "{error}");
        out.patience = Patience::None;
        let error = out.write_all(&[0; 1_000_000]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "whoever reads from this pipe takes nothing"
        );
        drop(reader);
        let error = out.write_all(b"more").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
