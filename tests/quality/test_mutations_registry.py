"""Every registered theorem under mutation: another group, one assumption less, one coefficient off.

Certificates of all theorems are re-verified in `tests/theory/test_certificate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp

from sith import (
    THEOREMS,
    AbstractGroup,
    Agreement,
    AugmentationGraph,
    BlockwiseDiffeomorphisms,
    Claim,
    Condition,
    Equation,
    InputError,
    MissingAssumption,
    Outcome,
    Relation,
    Role,
    SithError,
    SparseSupport,
    SpectralObjective,
    StructuredMixing,
    UpTo,
    Verdict,
    check_base,
    contained,
    derive,
    latents,
    named_groups,
    optimum_condition,
)
from tests.helpers.verdicts import DEGREE, claims_at_points, smallest_claim, smallest_verdict

TENTH = sp.Rational(1, 10)
every = pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])


# Another group in its place.


def below(small: AbstractGroup, large: AbstractGroup) -> bool:
    return contained(small, large).holds and not contained(large, small).holds


def neighbours(group: AbstractGroup) -> list[AbstractGroup]:
    """The largest named groups strictly below `group`, and the smallest strictly above it."""
    whole = BlockwiseDiffeomorphisms((tuple(range(group.dim)),))
    candidates = (*named_groups(group.dim), whole)
    smaller = [g for g in candidates if below(g, group)]
    larger = [g for g in candidates if below(group, g)]
    return [
        *(g for g in smaller if not any(below(g, h) for h in smaller)),
        *(g for g in larger if not any(below(h, g) for h in larger)),
    ]


@every
def test_no_neighbour_in_the_order_is_the_derived_group(slug: str) -> None:
    claim = smallest_claim(slug)
    assert smallest_verdict(slug).agrees
    wrong = neighbours(claim.group)
    assert wrong
    for group in wrong:
        verdict = derive(claim.replace(group=group, relation=Relation.EQUALITY), degree=DEGREE)
        assert not verdict.agrees, str(verdict)
        assert verdict.exit_status in {1, 3}
        assert verdict.reason or verdict.missing


# One necessary assumption less, the conclusion kept.

STATED_ANEW = {
    # Dropping these asks for another number of outputs, so that the stated group does not apply.
    ("cabannes_2023_interplay", "enough_outputs"),
    ("daunhawer_2023_multimodal", "known_content_dimension"),
    ("lyu_2022_latent_correlation", "known_content_dimension"),
    ("vonkugelgen_2021_content_style", "known_content_dimension"),
    ("yao_2024_multiview", "known_content_dimension"),
    # No world has these pairs with a coordinate that is kept.
    ("rusak_2025_aninfonce", "full_support"),
}
"""Necessary assumptions whose absence the engine refuses, and does not refute."""

UNDECIDED = {
    # The condition has other solutions than multiples of the identity, or none: not settled.
    ("klindt_2021_slowvae", "matched_transition"),
    ("zaliaduonis_2026_diversity", "uniform_within_support"),
    # Two coordinates of the outputs are fixed by the unit norm alone, up to finitely many choices.
    ("reizinger_2025_diet", "affine_generators"),
    # The latent that becomes content makes the content larger than the outputs, which then choose.
    ("daunhawer_2023_multimodal", "nothing_else_shared"),
    ("lyu_2022_latent_correlation", "nothing_else_shared"),
    ("vonkugelgen_2021_content_style", "style_redrawn"),
    ("yao_2024_multiview", "nothing_else_shared"),
    # The commutant holds maps that are not polynomial: the engine lists polynomial fields only.
    ("scherr_2022_efference", "linear_encoder"),
}
"""Necessary assumptions without which the verdict is undecided: no escape is shown."""

STILL_IDENTIFIED: set[tuple[str, str]] = set()
"""Necessary by the catalogue, and the kept conclusion is derived without them: a contradiction."""

NOT_ONLY_SUFFICIENT = {
    # Independence of the outputs leaves the scales free: necessary for signs in place of scales.
    ("comon_1994_linear_ica", "known_law"),
    # The weakening is a conditional that the critic cannot express.
    ("zimmermann_2021_vmf", "vmf_conditional"),
}
"""Sufficient by the catalogue, and the weakening breaks the kept conclusion all the same."""


def kept(claim: Claim) -> Relation:
    """What remains of the conclusion: h lies in the group or, of negative results, members are free."""
    verdict = derive(claim, degree=DEGREE)
    negative = claim.group.infinite and verdict.outcome is Outcome.NOT_IDENTIFIED
    if claim.relation is Relation.CONTAINS or (negative and claim.relation is Relation.EQUALITY):
        return Relation.CONTAINS
    return Relation.CONTAINED


def without(claim: Claim, name: str) -> Verdict | SithError:
    """The verdict on the kept conclusion without an assumption, or the error that refuses it."""
    part = next(a for a in claim.assumptions if a.name == name)
    try:
        weak: Claim = part.weaken(claim)
        return derive(weak.replace(group=claim.group, relation=kept(claim)), degree=DEGREE)
    except SithError as error:
        return error


def at_some_point(slug: str, name: str) -> Verdict | SithError:
    """The verdict at the smallest point where dropping the assumption can be stated."""
    answers = (
        without(claim, name)
        for claim in claims_at_points(slug)
        if any(a.name == name for a in claim.assumptions)
    )
    found = next(answers)
    while isinstance(found, InputError) and not isinstance(found, MissingAssumption):
        following = next(answers, found)
        if following is found:
            return found
        found = following
    return found


def of_role(role: Role) -> list[object]:
    pairs = {
        (t.slug, a.name): a.role
        for t in THEOREMS
        for claim in claims_at_points(t.slug)
        for a in claim.assumptions
    }
    return [pytest.param(*key, id="-".join(key)) for key, r in pairs.items() if r is role]


@pytest.mark.parametrize(("slug", "name"), of_role(Role.NECESSARY))
def test_without_a_necessary_assumption_the_conclusion_falls(slug: str, name: str) -> None:
    found = at_some_point(slug, name)
    if isinstance(found, MissingAssumption):
        return  # the engine names the assumption that is missing
    refused = isinstance(found, SithError)
    still = isinstance(found, Verdict) and found.agrees and found.outcome is Outcome.IDENTIFIED
    undecided = isinstance(found, Verdict) and found.outcome is not Outcome.MIS_SPECIFIED
    undecided = undecided and found.agreement is Agreement.UNDECIDED
    assert still is ((slug, name) in STILL_IDENTIFIED), str(found)
    assert refused is ((slug, name) in STATED_ANEW), str(found)
    assert undecided is ((slug, name) in UNDECIDED), str(found)
    if isinstance(found, Verdict) and not still and not undecided:
        # A member of the stated group that is not free refutes "contains" in any outcome.
        assert found.outcome is Outcome.MIS_SPECIFIED or found.agreement is Agreement.DISAGREES
        assert found.reason or found.escape


@pytest.mark.parametrize(("slug", "name"), of_role(Role.SUFFICIENT))
def test_what_is_only_sufficient_is_not_shown_necessary(slug: str, name: str) -> None:
    found = at_some_point(slug, name)
    broken = isinstance(found, Verdict) and found.exit_status in {1, 2}
    assert broken is ((slug, name) in NOT_ONLY_SUFFICIENT), str(found)


# One coefficient off.


def condition_at(claim: Claim) -> Condition:
    return optimum_condition(claim.world, claim.objective, claim.encoder)


@cache
def pointwise() -> list[str]:
    return [
        t.slug
        for t in THEOREMS
        if not isinstance(smallest_claim(t.slug).objective, SpectralObjective)
    ]


def solvable(slug: str) -> Condition:
    """The condition at the smallest point, with the base map of the derivation."""
    condition = condition_at(smallest_claim(slug))
    assert check_base(condition).holds
    return condition


def planted(condition: Condition, k: int, residual: sp.Expr) -> Condition:
    changed = replace(condition.equations[k], residual=sp.expand(residual))
    equations = (*condition.equations[:k], changed, *condition.equations[k + 1 :])
    return replace(condition, equations=equations)


def not_absorbed(condition: Condition, equation: Equation) -> sp.Expr:
    """A monomial that is none of the functions that the equation leaves free."""
    z, zt = condition.z, condition.zt
    if equation.up_to is UpTo.FUNCTION_OF_Z:
        return z[-1] * zt[-1]
    if equation.up_to is UpTo.SEPARABLE:
        return z[0] * z[-1]
    if equation.up_to is UpTo.PAIR_SEPARABLE:
        return z[0] * zt[-1]
    return z[0]


@pytest.mark.parametrize("slug", pointwise())
def test_a_monomial_added_to_an_equation_is_noticed(slug: str) -> None:
    condition = solvable(slug)
    tried = 0
    for k, equation in enumerate(condition.equations):
        if equation.decoder or tried >= 6:
            continue
        tried += 1
        residual = equation.residual + TENTH * not_absorbed(condition, equation)
        assert not check_base(planted(condition, k, residual)).holds, str(equation)
    assert tried


def terms(equation: Equation) -> Iterator[sp.Expr]:
    """The terms of an equation that hold a symbol, eight at most."""
    whole = sp.Add.make_args(sp.expand(equation.residual))
    yield from [term for term in whole if term.free_symbols][:8]


@pytest.mark.parametrize("slug", pointwise())
def test_a_rescaled_coefficient_is_noticed(slug: str) -> None:
    condition = solvable(slug)
    image = dict(zip(condition.image, condition.base, strict=True))
    image |= dict(zip(condition.image_t, condition.base_t, strict=True)) | condition.parameters
    for k, equation in enumerate(condition.equations[:4]):
        seen, moved = [], False
        for term in terms(equation):
            seen.append(
                not check_base(planted(condition, k, equation.residual + TENTH * term)).holds
            )
            at_base = sp.expand(equation.at_partner(term.xreplace(image), condition.zt))
            moved = moved or at_base != 0
            if equation.up_to is UpTo.NOTHING:
                assert seen[-1] is (at_base != 0), str(term)
            elif equation.up_to is UpTo.FUNCTION_OF_Z:
                # On a partly kept latent z̃_i = z_i, so that a term with z̃ may be absorbed too.
                assert not (seen[-1] and at_base.free_symbols.isdisjoint(condition.zt)), str(term)
            else:
                # A function of one coordinate (pair) is absorbed with any coefficient.
                assert not seen[-1], str(term)
        # Where every learned coefficient is zero at the base map, no factor changes a term.
        if moved and equation.up_to in {UpTo.NOTHING, UpTo.FUNCTION_OF_Z}:
            assert any(seen), str(equation)


def structured(slug: str) -> bool:
    """Whether g must lie in a class; `SparseSupport` takes its class from g, and refuses no g."""
    mixing = smallest_claim(slug).world.mixing
    return isinstance(mixing, StructuredMixing) and not isinstance(mixing.structure, SparseSupport)


STRUCTURED = [t.slug for t in THEOREMS if structured(t.slug)]


@pytest.mark.parametrize("slug", STRUCTURED)
def test_a_term_added_to_a_structured_mixing_leaves_its_class(slug: str) -> None:
    refused = 0
    for claim in claims_at_points(slug):
        mixing = claim.world.mixing
        assert isinstance(mixing, StructuredMixing)
        for k, coordinate in enumerate(mixing.g):
            extra = TENTH * mixing.symbols[0] ** 4 * mixing.symbols[-1]
            g = (*mixing.g[:k], coordinate + extra, *mixing.g[k + 1 :])
            try:
                StructuredMixing(g, mixing.symbols, mixing.structure)
            except InputError:
                refused += 1
    assert refused


@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS if t.slug not in pointwise()])
def test_a_rescaled_output_or_weight_is_noticed(slug: str) -> None:
    claim = smallest_claim(slug)
    pairs = claim.world.pairs
    if isinstance(pairs, AugmentationGraph) and not claim.base:
        # No functions are stated: another weight must show in the eigenvalues.
        joint = [list(row) for row in pairs.joint]
        joint[0][0] *= 1 + TENTH
        other = claim.replace(
            world=claim.world.replace(pairs=AugmentationGraph(tuple(map(tuple, joint))))
        )
        assert derive(other).scope.fields != smallest_verdict(slug).scope.fields
        return
    stated = claim.base or tuple(pairs.standardised(latents(claim.dim)))
    assert derive(claim.replace(base=stated)).agrees
    for k, function in enumerate(stated):
        off = (*stated[:k], (1 + TENTH) * function, *stated[k + 1 :])
        assert not derive(claim.replace(base=off)).agrees
