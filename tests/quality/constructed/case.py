"""A claim with its truth, and the choice of the groups that a world is claimed to have."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sith import Claim, Relation
from tests.quality.constructed.stated import Stated, stated_groups
from tests.quality.constructed.truth import Facts, Truth, facts

RELATIONS = (Relation.EQUALITY, Relation.CONTAINED, Relation.CONTAINS)


@dataclass(frozen=True, slots=True)
class Problem:
    """A world, objective and encoder with the truth about them.

    `claim` states any group; `forms` are further groups worth stating, the most telling first.
    """

    claim: Claim
    truth: Truth
    forms: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One claim: a problem, a stated group with a relation, and the degree to derive at."""

    construction: str
    problem: Problem
    stated: Stated
    relation: Relation
    degree: int = 3

    @property
    def claim(self) -> Claim:
        """The claim to derive."""
        return replace(self.problem.claim, group=self.stated.group, relation=self.relation)

    @property
    def truth(self) -> Truth:
        """The truth about the world."""
        return self.problem.truth

    def facts(self) -> Facts:
        """Decide both inclusions."""
        return facts(self.truth, self.stated)


@dataclass(frozen=True, slots=True)
class Plan:
    """Claims about one problem: `count` stated groups, each with the relations and degrees.

    `only` lists these groups by hand; without it the true one and its neighbours are taken.
    """

    construction: str
    build: Callable[[], Problem]
    count: int = 2
    relations: Sequence[Relation] = RELATIONS
    degrees: Sequence[int] = (3,)
    only: tuple[Stated, ...] = ()

    def cases(self, rng: random.Random) -> Iterator[Case]:
        """Return the claims in an order drawn by `rng`, of the true group and its neighbours."""
        problem = self.build()
        chosen = (self.only or neighbours(problem, rng))[: self.count]
        made = [
            Case(self.construction, problem, stated, relation, degree)
            for stated in chosen
            for relation in self.relations
            for degree in self.degrees
        ]
        rng.shuffle(made)
        yield from made


def neighbours(problem: Problem, rng: random.Random) -> list[Stated]:
    """Return stated groups by turns: the true one, those that differ by far maps only, the others."""
    sorts: dict[tuple[bool, ...], list[Stated]] = {}
    for stated in (*problem.forms, *stated_groups(problem.claim.group.dim)):
        found = facts(problem.truth, stated)
        key = (found.forth, found.back, found.near_forth, found.near_back)
        sorts.setdefault(key, []).append(stated)
    for group in sorts.values():
        rng.shuffle(group)
    order = list(sorts)
    rng.shuffle(order)
    order.sort(key=_far_first)
    longest = max(map(len, sorts.values()))
    return [sorts[key][k] for k in range(longest) for key in order if k < len(sorts[key])]


def _far_first(key: tuple[bool, ...]) -> int:
    """Rank equality first, then groups that only maps far from the identity tell from the truth."""
    forth, back, near_forth, near_back = key
    if forth and back:
        return 0
    return 1 if (near_forth and not forth) or (near_back and not back) else 2
