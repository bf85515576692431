"""Compare a derived group with the stated one, and name what separates them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from theory.assumptions import StructuredMixing
from theory.claim import Claim
from theory.derive.check import check_field, check_map
from theory.derive.check_decoder import check_members
from theory.derive.equation import Condition
from theory.groups import (
    AbstractGroup,
    Field,
    Linear,
    Map,
    contained,
    permutation_matrix,
)
from theory.objectives import Independence, Likelihood, SlicedNormality
from theory.verdict import Agreement, Membership, Relation


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether derived and stated group agree: derived in stated (`forth`), stated in derived."""

    agreement: Agreement
    forth: Membership
    back: Membership


def mixing(fields: Sequence[Field]) -> list[tuple[int, int]]:
    """Return the pairs (i, j) for which some field's component i depends on coordinate j."""
    return [
        (i, j)
        for field in fields
        for i, e in enumerate(field.expressions)
        for j, s in enumerate(field.symbols)
        if sp.expand(e).has(s)
    ]


def extra(fields: Sequence[Field]) -> str:
    """Return a free field that mixes coordinates, of the lowest degree first."""
    for field in fields:
        if any(
            sp.expand(e).free_symbols - {s}
            for e, s in zip(field.expressions, field.symbols, strict=True)
        ):
            return str(field)
    return ""


def when_outside(claim: Claim) -> Agreement:
    """Return the agreement when free fields leave the coordinates that the base map keeps."""
    return Agreement.UNDECIDED if claim.relation is Relation.CONTAINS else Agreement.DISAGREES


def free_law(claim: Claim, condition: Condition) -> tuple[Field, ...]:
    """Return fields that keep any smooth law: ξ = (∂log p/∂z_2, −∂log p/∂z_1, 0, …), and log p·ξ.

    ξ is free whenever the objective sees only the law of single observations, whatever the degree
    of the prior, and so is its product with any function of p; a shear takes its place where log p
    is constant. It has no divergence. Near a kink of p on the axes fields that vanish there are taken.
    Empty for other conditions, and for mixing classes that a
    product of the field with a function of p leaves.
    """
    single = isinstance(claim.objective, Likelihood | Independence | SlicedNormality)
    mixing = claim.world.mixing
    restricted = condition.linear_only or mixing.rigid or isinstance(mixing, StructuredMixing)
    if not single or restricted or claim.dim < 2:
        return ()
    z = condition.z
    log_density = claim.world.prior.log_density(z)
    score = [sp.diff(log_density, x) for x in z]
    factor = log_density if log_density.free_symbols else z[1]
    if log_density.atoms(sp.Abs):
        # p is not smooth on the axes: fields that vanish there of second order are C¹.
        fields = _flat_on_axes(z, score, log_density)
    else:
        parts = [score[1], -score[0]] if score[0] != 0 or score[1] != 0 else [z[1], sp.Integer(0)]
        rest = [sp.Integer(0)] * (claim.dim - 2)
        fields = tuple(
            Field(z, (*(sp.expand(f * p) for p in parts), *rest)) for f in (sp.Integer(1), factor)
        )
    return fields if all(check_field(condition, f, {}).holds for f in fields) else ()


def _flat_on_axes(
    z: Sequence[sp.Symbol], score: Sequence[sp.Expr], log_density: sp.Expr
) -> tuple[Field, ...]:
    """Return ξ = (∂_2 a + a ∂_2 log p, −∂_1 a − a ∂_1 log p, 0, …) for two a with a factor z_1²z_2²."""
    smooth = {sp.sign(x): sp.Abs(x) / x for x in z}
    fields = []
    for factor in (sp.Integer(1), log_density):
        a = (z[0] * z[1]) ** 2 * factor
        parts = [sp.expand((sp.diff(a, z[k]) + a * score[k]).xreplace(smooth)) for k in (1, 0)]
        rest = [sp.Integer(0)] * (len(z) - 2)
        fields.append(Field(tuple(z), (parts[0], -parts[1], *rest)))
    return tuple(fields)


def free_probes(condition: Condition, groups: Sequence[AbstractGroup]) -> tuple[Map, ...]:
    """Return which sign flips, swaps of two outputs and the central inversion solve the condition.

    Members of the recognised group are known to, and are left out.
    """
    dim = len(condition.image)
    signs = [sp.diag(*(-1 if i == j else 1 for i in range(dim))) for j in range(dim)]
    swaps = []
    for i, j in combinations(range(dim), 2):
        order = list(range(dim))
        order[i], order[j] = j, i
        swaps.append(sp.Matrix(permutation_matrix(order)))
    if condition.relabelled:
        swaps = []
    candidates = [Map.linear(m) for m in (*signs, *swaps, -sp.eye(dim))]
    unknown = [c for c in candidates if not (groups and groups[-1].contains(c).holds)]
    return tuple(c for c in unknown if check_map(condition, c).holds)


def compare(
    claim: Claim,
    condition: Condition,
    groups: Sequence[AbstractGroup],
    fields: Sequence[Field],
    probes: Sequence[Map],
    degree: int,
) -> Compared:
    """Compare derived and stated group by mutual containment."""
    stated = claim.group
    if groups:
        forth = contained(groups[-1], stated, degree)
        back = contained(stated, groups[-1], degree)
    else:
        size = stated.algebra_dimension(degree)
        forth = Membership(True, "every free field is in the stated algebra")
        back = Membership(
            size == len(fields),
            f"the stated algebra has dimension {size}, the free one {len(fields)}",
        )
        if back.holds or claim.relation is Relation.CONTAINS:
            back = _all_free(condition, stated, degree)
    beyond = [(f, stated.in_algebra(f)) for f in fields]
    outside = [Membership(False, m.reason, str(f)) for f, m in beyond if not m.holds]
    outside += [m for m in (stated.contains(p) for p in probes) if not m.holds]
    if forth.holds and outside:
        forth = outside[0]
    needed = {
        Relation.EQUALITY: (forth, back),
        Relation.CONTAINED: (forth,),
        Relation.CONTAINS: (back,),
    }[claim.relation]
    agreement = Agreement.AGREES if all(m.holds for m in needed) else Agreement.DISAGREES
    if condition.relaxed and agreement is Agreement.AGREES:
        if claim.relation is not Relation.CONTAINED:
            agreement = Agreement.UNDECIDED
    elif condition.relaxed and len(condition.image) == 1:
        agreement = Agreement.UNDECIDED
    # That stated maps are free does not need the list of free maps to be complete.
    if condition.incomplete and claim.relation is not Relation.CONTAINS:
        agreement = Agreement.UNDECIDED if agreement is Agreement.AGREES else agreement
    return Compared(agreement, forth, back)


def _all_free(condition: Condition, stated: AbstractGroup, degree: int) -> Membership:
    """Say whether the stated algebra's fields and the finite generators solve the condition."""
    for field in stated.algebra_basis(degree):
        if condition.linear_only and not Linear(stated.dim).in_algebra(field).holds:
            return Membership(False, "a linear encoder does not realise the field", str(field))
        answer = check_field(condition, field, {})
        if not answer.holds:
            return answer
    for member in stated.finite_generators():
        answer = check_map(condition, member)
        if not answer.holds:
            return answer
    answer = check_members(condition, stated)
    if not answer.holds:
        return answer
    return Membership(True, f"every field of {stated} of degree ≤ {degree} is free")


def escape(claim: Claim, condition: Condition, compared: Compared) -> tuple[str, str]:
    """Return the field or map that separates the groups, and why; empty where they agree."""
    if compared.agreement is Agreement.AGREES:
        return "", ""
    if compared.agreement is Agreement.UNDECIDED:
        return (
            "",
            condition.incomplete
            or "the computed fields may be more than the free ones, so the groups are not compared",
        )
    if not compared.forth.holds and claim.relation is not Relation.CONTAINS:
        return (
            compared.forth.witness,
            f"free at the optimum and outside the stated group: {compared.forth.reason}",
        )
    return (
        compared.back.witness,
        f"in the stated group and not free at the optimum: {compared.back.reason}",
    )
