//! How much memory an experiment takes, before it takes any.

use std::sync::OnceLock;

use crate::flow::thousands;
use crate::rnn::CellKind;

/// What the program takes without any network, in bytes.
const PROGRAM: f64 = 20e6;

/// How many copies of the weights there are: those trained, their gradients, what the optimiser and the past remember, and
/// what is looked at.
const COPIES_OF_WEIGHTS: f64 = 10.0;

/// How many numbers there are of a block of a cell, unit, layer and timestep: the record of the passes that training and
/// looking make, and what is shown of them.
const NUMBERS_PER_BLOCK: f64 = 11.0;

/// How many matrices as large as the whole state of all layers there are: products of Jacobians.
const MATRICES_OF_STATE: f64 = 2.5;

const BYTES: f64 = size_of::<f64>() as f64;

/// How large a network over a sequence is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// What the layers are made of.
    pub cell: CellKind,
    /// How many layers there are.
    pub layers: usize,
    /// H, the units of each.
    pub hidden: usize,
    /// n, the timesteps.
    pub length: usize,
}

impl Size {
    /// About how many bytes looking at it and training it take. Measured with one layer of 512 units over 100 to 400
    /// timesteps, and good to a third with eight of them over 2,000.
    pub fn memory(self) -> f64 {
        let cell = self.cell.cell();
        let blocks = cell.blocks().len() as f64;
        let (hidden, layers) = (self.hidden as f64, self.layers as f64);
        // What the first layer reads has few columns, or they are words of which little else is kept.
        let weights = blocks * hidden * hidden * (2.0 * layers - 1.0);
        let over_time = blocks * hidden * layers * self.length as f64;
        let state = cell.states().len() as f64 * hidden * layers;
        let numbers = COPIES_OF_WEIGHTS * weights
            + NUMBERS_PER_BLOCK * over_time
            + MATRICES_OF_STATE * state * state;
        PROGRAM + BYTES * numbers
    }

    /// What is said before much memory is taken, 1 GB and more: `about 4.4 GB of memory`.
    pub fn memory_notice(self) -> Option<String> {
        let needed = self.memory();
        (needed >= 1e9).then(|| format!("about {} of memory", gigabytes(needed)))
    }

    /// What is wrong with it on a machine of so many bytes, if it takes more than half of them.
    pub fn too_much_for(self, machine: f64) -> Option<String> {
        let needed = self.memory();
        (needed > machine / 2.0).then(|| {
            let layers = match self.layers {
                1 => "one layer".to_owned(),
                layers => format!("{layers} layers"),
            };
            format!(
                "{layers} of {} units over {} timesteps take about {} of memory, and this machine has {}: set network.layers, network.hidden or task.length lower",
                self.hidden,
                thousands(self.length as u64),
                gigabytes(needed),
                gigabytes(machine),
            )
        })
    }
}

/// How many bytes of memory this machine has for the program, if the system says so; under a limit of its own, that.
pub fn memory_of_machine() -> Option<f64> {
    static FOUND: OnceLock<Option<f64>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let bytes = bytes_of_machine()?;
        (bytes > 0).then_some(bytes as f64)
    })
}

#[cfg(not(target_family = "wasm"))]
fn bytes_of_machine() -> Option<u64> {
    let mut system = sysinfo::System::new().ok()?;
    system.refresh_memory();
    let limit = system.cgroup_limits().map(|limits| limits.total_memory);
    Some(limit.map_or(system.total_memory(), |it| it.min(system.total_memory())))
}

/// What can be addressed.
#[cfg(target_family = "wasm")]
fn bytes_of_machine() -> Option<u64> {
    Some(1 << 32)
}

/// A number of bytes as it is said: `17 GB`, `1.2 GB`.
fn gigabytes(bytes: f64) -> String {
    let value = bytes / 1e9;
    if value < 9.95 {
        format!("{value:.1} GB")
    } else {
        format!("{value:.0} GB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(cell: CellKind, layers: usize, hidden: usize, length: usize) -> Size {
        Size {
            cell,
            layers,
            hidden,
            length,
        }
    }

    /// Peaks of `bptt-scope trace` on the task latch, in MB.
    #[test]
    fn the_estimate_is_near_what_was_measured() {
        for (size, measured) in [
            (size(CellKind::Lstm, 1, 512, 100), 140.0),
            (size(CellKind::Lstm, 1, 512, 400), 193.7),
            (size(CellKind::Gru, 1, 512, 400), 158.4),
            (size(CellKind::Elman, 1, 512, 400), 63.0),
            (size(CellKind::Elman, 2, 512, 400), 136.7),
            (size(CellKind::Lstm, 8, 512, 2000), 4_387.0),
        ] {
            let ratio = size.memory() / (measured * 1e6);
            assert!((0.7..1.35).contains(&ratio), "{measured} MB: {ratio}");
        }
    }

    #[test]
    fn what_takes_more_than_half_is_refused_with_both_figures() {
        let large = size(CellKind::Lstm, 8, 512, 10_000);
        let told = large.too_much_for(24e9).unwrap();
        assert!(told.starts_with("8 layers of 512 units over 10,000 timesteps take about 1"));
        assert!(told.contains("this machine has 24 GB"), "{told}");
        assert_eq!(large.too_much_for(64e9), None);
        assert!(large.memory_notice().is_some());
        let usual = size(CellKind::Elman, 1, 1, 10);
        assert_eq!(usual.too_much_for(1e9), None);
        assert_eq!(usual.memory_notice(), None);
    }

    #[test]
    fn the_machine_says_what_it_has() {
        assert!(memory_of_machine().is_none_or(|bytes| bytes > 1e8));
    }
}
