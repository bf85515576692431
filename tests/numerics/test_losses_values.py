"""Losses of non-contrastive learning against their population values, enumerated or closed."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp
import torch
from scipy.integrate import quad
from torch import Tensor

from sith.numerics.losses import (
    InnerProduct,
    PowerDistance,
    barlow_twins,
    characteristic_function,
    covariance_penalty,
    decay_schedule,
    decoupled_infonce,
    dino,
    moving_average,
    nt_xent,
    random_directions,
    self_distillation,
    sigreg,
    sinkhorn,
    spectral_contrastive,
    swav,
    update_centre,
    variance_hinge,
    vicreg,
    whitened_alignment,
    whitening_penalty,
)

# float64 against float64 or exact numbers: rounding only.
EXACT = {"rel": 1e-9, "abs": 1e-9}


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def white(rows: int, columns: int, seed: int = 0) -> Tensor:
    """One run of centred columns with covariance I exactly, with 1/B; shape (1, rows, columns)."""
    x = normal(rows, columns, seed=seed)
    basis, _ = torch.linalg.qr(x - x.mean(0))
    return (math.sqrt(rows) * basis).unsqueeze(0)


def coupled(matrix: list[list[float]], rows: int = 40) -> tuple[Tensor, Tensor]:
    """Two views, each of covariance I, with Cov(a, b) = matrix exactly."""
    cross = torch.tensor(matrix, dtype=torch.float64)
    m = len(cross)
    both = white(rows, 2 * m)
    a, rest = both[..., :m], both[..., m:]
    left = torch.linalg.cholesky(torch.eye(m, dtype=torch.float64) - cross.T @ cross)
    return a, a @ cross + rest @ left.T


CROSS = [[0.8, 0.1], [-0.2, 0.5]]


def test_vicreg_of_a_given_covariance() -> None:
    root = torch.tensor([[0.6, 0.0], [0.3, 1.5]], dtype=torch.float64)
    h = white(30, 2) * math.sqrt(29 / 30) @ root.T
    matrix = root @ root.T
    off = 2 * float(matrix[0, 1]) ** 2 / 2
    assert float(covariance_penalty(h)) == pytest.approx(off, **EXACT)
    hinge = (1 - math.sqrt(0.36 + 1e-4)) / 2
    assert float(variance_hinge(h)) == pytest.approx(hinge, **EXACT)
    moved = h + torch.tensor([0.3, 0.4], dtype=torch.float64)
    value = vicreg(h, moved, invariance_weight=2, variance_weight=3, covariance_weight=5)
    assert float(value) == pytest.approx(2 * 0.25 + 3 * 2 * hinge + 5 * 2 * off, **EXACT)
    # A whitened pair with equal views is a minimiser, of value 0; a rotation of it is another.
    assert float(vicreg(1.1 * white(30, 2), 1.1 * white(30, 2))) == pytest.approx(0, abs=1e-12)
    assert float(variance_hinge(torch.zeros(1, 5, 2), target=3, epsilon=1)) == 2


def test_barlow_twins_of_a_given_correlation() -> None:
    a, b = coupled(CROSS)
    expected = 0.2**2 + 0.5**2 + 0.01 * (0.1**2 + 0.2**2)
    scaled = b * torch.tensor([3.0, 0.1], dtype=torch.float64) + 5
    found = barlow_twins(a, scaled, redundancy_weight=0.01, epsilon=0)
    assert float(found) == pytest.approx(expected, **EXACT)
    assert float(barlow_twins(a, a, epsilon=0)) == pytest.approx(0, **EXACT)
    assert float(barlow_twins(a, -a, epsilon=0)) == pytest.approx(8, **EXACT)
    wrong = barlow_twins(a, b.flip(-1), redundancy_weight=0.01, epsilon=0)
    assert float(wrong) > expected + 0.5
    assert math.isnan(float(barlow_twins(a, torch.zeros_like(a), epsilon=0)))
    assert float(barlow_twins(a, torch.zeros_like(a))) == pytest.approx(2)


def test_whitened_alignment_is_the_sum_over_canonical_eigenvalues() -> None:
    a, b = coupled(CROSS)
    cross = np.array(CROSS)
    eigenvalues = np.linalg.eigvalsh((cross + cross.T) / 2)
    expected = 2 * float((1 - eigenvalues).sum())
    mixing = normal(2, 2, seed=3)
    for first, second in ((a, b), (a @ mixing + 1, b @ mixing + 1)):
        assert float(whitened_alignment(first, second)) == pytest.approx(expected, **EXACT)
    assert float(whitened_alignment(a, -a)) == pytest.approx(4 * 2, **EXACT)
    # Views of different covariance: E|a - 2b|^2 over (1 + 4)/2.
    unequal = (2 * 5 - 4 * float(np.trace(cross))) / 2.5
    assert float(whitened_alignment(a, 2 * b)) == pytest.approx(unequal, **EXACT)
    assert float(whitened_alignment(2 * b, a)) == pytest.approx(unequal, **EXACT)
    # Different maps of the two views are no whitening of the pair.
    assert abs(float(whitened_alignment(a, b @ mixing)) - expected) > 0.1
    flat = a * torch.tensor([1.0, 0.0], dtype=torch.float64)
    with pytest.raises(ValueError, match=r"seed \[0\] is singular; allowed"):
        whitened_alignment(flat, flat)
    assert float(whitened_alignment(flat, flat, epsilon=1e-3)) == 0


def test_whitening_penalty_is_a_function_of_mean_and_spectrum() -> None:
    h = white(30, 2) * torch.tensor([1.0, 2.0], dtype=torch.float64)
    shifted = h + torch.tensor([0.0, 0.5], dtype=torch.float64)
    assert float(whitening_penalty(shifted)) == pytest.approx(0.25 + 9, **EXACT)
    assert float(whitening_penalty(white(30, 2))) == pytest.approx(0, abs=1e-12)


GRAPH = np.array([[4, 2, 0, 1], [2, 6, 1, 0], [0, 1, 2, 3], [1, 0, 3, 4]])
"""Weights of the edges of a finite graph, in units of 1/30."""


def edges() -> tuple[Tensor, Tensor]:
    """Each edge as often as its weight: the joint law of the pairs, enumerated."""
    ends = [(i, j) for i in range(4) for j in range(4) for _ in range(GRAPH[i, j])]
    first, second = torch.tensor(ends).T
    return first, second


def normalised() -> np.ndarray:
    mass = GRAPH.sum(1)
    return GRAPH / np.sqrt(mass[:, None] * mass)


@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rank", [1, 2])
def test_spectral_contrastive_is_a_low_rank_approximation(beta: float, rank: int) -> None:
    first, second = edges()
    adjacency = normalised()
    values, vectors = np.linalg.eigh(adjacency)
    values, vectors = values[::-1], vectors[:, ::-1]
    assert values[rank - 1] > 0

    def population(h: np.ndarray) -> float:
        table = torch.from_numpy(np.ascontiguousarray(h)).unsqueeze(0)
        found = spectral_contrastive(
            table[:, first], table[:, second], beta=beta, exclude_own=False
        )
        return float(found)

    def approximation(h: np.ndarray) -> float:
        rows = np.sqrt(GRAPH.sum(1) / GRAPH.sum())[:, None] * h
        gap = ((adjacency - beta * rows @ rows.T) ** 2).sum()
        return float((gap - (adjacency**2).sum()) / beta)

    rng = np.random.default_rng(0)
    least = -float((values[:rank] ** 2).sum()) / beta
    for _ in range(20):
        h = rng.standard_normal((4, rank))
        assert population(h) == pytest.approx(approximation(h), **EXACT)
        assert population(h) >= least
    mass = np.sqrt(GRAPH.sum(1) / GRAPH.sum())[:, None]
    best = vectors[:, :rank] * np.sqrt(values[:rank] / beta) / mass
    assert population(best) == pytest.approx(least, **EXACT)
    assert population(1.1 * best) > least + 1e-3
    assert population(best * [[1], [-1], [1], [1]]) > least + 1e-3


def test_spectral_contrastive_leaves_out_the_own_pair() -> None:
    a, b = normal(1, 6, 3, seed=1), normal(1, 6, 3, seed=2)
    scores = (a[0] @ b[0].T).numpy()
    off = (scores**2).sum() - (np.diag(scores) ** 2).sum()
    expected = -2 * np.diag(scores).mean() + 0.7 * off / 30
    assert float(spectral_contrastive(a, b, beta=0.7)) == pytest.approx(expected, **EXACT)


def epps_pulley(x: np.ndarray, t_max: float) -> float:
    """∫ |φ^ - φ|² e^{-t²/2} over [-t_max, t_max] by adaptive quadrature."""

    def integrand(t: float) -> float:
        normal_value = math.exp(-(t**2) / 2)
        real = np.cos(t * x).mean() - normal_value
        return float((real**2 + np.sin(t * x).mean() ** 2) * normal_value)

    return 2 * float(quad(integrand, 0, t_max, epsabs=1e-13, epsrel=1e-12)[0])


def test_sigreg_is_the_epps_pulley_integral() -> None:
    h = normal(2, 50, 3, seed=1) * torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64) + 0.3
    directions = random_directions(
        torch.Generator().manual_seed(0), 3, slices=4, seeds=2, dtype=torch.float64
    )
    torch.testing.assert_close(directions.norm(dim=1), torch.ones(2, 4, dtype=torch.float64))
    for s in range(2):
        projected = (h[s] @ directions[s]).numpy()
        expected = 50 * np.mean([epps_pulley(column, 3.0) for column in projected.T])
        # The trapezoidal rule errs by (step²/12) times the slope at the end of the range.
        coarse, fine = (float(sigreg(h, directions, knots=k)[s]) for k in (17, 1601))
        assert coarse == pytest.approx(expected, rel=5e-3)
        assert fine == pytest.approx(expected, rel=1e-6)


def test_sigreg_over_the_line_is_the_closed_form() -> None:
    x = normal(1, 7, 1, seed=1)
    points = x.flatten().numpy()
    # ∫ e^{-t²/2} cos ct = √(2π) e^{-c²/2}, and likewise with e^{-t²} and e^{-3t²/2}.
    pairs = np.exp(-((points[:, None] - points) ** 2) / 2).mean()
    cross = np.exp(-(points**2) / 4).mean() / math.sqrt(2)
    closed = 7 * math.sqrt(2 * math.pi) * (pairs - 2 * cross + 1 / math.sqrt(3))
    found = sigreg(x, torch.ones(1, 1, 1, dtype=torch.float64), knots=201, t_max=10)
    assert float(found) == pytest.approx(closed, rel=1e-9)


def test_sigreg_tells_the_normal_law_from_others_with_its_moments() -> None:
    directions = random_directions(torch.Generator().manual_seed(0), 2, dtype=torch.float64)
    gaussian = normal(1, 4000, 2, seed=1)
    cube = math.sqrt(12) * (torch.rand(1, 4000, 2, dtype=torch.float64) - 0.5)
    # Under the law itself the mean is ∫ (1 - e^{-t²}) e^{-t²/2} dt over [-3, 3], about 1.06.
    assert float(sigreg(gaussian, directions)) < 3
    assert float(sigreg(cube, directions)) > 10
    assert float(sigreg(0 * gaussian, directions)) > 100
    turn = torch.linalg.qr(normal(2, 2, seed=5))[0]
    torch.testing.assert_close(
        sigreg(cube @ turn, turn.T @ directions), sigreg(cube, directions), rtol=1e-9, atol=0
    )


def test_angle_addition_is_the_trigonometric_functions() -> None:
    x = (4 * normal(2, 300, 500, seed=1)).requires_grad_()
    cos, sin = characteristic_function(x, 0.1875, 16)
    points = 0.1875 * torch.arange(1, 17, dtype=torch.float64)
    for k in (0, 7, 15):
        torch.testing.assert_close(cos[:, k], (points[k] * x).cos().mean(1), rtol=0, atol=1e-12)
        torch.testing.assert_close(sin[:, k], (points[k] * x).sin().mean(1), rtol=0, atol=1e-12)
    single, _ = characteristic_function(x.detach().float(), 0.1875, 16)
    assert float((single - cos.detach()).abs().max()) < 2e-6
    small = x.detach()[:, :4, :3].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda y: characteristic_function(y, 0.4, 5), (small,))


ROWS = [[1, 2], [-1, 1], [0, 3]]
OTHERS = [[1, 1], [-2, 1], [1, 2]]


@pytest.mark.parametrize("squared", [False, True])
def test_all_negatives_are_the_sympy_value(squared: bool) -> None:
    """τ = 2; the sums are exact until the last step."""
    rows = [*ROWS, *OTHERS]

    def score(u: list[int], v: list[int]) -> sp.Rational:
        if squared:
            return -sp.Rational(sum((x - y) ** 2 for x, y in zip(u, v, strict=True)), 2)
        return sp.Rational(sum(x * y for x, y in zip(u, v, strict=True)), 2)

    with_own, without = sp.Integer(0), sp.Integer(0)
    for i, row in enumerate(rows):
        positive = (i + 3) % 6
        own = score(row, rows[positive])
        others = [sp.exp(score(row, rows[j])) for j in range(6) if j not in {i, positive}]
        without += sp.log(sp.Add(*others)) - own
        with_own += sp.log(sp.Add(*others) + sp.exp(own)) - own
    a, b = (torch.tensor([r], dtype=torch.float64) for r in (ROWS, OTHERS))
    critic = PowerDistance(2, 2, 2.0) if squared else InnerProduct(2.0)
    assert float(nt_xent(a, b, critic)) == pytest.approx(float((with_own / 6).evalf(30)), **EXACT)
    found = float(decoupled_infonce(a, b, critic))
    assert found == pytest.approx(float((without / 6).evalf(30)), **EXACT)
    swapped = float(decoupled_infonce(a, b[:, [1, 0, 2]], critic))
    assert abs(swapped - found) > 0.1


def test_all_negatives_need_features() -> None:
    a = normal(1, 4, 2)
    with pytest.raises(ValueError, match="no features; allowed"):
        nt_xent(a, a, PowerDistance(1, 1))


def test_self_distillation_is_a_mean_of_cosines_and_stops_the_gradient() -> None:
    angles = torch.tensor([[0.0, 1.0, 2.0]], dtype=torch.float64)
    unit = torch.stack((angles.cos(), angles.sin()), -1)
    turned = torch.stack(((angles + 0.5).cos(), (angles + 0.5).sin()), -1)
    value = self_distillation(3 * unit, turned, unit, 2 * turned)
    assert float(value) == pytest.approx(1 - math.cos(0.5), **EXACT)
    assert float(self_distillation(unit, unit, -unit, -unit)) == pytest.approx(2, **EXACT)
    inputs = [h.clone().requires_grad_() for h in (unit, turned, unit, turned)]
    self_distillation(*inputs).sum().backward()
    assert inputs[0].grad is not None and inputs[2].grad is None
    self_distillation(*inputs, stop_gradient=False).sum().backward()
    assert inputs[2].grad is not None and bool(inputs[2].grad.abs().max() > 0.01)


def test_moving_average_is_pure_and_geometric() -> None:
    online = {"w": torch.full((2,), 8.0, requires_grad=True), "steps": torch.tensor(7)}
    target = {"w": torch.zeros(2), "steps": torch.tensor(0)}
    state = target
    for _ in range(3):
        state = moving_average(state, online, 0.5)
    assert state["w"].tolist() == [7.0, 7.0]
    assert int(state["steps"]) == 7
    assert not state["w"].requires_grad
    assert target["w"].tolist() == [0.0, 0.0]
    assert moving_average(target, online, 1.0)["w"].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match=r"\['steps'\] differ; allowed"):
        moving_average({"w": target["w"]}, online, 0.5)
    with pytest.raises(ValueError, match=r"decay = 1\.5; allowed"):
        moving_average(target, online, 1.5)
    assert decay_schedule(0, 10, base=0.9) == pytest.approx(0.9)
    assert decay_schedule(5, 10, base=0.9) == pytest.approx(0.95)
    assert decay_schedule(10, 10, base=0.9) == 1
    with pytest.raises(ValueError, match="allowed"):
        decay_schedule(11, 10)


def test_dino_is_the_sympy_cross_entropy() -> None:
    """τ_s = 1, τ_t = 1/2, centre (1, 0)."""
    student, teacher = [[1, 2], [0, -1]], [[2, 0], [1, 1]]

    def softmax(scores: list[sp.Expr]) -> list[sp.Expr]:
        total = sp.Add(*(sp.exp(s) for s in scores))
        return [sp.exp(s) / total for s in scores]

    total = sp.Integer(0)
    for s, t in zip(student, teacher, strict=True):
        p = softmax([sp.Integer(x) for x in s])
        q = softmax([sp.Integer(2 * (x - c)) for x, c in zip(t, (1, 0), strict=True)])
        total -= sum(y * sp.log(x) for x, y in zip(p, q, strict=True))
    s, t = (torch.tensor([h], dtype=torch.float64) for h in (student, teacher))
    centre = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    options = {"student_temperature": 1.0, "teacher_temperature": 0.5}
    # Both views alike: each is predicted from the other by the same rows.
    found = float(dino(s, s, t, t, centre, **options))
    assert found == pytest.approx(float((total / 2).evalf(30)), **EXACT)
    assert abs(float(dino(s, s, t, t, 0 * centre, **options)) - found) > 0.1
    crossed = float(dino(s, s.flip(1), t.flip(1), t, centre, **options))
    assert crossed == pytest.approx(found, **EXACT)


def test_dino_is_least_at_the_teacher_and_the_centre_follows_the_mean() -> None:
    t = normal(1, 6, 4)
    centre = torch.zeros(1, 4, dtype=torch.float64)
    q = (t / 0.5).softmax(-1)
    entropy = -float((q * q.log()).sum(-1).mean())
    options = {"student_temperature": 0.5, "teacher_temperature": 0.5}
    assert float(dino(t, t, t, t, centre, **options)) == pytest.approx(entropy, **EXACT)
    assert float(dino(t, normal(1, 6, 4, seed=3), t, t, centre, **options)) > entropy + 0.1
    updated = update_centre(centre, t, momentum=0.75)
    torch.testing.assert_close(updated, t.mean(1) / 4)
    with pytest.raises(ValueError, match=r"centre .* allowed"):
        dino(t, t, t, t, centre[:, :3])
    with pytest.raises(ValueError, match="momentum = 2; allowed"):
        update_centre(centre, t, momentum=2)


def test_sinkhorn_balances_and_is_the_closed_form_for_two() -> None:
    scores = torch.tensor([[[0.3, -0.2], [0.1, 0.4]]], dtype=torch.float64)
    q = sinkhorn(scores, regularisation=0.5, iterations=200)
    # q = [[x, 1-x], [1-x, x]] with x/(1-x) = exp((s11 + s22 - s12 - s21)/2ε).
    x = 1 / (1 + math.exp(-(0.3 + 0.4 + 0.2 - 0.1) / (2 * 0.5)))
    expected = torch.tensor([[[x, 1 - x], [1 - x, x]]], dtype=torch.float64)
    torch.testing.assert_close(q, expected, rtol=1e-9, atol=1e-9)
    many = sinkhorn(normal(2, 12, 3), regularisation=0.5, iterations=300)
    torch.testing.assert_close(many.sum(-1), torch.ones(2, 12, dtype=torch.float64))
    torch.testing.assert_close(many.sum(1), torch.full((2, 3), 4.0, dtype=torch.float64))
    # Unlike the softmax of the same scores.
    assert float((normal(2, 12, 3).softmax(-1).sum(1) - 4).abs().max()) > 0.1
    shifted = sinkhorn(normal(1, 12, 3) + torch.tensor([5.0, 0.0, 0.0]), iterations=300)
    plain = sinkhorn(normal(1, 12, 3), iterations=300)
    torch.testing.assert_close(shifted, plain, rtol=1e-4, atol=1e-4)


def test_swav_swaps_the_assignments() -> None:
    a, b = normal(1, 6, 3, seed=1), normal(1, 6, 3, seed=2)
    qa, qb = sinkhorn(a), sinkhorn(b)
    pa, pb = ((h / 0.1).log_softmax(-1) for h in (a, b))
    expected = -float((qb * pa + qa * pb).sum(-1).mean()) / 2
    straight = -float((qa * pa + qb * pb).sum(-1).mean()) / 2
    assert float(swav(a, b)) == pytest.approx(expected, **EXACT)
    assert abs(expected - straight) > 0.1


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    a = normal(2, 5, 3)
    directions = normal(1, 3, 4)
    for call in (
        lambda: vicreg(a, a[:, :-1]),
        lambda: vicreg(a, a, covariance_weight=-1.0),
        lambda: variance_hinge(a, epsilon=0.0),
        lambda: covariance_penalty(a[0]),
        lambda: barlow_twins(a, a, redundancy_weight=math.nan),
        lambda: whitened_alignment(a, a, epsilon=-1.0),
        lambda: whitening_penalty(a[:, :1]),
        lambda: spectral_contrastive(a, a, beta=0.0),
        lambda: sigreg(a, directions[:, :2]),
        lambda: sigreg(a, directions, knots=1),
        lambda: sigreg(a, directions, t_max=math.inf),
        lambda: random_directions(torch.Generator(), 0),
        lambda: decoupled_infonce(a, a[..., :2], InnerProduct()),
        lambda: self_distillation(a, a, a, a[:, :1]),
        lambda: swav(a, a, temperature=0.0),
        lambda: sinkhorn(a, iterations=0),
        lambda: sinkhorn(a, regularisation=0.0),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()


def test_the_plain_evaluation_in_the_benchmark_has_the_same_value_and_gradient() -> None:
    from sith.numerics.benchmarks import loss_cost

    h = normal(2, 40, 3, seed=1).requires_grad_()
    directions = random_directions(torch.Generator().manual_seed(0), 3, dtype=torch.float64)
    ours, plain = sigreg(h, directions), loss_cost.plain_sigreg(h, directions)
    torch.testing.assert_close(ours, plain, rtol=1e-12, atol=0)
    slopes = [torch.autograd.grad(value.sum(), h)[0] for value in (ours, plain)]
    torch.testing.assert_close(*slopes, rtol=1e-9, atol=1e-12)
    row = loss_cost.Cost("infonce step", 0.5, 0.4)
    assert row.to_dict()["target_met"] is True and "ratio 3.8" in str(row)
    assert "MISSED" in str(loss_cost.Cost("infonce step", 0.5, 0.9))
