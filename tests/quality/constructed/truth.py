"""What is true of a world by construction, and of a claim about it, without the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath

from sith import Relation
from tests.quality.constructed.moves import DIGITS, TINY, Move
from tests.quality.constructed.stated import Stated


@dataclass(frozen=True, slots=True)
class Truth:
    """The set F of the maps that attain the optimum.

    `moves` generate F, and `why` says why these are all; `gap` is by how much a map misses the
    condition at random points. Where F is no group (`group` false), the moves generate the smallest
    closed group around it. `components` counts F's connected components, 0 where that says nothing.
    Where no map attains the optimum `attained` is false. `doubtful` marks worlds in which only the
    attainability is certain, since it is a convention of which functions a group acts on.
    `rebased`: a verdict may name a group that acts on other functions than the stated ones.
    """

    moves: tuple[Move, ...]
    gap: Callable[[Move], mpmath.mpf]
    why: str
    components: int = 0
    group: bool = True
    attained: bool = True
    doubtful: bool = False
    rebased: bool = False

    def attains(self, move: Move) -> bool:
        """Whether a map attains the optimum, by substitution."""
        with mpmath.workdps(DIGITS):
            return bool(self.gap(move) < TINY)


IDENTITY = Move("z", list, True)
"""A member of every group; it fails where the stated functions are no optimum."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The two inclusions between F and a stated group G, and the same near the identity."""

    forth: bool
    back: bool
    near_forth: bool
    near_back: bool

    def says(self, relation: Relation) -> bool:
        """Whether F stands in the relation to G."""
        return _combine(relation, self.forth, self.back)

    def says_near(self, relation: Relation) -> bool:
        """Whether the identity components of F and G do."""
        return _combine(relation, self.near_forth, self.near_back)


def _combine(relation: Relation, forth: bool, back: bool) -> bool:
    table = {
        Relation.EQUALITY: forth and back,
        Relation.CONTAINED: forth,
        Relation.CONTAINS: back,
    }
    return table[relation]


def facts(truth: Truth, stated: Stated) -> Facts:
    """Decide F ⊆ G by F's generators, and G ⊆ F by substituting G's."""
    with mpmath.workdps(DIGITS):
        outside = [m for m in truth.moves if not stated.contains(m)]
        tried = list(stated.moves)
        if not truth.group:
            tried += [a.then(b) for a in stated.moves for b in stated.moves]
            tried += [a.then(b).then(a) for a in stated.moves for b in stated.moves]
        tried.append(IDENTITY)
        failing = [m for m in tried if not truth.attains(m)]
    return Facts(
        not outside,
        not failing,
        not any(m.connected for m in outside),
        not any(m.connected for m in failing),
    )
