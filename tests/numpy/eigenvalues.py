"""Writes eigenvalues.txt: the spectral radii, by numpy, of the matrices that tests/eigenvalues.rs makes.

A line holds the radius of one of them and how far it can be trusted: by how much it
moves when the matrix is changed in its last places, which for defective eigenvalues is far more than these places.
Needs numpy; python3 tests/numpy/eigenvalues.py > tests/numpy/eigenvalues.txt
"""

import sys

import numpy as np

COUNT = 10_000
MASK = (1 << 64) - 1


class Numbers:
    """SplitMix64 (Steele, Lea and Flood, 2014), as numbers from -1 to 1."""

    def __init__(self, seed):
        self.state = seed

    def whole(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, end):
        return self.whole() % end

    def next(self):
        return (self.whole() >> 11) * 2.0**-52 - 1.0


def matrix(seed):
    """The matrix of a seed: the same operations in the same order as in eigenvalues.rs."""
    numbers = Numbers(seed)
    kind = seed % 10
    size = 1 + numbers.below(12)
    c = 2.0 * numbers.next()
    small = 2.0 ** -numbers.below(60)
    a = [[0.0] * size for _ in range(size)]
    for i in range(size):
        a[i][i] = c
    if kind == 0:  # c I and a rank of one, as the first training step leaves the identity
        u = [numbers.next() for _ in range(size)]
        v = [numbers.next() for _ in range(size)]
        for i in range(size):
            for j in range(size):
                a[i][j] += small * u[i] * v[j]
    elif kind == 1:  # c I and a little everywhere
        for i in range(size):
            for j in range(size):
                a[i][j] += small * numbers.next()
    elif kind == 2:  # a Jordan block, from below
        for i in range(1, size):
            a[i][i - 1] = 1.0
    elif kind == 3:  # a Jordan block and a little in its corner: a circle of eigenvalues
        for i in range(1, size):
            a[i - 1][i] = 1.0
        a[size - 1][0] += small
    elif kind == 4:  # eigenvalues close to one another, in a direction of their own each
        v = [numbers.next() for _ in range(size)]
        d = [c + small * numbers.next() for _ in range(size)]
        square = 0.0
        for x in v:
            square += x * x
        for i in range(size):
            for j in range(size):
                total = 0.0
                for k in range(size):
                    left = (1.0 if i == k else 0.0) - 2.0 * v[i] * v[k] / square
                    right = (1.0 if k == j else 0.0) - 2.0 * v[k] * v[j] / square
                    total += left * d[k] * right
                a[i][j] = total
    elif kind == 5:  # graded
        for i in range(size):
            for j in range(size):
                a[i][j] = numbers.next() * 2.0 ** (-3 * (i + j))
    elif kind == 6:  # nothing, or nearly so
        for i in range(size):
            a[i][i] = 0.0
            for j in range(i):
                a[i][j] = float(numbers.below(4) == 0)
    elif kind == 7:  # a permutation, which unshifted sweeps turn round for ever
        for i in range(size):
            a[i][i] = 0.0
        for i in range(size):
            a[i][(i + 1) % size] = c
    elif kind == 8:  # two such blocks: c I and another multiple of I, with a little everywhere
        for i in range(size):
            if i % 2 == 1:
                a[i][i] = -0.5 * c
            for j in range(size):
                a[i][j] += small * numbers.next()
    else:  # anything
        for i in range(size):
            for j in range(size):
                a[i][j] = numbers.next()
    return np.array(a)


def radius(a):
    return max(abs(np.linalg.eigvals(a)))


def main():
    noise = np.random.default_rng(0)
    for seed in range(COUNT):
        a = matrix(seed)
        size = np.abs(a).max()
        found = radius(a)
        # Half of what is given is for the other side's rounding.
        moved = max(
            abs(radius(a + size * 2.0**-51 * noise.uniform(-1, 1, a.shape)) - found)
            for _ in range(8)
        )
        trust = max(4 * moved, len(a) * size * 2.0**-49)
        sys.stdout.write(f"{found:.12g} {trust:.0e}\n")


main()
