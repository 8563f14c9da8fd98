//! A network of one unit over time: a chain in which every number waits for the one before it.

use super::vectorised::{Kernel, Loop, Sweep, multiply_add, run};
use super::{Activation, Interrupt, Interrupted};

/// Timesteps between two looks at the interrupt: below 0.1 ms for a batch of a few dozen sequences.
const STEPS_PER_LOOK: usize = 64;

/// a_t += w_h o_{t−1}, o_t = f(a_t) and f′(a_t) for t = 1..n, for `size` sequences side by side. `a` and
/// `f_prime` hold n · `size` numbers, timestep after timestep; `o` begins with o_0 and holds `size` more.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn run_one_unit(
    activation: Activation,
    w_h: f64,
    size: usize,
    a: &mut [f64],
    o: &mut [f64],
    f_prime: &mut [f64],
    interrupt: &Interrupt,
) -> Result<(), Interrupted> {
    let together = STEPS_PER_LOOK * size;
    let mut done = 0;
    for (a, f_prime) in a.chunks_mut(together).zip(f_prime.chunks_mut(together)) {
        interrupt.check()?;
        let o = &mut o[done..done + a.len() + size];
        done += a.len();
        if size == 1 {
            let forward = OneSequence { w_h, a, o, f_prime };
            activation.sweep(forward);
        } else {
            let forward = Sequences {
                w_h,
                size,
                a,
                o,
                f_prime,
            };
            activation.sweep(forward);
        }
    }
    Ok(())
}

/// δ_t = f′(a_t) g_t and g_{t−1} = w_h δ_t for t = n..1, for `size` sequences side by side. `g` ends with g_n
/// and holds `size` numbers more than `f_prime` and `delta`.
pub fn run_one_unit_back(w_h: f64, size: usize, f_prime: &[f64], g: &mut [f64], delta: &mut [f64]) {
    run(Back {
        w_h,
        size,
        f_prime,
        g,
        delta,
    });
}

struct OneSequence<'a> {
    w_h: f64,
    a: &'a mut [f64],
    o: &'a mut [f64],
    f_prime: &'a mut [f64],
}

impl Sweep for OneSequence<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let Some((&mut first, states)) = self.o.split_first_mut() else {
            return;
        };
        let mut previous = first;
        for (a, o) in self.a.iter_mut().zip(states) {
            *a = multiply_add::<FUSED>(self.w_h, previous, *a);
            // What the next timestep waits for comes by the shortest way.
            previous = K::state::<FUSED>(*a);
            *o = previous;
        }
        // Nothing waits for f′, and many are computed at a time.
        for (a, f_prime) in self.a.iter().zip(self.f_prime) {
            *f_prime = K::respond::<FUSED>(*a).f_prime;
        }
    }
}

struct Sequences<'a> {
    w_h: f64,
    size: usize,
    a: &'a mut [f64],
    o: &'a mut [f64],
    f_prime: &'a mut [f64],
}

impl Sweep for Sequences<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let size = self.size;
        let mut o = self.o;
        let steps = self.a.chunks_exact_mut(size);
        for (a, f_prime) in steps.zip(self.f_prime.chunks_exact_mut(size)) {
            let (previous, rest) = o.split_at_mut(size);
            let states = previous.iter().zip(rest.iter_mut());
            for ((a, f_prime), (previous, o)) in a.iter_mut().zip(f_prime).zip(states) {
                *a = multiply_add::<FUSED>(self.w_h, *previous, *a);
                let response = K::respond::<FUSED>(*a);
                *o = response.o;
                *f_prime = response.f_prime;
            }
            o = rest;
        }
    }
}

struct Back<'a> {
    w_h: f64,
    size: usize,
    f_prime: &'a [f64],
    g: &'a mut [f64],
    delta: &'a mut [f64],
}

impl Loop for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let size = self.size;
        let mut g = self.g;
        if size == 1 {
            return one_back(self.w_h, self.f_prime, g, self.delta);
        }
        let steps = self.f_prime.chunks_exact(size);
        for (f_prime, delta) in steps.zip(self.delta.chunks_exact_mut(size)).rev() {
            let (before, at) = g.split_at_mut(g.len() - size);
            let earlier = before.len() - size;
            let passes = f_prime.iter().zip(at.iter()).zip(delta);
            for (((f_prime, g), delta), previous) in passes.zip(&mut before[earlier..]) {
                *delta = f_prime * g;
                *previous = self.w_h * *delta;
            }
            g = before;
        }
    }
}

/// [`Back`] for one sequence: one multiplication from a number to the next, and the rest beside it.
#[inline(always)]
fn one_back(w_h: f64, f_prime: &[f64], g: &mut [f64], delta: &mut [f64]) {
    let Some((&mut last, earlier)) = g.split_last_mut() else {
        return;
    };
    for (factor, f_prime) in earlier.iter_mut().zip(f_prime) {
        *factor = w_h * f_prime;
    }
    let mut at = last;
    for g in earlier.iter_mut().rev() {
        at *= *g;
        *g = at;
    }
    let later = g[1..].iter().zip(f_prime);
    for (delta, (g, f_prime)) in delta.iter_mut().zip(later) {
        *delta = f_prime * g;
    }
}
