"""Forms of the step of a GRU or an LSTM network for JAX.

A form takes (weight_ih, weight_hh, bias_ih, bias_hh, w_o, b_o), x and y, and gives the loss, the gradients, γ_h and the
norms of γ.

autodiff     by JAX; γ is that of perturbations added to the states that a step hands to the next
rows         by hand: a second scan backwards, weight gradients as one product over all timesteps
columns      the same, with a state as a column (a vector for one sequence) instead of a row
"""

from functools import partial

import jax
import jax.numpy as jnp

from jax_elman import norms_of, read_out

sigma = jax.nn.sigmoid


class Lstm:
    """The state is (h, c). The biases stand in what is projected."""

    gates, parts = 4, 2

    @staticmethod
    def projected(biases):
        return biases[0] + biases[1]

    @staticmethod
    def advance(state, a, product, bias, axis):
        h, c = state
        i, f, g, o = jnp.split(a + product(h), 4, axis)
        i, f, g, o = sigma(i), sigma(f), jnp.tanh(g), sigma(o)
        after = f * c + i * g
        squashed = jnp.tanh(after)
        return (o * squashed, after), (i, f, g, o, c, squashed)

    @staticmethod
    def back(gamma, kept, transposed, axis):
        (of_h, of_c), (i, f, g, o, c, squashed) = gamma, kept
        dc = of_c + of_h * o * (1.0 - squashed * squashed)
        parts = dc * g * i * (1.0 - i), dc * c * f * (1.0 - f), dc * i * (1.0 - g * g), of_h * squashed * o * (1.0 - o)
        delta = jnp.concatenate(parts, axis)
        return (transposed(delta), dc * f), (delta, delta)


class Gru:
    """The state is (h,). The recurrent bias stands in the step: the reset gate multiplies what it is added to."""

    gates, parts = 3, 1

    @staticmethod
    def projected(biases):
        return biases[0]

    @staticmethod
    def advance(state, a, product, bias, axis):
        (h,) = state
        a_r, a_z, a_n = jnp.split(a, 3, axis)
        h_r, h_z, h_n = jnp.split(product(h) + bias, 3, axis)
        r, z = sigma(a_r + h_r), sigma(a_z + h_z)
        n = jnp.tanh(a_n + r * h_n)
        return ((1.0 - z) * n + z * h,), (r, z, n, h_n, h)

    @staticmethod
    def back(gamma, kept, transposed, axis):
        (of_h,), (r, z, n, h_n, h) = gamma, kept
        d_n = of_h * (1.0 - z) * (1.0 - n * n)
        d_r, d_z = d_n * h_n * r * (1.0 - r), of_h * (h - n) * z * (1.0 - z)
        recurrent = jnp.concatenate((d_r, d_z, d_n * r), axis)
        return (of_h * z + transposed(recurrent),), (jnp.concatenate((d_r, d_z, d_n), axis), recurrent)


CELLS = {"lstm": Lstm, "gru": Gru}


def forms(row):
    """By name; each takes how far its scan is to be unrolled."""
    return {form.__name__: partial(form, CELLS[row.cell]) for form in (autodiff, rows, columns)}


def autodiff(cell, unroll):
    def loss_of(parameters, perturbations, x, y):
        w_i, w_h, *biases, w_o, b_o = parameters

        def advance(state, at):
            a, perturbations = at
            after, _ = cell.advance(state, a, lambda h: h @ w_h.T, biases[1], -1)
            return tuple(part + perturbation for part, perturbation in zip(after, perturbations)), None

        start = (jnp.zeros((y.size, w_o.size)),) * cell.parts
        last, _ = jax.lax.scan(advance, start, (x @ w_i.T + cell.projected(biases), perturbations), unroll=unroll)
        return read_out(last[0] @ w_o + b_o, y)[0]

    def form(parameters, x, y):
        perturbations = (jnp.zeros((*x.shape[:2], parameters[4].size)),) * cell.parts
        differentiate = jax.value_and_grad(loss_of, argnums=(0, 1))
        loss, (gradients, gamma) = differentiate(parameters, perturbations, x, y)
        return loss, gradients, gamma[0], norms_of(jnp.concatenate(gamma, -1))

    return form


def passes(cell, projected, product, transposed, bias, at_the_end, shape, axis, unroll):
    """h before every step, γ and both δ of every timestep, the last h, loss and ∂L/∂z."""

    def advance(state, a):
        after, kept = cell.advance(state, a, product, bias, axis)
        return after, (kept, state[0])

    def back(gamma, kept):
        before, deltas = cell.back(gamma, kept, transposed, axis)
        return before, (gamma, deltas)

    start = (jnp.zeros(shape),) * cell.parts
    last, (kept, before) = jax.lax.scan(advance, start, projected, unroll=unroll)
    loss, dz, arriving = at_the_end(last[0])
    arriving = (arriving, *start[1:])
    _, (gamma, deltas) = jax.lax.scan(back, arriving, kept, reverse=True, unroll=unroll)
    return before, gamma, deltas, last[0], loss, dz


def rows(cell, unroll):
    def form(parameters, x, y):
        w_i, w_h, *biases, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(last @ w_o + b_o, y)
            return loss, dz, dz[:, None] * w_o

        before, gamma, deltas, last, loss, dz = passes(
            cell,
            x @ w_i.T + cell.projected(biases),
            lambda h: h @ w_h.T,
            lambda d: d @ w_h,
            biases[1],
            at_the_end,
            (y.size, w_o.size),
            -1,
            unroll,
        )
        flat = lambda array: array.reshape(-1, array.shape[-1])
        of_inputs, recurrent = (flat(delta) for delta in deltas)
        gradients = (
            of_inputs.T @ flat(x),
            recurrent.T @ flat(before),
            of_inputs.sum(0),
            recurrent.sum(0),
            dz @ last,
            dz.sum(),
        )
        return loss, gradients, gamma[0], norms_of(jnp.concatenate(gamma, -1))

    return form


def columns(cell, unroll):
    def vectors(parameters, x, y):
        w_i, w_h, *biases, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(w_o @ last + b_o, y[0])
            return loss, dz, dz * w_o

        before, gamma, (of_inputs, recurrent), last, loss, dz = passes(
            cell,
            x[:, 0] @ w_i.T + cell.projected(biases),
            lambda h: w_h @ h,
            lambda d: w_h.T @ d,
            biases[1],
            at_the_end,
            w_o.shape,
            0,
            unroll,
        )
        gradients = (
            of_inputs.T @ x[:, 0],
            recurrent.T @ before,
            of_inputs.sum(0),
            recurrent.sum(0),
            dz * last,
            dz,
        )
        return loss, gradients, gamma[0], norms_of(jnp.concatenate(gamma, -1))

    def matrices(parameters, x, y):
        w_i, w_h, *biases, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(w_o @ last + b_o, y)
            return loss, dz, w_o[:, None] * dz

        before, gamma, (of_inputs, recurrent), last, loss, dz = passes(
            cell,
            jnp.einsum("hd,tbd->thb", w_i, x) + cell.projected(biases)[:, None],
            lambda h: w_h @ h,
            lambda d: w_h.T @ d,
            biases[1][:, None],
            at_the_end,
            (w_o.size, y.size),
            0,
            unroll,
        )
        gradients = (
            jnp.einsum("thb,tbd->hd", of_inputs, x),
            jnp.einsum("thb,tkb->hk", recurrent, before),
            of_inputs.sum((0, 2)),
            recurrent.sum((0, 2)),
            last @ dz,
            dz.sum(),
        )
        return loss, gradients, gamma[0], norms_of(jnp.concatenate(gamma, 1))

    return lambda parameters, x, y: (vectors if y.size == 1 else matrices)(parameters, x, y)
