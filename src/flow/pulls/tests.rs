use proptest::prelude::*;

use super::super::{StepFlow, Ways};
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
            ways: Ways::OneAfterTheOther,
            parts: [one; 2],
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
        is_asked_at_every_step: false,
        state_width: 1,
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

fn balance(terms: &[f64]) -> Option<String> {
    Pulls::of_w_h(&flow(terms))?.balance_in_words()
}

#[test]
fn terms_of_one_sign_are_shares_of_their_sum() {
    for sign in [1.0, -1.0] {
        let terms = [0.5, 1.0, 2.5, 6.0].map(|term| sign * term);
        assert_eq!(say(&terms, 4), "step 4 is 60.0 % of ∂L/∂wₕ");
        assert_eq!(say(&terms, 3), "steps 4 to 3 are 85.0 % of ∂L/∂wₕ");
        assert_eq!(say(&terms, 1), "steps 4 to 1 are 100 % of ∂L/∂wₕ");
        assert_eq!(balance(&terms), None);
    }
    assert_eq!(say(&[3.0], 1), "step 1 is 100 % of ∂L/∂wₕ");
    assert_eq!(say(&[0.0, 3.0], 2), "step 2 is 100 % of ∂L/∂wₕ");
    assert_eq!(say(&[3.0, 0.0], 2), "step 2 adds nothing to ∂L/∂wₕ");
    assert_eq!(
        say(&[3.0, 0.0, 0.0], 2),
        "steps 3 to 2 add nothing to ∂L/∂wₕ"
    );
    assert_eq!(say(&[3.0, 1e-9], 2), "step 2 is less than 0.1 % of ∂L/∂wₕ");
    assert_eq!(say(&[1e-9, 3.0], 2), "step 2 is more than 99.9 % of ∂L/∂wₕ");
}

/// The case of the public trial: `step 10 is 1015.6 % of ∂L/∂wₕ`.
#[test]
fn a_term_larger_than_the_sum_is_a_share_of_all_pull() {
    let terms = [-4.0, -5.156, 10.156];
    assert_eq!(say(&terms, 3), "step 3 is 52.6 % of all pull, with the sum");
    assert_eq!(
        say(&terms, 2),
        "steps 3 to 2 are 79.3 % of all pull: 52.6 % with the sum, 26.7 % against the sum"
    );
    assert_eq!(
        say(&terms, 1),
        "steps 3 to 1 are 100 % of all pull: 52.6 % with the sum, 47.4 % against the sum"
    );
    assert_eq!(
        balance(&terms).as_deref(),
        Some("up 10.2, down 9.16, sum 1.00: they nearly cancel")
    );
    // The sum is below zero: a term below zero pulls with it.
    let turned = terms.map(|term| -term);
    assert_eq!(
        say(&turned, 3),
        "step 3 is 52.6 % of all pull, with the sum"
    );
    assert_eq!(
        say(&turned, 2),
        "steps 3 to 2 are 79.3 % of all pull: 52.6 % with the sum, 26.7 % against the sum"
    );
    assert_eq!(
        balance(&turned).as_deref(),
        Some("up 9.16, down 10.2, sum −1.00: they nearly cancel")
    );
}

/// The other case: `−18.1 %`.
#[test]
fn a_term_against_the_sum_is_said_to_pull_against_it() {
    assert_eq!(
        say(&[1.0, 0.181, -0.181], 3),
        "step 3 is 13.3 % of all pull, against the sum"
    );
    assert_eq!(
        balance(&[3.0, -1.0]).as_deref(),
        Some("up 3.00, down 1.00, sum 2.00")
    );
}

/// They are too small for an `f64` beside the largest, and some beside nothing.
#[test]
fn terms_of_any_size_have_shares() {
    let mut tiny = flow(&[1.0, 1.0, -1.0]);
    for (step, log10) in tiny.steps.iter_mut().zip([-400.0, 0.0, -5000.0]) {
        let negative = step.term_w_h.magnitude.is_negative();
        step.term_w_h.magnitude = Magnitude::Finite { negative, log10 };
    }
    let pulls = Pulls::of_w_h(&tiny).unwrap();
    assert_eq!(pulls.share_in_words(1), "less than 0.1 % of all pull");
    assert_eq!(pulls.share_in_words(2), "100 % of all pull, with the sum");
    assert_eq!(
        share_in_words(&tiny, 3),
        "step 3 is less than 0.1 % of ∂L/∂wₕ"
    );
    for step in &mut tiny.steps {
        if let Magnitude::Finite { log10, .. } = &mut step.term_w_h.magnitude {
            *log10 = -5000.0;
        }
    }
    tiny.w_h.magnitude = Magnitude::from_log10(-5000.0);
    let pulls = Pulls::of_w_h(&tiny).unwrap();
    assert_eq!(
        pulls.share_in_words(3),
        "33.3 % of all pull, against the sum"
    );
    assert_eq!(
        pulls.balance_in_words().as_deref(),
        Some("up 2.0·10⁻⁵⁰⁰⁰, down 1.0·10⁻⁵⁰⁰⁰, sum 1.0·10⁻⁵⁰⁰⁰")
    );
}

#[test]
fn a_sum_of_zero_is_cancelled_and_without_numbers_there_are_no_shares() {
    assert_eq!(say(&[0.0, 0.0], 1), "every term of ∂L/∂wₕ is exactly 0");
    assert_eq!(
        say(&[2.0, -2.0], 2),
        "step 2 is 50.0 % of all pull, downwards"
    );
    assert_eq!(
        balance(&[2.0, -2.0]).as_deref(),
        Some("up 2.00, down 2.00, sum 0: they cancel")
    );
    assert_eq!(say(&[f64::NAN, 1.0], 2), "∂L/∂wₕ is NaN");
    assert_eq!(say(&[f64::INFINITY, 1.0], 1), "∂L/∂wₕ is ∞");
    for terms in [&[0.0, 0.0][..], &[f64::NAN, 1.0]] {
        assert_eq!(balance(terms), None);
    }
}

#[test]
fn many_units_have_a_matrix_and_pull_along_its_sum() {
    let mut many = flow(&[1.0, 3.0]);
    many.state_width = 5;
    many.w_h.is_number = false;
    assert_eq!(share_in_words(&many, 2), "step 2 is 75.0 % of ∂L/∂Wₕ");
    let mut many = flow(&[-1.0, 3.0]);
    many.state_width = 5;
    many.w_h.is_number = false;
    assert_eq!(
        share_in_words(&many, 2),
        "step 2 is 75.0 % of all pull, with the sum"
    );
    assert_eq!(
        Pulls::of_w_h(&many).unwrap().balance_in_words().as_deref(),
        Some("with the sum 3.00, against the sum 1.00, sum 2.00")
    );
    let mut nothing = flow(&[2.0, -2.0]);
    nothing.state_width = 5;
    nothing.w_h.is_number = false;
    assert_eq!(
        share_in_words(&nothing, 2),
        "the terms of ∂L/∂Wₕ cancel each other, what is left is 0"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever the terms, every percentage is one of 0 to 100, and what pulls against the sum is said to.
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
        for before in words.split(" %").filter(|part| part.ends_with(|it: char| it.is_ascii_digit())) {
            let number = before.rsplit(' ').next().unwrap_or_default();
            if let Ok(percent) = number.parse::<f64>() {
                prop_assert!((0.0..=100.0).contains(&percent), "{words}");
            }
        }
        let sum: f64 = terms.iter().sum();
        let against = terms[k - 1..].iter().any(|term| term * sum < 0.0);
        prop_assert_eq!(words.contains("against"), against, "{}", words);
    }
}
