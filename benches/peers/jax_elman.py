"""Forms of the step of an Elman network for JAX.

A form takes (w_i, w_h, b, w_o, b_o), x and y, and gives the loss, the gradients, g and its norms.

autodiff     by JAX; the gradients of the states are those of perturbations added to them
rows         by hand: a second scan backwards, weight gradients as one product over all timesteps
columns      the same, with a state as a column (a vector for one sequence) instead of a row
unit         by hand for one unit and one sequence, in plain numbers
cumulative   the same, with the backward pass as a cumulative product instead of a scan
"""

import jax
import jax.numpy as jnp


def forms(row):
    """By name; each takes how far its scan is to be unrolled."""
    if row.hidden == row.batch == row.inputs == 1:
        kinds = autodiff, unit, cumulative
    else:
        kinds = autodiff, rows, columns
    return {kind.__name__: with_norms(kind) for kind in kinds}


def with_norms(kind):
    def unrolled(unroll):
        form = kind(unroll)

        def whole(parameters, x, y):
            loss, gradients, g = form(parameters, x, y)
            return loss, gradients, g, norms_of(g)

        return whole

    return unrolled


def norms_of(g):
    return jnp.sqrt(jnp.sum(g * g, axis=tuple(range(1, g.ndim))))


def read_out(z, y):
    """The loss, and its gradient with respect to z."""
    return jnp.mean(jnp.logaddexp(0.0, z) - y * z), (jax.nn.sigmoid(z) - y) / y.size


def autodiff(unroll):
    def loss_of(parameters, perturbations, x, y):
        w_i, w_h, b, w_o, b_o = parameters

        def advance(o, at):
            a, perturbation = at
            return jnp.tanh(a + o @ w_h.T) + perturbation, None

        projected = x @ w_i.T + b
        start = jnp.zeros_like(projected[0])
        last, _ = jax.lax.scan(advance, start, (projected, perturbations), unroll=unroll)
        return read_out(last @ w_o + b_o, y)[0]

    def form(parameters, x, y):
        perturbations = jnp.zeros((*x.shape[:2], parameters[2].size))
        differentiate = jax.value_and_grad(loss_of, argnums=(0, 1))
        loss, (gradients, g) = differentiate(parameters, perturbations, x, y)
        return loss, gradients, g

    return form


def passes(projected, forward, backward, at_the_end, unroll):
    """States, those before them, ∂L/∂o and ∂L/∂a of every timestep, loss and ∂L/∂z."""

    def advance(o, a):
        after = jnp.tanh(a + forward(o))
        return after, after

    def back(g, o):
        delta = g * (1.0 - o * o)
        return backward(delta), (g, delta)

    start = jnp.zeros_like(projected[0])
    last, states = jax.lax.scan(advance, start, projected, unroll=unroll)
    loss, dz, arriving = at_the_end(last)
    _, (g, deltas) = jax.lax.scan(back, arriving, states, reverse=True, unroll=unroll)
    before = jnp.concatenate([start[None], states[:-1]])
    return last, before, g, deltas, loss, dz


def rows(unroll):
    def form(parameters, x, y):
        w_i, w_h, b, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(last @ w_o + b_o, y)
            return loss, dz, dz[:, None] * w_o

        last, before, g, deltas, loss, dz = passes(
            x @ w_i.T + b, lambda o: o @ w_h.T, lambda d: d @ w_h, at_the_end, unroll
        )
        flat = lambda array: array.reshape(-1, array.shape[-1])
        deltas = flat(deltas)
        gradients = deltas.T @ flat(x), deltas.T @ flat(before), deltas.sum(0), dz @ last, dz.sum()
        return loss, gradients, g

    return form


def columns(unroll):
    def vectors(parameters, x, y):
        w_i, w_h, b, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(w_o @ last + b_o, y[0])
            return loss, dz, dz * w_o

        last, before, g, deltas, loss, dz = passes(
            x[:, 0] @ w_i.T + b, lambda o: w_h @ o, lambda d: w_h.T @ d, at_the_end, unroll
        )
        return loss, (deltas.T @ x[:, 0], deltas.T @ before, deltas.sum(0), dz * last, dz), g

    def matrices(parameters, x, y):
        w_i, w_h, b, w_o, b_o = parameters

        def at_the_end(last):
            loss, dz = read_out(w_o @ last + b_o, y)
            return loss, dz, w_o[:, None] * dz

        projected = jnp.einsum("hd,tbd->thb", w_i, x) + b[:, None]
        last, before, g, deltas, loss, dz = passes(
            projected, lambda o: w_h @ o, lambda d: w_h.T @ d, at_the_end, unroll
        )
        d_w_i = jnp.einsum("thb,tbd->hd", deltas, x)
        d_w_h = jnp.einsum("thb,tkb->hk", deltas, before)
        return loss, (d_w_i, d_w_h, deltas.sum((0, 2)), last @ dz, dz.sum()), g

    return lambda parameters, x, y: (vectors if y.size == 1 else matrices)(parameters, x, y)


def unit(unroll):
    def form(parameters, x, y):
        w_i, w_h, b, w_o, b_o = (parameter.reshape(()) for parameter in parameters)
        x, y = x[:, 0, 0], y[0]

        def at_the_end(last):
            loss, dz = read_out(w_o * last + b_o, y)
            return loss, dz, dz * w_o

        last, before, g, deltas, loss, dz = passes(
            x * w_i + b, lambda o: w_h * o, lambda d: w_h * d, at_the_end, unroll
        )
        return loss, ((deltas * x).sum(), (deltas * before).sum(), deltas.sum(), dz * last, dz), g

    return form


def cumulative(unroll):
    def form(parameters, x, y):
        w_i, w_h, b, w_o, b_o = (parameter.reshape(()) for parameter in parameters)
        x, y = x[:, 0, 0], y[0]

        def advance(o, a):
            after = jnp.tanh(a + w_h * o)
            return after, after

        last, states = jax.lax.scan(advance, jnp.zeros(()), x * w_i + b, unroll=unroll)
        loss, dz = read_out(w_o * last + b_o, y)
        slopes = 1.0 - states * states
        g = jax.lax.cumprod(jnp.append(slopes[1:] * w_h, dz * w_o), reverse=True)
        deltas = g * slopes
        before = jnp.append(jnp.zeros(1), states[:-1])
        return loss, ((deltas * x).sum(), (deltas * before).sum(), deltas.sum(), dz * last, dz), g

    return form
