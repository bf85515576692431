"""A planted change in the world, the loss or the condition must change the verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from sith import (
    AnisotropicSphere,
    Box,
    Claim,
    Classes,
    Encoder,
    ExpressionCritic,
    InfoNCE,
    InnerProduct,
    LogDensity,
    Map,
    MissingAssumption,
    Mixing,
    NegativeNorm,
    Outcome,
    PairLogDensity,
    RealSpace,
    SithError,
    VonMisesFisher,
    check_base,
    check_map,
    derive,
    latents,
    pair,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic_claim, solve_checked

TENTH = sp.Rational(1, 10)
Z, ZT = pair(2)
INNER = Z[0] * ZT[0] + Z[1] * ZT[1]


def world(claim: Claim, **changes: object) -> Claim:
    return claim.replace(world=claim.world.replace(**changes))


MUTATIONS = {
    "concentration": ("vmf", lambda c: world(c, pairs=VonMisesFisher(10 + TENTH))),
    "temperature": (
        "vmf",
        lambda c: c.replace(objective=InfoNCE(InnerProduct(), TENTH + TENTH**2)),
    ),
    "one entry of the critic": (
        "vmf",
        lambda c: c.replace(
            objective=InfoNCE(ExpressionCritic(INNER + TENTH * Z[0] * ZT[0], Z, ZT), TENTH)
        ),
    ),
    "a mixed entry of the critic": (
        "vmf",
        lambda c: c.replace(
            objective=InfoNCE(ExpressionCritic(INNER + TENTH * Z[0] * ZT[1], Z, ZT), TENTH)
        ),
    ),
    "one entry of the pairs": (
        "vmf",
        lambda c: world(c, pairs=PairLogDensity(10 * INNER + TENTH * Z[1] * ZT[1], Z, ZT)),
    ),
    "prior": ("vmf", lambda c: world(c, prior=LogDensity(TENTH * Z[0], Z))),
    "mixing": ("vmf", lambda c: world(c, mixing=Mixing.ARBITRARY)),
    "norm": ("lp", lambda c: c.replace(objective=InfoNCE(NegativeNorm(3), TENTH))),
    "even norm": ("lp", lambda c: c.replace(objective=InfoNCE(NegativeNorm(2), TENTH))),
    "box prior": ("lp", lambda c: world(c, prior=LogDensity(TENTH * Z[1], Z))),
    "one weight made equal": ("aninfonce", lambda c: world(c, pairs=AnisotropicSphere((4, 4)))),
    "one class fewer": (
        "diet",
        lambda c: world(c, pairs=Classes(c.world.pairs.vectors[:2], 3)),
    ),
    "outputs on the sphere": ("diet", lambda c: c.replace(encoder=Encoder(c.world.space))),
    "free outputs": ("diet C2", lambda c: c.replace(encoder=Encoder(RealSpace(2)))),
}
CLAIMS = {
    "vmf": lambda: theorem("zimmermann_2021_vmf").at(2, kappa=10),
    "lp": lambda: theorem("zimmermann_2021_lp").at(2, p=4, rate=10),
    "aninfonce": lambda: theorem("rusak_2025_aninfonce").at(2),
    "diet": lambda: theorem("reizinger_2025_diet").at(2, case="C4", classes=3),
    "diet C2": lambda: theorem("reizinger_2025_diet").at(2, case="C2", classes=3),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_unchanged_claims_stand(name: str) -> None:
    assert derive(CLAIMS[name](), degree=1).exit_status == 0


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_planted_change_is_noticed(name: str) -> None:
    base, change = MUTATIONS[name]
    planted = change(CLAIMS[base]())
    if planted.world.mixing is Mixing.ARBITRARY:
        with pytest.raises(MissingAssumption, match="injective"):
            derive(planted, degree=1)
        return
    verdict = derive(planted, degree=1)
    assert not verdict.agrees, str(verdict)
    assert verdict.exit_status in {1, 2, 3}


def test_a_change_that_is_none_is_not_noticed() -> None:
    claim = CLAIMS["vmf"]()
    same = world(claim, pairs=PairLogDensity(10 * INNER + Z[0] ** 3, Z, ZT))
    assert derive(same, degree=1).exit_status == 0
    constant = world(claim, prior=LogDensity(sp.Integer(7), latents(2)))
    assert derive(constant, degree=1).exit_status == 0


@pytest.mark.parametrize("entry", [(0, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("size", [1, TENTH, -sp.Rational(1, 1000)])
def test_every_entry_of_a_quadratic_critic_matters(entry: tuple[int, int], size: object) -> None:
    form = sp.Matrix([[2, 1], [1, 3]])
    planted = form.copy()
    planted[entry] += size
    planted[entry[::-1]] = planted[entry]
    assert derive(quadratic_claim(form), degree=1).agrees
    # The optimum is now a map with MᵀS'M = S, so neither the identity nor "mis-specified" is right.
    claim = quadratic_claim(form, critic=planted)
    assert not check_map(condition_of(claim), Map.identity(2)).holds
    verdict = derive(claim, degree=1)
    assert verdict.outcome is not Outcome.MIS_SPECIFIED
    assert not verdict.agrees, str(verdict)


@pytest.mark.parametrize("slug", ["zimmermann_2021_vmf", "rusak_2025_aninfonce"])
def test_an_equation_left_out_frees_more(slug: str) -> None:
    condition = condition_of(theorem(slug).at(2))
    assert len(condition.equations) == 2
    full = solve_checked(condition, 2).dimension
    for left in condition.equations:
        part = replace(condition, equations=(left,))
        assert check_base(part).holds
        found = solve_checked(part, 2).dimension
        # Inner products on the sphere already force unit outputs; nothing else is implied.
        implied = slug == "zimmermann_2021_vmf" and left is condition.equations[0]
        assert (found == full) if implied else (found > full)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_a_term_added_to_an_equation_is_noticed_by_the_base(power: int) -> None:
    condition = condition_of(theorem("zimmermann_2021_lp").at(2, p=2))
    first = condition.equations[0]
    planted = replace(first, residual=first.residual + condition.image_t[0] ** power / 1000)
    assert check_base(condition).holds
    assert not check_base(replace(condition, equations=(planted,))).holds


def test_a_box_of_another_size_of_output_is_refused() -> None:
    claim = theorem("vonkugelgen_2021_content_style").at(3, content=2)
    with pytest.raises(SithError, match="3 outputs"):
        condition_of(
            claim.replace(encoder=Encoder(Box(3)), group=theorem("zimmermann_2021_vmf").at(3).group)
        )
