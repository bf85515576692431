"""Rules on the mixing: a concrete g of the class, and what is assumed of it, exactly.

Where the world names a class alone, the concrete g is the identity, which is in each of them. A
given g is shown to be injective where its coordinates, those already recovered put in, combine
linearly to a strictly monotone polynomial of each latent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import sympy as sp

from sith.theory.assumptions import Encoder, Family, Mixing, SparseSupport, StructuredMixing
from sith.theory.claim import Claim
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.lemmas.classes import POLYNOMIAL_DECODER
from sith.theory.derivation.lemmas.record import Problem, Setting
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.notation import latents

POINT = (sp.Rational(2, 7), sp.Rational(-3, 5), sp.Rational(5, 11), sp.Rational(-7, 13))
"""A rational point in general position; coordinates repeat from the fifth on, scaled."""


def mixing_of(claim: Claim) -> tuple[sp.Expr, ...]:
    """Return the concrete g: the given one, or the identity."""
    z, mixing = latents(claim.dim), claim.world.mixing
    return mixing.at(z) if isinstance(mixing, StructuredMixing) else z


def jacobian_of(claim: Claim) -> sp.Matrix:
    """Return the Jacobian of the concrete g."""
    z = latents(claim.dim)
    return sp.Matrix([[sp.diff(e, x) for x in z] for e in mixing_of(claim)])


def at_point(claim: Claim) -> dict[sp.Symbol, sp.Rational]:
    """Return a rational point in general position."""
    z = latents(claim.dim)
    return {x: POINT[i % 4] * (1 + i // 4) for i, x in enumerate(z)}


def injective(claim: Claim) -> bool:
    """Whether the concrete g is shown to be injective, one latent after the other."""
    if claim.world.mixing is Mixing.ARBITRARY:
        return False
    left = list(latents(claim.dim))
    functions = [sp.expand(e) for e in mixing_of(claim)]
    while left:
        settled = [x for x in left if any(_monotone(f, x) for f in _alone(functions, left, x))]
        if not settled:
            return False
        left = [x for x in left if x not in settled]
    return True


def _alone(
    functions: Sequence[sp.Expr], left: Sequence[sp.Symbol], x: sp.Symbol
) -> Iterator[sp.Expr]:
    """Yield combinations of the functions that depend on x alone among the latents not recovered."""
    polys = [sp.Poly(f, *left) for f in functions]
    others = [i for i, y in enumerate(left) if y != x]
    keys = sorted({m for p in polys for m in p.monoms() if any(m[i] for i in others)})
    table = sp.Matrix(
        len(keys), len(polys), lambda r, c: polys[c].coeff_monomial(sp.Mul(*_mono(left, keys[r])))
    )
    if table.free_symbols:
        return
    basis = table.nullspace() if keys else [sp.eye(len(polys))[:, i] for i in range(len(polys))]
    for weights in basis:
        total = sp.expand(sp.Add(*(w * f for w, f in zip(weights, functions, strict=True))))
        if total.has(x):
            yield total


def _mono(symbols: Sequence[sp.Symbol], powers: Sequence[int]) -> tuple[sp.Expr, ...]:
    return tuple(s**k for s, k in zip(symbols, powers, strict=True))


def _monotone(value: sp.Expr, x: sp.Symbol) -> bool:
    """Whether a polynomial of x, plus recovered latents, has a derivative without real roots."""
    slope = sp.diff(value, x)
    if slope.free_symbols - {x}:
        return False
    if not slope.has(x):
        return bool(slope.is_nonzero)
    return bool(sp.Poly(slope, x).count_roots() == 0)


def _structured(claim: Claim) -> bool:
    mixing = claim.world.mixing
    return isinstance(mixing, StructuredMixing) and mixing.admits(mixing.g).holds


def _isometric(claim: Claim) -> bool:
    jacobian = jacobian_of(claim)
    return bool((jacobian.T * jacobian - sp.eye(claim.dim)).applyfunc(sp.expand).is_zero_matrix)


def _class(*kinds: Mixing) -> Rule:
    return Rule(
        "g = id is a member: JᵀJ = I and det J = 1, computed",
        lambda claim: claim.world.mixing in kinds and _isometric(claim),
    )


def _linear(claim: Claim) -> bool:
    encoder: Encoder = claim.encoder
    both = claim.world.mixing is Mixing.LINEAR and encoder.family is Family.LINEAR
    return both and jacobian_of(claim).det() != 0


def _powers(claim: Claim) -> bool:
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    case = Setting(Problem(claim.world, claim.objective, claim.encoder), condition)
    return not POLYNOMIAL_DECODER.failing(case)


def _irreducible(claim: Claim) -> bool:
    """Whether no split of the pixels of a slot has Jacobian ranks that add up, at a rational point."""
    slots = getattr(getattr(claim.world.mixing, "structure", None), "blocks", ())
    jacobian = jacobian_of(claim).xreplace(at_point(claim))
    for slot in slots:
        rows = [a for a in range(jacobian.rows) if any(jacobian[a, j] != 0 for j in slot)]
        for size in range(1, len(rows) // 2 + 1):
            for part in combinations(rows, size):
                rest = [a for a in rows if a not in part]
                parts = (
                    jacobian.extract(list(part), list(slot)),
                    jacobian.extract(rest, list(slot)),
                )
                if sum(m.rank() for m in parts) <= jacobian.extract(rows, list(slot)).rank():
                    return False
    return bool(slots)


def _nonlinear(claim: Claim) -> bool:
    """Whether first and second derivatives of the parts g^(B) are independent at a rational point."""
    blocks = getattr(getattr(claim.world.mixing, "structure", None), "blocks", ())
    z, g, point = latents(claim.dim), mixing_of(claim), at_point(claim)
    columns = [[sp.diff(e, x) for e in g] for x in z]
    for block in blocks:
        pairs = [(i, j) for k, i in enumerate(block) for j in block[k:]]
        columns += [[sp.diff(e, z[i], z[j]) for e in g] for i, j in pairs]
    table = sp.Matrix(columns).xreplace(point)
    return bool(blocks) and table.rank() == table.rows


def _supports(claim: Claim) -> list[frozenset[int]]:
    jacobian = jacobian_of(claim)
    return [
        frozenset(j for j in range(jacobian.cols) if jacobian[a, j] != 0)
        for a in range(jacobian.rows)
    ]


def _sparse(claim: Claim) -> bool:
    supports = _supports(claim)
    single = []
    for k in range(claim.dim):
        around = [s for s in supports if k in s]
        single.append(bool(around) and frozenset.intersection(*around) == {k})
    return all(single)


def _spanning(claim: Claim) -> bool:
    """Whether the rows of each support span it: as polynomial vectors over the rationals' points."""
    jacobian = jacobian_of(claim)
    supports = _supports(claim)
    points = [{x: v + k for x, v in at_point(claim).items()} for k in range(claim.dim + 1)]
    for support in set(supports):
        own = [a for a, s in enumerate(supports) if s == support]
        rows = [jacobian.extract([a], sorted(support)).xreplace(p) for a in own for p in points]
        if sp.Matrix.vstack(*rows).rank() < len(support):
            return False
    return True


def _sparse_decoder(claim: Claim) -> bool:
    mixing = claim.world.mixing
    return isinstance(mixing, StructuredMixing) and isinstance(mixing.structure, SparseSupport)


ADMITS = Rule("the equations of the class hold identically for the given g", _structured)
MIXINGS: dict[str, AnyRule] = {
    "injective_mixing": Rule(
        "the concrete g is injective: each latent is a monotone polynomial of its coordinates (g = id "
        "where a class alone is named)",
        injective,
    ),
    "injective_features": Rule("the true features are the identity", injective),
    "polynomial": ADMITS,
    "compositional": ADMITS,
    "additive": ADMITS,
    "full_degree": Rule("rank of the coefficients with and without z_i, z_i^p", _powers),
    "irreducible": Rule(
        "Jacobian ranks of every split of a slot's pixels, at a rational point", _irreducible
    ),
    "sufficiently_nonlinear": Rule("rank of the derivatives at a rational point", _nonlinear),
    "structural_sparsity": Rule("intersections of the supports of J_g", _sparse),
    "spanning_rows": Rule("ranks of the rows of J_g at d + 1 rational points", _spanning),
    "sparse_decoder": Rule(
        "the class is the decoders of no larger support, and holds g", _sparse_decoder
    ),
    "conformal_mixing": _class(Mixing.CONFORMAL),
    "local_isometry": _class(Mixing.LOCAL_ISOMETRY),
    "volume_preserving": _class(Mixing.VOLUME_PRESERVING),
    "isometry": Rule("JᵀJ = I for the given g, computed", _isometric),
    "linear_mixing": Rule("mixing and encoder are linear; det J_g ≠ 0 for g = id", _linear),
    "linear_encoder": Rule("mixing and encoder are linear; det J_g ≠ 0 for g = id", _linear),
    "unrestricted_mixing": Rule(
        "the class has no equation on J_g, and holds g = id",
        lambda claim: claim.world.mixing is Mixing.INJECTIVE and injective(claim),
    ),
    "no_inductive_bias": Rule(
        "the class has no equation on J_g, and holds g = id",
        lambda claim: claim.world.mixing is Mixing.INJECTIVE and injective(claim),
    ),
}
"""Assumption ↦ rule, for assumptions on the mixing."""
