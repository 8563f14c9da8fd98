"""What is measured, and the tensors that it has."""

import itertools
import math
from typing import NamedTuple

import numpy as np

LEARNING_RATE = 1e-12
TOLERANCE = 1e-9
GATES = {"elman": 1, "gru": 3, "lstm": 4}
TITLES = {"elman": "Elman", "gru": "GRU", "lstm": "LSTM"}


class Row(NamedTuple):
    cell: str
    hidden: int
    batch: int
    length: int
    inputs: int

    @property
    def is_gated(self):
        return self.cell != "elman"

    @property
    def shapes(self):
        """The shape of every tensor by the name that messages have for it; the read-out is a vector and a number."""
        rows = GATES[self.cell] * self.hidden
        if self.is_gated:
            return {
                "weight_ih_l0": (rows, self.inputs),
                "weight_hh_l0": (rows, self.hidden),
                "bias_ih_l0": (rows,),
                "bias_hh_l0": (rows,),
                "readout.weight": (self.hidden,),
                "readout.bias": (),
            }
        return {"w_i": (rows, self.inputs), "w_h": (rows, rows), "b": (rows,), "w_o": (rows,), "b_o": ()}

    def tensors(self, given):
        """The numbers of a message, which has them row after row, in their shapes."""
        return [np.array(given[name], dtype=float).reshape(shape) for name, shape in self.shapes.items()]

    def data(self, given):
        """x, n × B × D, and y, B."""
        return np.array(given["x"]).reshape(self.length, self.batch, self.inputs), np.array(given["y"], dtype=float)

    def __str__(self):
        return f"{TITLES[self.cell]}, H = {self.hidden}, B = {self.batch}, n = {self.length}, D = {self.inputs}"


ROWS = [
    Row("elman", 1, 1, 10, 1),
    Row("elman", 1, 1, 100, 1),
    Row("elman", 1, 1, 1_000, 1),
    Row("elman", 16, 1, 100, 16),
    Row("elman", 64, 1, 100, 16),
    Row("elman", 64, 1, 1_000, 16),
    Row("elman", 64, 32, 100, 16),
    Row("elman", 256, 32, 100, 16),
    Row("lstm", 64, 1, 100, 16),
    Row("lstm", 128, 32, 100, 16),
    Row("gru", 64, 1, 100, 16),
    Row("gru", 128, 32, 100, 16),
]


class Disagreement(Exception):
    """Two programs have computed different numbers."""


def results_of(row, loss, gradients, record=None):
    """Everything that is compared, flat, by the name that is said of it; a `record` is (g, norms)."""
    named = {f"∂L/∂{name}": gradient for name, gradient in zip(row.shapes, gradients)}
    kept = dict(zip(("g", "the norms of g"), record or ()))
    tensors = {"the loss": loss, **named, **kept}
    return {name: np.ravel(np.asarray(tensor, dtype=float)).copy() for name, tensor in tensors.items()}


def check(row, results):
    """Raises `Disagreement` if two programs differ by more than the tolerance in a tensor that both have."""
    for (one, ours), (other, theirs) in itertools.combinations(results.items(), 2):
        for tensor in ours.keys() & theirs.keys():
            left, right = ours[tensor], theirs[tensor]
            where = f"{row}: {one} and {other} disagree on {tensor}"
            if left.size != right.size:
                raise Disagreement(f"{where}: {left.size} numbers and {right.size}")
            difference = np.max(np.abs(left - right))
            size = max(np.max(np.abs(left)), np.max(np.abs(right)))
            if not difference <= TOLERANCE * size:
                if not math.isfinite(difference):
                    raise Disagreement(f"{where}: not every number is finite")
                relative = f"by {difference / size:.1e} of its largest number"
                raise Disagreement(f"{where}: {relative}, where {TOLERANCE:.0e} is allowed")


def steps_for(program, share):
    """How many steps take about that many seconds; at least one."""
    steps = 1
    while (taken := program.seconds(steps)) < share / 4:
        steps *= 2
    return max(1, round(steps * share / taken))
