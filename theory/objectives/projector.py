"""Projectors: what is put between the representation and the loss, and thrown away after training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import sympy as sp

from sith.theory.assumptions import AbstractSpace, RealSpace
from sith.theory.errors import InputError, require_instance


class AbstractProjector(Protocol):
    """A learned map p of the representation, chosen together with the encoder."""

    @property
    def output(self) -> AbstractSpace:
        """The space that p maps into, where the loss is taken."""
        ...

    def coefficients(self, outputs: int) -> tuple[tuple[sp.Symbol, ...], ...]:
        """Return the learned matrix, one row for each output of p; () where p is no linear map."""
        ...

    def offsets(self) -> tuple[sp.Symbol, ...]:
        """Return the learned constants, one for each output of p; () without them."""
        ...


@dataclass(frozen=True, slots=True)
class LinearProjector:
    """p(y) = W y, or W y + b with `shift`: every matrix W is allowed, of any rank, and learned.

    A linear map that is normalised afterwards is no linear map: f = r(z) h with any r > 0 has the
    same values on the sphere, so the output is R^k.
    If p∘f attains values that span R^k, then W has rank k; with k representations it is invertible,
    and with more of them it has a kernel, in which nothing of f is determined.
    """

    output: AbstractSpace
    shift: bool = False

    def __post_init__(self) -> None:
        """Validate the output space, which is R^k."""
        _require_space(self.output)
        if type(self.output) is not RealSpace:
            raise InputError(
                f"a linear projector into the {self.output}",
                allowed="LinearProjector(RealSpace(k))",
                cure="with a normalisation after it, the projector is UniversalProjector(Sphere(k))",
            )

    def coefficients(self, outputs: int) -> tuple[tuple[sp.Symbol, ...], ...]:
        """Return the symbols of W, k rows of m."""
        rows, columns = range(self.output.dim), range(outputs)
        return tuple(
            tuple(sp.Symbol(f"W{i + 1}_{j + 1}", real=True) for j in columns) for i in rows
        )

    def offsets(self) -> tuple[sp.Symbol, ...]:
        """Return the symbols of b; () without a shift."""
        rows = range(self.output.dim if self.shift else 0)
        return tuple(sp.Symbol(f"b{i + 1}", real=True) for i in rows)

    def __str__(self) -> str:
        """Short name."""
        return f"{'an affine' if self.shift else 'a linear'} projector into {_into(self.output)}"


@dataclass(frozen=True, slots=True)
class UniversalProjector:
    """Any continuous map p of the values of f, learned.

    With `invertible` p is a homeomorphism of R^m, as a normalising flow is.
    """

    output: AbstractSpace
    invertible: bool = False

    def __post_init__(self) -> None:
        """Validate the output space."""
        _require_space(self.output)

    def coefficients(self, outputs: int) -> tuple[tuple[sp.Symbol, ...], ...]:  # noqa: ARG002
        """Return (): p is no matrix."""
        return ()

    def offsets(self) -> tuple[sp.Symbol, ...]:
        """Return (): p is no matrix with a shift."""
        return ()

    def __str__(self) -> str:
        """Short name."""
        kind = "an invertible" if self.invertible else "a universal"
        return f"{kind} projector into {_into(self.output)}"


def _require_space(space: Any) -> None:
    require_instance(space, "output of a projector")
    if not hasattr(space, "constraints"):
        raise InputError(
            f"a projector into {space!r}",
            allowed="a space, such as RealSpace(2) or Sphere(3)",
        )


def _into(space: AbstractSpace) -> str:
    return str(space) if str(space).startswith("R^") else f"the {space}"
