"""The stored points lie in the support of the anchor and its partner."""

from __future__ import annotations

from sith.theory.assumptions import (
    AnisotropicSphere,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    KnownActions,
    LinearInterventions,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    ReversibleDiffusion,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
    SubsetsRedrawn,
    VonMisesFisher,
    inside,
    unstated_coordinates,
)
from sith.theory.derivation.certificates import DegreeRecord
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.derivation.verification.fields import check_reducible
from sith.theory.derivation.verification.ranks import BY_COORDINATES
from sith.theory.errors import UnsupportedCondition

# Any point of the space may follow any other; the remaining kinds are treated one by one.
_FULL_SUPPORT = (
    AnisotropicSphere,
    ExponentialFamily,
    ExponentialNorm,
    LinearInterventions,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    ReversibleDiffusion,
    SoftmaxLabels,
    VonMisesFisher,
)


def check_points(condition: Condition, record: DegreeRecord, at: str) -> None:
    """Check that the stored points lie in the support; raises `UnsupportedCondition` for unknown kinds."""
    space, pairs = condition.space, condition.pairs
    kinds = (
        *_FULL_SUPPORT,
        Classes,
        KnownActions,
        PartlyKeptSphere,
        SharedBlock,
        StyleRedrawn,
        SubsetsRedrawn,
    )
    if not isinstance(pairs, kinds) or unstated_coordinates(space):
        raise UnsupportedCondition(f"the support of {pairs} on {space} is not known to the checker")
    for number, (z, *partners, corner) in enumerate(record.draws):
        where = f"{at}, draw {number}"
        for point in (z, *partners, corner):
            if any(c != 0 for c in space.constraints(point)):
                raise Rejected(f"{where}: {tuple(map(str, point))} is not on the {space}")
            if not inside(space, point):
                raise Rejected(f"{where}: {tuple(map(str, point))} is not in the {space}")
        if isinstance(pairs, SharedBlock | StyleRedrawn) and any(
            y[i] != z[i] for y in partners for i in pairs.content
        ):
            raise Rejected(f"{where}: anchor and partner do not share their content")
        if isinstance(pairs, PartlyKeptSphere) and any(
            y[i] != z[i] for y in partners for i in pairs.kept
        ):
            raise Rejected(f"{where}: anchor and partner do not share the kept coordinates")
        if isinstance(pairs, Classes) and any(y != z for y in partners):
            raise Rejected(f"{where}: a label has no point of its own")
        check_reducible((x for p in (z, *partners, corner) for x in p), where)
    curved = bool(space.constraints(condition.z))
    if curved and any(e.up_to in BY_COORDINATES for e in condition.equations):
        raise Rejected("mixed differences leave a curved space")
