"""One lemma as data: what it says, each hypothesis with the code that checks it, and how it is cited.

A `Lemma` is what a verdict prints. It is made here and nowhere else, from an `Entry` all of whose
hypotheses hold in the case at hand, so that no verdict cites a lemma whose hypotheses were not
checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sith.theory.assumptions import Encoder, World
from sith.theory.derivation.equation import Condition
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import AbstractGroup
from sith.theory.objectives import AbstractObjective
from sith.theory.verdict import Extent, Lemma, Membership


@dataclass(frozen=True, slots=True)
class Problem:
    """What lemmas on a loss speak of: the parts of a claim that its optimum depends on."""

    world: World
    objective: AbstractObjective
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class Setting:
    """What lemmas on the optimal maps speak of: a problem with its optimum condition."""

    problem: Problem
    condition: Condition


@dataclass(frozen=True, slots=True)
class Bounding:
    """What lemmas that sharpen a proved bound speak of: every optimal map in `extent` is in `bound`.

    The maps of `bound` follow the base map.
    """

    setting: Setting
    bound: AbstractGroup
    extent: Extent


@dataclass(frozen=True, slots=True)
class Subset:
    """The optima over a larger set of maps, and the set that the claim's maps lie in.

    `kept` says whether each optimum over the larger set was shown to lie in the smaller one.
    """

    problem: Problem
    kept: Membership


Case = TypeVar("Case")
"""What the hypotheses of a lemma speak of."""


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Case]):
    """One hypothesis: its name, what it says, what the check looks at, and the check.

    The check answers False where the hypothesis is violated or was not shown. It may answer True
    where another hypothesis of the lemma fails and leaves it without a meaning.
    """

    name: str
    statement: str
    how: str
    check: Callable[[Case], bool]

    def holds(self, case: Case) -> Membership:
        """Say whether the hypothesis was shown in a case."""
        if self.check(case):
            return Membership(True, f"{self.statement}: {self.how}")
        return Membership(False, f"not shown: {self.statement} ({self.how})", self.name)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Case]):
    """A lemma of the catalogue: name, statement, source, and its hypotheses in order."""

    name: str
    statement: str
    source: str
    hypotheses: tuple[Hypothesis[Case], ...]

    def failing(self, case: Case) -> tuple[Membership, ...]:
        """Return the hypotheses that fail in a case, each with its reason."""
        answers = (h.holds(case) for h in self.hypotheses)
        return tuple(answer for answer in answers if not answer.holds)

    def cited(self, case: Case) -> tuple[Lemma, ...]:
        """Return the lemma where all hypotheses hold, else nothing."""
        for hypothesis in self.hypotheses:
            if not hypothesis.holds(case).holds:
                return ()
        return (Lemma(self.name, self.statement, self.source),)

    def cite(self, case: Case) -> Lemma:
        """Return the lemma; raises `UnsupportedCondition` that names the first hypothesis that fails."""
        for hypothesis in self.hypotheses:
            answer = hypothesis.holds(case)
            if not answer.holds:
                raise UnsupportedCondition(
                    f"{self.name} is not cited: its hypothesis '{hypothesis.name}' is {answer.reason}"
                )
        return Lemma(self.name, self.statement, self.source)
