"""A pretend accelerator for machines without one: CPU numbers, an accelerator's strictness.

Within `pretend()` a tensor of the device `DEVICE` wraps a CPU tensor. Operations run on the CPU, and what
an accelerator refuses is refused: an operation over tensors of two devices (a single number on the CPU
may take part, and so may an index on the CPU into a tensor of the device), a draw on one device with the
generator of another, and a conversion to numpy. Values are real, so that results can be compared with
those of the CPU.

torch calls what this rests on experimental: `REASON` says what is missing, "" where nothing is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

NAME = "pretend"

try:
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME)
    # What torch asks of every backend, also where nothing is on the device.
    backend: Any = getattr(torch, NAME)
    backend.get_amp_supported_dtype = lambda: [torch.bfloat16]
    REASON = ""
except (ImportError, RuntimeError) as error:
    REASON = f"this torch has no backends in Python: {error}"

DEVICE = f"{NAME}:0"
CPU = torch.device("cpu")

COPIES = frozenset({"aten::copy_", "aten::_to_copy", "aten::_copy_from", "aten::set_"})
INDEXED = frozenset(
    {"aten::index", "aten::index_put", "aten::index_put_", "aten::_index_put_impl_"}
)


class Held(torch.Tensor):
    """A tensor of the pretend device; `inner` has its numbers."""

    inner: torch.Tensor

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> Self:
        return torch.Tensor._make_wrapper_subclass(
            cls,
            inner.shape,
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=torch.device(DEVICE),
            requires_grad=inner.requires_grad,
        )

    def __init__(self, inner: torch.Tensor) -> None:
        self.inner = inner.detach()

    def __repr__(self, **_: Any) -> str:
        return f"Held({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


def is_pretend(device: Any) -> bool:
    """Whether a device, by object or by name, is the pretend one."""
    return device is not None and torch.device(device).type == NAME


def run(func: Any, args: Any, kwargs: Any) -> Any:
    """Run an operation of the dispatcher on the CPU, if an accelerator would run it."""
    name = func._schema.name
    leaves = tree_leaves((args, kwargs))
    held = [x for x in leaves if isinstance(x, Held)]
    plain = [
        x for x in leaves if isinstance(x, torch.Tensor) and not isinstance(x, Held) and x.ndim
    ]
    indexed = name in INDEXED and isinstance(args[0], Held)
    if held and plain and name not in COPIES and not indexed:
        raise RuntimeError(f"tensors on two devices, {DEVICE} and cpu, in {name}")
    wanted = kwargs.get("device")
    there = is_pretend(wanted) or (bool(held) and wanted is None)
    inner_args, inner_kwargs = tree_map(_inner, (args, kwargs))
    inner_kwargs.pop("non_blocking", None)
    out = func(*inner_args, **inner_kwargs)
    target = kwargs.get("out", args[0] if name.endswith("_") and args else None)
    if isinstance(target, Held):
        return target
    return tree_map(_hold, out) if there and name != "aten::_local_scalar_dense" else out


def _inner(x: Any) -> Any:
    if isinstance(x, Held):
        return x.inner
    return CPU if isinstance(x, torch.device) and x.type == NAME else x


def _hold(x: Any) -> Any:
    return Held(x) if isinstance(x, torch.Tensor) and not isinstance(x, Held) else x


class PretendGenerator(torch.Generator):
    """A generator that says on which device it is; its numbers are those of the CPU."""

    def __new__(cls, device: Any = "cpu") -> Self:
        made = super().__new__(cls, "cpu")
        made.place = torch.device(device)
        return made

    @property
    def device(self) -> torch.device:
        """The device it was made for."""
        return self.place


class _Python(TorchFunctionMode):
    """What the dispatcher does not see: generators, numpy, and tensors made from lists."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        first = args[0] if args else None
        self._same_generator(func, args, kwargs)
        if isinstance(first, Held):
            if func in (torch.Tensor.numpy, torch.Tensor.__array__):
                raise TypeError(f"a tensor of {DEVICE} has no numpy form; use Tensor.cpu() first")
            if func is torch.Tensor.tolist:
                return first.inner.tolist()
            if func in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
                return func(first, tree_map(_inner_list, args[1], is_leaf=_is_list), *args[2:])
            if func is torch.Tensor.new_tensor:
                given = {"dtype": first.dtype, **kwargs, "device": "cpu"}
                return torch.tensor(*args[1:], **given).to(DEVICE)
        if func in (torch.tensor, torch.as_tensor, torch.asarray) and is_pretend(
            kwargs.get("device")
        ):
            rest = {k: v for k, v in kwargs.items() if k != "device"}
            return func(*args, **rest).to(DEVICE)
        return func(*args, **kwargs)

    @staticmethod
    def _same_generator(func: Any, args: Any, kwargs: Any) -> None:
        leaves = tree_leaves((args, kwargs))
        drawn = next((x.device for x in leaves if isinstance(x, torch.Tensor)), CPU)
        wanted = torch.device(kwargs["device"]) if kwargs.get("device") is not None else drawn
        for generator in (x for x in leaves if isinstance(x, PretendGenerator)):
            if generator.place.type != wanted.type:
                name = getattr(func, "__name__", func)
                raise RuntimeError(
                    f"a generator of {generator.place.type} draws on {wanted.type}, in {name}"
                )


def _is_list(x: Any) -> bool:
    return isinstance(x, list)


def _inner_list(x: Any) -> Any:
    return torch.tensor(x) if isinstance(x, list) else x


class _Dispatch(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


@contextlib.contextmanager
def pretend() -> Iterator[str]:
    """Make the pretend device usable, and give its name."""
    real, torch.Generator = torch.Generator, PretendGenerator
    try:
        with _Python(), _Dispatch():
            yield DEVICE
    finally:
        torch.Generator = real
