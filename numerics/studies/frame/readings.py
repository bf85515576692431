"""What a row of a study's table reads of the runs: values of one entry, their largest, their least."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sith.numerics.studies.frame.finding import Measurement, Runs

Reading = Callable[[Runs], list[float]]
"""All runs → values over seeds."""
Number = Callable[[Runs], float]
"""All runs → one number without randomness."""


def runs_where(runs: Runs, /, **where: Any) -> list[Measurement]:
    """Return the runs whose settings are as given, in order."""
    return [m for m in runs if all(m.settings.get(k) == v for k, v in where.items())]


def run_where(runs: Runs, /, **where: Any) -> Measurement:
    """Return the first run whose settings are as given; raises `LookupError` where there is none."""
    found = runs_where(runs, **where)
    if not found:
        raise LookupError(f"no run with the settings {where}")
    return found[0]


def values_of(runs: Runs, name: str, /, **where: Any) -> list[float]:
    """Return one number of every run whose settings are as given, in order."""
    return [float(m.result[name]) for m in runs_where(runs, **where)]


def pooled_of(runs: Runs, name: str, /, **where: Any) -> list[float]:
    """Return the numbers of one entry, a list, of all runs whose settings are as given, in order."""
    return [float(x) for m in runs_where(runs, **where) for x in m.result[name]]


def over_runs(name: str, /, **where: Any) -> Reading:
    """Return the reading `values_of`."""
    return lambda runs: values_of(runs, name, **where)


def pooled(name: str, /, **where: Any) -> Reading:
    """Return the reading `pooled_of`."""
    return lambda runs: pooled_of(runs, name, **where)


def largest(name: str, /, **where: Any) -> Number:
    """Return the largest of one number over the runs whose settings are as given; one run at least."""
    return lambda runs: max(values_of(runs, name, **where))


def least(name: str, /, **where: Any) -> Number:
    """Return the least of one number over the runs whose settings are as given; one run at least."""
    return lambda runs: min(values_of(runs, name, **where))


def only(name: str, /, **where: Any) -> Number:
    """Return the number of the first run whose settings are as given."""
    return lambda runs: values_of(runs, name, **where)[0]
