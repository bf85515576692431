"""Is a function of the latents identified: unchanged by every member of the indeterminacy group?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions import AbstractSpace
from sith.theory.claim import Statement
from sith.theory.derivation.functions.form import Form, unchanged
from sith.theory.derivation.functions.read import POINT_NAMES, read_function
from sith.theory.derivation.functions.resolve import resolve
from sith.theory.derivation.functions.subject import Point
from sith.theory.derivation.functions.witness import changing_field, changing_member
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.notebook import text_card
from sith.theory.verdict import Membership, Outcome

TRIES = 60
"""Default number of group elements that are tried as witnesses, each on POINTS_EACH points."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Whether a function of latent points is identified, and how that was settled.

    `witness` is a group element (`Map`), or a field of its Lie algebra (`Field`), that changes the
    function; `points` are where, `before` and `after` the values there (for a field, `after` is
    the rate of change). All are empty unless the outcome is *not identified*.
    """

    function: sp.Basic
    group: str
    outcome: Outcome
    reason: str
    witness: Map | Field | None = None
    points: tuple[Point, ...] = ()
    before: sp.Basic | None = None
    after: sp.Basic | None = None
    scope: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()

    _repr_html_ = text_card

    def __bool__(self) -> bool:
        """Refuse implicit truth: there are three outcomes."""
        raise TypeError("an Identified is not a truth value; read .outcome and .reason")

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "function": str(self.function),
            "group": self.group,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "witness": str(self.witness or ""),
            "points": [[str(x) for x in point] for point in self.points],
            "before": "" if self.before is None else str(self.before),
            "after": "" if self.after is None else str(self.after),
            "scope": list(self.scope),
            "trusted": list(self.trusted),
        }

    def __str__(self) -> str:
        """The answer for a terminal."""
        lines = [f"{self.function} under {self.group}: {self.outcome.value}"]
        lines.append(f"  reason    {self.reason}")
        if self.witness is not None:
            where = ", ".join(
                f"{name} = ({', '.join(map(str, point))})"
                for name, point in zip(POINT_NAMES, self.points, strict=False)
            )
            what = "rate" if isinstance(self.witness, Field) else "after"
            lines.append(f"  changed by {self.witness}")
            lines.append(f"  at        {where}")
            lines.append(f"  before    {self.before}")
            lines.append(f"  {what:<9} {self.after}")
        lines += [f"  scope     {item}" for item in self.scope]
        lines += [f"  trusts    {item}" for item in self.trusted]
        return "\n".join(lines)


def is_identified(
    function: Any,
    subject: AbstractGroup | Statement,
    *,
    dim: int | None = None,
    space: AbstractSpace | None = None,
    tries: int = TRIES,
    **parameters: Any,
) -> Identified:
    """Say whether a function or predicate of one to three latent points is identified.

    The points are z, w, v with coordinates `latents(d, "z")`, `latents(d, "w")`, `latents(d, "v")`.
    The function is a sympy expression, relation or Boolean. It is *identified* when it is proved to
    be unchanged by the finite generators and by the fields of the Lie algebra; *not identified*
    with a witness; *undecided* otherwise. For an infinite-dimensional group only constants are
    proved to be identified. `space` is where a group's points live (default R^d); a claim brings
    its own.
    """
    found = resolve(subject, dim=dim, space=space, **parameters)
    expression, symbols = read_function(function, found.dim)
    common: dict[str, Any] = {
        "function": expression,
        "group": str(found.group),
        "scope": found.scope,
        "trusted": found.trusted,
    }
    form = Form(found, symbols)
    proof = _prove(form, expression)
    if proof.holds:
        return Identified(outcome=Outcome.IDENTIFIED, reason=proof.reason, **common)
    witness = changing_member(found, expression, symbols, tries) or changing_field(
        found, expression, symbols, tries
    )
    if witness:
        kind = "a field of the algebra" if isinstance(witness["witness"], Field) else "a member"
        return Identified(
            outcome=Outcome.NOT_IDENTIFIED, reason=f"{kind} changes it", **witness, **common
        )
    return Identified(
        outcome=Outcome.UNDECIDED,
        reason=f"no proof ({proof.reason}) and no witness among {tries} members",
        **common,
    )


def _prove(form: Form, function: sp.Basic) -> Membership:
    shape = form.canonical(function)[0]
    if not shape.free_symbols:
        return Membership(True, "constant on the space")
    if form.subject.group.infinite:
        return Membership(False, "the group is infinite-dimensional, and the function not constant")
    try:
        return unchanged(form, shape)
    except (sp.PolynomialError, UnsupportedCondition) as error:
        return Membership(False, " ".join(str(error).split()))
