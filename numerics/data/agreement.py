"""Up to which group two runs agree: nested tests of held-out fits, smallest group first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import t as student

from sith.numerics.data.lattice import BASES, GROUPS, NOTHING, SMOOTH, UNKNOWN, larger
from sith.numerics.data.splitting import Division
from sith.numerics.data.table import Array
from sith.numerics.measure.affine import least_squares
from sith.numerics.measure.block_r2 import kernel_ridge

MARGIN = 0.01
"""Share of variance that a larger group must explain beyond a smaller one to count."""
SHARED = 0.10
"""Share of variance that may stay unexplained in runs that agree."""
LEVEL = 0.95
ROWS_PER_COORDINATE = 2
"""Fitted rows for each coordinate, below which the best orthogonal or linear map is not known."""
SMOOTH_ROWS = 1000
"""Rows that a smooth map is fitted on; its cost grows with their cube."""


class Answer(Enum):
    """What a nested test says of the smaller group."""

    ENOUGH = "enough"
    TOO_SMALL = "too small"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Family:
    """A group of maps between runs: its name, and the fit of its best member.

    `fit` takes x ``(n, m)``, y ``(n, k)`` and new x, all centred where shifts are allowed, and
    returns the prediction.
    """

    name: str
    with_shift: str
    fit: Callable[[Array, Array, Array], Array]
    equal_widths: bool


def _matched(signed: bool) -> Callable[[Array, Array, Array], Array]:
    def fit(x: Array, y: Array, new: Array) -> Array:
        products = x.T @ y
        gain = np.abs(products) if signed else products
        rows, columns = linear_sum_assignment(gain, maximize=True)
        result = np.zeros((len(new), y.shape[1]))
        signs = np.where(products[rows, columns] < 0, -1.0, 1.0) if signed else 1.0
        result[:, columns] = new[:, rows] * signs
        return result

    return fit


def _scaled_match(x: Array, y: Array, new: Array) -> Array:
    products, squares = x.T @ y, (x**2).sum(0)
    factors = np.divide(
        products, squares[:, None], out=np.zeros_like(products), where=squares[:, None] > 0
    )
    rows, columns = linear_sum_assignment(products * factors, maximize=True)
    result = np.zeros((len(new), y.shape[1]))
    result[:, columns] = new[:, rows] * factors[rows, columns]
    return result


def _procrustes(scale: bool) -> Callable[[Array, Array, Array], Array]:
    def fit(x: Array, y: Array, new: Array) -> Array:
        # For unequal widths the matrix has orthonormal rows or columns.
        left, singular, right = np.linalg.svd(x.T @ y, full_matrices=False)
        square = float((x**2).sum())
        if scale and x.shape[1] > y.shape[1]:
            square = float(((x @ left) ** 2).sum())
        size = float(singular.sum()) / square if scale and square > 0 else 1.0
        result: Array = new @ (size * left @ right)
        return result

    return fit


def _linear(x: Array, y: Array, new: Array) -> Array:
    return least_squares(x, y, centre=False)(new)


_FITS = (
    _matched(False),
    _matched(True),
    _scaled_match,
    _procrustes(False),
    _procrustes(True),
    _linear,
)

FAMILIES: tuple[Family, ...] = tuple(
    Family(name, with_shift, fit, "permutations" in name)
    for (name, with_shift), fit in zip(BASES, _FITS, strict=True)
)
"""From the smallest."""


@dataclass(frozen=True, slots=True)
class Step:
    """One nested test: whether a group explains as much as the larger ones.

    `unexplained` is the held-out share of variance, the worse of the two directions; `excess` is
    that less what the best larger group leaves, with an interval.
    """

    group: str
    unexplained: float
    excess: float
    low: float
    high: float
    answer: Answer

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "group": self.group,
            "unexplained": self.unexplained,
            "excess": self.excess,
            "low": self.low,
            "high": self.high,
            "answer": self.answer.value,
        }


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two runs: the smallest group that is enough, the tests, and what is not shared.

    Fields:
        first, second: the runs.
        group: the smallest group that is enough; "none" if even the fitted smooth map leaves more
            than `SHARED`; "undecided" if there are too few rows to fit maps of so many coordinates.
        decided: whether every smaller group was found too small; for "none", whether affine maps
            were found to leave more than `SHARED`: no fit rules out every smooth map.
        unexplained: held-out share of variance that the group leaves, the worse direction.
        one_way: that of the group "smooth" or "affine", from first to second and back.
        steps: the tests.
    """

    first: str
    second: str
    group: str
    decided: bool
    unexplained: float
    one_way: tuple[float, float]
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "group": self.group,
            "decided": self.decided,
            "unexplained": self.unexplained,
            "forward": self.one_way[0],
            "backward": self.one_way[1],
            "steps": [s.to_dict() for s in self.steps],
        }


def agree(
    first: Array,
    second: Array,
    division: Division,
    *,
    names: tuple[str, str] = ("first", "second"),
    margin: float = MARGIN,
) -> PairAgreement:
    """Return the smallest group up to which two runs agree.

    Every group's best member is fitted on one side of the split, in both directions, and scored on
    the other. A group is enough if what it leaves unexplained beyond the best larger group is
    below the margin at the upper end of a one-sided 97.5 % interval, too small if it is above at
    the lower end, and undecided otherwise: each of the two errors has at most that rate, up to
    the normality of means over ten parts of the rows. With fewer fitted rows than
    `ROWS_PER_COORDINATE` for each coordinate the best orthogonal or linear map is not known, and
    what follows from a bad fit is left undecided.

    Arguments:
        first, second: ``(N, m)`` and ``(N, k)``, paired rows.
        division: the split.
        names: of the runs.
        margin: share of the variance that counts.
    """
    losses: dict[str, tuple[Array, Array]] = {}
    for family in FAMILIES:
        if family.equal_widths and first.shape[1] != second.shape[1]:
            continue
        for shift, name in ((False, family.name), (True, family.with_shift)):
            losses[name] = (
                _loss(family.fit, first, second, division, shift),
                _loss(family.fit, second, first, division, shift),
            )
    losses[SMOOTH] = (
        _loss(_smooth, first, second, division, True),
        _loss(_smooth, second, first, division, True),
    )
    parts = division.parts[division.test]
    known = len(division.fit) >= ROWS_PER_COORDINATE * max(first.shape[1], second.shape[1])
    steps = tuple(
        _step(name, losses, parts, margin, known)
        if name in losses
        else Step(name, np.nan, np.nan, np.nan, np.nan, Answer.NOT_APPLICABLE)
        for name in GROUPS
    )
    return _conclude(names, steps, losses, parts, known)


def _conclude(
    names: tuple[str, str],
    steps: tuple[Step, ...],
    losses: dict[str, tuple[Array, Array]],
    parts: NDArray[np.intp],
    known: bool,
) -> PairAgreement:
    open_steps = [s for s in steps if s.answer in (Answer.ENOUGH, Answer.UNDECIDED)]
    enough = next((s for s in open_steps if s.answer is Answer.ENOUGH), None)
    best = "affine" if _worst(losses["affine"]) <= _worst(losses[SMOOTH]) else SMOOTH
    one_way = (float(losses[best][0].mean()), float(losses[best][1].mean()))
    if enough is None:
        left = max(one_way)
        return PairAgreement(*names, UNKNOWN, False, left, one_way, steps)
    if enough.unexplained <= SHARED:
        decided = open_steps[0] is enough
        return PairAgreement(*names, enough.group, decided, enough.unexplained, one_way, steps)
    # That no smooth map is enough cannot be shown by a fit; that no affine one is can.
    beyond = known and max(_interval(loss, parts)[1] for loss in losses["affine"]) > SHARED
    return PairAgreement(*names, NOTHING, beyond, enough.unexplained, one_way, steps)


def _worst(pair: tuple[Array, Array]) -> float:
    return float(max(pair[0].mean(), pair[1].mean()))


def _fitted(name: str, known: bool) -> bool:
    """Whether the best member of a group is known from the rows that were fitted."""
    return known or "permutations" in name


def _step(
    name: str,
    losses: dict[str, tuple[Array, Array]],
    parts: NDArray[np.intp],
    margin: float,
    known: bool,
) -> Step:
    """The excess over the best larger group, in the direction where it is worse.

    Where the larger groups' best members are not known, a group is enough only if it leaves less
    than the margin itself; one whose own best member is not known is never too small.
    """
    unexplained = _worst(losses[name])
    left = max(_interval(loss, parts)[2] for loss in losses[name])
    over = [n for n in larger(name) if n in losses]
    worst = (0.0, 0.0, 0.0) if not over else (-np.inf, -np.inf, -np.inf)
    for way in (0, 1) if over else ():
        best = min(over, key=lambda n: float(losses[n][way].mean()))
        difference = losses[name][way] - losses[best][way]
        worst = max(worst, _interval(difference, parts), key=lambda found: found[2])
    excess, low, high = worst
    if (known and high < margin) or left < margin:
        answer = Answer.ENOUGH
    else:
        small = low > margin and _fitted(name, known)
        answer = Answer.TOO_SMALL if small else Answer.UNDECIDED
    return Step(name, unexplained, excess, low, high, answer)


def _interval(values: Array, parts: NDArray[np.intp]) -> tuple[float, float, float]:
    """Mean with its interval from the means of the parts of the rows."""
    means = np.array([values[parts == p].mean() for p in np.unique(parts)])
    mean, count = float(values.mean()), len(means)
    if count < 2:
        return mean, -np.inf, np.inf
    half = float(student.ppf((1 + LEVEL) / 2, count - 1) * means.std(ddof=1) / np.sqrt(count))
    return mean, mean - half, mean + half


def _loss(
    fit: Callable[[Array, Array, Array], Array],
    x: Array,
    y: Array,
    division: Division,
    shift: bool,
) -> Array:
    """Per scored row the squared error, as a share of the mean squared distance from the mean."""
    x_fit, y_fit = x[division.fit], y[division.fit]
    x_mean, y_mean = x_fit.mean(0), y_fit.mean(0)
    if shift:
        x_fit, y_fit = x_fit - x_mean, y_fit - y_mean
        new, target = x[division.test] - x_mean, y[division.test] - y_mean
    else:
        new, target = x[division.test], y[division.test]
    error = ((target - fit(x_fit, y_fit, new)) ** 2).sum(1)
    centred = y[division.test] - y[division.test].mean(0)
    result: Array = error / (centred**2).sum(1).mean()
    return result


def _smooth(x: Array, y: Array, new: Array) -> Array:
    """An affine map and a kernel ridge regression of what it leaves."""
    line = least_squares(x, y)
    some = slice(0, None) if len(x) <= SMOOTH_ROWS else slice(0, None, len(x) // SMOOTH_ROWS + 1)
    rest = y - line(x)
    result: Array = line(new) + kernel_ridge(x[some], rest[some], new)
    return result
