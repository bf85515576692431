"""The monotone rearrangements of one latent: the maps of the line that keep a law."""

from __future__ import annotations

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.identities import vanishes
from sith.theory.derivation.lemmas.confinement import REARRANGEMENT, bounding
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, Affine, BoxSymmetries, Map, SignFlips
from sith.theory.notation import latents
from sith.theory.objectives import Likelihood, ScoreMatching, SlicedNormality
from sith.theory.verdict import Extent, Lemma

MIRROR = "z1 ↦ F⁻¹(1 − F(z1)), F the distribution function of the latent"
"""The decreasing map that keeps a law; the increasing one is the identity."""


def rearranged(claim: Claim, condition: Condition, law: sp.Expr) -> tuple[str, ...]:
    """Return the decreasing map that keeps the law, for one latent whose law is kept; else nothing.

    Where the law is symmetric about a centre the map is its reflection, which is found as a map.
    """
    likelihood = isinstance(claim.objective, Likelihood | ScoreMatching | SlicedNormality)
    if claim.world.mixing.restricts_jacobian or not likelihood or not monotone(claim, condition):
        return ()
    return () if centre_of(condition, law) else (MIRROR,)


def monotone(claim: Claim, condition: Condition) -> tuple[Lemma, ...]:
    """Return the lemma on monotone maps of the line, where its hypotheses hold for all maps."""
    if len(condition.image) != 1:
        return ()
    return REARRANGEMENT.cited(bounding(claim, condition, Affine(1), Extent.ALL_MAPS))


def reflections(condition: Condition, law: sp.Expr) -> tuple[AbstractGroup, ...]:
    """Return the group of the identity and the decreasing map, for a law symmetric about 0 or 1/2."""
    centre = centre_of(condition, law)
    if centre == (sp.Integer(0),):
        return (SignFlips(1),)
    return (BoxSymmetries(1),) if centre == (sp.Rational(1, 2),) else ()


def centre_of(condition: Condition, law: sp.Expr) -> tuple[sp.Rational, ...]:
    """Return the centre about which a law on the line is shown to be symmetric, else nothing."""
    z = latents(1)[0]
    candidates = [sp.Integer(0), sp.Rational(1, 2)]
    if law.is_polynomial(z) and sp.Poly(law, z).degree() > 0:
        poly = sp.Poly(law, z)
        n = poly.degree()
        candidates.append(-poly.coeff_monomial(z ** (n - 1)) / (n * poly.LC()))
    for c in candidates:
        if condition.in_box and c != sp.Rational(1, 2):
            continue
        try:
            if vanishes(condition, law - law.xreplace({z: 2 * c - z})).holds:
                return (c,)
        except SithError:
            continue
    return ()


def reflection(centre: sp.Rational) -> Map:
    """Return z ↦ 2c − z."""
    z = latents(1)
    return Map(z, (2 * centre - z[0],))
