"""The zero-loss condition of Barlow Twins for linear maps: a quadratic form is kept."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Encoder, World, cross_covariance
from sith.theory.derivation.conditions.frame import frame_of
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.laws import WHITENING
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import CrossCovarianceIdentity


def cross_covariance_identity(
    world: World, objective: CrossCovarianceIdentity, encoder: Encoder
) -> Condition:
    """Return ‖h(z)‖² = zᵀΓ⁻¹z for linear h with as many outputs as latents."""
    frame = frame_of(world, encoder)
    if not frame["linear_only"]:
        raise UnsupportedCondition(
            f"'{objective}' of maps that are not linear is no equation at single latents",
            cure="use Mixing.LINEAR and a linear encoder",
        )
    z, image = frame["z"], frame["image"]
    if len(image) > len(z):
        raise UnsupportedCondition(
            f"{len(image)} linear outputs of {len(z)} latents cannot have zero loss: WΓWᵀ has "
            f"rank ≤ {len(z)}"
        )
    if len(image) < len(z):
        raise UnsupportedCondition(
            f"{len(image)} outputs of {len(z)} latents have zero loss on many subspaces, and no "
            "condition at single latents",
            cure="`sith refute` looks for two solutions that no group relates",
        )
    moments = cross_covariance(world)
    scales = [sp.sqrt(moments[i, i]) for i in range(len(z))]
    if not moments.is_diagonal() or not all(s.is_Rational for s in scales):
        raise UnsupportedCondition(
            f"E[z̃ zᵀ] = {moments.tolist()} has no rational square root among diagonal matrices",
            cure="use independent coordinates with correlations that are squares, such as 1/4",
        )
    form = moments.inv()
    point = sp.Matrix(z)
    return Condition(
        **frame,
        base=tuple(x / s for x, s in zip(z, scales, strict=True)),
        parameters={},
        equations=(
            Equation(sp.Add(*(u**2 for u in image)) - sp.expand((point.T * form * point)[0])),
        ),
        latex=r"\lVert h(z)\rVert^2=z^\top\Gamma^{-1}z,\quad \Gamma=\mathbb{E}[z\tilde z^\top]",
        steps=(r"the loss is zero where $M\Gamma M^\top=I$, that is $M^\top M=\Gamma^{-1}$",),
        lemmas=(WHITENING.cite(Problem(world, objective, encoder)),),
    )
