"""What every loss on pairs of embeddings must satisfy; a new loss is tested by being listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from sith.numerics.losses import (
    InnerProduct,
    PowerDistance,
    barlow_twins,
    decoupled_infonce,
    dino,
    infonce,
    nt_xent,
    random_directions,
    self_distillation,
    sigreg,
    spectral_contrastive,
    swav,
    vicreg,
    whitened_alignment,
    whitening_penalty,
)

SEEDS, BATCH, DIM = 2, 9, 3
Loss = Callable[[Tensor, Tensor], Tensor]


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def directions(h: Tensor, slices: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    drawn = random_directions(generator, h.shape[-1], slices=slices, dtype=torch.float64)
    return drawn.to(h)


def distillation(a: Tensor, b: Tensor) -> Tensor:
    """With fixed targets: the stopped gradient is tested apart."""
    return self_distillation(a, b, 2 * a + b, b - a, stop_gradient=False)


def teacher(a: Tensor, b: Tensor) -> Tensor:
    """With the teacher's scores fixed multiples; their gradient is stopped."""
    fixed = torch.zeros_like(a[:, 0])
    return dino(a, b, (a * 0.3).detach(), (b * 0.2).detach(), fixed)


LOSSES: dict[str, tuple[Loss, set[str]]] = {
    "vicreg": (lambda a, b: vicreg(a, b, target=2.0), {"permutation", "signs", "shift"}),
    "barlow twins": (
        lambda a, b: barlow_twins(a, b, epsilon=0),
        {"permutation", "signs", "shift", "scale", "stretch"},
    ),
    "whitened alignment": (
        whitened_alignment,
        {"permutation", "signs", "shift", "scale", "stretch", "rotation"},
    ),
    "whitening penalty": (
        lambda a, b: whitening_penalty(a) + whitening_penalty(b),
        {"permutation", "signs", "rotation"},
    ),
    "spectral contrastive": (
        lambda a, b: spectral_contrastive(a, b, beta=0.7),
        {"permutation", "signs", "rotation"},
    ),
    # The directions stay where they are.
    "sigreg": (
        lambda a, b: sigreg(a, directions(a)) + sigreg(b, directions(b)),
        {"signs"},
    ),
    "nt-xent": (
        lambda a, b: nt_xent(a, b, InnerProduct(0.5)),
        {"permutation", "signs", "rotation"},
    ),
    "decoupled, distance": (
        lambda a, b: decoupled_infonce(a, b, PowerDistance(2, 2, 0.5)),
        {"permutation", "signs", "rotation", "shift"},
    ),
    "self-distillation": (distillation, {"permutation", "signs", "rotation", "scale"}),
    "dino": (teacher, {"permutation", "constant"}),
    "swav": (swav, {"permutation", "constant"}),
}
TURN = torch.linalg.qr(normal(DIM, DIM, seed=8))[0]
MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "permutation": lambda h: h[..., [2, 0, 1]],
    "signs": lambda h: -h,
    "rotation": lambda h: h @ TURN,
    "scale": lambda h: 1.7 * h,
    "stretch": lambda h: h * torch.tensor([0.5, 1.0, 2.0]).to(h),
    "shift": lambda h: h + torch.tensor([0.5, 0.0, -1.0]).to(h),
    "constant": lambda h: h + 0.4,
}
# A shift by equal amounts is one of the shifts; a scale is one of the stretches.
IMPLIED = {"shift": {"constant"}, "stretch": {"scale"}}
NAMES = sorted(LOSSES)


def views(rows: int = BATCH, seeds: int = SEEDS, dim: int = DIM) -> tuple[Tensor, Tensor]:
    a = normal(seeds, rows, dim, seed=1)
    return a, a + 0.5 * normal(seeds, rows, dim, seed=2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", sorted(MAPS))
def test_each_loss_sees_what_it_should(name: str, kind: str) -> None:
    loss, unseen = LOSSES[name]
    unseen = unseen.union(*(IMPLIED.get(k, set()) for k in unseen))
    a, b = views()
    before, after = loss(a, b), loss(MAPS[kind](a), MAPS[kind](b))
    if kind in unseen:
        torch.testing.assert_close(after, before, rtol=1e-9, atol=1e-9)
    else:
        assert (after - before).abs().min() > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_seeds_are_apart_and_rows_without_order(name: str) -> None:
    loss, _ = LOSSES[name]
    a, b = views()
    together = loss(a, b)
    assert together.shape == (SEEDS,)
    alone = torch.cat([loss(a[s : s + 1], b[s : s + 1]) for s in range(SEEDS)])
    torch.testing.assert_close(together, alone, rtol=1e-12, atol=1e-12)
    order = torch.randperm(BATCH, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(loss(a[:, order], b[:, order]), together, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_the_value(name: str) -> None:
    loss, _ = LOSSES[name]
    if name == "swav":
        # No gradient flows through the assignments: hold them by holding one view.
        a, b = views(5)
        a.requires_grad_()
        (slope,) = torch.autograd.grad(swav(a, b).sum(), a)
        targets = [_assignment(h.detach()) for h in (a, b)]
        free = a.detach().clone().requires_grad_()
        value = -(targets[1] * (free / 0.1).log_softmax(-1)).sum() / 2 / 5
        torch.testing.assert_close(slope, torch.autograd.grad(value, free)[0])
        return
    if name == "dino":
        fixed = [0.3 * h for h in views(5)]
        centre = torch.zeros(SEEDS, DIM, dtype=torch.float64)

        def loss(a: Tensor, b: Tensor) -> Tensor:
            return dino(a, b, *fixed, centre)

    a, b = (h.requires_grad_() for h in views(5))
    assert torch.autograd.gradcheck(loss, (a, b))


def _assignment(scores: Tensor) -> Tensor:
    from sith.numerics.losses import sinkhorn

    return sinkhorn(scores)


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_is_near(name: str) -> None:
    loss, _ = LOSSES[name]
    a, b = views()
    found = loss(a.float(), b.float())
    assert found.dtype == torch.float32
    # Sums of tens of terms, matrices of condition below 20, and temperatures down to 0.04.
    torch.testing.assert_close(found.double(), loss(a, b), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"sigreg", "whitening penalty"}])
def test_views_that_do_not_pair_are_refused(name: str) -> None:
    loss, _ = LOSSES[name]
    a, b = views()
    for first, second in ((a, b[:, 1:]), (a[0], b[0])):
        with pytest.raises((ValueError, RuntimeError), match=r"; allowed: .*; |size of tensor"):
            loss(first, second)


class Largest(TorchDispatchMode):
    """Records the number of entries of the largest tensor that any operation returns."""

    entries = 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        for part in result if isinstance(result, tuple | list) else (result,):
            if isinstance(part, Tensor):
                self.entries = max(self.entries, part.numel())
        return result


@pytest.mark.parametrize("name", NAMES)
def test_no_table_of_all_pairs_is_formed(name: str) -> None:
    loss, _ = LOSSES[name]
    rows = 6144
    a, b = (h.float().requires_grad_() for h in views(rows, seeds=1))
    with Largest() as seen:
        loss(a, b).sum().backward()
    # The contrastive ones work in blocks of 2^20 scores; the others need no scores.
    assert seen.entries <= (2**20 if name in {"nt-xent", "decoupled, distance"} else 16 * rows)
    with Largest() as planted:
        (a.detach() @ b.detach().mT).sum()
    assert planted.entries == rows**2


def test_infonce_at_a_large_batch_forms_blocks_only() -> None:
    a, b = (h.float().requires_grad_() for h in views(6144, seeds=1))
    for critic in (InnerProduct(0.1), PowerDistance(1, 1, 0.1)):
        with Largest() as seen:
            infonce(a, b, critic).sum().backward()
        assert seen.entries <= 2**20


@pytest.mark.gpu
@pytest.mark.parametrize("name", NAMES)
def test_the_same_code_runs_on_a_gpu(name: str) -> None:
    loss, _ = LOSSES[name]
    a, b = views()
    torch.testing.assert_close(loss(a.cuda(), b.cuda()).cpu(), loss(a, b), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("critic", [InnerProduct(1e-3), PowerDistance(1, 1, 1e-3)])
def test_scores_that_underflow_change_neither_value_nor_gradient(dtype: Any, critic: Any) -> None:
    a, b = (h.to(dtype).requires_grad_() for h in views(30))
    scores = critic.scores(a, b)
    assert float((scores - scores.amax(-1, keepdim=True)).detach().min()) < -1000
    plain = (scores.logsumexp(-1) - critic.paired(a, b)).mean(-1)
    expected = (plain, *torch.autograd.grad(plain.sum(), (a, b)))
    value = infonce(a, b, critic)
    found = (value, *torch.autograd.grad(value.sum(), (a, b)))
    # Scores of some thousands: relative to them only rounding is left.
    tolerance = 1e-3 if dtype == torch.float32 else 1e-11
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance)
