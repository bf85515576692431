"""Whether the functions that a claim states are an optimum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.assumptions import FiniteSpace
from sith.theory.claim import Claim
from sith.theory.derivation.spectral.modes import Cut, Mode
from sith.theory.derivation.spectral.operator import spectral_objective
from sith.theory.notation import latents
from sith.theory.verdict import Membership


def stated_functions(claim: Claim) -> tuple[sp.Expr, ...]:
    """Return the functions that the stated group acts on; empty where the claim names none.

    Without `base` they are the latents with mean 0 and variance 1, if there are as many outputs.
    """
    if claim.base:
        return claim.base
    standardised = getattr(claim.world.pairs, "standardised", None)
    if standardised is None or claim.encoder.output.dim != claim.dim:
        return ()
    return tuple(standardised(latents(claim.dim)))


def is_optimum(claim: Claim, top: Cut, functions: Sequence[sp.Expr]) -> Membership:
    """Say whether a map attains the optimum: h = Q(√μ φ) for some choice of a top eigenspace.

    With h = Xφ in the orthogonal modes, of squares N, and P = XᵀX, this is PNP = μP and
    tr PN = μ·(modes taken) in the k-th level, P = diag(μ/N) above it, and no mixed entries.
    """
    objective = spectral_objective(claim)
    modes = [mode for level in top.kept for mode in level.modes]
    scales = [
        objective.squared_scale(level.low) for level in top.kept for _ in range(level.multiplicity)
    ]
    free = [Mode(sp.Integer(1), sp.Integer(1))] if objective.shifts else []
    found = _coefficients(claim, [*modes, *free], functions)
    for function, row in zip(functions, found, strict=True):
        if row is None:
            return Membership(False, f"{function} is outside the top eigenspace", str(function))
    rows = [row[: len(modes)] for row in found if row is not None]
    p = _gram_of_columns(rows, len(modes))
    above = len(modes) - (top.at.multiplicity if top.at else 0)
    for i in range(len(modes)):
        for j in range(i + 1):
            wanted = scales[i] / modes[i].square if i == j else sp.Integer(0)
            if j < above and p[i, j] != wanted:
                return Membership(
                    False, f"the functions do not hold {modes[j]} with weight {scales[j]}"
                )
    if top.at is not None:
        block = p[above:, above:]
        squares = sp.diag(*(mode.square for mode in modes[above:]))
        defect = (block * squares * block - scales[-1] * block).applyfunc(sp.expand)
        if (
            not defect.is_zero_matrix
            or sp.expand((block * squares).trace()) != scales[-1] * top.taken
        ):
            return Membership(False, f"the functions do not hold {top.taken} modes of {top.at}")
    return Membership(True, "the functions attain the optimum")


def _gram_of_columns(rows: Sequence[Sequence[sp.Expr]], size: int) -> sp.Matrix:
    """Return XᵀX, from the rows of X."""
    entries = sp.zeros(size, size)
    for row in rows:
        kept = [(i, x) for i, x in enumerate(row) if x != 0]
        for i, x in kept:
            for j, y in kept:
                entries[i, j] += x * y
    return entries.applyfunc(sp.expand)


def _coefficients(
    claim: Claim, modes: Sequence[Mode], functions: Sequence[sp.Expr]
) -> list[list[sp.Expr] | None]:
    """Return each function's coefficients in the modes, or None where it is outside."""
    tables = [_table(claim, mode.function) for mode in modes]
    keys = sorted({key for table in tables for key in table}, key=str)
    matrix = DomainMatrix(
        [[sp.QQ.from_sympy(table.get(key, sp.Integer(0))) for table in tables] for key in keys],
        (len(keys), len(tables)),
        sp.QQ,
    ).to_sparse()
    left = _sparse((matrix.transpose() * matrix).inv() * matrix.transpose())
    back = _sparse(matrix)
    found: list[list[sp.Expr] | None] = []
    for function in functions:
        target = _table(claim, function)
        wanted = [target.get(key, sp.Integer(0)) for key in keys]
        row = [sp.expand(sp.Add(*(c * wanted[j] for j, c in entries))) for entries in left]
        inside = all(key in keys for key, c in target.items() if c != 0) and all(
            sp.expand(sp.Add(*(c * row[j] for j, c in entries)) - w) == 0
            for entries, w in zip(back, wanted, strict=True)
        )
        found.append(row if inside else None)
    return found


def _sparse(matrix: DomainMatrix) -> list[list[tuple[int, sp.Rational]]]:
    """Return the entries of each row that are not zero, with their columns."""
    rows: list[list[tuple[int, sp.Rational]]] = [[] for _ in range(matrix.shape[0])]
    for (i, j), value in matrix.to_dok().items():
        rows[i].append((j, sp.QQ.to_sympy(value)))
    return rows


def _table(claim: Claim, function: sp.Expr) -> Mapping[Any, sp.Expr]:
    """Return the values at the nodes, or the coefficients of the monomials."""
    z = latents(claim.dim)
    space = claim.world.space
    if isinstance(space, FiniteSpace):
        points = [space.node(i) for i in range(space.dim)]
        return {
            i: sp.expand(function.xreplace(dict(zip(z, p, strict=True))))
            for i, p in enumerate(points)
        }
    return dict(sp.Poly(function, *z).as_dict())


def missing(claim: Claim, top: Cut) -> str:
    """Say which latents are no affine function of the features; empty where none is.

    Only where there are enough outputs to hold all of them, and the latents have coordinates.
    """
    standardised = getattr(claim.world.pairs, "standardised", None)
    if standardised is None or claim.encoder.output.dim < claim.dim or not top.exact:
        return ""
    levels = top.kept if top.unique else top.above
    modes = [mode for level in levels for mode in level.modes]
    z = latents(claim.dim)
    if all(mode.function != 1 for mode in modes):
        modes.append(Mode(sp.Integer(1), sp.Integer(1)))
    found = _coefficients(claim, modes, z)
    lost = [str(x) for x, row in zip(z, found, strict=True) if row is None]
    if not lost:
        return ""
    many = "are no affine functions" if len(lost) > 1 else "is no affine function"
    return f"{', '.join(lost)} {many} of the features"
