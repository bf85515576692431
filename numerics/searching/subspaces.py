"""Linear maps with WΓWᵀ = I on different subspaces: k outputs of d > k latents."""

from __future__ import annotations

import sympy as sp

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Claim,
    CrossCovarianceIdentity,
    Family,
    InputError,
    Membership,
    Mixing,
    RealSpace,
    Relation,
    UnsupportedCondition,
    as_rational,
    cross_covariance,
    rational,
)


def leaves_latents_out(claim: Claim) -> bool:
    """Whether the claim is about the cross-covariance of fewer outputs than latents."""
    return (
        isinstance(claim.objective, CrossCovarianceIdentity)
        and claim.encoder.output.dim < claim.dim
    )


def refute_by_subspaces(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return two solutions W = QF, with FΓFᵀ = I and rational Q, QQᵀ = I, of different row spaces.

    The first takes whitened coordinates 1 … k, the second the last one in place of number k. Raises
    `UnsupportedCondition` where maps are not linear or Γ is not known.
    """
    whitener = _whitener(claim)
    k, d = claim.encoder.output.dim, claim.dim
    first = sp.eye(d)[:k, :]
    second = sp.Matrix([*first.tolist()[:-1], [int(j == d - 1) for j in range(d)]])
    shown = [(q * whitener).tolist() for q in (first, second)]
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.SECOND_SOLUTION,
            shown=f"W = {shown[1]} beside {shown[0]}",
            equal="WΓWᵀ = I for both, so the loss is 0",
            differs=f"the row spaces differ, so no map takes one to the other, in {claim.group} "
            "or elsewhere",
            exact=True,
            data={"first": _texts(first), "second": _texts(second)},
        ),
    )


def check_subspaces(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether both stored maps have zero loss and different row spaces; exact.

    Where W = M W₀ for any matrix M, M is WΓW₀ᵀ. The rows are stored in the coordinates F of the
    factors Γ = LDLᵀ, F = D^{−1/2}L^{−1}, so that they are rational.
    """
    whitener = _whitener(claim)
    moments = sp.Matrix(cross_covariance(claim.world))
    k = claim.encoder.output.dim
    maps = []
    for name in ("first", "second"):
        matrix = _matrix(witness.data.get(name), k, claim.dim) * whitener
        if _expanded(matrix * moments * matrix.T) != sp.eye(k):
            return Membership(False, f"WΓWᵀ ≠ I for the {name} map")
        maps.append(matrix)
    first, second = maps
    related = _expanded(_expanded(second * moments * first.T) * first)
    if related == _expanded(second):
        return Membership(False, "the maps have one row space")
    return Membership(True, "both have zero loss, and their row spaces differ")


def _whitener(claim: Claim) -> sp.Matrix:
    """F with FΓFᵀ = I, exact with square roots."""
    encoder = claim.encoder
    if (
        not isinstance(claim.objective, CrossCovarianceIdentity)
        or claim.relation is Relation.CONTAINS
    ):
        raise UnsupportedCondition(f"'{claim.objective}' is not treated on subspaces")
    linear = claim.world.mixing is Mixing.LINEAR and encoder.family is Family.LINEAR
    if not linear or not isinstance(encoder.output, RealSpace):
        raise UnsupportedCondition("maps that are not linear", allowed="linear mixing and encoder")
    lower, diagonal = sp.Matrix(cross_covariance(claim.world)).LDLdecomposition(hermitian=False)
    return sp.diag(*(1 / sp.sqrt(x) for x in diagonal.diagonal())) * lower.inv()


def _expanded(matrix: sp.Matrix) -> sp.Matrix:
    return matrix.applyfunc(sp.expand)


def _texts(matrix: sp.Matrix) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix.tolist()]


def _matrix(data: object, rows: int, width: int) -> sp.Matrix:
    if (
        not isinstance(data, list)
        or len(data) != rows
        or any(not isinstance(row, list) or len(row) != width for row in data)
    ):
        raise InputError(f"a map is stored with {rows} rows of {width} fractions")
    return sp.Matrix([[rational(as_rational(str(x)), "entry") for x in row] for row in data])
