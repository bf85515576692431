"""The polynomial functions of one, two or three latent points that a group leaves unchanged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Any

import sympy as sp

from sith.theory.assumptions import AbstractSpace
from sith.theory.claim import Claim, Statement, Theorem
from sith.theory.derivation.functions.generators import as_products
from sith.theory.derivation.functions.kernel import candidates
from sith.theory.derivation.functions.read import POINT_NAMES
from sith.theory.derivation.functions.resolve import resolve
from sith.theory.errors import BudgetExceeded, InputError
from sith.theory.exactness import integer
from sith.theory.groups import AbstractGroup
from sith.theory.notebook import text_card
from sith.theory.verdict import Agreement

MAX_MONOMIALS = 1500
"""Default limit on the monomials of one linear system (about half a minute)."""


SHOWN = 12
"""A printed report lists this many functions; `to_dict` has them all."""


@dataclass(frozen=True, slots=True)
class Invariants:
    """The identified polynomial functions of some latent points, up to a degree.

    `basis` is a basis over the rationals, modulo constants, of the polynomials of total degree
    ≤ `degree` that the group leaves unchanged (on the sphere: of their restrictions); its entries
    are products of `generators`. A generator is an entry that is not a linear combination of
    products of earlier generators with a total degree no larger. `sizes` lists the monomials of
    the linear systems, for one point, two points, and so on.
    """

    group: str
    points: int
    degree: int
    dim: int
    basis: tuple[sp.Expr, ...]
    generators: tuple[sp.Expr, ...]
    sizes: tuple[int, ...]
    scope: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    claim: str = ""
    agreement: Agreement = Agreement.AGREES
    seconds: float = 0

    _repr_html_ = text_card

    @property
    def exit_status(self) -> int:
        """0 where derived and stated group agree (if only locally), 1 where the derived group had to be used."""
        return 0 if self.agreement.positive else 1

    def to_dict(self) -> dict[str, Any]:
        """Return the functions as plain data."""
        return {
            "claim": self.claim,
            "group": self.group,
            "dimension": self.dim,
            "points": self.points,
            "degree": self.degree,
            "basis": [str(e) for e in self.basis],
            "generators": [str(e) for e in self.generators],
            "agreement": self.agreement.value,
            "monomials": list(self.sizes),
            "scope": list(self.scope),
            "trusted": list(self.trusted),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """The functions for a terminal, generators marked by a star."""
        of = f"{self.points} point" + "s" * (self.points > 1)
        head = f"{self.claim}: " if self.claim else ""
        lines = [
            f"{head}polynomials of {of}, degree ≤ {self.degree}, that {self.group} leaves unchanged"
        ]
        new = set(self.generators)
        lines += [f"  {'*' if e in new else ' '} {e}" for e in self.basis[:SHOWN]]
        if len(self.basis) > SHOWN:
            lines.append(f"    … and {len(self.basis) - SHOWN} more")
        if not self.basis:
            lines.append("    constants only")
        elif len(self.generators) < len(self.basis):
            lines.append("  * new; the others are products of these")
        lines += [f"  scope     {item}" for item in self.scope]
        lines += [f"  trusts    {item}" for item in self.trusted]
        return "\n".join(lines)


def invariants(
    subject: AbstractGroup | Statement,
    points: int = 1,
    degree: int = 2,
    *,
    dim: int | None = None,
    space: AbstractSpace | None = None,
    max_monomials: int = MAX_MONOMIALS,
    announce: Callable[[str], None] = lambda _: None,
    **parameters: Any,
) -> Invariants:
    """Compute the polynomials F with F(h(z), h(w), …) = F(z, w, …) for every h of the group.

    The subject is a group, or a claim whose derivation confirms its group. A linear system modulo a
    prime gives the candidates; each generator is then checked exactly with sympy, which proves the
    basis, and its length against the rank modulo the prime, which proves that none is missing.
    Raises `BudgetExceeded`, with the number of monomials, before anything larger than
    `max_monomials` is solved, and `UnsupportedCondition` where the answer cannot be settled.
    """
    start = time.perf_counter()
    count = _from_one(points, "points", len(POINT_NAMES))
    top = _from_one(degree, "degree", 99)
    if isinstance(subject, AbstractGroup):
        _afford(subject.dim, count, top, max_monomials)
    elif isinstance(subject, Claim | Theorem):
        _afford(subject.at(dim, **parameters).group.dim, count, top, max_monomials)
    found = resolve(subject, dim=dim, space=space, **parameters)
    solved = [candidates(found, m, top, announce) for m in range(1, count + 1)]
    basis, generators = as_products(found, solved, top)
    fields = max(kernel.field_degree for kernel in solved)
    shown = f"the group's fields of degree ≤ {fields} and its finite generators were used"
    return Invariants(
        group=str(found.group),
        points=count,
        degree=top,
        dim=found.dim,
        basis=basis,
        generators=generators,
        sizes=tuple(len(k.monomials) for k in solved),
        scope=(f"polynomials of total degree ≤ {top}; {shown}", *found.scope),
        trusted=found.trusted,
        claim=found.claim,
        agreement=found.agreement,
        seconds=time.perf_counter() - start,
    )


def _from_one(value: Any, what: str, most: int) -> int:
    if integer(value, what, least=1) > most:
        raise InputError(f"{what} = {value}", allowed=f"an integer from 1 to {most}")
    return int(value)


def _afford(dim: int, points: int, degree: int, limit: int) -> None:
    size = comb(dim * points + degree, degree)
    if size > limit:
        raise BudgetExceeded(
            f"{points} points in d = {dim} have {size} monomials of degree ≤ {degree}",
            allowed=f"at most {limit}",
            cure="lower the degree, the dimension or the number of points",
        )
