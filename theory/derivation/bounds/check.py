"""The independent checker: substitutes fields and maps back, and recounts ranks.

It shares no code with the solver: derivatives are taken along ε and polynomials are reduced in
sympy; `count` recomputes ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import sympy as sp

from sith.theory.derivation.bounds.check_decoder import check_decoder_field, check_decoder_map
from sith.theory.derivation.bounds.check_law import law_kept, law_slopes
from sith.theory.derivation.bounds.independence import pairs_independent
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.identities import vanishes
from sith.theory.derivation.fields.normal_form import normal_form, require_all
from sith.theory.derivation.fields.sign_patterns import sign_patterns
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import Field, Map
from sith.theory.verdict import Membership

EPSILON = sp.Symbol("epsilon", real=True)
"""The parameter of the first-order expansion."""


def check_base(condition: Condition) -> Membership:
    """Say whether the base map solves the condition with its base parameters."""
    table = image_table(condition, condition.base, condition.base_t)
    for equation in _without_decoder(condition):
        if equation.volume and any(b not in condition.z for b in condition.base):
            return Membership(False, f"the base map {condition.base} changes volumes")
        value = equation.residual.xreplace({**table, **condition.parameters})
        value += gram_defect(equation, condition.base, condition.z)
        value = equation.at_partner(value, condition.zt)
        answer = vanishes(condition, value, equation.up_to)
        if not answer.holds:
            return answer
    answer = check_decoder_map(condition, condition.base)
    if not answer.holds:
        return answer
    return Membership(True, "the base map solves the condition")


def check_field(
    condition: Condition, field: Field, change: Mapping[sp.Symbol, sp.Expr]
) -> Membership:
    """Say whether h₀ + εξ solves every equation to first order in ε, as an identity."""
    for equation in _without_decoder(condition):
        answer = vanishes(
            condition, first_order_change(condition, equation, field, change), equation.up_to
        )
        if not answer.holds:
            return Membership(False, f"{equation.residual} changes: {answer.reason}", str(field))
    answer = check_decoder_field(condition, field)
    if not answer.holds:
        return answer
    return Membership(True, "the field solves the linearised condition identically")


def check_map(condition: Condition, member: Map) -> Membership:
    """Say whether the map, after the base map, solves the condition for some learned parameters.

    Where the loss does not depend on the order of the outputs, they are tried in every order.
    """
    first = _solves(condition, member)
    if first.holds or not condition.symmetric:
        return first
    orders = permutations(member.expressions)
    reordered = any(_solves(condition, Map(member.symbols, o)).holds for o in orders)
    return Membership(True, "the map solves the condition in another order") if reordered else first


def _solves(condition: Condition, member: Map) -> Membership:
    image = tuple(sp.expand(x) for x in member(condition.base))
    image_t = tuple(sp.expand(x) for x in member(condition.base_t))
    table = image_table(condition, image, image_t)
    demands: list[sp.Expr] = []
    for equation in _without_decoder(condition):
        value = equation.at_partner(equation.residual.xreplace(table), condition.zt)
        if equation.up_to is UpTo.PAIR_SEPARABLE:
            answer = pairs_independent(condition, equation, member)
            if not answer.holds:
                return answer
            continue
        if equation.volume and value.free_symbols & set(condition.parameters):
            for slope in law_slopes(condition, equation, member, value):
                demands += _demands(condition, slope, equation.up_to)
            continue
        if equation.volume:
            answer = law_kept(condition, equation, member, value)
            if not answer.holds:
                return answer
            continue
        value += sp.expand(gram_defect(equation, image, condition.z))
        unknown = sorted(value.free_symbols & set(condition.parameters), key=str)
        if not unknown:
            answer = vanishes(condition, value, equation.up_to)
            if not answer.holds:
                return Membership(
                    False, f"the map breaks the condition: {answer.reason}", str(member)
                )
            continue
        demands += _demands(condition, value, equation.up_to)
    answer = check_decoder_map(condition, image)
    if not answer.holds:
        return answer
    if demands and not _solvable(demands):
        return Membership(False, "no learned parameters make the map a solution", str(member))
    return Membership(True, "the map solves the condition identically")


def _without_decoder(condition: Condition) -> list[Equation]:
    return [e for e in condition.equations if not e.decoder]


def image_table(
    condition: Condition, image: Sequence[sp.Expr], image_t: Sequence[sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """Return what to put for H = h(z) and H̃ = h(z̃)."""
    return {
        **dict(zip(condition.image, image, strict=True)),
        **dict(zip(condition.image_t, image_t, strict=True)),
    }


def first_order_change(
    condition: Condition, equation: Equation, field: Field, change: Mapping[sp.Symbol, sp.Expr]
) -> sp.Expr:
    """Return the first-order change of an equation's residual under h₀ + εξ, at its own partner."""
    to_partner = dict(zip(condition.z, condition.zt, strict=True))
    moved = tuple(b + EPSILON * x for b, x in zip(condition.base, field.expressions, strict=True))
    moved_t = tuple(m.xreplace(to_partner) for m in moved)
    table: dict[sp.Symbol, sp.Expr] = image_table(condition, moved, moved_t)
    for parameter, value in condition.parameters.items():
        table[parameter] = value + EPSILON * change.get(parameter, sp.Integer(0))
    slope = sp.diff(equation.residual.xreplace(table), EPSILON).subs(EPSILON, 0)
    for output, latent in equation.volume:
        slope += sp.diff(field.expressions[output], condition.z[latent])
    gram = gram_defect(equation, moved, condition.z)
    total = slope + sp.diff(gram, EPSILON).subs(EPSILON, 0)
    return equation.at_partner(total, condition.zt)


def gram_defect(
    equation: Equation, image: Sequence[sp.Expr], coordinates: Sequence[sp.Symbol]
) -> sp.Expr:
    """Return Σ c (J_hᵀJ_h − I)_ij over the equation's terms, for h(z) = `image`."""
    total = sp.Integer(0)
    for i, j, factor in equation.gram:
        one, two = coordinates[i], coordinates[j]
        product = sp.Add(*(sp.diff(e, one) * sp.diff(e, two) for e in image))
        total += factor * (product - (1 if i == j else 0))
    return total


def _demands(condition: Condition, value: sp.Expr, up_to: UpTo) -> list[sp.Expr]:
    """Return the polynomial equations in the learned parameters that make the value vanish."""
    demands: list[sp.Expr] = []
    for signs, _ in sign_patterns(condition, value):
        numerator, denominator = sp.fraction(sp.together(value.xreplace(signs)))
        if denominator.free_symbols:
            raise UnsupportedCondition(f"learned parameters in the rational expression {value}")
        parameters = sorted(numerator.free_symbols & set(condition.parameters), key=str)
        terms = normal_form(condition, numerator)
        require_all(condition, terms)
        d = len(condition.z)
        grouped: dict[tuple[int, ...], sp.Expr] = {}
        for powers, coefficient in terms.items():
            if up_to is UpTo.FUNCTION_OF_Z and not any(powers[d : 2 * d]):
                continue
            head, tail = powers[: 2 * d], powers[2 * d :]
            term = coefficient * sp.Mul(*(p**k for p, k in zip(parameters, tail, strict=True)))
            grouped[head] = grouped.get(head, sp.Integer(0)) + term
        demands += list(grouped.values())
    return demands


def _solvable(demands: Sequence[sp.Expr]) -> bool:
    """Say whether polynomial equations in the learned parameters have a common (complex) zero.

    Equations that are linear are solved and substituted until none is left; what remains is
    decided by a Gröbner basis.
    """
    left = [sp.expand(e) for e in demands]
    while True:
        left = [e for e in left if e != 0]
        if any(e.is_number for e in left):
            return False
        unknown = sorted({s for e in left for s in e.free_symbols}, key=str)
        linear = [e for e in left if sp.Poly(e, *unknown).total_degree() == 1]
        if not linear:
            # Squares of one parameter vector cancel in differences: try those as linear equations.
            pivot = left[0] if left else sp.Integer(0)
            linear = [
                difference
                for e in left[1:]
                if (difference := sp.expand(e - pivot)) != 0
                and sp.Poly(difference, *unknown).total_degree() == 1
            ]
        if not linear:
            break
        solution = sp.linsolve(linear, unknown)
        if not solution:
            return False
        values = dict(zip(unknown, next(iter(solution)), strict=True))
        left = [sp.expand(e.xreplace(values)) for e in left]
    if not left:
        return True
    return list(sp.groebner(left, *unknown, order="grevlex").exprs) != [1]
