//! The records of a training elsewhere that is followed.

/// What is known of the records of a training.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// What they are called: the folder.
    pub name: String,
    /// How many have been looked into, of how many.
    pub known: usize,
    /// How many there are.
    pub count: usize,
    /// The newest that cannot be read, and why, or why none can be seen.
    pub trouble: Option<String>,
    /// The first record that there is to be told of, and what.
    pub alarm: Option<(u64, String)>,
}
