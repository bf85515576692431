"""Claims for which a lemma was cited although a hypothesis was violated: each stays refused."""

from __future__ import annotations

import pytest
import sympy as sp

from sith.theory import (
    Agreement,
    Box,
    BoxSymmetries,
    Claim,
    Encoder,
    ExponentialNorm,
    Extent,
    Gaussian,
    InfoNCE,
    Likelihood,
    Map,
    Marginal,
    NegativeNorm,
    Outcome,
    PairLogDensity,
    PermutationContrast,
    Product,
    RealSpace,
    SignFlips,
    Uniform,
    UnsupportedCondition,
    Verdict,
    World,
    check_map,
    derive,
    latents,
    pair,
    theorem,
)
from sith.theory.groups import ComponentwiseDiffeomorphisms
from tests.helpers.claims import condition_of

R = sp.Rational


def lemmas(verdict: Verdict) -> set[str]:
    """Every lemma that a verdict trusts, or names beside a bound."""
    named = {name for bound in verdict.upper for name in bound.by.split(" and ")}
    return named | {lemma.name for lemma in verdict.trusted}


@pytest.mark.parametrize(("p", "temperature"), [(2, R(1, 4)), (4, R(1, 16))])
def test_a_scale_leaves_room_in_the_box(p: int, temperature: sp.Rational) -> None:
    # h₀ = z/2 may be shifted inside the box: z ↦ z/2 + 1/4 is optimal and no symmetry of the box.
    world = World(Box(2), Uniform(), ExponentialNorm(1, p))
    objective = InfoNCE(NegativeNorm(p), temperature)
    claim = Claim("half", world, objective, Encoder(Box(2)), BoxSymmetries(2))
    z = latents(2)
    assert check_map(condition_of(claim), Map(z, tuple(x + R(1, 4) for x in z))).holds
    verdict = derive(claim, degree=1)
    assert verdict.base == "(z1/2, z2/2)"
    assert "L-box-symmetries" not in lemmas(verdict)
    assert verdict.agreement is Agreement.UNDECIDED


def test_a_uniform_law_on_the_line_says_where_its_interval_ends() -> None:
    # z ↦ 1 − z keeps the uniform law on (0, 1), and z ↦ −z does not.
    world = World(RealSpace(1), Product((Marginal.UNIFORM,)))
    verdict = derive(Claim("uniform", world, Likelihood(), Encoder(RealSpace(1)), SignFlips(1)))
    assert "L-rearrangement" not in lemmas(verdict)
    assert verdict.agreement is Agreement.UNDECIDED
    normal = World(RealSpace(1), Gaussian())
    verdict = derive(Claim("normal", normal, Likelihood(), Encoder(RealSpace(1)), SignFlips(1)))
    assert "L-rearrangement" in lemmas(verdict)
    assert verdict.agreement is Agreement.AGREES


def test_a_symmetric_kernel_that_does_not_keep_the_law() -> None:
    # The law of z̃ is N(0, 3/4): the kernel is symmetric with N(0, 1), and its integral is not 1.
    z, zt = pair(2)
    kernel = -sp.Add(*((x - y) ** 2 + y**2 for x, y in zip(z, zt, strict=True))) / 2
    world = World(RealSpace(2), Gaussian(), PairLogDensity(kernel, z, zt))
    group = ComponentwiseDiffeomorphisms(2)
    claim = Claim("contrast", world, PermutationContrast(), Encoder(RealSpace(2)), group)
    with pytest.raises(UnsupportedCondition, match=r"L-reversible is not cited.*'stationary'"):
        condition_of(claim)
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.trusted == ()


def test_two_contents_of_an_injective_encoder_may_wind_around() -> None:
    entry = theorem("vonkugelgen_2021_invertible")
    one, two = derive(entry, 2, 1, content=1), derive(entry, 3, 1, content=2)
    assert one.agreement is Agreement.AGREES
    assert two.agreement is Agreement.LOCALLY
    (bound,) = [b for b in two.upper if b.by == "L-open-support"]
    assert bound.extent is Extent.SMOOTH
    # On the box these outputs depend on the content alone, and the third one tells the turns apart.
    c1, c2, s = latents(3)
    wound = (sp.exp(c1) * sp.cos(4 * sp.pi * c2), sp.exp(c1) * sp.sin(4 * sp.pi * c2), s + 10 * c2)
    first, second = ([e.subs(c2, c) for e in wound] for c in (R(1, 4), R(3, 4)))
    assert first[:2] == second[:2]
    assert (second[2] - first[2]).is_number
    assert second[2] - first[2] > 1
