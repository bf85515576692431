"""The monotone rearrangements of one latent: the maps of the line that keep a law."""

from __future__ import annotations

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ball import ball
from sith.theory.derivation.fields.identities import vanishes
from sith.theory.derivation.lemmas.confinement import REARRANGEMENT, bounding
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, Affine, BoxSymmetries, Map, Shifted, SignFlips
from sith.theory.notation import latents
from sith.theory.objectives import LawMatching
from sith.theory.verdict import Extent, Lemma

MIRROR = "z1 ↦ F⁻¹(1 − F(z1)), F the distribution function of the latent"
"""The decreasing map that keeps a law; the increasing one is the identity."""


def rearranged(claim: Claim, condition: Condition, law: sp.Expr) -> tuple[str, ...]:
    """Return the decreasing map that keeps the law, for one latent whose law is kept; else nothing.

    Where the law is symmetric about 0 or 1/2 the map is the reflection of a named group instead.
    """
    likelihood = isinstance(claim.objective, LawMatching)
    if claim.world.mixing.restricts_jacobian or not likelihood or not monotone(claim, condition):
        return ()
    centre = centre_of(condition, law)
    if not centre:
        return (MIRROR,)
    return () if _named(condition, centre[0]) else (str(reflection(centre[0])),)


def _named(condition: Condition, centre: sp.Rational) -> bool:
    """Whether a named group holds the identity and the reflection about a centre, and no more."""
    return centre == 0 or (condition.in_box and centre == sp.Rational(1, 2))


def monotone(claim: Claim, condition: Condition) -> tuple[Lemma, ...]:
    """Return the lemma on monotone maps of the line, where its hypotheses hold for all maps."""
    if len(condition.image) != 1:
        return ()
    return REARRANGEMENT.cited(bounding(claim, condition, Affine(1), Extent.ALL_MAPS))


def reflections(condition: Condition, law: sp.Expr) -> tuple[AbstractGroup, ...]:
    """Return a group that holds the identity and the decreasing map, for a law with a known centre."""
    centre = centre_of(condition, law)
    if not centre:
        return ()
    if centre[0] == 0:
        return (SignFlips(1),)
    return (BoxSymmetries(1) if centre[0] == sp.Rational(1, 2) else Shifted(SignFlips(1)),)


def reflection(centre: sp.Rational) -> Map:
    """Return z ↦ 2c − z."""
    z = latents(1)
    return Map(z, (2 * centre - z[0],))


def centre_of(condition: Condition, law: sp.Expr) -> tuple[sp.Rational, ...]:
    """Return the centre about which a law on the line is shown to be symmetric, else nothing."""
    z = latents(1)[0]
    usual = (sp.Integer(0), sp.Rational(1, 2))
    for c in dict.fromkeys((*usual, *only_centre(law), *_centres_of_parts(law))):
        if condition.in_box and c != sp.Rational(1, 2):
            continue
        try:
            if vanishes(condition, law - law.xreplace({z: 2 * c - z})).holds:
                return (c,)
        except SithError:
            continue
    return ()


def only_centre(law: sp.Expr) -> tuple[sp.Rational, ...]:
    """Return the single point about which a law can be symmetric, where its form shows one.

    For a polynomial the two highest coefficients tell it. For a polynomial of degree two with
    log Σ w_k e^{m_k z + b_k} beside it, symmetry about c takes the lowest exponent to the highest: with
    a = the coefficient of z², b that of z, 2(2ac + b) + m_low + m_high = 0.
    """
    z = latents(1)[0]
    terms = sp.Add.make_args(sp.expand(law))
    logs = [t for t in terms if not t.is_polynomial(z)]
    plain = sp.Add(*(t for t in terms if t.is_polynomial(z)))
    poly = sp.Poly(plain, z)
    n = poly.degree()
    if not logs and n > 0 and poly.LC().is_Rational:
        return _rational(-poly.coeff_monomial(z ** (n - 1)) / (n * poly.LC()))
    slopes = _exponents(logs[0]) if len(logs) == 1 else ()
    if n != 2 or not slopes:
        return ()
    slope = 2 * poly.coeff_monomial(z) + min(slopes) + max(slopes)
    return _rational(-slope / (4 * poly.coeff_monomial(z**2)))


def _centres_of_parts(law: sp.Expr) -> tuple[sp.Rational, ...]:
    """Return the centres of the polynomials that a law takes logarithms and absolute values of."""
    z = latents(1)[0]
    inner = [a.args[0] for a in law.atoms(sp.log, sp.Abs) if a.args[0].is_polynomial(z)]
    return tuple(c for e in sorted(inner, key=str) for c in only_centre(sp.expand(e)))


def _exponents(term: sp.Expr) -> tuple[sp.Rational, ...]:
    """Return the slopes m_k of log Σ w_k e^{m_k z + b_k}, w_k > 0; nothing for other expressions."""
    z = latents(1)[0]
    if not isinstance(term, sp.log):
        return ()
    found = []
    for part in sp.Add.make_args(sp.expand(term.args[0])):
        weight, powers = part.as_independent(z)
        exponent = sp.Add(*(f.args[0] for f in sp.Mul.make_args(powers) if isinstance(f, sp.exp)))
        slope = sp.diff(exponent, z)
        rest = sp.simplify(powers / sp.exp(exponent))
        if not (weight.is_positive and slope.is_Rational and rest == 1):
            return ()
        found.append(slope)
    return tuple(found)


def _rational(value: sp.Expr) -> tuple[sp.Rational, ...]:
    return (value,) if value.is_Rational else ()


def beyond(condition: Condition, law: sp.Expr, stated: AbstractGroup) -> str:
    """Say why the decreasing map of a law lies outside a group; empty where that is not shown.

    It is its own inverse, so it is affine only as z ↦ 2c − z for a centre c of the law, and linear
    only for c = 0.
    """
    if stated.infinite:
        return ""
    if centre := centre_of(condition, law):
        answer = stated.contains(reflection(centre[0]))
        return "" if answer.holds else answer.reason
    if not stated.algebra_basis(1) and not stated.finite_generators():
        return "a decreasing map is not the identity"
    centres: tuple[sp.Rational, ...] = (sp.Integer(0),)
    if condition.in_box or isinstance(stated, BoxSymmetries):
        centres = (sp.Rational(1, 2),)
    elif stated.shifts:
        centres = only_centre(law)
    if centres and all(_skewed(law, c) for c in centres):
        return (
            "a decreasing map that is not affine" if stated.shifts else "the law is not symmetric"
        )
    return ""


def _skewed(law: sp.Expr, centre: sp.Rational) -> bool:
    """Whether interval arithmetic at some rational point shows that a law is not symmetric about c."""
    z = latents(1)[0]
    for x in (sp.Rational(1, 5), sp.Rational(2, 5), sp.Rational(1, 3)):
        try:
            left, right = (ball(law, {z: v}) for v in (centre + x, centre - x))
        except (SithError, TypeError, ValueError, AttributeError):
            continue
        apart = left - right
        if apart.is_finite() and not apart.contains(0):
            return True
    return False
