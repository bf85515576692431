"""Lower and upper bounds: what the two proved inclusions say of claims whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    AbstractSpace,
    Affine,
    Agreement,
    BlockOrthogonal,
    Box,
    Claim,
    ComponentwiseDiffeomorphisms,
    Encoder,
    Euclidean,
    ExponentialNorm,
    ExpressionCritic,
    Extent,
    Family,
    Gaussian,
    GaussianAlignment,
    GeneralisedPermutations,
    Independence,
    InfoNCE,
    InnerProduct,
    Kind,
    Likelihood,
    Linear,
    LogDensity,
    MeasurePreserving,
    Mixing,
    NegativeNorm,
    OrnsteinUhlenbeck,
    Orthogonal,
    Outcome,
    PairLogDensity,
    PartlyKeptSphere,
    Permutations,
    RealSpace,
    Reconstruction,
    Relation,
    Shifted,
    SignedPermutations,
    SignFlips,
    Sphere,
    StyleRedrawn,
    Trivial,
    Uniform,
    Verdict,
    VonMisesFisher,
    World,
    derive,
    latents,
    pair,
    theorem,
)
from sith.theory.derivation.bounds import Shown, agreement, outcome

Score = Callable[[Sequence[sp.Symbol], Sequence[sp.Symbol]], sp.Expr]
Z, ZT = pair(2)
X = latents(2)
HALF = sp.Rational(1, 2)


def square(v: Sequence[sp.Expr]) -> sp.Expr:
    return sp.Add(*(x**2 for x in v))


def gap(u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> list[sp.Expr]:
    return [a - b for a, b in zip(u, v, strict=True)]


def matched(score: Score, group: AbstractGroup, **changes: object) -> Claim:
    """InfoNCE on the box whose critic is the pairs' log-density, so that h = z is optimal."""
    dim = group.dim
    z, zt = pair(dim)
    u, v = latents(dim, "u"), latents(dim, "v")
    return Claim(
        name="matched",
        world=World(Box(dim), Uniform(), PairLogDensity(sp.expand(score(z, zt)), z, zt)),
        objective=InfoNCE(ExpressionCritic(sp.expand(score(u, v)), u, v)),
        encoder=Encoder(RealSpace(dim)),
        group=group,
    ).replace(**changes)


def inner_product(
    target: sp.Expr, group: AbstractGroup, space: AbstractSpace, output: AbstractSpace
) -> Claim:
    """InfoNCE with the critic u·v for pairs of the given log-density."""
    world = World(space, Uniform(), PairLogDensity(sp.expand(target), Z, ZT))
    return Claim("inner", world, InfoNCE(), Encoder(output), group)


def likelihood(log_density: sp.Expr, group: AbstractGroup, mixing: Mixing = Mixing.LINEAR) -> Claim:
    """Likelihood under a prior, for an encoder of the class that the mixing asks for."""
    dim = group.dim
    prior = LogDensity(sp.expand(log_density), latents(dim))
    linear = (Family.LINEAR,) if mixing is Mixing.LINEAR else ()
    encoder = Encoder(RealSpace(dim), *linear)
    return Claim("prior", World(RealSpace(dim), prior, mixing=mixing), Likelihood(), encoder, group)


def too_small(verdict: Verdict) -> bool:
    """Whether a map or field that is optimal and outside the stated group was named."""
    said = verdict.reason.startswith("too small a group is stated")
    return verdict.agreement is Agreement.DISAGREES and said and bool(verdict.escape)


def too_large(verdict: Verdict) -> bool:
    """Whether a member of the stated group that is not optimal was named."""
    said = verdict.reason.startswith("too large a group is stated")
    return verdict.agreement is Agreement.DISAGREES and said and bool(verdict.escape)


def lemmas(verdict: Verdict) -> set[str]:
    return {lemma.name for lemma in verdict.trusted}


def maps(verdict: Verdict) -> list[str]:
    return [x.element for x in verdict.lower if x.kind is Kind.MAP]


# Finite symmetries.


def test_a_radial_prior_leaves_rotations_and_reflections() -> None:
    target = 2 * (Z[0] * ZT[0] + Z[1] * ZT[1]) - square(ZT) ** 3
    claim = Claim(
        "radial",
        World(
            RealSpace(2),
            LogDensity(sp.expand(-(square(X) ** 3)), X),
            PairLogDensity(sp.expand(target), Z, ZT),
        ),
        InfoNCE(InnerProduct(), HALF),
        Encoder(RealSpace(2)),
        Orthogonal(2),
    )
    verdict = derive(claim, degree=1)
    assert (verdict.outcome, verdict.agreement) == (Outcome.IDENTIFIED, Agreement.AGREES)
    assert (verdict.group, verdict.missing) == ("O(2)", ())
    assert too_small(derive(claim.replace(group=SignedPermutations(2)), degree=1))
    assert too_large(derive(claim.replace(group=Affine(2)), degree=1))


def test_a_symmetry_of_order_three_is_found() -> None:
    turn = sp.Matrix([[0, -1], [1, -1]])
    orbit = [sp.Matrix(X), turn * sp.Matrix(X), turn**2 * sp.Matrix(X)]
    form = X[0] ** 2 - X[0] * X[1] + X[1] ** 2
    kept = sp.Add(*((v[0] + 2 * v[1]) ** 3 for v in orbit))
    claim = likelihood(-(form**2) + kept / 9, SignedPermutations(2))
    verdict = derive(claim.replace(relation=Relation.CONTAINED), degree=1)
    assert too_small(verdict), str(verdict)
    assert "(z1, z2) ↦ (-z2, z1 - z2)" in maps(verdict)


@pytest.mark.parametrize("linear", [True, False])
def test_a_swap_with_scales_is_found(linear: bool) -> None:
    claim = (
        likelihood(-(X[0] ** 4) - 81 * X[1] ** 4, SignFlips(2))
        if linear
        else matched(
            lambda u, v: -((u[0] - v[0]) ** 4) - 81 * (u[1] - v[1]) ** 4, Shifted(SignFlips(2))
        )
    )
    verdict = derive(claim, degree=1)
    assert too_small(verdict)
    assert "(z1, z2) ↦ (3*z2, z1/3)" in maps(verdict)
    # Without a linear class the kernel of differences leaves affine maps only.
    assert verdict.outcome is Outcome.IDENTIFIED


def test_a_reflection_about_another_centre_is_found() -> None:
    prior = -((X[0] - 2) ** 4) - (X[1] - 2) ** 4
    claim = likelihood(prior, Permutations(2), Mixing.LOCAL_ISOMETRY)
    verdict = derive(claim, degree=1)
    assert too_small(verdict)
    assert "(z1, z2) ↦ (4 - z1, z2)" in maps(verdict)
    inside = claim.replace(group=Shifted(SignedPermutations(2)), relation=Relation.CONTAINED)
    assert derive(inside, degree=1).agrees


def test_a_map_with_a_pole_in_the_support_is_not_optimal() -> None:
    # z/|z|² commutes with every rotation, and is not defined at 0.
    claim = theorem("scherr_2022_efference").at()
    (part,) = (a for a in claim.assumptions if a.name == "linear_encoder")
    found = maps(derive(part.weaken(claim)))
    assert "(z1, z2) ↦ (-z1, -z2)" in found
    assert not any("/(" in m for m in found)


def test_only_maps_that_keep_the_box_are_called_optimal() -> None:
    opening = derive(theorem("vonkugelgen_2021_content_style")).opening()
    assert "those of them that keep the box are optimal" in opening
    assert "all of these are optimal" in derive(theorem("zimmermann_2021_vmf")).opening()
    assert (
        "up to the order of the outputs"
        in derive(theorem("rusak_2025_aninfonce")).opening().lower()
    )
    assert "order" not in derive(theorem("zimmermann_2021_vmf")).opening()


def test_an_inversion_is_found() -> None:
    score: Score = lambda u, v: -((u[0] - v[0]) ** 2) / (u[0] * v[0])
    verdict = derive(matched(score, GeneralisedPermutations(1)), degree=2)
    assert too_small(verdict)
    assert verdict.escape == "(z1) ↦ (1/z1)"
    assert verdict.outcome is Outcome.LOCALLY


def test_one_latent_may_be_rearranged_in_decreasing_order() -> None:
    z = latents(1)[0]
    verdict = derive(likelihood(-(z**4) - z**3 / 2, Trivial(1), Mixing.INJECTIVE))
    assert too_small(verdict)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert "L-rearrangement" in lemmas(verdict)
    assert verdict.group.startswith("the identity and z1 ↦ F⁻¹(1 − F(z1))")
    assert verdict.scope.component_count == 2


# Function spaces.


def test_one_scalar_of_the_latents_hides_a_function_space() -> None:
    score: Score = lambda u, v: (u[0] ** 3 + u[1]) * (v[0] ** 3 + v[1])
    verdict = derive(matched(score, Trivial(2)), degree=2)
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert too_small(verdict)
    assert any(x.kind is Kind.FAMILY for x in verdict.lower)


def test_reconstruction_leaves_all_diffeomorphisms_at_the_lowest_degree() -> None:
    world = World(RealSpace(2), Gaussian(), mixing=Mixing.INJECTIVE)
    claim = Claim("free", world, Reconstruction(), Encoder(RealSpace(2)), Affine(2))
    for relation in (Relation.EQUALITY, Relation.CONTAINED):
        verdict = derive(claim.replace(relation=relation), degree=1)
        assert verdict.outcome is Outcome.NOT_IDENTIFIED
        assert verdict.group == "diffeomorphisms of R^2"
        assert too_small(verdict)


def test_style_that_a_likelihood_does_not_compare_is_no_reason() -> None:
    law = MeasurePreserving(2, -square(X) / 2)
    world = World(RealSpace(2), Gaussian(), StyleRedrawn((1,)))
    verdict = derive(Claim("style", world, Likelihood(), Encoder(RealSpace(2)), law), degree=1)
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert verdict.agreement is Agreement.AGREES
    assert "L-open-support" not in lemmas(verdict)


def test_what_a_condition_leaves_out_is_not_shown_to_be_free() -> None:
    # Mean and covariance of the outputs are not imposed on fields: F(z1) need not keep them.
    verdict = derive(theorem("lyu_2022_latent_correlation"), 3, 2, shared=1)
    assert verdict.lower == ()
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.agreement is Agreement.AGREES
    exact = derive(
        theorem("lyu_2022_latent_correlation").at(3, shared=1).replace(relation=Relation.EQUALITY),
        degree=2,
    )
    assert exact.agreement is Agreement.UNDECIDED


# Lemmas are cited where their hypotheses hold.


def test_a_partly_kept_sphere_is_no_place_for_isometries() -> None:
    critic = InfoNCE(InnerProduct(), HALF, within_support=True)
    world = World(Sphere(3), Uniform(), PartlyKeptSphere(2, (0,)))
    verdict = derive(Claim("kept", world, critic, Encoder(Sphere(3)), Orthogonal(3)), degree=1)
    assert verdict.agreement is Agreement.UNDECIDED
    assert "L-sphere-iso" not in lemmas(verdict)
    assert all(x.extent is not Extent.ALL_MAPS for x in verdict.upper)
    assert verdict.missing


def test_isometries_of_norms_are_not_those_of_the_circle() -> None:
    target = -sp.Abs(Z[0] - ZT[0]) - sp.Abs(Z[1] - ZT[1])
    world = World(Sphere(2), Uniform(), PairLogDensity(target, Z, ZT))
    group = Shifted(SignedPermutations(2))
    claim = Claim("norm", world, InfoNCE(NegativeNorm(1)), Encoder(RealSpace(2)), group)
    verdict = derive(claim, degree=1)
    assert verdict.agreement is Agreement.UNDECIDED
    assert "L-Lp-iso" not in lemmas(verdict)
    assert any("every optimal map" in item for item in verdict.missing)


# Outputs in a box.


@pytest.mark.parametrize(
    ("group", "relation", "agrees"),
    [
        (Euclidean(2), Relation.EQUALITY, False),
        (Euclidean(2), Relation.CONTAINED, True),
        (Shifted(SignedPermutations(2)), Relation.CONTAINED, True),
        (SignedPermutations(2), Relation.CONTAINED, False),
    ],
    ids=str,
)
def test_outputs_in_a_box_leave_its_symmetries(
    group: AbstractGroup, relation: Relation, agrees: bool
) -> None:
    world = World(Box(2), Uniform(), ExponentialNorm(2, 2))
    critic = InfoNCE(NegativeNorm(2), HALF)
    claim = Claim("box", world, critic, Encoder(Box(2)), group, relation=relation)
    verdict = derive(claim, degree=1)
    assert verdict.group == "symmetries of the unit box (2)"
    assert verdict.outcome is Outcome.IDENTIFIED
    assert "L-box-symmetries" in [x for u in verdict.upper for x in u.by.split(" and ")]
    if agrees:
        assert verdict.agreement is Agreement.AGREES
    else:
        assert too_large(verdict) or too_small(verdict)


# Components and base maps.


def test_equal_blocks_may_be_swapped() -> None:
    def score(u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        s = gap(u, v)
        return -(square(s[:2]) ** 2) - square(s[2:]) ** 2

    blocks = Shifted(BlockOrthogonal(((0, 1), (2, 3))))
    verdict = derive(matched(score, blocks), degree=1)
    assert (verdict.outcome, verdict.agreement) == (Outcome.LOCALLY, Agreement.LOCALLY)
    assert verdict.group == str(blocks)
    assert "(z1, z2, z3, z4) ↦ (z3, z4, z1, z2)" in maps(verdict)
    assert any("far from the identity" in item for item in verdict.missing)


@pytest.mark.parametrize(
    "target",
    [
        3 * Z[0] * ZT[0] + Z[0] * ZT[1] + Z[1] * ZT[0] + Z[1] * ZT[1],
        Z[0] * ZT[0] + (Z[1] - Z[0] ** 2) * (ZT[1] - ZT[0] ** 2),
    ],
    ids=["linear", "quadratic"],
)
def test_another_map_attains_the_optimum(target: sp.Expr) -> None:
    verdict = derive(inner_product(target, Orthogonal(2), Box(2), RealSpace(2)), degree=1)
    assert verdict.base != "z"
    assert verdict.group == "O(2)"
    assert verdict.outcome is Outcome.IDENTIFIED
    assert too_small(verdict)
    assert verdict.escape.startswith("h₀ = ")


@pytest.mark.parametrize(("lower_row", "agrees"), [(Z[0], True), (Z[0] ** 2, False)])
def test_a_bound_around_a_base_map_is_inside_a_group_only_with_the_base_map(
    lower_row: sp.Expr, agrees: bool
) -> None:
    """O(2)∘h₀ for h₀ = (z₁, z₂ − z₁) is in GL(2), and for (z₁, z₂ − z₁²) is not, as O(2) is."""
    other = lower_row.xreplace({Z[0]: ZT[0]})
    target = Z[0] * ZT[0] + (Z[1] - lower_row) * (ZT[1] - other)
    claim = inner_product(target, Linear(2), Box(2), RealSpace(2))
    verdict = derive(claim.replace(relation=Relation.CONTAINED), degree=1)
    assert verdict.group == "O(2)"
    assert verdict.base != "z"
    assert verdict.agreement is (Agreement.AGREES if agrees else Agreement.DISAGREES)


def test_independent_pairs_are_fitted_by_constants() -> None:
    world = World(RealSpace(2), Gaussian(), PairLogDensity(-square(ZT) / 2, Z, ZT))
    verdict = derive(Claim("constant", world, InfoNCE(), Encoder(RealSpace(2)), Orthogonal(2)))
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert verdict.group == "constant maps"
    assert too_small(verdict)


def test_a_double_cover_of_the_circle_is_optimal() -> None:
    target = 2 * (2 * (Z[0] * ZT[0] + Z[1] * ZT[1]) ** 2 - 1)
    world = World(Sphere(2), Uniform(), PairLogDensity(sp.expand(target), Z, ZT))
    objective = InfoNCE(InnerProduct(), HALF)
    verdict = derive(Claim("cover", world, objective, Encoder(Sphere(2)), Orthogonal(2)), degree=1)
    assert verdict.base == "(2*z1*z2, 2*z1**2 - 1)"
    assert too_small(verdict)


def test_an_irrational_scale_is_part_of_the_base_map() -> None:
    world = World(Sphere(2), Uniform(), VonMisesFisher(3))
    claim = Claim("scale", world, InfoNCE(), Encoder(RealSpace(2)), Orthogonal(2))
    verdict = derive(claim, degree=1)
    assert verdict.base == "(sqrt(3)*z1, sqrt(3)*z2)"
    assert (verdict.outcome, verdict.agreement) == (Outcome.IDENTIFIED, Agreement.AGREES)
    assert too_small(derive(claim.replace(group=SignFlips(2)), degree=1))


# Independent sources, and outputs of a given law.


def test_independent_uniform_sources() -> None:
    world = World(Box(2), Uniform(), mixing=Mixing.LINEAR)
    encoder = Encoder(RealSpace(2), Family.LINEAR)
    claim = Claim("ica", world, Independence(), encoder, GeneralisedPermutations(2))
    verdict = derive(claim, degree=1)
    assert (verdict.outcome, verdict.agreement) == (Outcome.IDENTIFIED, Agreement.AGREES)
    assert "L-darmois-skitovich" in lemmas(verdict)
    assert too_large(derive(claim.replace(group=Shifted(GeneralisedPermutations(2))), degree=1))
    normal = claim.replace(world=World(RealSpace(2), Gaussian(), mixing=Mixing.LINEAR))
    refused = derive(normal, degree=1)
    assert too_small(refused)
    assert "L-darmois-skitovich" not in lemmas(refused)


def test_alignment_with_gaussian_outputs() -> None:
    rates = OrnsteinUhlenbeck((sp.Rational(3, 5),) * 2)
    world = World(RealSpace(2), Gaussian(), rates)
    claim = Claim("normal", world, GaussianAlignment(), Encoder(RealSpace(2)), Orthogonal(2))
    verdict = derive(claim)
    assert (verdict.outcome, verdict.agreement) == (Outcome.IDENTIFIED, Agreement.AGREES)
    assert not derive(claim.replace(group=SignedPermutations(2))).agrees


# The table.

COMBINATIONS = [
    (frozenset(inside), outside, free, not_free)
    for inside in (
        (),
        (Extent.POLYNOMIAL,),
        (Extent.LINEAR_MAPS,),
        (Extent.SMOOTH,),
        (Extent.INVERTIBLE,),
        (Extent.SMOOTH, Extent.ALL_MAPS),
    )
    for outside, free, not_free in product(("", "ξ"), (False, True), ("", "M"))
    if not (free and not_free)
]


def expected(shown: Shown, relation: Relation) -> Agreement:
    """The agreement, from the three definitions: F = S, F ⊆ S and S ⊆ F."""
    upper, lower = relation is not Relation.CONTAINS, relation is not Relation.CONTAINED
    if (upper and shown.outside) or (lower and shown.not_free):
        return Agreement.DISAGREES
    near = Extent.SMOOTH in shown.inside or Extent.INVERTIBLE in shown.inside
    everywhere = Extent.ALL_MAPS in shown.inside
    if (lower and not shown.free) or (upper and not (near or everywhere)):
        return Agreement.UNDECIDED
    return Agreement.LOCALLY if upper and not everywhere else Agreement.AGREES


@pytest.mark.parametrize("relation", list(Relation))
@pytest.mark.parametrize("given", COMBINATIONS, ids=range(len(COMBINATIONS)))
def test_the_agreement_follows_from_what_is_shown(
    given: tuple[frozenset[Extent], str, bool, str], relation: Relation
) -> None:
    shown = Shown(*given)
    said, missing = agreement(shown, relation)
    assert said is expected(shown, relation)
    # Nothing is missing where the claim is settled over all maps, and something is elsewhere.
    assert bool(missing) is (said in (Agreement.UNDECIDED, Agreement.LOCALLY))


@pytest.mark.parametrize(("whole", "local", "space"), list(product((False, True), repeat=3)))
def test_the_outcome_follows_from_the_bounds(whole: bool, local: bool, space: bool) -> None:
    said = outcome(whole=whole, local=local, space_of_functions=space)
    if space:
        assert said is Outcome.NOT_IDENTIFIED
    elif whole:
        assert said is Outcome.IDENTIFIED
    else:
        assert said is (Outcome.LOCALLY if local else Outcome.UNDECIDED)


@pytest.mark.parametrize("relation", [Relation.EQUALITY, Relation.CONTAINS])
@pytest.mark.parametrize("slug", ["normal", "quartic"])
def test_a_linear_encoder_does_not_realise_a_group_of_non_linear_maps(
    slug: str, relation: Relation
) -> None:
    """The free maps of the law are measure-preserving, and a linear encoder has the matrices alone."""
    claim = theorem("locatello_2019_impossibility").at(2, marginal=slug)
    linear = claim.replace(
        world=claim.world.replace(mixing=Mixing.LINEAR),
        encoder=Encoder(RealSpace(2), Family.LINEAR),
    )
    for group in (claim.group, ComponentwiseDiffeomorphisms(2)):
        verdict = derive(linear.replace(group=group, relation=relation), degree=2)
        assert verdict.agreement is Agreement.DISAGREES, str(verdict)
        assert "linear encoder" in verdict.reason or relation is Relation.EQUALITY
    matrices = SignedPermutations(2) if slug == "quartic" else Orthogonal(2)
    verdict = derive(linear.replace(group=matrices), degree=2)
    assert verdict.agreement is Agreement.AGREES, str(verdict)
