//! What an activation is to a loop over many numbers.

use std::marker::PhantomData;

use super::instructions::{Loop, run};

/// What an activation does to one number.
#[derive(Clone, Copy, Debug)]
pub struct Response {
    /// f(a).
    pub o: f64,
    /// f′(a), subnormal or 0 where that is too small for a normal `f64`.
    pub f_prime: f64,
    /// Together with `slope`, f′(a) = e^`exponent` · `slope`, so that f′ does not underflow however deep
    /// the saturation. At most 0.
    pub exponent: f64,
    /// What is left of f′ without its exponential part.
    pub slope: f64,
}

/// What an activation does to one number, as far as a picture needs it.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    /// f(a), to about 5 ulp where it is a normal `f64`. Left of 0 GELU is off by a² ε, which e^(−a²/2) makes of a
    /// rounding of a².
    pub o: f64,
    /// As in [`Response`].
    pub exponent: f64,
    /// As in [`Response`].
    pub slope: f64,
}

/// An activation function. `FUSED` says that the processor has a fused multiply-add.
pub trait Kernel {
    /// How many `slope`s can be multiplied with a number between 1 and 2 until the product may leave the
    /// range of normal `f64`.
    const SLOPES_IN_RANGE: usize;

    /// f and f′ at `a`.
    fn respond<const FUSED: bool>(a: f64) -> Response;

    /// f and f′ at `a` for a picture.
    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        let Response {
            o, exponent, slope, ..
        } = Self::respond::<FUSED>(a);
        Outline { o, exponent, slope }
    }

    /// f at `a` where the next argument waits for it: as good as `o` of [`Self::respond`], but not the same bits.
    #[inline(always)]
    fn state<const FUSED: bool>(a: f64) -> f64 {
        Self::respond::<FUSED>(a).o
    }
}

/// A loop over an activation function. `run` must be `#[inline(always)]`, and so must everything that it
/// calls: what is not inlined is not compiled for the vector instructions.
pub trait Sweep {
    /// What comes out.
    type Output;

    /// The loop.
    fn run<K: Kernel, const FUSED: bool>(self) -> Self::Output;
}

/// Runs `loop_` with the kernel `K` and the best instructions that the processor has.
pub fn sweep_with<K: Kernel, S: Sweep>(loop_: S) -> S::Output {
    run(WithKernel::<K, S> {
        loop_,
        kernel: PhantomData,
    })
}

/// A loop with its kernel.
pub(super) struct WithKernel<K, S> {
    pub(super) loop_: S,
    pub(super) kernel: PhantomData<K>,
}

impl<K: Kernel, S: Sweep> Loop for WithKernel<K, S> {
    type Output = S::Output;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> S::Output {
        self.loop_.run::<K, FUSED>()
    }
}
