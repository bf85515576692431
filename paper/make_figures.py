"""Make the figures of the paper: `python paper/make_figures.py`, from the root of a checkout.

The first trains encoders for about a minute; `--quick` makes the second alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sympy import Expr, Symbol

from sith import (
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    RealSpace,
    Shifted,
    SignFlips,
    Uniform,
    World,
    latents,
    pair,
    refute,
)

FIGURES = Path(__file__).resolve().parent / "figures"

z, zt = pair(2)
u, v = latents(2, "u"), latents(2, "v")


def closeness(a: tuple[Symbol, ...], b: tuple[Symbol, ...]) -> Expr:
    """Return −20 ‖a − b‖²."""
    return -20 * (a[0] - b[0]) ** 2 - 20 * (a[1] - b[1]) ** 2


CLAIM = Claim(
    name="distances",
    world=World(Box(2), Uniform(), PairLogDensity(closeness(z, zt), z, zt)),
    objective=InfoNCE(ExpressionCritic(closeness(u, v), u, v)),
    encoder=Encoder(RealSpace(2)),
    group=Shifted(SignFlips(2)),
)


def main(arguments: list[str]) -> None:
    """Write the figures beside this file."""
    FIGURES.mkdir(exist_ok=True)
    refute(CLAIM).figure(CLAIM).savefig(FIGURES / "refuted.png", dpi=100)
    if "--quick" not in arguments:
        sys.path.insert(0, str(FIGURES.parents[1]))
        from examples import derived_and_trained  # noqa: PLC0415

        derived_and_trained.main(figure=FIGURES / "derived_and_trained.png")


if __name__ == "__main__":
    main(sys.argv[1:])
