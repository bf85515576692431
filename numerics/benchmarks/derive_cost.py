r"""Seconds to derive: the whole registry, growth in d and degree, and sympy on the same systems.

    python -m sith.numerics.benchmarks.derive_cost [--json] [--plot growth.png] [--quick]

Three tables, all measured in one run with one thread:

* every registered theorem at its default dimension and degree (aim: 60 s in all);
* three theorems over dimensions and degrees, with the exponent of seconds against the number of
  unknowns, fitted on log-log axes;
* the null space of one linear system, four ways: modulo a prime in flint (what `derive` does before
  lifting), over the rationals in flint, by sympy's `DomainMatrix` over QQ and over GF(p), and by
  sympy's `Matrix.nullspace`. Each of the slow ones runs in a process of its own and is stopped
  after `--limit` seconds; its ratio is then a lower bound.

The size of a system is printed before it is solved.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sith.theory import THEOREMS, derive, determining_system, theorem

AIM_SECONDS = 60
"""For the whole registry."""

GROWTH: dict[str, tuple[tuple[int, int], ...]] = {
    "zimmermann_2021_vmf": tuple((d, 1) for d in (2, 3, 4, 6, 8, 12)),
    "zimmermann_2021_vmf, d = 3": tuple((3, k) for k in (1, 2, 3, 4, 5)),
    "buchholz_2022_conformal": tuple((d, 2) for d in (3, 4, 5, 6)),
    "buchholz_2022_conformal, d = 3": tuple((3, k) for k in (1, 2, 3, 4, 5)),
    "hyvarinen_1999_nonidentifiability, d = 2": tuple((2, k) for k in (2, 3, 4, 6, 8)),
    "hyvarinen_1999_nonidentifiability": tuple((d, 2) for d in (2, 3, 4, 5, 6)),
}
"""Theorem, then (dimension, degree) of each run."""

SYSTEMS = (
    ("zimmermann_2021_vmf", 3, 1),
    ("zimmermann_2021_vmf", 3, 2),
    ("zimmermann_2021_vmf", 4, 2),
    ("buchholz_2022_conformal", 3, 3),
    ("reizinger_2025_diet", 3, 1),
)
"""Theorem, dimension and degree of the systems that are solved several ways."""


def registry(most: int) -> dict[str, Any]:
    """Derive every registered theorem, or the first `most`, at its defaults."""
    rows: list[dict[str, Any]] = []
    for entry in THEOREMS[:most]:
        start = time.perf_counter()
        verdict = derive(entry)
        rows.append(
            {
                "slug": entry.slug,
                "seconds": round(time.perf_counter() - start, 3),
                "unknowns": verdict.scope.unknowns,
                "equations": verdict.scope.equations,
                "agrees": verdict.agrees,
            }
        )
    total = round(sum(row["seconds"] for row in rows), 2)
    return {"rows": rows, "seconds": total, "aim": AIM_SECONDS, "met": total <= AIM_SECONDS}


def growth(points: int, announce: Callable[[str], None]) -> list[dict[str, Any]]:
    """Derive three theorems over dimensions and degrees; `points` limits the runs of each series."""
    series = []
    for name, settings in GROWTH.items():
        slug = name.partition(",")[0]
        runs = []
        for d, k in settings[:points]:
            start = time.perf_counter()
            verdict = derive(theorem(slug), d, k, announce=announce)
            seconds = time.perf_counter() - start
            runs.append(
                {
                    "dim": d,
                    "degree": k,
                    "unknowns": verdict.scope.unknowns,
                    "equations": verdict.scope.equations,
                    "seconds": round(seconds, 4),
                }
            )
        series.append({"series": name, "runs": runs, "exponent": _exponent(runs)})
    return series


def _exponent(runs: list[dict[str, Any]]) -> float | str:
    """Slope of log seconds against log unknowns over the larger half of the runs."""
    late = [r for r in runs[len(runs) // 2 - 1 :] if r["unknowns"] > 0]
    if len({r["unknowns"] for r in late}) < 2:
        return "too few sizes"
    x = np.log([r["unknowns"] for r in late])
    y = np.log([r["seconds"] for r in late])
    return round(float(np.polyfit(x, y, 1)[0]), 2)


def null_spaces(limit: float, count: int, announce: Callable[[str], None]) -> list[dict[str, Any]]:
    """Solve the same systems several ways; `limit` in seconds for each way."""
    rows = []
    for slug, d, k in SYSTEMS[:count]:
        system = determining_system(theorem(slug), d, k)
        announce(f"{slug}, d = {d}, degree {k}: {system.unknowns} × {system.equations}")
        start = time.perf_counter()
        _, nullity = system.modular.nullspace()
        ours = time.perf_counter() - start
        rational = [[(int(x.p), int(x.q)) for x in row] for row in system.matrix.tolist()]
        others = {}
        for way in _WAYS:
            seconds, found = _limited(way, rational, system.prime, limit)
            if found not in ("stopped", nullity):
                raise ArithmeticError(f"{way} finds a null space of dimension {found}")
            others[way] = {
                "seconds": round(seconds, 5),
                "stopped": found == "stopped",
                "ratio": round(seconds / ours, 1),
            }
        rows.append(
            {
                "slug": slug,
                "dim": d,
                "degree": k,
                "unknowns": system.unknowns,
                "equations": system.equations,
                "nullity": int(nullity),
                "seconds": round(ours, 6),
                "others": others,
            }
        )
    return rows


def _flint_rational(rows: Any, prime: int) -> int:  # noqa: ARG001
    from flint import fmpq, fmpq_mat

    matrix = fmpq_mat([[fmpq(p, q) for p, q in row] for row in rows])
    reduced, rank = matrix.rref()
    return int(reduced.ncols() - rank)


def _domain_rational(rows: Any, prime: int) -> int:  # noqa: ARG001
    import sympy as sp
    from sympy.polys.matrices import DomainMatrix

    table = [[sp.QQ(p, q) for p, q in row] for row in rows]
    matrix = DomainMatrix(table, (len(table), len(table[0])), sp.QQ)
    return int(matrix.nullspace().shape[0])


def _domain_modular(rows: Any, prime: int) -> int:
    import sympy as sp
    from sympy.polys.matrices import DomainMatrix

    field = sp.GF(prime)
    table = [[field(p % prime) / field(q % prime) for p, q in row] for row in rows]
    matrix = DomainMatrix(table, (len(table), len(table[0])), field)
    return int(matrix.nullspace().shape[0])


def _matrix(rows: Any, prime: int) -> int:  # noqa: ARG001
    import sympy as sp

    return len(sp.Matrix([[sp.Rational(p, q) for p, q in row] for row in rows]).nullspace())


_WAYS: dict[str, Callable[[Any, int], int]] = {
    "flint over QQ": _flint_rational,
    "DomainMatrix over GF(p)": _domain_modular,
    "DomainMatrix over QQ": _domain_rational,
    "Matrix.nullspace": _matrix,
}


def _timed(way: str, rows: Any, prime: int, answer: Any) -> None:
    start = time.perf_counter()
    nullity = _WAYS[way](rows, prime)
    answer.put((time.perf_counter() - start, nullity))


def _limited(way: str, rows: Any, prime: int, limit: float) -> tuple[float, Any]:
    """Return the seconds and the dimension found, or (limit, "stopped")."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_timed, args=(way, rows, prime, answer))
    process.start()
    deadline = time.perf_counter() + limit + 10
    while process.is_alive() and answer.empty() and time.perf_counter() < deadline:
        time.sleep(0.01)
    if answer.empty():
        process.kill()
        process.join()
        return limit, "stopped"
    seconds, nullity = answer.get()
    process.join()
    return float(seconds), nullity


def plot(series: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds against unknowns on log-log axes, one line for each series."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for row in series:
        runs = [r for r in row["runs"] if r["unknowns"]]
        axes.loglog(
            [r["unknowns"] for r in runs],
            [r["seconds"] for r in runs],
            marker="o",
            label=f"{row['series']}: exponent {row['exponent']}",
        )
    axes.set_xlabel("unknowns at the highest degree")
    axes.set_ylabel("seconds of `derive`, all degrees")
    axes.legend(fontsize="small")
    axes.grid(visible=True, which="both", alpha=0.3)
    figure.savefig(path, dpi=150)


def main(arguments: list[str] | None = None) -> int:
    """Print the tables, or one JSON object with ``--json``; status 1 if the aim was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--plot", type=Path, help="write the log-log plot to this PNG file")
    parser.add_argument(
        "--quick", action="store_true", help="five theorems and small sizes, for a trial"
    )
    parser.add_argument("--limit", type=float, default=60, help="seconds for each slow way")
    options = parser.parse_args(arguments)

    def announce(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    points, count, most = (2, 1, 5) if options.quick else (99, 99, len(THEOREMS))
    report: dict[str, Any] = {
        "benchmark": "derive_cost",
        "registry": registry(most),
        "growth": growth(points, announce),
        "null_spaces": null_spaces(options.limit, count, announce),
    }
    if options.plot:
        plot(report["growth"], options.plot)
    out = sys.stdout
    if options.json:
        out.write(json.dumps(report, indent=2) + "\n")
    else:
        out.write("\n".join(_lines(report)) + "\n")
    return int(not report["registry"]["met"])


def _lines(report: dict[str, Any]) -> list[str]:
    table = report["registry"]
    lines = [
        f"{r['slug']:<40} {r['seconds']:8.3f} s  {r['unknowns']} × {r['equations']}"
        for r in table["rows"]
    ]
    met = "met" if table["met"] else "MISSED"
    lines.append(f"whole registry: {table['seconds']} s; aim {table['aim']} s {met}")
    for row in report["growth"]:
        runs = ", ".join(
            f"d={r['dim']} k={r['degree']}: {r['unknowns']} unknowns {r['seconds']} s"
            for r in row["runs"]
        )
        lines.append(f"{row['series']}: {runs}; exponent {row['exponent']}")
    for row in report["null_spaces"]:
        ways = "; ".join(
            f"{way} {'> ' if w['stopped'] else ''}{w['seconds']} s, ratio "
            f"{'> ' if w['stopped'] else ''}{w['ratio']}"
            for way, w in row["others"].items()
        )
        lines.append(
            f"{row['slug']} d={row['dim']} k={row['degree']} ({row['unknowns']} × "
            f"{row['equations']}, null space {row['nullity']}): {row['seconds']} s; {ways}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
