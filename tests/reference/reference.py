"""Reference numbers for the gradient tests, made with PyTorch in float64.

Run from the root of the repository:

    pip install torch
    python tests/reference/reference.py > tests/reference/reference.json

The stored reference.json was made with Python 3.11.7 and torch 2.15.0 (on the
CPU, one thread).  Nothing but torch and the standard library is needed.

The network is a many-to-one Elman network, one sequence at a time:

    a_t = W_i x_t + W_h o_{t-1} + b      t = 1..n
    o_t = f(a_t)                         o_0 is given
    z   = w_o . o_n + b_o

with the loss either "bce", binary_cross_entropy_with_logits(z, y), or
"squared", (z - y)^2.  Without bias b and b_o are zero and are not learnt: "b"
and its gradient are [], "b_o" is 0.0 and its gradient null.

Every case is drawn again until no a_t is within 1e-3 of a jump of f' (relu,
leaky-relu, hard-tanh) and at least one unit has f'(a_n) other than zero.

What is written:

* "cases": each activation, H of 1 and 3, each loss, with and without bias.
  Matrices are lists of rows; "a", "o", "f_prime" and "dl_do" have a row for
  each t = 1..n.  "dl_do" is the total derivative dL/do_t, and
  "jacobian_n_1"[i][j] is d o_n[i] / d o_1[j].
* "optimisers": the parameters after each of three steps on the sequence of one
  case.  o_0 is held fixed.  Everything not named is torch's default:
  SGD without dampening or Nesterov; RMSprop with alpha 0.99 and eps 1e-8, not
  centred; Adam with betas (0.9, 0.999) and eps 1e-8; in both the eps is added
  outside the square root.  "momentum" is SGD with momentum 0.9.
  clip_grad_norm_ takes one norm over all five parameters and multiplies by
  min(1, clip_norm / (norm + 1e-6)): mind the 1e-6.
* "pascanu_figure_6": a_t = w sigmoid(a_{t-1}) + b for 50 steps.
"""

import json
import math
import platform
import sys

import torch
from torch.nn import functional as F

SEED = 20240607
N = 6
D = 2
KINK_MARGIN = 1e-3

ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky-relu": lambda a: F.leaky_relu(a, negative_slope=0.01),
    "identity": lambda a: a * 1.0,
    "softsign": F.softsign,
    "elu": lambda a: F.elu(a, alpha=1.0),
    "softplus": lambda a: F.softplus(a, beta=1.0),
    "hard-tanh": lambda a: F.hardtanh(a, min_val=-1.0, max_val=1.0),
    "gelu": lambda a: F.gelu(a, approximate="none"),
    "silu": F.silu,
}

# Where the derivative jumps.
KINKS = {"relu": [0.0], "leaky-relu": [0.0], "hard-tanh": [-1.0, 1.0]}


def forward(f, params, o_0, x):
    """Runs the network by hand; returns z and the lists of a_t and o_t."""
    a_list, o_list = [], []
    o = o_0
    for x_t in x:
        a = params["w_i"] @ x_t + params["w_h"] @ o + params["b"]
        o = f(a)
        a_list.append(a)
        o_list.append(o)
    return params["w_o"] @ o + params["b_o"], a_list, o_list


def derivative(f, a):
    """f'(a) by autograd, a taken as a leaf of its own."""
    leaf = a.detach().clone().requires_grad_(True)
    (result,) = torch.autograd.grad(f(leaf).sum(), leaf)
    return result


def loss_of(loss, z, y):
    y = torch.tensor(y)
    if loss == "bce":
        return F.binary_cross_entropy_with_logits(z, y)
    return (z - y) ** 2


def draw(hidden, bias):
    """Draws one network and one sequence."""
    params = {
        "w_i": torch.randn(hidden, D) * 0.8,
        "w_h": torch.randn(hidden, hidden) * (0.7 / math.sqrt(hidden)),
        "b": torch.randn(hidden) * 0.3,
        "w_o": torch.randn(hidden),
        "b_o": torch.randn(()) * 0.3,
    }
    x = torch.randn(N, D)
    o_0 = torch.randn(hidden) * 0.3
    if not bias:
        params["b"] = torch.zeros(hidden)
        params["b_o"] = torch.zeros(())
    return params, o_0, x


def draw_clear_of_kinks(activation, hidden, bias):
    while True:
        params, o_0, x = draw(hidden, bias)
        _, a_list, _ = forward(ACTIVATIONS[activation], params, o_0, x)
        a = torch.stack(a_list)
        kinks = KINKS.get(activation, [])
        clear = all((a - kink).abs().min().item() >= KINK_MARGIN for kink in kinks)
        # With every unit flat at the last step nothing but w_o and b_o would
        # have a gradient, and the case would test next to nothing.
        if clear and derivative(ACTIVATIONS[activation], a[-1]).any():
            # torch's softplus turns linear above 20: never reached here.
            assert activation != "softplus" or a.max().item() < 20.0
            return params, o_0, x


def assert_close(left, right, what, tolerance=1e-12):
    worst = (left - right).abs().max().item()
    assert worst <= tolerance, f"{what}: differs by {worst}"


def check_against_nn_rnn(activation, loss, bias, params, o_0, x, y, o, gradients):
    """torch.nn.RNN with the same weights must agree with the loop by hand."""
    hidden = o_0.shape[0]
    rnn = torch.nn.RNN(D, hidden, nonlinearity=activation, bias=bias)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(params["w_i"])
        rnn.weight_hh_l0.copy_(params["w_h"])
        if bias:
            rnn.bias_ih_l0.copy_(params["b"])
            rnn.bias_hh_l0.zero_()
    h_0 = o_0.detach().clone().requires_grad_(True)
    w_o = params["w_o"].detach().clone().requires_grad_(True)
    b_o = params["b_o"].detach().clone().requires_grad_(True)
    output, _ = rnn(x, h_0.unsqueeze(0))
    loss_of(loss, w_o @ output[-1] + b_o, y).backward()
    assert_close(output, o, "nn.RNN o")
    assert_close(rnn.weight_ih_l0.grad, gradients["w_i"], "nn.RNN w_i")
    assert_close(rnn.weight_hh_l0.grad, gradients["w_h"], "nn.RNN w_h")
    assert_close(h_0.grad, gradients["o_0"], "nn.RNN o_0")
    assert_close(w_o.grad, gradients["w_o"], "nn.RNN w_o")
    if bias:
        assert_close(rnn.bias_ih_l0.grad, gradients["b"], "nn.RNN b")
        assert_close(b_o.grad, gradients["b_o"], "nn.RNN b_o")


def make_case(activation, hidden, loss, bias):
    f = ACTIVATIONS[activation]
    y = 1.0 if loss == "bce" else 0.3
    params, o_0, x = draw_clear_of_kinks(activation, hidden, bias)
    learnt = ["w_i", "w_h", "w_o"] + (["b", "b_o"] if bias else [])
    for key in learnt:
        params[key].requires_grad_(True)
    o_0.requires_grad_(True)

    z, a_list, o_list = forward(f, params, o_0, x)

    # The Jacobian d o_n / d o_1, a row for each unit of o_n.  This must come
    # before retain_grad: its hooks run under autograd.grad too, and would add
    # the Jacobian's rows to o_t.grad.
    jacobian = torch.stack(
        [
            torch.autograd.grad(o_list[-1][i], o_list[0], retain_graph=True)[0]
            for i in range(hidden)
        ]
    )

    for o_t in o_list:
        o_t.retain_grad()
    value = loss_of(loss, z, y)
    value.backward()

    a = torch.stack(a_list).detach()
    o = torch.stack(o_list).detach()
    dl_do = torch.stack([o_t.grad for o_t in o_list])

    f_prime = derivative(f, a)

    # dL/do_n = dL/dz w_o, dL/do_1 = J^T dL/do_n, and dL/do_{t-1} follows from
    # dL/do_t by W_h^T diag(f'(a_t)).
    w_h = params["w_h"].detach()
    dl_dz = torch.sigmoid(z) - y if loss == "bce" else 2.0 * (z - y)
    assert_close(dl_do[-1], (dl_dz * params["w_o"]).detach(), "dL/do_n")
    assert_close(dl_do[0], jacobian.T @ dl_do[-1], "dL/do_1")
    for t in range(1, N):
        assert_close(dl_do[t - 1], w_h.T @ (f_prime[t] * dl_do[t]), "dL/do_t")

    gradients = {key: params[key].grad for key in learnt}
    gradients["o_0"] = o_0.grad
    if activation in ("tanh", "relu"):
        check_against_nn_rnn(
            activation, loss, bias, params, o_0, x, y, o, gradients
        )

    return {
        "name": f"{activation}-h{hidden}-{loss}-{'bias' if bias else 'nobias'}",
        "activation": activation,
        "hidden": hidden,
        "loss": loss,
        "bias": bias,
        "n": N,
        "w_i": params["w_i"].tolist(),
        "w_h": params["w_h"].tolist(),
        "b": params["b"].tolist() if bias else [],
        "w_o": params["w_o"].tolist(),
        "b_o": params["b_o"].item(),
        "o_0": o_0.tolist(),
        "x": x.tolist(),
        "y": y,
        "a": a.tolist(),
        "o": o.tolist(),
        "f_prime": f_prime.tolist(),
        "loss_value": value.item(),
        "z": z.item(),
        "gradients": {
            "w_i": gradients["w_i"].tolist(),
            "w_h": gradients["w_h"].tolist(),
            "b": gradients["b"].tolist() if bias else [],
            "w_o": gradients["w_o"].tolist(),
            "b_o": gradients["b_o"].item() if bias else None,
            "o_0": gradients["o_0"].tolist(),
        },
        "dl_do": dl_do.tolist(),
        "jacobian_n_1": jacobian.tolist(),
    }


def make_optimiser_runs(case):
    """Three steps of each optimiser from the parameters of a case."""
    runs = [
        ("sgd", 0.1, None, lambda p: torch.optim.SGD(p, lr=0.1)),
        ("momentum", 0.1, None, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
        ("rmsprop", 0.01, None, lambda p: torch.optim.RMSprop(p, lr=0.01)),
        ("adam", 0.01, None, lambda p: torch.optim.Adam(p, lr=0.01)),
        ("sgd-clipped", 0.1, 0.05, lambda p: torch.optim.SGD(p, lr=0.1)),
    ]
    f = ACTIVATIONS[case["activation"]]
    x = torch.tensor(case["x"])
    o_0 = torch.tensor(case["o_0"])
    result = []
    for name, learning_rate, clip_norm, build in runs:
        params = {
            key: torch.tensor(case[key]).requires_grad_(True)
            for key in ["w_i", "w_h", "b", "w_o", "b_o"]
        }
        optimiser = build(list(params.values()))
        steps = []
        for _ in range(3):
            optimiser.zero_grad()
            z, _, _ = forward(f, params, o_0, x)
            loss_of(case["loss"], z, case["y"]).backward()
            if clip_norm is not None:
                norm = torch.nn.utils.clip_grad_norm_(params.values(), clip_norm)
                # Otherwise the run would not show the clipping at all.
                assert norm.item() > clip_norm
            optimiser.step()
            steps.append({key: p.tolist() for key, p in params.items()})
        result.append(
            {
                "optimizer": name,
                "learning_rate": learning_rate,
                "clip_norm": clip_norm,
                "case": case["name"],
                "steps": steps,
            }
        )
    return result


def make_pascanu_figure_6():
    """One unit near and at the wall of Pascanu et al. (2013), figure 6."""
    expected = {
        -2.5: (0.0240889, 0.0863117, 2.25519e-9),
        -2.6123: (0.00856304, -542.315, 3457.11),
    }
    result = []
    for b, numbers in expected.items():
        w = torch.tensor(5.0, requires_grad=True)
        a_0 = torch.tensor(0.5, requires_grad=True)
        a = a_0
        for _ in range(50):
            a = w * torch.sigmoid(a) + b
        loss = (torch.sigmoid(a) - 0.7) ** 2
        (da_da_0,) = torch.autograd.grad(a, a_0, retain_graph=True)
        (dloss_dw,) = torch.autograd.grad(loss, w)
        got = (loss.item(), dloss_dw.item(), da_da_0.item())
        for value, wanted in zip(got, numbers):
            assert abs(value - wanted) <= 1e-5 * abs(wanted), (b, value, wanted)
        result.append(
            {
                "w": 5.0,
                "b": b,
                "a_0": 0.5,
                "steps": 50,
                "target": 0.7,
                "a_50": a.item(),
                "loss": got[0],
                "dloss_dw": got[1],
                "da_50_da_0": got[2],
            }
        )
    return result


def compact(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def lines(values):
    return "[\n" + ",\n".join(compact(value) for value in values) + "\n]"


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.manual_seed(SEED)

    cases = [
        make_case(activation, hidden, loss, bias)
        for activation in ACTIVATIONS
        for hidden in (1, 3)
        for loss in ("bce", "squared")
        for bias in (True, False)
    ]
    start = next(case for case in cases if case["name"] == "tanh-h3-bce-bias")

    parts = [
        ("torch", compact(str(torch.__version__))),
        ("python", compact(platform.python_version())),
        ("cases", lines(cases)),
        ("optimisers", lines(make_optimiser_runs(start))),
        ("pascanu_figure_6", lines(make_pascanu_figure_6())),
    ]
    body = ",\n".join(f"{compact(key)}:{text}" for key, text in parts)
    sys.stdout.write("{" + body + "}\n")


if __name__ == "__main__":
    main()
