"""Writes activations.json: f and f' of every activation to 60 digits, for tests/activations.rs.

    pip install mpmath && python activations.py

A row is [a, f, f_low, f', f'_low]: the exact value is f + f_low * ulp(f), where f is an f64, printed so that
it reads back exactly, and f_low is its rounding error in units of its last place. Deterministic: running it
again gives the same file.
"""

import json
import math
import pathlib
import random

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60


def exponential(x):
    """e^x, and 0 far below what f64 can hold: mpmath would take its time for e^-1e308."""
    return mpf(0) if x < -5000 else mpmath.exp(x)


def smaller_and_larger(x):
    """sigma(-|x|) and sigma(|x|)."""
    e = exponential(-abs(x))
    return e / (1 + e), 1 / (1 + e)


def tanh(x):
    if abs(x) > 5000:
        return mpmath.sign(x), mpf(0)
    e = exponential(-2 * abs(x))
    return mpmath.tanh(x), 4 * e / (1 + e) ** 2


def sigmoid(x):
    small, large = smaller_and_larger(x)
    return (small if x < 0 else large), small * large


def relu(x):
    return (x, mpf(1)) if x > 0 else (mpf(0), mpf(0))


def leaky_relu(x):
    # PyTorch's slope is the f64 nearest to 0.01.
    return (x, mpf(1)) if x > 0 else (mpf(0.01) * x, mpf(0.01))


def identity(x):
    return x, mpf(1)


def softsign(x):
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2


def elu(x):
    if x > 0:
        return x, mpf(1)
    return (mpf(-1) if x < -5000 else mpmath.expm1(x)), exponential(x)


def softplus(x):
    small, large = smaller_and_larger(x)
    return max(x, mpf(0)) + mpmath.log1p(exponential(-abs(x))), (small if x < 0 else large)


def hard_tanh(x):
    return (x, mpf(1)) if abs(x) < 1 else (mpmath.sign(x), mpf(0))


def gelu(x):
    if abs(x) > 100:
        return (x, mpf(1)) if x > 0 else (mpf(0), mpf(0))
    distribution = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    density = exponential(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)
    return x * distribution, distribution + x * density


def silu(x):
    small, large = smaller_and_larger(x)
    own, other = (small, large) if x < 0 else (large, small)
    return x * own, own * (1 + x * other)


FUNCTIONS = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "leaky-relu": leaky_relu,
    "identity": identity,
    "softsign": softsign,
    "elu": elu,
    "softplus": softplus,
    "hard-tanh": hard_tanh,
    "gelu": gelu,
    "silu": silu,
}
# Where the kernels go beyond their tolerances when any one of their corrections is left out: found with
# 300,000 random arguments for each of the corrections.
HARD = [
    0.0027881491526264846, 0.002894200266231106, 0.014212459048292825, 0.03159896952619201,
    0.044802053769001704, 0.05303911157361818, 0.05524927714574979, 0.061332434956347326,
    0.07452516239634432, 0.08508309642153344, 0.1035080943205744, 0.11571683293561419,
    0.12027457877181558, 0.12334425798324666, 0.20521050218343873, 0.4464260156416455,
    1.3308223989384156, 3.7243263119203904, 3.733065722279128, 3.7853098930826086, 3.809017754378371,
    3.81888829637429, 7.044583194666443, 7.069839688838937, 28.028168809136528, 29.64142039959061,
    30.428350595374592, 30.676830149082445, 34.03844228085131, 37.0816616169116, 37.319950875526295,
    37.33849941046054, 37.35733881711457, 37.59962853258815,
]
PIECEWISE = {"relu", "leaky-relu", "identity", "hard-tanh"}


def sizes():
    """Every magnitude, more where the functions bend, and both sides of where they change."""
    random.seed(1)
    found = {0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308}
    found |= {math.ldexp(1 + random.random(), k) for k in range(-1070, 1024, 61)}
    found |= {math.ldexp(1 + random.random(), k) for k in range(-60, 3, 2)}
    found |= {0.05 * (k + random.random()) for k in range(60)}
    found |= {3.0 + 0.5 * (k + random.random()) for k in range(20)}
    # GELU and tanh underflow at 38.6 and 372.9, the others at 745.1.
    found |= {13.0 + (k + random.random()) for k in range(27)}
    found |= {40.0 + 40 * (k + random.random()) for k in range(18)}
    edges = [1.0, 19.0, 36.7368, 37.5, 38.4, 38.6, 354.2, 372.5, 372.9, 708.4, 744.4, 745.1, 745.2, 790.0]
    # Where GELU' and SiLU' change their sign.
    edges += [0.7517915246935645, 1.2784645427610738]
    # Where the reduction of the argument of e^x changes from one multiple of ln 2 to the next.
    edges += [scale * (k + 0.5) * math.log(2) for k in range(4) for scale in (0.5, 1.0)]
    edges += [math.sqrt((2 * k + 1) * math.log(2)) for k in range(3)]
    for edge in edges:
        found |= {edge, math.nextafter(edge, 0), math.nextafter(edge, math.inf)}
    return sorted(found | set(HARD))


def split(value):
    high = float(value)
    low = float((value - mpf(high)) / mpf(math.ulp(high)))
    return high, round(low, 3)


def row(function, a):
    value, slope = function(mpf(a))
    high, low = split(value)
    slope_high, slope_low = split(slope)
    return [a, high, low, slope_high, slope_low]


def main():
    positive = sizes()
    rows = {}
    for name, function in FUNCTIONS.items():
        chosen = positive[::5] + [1.0] if name in PIECEWISE else positive
        arguments = [sign * a for a in chosen for sign in (1.0, -1.0)]
        rows[name] = [row(function, a) for a in arguments]
    lines = []
    for name, table in rows.items():
        body = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in table)
        lines.append(f'"{name}":[\n{body}\n]')
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
