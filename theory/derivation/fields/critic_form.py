"""What is known of a critic up to a change of coordinates: its kind, rank and sign."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from itertools import combinations

import sympy as sp

from sith.theory.assumptions.law import MOST_MONOMIALS, monomial_bound
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import latents
from sith.theory.objectives import (
    AbstractCritic,
    DynamicsModel,
    ExpressionCritic,
    InnerProduct,
    LearnedDiagonal,
    NegativeNorm,
)


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a critic, up to a change of coordinates of the representation.

    With `distance`, s(u, u) = 0. Where the rank is not 0, s is a form times `sign`: an inner product
    of vectors of at most `rank` dimensions, or −1 times a squared distance of such vectors, whose
    k-th root is taken (`power` k). `definite` says that the form, or the distance, is positive.
    `unit` says that the form is `scale` times that of R^m, so that unit outputs are unit vectors.
    """

    distance: bool
    rank: int
    definite: bool
    sign: int = 1
    unit: bool = False
    scale: sp.Rational = sp.Integer(1)
    power: int = 1


@singledispatch
def critic_form(critic: AbstractCritic, outputs: int) -> Form:  # noqa: ARG001
    """Return what is known of a critic on representations of `outputs` coordinates.

    Raises `UnsupportedCondition` for a critic whose type has no function here: `critic_form.register`.
    """
    raise UnsupportedCondition(f"the kernel test does not know the critic {critic}")


@critic_form.register
def _inner_product(critic: InnerProduct, outputs: int) -> Form:  # noqa: ARG001
    return Form(distance=False, rank=outputs, definite=True, unit=True)


@critic_form.register
def _learned_diagonal(critic: LearnedDiagonal, outputs: int) -> Form:  # noqa: ARG001
    return Form(distance=True, rank=outputs, definite=True)


@critic_form.register
def _negative_norm(critic: NegativeNorm, outputs: int) -> Form:
    power = 2 / critic.alpha
    if critic.p == 2 and isinstance(power, sp.Integer):
        return Form(distance=True, rank=outputs, definite=True, unit=True, power=int(power))
    return Form(distance=True, rank=0, definite=True)


@critic_form.register
def _dynamics_model(critic: DynamicsModel, outputs: int) -> Form:
    if critic.learned:
        raise UnsupportedCondition(f"the kernel test does not know the critic {critic}")
    u, v = latents(outputs, "u"), latents(outputs, "v")
    return _quadratic_form(ExpressionCritic(critic.score(u, v), u, v), outputs)


@critic_form.register
def _expression(critic: ExpressionCritic, outputs: int) -> Form:
    if len(critic.u) != outputs:
        raise UnsupportedCondition(f"the kernel test does not know the critic {critic}")
    if monomial_bound(critic.expression) > MOST_MONOMIALS:
        raise UnsupportedCondition(f"a critic of more than {MOST_MONOMIALS} monomials")
    return _quadratic_form(critic, outputs)


def _quadratic_form(critic: ExpressionCritic, outputs: int) -> Form:
    """Recognise uᵀSv and −(u−v)ᵀS(u−v) with S symmetric, and other symmetric critics."""
    u, v = latents(outputs, "u"), latents(outputs, "v")
    score = critic.score(u, v)
    if sp.expand(score - critic.score(v, u)) != 0:
        raise UnsupportedCondition(f"the critic {critic} is not symmetric")
    at_equal = sp.expand(critic.score(u, u))
    table = sp.Matrix(outputs, outputs, lambda i, j: sp.diff(score, u[i], v[j]))
    gap = sp.Matrix([a - b for a, b in zip(u, v, strict=True)])
    bilinear = (sp.Matrix([u]) * table * sp.Matrix(v))[0]
    squared = -(gap.T * table * gap)[0] / 2
    rational = all(isinstance(x, sp.Rational) for x in table)
    for distance, model in ((False, bilinear), (True, squared)):
        if rational and sp.expand(score - model) == 0:
            form = table / 2 if distance else table
            first = next((x for x in form if x != 0), sp.Integer(1))
            sign = 1 if form.trace() >= 0 else -1
            same = form == first * sp.eye(outputs)
            return Form(
                distance=distance,
                rank=form.rank(),
                definite=_semidefinite(sign * form),
                sign=sign,
                unit=same,
                scale=first,
            )
    if at_equal == 0:
        return Form(distance=True, rank=0, definite=False)
    return Form(distance=False, rank=0, definite=False)


def _semidefinite(form: sp.Matrix) -> bool:
    sizes = range(1, form.rows + 1)
    parts = (list(p) for k in sizes for p in combinations(range(form.rows), k))
    return all(form.extract(p, p).det() >= 0 for p in parts)
