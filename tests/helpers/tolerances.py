"""Every tolerance of a numerical test: its size, the samples it is for, and how often it errs.

`false_alarm` bounds the probability that a correct implementation fails one such assertion on
freshly drawn samples; 0 means that the bound does not depend on the draw.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A level for one kind of assertion."""

    value: float
    samples: int
    false_alarm: float
    reason: str


ROUNDING = Tolerance(
    1e-9, 400, 0.0, "float64 normal equations with singular values in [1/4, 4]: 1e-16 times cond²"
)
INVARIANCE = Tolerance(
    1e-7, 400, 0.0, "as ROUNDING, for the difference of two scores of nonlinear or noisy relations"
)
INDEPENDENT_R2 = Tolerance(
    0.06,
    1000,
    1e-9,
    "held-out R² of noise is about −m/n: within [−0.03, 0] in 300 draws of m = 5, n = 500",
)
INDEPENDENT_MCC = Tolerance(
    0.16,
    1000,
    1e-9,
    "a mean of |N(0, 1/500)| over 5 pairs is 0.036 with spread 0.012; 300 draws ≤ 0.081",
)
SMOOTH_BLOCK = Tolerance(
    0.04,
    2000,
    1e-4,
    "kernel ridge on 1,000 points in 2 dimensions, with saturation: 0.002 to 0.013",
)
LEAK = Tolerance(
    0.1, 2000, 1e-6, "a leak that makes up 1/5 of the variance or more leaves at least half of it"
)
SEPARATION = Tolerance(
    0.05, 2000, 1e-9, "each planted non-member leaves at least 0.08 in the population"
)
RANK_FIT = Tolerance(
    1e-4, 2000, 1e-9, "isotonic fit of equal ranks errs at the two ends only, by (log n / n)²"
)
BLOCK_MEMBER = Tolerance(
    0.02, 2000, 1e-4, "kernel ridge on the ranks of 1,000 rows of a mild block map: 0.0003 to 0.007"
)
DISTORTED_BLOCK = Tolerance(
    0.1, 2000, 1e-3, "as BLOCK_MEMBER, for cubics after maps of condition 50: 0.004 to 0.05 seen"
)
SAME_LAW = Tolerance(
    0.01,
    2000,
    1e-6,
    "energy coefficient of equal laws with 1,000 rows each stays below 0.0035 in 60 draws",
)
COVERAGE = Tolerance(
    0.022, 2000, 1e-5, "a share of 2,000 intervals at level 0.95 has spread 0.0049: 4.5 spreads"
)
TEST_LEVEL = Tolerance(
    0.13, 200, 1e-5, "rejections at level 0.05 in 200 tests are Bin(200, 0.05): P(> 26) < 1e-5"
)
MISSED_COMPONENT = Tolerance(
    0.05, 240, 1e-4, "Bin(240, 1/32) has mean 7.5 and spread 2.7: a share above 0.081 is P(≥ 20)"
)
