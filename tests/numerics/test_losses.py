"""Every loss against a slow float64 evaluation of its formula, and against a wrong variant of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from sith.numerics.losses import (
    Critic,
    DiagonalMetric,
    InnerProduct,
    PowerDistance,
    alignment_entropy,
    cross_entropy,
    infonce,
    kernel_entropy,
    likelihood,
    row_logsumexp,
)

Array = NDArray[np.float64]
SEEDS, BATCH, DIM = 2, 5, 3
# float64 against float64 on sums of a few terms: rounding only.
EXACT = 1e-10


def table(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


LOG_WEIGHTS = table(SEEDS, DIM, seed=9)


def slow_score(name: str, u: Array, v: Array, seed: int) -> float:
    if name == "inner":
        return float(sum(u[k] * v[k] for k in range(DIM)) / 0.3)
    if name == "metric":
        weights = LOG_WEIGHTS[seed].numpy()
        return float(-sum(math.exp(weights[k]) * (u[k] - v[k]) ** 2 for k in range(DIM)))
    p, alpha = {"l2": (2.0, 2.0), "l1": (1.0, 1.0), "l2-root": (2.0, 1.0), "l3": (3.0, 1.5)}[name]
    norm = sum(abs(u[k] - v[k]) ** p for k in range(DIM)) ** (1 / p)
    return float(-(norm**alpha) / 0.3)


CRITICS: dict[str, Critic] = {
    "inner": InnerProduct(0.3),
    "metric": DiagonalMetric(LOG_WEIGHTS),
    "l2": PowerDistance(2, 2, 0.3),
    "l1": PowerDistance(1, 1, 0.3),
    "l2-root": PowerDistance(2, 1, 0.3),
    "l3": PowerDistance(3, 1.5, 0.3),
}


def slow_infonce(name: str, a: Tensor, b: Tensor, *, skip_own: bool = False) -> Array:
    losses = []
    for s in range(SEEDS):
        rows = []
        for i in range(BATCH):
            scores = [slow_score(name, a[s, i].numpy(), b[s, j].numpy(), s) for j in range(BATCH)]
            others = [x for j, x in enumerate(scores) if not (skip_own and j == i)]
            rows.append(-scores[i] + math.log(sum(math.exp(x) for x in others)))
        losses.append(sum(rows) / BATCH)
    return np.array(losses)


@pytest.mark.parametrize("name", sorted(CRITICS))
def test_infonce_is_its_formula(name: str) -> None:
    a, b = table(SEEDS, BATCH, DIM, seed=1), table(SEEDS, BATCH, DIM, seed=2)
    value = infonce(a, b, CRITICS[name]).numpy()
    np.testing.assert_allclose(value, slow_infonce(name, a, b), rtol=EXACT)
    assert abs(value - slow_infonce(name, a, b, skip_own=True)).min() > 1e-3
    mean = infonce(a, b, CRITICS[name], convention="mean").numpy()
    np.testing.assert_allclose(mean, value - math.log(BATCH), rtol=EXACT)
    both = infonce(a, b, CRITICS[name], symmetric=True).numpy()
    expected = (slow_infonce(name, a, b) + slow_infonce(name, b, a)) / 2
    np.testing.assert_allclose(both, expected, rtol=EXACT)


def test_infonce_with_a_tensor_of_negatives() -> None:
    a, b = table(SEEDS, BATCH, DIM, seed=1), table(SEEDS, BATCH, DIM, seed=2)
    n = table(SEEDS, 7, DIM, seed=3)
    value = infonce(a, b, InnerProduct(0.3), negatives=n)
    for s in range(SEEDS):
        rows = []
        for i in range(BATCH):
            own = slow_score("inner", a[s, i].numpy(), b[s, i].numpy(), s)
            rest = [slow_score("inner", a[s, i].numpy(), n[s, j].numpy(), s) for j in range(7)]
            rows.append(-own + math.log(math.exp(own) + sum(map(math.exp, rest))))
        assert float(value[s]) == pytest.approx(sum(rows) / BATCH, rel=EXACT)


@pytest.mark.parametrize("name", sorted(CRITICS))
def test_infonce_gradient(name: str) -> None:
    a, b = table(SEEDS, BATCH, DIM, seed=1), table(SEEDS, BATCH, DIM, seed=2)
    a.requires_grad_()
    b.requires_grad_()
    assert torch.autograd.gradcheck(lambda x, y: infonce(x, y, CRITICS[name]), (a, b))


def test_learned_metric_gets_a_gradient() -> None:
    a, b = table(SEEDS, BATCH, DIM, seed=1), table(SEEDS, BATCH, DIM, seed=2)
    weights = LOG_WEIGHTS.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda w: infonce(a, b, DiagonalMetric(w)), (weights,))


@pytest.mark.parametrize("exclude", [False, True])
def test_blocks_change_neither_value_nor_gradient(
    monkeypatch: pytest.MonkeyPatch, exclude: bool
) -> None:
    import importlib

    module = importlib.import_module("sith.numerics.losses.row_logsumexp")
    upstream = table(SEEDS, BATCH, seed=4)
    results = []
    for kept, block in ((10**6, 10**6), (0, 2 * SEEDS * BATCH)):
        monkeypatch.setattr(module, "_KEPT", kept)
        monkeypatch.setattr(module, "_BLOCK", block)
        a = table(SEEDS, BATCH, DIM, seed=1).requires_grad_()
        b = table(SEEDS, BATCH, DIM, seed=2).requires_grad_()
        value = row_logsumexp(a, b, exclude_diagonal=exclude)
        results.append((value, *torch.autograd.grad((value * upstream).sum(), (a, b))))
    for whole, blocked in zip(*results, strict=True):
        torch.testing.assert_close(whole, blocked, rtol=EXACT, atol=EXACT)


def test_recomputed_blocks_of_a_general_norm(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    module = importlib.import_module("sith.numerics.losses.infonce")
    results = []
    for block in (10**6, 2 * SEEDS * BATCH):
        monkeypatch.setattr(module, "_BLOCK", block)
        a = table(SEEDS, BATCH, DIM, seed=1).requires_grad_()
        b = table(SEEDS, BATCH, DIM, seed=2).requires_grad_()
        value = infonce(a, b, PowerDistance(1, 1))
        results.append((value, *torch.autograd.grad(value.sum(), (a, b))))
    for whole, blocked in zip(*results, strict=True):
        torch.testing.assert_close(whole, blocked, rtol=EXACT, atol=EXACT)


def test_coinciding_pairs_have_a_finite_gradient() -> None:
    a = table(SEEDS, BATCH, DIM).requires_grad_()
    (gradient,) = torch.autograd.grad(infonce(a, a.detach(), PowerDistance(2, 1)).sum(), a)
    assert bool(gradient.isfinite().all())


@pytest.mark.parametrize("unit_rows", [False, True])
def test_cross_entropy_is_its_formula(unit_rows: bool) -> None:
    h, w = table(SEEDS, BATCH, DIM, seed=1), table(SEEDS, 4, DIM, seed=2)
    labels = torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 3, 1]])
    value = cross_entropy(h, labels, w, beta=1.7, unit_rows=unit_rows)
    wrong = cross_entropy(h, labels.roll(1, dims=1), w, beta=1.7, unit_rows=unit_rows)
    for s in range(SEEDS):
        rows = w[s].numpy()
        if unit_rows:
            rows = rows / np.sqrt((rows**2).sum(1, keepdims=True))
        terms = []
        for i in range(BATCH):
            logits = [1.7 * float(rows[c] @ h[s, i].numpy()) for c in range(4)]
            terms.append(-logits[labels[s, i]] + math.log(sum(map(math.exp, logits))))
        assert float(value[s]) == pytest.approx(sum(terms) / BATCH, rel=EXACT)
        assert abs(float(wrong[s]) - sum(terms) / BATCH) > 1e-3


def slow_entropy(h: Array, bandwidth: float, *, include_self: bool = False) -> float:
    count, m = h.shape
    total = 0.0
    for i in range(count):
        density = 0.0
        for j in range(count):
            if i != j or include_self:
                squared = float(((h[i] - h[j]) ** 2).sum())
                density += math.exp(-squared / (2 * bandwidth**2))
        density /= (count - 1) * (bandwidth * math.sqrt(2 * math.pi)) ** m
        total -= math.log(density)
    return total / count


def test_alignment_entropy_is_its_formula() -> None:
    a = torch.sigmoid(table(SEEDS, BATCH, DIM, seed=1))
    b = torch.sigmoid(table(SEEDS, BATCH, DIM, seed=2))
    value = alignment_entropy(a, b, bandwidth=0.2).numpy()
    for s in range(SEEDS):
        u, v = a[s].numpy(), b[s].numpy()
        alignment = float(((u - v) ** 2).sum(1).mean())
        entropy = (slow_entropy(u, 0.2) + slow_entropy(v, 0.2)) / 2
        wrong = (slow_entropy(u, 0.2, include_self=True) + slow_entropy(v, 0.2)) / 2
        assert value[s] == pytest.approx(alignment - entropy, rel=EXACT)
        assert abs(value[s] - (alignment - wrong)) > 1e-3


def test_kernel_entropy_bias_is_the_stated_one() -> None:
    # Uniform on [0, 1]: entropy 0, the estimate tends to 2 * bandwidth * int -log Phi = c * bandwidth.
    h = torch.rand((1, 4000, 1), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for bandwidth in (0.05, 0.1):
        t = torch.linspace(0, 12, 200_001, dtype=torch.float64)
        face = float(torch.trapezoid(-torch.special.log_ndtr(t), t))
        estimate = float(kernel_entropy(h, bandwidth))
        # Standard deviation of the estimate, from 20 other draws: below 0.004.
        assert estimate == pytest.approx(2 * face * bandwidth, abs=0.02)


def test_likelihood_is_its_formula() -> None:
    matrix = table(SEEDS, DIM, DIM, seed=5)
    x = table(SEEDS, BATCH, DIM, seed=1)

    def encode(points: Tensor) -> Tensor:
        return torch.sinh(torch.bmm(points, matrix))

    value = likelihood(encode, x).detach()
    for s in range(SEEDS):
        densities, volumes = [], []
        for i in range(BATCH):
            inner = x[s, i].numpy() @ matrix[s].numpy()
            jacobian = matrix[s].numpy() @ np.diag(np.cosh(inner))
            square = float((np.sinh(inner) ** 2).sum())
            densities.append(-0.5 * square - DIM / 2 * math.log(2 * math.pi))
            volumes.append(math.log(abs(np.linalg.det(jacobian))))
        expected = -sum(densities) / BATCH - sum(volumes) / BATCH
        wrong = -sum(densities) / BATCH + sum(volumes) / BATCH
        assert float(value[s]) == pytest.approx(expected, rel=EXACT)
        assert abs(float(value[s]) - wrong) > 1e-3
    with torch.no_grad():
        torch.testing.assert_close(likelihood(encode, x), value)


def test_likelihood_has_a_gradient_in_the_parameters() -> None:
    matrix = table(SEEDS, DIM, DIM, seed=5).requires_grad_()
    x = table(SEEDS, BATCH, DIM, seed=1)
    assert torch.autograd.gradcheck(
        lambda m: likelihood(lambda points: torch.tanh(torch.bmm(points, m)), x), (matrix,)
    )


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    a = table(SEEDS, BATCH, DIM)
    w, labels = table(SEEDS, 4, DIM), torch.zeros((SEEDS, BATCH), dtype=torch.int64)
    for call in (
        lambda: InnerProduct(0.0),
        lambda: PowerDistance(p=0.5),
        lambda: infonce(a, a[:, :-1], InnerProduct()),
        lambda: infonce(a, a, InnerProduct(), negatives=a, symmetric=True),
        lambda: cross_entropy(a, labels.int(), w),
        lambda: cross_entropy(a, labels, w, beta=-1.0),
        lambda: kernel_entropy(a, 0.0),
        lambda: likelihood(lambda x: x[..., :2], a),
        lambda: row_logsumexp(a, a[:, :-1], exclude_diagonal=True),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
