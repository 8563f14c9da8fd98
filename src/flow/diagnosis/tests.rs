use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::backward::{Backward, Computed};
use super::candidates::mistakes_in;
use super::*;
use crate::flow::Probe;
use crate::rnn::{
    Activation, Architecture, Batch, CellKind, Inputs, Loss, Network, Parameter, Parameters,
    ReadOut, Widths,
};

/// A random network and a sequence for it: an answer at the end, or at every step.
fn random(cell: CellKind, hidden: usize, rng: &mut ChaCha8Rng) -> (Network, Batch) {
    let layers = 1;
    let (inputs, length) = (rng.random_range(1..4), rng.random_range(3..9));
    let mut parameters = Parameters::zeros_of(Architecture {
        cell,
        widths: Widths {
            inputs,
            hidden,
            layers,
            outputs: 1,
        },
        bias: true,
        has_read_out: true,
        embedding: None,
    });
    for number in parameters.values_mut() {
        *number = rng.random_range(-0.9..0.9);
    }
    let activation =
        [Activation::Tanh, Activation::Sigmoid, Activation::Relu][rng.random_range(0..3)];
    let mut network = Network::of_cell(cell, activation, parameters, 0.0);
    network
        .s_0
        .iter_mut()
        .for_each(|s| *s = rng.random_range(-0.5..0.5));
    let read_out = [ReadOut::AtTheEnd, ReadOut::AtEveryStep][rng.random_range(0..2)];
    let mut batch = Batch::dense(inputs).asking(read_out, 1);
    batch.reset(length, 1);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        values
            .iter_mut()
            .for_each(|x| *x = rng.random_range(-1.0..1.0));
    }
    batch
        .targets
        .iter_mut()
        .for_each(|y| *y = rng.random_range(-1.0..1.0));
    (network, batch)
}

fn setting<'a>(network: &'a Network, batch: &'a Batch) -> Setting<'a> {
    Setting {
        network,
        batch,
        loss: Loss::SquaredError,
    }
}

/// The parameters of the layers and of the read-out as somebody would hand them in.
fn given(network: &Network, computed: &Computed, precision: Precision) -> Vec<GivenTensor> {
    let tensors = computed.gradients.layout().tensors();
    let parameters: Vec<_> = tensors
        .filter(|(tensor, _)| !tensor.is_empty())
        .map(|(tensor, _)| (tensor.name.to_string(), tensor.parameter, tensor.layer))
        .collect();
    parameters
        .into_iter()
        .map(|(name, parameter, layer)| {
            let mut tensor = GivenTensor {
                name,
                place: GivenPlace::Parameter(parameter, layer),
                values: Vec::new(),
                precision,
            };
            tensor.values = tensor.expected(network, computed);
            if precision == Precision::SINGLE {
                for value in &mut tensor.values {
                    *value = f64::from(*value as f32);
                }
            }
            tensor
        })
        .collect()
}

fn found(setting: Setting<'_>, given: &[GivenTensor]) -> Diagnosis {
    diagnose(setting, given, &Interrupt::default(), &Progress::default()).unwrap()
}

fn made(setting: Setting<'_>, mistakes: &[Mistake]) -> Computed {
    let never = Interrupt::default();
    candidates::made(setting, mistakes, false, &never).unwrap()
}

const CELLS: [(CellKind, usize); 5] = [
    (CellKind::Elman, 1),
    (CellKind::Elman, 3),
    (CellKind::Lstm, 2),
    (CellKind::Gru, 2),
    (CellKind::GruResetBefore, 2),
];

/// Written a second time, it gives what the cells give.
#[test]
fn without_mistakes_it_is_backpropagation_through_time() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for (cell, hidden) in CELLS {
        for _ in 0..20 {
            let (network, batch) = random(cell, hidden, &mut rng);
            let mut probe = Probe::new(&network.parameters);
            let never = Interrupt::default();
            probe
                .run(&network, &batch, Loss::SquaredError, &never)
                .unwrap();
            let it = setting(&network, &batch);
            let computed = Backward::new(it, &network, &probe.pass, &[]).run(|_, _| {});
            for (ours, right) in computed
                .gradients
                .values()
                .iter()
                .zip(probe.gradients.values())
            {
                assert!(
                    (ours - right).abs() <= 1e-13 * (1.0 + right.abs()),
                    "{cell:?}"
                );
            }
            for t in 0..=batch.length {
                let gamma = &computed.states[t][..hidden];
                for (ours, right) in gamma.iter().zip(probe.pass.state_gradient(t)) {
                    assert!(
                        (ours - right).abs() <= 1e-13 * (1.0 + right.abs()),
                        "{cell:?}"
                    );
                }
            }
        }
    }
}

/// Whether two gradients are the same but for rounding: then no number can tell the mistakes apart.
fn same(setting: Setting<'_>, given: &[GivenTensor], mistakes: &[Mistake]) -> bool {
    let rounding = Rounding::of(setting, given, &Interrupt::default()).unwrap();
    let computed = made(setting, mistakes);
    given.iter().enumerate().all(|(index, tensor)| {
        let expected = tensor.expected(setting.network, &computed);
        let difference: Vec<f64> = tensor
            .values
            .iter()
            .zip(&expected)
            .map(|(a, b)| a - b)
            .collect();
        norm(&difference) <= rounding.explained(index, &expected)
    })
}

/// Of every mistake that can be made: it is named from the numbers alone, or another one that gives the same numbers.
fn named(precision: Precision, networks: usize) {
    for (cell, hidden) in CELLS {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let (mut tried, mut right) = (0, 0);
        for _ in 0..networks {
            let (network, batch) = random(cell, hidden, &mut rng);
            let it = setting(&network, &batch);
            let mut mistakes: Vec<Vec<Mistake>> =
                mistakes_in(it).into_iter().map(|it| vec![it]).collect();
            mistakes.extend((1..it.length()).map(|k| vec![Mistake::LastTerms(k)]));
            mistakes.extend(
                [2.0, 0.5, -1.0, 1.0 / it.length() as f64]
                    .map(|factor| vec![Mistake::Factor(factor, None)]),
            );
            for wrong in mistakes {
                let tensors = given(&network, &made(it, &wrong), precision);
                let diagnosis = found(it, &tensors);
                if diagnosis.cause == Cause::Nothing {
                    // Nobody could see it in the numbers.
                    assert!(same(it, &tensors, &[]));
                    continue;
                }
                tried += 1;
                right += u32::from(match &diagnosis.cause {
                    Cause::Mistakes(named) => *named == wrong || same(it, &tensors, named),
                    _ => false,
                });
            }
        }
        assert!(tried > 10 * networks as u32, "{cell:?}: {tried}");
        assert!(
            f64::from(right) >= 0.99 * f64::from(tried),
            "{cell:?}: {right} of {tried}"
        );
    }
}

#[test]
fn every_mistake_is_named_from_the_numbers_alone() {
    named(Precision::DOUBLE, 200);
}

#[test]
fn every_mistake_is_named_in_float32_too() {
    named(Precision::SINGLE, 200);
}

/// In float32 the gradient comes of weights and sums that were rounded: here of weights, which is the same to a factor.
#[test]
fn a_right_gradient_is_never_called_wrong() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for round in 0..10_000 {
        let (cell, hidden) = CELLS[round % CELLS.len()];
        let (network, batch) = random(cell, hidden, &mut rng);
        let it = setting(&network, &batch);
        let mut probe = Probe::new(&network.parameters);
        let never = Interrupt::default();
        probe
            .run(&network, &batch, Loss::SquaredError, &never)
            .unwrap();
        let exact = Computed {
            gradients: probe.gradients.clone(),
            states: Vec::new(),
            terms: Vec::new(),
        };
        let tensors = given(&network, &exact, Precision::DOUBLE);
        assert_eq!(found(it, &tensors).cause, Cause::Nothing);
        let mut rounded = network.clone();
        for number in rounded.parameters.values_mut() {
            *number = f64::from(*number as f32);
        }
        probe
            .run(&rounded, &batch, Loss::SquaredError, &never)
            .unwrap();
        let single = Computed {
            gradients: probe.gradients.clone(),
            states: Vec::new(),
            terms: Vec::new(),
        };
        let tensors = given(&network, &single, Precision::SINGLE);
        assert_eq!(found(it, &tensors).cause, Cause::Nothing);
    }
}

#[test]
fn two_mistakes_at_once_are_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut tried, mut right) = (0, 0);
    for _ in 0..20 {
        let (network, batch) = random(CellKind::Elman, 3, &mut rng);
        let it = setting(&network, &batch);
        for wrong in [
            vec![Mistake::NotTransposed, Mistake::StateAfter],
            vec![
                Mistake::NotTransposed,
                Mistake::Slope(SlopeMistake::OfSquashed, None),
            ],
            vec![Mistake::NotTransposed, Mistake::LastTerms(2)],
            vec![Mistake::StateAfter, Mistake::Factor(0.5, None)],
        ] {
            let tensors = given(&network, &made(it, &wrong), Precision::DOUBLE);
            let cause = found(it, &tensors).cause;
            if cause == Cause::Nothing {
                // Nobody could see it in the numbers: a unit that is dead has no gradient to be wrong.
                assert!(same(it, &tensors, &[]));
                continue;
            }
            tried += 1;
            right += u32::from(match cause {
                Cause::Mistakes(named) => named == wrong || same(it, &tensors, &named),
                _ => false,
            });
        }
    }
    assert!(tried > 70, "{tried}");
    assert!(
        f64::from(right) >= 0.99 * f64::from(tried),
        "{right} of {tried}"
    );
}

/// A reset on the wrong side of the product, alone and with another mistake, of which one is in the weights that somebody
/// has computed with, too.
#[test]
fn a_reset_on_the_wrong_side_is_found_with_others() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    for cell in [CellKind::Gru, CellKind::GruResetBefore] {
        for _ in 0..5 {
            let (network, batch) = random(cell, 2, &mut rng);
            let it = setting(&network, &batch);
            for others in [
                vec![],
                vec![Mistake::NotTransposed],
                vec![Mistake::WeightOrder(vec![1, 0, 2])],
                vec![Mistake::Factor(0.5, None)],
            ] {
                let mut wrong = vec![Mistake::OtherReset];
                wrong.extend(others);
                let tensors = given(&network, &made(it, &wrong), Precision::DOUBLE);
                let diagnosis = found(it, &tensors);
                let named = diagnosis.mistakes();
                assert_eq!(named.len(), wrong.len(), "{cell:?}: {named:?}");
                assert!(wrong.iter().all(|it| named.contains(it)), "{named:?}");
                let sentence = diagnosis.sentence(it);
                let told = match cell {
                    CellKind::Gru => "before the product with W_hn",
                    _ => "after the product with W_hn",
                };
                assert!(sentence.contains(told), "{sentence}");
            }
        }
    }
}

/// What no known mistake gives is said where it departs; and what is not finite, where that is.
#[test]
fn what_has_no_name_is_said_where_it_departs() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (network, batch) = random(CellKind::Elman, 3, &mut rng);
    let it = setting(&network, &batch);
    let computed = made(it, &[]);
    let mut tensors = given(&network, &computed, Precision::DOUBLE);
    let index = tensors
        .iter()
        .position(|tensor| tensor.place == GivenPlace::Parameter(Parameter::RecurrentWeights, 0))
        .unwrap();
    tensors[index].values[5] += 0.123;
    assert_eq!(
        found(it, &tensors).cause,
        Cause::Unknown("w_h".to_owned(), "row 2, column 3".to_owned())
    );
    let mut states = GivenTensor {
        name: "dl_do".to_owned(),
        place: GivenPlace::States(0),
        values: Vec::new(),
        precision: Precision::DOUBLE,
    };
    states.values = states.expected(&network, &computed);
    states.values[0] += 0.5;
    states.values[3] -= 0.5;
    assert_eq!(
        found(it, &[states]).cause,
        Cause::Unknown("dl_do".to_owned(), "t = 2, unit 1".to_owned())
    );
    tensors[index].values[0] = f64::NAN;
    assert_eq!(
        found(it, &tensors).cause,
        Cause::NotFinite("w_h".to_owned(), "row 1, column 1".to_owned())
    );
}

/// Terms are numbers like others: right ones are right, and a mistake is named by them alone. And of a mistake that is found
/// in the sums, the terms are known.
#[test]
fn terms_are_compared_one_by_one() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let never = Interrupt::default();
    for (cell, hidden) in CELLS {
        let (network, batch) = random(cell, hidden, &mut rng);
        let it = setting(&network, &batch);
        let terms = |mistakes: &[Mistake]| {
            let computed = candidates::made(it, mistakes, true, &never).unwrap();
            let mut tensor = GivenTensor {
                name: "w_h_terms".to_owned(),
                place: GivenPlace::Terms(Parameter::RecurrentWeights, 0),
                values: Vec::new(),
                precision: Precision::DOUBLE,
            };
            tensor.values = tensor.expected(&network, &computed);
            // What the terms are of is their sum.
            let width = tensor.width(&network, it.length());
            let sums = computed.gradients.of(Parameter::RecurrentWeights);
            for (place, sum) in sums.iter().enumerate() {
                let terms = tensor.values.chunks_exact(width);
                let all: f64 = terms.map(|term| term[place]).sum();
                assert!((all - sum).abs() <= 1e-13 * (1.0 + sum.abs()), "{cell:?}");
            }
            tensor
        };
        let right = found(it, &[terms(&[])]);
        assert_eq!(right.cause, Cause::Nothing, "{cell:?}");
        let known = right.terms.unwrap();
        assert_eq!((known.w_h.len(), known.w_i.len()), (it.length(), 0));
        let wrong = vec![Mistake::StateAfter];
        let named = found(it, &[terms(&wrong)]);
        assert_eq!(named.mistakes(), wrong, "{cell:?}");
        let of_sums = found(it, &given(&network, &made(it, &wrong), Precision::DOUBLE));
        let (by_terms, by_sums) = (named.terms.unwrap(), of_sums.terms.unwrap());
        for (a, b) in by_terms.w_h.iter().zip(&by_sums.w_h) {
            let (a, b) = (a.value(), b.value());
            assert!(
                (a - b).abs() <= 1e-12 * (1.0 + b.abs()),
                "{cell:?}: {a} {b}"
            );
        }
        assert_eq!(by_sums.w_i.len(), it.length());
        let mut departing = terms(&[]);
        let last = departing.values.len() - 1;
        departing.values[last] += 0.125;
        let Cause::Unknown(name, place) = found(it, &[departing]).cause else {
            panic!("{cell:?}");
        };
        assert_eq!(name, "w_h_terms");
        assert!(
            place.starts_with(&format!("t = {}", it.length())),
            "{place}"
        );
    }
}
