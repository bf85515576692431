"""The covariances of the re-weighted study against rows that are drawn one by one."""

import numpy as np
import pytest

from sith.numerics.studies.samples.reweighted_sam_runs import DIMENSION, NOISE, sampled_covariances

ROWS, REPEATS = 500, 600
A, SHARE = 0.7, 0.2


def by_rows(seed):
    """C and C_w of the definition."""
    rng = np.random.default_rng([seed, 99])
    rare = rng.random(ROWS) < SHARE
    sign, other = rng.choice((-1.0, 1.0), (2, ROWS))
    kept = np.zeros((ROWS, DIMENSION))
    kept[:, 0] = np.where(rare, 0.0, sign)
    kept[:, 1] = np.where(rare, sign, A * other)
    one, two = (kept + NOISE * rng.normal(size=kept.shape) for _ in range(2))
    weights = np.where(rare, 1 / (2 * SHARE), 1 / (2 * (1 - SHARE)))
    found = []
    for w in (np.ones(ROWS), weights):
        cross = (one * w[:, None]).T @ two / ROWS
        found.append((cross + cross.T) / 2)
    return found


ENTRIES = ((0, 0), (1, 1), (0, 1), (1, 5), (0, 5), (5, 5), (5, 6))


@pytest.fixture(scope="module")
def entries():
    """Both samplers: ``(repeats, C or C_w, entry)``."""
    return [
        np.array([[[c[e] for e in ENTRIES] for c in draw(seed)] for seed in range(REPEATS)])
        for draw in (by_rows, lambda seed: sampled_covariances(A, SHARE, seed, ROWS))
    ]


def test_both_samplers_have_the_same_means_and_variances(entries):
    direct, drawn = entries
    error = np.sqrt((direct.var(0) + drawn.var(0)) / REPEATS)
    # 28 comparisons: five standard errors have a false alarm in a hundred thousand runs.
    assert (np.abs(direct.mean(0) - drawn.mean(0)) < 5 * error).all()
    ratio = drawn.var(0) / direct.var(0)
    assert (np.abs(np.log(ratio)) < 5 * np.sqrt(4 / REPEATS)).all()


def test_the_two_covariances_of_a_sample_belong_together(entries):
    for i, _ in enumerate(ENTRIES):
        direct, drawn = (np.corrcoef(e[:, 0, i], e[:, 1, i])[0, 1] for e in entries)
        # By Fisher's transform; independent draws of C and C_w would have correlation 0.
        assert abs(np.arctanh(direct) - np.arctanh(drawn)) < 5 * np.sqrt(2 / REPEATS)
        assert drawn > 0.5
