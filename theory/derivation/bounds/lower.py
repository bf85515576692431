"""The elements of the lower bound, as a verdict lists them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp

from sith.theory.derivation.bounds.families import Family
from sith.theory.derivation.certificates import terms_data
from sith.theory.derivation.equation import Condition
from sith.theory.errors import SithError
from sith.theory.fold import Fold, fold_of
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.verdict import Kind, Lower

FOLDED = "it keeps the uniform law: the densities of its two branches add up to 1"


def free_folds(condition: Condition) -> tuple[Fold, ...]:
    """Return a map of the outputs that keeps the uniform law and is not injective, where one is free.

    Theorems on this loss speak of smooth encoders, so a fold that is only continuous is left out.
    """
    if not condition.foldable:
        return ()
    fold = fold_of(len(condition.image))
    return (fold,) if fold.smooth and fold.check().holds else ()


def lower_fields(condition: Condition, fields: Sequence[Field]) -> Iterator[Lower]:
    """Return the free fields, each with its polynomials along the base map."""
    how = "substituted into the linearised condition, an identity"
    if condition.in_box:
        how += "; tangent to the faces of the box"
    for f in fields:
        data = polynomial_data("field", _on_latents(condition, f))
        yield Lower(Kind.FIELD, str(f), how, data)


def lower_families(families: Sequence[Family]) -> Iterator[Lower]:
    """Return the free families of fields."""
    how = "substituted with an arbitrary function, an identity"
    yield from (Lower(Kind.FAMILY, str(f), how) for f in families)


def shown_maps(groups: Sequence[AbstractGroup], maps: Sequence[Map]) -> tuple[Map, ...]:
    """Return the generators of the named group, and the free maps outside it."""
    if not groups:
        return tuple(maps)
    generators = groups[-1].finite_generators() if not groups[-1].infinite else ()
    return (*generators, *(m for m in maps if not groups[-1].contains(m).holds))


def lower_maps(maps: Sequence[Map]) -> Iterator[Lower]:
    """Return the free maps, each with its polynomials."""
    how = "substituted into the condition, an identity"
    for m in maps:
        yield Lower(Kind.MAP, str(m), how, polynomial_data("map", Field(m.symbols, m.expressions)))


def _on_latents(condition: Condition, field: Field) -> Field:
    """Return a field of the outputs as a field along the base map, in the latents."""
    if field.symbols == condition.z and tuple(condition.base) == tuple(condition.z):
        return field
    if field.symbols == condition.z and len(field.symbols) != len(condition.base):
        return field
    table = dict(zip(field.symbols, condition.base, strict=True))
    return Field(condition.z, tuple(sp.expand(e.xreplace(table)) for e in field.expressions))


def polynomial_data(name: str, field: Field) -> dict[str, Any]:
    """Return the polynomials of a field or map as plain data; empty where they are none."""
    try:
        return {name: [terms_data(sp.expand(e), field.symbols) for e in field.expressions]}
    except (SithError, sp.PolynomialError):
        return {}


def lower_words(mirror: Sequence[str], folds: Sequence[Fold]) -> Iterator[Lower]:
    """Return the free maps that are known in words: rearrangements on the line, and folds."""
    how = "the distribution function of the output is that of the latent"
    yield from (Lower(Kind.MAP, text, how) for text in mirror)
    yield from (Lower(Kind.MAP, str(f), FOLDED) for f in folds)
