//! The activations as branch-free arithmetic, which the compiler turns into vector instructions.
//!
//! Every function is straight-line code (a comparison only ever chooses between two values), so that a loop
//! over an array becomes AVX-512, AVX2 or NEON code: [`sweep_with`] finds out which the processor has.
//!
//! Largest errors found, in units in the last place, of 4.8 million random arguments each, with fused
//! multiply-add and, where it differs, without:
//!
//! ```text
//!             o              f′
//! tanh        1.56 (0.93)    1.52
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
mod kernel;
mod kernels;
mod outlines;
mod tanh_table;

pub use elementary::{ln_1p, mantissa_and_exponent, multiply_add, two_sum};
pub use instructions::{Arithmetic, Loop, run};
pub use kernel::{Kernel, Outline, Response, Sweep, sweep_with};
pub use kernels::{
    Elu, Gelu, HardTanh, Identity, LEAKY_SLOPE, LeakyRelu, Relu, Sigmoid, Silu, Softplus, Softsign,
    Tanh,
};

#[cfg(test)]
mod tests;
