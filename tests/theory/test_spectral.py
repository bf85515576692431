"""The spectral engine: known spectra, optima in closed form, ties, and what changes a verdict."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import sympy as sp

from sith import (
    AlignmentWhitening,
    BarlowTwins,
    Claim,
    Cut,
    Encoder,
    Euclidean,
    Family,
    InfoNCE,
    Mixing,
    MomentOperator,
    OrnsteinUhlenbeck,
    Orthogonal,
    Outcome,
    RealSpace,
    Relation,
    SpectralContrastive,
    Stationary,
    UnsupportedCondition,
    VICReg,
    World,
    derive,
    is_identified,
    latents,
    spectrum,
)
from tests.helpers.spectral import R, direct_sum, graph, jacobi, lazy_cycle, ou, path

Z = latents(2)
HE2 = (Z[0] ** 2 - 1) / sp.sqrt(2)


def values(top: Cut) -> list[tuple[sp.Rational, int]]:
    return [(level.low, level.multiplicity) for level in top.kept]


# Known spectra.


def test_the_hermite_functions_of_an_anisotropic_world() -> None:
    top = spectrum(ou((R(1, 2), R(1, 3)), outputs=6))
    assert values(top) == [
        (R(1, 2), 1),
        (R(1, 3), 1),
        (R(1, 4), 1),
        (R(1, 6), 1),
        (R(1, 8), 1),
        (R(1, 9), 1),
    ]
    shown = [mode.function for level in top.kept for mode in level.modes]
    x, y = Z
    assert shown == [x, y, x**2 - 1, x * y, x**3 - 3 * x, y**2 - 1]
    assert [mode.square for level in top.kept for mode in level.modes] == [1, 1, 2, 1, 6, 2]
    assert top.below is not None
    assert top.below.low == R(1, 12)


@pytest.mark.parametrize("dim", [1, 2, 3, 5])
def test_multiplicities_of_an_isotropic_world_are_binomial(dim: int) -> None:
    outputs = sum(sp.binomial(dim + n - 1, n) for n in (1, 2))
    top = spectrum(ou((R(9, 10),) * dim, outputs=int(outputs)))
    assert [m for _, m in values(top)] == [sp.binomial(dim + n - 1, n) for n in (1, 2)]
    assert top.unique
    assert top.below is not None
    assert top.below.multiplicity == sp.binomial(dim + 2, 3)
    assert top.gap == R(81, 100) - R(729, 1000)


@pytest.mark.parametrize(
    ("a", "b", "exponents"),
    [(0, 0, [1, 3, 6]), (1, 1, [2, 5, 9]), (R(-1, 2), R(-1, 2), [1, 4, 9]), (0, 1, [3, 8, 15])],
)
def test_jacobi_eigenvalues_and_functions(a: Any, b: Any, exponents: list[int]) -> None:
    claim = jacobi((R(1, 2),), a, b)
    claim = claim.replace(encoder=Encoder(RealSpace(3)), group=Orthogonal(3))
    top = spectrum(claim)
    assert values(top) == [(R(1, 2) ** e, 1) for e in exponents]
    x = latents(1)[0]
    law = x ** sp.Integer(a) * (1 - x) ** sp.Integer(b) if sp.Rational(a).q == 1 else None
    modes = [mode for level in top.kept for mode in level.modes]
    if law is not None:
        total = sp.integrate(sp.expand(law), (x, 0, 1))
        for mode in modes:
            square = sp.integrate(sp.expand(mode.function**2 * law), (x, 0, 1)) / total
            assert square == mode.square


@pytest.mark.parametrize("seed", range(4))
def test_a_random_graph_has_the_eigenvalues_of_numpy(seed: int) -> None:
    rng = random.Random(seed)
    n = 5
    rows = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = rows[j][i] = rng.randint(0, 5) + (i == j)
    weights = np.array(rows, float).sum(1)
    reference = np.linalg.eigvalsh(np.array(rows) / np.sqrt(np.outer(weights, weights)))[::-1]
    top = spectrum(graph(rows, n - 1, objective=AlignmentWhitening()))
    found = [float(s.low + s.high) / 2 for s in top.kept for _ in range(s.multiplicity)]
    assert found == pytest.approx(list(reference[1:]), abs=1e-3)


def test_moments_of_a_gaussian_world_give_its_hermite_functions() -> None:
    x = latents(1)
    rho = R(2, 3)
    gram = ((1, 0, 1), (0, 1, 0), (1, 0, 3))
    cross = ((1, 0, 1), (0, rho, 0), (1, 0, 1 + 2 * rho**2))
    pairs = MomentOperator(x, (sp.Integer(1), x[0], x[0] ** 2), gram, cross)
    world = World(RealSpace(1), Stationary(), pairs)
    claim = Claim("moments", world, AlignmentWhitening(), Encoder(RealSpace(1)), Orthogonal(1))
    verdict = derive(claim)
    assert verdict.agrees
    assert "span of the given functions" in verdict.scope.fields
    assert any("outside the span" in item for item in verdict.scope.not_shown)
    top = spectrum(claim.replace(encoder=Encoder(RealSpace(2)), group=Orthogonal(2)))
    assert values(top) == [(rho, 1), (rho**2, 1)]
    assert [m.function for s in top.kept for m in s.modes] == [x[0], x[0] ** 2 - 1]
    skew = MomentOperator(x, pairs.functions, gram, ((1, 0, 1), (0, rho, 1), (1, 0, cross[2][2])))
    barlow = claim.replace(world=world.replace(pairs=skew), objective=BarlowTwins())
    assert derive(barlow).outcome is Outcome.UNDECIDED
    assert derive(barlow.replace(objective=VICReg(), group=Euclidean(1))).agrees


# When the linear map is optimal.


@pytest.mark.parametrize("claim", [ou, jacobi], ids=["gaussian", "uniform"])
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_the_linear_map_is_optimal_exactly_below_the_first_nonlinear_mode(
    claim: Any, step: int
) -> None:
    first = R(9, 10)
    border = first ** (2 if claim is ou else 3)
    last = border + R(step, 1000)
    verdict = derive(claim((first, last)))
    assert verdict.agrees is (step > 0)
    assert derive(claim((first, last), relation=Relation.CONTAINS)).agrees is (step >= 0)
    expected = Outcome.IDENTIFIED if step > 0 else Outcome.NOT_IDENTIFIED
    assert verdict.outcome is expected
    assert bool(verdict.escape) is (step <= 0)
    if step == 0:
        assert "no gap" in verdict.scope.fields
        assert "rotation" in verdict.escape
    if claim is ou and step < 0:
        assert f"of eigenvalue {border}," in verdict.escape
        assert "z1**2 - 1" in verdict.escape


def test_what_replaces_the_linear_map() -> None:
    claim = ou((R(19, 20), R(9, 10)))
    assert not derive(claim).agrees
    stated = derive(claim.replace(base=(Z[0], HE2)))
    assert stated.agrees
    assert stated.outcome is Outcome.NOT_IDENTIFIED
    assert stated.reason == "z2 is no affine function of the features"
    angle = (sp.Rational(3, 5), sp.Rational(4, 5))
    turned = (angle[0] * Z[0] + angle[1] * HE2, angle[1] * Z[0] - angle[0] * HE2)
    assert derive(claim.replace(base=turned)).agrees
    for wrong in ((Z[0], 2 * HE2), (Z[0], Z[0]), (Z[0], HE2 + 1), (Z[0], Z[1] ** 2 - 1)):
        assert not derive(claim.replace(base=wrong)).agrees


def test_an_injective_encoder_does_not_save_the_linear_map() -> None:
    """A shear with mean 0 and covariance I has a smaller loss than the linear map."""
    r, epsilon = (R(19, 20), R(9, 10)), R(3, 5)
    shear = (Z[0], R(4, 5) * HE2 + epsilon * Z[1])
    jacobian = sp.Matrix([[sp.diff(h, x) for x in Z] for h in shear])
    assert sp.expand(jacobian.det()) == epsilon

    def mean(f: sp.Expr) -> sp.Expr:
        terms = sp.Poly(f, *Z).as_dict().items()
        return sp.expand(sum(c * sp.Mul(*(_moment(n) for n in powers)) for powers, c in terms))

    def partner(f: sp.Expr) -> sp.Expr:
        """E[f(z̃)|z], by Gaussian moments."""
        noise = sp.symbols("n1:3")
        moved = {x: a * x + sp.sqrt(1 - a**2) * n for x, a, n in zip(Z, r, noise, strict=True)}
        terms = sp.Poly(sp.expand(f.subs(moved, simultaneous=True)), *noise).as_dict().items()
        return sp.expand(sum(c * sp.Mul(*(_moment(n) for n in powers)) for powers, c in terms))

    assert [mean(h) for h in shear] == [0, 0]
    assert sp.Matrix(2, 2, lambda i, j: mean(shear[i] * shear[j])) == sp.eye(2)
    agreed = sum(mean(h * partner(h)) for h in shear)
    assert agreed == r[0] + R(16, 25) * r[0] ** 2 + R(9, 25) * r[1]
    assert agreed > r[0] + r[1]


def _moment(n: int) -> sp.Integer:
    return sp.Integer(0) if n % 2 else sp.factorial2(n - 1)


def test_linear_encoders_cannot_leave_the_linear_maps() -> None:
    claim = ou((R(19, 20), R(9, 10)))
    linear = claim.replace(
        world=claim.world.replace(mixing=Mixing.LINEAR),
        encoder=Encoder(RealSpace(2), Family.LINEAR),
    )
    verdict = derive(linear)
    assert verdict.agrees
    assert verdict.outcome is Outcome.IDENTIFIED
    assert "linear maps" in verdict.scope.fields
    nonlinear = claim.replace(encoder=linear.encoder)
    assert derive(nonlinear).outcome is Outcome.UNDECIDED


# Objectives.


def test_vicreg_is_blind_to_shifts_and_the_others_are_not() -> None:
    claim = ou((R(9, 10),) * 3, objective=VICReg())
    assert derive(claim.replace(group=Euclidean(3))).agrees
    assert not derive(claim).agrees
    assert derive(claim.replace(relation=Relation.CONTAINS)).agrees
    for objective in (AlignmentWhitening(), BarlowTwins()):
        assert derive(claim.replace(objective=objective)).agrees
        assert not derive(claim.replace(objective=objective, group=Euclidean(3))).agrees


def test_without_a_mean_constraint_a_constant_takes_an_output() -> None:
    claim = ou((R(9, 10),) * 2, objective=AlignmentWhitening(centred=False))
    verdict = derive(claim)
    assert not verdict.agrees
    assert verdict.base.startswith("(1, ")
    assert verdict.upper == ()
    assert "of which the outputs hold one" in verdict.escape
    three = claim.replace(
        encoder=Encoder(RealSpace(3)), group=Orthogonal(3), base=(sp.Integer(1), *Z)
    )
    assert derive(three).agrees


@pytest.mark.parametrize("beta", [R(1, 2), R(1), R(5), R(9)])
def test_the_weight_of_the_alignment_changes_the_scale_only(beta: sp.Rational) -> None:
    scale = sp.sqrt(1 - beta + beta * R(9, 10))
    claim = ou((R(9, 10),) * 2, 3, objective=SpectralContrastive(beta))
    stated = claim.replace(base=(sp.Integer(1), *(scale * x for x in Z)))
    assert derive(stated).agrees
    assert not derive(stated.replace(objective=SpectralContrastive(beta + R(1, 7)))).agrees


def test_a_mode_is_dropped_where_its_weight_is_not_positive() -> None:
    for beta, dropped in ((R(99, 10), 0), (R(10), 2), (R(11), 2)):
        top = spectrum(ou((R(9, 10),) * 2, 3, objective=SpectralContrastive(beta)))
        assert top.dropped == dropped
        assert top.unique
    # With room for every positive mode no gap is needed.
    assert derive(ou((R(9, 10),) * 2, 4, objective=SpectralContrastive(11))).agrees
    assert not derive(ou((R(9, 10),) * 2, 4, objective=SpectralContrastive(2))).agrees


def test_eigenfunctions_do_not_minimise_the_published_barlow_twins() -> None:
    """Outputs of variance 1 that are correlated have a smaller loss than the eigenfunctions."""
    sigma = sp.diag(R(19, 20), R(9, 10))

    def unit(p: sp.Rational) -> tuple[sp.Rational, sp.Rational]:
        return (1 - p**2) / (1 + p**2), 2 * p / (1 + p**2)

    def loss(rows: sp.Matrix) -> sp.Rational:
        c = rows * sigma * rows.T - sp.eye(2)
        return sum(x**2 for x in c)

    s, t = R(1, 20), -R(19, 18) / 20
    first, second = unit(t), unit(s)
    rows = sp.Matrix([[first[0], first[1]], [second[1], second[0]]])
    assert [(rows * rows.T)[i, i] for i in range(2)] == [1, 1]
    assert loss(rows) < loss(sp.eye(2))
    # Whitened, the eigenfunctions are the minimum: an orthogonal matrix changes nothing.
    turn = sp.Matrix([[R(3, 5), R(4, 5)], [-R(4, 5), R(3, 5)]])
    assert loss(turn) == loss(sp.eye(2))


# Graphs.


def test_components_of_a_graph_are_all_that_few_outputs_see() -> None:
    joint = direct_sum([[2, 1], [1, 2]], path(3), [[1]])
    two, three = derive(graph(joint, 2)), derive(graph(joint, 3))
    assert three.agrees
    assert "3 components and every feature is a function of the component" in (
        three.scope.components
    )
    assert not two.agrees
    assert "no gap" in two.scope.fields
    assert "function of the component only" in two.scope.components
    four = derive(graph(joint, 4))
    assert "3 components" in four.scope.components
    assert "only" not in four.scope.components.split("3 components")[1]


def test_an_irrational_tie_is_found() -> None:
    joint = lazy_cycle(5)
    top = spectrum(graph(joint, 2))
    assert top.at is not None
    assert not top.at.rational
    assert (top.at.multiplicity, top.taken) == (2, 1)
    tied = derive(graph(joint, 2))
    assert not tied.agrees
    assert tied.outcome is Outcome.NOT_IDENTIFIED
    whole = derive(graph(joint, 3))
    assert whole.agrees
    assert "irrational" in whole.scope.components


def test_stated_functions_of_a_graph() -> None:
    z = latents(4)
    joint = [[4, 4, 1, 1], [4, 4, 1, 1], [1, 1, 4, 4], [1, 1, 4, 4]]
    sign = sp.sqrt(R(3, 5)) * (z[0] + z[1] - z[2] - z[3])
    claim = graph(joint, 2)
    assert derive(claim.replace(base=(sp.Integer(1), sign))).agrees
    assert derive(claim.replace(base=(z[0] + z[1] + z[2] + z[3], -sign))).agrees
    assert not derive(claim.replace(base=(sp.Integer(1), 2 * sign))).agrees
    assert derive(graph(path(4), 2, base=(sp.Integer(1), z[0]))).outcome is Outcome.UNDECIDED


# Mutations, and relations between worlds.


@pytest.mark.parametrize(
    "rates", [(R(9, 10), R(17, 20)), (R(9, 10), R(17, 20), R(41, 50)), (R(1, 2), R(1, 3))]
)
def test_one_changed_eigenvalue_changes_the_verdict(rates: tuple[sp.Rational, ...]) -> None:
    assert derive(ou(rates)).agrees
    changed = (*rates[:-1], rates[0] ** 2 - R(1, 1000))
    assert not derive(ou(changed)).agrees


def test_the_order_of_the_coordinates_does_not_matter() -> None:
    rates = (R(9, 10), R(4, 5), R(7, 10))
    for order in ((0, 1, 2), (2, 0, 1), (1, 0, 2)):
        verdict = derive(ou(tuple(rates[i] for i in order)))
        fields = derive(ou(rates)).scope.fields
        assert (verdict.scope.fields, verdict.agrees) == (fields, False)
        assert f"z{order.index(0) + 1}**2" in verdict.escape


@pytest.mark.parametrize("seed", range(3))
def test_names_and_scale_of_the_nodes_do_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    joint = [[4, 4, 1, 0], [4, 4, 1, 1], [1, 1, 6, 2], [0, 1, 2, 5]]
    order = rng.sample(range(4), 4)
    factor = R(rng.randint(1, 9), rng.randint(1, 9))
    moved = [[factor * joint[i][j] for j in order] for i in order]
    for k in (1, 2, 3):
        a, b = derive(graph(joint, k)), derive(graph(moved, k))
        assert a.scope.fields == b.scope.fields
        assert (a.agreement, a.outcome) == (b.agreement, b.outcome)


def test_a_direct_sum_has_the_eigenvalues_of_its_parts() -> None:
    parts = ([[2, 1], [1, 2]], [[3, 1], [1, 3]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]])
    top = spectrum(graph(direct_sum(*parts), 6, objective=AlignmentWhitening()))
    assert values(top) == [(1, 2), (R(1, 2), 1), (R(1, 3), 1), (0, 2)]


def test_one_coordinate_more_does_not_change_the_others() -> None:
    small, large = derive(ou((R(9, 10),))), derive(ou((R(9, 10), R(1, 100)), outputs=1))
    assert small.agrees
    assert large.agrees
    assert large.scope.fields == small.scope.fields


# What follows for the latents.


def test_only_a_group_of_the_latents_answers_questions_about_them() -> None:
    claim = ou((R(9, 10),) * 2)
    assert is_identified(Z[0] ** 2 + Z[1] ** 2, claim).outcome.value == "identified"
    assert is_identified(Z[0] ** 2, claim).outcome.value == "not identified"
    slow = (R(19, 20), R(9, 10))
    for other in (
        ou(slow),
        ou(slow, base=(Z[0], HE2)),
        jacobi((R(9, 10),) * 2),
        graph(path(2), 2),
        ou((R(9, 10), R(81, 100)), relation=Relation.CONTAINS),
        ou((R(9, 10),) * 2, objective=VICReg(), relation=Relation.CONTAINS),
    ):
        with pytest.raises(UnsupportedCondition, match="not confirmed as a group of the latents"):
            is_identified(Z[0] ** 2 + Z[1] ** 2, other)


# What the engine does not treat.


def test_other_worlds_and_mixings_are_undecided_or_refused() -> None:
    claim = ou((R(9, 10),) * 2)
    for world in (
        World(RealSpace(2), claim.world.prior),
        claim.world.replace(mixing=Mixing.VOLUME_PRESERVING),
    ):
        verdict = derive(claim.replace(world=world))
        assert verdict.outcome is Outcome.UNDECIDED
        assert verdict.exit_status == 3
        assert verdict.reason
    stated = claim.replace(objective=InfoNCE(), base=Z)
    assert derive(stated).outcome is Outcome.UNDECIDED
    assert isinstance(claim.world.pairs, OrnsteinUhlenbeck)
