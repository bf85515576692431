"""A loss that is taken after a projector, while the claim is about the representation before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sith.theory.errors import InputError, require_instance
from sith.theory.groups import Linear
from sith.theory.objectives.projector import AbstractProjector


@dataclass(frozen=True, slots=True)
class Projected:
    """min over p of L(p∘h): the loss `objective` at the outputs of a learned projector p.

    The optimal h are those for which some p of the class makes p∘h optimal for L. The claim's
    encoder and group are those of h; the spaces of p∘h are the projector's. Source for the use of
    projectors: Chen et al. (2020), SimCLR.
    """

    objective: Any
    projector: AbstractProjector

    def __post_init__(self) -> None:
        """Refuse classes in place of objects, and a projector of a projector."""
        require_instance(self.objective, "objective of a projected loss")
        require_instance(self.projector, "projector")
        if not hasattr(self.projector, "coefficients"):
            raise InputError(
                f"the projector {self.projector!r}",
                allowed="LinearProjector(space) or UniversalProjector(space)",
            )
        if hasattr(self.objective, "projector"):
            raise InputError(
                "a projected loss that is projected again",
                cure="state the composition as one projector",
            )

    def before(self, claim: Any) -> Any:
        """Return the claim about p∘f under the loss itself; its group, GL(k), stands for none."""
        outputs = self.projector.output
        return claim.replace(
            objective=self.objective,
            encoder=replace(claim.encoder, output=outputs),
            group=Linear(outputs.dim),
            assumptions=(),
            base=(),
        )

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        inner = self.objective.latex
        return rf"\min_p\Big[{inner}\Big]_{{h\to p\circ h}}"

    def __str__(self) -> str:
        """Short name."""
        return f"{self.objective} after {self.projector}"
