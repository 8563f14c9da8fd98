//! What no training can teach a network, because no weights do it.

use super::experiment::Experiment;
use crate::rnn::Activation;
use crate::tasks::TaskKind;

/// Something that a task asks for and that a network cannot do, whatever its weights are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlearnable {
    /// What it cannot learn, in a few words: `one unit cannot learn “not”`.
    pub what: &'static str,
    /// Why, as a proof in a sentence or two, and what would help.
    pub reason: &'static str,
}

/// A negation turns the meaning of what follows round, and a bit turns the parity of what came before it round: both
/// are the exclusive or, which takes two states that change their order.
const NEGATION_BY_ONE_UNIT: Unlearnable = Unlearnable {
    what: "one unit cannot learn “not”",
    reason: "Its state is a single number. Whether it is larger after “very” or after “not”, the same wₕ and f carry both on, through “good” as through “bad”, so that one of the two is always above the other: of “very good”, “not good”, “very bad” and “not bad” it gets three right at most, whatever the weights. Two units have room for all four",
};

const NEGATION_WITHOUT_BEND: Unlearnable = Unlearnable {
    what: "a linear network cannot learn “not”",
    reason: "With the identity as f, z is a sum to which every word adds what it adds at its place, whatever stands beside it. So “very good” and “not bad” add up to as much as “very bad” and “not good”, and of these four it gets three right at most, whatever the weights. Choose an f that is bent",
};

const PARITY_BY_ONE_UNIT: Unlearnable = Unlearnable {
    what: "one unit cannot learn parity",
    reason: "Its state is a single number. Whether it is larger after 0 or after 1, the same wₕ and f carry both on, through another 0 as through another 1, so that one of the two is always above the other: of 00, 01, 10 and 11 at the end it gets three right at most, whatever the weights. Two units have room for all four",
};

const PARITY_WITHOUT_BEND: Unlearnable = Unlearnable {
    what: "a linear network cannot learn parity",
    reason: "With the identity as f, z is a sum to which every bit adds what it adds at its place, whatever the other bits are. So 00 and 11 at the end add up to as much as 01 and 10, and of these four it gets three right at most, whatever the weights. Choose an f that is bent",
};

const WITHOUT_BIAS: Unlearnable = Unlearnable {
    what: "this unit always answers the same",
    reason: "With this f its state is above zero whatever it reads, so that z = wₒ oₙ always has the sign of wₒ and ŷ never crosses ½. Turn the bias on, or choose an f that falls below zero",
};

impl Unlearnable {
    /// What the network of `experiment` cannot learn of its task; `None` where nothing is known to stand in the way.
    pub fn of(experiment: &Experiment) -> Option<Self> {
        let network = &experiment.network;
        // What is proved is proved of the lecture's network.
        if !network.is_one_elman_layer() {
            return None;
        }
        let is_above_zero = matches!(
            network.activation,
            Activation::Sigmoid | Activation::Softplus
        );
        let has_classes = matches!(
            experiment.task.kind,
            TaskKind::Sentiment
                | TaskKind::Latch
                | TaskKind::TemporalOrder
                | TaskKind::Parity
                | TaskKind::PrefixParity
        );
        if network.hidden == 1 && !network.bias && is_above_zero && has_classes {
            return Some(WITHOUT_BIAS);
        }
        // A single timestep has nothing before it that it could turn round.
        if experiment.task.length < 2 {
            return None;
        }
        let (by_one_unit, without_bend) = match experiment.task.kind {
            TaskKind::Sentiment => (NEGATION_BY_ONE_UNIT, NEGATION_WITHOUT_BEND),
            TaskKind::Parity | TaskKind::PrefixParity => (PARITY_BY_ONE_UNIT, PARITY_WITHOUT_BEND),
            _ => return None,
        };
        match network.activation {
            Activation::Identity => Some(without_bend),
            f if network.hidden == 1 && f.is_monotone() => Some(by_one_unit),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// How many of the four pairs a network gets right that reads one of two first inputs and then one of two
    /// second ones, and shall answer yes if both are the first of their kind or both the second. `words` has what each
    /// of the four adds to each unit.
    fn right<const H: usize>(
        f: Activation,
        words: [[f64; H]; 4],
        w_h: [[f64; H]; H],
        w_o: [f64; H],
    ) -> usize {
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let is_right = |(first, second): (usize, usize)| {
            let before = words[first].map(|a| f.f(a));
            let z: f64 = (0..H)
                .map(|unit| {
                    let carried: f64 = (0..H).map(|from| w_h[unit][from] * before[from]).sum();
                    w_o[unit] * f.f(words[2 + second][unit] + carried)
                })
                .sum();
            (z > 0.0) == (first == second)
        };
        pairs.into_iter().filter(|&pair| is_right(pair)).count()
    }

    /// The best of many networks with random weights.
    fn best<const H: usize>(f: Activation) -> usize {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut drawn = || rng.random_range(-4.0..4.0);
        let mut one = || {
            let words = std::array::from_fn(|_| std::array::from_fn(|_| drawn()));
            let w_h = std::array::from_fn(|_| std::array::from_fn(|_| drawn()));
            right::<H>(f, words, w_h, std::array::from_fn(|_| drawn()))
        };
        (0..20_000).map(|_| one()).max().unwrap()
    }

    #[test]
    fn no_monotone_unit_and_no_linear_network_gets_all_four_right() {
        for f in Activation::ALL.into_iter().filter(|f| f.is_monotone()) {
            // Without a bias, one whose f is above zero gives one answer to all.
            let is_above_zero = matches!(f, Activation::Sigmoid | Activation::Softplus);
            let expected = if is_above_zero { 2 } else { 3 };
            assert_eq!(best::<1>(f), expected, "{}", f.name());
        }
        assert_eq!(best::<3>(Activation::Identity), 3);
    }

    #[test]
    fn two_bent_units_get_all_four_right() {
        let words = [
            [1.0004, 0.0943],
            [-0.4058, 0.8356],
            [-0.0956, -0.5510],
            [3.3131, -1.3464],
        ];
        let w_h = [[-1.1118, 0.2899], [0.9953, 1.0000]];
        assert_eq!(right(Activation::Tanh, words, w_h, [-0.7846, -1.3312]), 4);
    }

    #[test]
    fn it_is_said_of_those_networks_alone() {
        let what = |change: fn(&mut Experiment)| {
            let mut experiment = Experiment::default();
            change(&mut experiment);
            Unlearnable::of(&experiment).map(|it| it.what)
        };
        assert_eq!(what(|_| {}), Some("one unit cannot learn “not”"));
        assert_eq!(what(|e| e.network.hidden = 2), None);
        assert_eq!(what(|e| e.network.activation = Activation::Silu), None);
        assert_eq!(what(|e| e.task.length = 1), None);
        let sigmoid = |e: &mut Experiment| {
            e.network.activation = Activation::Sigmoid;
            e.task.kind = TaskKind::Latch;
        };
        assert_eq!(what(sigmoid), Some("this unit always answers the same"));
        assert_eq!(what(|e| e.task.kind = TaskKind::Latch), None);
        let linear = |e: &mut Experiment| {
            e.network.hidden = 9;
            e.network.activation = Activation::Identity;
            e.task.kind = TaskKind::Parity;
        };
        assert_eq!(what(linear), Some("a linear network cannot learn parity"));
    }
}
