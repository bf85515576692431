"""The group over the parameter space: candidates, their confirmation, and what is refused."""

import random

import pytest
import sympy as sp
from flint import nmod_mat

from sith import (
    AnisotropicSphere,
    Claim,
    Encoder,
    InfoNCE,
    LearnedDiagonal,
    Orthogonal,
    Parameter,
    Sphere,
    Theorem,
    Uniform,
    World,
    classify,
    theorem,
)
from sith.theory import UNPUBLISHED, BudgetExceeded, InputError, UnknownName, UnsupportedCondition
from sith.theory.derivation.classification import (
    PRIME,
    candidates,
    entries_on_line,
    factors,
    interpolated,
    minors_on_line,
)

VMF = "zimmermann_2021_vmf"


def free_sphere(dim, names=None):
    """AnInfoNCE with an unknown diagonal Λ."""
    names = names or [f"l{i + 1}" for i in range(dim)]

    def claim_at(dim, **entries):
        return Claim(
            name="free_sphere",
            world=World(Sphere(dim), Uniform(), AnisotropicSphere(tuple(entries.values()))),
            objective=InfoNCE(LearnedDiagonal()),
            encoder=Encoder(Sphere(dim)),
            group=Orthogonal(dim),
        )

    return Theorem(
        slug="free_sphere",
        title="Λ is unknown",
        statement="Λ is unknown",
        source=UNPUBLISHED,
        claim_at=claim_at,
        default_dim=dim,
        default_degree=1,
        parameters=tuple(Parameter(n, sp.Integer(3 * i + 2), "entry") for i, n in enumerate(names)),
    )


def differences(dim):
    entries = [sp.Symbol(f"l{i + 1}", real=True) for i in range(dim)]
    return {a - b for i, a in enumerate(entries) for b in entries[i + 1 :]}


# The gcd of minors.


def sampled(entries, names):
    """The samples of a matrix of expressions at random points."""
    rng = random.Random(0)
    symbols = [sp.Symbol(n, real=True) for n in names]

    def sample(index):
        point = [rng.randrange(1, 10**6) for _ in names]
        table = dict(zip(symbols, point, strict=True))
        rows = [[sp.Rational(e.subs(table)) for e in row] for row in entries]
        found = [[int(x.p) * pow(int(x.q), -1, PRIME) % PRIME for x in row] for row in rows]
        return tuple(point), nmod_mat(found, PRIME)

    return sample


def found(entries, names, rank):
    matrix, _ = interpolated(sampled(entries, names), len(names), PRIME)
    return set(
        factors(minors_on_line(matrix, rank, random.Random(1)), names, PRIME, random.Random(2))
    )


A, B = sp.symbols("a b", real=True)


def test_the_factors_are_those_of_the_minors():
    entries = [[A - B, sp.Integer(0)], [A * B, A**2 + B**2 - 1], [(A - B) * B, sp.Integer(0)]]
    assert found(entries, ("a", "b"), 2) == {A - B, A**2 + B**2 - 1}
    # (1, 1) is a zero of all minors, and no hypersurface
    assert found([[A - 1, sp.Integer(0)], [B - 1, sp.Integer(0)]], ("a", "b"), 1) == set()


def test_fractions_are_cleared_and_multiple_factors_dropped():
    entries = [[(A - 2) ** 2 / (1 - B**2), sp.Integer(0)], [sp.Integer(0), 1 / (1 + A)]]
    assert found(entries, ("a", "b"), 2) == {A - 2}


def test_common_zeros_of_entries():
    matrix, _ = interpolated(
        sampled([[A * B - 1], [(A * B - 1) * A], [sp.Integer(0)]], ("a", "b")), 2, PRIME
    )
    assert factors(entries_on_line(matrix), ("a", "b"), PRIME, random.Random(2)) == (A * B - 1,)


def test_an_exponent_is_no_rational_function():
    def sample(index):
        return (index + 2,), nmod_mat([[pow(3, index + 2, PRIME)]], PRIME)

    with pytest.raises(UnsupportedCondition, match="no rational function"):
        interpolated(sample, 1, PRIME)


# Known answers.


@pytest.mark.parametrize("dim", [2, 3])
def test_the_sphere_with_free_weights(dim):
    assert set(candidates(free_sphere(dim), degree=1)) == differences(dim)


def test_whitening_with_two_rates():
    report = classify(theorem("klindt_2026_anisotropic"))
    conditions = {e.condition for e in report.exceptions}
    assert conditions == {"rho_max**2 - rho_min = 0", "rho_max - rho_min**2 = 0"}
    assert all(e.parts_regions for e in report.exceptions)
    assert len(report.regions) == 2
    assert "rho_max - rho_min = 0" in report.unchanged
    assert "rho_max - 1 = 0" in report.not_stated
    assert "inequality" in str(report)


def test_the_scale_at_which_modes_are_dropped():
    report = classify(theorem("cabannes_2023_interplay"))
    assert [e.condition for e in report.exceptions] == ["beta*rho - beta + 1 = 0"]
    assert report.exit_status == 0


def test_no_exception_is_invented():
    report = classify(theorem("klindt_2026_lejepa"), dim=2)
    assert report.exceptions == ()
    assert report.generic[0].verdict.group == "O(2)"
    assert any("codimension" in line for line in report.not_looked_for)


# Bad input.


@pytest.mark.parametrize(
    ("names", "more", "error", "said"),
    [
        (("temperatur",), {}, UnknownName, "did you mean 'temperature'"),
        (("kappa", "kappa"), {}, InputError, "named twice"),
        (("kappa",), {"kappa": 3}, InputError, "fixed and unknown"),
        (("kappa", "temperature"), {}, InputError, "cannot both be unknowns"),
        ("kappa", {}, InputError, "a tuple of names"),
        (("kappa",), {"degree": 0}, InputError, "an integer from 1"),
        (("kappa",), {"degree": 99}, InputError, "an integer from 1"),
    ],
)
def test_bad_input(names, more, error, said):
    with pytest.raises(error, match=said):
        classify(theorem(VMF), names, **more)


def test_too_many_parameters():
    with pytest.raises(BudgetExceeded, match=r"42 unknown parameters.*at most 8.*--over"):
        classify(theorem("khemakhem_2020_ivae"), numbers=True)


def test_too_large_a_system():
    with pytest.raises(BudgetExceeded, match="at most 300; lower --degree"):
        classify(free_sphere(4), degree=6)
