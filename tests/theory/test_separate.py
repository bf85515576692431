"""Exact witnesses: what separates the free maps from a wrong group, and nothing for a right one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from sith import (
    THEOREMS,
    Affine,
    Agreement,
    Claim,
    Field,
    InputError,
    Linear,
    LogDensity,
    Map,
    MeasurePreserving,
    Orthogonal,
    RealSpace,
    Relation,
    Separation,
    SignedPermutations,
    SpectralObjective,
    StyleRedrawn,
    Theorem,
    Trivial,
    UnsupportedCondition,
    World,
    check_separation,
    derive,
    finite_maps,
    latents,
    map_data,
    read_map,
    separations,
    theorem,
)

Z = latents(2)
X, Y = Z
WRONG = {
    "zimmermann_2021_vmf": SignedPermutations,
    "hyvarinen_2016_tcl": Linear,
    "khemakhem_2020_ivae": Orthogonal,
    "comon_1994_linear_ica": Orthogonal,
    "horan_2021_local_isometry": Trivial,
    "roeder_2021_linear_identifiability": Affine,
    "hyvarinen_1999_nonidentifiability": Affine,
}


def first(claim: Claim) -> Separation:
    return next(iter(separations(claim)))


@pytest.mark.parametrize("slug", WRONG)
def test_a_wrong_group_is_separated_by_an_exact_map(slug: str) -> None:
    claim = theorem(slug).at()
    wrong = claim.replace(group=WRONG[slug](claim.group.dim), relation=Relation.EQUALITY)
    found = first(wrong)
    assert found.map
    assert check_separation(wrong, found).holds
    assert not check_separation(claim, found).holds


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_nothing_separates_a_true_theorem(entry: Theorem) -> None:
    claim = entry.at()
    if isinstance(claim.objective, SpectralObjective):
        with pytest.raises(UnsupportedCondition):
            next(separations(claim, 2))
        return
    assert list(separations(claim, 2)) == []


def test_a_separation_the_wrong_way_round_is_rejected() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2).replace(group=SignedPermutations(2))
    found = first(claim)
    assert found.free
    assert not check_separation(claim, replace(found, free=False)).holds
    turned = Map.linear(sp.Matrix([[1, 1], [0, 1]]))
    assert not check_separation(claim, replace(found, map=(turned,))).holds
    field = Field(Z, (Y, X))
    assert not check_separation(claim, Separation(True, (), (field,), "")).holds
    assert check_separation(claim, Separation(True, (), (Field(Z, (Y, -X)),), "")).holds


def test_a_field_is_free_with_a_change_of_learned_parameters() -> None:
    claim = theorem("reizinger_2025_diet").at(2, case="C4").replace(group=Orthogonal(2))
    shear, square = Field(Z, (Y, sp.Integer(0))), Field(Z, (Y**2, sp.Integer(0)))
    assert check_separation(claim, Separation(True, (), (shear,), "")).holds
    answer = check_separation(claim, Separation(True, (), (square,), ""))
    assert not answer.holds
    assert "not optimal" in answer.reason


@pytest.mark.parametrize(
    ("field", "maps"),
    [
        ((Y, -X), "(3*z1/5 + 4*z2/5, -4*z1/5 + 3*z2/5)"),
        ((X, sp.Integer(0)), "(2*z1, z2)"),
        ((sp.Integer(1), sp.Integer(0)), "(z1 + 1, z2)"),
        ((Y**2, sp.Integer(0)), "(z1 + z2**2, z2)"),
        ((X**2, sp.Integer(0)), ""),
    ],
)
def test_fields_are_followed_to_exact_maps(field: tuple[sp.Expr, ...], maps: str) -> None:
    found = [str(m) for m in finite_maps(Field(Z, field))]
    assert any(maps in m for m in found) if maps else found == []


def test_a_twist_keeps_the_norm() -> None:
    q = X**2 + Y**2
    (member, *_) = finite_maps(Field(Z, (sp.expand(q * Y), sp.expand(-q * X))))
    image = member(Z)
    assert sp.cancel(image[0] ** 2 + image[1] ** 2 - q) == 0


def test_maps_survive_storage() -> None:
    q = X**2 + 1
    member = Map(Z, (X / q + sp.Rational(2, 3), Y * X - 1))
    back = read_map(map_data(member))
    assert all(sp.cancel(a - b) == 0 for a, b in zip(back(Z), member(Z), strict=True))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"inputs": 0, "outputs": []},
        {"inputs": 1, "outputs": [[[["1/0", [1]]], [["1", [0]]]]]},
        {"inputs": 1, "outputs": [[[["1", [1]]], []]]},
        {"inputs": 1, "outputs": [[[["z1", [1]]], [["1", [0]]]]]},
        {"inputs": 1, "outputs": [[[["1", [1, 2]]], [["1", [0]]]]]},
    ],
)
def test_malformed_maps_are_refused(data: object) -> None:
    with pytest.raises(InputError):
        read_map(data)


def test_a_map_out_of_the_box_says_nothing_of_functions_of_the_box() -> None:
    """Content up to its uniform law: a member that leaves the box is no optimum that is missing."""
    z = latents(3)
    law = LogDensity(-(z[0] ** 2 + z[1] ** 2 + z[2] ** 2 + z[0] * z[2]) / 2, z)
    claim = theorem("vonkugelgen_2021_content_style").at(3)
    claim = claim.replace(
        world=World(RealSpace(3), law, StyleRedrawn((0, 1))),
        group=MeasurePreserving(2, sp.Integer(0)),
        relation=Relation.EQUALITY,
    )
    assert derive(claim).agreement is Agreement.AGREES
    assert [s for s in separations(claim) if check_separation(claim, s).holds] == []
    too_small = claim.replace(group=SignedPermutations(2))
    assert any(check_separation(too_small, s).holds for s in separations(too_small))
