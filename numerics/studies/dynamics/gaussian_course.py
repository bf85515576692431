"""Training runs on the Gaussian world, read over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.runs.design import Design, train_design
from sith.numerics.studies.frame.relation import relate, shared_variance
from sith.numerics.studies.samples.gaussian_claims import BYOL, claim_of, stand_in
from sith.numerics.studies.samples.gaussian_runs import common_latents, prepared, represented


@dataclass(frozen=True, slots=True)
class Course:
    """A training run of one objective over time.

    Fields:
        steps: of the optimiser, at which the run was read, ``(T,)``.
        explained: the part of the latents that an affine map of the outputs explains, ``(T, S)``;
            outputs count however small they are.
        rotation: the same for a rotation with a scale and a shift, ``(T, S)``.
        gaps: the loss above the derived optimum's, on held-out rows, ``(T, S)``.
        scales: of the loss, ``(S,)``.
    """

    steps: list[int] = field(default_factory=list)
    explained: list[list[float]] = field(default_factory=list)
    rotation: list[list[float]] = field(default_factory=list)
    gaps: list[list[float]] = field(default_factory=list)
    scales: list[float] = field(default_factory=list)


def follow_objective(
    name: str, design: Design, seeds: tuple[int, ...], every: int, *, dim: int = 2
) -> Course:
    """Train as `train_objective` does, and read the run every `every` steps and at the end.

    Arguments:
        name: of an objective; see `claim_of` and `BYOL`.
        design: how.
        seeds: mixing, weights and batches are drawn from them.
        every: steps between readings, at least 1.
        dim: of the latents.
    """
    experiment, follow = prepared(name, design, seeds, dim, spiral=False)
    rows = common_latents(dim)
    course = Course()

    def read(step: int, encoder: Encoder, extras: Mapping[str, Tensor]) -> None:
        follow(step, encoder, extras)
        if step % every and step != design.steps:
            return
        with torch.no_grad():
            gap, scale = experiment.loss_gap(encoder, extras)
            found = represented(experiment, encoder, rows).numpy()
        course.steps.append(step)
        course.explained.append([shared_variance(h, rows) / dim for h in found])
        course.rotation.append([relate(h, rows).rotation for h in found])
        course.gaps.append(gap.tolist())
        course.scales[:] = scale.tolist()

    often = 1 if name in BYOL else every
    train_design(
        claim_of(stand_in(name), dim),
        design,
        seeds,
        experiment=experiment,
        observe=read,
        observe_every=often,
    )
    return course
