"""A world: the generative model, made of latent space, prior, pairs and mixing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sith.theory.assumptions.abstract_pairs import AbstractPairs
from sith.theory.assumptions.classes import Classes
from sith.theory.assumptions.mixing import Mixing
from sith.theory.assumptions.normalisable import law_of, require_laws
from sith.theory.assumptions.pairs import NoPairs
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace
from sith.theory.assumptions.structured_mixing import StructuredMixing
from sith.theory.cards import world_card
from sith.theory.errors import InputError, require_fields, require_instance
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class World:
    """The generative model: z ~ prior on `space`, z̃ ~ pairs given z, x = g(z), x̃ = g(z̃)."""

    space: AbstractSpace
    prior: AbstractPrior
    pairs: AbstractPairs | Classes = NoPairs()
    mixing: Mixing | StructuredMixing = Mixing.INJECTIVE

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        for part in ("space", "prior", "pairs", "mixing"):
            require_instance(getattr(self, part), f"the world's {part}")
        if not hasattr(self.space, "rational_point"):
            raise InputError(f"space = {self.space!r}", allowed="Sphere(d), Box(d) or RealSpace(d)")
        if not hasattr(self.prior, "log_density"):
            raise InputError(f"prior = {self.prior!r}", allowed="a prior such as Uniform()")
        if not isinstance(self.mixing, Mixing | StructuredMixing):
            raise InputError(
                f"mixing = {self.mixing!r}", allowed="a Mixing, or a StructuredMixing with its g"
            )
        if isinstance(self.mixing, StructuredMixing) and self.mixing.dim != self.dim:
            raise InputError(f"a mixing of {self.mixing.dim} latents for d = {self.dim}")
        if not hasattr(self.pairs, "require_world"):
            raise InputError(f"pairs = {self.pairs!r}", allowed="pairs such as VonMisesFisher(2)")
        self._require_prior()
        self.pairs.require_world(self.space, self.prior)
        require_laws(self.prior, self.pairs, self.space)

    def _require_prior(self) -> None:
        """Refuse a prior that is not a law on the space."""
        needed = getattr(self.space, "needs_law", False) or getattr(self.prior, "needs_law", False)
        if needed and not getattr(self.pairs, "states_law", False):
            raise InputError(
                f"{self.space} with a {self.prior} prior need pairs that state their own law",
                cure="use AugmentationGraph(joint), or MomentOperator(...) on R^d",
            )
        # A prior of the user's own may do without `require_space`: it fits every space.
        fits = getattr(self.prior, "require_space", None)
        if fits is not None:
            fits(self.space)

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return self.space.dim

    @property
    def law_known(self) -> Membership:
        """Whether prior, pairs and environments were shown to be normalisable, or why not.

        A world whose densities were shown not to be is refused when it is made.
        """
        return law_of(self.prior, self.pairs, self.space).membership

    def replace(self, **changes: Any) -> World:
        """Return the world with some parts replaced, for example `world.replace(prior=...)`.

        Raises `UnknownName` for a name that is not a part of a world.
        """
        require_fields(self, changes)
        return replace(self, **changes)

    but = replace  # the old name, until 0.3
    _repr_html_ = world_card
