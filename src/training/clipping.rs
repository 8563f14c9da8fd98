//! Gradient clipping by norm (Pascanu, Mikolov and Bengio, 2013, algorithm 1).

use crate::rnn::Gradients;

/// Keeps the quotient finite for a gradient of zero; the same number as in PyTorch's
/// `clip_grad_norm_`, for equal results.
const EPSILON: f64 = 1e-6;

/// Brings the norm of any finite numbers into the range of `f64`: the largest have 2¹⁰²⁴, and there are fewer than
/// 2⁶⁴. What becomes zero is less than 10⁻¹⁵⁰ of them.
const HUGE_TO_ORDINARY: f64 = 1.0 / (1_u128 << 100) as f64;

/// Scales `gradients` down to the norm `clip_norm` if they are longer, and returns the norm before and
/// after.
pub fn clip(gradients: &mut Gradients, clip_norm: Option<f64>) -> (f64, f64) {
    let norm = gradients.norm();
    let Some(clip_norm) = clip_norm else {
        return (norm, norm);
    };
    if norm.is_infinite() && gradients.first_non_finite().is_none() {
        // Every number fits, their norm does not.
        gradients.scale(HUGE_TO_ORDINARY);
        gradients.scale(clip_norm / gradients.norm());
        return (norm, clip_norm);
    }
    let factor = clip_norm / (norm + EPSILON);
    // A norm of ∞ or NaN must not look healthy after clipping: 0 · ∞ is NaN, and stays.
    if factor >= 1.0 {
        return (norm, norm);
    }
    gradients.scale(factor);
    (norm, norm * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradients(w_h: f64) -> Gradients {
        let mut gradients = Gradients::zeros(1, 1, false);
        gradients.w_h_mut()[[0, 0]] = w_h;
        gradients.w_o_mut()[0] = 4.0;
        gradients
    }

    #[test]
    fn long_gradients_keep_their_direction_and_short_ones_everything() {
        let mut long = gradients(3.0);
        let (raw, clipped) = clip(&mut long, Some(1.0));
        assert_eq!(raw, 5.0);
        // 1e-6 in the denominator shortens by a fifth of a millionth.
        assert!((clipped - 1.0).abs() < 1e-6 && (long.norm() - clipped).abs() < 1e-15);
        assert!((long.w_h()[[0, 0]] / long.w_o()[0] - 0.75).abs() < 1e-15);
        let mut short = gradients(3.0);
        assert_eq!(clip(&mut short, Some(6.0)), (5.0, 5.0));
        assert_eq!(short, gradients(3.0));
        assert_eq!(clip(&mut short, None), (5.0, 5.0));
    }

    #[test]
    fn an_infinite_gradient_stays_visible() {
        let mut broken = gradients(f64::INFINITY);
        clip(&mut broken, Some(1.0));
        assert!(broken.first_non_finite().is_some());
    }

    /// 4 of the largest numbers have a norm of twice the largest, which is none; they are clipped all the same,
    /// and not to zero.
    #[test]
    fn finite_gradients_whose_norm_overflows_are_clipped() {
        let mut huge = Gradients::zeros(2, 2, false);
        huge.w_i_mut().fill(f64::MAX);
        assert_eq!(huge.norm(), f64::INFINITY);
        assert_eq!(clip(&mut huge, Some(1.0)), (f64::INFINITY, 1.0));
        for gradient in huge.w_i() {
            assert!((gradient - 0.5).abs() < 1e-15);
        }
        // Where the norm fits, it neither overflows in its squares.
        let mut large = gradients(3e200);
        large.w_o_mut()[0] = 4e200;
        let (norm, clipped) = clip(&mut large, Some(1.0));
        assert!((norm / 5e200 - 1.0).abs() < 1e-15 && (clipped - 1.0).abs() < 1e-15);
        assert!((large.w_h()[[0, 0]] - 0.6).abs() < 1e-15);
    }
}
