"""A mixing of the user's own: a function or a module from latents to observations."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from sith.numerics.claims.loading import described
from sith.numerics.claims.own_callables import OwnCallable
from sith.numerics.experiments.own_checks import FEW, SAME, require_map_of_rows
from sith.numerics.experiments.own_injectivity import injectivity
from sith.numerics.training.memory import out_of_memory
from sith.theory import InputError, Mixing, UnsupportedCondition
from sith.theory.assumptions import AbstractSpace

SIGNATURE = "a differentiable map of latents (rows, d) to observations (rows, D), in torch"
ROWS = 512
"""Latents of a seed at which the Jacobian is taken and between which collisions are looked for."""

PRECISIONS = (torch.float64, torch.float32)


@dataclass(frozen=True, slots=True, eq=False)
class OwnMixing:
    """A mixing of the user's own, the same for all seeds.

    Fields:
        name: of the function.
        call: from latents ``(N, d)`` to observations ``(N, D)``.
        precision: the dtype that it computes in; float64 where it can.
        says: what was found of it at points.
    """

    name: str
    call: Callable[[Tensor], Any]
    precision: torch.dtype = torch.float64
    says: str = ""

    def __call__(self, z: Tensor) -> Tensor:
        """Return the observations ``(S, B, D)`` of latents ``(S, B, d)``, in their dtype.

        Raises:
            InputError: the function fails, or gives something else, in one line.
        """
        rows = z.flatten(0, 1).to(self.precision)
        try:
            x = self.call(rows)
        except Exception as error:
            if out_of_memory(error):
                raise
            raise InputError(
                f"the mixing {self.name} fails on {self.precision} latents {tuple(rows.shape)} on "
                f"{z.device}: {described(error)[:200]}",
                allowed=SIGNATURE,
            ) from error
        if not isinstance(x, Tensor) or x.ndim != 2 or x.shape[0] != rows.shape[0]:
            shape = tuple(x.shape) if isinstance(x, Tensor) else type(x).__name__
            raise InputError(
                f"the mixing {self.name} gives {shape} for latents {tuple(rows.shape)}",
                allowed=SIGNATURE,
            )
        observed: Tensor = x.to(z).unflatten(0, z.shape[:2])
        return observed


def own_mixing(own: OwnCallable, kind: object, space: AbstractSpace, z: Tensor) -> OwnMixing:
    """Return the mixing of a callable, looked at on latents ``(S, N, d)``.

    Rank of the Jacobian and separation of points are checked at latents and by a search between
    them, which can show that a mixing is not injective and cannot prove that it is.

    Arguments:
        own: the callable.
        kind: the class of mixings of the claim's world.
        space: of the latents.
        z: latents.

    Raises:
        UnsupportedCondition: the class restricts the Jacobian, which is not checked here.
        InputError: the mixing fails, is NaN, infinite, constant or random, has no derivative, is
            not linear where the class is, or is not injective.
    """
    if kind not in (Mixing.ARBITRARY, Mixing.INJECTIVE, Mixing.LINEAR):
        raise UnsupportedCondition(
            f"whether the mixing {own.name} is in the class '{kind}' is not checked",
            allowed="an own mixing of an injective or of a linear class",
        )
    mixing = _computing(own, z.device, z[:1, :FEW])
    points = z[:, :ROWS].double()
    _require_a_map(mixing, points)
    if kind is Mixing.LINEAR:
        _require_linear(mixing, points)
    report = injectivity(mixing, space, points)
    if not report.passed:
        raise InputError(
            f"the mixing {mixing.name} is {report.reason}", allowed="an injective mixing"
        )
    where = f"at {points.shape[0] * points.shape[1]} points and in a search, which is no proof"
    return replace(mixing, says=f"{own}, the same for all seeds; {where}: {report}")


def _computing(own: OwnCallable, device: torch.device, z: Tensor) -> OwnMixing:
    """The mixing in the widest precision in which it computes."""
    faults: list[InputError] = []
    for precision in PRECISIONS:
        call: Callable[[Tensor], Any] = own.call
        if isinstance(call, type):
            raise InputError(
                f"the mixing {own.name} is a class",
                cure=f"name an instance, as G = {call.__name__}()",
            )
        if isinstance(call, nn.Module):
            call = copy.deepcopy(call).to(device, precision).eval().requires_grad_(False)
        mixing = OwnMixing(own.name, call, precision)
        try:
            mixing(z)
        except InputError as error:
            faults.append(error)
            continue
        return mixing
    raise faults[-1]


def _require_a_map(mixing: OwnMixing, z: Tensor) -> None:
    with torch.enable_grad():
        point = z.clone().requires_grad_()
        x = mixing(point)
    if not bool(x.isfinite().all()):
        raise InputError(f"the mixing {mixing.name} gives NaN or infinite observations")
    if not bool((x != x[:1, :1]).any()):
        raise InputError(f"the mixing {mixing.name} is constant", allowed="an injective mixing")
    if not x.requires_grad:
        raise InputError(f"the mixing {mixing.name} has no derivative", allowed=SIGNATURE)
    size = SAME if mixing.precision == torch.float64 else 1e-5
    subject = f"the mixing {mixing.name}"
    require_map_of_rows(subject, mixing, z, x, size=size, rows="latents", allowed=SIGNATURE)


def _require_linear(mixing: OwnMixing, z: Tensor) -> None:
    """Require additivity at points; a map that is continuous and additive is linear."""
    half = z.shape[1] // 2
    a, b = z[:, :half], z[:, half : 2 * half]
    size = 1e-8 if mixing.precision == torch.float64 else 1e-4
    with torch.no_grad():
        together, apart = mixing(a - 2 * b), mixing(a) - 2 * mixing(b)
    if float((together - apart).abs().max()) > size * float(apart.abs().max()):
        raise InputError(
            f"the mixing {mixing.name} is not linear", allowed="a linear map, as the claim states"
        )
