"""The step in JAX."""

import itertools
import time

import jax
import jax.numpy as jnp
import numpy as np

import jax_elman
import jax_gated
from rows import LEARNING_RATE, results_of, steps_for

# Seconds that one form runs in the rounds that choose it.
TRIAL = 0.04
UNROLLED = (1, 4, 8)

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)
# In this thread: a second one would only have to be waited for.
jax.config.update("jax_cpu_enable_async_dispatch", False)


class Jax:
    """JAX jit: the whole step compiled into one function, timesteps in lax.scan, inputs projected before it.

    Each row is given the fastest of several forms, and each of these with the scan unrolled or not.
    """

    name = "JAX"
    version = jax.__version__

    def prepare(self, row, given):
        self.row = row
        start = row.tensors(given)
        self.ends = list(itertools.accumulate(tensor.size for tensor in start))
        # All parameters in one vector where they are few: a call costs time for each array.
        self.packed = row.hidden == row.batch == row.inputs == 1
        start = np.concatenate([np.ravel(tensor) for tensor in start]) if self.packed else start
        self.parameters = start = jax.tree.map(jnp.asarray, start)
        self.data = tuple(jnp.asarray(numbers) for numbers in row.data(given))
        forms = jax_gated.forms(row) if row.is_gated else jax_elman.forms(row)
        trials = {
            (kind, unroll): self.compiled(form(unroll))
            for (kind, form), unroll in itertools.product(forms.items(), UNROLLED)
            if unroll <= row.length
        }
        self.choose(trials)
        self.parameters = start

    def compiled(self, form):
        """One step, and the same with its gradients as one more result."""

        def step(parameters, x, y):
            loss, gradients, g, norms = form(self.unpacked(parameters), x, y)
            if self.packed:
                gradients = jnp.concatenate([gradient.reshape(-1) for gradient in gradients])
            else:
                gradients = [*gradients]
            updated = jax.tree.map(lambda p, d: p - LEARNING_RATE * d, parameters, gradients)
            return updated, loss, g, norms, gradients

        return jax.jit(lambda *given: step(*given)[:4]), jax.jit(step)

    def unpacked(self, parameters):
        if not self.packed:
            return parameters
        parts = jnp.split(parameters, self.ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self.row.shapes.values())]

    def choose(self, trials):
        steps, taken = {}, {key: [] for key in trials}
        for key, (self.run, _) in trials.items():
            self.seconds(1)  # compiles
            steps[key] = steps_for(self, TRIAL)
        for _ in range(5):
            for key, (self.run, _) in trials.items():
                taken[key].append(self.seconds(steps[key]) / steps[key] * 1e6)
        self.tried = {f"{kind}, unroll {unroll}": min(t) for (kind, unroll), t in taken.items()}
        best = min(taken, key=lambda key: min(taken[key]))
        self.form = f"{best[0]}, unroll {best[1]}"
        self.run, self.with_gradients = trials[best]

    def results(self):
        """Of the form that is timed."""
        _, loss, g, norms = self.run(self.parameters, *self.data)
        gradients = self.with_gradients(self.parameters, *self.data)[4]
        if self.packed:
            gradients = np.asarray(gradients)[:, None]
        g = np.asarray(g)
        # A form in columns has the units before the batch.
        by_columns = self.form.startswith("columns") and g.ndim == 3
        g = g.transpose(0, 2, 1) if by_columns else g
        return results_of(self.row, loss, gradients, (g, norms))

    def seconds(self, steps):
        run, data, parameters = self.run, self.data, self.parameters
        start = time.perf_counter()
        for _ in range(steps):
            parameters, _, _, norms = run(parameters, *data)
            # All results of a call are there when one is.
            norms.block_until_ready()
        elapsed = time.perf_counter() - start
        self.parameters = parameters
        return elapsed
