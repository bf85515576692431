"""The independent checker: substitutes fields and maps back, and recounts ranks.

It shares no code with the solver: derivatives are taken along ε, polynomials are reduced in sympy,
and ranks are recomputed with its own elimination modulo another prime.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from theory.assumptions import Classes
from theory.derive.equation import Condition, Equation, UpTo
from theory.errors import UnsupportedCondition
from theory.groups import Field, Map
from theory.verdict import Membership

CHECK_PRIME = 2147483647
"""2^31 − 1: products of two residues fit in 64 bits."""

MAX_SIGNS = 10
"""More absolute values than this have too many sign patterns."""

PATTERN_DRAWS = 200
"""Sign patterns of absolute values are collected from this many rational points."""

_EPS = sp.Symbol("epsilon", real=True)
_PARTNER = "w"


def check_base(condition: Condition) -> Membership:
    """Say whether the base map solves the condition with its base parameters."""
    table = _image_table(condition, condition.base, condition.base_t)
    for equation in condition.equations:
        value = equation.residual.xreplace({**table, **condition.parameters})
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
    table = _image_table(condition, image, image_t)
    demands: list[sp.Expr] = []
    for equation in condition.equations:
        value = equation.residual.xreplace(table)
        if equation.volume:
            answer = _law_kept(condition, equation, member, value)
            if not answer.holds:
                return answer
            continue
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


def check_count(
    condition: Condition,
    monomials: Sequence[tuple[int, ...]],
    draws: Sequence[Sequence[Sequence[sp.Rational]]],
    rank: int,
) -> Membership:
    """Recompute the rank of the linear system at the stored points, modulo another prime.

    The rank modulo a prime is at most the rank over the rationals, so a rank of `rank` proves that
    no more than unknowns − rank independent solutions exist.
    """
    functionals = _functionals(condition)
    rows = [row for draw in draws for row in _rows(condition, functionals, monomials, draw)]
    found = _rank(np.array(rows, dtype=np.int64), CHECK_PRIME)
    if found < rank:
        return Membership(False, f"the rank at the stored points is {found}, not {rank}")
    return Membership(True, f"rank {found} at the stored points, modulo {CHECK_PRIME}")


def check_independent(condition: Condition, fields: Sequence[Field]) -> Membership:
    """Say whether fields are linearly independent as functions on the latent space."""
    if not fields:
        return Membership(True, "nothing to compare")
    rng = random.Random(1)
    columns: list[list[int]] = [[] for _ in fields]
    for _ in range(len(fields) + 4):
        point = condition.space.rational_point(rng)
        table = dict(zip(condition.z, point, strict=True))
        for column, field in zip(columns, fields, strict=True):
            for e in field.expressions:
                value = sp.Rational(e.xreplace(table))
                column.append(value.p * pow(int(value.q), -1, CHECK_PRIME) % CHECK_PRIME)
    rank = _rank(np.array(columns, dtype=np.int64), CHECK_PRIME)
    if rank < len(fields):
        return Membership(False, f"{len(fields)} fields span only {rank} dimensions")
    return Membership(True, f"{rank} independent fields")


def _image_table(
    condition: Condition, image: Sequence[sp.Expr], image_t: Sequence[sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    return {
        **dict(zip(condition.image, image, strict=True)),
        **dict(zip(condition.image_t, image_t, strict=True)),
    }


def _first_order(
    condition: Condition, equation: Equation, field: Field, change: Mapping[sp.Symbol, sp.Expr]
) -> sp.Expr:
    to_partner = dict(zip(condition.z, condition.zt, strict=True))
    moved = tuple(b + _EPS * x for b, x in zip(condition.base, field.expressions, strict=True))
    moved_t = tuple(m.xreplace(to_partner) for m in moved)
    table: dict[sp.Symbol, sp.Expr] = _image_table(condition, moved, moved_t)
    for parameter, value in condition.parameters.items():
        table[parameter] = value + _EPS * change.get(parameter, sp.Integer(0))
    slope = sp.diff(equation.residual.xreplace(table), _EPS).subs(_EPS, 0)
    for output, latent in equation.volume:
        slope += sp.diff(field.expressions[output], condition.z[latent])
    return slope


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


def _rows(
    condition: Condition,
    functionals: Sequence[tuple[Equation, list[_Coefficient]]],
    monomials: Sequence[tuple[int, ...]],
    draw: Sequence[Sequence[sp.Rational]],
) -> list[list[int]]:
    z, zt, other, corner = draw
    rows = []
    for functional in functionals:
        up_to = functional[0].up_to
        if up_to is UpTo.NOTHING:
            rows.append(_row(condition, monomials, functional, z, zt))
        elif up_to is UpTo.FUNCTION_OF_Z:
            one = _row(condition, monomials, functional, z, zt)
            two = _row(condition, monomials, functional, z, other)
            rows.append([(a - b) % CHECK_PRIME for a, b in zip(one, two, strict=True)])
        else:
            for i, j in combinations(range(len(z)), 2):
                total = [0] * len(_unknown_names(condition, monomials))
                for at, weight in (((), 1), ((i,), -1), ((j,), -1), ((i, j), 1)):
                    point = tuple(corner[k] if k in at else z[k] for k in range(len(z)))
                    part = _row(condition, monomials, functional, point, point)
                    total = [
                        (t + weight * p) % CHECK_PRIME for t, p in zip(total, part, strict=True)
                    ]
                rows.append(total)
    return rows


def _unknown_names(condition: Condition, monomials: Sequence[tuple[int, ...]]) -> list[Any]:
    return [
        *((i, m) for i in range(len(condition.image)) for m in monomials),
        *condition.parameters,
    ]


def _functionals(condition: Condition) -> list[tuple[Equation, list[Any]]]:
    """Return each equation with the polynomial coefficients of its first-order change."""
    at = [sp.Symbol(f"X{i}", real=True) for i in range(len(condition.image))]
    at_t = [sp.Symbol(f"Y{i}", real=True) for i in range(len(condition.image))]
    to_parameter = {p: sp.Symbol(f"D{i}", real=True) for i, p in enumerate(condition.parameters)}
    result = []
    for equation in condition.equations:
        image = [b + _EPS * x for b, x in zip(condition.base, at, strict=True)]
        image_t = [b + _EPS * x for b, x in zip(condition.base_t, at_t, strict=True)]
        table = _image_table(condition, image, image_t)
        for p, value in condition.parameters.items():
            table[p] = value + _EPS * to_parameter[p]
        slope = sp.diff(equation.residual.xreplace(table), _EPS).subs(_EPS, 0)
        coefficients = [
            _Coefficient(sp.diff(slope, s), condition) for s in (*at, *at_t, *to_parameter.values())
        ]
        result.append((equation, coefficients))
    return result


class _Coefficient:
    """A coefficient function of (z, z̃), evaluated modulo the checker's prime."""

    def __init__(self, expression: sp.Expr, condition: Condition) -> None:
        self.expression = expression
        both = (*condition.z, *condition.zt)
        self.symbols = tuple(dict.fromkeys(both))
        self.positions = tuple(both.index(s) for s in self.symbols)
        self.zero = expression == 0
        self.terms: dict[tuple[int, ...], Any] | None = None
        if not expression.atoms(sp.Abs, sp.sign) and expression.is_polynomial(*self.symbols):
            self.terms = sp.Poly(expression, *self.symbols, domain=sp.QQ).as_dict()

    def at(self, residues: Sequence[int], point: Sequence[sp.Rational]) -> int:
        if self.terms is None:
            table = {s: point[i] for s, i in zip(self.symbols, self.positions, strict=True)}
            return _residue(self.expression.xreplace(table))
        total = 0
        for powers, coefficient in self.terms.items():
            term = _residue(coefficient)
            for position, k in zip(self.positions, powers, strict=True):
                if k:
                    value = residues[position]
                    term = term * pow(value, k, CHECK_PRIME) % CHECK_PRIME
            total += term
        return total % CHECK_PRIME


def _residue(value: Any) -> int:
    number = sp.Rational(value)
    return int(number.p) * pow(int(number.q), -1, CHECK_PRIME) % CHECK_PRIME


def _row(
    condition: Condition,
    monomials: Sequence[tuple[int, ...]],
    functional: tuple[Equation, list[_Coefficient]],
    z: Sequence[sp.Rational],
    zt: Sequence[sp.Rational],
) -> list[int]:
    equation, coefficients = functional
    point = (*z, *zt)
    residues = [_residue(x) for x in point]
    d, outputs = len(z), len(condition.image)
    values = [[_monomial(residues[k * d : (k + 1) * d], m) for m in monomials] for k in range(2)]
    row = [0] * (outputs * len(monomials))
    for side in range(2):
        for i in range(outputs):
            coefficient = coefficients[side * outputs + i]
            if coefficient.zero:
                continue
            weight = coefficient.at(residues, point)
            for k, v in enumerate(values[side]):
                row[i * len(monomials) + k] += weight * v
    for output, latent in equation.volume:
        for k, m in enumerate(monomials):
            if m[latent]:
                lower = tuple(e - (i == latent) for i, e in enumerate(m))
                row[output * len(monomials) + k] += m[latent] * _monomial(residues[:d], lower)
    row += [c.at(residues, point) for c in coefficients[2 * outputs :]]
    return [x % CHECK_PRIME for x in row]


def _monomial(residues: Sequence[int], powers: Sequence[int]) -> int:
    value = 1
    for x, k in zip(residues, powers, strict=True):
        if k:
            value = value * pow(x, k, CHECK_PRIME) % CHECK_PRIME
    return value


def _rank(table: np.ndarray[Any, Any], prime: int) -> int:
    """Rank modulo a prime below 2^31 by row elimination on 64-bit integers."""
    table = table % prime
    rank = 0
    for column in range(table.shape[1]):
        nonzero = np.flatnonzero(table[rank:, column])
        if nonzero.size == 0:
            continue
        pivot = rank + int(nonzero[0])
        if pivot != rank:
            table[[rank, pivot]] = table[[pivot, rank]]
        inverse = pow(int(table[rank, column]), -1, prime)
        table[rank] = table[rank] * inverse % prime
        below = table[rank + 1 :, column].copy()
        hit = np.flatnonzero(below)
        if hit.size:
            table[rank + 1 + hit] = (table[rank + 1 + hit] - below[hit, None] * table[rank]) % prime
        rank += 1
        if rank == table.shape[0]:
            break
    return rank
