#!/usr/bin/env python3
"""One training step with the complete record of every timestep, in PyTorch, JAX and BPTT Scope.

    python benches/peers/step.py [--rows 1,2,3] [--rounds 9] [--json FILE]

README.md in this folder says what is measured, and how fairly. Nothing of this is needed to build, run or
test BPTT Scope.
"""

import os
import sys

# Before anything is imported: one thread each.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"
sys.dont_write_bytecode = True

import argparse
import importlib
import json
import math
import pathlib
import statistics
import subprocess
import time

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing, which every row is checked with: `pip install numpy` adds it")

from rows import GATES, ROWS, Disagreement, check, results_of, steps_for

# Seconds that a program runs in one round.
SHARE = 0.2
ROOT = pathlib.Path(__file__).resolve().parents[2]
CARGO = ["cargo", "bench", "--quiet", "--bench", "peers"]


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
        return self.ask(prepare=row._asdict())

    def seconds(self, steps):
        return self.ask(time=steps)["seconds"]


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
    if row.hidden == 1:
        return scope.ask(chain=row.length)["seconds"] * 1e6
    # Forward, backward and gradient of W_h; forward and gradient of W_i.
    multiply_adds = row.length * row.batch * GATES[row.cell] * row.hidden * (3 * row.hidden + 2 * row.inputs)
    return multiply_adds / peak() * 1e6


def head(peers):
    columns = [f"{'row':<40}"] + [f"{peer.name + ' µs':>20}" for peer in peers] + [f"{'BPTT Scope µs':>13}"]
    columns += [f"{peer.name + '/ours (spread)':>32}" for peer in peers] + [f"{'bound µs':>9}", f"{'/ bound':>7}"]
    return "  ".join(columns)


def short(number):
    """To three digits."""
    return f"{number:.{max(0, min(3, 2 - math.floor(math.log10(number))))}f}"


def line(row, times, bounds, peers):
    ours = times[Scope.name]
    cells = [f"{ROWS.index(row) + 1:>2} {row!s:<37}"]
    cells += [f"{statistics.median(times[peer.name]):20.1f}" for peer in peers]
    cells.append(f"{statistics.median(ours):13.2f}")
    for peer in peers:
        ratios = [theirs / own for theirs, own in zip(times[peer.name], ours)]
        spread = f"({short(min(ratios))}–{short(max(ratios))})"
        cells.append(f"{short(statistics.median(ratios)):>13} {spread:>18}")
    over = statistics.median(own / bound for own, bound in zip(ours, bounds))
    cells += [f"{statistics.median(bounds):9.2f}", f"{over:7.2f}"]
    if jax := of_jax(peers):
        cells.append(f"JAX: {jax.form}")
    return "  ".join(cells)


def of_jax(peers):
    return next((peer for peer in peers if peer.name == "JAX"), None)


def installed():
    found = []
    for package, module, names in (("torch", "with_pytorch", ("Torch", "WholeTorch")), ("jax", "with_jax", ("Jax",))):
        try:
            programs = importlib.import_module(module)
        except ImportError:
            print(f"{package} is not there, and left out: `pip install {package}` adds it", file=sys.stderr)
        else:
            found += [getattr(programs, name)() for name in names]
    return found


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="rows: " + "; ".join(f"{place} {row}" for place, row in enumerate(ROWS, 1)),
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
        record = given["g"], given["norms"]
        results = {scope.name: results_of(row, given["loss"], row.tensors(given["gradients"]), record)}
        for peer in peers:
            peer.prepare(row, given)
            results[peer.name] = peer.results()
        try:
            check(row, results)
        except Disagreement as found:
            sys.exit(str(found))
        times, bounds = measure(row, [*peers, scope], scope, chosen.rounds)
        print(line(row, times, bounds, peers), flush=True)
        jax = of_jax(peers)
        forms = {"form": jax.form, "tried_us": jax.tried} if jax else None
        written.append({"row": row._asdict(), "bound_us": bounds, "us": times, "jax": forms})
    if chosen.json:
        whole = {"peers": {p.name: p.version for p in peers}, "rows": written}
        chosen.json.write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
