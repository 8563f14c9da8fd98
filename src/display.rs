//! Which display there is: a variable may name one that is gone, and then another may still be there.

use std::env;
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bptt_scope::training::shown_argument;

/// How long a display may take to answer: one that is starting up is slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the window is to be opened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// The socket of a Wayland compositor, which answers.
    Wayland,
    /// What `DISPLAY` names, of which the windowing library finds out whether it is there.
    X11,
}

/// The display to open a window on: Wayland where it answers, otherwise X11.
///
/// # Errors
/// Why there is none, in words for brackets.
pub fn usable_display() -> Result<Display, String> {
    choose(&|name| env::var_os(name).filter(|value| !value.is_empty()))
}

/// The same for variables that have the values `set`.
fn choose(set: &dyn Fn(&str) -> Option<OsString>) -> Result<Display, String> {
    let named = ["WAYLAND_SOCKET", "WAYLAND_DISPLAY"]
        .into_iter()
        .find_map(|name| Some((name, set(name)?)));
    if named.is_some() && answers(set) {
        return Ok(Display::Wayland);
    }
    match (named, set("DISPLAY")) {
        (Some((name, value)), x11) => {
            let value = shown_argument(&value.to_string_lossy());
            if x11.is_some() {
                log::debug!("nothing answers at {name}={value}: the window opens on DISPLAY");
                return Ok(Display::X11);
            }
            Err(format!(
                "nothing answers at {name}={value}, and DISPLAY is not set"
            ))
        }
        (None, Some(_)) => Ok(Display::X11),
        (None, None) => Err("neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned()),
    }
}

/// Whether a Wayland compositor is behind what is set.
fn answers(set: &dyn Fn(&str) -> Option<OsString>) -> bool {
    if let Some(number) = set("WAYLAND_SOCKET") {
        // It is open already, and what is said there is said once: the windowing library does.
        let place = Path::new("/dev/fd").join(number);
        return place.metadata().is_ok_and(|it| it.file_type().is_socket());
    }
    let socket = set("WAYLAND_DISPLAY").and_then(|name| socket_of(name.into(), set));
    socket.is_some_and(|socket| is_compositor(&socket).is_ok())
}

/// Where the socket of the Wayland display called `name` is.
fn socket_of(name: PathBuf, set: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if name.is_absolute() {
        return Some(name);
    }
    let folder = PathBuf::from(set("XDG_RUNTIME_DIR")?);
    folder.is_absolute().then(|| folder.join(name))
}

/// Asks whoever listens at `socket` for a sign of life: a socket outlives a compositor that was killed, and one that
/// is stopped would keep the program waiting for good.
fn is_compositor(socket: &Path) -> std::io::Result<()> {
    /// `wl_display.sync`: to object 1, request 0 in a message of 12 bytes, answered by the new object 2.
    const SYNC: [u32; 3] = [1, 12 << 16, 2];
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&SYNC.map(u32::to_ne_bytes).concat())?;
    // An object and what it says: any answer at all is one of a compositor.
    stream.read_exact(&mut [0; 8])
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Result<Display, String> {
        choose(&|name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_wayland_display_that_leads_nowhere_leaves_the_other_one() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().to_str().unwrap();
        let dead = ("WAYLAND_DISPLAY", "wayland-7");
        let runtime = ("XDG_RUNTIME_DIR", runtime);
        let x11 = ("DISPLAY", ":0");
        assert_eq!(chosen(&[dead, runtime, x11]), Ok(Display::X11));
        assert_eq!(chosen(&[dead, x11]), Ok(Display::X11));
        assert_eq!(chosen(&[("WAYLAND_SOCKET", "977"), x11]), Ok(Display::X11));
        assert_eq!(
            chosen(&[dead, runtime]).unwrap_err(),
            "nothing answers at WAYLAND_DISPLAY=wayland-7, and DISPLAY is not set"
        );
        assert_eq!(
            chosen(&[]).unwrap_err(),
            "neither DISPLAY nor WAYLAND_DISPLAY is set"
        );
        // A socket is left behind by a compositor that was killed.
        let place = folder.path().join("wayland-7");
        drop(UnixListener::bind(&place).unwrap());
        assert!(place.exists());
        assert_eq!(chosen(&[dead, runtime, x11]), Ok(Display::X11));
    }

    #[test]
    fn a_compositor_that_answers_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("wayland-1");
        let listener = UnixListener::bind(&place).unwrap();
        let compositor = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut client, _) = listener.accept().unwrap();
                let mut request = [0; 12];
                client.read_exact(&mut request).unwrap();
                // `wl_callback.done`: from object 2, event 0 in a message of 12 bytes, with a serial number.
                let done = [2_u32, 12 << 16, 77].map(u32::to_ne_bytes).concat();
                client.write_all(&done).unwrap();
            }
        });
        let x11 = ("DISPLAY", ":99");
        let runtime = ("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
        assert_eq!(
            chosen(&[("WAYLAND_DISPLAY", "wayland-1"), runtime, x11]),
            Ok(Display::Wayland)
        );
        assert_eq!(
            chosen(&[("WAYLAND_DISPLAY", place.to_str().unwrap())]),
            Ok(Display::Wayland)
        );
        compositor.join().unwrap();
    }
}
