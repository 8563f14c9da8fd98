"""Writes the small files that tests/models reads, as other programs write them, and prints what is in them.

Needs torch, numpy, safetensors and h5py: pip install torch numpy safetensors h5py
Keras's file is written by h5py with the paths and shapes that Keras gives it.
"""

import json
import pathlib
import pickle

import h5py
import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.manual_seed(5)


class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.LSTM(2, 3, num_layers=2)
        self.fc = torch.nn.Linear(3, 2)


model = Tagger()
torch.save(model.state_dict(), HERE / "state_dict.pt")
optimizer = torch.optim.Adam(model.parameters())
torch.save(
    {"epoch": 3, "model_state_dict": model.state_dict(), "optimizer": optimizer.state_dict()},
    HERE / "checkpoint.pt",
)
torch.save(model.state_dict(), HERE / "legacy.pth", _use_new_zipfile_serialization=False)

both = torch.nn.GRU(2, 3, bidirectional=True)
halves = {
    name: value.to(torch.float16 if "weight" in name else torch.bfloat16)
    for name, value in both.state_dict().items()
}
save_file(halves, HERE / "halves.safetensors")

numpy_rng = np.random.default_rng(3)
arrays = {
    "enc_w_ih": numpy_rng.normal(size=(9, 2)).astype(np.float32),
    "enc_w_hh": np.asfortranarray(numpy_rng.normal(size=(9, 3))),
    "enc_b_ih": numpy_rng.normal(size=9).astype(np.float16),
    "enc_b_hh": numpy_rng.normal(size=9).astype(">f4"),
}
np.savez_compressed(HERE / "arrays.npz", **arrays)

kernel = numpy_rng.normal(size=(2, 9)).astype(np.float32)
recurrent = numpy_rng.normal(size=(3, 9)).astype(np.float32)
bias = numpy_rng.normal(size=(2, 9)).astype(np.float32)
with h5py.File(HERE / "keras_gru.h5", "w") as file:
    cell = file.create_group("gru/gru/gru_cell")
    cell["kernel:0"] = kernel
    cell["recurrent_kernel:0"] = recurrent
    cell["bias:0"] = bias
    dense = file.create_group("dense/dense")
    dense["kernel:0"] = numpy_rng.normal(size=(3, 1)).astype(np.float32)
    dense["bias:0"] = np.zeros(1, np.float32)


class Evil:
    def __reduce__(self):
        return (open, (str(HERE / "was_carried_out"), "w"))


with open(HERE / "evil.pt", "wb") as file:
    pickle.dump({"rnn.weight_ih_l0": Evil()}, file, protocol=2)


def numbers(array):
    return np.asarray(array, dtype=np.float64).tolist()


# Keras keeps z, r, h; PyTorch r, z, n.
z, r, h = np.split(kernel.T, 3)
print(
    json.dumps(
        {
            "lstm": {name[4:]: numbers(value) for name, value in model.state_dict().items() if name.startswith("rnn.")},
            "fc": {name: numbers(value) for name, value in model.state_dict().items() if name.startswith("fc.")},
            "halves": {name: numbers(value.to(torch.float64)) for name, value in halves.items()},
            "arrays": {name: numbers(value) for name, value in arrays.items()},
            "keras": {"weight_ih_l0": numbers(np.concatenate([r, z, h]))},
        },
        indent=None,
    )
)
