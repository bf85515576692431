"""InfoNCE on the sphere: the temperature must match the concentration.

The statement is for a fixed temperature τ > 0, and its proof takes the model's conditional to equal
the true one, which forces κτ = 1. For other temperatures no map attains the condition: at κτ = 1/3
the kernel κτ z·z̃ + 1 − κτ has a determinant of d + 1 rows that is not 0. With κ = 2 and τ = 1/6 on
S² the constant map even has a lower loss than every rotation.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, Sphere, Uniform, VonMisesFisher, World
from sith.theory.claim import Claim
from sith.theory.erratum_entry import Erratum
from sith.theory.groups import Orthogonal
from sith.theory.objectives import InfoNCE, InnerProduct
from sith.theory.obstruction import Obstacle, Obstruction
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Membership

_O, _I = sp.Integer(0), sp.Integer(1)
_TWO_THIRDS, _THIRD = sp.Rational(2, 3), sp.Rational(1, 3)


def _claim(temperature: Any) -> Claim:
    return Claim(
        name="zaliaduonis_2026_temperature",
        world=World(Sphere(3), Uniform(), VonMisesFisher(2)),
        objective=InfoNCE(InnerProduct(), temperature),
        encoder=Encoder(Sphere(3)),
        group=Orthogonal(3),
    )


def _met(claim: Claim) -> Membership:
    objective = claim.objective
    holds = isinstance(objective, InfoNCE) and objective.temperature > 0
    return Membership(holds, "the temperature is fixed and positive, pairs have full support")


ERRATUM = Erratum(
    slug="zaliaduonis_2026_temperature",
    title="InfoNCE on the sphere is not orthogonal at every fixed temperature",
    published=_claim(sp.Rational(1, 6)),
    assumptions_met=_met,
    says="For a fixed temperature τ > 0, von Mises–Fisher pairs of full support and a uniform "
    "marginal, every minimiser of InfoNCE on the sphere is orthogonal.",
    shown="The optimum condition has a solution on the unit sphere exactly if κτ = 1, and the minimisers "
    "are then the orthogonal maps. At κ = 2, τ = 1/6 on S² a constant map has a lower loss than every "
    "orthogonal one.",
    counterexample=Obstruction(
        obstacle=Obstacle.RANK,
        points=((_I, _O, _O), (_O, _I, _O), (_O, _O, _I), (-_I, _O, _O)),
        value=sp.Rational(8, 81),
        matrix=(
            (_I, _TWO_THIRDS, _TWO_THIRDS, _THIRD),
            (_TWO_THIRDS, _I, _TWO_THIRDS, _TWO_THIRDS),
            (_TWO_THIRDS, _TWO_THIRDS, _I, _TWO_THIRDS),
            (_THIRD, _TWO_THIRDS, _TWO_THIRDS, _I),
        ),
        rows=(0, 1, 2, 3),
        columns=(0, 1, 2, 3),
    ),
    corrected=_claim(sp.Rational(1, 2)),
    theorem="zimmermann_2021_vmf",
    parameters={"dim": 3, "kappa": 2},
    not_proved=(
        "which maps are optimal where κτ ≠ 1: near κτ = 1 orthogonal maps may still be",
        "the comparison with the constant map is for infinitely many negatives",
    ),
    source=Source(
        key="zaliaduonis_2026",
        authors="Zaliaduonis, Putzky, Richter, Gatidis",
        year=2026,
        title="The Loss Is Not Enough: Sampling Conditions and Inductive Bias in Contrastive "
        "Representation Learning",
        statement="Thm 4.4",
        evidence=Evidence.READ,
        version="arXiv 2606.04280",
    ),
)
