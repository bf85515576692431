"""The kernel test: what no map attains is shown at points, and what a map attains never is."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
import sympy as sp

from sith import (
    THEOREMS,
    AnisotropicSphere,
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    Gaussian,
    InfoNCE,
    InnerProduct,
    InputError,
    LearnedDiagonal,
    LogDensity,
    NegativeNorm,
    Obstacle,
    Obstruction,
    Orthogonal,
    Outcome,
    PairLogDensity,
    RealSpace,
    Sphere,
    Trivial,
    Uniform,
    UnsupportedCondition,
    Verification,
    VonMisesFisher,
    World,
    certificate_data,
    check_obstruction,
    derive,
    kernel_test,
    latents,
    pair,
    verify_certificate,
)
from tests.helpers.claims import quadratic, quadratic_claim

R = sp.Rational
HALF = R(1, 2)


def vmf(dim: int, kappa: Any, tau: Any) -> Claim:
    world = World(Sphere(dim), Uniform(), VonMisesFisher(kappa))
    return Claim("vmf", world, InfoNCE(InnerProduct(), tau), Encoder(Sphere(dim)), Orthogonal(dim))


def turned(dim: int, angle: sp.Matrix, weights: tuple[int, ...]) -> Claim:
    """Anisotropic pairs on the sphere whose axes are turned, and the isotropic critic."""
    z, zt = pair(dim)
    gap = angle * sp.Matrix([b - a for a, b in zip(z, zt, strict=True)])
    log = sp.expand(-(gap.T * sp.diag(*weights) * gap)[0])
    world = World(Sphere(dim), Uniform(), PairLogDensity(log, z, zt))
    return Claim("turned", world, InfoNCE(), Encoder(Sphere(dim)), Orthogonal(dim))


def ou(dim: int, critic: Any, rho: Any = HALF, tau: Any = 1) -> Claim:
    """z ~ N(0, I) and z̃ = ρz + √(1−ρ²)ε: the stationary Ornstein–Uhlenbeck pair."""
    z, zt = pair(dim)
    squares = sum((b - rho * a) ** 2 for a, b in zip(z, zt, strict=True))
    pairs = PairLogDensity(-squares / (2 * (1 - rho**2)), z, zt)
    world = World(RealSpace(dim), Gaussian(), pairs)
    return Claim("ou", world, InfoNCE(critic, tau), Encoder(RealSpace(dim)), Orthogonal(dim))


def anisotropic(weights: tuple[int, ...], critic: Any) -> Claim:
    d = len(weights)
    world = World(Sphere(d), Uniform(), AnisotropicSphere(weights))
    return Claim("anisotropic", world, InfoNCE(critic), Encoder(Sphere(d)), Orthogonal(d))


def obstructed(claim: Claim) -> Obstruction:
    (found,) = kernel_test(claim.world, claim.objective, claim.encoder)
    assert check_obstruction(found, claim).holds, check_obstruction(found, claim).reason
    return found


def shown(claim: Claim) -> tuple[Obstruction, ...]:
    """The obstruction, if the test runs and finds one."""
    with suppress(UnsupportedCondition):
        return kernel_test(claim.world, claim.objective, claim.encoder)
    return ()


def expression(form: sp.Matrix, *, inner: bool) -> ExpressionCritic:
    u, v = latents(form.rows, "u"), latents(form.rows, "v")
    if inner:
        return ExpressionCritic(sp.expand((sp.Matrix([u]) * form * sp.Matrix(v))[0]), u, v)
    return ExpressionCritic(*quadratic(form))


UNATTAINED = {
    "a vMF law with κτ = 2": (vmf(3, 2, 1), Obstacle.MINOR),
    "a vMF law with κτ = 1/2": (vmf(3, 1, R(1, 2)), Obstacle.RANK),
    "in the plane": (vmf(2, 7, R(1, 8)), Obstacle.RANK),
    "in d = 5": (vmf(5, 2, R(1, 3)), Obstacle.RANK),
    "a Gaussian kernel in the OU world": (ou(2, NegativeNorm(2)), Obstacle.ASYMMETRY),
    "a Laplacian kernel in the OU world": (ou(3, NegativeNorm(2, 1)), Obstacle.ASYMMETRY),
    "a learned metric in the OU world": (ou(2, LearnedDiagonal()), Obstacle.ASYMMETRY),
    "an inner product in the OU world": (ou(2, InnerProduct()), Obstacle.RANK),
    "anisotropic pairs, inner product": (anisotropic((1, 2), InnerProduct()), Obstacle.MINOR),
    "anisotropic pairs, weak": (
        anisotropic((R(1, 8), R(1, 9), R(1, 9)), InnerProduct()),
        Obstacle.MINOR,
    ),
    "anisotropic pairs, distance": (anisotropic((1, 2, 3), NegativeNorm(2)), Obstacle.MINOR),
    "a critic with the other sign": (
        quadratic_claim(sp.eye(2), critic=-sp.eye(2)),
        Obstacle.NEGATIVE,
    ),
    "a form of smaller rank": (
        quadratic_claim(sp.eye(2), critic=sp.diag(1, 0)),
        Obstacle.RANK,
    ),
    "a tilted marginal": (
        Claim(
            "tilted",
            World(Sphere(2), LogDensity(latents(2)[0], latents(2)), VonMisesFisher(1)),
            InfoNCE(),
            Encoder(Sphere(2)),
            Orthogonal(2),
        ),
        Obstacle.ASYMMETRY,
    ),
    "pairs that turn around": (
        Claim(
            "cyclic",
            World(
                Box(2),
                Uniform(),
                PairLogDensity(
                    sp.expand(pair(2)[0][0] * pair(2)[1][1] - pair(2)[0][1] * pair(2)[1][0]),
                    *pair(2),
                ),
            ),
            InfoNCE(),
            Encoder(RealSpace(2)),
            Trivial(2),
        ),
        Obstacle.CYCLE,
    ),
}


@pytest.mark.parametrize("name", UNATTAINED)
def test_what_no_map_attains_is_mis_specified(name: str) -> None:
    claim, obstacle = UNATTAINED[name]
    assert obstructed(claim).obstacle is obstacle
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.MIS_SPECIFIED
    assert verdict.exit_status == 2
    assert verdict.reason.startswith("no map h whatever attains it: ")
    assert "\n" not in verdict.reason
    data = json.loads(json.dumps(certificate_data(verdict, name, {})))
    answer = verify_certificate(data, claim)
    assert answer.valid, answer.reason
    assert answer.reason.startswith("mis-specified")


ATTAINED = {
    "matched": vmf(3, 2, R(1, 2)),
    "matched, d = 5": vmf(5, 7, R(1, 7)),
    "equal weights": anisotropic((R(1, 2),) * 3, InnerProduct()),
    "equal weights, distance": anisotropic((1, 1, 1), NegativeNorm(2)),
    "learned metric": anisotropic((1, 2, 3), LearnedDiagonal()),
    "a form and its critic": quadratic_claim(sp.Matrix([[2, 1], [1, 3]])),
    "another form of the same rank": quadratic_claim(sp.eye(2), critic=sp.diag(2, 3)),
    "an indefinite form and its critic": quadratic_claim(sp.diag(1, -1), group=Trivial(2)),
    "a bilinear critic with a free length": Claim(
        "free",
        World(Sphere(3), Uniform(), VonMisesFisher(5)),
        InfoNCE(expression(sp.diag(1, 2, 3), inner=True)),
        Encoder(RealSpace(3)),
        Orthogonal(3),
    ),
    "an OU pair whose critic is the density": ou(
        2,
        ExpressionCritic(
            sum(
                -R(2, 3) * (b - R(1, 2) * a) ** 2 + b**2 / 2 for a, b in zip(*pair(2), strict=True)
            ),
            *pair(2),
        ),
    ),
}


@pytest.mark.parametrize("name", ATTAINED)
def test_what_a_map_attains_is_never_ruled_out(name: str) -> None:
    claim = ATTAINED[name]
    assert not shown(claim)
    assert derive(claim, degree=1).outcome is not Outcome.MIS_SPECIFIED


@pytest.mark.parametrize(
    ("slug", "k"),
    [(t.slug, k) for t in THEOREMS for k in range(len(t.points))],
)
def test_no_registered_theorem_is_ruled_out(slug: str, k: int) -> None:
    entry = next(t for t in THEOREMS if t.slug == slug)
    claim = entry.at(**entry.points[k])
    if isinstance(claim.objective, InfoNCE):
        assert not shown(claim)


@pytest.mark.parametrize("rho", [R(1, 4), R(3, 5), R(-1, 2), R(99, 100)])
def test_a_gaussian_kernel_never_fits_a_gaussian_world(rho: sp.Rational) -> None:
    for tau in (R(1, 7), 1, 5):
        assert obstructed(ou(2, NegativeNorm(2), rho, tau)).obstacle is Obstacle.ASYMMETRY


@pytest.mark.parametrize("factor", [R(1, 3), R(2), R(10)])
def test_only_the_product_of_concentration_and_temperature_matters(factor: sp.Rational) -> None:
    for kappa, tau in ((2, 1), (1, R(1, 2)), (3, R(1, 3))):
        one, other = vmf(3, kappa, tau), vmf(3, kappa * factor, tau / factor)
        found = [kernel_test(c.world, c.objective, c.encoder) for c in (one, other)]
        assert found[0] == found[1]


def test_a_rotation_of_the_latents_changes_nothing() -> None:
    turn = sp.Matrix([[3, -4], [4, 3]]) / 5
    for weights in ((1, 2), (R(1, 9), R(1, 8)), (R(1, 2), R(1, 2))):
        plain, rotated = (turned(2, q, weights) for q in (sp.eye(2), turn))
        found = [kernel_test(c.world, c.objective, c.encoder) for c in (plain, rotated)]
        assert len(found[0]) == len(found[1])
        for obstruction in found[0]:
            back = turn.T
            points = tuple(tuple(back * sp.Matrix(p)) for p in obstruction.points)
            moved = Obstruction(
                obstruction.obstacle,
                points,
                obstruction.value,
                obstruction.matrix,
                obstruction.rows,
                obstruction.columns,
                obstruction.reference,
            )
            assert check_obstruction(moved, rotated).holds
            assert not check_obstruction(moved, plain).holds


def test_a_relabelling_of_points_and_coordinates_changes_nothing() -> None:
    claim = anisotropic((R(1, 8), R(1, 9), R(1, 10)), InnerProduct())
    found = obstructed(claim)
    n = len(found.points)
    order = list(reversed(range(n)))
    again = Obstruction(
        found.obstacle,
        tuple(found.points[i] for i in order),
        found.value,
        found.matrix,
        tuple(order.index(i) for i in found.rows),
        tuple(order.index(i) for i in found.columns),
    )
    assert check_obstruction(again, claim).holds
    swapped = anisotropic((R(1, 9), R(1, 8), R(1, 10)), InnerProduct())
    points = tuple((p[1], p[0], p[2]) for p in found.points)
    moved = Obstruction(
        found.obstacle, points, found.value, found.matrix, found.rows, found.columns
    )
    assert check_obstruction(moved, swapped).holds
    assert not check_obstruction(found, swapped).holds


Z, ZT = pair(2)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (sp.cos(Z[0] - ZT[0]), "no exact rational value"),
        (sp.sqrt(2) * Z[0] * ZT[0], "no exact rational value"),
        (sp.sign(Z[0] - R(1, 2)) * ZT[0], "jump"),
    ],
)
def test_values_that_are_not_exact_are_refused(log: sp.Expr, said: str) -> None:
    world = World(Box(2), Uniform(), PairLogDensity(log, Z, ZT))
    with pytest.raises(UnsupportedCondition, match=said):
        kernel_test(world, InfoNCE(), Encoder(RealSpace(2)))


def test_a_critic_that_is_not_symmetric_is_refused() -> None:
    critic = ExpressionCritic(Z[0] * ZT[1], Z, ZT)
    world = World(Box(2), Uniform(), PairLogDensity(Z[0] * ZT[0], Z, ZT))
    with pytest.raises(UnsupportedCondition, match="not symmetric"):
        kernel_test(world, InfoNCE(critic), Encoder(RealSpace(2)))


def test_a_pole_is_no_obstruction() -> None:
    log = Z[0] * ZT[0] + Z[1] * ZT[1] + 1 / Z[0] - (ZT[0] ** 2 + ZT[1] ** 2) / 2
    world = World(RealSpace(2), Gaussian(), PairLogDensity(log, Z, ZT))
    assert kernel_test(world, InfoNCE(), Encoder(RealSpace(2))) == ()


# Tampering.

Data = dict[str, Any]


def written(claim: Claim) -> Data:
    return json.loads(json.dumps(certificate_data(derive(claim, degree=1), "claim", {})))


def resigned(data: Data) -> Data:
    kept = {k: v for k, v in data.items() if k != "checksum"}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return {**data, "checksum": sha256(text.encode()).hexdigest()}


def verified(name: str, change: Callable[[Data], None]) -> Verification:
    claim = UNATTAINED[name][0]
    data = written(claim)
    change(data)
    return verify_certificate(resigned(data), claim)


def entry(key: str, value: Any) -> Callable[[Data], None]:
    return lambda data: data["obstruction"].__setitem__(key, value)


def point(value: list[str]) -> Callable[[Data], None]:
    return lambda data: data["obstruction"]["points"].__setitem__(0, value)


RANK, MINOR = "in the plane", "a vMF law with κτ = 2"
KERNEL, DISTANCE = "a Gaussian kernel in the OU world", "a form of smaller rank"
TAMPERED = [
    (RANK, entry("value", "7"), "determinant"),
    (RANK, point(["3/5", "4/5"]), "not the one that the claim's law gives"),
    (RANK, point(["1/2", "1/2"]), "is not in the unit sphere"),
    (RANK, point(["0", "1"]), "repeated"),
    (RANK, entry("obstacle", "minor"), "may be"),
    (RANK, entry("obstacle", "cycle"), "not what this argument needs"),
    (RANK, entry("reference", True), "not the one that outputs of this kind have"),
    (RANK, lambda d: d["obstruction"]["matrix"][0].__setitem__(1, "5"), "not the one"),
    (MINOR, entry("obstacle", "rank"), "may be"),
    (MINOR, entry("columns", [1, 0]), "not the one"),
    (KERNEL, entry("obstacle", "cycle"), "not what this argument needs"),
    (KERNEL, entry("obstacle", "negative"), "the value at the points"),
    (KERNEL, entry("value", "1"), "the value at the points"),
    (KERNEL, point(["1", "1"]), "the value at the points"),
    (DISTANCE, entry("reference", False), "not the one that outputs of this kind have"),
    (RANK, lambda d: d.pop("obstruction"), "holds nothing"),
    (RANK, lambda d: d.update(group="O(2)"), "no group"),
    (RANK, lambda d: d.update(verdict="identified"), "shows 'mis-specified'"),
    (RANK, lambda d: d.update(agreement="agrees", agrees=True), "undecided"),
    (RANK, lambda d: d.update(trusted=[]), "the lemmas are not those"),
    (RANK, lambda d: d.update(digest="0"), "not the one that the certificate is about"),
]


@pytest.mark.parametrize(("name", "change", "said"), TAMPERED)
def test_a_changed_obstruction_is_rejected(
    name: str, change: Callable[[Data], None], said: str
) -> None:
    answer = verified(name, change)
    assert not answer.valid
    assert said in answer.reason


def test_an_unsigned_change_is_rejected() -> None:
    claim = UNATTAINED[RANK][0]
    data = {**written(claim), "argument": "another.py:CLAIM"}
    assert "checksum" in verify_certificate(data, claim).reason


@pytest.mark.parametrize(
    "change",
    [
        entry("points", [["1"]]),
        entry("points", "none"),
        entry("rows", [0, 1, 9]),
        entry("matrix", [["1"]]),
        entry("value", "1/0"),
        entry("obstacle", "nothing"),
        entry("reference", 1),
        lambda d: d["obstruction"].pop("value"),
        lambda d: d.update(obstruction=[]),
    ],
)
def test_a_malformed_obstruction_is_one_line(change: Callable[[Data], None]) -> None:
    with pytest.raises(InputError) as caught:
        verified(RANK, change)
    assert "\n" not in str(caught.value)


def test_an_obstruction_of_one_claim_is_none_of_another() -> None:
    data = written(UNATTAINED[RANK][0])
    assert not verify_certificate(data, vmf(2, 1, 1)).valid
    found = obstructed(UNATTAINED[RANK][0])
    assert not check_obstruction(found, vmf(2, 1, 1)).holds
    free = vmf(2, 7, R(1, 8)).replace(encoder=Encoder(RealSpace(2)))
    assert not check_obstruction(found, free).holds


def test_the_tables_of_obstacles_are_complete() -> None:
    assert len({o.help for o in Obstacle}) == len(Obstacle)


@dataclass(frozen=True, slots=True)
class OwnCritic:
    """A critic that the kernel test has no function for."""

    def score(self, u: Any, v: Any) -> sp.Expr:
        return u[0] * v[0]

    def parameters(self, dim: int) -> tuple[()]:
        return ()


def test_a_critic_of_no_known_kind_is_refused_and_not_guessed() -> None:
    """The forms of critics are registered by type; the default raises."""
    with pytest.raises(UnsupportedCondition, match="does not know the critic"):
        kernel_test(vmf(3, 1, 1).world, InfoNCE(OwnCritic()), Encoder(Sphere(3)))
