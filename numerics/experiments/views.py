"""Views that are aligned: the loss of two of them by objective, how they are drawn by pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.experiments.parts import pick_mixing
from sith.numerics.experiments.protocol import Mix
from sith.numerics.losses import alignment_entropy, whitened_alignment
from sith.numerics.mixings import leaky_relu_mixing
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    AlignmentMaxEntropy,
    Claim,
    LatentCorrelation,
    Mixing,
    PartialAlignment,
    SharedBlock,
    SparseChange,
    StyleRedrawn,
    SubsetsRedrawn,
    UnsupportedCondition,
)
from sith.theory.dispatch import register_call


@dataclass(frozen=True, slots=True)
class ViewLoss:
    """The loss of a pair of views.

    Fields:
        of_pair: of the representations of two views, ``(S, B, m)`` each, per seed.
        entropy: whether the loss holds an estimate of the entropy of the outputs.
        whole: whether all latents have an output, of which those of the content are aligned.
        changed: how many outputs of a pair may change, where these are not known; 0 where they are.
    """

    of_pair: Callable[[Tensor, Tensor], Tensor]
    entropy: bool
    whole: bool = False
    changed: int = 0


@singledispatch
def view_loss_of(objective: object) -> ViewLoss:
    """Return the loss of two views.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"no training of '{objective}' on views",
        cure=register_call("sith.numerics.experiments.view_loss_of", objective),
    )


@view_loss_of.register
def _(objective: AlignmentMaxEntropy) -> ViewLoss:  # noqa: ARG001
    return ViewLoss(alignment_entropy, entropy=True)


@view_loss_of.register
def _(objective: LatentCorrelation) -> ViewLoss:  # noqa: ARG001
    return ViewLoss(whitened_alignment, entropy=False)


@view_loss_of.register
def _(objective: PartialAlignment) -> ViewLoss:  # noqa: ARG001
    return ViewLoss(alignment_entropy, entropy=True, whole=True)


@view_loss_of.register
def _(objective: SparseChange) -> ViewLoss:
    return ViewLoss(alignment_entropy, entropy=True, whole=True, changed=objective.changed)


Drawn = Callable[[int, tuple[torch.Generator, ...]], tuple[Tensor, ...]]


@dataclass(frozen=True, slots=True)
class Views:
    """How views are drawn and observed.

    Fields:
        observe: from the latents of view k to what the encoder sees, one per view.
        drawn: the latents that each view shows, ``(S, n, |S_k|)``, of a number of rows.
        shown: the latents that each view shows.
        content: those that all share.
        notes: what stands for the claim's letter.
    """

    observe: tuple[Mix, ...]
    drawn: Drawn
    shown: tuple[tuple[int, ...], ...]
    content: tuple[int, ...]
    notes: tuple[str, ...] = ()


@singledispatch
def views_of(
    pairs: object,
    claim: Claim,  # noqa: ARG001
    seeds: tuple[int, ...],  # noqa: ARG001
    device: str,  # noqa: ARG001
    *,
    smooth: bool,  # noqa: ARG001
) -> Views:
    """Return the views of a claim's pairs; with `smooth` through a smooth mixing.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs, or the mixing is of a class for
            which views are not mixed.
    """
    raise UnsupportedCondition(
        f"pairs '{pairs}' share no content",
        cure=register_call("sith.numerics.experiments.views_of", pairs),
    )


@views_of.register
def _(
    pairs: SharedBlock,
    claim: Claim,
    seeds: tuple[int, ...],
    device: str,
    *,
    smooth: bool,  # noqa: ARG001
) -> Views:
    sampler = WorldSampler(claim.world)

    def drawn(count: int, generators: tuple[torch.Generator, ...]) -> tuple[Tensor, ...]:
        of_seed = [sampler.views(sampler.latents(count, g)) for g in generators]
        return tuple(torch.stack(view) for view in zip(*of_seed, strict=True))

    note = "the views' encoders share weights; an indicator says which view is seen"
    looks = _of_views(claim, pairs, seeds, device)
    return Views(looks, drawn, tuple(map(tuple, pairs.views)), pairs.content, (note,))


def _of_pairs(claim: Claim) -> Drawn:
    """How the two points of a pair are drawn, each of them a view of all latents."""
    sampler = WorldSampler(claim.world)

    def drawn(count: int, generators: tuple[torch.Generator, ...]) -> tuple[Tensor, ...]:
        both = [sampler.pairs(count, g) for g in generators]
        return tuple(torch.stack(view) for view in zip(*both, strict=True))

    return drawn


@views_of.register
def _(
    pairs: StyleRedrawn, claim: Claim, seeds: tuple[int, ...], device: str, *, smooth: bool
) -> Views:
    look = pick_mixing(claim, seeds, device, smooth=smooth, spiral=True)
    every = tuple(range(claim.dim))
    return Views((look,) * 2, _of_pairs(claim), (every,) * 2, pairs.content)


@views_of.register
def _(
    pairs: SubsetsRedrawn, claim: Claim, seeds: tuple[int, ...], device: str, *, smooth: bool
) -> Views:
    look = pick_mixing(claim, seeds, device, smooth=smooth, spiral=True)
    every = tuple(range(claim.dim))
    if not getattr(claim.objective, "changed", 0):
        raise UnsupportedCondition(
            f"no training of '{claim.objective}' on pairs '{pairs}'",
            allowed="the objective SparseChange",
        )
    return Views((look,) * 2, _of_pairs(claim), (every,) * 2, every)


def _of_views(
    claim: Claim, pairs: SharedBlock, seeds: tuple[int, ...], device: str
) -> tuple[Mix, ...]:
    """A random mixing of the coordinates of every view, in columns of its own, and indicators."""
    if claim.world.mixing is not Mixing.INJECTIVE:
        raise UnsupportedCondition(
            f"no training of views with {claim.world.mixing} mixings", allowed="injective ones"
        )
    sizes = [len(view) for view in pairs.views]

    def look(k: int) -> Mix:
        own = seed_generators(seeds, f"mixing of view {k}", device)
        mixing = leaky_relu_mixing(own, sizes[k])
        before, after = sum(sizes[:k]), sum(sizes[k + 1 :])

        def observed(z: Tensor) -> Tensor:
            columns = F.pad(mixing(z), (before, after + len(sizes)))
            columns[..., sum(sizes) + k] = 1.0
            return columns

        return observed

    return tuple(look(k) for k in range(len(sizes)))
