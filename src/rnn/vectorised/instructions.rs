//! Loops compiled for the best instructions that the processor has.

/// A loop over numbers. `run` must be `#[inline(always)]`, and so must everything that it calls: what is not
/// inlined is not compiled for the vector instructions.
pub trait Loop {
    /// What comes out.
    type Output;

    /// The loop. `FUSED` says that the processor has a fused multiply-add.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

/// Runs `loop_` with AVX-512, AVX2, NEON or whatever else the processor turns out to have.
#[inline]
pub fn run<L: Loop>(loop_: L) -> L::Output {
    pulp::Arch::new().dispatch(Dispatched(loop_))
}

/// A loop in the form that pulp takes.
struct Dispatched<L>(L);

impl<L: Loop> pulp::WithSimd for Dispatched<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<Instructions: pulp::Simd>(self, _: Instructions) -> L::Output {
        // WebAssembly's vectors have no fused multiply-add: `mul_add` would be a slow function call.
        if Instructions::IS_SCALAR || cfg!(target_family = "wasm") {
            self.0.run::<false>()
        } else {
            self.0.run::<true>()
        }
    }
}
