"""What a notebook shows of a world, a claim, a theorem and a verdict.

Each of these classes has the function of its name as a method, and hands itself over.
"""

from __future__ import annotations

from typing import Any

from sith.theory.notebook import Cell, Formula, Statement, card

_STATED = {"equality": "equal", "contained in": "lie in", "contains": "contain"}


def world_card(world: Any) -> str:
    """Return the parts of a world."""
    return card(f"World of {world.dim} latents", rows=_world(world))


def claim_card(claim: Any) -> str:
    """Return what a claim states, with its assumptions folded."""
    head = f"{claim.name}: {claim.title}" if claim.title else claim.name
    rows: list[tuple[Cell, ...]] = [
        ("stated", Statement(_stated(claim))),
        *_world(claim.world),
        ("objective", str(claim.objective)),
        ("loss", Formula(claim.objective.latex)),
        ("encoder", str(claim.encoder)),
    ]
    count = len(claim.assumptions)
    listed = [
        (a.name, Statement(a.statement), Statement(f"without it: {a.weakening}"))
        for a in claim.assumptions
    ]
    source = str(claim.source) if claim.source.key else ""
    folded = ((f"{count} assumption{'s' * (count != 1)}", listed), ("source", source))
    return card(head, rows=rows, folded=folded)


def claim_latex(claim: Any) -> str:
    """Return the loss and the stated group as one displayed formula."""
    return (
        rf"$$\mathcal{{L}}(h)={claim.objective.latex},\qquad "
        rf"\text{{minimisers }}{_SIGN[claim.relation.value]}\ {claim.group.latex}$$"
    )


_SIGN = {"equality": "=", "contained in": r"\subseteq", "contains": r"\supseteq"}


def theorem_card(theorem: Any) -> str:
    """Return a theorem's statement and its parameters."""
    rows = [(p.name, f"{p.meaning}; {p.default} by default") for p in theorem.parameters]
    head = f"{theorem.slug}: {theorem.title}"
    folded = (("source", str(theorem.source)),)
    return card(head, sentence=Statement(theorem.statement), rows=rows, folded=folded)


def verdict_card(verdict: Any) -> str:
    """Return a verdict: its sentence, the groups, and what is missing; proofs and scope folded."""
    derived: Cell = Formula(verdict.group_latex) if verdict.group_latex else verdict.group
    rows: list[tuple[Cell, ...]] = [
        *([("derived group", derived)] if derived else []),
        ("stated", f"{verdict.stated} ({verdict.relation.value})"),
        ("derived/stated", verdict.agreement.value),
        *(
            [("optimum condition", Formula(verdict.condition_latex))]
            * bool(verdict.condition_latex)
        ),
        *([("separates", verdict.escape)] * bool(verdict.escape)),
        *(("missing", item) for item in verdict.missing),
    ]
    optimal = [f"optimal    {e.element} ({e.checked})" for e in verdict.lower]
    others = [f"no others  {u.extent.value}: {u.group}, by {u.by}" for u in verdict.upper]
    scope = [verdict.scope.fields, *(f"not shown: {x}" for x in verdict.scope.not_shown)]
    folded = (
        (f"proved: {len(optimal)} optimal, {len(others)} bounds", "\n".join([*optimal, *others])),
        ("trusted lemmas", "\n".join(map(str, verdict.trusted))),
        ("scope", "\n".join(scope)),
    )
    return card(
        f"{verdict.claim}: {verdict.outcome.value}",
        status=verdict.exit_status,
        sentence=verdict.opening(),
        rows=rows,
        folded=folded,
    )


def verdict_latex(verdict: Any) -> str:
    """Return the outcome with the derived group as a formula."""
    group = rf"\text{{; derived group }}{verdict.group_latex}" if verdict.group_latex else ""
    return rf"$\displaystyle \text{{{verdict.outcome.value}}}{group}$"


def _stated(claim: Any) -> str:
    return f"the minimisers {_STATED[claim.relation.value]} ${claim.group.latex}$"


def _world(world: Any) -> list[tuple[Cell, ...]]:
    return [
        ("latents", str(world.space)),
        ("prior", str(world.prior)),
        ("pairs", str(world.pairs)),
        ("mixing", world.mixing.value),
    ]
