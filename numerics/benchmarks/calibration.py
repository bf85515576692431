r"""How often the trained verdict is wrong, on claims whose truth is known.

    python -m sith.numerics.benchmarks.calibration [--repeats 6] [--seeds 3] [--only SLUG ...] \
        [--out FILE] [--json]

A *true* claim is a registered theorem. A *group* case is the same run held against a group that is
too small, too large, or acts on other functions. A *broken* case trains in a world where one
assumption of the theorem is weakened as the theorem's data say, and keeps the stated group; the
exact layer says that the group is not the true one. A false alarm is a true claim that disagrees,
a miss is a wrong one that agrees. Undecided is never an error, and is counted.

One training is one *run*. Verdicts of one run held against several claims depend on each other, so
the bounds count runs: a run misses if any wrong claim held against it agrees. The bounds are exact
(Clopper and Pearson, 1934) for runs with one rate, and hold for the mean rate over these worlds, not
for worlds that are not here.

With `--out` every finished run is a line of JSON in FILE, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import sympy as sp
import torch
from scipy.stats import binomtest

from sith.numerics import TrainedRun, measure_run, pick_budget, train_claim
from sith.numerics.benchmarks.kept_rows import KeptRows
from sith.theory import (
    Agreement,
    Claim,
    ComponentwiseDiffeomorphisms,
    Euclidean,
    InputError,
    Linear,
    Orthogonal,
    SignedPermutations,
    derive,
    latents,
    theorem,
)

Z = latents(2)
SQUARE = (Z[0], (Z[0] ** 2 - 1) / sp.sqrt(2))
HALF = sp.Rational(1, 2)
SMALL: Mapping[str, Any] = {"group": SignedPermutations(2)}
LARGE: Mapping[str, Any] = {"group": Linear(2)}
LEVEL = 0.95
SIZE = replace(pick_budget("smoke"), steps_per_dim=250, width=32, held_out=2048)
"""Half the steps and width of a smoke check: a run takes seconds."""


@dataclass(frozen=True, slots=True)
class Source:
    """A theorem at a point, and how it is made false.

    Fields:
        slug, point: of the theorem.
        wrong: changes of the claim, by name, held against the run of the true claim.
        broken: names of assumptions whose weakening is trained.
        effort: steps and width over those of `SIZE`.
    """

    slug: str
    point: Mapping[str, Any]
    wrong: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    effort: int = 1


SOURCES = (
    Source("zimmermann_2021_vmf", {"dim": 2, "kappa": 4}, {"too small": SMALL, "too large": LARGE}),
    Source(
        "klindt_2026_lejepa",
        {"dim": 2, "rho": HALF},
        {"too small": SMALL, "too large": LARGE, "other functions": {"base": SQUARE}},
        ("isotropic", "zero_mean"),
    ),
    Source(
        "haochen_2021_spectral",
        {},
        {"too small": SMALL, "other functions": {"base": latents(4)[:2]}},
        ("gap",),
    ),
    Source(
        "balestriero_2022_closed_form",
        {},
        {"without shifts": {"group": Orthogonal(2)}},
        ("gap", "connected", "centred_constraints"),
    ),
    Source(
        "hyvarinen_2016_tcl",
        {"dim": 2},
        {"too small": {"group": Euclidean(2)}, "without shifts": LARGE},
        ("variability",),
    ),
    Source(
        "comon_1994_linear_ica",
        {"dim": 2},
        {"too large": {"group": Orthogonal(2)}},
        ("gaussian_coordinates",),
    ),
    Source(
        "matthes_2023_unified",
        {"dim": 2, "kappa": 4, "objective": "nce"},
        {"too small": SMALL, "too large": LARGE},
    ),
    Source("roeder_2021_linear_identifiability", {"dim": 2}, {"too small": SMALL}, ("diversity",)),
    Source("reizinger_2025_supervised", {"dim": 2}, {"too small": SMALL}, ("affine_generators",)),
    Source(
        "rusak_2025_aninfonce", {"dim": 2}, {"too large": {"group": Orthogonal(2)}},
        ("distinct_weights",),
    ),
    Source(
        "ahuja_2023_polynomial",
        {"dim": 2},
        {"too small": {"group": Euclidean(2)}, "other maps": {"group": ComponentwiseDiffeomorphisms(2)}},
        effort=2,
    ),
    Source("hyvarinen_2019_gcl", {"dim": 2}, {"too small": SMALL, "too large": LARGE}, effort=2),
    Source("lachapelle_2023_additive", {"dim": 2}, {"too small": {"group": Orthogonal(2)}}),
    Source("lyu_2022_latent_correlation", {"dim": 3, "shared": 1}),
    Source("laiz_2025_dynamics", {"dim": 2}, {"too small": {"group": Orthogonal(2)}}, effort=2),
)  # fmt: skip
"""Small points, so that a run takes seconds."""


@dataclass(frozen=True, slots=True)
class Family:
    """A world to train in, and what is held against the run.

    Fields:
        name: of the theorem, and of what is broken.
        trained: the claim that is trained.
        kind: "true" or "broken", of the trained claim as it is stated.
        wrong: changes of the claim that make it false, by name.
        effort: steps and width over those of `SIZE`.
    """

    name: str
    trained: Claim
    kind: str
    wrong: Mapping[str, Mapping[str, Any]]
    effort: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """Verdicts of one case over the runs.

    Fields:
        name: theorem and what was changed.
        kind: true, group or broken.
        agrees, disagrees, undecided: counts.
        reasons: of the verdicts that are not "agrees", without repetition.
    """

    name: str
    kind: str
    agrees: int
    disagrees: int
    undecided: int
    reasons: tuple[str, ...]


def families(only: Sequence[str] = ()) -> tuple[Family, ...]:
    """The worlds to train in, of all theorems or of those named.

    Raises `InputError` where no world is of a named theorem, or where a weakening leaves the stated
    group the true one, so that the case would not be false.
    """
    found: list[Family] = []
    sources = [s for s in SOURCES if not only or s.slug in only]
    missing = set(only) - {s.slug for s in sources}
    if missing:
        raise InputError(
            f"no calibration of {', '.join(sorted(missing))}",
            allowed=", ".join(s.slug for s in SOURCES),
        )
    for source in sources:
        point = dict(source.point)
        claim = theorem(source.slug).at(point.pop("dim", None), **point)
        found.append(Family(source.slug, claim, "true", source.wrong, source.effort))
        weaken = {a.name: a.weaken for a in claim.assumptions}
        broken = {name: weaken[name](claim) for name in source.broken}
        for name, weakened in broken.items():
            if derive(weakened).agreement is not Agreement.DISAGREES:
                raise InputError(f"{source.slug} without {name} is not shown to be false")
            found.append(Family(f"{source.slug}, {name}", weakened, "broken", {}, source.effort))
    return tuple(found)


def calibrate(
    repeats: int, seeds: int, only: Sequence[str] = (), kept: Sequence[Mapping[str, Any]] = ()
) -> Iterator[Mapping[str, Any]]:
    """Train every family `repeats` times, with new seeds each time, and hold the claims against it.

    Yields a row of plain data for each run; runs that `kept` holds with the same sizes are left out.
    Repeats go round the families, so that a run that is stopped has about as many of each.
    """
    done = {(row["family"], row["repeat"], row["sizes"]) for row in kept}
    every = families(only)
    for repeat in range(repeats):
        for family in every:
            budget = replace(
                SIZE,
                seeds=seeds,
                steps_per_dim=family.effort * SIZE.steps_per_dim,
                width=family.effort * SIZE.width,
            )
            if (family.name, repeat, str(budget)) in done:
                continue
            start = time.process_time()
            chosen = tuple(range(repeat * seeds, (repeat + 1) * seeds))
            run = train_claim(family.trained, budget, chosen)
            held = [(family.name, family.kind, family.trained)]
            for what, change in family.wrong.items():
                held.append((f"{family.name}, {what}", "group", family.trained.replace(**change)))
            verdicts = []
            for name, kind, claim in held:
                report = measure_run(_held_against(run, claim), chosen)
                outcome = report.outcome.value
                verdicts.append(
                    {"case": name, "kind": kind, "outcome": outcome, "reason": report.reason}
                )
            yield {
                "family": family.name,
                "repeat": repeat,
                "sizes": str(budget),
                "verdicts": verdicts,
                "cpu_seconds": round(time.process_time() - start, 2),
            }


def _held_against(run: TrainedRun, claim: Claim) -> TrainedRun:
    """The same run with another claim to test."""
    experiment: Any = run.experiment
    experiment = replace(experiment, claim=claim)
    return replace(run, experiment=experiment, latents=experiment.base_latents())


def cases_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Case, ...]:
    """Count the verdicts of every case, in the order in which the cases first appear."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        for verdict in row["verdicts"]:
            found.setdefault((verdict["case"], verdict["kind"]), []).append(verdict)
    cases = []
    for (name, kind), verdicts in found.items():
        words = [v["outcome"] for v in verdicts]
        reasons = tuple(dict.fromkeys(v["reason"] for v in verdicts if v["reason"]))
        counts = {w: words.count(w) for w in ("agrees", "disagrees", "undecided")}
        cases.append(Case(name, kind, reasons=reasons, **counts))
    return tuple(cases)


def rate_bounds(errors: int, runs: int) -> tuple[float, float]:
    """Return the exact two-sided bounds of a rate, of level `LEVEL`; (0, 1) without runs.

    Source: Clopper and Pearson (1934).
    """
    if not runs:
        return 0.0, 1.0
    found = binomtest(errors, runs).proportion_ci(LEVEL, method="exact")
    return float(found.low), float(found.high)


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Errors by run with the bounds of their rate, and the verdicts that were undecided.

    A run is decided if one of its verdicts is; undecided runs make the rate over all runs small, so
    the rate over decided ones stands beside it.
    """
    table: dict[str, Any] = {}
    for holds, name, error in ((True, "true", "disagrees"), (False, "wrong", "agrees")):
        by_run = [
            [v["outcome"] for v in row["verdicts"] if (v["kind"] == "true") is holds]
            for row in rows
        ]
        runs = [words for words in by_run if words]
        errors = sum(error in words for words in runs)
        decided = sum(set(words) != {"undecided"} for words in runs)
        rate, of_decided = rate_bounds(errors, len(runs)), rate_bounds(errors, decided)
        kind = "false alarm" if holds else "miss"
        table |= {
            f"{name} runs": len(runs),
            f"{name} verdicts": sum(map(len, runs)),
            f"{name} undecided": sum(words.count("undecided") for words in runs),
            "false alarms" if holds else "misses": errors,
            f"{kind} rate": [round(end, 4) for end in rate],
            f"{name} runs decided": decided,
            f"{kind} rate of decided runs": [round(end, 4) for end in of_decided],
        }
    return table


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line for each run, then for each case, and the summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3, help="for each repeat")
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep finished runs here")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    kept = KeptRows(options.out) if options.out else None
    names = {family.name for family in families(options.only)}
    rows = [
        row
        for row in (kept.read() if kept else ())
        if row["family"] in names
        and row["repeat"] < options.repeats
        and row["sizes"] == str(replace(SIZE, seeds=options.seeds))
    ]
    for row in calibrate(options.repeats, options.seeds, options.only, rows):
        rows.append(row)
        if kept:
            kept.append(row)
        words = " ".join(f"{v['outcome']:9}" for v in row["verdicts"])
        line = f"{row['family']:48} {row['repeat']:3} {row['cpu_seconds']:6.1f} cpu s  {words}"
        sys.stderr.write(f"{line.rstrip()}\n")
        sys.stderr.flush()
    cases = cases_of(rows)
    spent = round(sum(row["cpu_seconds"] for row in rows), 1)
    total = {"seeds": options.seeds, **summary(rows), "level": LEVEL, "cpu_seconds": spent}
    if options.json:
        table = {"summary": total, "cases": [asdict(c) for c in cases]}
        sys.stdout.write(f"{json.dumps(table, indent=1, ensure_ascii=False)}\n")
        return
    for case in cases:
        counts = f"agrees {case.agrees:2} disagrees {case.disagrees:2} undecided {case.undecided:2}"
        sys.stdout.write(f"{case.kind:7} {case.name:52} {counts}\n")
    for name, value in total.items():
        sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    main()
