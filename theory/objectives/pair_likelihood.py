"""Pair likelihood: maximum likelihood of consecutive observations with a known transition."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.assumptions import AbstractPairs


@dataclass(frozen=True, slots=True)
class PairLikelihood:
    """Maximum likelihood of pairs under p̂(z) p̂(z̃|z), pulled back by h.

    The marginal p̂(z) is the world's prior; p̂(z̃|z) is the law `transition`, or the world's pairs.
    Source: the slow variational autoencoder of Klindt et al. (2021) in the limit of an exact
    posterior.
    """

    transition: AbstractPairs | None = None

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"-\mathbb{E}\big[\log p(h(z))+\log\hat p(h(\tilde z)\mid h(z))"
            r"+\log\lvert\det J_h(z)\rvert+\log\lvert\det J_h(\tilde z)\rvert\big]"
        )

    def __str__(self) -> str:
        """Short name."""
        return (
            "pair likelihood" if self.transition is None else f"pair likelihood, {self.transition}"
        )
