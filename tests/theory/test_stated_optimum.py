"""Optima that are stated as equations: right, wrong, not treated, and refused."""

import pytest
import sympy as sp

from examples import stated_optimum as example
from sith import (
    LOG_DET,
    Agreement,
    Claim,
    ComponentwiseDiffeomorphisms,
    Encoder,
    Euclidean,
    Gaussian,
    InputError,
    Outcome,
    RealSpace,
    StatedOptimum,
    World,
    derive,
    jacobian_symbols,
    map_symbols,
    pair,
)

Z, ZT = pair(2)
H, HT = map_symbols(2)
J = jacobian_symbols(2, 2)
GRAM = J.T * J
BECAUSE = "the local isometry penalty vanishes"


def claim(*equations: sp.Expr, unknowns: tuple[object, ...] = ()) -> Claim:
    return example.RIGHT.replace(
        name="stated",
        world=World(RealSpace(2), Gaussian()),
        objective=StatedOptimum(equations, BECAUSE, unknowns),
        encoder=Encoder(RealSpace(2)),
        group=Euclidean(2),
    )


def test_the_example_and_its_reason() -> None:
    right, learned = example.main()
    assert right.agreement is Agreement.AGREES
    assert "the metric head is trained to convergence" in str(right)
    assert learned.agreement is Agreement.DISAGREES
    assert "(z2, -z1/2)" in str(learned)


def test_derivatives_of_h() -> None:
    isometry = derive(claim(GRAM[0, 0] - 1, GRAM[0, 1], GRAM[1, 1] - 1))
    assert isometry.agreement is Agreement.LOCALLY
    conformal = derive(claim(GRAM[0, 0] - GRAM[1, 1], GRAM[0, 1]))
    assert conformal.agreement is Agreement.DISAGREES
    assert dict(conformal.dimension_by_degree) == {1: 4, 2: 6, 3: 8}
    assert derive(claim(LOG_DET)).outcome is Outcome.NOT_IDENTIFIED


def test_what_is_not_treated_is_undecided_and_quotes_the_reason() -> None:
    odd = derive(claim(J[0, 0] * J[1, 1] - 1))
    assert odd.outcome is Outcome.UNDECIDED
    assert BECAUSE in str(odd)


def test_one_function_of_every_output_is_not_treated() -> None:
    """Componentwise maps and, for Gaussian increments, rotations are free: no lemma on distances applies."""
    one, two = sp.Function("f1"), sp.Function("f2")
    left = -((Z[0] - ZT[0]) ** 2) - 2 * (Z[1] - ZT[1]) ** 2
    equation = left - one(H[0], HT[0]) - two(H[1], HT[1])
    stated = example.RIGHT.replace(
        objective=StatedOptimum((equation,), BECAUSE, (one, two)),
        group=ComponentwiseDiffeomorphisms(2),
    )
    verdict = derive(stated)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "single coordinates" in verdict.reason


@pytest.mark.parametrize(
    ("equation", "fault"),
    [
        (H[0] - sp.Symbol("q"), "contains q"),
        (H[0] - sp.Function("f")(*Z), "contains f"),
        (Z[0] - 1, "does not contain h"),
        (H[0] - HT[0], "full support|needs"),
    ],
)
def test_equations_with_unknown_symbols_are_refused(equation: sp.Expr, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        derive(claim(equation))
    assert "\n" not in str(caught.value)


def test_a_statement_needs_a_reason_and_exact_equations() -> None:
    with pytest.raises(InputError, match="because"):
        StatedOptimum((H[0],), " ")
    with pytest.raises(InputError, match="float"):
        StatedOptimum((H[0] - 0.5,), BECAUSE)
    with pytest.raises(InputError, match="the unknown 3"):
        StatedOptimum((H[0],), BECAUSE, (3,))
    with pytest.raises(InputError, match="name of a coordinate"):
        derive(claim(H[0] - HT[0], unknowns=(sp.Symbol("H1", real=True),)))
