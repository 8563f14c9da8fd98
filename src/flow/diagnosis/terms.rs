//! The terms of a gradient of somebody else's, as the view of the terms shows the right ones.

use super::backward::Computed;
use super::candidates::made;
use super::given::{GivenPlace, GivenTensor};
use super::mistake::Mistake;
use super::setting::Setting;
use crate::flow::Magnitude;
use crate::flow::weight_gradient::norm_or_number;
use crate::rnn::{Gradients, Interrupt, Interrupted, Parameter};

/// Timesteps times parameters up to which all terms are kept: 32 MB.
pub const MOST_KEPT: usize = 4_000_000;

/// The terms of ∂L/∂W_h and of ∂L/∂W_i at t = 1..n: the number itself where there is one weight, otherwise the norm. Of what
/// is not known there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GivenTerms {
    /// Of ∂L/∂W_h.
    pub w_h: Vec<Magnitude>,
    /// Of ∂L/∂W_i.
    pub w_i: Vec<Magnitude>,
}

impl GivenTerms {
    /// Those that are given one by one, of a network of one layer; and those that `mistakes`, which give all of it, make of
    /// the others. `None` if none are known.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        setting: Setting<'_>,
        given: &[GivenTensor],
        mistakes: &[Mistake],
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, Interrupted> {
        let computed = match mistakes {
            [] => None,
            _ if !may_be_kept(setting) => None,
            mistakes => {
                let mut computed = made(setting, mistakes, true, interrupt)?;
                scale_some(&mut computed, given, mistakes);
                Some(computed)
            }
        };
        let layers = setting.network.parameters.layout().widths().layers;
        let of = |parameter: Parameter| -> Vec<Magnitude> {
            let is_it = |tensor: &&GivenTensor| tensor.place == GivenPlace::Terms(parameter, 0);
            match (given.iter().find(is_it), &computed) {
                (Some(tensor), _) if layers == 1 => {
                    let of_step = tensor.values.len() / setting.length().max(1);
                    let steps = tensor.values.chunks_exact(of_step.max(1));
                    steps.map(norm_or_number).collect()
                }
                (_, Some(computed)) => {
                    let steps = computed.terms.iter();
                    steps.map(|term| size_of(term, parameter)).collect()
                }
                _ => Vec::new(),
            }
        };
        let terms = Self {
            w_h: of(Parameter::RecurrentWeights),
            w_i: of(Parameter::InputWeights),
        };
        Ok((terms != Self::default()).then_some(terms))
    }
}

/// Whether there is room for all terms of `setting`.
pub fn may_be_kept(setting: Setting<'_>) -> bool {
    setting.length() * setting.network.parameters.count() <= MOST_KEPT
}

fn size_of(term: &Gradients, parameter: Parameter) -> Magnitude {
    let numbers: Vec<f64> = term.all_of(parameter).flatten().copied().collect();
    norm_or_number(&numbers)
}

/// Multiplies those of the tensors that a mistake names by its factor.
fn scale_some(computed: &mut Computed, given: &[GivenTensor], mistakes: &[Mistake]) {
    for mistake in mistakes {
        let Mistake::Factor(factor, Some(names)) = mistake else {
            continue;
        };
        for tensor in given.iter().filter(|tensor| names.contains(&tensor.name)) {
            let GivenPlace::Parameter(parameter, layer) = tensor.place else {
                continue;
            };
            for term in &mut computed.terms {
                let found = term.layout().tensor_of(parameter, layer);
                let range = found.map(|(_, range)| range).unwrap_or_default();
                let numbers = &mut term.values_mut()[range];
                numbers.iter_mut().for_each(|number| *number *= factor);
            }
        }
    }
}
