"""Reference numbers of PyTorch in float64, for `cargo test --test pytorch`.

Run from the root of the repository, with nothing but torch and the standard
library (half a minute; the same bytes every time on one machine):

    pip install torch
    python tests/reference/reference.py

The stored files were made with Python 3.11.7 and torch 2.15.0 on one thread of
a CPU, and say so.  The network is a many-to-one Elman network:

    a_t = W_i x_t + W_h o_{t-1} + b,  o_t = f(a_t)     t = 1..n, o_0 given
    z   = w_o . o_n + b_o

with the loss "bce", binary_cross_entropy_with_logits(z, y) with y of 0 or 1, or
"squared", (z - y)^2.  Without bias b and b_o are absent: [].

Which cases: H of 1, 2, 5, 32; n of 1, 2, 3, 10, 50; D = 2.  tanh and ReLU run
through torch.nn.RNN, with and without bias, both losses: the full cross
product.  The others run through a loop written here, bias and loss alternating
so that each activation meets all four combinations.

Weights and inputs are not stored: `Generator` and `draw` below stand once more,
line by line, in tests/pytorch/drawing.rs.  A draw with an a_t within 1e-4 of a
kink or beyond 5, where 1 - tanh^2 begins to lose digits, or whose gradient
shrinks by more than 1e-30 or grows by more than 1e4 on its way, or that does
not matter because a weight is next to nothing, is thrown away; "attempt" counts
those that were.

What is stored: one file for each activation.  Arrays are base64 of
little-endian float64, rows first:

    base64.b64decode(text), struct.unpack("<%dd" % (len(raw) // 8), raw)

* "z", and "o" and "f_prime" for t in `times`: every t, but for n = 50 with
  H = 32 only 1, 10, 20, 30, 40, 50.
* "jacobians": all of do_n/do_k for every k = 0..n-1, for H < 32.  For H = 32
  that would be 9 MB.  There, the whole do_10/do_1 is stored; for every other n
  and k, u^T J_k is "dl_do", whose u = dL/do_n has no zero, and "jacobians_v" is
  J_k v with a drawn v for k = t - 1, t in `times`.  A wrong entry (i, j)
  changes u^T J_k by u_i and J_k v by v_j times its error, and neither is zero.
* "singular_values" of do_n/do_1, and the norms of do_n/do_k for k = 0..n
  ("to_end"), do_j/do_1 for j = 1..n ("from_first") and, for n = 10, do_j/do_k
  for 1 <= k <= j ("triangle", rows of growing length): the number itself for
  H = 1, otherwise the largest singular value.
* for each loss its "value", the gradient of every parameter and of o_0,
  "dl_do" for every t = 1..n, and of the summands of dL/dW_h and dL/dW_i for t
  in `times` the number or Frobenius norm and <summand, sum> / |sum|^2.
  dL/dW_h of H = 32 is stored whole for n = 10; otherwise as G v, then u^T G.

optimisers.json: three steps of each optimiser on the mean loss of four
sequences (tanh, bce, with bias, n = 5), and of a network of one unit without
input, whose weights the Rust side gives to its Trainer.  Everything not named
is torch's default: RMSprop with alpha 0.99 and eps 1e-8, Adam with betas
(0.9, 0.999) and eps 1e-8, both eps outside the root.  clip_grad_norm_ takes one
norm over all parameters and multiplies by min(1, clip_norm / (norm + 1e-6)).
W_h of H = 32 is compressed as above but for the last step.

pascanu.json: a_t = w sigmoid(a_{t-1}) + b, 50 steps, of Pascanu, Mikolov and
Bengio (2013), figure 6.
"""

import base64
import json
import math
import pathlib
import platform
import struct
import types

import torch
from torch.autograd import grad
from torch.nn import functional as F

D = 2
HIDDEN = (1, 2, 5, 32)
LENGTHS = (1, 2, 3, 10, 50)
KINK_MARGIN = 1e-4

# f, its kinks, the spread of W_h, and whether inputs are all above zero (with
# inputs of both signs one unit of ReLU never stays alive for 50 steps).
ACTIVATIONS = {
    "tanh": (torch.tanh, [], 1.2, False),
    "sigmoid": (torch.sigmoid, [], 3.5, False),
    "relu": (torch.relu, [0.0], 1.2, True),
    "leaky-relu": (lambda a: F.leaky_relu(a, 0.01), [0.0], 1.2, False),
    "identity": (lambda a: a * 1.0, [], 0.95, False),
    "softsign": (F.softsign, [], 1.4, False),
    "elu": (F.elu, [0.0], 1.1, False),
    "softplus": (F.softplus, [], 1.0, False),
    "hard-tanh": (F.hardtanh, [-1.0, 1.0], 1.0, False),
    "gelu": (F.gelu, [], 1.3, False),
    "silu": (F.silu, [], 1.5, False),
}


class Generator:
    """SplitMix64 (Steele, Lea and Flood, 2014), as doubles of 53 bits."""

    MASK = 2**64 - 1

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        bits = self.state
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & self.MASK
        bits ^= bits >> 31
        return (bits >> 11) * 2.0**-53

    def around(self, centre, spread, *shape):
        """Uniform between centre - spread and centre + spread."""
        count = math.prod(shape)
        values = [centre + spread * (2.0 * self.next() - 1.0) for _ in range(count)]
        return torch.tensor(values).reshape(shape)


def draw(activation, hidden, length, size, bias, attempt):
    """One network, `size` sequences, and the vectors u and v."""
    _, _, gain, above_zero = ACTIVATIONS[activation]
    index = list(ACTIVATIONS).index(activation)
    seed = (((index * 64 + hidden) * 64 + length) * 2 + int(bias)) * 65536 + attempt
    g = Generator(seed)
    d = types.SimpleNamespace(
        hidden=hidden, length=length, bias=bias, f=ACTIVATIONS[activation][0]
    )
    d.w_i = g.around(0.0, 0.8, hidden, D)
    d.w_h = g.around(0.0, gain * math.sqrt(3.0 / hidden), hidden, hidden)
    d.b = g.around(0.0, 0.3, hidden)
    d.w_o = g.around(0.0, 1.0, hidden)
    d.b_o = g.around(0.0, 0.3, 1)
    d.o_0 = g.around(0.0, 0.5, hidden)
    centre, spread = (1.0, 0.8) if above_zero else (0.0, 1.0)
    d.x = g.around(centre, spread, length, size, D)
    d.y = g.around(0.0, 1.0, size)
    d.u = g.around(1.0, 0.5, hidden)
    d.v = g.around(1.0, 0.5, hidden)
    if not bias:
        d.b, d.b_o = torch.zeros(hidden), torch.zeros(1)
    return d


def target(loss, y):
    return (y > 0.0).to(y.dtype) if loss == "bce" else y


def loss_of(loss, z, y):
    if loss == "bce":
        return F.binary_cross_entropy_with_logits(z, target(loss, y))
    return ((z - y) ** 2).mean()


def tensors_of(d):
    """The parameters by name, and o_0, as leaves to be differentiated by."""
    for key in ("w_i", "w_h", "b", "w_o", "b_o", "o_0"):
        setattr(d, key, getattr(d, key).detach().clone().requires_grad_(True))
    keys = ["w_i", "w_h", "b", "w_o", "b_o"] if d.bias else ["w_i", "w_h", "w_o"]
    return {key: getattr(d, key) for key in keys}


def forward(d):
    """a_1..a_n and o_0..o_n, a row for each sequence, and z."""
    o, a = [d.o_0.expand(d.x.shape[1], -1)], []
    for x_t in d.x:
        a.append(x_t @ d.w_i.T + o[-1] @ d.w_h.T + d.b)
        o.append(d.f(a[-1]))
    return a, o, o[-1] @ d.w_o + d.b_o


def forward_by_nn_rnn(d, kind):
    """The same by torch.nn.RNN, step by step, so that every o_t is a node to
    differentiate by; what it gives for the whole sequence at once must agree."""
    rnn = torch.nn.RNN(D, d.hidden, nonlinearity=kind, bias=d.bias)
    values = {"weight_ih_l0": d.w_i, "weight_hh_l0": d.w_h}
    if d.bias:
        # Both biases get the gradient of their sum; the other one stays zero.
        values |= {"bias_ih_l0": d.b, "bias_hh_l0": torch.zeros(d.hidden)}
    run = lambda x, h: torch.func.functional_call(rnn, values, (x, h))
    o = [d.o_0.expand(1, -1)]
    for x_t in d.x:
        o.append(run(x_t.unsqueeze(0), o[-1].unsqueeze(0))[1][0])
    whole, _ = run(d.x, d.o_0.expand(1, 1, -1))
    assert_close(torch.stack(o[1:]), whole, "nn.RNN at once")
    a, by_hand, _ = forward(d)
    assert_close(torch.stack(o), torch.stack(by_hand), "the loop by hand")
    return a, o, whole[-1] @ d.w_o + d.b_o, o[-1] @ d.w_o + d.b_o


def assert_close(left, right, what, tolerance=1e-12):
    worst = (left - right).abs().max().item()
    scale = right.abs().max().item()
    assert worst <= tolerance * scale, f"{what}: {worst} of {scale}"


def derivative(f, a):
    """f'(a) by autograd, a taken as a leaf of its own."""
    leaf = a.detach().clone().requires_grad_(True)
    return grad(f(leaf).sum(), leaf)[0]


def is_fit(activation, d):
    """Whether every digit of the case can be judged."""
    a, _, _ = forward(d)
    a = torch.stack(a)[:, 0]
    kinks = ACTIVATIONS[activation][1]
    if a.abs().max() > 5.0:
        return False
    if any((a - kink).abs().min() < KINK_MARGIN for kink in kinks):
        return False
    # What becomes of the gradient of o_n; it must not be lost on the way.
    g = d.w_o.clone()
    for f_prime in derivative(d.f, a).flip(0):
        g = d.w_h.T @ (f_prime * g)
    gain = (g.norm() / d.w_o.norm()).item()
    return 1e-30 < gain < 1e4 and min(d.w_o.abs().min(), d.w_h.abs().max()) > 0.01


def pack(values):
    values = values.detach().contiguous().flatten().tolist()
    return base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()


def times(d):
    thinned = d.hidden == 32 and d.length == 50
    return [1, 10, 20, 30, 40, 50] if thinned else range(1, d.length + 1)


def packed_matrix(d, matrix, whole):
    if d.hidden < 32 or whole:
        return pack(matrix)
    return pack(torch.cat([matrix @ d.v, d.u @ matrix]))


def size_of(matrix):
    """The number itself, or the norm of more than one."""
    if matrix.numel() == 1:
        return matrix.flatten()[0]
    return torch.linalg.svdvals(matrix)[0]


def jacobians(o):
    """d o[-1] / d o_t for every o_t in o but the last, as matrices."""
    rows = torch.eye(o[-1].shape[1]).unsqueeze(1)
    blocks = grad(o[-1], o[:-1], rows, retain_graph=True, is_grads_batched=True)
    return [block[:, 0] for block in blocks]


def products(d, o):
    """Everything of the products of the step factors."""
    one = torch.eye(d.hidden)
    to_end = jacobians(o) + [one]
    triangle = [jacobians(o[1 : j + 1]) + [one] for j in range(2, d.length + 1)]
    triangle = [[one]] + triangle
    assert d.length == 1 or torch.equal(triangle[-1][0], to_end[1])
    result = {
        "to_end": pack(torch.stack([size_of(p) for p in to_end])),
        "from_first": pack(torch.stack([size_of(row[0]) for row in triangle])),
        "singular_values": pack(torch.linalg.svdvals(to_end[1])),
    }
    if d.length == 10:
        sizes = [size_of(p) for row in triangle for p in row]
        result["triangle"] = pack(torch.stack(sizes))
    if d.hidden < 32:
        result["jacobians"] = pack(torch.stack(to_end[:-1]))
    else:
        result["jacobians_v"] = pack(torch.stack([to_end[t - 1] @ d.v for t in times(d)]))
        if d.length == 10:
            result["jacobian_10_1"] = pack(to_end[1])
    return result


def summands(d, a_gradients, o, gradients):
    """The summands of dL/dW_h and dL/dW_i: their sizes and shares."""
    result = {}
    for key, right in (("w_h", o[:-1]), ("w_i", list(d.x))):
        terms = [torch.outer(a_gradients[t - 1], right[t - 1][0]) for t in times(d)]
        total = gradients[key]
        sizes = [term[0, 0] if term.numel() == 1 else term.norm() for term in terms]
        shares = [(term * total).sum() / (total * total).sum() for term in terms]
        result[f"term_{key}"] = pack(torch.stack(sizes))
        result[f"share_{key}"] = pack(torch.stack(shares))
    return result


def gradients_of(d, kind, tensors, o, z):
    """Of one loss: its value and everything it is differentiated by."""
    value = loss_of(kind, z, d.y)
    leaves = list(tensors.values()) + [d.o_0]
    keys = list(tensors) + ["o_0"]
    gradients = dict(zip(keys, grad(value, leaves, retain_graph=True)))
    result = {"loss": kind, "value": value.item()}
    for key, gradient in gradients.items():
        whole = key != "w_h" or d.length == 10
        result[key] = packed_matrix(d, gradient, whole)
    return result, gradients


def total_derivatives(d, kind, tensors, a, o, z):
    """dL/do_t, and the summands by dL/da_t = f'(a_t) dL/do_t."""
    value = loss_of(kind, z, d.y)
    dl_do = torch.stack(grad(value, o[1:], retain_graph=True))[:, 0]
    slopes = derivative(d.f, torch.stack(a)[:, 0])
    for t in range(1, d.length):
        step = d.w_h.T @ (slopes[t] * dl_do[t])
        assert_close(step.detach(), dl_do[t - 1], "dL/do_t")
    return dl_do, slopes * dl_do


def make_draw(activation, hidden, length, bias, losses):
    attempt = 0
    while not is_fit(activation, draw(activation, hidden, length, 1, bias, attempt)):
        attempt += 1
        assert attempt < 65536, (activation, hidden, length, bias)
    d = draw(activation, hidden, length, 1, bias, attempt)
    tensors = tensors_of(d)
    if activation in ("tanh", "relu"):
        a, o, z, z_of_steps = forward_by_nn_rnn(d, activation)
    else:
        a, o, z = forward(d)
        z_of_steps = z
    slopes = derivative(d.f, torch.stack(a)[:, 0])
    chosen = [t - 1 for t in times(d)]
    result = {
        "hidden": hidden,
        "length": length,
        "bias": bias,
        "attempt": attempt,
        "z": z.item(),
        "o": pack(torch.stack(o[1:])[chosen]),
        "f_prime": pack(slopes[chosen]),
        **products(d, o),
        "losses": [],
    }
    for kind in losses:
        part, gradients = gradients_of(d, kind, tensors, o, z)
        dl_do, dl_da = total_derivatives(d, kind, tensors, a, o, z_of_steps)
        part["dl_do"] = pack(dl_do)
        part |= summands(d, dl_da, o, gradients)
        result["losses"].append(part)
    return result


def draws_of(activation):
    both = activation in ("tanh", "relu")
    for i, hidden in enumerate(HIDDEN):
        for j, length in enumerate(LENGTHS):
            if both:
                for bias in (True, False):
                    yield make_draw(activation, hidden, length, bias, ["bce", "squared"])
            else:
                bias, bce = (i + j) % 2 == 0, (i + j // 2) % 2 == 0
                losses = ["bce" if bce else "squared"]
                yield make_draw(activation, hidden, length, bias, losses)


OPTIMISERS = {
    "sgd": (0.1, None, lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (0.1, None, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "rmsprop": (0.01, None, lambda p: torch.optim.RMSprop(p, lr=0.01)),
    "adam": (0.01, None, lambda p: torch.optim.Adam(p, lr=0.01)),
    "sgd-clipped": (0.1, 0.05, lambda p: torch.optim.SGD(p, lr=0.1)),
}


def three_steps(name, d, loss):
    """The parameters after each of three steps; o_0 is not learnt."""
    learning_rate, clip_norm, build = OPTIMISERS[name]
    tensors = tensors_of(d)
    optimiser = build(list(tensors.values()))
    steps = []
    for step in range(3):
        optimiser.zero_grad()
        loss_of(loss, forward(d)[2], d.y).backward()
        if clip_norm is not None:
            norm = torch.nn.utils.clip_grad_norm_(tensors.values(), clip_norm)
            # Otherwise the run would not show the clipping at all.
            assert norm.item() > clip_norm
        optimiser.step()
        whole = {key: key != "w_h" or step == 2 for key in tensors}
        steps.append({k: packed_matrix(d, p, whole[k]) for k, p in tensors.items()})
    return {
        "optimizer": name,
        "hidden": d.hidden,
        "learning_rate": learning_rate,
        "clip_norm": clip_norm,
        "steps": steps,
    }


def without_input():
    """One tanh unit that sees nothing and is to end at 0.7."""
    return types.SimpleNamespace(
        hidden=1, length=10, bias=True, f=torch.tanh, x=torch.zeros(10, 4, 1),
        w_i=torch.tensor([[0.5]]), w_h=torch.tensor([[1.3]]), b=torch.tensor([0.1]),
        w_o=torch.tensor([-0.8]), b_o=torch.zeros(1), o_0=torch.tensor([0.4]),
        y=torch.full((4,), 0.7),
    )


def optimiser_runs():
    for name in OPTIMISERS:
        for hidden in HIDDEN:
            d = draw("tanh", hidden, 5, 4, True, 0)
            yield three_steps(name, d, "bce")


def pascanu_figure_6():
    expected = {
        -2.5: (0.0240889, 0.0863117, 2.25519e-9),
        -2.6123: (0.00856304, -542.315, 3457.11),
    }
    for b, numbers in expected.items():
        w = torch.tensor(5.0, requires_grad=True)
        a_0 = torch.tensor(0.5, requires_grad=True)
        a = a_0
        for _ in range(50):
            a = w * torch.sigmoid(a) + b
        loss = (torch.sigmoid(a) - 0.7) ** 2
        (da_da_0,) = grad(a, a_0, retain_graph=True)
        (dloss_dw,) = grad(loss, w)
        got = (loss.item(), dloss_dw.item(), da_da_0.item())
        for value, wanted in zip(got, numbers):
            assert abs(value - wanted) <= 1e-5 * abs(wanted), (b, value, wanted)
        yield {
            "w": 5.0, "b": b, "a_0": 0.5, "steps": 50, "target": 0.7,
            "a_50": a.item(), "loss": got[0], "dloss_dw": got[1], "da_50_da_0": got[2],
        }


def write(name, **lists):
    """A file with one line for each element."""
    compact = lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    head = {"torch": str(torch.__version__), "python": platform.python_version()}
    parts = [f"{compact(key)}:{compact(value)}" for key, value in head.items()]
    for key, values in lists.items():
        lines = ",\n".join(compact(value) for value in values)
        parts.append(f"{compact(key)}:[\n{lines}\n]")
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    path.write_text("{" + ",\n".join(parts) + "}\n")


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for activation in ACTIVATIONS:
        write(activation, draws=draws_of(activation))
    steps = (three_steps(name, without_input(), "squared") for name in OPTIMISERS)
    write("optimisers", drawn=optimiser_runs(), without_input=steps)
    write("pascanu", figure_6=pascanu_figure_6())


if __name__ == "__main__":
    main()
