"""Families of fields with an arbitrary function in them, substituted back as identities.

A field that holds an undefined function F, and its derivatives, is free for every smooth F where the
first-order change vanishes identically with F and its derivatives as independent symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import sympy as sp
from sympy.core.function import AppliedUndef

from sith.theory.assumptions import StructuredMixing
from sith.theory.derivation.bounds.check import first_order_change
from sith.theory.derivation.bounds.kept import left_open
from sith.theory.derivation.bounds.on_space import is_curved
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.identities import is_zero_with_symbols
from sith.theory.derivation.fields.sign_patterns import sign_patterns
from sith.theory.derivation.lemmas.confinement import outputs_confined
from sith.theory.errors import SithError, UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field
from sith.theory.verdict import Membership

INSTANCES = 3
"""Polynomial instances of a family that are shown and compared with the stated group."""


@dataclass(frozen=True, slots=True)
class Family:
    """Fields of one arbitrary function F: `along` holds F, a function of `arguments`.

    `chain` replaces derivatives of F where F is a function of fewer quantities than its arguments,
    such as a function of the density.
    """

    along: Field
    name: sp.Expr
    words: str
    chain: Mapping[sp.Expr, sp.Expr] = field(default_factory=dict)

    @property
    def arguments(self) -> tuple[sp.Symbol, ...]:
        """The coordinates that F depends on."""
        return tuple(self.name.args)

    def at(self, function: sp.Expr) -> Field:
        """Return the member of the family for a given function of the arguments."""
        return Field(
            self.along.symbols,
            tuple(e.subs(self.name, function).doit() for e in self.along.expressions),
        )

    def instances(self) -> Iterator[Field]:
        """Return members for simple polynomial functions; none for a function of the density."""
        if self.chain:
            return
        simple = [sp.Integer(1), *self.arguments]
        simple += [x**2 for x in self.arguments]
        simple += [a * b for a, b in combinations(self.arguments, 2)]
        simple += [x**3 for x in self.arguments]
        for function in simple:
            moved = self.at(function)
            if any(sp.expand(e) != 0 for e in moved.expressions):
                yield moved

    def __str__(self) -> str:
        """The family in words."""
        return self.words


def links(families: Sequence[Family]) -> list[tuple[int, int]]:
    """Return the pairs (i, j) for which some family's component i depends on coordinate j."""
    return [
        (i, j)
        for family in families
        for i, e in enumerate(family.along.expressions)
        for j, s in enumerate(family.along.symbols)
        if e.has(s)
    ]


def check_family(condition: Condition, family: Family) -> Membership:
    """Say whether every member of a family solves the condition to first order."""
    if left_open(condition):
        return Membership(False, f"not decided: {condition.relaxed}", str(family))
    if is_curved(condition) and condition.space != condition.output:
        return Membership(False, "not decided for maps that leave the space", str(family))
    try:
        if isinstance(condition.mixing, StructuredMixing):
            return Membership(False, "not decided for a class of decoders", str(family))
        moved = _on_base(condition, family.along)
        for equation in condition.equations:
            change = first_order_change(condition, equation, moved, {})
            for value in _must_vanish(condition, change, equation.up_to):
                if not _vanishes(condition, value, family.chain):
                    return Membership(False, f"{equation.residual} changes", str(family))
    except (SithError, sp.PolynomialError, NotImplementedError, ValueError) as error:
        return Membership(False, f"not decided: {error}", str(family))
    if outputs_confined(condition) and not _tangent(family):
        return Membership(False, "the field leaves the box", str(family))
    return Membership(True, "an identity in the arbitrary function and its derivatives")


def _on_base(condition: Condition, moved: Field) -> Field:
    """Return a field of the outputs as a field along the base map, which keeps coordinates."""
    if not all(b.is_Symbol for b in condition.base):
        raise UnsupportedCondition("arbitrary functions of a scaled base map")
    table = dict(zip(moved.symbols, condition.base, strict=True))
    return Field(condition.z, tuple(e.xreplace(table) for e in moved.expressions))


def _must_vanish(condition: Condition, value: sp.Expr, up_to: UpTo) -> Iterator[sp.Expr]:
    if up_to is UpTo.NOTHING:
        yield value
    elif up_to is UpTo.FUNCTION_OF_Z:
        if condition.space.constraints(condition.z):
            raise UnsupportedCondition("functions of z on a curved space")
        yield from (sp.diff(value, x) for x in condition.zt if x not in condition.z)
    elif up_to is UpTo.SEPARABLE:
        yield from (sp.diff(value, a, b) for a, b in combinations(condition.z, 2))
    else:
        both = list(zip(condition.z, condition.zt, strict=True))
        for one, two in combinations(both, 2):
            yield from (sp.diff(value, a, b) for a, b in product(one, two))


def _vanishes(condition: Condition, value: sp.Expr, chain: Mapping[sp.Expr, sp.Expr]) -> bool:
    value = value.doit()
    for pattern, points in sign_patterns(condition, value):
        if not points:
            continue
        resolved = value.xreplace(pattern).xreplace(dict(chain))
        atoms = sorted(resolved.atoms(AppliedUndef, sp.Derivative), key=_order)
        table = {a: sp.Symbol(f"F{k}", real=True) for k, a in enumerate(atoms)}
        if not is_zero_with_symbols(condition, resolved.xreplace(table), table.values()):
            return False
    return True


def _order(atom: sp.Expr) -> tuple[int, str]:
    """Derivatives before the functions that they hold."""
    return (0 if isinstance(atom, sp.Derivative) else 1, str(atom))


def _tangent(family: Family) -> bool:
    """Whether the fields do not cross the faces of the unit box."""
    for x, e in zip(family.along.symbols, family.along.expressions, strict=True):
        for face in (sp.Integer(0), sp.Integer(1)):
            if sp.expand(e.doit().subs(x, face).doit()) != 0:
                return False
    return True


def check_group_families(condition: Condition, group: AbstractGroup) -> Membership:
    """Say whether the whole identity component of an infinite-dimensional group is free."""
    families = families_of(condition, group)
    if not families:
        return Membership(False, f"{group} is given by no families of fields")
    if isinstance(condition.mixing, StructuredMixing):
        return _decoder_kept(condition, families)
    for family in families:
        answer = check_family(condition, family)
        if not answer.holds:
            return answer
    return Membership(True, f"the families of {group} are free for every smooth function")


def _decoder_kept(condition: Condition, families: Sequence[Family]) -> Membership:
    """Say whether g∘k stays in its class for every k whose coordinates are functions as in families.

    Each coordinate that some family moves is replaced by an arbitrary function of the arguments
    of that family, so the answer is about finite maps and not to first order only.
    """
    mixing = condition.mixing
    if not isinstance(mixing, StructuredMixing) or any(e.volume for e in condition.equations):
        return Membership(False, "not decided for a law beside a class of decoders")
    z = mixing.symbols
    moved = {}
    for family in families:
        names = dict(zip(family.along.symbols, z, strict=True))
        for x, e in zip(z, family.along.expressions, strict=True):
            if e != 0:
                moved[x] = sp.Function(f"k_{x}")(*(names[a] for a in family.arguments))
    g = [e.subs(moved, simultaneous=True) for e in mixing.g]
    for relation in mixing.relations():
        total = sp.Integer(0)
        for factors in relation:
            term = sp.Integer(1)
            for a, powers in factors:
                along = [(s, k) for s, k in zip(z, powers, strict=True) if k]
                term *= sp.diff(g[a], *along) if along else g[a]
            total += term
        if sp.expand(sp.numer(sp.together(total.doit()))) != 0:
            return Membership(False, f"the decoder leaves its class: {total}")
    return Membership(True, "the decoder stays in its class for every function")


def families_of(condition: Condition, group: AbstractGroup) -> tuple[Family, ...]:
    """Return families that span the Lie algebra of an infinite-dimensional group.

    Where the maps stay in a box, the families that vanish on its faces stand for them.
    """
    inside = outputs_confined(condition)
    return tuple(Family(f, name, words) for f, name, words in group.families(inside_box=inside))


def function_times(condition: Condition) -> Iterator[Family]:
    """Return families F(z)·v(z) with v annihilated by the equations at every partner.

    v spans the kernel of the coefficients of ξ(z), and of ξ(z̃) with z as the partner, for all
    points on the other side. Equations with derivatives of the field are left to the check.
    """
    from sith.theory.derivation.bounds.kernel_fields import kernel_fields  # noqa: PLC0415

    z = condition.z
    name = sp.Function("F")(*z)
    for vector in kernel_fields(condition):
        shown = ", ".join(map(str, vector))
        moved = Field(z, tuple(name * v for v in vector))
        yield Family(moved, name, f"ξ = F(z)·({shown}) for every smooth F")


def density_families(condition: Condition, log_density: sp.Expr) -> Iterator[Family]:
    """Return φ(p)·(∂_2 log p, −∂_1 log p, 0, …): volume and law are kept for every φ."""
    z = condition.z
    if len(z) < 2 or not log_density.free_symbols:
        return
    name, slope = sp.Function("F")(*z), sp.Symbol("F_prime", real=True)
    score = [sp.diff(log_density, x) for x in z]
    if log_density.atoms(sp.Abs, sp.sign) or (score[0] == 0 and score[1] == 0):
        return
    parts = (score[1] * name, -score[0] * name, *(sp.Integer(0) for _ in z[2:]))
    chain = {sp.Derivative(name, x): slope * s for x, s in zip(z, score, strict=True)}
    yield Family(
        Field(z, parts), name, "ξ = φ(p)·(∂₂ log p, −∂₁ log p, 0, …) for every smooth φ", chain
    )
