"""The tests that the marginal of the latents leads to: one registered function for each kind."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from sith.numerics.data.consequences.evidence import Consequence
from sith.numerics.data.consequences.kinds import (
    INDEPENDENT,
    NORMAL,
    NOT_NORMAL,
    UNIFORM_BOX,
    UNIFORM_SPHERE,
)
from sith.theory.assumptions import (
    Atoms,
    Box,
    Gaussian,
    LogDensity,
    Product,
    Sphere,
    Stationary,
    Uniform,
)
from sith.theory.dispatch import register_call
from sith.theory.errors import UnsupportedCondition


@singledispatch
def of_law(prior: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of a marginal as it stands; none for one that has none here.

    Raises:
        UnsupportedCondition: nothing is registered for the marginal.
    """
    raise UnsupportedCondition(
        f"no test is known of the marginal '{prior}'",
        cure=register_call("sith.numerics.data.consequences.of_law", prior),
    )


@of_law.register(LogDensity)
@of_law.register(Atoms)
@of_law.register(Stationary)
def _(prior: LogDensity | Atoms | Stationary, space: Any) -> list[Consequence]:  # noqa: ARG001
    return []


@of_law.register
def _(prior: Uniform, space: Any) -> list[Consequence]:
    return of_prior(prior, prior, space)


@of_law.register
def _(prior: Gaussian, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NORMAL]


@of_law.register
def _(prior: Product, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [INDEPENDENT]


@singledispatch
def of_prior(own: Any, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of a marginal that a weakening changes to another; none for some.

    Raises:
        UnsupportedCondition: nothing is registered for the marginal.
    """
    raise UnsupportedCondition(
        f"no test is known of the marginal '{own}'",
        cure=register_call("sith.numerics.data.consequences.of_prior", own),
    )


@of_prior.register(Atoms)
@of_prior.register(Stationary)
def _(own: Atoms | Stationary, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    return []


@of_prior.register
def _(own: Uniform, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    if isinstance(space, Sphere):
        return [UNIFORM_SPHERE]
    return [UNIFORM_BOX, INDEPENDENT] if isinstance(space, Box) else []


@of_prior.register
def _(own: Gaussian, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NORMAL]


@of_prior.register
def _(own: Product, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    # Without the assumption more coordinates are normal; independent they are either way.
    return [NOT_NORMAL] if isinstance(weaker, Gaussian | Product) else [INDEPENDENT]


@of_prior.register
def _(own: LogDensity, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NOT_NORMAL] if isinstance(weaker, Gaussian) else []
