use proptest::prelude::*;

use super::super::{StepFlow, Term, WeightGradient};
use super::*;

/// A flow with the terms `terms`, of which only what words come of is real.
fn flow(terms: &[f64]) -> GradientFlow {
    let sum: f64 = terms.iter().sum();
    let one = Magnitude::ONE;
    let steps = terms.iter().map(|&term| {
        let term = Term {
            magnitude: Magnitude::new(term),
            share: if sum == 0.0 { f64::NAN } else { term / sum },
        };
        StepFlow {
            f_prime: one,
            w_h: one,
            factor: one,
            to_end: one,
            from_first: one,
            dl_do: one,
            term_w_h: term,
            term_w_i: term,
        }
    });
    let gradient = WeightGradient {
        magnitude: Magnitude::new(sum),
        is_number: true,
    };
    GradientFlow {
        steps: steps.collect(),
        hidden: 1,
        z: 0.0,
        read_out_learns: true,
        dl_dz: one,
        dl_do_0: one,
        w_h: gradient,
        w_i: gradient,
        steps_that_count: None,
        bound_per_step_log10: 0.0,
    }
}

fn say(terms: &[f64], k: usize) -> String {
    share_in_words(&flow(terms), k)
}

#[test]
fn terms_of_one_sign_are_percentages() {
    for sign in [1.0, -1.0] {
        let terms = [0.5, 1.0, 2.5, 6.0].map(|term| sign * term);
        assert_eq!(say(&terms, 4), "step 4 is 60 % of ∂L/∂wₕ");
        assert_eq!(say(&terms, 3), "steps 4 to 3 are 85 % of ∂L/∂wₕ");
        assert_eq!(say(&terms, 1), "steps 4 to 1 are 100 % of ∂L/∂wₕ");
        assert_eq!(against_in_words(&flow(&terms)), None);
    }
    assert_eq!(say(&[3.0], 1), "step 1 is 100 % of ∂L/∂wₕ");
    assert_eq!(say(&[0.0, 3.0], 2), "step 2 is 100 % of ∂L/∂wₕ");
    assert_eq!(say(&[3.0, 0.0], 2), "step 2 adds nothing to ∂L/∂wₕ");
    assert_eq!(
        say(&[3.0, 0.0, 0.0], 2),
        "steps 3 to 2 add nothing to ∂L/∂wₕ"
    );
    assert_eq!(say(&[3.0, 1e-9], 2), "step 2 is less than 0.1 % of ∂L/∂wₕ");
}

/// The case of the public trial: `step 10 is 1015.6 % of ∂L/∂wₕ`.
#[test]
fn a_term_larger_than_the_sum_is_a_multiple_and_the_others_pull_back() {
    let terms = [-4.0, -5.156, 10.156];
    assert_eq!(
        say(&terms, 3),
        "step 3 alone is 10.2 times ∂L/∂wₕ; the steps before it together pull back"
    );
    assert_eq!(
        say(&terms, 2),
        "steps 3 to 2 are 5 times ∂L/∂wₕ; step 1 pulls back"
    );
    assert_eq!(
        say(&terms, 1),
        "steps 3 to 1 are 100 % of ∂L/∂wₕ; steps 2 and 1 pull against it"
    );
    assert_eq!(
        against_in_words(&flow(&terms)).as_deref(),
        Some("2 of the 3 terms pull against the sum")
    );
    // The steps before the shown ones pull both ways, and back together.
    assert_eq!(
        say(&[2.0, -3.0, 1.0, 1.0], 3),
        "steps 4 to 3 are 2 times ∂L/∂wₕ; the steps before them together pull back"
    );
    assert_eq!(
        say(&[-0.001, 1.001], 2),
        "step 2 alone is a little more than ∂L/∂wₕ; step 1 pulls back"
    );
}

/// The other case: `−18.1 %`.
#[test]
fn a_term_against_the_sum_is_said_to_pull_against_it() {
    assert_eq!(
        say(&[1.0, 0.181, -0.181], 3),
        "step 3 pulls against ∂L/∂wₕ, 0.181 times as strongly; the steps before it together outweigh it"
    );
    assert_eq!(
        say(&[4.0, -1.0, -2.0], 2),
        "steps 3 to 2 together pull against ∂L/∂wₕ, 3 times as strongly; step 1 outweighs them"
    );
    let one_against = [3.0, -1.0, 2.0, 0.0];
    assert_eq!(
        say(&one_against, 2),
        "steps 4 to 2 are 25 % of ∂L/∂wₕ; step 2 pulls against it"
    );
    assert_eq!(
        against_in_words(&flow(&one_against)).as_deref(),
        Some("1 of the 4 terms pulls against the sum")
    );
    let three_against = [8.0, -1.0, -1.0, -1.0, 4.0];
    assert_eq!(
        say(&three_against, 2),
        "steps 5 to 2 are 11.1 % of ∂L/∂wₕ; 3 of them pull against it"
    );
}

#[test]
fn a_sum_without_shares_is_said_to_have_none() {
    assert_eq!(say(&[0.0, 0.0], 1), "every term of ∂L/∂wₕ is exactly 0");
    assert_eq!(
        say(&[2.0, -2.0], 2),
        "the terms of ∂L/∂wₕ cancel each other, what is left is 0"
    );
    assert_eq!(say(&[f64::NAN, 1.0], 2), "∂L/∂wₕ is NaN");
    assert_eq!(say(&[f64::INFINITY, 1.0], 1), "∂L/∂wₕ is ∞");
    for terms in [&[0.0, 0.0][..], &[2.0, -2.0], &[f64::NAN, 1.0]] {
        assert_eq!(against_in_words(&flow(terms)), None);
    }
}

#[test]
fn many_units_have_a_matrix() {
    let mut many = flow(&[1.0, 3.0]);
    many.hidden = 5;
    assert_eq!(share_in_words(&many, 2), "step 2 is 75 % of ∂L/∂Wₕ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever the terms, a percentage is one of 0 to 100, no number is below zero, and every sentence
    /// speaks of the steps that are shown.
    #[test]
    fn no_percentage_is_above_100_or_below_0(
        terms in proptest::collection::vec(
            prop_oneof![Just(0.0), -3.0..3.0_f64, -1e-9..1e-9_f64, -1e18..1e18_f64],
            1..12,
        ),
        place in 0..12_usize,
    ) {
        let flow = flow(&terms);
        let k = 1 + place % terms.len();
        let words = share_in_words(&flow, k);
        prop_assert!(!words.contains('−') || words.contains("what is left is"), "{words}");
        if let Some((before, _)) = words.split_once(" %") {
            let number = before.rsplit(' ').next().unwrap_or_default();
            let percent: f64 = number.parse().unwrap();
            prop_assert!((0.0..=100.0).contains(&percent), "{words}");
        }
        let all = shares(&flow);
        let shown: f64 = all[k - 1..].iter().rev().sum();
        if can_be_added(&all) && k > 1 && shown < 0.0 {
            prop_assert!(words.contains("against"), "{words}");
        }
    }
}
