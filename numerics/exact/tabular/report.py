"""What the search for a tabular optimum found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from sith.theory import Agreement
from sith.theory.notebook import text_card


@dataclass(frozen=True, slots=True, eq=False)
class TabularReport:
    """The lowest loss over tables that are free at every point, against the base map's.

    Losses are differences to a constant map's for InfoNCE: a constant map has loss 0.

    Fields:
        claim: its name.
        passed: agrees (no start did better), disagrees, or undecided.
        reason: why, in one line.
        loss: of the best table.
        base_loss: of the base map.
        bound: a lower bound of every loss; −inf where none is known.
        finer_gain: base loss less best loss on twice the points a coordinate, after the best
            table was carried over and minimised again; equal to `gain` where that was not needed.
        base_error: how far the base map's loss moves when the points are doubled.
        bound_error: how far the bound does, 0 where none is known.
        points: latents, ``(N, d)``, in the order of `table`.
        table: the best map at the points, ``(N, m)``.
        residuals: its distance to each named group, in [0, 1].
        residual: the largest distance to the stated group among starts as good as the best.
        jump: its largest step between neighbouring points, over the base map's.
        kinds: how each start was drawn.
        losses: where each start ended.
        gradient: largest norm of the gradient among the starts as good as the best.
        lbfgs_gradient: the same before the Newton steps.
        agreeing: how many starts are as good as the best.
        iterations: steps of the longest start.
    """

    claim: str
    passed: Agreement
    reason: str
    loss: float
    base_loss: float
    bound: float
    finer_gain: float
    base_error: float
    points: Tensor
    table: Tensor
    residuals: Mapping[str, float]
    group: str
    residual: float
    jump: float
    kinds: tuple[str, ...]
    losses: tuple[float, ...]
    gradient: float
    lbfgs_gradient: float
    agreeing: int
    iterations: int
    device: str
    seconds: float
    bound_error: float = 0.0

    _repr_html_ = text_card

    @property
    def gain(self) -> float:
        """How much lower the best table's loss is than the base map's."""
        return self.base_loss - self.loss

    @property
    def error(self) -> float:
        """Quadrature error of the gain, estimated by doubling the points."""
        return abs(self.finer_gain - self.gain)

    def to_dict(self, *, table: bool = False) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON; with `table` also the map itself."""
        found: dict[str, Any] = {
            "claim": self.claim,
            "passed": self.passed.value,
            "reason": self.reason,
            "loss": self.loss,
            "base_loss": self.base_loss,
            "gain": self.gain,
            "error": self.error,
            "base_error": self.base_error,
            "bound_error": self.bound_error,
            "points": len(self.points),
            "group": self.group,
            "residual": self.residual,
            "residuals": dict(self.residuals),
            "jump": self.jump,
            "starts": [
                {"kind": kind, "loss": loss}
                for kind, loss in zip(self.kinds, self.losses, strict=True)
            ],
            "agreeing": self.agreeing,
            "gradient": self.gradient,
            "lbfgs_gradient": self.lbfgs_gradient,
            "iterations": self.iterations,
            "device": self.device,
            "seconds": round(self.seconds, 3),
        }
        if math.isfinite(self.bound):
            found["bound"] = self.bound
        if table:
            found["map"] = {"points": self.points.tolist(), "vectors": self.table.tolist()}
        return found

    def __str__(self) -> str:
        """A report for a terminal."""
        nearest = sorted(self.residuals.items(), key=lambda item: item[1])[:3]
        gain = f"gain {self.gain:.2g} ± {self.error:.1g}"
        lines = [
            f"{self.claim}: tabular optimum {self.passed.value}",
            f"  reason     {self.reason}",
            f"  loss       {self.loss:.6g} (base map {self.base_loss:.6g}, {gain})",
            f"  starts     {self.agreeing} of {len(self.losses)} reach it; {len(self.points)} points",
            f"  gradient   {self.gradient:.1e} after Newton steps, {self.lbfgs_gradient:.1e} before",
            f"  residual   {self.residual:.2g} to {self.group}",
            "  nearest    " + ", ".join(f"{name} {value:.2g}" for name, value in nearest),
        ]
        return "\n".join(lines)
