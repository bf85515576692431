"""Every loss is compiled as one graph, forward and backward, with the values of the plain call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from sith.numerics.losses import (
    InnerProduct,
    PowerDistance,
    infonce,
    random_directions,
    sigreg,
    whitened_alignment,
)
from tests.numerics.test_losses_contract import DIM, LOSSES, views

# Tracing an autograd function warns about how dynamo itself makes it.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

DIRECTIONS = random_directions(torch.Generator().manual_seed(1), DIM, slices=5, dtype=torch.float64)
# A generator cannot be made in a compiled function, so that the directions are given.
EVERY: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    **{name: loss for name, (loss, _) in LOSSES.items() if name != "sigreg"},
    "sigreg": lambda a, b: sigreg(a, DIRECTIONS) + sigreg(b, DIRECTIONS),
    "infonce, inner product": lambda a, b: infonce(a, b, InnerProduct(0.5)),
    "infonce, p = 1": lambda a, b: infonce(a, b, PowerDistance(1, 1, 0.5)),
    "infonce, p = 2": lambda a, b: infonce(a, b, PowerDistance(2, 2, 0.5)),
}


def with_gradients(loss: Callable[[Tensor, Tensor], Tensor]) -> tuple[Tensor, ...]:
    a, b = (v.requires_grad_() for v in views())
    value = loss(a, b)
    value.sum().backward()
    return (value.detach(), *(x.grad for x in (a, b) if x.grad is not None))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_loss_is_one_graph(name: str) -> None:
    torch._dynamo.reset()
    compiled = torch.compile(EVERY[name], fullgraph=True, backend="aot_eager")
    for one, two in zip(with_gradients(compiled), with_gradients(EVERY[name]), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-12, atol=1e-12)


def test_a_loss_that_asks_for_a_value_is_noticed() -> None:
    def asks(a: Tensor, b: Tensor) -> Tensor:
        return a.sum((1, 2)) if float(a.detach().sum()) > 0 else b.sum((1, 2))

    torch._dynamo.reset()
    with pytest.raises(Exception, match=r"data-dependent|graph break|not supported"):
        torch.compile(asks, fullgraph=True, backend="aot_eager")(*views())


def test_a_singular_covariance_is_nan_when_compiled() -> None:
    a, b = views()
    a[0], b[0] = 0.0, 0.0
    torch._dynamo.reset()
    value = torch.compile(whitened_alignment, fullgraph=True, backend="aot_eager")(a, b)
    assert torch.isnan(value[0])
    assert torch.isfinite(value[1])
    with pytest.raises(ValueError, match="singular"):
        whitened_alignment(a, b)
