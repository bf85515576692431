"""Normal forms of functions on the space, and the proof that a group leaves one unchanged."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom
from sympy.polys.polyerrors import CoercionFailed

from sith.theory.derivation.functions.subject import FIELD_DEGREE, Subject
from sith.theory.groups import Field, Map
from sith.theory.verdict import Membership


class Form:
    """Normal forms of rational functions on the space, and the action of the group on them."""

    def __init__(self, subject: Subject, points: Sequence[tuple[sp.Symbol, ...]]) -> None:
        self.subject = subject
        self.points = tuple(points)
        self.symbols = tuple(s for point in points for s in point)
        self.ideal = [c for point in points for c in subject.constraints(point)]
        self.order = tuple(reversed(self.symbols))

    def reduced(self, polynomial: sp.Expr) -> sp.Expr:
        """Return the remainder on division by the equations of the space."""
        expanded = sp.expand(polynomial)
        if not self.ideal or expanded.is_number:
            return expanded
        # The leading squares are coprime, so the equations are a Gröbner basis.
        return sp.expand(sp.reduced(expanded, self.ideal, *self.order, order="lex")[1])

    def rational(self, value: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
        """Return numerator and denominator in normal form; None if not rational over Q."""
        if not value.is_rational_function(*self.symbols):
            return None
        top, bottom = sp.fraction(sp.cancel(sp.together(value)))
        try:
            for part in (top, bottom):
                sp.Poly(part, *self.symbols, domain=sp.QQ)
        except (sp.PolynomialError, CoercionFailed):
            return None
        return self.reduced(top), self.reduced(bottom)

    def zero(self, value: sp.Expr) -> bool:
        """Say whether a rational function vanishes on the space."""
        parts = self.rational(value)
        return parts is not None and parts[0] == 0 and parts[1] != 0

    def moved(self, value: sp.Basic, member: Map) -> sp.Basic:
        """Return the function after every point is replaced by its image."""
        table: dict[sp.Basic, sp.Expr] = {}
        for point in self.points:
            table |= dict(zip(point, member(point), strict=True))
        return value.xreplace(table)

    def rate(self, value: sp.Expr, field: Field) -> sp.Expr:
        """Return Σ ∇F·ξ over the points."""
        terms = []
        for point in self.points:
            table = dict(zip(field.symbols, point, strict=True))
            terms += [
                sp.diff(value, s) * e.xreplace(table)
                for s, e in zip(point, field.expressions, strict=True)
            ]
        return sp.Add(*terms)

    def canonical(self, value: sp.Basic) -> tuple[sp.Basic, tuple[sp.Expr, ...]]:
        """Rebuild from rational parts in normal form; return it and those parts.

        A relation becomes P rel 0 with P a primitive polynomial where it is rational; its part
        P is marked by being returned inside a `Relational`.
        """
        parts: list[sp.Basic] = []
        return self._rebuild(value, parts), tuple(parts)

    def _rebuild(self, value: sp.Basic, parts: list[sp.Basic]) -> sp.Basic:
        if isinstance(value, BooleanAtom) or value.is_number:
            return value
        if isinstance(value, Relational):
            return self._relation(value, parts)
        if isinstance(value, sp.Expr):
            ratio = self.rational(value)
            if ratio is not None:
                kept = ratio[0] / ratio[1]
                parts.append(kept)
                return kept
        if isinstance(value, sp.Abs):
            inner = self._rebuild(value.args[0], parts)
            return sp.Abs(-inner if inner.could_extract_minus_sign() else inner)
        if isinstance(value, sp.Add | sp.Mul):
            plain = [a for a in value.args if self.rational(a) is not None]
            other = [a for a in value.args if self.rational(a) is None]
            joined = [self._rebuild(value.func(*plain), parts)] if plain else []
            return value.func(*joined, *(self._rebuild(a, parts) for a in other))
        if not value.args:
            return value
        return value.func(*(self._rebuild(a, parts) for a in value.args))

    def _relation(self, value: Relational, parts: list[sp.Basic]) -> sp.Basic:
        ratio = self.rational(value.lhs - value.rhs)
        if ratio is None:
            return value.func(*(self._rebuild(a, parts) for a in value.args))
        # P/Q rel 0 where Q ≠ 0 is PQ rel 0.
        product = ratio[0] if ratio[1].is_number else self.reduced(ratio[0] * ratio[1])
        if ratio[1].is_number:
            product = product * sp.sign(ratio[1])
        if product.is_number:
            return value.func(product, 0)
        primitive = sp.Poly(product, *self.symbols, domain=sp.QQ).clear_denoms()[1]
        polynomial = primitive.primitive()[1].as_expr()
        negative = polynomial.could_extract_minus_sign()
        if negative and isinstance(value, sp.Eq | sp.Ne):
            polynomial, negative = -polynomial, False
        relation = value.func(polynomial, 0)
        if not isinstance(relation, Relational):  # sympy sees that it always or never holds
            return relation
        parts.append(relation)
        return relation.reversedsign if negative else relation

    def fixed_along(self, part: sp.Basic, field: Field) -> bool:
        """Say whether a rational part is constant along a field.

        For a relation P rel 0 it is enough that ξP = λP: the sign of P and its zeros stay.
        """
        if not isinstance(part, Relational):
            return self.zero(self.rate(part, field))
        polynomial = part.lhs
        change = self.reduced(self.rate(polynomial, field))
        if change == 0:
            return True
        divided = sp.div(
            sp.Poly(change, *self.symbols, domain=sp.QQ),
            sp.Poly(polynomial, *self.symbols, domain=sp.QQ),
        )
        return bool(divided[1].is_zero)


def unchanged(form: Form, function: sp.Basic) -> Membership:
    """Check exactly that the fields and the finite generators leave a function unchanged.

    A negative answer for a function that is not rational only says that there is no proof.
    """
    group = form.subject.group
    shape, parts = form.canonical(function)
    for field in group.algebra_basis(FIELD_DEGREE):
        for part in parts:
            if not form.fixed_along(part, field):
                return Membership(False, f"{part} changes along {field}", str(field))
    for member in group.finite_generators():
        moved = form.canonical(form.moved(shape, member))[0]
        if moved == shape:
            continue
        expr = isinstance(shape, sp.Expr) and isinstance(moved, sp.Expr)
        if not (expr and form.zero(moved - shape)):
            return Membership(False, f"no proof that {member} keeps it", str(member))
    return Membership(True, "constant along the algebra and under the finite generators")
