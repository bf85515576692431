"""Is a function of the latents identified: unchanged by every member of the indeterminacy group?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanAtom
from sympy.polys.polyerrors import CoercionFailed

from theory.assumptions import AbstractSpace, Box, RealSpace, Sphere
from theory.claim import Claim, Statement, Theorem
from theory.derive.attainable import attainable
from theory.derive.check import check_field
from theory.derive.conditions import optimum_condition
from theory.derive.derive import derive
from theory.derive.equation import Condition
from theory.derive.infinitesimal import solve
from theory.derive.recognise import along_base, recognise
from theory.errors import FloatInSymbolicField, InputError, UnknownName, UnsupportedCondition
from theory.exact import exact
from theory.groups import AbstractGroup, Field, Map
from theory.notation import latents
from theory.objectives import SpectralObjective
from theory.verdict import Agreement, Membership, Outcome, Relation, Verdict

POINT_NAMES = ("z", "w", "v")
"""The names of the first, second and third latent point: z1, …, w1, …, v1, …"""

FIELD_DEGREE = 3
"""Fields of a group's Lie algebra are taken up to this degree."""

TRIES = 60
"""Default number of group elements that are tried as witnesses, each on POINTS_EACH points."""

POINTS_EACH = 4

WITHIN = (
    "the stated group contains the derived one: what it leaves unchanged is identified, and more "
    "may be"
)

Point = tuple[sp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A group, the space its points are drawn from, and what a claim's derivation leaves open.

    `constraints` vanish on the space; they are empty where the group leaves the space, and
    functions are then functions on R^d. `kept` lists which coordinates of the space the
    representation keeps.
    """

    group: AbstractGroup
    space: AbstractSpace
    kept: tuple[int, ...]
    bound: bool
    scope: tuple[str, ...]
    trusted: tuple[str, ...] = ()
    claim: str = ""
    agreement: Agreement = Agreement.AGREES

    @property
    def dim(self) -> int:
        """Number of coordinates of a point."""
        return self.group.dim

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the polynomials that vanish at a point of the space."""
        return self.space.constraints(point) if self.bound else ()

    def draw(self, rng: random.Random) -> Point:
        """Draw a rational point of small height."""
        point = _small_point(self.space, rng)
        return tuple(point[i] for i in self.kept)


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
    expression, symbols = _read(function, found.dim)
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
    witness = _by_member(found, expression, symbols, tries) or _by_field(
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


def resolve(
    subject: AbstractGroup | Statement,
    *,
    dim: int | None = None,
    space: AbstractSpace | None = None,
    **parameters: Any,
) -> Subject:
    """Return the group to ask about: the one given, or the one that a claim's derivation confirms.

    Raises `UnsupportedCondition` where the derivation is undecided or names no group, and
    `InputError` where the claim is mis-specified.
    """
    if isinstance(subject, AbstractGroup):
        if parameters or dim not in (None, subject.dim):
            raise InputError(
                f"the group {subject} acts on R^{subject.dim} and has no parameters",
                cure="give dim and parameters with a theorem",
            )
        chosen = RealSpace(subject.dim) if space is None else space
        if chosen.dim != subject.dim:
            raise InputError(f"the group acts on R^{subject.dim}, the space lies in R^{chosen.dim}")
        return _subject(subject, chosen, tuple(range(subject.dim)), ())
    if not isinstance(subject, Claim | Theorem):
        raise InputError(
            f"{subject!r} is neither a group nor a claim", allowed="a group, a Claim or a Theorem"
        )
    if space is not None:
        raise InputError("a claim brings its own latent space", cure="leave `space` out")
    return _of_claim(subject, dim, parameters)


def _of_claim(statement: Statement, dim: int | None, parameters: dict[str, Any]) -> Subject:
    claim = statement.at(dim, **parameters)
    verdict = derive(statement, dim, **parameters)
    if verdict.outcome is Outcome.MIS_SPECIFIED:
        raise InputError(f"the claim '{claim.name}' is mis-specified: {verdict.reason}")
    if verdict.outcome is Outcome.UNDECIDED or verdict.agreement is Agreement.UNDECIDED:
        raise UnsupportedCondition(
            f"the derivation of '{claim.name}' is undecided: {verdict.reason}"
        )
    if isinstance(claim.objective, SpectralObjective):
        return _of_spectral(claim, verdict)
    condition = attainable(
        claim.world,
        claim.objective,
        claim.encoder,
        optimum_condition(claim.world, claim.objective, claim.encoder),
    ).condition
    agreement = verdict.agreement
    notes: tuple[str, ...]
    if verdict.agrees and claim.relation is not Relation.CONTAINS:
        group = claim.group
        notes = () if claim.relation is Relation.EQUALITY else (WITHIN,)
    else:
        group, verdict = _derived(claim, condition, verdict)
        notes = (f"the derived group is used; the claim states {claim.group}",)
    scaled = [b for b, x in zip(condition.base, condition.base_coordinates, strict=True) if b != x]
    if scaled:
        notes += (f"relative to the solution h = {condition.base}",)
    notes += tuple(f"not shown of the group: {item}" for item in verdict.scope.not_shown)
    kept = tuple(condition.z.index(x) for x in condition.base_coordinates)
    return replace(
        _subject(group, claim.world.space, kept, notes),
        trusted=tuple(map(str, verdict.trusted)),
        claim=claim.name,
        agreement=agreement,
    )


def _of_spectral(claim: Claim, verdict: Verdict) -> Subject:
    """Return the group of a spectral claim; it has to act on the latents themselves."""
    z = latents(claim.dim)
    standardised = getattr(claim.world.pairs, "standardised", None)
    own = claim.base or (standardised(z) if standardised and claim.group.dim == claim.dim else ())
    inside = claim.relation is not Relation.CONTAINS or verdict.group == verdict.stated
    settled = verdict.agrees and verdict.outcome is Outcome.IDENTIFIED and inside
    if own != z or not settled:
        raise UnsupportedCondition(
            f"the group of '{claim.name}' acts on {', '.join(map(str, own)) or 'eigenfunctions'}, "
            "and is not confirmed as a group of the latents",
            cure="ask about a claim whose derivation identifies the latents, h = g(z)",
        )
    group = claim.group
    notes: tuple[str, ...] = (WITHIN,) if claim.relation is Relation.CONTAINED else ()
    notes += tuple(f"not shown of the group: {item}" for item in verdict.scope.not_shown)
    return replace(
        _subject(group, claim.world.space, tuple(range(claim.dim)), notes),
        trusted=tuple(map(str, verdict.trusted)),
        claim=claim.name,
        agreement=verdict.agreement,
    )


def _derived(claim: Claim, condition: Condition, verdict: Verdict) -> tuple[AbstractGroup, Verdict]:
    """Return the named group that the derivation confirms by equality, with that verdict."""
    degree = max(verdict.dimension_by_degree, default=FIELD_DEGREE)
    solution = solve(
        condition, degree, accept=lambda field, change: check_field(condition, field, change).holds
    )
    fields = along_base(condition, solution.fields)
    if isinstance(fields, tuple):
        names = latents(len(condition.image))
        whole = len(condition.base_coordinates) == len(condition.z)
        prior = claim.world.prior.log_density(condition.z) if whole else sp.Integer(0)
        table = dict(zip(condition.base_coordinates, names, strict=True))
        for group in reversed(recognise(condition, prior.xreplace(table), fields, degree)):
            again = derive(claim.but(group=group, relation=Relation.EQUALITY), degree=degree)
            if again.agrees:
                return group, again
    raise UnsupportedCondition(
        f"the group derived for '{claim.name}' has no confirmed name in the catalogue "
        f"({verdict.group or 'no group'}; stated: {verdict.stated})"
    )


def _subject(
    group: AbstractGroup, space: AbstractSpace, kept: tuple[int, ...], notes: tuple[str, ...]
) -> Subject:
    whole = kept == tuple(range(space.dim))
    bound = whole and bool(space.constraints(latents(space.dim)))
    if bound and not _preserves(group, space):
        bound = False
        notes = (f"the group leaves the {space}: functions are functions of R^{group.dim}", *notes)
    return Subject(group, space, kept, bound, notes)


def _preserves(group: AbstractGroup, space: AbstractSpace) -> bool:
    """Say whether the fields and finite generators keep the equations of the space."""
    z = latents(group.dim)
    form = Form(Subject(group, space, tuple(range(group.dim)), bound=True, scope=()), (z,))
    return all(
        all(form.zero(form.rate(c, field)) for field in group.algebra_basis(FIELD_DEGREE))
        and all(form.zero(form.moved(c, member)) for member in group.finite_generators())
        for c in space.constraints(z)
    )


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


def _by_member(
    subject: Subject, function: sp.Basic, points: Sequence[tuple[sp.Symbol, ...]], tries: int
) -> dict[str, Any]:
    """Return a group element that changes the function, the points, and both values."""
    rng = random.Random(0)
    form = Form(subject, points)
    for member in _members(subject.group, rng, tries):
        moved = form.moved(function, member)
        for _ in range(POINTS_EACH):
            drawn = tuple(subject.draw(rng) for _ in points)
            table = _table(points, drawn)
            before, after = _value(function, table), _value(moved, table)
            if before is not None and after is not None and _differ(before, after):
                return {"witness": member, "points": drawn, "before": before, "after": after}
    return {}


def _by_field(
    subject: Subject, function: sp.Basic, points: Sequence[tuple[sp.Symbol, ...]], tries: int
) -> dict[str, Any]:
    """Return a field along which the function changes, where no sampled member changes it."""
    if not isinstance(function, sp.Expr) or function.atoms(sp.Abs, sp.sign, sp.Max, sp.Min):
        return {}
    rng = random.Random(1)
    form = Form(subject, points)
    try:
        fields = subject.group.algebra_basis(FIELD_DEGREE)
    except UnsupportedCondition:
        return {}
    for field in fields:
        rate = form.rate(function, field)
        for _ in range(min(tries, POINTS_EACH)):
            drawn = tuple(subject.draw(rng) for _ in points)
            table = _table(points, drawn)
            before, change = _value(function, table), _value(rate, table)
            if before is not None and change is not None and _differ(change, sp.Integer(0)):
                return {"witness": field, "points": drawn, "before": before, "after": change}
    return {}


def _members(group: AbstractGroup, rng: random.Random, tries: int) -> Iterator[Map]:
    generators = group.finite_generators()[:tries]
    yield from generators
    try:
        for _ in range(tries - len(generators)):
            yield group.sample(rng)
    except UnsupportedCondition:
        return


def _table(
    points: Sequence[tuple[sp.Symbol, ...]], drawn: Sequence[Point]
) -> dict[sp.Symbol, sp.Expr]:
    return {s: x for p, q in zip(points, drawn, strict=True) for s, x in zip(p, q, strict=True)}


def _value(function: sp.Basic, table: dict[sp.Symbol, sp.Expr]) -> sp.Basic | None:
    """Return the exact value at a point; None where the function is not defined there."""
    try:
        value = function.xreplace(table)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if isinstance(value, BooleanAtom):
        return value
    if not isinstance(value, sp.Expr) or value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return None
    return value if value.is_real else None


def _differ(one: sp.Basic, other: sp.Basic) -> bool:
    if isinstance(one, BooleanAtom) or isinstance(other, BooleanAtom):
        return bool(one != other)
    difference = one - other
    if isinstance(difference, sp.Rational):
        return bool(difference != 0)
    return difference.equals(0) is False


def _small_point(space: AbstractSpace, rng: random.Random) -> Point:
    """Draw a point of small height where the space is known, else a rational point."""
    if isinstance(space, RealSpace):
        return tuple(sp.Integer(rng.randint(-4, 4)) for _ in range(space.dim))
    if isinstance(space, Box):
        return tuple(sp.Rational(rng.randint(1, 9), 10) for _ in range(space.dim))
    if isinstance(space, Sphere):
        t = [sp.Rational(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(space.dim - 1)]
        square = sp.Add(*(x * x for x in t))
        point = [*(2 * x / (1 + square) for x in t), (square - 1) / (1 + square)]
        rng.shuffle(point)
        return tuple(point)
    return space.rational_point(rng)


def _read(function: Any, dim: int) -> tuple[sp.Basic, tuple[tuple[sp.Symbol, ...], ...]]:
    """Return the function in the toolkit's symbols, and the points that it may depend on."""
    if isinstance(function, Boolean) and not isinstance(function, sp.Symbol):
        floats = function.atoms(sp.Float)
        if floats:
            raise FloatInSymbolicField(
                f"the predicate contains the float {min(floats, key=str)}",
                cure="write Rational(1, 2) for 0.5",
            )
        value: sp.Basic = function
    elif isinstance(function, bool | str):
        raise InputError(
            f"function = {function!r}",
            allowed="a sympy expression, relation or Boolean of z1, …, w1, …, v1, …",
            cure="write Lt(z1, w1) for 'left of'",
        )
    else:
        value = exact(function, "the function")
    operators = value.atoms(sp.Derivative, sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Subs)
    if operators:
        raise InputError(
            f"the function contains {min(operators, key=str)}",
            cure="evaluate it first, with .doit()",
        )
    points = [latents(dim, name) for name in POINT_NAMES]
    known = {str(s): s for point in points for s in point}
    for symbol in sorted(value.free_symbols, key=str):
        if str(symbol) not in known:
            raise UnknownName(
                f"the function contains the unknown symbol {symbol}",
                allowed=", ".join(f"{n}1 … {n}{dim}" if dim > 1 else f"{n}1" for n in POINT_NAMES),
            )
    value = value.xreplace({s: known[str(s)] for s in value.free_symbols})
    used = [i for i, point in enumerate(points) if value.free_symbols & set(point)]
    return value, tuple(points[: max(used, default=0) + 1])
