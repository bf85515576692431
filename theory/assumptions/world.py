"""A world: the generative model, made of latent space, prior, pairs and mixing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from theory.assumptions.actions import KnownActions
from theory.assumptions.auxiliary import ExponentialFamily, SoftmaxLabels
from theory.assumptions.classes import Classes
from theory.assumptions.finite_space import FiniteSpace
from theory.assumptions.interventions import LinearInterventions
from theory.assumptions.mixing import Mixing
from theory.assumptions.pairs import (
    AbstractPairs,
    AnisotropicSphere,
    ExponentialNorm,
    NoPairs,
    PairLogDensity,
    PartlyKeptSphere,
    ReversibleDiffusion,
    StyleRedrawn,
    VonMisesFisher,
)
from theory.assumptions.prior import (
    AbstractPrior,
    Atoms,
    Gaussian,
    LogDensity,
    Product,
    Uniform,
)
from theory.assumptions.space import AbstractSpace, RealSpace, Sphere
from theory.assumptions.stationary import Stationary
from theory.assumptions.structured_mixing import StructuredMixing
from theory.assumptions.views import SharedBlock
from theory.errors import InputError


@dataclass(frozen=True, slots=True)
class World:
    """The generative model: z ~ prior on `space`, z̃ ~ pairs given z, x = g(z), x̃ = g(z̃)."""

    space: AbstractSpace
    prior: AbstractPrior
    pairs: AbstractPairs | Classes = NoPairs()
    mixing: Mixing | StructuredMixing = Mixing.INJECTIVE

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
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
        own_law = getattr(self.pairs, "require_world", None)
        if own_law is not None:
            own_law(self.space, self.prior)
        elif isinstance(self.space, FiniteSpace) or isinstance(self.prior, Stationary):
            raise InputError(
                f"{self.space} with a {self.prior} prior need pairs that state their own law",
                cure="use AugmentationGraph(joint), or MomentOperator(...) on R^d",
            )
        sphere = isinstance(self.space, Sphere)
        if isinstance(self.prior, Uniform) and isinstance(self.space, RealSpace):
            raise InputError(
                "there is no uniform law on R^d", cure="use Box(d), or a Gaussian prior"
            )
        if isinstance(self.prior, Gaussian | Product) and sphere:
            raise InputError(
                f"a {self.prior} prior does not live on the sphere", cure="use Uniform()"
            )
        if isinstance(self.prior, Product) and len(self.prior.marginals) != self.dim:
            raise InputError(
                f"{len(self.prior.marginals)} marginals for d = {self.dim}",
                cure="give one per coordinate",
            )
        if isinstance(self.prior, Atoms) and (
            len(self.prior.points[0]) != self.dim
            or any(c != 0 for p in self.prior.points for c in self.space.constraints(p))
        ):
            raise InputError(
                f"atoms of {len(self.prior.points[0])} coordinates that are not in {self.space}"
            )
        if isinstance(self.pairs, ReversibleDiffusion) and not isinstance(self.space, RealSpace):
            raise InputError(f"pairs '{self.pairs}' live on R^d", cure="use RealSpace(d)")
        needs_sphere = isinstance(
            self.pairs, VonMisesFisher | AnisotropicSphere | PartlyKeptSphere | Classes
        )
        if needs_sphere and not sphere:
            raise InputError(f"pairs '{self.pairs}' live on the sphere", cure="use Sphere(d)")
        if isinstance(self.pairs, ExponentialNorm) and sphere:
            raise InputError(f"pairs '{self.pairs}' need a convex body", cure="use Box(d)")
        if isinstance(self.pairs, AnisotropicSphere) and len(self.pairs.weights) != self.dim:
            raise InputError(f"{len(self.pairs.weights)} entries of Λ for d = {self.dim}")
        if isinstance(self.pairs, Classes) and len(self.pairs.vectors[0]) != self.dim:
            raise InputError(
                f"class vectors of length {len(self.pairs.vectors[0])} for d = {self.dim}"
            )
        if isinstance(self.pairs, ExponentialFamily | SoftmaxLabels):
            if not isinstance(self.space, RealSpace):
                raise InputError(f"pairs '{self.pairs}' live on R^d", cure="use RealSpace(d)")
            if self.pairs.dim != self.dim:
                raise InputError(
                    f"pairs '{self.pairs}' in {self.pairs.dim} coordinates for d = {self.dim}"
                )
        if isinstance(self.prior, LogDensity) and len(self.prior.coordinates) != self.dim:
            raise InputError(
                f"a prior in {len(self.prior.coordinates)} coordinates for d = {self.dim}"
            )
        if isinstance(self.pairs, PairLogDensity) and {len(self.pairs.z), len(self.pairs.zt)} != {
            self.dim
        }:
            raise InputError(f"pairs in {len(self.pairs.z)} coordinates for d = {self.dim}")
        if isinstance(self.pairs, PartlyKeptSphere):
            if not all(0 <= i < self.dim for i in self.pairs.kept):
                raise InputError(f"kept = {self.pairs.kept}", allowed=f"0 to {self.dim - 1}")
            if self.dim - len(self.pairs.kept) < 2:
                raise InputError(
                    f"{len(self.pairs.kept)} kept coordinates for d = {self.dim}",
                    allowed="at most d − 2, so that the support of a pair is not discrete",
                )
        if isinstance(self.pairs, KnownActions | LinearInterventions):
            if not isinstance(self.space, RealSpace):
                raise InputError(f"{self.pairs} on the {self.space}", cure="use RealSpace(d)")
            if self.pairs.dim != self.dim:
                raise InputError(f"{self.pairs} in R^{self.pairs.dim} for d = {self.dim}")
        if isinstance(self.pairs, SharedBlock):
            if sphere:
                raise InputError(f"{self.pairs} on the sphere", cure="use Box(d) or RealSpace(d)")
            seen = {i for view in self.pairs.views for i in view}
            if seen - set(range(self.dim)):
                raise InputError(
                    f"a view of coordinate {max(seen)}", allowed=f"0 to {self.dim - 1}"
                )
        if isinstance(self.pairs, StyleRedrawn):
            outside = [i for i in self.pairs.content if not 0 <= i < self.dim]
            if outside:
                raise InputError(f"content coordinate {outside[0]}", allowed=f"0 to {self.dim - 1}")

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return self.space.dim

    def but(self, **changes: Any) -> World:
        """Return the world with some parts replaced, for example `world.but(prior=...)`."""
        return replace(self, **changes)
