"""Pairs that keep a part of the latents, with negatives from their support."""

from __future__ import annotations

import copy
import json
import random
from hashlib import sha256

import pytest
import sympy as sp

from sith import (
    Agreement,
    InfoNCE,
    InnerProduct,
    InputError,
    Map,
    MissingAssumption,
    Outcome,
    PartlyKeptSphere,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
    certificate_data,
    check_map,
    derive,
    kernel_test,
    latents,
    theorem,
    verify_certificate,
)
from tests.helpers.claims import condition_of

SLUG = "zaliaduonis_2026_diversity"


@pytest.mark.parametrize(("dim", "kept"), [(3, (0,)), (4, (1, 3)), (5, (0,))])
def test_partners_share_the_kept_part_and_stay_on_the_sphere(
    dim: int, kept: tuple[int, ...]
) -> None:
    pairs, space, rng = PartlyKeptSphere(1, kept), Sphere(dim), random.Random(0)
    z = space.rational_point(rng)
    found = {pairs.rational_partner(space, z, rng) for _ in range(20)}
    assert len(found) > 15
    for partner in found:
        assert sum(x * x for x in partner) == 1
        assert all(partner[i] == z[i] for i in kept)


@pytest.mark.parametrize("kept", [(), (0, 0), (3,), (0, 1)])
def test_kept_coordinates_are_checked(kept: tuple[int, ...]) -> None:
    with pytest.raises(InputError):
        World(Sphere(3), Uniform(), PartlyKeptSphere(1, kept))


def turn(z: tuple[sp.Symbol, ...], by: sp.Expr) -> Map:
    """The rotation in the first two coordinates with tan(angle/2) = by."""
    cos, sin = (1 - by**2) / (1 + by**2), 2 * by / (1 + by**2)
    return Map(z, (cos * z[0] - sin * z[1], sin * z[0] + cos * z[1], z[2]))


def test_a_rotation_may_depend_on_the_kept_part_and_on_nothing_else() -> None:
    condition = condition_of(theorem(SLUG).at(3))
    z = latents(3)
    for by in (sp.Rational(1, 3), z[0], z[0] ** 2 - 1):
        assert check_map(condition, turn(z, by)).holds
    for by in (z[1], z[0] + z[2]):
        assert not check_map(condition, turn(z, by)).holds


@pytest.mark.parametrize(("dim", "kept"), [(3, 1), (4, 1), (4, 2)])
def test_the_fields_are_functions_of_the_kept_part_times_rotations(dim: int, kept: int) -> None:
    rotations = dim * (dim - 1) // 2
    found = derive(theorem(SLUG), dim, 2, kept=sp.Integer(kept))
    assert dict(found.dimension_by_degree) == {1: rotations, 2: rotations * (1 + kept)}
    # The dimension grows, the kept part is recovered, and no upper bound is known on the sphere.
    assert found.agreement is Agreement.AGREES
    assert found.outcome is Outcome.UNDECIDED
    assert any("an upper bound" in item for item in found.missing)


def test_negatives_from_the_whole_sphere_are_refused() -> None:
    claim = theorem(SLUG).at(3)
    with pytest.raises(MissingAssumption, match="whole latent space"):
        derive(claim.replace(objective=InfoNCE(InnerProduct(), claim.objective.temperature)))


def test_where_the_support_is_full_nothing_changes() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2, kappa=2)
    within = InfoNCE(InnerProduct(), claim.objective.temperature, within_support=True)
    assert derive(claim.replace(objective=within), degree=2).group == "O(2)"


def test_another_temperature_is_undecided_and_not_mis_specified() -> None:
    # h(u, v) = (√(1 − κτ + κτu²), √(κτ) v) solves the condition for κτ < 1.
    claim = theorem(SLUG).at(3, kappa=1)
    cold = claim.replace(objective=InfoNCE(InnerProduct(), sp.Rational(1, 4), within_support=True))
    verdict = derive(cold)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "every pair of points" in verdict.reason
    full = claim.world.replace(pairs=VonMisesFisher(1))
    assert kernel_test(full, cold.objective, cold.encoder)
    u, v, w = latents(3)
    kt, other = sp.Rational(1, 4), sp.symbols("x y", real=True)
    first = 1 - kt + kt * u**2
    product = first + kt * (v * other[0] + w * other[1])
    assert sp.expand(product - kt * (u**2 + v * other[0] + w * other[1]) - (1 - kt)) == 0
    assert sp.expand((first + kt * (v**2 + w**2)).subs(w**2, 1 - u**2 - v**2) - 1) == 0


def test_a_certificate_with_partners_of_another_part_is_rejected() -> None:
    claim = theorem(SLUG).at(3)
    data = json.loads(json.dumps(certificate_data(derive(claim, degree=1), SLUG, {})))
    assert verify_certificate(data, claim).valid
    forged = copy.deepcopy(data)
    draw = forged["degrees"][0]["draws"][0]
    draw[1] = ["0", "3/5", "4/5"]
    kept = {k: v for k, v in forged.items() if k != "checksum"}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    forged["checksum"] = sha256(text.encode()).hexdigest()
    answer = verify_certificate(forged, claim)
    assert not answer.valid
    assert "kept coordinates" in answer.reason
