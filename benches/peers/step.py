#!/usr/bin/env python3
"""One training step with the complete record of every timestep, in PyTorch, JAX and BPTT Scope.

    python benches/peers/step.py [--rows 1,2,3] [--rounds 9] [--json FILE]

README.md in this folder says what is measured, and how fairly. Nothing of this is needed to build or run
BPTT Scope.
"""

import os

# Before anything is imported: one thread each.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

LEARNING_RATE = 1e-12
TOLERANCE = 1e-9
# Seconds that a program runs in one round.
SHARE = 0.15

# hidden, batch, length, inputs
ROWS = [
    (1, 1, 10, 1),
    (1, 1, 100, 1),
    (1, 1, 1_000, 1),
    (16, 1, 100, 16),
    (64, 1, 100, 16),
    (64, 1, 1_000, 16),
    (64, 32, 100, 16),
    (256, 32, 100, 16),
]


class Scope:
    """BPTT Scope, as a child process that speaks JSON lines."""

    name = "BPTT Scope"

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary] if binary else ["cargo", "bench", "--quiet", "--bench", "peers"],
            cwd=pathlib.Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("BPTT Scope ended without an answer; does `cargo bench --bench peers` build?")
        return json.loads(line)

    def prepare(self, row):
        hidden, batch, length, inputs = row
        return self.ask(prepare=dict(hidden=hidden, batch=batch, length=length, inputs=inputs))

    def seconds(self, steps):
        return self.ask(time=steps)["seconds"]


class Torch:
    """PyTorch eager: a cell in a loop, every state retains its gradient, SGD."""

    name = "PyTorch"

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        self.torch = torch

    def prepare(self, row, given):
        torch = self.torch
        hidden, batch, _, inputs = row
        self.cell = torch.nn.RNNCell(inputs, hidden, nonlinearity="tanh")
        self.read_out = torch.nn.Linear(hidden, 1)
        with torch.no_grad():
            self.cell.weight_ih.copy_(torch.tensor(given["w_i"]))
            self.cell.weight_hh.copy_(torch.tensor(given["w_h"]))
            self.cell.bias_ih.copy_(torch.tensor(given["b"]))
            self.cell.bias_hh.zero_()
            # One bias, as the others have: the second of PyTorch's would only cost it time.
            self.cell.bias_hh.requires_grad_(False)
            self.read_out.weight.copy_(torch.tensor(given["w_o"])[None])
            self.read_out.bias.copy_(torch.tensor([given["b_o"]]))
        self.x = torch.tensor(given["x"])
        self.y = torch.tensor(given["y"])
        self.start = torch.zeros(batch, hidden)
        trained = [p for m in (self.cell, self.read_out) for p in m.parameters() if p.requires_grad]
        self.optimizer = torch.optim.SGD(trained, lr=LEARNING_RATE)
        self.criterion = torch.nn.BCEWithLogitsLoss()

    def step(self):
        self.optimizer.zero_grad()
        h, states = self.start, []
        for x in self.x:
            h = self.cell(x, h)
            h.retain_grad()
            states.append(h)
        loss = self.criterion(self.read_out(h)[:, 0], self.y)
        loss.backward()
        norms = self.torch.stack([self.torch.linalg.vector_norm(h.grad) for h in states])
        self.optimizer.step()
        return loss, norms

    def results(self):
        loss, norms = self.step()
        gradients = {
            "w_i": self.cell.weight_ih.grad,
            "w_h": self.cell.weight_hh.grad,
            "b": self.cell.bias_ih.grad,
            "w_o": self.read_out.weight.grad[0],
            "b_o": self.read_out.bias.grad[0],
        }
        return loss.item(), norms.tolist(), {name: g.tolist() for name, g in gradients.items()}

    def seconds(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.perf_counter() - start


class Jax:
    """JAX jit: the whole step compiled into one function, timesteps in lax.scan, inputs projected at once.

    Each row is given the fastest of several forms: differentiated by JAX, where the gradients of the states are
    those of perturbations added to them, or by hand, with the weight gradients as products over all timesteps;
    and the scan unrolled or not.
    """

    name = "JAX"

    def __init__(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        # In this thread: a second one would only have to be waited for.
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        self.jax, self.jnp = jax, jnp

    def by_jax(self, unroll):
        jax, jnp = self.jax, self.jnp

        def loss_of(parameters, perturbations, x, y):
            projected = x @ parameters["w_i"].T + parameters["b"]
            w_h = parameters["w_h"].T

            def advance(o, at):
                a, perturbation = at
                return jnp.tanh(a + o @ w_h) + perturbation, None

            last, _ = jax.lax.scan(
                advance, jnp.zeros(projected.shape[1:]), (projected, perturbations), unroll=unroll
            )
            z = last @ parameters["w_o"] + parameters["b_o"]
            return jnp.mean(jnp.logaddexp(0.0, z) - y * z)

        def differentiate(parameters, x, y):
            perturbations = jnp.zeros((*x.shape[:2], parameters["b"].size))
            loss, (gradients, g) = jax.value_and_grad(loss_of, argnums=(0, 1))(
                parameters, perturbations, x, y
            )
            return loss, gradients, g

        return self.step(differentiate)

    def by_hand(self, unroll):
        jax, jnp = self.jax, self.jnp

        def differentiate(parameters, x, y):
            projected = x @ parameters["w_i"].T + parameters["b"]
            w_h, w_o = parameters["w_h"], parameters["w_o"]
            start = jnp.zeros(projected.shape[1:])

            def advance(o, a):
                after = jnp.tanh(a + o @ w_h.T)
                return after, after

            last, states = jax.lax.scan(advance, start, projected, unroll=unroll)
            z = last @ w_o + parameters["b_o"]
            loss = jnp.mean(jnp.logaddexp(0.0, z) - y * z)
            dz = (jax.nn.sigmoid(z) - y) / y.size

            def back(g, o):
                delta = g * (1.0 - o * o)
                return delta @ w_h, (g, delta)

            _, (g, deltas) = jax.lax.scan(
                back, dz[:, None] * w_o, states, reverse=True, unroll=unroll
            )
            before = jnp.concatenate([start[None], states[:-1]])
            rows = lambda array: array.reshape(-1, array.shape[-1])
            gradients = {
                "w_i": rows(deltas).T @ rows(x),
                "w_h": rows(deltas).T @ rows(before),
                "b": rows(deltas).sum(axis=0),
                "w_o": dz @ last,
                "b_o": dz.sum(),
            }
            return loss, gradients, g

        return self.step(differentiate)

    def step(self, differentiate):
        jax, jnp = self.jax, self.jnp

        def step(parameters, x, y):
            loss, gradients, g = differentiate(parameters, x, y)
            updated = jax.tree.map(lambda p, d: p - LEARNING_RATE * d, parameters, gradients)
            return updated, loss, gradients, g, jnp.sqrt(jnp.sum(g * g, axis=(1, 2)))

        return jax.jit(step)

    def prepare(self, row, given):
        length = row[2]
        asarray = self.jnp.asarray
        start = {name: asarray(given[name]) for name in ("w_i", "w_h", "b", "w_o", "b_o")}
        self.parameters = start
        self.data = asarray(given["x"]), asarray(given["y"])
        forms = [
            (name, unroll, form(unroll))
            for name, form in (("by JAX", self.by_jax), ("by hand", self.by_hand))
            for unroll in (1, 4, 16)
            if unroll <= length
        ]
        taken = {}
        for form in forms:
            self.run = form[2]
            steps = steps_for(self, SHARE / 5)
            taken[form] = min(self.seconds(steps) / steps for _ in range(3))
        best = min(forms, key=taken.get)
        self.form = f"{best[0]}, unrolled {best[1]} times"
        self.run, self.parameters = best[2], start

    def results(self):
        _, loss, gradients, _, norms = self.run(self.parameters, *self.data)
        return float(loss), norms.tolist(), {name: g.tolist() for name, g in gradients.items()}

    def seconds(self, steps):
        run, block = self.run, self.jax.block_until_ready
        start = time.perf_counter()
        for _ in range(steps):
            # What a program needs before it can show anything: the results, not the promise of them.
            self.parameters = block(run(self.parameters, *self.data))[0]
        return time.perf_counter() - start


def steps_for(program, share):
    """How many steps take about that many seconds."""
    steps = 1
    while (taken := program.seconds(steps)) < share / 4:
        steps *= 2
    return max(1, round(steps * share / taken))


def flat(value):
    return [number for part in value for number in flat(part)] if isinstance(value, list) else [value]


def disagreement(name, row, given, results):
    """What differs by more than the tolerance, as a sentence; None if nothing does."""
    loss, norms, gradients = results
    pairs = {"the loss": (loss, given["loss"]), "the norms": (norms, given["norms"])}
    for tensor, expected in given["gradients"].items():
        pairs[f"the gradient of {tensor}"] = gradients[tensor], expected
    for what, (found, expected) in pairs.items():
        found, expected = flat(found), flat(expected)
        size = max(abs(number) for number in expected)
        if len(found) != len(expected):
            return f"{title(row)}: {name} has {len(found)} numbers for {what}, not {len(expected)}"
        worst = max(abs(a - b) for a, b in zip(found, expected)) / size
        if not worst <= TOLERANCE:
            return f"{title(row)}: {name} and BPTT Scope differ in {what} by {worst:.1e} of its size"
    return None


def title(row):
    hidden, batch, length, inputs = row
    return f"H = {hidden}, B = {batch}, n = {length:,}, D = {inputs}"


def peak_multiply_adds():
    """How many multiply-adds a second a product of two f64 matrices reaches on one core."""
    import numpy

    size = 768
    left, right = numpy.random.rand(2, size, size)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - start)
    return size**3 / min(times)


def bound_of(row, scope, peak):
    """The microseconds below which no program can go that does the same arithmetic."""
    hidden, batch, length, inputs = row
    if hidden == 1:
        return scope.ask(chain=length)["seconds"] * 1e6
    # Forward, backward and weight gradient; inputs forward and gradient.
    return length * batch * hidden * (3 * hidden + 2 * inputs) / peak * 1e6


def measure(row, programs, rounds):
    """Microseconds per step of every program, in every round."""
    steps = {program: steps_for(program, SHARE) for program in programs}
    times = {program: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            times[program].append(program.seconds(steps[program]) / steps[program] * 1e6)
    return times


def peers():
    found = []
    for peer, package in ((Torch, "torch"), (Jax, "jax")):
        try:
            found.append(peer())
        except ImportError:
            print(f"without {peer.name}: `pip install {package}` adds it", file=sys.stderr)
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", help="which, such as 1,3 (all)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of all programs in turn (9)")
    parser.add_argument("--json", type=pathlib.Path, help="also write every time to this file")
    parser.add_argument("--binary", help="a built `peers` benchmark instead of `cargo bench`")
    chosen = parser.parse_args()
    try:
        places = [int(place) for place in chosen.rows.split(",")] if chosen.rows else range(1, len(ROWS) + 1)
        chosen.rows = [ROWS[place - 1] for place in places if place > 0 or parser.error("rows begin at 1")]
    except (ValueError, IndexError):
        parser.error(f"--rows takes numbers from 1 to {len(ROWS)}, such as 1,3")
    return chosen


def report(row, times, bound):
    ours = next(program for program in times if isinstance(program, Scope))
    median = {program.name: statistics.median(taken) for program, taken in times.items()}
    cells = [f"{title(row):32}", f"{median[ours.name]:10.2f}", f"{median[ours.name] / bound:7.2f}"]
    for program, taken in times.items():
        if program is not ours:
            ratios = [theirs / own for theirs, own in zip(taken, times[ours])]
            ratio = statistics.median(ratios)
            cells.append(f"{median[program.name]:10.1f} {ratio:8.1f} ({min(ratios):.1f}–{max(ratios):.1f})")
    jax = [f"JAX differentiated {program.form}" for program in times if isinstance(program, Jax)]
    print("  ".join(cells + jax), flush=True)


def main():
    chosen = arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    others = peers()
    scope = Scope(chosen.binary)
    peak = peak_multiply_adds()
    print(f"a product of f64 matrices on one core: {peak / 1e9:.1f} thousand million multiply-adds a second")
    names = "  ".join(f"{other.name + ' µs':>10} {'ratio':>8}" + 12 * " " for other in others)
    print(f"{'':32}  {'ours, µs':>10}  {'/ bound':>7}  {names}")
    written = []
    for row in chosen.rows:
        given = scope.prepare(row)
        for other in others:
            other.prepare(row, given)
            if sentence := disagreement(other.name, row, given, other.results()):
                sys.exit(sentence)
        times = measure(row, [scope, *others], chosen.rounds)
        bound = bound_of(row, scope, peak)
        report(row, times, bound)
        written.append({"row": row, "bound": bound, **{p.name: taken for p, taken in times.items()}})
    if chosen.json:
        chosen.json.write_text(json.dumps(written, indent=1))


if __name__ == "__main__":
    main()
