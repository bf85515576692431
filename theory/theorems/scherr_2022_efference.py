"""Equivariance under known linear actions identifies latents up to what commutes with them.

Setting: z̃ = M_a z for an action a that is observed (an efference copy), x = g(z); here a rotation of
the first two coordinates by the rational angle of (3/5, 4/5) with distinct scales for the others
(*rotation*), distinct scales for all (*scaling*), or a rotation and a reflection (*both*).
Assumptions: known actions; linear mixing and linear encoder; actions that move every direction
apart.
Objective: E_a‖h(z̃) − M_a h(z)‖² with the known M_a, over invertible encoders.
Claim: **equality** with the commutant of the matrices M_a: scaled rotations of the first two
coordinates with scales of the others, all diagonal matrices, or scaled identities.
Proof idea: the loss is zero exactly where h(M_a z) = M_a h(z), for linear h where its matrix
commutes with every M_a; the identity attains it.
Source: scherr_2022 for the setting; the statement and its group are derived here.
Scope: with a universal encoder functions of the invariants are free besides, such as ‖z‖² z for a
rotation; the engine finds them at degree 3. Invariance is the case M_a = I in the representation.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("scherr_2022_efference")
    >>> derive(entry, dim=2, degree=2).group
    'commutant of [[0, -1], [1, 0]]'
    >>> derive(entry, dim=2, degree=2, action="both").dimension_by_degree[2]
    1
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Family,
    Gaussian,
    KnownActions,
    Mixing,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Commutant
from sith.theory.objectives import Equivariance
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

ROTATION = sp.Matrix([[3, -4], [4, 3]]) / 5


def _actions(dim: int, action: Any) -> tuple[sp.ImmutableMatrix, ...]:
    scales = [sp.Rational(1, k + 2) for k in range(dim)]
    if action == "scaling":
        return (sp.ImmutableMatrix(sp.diag(*scales)),)
    turn = sp.ImmutableMatrix(sp.diag(ROTATION, *scales[2:]))
    if action == "rotation":
        return (turn,)
    return (turn, sp.ImmutableMatrix(sp.diag(1, -1, *scales[2:])))


def _still(claim: Any) -> Claim:
    return claim.replace(world=claim.world.replace(pairs=KnownActions((sp.eye(claim.dim),))))


def _universal(claim: Any) -> Claim:
    return claim.replace(encoder=Encoder(RealSpace(claim.dim)))


MOVING = Assumption(
    "moving_actions",
    r"the actions $M_a$ move the latents",
    Role.NECESSARY,
    "an action that moves nothing",
    _still,
)


def _linear_encoder(role: Role) -> Assumption:
    return Assumption(
        "linear_encoder",
        r"the mixing and the encoder are linear",
        role,
        "a universal encoder",
        _universal,
    )


def _claim(dim: int, action: Any) -> Claim:
    matrices = _actions(dim, action)
    # For distinct contractions without resonance no other free map is known.
    role = Role.UNKNOWN if action == "scaling" else Role.NECESSARY
    return Claim(
        name="scherr_2022_efference",
        world=World(RealSpace(dim), Gaussian(), KnownActions(matrices), Mixing.LINEAR),
        objective=Equivariance(),
        encoder=Encoder(RealSpace(dim), Family.LINEAR),
        group=Commutant(matrices),
        assumptions=(MOVING, _linear_encoder(role), INJECTIVE_MIXING),
    )


THEOREM = Theorem(
    slug="scherr_2022_efference",
    title="Equivariance under known actions leaves their commutant",
    statement=r"If $\tilde z=M_az$ for observed actions $a$, mixing and encoder are linear, and "
    r"$\mathbb{E}_a\lVert h(\tilde z)-M_ah(z)\rVert^2$ is minimal among invertible encoders, then "
    r"$h(z)=Mz$ with $MM_a=M_aM$ for every $a$.",
    source=Source(
        key="scherr_2022",
        authors="Scherr, Guo, Moraitis",
        year=2022,
        title="Self-Supervised Learning Through Efference Copies",
        statement="the setting of equivariance to known actions; the group is derived here",
        evidence=Evidence.DERIVED,
        version="NeurIPS",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("action", "rotation", "what the actions do", ("rotation", "scaling", "both")),
    ),
    points=(
        {"dim": 2, "action": "rotation"},
        {"dim": 2, "action": "scaling"},
        {"dim": 2, "action": "both"},
        {"dim": 3, "action": "rotation"},
        {"dim": 3, "action": "scaling"},
    ),
)
