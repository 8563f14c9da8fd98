"""Trains in PyTorch under the recorder, and compares what BPTT Scope makes of the records with autograd over the same network
written out step by step in float64: gamma of every layer, state, timestep and sequence.

    python parity.py PROGRAM [OUT] [FOLDER]

It needs torch and safetensors. OUT gets the lines that it prints but for times, and FOLDER records of some of these trainings
with what autograd makes of them, for whoever has no torch.
"""

import contextlib
import copy
import io
import json
import logging
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "recorder"))
from bptt_scope import Recorder, record  # noqa: E402

PROGRAM = Path(sys.argv[1]).resolve()
TOLERANCE = 1e-9
D, H, T, B = 3, 5, 9, 4


def step(cell, x, h, c, w):
    """One timestep of one layer in one direction, as PyTorch documents it."""
    a_i = w["weight_ih"] @ x + w.get("bias_ih", 0)
    a_h = w["weight_hh"] @ h + w.get("bias_hh", 0)
    if cell == "lstm":
        i, f, g, o = (a_i + a_h).chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if cell == "gru":
        (r_i, z_i, n_i), (r_h, z_h, n_h) = a_i.chunk(3), a_h.chunk(3)
        r, z = (r_i + r_h).sigmoid(), (z_i + z_h).sigmoid()
        return (1 - z) * (n_i + r * n_h).tanh() + z * h, c
    return ((a_i + a_h).tanh() if cell == "rnn_tanh" else (a_i + a_h).relu()), c


def unrolled(cell, tensors, sequence, layers, directions):
    """gamma_h and gamma_c of every layer and direction at t = 0 .. n, in the order in which they are read."""
    length = int(tensors["lengths"][sequence]) if "lengths" in tensors else tensors["x"].shape[0]
    rows = list(tensors["x"][:length, sequence].double())
    hidden = tensors["weight_hh_l0"].shape[1]
    states, total = {}, torch.zeros((), dtype=torch.float64)
    for layer in range(layers):
        outputs = []
        for way in range(directions):
            suffix = f"_l{layer}" + "_reverse" * way
            w = {kind: tensors[kind + suffix].double() for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                 if kind + suffix in tensors}
            place = layer * directions + way
            first = [tensors[f"{part}_0"][place, sequence].double() if f"{part}_0" in tensors
                     else torch.zeros(hidden, dtype=torch.float64) for part in "hc"]
            h, c = (state.clone().requires_grad_() for state in first)
            kept, seen = [(h, c)], []
            for x in (reversed(rows) if way else rows):
                raw, c = step(cell, x, h, c, w)
                # What the next step starts from has a name of its own. What a layer above has read at the same timestep is no
                # part of gamma, what the outside has read is.
                h, c = raw * 1, c * 1
                kept.append((h, c))
                seen.append(raw if directions == 1 and layer < layers - 1 else h)
            states[place] = kept
            outputs.append(list(reversed(seen)) if way else seen)
            for part, last in zip("hc", kept[-1]):
                if f"grad_{part}_n" in tensors:
                    total = total + (tensors[f"grad_{part}_n"][place, sequence].double() * last).sum()
        rows = [torch.cat(both) for both in zip(*outputs)]
    if "grad_output" in tensors:
        for t, row in enumerate(rows):
            total = total + (tensors["grad_output"][t, sequence].double() * row).sum()
    parts = "hc" if cell == "lstm" else "h"
    flat = [state[part] for kept in states.values() for state in kept for part in range(len(parts))]
    gradients = torch.autograd.grad(total, flat, allow_unused=True)
    zeros = torch.zeros(hidden, dtype=torch.float64)
    gradients = [zeros if gradient is None else gradient for gradient in gradients]
    each = (length + 1) * len(parts)
    return {place: {part: gradients[place * each:][k:each:len(parts)] for k, part in enumerate(parts)} for place in states}


def of_program(path, sequence, part):
    """What the program makes of it: gamma by layer and state, for t = 0 .. n, and what else it says."""
    command = [PROGRAM, "trace", path, "--set", f"probe.index={sequence}", "--format", "json"]
    if part:
        command += ["--set", f"network.module={part}"]
    trace = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    steps = trace["timesteps"]
    if "layers" not in steps[0]:
        return [{"h": [trace["dl_do_0"]] + [step["dl_do"] for step in steps]}], trace
    layers = []
    for layer in range(len(steps[0]["layers"])):
        of = {"h": [step["layers"][layer]["dl_dh"] for step in steps]}
        if "dl_dc" in steps[0]["layers"][layer]:
            of["c"] = [step["layers"][layer]["dl_dc"] for step in steps]
        layers.append(of)
    return layers, trace


def compare(folder):
    """The largest error of gamma, as a share of the largest gamma of its sequence, and how many numbers were compared."""
    worst, numbers = 0.0, 0
    for path in sorted(folder.glob("step-*.safetensors")):
        with safe_open(path, "pt") as file:
            about, tensors = file.metadata(), {key: file.get_tensor(key) for key in file.keys()}
        directions = 1 + ("weight_hh_l0_reverse" in tensors)
        layers = sum(f"weight_hh_l{layer}" in tensors for layer in range(8))
        for sequence in range(tensors["x"].shape[1]):
            expected = unrolled(about["cell"], tensors, sequence, layers, directions)
            names = parts(layers, directions)
            for place, name in enumerate(names):
                found, trace = of_program(path, sequence, name)
                assert trace["step"] == int(about["step"]), (trace["step"], about["step"])
                for layer, of in enumerate(found):
                    for part, rows in of.items():
                        rows = torch.tensor(rows, dtype=torch.float64)
                        right = torch.stack(expected[place + layer][part])[-len(rows):]
                        largest = max(float(right.abs().max()), 1e-300)
                        worst = max(worst, float((rows - right).abs().max()) / largest)
                        numbers += rows.numel()
    return worst, numbers


def keep(folder, name, path):
    """Copies the record at `path` into `folder`, and gamma beside it: sequence, part of the module, layer, state, timestep."""
    with safe_open(path, "pt") as file:
        about, tensors = file.metadata(), {key: file.get_tensor(key) for key in file.keys()}
    directions = 1 + ("weight_hh_l0_reverse" in tensors)
    layers = sum(f"weight_hh_l{layer}" in tensors for layer in range(8))
    names = parts(layers, directions)
    gammas = []
    for sequence in range(tensors["x"].shape[1]):
        expected = unrolled(about["cell"], tensors, sequence, layers, directions)
        at = {part: [expected[place]] for place, part in enumerate(names)} if directions > 1 else {
            "": [expected[layer] for layer in range(layers)]}
        gammas.append({part: [{key: torch.stack(rows).tolist() for key, rows in layer.items()} for layer in of]
                       for part, of in at.items()})
    shutil.copy(path, folder / f"{name}.safetensors")
    (folder / f"{name}.json").write_text(json.dumps(gammas) + "\n")


def parts(layers, directions):
    """The names of the parts of a module that can be seen as one network."""
    if directions == 1:
        return [""]
    return [(f"layer {layer + 1} " if layers > 1 else "") + way for layer in range(layers) for way in ("forward", "reverse")]


def train(kind, *, layers=1, both=False, batch_first=False, packed=False, amp=False, reads="output", carried=False,
          accumulate=1, compiled=False, bias=True, nonlinearity=None, dtype=torch.float64, steps=5):
    """A training of a few steps under the recorder; its folder."""
    torch.manual_seed(1)
    options = {"nonlinearity": nonlinearity} if nonlinearity else {}
    module = kind(D, H, num_layers=layers, bidirectional=both, batch_first=batch_first, bias=bias, dtype=dtype, **options)
    head = nn.Linear(H * (1 + both), 1, dtype=dtype)
    model = nn.ModuleList([module, head])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    run = torch.compile(module, backend="eager") if compiled else module
    folder = Path(tempfile.mkdtemp()) / "run"
    state = None
    with record(module, folder, every=2, sequences=3) as recorder:
        for _ in range(steps):
            for _ in range(accumulate):
                x = torch.randn(T, B, D, dtype=dtype)
                given = x.transpose(0, 1) if batch_first else x
                if packed:
                    given = pack_padded_sequence(given, torch.tensor([4, 9, 1, 7]), batch_first, enforce_sorted=False)
                with torch.autocast("cpu", dtype=torch.bfloat16) if amp else contextlib.nullcontext():
                    output, last = run(given, state) if carried else run(given)
                    if reads == "output":
                        flat = output.data if packed else output
                        loss = head(flat).float().pow(2).mean() if amp else head(flat).pow(2).mean()
                    elif reads in "hc":
                        loss = last["hc".index(reads)].pow(2).mean()
                    else:
                        h, c = last if isinstance(last, tuple) else (last, last)
                        loss = (h.double() ** 2).mean() + (c.double() * 0.3).sum()
                    if reads == "both":
                        loss = loss + output.double()[0].sum() * 0.1
                loss.backward()
                if carried:
                    state = tuple(s.detach() for s in last) if isinstance(last, tuple) else last.detach()
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            recorder.step(loss, norm)
    assert recorder.trouble is None, recorder.trouble
    assert sorted(path.name for path in folder.iterdir()) == [f"step-{n:09d}.safetensors" for n in range(0, steps, 2)]
    return folder


CASES = [
    ("RNN", nn.RNN, {}),
    ("RNN, relu, without bias", nn.RNN, dict(nonlinearity="relu", bias=False)),
    ("RNN, 3 layers, batch_first", nn.RNN, dict(layers=3, batch_first=True)),
    ("LSTM", nn.LSTM, {}),
    ("LSTM, 3 layers, batch_first", nn.LSTM, dict(layers=3, batch_first=True)),
    ("LSTM, 3 layers, last states read", nn.LSTM, dict(layers=3, reads="last")),
    ("LSTM, 2 layers, outputs and last states read", nn.LSTM, dict(layers=2, reads="both")),
    ("GRU", nn.GRU, {}),
    ("GRU, 3 layers, batch_first", nn.GRU, dict(layers=3, batch_first=True)),
    ("GRU, 2 layers, last states read", nn.GRU, dict(layers=2, reads="last")),
    ("LSTM, last states read, nothing else", nn.LSTM, dict(reads="h")),
    ("LSTM, both directions, h of the last states read", nn.LSTM, dict(both=True, layers=2, reads="h")),
    ("LSTM, both directions, c of the last states read", nn.LSTM, dict(both=True, layers=2, reads="c")),
    ("LSTM, packed", nn.LSTM, dict(packed=True)),
    ("GRU, packed, batch_first, 2 layers", nn.GRU, dict(packed=True, batch_first=True, layers=2)),
    ("RNN, both directions", nn.RNN, dict(both=True)),
    ("LSTM, both directions, last states read", nn.LSTM, dict(both=True, reads="last")),
    ("LSTM, both directions, 3 layers", nn.LSTM, dict(both=True, layers=3)),
    ("GRU, both directions, 3 layers, packed", nn.GRU, dict(both=True, layers=3, packed=True)),
    ("LSTM, states carried from window to window", nn.LSTM, dict(carried=True, layers=2)),
    ("GRU, gradients of 3 batches accumulated", nn.GRU, dict(accumulate=3)),
    ("LSTM, torch.compile", nn.LSTM, dict(compiled=True)),
    ("LSTM, float32", nn.LSTM, dict(dtype=torch.float32)),
    ("GRU, bfloat16", nn.GRU, dict(dtype=torch.bfloat16)),
    ("LSTM, autocast to bfloat16", nn.LSTM, dict(dtype=torch.float32, amp=True)),
]


KEPT = [
    ("lstm", nn.LSTM, dict(layers=2, reads="last")),
    ("gru-packed", nn.GRU, dict(packed=True, layers=2)),
    ("rnn-relu", nn.RNN, dict(nonlinearity="relu", bias=False)),
    ("lstm-both-directions", nn.LSTM, dict(both=True, layers=2, dtype=torch.float32)),
    ("gru-bfloat16", nn.GRU, dict(dtype=torch.bfloat16)),
]


class Told(logging.Handler):
    """What the recorder has told."""

    def __init__(self):
        super().__init__()
        self.words = []

    def emit(self, record):
        self.words.append(record.getMessage())

    def __enter__(self):
        logging.getLogger("bptt_scope").addHandler(self)
        return self.words

    def __exit__(self, *_):
        logging.getLogger("bptt_scope").removeHandler(self)


def refusals():
    """What cannot be recorded is told once, and training goes on."""
    for name, module in [
        ("dropout between layers", nn.LSTM(D, H, 2, dropout=0.5)),
        ("proj_size", nn.LSTM(D, H, proj_size=2)),
        ("no recurrent module", nn.Linear(D, H)),
    ]:
        with Told() as told, record(module, tempfile.mkdtemp()):
            for _ in range(3):
                result = module(torch.randn(T, B, D))
                (result[0] if isinstance(result, tuple) else result).sum().backward()
        assert len(told) == 1, told
        yield f"{name}: refused, {told[0].split(': ', 1)[1]}"
    module = nn.GRU(D, H)
    folder = Path(tempfile.mkdtemp()) / "run"
    with Told() as told, Recorder(module, folder, every=1) as recorder:
        for number in range(4):
            module(torch.randn(T, B, D))[0].sum().backward()
            if number == 1:
                recorder.folder = Path("/proc/no such folder")
    assert len(told) == 1 and recorder.trouble, told
    yield "a folder that is gone: told once, and training goes on"
    with record(module, Path(tempfile.mkdtemp()), every=1) as recorder:
        twin, saved = copy.deepcopy(module), io.BytesIO()
        torch.save(module, saved)
        twin(torch.randn(T, B, D))[0].sum().backward()
    assert recorder.steps == 0 and recorder.trouble is None
    yield "a copy of the module, and one that is saved: nothing is recorded"
    folder = Path(tempfile.mkdtemp())
    with record(module, folder, every=2) as recorder:
        for _ in range(3):
            for _ in range(4):
                module(torch.randn(T, B, D))[0].sum().backward()
            recorder.step(0.5)
    losses = [safe_open(path, "pt").metadata().get("loss") for path in sorted(folder.iterdir())]
    assert losses[-1] == "0.5" and len(losses) == 2, losses
    yield "a loss that is told after several passes: kept"
    thinned = Path(tempfile.mkdtemp()) / "run"
    with record(module, thinned, every=1, most=8) as recorder:
        for _ in range(50):
            module(torch.randn(T, B, D))[0].sum().backward()
    assert len(list(thinned.iterdir())) <= 8 and recorder.every == 8, (list(thinned.iterdir()), recorder.every)
    yield "at most 8 records: after 50 steps every eighth"


def rank(number, port, folder):
    """One of two processes that train together."""
    torch.distributed.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=number, world_size=2)
    torch.manual_seed(number)
    model = nn.parallel.DistributedDataParallel(nn.GRU(D, H, dtype=torch.float64))
    with record(model.module, folder, every=1):
        for _ in range(2):
            model(torch.randn(T, B, D, dtype=torch.float64))[0].pow(2).mean().backward()
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


def in_parallel():
    """A folder for each rank."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp()) / "run"
    torch.multiprocessing.spawn(rank, (port, str(folder)), nprocs=2)
    folders = sorted(folder.iterdir())
    assert [path.name for path in folders] == ["rank-0", "rank-1"], folders
    return [compare(path) for path in folders]


def cost():
    """Microseconds that a step takes longer under the recorder, off the recorded steps and at one of them."""
    module, x = nn.LSTM(64, 256), torch.randn(128, 1, 64)

    def per_step(steps, **options):
        folder = tempfile.mkdtemp()
        context = record(module, folder, **options) if options else contextlib.nullcontext()
        with context:
            module(x)[0].sum().backward()
            begun = time.perf_counter()
            for _ in range(steps):
                module(x)[0].sum().backward()
            return 1e6 * (time.perf_counter() - begun) / steps

    without = [per_step(30) for _ in range(5)]
    off = [per_step(30, every=10**6) for _ in range(5)]
    on = [per_step(30, every=1) for _ in range(5)]
    return [statistics.median(times) for times in (without, off, on)]


def main():
    lines, failed = [f"torch {torch.__version__.split('+')[0]}"], False
    for name, kind, options in CASES:
        worst, numbers = compare(train(kind, **options))
        failed |= not worst < TOLERANCE
        lines.append(f"{name}: {numbers} numbers, largest error {worst:.1e}")
        print(lines[-1], flush=True)
    for line in refusals():
        lines.append(line)
        print(line)
    both = in_parallel()
    failed |= not max(worst for worst, _ in both) < TOLERANCE
    lines.append(f"GRU, DDP, two ranks: {sum(numbers for _, numbers in both)} numbers, largest error {max(both)[0]:.1e}")
    print(lines[-1])
    without, off, on = cost()
    print(f"LSTM 256, 128 steps: a step {without:.0f} us, under the recorder {off:.0f}, and one that is recorded {on:.0f}")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text("\n".join(lines) + "\n")
    if len(sys.argv) > 3:
        folder = Path(sys.argv[3])
        folder.mkdir(parents=True, exist_ok=True)
        for name, kind, options in KEPT:
            keep(folder, name, sorted(train(kind, **options, steps=3).iterdir())[-1])
    sys.exit("gamma differs" if failed else 0)


if __name__ == "__main__":
    main()
