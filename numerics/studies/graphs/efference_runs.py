"""Linear maps trained to commute with known actions: what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import derive, prediction, theorem
from sith.theory.assumptions import KnownActions
from sith.theory.groups import Commutant

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


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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
    own = claim.replace(
        world=claim.world.replace(pairs=KnownActions(ACTIONS[name])), group=Commutant(ACTIONS[name])
    )
    return int(derive(own, degree=1).dimension_by_degree[1])


def result_of(measurements: Sequence[Measurement], name: str) -> Result:
    """Return the result of the runs with one set of actions."""
    return next(m.result for m in measurements if m.settings["actions"] == name)
