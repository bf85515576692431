"""The trained verdict on drawn maps with noise: what agrees, disagrees, or cannot be told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sympy as sp
import torch
from numpy.typing import NDArray
from torch import Tensor

from sith import (
    AbstractGroup,
    Agreement,
    BlockOrthogonal,
    Claim,
    Linear,
    Orthogonal,
    RealSpace,
    Relation,
    SignedPermutations,
    TrainedReport,
    TrainedRun,
    latents,
    measure_run,
    theorem,
)

Array = NDArray[np.float64]
ROWS = 400
STRETCHED = sp.diag(1, sp.Rational(51, 50) ** 2)
BLOCKS = BlockOrthogonal(((0, 1), (2,)))
Draw = Callable[[np.random.Generator], Array]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An experiment whose maps are drawn: at the optimum, with an injective mixing."""

    claim: Claim
    latents: Tensor
    notes: tuple[str, ...] = ()

    def loss_gap(self, _encoder: object, _extras: object) -> tuple[Tensor, Tensor]:
        seeds = len(self.latents)
        return torch.zeros(seeds), torch.ones(seeds)

    def style(self) -> Tensor:
        return self.latents[..., :0]

    def mixing(self, z: Tensor) -> Tensor:
        return z


def verdict(
    group: AbstractGroup,
    draw: Draw,
    *,
    seeds: int = 6,
    noise: float = 1e-3,
    relation: Relation = Relation.EQUALITY,
) -> TrainedReport:
    rng = np.random.default_rng(3)
    claim = theorem("haochen_2021_spectral").at()
    encoder = replace(claim.encoder, output=RealSpace(group.dim))
    base = latents(4)[: group.dim]
    claim = claim.replace(group=group, relation=relation, encoder=encoder, base=base)
    z = rng.standard_normal((seeds, ROWS, group.dim))
    maps = [draw(rng) + noise * rng.standard_normal((group.dim, group.dim)) for _ in range(seeds)]
    y = np.stack([x @ m.T for x, m in zip(z, maps, strict=True)])
    y += noise * rng.standard_normal(y.shape)
    held_out = torch.from_numpy(z)
    experiment: Any = Drawn(claim, held_out)
    none: Any = SimpleNamespace(spec="maps that were drawn")
    run = TrainedRun(
        experiment, none, {}, held_out, torch.from_numpy(y), torch.zeros(10, seeds), ()
    )
    return measure_run(run, tuple(range(seeds)))


def haar(dim: int) -> Draw:
    def draw(rng: np.random.Generator) -> Array:
        q, r = np.linalg.qr(rng.standard_normal((dim, dim)))
        matrix: Array = q * np.sign(np.diag(r))
        return matrix

    return draw


def rotation(rng: np.random.Generator) -> Array:
    matrix = haar(2)(rng)
    matrix[0] *= np.sign(np.linalg.det(matrix))
    return matrix


def two_and_one(rng: np.random.Generator) -> Array:
    matrix = np.zeros((3, 3))
    matrix[:2, :2], matrix[2, 2] = haar(2)(rng), rng.choice((1, -1))
    return matrix


def stretched(rng: np.random.Generator) -> Array:
    root = np.diag([1, 1.02])
    moved: Array = np.linalg.inv(root) @ haar(2)(rng) @ root
    return moved


def name_of(value: object) -> str:
    """A name that is the same in every process."""
    return str(getattr(value, "__name__", value))


@pytest.mark.parametrize(
    ("group", "draw", "noise"),
    [
        (Orthogonal(2), haar(2), 1e-3),
        (Orthogonal(2), haar(2), 0.05),
        (Orthogonal(3), haar(3), 1e-3),
        (BLOCKS, two_and_one, 1e-3),
        (Orthogonal(2, STRETCHED), stretched, 1e-3),
    ],
    ids=name_of,
)
def test_true_groups_agree(group: AbstractGroup, draw: Draw, noise: float) -> None:
    report = verdict(group, draw, noise=noise, seeds=10)
    assert report.outcome is Agreement.AGREES, str(report)


@pytest.mark.parametrize(
    ("group", "draw", "noise", "words"),
    [
        (Orthogonal(2), rotation, 1e-3, "determinant +1"),
        (Orthogonal(3), two_and_one, 1e-3, str(BLOCKS)),
        (Linear(2), haar(2), 1e-3, "O(2)"),
        (Orthogonal(2, STRETCHED), stretched, 0.03, "the form I"),
        (Orthogonal(2, STRETCHED), haar(2), 0.03, "the form I"),
    ],
    ids=name_of,
)
def test_what_cannot_be_told_apart_is_undecided(
    group: AbstractGroup, draw: Draw, noise: float, words: str
) -> None:
    report = verdict(group, draw, noise=noise)
    assert report.outcome is Agreement.UNDECIDED, str(report)
    assert "cannot be told from" in report.reason
    assert words in report.reason


def test_the_reason_names_the_chance_and_the_report_the_seeds_that_are_needed() -> None:
    report = verdict(Orthogonal(2), rotation, seeds=3)
    assert "3 of 3 seeds lie in it" in report.reason
    assert "chance 0.12 under the stated group" in report.reason
    data = json.loads(json.dumps(report.to_dict()))
    assert data["resolution"]["seeds_needed"] == 5
    assert data["resolution"]["chance"] == pytest.approx(0.125)
    assert 0 < data["resolution"]["form"] < 1
    answers = {row["name"]: row["answer"] for row in data["subgroups"]}
    assert answers["determinant +1"] == "cannot be told apart"
    assert "0.05 with 5 seeds" in str(report)


@pytest.mark.parametrize(
    ("group", "draw"),
    [
        (SignedPermutations(2), haar(2)),
        (BLOCKS, haar(3)),
        (Orthogonal(2, STRETCHED), haar(2)),
        (Orthogonal(2), stretched),
    ],
    ids=name_of,
)
def test_a_stated_group_that_the_maps_leave_disagrees(group: AbstractGroup, draw: Draw) -> None:
    report = verdict(group, draw, noise=1e-4, seeds=8)
    assert report.outcome is Agreement.DISAGREES, str(report)


def test_containment_asks_only_what_it_claims() -> None:
    """Rotations are contained in O(2), and do not contain it; a form is claimed from above."""
    contained = verdict(Orthogonal(2), rotation, relation=Relation.CONTAINED)
    contains = verdict(Orthogonal(2), rotation, relation=Relation.CONTAINS)
    form = verdict(Orthogonal(2, STRETCHED), haar(2), noise=0.03, relation=Relation.CONTAINED)
    assert contained.outcome is Agreement.AGREES
    assert contains.outcome is Agreement.UNDECIDED
    assert form.outcome is Agreement.UNDECIDED
