//! The activations as branch-free arithmetic, which the compiler turns into vector instructions.
//!
//! Every function is straight-line code (a comparison only ever chooses between two values), so that a loop
//! over an array becomes AVX-512, AVX2 or NEON code: [`sweep`] finds out which the processor has.
//!
//! Largest errors found, in units in the last place, of 4.8 million random arguments each, with fused
//! multiply-add and, where it differs, without:
//!
//! ```text
//!             o              f′
//! tanh        1.52 (1.61)    1.52
//! sigmoid     0.75           1.52
//! softsign    1.50           1.49 (2.37)
//! ELU         1.36 (1.40)    1.20 (1.22)
//! softplus    1.50           0.76
//! GELU        1.52 (1.29)    1.46 (2.66)
//! SiLU        0.76           0.95 (1.45)
//! ```
//!
//! ReLU, leaky ReLU, identity and hard tanh are rounded correctly. GELU′ and SiLU′ change their sign, and
//! are good to 1.2e-16 absolute within 1 of there. Where a result underflows it becomes subnormal, then 0, with
//! the same errors. tests/activations.rs asserts 2 ulp of o and 3 of f′. NaN gives NaN, but for identity′,
//! which is 1.
//!
//! The last bits depend on whether the processor has fused multiply-add (see [`Arithmetic`]), and on nothing else: not
//! on how wide its vectors are, and on no library of the system.

mod elementary;
mod instructions;
mod kernels;
mod outlines;
mod tanh_table;

use std::marker::PhantomData;

use super::Activation;
pub use elementary::{ln_1p, mantissa_and_exponent, multiply_add, two_sum};
pub use instructions::{Arithmetic, Loop, run};
use kernels::{
    Elu, Gelu, HardTanh, Identity, LeakyRelu, Relu, Sigmoid, Silu, Softplus, Softsign, Tanh,
};

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

/// Runs `loop_` with the kernel of `activation` and the best instructions that the processor has.
pub fn sweep<S: Sweep>(activation: Activation, loop_: S) -> S::Output {
    match activation {
        Activation::Tanh => with_kernel::<Tanh, S>(loop_),
        Activation::Sigmoid => with_kernel::<Sigmoid, S>(loop_),
        Activation::Relu => with_kernel::<Relu, S>(loop_),
        Activation::LeakyRelu => with_kernel::<LeakyRelu, S>(loop_),
        Activation::Identity => with_kernel::<Identity, S>(loop_),
        Activation::Softsign => with_kernel::<Softsign, S>(loop_),
        Activation::Elu => with_kernel::<Elu, S>(loop_),
        Activation::Softplus => with_kernel::<Softplus, S>(loop_),
        Activation::HardTanh => with_kernel::<HardTanh, S>(loop_),
        Activation::Gelu => with_kernel::<Gelu, S>(loop_),
        Activation::Silu => with_kernel::<Silu, S>(loop_),
    }
}

fn with_kernel<K: Kernel, S: Sweep>(loop_: S) -> S::Output {
    run(WithKernel::<K, S> {
        loop_,
        kernel: PhantomData,
    })
}

/// A loop with its kernel.
struct WithKernel<K, S> {
    loop_: S,
    kernel: PhantomData<K>,
}

impl<K: Kernel, S: Sweep> Loop for WithKernel<K, S> {
    type Output = S::Output;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> S::Output {
        self.loop_.run::<K, FUSED>()
    }
}

#[cfg(test)]
mod tests;
