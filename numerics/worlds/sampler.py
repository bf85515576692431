"""One sampler for every world: latents, positive pairs, labels, environments, actions, views."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from sith.numerics.worlds.draws import Draws, draws_of
from sith.theory.assumptions import World
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class WorldSampler:
    """The exact sampler of a world, built once.

    Labels and environments come with their own latents: with `Classes`, `ExponentialFamily` and
    `LinearInterventions`, `latents` draws the mixture over them, whatever prior the world states.
    Draws lie on the device of the generator.

    Fields:
        world: what is sampled.
        dtype: float32 or float64.

    Raises:
        InputError: a law of the world has no exact sampler.
    """

    world: World
    dtype: torch.dtype = torch.float32
    _draws: Draws = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Choose the samplers."""
        object.__setattr__(self, "_draws", draws_of(self.world.pairs, self.world))

    def latents(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, d)``."""
        if self._draws.latents is None:
            return self.labelled(n, generator)[0]
        return self._draws.latents(n, generator, generator.device, self.dtype)

    def partners(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """Draw z̃ ``(n, d)`` given z ``(n, d)``, in the dtype of z.

        Raises:
            InputError: z has the wrong shape, or the world has no pairs.
            UnsupportedCondition: the world has environments, softmax labels or views.
        """
        return self._draws.partners(self._checked(z), generator)

    def pairs(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z and z̃, each ``(n, d)``; raises as `partners`."""
        z = self.latents(n, generator)
        return z, self._draws.partners(z, generator)

    def labelled(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its label or environment ``(n,)``, int64 from 0."""
        if self._draws.labelled is None:
            raise InputError(
                "the world has no labels",
                cure="use pairs=Classes(...), SoftmaxLabels, ExponentialFamily or "
                "LinearInterventions",
            )
        return self._draws.labelled(n, generator, generator.device, self.dtype)

    def in_environment(self, environment: int, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, d)`` of one environment, counted from 0."""
        if not self._draws.environments:
            raise InputError(
                "the world has no environments",
                cure="use pairs=ExponentialFamily(...) or LinearInterventions(...)",
            )
        count = len(self._draws.environments)
        if not 0 <= environment < count:
            raise InputError(f"environment {environment}", allowed=f"0 to {count - 1}")
        law = self._draws.environments[environment]
        return law(n, generator, generator.device, self.dtype)

    def acted(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Draw z and z̃ ``(n, d)``, and the action ``(n,)`` that made z̃ of z, int64 from 0."""
        if self._draws.actions is None:
            raise InputError("the world has no actions", cure="use pairs=KnownActions(...)")
        z = self.latents(n, generator)
        return z, *self._draws.actions.acted(z, generator)

    def views(self, z: Tensor) -> tuple[Tensor, ...]:
        """The coordinates of latents z ``(n, d)`` that each view sees, ``(n, |S_k|)``."""
        if self._draws.views is None:
            raise InputError("the world has no views", cure="use pairs=SharedBlock(...)")
        return self._draws.views(self._checked(z))

    def _checked(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != self.world.dim:
            raise InputError(f"z of shape {tuple(z.shape)}", allowed=f"(n, {self.world.dim})")
        return z


def sample_latents(
    world: World,
    n: int,
    generator: torch.Generator,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Draw latents ``(n, d)``; `device` must be the generator's, and is so by default."""
    if device is not None and torch.device(device).type != generator.device.type:
        raise InputError(
            f"device {device} with a generator on {generator.device}",
            cure="make the generator on the device of the draws",
        )
    return WorldSampler(world, dtype).latents(n, generator)


def sample_partner(world: World, z: Tensor, generator: torch.Generator) -> Tensor:
    """Draw partners ``(n, d)`` of latents z ``(n, d)``."""
    return WorldSampler(world, z.dtype).partners(z, generator)


def sample_labels(
    world: World, n: int, generator: torch.Generator, *, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Draw latents ``(n, d)`` and labels or environments ``(n,)``."""
    return WorldSampler(world, dtype).labelled(n, generator)
