"""A network of the user's own as an encoder: one module for each seed, batched with `torch.func`.

The modules of all seeds have one structure, so that their parameters are stacked and the module is
applied to all seeds at once with `vmap`. A module that `vmap` cannot batch, or for which it gives
other numbers, is applied to one seed after the other; the report says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from sith.numerics.claims.loading import described
from sith.numerics.training.memory import out_of_memory
from sith.theory import InputError, SithError

TRAINED, KEPT = "own.", "fixed."
"""What the names of trained parameters, and of buffers and frozen parameters, begin with."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnNetwork:
    """A module as a pure function of its parameters.

    Fields:
        name: of the factory.
        module: of the first seed; its own parameters are not used.
        outputs: the number m of output coordinates.
        batched: whether `vmap` applies it to all seeds at once.
    """

    name: str
    module: nn.Module
    outputs: int
    batched: bool

    def __call__(self, state: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """Return the outputs ``(S, B, m)`` of observations ``(S, B, D)``.

        Raises:
            InputError: the module fails, in one line.
        """
        values = {k.partition(".")[2]: v for k, v in state.items() if k.startswith((TRAINED, KEPT))}
        try:
            if self.batched:
                return self._together(values, x)
            return self._one_by_one(values, x)
        except Exception as error:
            if isinstance(error, SithError) or out_of_memory(error):
                raise
            raise InputError(
                f"{self.name} fails on {x.dtype} observations {tuple(x.shape[1:])} on {x.device}: "
                f"{described(error)[:200]}",
                cure="keep its tensors in parameters or buffers, or make them with x.new_tensor",
            ) from error

    def _together(self, values: Mapping[str, Tensor], x: Tensor) -> Tensor:
        def one(own: dict[str, Tensor], rows: Tensor) -> Tensor:
            found: Tensor = functional_call(self.module, own, (rows,))
            return found

        found: Tensor = torch.vmap(one)(dict(values), x)
        return found

    def _one_by_one(self, values: Mapping[str, Tensor], x: Tensor) -> Tensor:
        each = [
            functional_call(self.module, {k: v[s] for k, v in values.items()}, (x[s],))
            for s in range(x.shape[0])
        ]
        return torch.stack(each)

    @property
    def described(self) -> str:
        """The factory, the module's class and its number of trained parameters."""
        count = sum(p.numel() for p in self.module.parameters() if p.requires_grad)
        how = "all seeds at once" if self.batched else "one seed after the other: vmap fails on it"
        return f"{self.name}: {type(self.module).__name__}, {count:,} parameters a seed, {how}"


def stacked(modules: Sequence[nn.Module], name: str) -> dict[str, Tensor]:
    """Return the parameters and buffers of modules of one structure, ``(S, ...)``, by name.

    Raises:
        InputError: the modules differ in structure, or have no trained parameter.
    """
    trained = [{k: v for k, v in m.named_parameters() if v.requires_grad} for m in modules]
    kept = [
        {
            **{k: v for k, v in m.named_parameters() if not v.requires_grad},
            **dict(m.named_buffers()),
        }
        for m in modules
    ]
    if not trained[0]:
        raise InputError(f"the network of {name} has no trained parameters", cure="give it layers")
    state: dict[str, Tensor] = {}
    for prefix, parts in ((TRAINED, trained), (KEPT, kept)):
        if len({tuple((k, v.shape) for k, v in part.items()) for part in parts}) > 1:
            raise InputError(f"{name} gives networks of different shapes for different seeds")
        for key in parts[0]:
            state[prefix + key] = torch.stack([part[key].detach() for part in parts])
    return state
