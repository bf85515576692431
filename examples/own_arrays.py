"""Own arrays: score a time series, compare runs, find a collapse, diagnose pairs and environments.

Every call takes paths as well as arrays; `sith score`, `sith compare` and `sith diagnose` are the
same on the command line.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sith import theorem
from sith.numerics.data import Diagnosis, compare, diagnose, score


def time_series(rng: np.random.Generator, rows: int = 2000) -> Any:
    """Five channels that mix three slow latents: random rows would not be held out."""
    latents = np.zeros((rows, 3))
    for t in range(1, rows):
        latents[t] = 0.95 * latents[t - 1] + rng.standard_normal(3)
    channels = latents @ rng.standard_normal((3, 5)) + 0.1 * rng.standard_normal((rows, 5))
    return score(latents, channels, measures=("linear_r2", "mcc"))


def two_seeds(rng: np.random.Generator, rows: int = 600) -> Any:
    """Two runs that a theorem says differ by a rotation, and do by a shear, and a collapsed one."""
    points = rng.standard_normal((rows, 3))
    first = points / np.linalg.norm(points, axis=1, keepdims=True)
    second = first @ [[1.0, 0.5, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]]
    collapsed = (0.5 + 1e-6 * rng.standard_normal((rows, 3))).astype(np.float32)
    claim = theorem("zimmermann_2021_vmf").at(3)
    return compare((first, second, collapsed), claim=claim)


def pairs(rng: np.random.Generator, rows: int = 1000) -> Diagnosis:
    """Pairs on the sphere whose steps are longer along one axis: no von Mises–Fisher conditional."""
    points = rng.standard_normal((rows, 3))
    z = points / np.linalg.norm(points, axis=1, keepdims=True)
    moved = z + 0.3 * rng.standard_normal((rows, 3)) * [1.0, 1.0, 0.2]
    partner = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return diagnose((z, partner), claim=theorem("zimmermann_2021_vmf"), draws=0)


def environments(rng: np.random.Generator, rows: int = 500) -> Diagnosis:
    """Six environments as a table of means and variances, whose exact rank falls short by one."""
    k = np.arange(6.0)
    table = {
        "means": np.stack([0.1 * k, 0.1 * k**2], 1),
        "variances": np.stack([1 + 0.3 * k, 1 + 0.2 * k**3], 1),
    }
    samples = rng.standard_normal((rows, 2))
    options = {"parameters": {"statistics": "both"}, "draws": 0}
    return diagnose(samples, claim=theorem("khemakhem_2020_ivae"), environments=table, **options)


def main(seed: int = 0) -> tuple[Any, ...]:
    """Run all four and return their reports."""
    rng = np.random.default_rng(seed)
    reports = time_series(rng), two_seeds(rng), pairs(rng), environments(rng)
    for report in reports:
        print(report, end="\n\n")
    return reports


if __name__ == "__main__":
    main()
