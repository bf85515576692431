"""Linear ICA needs only non-degenerate independent sources.

False: two Gaussian coordinates turn into each other. The true neighbour allows one Gaussian.
"""

from __future__ import annotations

from typing import Any

from sith import (
    UNPUBLISHED,
    Claim,
    Encoder,
    Family,
    Likelihood,
    Marginal,
    Mixing,
    Parameter,
    Product,
    RealSpace,
    Relation,
    SignedPermutations,
    Theorem,
    World,
)

SOURCES = {"quartic": Marginal.QUARTIC, "laplace": Marginal.LAPLACE, "normal": Marginal.NORMAL}


def _claim(dim: int, first: Any, others: Any) -> Claim:
    laws = (SOURCES[first], *(SOURCES[others],) * (dim - 1))
    return Claim(
        name="linear ICA",
        world=World(RealSpace(dim), Product(laws), mixing=Mixing.LINEAR),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim), Family.LINEAR),
        group=SignedPermutations(dim),
        relation=Relation.CONTAINED,
    )


FALSE = Theorem(
    slug="linear_ica_any_sources",
    title="Linear ICA separates independent sources of any law",
    statement="every optimum is a signed permutation, whatever the laws of the sources",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        Parameter("first", "quartic", "law of the first source", tuple(SOURCES)),
        Parameter("others", "quartic", "law of the other sources", tuple(SOURCES)),
    ),
    dims=(2, 3, 4),
)
TRUE = Theorem(
    slug="linear_ica_one_gaussian",
    title="Linear ICA separates independent sources of which at most one is Gaussian",
    statement="every optimum is a signed permutation",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        Parameter("first", "normal", "law of the first source", tuple(SOURCES)),
        Parameter("others", "quartic", "law of the other sources", ("quartic", "laplace")),
    ),
    dims=(2, 3, 4),
)
