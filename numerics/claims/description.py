"""The verb `describe`: what a claim says, assumes and implies at the optimum, without solving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sith.numerics.claims.parameters import claim_at
from sith.numerics.claims.readable import formula, readable
from sith.theory import (
    Claim,
    Parameter,
    SpectralObjective,
    Statement,
    Theorem,
    UnsupportedCondition,
    optimum_condition,
)
from sith.theory.notebook import text_card

MOST_LATENTS = 100
"""The optimum condition, of about (2d)² first-order terms, is derived up to this many latents."""


@dataclass(frozen=True, slots=True)
class Description:
    """A claim in words and LaTeX.

    Fields:
        claim: the claim at one dimension and one value of each parameter.
        statement: the theorem in words with LaTeX, or the parts of a user's claim.
        condition: LaTeX of the condition on h at the optimum; empty where no rule derives it.
        steps: how the condition follows from the loss, or the reason that it does not.
        parameters, values: what may be set, and the point taken.
    """

    claim: Claim
    statement: str
    condition: str
    steps: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    _repr_html_ = text_card

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data, ready for JSON."""
        claim = self.claim
        return {
            "slug": claim.name,
            "title": claim.title,
            "statement": self.statement,
            "dimension": claim.dim,
            "world": _world(claim),
            "objective": str(claim.objective),
            "loss": claim.objective.latex,
            "encoder": str(claim.encoder),
            "group": str(claim.group),
            "group_latex": claim.group.latex,
            "relation": claim.relation.value,
            "assumptions": [
                {
                    "name": a.name,
                    "statement": a.statement,
                    "role": a.role.name.lower(),
                    "weakening": a.weakening,
                }
                for a in claim.assumptions
            ],
            "condition": self.condition,
            "steps": list(self.steps),
            "parameters": [
                {
                    "name": p.name,
                    "default": str(p.default),
                    "value": str(self.values.get(p.name, p.default)),
                    "meaning": p.meaning,
                    "choices": [str(c) for c in p.choices],
                }
                for p in self.parameters
            ],
            "source": _source(claim),
            "reference": {
                k: v for k, v in asdict(claim.source).items() if isinstance(v, str | int)
            },
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        claim = self.claim
        rows = [
            ("statement", readable(self.statement)),
            ("world", _world(claim)),
            ("objective", str(claim.objective)),
            ("encoder", str(claim.encoder)),
            ("states", f"the group {_RELATION[claim.relation.value]} {claim.group}"),
        ]
        for a in claim.assumptions:
            rows.append(("assumes", f"{a.name} ({a.role.name.lower()}): {readable(a.statement)}"))
            rows.append(("", f"without it: {readable(a.weakening)}"))
        rows.append(("condition", formula(self.condition) or "not derived"))
        rows += [("", readable(step)) for step in self.steps]
        for p in self.parameters:
            choices = f"; one of {', '.join(map(str, p.choices))}" if p.choices else ""
            value = self.values.get(p.name, p.default)
            rows.append(("parameter", f"{p.name} = {value}: {p.meaning}{choices}"))
        rows.append(("source", f"{_source(claim)} ({claim.source.evidence.value})"))
        head = f"{claim.name}: {claim.title}" if claim.title else claim.name
        return "\n".join([head, *(f"  {name:<12}{text}" for name, text in rows if text)])

    @property
    def latex(self) -> str:
        """The claim as a LaTeX block: theorem, assumptions, optimum condition."""
        claim = self.claim
        title = _escape(claim.title or claim.name)
        lines = [rf"\begin{{theorem}}[{{{title}}}]", self.statement]
        if claim.assumptions:
            items = [rf"  \item {a.statement}." for a in claim.assumptions]
            lines += ["Assume that", r"\begin{itemize}", *items, r"\end{itemize}"]
        if claim.source.key:
            relation = _RELATION[claim.relation.value]
            lines.append(rf"The indeterminacy group {relation} ${claim.group.latex}$.")
        lines += [
            r"\end{theorem}",
            "The population loss is",
            rf"\[ {claim.objective.latex}. \]",
        ]
        if self.condition:
            lines += ["At its optimum,", rf"\[ {self.condition}. \]"]
        return "\n".join([*lines, f"% {_source(claim)}"])


_RELATION = {"equality": "equals", "contained in": "is contained in", "contains": "contains"}


def describe(statement: Statement, dim: int | None = None, **parameters: Any) -> Description:
    """Return what a claim says at a dimension and parameter values, with its optimum condition.

    Raises `InputError` where the claim cannot be taken there or is not well formed.
    """
    claim = claim_at(statement, dim, parameters)
    family = isinstance(statement, Theorem)
    latex, steps = _condition(claim)
    return Description(
        claim=claim,
        statement=statement.statement if isinstance(statement, Theorem) else _parts(claim),
        condition=latex,
        steps=steps,
        parameters=statement.parameters if isinstance(statement, Theorem) else (),
        values=parameters if family else {},
    )


def _condition(claim: Claim) -> tuple[str, tuple[str, ...]]:
    """Return the optimum condition in LaTeX and how it follows, or why there is none."""
    if isinstance(claim.objective, SpectralObjective):
        return claim.objective.optimum_latex, ("the optimum is a top eigenspace of the pairs",)
    if claim.dim > MOST_LATENTS:
        size = f"{(2 * claim.dim) ** 2:,} first-order terms for d = {claim.dim}"
        return "", (f"the condition has about {size}; allowed: d ≤ {MOST_LATENTS}; lower --dim",)
    try:
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    except UnsupportedCondition as error:
        return "", (str(error),)
    return condition.latex, condition.steps


def _world(claim: Claim) -> str:
    world = claim.world
    return (
        f"{world.space}; prior: {world.prior}; pairs: {world.pairs}; mixing: {world.mixing.value}"
    )


def _parts(claim: Claim) -> str:
    return (
        "The indeterminacy group of the minimisers $h$ of this objective in this world "
        f"{_RELATION[claim.relation.value]} ${claim.group.latex}$."
    )


def _source(claim: Claim) -> str:
    return str(claim.source) if claim.source.key else claim.source.title


def _escape(text: str) -> str:
    return "".join(f"\\{c}" if c in "_&%#$" else c for c in text)
