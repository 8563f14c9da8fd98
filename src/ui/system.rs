//! What the system tells: its folders, and how its user wants programs to behave.

use std::path::PathBuf;
use std::sync::OnceLock;

/// Where programs keep what they remember; `None` if there is no such place.
pub fn data_folder() -> Option<PathBuf> {
    asked::data_folder()
}

/// Where a person keeps files, if the system says it.
pub fn documents_folder() -> Option<PathBuf> {
    asked::documents_folder()
}

/// The folder of whoever uses this program.
pub fn home_folder() -> Option<PathBuf> {
    asked::home_folder()
}

/// Whether the system asks programs to move as little as possible. It is asked once.
pub fn is_motion_reduced() -> bool {
    static REDUCED: OnceLock<bool> = OnceLock::new();
    *REDUCED.get_or_init(asked::is_motion_reduced)
}

#[cfg(not(target_family = "wasm"))]
mod asked {
    use std::path::PathBuf;
    use std::time::Duration;

    /// How long the system may take to say whether motion is to be reduced.
    const PATIENCE: Duration = Duration::from_millis(100);

    pub fn data_folder() -> Option<PathBuf> {
        dirs::data_local_dir()
    }

    pub fn documents_folder() -> Option<PathBuf> {
        dirs::document_dir()
    }

    pub fn home_folder() -> Option<PathBuf> {
        dirs::home_dir()
    }

    pub fn is_motion_reduced() -> bool {
        let asked = mundy::Preferences::once_blocking(mundy::Interest::ReducedMotion, PATIENCE);
        asked.is_some_and(|preferences| preferences.reduced_motion.is_reduce())
    }
}

/// A page knows no folders: what it remembers has a name alone.
#[cfg(target_family = "wasm")]
mod asked {
    use std::path::PathBuf;

    pub fn data_folder() -> Option<PathBuf> {
        Some(PathBuf::new())
    }

    pub fn documents_folder() -> Option<PathBuf> {
        None
    }

    pub fn home_folder() -> Option<PathBuf> {
        None
    }

    pub fn is_motion_reduced() -> bool {
        let window = web_sys::window();
        let asked =
            window.and_then(|it| it.match_media("(prefers-reduced-motion: reduce)").ok()?);
        asked.is_some_and(|it| it.matches())
    }
}
