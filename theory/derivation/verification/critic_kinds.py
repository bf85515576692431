"""What a critic is shown to be, for the checker of obstructions: by its name, or by identities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from itertools import product

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.dispatch import register_call, registered
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import latents
from sith.theory.objectives import (
    AbstractCritic,
    BinaryNCE,
    InfoNCE,
    InnerProduct,
    LearnedDiagonal,
    NegativeNorm,
)


@dataclass(frozen=True, slots=True)
class Critic:
    """What a critic is: `product` for an inner product, else a distance; `bound` for its rank."""

    product: bool
    bound: int
    positive: bool
    factor: sp.Rational = sp.Integer(1)
    root: int = 1
    round: bool = False


def kinds_of(objective: InfoNCE | BinaryNCE, m: int) -> tuple[Critic, ...]:
    """Return what the critic is shown to be: nothing for a critic that fits no known kind."""
    critic = objective.critic
    if registered(_by_name, critic):
        return (_by_name(critic, m),)
    if critic.parameters(m):
        return ()
    u, v = latents(m, "u"), latents(m, "v")
    score = critic.score(u, v)
    if sp.expand(score - critic.score(v, u)) != 0:
        return ()
    axes = [tuple(sp.Integer(int(i == j)) for j in range(m)) for i in range(m)]
    zero = (sp.Integer(0),) * m
    gaps = [a - b for a, b in zip(u, v, strict=True)]
    at_axes = [[critic.score(a, b) for b in axes] for a in axes]
    far = [
        [critic.score(tuple(x + y for x, y in zip(a, b, strict=True)), zero) for b in axes]
        for a in axes
    ]
    near = [critic.score(a, zero) for a in axes]
    polar = [[(far[i][j] - near[i] - near[j]) / 2 for j in range(m)] for i in range(m)]
    for is_product, table, one, two in ((True, at_axes, u, v), (False, polar, gaps, gaps)):
        terms = product(range(m), repeat=2)
        model = sp.Add(*(table[i][j] * one[i] * two[j] for i, j in terms))
        if not all(isinstance(x, sp.Rational) for row in table for x in row):
            continue
        if sp.expand(score - model) == 0:
            # A distance critic is −(u−v)ᵀS(u−v), and its table is −S.
            form = sp.Matrix(table) if is_product else -sp.Matrix(table)
            scalar = form == form[0, 0] * sp.eye(m)
            turned = form if form.trace() >= 0 else -form
            return (
                Critic(
                    is_product,
                    form.rank(),
                    _no_negative_eigenvalue(turned),
                    factor=form[0, 0] if scalar else sp.Integer(1 if turned == form else -1),
                    round=scalar,
                ),
            )
    return (Critic(sp.expand(critic.score(u, u)) != 0, 0, False),)


@singledispatch
def _by_name(critic: AbstractCritic, m: int) -> Critic:  # noqa: ARG001
    """Return what a critic of the catalogue is; the others are recognised by identities."""
    raise UnsupportedCondition(
        f"the critic {critic} has no name", cure=register_call(f"{__name__}._by_name", critic)
    )


@_by_name.register
def _inner_product(critic: InnerProduct, m: int) -> Critic:  # noqa: ARG001
    return Critic(True, m, True, round=True)


@_by_name.register
def _learned_diagonal(critic: LearnedDiagonal, m: int) -> Critic:  # noqa: ARG001
    return Critic(False, m, True)


@_by_name.register
def _negative_norm(critic: NegativeNorm, m: int) -> Critic:
    root = 2 / critic.alpha
    whole = critic.p == 2 and root == int(root)
    return Critic(False, m if whole else 0, True, root=int(root) if whole else 1, round=whole)


def _no_negative_eigenvalue(form: sp.Matrix) -> bool:
    """Decide by the signs of the characteristic polynomial of a symmetric matrix."""
    n = form.rows
    entries = [[fmpq(int(x.p), int(x.q)) for x in form.row(i)] for i in range(n)]
    coefficients = fmpq_mat(entries).charpoly().coeffs()
    return all(c * (-1) ** (n - k) >= 0 for k, c in enumerate(coefficients))
