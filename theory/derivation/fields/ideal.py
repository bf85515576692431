"""The ideal of polynomial equations, by a Gröbner basis within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec

from sith.theory.errors import BudgetExceeded

BUDGET = (300, 1000, 4000)
"""A Gröbner basis is given up when it has more elements, terms in one of them, or bits in a number.

Counts, not seconds: the answer is the same on every machine.
"""


MAX_SYMBOLS = 40
"""No basis is tried in more symbols than this."""

OUTGREW = (
    f"Gröbner bases outgrew their budget of {BUDGET[0]} elements of {BUDGET[1]} terms in "
    f"{MAX_SYMBOLS} symbols"
)


class Ideal:
    """The ideal of polynomial equations, by a Gröbner basis within `BUDGET`.

    A basis that is not finished is a set of elements of the ideal: a polynomial that it reduces to
    zero is in the ideal, but one that is left over may be in it as well.
    """

    def __init__(self, named: Sequence[sp.Expr], equations: Sequence[sp.Expr]) -> None:
        """Compute the basis of `equations`, over the symbols of `named`."""
        self.symbols = sorted({s for e in named for s in e.free_symbols}, key=str)
        names = tuple(f"x{i}" for i in range(len(self.symbols)))
        self.context = fmpz_mpoly_ctx.get(names, Ordering.degrevlex)
        if len(names) > MAX_SYMBOLS:
            raise BudgetExceeded(OUTGREW)
        polys = [self._poly(e) for e in equations]
        start = fmpz_mpoly_vec([p for p in polys if not p.is_zero()], self.context)
        # flint's type stubs lack the pair that is returned with limits, and the reduction.
        found: Any = start.buchberger_naive(limits=BUDGET)
        self.basis: Any = found[0]
        self.finished = bool(found[1])

    @property
    def is_everything(self) -> bool:
        """Whether 1 was found in the ideal."""
        return any(p.is_constant() and not p.is_zero() for p in self.basis)

    def holds(self, target: sp.Expr) -> bool:
        """Whether the basis reduces a polynomial to zero, which shows that it is in the ideal."""
        if target == 0:
            return True
        poly: Any = self._poly(target)
        return bool(poly.reduction_primitive_part(self.basis).is_zero())

    def _poly(self, equation: sp.Expr) -> fmpz_mpoly:
        if not self.symbols:
            return self.context.from_dict({(): int(equation)})
        _, cleared = sp.Poly(equation, *self.symbols, domain=sp.QQ).clear_denoms(convert=True)
        return self.context.from_dict({k: int(c) for k, c in cleared.as_dict().items() if c != 0})
