"""From a factory of the user's own to an encoder, and what is asked of its networks.

The factory is called as `build(inputs, outputs)` once for each seed, with torch's random numbers set
from that seed; a parameter that is called `seed` or `generator` is passed, too. Modules are in
evaluation mode, so that dropout is off and batch normalisation is an affine map: an encoder is a map
of one observation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from sith.numerics.claims.loading import described
from sith.numerics.claims.own_callables import OwnCallable
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.experiments.own_checks import require_map_of_rows
from sith.numerics.experiments.own_network import OwnNetwork, stacked
from sith.numerics.training.loop import seed_generators
from sith.theory import InputError

SIGNATURE = "build(inputs, outputs) that returns a torch.nn.Module"
BATCHED = 1e-4
"""Largest difference of outputs, relative to the largest, in float32 between `vmap` and one seed after the other."""

JITTER = 0.5
"""Deviation of the noise on every weight: what holds by chance at the start fails there."""


def own_encoder(
    own: OwnCallable, spec: EncoderSpec, rows: Tensor, outputs: int, seeds: tuple[int, ...]
) -> Encoder:
    """Return an untrained encoder that holds the user's network of every seed.

    Arguments:
        own: the factory.
        spec: of the built-in encoder, whose output space is kept: outputs of the network are
            normalised to a sphere, or go through a sigmoid into a box.
        rows: observations ``(S, N, D)``; they set dtype and device.
        outputs: the number m of output coordinates.
        seeds: one network for each.

    Raises:
        InputError: the factory fails or gives no module, or a module has outputs of a wrong shape or
            dtype, that are NaN or infinite, that depend on the other rows, on chance, or on no
            parameter; in one line.
    """
    modules = [_built(own, x, outputs, seed) for x, seed in zip(rows, seeds, strict=True)]
    for module, x in zip(modules, rows, strict=True):
        _first_outputs(own, module.to(x.device, x.dtype).eval(), x, outputs)
    state = stacked(modules, own.name)
    state["whiten.mean"] = rows.new_zeros(len(seeds), 1, rows.shape[-1])
    network = OwnNetwork(str(own), modules[0], outputs, batched=False)
    if _can_batch(network, state, rows):
        network = replace(network, batched=True)
    encoder = Encoder(
        EncoderSpec(
            "own",
            output=spec.output,
            radius=spec.radius,
            network=network,
            spheres=spec.spheres,
            intervals=spec.intervals,
        ),
        state,
    )
    _require_a_map(own, encoder, rows)
    _require_raw(own, encoder, rows)
    return encoder


def _built(own: OwnCallable, x: Tensor, outputs: int, seed: int) -> nn.Module:
    """One module, on the CPU, from random numbers that depend on the seed alone."""
    (generator,) = seed_generators((seed,), "encoder")
    further = _further(own, {"seed": seed, "generator": generator})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(generator.initial_seed())
        try:
            found = own.call(x.shape[-1], outputs, **further)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise InputError(
                f"{own.name}({x.shape[-1]}, {outputs}) fails: {described(error)}",
                allowed=SIGNATURE,
            ) from error
    if not isinstance(found, nn.Module):
        raise InputError(f"{own.name} returns a {type(found).__name__}", allowed=SIGNATURE)
    if any(value.is_complex() for value in (*found.parameters(), *found.buffers())):
        raise InputError(f"the network of {own.name} has complex parameters", allowed="real ones")
    return found


def _further(own: OwnCallable, known: dict[str, Any]) -> dict[str, Any]:
    if isinstance(own.call, nn.Module):
        raise InputError(
            f"{own.name} is a module that is built already, and every seed needs its own",
            allowed=SIGNATURE,
        )
    try:
        names = inspect.signature(own.call).parameters
    except (TypeError, ValueError):
        return {}
    return {name: value for name, value in known.items() if name in names}


def _first_outputs(own: OwnCallable, module: nn.Module, x: Tensor, outputs: int) -> None:
    """Apply a module for the first time, which gives lazy layers their sizes, and look at it."""
    try:
        with torch.no_grad():
            y = module(x)
    except Exception as error:
        raise InputError(
            f"the network of {own.name} fails on {x.dtype} observations {tuple(x.shape)} on "
            f"{x.device}: {described(error)[:200]}",
            cure=f"map (rows, {x.shape[-1]}) to (rows, {outputs}) in the dtype and on the device "
            "of the observations",
        ) from error
    expected = (x.shape[0], outputs)
    if not isinstance(y, Tensor) or tuple(y.shape) != expected:
        shape = tuple(y.shape) if isinstance(y, Tensor) else type(y).__name__
        raise InputError(f"the network of {own.name} gives {shape}", allowed=f"{expected}")
    if y.dtype != x.dtype or y.device != x.device:
        raise InputError(
            f"the network of {own.name} gives {y.dtype} on {y.device}",
            allowed=f"{x.dtype} on {x.device}, as the observations",
        )
    _require_finite(own, y, "at its initial weights")


def _require_finite(own: OwnCallable, y: Tensor, where: str) -> None:
    if not bool(y.isfinite().all()):
        raise InputError(f"the network of {own.name} gives NaN or infinite outputs {where}")


def _can_batch(network: OwnNetwork, state: dict[str, Tensor], rows: Tensor) -> bool:
    """Whether `vmap` applies the module, with the same outputs and with gradients."""
    trained = {k: v.requires_grad_() for k, v in state.items() if k.startswith("own.")}
    try:
        together = replace(network, batched=True)(state, rows)
        torch.autograd.grad(together.sum(), list(trained.values()), allow_unused=True)
    except Exception:  # noqa: BLE001
        return False
    finally:
        for value in trained.values():
            value.requires_grad_(False)
    alone = network(state, rows)
    return bool(((together - alone).abs() <= BATCHED * alone.abs().max()).all())


def _require_a_map(own: OwnCallable, encoder: Encoder, rows: Tensor) -> None:
    """Require a map of one observation in float64, too, that depends on trained parameters."""
    precise, x = encoder.to(torch.float64), rows.double()
    leaves = {k: v.clone().requires_grad_() for k, v in precise.trainable().items()}
    y = precise.with_state(leaves)(x)
    if y.dtype != torch.float64:
        raise InputError(
            f"the network of {own.name} gives {y.dtype} for float64 observations, in which it is "
            "measured",
            cure="keep the dtype of the observations",
        )
    _require_finite(own, y, "in float64")
    slopes: tuple[Tensor | None, ...] = ()
    if y.requires_grad:
        slopes = torch.autograd.grad(
            y.square().sum() + y.sum(), [*leaves.values()], allow_unused=True
        )
    if not any(slope is not None for slope in slopes):
        raise InputError(f"the outputs of {own.name} do not depend on its parameters")
    require_map_of_rows(
        f"an output of {own.name}", precise, x, y, rows="rows", allowed="a map of one observation"
    )


def _require_raw(own: OwnCallable, encoder: Encoder, rows: Tensor) -> None:
    """Require outputs outside of a box: a sigmoid follows, which keeps those inside off its faces."""
    if encoder.spec.output != "box" or encoder.spec.network is None:
        return
    y = encoder.spec.network(jittered(encoder).state, rows)
    if bool(((y >= 0) & (y <= 1)).all()):
        raise InputError(
            f"the network of {own.name} ends inside the box already",
            cure="leave its last sigmoid out: one follows",
        )


def jittered(encoder: Encoder) -> Encoder:
    """Return an encoder with noise on its weights, the same for equal encoders."""
    generator = torch.Generator().manual_seed(0)

    def noisy(value: Tensor) -> Tensor:
        noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
        return value + (JITTER * noise).to(value)

    return encoder.with_state({k: noisy(v) for k, v in encoder.trainable().items()})


def require_affine(name: str, f: Callable[[Tensor], Tensor], rows: Tensor) -> None:
    """Raise `InputError` for a map that is not affine at points ``(S, N, D)``, float64."""
    half = rows.shape[1] // 2
    a, b = rows[:, :half], rows[:, half : 2 * half]
    with torch.no_grad():
        middle, ends = f((a + b) / 2), (f(a) + f(b)) / 2
    if float((middle - ends).abs().max()) > 1e-6 * float(ends.abs().max()):
        raise InputError(f"{name} is not linear", allowed="a linear map, as the claim's class says")
