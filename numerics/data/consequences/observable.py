"""What an assumption makes observable: read off the part of the world that its weakening changes."""

from __future__ import annotations

from dataclasses import dataclass

from sith.numerics.data.consequences.evidence import Consequence
from sith.numerics.data.consequences.of_pairs import of_pairs, of_pairs_alone
from sith.numerics.data.consequences.of_prior import of_law, of_prior
from sith.theory import Assumption, Claim
from sith.theory.assumptions import Gaussian, Uniform, World
from sith.theory.errors import SithError, UnsupportedCondition


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Why an assumption has no consequence that these kinds of data show."""

    reason: str


def consequences(claim: Claim, assumption: Assumption) -> tuple[Consequence, ...] | NotTestable:
    """Return what an assumption of a claim makes observable.

    The assumption says itself what its absence is: the claim is weakened, and the parts of the world
    that differ are those it is about. A marginal or a conditional leads to the tests of its kind;
    the mixing, the loss and the encoder leave no trace in latents or embeddings.
    """
    weaker = weakened(claim, assumption)
    if isinstance(weaker, NotTestable):
        return weaker
    old, new = claim.world, weaker.world
    found: list[Consequence] = []
    unknown = ""
    try:
        if old.prior != new.prior and type(old.space) is type(new.space):
            found += of_prior(old.prior, new.prior, old.space)
        if old.pairs != new.pairs:
            found += of_pairs(old.pairs, new.pairs, claim.dim)
    except UnsupportedCondition as error:
        unknown = str(error)
    if found:
        return tuple(dict.fromkeys(found))
    if unknown:
        return NotTestable(unknown)
    changed = [
        word
        for word, here, there in (
            ("the mixing", old.mixing, new.mixing),
            ("the loss", claim.objective, weaker.objective),
            ("the encoder", claim.encoder, weaker.encoder),
            ("the pairs", old.pairs, new.pairs),
            ("the law of the latents", old.prior, new.prior),
        )
        if here != there
    ]
    about = " and ".join(changed) or "what the optimum is compared with"
    if "pairs" in about or "law" in about:
        return NotTestable(f"it is about {about}, and no test of that kind is known here")
    return NotTestable(f"it is about {about}, which such data do not show")


def weakened(claim: Claim, assumption: Assumption) -> Claim | NotTestable:
    """Return the claim without an assumption, or why it has no such form at these parameters."""
    try:
        found: Claim = assumption.weaken(claim)
    except SithError as error:
        return NotTestable(f"it cannot be weakened at this point: {error.fault}")
    except Exception as error:  # noqa: BLE001 - a weakening is a small function of a theorem's or a user's file
        return NotTestable(f"its weakening fails at this point: {type(error).__name__}")
    return found


def of_world(world: World) -> tuple[Consequence, ...]:
    """Return what the world of a claim makes observable beyond its named assumptions.

    Raises `UnsupportedCondition` for a marginal or pairs that nothing is registered for.
    """
    found = of_law(world.prior, world.space)
    found += of_pairs_alone(world.pairs, isinstance(world.prior, Uniform | Gaussian))
    return tuple(found)
