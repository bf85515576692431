"""A likelihood with a wrong source density: the optimum separates where the stability conditions hold."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Agreement,
    Claim,
    Encoder,
    Family,
    GeneralisedPermutations,
    InputError,
    Linear,
    Marginal,
    Mixing,
    ModelLikelihood,
    NormalMixture,
    Outcome,
    Product,
    RealSpace,
    Relation,
    SignedPermutations,
    SignFlips,
    Student,
    World,
    derive,
)

LAPLACE, QUARTIC, NORMAL = Marginal.LAPLACE, Marginal.QUARTIC, Marginal.NORMAL
SIGNED = SignedPermutations(2)


def infomax(
    sources: tuple[object, ...],
    power: int,
    group: AbstractGroup = SIGNED,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    """The likelihood under log q = −|u|^p of independent sources, linearly mixed."""
    world = World(RealSpace(2), Product(sources), mixing=Mixing.LINEAR)  # type: ignore[arg-type]
    encoder = Encoder(RealSpace(2), Family.LINEAR)
    return Claim("infomax", world, ModelLikelihood(power), encoder, group, relation)


@pytest.mark.parametrize(
    ("sources", "power", "separates"),
    [
        ((LAPLACE, LAPLACE), 1, True),
        ((LAPLACE, LAPLACE), 4, False),
        ((QUARTIC, QUARTIC), 4, True),
        ((QUARTIC, QUARTIC), 1, False),
        ((Student(5), Student(5)), 1, True),
        ((NormalMixture((-2, 2)), NormalMixture((-2, 2))), 4, True),
        # One source of the wrong sign is separated if the other makes up for it.
        ((LAPLACE, QUARTIC), 1, True),
        ((LAPLACE, QUARTIC), 4, False),
    ],
    ids=str,
)
def test_the_model_has_to_be_of_the_sources_kind(
    sources: tuple[object, ...], power: int, separates: bool
) -> None:
    verdict = derive(infomax(sources, power))
    if separates:
        assert verdict.outcome is Outcome.LOCALLY
        assert verdict.agreement is Agreement.LOCALLY
        assert "local optimum" in verdict.scope.fields
        assert any("global" in x for x in verdict.scope.not_shown)
    else:
        assert verdict.outcome is Outcome.UNDECIDED
        assert verdict.agreement is Agreement.DISAGREES


def hessian(sources: tuple[Marginal, ...]) -> sp.Matrix:
    """The Hessian of E Σ (Bs)_i⁴ − log|det B| at the separating matrix, by differentiation."""
    b = sp.Matrix(2, 2, sp.symbols("b1:5", positive=True))
    two, four = ([s.absolute_moment(p)[0] for s in sources] for p in (2, 4))
    loss = -sp.log(b.det())
    for i in range(2):
        x, y = b[i, 0], b[i, 1]
        loss += x**4 * four[0] + y**4 * four[1] + 6 * x**2 * y**2 * two[0] * two[1]
    at = {b[i, j]: sp.Integer(0) for i in range(2) for j in range(2)}
    at |= {b[i, i]: (4 * four[i]) ** sp.Rational(-1, 4) for i in range(2)}
    assert all(sp.simplify(sp.diff(loss, x).subs(at)) == 0 for x in b)
    return sp.hessian(loss, list(b)).subs(at)


@pytest.mark.parametrize(
    "sources",
    [(LAPLACE, LAPLACE), (QUARTIC, QUARTIC), (LAPLACE, QUARTIC), (NORMAL, QUARTIC)],
    ids=str,
)
def test_the_hessian_of_the_quartic_likelihood_says_the_same(sources: tuple[Marginal, ...]) -> None:
    found = np.linalg.eigvalsh(np.array(hessian(sources).evalf(20), dtype=float))
    stable = derive(infomax(sources, 4)).outcome is Outcome.LOCALLY
    assert stable == bool((found > 0).all())
    assert np.abs(found).min() > 0.01


@pytest.mark.parametrize(
    ("sources", "power", "why"),
    [
        ((NORMAL, NORMAL), 4, "1 or not told from 1"),
        ((LAPLACE, LAPLACE), 2, "1 or not told from 1"),
        ((Marginal.UNIFORM, Marginal.UNIFORM), 4, "symmetric"),
        ((Marginal.LOGISTIC, Marginal.LOGISTIC), 3, "closed form"),
        ((Student(3), Student(3)), 4, "closed form"),
    ],
    ids=str,
)
def test_what_is_not_computed_is_undecided(
    sources: tuple[object, ...], power: int, why: str
) -> None:
    verdict = derive(infomax(sources, power))
    assert (verdict.outcome, verdict.agreement) == (Outcome.UNDECIDED, Agreement.UNDECIDED)
    assert why in verdict.reason


def test_the_stated_group_is_compared_with_the_local_optima() -> None:
    laplace = (LAPLACE, LAPLACE)
    small = derive(infomax(laplace, 1, SignFlips(2)))
    assert small.agreement is Agreement.DISAGREES
    wide = derive(infomax(laplace, 1, GeneralisedPermutations(2), Relation.CONTAINED))
    assert wide.agreement is Agreement.LOCALLY
    # Where separation is unstable, all linear maps are not contradicted.
    every = derive(infomax(laplace, 4, Linear(2), Relation.CONTAINED))
    assert every.agreement is Agreement.UNDECIDED


@pytest.mark.parametrize("law", [LAPLACE, QUARTIC, NORMAL, Marginal.LOGISTIC, Student(7)], ids=str)
def test_moments_agree_with_integrals(law: Marginal | Student) -> None:
    x = sp.Symbol("x", positive=True)
    weight = sp.lambdify(x, sp.exp(law.log_density(x)), "mpmath")
    mpmath = pytest.importorskip("mpmath")
    total = mpmath.quad(weight, [0, 1, 4, 16, mpmath.inf])
    for p in (1, 2, 4):
        found = mpmath.quad(lambda t, p=p: t**p * weight(t), [0, 1, 4, 16, mpmath.inf]) / total
        assert abs(found / float(law.absolute_moment(p)[0]) - 1) < 1e-6
    assert abs(weight(mpmath.mpf(0)) / (2 * total) / float(law.density_at_zero()[0]) - 1) < 1e-6


def test_bad_models_are_refused() -> None:
    with pytest.raises(InputError, match="power p"):
        ModelLikelihood(0)
    with pytest.raises(InputError, match="rate c"):
        ModelLikelihood(4, sp.Integer(-1))
