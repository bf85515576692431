"""Where to compute: a device that exists."""

from __future__ import annotations

import torch

from sith.theory import InputError


def pick_device(name: str) -> str:
    """Return a device that exists: "auto" takes CUDA where there is one; raises `InputError`."""
    available = torch.cuda.is_available()
    if name == "auto":
        return "cuda" if available else "cpu"
    kind = name.partition(":")[0]
    if kind == "cpu":
        return "cpu"
    if kind != "cuda":
        raise InputError(f"device '{name}'", allowed="auto, cpu, cuda, cuda:N")
    if not available:
        raise InputError(f"device '{name}' is absent on this machine", cure="use --device cpu")
    count = torch.cuda.device_count()
    index = name.partition(":")[2] or "0"
    if not index.isdigit() or int(index) >= count:
        raise InputError(f"device '{name}' is absent", allowed=f"cuda:0 to cuda:{count - 1}")
    return name
