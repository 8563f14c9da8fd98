"""The step in PyTorch."""

import time

import torch

from rows import LEARNING_RATE, results_of

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Torch:
    """PyTorch eager: a cell in a loop, every state retains its gradient, SGD."""

    name = "PyTorch"
    version = torch.__version__

    def prepare(self, row, given):
        self.row = row
        w_i, w_h, *biases, w_o, b_o = (torch.from_numpy(tensor) for tensor in row.tensors(given))
        self.cell = self.module(row)
        self.read_out = torch.nn.Linear(row.hidden, 1)
        weights = [*self.cell.parameters()]
        with torch.no_grad():
            for weight, value in zip(weights, (w_i, w_h, *biases)):
                weight.copy_(value)
            self.read_out.weight.copy_(w_o[None])
            self.read_out.bias.copy_(b_o[None])
        if not row.is_gated:
            # One bias, as the others have: the gradient of the second would only cost PyTorch time.
            weights.pop().requires_grad_(False).zero_()
        self.trained = [*weights, self.read_out.weight, self.read_out.bias]
        self.x, self.y = (torch.from_numpy(numbers) for numbers in row.data(given))
        self.inputs = self.x.unbind(0)
        self.start = torch.zeros(row.batch, row.hidden)
        self.optimizer = torch.optim.SGD(self.trained, lr=LEARNING_RATE)

    def module(self, row):
        cells = {"elman": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}
        return cells[row.cell](row.inputs, row.hidden)

    def step(self):
        self.optimizer.zero_grad()
        run = self.run_with_two_states if self.row.cell == "lstm" else self.run
        states = run()
        loss = self.loss_of(states[0][-1])
        loss.backward()
        # One array and one norm over it: faster than a norm of every state.
        parts = [torch.stack([state.grad for state in part]) for part in states]
        norms = torch.linalg.vector_norm(parts[0] if len(parts) == 1 else torch.cat(parts, 2), dim=(1, 2))
        self.optimizer.step()
        return loss, parts[0], norms

    def run(self):
        h, states = self.start, []
        for x in self.inputs:
            h = self.cell(x, h)
            h.retain_grad()
            states.append(h)
        return (states,)

    def run_with_two_states(self):
        h = c = self.start
        of_h, of_c = [], []
        for x in self.inputs:
            h, c = self.cell(x, (h, c))
            # What the next step starts from: without the way from c to h of the same step.
            c = c.view_as(c)
            h.retain_grad()
            c.retain_grad()
            of_h.append(h)
            of_c.append(c)
        # Nobody reads the last one.
        of_c[-1].grad = self.start
        return of_h, of_c

    def loss_of(self, last):
        z = self.read_out(last)[:, 0]
        return torch.nn.functional.binary_cross_entropy_with_logits(z, self.y)

    def results(self):
        loss, g, norms = self.step()
        return results_of(self.row, loss.item(), self.gradients(), (g.numpy(), norms.numpy()))

    def gradients(self):
        return [parameter.grad.numpy() for parameter in self.trained]

    def seconds(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.perf_counter() - start


class WholeTorch(Torch):
    """torch.nn.RNN, GRU or LSTM over the whole sequence in one call, which keeps no gradient of a state."""

    name = "PyTorch, one call"

    def module(self, row):
        modules = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
        return modules[row.cell](row.inputs, row.hidden)

    def step(self):
        self.optimizer.zero_grad()
        outputs, _ = self.cell(self.x)
        loss = self.loss_of(outputs[-1])
        loss.backward()
        self.optimizer.step()
        return loss

    def results(self):
        return results_of(self.row, self.step().item(), self.gradients())
