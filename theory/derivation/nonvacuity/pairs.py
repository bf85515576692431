"""Rules on the pairs, views, labels and actions."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    AugmentationGraph,
    Classes,
    ExponentialNorm,
    Gaussian,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    OrnsteinUhlenbeck,
    PairLogDensity,
    Property,
    SharedBlock,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    properties,
)
from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.stationarity import reversible
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.derivation.spectral.operator import spectrum
from sith.theory.groups import BlockOrthogonal, ContentKeeping, SignedPermutations
from sith.theory.notation import latents, pair


def _rates(claim: Claim) -> tuple[sp.Rational, ...]:
    pairs = claim.world.pairs
    return pairs.rates if isinstance(pairs, OrnsteinUhlenbeck | JacobiDiffusion) else ()


def _order(claim: Claim) -> bool:
    rates = _rates(claim)
    displaced = any(sp.Poly(f, *latents(claim.dim)).total_degree() > 1 for f in claim.base)
    return bool(rates) and (max(rates) ** 2 > min(rates)) == displaced


def _mixed(claim: Claim, i: int) -> sp.Expr:
    """Return ∂² log p(z̃|z) / ∂z_i ∂z̃_i."""
    z, zt = pair(claim.dim)
    return sp.together(sp.diff(claim.world.pairs.log_conditional(z, zt), z[i], zt[i]))


def _dependent(claim: Claim) -> bool:
    return all(sp.numer(_mixed(claim, i)).expand() != 0 for i in range(claim.dim))


def _equal_autocorrelations(claim: Claim) -> bool:
    values = {_mixed(claim, i) for i in range(claim.dim)}
    return len(values) == 1 and not next(iter(values)).free_symbols


def _not_quasi_gaussian(claim: Claim) -> bool:
    """Whether ∂∂̃ log |∂∂̃ log p| is not 0, or the sources are Gaussian with different slopes."""
    z, zt = pair(claim.dim)
    values = [_mixed(claim, i) for i in range(claim.dim)]
    if all(not v.free_symbols for v in values):
        return len(set(values)) == claim.dim
    found = []
    for i, v in enumerate(values):
        # For v = α(z) α(z̃): v ∂∂̃v = ∂v ∂̃v.
        gap = v * sp.diff(v, z[i], zt[i]) - sp.diff(v, z[i]) * sp.diff(v, zt[i])
        point = {x: sp.Rational(k + 2, k + 5) for k, x in enumerate((*z, *zt))}
        found.append(gap.subs(point) != 0)
    return all(found)


def _noise(claim: Claim) -> sp.Matrix:
    """Return the precision of the noise of log p(z̃|z), from second derivatives."""
    z, zt = pair(claim.dim)
    return -sp.hessian(claim.world.pairs.log_conditional(z, zt), list(zt))


def _autoregression(claim: Claim) -> tuple[sp.Matrix, sp.Matrix]:
    """Return A and the precision of the noise of log p = −(z̃ − Az)ᵀP(z̃ − Az)/2, from derivatives."""
    z, zt = pair(claim.dim)
    value = claim.world.pairs.log_conditional(z, zt)
    precision = -sp.hessian(value, list(zt))
    mixed = sp.Matrix([[sp.diff(value, t, x) for x in z] for t in zt])
    return precision.inv() * mixed, precision


def _full_support(claim: Claim) -> bool:
    named = isinstance(claim.world.pairs, VonMisesFisher | ExponentialNorm | AnisotropicSphere)
    return named and Property.FULL_SUPPORT in properties(claim.world)


def _stated_content(claim: Claim) -> int:
    """Return how many content coordinates the stated group speaks of."""
    group = claim.group
    return group.content if isinstance(group, ContentKeeping) else group.dim


def _freely(claim: Claim) -> bool:
    pairs = claim.world.pairs
    if not isinstance(pairs, SharedBlock) or not isinstance(claim.world.prior, Uniform):
        return False
    shared = [i for i in range(claim.dim) if all(i in view for view in pairs.views)]
    return len(shared) == _stated_content(claim)


def _styles(claim: Claim) -> bool:
    pairs = claim.world.pairs
    return isinstance(pairs, StyleRedrawn) and len(pairs.content) == _stated_content(claim)


def _separated(claim: Claim) -> bool:
    pairs, group = claim.world.pairs, claim.group
    if not isinstance(pairs, AnisotropicSphere):
        return False
    if isinstance(group, SignedPermutations):
        return len(set(pairs.weights)) == claim.dim
    return isinstance(group, BlockOrthogonal) and sorted(group.blocks) == sorted(pairs.blocks())


def _connected(claim: Claim) -> bool:
    pairs = claim.world.pairs
    if isinstance(pairs, OrnsteinUhlenbeck):
        # The eigenvalue 1 belongs to the constants alone.
        return all(rate < 1 for rate in pairs.rates)
    return isinstance(pairs, AugmentationGraph) and len(pairs.components()) == 1


def _reversible(claim: Claim) -> bool:
    pairs = claim.world.pairs
    return isinstance(pairs, AugmentationGraph) and sp.Matrix(pairs.joint).is_symmetric()


def _affine_generators(claim: Claim) -> bool:
    pairs = claim.world.pairs
    return isinstance(pairs, Classes) and pairs.affine_rank == claim.dim


def _moving(claim: Claim) -> bool:
    pairs = claim.world.pairs
    if not isinstance(pairs, KnownActions):
        return False
    return any(m != sp.eye(claim.dim) for m in pairs.matrices)


def _ornstein_uhlenbeck(claim: Claim) -> bool:
    known = isinstance(claim.world.pairs, OrnsteinUhlenbeck)
    return known and isinstance(claim.world.prior, Gaussian) and reversible(claim.world)


FREE = (
    "the coordinates in all views are as many as the stated content; the law is uniform on the box"
)
COUNTED = "the number of outputs is that of the content coordinates"
PAIRS: dict[str, AnyRule] = {
    "equal_autocorrelations": Rule(
        "∂²log p/∂z_i∂z̃_i, constant and the same for all i", _equal_autocorrelations
    ),
    "full_support": Rule("log p(z̃|z) of the named pairs is finite at all points", _full_support),
    "vmf_conditional": Rule(
        "the kind of the pairs", lambda c: isinstance(c.world.pairs, VonMisesFisher)
    ),
    "sparse_transition": Rule(
        "the exponent p of the pairs", lambda c: getattr(c.world.pairs, "p", 2) != 2
    ),
    "distinct_weights": Rule("entries of Λ, grouped by value", _separated),
    "gap": Rule(
        "eigenvalues of the operator of the pairs, isolated exactly", lambda c: spectrum(c).unique
    ),
    "connected": Rule("components of the graph, or eigenvalues below 1", _connected),
    "reversible": Rule("the joint law and its transpose", _reversible),
    "isotropic": Rule(
        "the correlations are equal and in (0, 1)", lambda c: len(set(_rates(c))) == 1
    ),
    "order": Rule("ρ_1² and ρ_d, against the functions that are stated", _order),
    "jacobi_pairs": Rule(
        "the kind of the pairs; a, b > −1", lambda c: isinstance(c.world.pairs, JacobiDiffusion)
    ),
    "ornstein_uhlenbeck": Rule(
        "log p(z̃|z) + log p(z) is symmetric, so N(0, I) is kept", _ornstein_uhlenbeck
    ),
    "temporal_dependence": Rule(
        "the numerator of ∂²log p/∂z_i∂z̃_i is not the polynomial 0", _dependent
    ),
    "not_quasi_gaussian": Rule(
        "v ∂∂̃v − ∂v ∂̃v ≠ 0 at a rational point, v = ∂∂̃ log p", _not_quasi_gaussian
    ),
    "bijective_dynamics": Rule(
        "det A, A read off log p(z̃|z)",
        lambda c: isinstance(c.world.pairs, PairLogDensity) and _autoregression(c)[0].det() != 0,
    ),
    "standard_noise": Rule(
        "the precision of the noise, read off log p(z̃|z)",
        lambda c: _noise(c) == sp.eye(c.dim),
    ),
    "affine_generators": Rule("exact rank of v_a − v_b", _affine_generators),
    "no_other_quadric": Rule(
        "exact rank of the monomials of degree ≤ 2 at the class vectors",
        lambda c: isinstance(c.world.pairs, Classes) and c.world.pairs.free_quadrics == 0,
    ),
    "moving_actions": Rule("the matrices M_a, against the identity", _moving),
    "every_node": Rule(
        "the targets of the interventions",
        lambda c: (
            isinstance(c.world.pairs, LinearInterventions)
            and set(c.world.pairs.targets) == set(range(c.dim))
        ),
    ),
    "perfect_interventions": Rule(
        "the rows of the targets",
        lambda c: isinstance(c.world.pairs, LinearInterventions) and c.world.pairs.perfect,
    ),
    "nothing_else_shared": Rule(FREE, _freely),
    "content_kept": Rule(
        "the coordinates that are kept are as many as the stated content", _styles
    ),
    "style_redrawn": Rule(
        "all coordinates but the stated content are redrawn; in this world uniformly on the box",
        _styles,
    ),
    "injective_on_content": Rule(
        "the encoder is stated to be injective on what it recovers", lambda c: c.encoder.invertible
    ),
    "known_content_dimension": Rule(
        COUNTED, lambda c: c.encoder.output.dim == len(getattr(c.world.pairs, "content", ()))
    ),
}
"""Assumption ↦ rule, for assumptions on the pairs."""
