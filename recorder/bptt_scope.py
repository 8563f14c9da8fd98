"""Records what BPTT Scope needs to show the gradient of every timestep of a training that runs elsewhere.

    from bptt_scope import record

    with record(model.lstm, "runs/a", every=100):
        train()

Then `bptt-scope watch runs/a`. Fused kernels keep no gradient of a timestep, but from weights, inputs and the gradient of the
outputs it follows again: these are written, one safetensors file a moment (under a GradScaler that of the scaled loss).

Hooks at the boundary of an nn.RNN, nn.LSTM or nn.GRU do it; GPUs, autocast, packed sequences, layers, both directions, DDP (a
folder for each rank), carried states, accumulated gradients and torch.compile go on as they are. What cannot be recorded is
logged once, and training goes on. A step that is not recorded costs microseconds. It needs torch 2.1 and safetensors.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Callable

import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence


class Recorder:
    """Records the first `sequences` sequences at every `every`th step, between `attach` and `detach` or in a `with`.

    A step is a forward pass in training or, as soon as `step` is called, what lies between two calls of it; `first` have been
    made before. Beyond `most` records, or `most_bytes`, every other one is taken away, and from then on half as many are made.
    """

    def __init__(self, module: nn.Module, folder: str | os.PathLike[str], *, every: int = 100, sequences: int = 1,
                 name: str = "", first: int = 0, most: int = 1000, most_bytes: int = 1 << 30) -> None:
        self.module, self.folder, self.name = module, Path(folder), name or type(module).__name__
        self.every, self.sequences, self.first, self.steps = max(1, every), max(1, sequences), first, first
        self.most, self.most_bytes = max(2, most), most_bytes
        self.trouble: str | None = None  # Why nothing is recorded any more.
        self._counts_forwards, self._recorded = True, -1
        self._tensors: dict[str, Tensor] | None = None
        self._about: dict[str, str] = {}
        self._hooks: list[Any] = []

    def attach(self) -> Recorder:
        """Begins to record; of a module that cannot be recorded it says why, and does nothing."""
        if not self._hooks:
            self._guarded(self._attach)
        return self

    def detach(self) -> None:
        """Writes what is left, and takes the hooks away."""
        self._guarded(self._write)
        while self._hooks:
            self._hooks.pop().remove()

    def step(self, loss: float | Tensor | None = None, gradient_norm: float | Tensor | None = None) -> None:
        """A step has been made, with this loss and this norm of the gradient before clipping, if they are given."""
        self._guarded(self._step, {"loss": loss, "gradient_norm": gradient_norm})

    __enter__ = attach

    def __exit__(self, *_: object) -> None:
        self.detach()

    def _guarded(self, work: Callable[..., None], *given: Any) -> None:
        """Does `work`; where that fails, says so once, and does nothing from then on."""
        if self.trouble is None:
            try:
                work(*given)
            except Exception as error:  # noqa: BLE001: nothing of this may end somebody's training.
                self.trouble, self._tensors = str(error) or type(error).__name__, None
                logging.getLogger("bptt_scope").warning("nothing more is recorded into %s: %s", self.folder, self.trouble)

    def _attach(self) -> None:
        module = self.module
        if not isinstance(module, (nn.RNN, nn.LSTM, nn.GRU)):
            raise TypeError(f"{self.name} is no nn.RNN, nn.LSTM or nn.GRU; give the module within it that is one")
        if module.proj_size:
            raise ValueError("an LSTM with proj_size is not read by BPTT Scope")
        if module.dropout and module.num_layers > 1:
            raise ValueError("dropout between layers is drawn within the kernel: set it to 0, or make a module of each layer")
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            rank = f"rank-{torch.distributed.get_rank()}"
            self.folder = self.folder if self.folder.name == rank else self.folder / rank
        self.folder.mkdir(parents=True, exist_ok=True)
        before, after = _Hook(self._before), _Hook(lambda *seen: self._guarded(self._see, *seen))
        self._hooks = [module.register_forward_pre_hook(before), module.register_forward_hook(after, with_kwargs=True)]

    def _step(self, told: dict[str, Any]) -> None:
        if self._tensors is not None:
            told = {key: value.detach() if isinstance(value, Tensor) else value for key, value in told.items()}
            self._about.update({key: repr(float(value)) for key, value in told.items() if value is not None})
        self._write()
        if self._counts_forwards:  # Forward passes that were counted so far were all of the first step.
            self._counts_forwards, self.steps, self._recorded = False, self.first, self.first
        self.steps += 1

    def _before(self, *_: Any) -> None:
        if self._counts_forwards and self._has_gradient():
            self._guarded(self._write)

    def _see(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        if module.training and torch.is_grad_enabled():
            step = self.steps
            self.steps += self._counts_forwards
            if step % self.every == 0 and step != self._recorded:
                self._recorded = step
                self._take(step, args, kwargs, result)

    def _take(self, step: int, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Copies what goes in, and has the gradient of what comes out copied as soon as it is there."""
        module, tensors = self.module, {name: _kept(weight) for name, weight in _weights(self.module)}
        given = [*args, *(kwargs[key] for key in ("input", "hx") if key in kwargs), None]
        output, last = result
        tensors["x"], lengths = self._rows(given[0])
        tensors.update({} if lengths is None else {"lengths": lengths})
        pairs = [states if isinstance(states, tuple) else (states, None) for states in (given[1], last)]
        for name, first, final in zip("hc", *pairs):
            if first is not None:
                tensors[f"{name}_0"] = self._states(first)
            if final is not None and final.requires_grad:
                self._on_gradient(tensors, f"grad_{name}_n", final, self._states)
        flat = output.data if isinstance(output, PackedSequence) else output
        if flat.requires_grad:
            as_given = output._replace if isinstance(output, PackedSequence) else lambda data: data
            self._on_gradient(tensors, "grad_output", flat, lambda grad: self._rows(as_given(data=grad))[0])
        self._tensors = tensors
        self._about = {"schema": "bptt-scope.record/1", "cell": module.mode.lower(), "module": self.name, "step": str(step),
                       "dtype": str(flat.dtype).split(".")[-1], "framework": f"torch {torch.__version__}"}

    def _on_gradient(self, tensors: dict[str, Tensor], key: str, of: Tensor, rows: Callable[[Tensor], Tensor]) -> None:
        def take(grad: Tensor | None) -> None:
            if grad is not None:  # As it is where another output of the same kernel has one.
                tensors[key] = tensors[key] + rows(grad) if key in tensors else rows(grad)

        of.register_hook(lambda grad: self._guarded(take, grad))

    def _rows(self, steps: Tensor | PackedSequence) -> tuple[Tensor, Tensor | None]:
        """T x B x numbers of the first sequences, and how long each of them is where they are packed."""
        if isinstance(steps, PackedSequence):
            rows, lengths = pad_packed_sequence(steps)
            lengths = lengths[: self.sequences].contiguous()
            return _kept(rows[: int(lengths.max()), : self.sequences]), lengths
        batched = steps.transpose(0, 1) if self.module.batch_first and steps.dim() == 3 else steps
        steps = batched.unsqueeze(1) if batched.dim() == 2 else batched
        return _kept(steps[:, : self.sequences]), None

    def _states(self, states: Tensor) -> Tensor:
        return _kept((states.unsqueeze(1) if states.dim() == 2 else states)[:, : self.sequences])

    def _has_gradient(self) -> bool:
        return self._tensors is not None and any(name.startswith("grad_") for name in self._tensors)

    def _write(self) -> None:
        if self._has_gradient():
            path = self.folder / f"step-{self._about['step'].zfill(9)}.safetensors"
            aside = path.with_suffix(".part")
            aside.write_bytes(save(self._tensors, metadata=self._about))
            os.replace(aside, path)
            records = sorted(self.folder.glob("step-*.safetensors"))
            if len(records) > self.most or sum(record.stat().st_size for record in records) > self.most_bytes:
                if len(records) < 3:
                    raise ValueError(f"most_bytes is {self.most_bytes:,}, and two records are larger")
                for record in records[1:-1:2]:
                    record.unlink()
                self.every *= 2
        self._tensors = None


record = Recorder  # For a `with`.


class _Hook:
    def __init__(self, hook: Callable[..., None] = lambda *seen: None) -> None:
        self.hook = torch.compiler.disable(hook)

    def __call__(self, *seen: Any) -> None:
        self.hook(*seen)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Hook, ()  # A copy of the module, or one that is saved, records nothing.


def _weights(module: nn.RNNBase) -> list[tuple[str, Tensor]]:
    kinds = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * module.bias
    ways = ["", "_reverse"] if module.bidirectional else [""]
    names = [f"{kind}_l{layer}{way}" for layer in range(module.num_layers) for way in ways for kind in kinds]
    weights = [(name, getattr(module, name)) for name in names]
    if any(weight.dim() != 1 + name.startswith("weight") for name, weight in weights):
        raise ValueError("its weights are in parts (FSDP), of which none has all")
    return weights


def _kept(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()
