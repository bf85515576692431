"""Do objectives, architectures and modalities agree, up to the group that the theory derives?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Settings
from sith.numerics.studies.frame.readings import Reading, pooled, run_where
from sith.numerics.studies.frame.rules import MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.platonic.platonic_figure import figure
from sith.numerics.studies.platonic.platonic_pairs import (
    GAP,
    PERMUTATIONS,
    Separation,
    intact_runs,
    isometric_runs,
    least_relation,
    mean_relation,
    separation,
)
from sith.numerics.studies.platonic.platonic_runs import measure
from sith.numerics.studies.platonic.platonic_spans import (
    BROKEN,
    ISOMETRIC,
    LINEAR,
    MISFIT,
    fold_cost,
    predicted_overlap,
)
from sith.numerics.studies.samples.gaussian_runs import ROWS, common_latents
from sith.theory import prediction

PREDICTION = prediction("platonic")

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


def _of_broken(name: str) -> Rows:
    overlap = predicted_overlap("infonce", name)
    if overlap is None:
        raise ValueError(f"the overlap with '{name}' is not determined")
    shared, there, here = overlap
    slack = 1 - LEAST
    share, similar = PREDICTION.formula("share"), PREDICTION.formula("cka")
    because = (
        f"two runs that leave {INSIDE} each move a shared direction by at most {slack:.3g}, of"
    )
    return (
        Row(
            f"{name}: part of it that intact runs explain",
            mean_relation(name, intact_runs, lambda r: r.forward),
            MeanEquals(
                float(evaluate(share, m=shared, k=here)),
                slack * max(shared, here - shared) / here,
            ),
            f"{because} {here} directions",
        ),
        Row(
            f"{name}: part of intact runs that it explains",
            mean_relation(name, intact_runs, lambda r: r.backward),
            MeanEquals(
                float(evaluate(share, m=shared, k=there)),
                slack * max(shared, there - shared) / there,
            ),
            f"{because} {there} directions",
        ),
        Row(
            f"{name}: linear CKA with runs of orthogonal groups",
            mean_relation(name, isometric_runs, lambda r: r.cka),
            MeanEquals(
                float(evaluate(similar, m=shared, k=there, k_2=here)),
                slack * shared / (there * here) ** 0.5,
            ),
            f"{because} the shared ones",
        ),
    )


def _given(found: list[float]) -> Reading:
    return lambda _: found


def _of_separation(found: Separation) -> Rows:
    because = (
        "one direction is still shared, so that a permutation test sees no broken assumption; permuted "
        "rows have ratio 1"
    )
    names = ("mutual neighbours", "values of linear CKA")
    both = zip(names, (found.ratios, found.alike), found.p_values, strict=True)
    return (
        Row(
            "mutual neighbours: least within orthogonal runs less most across a broken assumption",
            lambda _: found.margins,
            MeanWithin(least=0.0),
            "isometries keep neighbourhoods and a lost direction changes them; the order is predicted",
        ),
        *(
            Row(
                f"{name} across a broken assumption, over the mean of their null",
                _given(ratios),
                MeanWithin(least=2.0),
                because,
                f"largest p-value {largest:.3g} with {PERMUTATIONS} permutations",
            )
            for name, ratios, largest in both
        ),
    )


LEAST = float(evaluate(PREDICTION.formula("pair"), epsilon=INSIDE))

ADDED = (
    f"each run may leave {INSIDE} to its group, the limit of the trained checks, and angles add: "
    f"(1 − 2·{INSIDE})² = {LEAST:.3g}; the smallest over all pairs of a seed"
)

FOLDED = {"objective": "folded mixing"}

FINDINGS = table(
    Row(
        "affine map between any two intact runs, least part explained",
        least_relation(intact_runs, lambda r: min(r.forward, r.backward)),
        MeanWithin(least=LEAST),
        ADDED,
    ),
    Row(
        "rotation and scale between runs of orthogonal groups, least part explained",
        least_relation(isometric_runs, lambda r: r.rotation),
        MeanWithin(least=LEAST),
        ADDED,
    ),
    Each(BROKEN, _of_broken),
    Row(
        "folded mixing: loss above the injective optimum, over its scale",
        pooled("gaps", **FOLDED),
        lambda _: MeanEquals(fold_cost(), GAP),
        "the limit of the trained checks on the loss of a finished run; the noise of the rows "
        "is taken away by a map whose loss is known",
        lambda runs: (
            "largest standard error over held-out rows "
            f"{max(run_where(runs, **FOLDED).result['errors']):.2g}"
        ),
    ),
    Row(
        "wrong critic: loss above the log-ratio's, over the mutual information",
        pooled("gaps", objective=MISFIT),
        MeanWithin(least=GAP),
        "derived as mis-specified: no map attains the optimum, so that no run may come as near as "
        f"a finished run does, {GAP}",
    ),
    Each(lambda runs: (separation(runs),), _of_separation),
)


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
    measure=measure,
    compare=FINDINGS,
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
