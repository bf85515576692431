"""Do objectives, architectures and modalities agree, up to the group that the theory derives?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.runs.design import Design
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    covered,
)
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.platonic.platonic_figure import figure
from sith.numerics.studies.platonic.platonic_pairs import (
    GAP,
    PERMUTATIONS,
    inner_and_cross,
    neighbours,
    relations,
    similarity,
)
from sith.numerics.studies.platonic.platonic_spans import (
    BROKEN,
    ISOMETRIC,
    LINEAR,
    MISFIT,
    fold_cost,
    predicted_overlap,
)
from sith.numerics.studies.samples.gaussian_runs import ROWS, common_latents, train_objective
from sith.theory import prediction

PREDICTION = prediction("platonic")

SEEDED = (*ISOMETRIC, "supervised", "instances", *BROKEN, MISFIT, "byol")
"""Seeds of an objective follow its place here."""

SHAPES = {"wide": (48, 2), "deep": (24, 4)}
INSIDE = 0.05
"""The limit of the trained checks on the residual of a finished run to its group."""


def _plan(budget: str) -> list[Settings]:
    seeds, steps = {"smoke": (3, 500), "ci": (4, 700), "full": (10, 3000)}[budget]
    if budget == "smoke":
        rows = [
            ("infonce", "wide", "network"),
            ("spectral", "deep", "network"),
            ("vicreg", "wide", "spiral"),
            ("supervised", "wide", "network"),
        ]
    else:
        rows = [
            (name, *run)
            for name in (*ISOMETRIC, *LINEAR)
            for run in (("wide", "network"), ("deep", "spiral"))
        ]
    rows += [(name, "wide", "network") for name in (*BROKEN, MISFIT)]
    return [
        {"objective": name, "shape": shape, "view": view, "seeds": seeds, "steps": steps}
        | ({"held_out": 8192} if name == "folded mixing" else {})
        for name, shape, view in rows
    ]


def _measure(settings: Settings) -> Result:
    name, (width, blocks) = str(settings["objective"]), SHAPES[settings["shape"]]
    first = 1000 * (SEEDED.index(name) + 1)
    if settings["view"] == "spiral":
        first += 500
    slow = name in ("folded mixing", *LINEAR, "sigreg")
    design = Design(
        steps=int(settings["steps"]) * (2 if slow else 1),
        batch=384,
        held_out=int(settings.get("held_out", 2048)),
        width=width,
        blocks=blocks,
    )
    seeds = tuple(range(first, first + int(settings["seeds"])))
    run = train_objective(name, design, seeds, spiral=settings["view"] == "spiral")
    found = {"representations": np.round(run.representations, 2).tolist(), "gaps": run.gaps}
    return {**found, "errors": run.errors} if run.errors else found


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    seeds = int(measurements[0].settings["seeds"])
    intact = [m for m in measurements if m.settings["objective"] in (*ISOMETRIC, *LINEAR)]
    isometric = [m for m in intact if m.settings["objective"] in ISOMETRIC]
    least = float(evaluate(PREDICTION.formula("pair"), epsilon=INSIDE))
    because = (
        f"each run may leave {INSIDE} to its group, the limit of the trained checks, and angles add: "
        f"(1 − 2·{INSIDE})² = {least:.3g}; the smallest over all pairs of a seed"
    )
    everyone = relations(list(combinations(intact, 2)), lambda r: min(r.forward, r.backward), seeds)
    turned = relations(list(combinations(isometric, 2)), lambda r: r.rotation, seeds)
    findings = [
        bounded(
            "affine map between any two intact runs, least part explained",
            [min(v) for v in everyone],
            because,
            least=least,
        ),
        bounded(
            "rotation and scale between runs of orthogonal groups, least part explained",
            [min(v) for v in turned],
            because,
            least=least,
        ),
    ]
    for name in BROKEN:
        findings += _broken(measurements, name, intact, isometric, seeds, 1 - least)
    misfit = next(m for m in measurements if m.settings["objective"] == MISFIT)
    fold = next(m for m in measurements if m.settings["objective"] == "folded mixing")
    findings += [
        replace(
            covered(
                "folded mixing: loss above the injective optimum, over its scale",
                fold_cost(),
                [float(x) for x in fold.result["gaps"]],
                GAP,
                "the limit of the trained checks on the loss of a finished run; the noise of the rows "
                "is taken away by a map whose loss is known",
            ),
            note=f"largest standard error over held-out rows {max(fold.result['errors']):.2g}",
        ),
        bounded(
            "wrong critic: loss above the log-ratio's, over the mutual information",
            [float(x) for x in misfit.result["gaps"]],
            "derived as mis-specified: no map attains the optimum, so that no run may come as near as "
            f"a finished run does, {GAP}",
            least=GAP,
        ),
        *_separation(measurements, isometric, seeds),
    ]
    return findings


def _broken(
    measurements: Sequence[Measurement],
    name: str,
    intact: Sequence[Measurement],
    isometric: Sequence[Measurement],
    seeds: int,
    slack: float,
) -> list[Finding]:
    own = next(m for m in measurements if m.settings["objective"] == name)
    overlap = predicted_overlap("infonce", name)
    if overlap is None:
        raise ValueError(f"the overlap with '{name}' is not determined")
    shared, there, here = overlap
    pairs = [(m, own) for m in intact]
    mean = [
        [float(np.mean(v)) for v in relations(pairs, read, seeds)]
        for read in (lambda r: r.forward, lambda r: r.backward)
    ]
    cka = relations([(m, own) for m in isometric], lambda r: r.cka, seeds)
    share, similar = PREDICTION.formula("share"), PREDICTION.formula("cka")
    because = (
        f"two runs that leave {INSIDE} each move a shared direction by at most {slack:.3g}, of"
    )
    return [
        covered(
            f"{name}: part of it that intact runs explain",
            float(evaluate(share, m=shared, k=here)),
            mean[0],
            slack * max(shared, here - shared) / here,
            f"{because} {here} directions",
        ),
        covered(
            f"{name}: part of intact runs that it explains",
            float(evaluate(share, m=shared, k=there)),
            mean[1],
            slack * max(shared, there - shared) / there,
            f"{because} {there} directions",
        ),
        covered(
            f"{name}: linear CKA with runs of orthogonal groups",
            float(evaluate(similar, m=shared, k=there, k_2=here)),
            [float(np.mean(v)) for v in cka],
            slack * shared / (there * here) ** 0.5,
            f"{because} the shared ones",
        ),
    ]


def _separation(
    measurements: Sequence[Measurement], isometric: Sequence[Measurement], seeds: int
) -> list[Finding]:
    """Neighbours within the block above those across a broken assumption; all above their nulls."""
    margins, ratios, alike = [], [], []
    p_values: dict[str, list[float]] = {"neighbours": [], "cka": []}
    for seed in range(seeds):
        inner, cross = inner_and_cross(measurements, isometric, seed)
        if inner and cross:
            near = [neighbours(a, b, seed) for a, b in cross]
            least = min(neighbours(a, b, seed).value for a, b in inner)
            margins.append(least - max(n.value for n in near))
            ratios.append(min(n.value / n.null_mean for n in near))
            p_values["neighbours"].append(max(n.p_value for n in near))
            linear = [similarity(a, b, seed) for a, b in cross]
            alike.append(min(n.value / n.null_mean for n in linear))
            p_values["cka"].append(max(n.p_value for n in linear))
    because = (
        "one direction is still shared, so that a permutation test sees no broken assumption; permuted "
        "rows have ratio 1"
    )
    return [
        bounded(
            "mutual neighbours: least within orthogonal runs less most across a broken assumption",
            margins or [float("nan")],
            "isometries keep neighbourhoods and a lost direction changes them; the order is predicted",
            least=0.0,
        ),
        *(
            replace(
                bounded(
                    f"{name} across a broken assumption, over the mean of their null",
                    values or [float("nan")],
                    because,
                    least=2.0,
                ),
                note=f"largest p-value {max(p_values[key], default=1.0):.3g} with {PERMUTATIONS} "
                "permutations",
            )
            for name, key, values in (
                ("mutual neighbours", "neighbours", ratios),
                ("values of linear CKA", "cka", alike),
            )
        ),
    ]


def _latents(_: object) -> list[list[list[float]]]:
    rows = common_latents(2).tolist()
    return [rows] * 20


def _squared(runs: list[list[list[float]]]) -> list[list[list[float]]]:
    """Functions of the same latents that no affine map recovers."""
    found: list[list[list[float]]] = (np.array(runs) ** 2).tolist()
    return found


def _unrelated(measurements: Sequence[Measurement]) -> list[Measurement]:
    """The rows of broken runs in another order: nothing is shared."""
    order = np.random.default_rng(0).permutation(ROWS)
    return [
        Measurement(
            m.settings,
            {
                **m.result,
                "representations": np.array(m.result["representations"])[:, order].tolist(),
            },
        )
        if m.settings["objective"] in BROKEN
        else m
        for m in measurements
    ]


STUDY = Study(
    name="platonic",
    title=PREDICTION.title,
    direction=Direction.PLATONIC,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=figure,
    contradictions={
        "InfoNCE finds even functions": changed("representations", _squared, objective="infonce"),
        **{
            f"{name} takes nothing away": changed("representations", _latents, objective=name)
            for name in BROKEN
        },
        "broken runs share nothing": _unrelated,
        "a fold costs nothing": changed(
            "gaps", lambda x: [0.0] * len(x), objective="folded mixing"
        ),
        "the wrong critic fits": changed("gaps", lambda x: [0.0] * len(x), objective=MISFIT),
    },
)
