"""The stages of a search, in order of cost, each with the price of trying it at a point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sith.numerics.searching.adversarial import refute_by_training
from sith.numerics.searching.algebra import refute_by_algebra, stands_by_algebra
from sith.numerics.searching.clusters import refute_by_clusters, sees_close_classifiers
from sith.numerics.searching.curves import refute_by_curve
from sith.numerics.searching.derivations import Derived, plain_derive
from sith.numerics.searching.folds import refute_by_fold
from sith.numerics.searching.likelihoods import has_density_loss, refute_by_density
from sith.numerics.searching.losses import refute_by_families, refute_by_table
from sith.numerics.searching.merged_nodes import merges_nodes, refute_by_merging
from sith.numerics.searching.operators import asks_for_linearity, stands_by_operators
from sith.numerics.searching.other_features import has_other_features, refute_by_features
from sith.numerics.searching.pair_laws import keeps_some, refute_by_pair_law
from sith.numerics.searching.points import Point
from sith.numerics.searching.projections import refute_by_projections, sees_projections
from sith.numerics.searching.selections import keeps_content, refute_by_selection
from sith.numerics.searching.subspaces import leaves_latents_out, refute_by_subspaces
from sith.numerics.searching.transitions import has_other_transition, refute_by_transition
from sith.numerics.searching.whitening import has_noise, refute_by_whitening
from sith.numerics.searching.witness import Counterexample
from sith.numerics.searching.work import (
    price_of_algebra,
    price_of_curves,
    price_of_facts,
    price_of_families,
    price_of_tables,
    price_of_training,
)
from sith.theory import Claim, GaussianAlignment, Mixing, Quantifier, Statement, Theorem

TRAININGS = 4
"""So many points of each dimension are trained at, the defaults apart."""

Probe = Callable[[Claim, Point], tuple[Counterexample, ...]]
"""Looks for a witness at one point; () where it finds none."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a search.

    Fields:
        method: its name.
        probe: what it tries at a point.
        applies: to which claims.
        most: at most so many points of a dimension.
        price: units of work of one point, see `work`.
        numerical: whether its witnesses are figures; against a mis-specified claim they are none.
    """

    method: str
    probe: Probe
    applies: Callable[[Claim], bool] = lambda _: True
    most: int = 10**6
    price: Callable[[Claim], int] = price_of_facts
    numerical: bool = False


def stages(
    statement: Statement, degree: int, *, trained: bool = False, derived: Derived = plain_derive
) -> tuple[Stage, ...]:
    """Return the stages of a search in order of cost; training is the last, where asked for.

    `derived` is `sith.theory.derivation`, or remembers its verdicts.
    """

    def algebra(claim: Claim) -> int:
        return price_of_algebra(claim, degree)

    if isinstance(statement, Theorem) and statement.quantifier is Quantifier.NONE:
        return (
            Stage("algebra", lambda c, p: stands_by_algebra(c, p, degree), price=algebra),
            Stage("operators", stands_by_operators, asks_for_linearity),
        )
    exact = (
        Stage("folds", refute_by_fold, _folds),
        Stage("merged nodes", refute_by_merging, merges_nodes),
        Stage("maps that keep the law of the pairs", refute_by_pair_law, keeps_some),
        Stage("features of another objective", refute_by_features, has_other_features),
        Stage("selections", refute_by_selection, keeps_content),
        Stage("laws with equal projections", refute_by_projections, sees_projections),
        Stage("permuted clusters", refute_by_clusters, sees_close_classifiers),
        Stage("whitened subspaces", refute_by_subspaces, leaves_latents_out),
        Stage("maps that whiten the noise", refute_by_whitening, has_noise, price=algebra),
        Stage("algebra", lambda c, p: refute_by_algebra(c, p, degree, derived), price=algebra),
    )
    return (*exact, *_numerical(trained=trained))


def _numerical(*, trained: bool) -> tuple[Stage, ...]:
    training = Stage(
        "adversarial training",
        refute_by_training,
        most=TRAININGS,
        price=price_of_training,
        numerical=True,
    )
    return (
        Stage(
            "maps that keep the prior",
            refute_by_density,
            has_density_loss,
            price=price_of_families,
            numerical=True,
        ),
        Stage(
            "maps below the identity",
            refute_by_transition,
            has_other_transition,
            price=price_of_families,
            numerical=True,
        ),
        Stage(
            "families of maps",
            refute_by_families,
            _has_tabular_loss,
            price=price_of_families,
            numerical=True,
        ),
        Stage(
            "space-filling maps",
            refute_by_curve,
            lambda c: isinstance(c.objective, GaussianAlignment),
            price=price_of_curves,
            numerical=True,
        ),
        Stage(
            "free tables",
            refute_by_table,
            _has_tabular_loss,
            price=price_of_tables,
            numerical=True,
        ),
        *((training,) if trained else ()),
    )


def _folds(claim: Claim) -> bool:
    return claim.world.mixing is Mixing.ARBITRARY and not merges_nodes(claim)


def _has_tabular_loss(claim: Claim) -> bool:
    return not has_density_loss(claim)
