r"""How often the trained verdict is wrong, on claims whose truth is known.

    python -m numerics.benchmarks.calibration [--repeats 3] [--seeds 3] [--json]

A *true* claim is a registered theorem. A *group* case is the same run held against a group that is
too small, too large, or acts on other functions. A *broken* case trains in a world where an
assumption of the theorem fails and keeps the stated group; the exact layer says that the group is
not the true one. A false alarm is a true claim that disagrees, a miss is a wrong one that agrees.
Undecided is never an error, and is counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import sympy as sp

from numerics import TrainedRun, measure_run, pick_budget, train_claim
from theory import (
    Claim,
    Euclidean,
    ExponentialFamily,
    Linear,
    OrnsteinUhlenbeck,
    Orthogonal,
    SignedPermutations,
    latents,
    natural_parameters,
    theorem,
)

Z = latents(2)
SQUARE = (Z[0], (Z[0] ** 2 - 1) / sp.sqrt(2))
HALF = sp.Rational(1, 2)


@dataclass(frozen=True, slots=True)
class Family:
    """A world to train in, and what is held against the run.

    Fields:
        name: of the theorem.
        trained: the claim that is trained.
        kind: "true" or "broken", of the trained claim as it is stated.
        wrong: changes of the claim that make it false, by name.
    """

    name: str
    trained: Claim
    kind: str
    wrong: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """Verdicts of one case over the repeats.

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


def families() -> tuple[Family, ...]:
    """The worlds: small, so that a repeat takes seconds."""
    sphere = theorem("zimmermann_2021_vmf").at(2, kappa=4)
    gaussian = theorem("klindt_2026_lejepa").at(2, rho=HALF)
    graph = theorem("haochen_2021_spectral").at()
    path = theorem("balestriero_2022_closed_form").at()
    segments = theorem("hyvarinen_2016_tcl").at(2)
    slow = OrnsteinUhlenbeck((HALF, HALF**3))
    statistics = tuple((x,) for x in Z)
    few = ExponentialFamily(statistics, natural_parameters(2, 2))
    small, large = {"group": SignedPermutations(2)}, {"group": Linear(2)}
    return (
        Family("zimmermann_2021_vmf", sphere, "true", {"too small": small, "too large": large}),
        Family(
            "klindt_2026_lejepa",
            gaussian,
            "true",
            {"too small": small, "too large": large, "other functions": {"base": SQUARE}},
        ),
        Family(
            "klindt_2026_lejepa, one slow coordinate",
            gaussian.but(world=gaussian.world.but(pairs=slow)),
            "broken",
            {},
        ),
        Family(
            "haochen_2021_spectral",
            graph,
            "true",
            {"too small": small, "other functions": {"base": latents(4)[:2]}},
        ),
        Family(
            "balestriero_2022_closed_form",
            path,
            "true",
            {"without shifts": {"group": Orthogonal(2)}},
        ),
        Family(
            "hyvarinen_2016_tcl",
            segments,
            "true",
            {"too small": {"group": Euclidean(2)}, "without shifts": large},
        ),
        Family(
            "hyvarinen_2016_tcl, two segments",
            segments.but(world=segments.world.but(pairs=few)),
            "broken",
            {},
        ),
    )


def calibrate(repeats: int, seeds: int) -> Iterator[Case]:
    """Train every family `repeats` times, with new seeds each time, and hold the claims against it."""
    budget = replace(pick_budget("smoke"), steps_per_dim=250, width=32, held_out=2048, seeds=seeds)
    for family in families():
        verdicts: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for repeat in range(repeats):
            chosen = tuple(range(repeat * seeds, (repeat + 1) * seeds))
            run = train_claim(family.trained, budget, chosen)
            held = {(family.name, family.kind): family.trained}
            for what, change in family.wrong.items():
                held[f"{family.name}, {what}", "group"] = family.trained.but(**change)
            for key, claim in held.items():
                report = measure_run(_held_against(run, claim), chosen)
                verdicts.setdefault(key, []).append((report.outcome.value, report.reason))
        for (name, kind), found in verdicts.items():
            words = [word for word, _ in found]
            reasons = tuple(dict.fromkeys(reason for _, reason in found if reason))
            counts = {w: words.count(w) for w in ("agrees", "disagrees", "undecided")}
            yield Case(name, kind, reasons=reasons, **counts)


def _held_against(run: TrainedRun, claim: Claim) -> TrainedRun:
    """The same run with another claim to test."""
    experiment: Any = run.experiment
    experiment = replace(experiment, claim=claim)
    return replace(run, experiment=experiment, latents=experiment.base_latents())


def summary(cases: list[Case]) -> dict[str, int]:
    """Counts over all cases."""
    true, wrong = ([c for c in cases if (c.kind == "true") is holds] for holds in (True, False))
    return {
        "true claims": sum(c.agrees + c.disagrees + c.undecided for c in true),
        "false alarms": sum(c.disagrees for c in true),
        "true undecided": sum(c.undecided for c in true),
        "wrong claims": sum(c.agrees + c.disagrees + c.undecided for c in wrong),
        "misses": sum(c.agrees for c in wrong),
        "wrong undecided": sum(c.undecided for c in wrong),
    }


def main() -> None:
    """Print a line for each case and the summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3, help="for each repeat")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    start, cases = time.process_time(), []
    for case in calibrate(options.repeats, options.seeds):
        cases.append(case)
        if not options.json:
            counts = f"agrees {case.agrees} disagrees {case.disagrees} undecided {case.undecided}"
            sys.stdout.write(f"{case.kind:7} {case.name:48} {counts}\n")
            sys.stdout.flush()
    about = {"repeats": options.repeats, "seeds": options.seeds}
    total = {**about, **summary(cases), "cpu_seconds": round(time.process_time() - start, 1)}
    table = {"summary": total, "cases": [asdict(c) for c in cases]}
    sys.stdout.write(f"{json.dumps(table, indent=1) if options.json else json.dumps(total)}\n")


if __name__ == "__main__":
    main()
