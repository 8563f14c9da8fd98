"""Reference numbers of PyTorch's stacked RNN, GRU and LSTM in float64, written
to cells.json for `cargo test --test pytorch`.

Run from the root of the repository, with nothing but torch and the standard
library (ten seconds; the same bytes every time on one machine); -B because what
is imported from reference.py should leave no __pycache__ behind:

    pip install torch
    python -B tests/reference/cells.py

Every step of every layer is one call of torch.rnn_tanh_cell, torch.rnn_relu_cell,
torch.gru_cell or torch.lstm_cell, so that every s_t is a node to differentiate
by.  torch.nn.RNN, GRU or LSTM of all layers, run on the whole sequence, must
give the same outputs and the same gradients.  PyTorch has no "gru-reset-before":
its step is reset_before_cell, and in the place of torch.nn stands ResetBefore,
in the words of Keras's reset_after=False.  With the logistic sigma, for each
layer, x being the input or the h of the layer below at the same step:

    elman  h' = tanh(W_ih x + b_ih + W_hh h + b_hh); "elman-relu" with ReLU
    gru    r = sigma(W_ir x + b_ir + W_hr h + b_hr), z likewise
           n = tanh(W_in x + b_in + r * (W_hn h + b_hn))
           h' = (1 - z) * n + z * h
    gru-reset-before  as gru, but for
           n = tanh(W_in x + b_in + W_hn (r * h) + b_hn)
    lstm   i, f, o = sigma(..), g = tanh(..) like r above
           c' = f * c + i * g,  h' = o * tanh(c')

weight_ih and weight_hh have G H rows, gate under gate: G = 1 for elman, 3 for
both gru (r, z, n), 4 for lstm (i, f, g, o).  The read-out is z_t = W_o h_t + b_o with
the h of the top layer and W_o of K rows.  Without bias there is no b_o either.

The state s_t is, for every layer from the lowest, h and then, for lstm, c: S
numbers.  It is what step t + 1 and the read-out at t start from, and nothing
else: what the layer above does with h at step t itself does not count as a way
through s_t, nor does the way from c to h of the same step.

The loss is a sum over the timesteps that have a target and over all sequences:
"bce", binary_cross_entropy_with_logits, K = 1; "softmax", cross_entropy; or
"squared", the sum of (z - y)^2 over K too.  The read-out is at the "end" only,
at "every" step, or at every step with a loss at "some" of them.

Drawing.  Nothing that is drawn is stored.  Generator is that of reference.py,
its seed 65536 * index + attempt, where index counts from 0 the elements of that
one of the four lists in which the case stands, and attempt counts the draws that
were thrown away.  In this order, rows first, "around c, s" being c - s .. c + s:

    1. the list "embedding" only: embedding.weight, 7 x D, around 0, 1
    2. for each layer from the lowest, with D' = D for it and D' = H for others:
       weight_ih    G H x D'  around 0, 0.7 sqrt(3 / D')
       weight_hh    G H x H   around 0, gain sqrt(3 / H), gain as in CELLS below
       bias_ih      G H       around 0, 0.3
       bias_hh      G H       around 0, 0.3
    3. readout.weight, K x H, around 0, 1; readout.bias, K, around 0, 0.3
    4. s_0, S numbers around 0, 0.5: h_0 and c_0 of the lowest layer, and so on;
       all sequences start from it
    5. x, n x B x D, around 0, 1.  In the list "embedding" for each of n x B two
       of next(): the token floor(7 next()), then whether there is one: where the
       second is below 0.2 there is none, and zeros stand for its embedding
    6. y, around 0, 1: n x B for bce and softmax, n x B x K for squared, with 1 in
       place of n for the read-out at the end.  The label of bce is whether y > 0,
       the class of softmax floor((y + 1) / 2 K), K - 1 at most
    7. for the read-out "some" only: n x B around 0, 1; there is no target where
       it is below 0, except that there always is one at step n
    8. u and then v, S each, around 1, 0.5

All biases are drawn without bias too, and then left out.  A draw is thrown away
if tanh, of c' as well, sigma or ReLU is taken of a number beyond 5, where
1 - tanh^2 begins to lose digits, if ReLU is taken of one within 1e-4 of its kink,
or if for any sequence, by the loss at step n alone and without any cut, |dL/ds_0|
is not between 1e-30 and 1e4 times |dL/ds_n|.

What is stored: one line for each case.  Arrays are base64 of little-endian
float64.  The stored times are all of 1..n, but for n = 50 with H = 32 only
1, 10, 20, 30, 40, 50.  The first list is "cases":

* "cell", "layers", "width" D, "hidden" H, "length" n, "bias", "batch" B,
  "readout", "loss", "outputs" K and "attempt".
* "loss_value", and "z": B rows of K for step n of a read-out at the end; for the
  others the B rows of step 1, then those of step 2, and so on to n, whatever the
  stored times, and whether there is a target or not.
* "states": for each stored time B rows of S.
* "gates", not for elman: for each stored time B rows of L G H: r, z, n or
  i, f, g, o of the lowest layer, then those of the next.
* "gradients" by PyTorch's names weight_ih_l0, weight_hh_l0, bias_ih_l0,
  bias_hh_l0, weight_ih_l1, .., readout.weight, readout.bias, and h_0 and, for
  lstm, c_0, L x B x H.  With H = 32 every weight M is stored as M v', then
  u'^T M: v' is v over and over up to the columns of M, u' the same of u for rows.
* "dl_ds": B rows of S for time 0, then for each stored time: dL/ds_t, as s_t is
  meant above.
* "dl_ds_end", not for the read-out at the end: the same of the loss at step n
  alone.
* "dl_dx": for each stored time B rows of D.
* "jacobians", only for B = 1, of ds_n/ds_k.  S <= 10: whole, rows first, for
  k = 0..n-1, or for n = 50 for k = 0, 49, 48, 25.  S > 10: for k = t - 1, t in
  the stored times, J v and then u^T J, as neither u nor v has a zero.

"truncated": n = 10 with the gradient cut "every" 4 steps, counted from the end.
The segments are 1..2, 3..6, 7..10: s_2 and s_6 are constants for the step that
follows, and still give their gradient to the read-out at their own time.
"gradients" whole, "dl_ds" and "dl_dx" as above.

"optimisers": three steps of each of reference.py's OPTIMISERS, on the loss
divided by B.  "steps" has all parameters after each step; s_0 is not learnt.

"embedding": "loss_value", "z" and "gradients" with embedding.weight.  Here
elman has one bias in the end: bias_hh_l0 is drawn, but zero and not learnt, and
has no gradient.
"""

import itertools
import math
import types
from typing import NamedTuple

import torch
from reference import KINK_MARGIN, OPTIMISERS, Generator, assert_close, pack, write
from torch.autograd import grad
from torch.nn import functional as F

VOCABULARY = 7


def reset_before_cell(x, h, w_ih, w_hh, b_ih, b_hh):
    """One step of one layer of the GRU that resets before the product."""
    rows = 2 * h.shape[1]
    from_x = F.linear(x, w_ih, b_ih)
    b_h = (None, None) if b_hh is None else b_hh.split(rows)
    from_h = F.linear(h, w_hh[:rows], b_h[0])
    r, z = torch.sigmoid(from_x[:, :rows] + from_h).chunk(2, dim=1)
    n = torch.tanh(from_x[:, rows:] + F.linear(r * h, w_hh[rows:], b_h[1]))
    return n + z * (h - n)


class ResetBefore(torch.nn.Module):
    """All layers of it over whole sequences, one layer after the other, as Keras
    writes it: kernels transposed, z before r, one bias, which is the sum."""

    def __init__(self, width, hidden, layers, bias):
        super().__init__()
        self.hidden, self.layers, self.bias = hidden, layers, bias
        for layer in range(layers):
            below = width if layer == 0 else hidden
            shapes = {"weight_ih": (3 * hidden, below), "weight_hh": (3 * hidden, hidden)}
            if bias:
                shapes |= {"bias_ih": (3 * hidden,), "bias_hh": (3 * hidden,)}
            for name, shape in shapes.items():
                values = torch.nn.Parameter(torch.empty(shape))
                self.register_parameter(f"{name}_l{layer}", values)

    def kernels(self, name, layer):
        r, z, n = getattr(self, f"{name}_l{layer}").split(self.hidden)
        return [part.transpose(0, -1) for part in (z, r, n)]

    def forward(self, inputs, first):
        last = []
        for layer in range(self.layers):
            kernel, recurrent = (self.kernels(f"weight_{k}h", layer) for k in "ih")
            bias = [0.0] * 3
            if self.bias:
                both = (self.kernels(f"bias_{k}h", layer) for k in "ih")
                bias = [one + other for one, other in zip(*both)]
            h, outputs = first[layer], []
            for x in inputs:
                x_z, x_r, x_h = (x @ k + b for k, b in zip(kernel, bias))
                z = torch.sigmoid(x_z + h @ recurrent[0])
                r = torch.sigmoid(x_r + h @ recurrent[1])
                candidate = torch.tanh(x_h + (r * h) @ recurrent[2])
                h = z * h + (1 - z) * candidate
                outputs.append(h)
            inputs = torch.stack(outputs)
            last.append(h)
        return inputs, torch.stack(last)


# G, the gain of weight_hh, one step of one layer, and whole sequences of all.
CELLS = {
    "elman": (1, 0.8, torch.rnn_tanh_cell, torch.nn.RNN),
    "elman-relu": (1, 0.8, torch.rnn_relu_cell, torch.nn.RNN),
    "gru": (3, 1.2, torch.gru_cell, torch.nn.GRU),
    "lstm": (4, 1.2, torch.lstm_cell, torch.nn.LSTM),
    "gru-reset-before": (3, 1.2, reset_before_cell, ResetBefore),
}

# Read-out, loss and K.  The order is one in which the cases of ten steps, the
# only ones where "some" differs from "every" much, meet "some" in every depth.
KINDS = (
    ("every", "softmax", 4),
    ("every", "squared", 2),
    ("some", "softmax", 4),
    ("end", "bce", 1),
    ("end", "softmax", 4),
    ("end", "squared", 2),
    ("every", "bce", 1),
)

# Bias and D; neighbours differ in the bias.
VARIANTS = ((True, 1), (False, 3), (True, 3), (False, 1))

# H, n and layers of the cases that take the most room.
LARGE = (
    (1, 50, 3),
    (2, 50, 1),
    (5, 50, 1),
    (32, 1, 3),
    (32, 2, 1),
    (32, 10, 1),
    (32, 50, 2),
)


class Case(NamedTuple):
    cell: str
    layers: int
    width: int
    hidden: int
    length: int
    bias: bool
    batch: int
    readout: str
    loss: str
    outputs: int

    def parts(self):
        """h, and c if there is one."""
        return 2 if self.cell == "lstm" else 1

    def size(self):
        """S."""
        return self.layers * self.parts() * self.hidden

    def times(self):
        thinned = self.hidden == 32 and self.length == 50
        return [1, 10, 20, 30, 40, 50] if thinned else range(1, self.length + 1)


def shapes_of(cell):
    """Layers, H and n.  One layer of elman is what reference.py is about."""
    if cell == "elman-relu":
        yield from ((2, 5, 10), (3, 2, 10), (3, 5, 2))
        return
    depths = (2, 3) if cell == "elman" else (1, 2, 3)
    # Ten steps twice: once with and once without bias.
    yield from itertools.product(depths, (1, 2, 5), (1, 2, 10, 10))
    for hidden, length, layers in LARGE:
        yield max(layers, depths[0]), hidden, length


def cases():
    # One that is new comes last: what is drawn depends on the place in the list.
    for cell in ("elman", "elman-relu", "gru", "lstm", "gru-reset-before"):
        for i, (layers, hidden, length) in enumerate(shapes_of(cell)):
            # Kinds go round by seven.  Lengths go round by four, and so would
            # the variants, if they did not move on by one each time.
            bias, width = VARIANTS[(i + i // 4) % 4]
            kind = KINDS[i % 7]
            yield Case(cell, layers, width, hidden, length, bias, 1, *kind)
        if cell != "elman-relu":
            for (bias, width), i in zip(VARIANTS, (3, 1, 2)):
                yield Case(cell, 2, width, 5, 10, bias, 3, *KINDS[i])


def assert_covered(found):
    """Nothing that the choice of cases must not leave out is missing."""
    for cell in ("elman", "gru", "lstm", "gru-reset-before"):
        depths = (2, 3) if cell == "elman" else (1, 2, 3)
        of_cell = [case for case in found if case.cell == cell]
        for keys, wanted in {
            ("layers", "hidden"): itertools.product(depths, (1, 2, 5, 32)),
            ("layers", "length"): itertools.product(depths, (1, 2, 10, 50)),
            ("hidden", "length"): itertools.product((1, 2, 5, 32), (1, 2, 10, 50)),
            ("layers", "width"): itertools.product(depths, (1, 3)),
            ("layers", "bias"): itertools.product(depths, (True, False)),
            ("layers", *Case._fields[-3:]): (
                (layers, *kind) for layers in depths for kind in KINDS
            ),
        }.items():
            met = {tuple(getattr(case, key) for key in keys) for case in of_cell}
            assert set(wanted) <= met, (cell, keys)


def draw_parameters(g, case):
    """By PyTorch's names, whether the case has biases or not."""
    gates, gain, _, _ = CELLS[case.cell]
    rows, hidden, outputs = gates * case.hidden, case.hidden, case.outputs
    drawn = {}
    for layer in range(case.layers):
        below = case.width if layer == 0 else hidden
        spread = 0.7 * math.sqrt(3.0 / below)
        drawn[f"weight_ih_l{layer}"] = g.around(0.0, spread, rows, below)
        spread = gain * math.sqrt(3.0 / hidden)
        drawn[f"weight_hh_l{layer}"] = g.around(0.0, spread, rows, hidden)
        drawn[f"bias_ih_l{layer}"] = g.around(0.0, 0.3, rows)
        drawn[f"bias_hh_l{layer}"] = g.around(0.0, 0.3, rows)
    drawn["readout.weight"] = g.around(0.0, 1.0, outputs, hidden)
    drawn["readout.bias"] = g.around(0.0, 0.3, outputs)
    return drawn


def draw_tokens(g, case):
    """Tokens, and which of them are there."""
    drawn = [
        (math.floor(g.next() * VOCABULARY), g.next() >= 0.2)
        for _ in range(case.length * case.batch)
    ]
    tokens, there = zip(*drawn)
    shape = (case.length, case.batch)
    return torch.tensor(tokens).reshape(shape), torch.tensor(there).reshape(shape)


def draw_targets(g, case):
    """Targets, and which of them are there: a row for each z."""
    shape = (1 if case.readout == "end" else case.length, case.batch)
    if case.loss == "squared":
        targets = g.around(0.0, 1.0, *shape, case.outputs)
    else:
        y = g.around(0.0, 1.0, *shape)
        classes = ((y + 1.0) / 2.0 * case.outputs).floor().clamp(max=case.outputs - 1)
        targets = (y > 0.0).to(y.dtype) if case.loss == "bce" else classes.long()
    there = torch.ones(shape, dtype=torch.bool)
    if case.readout == "some":
        there = g.around(0.0, 1.0, *shape) >= 0.0
        there[-1] = True
    return targets, there


def draw(case, index, attempt, embeds):
    """Everything of a case; what is to be differentiated by is a leaf."""
    g = Generator(index * 65536 + attempt)
    d = types.SimpleNamespace(case=case, attempt=attempt, parameters={})
    if embeds:
        table = g.around(0.0, 1.0, VOCABULARY, case.width)
        d.parameters["embedding.weight"] = table.requires_grad_()
    for name, values in draw_parameters(g, case).items():
        if embeds and case.cell == "elman" and name.startswith("bias_hh"):
            d.parameters[name] = torch.zeros_like(values)
        elif case.bias or "bias" not in name:
            d.parameters[name] = values.requires_grad_()
    s_0 = g.around(0.0, 0.5, case.size())
    d.s_0 = s_0.repeat(case.batch, 1).requires_grad_()
    if embeds:
        tokens, there = draw_tokens(g, case)
        d.x = F.embedding(tokens, table) * there.unsqueeze(-1)
    else:
        d.x = g.around(0.0, 1.0, case.length, case.batch, case.width).requires_grad_()
    d.targets, d.has_target = draw_targets(g, case)
    d.u = g.around(1.0, 0.5, case.size())
    d.v = g.around(1.0, 0.5, case.size())
    return d


def weights_of(d, layer):
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return [d.parameters.get(f"{name}_l{layer}") for name in names]


@torch.no_grad()
def by_hand(cell, x, state, weights):
    """The gates, every number that tanh, sigma or ReLU is taken of, and the new
    h, from the equations as they stand above."""
    w_ih, w_hh, b_ih, b_hh = weights
    from_x, from_h = F.linear(x, w_ih, b_ih), F.linear(state[0], w_hh, b_hh)
    if cell == "gru-reset-before":
        a_r, a_z, _ = (from_x + from_h).chunk(3, dim=1)
        r, z = torch.sigmoid(a_r), torch.sigmoid(a_z)
        a_n = (from_x + F.linear(r * state[0], w_hh, b_hh)).chunk(3, dim=1)[2]
        n = torch.tanh(a_n)
        return [r, z, n], [a_r, a_z, a_n], (1.0 - z) * n + z * state[0]
    if cell == "gru":
        x_r, x_z, x_n = from_x.chunk(3, dim=1)
        h_r, h_z, h_n = from_h.chunk(3, dim=1)
        r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
        a_n = x_n + r * h_n
        n = torch.tanh(a_n)
        arguments = [x_r + h_r, x_z + h_z, a_n]
        return [r, z, n], arguments, (1.0 - z) * n + z * state[0]
    a = from_x + from_h
    if cell == "lstm":
        a_i, a_f, a_g, a_o = a.chunk(4, dim=1)
        i, f, o = (torch.sigmoid(part) for part in (a_i, a_f, a_o))
        g = torch.tanh(a_g)
        c = f * state[1] + i * g
        return [i, f, g, o], [a, c], o * torch.tanh(c)
    return [], [a], torch.tanh(a) if cell == "elman" else torch.relu(a)


def is_cut(case, every, t):
    """Whether s_t is a constant for step t + 1."""
    return every is not None and t > 0 and (case.length - t) % every == 0


def step(d, x, before):
    """s_t, the gates of all layers, and what tanh and the like are taken of."""
    cell, parts = d.case.cell, d.case.parts()
    columns = before.split(d.case.hidden, dim=1)
    after, gates, arguments = [], [], []
    for layer in range(d.case.layers):
        own = columns[layer * parts : (layer + 1) * parts]
        weights = weights_of(d, layer)
        hx = own if cell == "lstm" else own[0]
        new = CELLS[cell][2](x, hx, *weights)
        new = new if cell == "lstm" else (new,)
        of_layer, taken, h = by_hand(cell, x, own, weights)
        assert_close(new[0], h, "the equations by hand")
        after, gates, arguments = [*after, *new], gates + of_layer, arguments + taken
        x = new[0]
    # A node of its own: of h, only what goes through s_t comes through it.
    return torch.cat(after, dim=1), gates, arguments


def top(case, states):
    """h of the top layer."""
    first = case.size() - case.parts() * case.hidden
    return states[..., first : first + case.hidden]


def read_out(d, tops):
    """z from the top h of steps 1..n: a row for each target there might be."""
    tops = tops[-1:] if d.case.readout == "end" else tops
    names = ("readout.weight", "readout.bias")
    return F.linear(tops, *(d.parameters.get(name) for name in names))


def run(d, every=None):
    """s_0..s_n, the gates of steps 1..n, z, and the numbers of `step`."""
    trace = types.SimpleNamespace(states=[d.s_0], gates=[], arguments=[])
    for t, x in enumerate(d.x):
        before = trace.states[-1]
        before = before.detach() if is_cut(d.case, every, t) else before
        s, gates, arguments = step(d, x, before)
        trace.states.append(s)
        trace.gates += [torch.cat(gates, dim=1)] if gates else []
        trace.arguments += [argument.flatten() for argument in arguments]
    trace.z = read_out(d, top(d.case, torch.stack(trace.states[1:])))
    return trace


def losses_of(d, z):
    """The loss of each z, zero where there is no target."""
    if d.case.loss == "squared":
        each = ((z - d.targets) ** 2).sum(dim=-1)
    elif d.case.loss == "bce":
        each = F.binary_cross_entropy_with_logits(
            z[..., 0], d.targets, reduction="none"
        )
    else:
        each = F.cross_entropy(z.movedim(-1, 1), d.targets, reduction="none")
    return torch.where(d.has_target, each, 0.0)


def by_parts(case, s):
    """A row of S for each sequence, as PyTorch has h and c: L x B x H each."""
    shape = (case.batch, case.layers, case.parts(), case.hidden)
    return list(s.reshape(shape).permute(2, 1, 0, 3).contiguous())


def at_once(d, every):
    """The top h of steps 1..n by torch.nn, segment by segment."""
    case = d.case
    kind = {"elman": {"nonlinearity": "tanh"}, "elman-relu": {"nonlinearity": "relu"}}
    network = CELLS[case.cell][3](
        case.width, case.hidden, case.layers, bias=case.bias, **kind.get(case.cell, {})
    )
    values = {k: p for k, p in d.parameters.items() if "." not in k}
    state = by_parts(case, d.s_0)
    cuts = [t for t in range(case.length) if is_cut(case, every, t)]
    tops = []
    for first, last in itertools.pairwise([0, *cuts, case.length]):
        hx = tuple(state) if case.cell == "lstm" else state[0]
        tops_of, hx = torch.func.functional_call(network, values, (d.x[first:last], hx))
        state = [part.detach() for part in (hx if case.cell == "lstm" else (hx,))]
        tops.append(tops_of)
    return torch.cat(tops)


def leaves_of(d):
    return {name: p for name, p in d.parameters.items() if p.requires_grad}


def slopes(value, inputs):
    """The gradient by each of `inputs`, zero where nothing comes through."""
    return grad(value, inputs, retain_graph=True, materialize_grads=True)


def assert_as_at_once(d, trace, every):
    """torch.nn.RNN, GRU or LSTM gives the same outputs and the same gradients."""
    whole = at_once(d, every)
    tops = top(d.case, torch.stack(trace.states[1:]))
    assert_close(tops.detach(), whole.detach(), "whole sequences")
    names, leaves = zip(*leaves_of(d).items())
    inputs = [*leaves, d.s_0, d.x]
    found = slopes(losses_of(d, trace.z).sum(), inputs)
    wanted = slopes(losses_of(d, read_out(d, whole)).sum(), inputs)
    for name, left, right in zip([*names, "s_0", "x"], found, wanted):
        # Sums over up to fifty steps, in another order.
        assert_close(left, right, f"{name} of whole sequences", tolerance=1e-11)


def is_fit(d):
    """Whether every digit of the case can be judged."""
    trace = run(d)
    arguments = torch.cat(trace.arguments)
    if arguments.abs().max() > 5.0:
        return False
    if d.case.cell == "elman-relu" and arguments.abs().min() < KINK_MARGIN:
        return False
    at_end = losses_of(d, trace.z)[-1].sum()
    first, last = slopes(at_end, [trace.states[0], trace.states[-1]])
    gains = first.norm(dim=1) / last.norm(dim=1)
    return bool(((gains > 1e-30) & (gains < 1e4)).all())


def fit_draw(case, index, embeds=False):
    for attempt in range(65536):
        d = draw(case, index, attempt, embeds)
        if is_fit(d):
            return d
    raise AssertionError(case)


def head(d):
    return d.case._asdict() | {"attempt": d.attempt}


def packed_weight(d, name, values):
    if d.case.hidden < 32 or "weight" not in name:
        return pack(values)
    rows, columns = values.shape
    u = d.u[torch.arange(rows) % d.case.size()]
    v = d.v[torch.arange(columns) % d.case.size()]
    return pack(torch.cat([values @ v, u @ values]))


def jacobians(d, states):
    """ds_n/ds_k, whole or as products with u and v."""
    case = d.case
    whole = case.size() <= 10
    ks = [t - 1 for t in case.times()]
    if whole and case.length > 10:
        ks = [0, case.length - 1, case.length - 2, case.length // 2]
    rows = torch.eye(case.size()).unsqueeze(1)
    starts = [states[k] for k in ks]
    blocks = grad(states[-1], starts, rows, retain_graph=True, is_grads_batched=True)
    blocks = [block[:, 0] for block in blocks]
    if whole:
        return pack(torch.stack(blocks))
    return pack(torch.cat([part for j in blocks for part in (j @ d.v, d.u @ j)]))


def gradients_of(d, value, trace):
    """By parameters and s_0, packed; by every s_t; and by every x_t."""
    leaves = leaves_of(d)
    *by_leaves, by_x = slopes(value, [*leaves.values(), d.x])
    by_states = slopes(value, trace.states)
    packed = {n: packed_weight(d, n, g) for n, g in zip(leaves, by_leaves)}
    for name, values in zip(("h_0", "c_0"), by_parts(d.case, by_states[0])):
        packed[name] = pack(values)
    return packed, torch.stack(by_states), by_x


def make_case(case, index):
    d = fit_draw(case, index)
    trace = run(d)
    assert_as_at_once(d, trace, None)
    losses = losses_of(d, trace.z)
    packed, by_states, by_x = gradients_of(d, losses.sum(), trace)
    times = list(case.times())
    steps = [t - 1 for t in times]
    result = head(d) | {
        "loss_value": losses.sum().item(),
        "z": pack(trace.z),
        "states": pack(torch.stack(trace.states)[times]),
        "gradients": packed,
        "dl_ds": pack(by_states[[0, *times]]),
        "dl_dx": pack(by_x[steps]),
    }
    if trace.gates:
        result["gates"] = pack(torch.stack(trace.gates)[steps])
    if case.readout != "end":
        at_end = torch.stack(slopes(losses[-1].sum(), trace.states))
        result["dl_ds_end"] = pack(at_end[[0, *times]])
    if case.batch == 1:
        result["jacobians"] = jacobians(d, trace.states)
    return result


def truncated_runs():
    every = 4
    kinds = (("end", "bce", 1), ("every", "softmax", 4))
    cells_of = ("elman", "gru", "lstm", "gru-reset-before")
    choice = itertools.product(cells_of, (1, 2), kinds)
    for index, (cell, layers, kind) in enumerate(choice):
        d = fit_draw(Case(cell, layers, 3, 5, 10, True, 1, *kind), index)
        trace = run(d, every)
        assert_as_at_once(d, trace, every)
        value = losses_of(d, trace.z).sum()
        packed, by_states, by_x = gradients_of(d, value, trace)
        yield head(d) | {
            "every": every,
            "gradients": packed,
            "dl_ds": pack(by_states),
            "dl_dx": pack(by_x),
        }


def three_steps(name, d):
    """All parameters after each of three steps."""
    learning_rate, clip_norm, build = OPTIMISERS[name]
    leaves = leaves_of(d)
    optimiser = build(list(leaves.values()))
    steps = []
    for _ in range(3):
        optimiser.zero_grad()
        (losses_of(d, run(d).z).sum() / d.case.batch).backward()
        if clip_norm is not None:
            norm = torch.nn.utils.clip_grad_norm_(leaves.values(), clip_norm)
            # Otherwise the run would not show the clipping at all.
            assert norm.item() > clip_norm
        optimiser.step()
        steps.append({key: pack(p) for key, p in leaves.items()})
    run_of = {"optimizer": name, "learning_rate": learning_rate, "clip_norm": clip_norm}
    return run_of | head(d) | {"steps": steps}


def optimiser_runs():
    choice = itertools.product(("gru", "lstm"), OPTIMISERS)
    for index, (cell, name) in enumerate(choice):
        case = Case(cell, 2, 3, 5, 5, True, 4, "every", "softmax", 4)
        yield three_steps(name, fit_draw(case, index))


def embedding_runs():
    chosen = (("gru", 2), ("lstm", 2), ("elman", 1), ("gru-reset-before", 2))
    for index, (cell, layers) in enumerate(chosen):
        case = Case(cell, layers, 3, 5, 10, True, 3, "end", "bce", 1)
        d = fit_draw(case, index, embeds=True)
        trace = run(d)
        assert_as_at_once(d, trace, None)
        value = losses_of(d, trace.z).sum()
        packed, _, _ = gradients_of(d, value, trace)
        yield head(d) | {
            "loss_value": value.item(),
            "z": pack(trace.z),
            "gradients": packed,
        }


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    chosen = list(cases())
    assert_covered(chosen)
    write(
        "cells",
        cases=(make_case(case, index) for index, case in enumerate(chosen)),
        truncated=truncated_runs(),
        optimisers=optimiser_runs(),
        embedding=embedding_runs(),
    )


if __name__ == "__main__":
    main()
