"""Score: stated invariances, bounds and constants over all measures; splits; random walks."""

from __future__ import annotations

import numpy as np
import pytest

from sith import InputError
from sith.numerics.data import (
    MAPS,
    SCORERS,
    Scorer,
    contiguous_blocks,
    dependence,
    given_split,
    random_rows,
    score,
    whole_groups,
)

ROWS = 400
# Between rounding and what a changed split of ties, or a solver's stopping rule, may do.
NEAR = 2e-3


def moved(x: np.ndarray, kind: str) -> np.ndarray:
    r = np.random.default_rng(7)
    d = x.shape[1]
    matrices = {
        "permutation": np.eye(d)[::-1],
        "signs": np.diag((-1.0) ** np.arange(d)),
        "scales": np.diag(0.25 + np.arange(d)),
        "one_scale": 3.0 * np.eye(d),
        "orthogonal": np.linalg.qr(r.standard_normal((d, d)))[0],
        "linear": np.eye(d) + 0.4 * r.uniform(-1, 1, (d, d)),
    }
    if kind == "shift":
        return x + 5.0
    return np.exp(x) if kind == "monotone" else x @ matrices[kind]


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    r = np.random.default_rng(0)
    z = r.standard_normal((ROWS, 3))
    y = np.tanh(z @ (np.eye(3) + 0.4 * r.standard_normal((3, 3))))
    return z, y + 0.1 * r.standard_normal((ROWS, 3))


def halves() -> tuple[np.ndarray, np.ndarray]:
    own = random_rows(ROWS)
    return own.fit, own.test


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda s: s.names[0])
def test_every_stated_invariance_holds(scorer: Scorer, data: tuple[np.ndarray, np.ndarray]) -> None:
    z, y = data
    before = np.array(scorer.call(z, y, halves(), (), 0))
    assert scorer.of_y <= set(MAPS) and scorer.of_z <= set(MAPS)
    for kind in scorer.of_y:
        after = scorer.call(z, moved(y, kind), halves(), (), 0)
        np.testing.assert_allclose(after, before, atol=NEAR, err_msg=f"y: {kind}")
    for kind in scorer.of_z:
        after = scorer.call(moved(z, kind), y, halves(), (), 0)
        np.testing.assert_allclose(after, before, atol=NEAR, err_msg=f"z: {kind}")


def test_what_is_not_stated_changes_the_score(data: tuple[np.ndarray, np.ndarray]) -> None:
    """The contract is not vacuous: a rotation of y is noticed by every measure of coordinates."""
    z, y = data
    for scorer in SCORERS:
        if "orthogonal" in scorer.of_y or scorer.names[0] == "block_r2":
            continue
        before, after = (
            np.array(scorer.call(z, x, halves(), (), 0)) for x in (y, moved(y, "orthogonal"))
        )
        assert np.abs(before - after).max() > NEAR, scorer.names


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda s: s.names[0])
def test_bounds_and_the_perfect_score(scorer: Scorer) -> None:
    r = np.random.default_rng(1)
    z, noise = r.uniform(size=(2, ROWS, 3))
    perfect = np.array(scorer.call(z, z, halves(), (), 0))
    nothing = np.array(scorer.call(z, noise, halves(), (), 0))
    for values in (perfect, nothing):
        assert (values <= 1 + 1e-12).all()
        assert (values >= scorer.low).all()
    # Bins and the lasso's penalty leave a part even where nothing is lost.
    assert perfect.min() > (0.8 if scorer.slow else 0.9)
    if not scorer.names[0].startswith("dci"):
        assert nothing.max() < 0.2


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda s: s.names[0])
def test_a_constant_embedding_scores_nothing_or_is_refused(scorer: Scorer) -> None:
    z = np.random.default_rng(1).uniform(size=(ROWS, 3))
    try:
        values = scorer.call(z, np.ones((ROWS, 3)), halves(), (), 0)
    except InputError:
        return
    assert max(values) <= 1e-9


def test_independent_random_walks_score_about_nothing() -> None:
    """Each score exceeds 0 one time in twenty; linear R² with random rows is 0.95."""
    values = []
    for seed in range(4):
        r = np.random.default_rng(seed)
        z = r.standard_normal((2000, 1)).cumsum(0)
        y = r.standard_normal((2000, 30)).cumsum(0)
        report = score(z, y, measures=("linear_r2", "mcc", "mean_cca", "linear_cka"))
        assert any("random walk" in text for text in report.warnings)
        values += [s.value for s in report.scores]
    assert np.mean(values) < 0.1
    naive = score(z, y, measures=("linear_r2",), random=True)
    assert naive.scores[0].value > 0.8
    assert any("not held out" in text for text in naive.warnings)


def test_a_series_that_is_recovered_keeps_its_score() -> None:
    r = np.random.default_rng(0)
    z = np.zeros((3000, 2))
    for t in range(1, 3000):
        z[t] = 0.9 * z[t - 1] + r.standard_normal(2)
    y = z @ [[1.0, 2.0], [-1.0, 1.0]] + 0.1 * r.standard_normal((3000, 2))
    (found,) = score(z, y, measures=("linear_r2",)).scores
    assert found.value > 0.9
    assert found.p_value <= 0.05


def test_the_interval_covers_the_score_of_many_rows() -> None:
    """95 % intervals: at least 14 of 20 cover but with probability 3e-4."""
    r = np.random.default_rng(0)
    truth, covered = 0.8, 0
    for _ in range(20):
        z = r.standard_normal((400, 1))
        y = z + 0.5 * r.standard_normal((400, 1))
        (found,) = score(z, y, measures=("linear_r2",)).scores
        covered += found.low <= truth <= found.high
    assert covered >= 14


def test_dependence_has_its_level_and_finds_order_and_repetition() -> None:
    r = np.random.default_rng(0)
    alarms = sum(dependence(r.standard_t(3, (300, 6))).p_value < 0.05 for _ in range(200))
    assert alarms <= 21  # binomial(200, 0.05): above 21 with probability 3e-4
    assert dependence(np.sort(r.standard_normal((300, 1)), 0)).ordered
    twice = np.tile(r.standard_normal((100, 2)), (2, 1))
    found = dependence(twice)
    assert found.repeated == 100
    assert not found.ordered
    report = score(twice, twice @ [[1.0, 2.0], [0.0, 1.0]], measures=("linear_r2",))
    assert "whole groups" in report.split


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_dependence_is_seen_at_every_scale(size: float) -> None:
    walk = np.random.default_rng(0).standard_normal((400, 2)).cumsum(0) * 0.01
    assert dependence(size * walk).ordered


def test_splits_hold_out_what_they_say() -> None:
    blocks = contiguous_blocks(100, 4, gap=4)
    assert min(abs(int(a) - int(b)) for a in blocks.fit for b in blocks.test) == 5
    groups = np.repeat(np.arange(20), 5)
    own = whole_groups(groups)
    assert not set(groups[own.fit]) & set(groups[own.test])
    given = given_split(np.repeat([0, -1, 1], 20))
    assert (given.fit.max(), given.test.min()) == (19, 40)
    for wrong in (
        lambda: contiguous_blocks(100, 1),
        lambda: contiguous_blocks(10, 2),
        lambda: whole_groups(np.zeros(50)),
        lambda: given_split(np.arange(50)),
    ):
        with pytest.raises(InputError):
            wrong()


def test_bad_input_is_refused() -> None:
    r = np.random.default_rng(0)
    z = r.standard_normal((100, 2))
    cases = {
        "rows": (z[:50], z, {}),
        "is constant": (np.c_[z, np.ones(100)], z, {}),
        "all rows coincide": (z, np.ones((100, 2)), {}),
        "at least 40": (z[:20], z[:20], {}),
        "more than one split": (z, z, {"blocks": 4, "random": True}),
        "no measure wrong": (z, z, {"measures": ("wrong",)}),
        "gap without blocks": (z, z, {"gap": 3}),
    }
    for said, (first, second, options) in cases.items():
        with pytest.raises(InputError, match=said):
            score(first, second, **options)
