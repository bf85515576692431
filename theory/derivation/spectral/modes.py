"""Eigenfunctions, eigenvalues with their multiplicities, and the cut after the k-th."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True, slots=True)
class Mode:
    """An eigenfunction of S as a polynomial in the latents, with E φ² (it is not normalised)."""

    function: sp.Expr
    square: sp.Rational

    @property
    def normalised(self) -> sp.Expr:
        """The eigenfunction with E φ² = 1."""
        return sp.expand(self.function / sp.sqrt(self.square))

    def __str__(self) -> str:
        """The normalised eigenfunction."""
        return str(self.normalised)


@dataclass(frozen=True, slots=True)
class Level:
    """One eigenvalue: exact where low = high, else the root of `minimal` in the open interval.

    `modes` is an orthogonal basis of the eigenspace; it is empty where the eigenvalue is
    irrational, and may hold only the first function where `whole` is False. `minimal` holds the
    coefficients of a polynomial with that root, constant term first.
    """

    low: sp.Rational
    high: sp.Rational
    multiplicity: int
    modes: tuple[Mode, ...] = ()
    minimal: tuple[sp.Rational, ...] = ()
    whole: bool = True

    @property
    def rational(self) -> bool:
        """Whether the eigenvalue is a known rational number."""
        return bool(self.low == self.high)

    def __str__(self) -> str:
        """Eigenvalue and multiplicity."""
        value = str(self.low) if self.rational else f"in ({self.low}, {self.high})"
        return f"{value} (×{self.multiplicity})"


@dataclass(frozen=True, slots=True)
class Cut:
    """The largest eigenvalues, divided after the k-th mode.

    `above` are the levels strictly above the k-th eigenvalue, `at` the level of the k-th mode,
    `taken` how many of its modes the k outputs hold, and `below` the next level (none where the
    operator has no further mode). `dropped` counts outputs that hold no mode, since a mode with
    μ ≤ 0 is dropped. Where nothing is kept `at` is None.
    """

    above: tuple[Level, ...]
    at: Level | None
    taken: int
    below: Level | None
    dropped: int = 0

    @property
    def unique(self) -> bool:
        """Whether the top eigenspace is the only one."""
        return self.at is None or self.taken == self.at.multiplicity

    @property
    def kept(self) -> tuple[Level, ...]:
        """The levels that the outputs hold, the last perhaps in part."""
        return self.above if self.at is None else (*self.above, self.at)

    @property
    def exact(self) -> bool:
        """Whether every kept eigenvalue is rational, so that the eigenfunctions are listed."""
        return all(level.rational for level in self.kept)

    @property
    def gap(self) -> sp.Rational | None:
        """σ_k − σ_{k+1}, or a lower bound where an eigenvalue is irrational; None without a next."""
        if self.at is None or (self.unique and self.below is None):
            return None
        if not self.unique or self.below is None:
            return sp.Integer(0)
        return self.at.low - self.below.high


def cut(levels: Sequence[Level], outputs: int, kept: Sequence[bool]) -> Cut:
    """Divide levels (decreasing, one past the cut if there is one) after `outputs` modes.

    `kept[i]` says whether a mode of level i lowers the loss; those that do not are dropped.
    """
    above: list[Level] = []
    left = outputs
    for level, keep in zip(levels, kept, strict=True):
        if not keep:
            return _end(above, level, left)
        if left <= level.multiplicity:
            position = len(above)
            below = levels[position + 1] if position + 1 < len(levels) else None
            return Cut(tuple(above), level, left, below)
        above.append(level)
        left -= level.multiplicity
    return _end(above, None, left)


def _end(above: Sequence[Level], below: Level | None, left: int) -> Cut:
    if not above:
        return Cut((), None, 0, below, left)
    return Cut(tuple(above[:-1]), above[-1], above[-1].multiplicity, below, left)
