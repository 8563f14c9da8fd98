//! Which mistakes there may be, and the search among them and their pairs.

use super::backward::{Backward, Computed};
use super::given::{GivenTensor, keeps_terms};
use super::mistake::{Mistake, SlopeMistake};
use super::rounding::{Rounding, distance};
use super::setting::Setting;
use crate::flow::Progress;
use crate::rnn::{Gradients, Interrupt, Interrupted, Network, Node, Pass, norm};

/// Steps of truncation that are tried apart, where there is a loss at every step.
const MOST_STEPS: usize = 64;

/// Multiplications that the pairs of mistakes may take together: some ten seconds.
const MOST_WORK: f64 = 2e10;

/// The largest whole number that a gradient may be too large or too small by.
const LARGEST_FACTOR: f64 = 1024.0;

/// Every mistake that can be made in `setting` and seen in some gradient.
pub fn mistakes_in(setting: Setting<'_>) -> Vec<Mistake> {
    let network = setting.network;
    let cell = network.cell.cell();
    let (hidden, blocks) = (network.parameters.hidden(), cell.blocks().len());
    let is_gated = cell.carrying_gate().is_some();
    let is_chain = !is_gated && network.parameters.layout().widths().layers == 1;
    let has_several = setting.asked() > 1;
    let kinds = [
        SlopeMistake::Missing,
        SlopeMistake::Twice,
        SlopeMistake::OfSquashed,
    ];
    let mut all = vec![Mistake::NotTransposed];
    all.extend(kinds.map(|kind| Mistake::Slope(kind, None)));
    all.extend([Mistake::StateAfter, Mistake::FirstState]);
    if hidden > 1 {
        all.extend([Mistake::DiagonalAlone, Mistake::TermTransposed]);
        if is_chain && !has_several {
            all.push(Mistake::ElementwiseJacobians);
        }
    }
    if has_several {
        all.extend([Mistake::LastLossAlone, Mistake::LossOverwrites]);
        let steps = 1..setting.length().min(MOST_STEPS);
        all.extend(steps.clone().map(Mistake::EachLossBack));
        all.extend(steps.map(Mistake::CutEvery));
    }
    if is_gated {
        all.extend((0..blocks).map(Mistake::GateLeftOut));
        all.extend([Mistake::CarryLeftOut, Mistake::GatesLeftOut]);
        if cell.states().len() > 1 {
            all.push(Mistake::CellSlopeLeftOut);
        }
        if network.cell.with_the_other_reset().is_some() {
            all.push(Mistake::OtherReset);
        }
        let mut sources = (0..blocks).map(|block| cell.recurrent_source(block));
        if sources.any(|source| matches!(source, Some(Node::Within(_)))) {
            all.push(Mistake::StateNotReset);
        }
        for block in 0..blocks {
            all.extend(kinds.map(|kind| Mistake::Slope(kind, Some(block))));
        }
        for of in 0..blocks {
            let others = (0..blocks).filter(|by| *by != of);
            all.extend(others.map(|by| Mistake::BlockInPlace { of, by }));
        }
        for order in orders(blocks) {
            all.push(Mistake::GradientOrder(order.clone()));
            all.push(Mistake::WeightOrder(order));
        }
    }
    all.push(Mistake::InputBefore);
    all
}
/// Every order of so many blocks but the usual one.
fn orders(blocks: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..blocks {
        let longer = all.iter().flat_map(|order| {
            let rest = (0..blocks).filter(|block| !order.contains(block));
            rest.map(|block| order.iter().copied().chain([block]).collect())
        });
        all = longer.collect();
    }
    all.retain(|order: &Vec<usize>| !order.is_sorted());
    all
}

/// Mistakes of one kind exclude each other.
fn go_together(a: &Mistake, b: &Mistake) -> bool {
    use Mistake::{
        BlockInPlace, CarryLeftOut, CutEvery, DiagonalAlone, EachLossBack, ElementwiseJacobians,
        FirstState, GatesLeftOut, GradientOrder, LastLossAlone, LossOverwrites, NotTransposed,
        Slope, StateAfter, StateNotReset, WeightOrder,
    };
    let kind = |mistake: &Mistake| match mistake {
        NotTransposed | DiagonalAlone | ElementwiseJacobians => 1,
        Slope(_, None) => 2,
        StateAfter | FirstState | StateNotReset => 3,
        EachLossBack(_) | CutEvery(_) | LastLossAlone | LossOverwrites => 4,
        CarryLeftOut | GatesLeftOut => 5,
        BlockInPlace { .. } | GradientOrder(_) | WeightOrder(_) => 6,
        _ => 0,
    };
    let (a_kind, b_kind) = (kind(a), kind(b));
    let slopes =
        matches!((a, b), (Slope(_, x), Slope(_, y)) if x == y || x.is_none() || y.is_none());
    a != b && !slopes && (a_kind == 0 || a_kind != b_kind)
}

/// The search for what `given` comes of.
pub struct Search<'a> {
    /// What it is a gradient of.
    pub setting: Setting<'a>,
    /// The gradient.
    pub given: &'a [GivenTensor],
    /// What rounding explains.
    pub rounding: &'a Rounding,
}

impl Search<'_> {
    /// The fewest mistakes, one or two, that give it; `None` if none of them do.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn find(
        &self,
        mistakes: Vec<Mistake>,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Option<Vec<Mistake>>, Interrupted> {
        let pass = self.setting.read_by(self.setting.network, interrupt)?;
        let mut best = self.made_with(&[], &pass, interrupt)?;
        let mut take = |found: Option<Vec<Mistake>>| {
            let is_better =
                |found: &Vec<Mistake>| best.as_ref().is_none_or(|best| found.len() < best.len());
            if let Some(found) = found.filter(is_better) {
                best = Some(found);
            }
            best.as_ref().is_some_and(|best| best.len() == 1)
        };
        if take(None) {
            return Ok(best);
        }
        for mistake in &mistakes {
            let found = self.made_with(std::slice::from_ref(mistake), &pass, interrupt)?;
            if take(found) {
                return Ok(best);
            }
        }
        if best.is_some() {
            return Ok(best);
        }
        let work =
            4.0 * self.setting.length() as f64 * self.setting.network.parameters.count() as f64;
        let pairs = mistakes.len() * mistakes.len().saturating_sub(1) / 2;
        if work * pairs as f64 > MOST_WORK {
            return Ok(None);
        }
        let mut done = 0;
        for (index, a) in mistakes.iter().enumerate() {
            for b in &mistakes[index + 1..] {
                done += 1;
                if !go_together(a, b) {
                    continue;
                }
                let both = [a.clone(), b.clone()];
                let found = self.made_with(&both, &pass, interrupt)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            progress.set(done as f64 / pairs as f64);
        }
        Ok(None)
    }

    /// Whether a way back with `mistakes` gives it, perhaps with the last terms alone or times a number.
    fn made_with(
        &self,
        mistakes: &[Mistake],
        pass: &Pass,
        interrupt: &Interrupt,
    ) -> Result<Option<Vec<Mistake>>, Interrupted> {
        interrupt.check()?;
        let setting = self.setting;
        let other = computed_with(setting.network, mistakes);
        let other = match &other {
            Some(network) => Some((network, setting.read_by(network, interrupt)?)),
            None => None,
        };
        let (network, pass) = match &other {
            Some((network, pass)) => (*network, pass),
            None => (setting.network, pass),
        };
        let mut found: Option<Vec<Mistake>> = None;
        let mut take = |last_terms: Option<usize>, computed: &Computed| {
            let mut all = mistakes.to_vec();
            all.extend(last_terms.map(Mistake::LastTerms));
            let put_back = in_your_order(computed, mistakes);
            let computed = put_back.as_ref().unwrap_or(computed);
            if let Some(factor) = self.matches(computed) {
                all.extend(factor);
                // The right gradient would have been known as such.
                let is_better = |found: &Vec<Mistake>| all.len() < found.len();
                if !all.is_empty() && found.as_ref().is_none_or(is_better) {
                    found = Some(all);
                }
            }
        };
        let length = setting.length();
        let backward = Backward::new(setting, network, pass, mistakes);
        let backward = backward.keeping_terms(keeps_terms(self.given));
        let whole = backward.run(|t, computed| {
            if t > 1 {
                take(Some(length - t + 1), computed);
            }
        });
        take(None, &whole);
        Ok(found)
    }

    /// Whether `computed` is what is given; with the factor that is missing, if one is.
    fn matches(&self, computed: &Computed) -> Option<Option<Mistake>> {
        let network = self.setting.network;
        let all: Vec<Vec<f64>> = self
            .given
            .iter()
            .map(|tensor| tensor.expected(network, computed))
            .collect();
        let fits = |index: usize, factor: f64| {
            let expected = &all[index];
            let scaled: Vec<f64> = expected.iter().map(|x| factor * x).collect();
            distance(&self.given[index].values, &scaled) <= self.rounding.explained(index, &scaled)
        };
        let others: Vec<usize> = (0..all.len()).filter(|&index| !fits(index, 1.0)).collect();
        let Some(&first) = others
            .iter()
            .max_by(|a, b| norm(&all[**a]).total_cmp(&norm(&all[**b])))
        else {
            return Some(None);
        };
        let size = norm(&all[first]);
        if size == 0.0 || !size.is_finite() {
            return None;
        }
        let pairs = self.given[first].values.iter().zip(&all[first]);
        let ratio = pairs.map(|(a, b)| (a / size) * (b / size)).sum::<f64>();
        let factor = simple(ratio)?;
        // One or two numbers are some whole number of times others by chance.
        let count: usize = others.iter().map(|&index| all[index].len()).sum();
        let answers = self.setting.asked();
        let size = factor.abs().max(1.0 / factor.abs());
        let is_usual = [1.0, 2.0, self.setting.length() as f64, answers as f64]
            .iter()
            .any(|usual| (size / usual - 1.0).abs() < 1e-12);
        if count < 3 && !is_usual {
            return None;
        }
        if (0..all.len()).all(|index| fits(index, factor)) {
            return Some(Some(Mistake::Factor(factor, None)));
        }
        let fit = others.iter().all(|&index| fits(index, factor));
        fit.then(|| {
            let names = others.iter().map(|&index| self.given[index].name.clone());
            Some(Mistake::Factor(factor, Some(names.collect())))
        })
    }
}

/// The whole number, or one over one, that `ratio` is next to, with its sign.
fn simple(ratio: f64) -> Option<f64> {
    let size = ratio.abs();
    let near = if size >= 1.0 {
        size.round()
    } else {
        1.0 / (1.0 / size).round()
    };
    let is_near = (size / near - 1.0).abs() < 0.01;
    let is_small = (1.0 / LARGEST_FACTOR..=LARGEST_FACTOR).contains(&near);
    let factor = near.copysign(ratio);
    (is_near && is_small && factor != 1.0).then_some(factor)
}

/// The network that somebody has computed with who made `mistakes`, where that is another one.
fn computed_with(network: &Network, mistakes: &[Mistake]) -> Option<Network> {
    mistakes.iter().fold(None, |other, mistake| {
        other_network(other.as_ref().unwrap_or(network), mistake).or(other)
    })
}

/// As [`computed_with`], of one mistake.
fn other_network(network: &Network, mistake: &Mistake) -> Option<Network> {
    match mistake {
        Mistake::BlockInPlace { of, by } => {
            let mut other = network.clone();
            let values = network.parameters.values();
            for ranges in network.parameters.layout().layers() {
                for range in [&ranges.w_h, &ranges.b_h] {
                    let block = range.len() / network.cell.cell().blocks().len();
                    let from = range.start + by * block;
                    let to = range.start + of * block;
                    other.parameters.values_mut()[to..to + block]
                        .copy_from_slice(&values[from..from + block]);
                }
            }
            Some(other)
        }
        Mistake::OtherReset => Some(Network {
            cell: network.cell.with_the_other_reset()?,
            ..network.clone()
        }),
        Mistake::WeightOrder(order) => Some(Network {
            parameters: in_order(&network.parameters, order),
            ..network.clone()
        }),
        _ => None,
    }
}

/// What was computed as it lies where the weights lie, of the network that was computed with; `None` where `mistakes` leave
/// it as it is.
fn in_your_order(computed: &Computed, mistakes: &[Mistake]) -> Option<Computed> {
    let mut put_back: Option<Computed> = None;
    for mistake in mistakes {
        let before = put_back.as_ref().unwrap_or(computed);
        let Some(gradients) = moved(&before.gradients, mistake) else {
            continue;
        };
        let terms = before.terms.iter();
        put_back = Some(Computed {
            gradients,
            states: before.states.clone(),
            terms: terms.filter_map(|term| moved(term, mistake)).collect(),
        });
    }
    put_back
}

/// `gradients` with their blocks where those of the weights lie.
fn moved(gradients: &Gradients, mistake: &Mistake) -> Option<Gradients> {
    match mistake {
        Mistake::GradientOrder(order) => Some(in_order(gradients, order)),
        Mistake::WeightOrder(order) => {
            let mut back = vec![0; order.len()];
            order
                .iter()
                .enumerate()
                .for_each(|(to, from)| back[*from] = to);
            Some(in_order(gradients, &back))
        }
        Mistake::BlockInPlace { of, by } => {
            let mut sums = gradients.clone();
            let layers = gradients.layout().layers().to_vec();
            let hidden = gradients.hidden();
            for ranges in layers {
                let blocks = ranges.w_h.len() / (hidden * hidden);
                for range in [ranges.w_h, ranges.b_h] {
                    let block = range.len() / blocks.max(1);
                    for index in 0..block {
                        let from = range.start + of * block + index;
                        let to = range.start + by * block + index;
                        let values = sums.values_mut();
                        values[to] += values[from];
                        values[from] = 0.0;
                    }
                }
            }
            Some(sums)
        }
        _ => None,
    }
}

/// `parameters` with the blocks of every layer in another order: at each place the block that `order` names.
fn in_order(parameters: &Gradients, order: &[usize]) -> Gradients {
    let mut other = parameters.clone();
    let (hidden, blocks) = (parameters.hidden(), order.len());
    let from = parameters.values();
    for ranges in parameters.layout().layers().to_vec() {
        let values = other.values_mut();
        for (to, block) in order.iter().enumerate() {
            // Row by row, and the input weights column by column.
            for range in [&ranges.w_h, &ranges.b_i, &ranges.b_h] {
                let size = range.len() / blocks;
                let source = range.start + block * size;
                let target = range.start + to * size;
                values[target..target + size].copy_from_slice(&from[source..source + size]);
            }
            let rows = blocks * hidden;
            for column in 0..ranges.w_i.len() / rows {
                let start = ranges.w_i.start + column * rows;
                let (source, target) = (start + block * hidden, start + to * hidden);
                values[target..target + hidden].copy_from_slice(&from[source..source + hidden]);
            }
        }
    }
    other
}

/// What comes of `mistakes`, with the terms of every timestep if they are to be kept.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn made(
    setting: Setting<'_>,
    mistakes: &[Mistake],
    terms_are_kept: bool,
    interrupt: &Interrupt,
) -> Result<Computed, Interrupted> {
    let other = computed_with(setting.network, mistakes);
    let network = other.as_ref().unwrap_or(setting.network);
    let pass = setting.read_by(network, interrupt)?;
    let last = mistakes.iter().find_map(|it| match it {
        Mistake::LastTerms(k) => Some(*k),
        _ => None,
    });
    let first = last.map_or(1, |k| setting.length() - k + 1);
    let mut kept = None;
    let backward = Backward::new(setting, network, &pass, mistakes);
    let whole = backward.keeping_terms(terms_are_kept).run(|t, computed| {
        if t == first {
            kept = Some(computed.clone());
        }
    });
    let computed = kept.unwrap_or(whole);
    let mut computed = in_your_order(&computed, mistakes).unwrap_or(computed);
    for mistake in mistakes {
        if let Mistake::Factor(factor, None) = mistake {
            computed.gradients.scale(*factor);
            computed
                .terms
                .iter_mut()
                .for_each(|term| term.scale(*factor));
        }
    }
    Ok(computed)
}
