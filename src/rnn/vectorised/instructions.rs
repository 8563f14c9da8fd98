//! Loops compiled for the best instructions that the processor has, and the one thing in which their results differ.

use std::sync::atomic::{AtomicBool, Ordering};

/// How a · b + c is rounded: all that the last bits depend on from one processor to another.
///
/// AVX2 with FMA, AVX-512 and NEON give the same bits, however wide their vectors are: every loop adds up in an
/// order of its own, and no compiler may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// Once, by a fused multiply-add.
    Fma,
    /// Twice, by a multiplication and an addition.
    NoFma,
}

/// Whether to do without fused multiply-add where there is one.
static WITHOUT_FMA: AtomicBool = AtomicBool::new(false);

impl Arithmetic {
    /// That of this process.
    pub fn current() -> Self {
        run(WhichOne)
    }

    /// From here on every loop runs as it does on a processor without fused multiply-add, more slowly,
    /// for the bits that such a processor gives. Whoever calls it does so before anything is computed:
    /// what was computed before has other bits.
    pub fn forgo_fma() {
        WITHOUT_FMA.store(true, Ordering::Relaxed);
    }

    /// Its name in files: `fma` or `no-fma`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fma => "fma",
            Self::NoFma => "no-fma",
        }
    }
}

struct WhichOne;

impl Loop for WhichOne {
    type Output = Arithmetic;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Arithmetic {
        if FUSED {
            Arithmetic::Fma
        } else {
            Arithmetic::NoFma
        }
    }
}

/// A loop over numbers. `run` must be `#[inline(always)]`, and so must everything that it calls: what is not
/// inlined is not compiled for the vector instructions.
pub trait Loop {
    /// What comes out.
    type Output;

    /// The loop. `FUSED` says that the processor has a fused multiply-add.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

/// Runs `loop_` with the vectors of 128 bits that every browser has, for which all of a page is compiled. They have no fused
/// multiply-add: `mul_add` would be a slow function call.
#[cfg(target_family = "wasm")]
#[inline]
pub fn run<L: Loop>(loop_: L) -> L::Output {
    loop_.run::<false>()
}

/// Runs `loop_` with AVX-512, AVX2, NEON or whatever else the processor turns out to have.
#[cfg(not(target_family = "wasm"))]
#[inline]
pub fn run<L: Loop>(loop_: L) -> L::Output {
    let instructions = if WITHOUT_FMA.load(Ordering::Relaxed) {
        // The very code that a processor without it runs.
        pulp::Arch::Scalar
    } else {
        pulp::Arch::new()
    };
    instructions.dispatch(Dispatched(loop_))
}

/// A loop in the form that pulp takes.
#[cfg(not(target_family = "wasm"))]
struct Dispatched<L>(L);

#[cfg(not(target_family = "wasm"))]
impl<L: Loop> pulp::WithSimd for Dispatched<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<Instructions: pulp::Simd>(self, _: Instructions) -> L::Output {
        if Instructions::IS_SCALAR {
            self.0.run::<false>()
        } else {
            self.0.run::<true>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::{Order, Packed, inlined_dot, inlined_product};
    use crate::vectorised::kernel::{Kernel, Sweep, WithKernel};
    use crate::vectorised::kernels;
    use pulp::Simd;
    use std::marker::PhantomData;

    /// A matrix product and a dot product.
    struct Sums<'a>(&'a [f64]);

    impl Loop for Sums<'_> {
        type Output = Vec<f64>;

        #[inline(always)]
        fn run<const FUSED: bool>(self) -> Vec<f64> {
            let size = 37;
            let x = self.0;
            let mut packed = Packed::default();
            packed.pack(&x[..size * size], size);
            let mut out = x[..9 * size].to_vec();
            inlined_product::<FUSED, true>(&x[..9 * size], &packed, Order::Rising, &mut out);
            out.push(inlined_dot::<FUSED>(x, x));
            out
        }
    }

    /// Everything that a kernel makes of every number, in loops that become vectors.
    struct Responses<'a>(&'a [f64]);

    impl Sweep for Responses<'_> {
        type Output = Vec<f64>;

        #[inline(always)]
        fn run<K: Kernel, const FUSED: bool>(self) -> Vec<f64> {
            let count = self.0.len();
            let mut out = vec![0.0; 4 * count];
            let (o, rest) = out.split_at_mut(count);
            let (f_prime, rest) = rest.split_at_mut(count);
            let (outline, state) = rest.split_at_mut(count);
            for ((o, f_prime), &a) in o.iter_mut().zip(f_prime).zip(self.0) {
                let response = K::respond::<FUSED>(a);
                *o = response.o;
                *f_prime = response.f_prime;
            }
            for (outline, &a) in outline.iter_mut().zip(self.0) {
                *outline = K::outline::<FUSED>(a).o;
            }
            for (state, &a) in state.iter_mut().zip(self.0) {
                *state = K::state::<FUSED>(a);
            }
            out
        }
    }

    /// Whether the loops have the same bits with the processor's own choice and by `instructions`, each with its
    /// name.
    fn compared<S: Simd>(instructions: S) -> Vec<(&'static str, bool)> {
        let x: Vec<f64> = (0..2_000)
            .map(|i| 9.0 * (f64::from(i) * 0.7).sin())
            .collect();
        let sums = instructions.vectorize(Dispatched(Sums(&x)));
        let x = x.as_slice();
        vec![
            ("sums", bits(&run(Sums(x))) == bits(&sums)),
            ("tanh", is_same::<kernels::Tanh, S>(instructions, x)),
            ("sigmoid", is_same::<kernels::Sigmoid, S>(instructions, x)),
            ("softsign", is_same::<kernels::Softsign, S>(instructions, x)),
            ("elu", is_same::<kernels::Elu, S>(instructions, x)),
            ("softplus", is_same::<kernels::Softplus, S>(instructions, x)),
            ("gelu", is_same::<kernels::Gelu, S>(instructions, x)),
            ("silu", is_same::<kernels::Silu, S>(instructions, x)),
        ]
    }

    fn is_same<K: Kernel, S: Simd>(instructions: S, x: &[f64]) -> bool {
        let with = || WithKernel::<K, _> {
            loop_: Responses(x),
            kernel: PhantomData,
        };
        bits(&run(with())) == bits(&instructions.vectorize(Dispatched(with())))
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    /// AVX2 and AVX-512, whichever of them this processor has: the width of vectors changes no bit.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    #[test]
    fn all_instructions_with_fma_give_the_same_bits() {
        let avx2 = pulp::x86::V3::try_new().map(compared);
        let avx512 = pulp::x86::V4::try_new().map(compared);
        for (what, same) in avx2.into_iter().chain(avx512).flatten() {
            assert!(same, "{what}");
        }
    }

    /// Without it the bits are others, of sums and of every kernel that rounds: what tells such machines apart has
    /// to be written down.
    #[test]
    fn instructions_without_fma_give_other_bits() {
        let plain = pulp::Scalar::new();
        assert_eq!(plain.vectorize(Dispatched(WhichOne)), Arithmetic::NoFma);
        let has_fma = Arithmetic::current() == Arithmetic::Fma;
        for (what, same) in compared(plain) {
            assert_eq!(same, !has_fma, "{what}");
        }
    }
}
