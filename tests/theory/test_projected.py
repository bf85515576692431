"""Losses after a projector: the statement is about f, and only p∘f is seen by the loss."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Affine,
    Agreement,
    BlockwiseDiffeomorphisms,
    Box,
    Claim,
    Encoder,
    Extent,
    InfoNCE,
    InnerProduct,
    InputError,
    Linear,
    LinearProjector,
    NegativeNorm,
    Orthogonal,
    Outcome,
    PairLogDensity,
    Projected,
    RealSpace,
    Relation,
    Sphere,
    Uniform,
    UniversalProjector,
    VonMisesFisher,
    World,
    derive,
    verify_certificate,
)
from sith.theory import ExpressionCritic, certificate_data, latents, pair

HALF = sp.Rational(1, 2)
BALL = World(Sphere(2), Uniform(), VonMisesFisher(2))
EVERYTHING = BlockwiseDiffeomorphisms(((0, 1),))


def after(
    projector: LinearProjector | UniversalProjector,
    group: AbstractGroup,
    outputs: int = 2,
    temperature: sp.Rational = HALF,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    """InfoNCE with an inner product on the circle, after a projector."""
    loss = Projected(InfoNCE(InnerProduct(), temperature), projector)
    return Claim("after", BALL, loss, Encoder(RealSpace(outputs)), group, relation)


def on_the_box(projector: LinearProjector, group: AbstractGroup) -> Claim:
    """InfoNCE with squared distances on the box, which is blind to shifts."""
    z, zt = pair(2)
    u, v = latents(2, "u"), latents(2, "v")

    def closeness(a: tuple[sp.Symbol, ...], b: tuple[sp.Symbol, ...]) -> sp.Expr:
        return -sp.Add(*((x - y) ** 2 for x, y in zip(a, b, strict=True)))

    world = World(Box(2), Uniform(), PairLogDensity(closeness(z, zt), z, zt))
    loss = Projected(InfoNCE(ExpressionCritic(closeness(u, v), u, v)), projector)
    return Claim("box", world, loss, Encoder(RealSpace(2)), group)


def test_a_linear_projector_leaves_all_linear_maps_free() -> None:
    claim = after(LinearProjector(RealSpace(2)), Linear(2))
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.agreement is Agreement.AGREES
    assert any(u.extent is Extent.ALL_MAPS and u.group == "GL(2)" for u in verdict.upper)
    assert "L-projector" in [x.name for x in verdict.trusted]
    data = certificate_data(verdict, "after", {})
    assert verify_certificate(data, claim).valid
    # The certificate is not one of the loss without its projector.
    plain = claim.replace(objective=InfoNCE(InnerProduct(), HALF))
    assert not verify_certificate(data, plain).valid


@pytest.mark.parametrize(
    ("group", "relation", "said"),
    [
        (Orthogonal(2), Relation.EQUALITY, Agreement.DISAGREES),
        (Orthogonal(2), Relation.CONTAINS, Agreement.AGREES),
        (Affine(2), Relation.CONTAINED, Agreement.AGREES),
    ],
    ids=str,
)
def test_the_group_without_the_projector_is_too_small(
    group: AbstractGroup, relation: Relation, said: Agreement
) -> None:
    claim = after(LinearProjector(RealSpace(2)), group, relation=relation)
    assert derive(claim, degree=1).agreement is said


def test_shifts_are_free_where_the_loss_or_the_projector_is_blind_to_them() -> None:
    verdict = derive(on_the_box(LinearProjector(RealSpace(2)), Linear(2)), degree=1)
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.group == "Aff(2)"


def test_a_universal_projector_leaves_any_invertible_map_free() -> None:
    small = derive(after(UniversalProjector(Sphere(2)), Linear(2)))
    assert small.outcome is Outcome.NOT_IDENTIFIED
    assert small.agreement is Agreement.DISAGREES
    assert "z1**2" in small.escape
    whole = derive(after(UniversalProjector(Sphere(2)), EVERYTHING))
    assert whole.agreement is Agreement.LOCALLY
    flow = derive(after(UniversalProjector(RealSpace(2), invertible=True), EVERYTHING))
    assert flow.agreement is Agreement.AGREES


def test_the_kernel_of_a_projector_is_not_determined() -> None:
    verdict = derive(after(LinearProjector(RealSpace(2)), Linear(3), outputs=3))
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.escape == "f = (z1, z2, z1**2)"
    assert all(x.checked for x in verdict.lower)


def test_a_temperature_that_misfits_is_mended_by_a_projector_unless_it_normalises() -> None:
    one = sp.Integer(1)
    fixed = after(UniversalProjector(Sphere(2)), Linear(2), temperature=one)
    assert derive(fixed).outcome is Outcome.MIS_SPECIFIED
    free = after(LinearProjector(RealSpace(2)), Linear(2), temperature=one)
    assert derive(free, degree=1).outcome is Outcome.IDENTIFIED


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (after(LinearProjector(RealSpace(3)), Linear(2)), "for p∘f"),
        (after(UniversalProjector(RealSpace(2), invertible=True), Linear(3), 3), "invertible"),
        (
            on_the_box(LinearProjector(RealSpace(2)), Affine(2)).replace(
                objective=Projected(InfoNCE(NegativeNorm(1, 1)), LinearProjector(RealSpace(2)))
            ),
            "p∘f",
        ),
    ],
    ids=["too many outputs", "no homeomorphism", "misfit"],
)
def test_what_is_not_treated_is_undecided_with_a_reason(claim: Claim, why: str) -> None:
    verdict = derive(claim)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.agreement is Agreement.UNDECIDED
    assert why in verdict.reason


def test_bad_projectors_are_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="a projector into 3"):
        LinearProjector(3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a linear projector into the unit sphere"):
        LinearProjector(Sphere(2))
    with pytest.raises(InputError, match="the projector 'linear'"):
        Projected(InfoNCE(), "linear")  # type: ignore[arg-type]
    once = Projected(InfoNCE(), LinearProjector(RealSpace(2)))
    with pytest.raises(InputError, match="projected again"):
        Projected(once, LinearProjector(RealSpace(2)))
