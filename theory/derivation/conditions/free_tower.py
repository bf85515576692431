r"""The optimum condition of InfoNCE with a free second tower: F(x) is eliminated, exactly.

Let log p(z̃|z) − log p(z̃) = Σ_i f_i(z) z̃_i + q(z̃) + c(z) (the second logarithm only where the critic has
no correction for it), and let ℓ_1, …, ℓ_r span the linear forms in z̃ that occur, Σ_k a_k(z) ℓ_k(z̃) with
1, a_1, …, a_r linearly independent. At an optimum (F(x)·h(z̃) + s₀(h(z̃)))/τ equals the target up to a
function of z. Affine combinations of anchors give each coefficient by itself:

    (W_k·h + c_k)/τ = ℓ_k(z̃),   (w₀·h + s₀(h) + c₀)/τ = q(z̃),

and where these hold, F = w₀ + Σ_k a_k W_k solves the condition at every anchor. So nothing is left out
on R^d. On the sphere ‖F‖ = 1 is asked of it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, RealSpace, Sphere, World
from sith.theory.derivation.conditions.frame import dot, output_equations
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import InfoNCE


def free_tower(
    world: World, objective: InfoNCE, encoder: Encoder, frame: dict[str, Any], steps: list[str]
) -> Condition:
    """Return W_k·h + c_k = ℓ_k(z̃) and the equation of the terms in h(z̃) alone, written at z."""
    _require_spaces(world, objective, encoder)
    z, zt, image = frame["z"], frame["zt"], frame["image"]
    critic: Any = objective.critic
    target = world.pairs.log_conditional(z, zt)
    if critic.corrected:
        steps = [*steps, r"the correction $\alpha$ of the score absorbs $\log p(\tilde z)$"]
    else:
        target -= world.prior.log_density(zt)
    slopes, alone = _parts(sp.expand(target), z, zt)
    tau, back = objective.temperature, dict(zip(zt, z, strict=True))
    functions, forms = _independent(slopes, z)
    rows = [_symbols(f"w{k}_", len(image)) for k in range(len(forms) + 1)]
    shifts = _symbols("c", len(forms) + 1)
    equations = [
        Equation((dot(row, image) + c) / tau - dot(form, z))
        for row, c, form in zip(rows[1:], shifts[1:], forms, strict=True)
    ]
    own = (dot(rows[0], image) + critic.own(image) + shifts[0]) / tau
    equations.append(Equation(own - alone.xreplace(back)))
    if encoder.output.constraints(image):
        equations += _unit_length(rows, functions)
    scales = _scales(alone, tau, zt) if critic.corrected else (sp.Integer(1),) * len(z)
    values = _at_scales(rows, shifts, forms, alone, tau, critic, zt, scales)
    return Condition(
        **frame,
        base=tuple(s * x for s, x in zip(scales, z, strict=True)),
        parameters=values,
        equations=(*equations, *output_equations(frame)),
        latex=r"W_k\cdot h(\tilde z)+c_k=\tau\,\ell_k(\tilde z),\quad "
        r"w_0\cdot h(\tilde z)+s_0(h(\tilde z))+c_0=\tau\,q(\tilde z)",
        steps=(
            *steps,
            (
                r"$F(x)$ is free: differences between anchors give each coefficient "
                r"$\ell_k(\tilde z)$ of the target in functions of $z$ by itself, and "
                r"$F=w_0+\sum_k a_k(z)W_k$ solves the condition at all anchors again"
            ),
        ),
        lemmas=(GIBBS.cite(Problem(world, objective, encoder)),),
    )


def _require_spaces(world: World, objective: InfoNCE, encoder: Encoder) -> None:
    spaces = (type(world.space), type(encoder.output))
    if spaces not in ((RealSpace, RealSpace), (Sphere, Sphere)):
        raise UnsupportedCondition(
            f"the critic {objective.critic} from the {world.space} to the {encoder.output}",
            allowed="R^d to R^d, or the sphere to the sphere",
        )
    critic: Any = objective.critic
    if spaces[1] is Sphere and critic.corrected:
        raise UnsupportedCondition(
            "a free predictor on the sphere", cure="use SecondTower(), of which it is a shift"
        )


def _parts(
    target: sp.Expr, z: Sequence[sp.Symbol], zt: Sequence[sp.Symbol]
) -> tuple[list[sp.Expr], sp.Expr]:
    """Return the coefficients f_i(z) of z̃_i, without constants, and the part in z̃ alone."""
    fault = UnsupportedCondition(
        f"the log-density {target} of pairs under a free second tower",
        allowed="polynomials Σ_i f_i(z) z̃_i + q(z̃) + c(z)",
    )
    if not target.is_polynomial(*z, *zt):
        raise fault
    poly, d = sp.Poly(target, *z, *zt), len(z)
    slopes, alone = [sp.Integer(0)] * d, sp.Integer(0)
    for powers, coefficient in poly.terms():
        first, second = powers[:d], powers[d:]
        if not coefficient.is_Rational:
            raise fault
        if not any(first):
            alone += coefficient * sp.Mul(*(x**k for x, k in zip(zt, second, strict=True)))
        elif sum(second) == 1:
            slopes[second.index(1)] += coefficient * sp.Mul(
                *(x**k for x, k in zip(z, first, strict=True))
            )
        elif any(second):
            raise fault
    return slopes, alone


def _independent(
    slopes: Sequence[sp.Expr], z: Sequence[sp.Symbol]
) -> tuple[list[sp.Expr], list[tuple[sp.Rational, ...]]]:
    """Return a_k and the coefficients of ℓ_k with Σ_k a_k ℓ_k = Σ_i f_i z̃_i, the a_k independent.

    No f_i has a constant term, so that the a_k are independent of 1 as well; on the sphere they are
    of degree 1, where 1 and the coordinates are independent.
    """
    polys = [sp.Poly(f, *z) for f in slopes]
    monomials = sorted({m for p in polys for m in p.monoms() if any(m)})
    table = sp.Matrix(
        len(polys),
        len(monomials),
        lambda i, j: polys[i].as_dict().get(monomials[j], sp.Integer(0)),
    )
    if not monomials:
        return [], []
    reduced, pivots = table.T.rref()
    # The column i of the transpose is f_i; the pivot columns are independent, and span the others.
    functions = [slopes[i] for i in pivots]
    forms = [tuple(reduced.row(k)) for k in range(len(pivots))]
    return functions, forms


def _unit_length(
    rows: Sequence[Sequence[sp.Symbol]], functions: Sequence[sp.Expr]
) -> list[Equation]:
    """Return ‖w₀ + Σ_k a_k W_k‖² = 1, for a_k that are multiples of the coordinates."""
    if any(len(f.free_symbols) != 1 or sp.Poly(f).total_degree() != 1 for f in functions):
        raise UnsupportedCondition("a second tower on the sphere beyond log p(z̃|z) = Σ κ_i z_i z̃_i")
    total = [
        w + sp.Add(*(f * row[i] for f, row in zip(functions, rows[1:], strict=True)))
        for i, w in enumerate(rows[0])
    ]
    return [Equation(sp.expand(sp.Add(*(x**2 for x in total)) - 1))]


def _scales(alone: sp.Expr, tau: sp.Rational, zt: Sequence[sp.Symbol]) -> tuple[sp.Rational, ...]:
    """Return s with −‖s z̃‖²/2 = τ q(z̃) up to terms of degree 1, 1 where there are no such rationals.

    With another precision of the noise than 1 the optimal h has the coordinates in which it is 1.
    """
    poly = sp.Poly(alone, *zt)
    found = [sp.sqrt(-2 * tau * poly.coeff_monomial(x**2)) for x in zt]
    usable = all(s.is_Rational and s > 0 for s in found)
    return tuple(found) if usable else (sp.Integer(1),) * len(zt)


def _at_scales(
    rows: Sequence[Sequence[sp.Symbol]],
    shifts: Sequence[sp.Symbol],
    forms: Sequence[Sequence[sp.Rational]],
    alone: sp.Expr,
    tau: sp.Rational,
    critic: Any,
    zt: Sequence[sp.Symbol],
    scales: Sequence[sp.Rational],
) -> dict[sp.Symbol, sp.Expr]:
    """Return the learned values at h = (s_i z_i); whether they solve the equations is checked as always."""
    values: dict[sp.Symbol, sp.Expr] = {}
    for row, c, form in zip(rows[1:], shifts[1:], forms, strict=True):
        values |= {w: tau * x / s for w, x, s in zip(row, form, scales, strict=True)}
        values[c] = sp.Integer(0)
    image = [s * x for s, x in zip(scales, zt, strict=True)]
    rest = sp.Poly(sp.expand(tau * alone - critic.own(image)), *zt)
    values |= {w: rest.coeff_monomial(x) / s for w, x, s in zip(rows[0], zt, scales, strict=True)}
    return values | {shifts[0]: rest.coeff_monomial(1)}


def _symbols(name: str, count: int) -> tuple[sp.Symbol, ...]:
    return tuple(sp.Symbol(f"{name}{i + 1}", real=True) for i in range(count))
