"""Do objectives, architectures and modalities agree, up to the group that the theory derives?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.design import Design
from numerics.formulas import evaluate
from numerics.measure import Neighbourhoods, PermutedAlignment, mutual_knn, permuted_cka
from numerics.studies.gaussian_runs import (
    RATE,
    ROWS,
    Relation,
    claim_of,
    common_latents,
    kept_directions,
    relate,
    stand_in,
    train_objective,
)
from numerics.studies.study import (
    Direction,
    Finding,
    Measurement,
    Result,
    Settings,
    Study,
    bounded,
    changed,
    covered,
)
from theory import AlignmentWhitening, SpectralObjective, prediction, spectrum

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("platonic")

ISOMETRIC = ("infonce", "spectral", "vicreg", "barlow", "sigreg")
"""Objectives whose derived group is orthogonal, up to scale, shift and a constant output."""

LINEAR = ("supervised", "instances", "byol")
"""Objectives whose derived group is GL(2); for BYOL it is that of the flow, see "self_prediction"."""

BROKEN = ("unequal rates", "folded mixing", "few outputs")
"""Broken assumptions whose optimum is derived: isotropy, an injective mixing, enough outputs."""

MISFIT = "wrong critic"
SEEDED = (*ISOMETRIC, "supervised", "instances", *BROKEN, MISFIT, "byol")
"""Seeds of an objective follow its place here."""

SHAPES = {"wide": (48, 2), "deep": (24, 4)}
GAP = 0.02
INSIDE = 0.05
"""The limits of the trained checks: loss gap of a finished run, and its residual to the group."""

NEIGHBOURS = 10
PERMUTATIONS = 19


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


def _reached(m: Measurement, seed: int) -> bool:
    """Whether the run's loss is that of its optimum; a fold costs what the prediction says."""
    name, gap = m.settings["objective"], float(m.result["gaps"][seed])
    if name == MISFIT:
        return True
    return abs(gap - (_fold_cost() if name == "folded mixing" else 0.0)) <= GAP


def _fold_cost() -> float:
    """2 (ρ − ρ²) over the scale of the loss, 5/2 of the rise 2 d (ρ − ρ²)."""
    rise = float(
        evaluate(PREDICTION.formula("eigenvalue"), rho=RATE)
        - evaluate(PREDICTION.formula("next_eigenvalue"), rho=RATE)
    )
    return 2 * rise / (2.5 * 2 * 2 * rise)


@lru_cache(maxsize=64)
def kept_functions(name: str) -> tuple[frozenset[str], frozenset[str], int]:
    """Return what the optimum of a run spans: functions, and how many of a tied set beside them.

    From the derived spectrum for spectral objectives; the latents themselves for the others, whose
    derivation has them as its base. Under a fold only functions that are even in z_1 remain. The
    constant is left out.
    """
    own = claim_of(stand_in(name))
    if not isinstance(own.objective, SpectralObjective):
        return frozenset({"z1", "z2"}), frozenset(), 0
    if name == "folded mixing":
        wide = spectrum(claim_of("spectral").but(objective=AlignmentWhitening()))
        levels = [*wide.above, *([wide.at] if wide.at else [])]
        even = [[str(f.function) for f in x.modes if _even(f.function)] for x in levels]
        first, tied = even[0], even[1]
        return frozenset(first), frozenset(tied), 2 - len(first)
    cut = spectrum(own)
    if cut.at is None:
        return frozenset(str(f.function) for x in cut.above for f in x.modes), frozenset(), 0
    full = [str(f.function) for x in cut.above for f in x.modes]
    last = [str(f.function) for f in cut.at.modes]
    if cut.taken == cut.at.multiplicity:
        return frozenset(full + last) - {"1"}, frozenset(), 0
    return frozenset(full) - {"1"}, frozenset(last), cut.taken


def _even(function: Any) -> bool:
    z = next((s for s in function.free_symbols if str(s) == "z1"), None)
    return z is None or bool((function - function.subs(z, -z)).expand() == 0)


def predicted_overlap(one: str, two: str) -> tuple[int, int, int] | None:
    """Return (m, k, k'): shared functions and those of each run; None where a tie leaves it open."""
    first, second = kept_functions(one), kept_functions(two)
    sizes = len(first[0]) + first[2], len(second[0]) + second[2]
    shared = len(first[0] & second[0])
    for (full, tied, count), (other, other_tied, _) in ((first, second), (second, first)):
        if not tied or not tied & (other | other_tied):
            continue
        if not tied <= other or other & full:
            return None
        shared += count
    return shared, *sizes


Pair = tuple[Measurement, Measurement]


def _relations(
    pairs: Sequence[Pair], read: Callable[[Relation], float], seeds: int
) -> list[list[float]]:
    """For each seed, the relation of every pair of runs that both reached their optimum."""
    found: list[list[float]] = []
    for seed in range(seeds):
        values = [
            read(relate(_rows(a, seed), _rows(b, seed)))
            for a, b in pairs
            if _reached(a, seed) and _reached(b, seed)
        ]
        if values:
            found.append(values)
    return found or [[float("nan")]]


def _rows(m: Measurement, seed: int) -> np.ndarray:
    return np.asarray(m.result["representations"][seed], dtype=float)


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    seeds = int(measurements[0].settings["seeds"])
    intact = [m for m in measurements if m.settings["objective"] in (*ISOMETRIC, *LINEAR)]
    isometric = [m for m in intact if m.settings["objective"] in ISOMETRIC]
    least = float(evaluate(PREDICTION.formula("pair"), epsilon=INSIDE))
    because = (
        f"each run may leave {INSIDE} to its group, the limit of the trained checks, and angles add: "
        f"(1 − 2·{INSIDE})² = {least:.3g}; the smallest over all pairs of a seed"
    )
    everyone = _relations(
        list(combinations(intact, 2)), lambda r: min(r.forward, r.backward), seeds
    )
    turned = _relations(list(combinations(isometric, 2)), lambda r: r.rotation, seeds)
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
                _fold_cost(),
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
        [float(np.mean(v)) for v in _relations(pairs, read, seeds)]
        for read in (lambda r: r.forward, lambda r: r.backward)
    ]
    cka = _relations([(m, own) for m in isometric], lambda r: r.cka, seeds)
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
        inner, cross = _inner_and_cross(measurements, isometric, seed)
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


def _inner_and_cross(
    measurements: Sequence[Measurement], isometric: Sequence[Measurement], seed: int
) -> tuple[list[Pair], list[Pair]]:
    """Pairs of finished runs: both of orthogonal groups, and one of them with one broken run."""
    reached = [m for m in isometric if _reached(m, seed)]
    broken = [m for m in measurements if m.settings["objective"] in BROKEN and _reached(m, seed)]
    return list(combinations(reached, 2)), [(a, b) for a in reached for b in broken]


def neighbours(a: Measurement, b: Measurement, seed: int) -> Neighbourhoods:
    """Return the mutual nearest neighbours of two runs, of one seed, with their null."""
    one, two = (np.asarray(m.result["representations"][seed], dtype=float) for m in (a, b))
    return _neighbours(one.tobytes(), two.tobytes(), len(one))


@lru_cache(maxsize=8192)
def _neighbours(x: bytes, y: bytes, rows: int) -> Neighbourhoods:
    one, two = (np.frombuffer(v).reshape(rows, -1) for v in (x, y))
    return mutual_knn(one, two, k=NEIGHBOURS, permutations=PERMUTATIONS)


def similarity(a: Measurement, b: Measurement, seed: int) -> PermutedAlignment:
    """Return the linear CKA of two runs, of one seed, with its null."""
    one, two = (kept_directions(_rows(m, seed)) for m in (a, b))
    return _similarity(one.tobytes(), two.tobytes(), len(one))


@lru_cache(maxsize=8192)
def _similarity(x: bytes, y: bytes, rows: int) -> PermutedAlignment:
    one, two = (np.frombuffer(v).reshape(rows, -1) for v in (x, y))
    return permuted_cka(one, two, permutations=PERMUTATIONS)


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    count = len(measurements)
    names = [str(m.settings["objective"]) for m in measurements]
    labels = [
        f"{name}, {m.settings['shape']}/{m.settings['view']}  {i + 1}"
        for i, (name, m) in enumerate(zip(names, measurements, strict=True))
    ]
    predicted, affine, cka, near = (np.full((count, count), np.nan) for _ in range(4))
    for i, a in enumerate(measurements):
        for j, b in enumerate(measurements):
            found = relate(_rows(a, 0), _rows(b, 0))
            affine[i, j], cka[i, j] = found.forward, found.cka
            near[i, j] = neighbours(a, b, 0).value if i != j else 1.0
            if MISFIT not in (names[i], names[j]):
                overlap = predicted_overlap(names[i], names[j])
                predicted[i, j] = np.nan if overlap is None else overlap[0] / overlap[2]
    figure = Figure(figsize=(13, 7.4), layout="constrained")
    parts: Any = figure.subfigures(2, 1, height_ratios=(4.2, 3.2))
    above, below = parts
    _nulls(below, measurements)
    axes = above.subplots(1, 4)
    first, second = (sum(n in g for n in names) for g in (ISOMETRIC, (*ISOMETRIC, *LINEAR)))
    panels = (
        ("affine map, predicted\n(white: not determined)", predicted),
        ("affine map, measured:\npart of the column explained", affine),
        ("linear CKA", cka),
        (f"mutual neighbours\namong {NEIGHBOURS}", near),
    )
    for axis, (title, grid) in zip(axes, panels, strict=True):
        shown = axis.imshow(grid, vmin=0, vmax=1, cmap="viridis")
        for size, style in ((first, "-"), (second, "--")):
            axis.add_patch(
                Rectangle((-0.5, -0.5), size, size, fill=False, ec="red", lw=2, ls=style)
            )
        axis.set_title(title, fontsize=10)
        axis.set_xticks(range(count), [str(i + 1) for i in range(count)], fontsize=6)
        axis.set_yticks(range(count), labels if axis is axes[0] else [""] * count, fontsize=7)
    above.colorbar(shown, ax=axes, shrink=0.7, label="0 to 1")
    return figure


def _nulls(figure: Any, measurements: Sequence[Measurement]) -> None:
    """Two measures of similarity over all seeds, each beside its values for permuted rows."""
    isometric = [m for m in measurements if m.settings["objective"] in ISOMETRIC]
    axes = figure.subplots(1, 2)
    for axis, read, title in (
        (axes[0], similarity, "linear CKA"),
        (axes[1], neighbours, f"mutual neighbours among {NEIGHBOURS}"),
    ):
        rng = np.random.default_rng(0)
        columns = ["orthogonal runs", *BROKEN]
        for seed in range(int(measurements[0].settings["seeds"])):
            inner, cross = _inner_and_cross(measurements, isometric, seed)
            for i, name in enumerate(columns):
                pairs = [p for p in cross if p[1].settings["objective"] == name] if i else inner
                found = [read(a, b, seed) for a, b in pairs]
                near = i + rng.uniform(-0.2, 0.2, len(found))
                axis.plot(near, [f.value for f in found], "o", ms=4, mfc="none", color="C0")
                axis.errorbar(
                    near,
                    [f.null_mean for f in found],
                    [2 * f.null_sd for f in found],
                    fmt=".",
                    ms=3,
                    lw=0.7,
                    color="grey",
                )
        if read is similarity:
            for i, name in enumerate(columns):
                shared, there, here = predicted_overlap("infonce", name if i else "infonce") or (
                    0,
                    1,
                    1,
                )
                height = shared / (there * here) ** 0.5
                axis.plot([i - 0.35, i + 0.35], [height] * 2, "k-", lw=1)
        axis.set_xticks(range(len(columns)), columns)
        axis.set(ylim=(-0.05, 1.05), title=title, ylabel="0 to 1")
    axes[0].plot([], [], "o", ms=4, mfc="none", color="C0", label="pair of runs of one seed")
    axes[0].plot([], [], ".-", color="grey", label="rows permuted: mean ± 2 sd")
    axes[0].plot([], [], "k-", lw=1, label="predicted")
    axes[0].legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(0, 0.28))


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
    figure=_figure,
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
