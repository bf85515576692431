"""Equivariance to known actions: what trained linear maps span, against the derived commutant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    within,
)
from sith.numerics.studies.frame.study import Change, Direction, Study, changed
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import derive, prediction, theorem
from sith.theory.assumptions import KnownActions
from sith.theory.groups import Commutant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("efference")

DIM = 4
BATCH = 128
ZERO = 1e-4
"""A residual below is a member, a relative singular value below is no dimension.

Seeds 100 to 115 end below 1e-7; outside another set's commutant is 4e-4 or more.
"""


def _planes(*angles: tuple[sp.Matrix, int, int]) -> sp.ImmutableMatrix:
    """A product of rotations, each of two axes."""
    out = sp.eye(DIM)
    for rotation, i, j in angles:
        own = sp.eye(DIM)
        for a, row in enumerate((i, j)):
            for b, column in enumerate((i, j)):
                own[row, column] = rotation[a, b]
        out = out * own
    return sp.ImmutableMatrix(out)


_ONE = sp.Matrix([[3, -4], [4, 3]]) / 5
_TWO = sp.Matrix([[12, -5], [5, 12]]) / 13
_TURNS = _planes((_ONE, 0, 1), (_TWO, 2, 3))
_MIRROR = sp.ImmutableMatrix(sp.diag(1, -1, 1, -1))

ACTIONS: dict[str, tuple[sp.ImmutableMatrix, ...]] = {
    "turn": (_planes((_ONE, 0, 1), (_ONE, 2, 3)),),
    "turns": (_TURNS,),
    "mirror": (_TURNS, _MIRROR),
    "common": (_planes((_ONE, 0, 1)), _planes((_ONE, 1, 2))),
    "all": (_TURNS, _MIRROR, _planes((_ONE, 1, 2))),
}
NAMES = {
    "turn": "one rotation, equal angles",
    "turns": "one rotation, two angles",
    "mirror": "and a mirror in each plane",
    "common": "rotations of three axes",
    "all": "and a rotation across the planes",
}
CHAIN = ("turn", "turns", "mirror", "all")


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 12, "ci": 32, "full": 100}[budget]
    return [{"actions": name, "seeds": seeds} for name in ACTIONS]


def _measure(settings: Settings) -> Result:
    seeds = range(int(settings["seeds"]))
    table = _floats(ACTIONS[str(settings["actions"])])
    worlds, starts, draws = (
        seed_generators(seeds, f"efference {what}") for what in ("mixing", "encoder", "draw")
    )
    turn, stretch = (
        torch.stack([torch.randn(DIM, DIM, generator=g) for g in worlds]) for _ in "ab"
    )
    # Singular values from 1/2 to 2: inputs that are far from the latents, and well conditioned.
    scales = torch.logspace(-1, 1, DIM, 2.0)
    mixing = torch.linalg.qr(turn).Q * scales @ torch.linalg.qr(stretch).Q
    normal = torch.stack([torch.randn(1024, DIM, generator=g) for g in worlds])
    encoder = build_encoder(EncoderSpec("linear"), DIM, normal @ mixing, starts)
    moves = table.float()

    def draw(steps: int) -> Batch:
        z = torch.stack([torch.randn(steps, BATCH, DIM, generator=g) for g in draws], 1)
        return (z,)

    def objective(encode: Encode, batch: Batch, extras: Mapping[str, Tensor]) -> Tensor:
        del extras
        still = encode(batch[0] @ mixing)
        moved = [encode(batch[0] @ m.T @ mixing) for m in moves]
        demands = [(h - still @ m.T).square().sum(-1) for h, m in zip(moved, moves, strict=True)]
        return torch.stack(demands).mean((0, 2))

    plan = TrainSettings(steps=1500, learning_rate=2e-2, weight_decay=0.0, draw_ahead=50)
    end = train(draw, objective, encoder, plan)
    basis = torch.eye(DIM).expand(len(seeds), DIM, DIM)
    with torch.no_grad():
        columns = end.encoder(basis @ mixing) - end.encoder(0 * basis)
    maps = columns.mT.double().numpy()
    return {
        "derived": _derived(str(settings["actions"])),
        "loss": end.losses[-1].tolist(),
        "conditions": (1 / np.linalg.cond(maps)).tolist(),
        "orthogonal": _from_similarities(maps).tolist(),
        "singular": _span(maps).tolist(),
        "residual": {name: _from_commutant(maps, name).tolist() for name in ACTIONS},
    }


def _floats(matrices: Sequence[sp.ImmutableMatrix]) -> Tensor:
    return torch.tensor(
        [[[float(x) for x in row] for row in m.tolist()] for m in matrices]
    ).double()


def _from_commutant(maps: np.ndarray, name: str) -> np.ndarray:
    """The share of ‖M‖² outside the commutant of these actions, in [0, 1]."""
    basis = _floats(Commutant(ACTIONS[name]).algebra_matrices()).numpy()
    frame = np.linalg.qr(basis.reshape(len(basis), -1).T)[0]
    flat = maps.reshape(len(maps), -1)
    left = flat - flat @ frame @ frame.T
    out: np.ndarray = (left**2).sum(1) / (flat**2).sum(1)
    return out


def _from_similarities(maps: np.ndarray) -> np.ndarray:
    """The share of ‖M‖² that the nearest multiple of an orthogonal matrix leaves, in [0, 1]."""
    singular = np.linalg.svd(maps, compute_uv=False)
    out: np.ndarray = 1 - singular.sum(1) ** 2 / (DIM * (singular**2).sum(1))
    return out


def _span(maps: np.ndarray) -> np.ndarray:
    """Singular values of all maps as vectors of unit length, over the largest."""
    flat = maps.reshape(len(maps), -1)
    values = np.linalg.svd(flat / np.linalg.norm(flat, axis=1, keepdims=True), compute_uv=False)
    out: np.ndarray = values / values[0]
    return out


def _derived(name: str) -> int:
    """The dimension of the group that the exact engine derives for these actions."""
    entry = theorem("scherr_2022_efference")
    claim = entry.claim_at(DIM, action="rotation")
    own = claim.but(
        world=claim.world.but(pairs=KnownActions(ACTIONS[name])), group=Commutant(ACTIONS[name])
    )
    return int(derive(own, degree=1).dimension_by_degree[1])


def _of(measurements: Sequence[Measurement], name: str) -> Result:
    return next(m.result for m in measurements if m.settings["actions"] == name)


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = []
    for name, words in NAMES.items():
        own = _of(measurements, name)
        closed = float(evaluate(PREDICTION.formula(name), n=DIM))
        findings += [
            within(
                f"{words}: dimension, closed form against the engine's derivation",
                closed,
                float(own["derived"]),
                0.0,
                "integers",
            ),
            within(
                f"{words}: dimensions that trained maps span",
                closed,
                float((np.array(own["singular"]) > ZERO**0.5).sum()),
                0.0,
                f"singular values above {ZERO**0.5:g} of the largest, one map for each seed",
            ),
            within(
                f"{words}: largest share of a map outside the commutant",
                0.0,
                max(own["residual"][name]),
                ZERO,
                "1,500 steps; seeds 100 to 115 end below 1e-7",
            ),
            within(
                f"{words}: largest loss",
                0.0,
                max(own["loss"]),
                ZERO,
                "1,500 steps; zero is reached on the commutant",
            ),
        ]
    for name, smaller in pairwise(CHAIN):
        findings.append(
            bounded(
                f"{NAMES[name]}: share outside the next smaller commutant",
                _of(measurements, name)["residual"][smaller],
                "the interval must lie above 0.05; members have 0",
                least=0.05,
            )
        )
    for name in ("turn", "turns", "mirror", "common"):
        findings.append(
            bounded(
                f"{NAMES[name]}: distance from multiples of orthogonal maps",
                _of(measurements, name)["orthogonal"],
                "the interval must lie above 0.01; these commutants hold other maps",
                least=0.01,
            )
        )
    every = [x for name in ACTIONS for x in _of(measurements, name)["conditions"]]
    findings.append(
        bounded(
            "smallest over largest singular value of the maps, all sets",
            every,
            "invertible maps: the interval must lie above 0.05",
            least=0.05,
        )
    )
    findings.append(
        within(
            f"{NAMES['all']}: largest distance from multiples of orthogonal maps",
            0.0,
            max(_of(measurements, "all")["orthogonal"]),
            ZERO,
            "scalars are multiples of orthogonal maps",
        )
    )
    return findings


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    for k, name in enumerate(ACTIONS):
        values = np.maximum(_of(measurements, name)["singular"][:10], 1e-9)
        expected = int(evaluate(PREDICTION.formula(name), n=DIM))
        left.plot(range(1, len(values) + 1), values, "o-", ms=4, color=f"C{k}", lw=1)
        left.plot([], [], "o-", ms=4, color=f"C{k}", label=f"{NAMES[name]}: {expected}")
        left.axvline(expected + 0.42 + 0.04 * k, color=f"C{k}", ls=":", lw=1)
    left.axhline(ZERO**0.5, color="grey", lw=1)
    left.set(
        yscale="log",
        ylim=(5e-10, 3),
        xlabel="direction in the space of 4 × 4 matrices",
        ylabel="relative singular value of trained maps",
        title="dotted: predicted dimension",
    )
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8
    )
    for k, name in enumerate(ACTIONS):
        own = _of(measurements, name)
        for j, other in enumerate(ACTIONS):
            values = np.maximum(own["residual"][other], 1e-16)
            right.plot([k + 0.15 * (j - 2)] * len(values), values, ".", color=f"C{j}", alpha=0.5)
    right.axhline(ZERO, color="grey", lw=1)
    right.set(
        yscale="log",
        xlabel="actions in training",
        ylabel="share outside a commutant",
        title="residual, by colour of the commutant",
    )
    right.set_xticks(range(len(ACTIONS)), list(ACTIONS))
    return figure


def _all_runs(name: str, change: Callable[[float], float]) -> Change:
    """Change one list of numbers of every measurement."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(m.settings, {**m.result, name: [change(x) for x in m.result[name]]})
            for m in measurements
        ]

    return apply


def _residuals(change: Callable[[float], float]) -> Change:
    """Change the residuals to every commutant."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(
                m.settings,
                {
                    **m.result,
                    "residual": {
                        k: [change(x) for x in v] for k, v in m.result["residual"].items()
                    },
                },
            )
            for m in measurements
        ]

    return apply


STUDY = Study(
    name="efference",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "another group is derived": changed("derived", lambda x: x + 1),
        "the maps span more": changed("singular", lambda x: [1.0, *x]),
        "the maps leave their commutant": _residuals(lambda x: x + 0.01),
        "the maps lie in a smaller commutant": _residuals(lambda _: 0.0),
        "the maps are not invertible": _all_runs("conditions", lambda _: 0.0),
        "the loss stays above zero": _all_runs("loss", lambda x: x + 0.01),
        "the maps are multiples of orthogonal ones": _all_runs("orthogonal", lambda _: 0.0),
        "scalars are not orthogonal": changed("orthogonal", lambda x: [0.1, *x], actions="all"),
    },
)
