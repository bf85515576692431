"""What a search spends, in work and never in seconds: the same command gives the same answer.

The price of trying a stage at a point is computed beforehand from the sizes of the claim: unknowns
of linear systems, evaluations of losses, points of a world. It is charged whatever the machine
does, and nothing is started that does not fit into what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from sith.numerics.worlds.space_parts import grid_dim
from sith.theory import Claim
from sith.theory.assumptions import Sphere

UNIT = "a million operations"
"""What one unit of work stands for, about a millisecond of one core."""

_NODES = {1: 40, 2: 100, 3: 64}
_SPHERE_NODES = {2: 32, 3: 128}
_MOST_NODES = 128


@dataclass(slots=True)
class Work:
    """An account of work.

    Fields:
        limit: units in all.
        spent: units so far.
    """

    limit: int
    spent: int = 0

    @property
    def left(self) -> int:
        """Units that may still be spent."""
        return self.limit - self.spent

    def charge(self, price: int) -> bool:
        """Charge a price if it fits, and say whether it does."""
        if price > self.left:
            return False
        self.spent += price
        return True


def price_of_facts(claim: Claim) -> int:
    """A stage that builds one object and checks it."""
    return 100 * max(1, claim.dim)


def price_of_algebra(claim: Claim, degree: int) -> int:
    """Linear systems up to a degree: d·C(d + k, k) unknowns, and as many exact checks."""
    return 200 + 15 * claim.dim * comb(claim.dim + degree, degree)


def price_of_families(claim: Claim) -> int:
    """About 12 d² families, 40 losses each."""
    return 12 * claim.dim**2 * 40 * _loss(claim) // 400 + 200


def price_of_curves(claim: Claim) -> int:  # noqa: ARG001
    """One map of one latent, on a grid."""
    return 200


def price_of_tables(claim: Claim) -> int:
    """Ten starts of 300 steps."""
    return 10 * 300 * _loss(claim) // 50 + 500


def price_of_training(claim: Claim) -> int:
    """Two trainings of six encoders."""
    return 10_000 * max(2, claim.dim)


def _loss(claim: Claim) -> int:
    """Hundredths of a unit: N² scores and the overhead of a call."""
    nodes = _SPHERE_NODES if isinstance(claim.world.space, Sphere) else _NODES
    return 40 + nodes.get(grid_dim(claim.world.space), _MOST_NODES) ** 2 // 1000
