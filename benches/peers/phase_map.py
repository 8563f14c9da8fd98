#!/usr/bin/env python3
"""The phase map, log10 |do_n/do_1| over w_h and w_i, beside numpy.

    python benches/peers/phase_map.py

times 256 x 256 pixels at n = 100 for tanh and sigmoid in numpy, lets `cargo bench --bench phase_map` do
the same picture, and prints both medians and how many times as fast ours is. numpy computes the whole
picture timestep by timestep in two ways:

obvious   p += log10 |f'(a_t) w_h|
fastest   the fastest that we could find: rows in blocks that stay in the cache, no temporary arrays, the
          factors multiplied and frexp taken every 16 steps (f' is above 1e-16 or 0), one log10 at the end

numpy needs no logarithm of its own to be right where f' is below 1e-16; ours does not lose it. Rounds of
the two alternate, so that whatever else the machine does hits both. numpy computes on one core; ours is measured
on one and on all that there are, as in the window.
"""

import os
import pathlib
import statistics
import subprocess
import time

import numpy as np

SIZE, LENGTH, BLOCK, ROUNDS, RUNS = 256, 100, 64, 5, 9
INPUT = np.sin(np.arange(LENGTH) * 0.7)
BIAS = 0.1
SPAN = np.linspace(-3.0, 3.0, SIZE)


def tanh(a, out):
    np.tanh(a, out=out)


def tanh_slope(o, out):
    np.multiply(o, o, out=out)
    np.subtract(1.0, out, out=out)


def sigmoid(a, out):
    np.negative(a, out=out)
    np.exp(out, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)


def sigmoid_slope(o, out):
    np.subtract(1.0, o, out=out)
    np.multiply(out, o, out=out)


def obvious(f, slope):
    o, p, d = np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE)), np.empty((SIZE, SIZE))
    for t in range(LENGTH):
        a = (SPAN * INPUT[t] + BIAS)[:, None] + o * SPAN
        f(a, o)
        if t > 0:
            slope(o, d)
            p += np.log10(np.abs(d * SPAN))
    return p


def fastest(f, slope):
    picture = np.empty((SIZE, SIZE))
    a, d = np.empty((BLOCK, SIZE)), np.empty((BLOCK, SIZE))
    w_h = np.broadcast_to(SPAN, (BLOCK, SIZE)).copy()
    from_w_h = (LENGTH - 1) * np.log10(np.abs(SPAN))
    for start in range(0, SIZE, BLOCK):
        rows = SPAN[start : start + BLOCK, None]
        o, mantissa, exponent = np.zeros_like(a), np.ones_like(a), np.zeros_like(a)
        for t in range(LENGTH):
            np.multiply(o, w_h, out=a)
            np.add(a, rows * INPUT[t] + BIAS, out=a)
            f(a, o)
            if t > 0:
                slope(o, d)
                np.multiply(mantissa, d, out=mantissa)
                if t % 16 == 0:
                    mantissa, e = np.frexp(mantissa)
                    exponent += e
        picture[start : start + BLOCK] = np.log10(mantissa) + exponent * np.log10(2.0) + from_w_h
    return picture


def milliseconds(run):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def ours(cores):
    """Milliseconds by the name of the activation; on all cores if `cores` is None."""
    environment = {**os.environ, "RAYON_NUM_THREADS": str(cores)} if cores else None
    root = pathlib.Path(__file__).resolve().parents[2]
    command = ["cargo", "bench", "--quiet", "--bench", "phase_map"]
    lines = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, env=environment).stdout
    return {line.split("\t")[0]: float(line.split("\t")[1]) for line in lines.splitlines() if "\t" in line}


def main():
    np.seterr(all="ignore")
    functions = {"tanh": (tanh, tanh_slope), "sigmoid": (sigmoid, sigmoid_slope)}
    ways = {"obvious": obvious, "fastest": fastest}
    ours(None)  # builds
    found = []
    for _ in range(ROUNDS):
        found.append(ours(None) | {f"{name} on one core": time for name, time in ours(1).items()})
        for name, (f, slope) in functions.items():
            for way, run in ways.items():
                found[-1][f"{name} {way}"] = milliseconds(lambda: run(f, slope))
    print(f"{SIZE} x {SIZE} pixels, n = {LENGTH}, numpy {np.__version__}, median ms of {ROUNDS} rounds")
    median = {key: statistics.median(round_[key] for round_ in found) for key in found[0]}
    for name in functions:
        one, all_cores = median[f"{name} on one core"], median[name]
        for way in ways:
            peer = median[f"{name} {way}"]
            print(
                f"{name:8} numpy {way} {peer:7.2f}   ours on one core {one:6.2f}, ratio {peer / one:5.1f}"
                f"   on {os.cpu_count()} cores {all_cores:6.2f}, ratio {peer / all_cores:5.1f}"
            )
    others = (" on one core", *(f" {way}" for way in ways))
    ours_alone = {name: time for name, time in median.items() if not name.endswith(others)}
    print("ours on all cores: " + ", ".join(f"{name} {time:.2f}" for name, time in ours_alone.items()))


if __name__ == "__main__":
    main()
