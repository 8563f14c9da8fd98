#!/usr/bin/env python3
"""One training step with the complete record of every timestep, in PyTorch, JAX and BPTT Scope.

    python benches/peers/step.py [--rows 1,2,3] [--rounds 9] [--json FILE]

README.md in this folder says what is measured, and how fairly. Nothing of this is needed to build, run or
test BPTT Scope.
"""

import os

# Before anything is imported: one thread each.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import itertools
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing, which every row is checked with: `pip install numpy` adds it")

LEARNING_RATE = 1e-12
TOLERANCE = 1e-9
# Seconds that a program runs in one round, and one form of JAX in the rounds that choose the form.
SHARE, TRIAL = 0.2, 0.04
NAMES = ("w_i", "w_h", "b", "w_o", "b_o")
ROOT = pathlib.Path(__file__).resolve().parents[2]
CARGO = ["cargo", "bench", "--quiet", "--bench", "peers"]

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
        self.command = [str(binary.resolve())] if binary else CARGO
        try:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        except OSError as error:
            sys.exit(f"{self.command[0]} cannot be started: {error.strerror}")

    def ask(self, **message):
        """The answer to a message."""
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            sys.exit(f"`{' '.join(self.command)}` gave no answer to {next(iter(message))!r}")
        if "error" in answer:
            sys.exit(f"`{' '.join(self.command)}` does not know the message {next(iter(message))!r}")
        return answer

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
        self.torch, self.version = torch, torch.__version__

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
            self.read_out.weight.copy_(torch.tensor(given["w_o"])[None])
            self.read_out.bias.fill_(given["b_o"])
        # One bias, as the others have: the gradient of the second would only cost PyTorch time.
        self.cell.bias_hh.requires_grad_(False)
        self.inputs = torch.tensor(given["x"]).unbind(0)
        self.y = torch.tensor(given["y"])
        self.start = torch.zeros(batch, hidden)
        cell, read_out = self.cell, self.read_out
        self.trained = dict(
            zip(NAMES, (cell.weight_ih, cell.weight_hh, cell.bias_ih, read_out.weight, read_out.bias))
        )
        self.optimizer = torch.optim.SGD(self.trained.values(), lr=LEARNING_RATE)

    def step(self):
        torch = self.torch
        self.optimizer.zero_grad()
        h, states = self.start, []
        for x in self.inputs:
            h = self.cell(x, h)
            h.retain_grad()
            states.append(h)
        z = self.read_out(h)[:, 0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, self.y)
        loss.backward()
        # One array and one norm over it: faster than a norm of every state.
        g = torch.stack([h.grad for h in states])
        norms = torch.linalg.vector_norm(g, dim=(1, 2))
        self.optimizer.step()
        return loss, g, norms

    def results(self):
        loss, g, norms = self.step()
        gradients = {name: parameter.grad.numpy() for name, parameter in self.trained.items()}
        return results_of(loss.item(), gradients, norms.numpy(), g.numpy())

    def seconds(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.perf_counter() - start


class Jax:
    """JAX jit: the whole step compiled into one function, timesteps in lax.scan, inputs projected before it.

    Each row is given the fastest of several forms:

    autodiff     by JAX; the gradients of the states are those of perturbations added to them
    rows         by hand: a second scan backwards, weight gradients as one product over all timesteps
    columns      the same, with a state as a column (a vector for one sequence) instead of a row
    unit         by hand for one unit and one sequence, in plain numbers
    cumulative   the same, with the backward pass as a cumulative product instead of a scan

    and each of these with the scan unrolled or not.
    """

    name = "JAX"
    unrolled = (1, 4, 8)

    def __init__(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)
        # In this thread: a second one would only have to be waited for.
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        self.jax, self.jnp, self.version = jax, jnp, jax.__version__

    def read_out(self, z, y):
        """The loss, and its gradient with respect to z."""
        jax, jnp = self.jax, self.jnp
        return jnp.mean(jnp.logaddexp(0.0, z) - y * z), (jax.nn.sigmoid(z) - y) / y.size

    def autodiff(self, unroll):
        jax, jnp = self.jax, self.jnp

        def loss_of(parameters, perturbations, x, y):
            w_i, w_h, b, w_o, b_o = parameters

            def advance(o, at):
                a, perturbation = at
                return jnp.tanh(a + o @ w_h.T) + perturbation, None

            projected = x @ w_i.T + b
            start = jnp.zeros_like(projected[0])
            last, _ = jax.lax.scan(advance, start, (projected, perturbations), unroll=unroll)
            return self.read_out(last @ w_o + b_o, y)[0]

        def form(parameters, x, y):
            perturbations = jnp.zeros((*x.shape[:2], parameters[2].size))
            differentiate = jax.value_and_grad(loss_of, argnums=(0, 1))
            loss, (gradients, g) = differentiate(parameters, perturbations, x, y)
            return loss, gradients, g

        return form

    def passes(self, projected, forward, backward, read_out, unroll):
        """States, those before them, ∂L/∂o and ∂L/∂a of every timestep, loss and ∂L/∂z."""
        jax, jnp = self.jax, self.jnp

        def advance(o, a):
            after = jnp.tanh(a + forward(o))
            return after, after

        def back(g, o):
            delta = g * (1.0 - o * o)
            return backward(delta), (g, delta)

        start = jnp.zeros_like(projected[0])
        last, states = jax.lax.scan(advance, start, projected, unroll=unroll)
        loss, dz, arriving = read_out(last)
        _, (g, deltas) = jax.lax.scan(back, arriving, states, reverse=True, unroll=unroll)
        before = jnp.concatenate([start[None], states[:-1]])
        return last, before, g, deltas, loss, dz

    def rows(self, unroll):
        def form(parameters, x, y):
            w_i, w_h, b, w_o, b_o = parameters

            def read_out(last):
                loss, dz = self.read_out(last @ w_o + b_o, y)
                return loss, dz, dz[:, None] * w_o

            last, before, g, deltas, loss, dz = self.passes(
                x @ w_i.T + b, lambda o: o @ w_h.T, lambda d: d @ w_h, read_out, unroll
            )
            flat = lambda array: array.reshape(-1, array.shape[-1])
            deltas = flat(deltas)
            gradients = deltas.T @ flat(x), deltas.T @ flat(before), deltas.sum(0), dz @ last, dz.sum()
            return loss, gradients, g

        return form

    def columns(self, unroll):
        jnp = self.jnp

        def vectors(parameters, x, y):
            w_i, w_h, b, w_o, b_o = parameters

            def read_out(last):
                loss, dz = self.read_out(w_o @ last + b_o, y[0])
                return loss, dz, dz * w_o

            last, before, g, deltas, loss, dz = self.passes(
                x[:, 0] @ w_i.T + b, lambda o: w_h @ o, lambda d: w_h.T @ d, read_out, unroll
            )
            return loss, (deltas.T @ x[:, 0], deltas.T @ before, deltas.sum(0), dz * last, dz), g

        def matrices(parameters, x, y):
            w_i, w_h, b, w_o, b_o = parameters

            def read_out(last):
                loss, dz = self.read_out(w_o @ last + b_o, y)
                return loss, dz, w_o[:, None] * dz

            projected = jnp.einsum("hd,tbd->thb", w_i, x) + b[:, None]
            last, before, g, deltas, loss, dz = self.passes(
                projected, lambda o: w_h @ o, lambda d: w_h.T @ d, read_out, unroll
            )
            d_w_i = jnp.einsum("thb,tbd->hd", deltas, x)
            d_w_h = jnp.einsum("thb,tkb->hk", deltas, before)
            return loss, (d_w_i, d_w_h, deltas.sum((0, 2)), last @ dz, dz.sum()), g

        return lambda parameters, x, y: (vectors if y.size == 1 else matrices)(parameters, x, y)

    def unit(self, unroll):
        def form(parameters, x, y):
            w_i, w_h, b, w_o, b_o = (parameter.reshape(()) for parameter in parameters)
            x, y = x[:, 0, 0], y[0]

            def read_out(last):
                loss, dz = self.read_out(w_o * last + b_o, y)
                return loss, dz, dz * w_o

            last, before, g, deltas, loss, dz = self.passes(
                x * w_i + b, lambda o: w_h * o, lambda d: w_h * d, read_out, unroll
            )
            return loss, ((deltas * x).sum(), (deltas * before).sum(), deltas.sum(), dz * last, dz), g

        return form

    def cumulative(self, unroll):
        jax, jnp = self.jax, self.jnp

        def form(parameters, x, y):
            w_i, w_h, b, w_o, b_o = (parameter.reshape(()) for parameter in parameters)
            x, y = x[:, 0, 0], y[0]

            def advance(o, a):
                after = jnp.tanh(a + w_h * o)
                return after, after

            last, states = jax.lax.scan(advance, jnp.zeros(()), x * w_i + b, unroll=unroll)
            loss, dz = self.read_out(w_o * last + b_o, y)
            slopes = 1.0 - states * states
            g = jax.lax.cumprod(jnp.append(slopes[1:] * w_h, dz * w_o), reverse=True)
            deltas = g * slopes
            before = jnp.append(jnp.zeros(1), states[:-1])
            return loss, ((deltas * x).sum(), (deltas * before).sum(), deltas.sum(), dz * last, dz), g

        return form

    def compiled(self, form):
        """One step, with all parameters in one vector where they are few: a call costs time for each array."""
        jax, jnp, shapes, packed = self.jax, self.jnp, self.shapes, self.packed
        ends = list(itertools.accumulate(int(np.prod(shape)) for shape in shapes))

        def step(parameters, x, y):
            if packed:
                parts = jnp.split(parameters, ends[:-1])
                unpacked = tuple(part.reshape(shape) for part, shape in zip(parts, shapes))
            else:
                unpacked = parameters
            loss, gradients, g = form(unpacked, x, y)
            if packed:
                gradients = jnp.concatenate([gradient.reshape(-1) for gradient in gradients])
            updated = jax.tree.map(lambda p, d: p - LEARNING_RATE * d, parameters, gradients)
            norms = jnp.sqrt(jnp.sum(g * g, axis=tuple(range(1, g.ndim))))
            return updated, loss, g, norms, gradients

        self.with_gradients = jax.jit(step)
        return jax.jit(lambda *given: step(*given)[:4])

    def prepare(self, row, given):
        hidden, batch, length, inputs = row
        jnp = self.jnp
        start = tuple(jnp.asarray(given[name], dtype=float) for name in NAMES)
        self.row = row
        self.shapes = [parameter.shape for parameter in start]
        self.packed = hidden == batch == inputs == 1
        start = jnp.concatenate([parameter.reshape(-1) for parameter in start]) if self.packed else start
        self.data = jnp.asarray(given["x"], dtype=float), jnp.asarray(given["y"], dtype=float)
        kinds = ("autodiff", "unit", "cumulative") if self.packed else ("autodiff", "rows", "columns")
        trials = {}
        for kind, unroll in itertools.product(kinds, self.unrolled):
            if unroll <= length:
                run = self.compiled(getattr(self, kind)(unroll))
                trials[kind, unroll] = run, self.with_gradients
        self.parameters = start
        self.choose(trials)
        self.parameters = start

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
        """Of the form that is timed, with its gradients as one more result."""
        _, loss, g, norms = self.run(self.parameters, *self.data)
        gradients = self.with_gradients(self.parameters, *self.data)[4]
        if self.packed:
            gradients = np.asarray(gradients)[:, None]
        hidden, batch, length, _ = self.row
        g = np.asarray(g)
        # A form in columns has the units before the batch.
        by_columns = self.form.startswith("columns") and g.ndim == 3
        g = g.transpose(0, 2, 1) if by_columns else g.reshape(length, batch, hidden)
        return results_of(loss, dict(zip(NAMES, gradients)), norms, g)

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


def results_of(loss, gradients, norms, g):
    """Everything that is compared, flat, by the name that a message gives it."""
    tensors = {"the loss": loss, **{f"∂L/∂{name}": gradients[name] for name in NAMES}, "the norms of g": norms, "g": g}
    return {name: np.ravel(np.asarray(tensor, dtype=float)).copy() for name, tensor in tensors.items()}


def check(row, results):
    """Ends with a sentence if two programs differ in a tensor by more than the tolerance."""
    for (one, ours), (other, theirs) in itertools.combinations(results.items(), 2):
        for tensor in ours:
            left, right = ours[tensor], theirs[tensor]
            where = f"Row {title(row)}: {one} and {other} disagree on {tensor}"
            if left.size != right.size:
                sys.exit(f"{where}: {left.size} numbers and {right.size}")
            difference = np.max(np.abs(left - right))
            size = max(np.max(np.abs(left)), np.max(np.abs(right)))
            if not difference <= TOLERANCE * size:
                if not np.isfinite(difference):
                    sys.exit(f"{where}: not every number is finite")
                sys.exit(f"{where}: by {difference / size:.1e} of its largest number, where {TOLERANCE:.0e} is allowed")


def steps_for(program, share):
    """How many steps take about that many seconds; at least one."""
    steps = 1
    while (taken := program.seconds(steps)) < share / 4:
        steps *= 2
    return max(1, round(steps * share / taken))


def measure(row, programs, scope, rounds):
    """Microseconds per step of every program, and of the bound, in every round."""
    steps = {program.name: steps_for(program, SHARE) for program in programs}
    times, bounds = {program.name: [] for program in programs}, []
    for number in range(rounds):
        # Each comes first in its turn.
        turn = number % len(programs)
        for program in programs[turn:] + programs[:turn]:
            taken = program.seconds(steps[program.name])
            times[program.name].append(taken / steps[program.name] * 1e6)
        bounds.append(bound_of(row, scope))
    return times, bounds


def peak():
    """Multiply-adds a second of an f64 matrix product on this core: numpy's, which its BLAS computes."""
    size = 768
    left, right = np.random.default_rng(7).random((2, size, size))
    times = []
    for _ in range(4):
        start = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - start)
    return size**3 / min(times)


def bound_of(row, scope):
    """The microseconds that a step of this row cannot go below with the same arithmetic, as fast as the core is now."""
    hidden, batch, length, inputs = row
    if hidden == 1:
        return scope.ask(chain=length)["seconds"] * 1e6
    # Forward, backward and gradient of W_h; forward and gradient of W_i.
    return length * batch * hidden * (3 * hidden + 2 * inputs) / peak() * 1e6


def title(row):
    hidden, batch, length, inputs = row
    return f"H = {hidden}, B = {batch}, n = {length}, D = {inputs}"


def head(peers):
    columns = [f"{'row':<34}"] + [f"{peer.name + ' µs':>11}" for peer in peers] + [f"{'BPTT Scope µs':>13}"]
    columns += [f"{peer.name + '/ours (spread)':>24}" for peer in peers] + [f"{'bound µs':>9}", f"{'/ bound':>7}"]
    return "  ".join(columns)


def short(number):
    """To three digits."""
    return f"{number:.{max(0, min(3, 2 - math.floor(math.log10(number))))}f}"


def line(row, times, bounds, peers):
    ours = times[Scope.name]
    median = statistics.median(ours)
    cells = [f"{ROWS.index(row) + 1} {title(row):<32}"]
    cells += [f"{statistics.median(times[peer.name]):11.1f}" for peer in peers] + [f"{median:13.2f}"]
    for peer in peers:
        ratios = [theirs / own for theirs, own in zip(times[peer.name], ours)]
        spread = f"({short(min(ratios))}–{short(max(ratios))})"
        cells.append(f"{short(statistics.median(ratios)):>7} {spread:>16}")
    over = statistics.median(own / bound for own, bound in zip(ours, bounds))
    cells += [f"{statistics.median(bounds):9.2f}", f"{over:7.2f}"]
    if jax := of_jax(peers):
        cells.append(f"JAX: {jax.form}")
    return "  ".join(cells)


def of_jax(peers):
    return next((peer for peer in peers if isinstance(peer, Jax)), None)


def installed():
    found = []
    for peer, package in ((Torch, "torch"), (Jax, "jax")):
        try:
            found.append(peer())
        except ImportError:
            print(f"{peer.name} is left out: `pip install {package}` adds it", file=sys.stderr)
    return found


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="rows: " + "; ".join(f"{place} {title(row)}" for place, row in enumerate(ROWS, 1)),
    )
    parser.add_argument("--rows", metavar="LIST", help="which, such as 1,3 (default: all)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of all programs in turn (default: 9)")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path, help="also write every time to this file")
    parser.add_argument(
        "--binary", metavar="PATH", type=pathlib.Path, help="a built `peers` benchmark (default: cargo builds it)"
    )
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error("--rounds takes a number from 1")
    try:
        places = range(1, len(ROWS) + 1) if chosen.rows is None else [int(p) for p in chosen.rows.split(",")]
    except ValueError:
        places = [0]
    if not all(1 <= place <= len(ROWS) for place in places):
        parser.error(f"--rows takes numbers from 1 to {len(ROWS)}, such as 1,3")
    chosen.rows = [ROWS[place - 1] for place in places]
    return chosen


def start(binary):
    """BPTT Scope, built on all cores, and from there on this process and that one on a single core."""
    if not binary:
        try:
            subprocess.run([*CARGO, "--no-run"], cwd=ROOT, check=True)
        except OSError as error:
            sys.exit(f"cargo cannot be started: {error.strerror}")
        except subprocess.CalledProcessError:
            sys.exit("`cargo bench --bench peers` does not build; its messages are above")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    else:
        print("this platform pins no process to a core: expect wider spreads", file=sys.stderr)
    return Scope(binary)


def main():
    chosen = arguments()
    scope = start(chosen.binary)
    peers = installed()
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in peers)
    print(f"float64, one thread and one core; {versions or 'no peers'}; median of {chosen.rounds} rounds")
    print(f"f64 matrix product of numpy: {peak() / 1e9:.1f} thousand million multiply-adds a second now\n")
    print(head(peers), flush=True)
    written = []
    for row in chosen.rows:
        given = scope.prepare(row)
        results = {scope.name: results_of(*(given[part] for part in ("loss", "gradients", "norms", "g")))}
        for peer in peers:
            peer.prepare(row, given)
            results[peer.name] = peer.results()
        check(row, results)
        times, bounds = measure(row, [*peers, scope], scope, chosen.rounds)
        print(line(row, times, bounds, peers), flush=True)
        shape = dict(zip(("hidden", "batch", "length", "inputs"), row))
        jax = of_jax(peers)
        forms = {"form": jax.form, "tried_us": jax.tried} if jax else None
        written.append({"row": shape, "bound_us": bounds, "us": times, "jax": forms})
    if chosen.json:
        whole = {"peers": {p.name: p.version for p in peers}, "rows": written}
        chosen.json.write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
