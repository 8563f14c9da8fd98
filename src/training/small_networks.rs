//! Small networks that people have asked about in public: files that are here and beside the program alike.

use super::experiment::{CheckedExperiment, Experiment};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct SmallNetwork {
    /// The name of its file, without `.toml`.
    pub slug: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! small_network {
    ($slug:literal, $name:literal) => {
        SmallNetwork {
            slug: $slug,
            name: $name,
            text: include_str!(concat!("../../examples/small_networks/", $slug, ".toml")),
        }
    };
}

impl SmallNetwork {
    /// All of them, in the order in which menus show them.
    pub const ALL: &'static [Self] = &[
        small_network!("two-units", "Two units on paper"),
        small_network!("explicit-differentiation", "Explicit differentiation"),
        small_network!("gradients-at-both-steps", "Gradients at both steps"),
        small_network!("worked-example", "A worked example"),
        small_network!("truncation", "What truncation changes"),
        small_network!("state-without-input", "A state without input"),
        small_network!("forget-gate", "A forget gate alone"),
    ];

    /// Its experiment.
    pub fn experiment(self) -> CheckedExperiment {
        // That each of them can be read, a test holds.
        Experiment::from_text(self.text).unwrap_or_default()
    }

    /// What it shows: the remark at the head of the file, in one line.
    pub fn meaning(self) -> String {
        let lines = self.text.lines().map_while(|line| line.strip_prefix('#'));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }
}
