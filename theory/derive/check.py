"""The independent checker: substitutes fields and maps back, and recounts ranks.

It shares no code with the solver: derivatives are taken along ε and polynomials are reduced in
sympy; `count` recomputes ranks.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from theory.assumptions import Classes
from theory.derive.equation import Condition, Equation, UpTo
from theory.errors import UnsupportedCondition
from theory.groups import Field, Map
from theory.verdict import Membership

MAX_SIGNS = 10
"""More absolute values than this have too many sign patterns."""

PATTERN_DRAWS = 200
"""Sign patterns of absolute values are collected from this many rational points."""

EPSILON = sp.Symbol("epsilon", real=True)
"""The parameter of the first-order expansion."""

_PARTNER = "w"


def check_base(condition: Condition) -> Membership:
    """Say whether the base map solves the condition with its base parameters."""
    table = image_table(condition, condition.base, condition.base_t)
    for equation in condition.equations:
        value = equation.residual.xreplace({**table, **condition.parameters})
        value += gram_defect(equation, condition.base, condition.z)
        value = equation.at_partner(value, condition.zt)
        answer = _vanishes(condition, value, equation.up_to)
        if not answer.holds:
            return answer
    return Membership(True, "the base map solves the condition")


def check_field(
    condition: Condition, field: Field, change: Mapping[sp.Symbol, sp.Expr]
) -> Membership:
    """Say whether h₀ + εξ solves every equation to first order in ε, as an identity."""
    for equation in condition.equations:
        answer = _vanishes(
            condition, _first_order(condition, equation, field, change), equation.up_to
        )
        if not answer.holds:
            return Membership(False, f"{equation.residual} changes: {answer.reason}", str(field))
    return Membership(True, "the field solves the linearised condition identically")


def check_map(condition: Condition, member: Map) -> Membership:
    """Say whether the map, after the base map, solves the condition for some learned parameters."""
    image = tuple(sp.expand(x) for x in member(condition.base))
    image_t = tuple(sp.expand(x) for x in member(condition.base_t))
    table = image_table(condition, image, image_t)
    demands: list[sp.Expr] = []
    for equation in condition.equations:
        value = equation.at_partner(equation.residual.xreplace(table), condition.zt)
        if equation.volume:
            answer = _law_kept(condition, equation, member, value)
            if not answer.holds:
                return answer
            continue
        value += sp.simplify(gram_defect(equation, image, condition.z))
        unknown = sorted(value.free_symbols & set(condition.parameters), key=str)
        if not unknown:
            answer = _vanishes(condition, value, equation.up_to)
            if not answer.holds:
                return Membership(
                    False, f"the map breaks the condition: {answer.reason}", str(member)
                )
            continue
        demands += _demands(condition, value, equation.up_to)
    if demands and not _solvable(demands):
        return Membership(False, "no learned parameters make the map a solution", str(member))
    return Membership(True, "the map solves the condition identically")


def image_table(
    condition: Condition, image: Sequence[sp.Expr], image_t: Sequence[sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """Return what to put for H = h(z) and H̃ = h(z̃)."""
    return {
        **dict(zip(condition.image, image, strict=True)),
        **dict(zip(condition.image_t, image_t, strict=True)),
    }


def _first_order(
    condition: Condition, equation: Equation, field: Field, change: Mapping[sp.Symbol, sp.Expr]
) -> sp.Expr:
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


def _vanishes(condition: Condition, value: sp.Expr, up_to: UpTo) -> Membership:
    """Say whether an expression in z and z̃ is identically `up_to` on the latent space.

    Absolute values are resolved by signs: every pattern that was met at a rational point must give
    an identity. A pattern that was not met and gives none may or may not occur, so
    `UnsupportedCondition` is raised.
    """
    for signs, met in _sign_patterns(condition, value):
        answer = _identity(condition, value.xreplace(signs), up_to)
        if answer.holds:
            continue
        if met:
            return answer
        raise UnsupportedCondition(
            f"the signs {sorted(map(str, signs.values()))} of absolute values in {value} may or may "
            "not occur on the latent space",
            cure="write the condition without absolute values, or of differences z_i − z̃_i only",
        )
    return Membership(True, "identically zero on the latent space")


def _identity(condition: Condition, value: sp.Expr, up_to: UpTo) -> Membership:
    numerator, denominator = sp.fraction(sp.together(value))
    if up_to is UpTo.SEPARABLE:
        for a, b in combinations(condition.z, 2):
            if sp.simplify(sp.diff(value, a, b)) != 0:
                return Membership(False, f"the mixed derivative in {a} and {b} is not zero")
        return Membership(True, "a sum of functions of single coordinates")
    if denominator.free_symbols and up_to is UpTo.FUNCTION_OF_Z:
        swap = {x: sp.Symbol(f"{_PARTNER}{i}", real=True) for i, x in enumerate(condition.zt)}
        numerator = numerator * denominator.xreplace(swap) - numerator.xreplace(swap) * denominator
        up_to = UpTo.NOTHING
    left = _normal_form(condition, numerator)
    if up_to is UpTo.FUNCTION_OF_Z:
        d = len(condition.z)
        left = {k: c for k, c in left.items() if any(k[d:])}
    if left:
        return Membership(False, f"{len(left)} terms remain, among them {_term(condition, left)}")
    return Membership(True, "identically zero on the latent space")


def _term(condition: Condition, left: Mapping[tuple[int, ...], Any]) -> str:
    powers, coefficient = next(iter(left.items()))
    symbols = (*condition.z, *condition.zt)
    return str(sp.Mul(coefficient, *(s**k for s, k in zip(symbols, powers, strict=False))))


def _normal_form(condition: Condition, value: sp.Expr) -> dict[tuple[int, ...], Any]:
    """Expand into monomials, the last coordinate's square replaced through the space's equation."""
    points = [condition.z, condition.zt]
    extra = sorted(
        (s for s in value.free_symbols if str(s).startswith(_PARTNER)),
        key=lambda s: int(str(s)[1:]),
    )
    if extra:
        points.append(
            tuple(sp.Symbol(f"{_PARTNER}{i}", real=True) for i in range(len(condition.zt)))
        )
    symbols = list(dict.fromkeys(s for point in points for s in point))
    parameters = sorted(value.free_symbols - set(symbols), key=str)
    try:
        poly = sp.Poly(value, *symbols, *parameters, domain=sp.QQ)
    except (sp.PolynomialError, CoercionFailed) as error:
        raise UnsupportedCondition(
            f"{value} is not a polynomial with rational coefficients"
        ) from error
    for point in points:
        for constraint in condition.space.constraints(point):
            last = point[-1]
            rest = sp.Poly(last**2 - constraint, *symbols, *parameters, domain=sp.QQ)
            if rest.degree(last) > 0:
                raise UnsupportedCondition(f"the constraint {constraint} is not monic in {last}²")
            poly = _replace_square(poly, last, rest)
    return {k: c for k, c in poly.as_dict().items() if c != 0}


def _replace_square(poly: sp.Poly, last: sp.Symbol, rest: sp.Poly) -> sp.Poly:
    position = poly.gens.index(last)
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in poly.as_dict().items():
        half = powers[position] // 2
        lower = tuple(k - 2 * half * (i == position) for i, k in enumerate(powers))
        bucket = by_power.setdefault(half, {})
        bucket[lower] = bucket.get(lower, 0) + coefficient
    result = sp.Poly(0, *poly.gens, domain=sp.QQ)
    for half, terms in by_power.items():
        result += sp.Poly.from_dict(terms, *poly.gens, domain=sp.QQ) * rest**half
    return result


def _sign_patterns(
    condition: Condition, value: sp.Expr
) -> list[tuple[dict[sp.Expr, sp.Expr], bool]]:
    """Return replacements of |a| and sign(a) for every sign pattern, and whether it was met.

    Patterns are met at random rational points; the met ones come first.
    """
    inner = sorted({a.args[0] for a in value.atoms(sp.Abs, sp.sign)}, key=str)
    if not inner:
        return [({}, True)]
    if len(inner) > MAX_SIGNS:
        raise UnsupportedCondition(
            f"{len(inner)} absolute values have too many sign patterns",
            allowed=f"at most {MAX_SIGNS}",
        )
    rng = random.Random(2)
    met = set()
    for _ in range(PATTERN_DRAWS):
        z = condition.space.rational_point(rng)
        zt = (
            z
            if isinstance(condition.pairs, Classes)
            else condition.pairs.rational_partner(condition.space, z, rng)
        )
        table = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
        met.add(tuple(int(sp.sign(a.xreplace(table))) for a in inner))
    return [
        (
            {
                **{sp.Abs(a): s * a for a, s in zip(inner, pattern, strict=True)},
                **{sp.sign(a): sp.Integer(s) for a, s in zip(inner, pattern, strict=True)},
            },
            pattern in met,
        )
        for pattern in sorted(product((-1, 1), repeat=len(inner)), key=lambda p: p not in met)
    ]


def _law_kept(condition: Condition, equation: Equation, member: Map, change: sp.Expr) -> Membership:
    latents = [condition.z[b] for _, b in equation.volume]
    image = member(condition.base)
    jacobian = sp.Matrix([[sp.diff(image[a], x) for x in latents] for a, _ in equation.volume])
    determinant = sp.simplify(jacobian.det())
    if equation.up_to is UpTo.SEPARABLE:
        return _outputs_independent(condition, equation, jacobian, member)
    simple = sp.simplify(change)
    kept = sp.simplify(determinant**2 * sp.exp(2 * simple) - 1) == 0
    reason = "the law is unchanged" if kept else "the law changes"
    return Membership(kept, reason, "" if kept else str(member))


def _outputs_independent(
    condition: Condition, equation: Equation, jacobian: sp.Matrix, member: Map
) -> Membership:
    """Say whether log p(z) − log|det J_h| is a sum of functions of single outputs h_i(z).

    Derivatives along the outputs are taken through the chain rule, ∂/∂h = J^{−T} ∂/∂z.
    """
    prior = -equation.residual.xreplace(dict.fromkeys(condition.image, sp.Integer(0)))
    density = prior - sp.log(jacobian.det() ** 2) / 2
    inverse = jacobian.inv()

    def along_output(value: sp.Expr, i: int) -> sp.Expr:
        return sp.Add(*(inverse[k, i] * sp.diff(value, x) for k, x in enumerate(condition.z)))

    for i, j in combinations(range(len(condition.z)), 2):
        if sp.simplify(along_output(along_output(density, i), j)) != 0:
            reason = f"outputs {i + 1} and {j + 1} are dependent"
            return Membership(False, reason, str(member))
    return Membership(True, "the outputs are independent")


def _demands(condition: Condition, value: sp.Expr, up_to: UpTo) -> list[sp.Expr]:
    """Return the polynomial equations in the learned parameters that make the value vanish."""
    demands: list[sp.Expr] = []
    for signs, _ in _sign_patterns(condition, value):
        numerator, denominator = sp.fraction(sp.together(value.xreplace(signs)))
        if denominator.free_symbols:
            raise UnsupportedCondition(f"learned parameters in the rational expression {value}")
        parameters = sorted(numerator.free_symbols & set(condition.parameters), key=str)
        terms = _normal_form(condition, numerator)
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
