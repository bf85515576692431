"""What is supported: each objective beside each question, answered by the dispatch tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sympy as sp

from sith.numerics.exact import exact_check_of, population_rule, tabular_loss_of
from sith.numerics.experiments import trained_by
from sith.numerics.searching import stages
from sith.theory import THEOREMS, Claim, SithError, SpectralObjective, optimum_condition, theorem
from sith.theory.assumptions import (
    Atoms,
    Encoder,
    Gaussian,
    Marginal,
    Mixing,
    Product,
    RealSpace,
    SoftmaxLabels,
    World,
)
from sith.theory.assumptions import Family as EncoderClass
from sith.theory.dispatch import registered
from sith.theory.groups import Linear, Orthogonal, SignedPermutations
from sith.theory.notation import latents
from sith.theory.objectives import (
    Alignment,
    CloseClassifier,
    CrossCovarianceIdentity,
    GaussianAlignment,
    LinearOptimum,
    LinearProjector,
    ModelLikelihood,
    Projected,
    SelfDistillation,
    SlicedNormality,
    StatedOptimum,
    Sum,
    Term,
    map_symbols,
)


class Question(Enum):
    """What can be asked of an objective."""

    CONDITION = "condition"
    EXACT = "exact"
    TABULAR = "tabular"
    TRAIN = "train"
    REFUTE = "refute"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a question is supported for an objective.

    Fields:
        supported: whether something is registered; whether it treats a world is another question.
        reason: what answers, or why nothing does, in one line.
    """

    supported: bool
    reason: str

    def __str__(self) -> str:
        """Yes or no, with the reason."""
        return f"{'yes' if self.supported else 'no'}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Support:
    """The answers for one objective.

    Fields:
        objective: the name of its class.
        example: the claim that was asked about.
        answers: to every question.
    """

    objective: str
    example: str
    answers: Mapping[Question, Answer]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        cells = {
            q.value: {"supported": a.supported, "reason": a.reason} for q, a in self.answers.items()
        }
        return {"objective": self.objective, "example": self.example, **cells}


def supported(claim: Claim) -> Support:
    """Ask every dispatch table about the objective of a claim, a user's own objective too.

    The optimum condition and the stages of a search depend on the world; they are those of this
    claim.
    """
    answers = {
        Question.CONDITION: _condition(claim),
        Question.EXACT: _exact(claim),
        Question.TABULAR: _asked(lambda: type(tabular_loss_of(claim.objective)).__name__),
        Question.TRAIN: _asked(lambda: trained_by(claim)),
    }
    answers[Question.REFUTE] = _refute(claim, answers)
    return Support(type(claim.objective).__name__, claim.name, answers)


def what_is_supported() -> tuple[Support, ...]:
    """Return the answers for every objective of the library, by name: one claim for each."""
    found: dict[str, Support] = {}
    for claim in examples():
        if type(claim.objective).__name__ not in found:
            row = supported(claim)
            found[row.objective] = row
    return tuple(found[name] for name in sorted(found))


def support_table(rows: tuple[Support, ...]) -> str:
    """Return rows as a Markdown table of what answers each question, then why others are open."""
    head = ["objective", *(q.value for q in Question)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        cells = [a.reason if a.supported else "–" for a in row.answers.values()]
        lines.append("| " + " | ".join([f"`{row.objective}`", *cells]) + " |")
    lines += ["", "| objective | question | not supported, because |", "|---|---|---|"]
    lines += [
        f"| `{row.objective}` | {q.value} | {a.reason} |"
        for row in rows
        for q, a in row.answers.items()
        if not a.supported
    ]
    return "\n".join(lines)


def examples() -> Iterator[Claim]:
    """Yield claims that together have every objective of the library, small ones."""
    yield theorem("zimmermann_2021_vmf").at()
    for entry in THEOREMS:
        for point in entry.points:
            try:
                yield entry.at(**point)
            except SithError:  # a point at which a part of the claim refuses its parameters
                continue
    gaussian = theorem("klindt_2026_lejepa").at()
    for objective in (GaussianAlignment(), LinearOptimum()):
        yield gaussian.replace(name=str(objective), objective=objective)
    width, cross = gaussian.dim - 1, CrossCovarianceIdentity()
    linear = Encoder(RealSpace(width), EncoderClass.LINEAR)
    world = gaussian.world.replace(mixing=Mixing.LINEAR)
    yield Claim(str(cross), world, cross, linear, Orthogonal(width))
    axes = tuple(tuple(sp.Integer(i == j) for j in range(2)) for i in range(2))
    sliced, close = SlicedNormality(axes), CloseClassifier(sp.Rational(1, 100))
    plane, free, group = RealSpace(2), Encoder(RealSpace(2)), Linear(2)
    sphere = theorem("zimmermann_2021_vmf").at()
    total = Sum((sphere.objective, Term(sphere.objective, sp.Integer(2))))
    yield sphere.replace(name="sum", objective=total)
    before = Projected(sphere.objective, LinearProjector(RealSpace(sphere.dim)))
    flat, linear_maps = Encoder(RealSpace(sphere.dim)), Linear(sphere.dim)
    yield sphere.replace(name="projected", objective=before, encoder=flat, group=linear_maps)
    wrong, linear_plane = ModelLikelihood(), Encoder(RealSpace(2), EncoderClass.LINEAR)
    sources = World(RealSpace(2), Product((Marginal.QUARTIC,) * 2), mixing=Mixing.LINEAR)
    yield Claim(str(wrong), sources, wrong, linear_plane, SignedPermutations(2))
    for bare in (Alignment(), SelfDistillation()):
        yield sphere.replace(name=str(bare), objective=bare)
    own = StatedOptimum((map_symbols(2)[0][0] - latents(2)[0],), "an example")
    yield Claim("stated", World(plane, Gaussian()), own, free, group)
    yield Claim(str(sliced), World(plane, Gaussian()), sliced, free, group)
    yield Claim(str(close), World(plane, Atoms(axes), SoftmaxLabels(axes)), close, free, group)


def _asked(ask: Callable[[], str]) -> Answer:
    """What a table says: its answer in words, or the reason of its default."""
    try:
        return Answer(True, ask())
    except SithError as error:
        return Answer(False, error.fault)


def _condition(claim: Claim) -> Answer:
    if isinstance(claim.objective, SpectralObjective):
        return Answer(True, "top eigenspace of the pairs' operator")
    try:
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    except SithError as error:
        return Answer(False, error.fault)
    lemmas = ", ".join(dict.fromkeys(lemma.name for lemma in condition.lemmas))
    return Answer(True, lemmas or "derived from the loss")


def _exact(claim: Claim) -> Answer:
    if isinstance(claim.objective, SpectralObjective):
        return Answer(True, "exact eigenfunctions")
    if registered(exact_check_of, claim.objective):
        return Answer(True, "a check of its own")
    return _asked(lambda: f"quadrature, {population_rule(claim.objective).build.__name__}")


NEEDS: Mapping[str, Question] = {
    "algebra": Question.CONDITION,
    "families of maps": Question.TABULAR,
    "free tables": Question.TABULAR,
    "adversarial training": Question.TRAIN,
}
"""Stages that are tried on every claim, and what they need of its objective."""


def _refute(claim: Claim, answers: Mapping[Question, Answer]) -> Answer:
    usable = [
        stage.method
        for stage in stages(claim, 2, trained=True)
        if stage.applies(claim)
        and (stage.method not in NEEDS or answers[NEEDS[stage.method]].supported)
    ]
    if usable:
        return Answer(True, ", ".join(usable))
    return Answer(False, "no stage of the search treats it in a claim")
