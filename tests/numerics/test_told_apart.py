"""Groups that trained maps do or do not tell apart: drawn maps with noise, no training."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import sympy as sp
from numpy.typing import NDArray

from sith import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    GeneralisedPermutations,
    InputError,
    Linear,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
)
from sith.numerics.groups import Answer, Finding, Kind, Subgroup, proper_subgroups, told_apart
from tests.helpers.tolerances import MISSED_COMPONENT

Array = NDArray[np.float64]
ROWS = 300
STRETCHED = sp.diag(1, sp.Rational(51, 50) ** 2)
"""S = diag(1, 1.02²)."""
LIMITS = {"inside": 0.05, "outside": 0.1}

Draw = Callable[[np.random.Generator], Array]


def haar(dim: int, rng: np.random.Generator) -> Array:
    q, r = np.linalg.qr(rng.standard_normal((dim, dim)))
    matrix: Array = q * np.sign(np.diag(r))
    return matrix


def rotation(dim: int, rng: np.random.Generator) -> Array:
    matrix = haar(dim, rng)
    matrix[0] *= np.sign(np.linalg.det(matrix))
    return matrix


def two_and_one(rng: np.random.Generator) -> Array:
    """A draw of O(2) × O(1)."""
    matrix = np.zeros((3, 3))
    matrix[:2, :2], matrix[2, 2] = haar(2, rng), rng.choice((1, -1))
    return matrix


def stretched(rng: np.random.Generator) -> Array:
    """A draw of O(2; S) with S = diag(1, 1.02²)."""
    root = np.diag([1, 1.02])
    moved: Array = np.linalg.inv(root) @ haar(2, rng) @ root
    return moved


def signed(rng: np.random.Generator, dim: int = 3) -> Array:
    matrix: Array = np.eye(dim)[rng.permutation(dim)] * rng.choice((1, -1), (dim, 1))
    return matrix


@dataclass(frozen=True, slots=True)
class Seen:
    findings: tuple[Finding, ...]
    form: float
    chance: float
    seeds_needed: int

    def unsure(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.findings if f.answer is Answer.NOT_TOLD_APART)

    def wrong(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.answer is Answer.CONTRADICTED)


@cache
def subgroups_of(group: AbstractGroup) -> tuple[Subgroup, ...]:
    return proper_subgroups(group)


def seen(
    group: AbstractGroup, draw: Draw, seeds: int, *, noise: float = 1e-3, start: int = 0
) -> Seen:
    """Maps of `seeds` draws, with relative errors of size `noise` in the matrix and in each row."""
    rng = np.random.default_rng(start)
    z = rng.standard_normal((seeds, ROWS, group.dim))
    maps = [draw(rng) + noise * rng.standard_normal((group.dim, group.dim)) for _ in range(seeds)]
    y = np.stack([x @ m.T for x, m in zip(z, maps, strict=True)])
    y += noise * rng.standard_normal(y.shape)
    findings, resolution = told_apart(group, z, y, **LIMITS, subgroups=subgroups_of(group))
    return Seen(findings, resolution.form, resolution.chance, resolution.seeds_needed)


def test_rotations_do_not_show_all_of_the_orthogonal_group() -> None:
    """The chance is that of O(2): a draw is a rotation half of the time."""
    for seeds in (2, 3, 5):
        result = seen(Orthogonal(2), lambda rng: rotation(2, rng), seeds)
        (finding,) = (f for f in result.findings if f.kind is Kind.DETERMINANT)
        assert finding.answer is Answer.NOT_TOLD_APART
        assert finding.chance == pytest.approx(2.0**-seeds)
        assert f"{seeds} of {seeds} seeds lie in it" in finding.evidence
    assert result.chance == pytest.approx(2.0**-5)
    assert result.seeds_needed == 5


def test_one_reflection_excludes_the_rotations() -> None:
    def mostly(rng: np.random.Generator) -> Array:
        matrix = rotation(2, rng)
        return matrix if rng.random() < 0.5 else matrix[::-1]

    result = seen(Orthogonal(2), mostly, 5)
    assert not result.unsure()


def test_blocks_are_told_from_the_whole_group() -> None:
    """O(2) × O(1) held against O(3), and O(3) against itself."""
    result = seen(Orthogonal(3), two_and_one, 8)
    assert str(BlockOrthogonal(((0, 1), (2,)))) in result.unsure()
    assert not seen(Orthogonal(3), lambda rng: haar(3, rng), 8).unsure()


def test_joint_flips_and_finer_blocks_are_told_from_blocks() -> None:
    group = BlockOrthogonal(((0, 1), (2,)))
    assert not seen(group, two_and_one, 8).unsure()

    def joint(rng: np.random.Generator) -> Array:
        matrix = two_and_one(rng)
        matrix[2, 2] = np.linalg.det(matrix[:2, :2])
        return matrix

    assert seen(group, joint, 8).unsure() == (
        "orientation of (3) times orientation of (1, 2) fixed",
    )

    def finer(rng: np.random.Generator) -> Array:
        matrix = np.zeros((3, 3))
        matrix[:2, :2], matrix[2, 2] = signed(rng, 2), rng.choice((1, -1))
        return matrix

    assert "block (1, 2) split into (1) and (2)" in seen(group, finer, 8).unsure()


@pytest.mark.parametrize("noise", [1e-3, 1e-4])
def test_a_form_that_differs_by_two_per_cent_is_seen_where_the_noise_is_small(
    noise: float,
) -> None:
    true = seen(Orthogonal(2, STRETCHED), stretched, 8, noise=noise)
    assert not true.unsure()
    assert not true.wrong()
    assert true.form < 1.02**2 - 1
    for group, draw in (
        (Orthogonal(2, STRETCHED), lambda rng: haar(2, rng)),
        (Orthogonal(2), stretched),
    ):
        (finding,) = seen(group, draw, 8, noise=noise).wrong()
        assert finding.kind is Kind.FORM
        assert "differ by 4" in finding.evidence or "differ by 3.9" in finding.evidence


@pytest.mark.parametrize("draw", [stretched, lambda rng: haar(2, rng)])
def test_the_same_form_is_not_told_from_the_unit_form_where_the_noise_is_large(
    draw: Draw,
) -> None:
    result = seen(Orthogonal(2, STRETCHED), draw, 5, noise=0.03)
    assert result.unsure() == ("the form I",)
    assert result.form > 1.02**2 - 1
    assert not seen(Orthogonal(2), draw, 5, noise=0.03).wrong()


def test_seeds_that_do_not_turn_the_axes_show_nothing_of_the_form() -> None:
    """Sign flips keep every diagonal form, however small the noise."""
    result = seen(
        Orthogonal(2, STRETCHED), lambda rng: np.diag(rng.choice((1.0, -1.0), 2)), 8, noise=1e-6
    )
    assert "the form I" in result.unsure()
    assert result.form == math.inf or result.form > 0.04


def test_an_error_that_all_seeds_share_is_no_other_form() -> None:
    """One stretched latent, the same for all seeds, is no map of a form: nothing is rejected."""
    result = seen(Orthogonal(2), lambda rng: haar(2, rng) @ np.diag([1, 1.02]), 8, noise=1e-4)
    assert not result.wrong()


def bent(group: AbstractGroup, start: int) -> Draw:
    rng = random.Random(start)

    def draw(_: np.random.Generator) -> Array:
        member = group.sample(rng)
        matrix = sp.Matrix(member.expressions).jacobian(member.symbols)
        return np.array(matrix.tolist(), dtype=np.float64)

    return draw


@pytest.mark.parametrize(
    "group",
    [
        Orthogonal(3),
        BlockOrthogonal(((0, 1), (2,))),
        BlockOrthogonal(((0, 1), (2, 3))),
        SignedPermutations(2),
        SignedPermutations(3),
        Permutations(3),
        SignFlips(3),
        GeneralisedPermutations(2),
        Linear(2),
        Unimodular(Linear(2)),
        Commutant((sp.diag(1, 2),)),
        Orthogonal(2, sp.diag(1, 2)),
    ],
    ids=str,
)
def test_maps_of_the_whole_group_leave_every_smaller_one(group: AbstractGroup) -> None:
    """16 seeds: no subgroup is larger than half, so that one of ten is missed with chance 2e-4."""
    result = seen(group, bent(group, 1), 16, noise=1e-4)
    assert not result.unsure()
    assert not result.wrong()


@pytest.mark.parametrize(
    ("group", "smaller", "missed"),
    [
        (SignedPermutations(3), SignFlips(3), "even permutations"),
        (SignedPermutations(3), Permutations(3), "joint flips of all coordinates"),
        (SignFlips(3), Trivial(3), "no flip of coordinate 2"),
        (Permutations(3), Trivial(3), "coordinates 2 kept in place"),
        (GeneralisedPermutations(2), SignedPermutations(2), "equal scales of all coordinates"),
        (Linear(2), Orthogonal(2), "O(2) times scalings"),
        (Linear(2), Unimodular(Linear(2)), "GL(2) of determinant ±1"),
        (Affine(2), Linear(2), "GL(2)"),
        (Euclidean(2), Orthogonal(2), "O(2)"),
        (Shifted(SignedPermutations(2)), Shifted(SignFlips(2)), "no swap"),
        (ComponentwiseDiffeomorphisms(2), SignFlips(2), "no swap"),
    ],
    ids=str,
)
def test_maps_of_a_smaller_group_are_not_told_from_it(
    group: AbstractGroup, smaller: AbstractGroup, missed: str
) -> None:
    assert missed in seen(group, bent(smaller, 2), 12, noise=1e-4).unsure()


def test_every_group_of_the_catalogue_has_a_row_and_others_are_refused() -> None:
    for group in (
        Trivial(2),
        Translations(2),
        BlockwiseDiffeomorphisms(((0,), (1,))),
        ContentKeeping(2, 1),
        Euclidean(2),
    ):
        assert len(proper_subgroups(group)) >= (0 if group == Trivial(2) else 1)
    with pytest.raises(InputError, match=r"maximal_subgroups\.register"):
        proper_subgroups(object())  # type: ignore[arg-type]


def test_how_often_a_true_orthogonal_group_is_missed_or_denied() -> None:
    """240 repeats of 5 draws of O(2): undecided by the stated chance and blocks, never denied."""
    rng = np.random.default_rng(7)
    missed = denied = 0
    for _ in range(240):
        result = seen(Orthogonal(2), lambda r: haar(2, r), 5, start=int(rng.integers(2**32)))
        missed += Kind.DETERMINANT in {f.kind for f in result.findings if f.name in result.unsure()}
        denied += bool(result.wrong())
    assert abs(missed / 240 - 2.0**-5) < MISSED_COMPONENT.value
    assert denied <= 9  # level 0.01: P(Bin(240, 0.01) > 9) < 1e-4
