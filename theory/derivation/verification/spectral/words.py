"""The words of a spectral certificate, written again from the eigenvalues that were checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions import AugmentationGraph, MomentOperator
from sith.theory.derivation.certificates import LevelRecord
from sith.theory.derivation.lemmas.spectral import spectral_lemmas
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.derivation.verification.spectral.setting import Setting
from sith.theory.groups import AbstractGroup
from sith.theory.verdict import Extent, Kind

LISTED = 6
"""Most functions, or levels, that are written out."""

SUBSTITUTED = "eigenfunctions of the exact operator, and the value of the loss"
"""How the elements of the lower bound are checked."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the checker found: the group, both inclusions, lost latents, and a separating map.

    `stated` says whether the claim names functions, `lost` holds the latents that are no affine
    functions of the features, and `witness` separates the two groups where they differ.
    """

    group: AbstractGroup
    forth: bool
    back: bool
    holds: bool
    unique: bool
    stated: bool
    lost: tuple[str, ...]
    witness: str


def check_spectral_words(setting: Setting, found: Found, data: Mapping[str, Any]) -> None:
    """Compare every word that follows from the eigenvalues; raises `Rejected` for another one."""
    features = _features(setting)
    scope = data["scope"]
    for key, stored, own in (
        ("base_words", data["base_words"], features),
        ("lower", data["lower"], [_lower(found.group, features)]),
        ("upper", data["upper"], [_upper(setting, found.group)] if found.unique else []),
        ("missing", data["missing"], []),
        ("escape", data["escape"], _escape(setting, found)),
        ("scope.components", scope.get("components"), _components(setting, found, features)),
        ("scope.not_shown", scope.get("not_shown"), _not_shown(setting)),
    ):
        if stored != own:
            raise Rejected(f"'{key}' does not follow from the spectrum")
    start, end = _reason(setting, found)
    said = data["reason"]
    whole = found.holds and (found.forth or bool(found.lost))
    if not (said.startswith(start) and said.endswith(end)) or (whole and said != start):
        raise Rejected("'reason' does not follow from the spectrum")
    if not str(scope.get("fields")).startswith(_fields(setting, found)):
        raise Rejected("'scope.fields' does not name the eigenvalues that are stored")


def _lower(group: AbstractGroup, features: str) -> dict[str, str]:
    element = f"h = Q h₀ for Q in {group}, h₀ = {features}"
    return {"kind": Kind.FAMILY.value, "element": element, "checked": SUBSTITUTED}


def _upper(setting: Setting, group: AbstractGroup) -> dict[str, str]:
    by = spectral_lemmas(setting.claim)[0].name
    return {"group": str(group), "scope": Extent.ALL_MAPS.value, "by": by}


def _features(setting: Setting) -> str:
    """Return √μ φ for the functions that the outputs hold, and 0 for those that hold none."""
    record, values = setting.record, list[str]()
    if not setting.exact:
        return "the top eigenfunctions, of irrational eigenvalues and not written out"
    for level, functions in zip(record.levels, setting.functions, strict=True):
        held = record.taken if level is record.levels[-1] else level.multiplicity
        scale = sp.sqrt(setting.objective.squared_scale(level.low))
        units = [_unit(f, n) for f, n in zip(functions, level.squares, strict=True)]
        values += [str(sp.expand(scale * unit)) for unit in units[:held]]
    if len(values) > LISTED:
        values = [*values[:2], "…", values[-1]]
    return f"({', '.join([*values, *['0'] * record.dropped])})"


def _unit(function: sp.Expr, square: sp.Rational) -> sp.Expr:
    return sp.expand(function / sp.sqrt(square))


def _escape(setting: Setting, found: Found) -> str:
    if found.holds and found.unique and not found.lost:
        return ""
    return _separating(setting, found) or found.witness


def _separating(setting: Setting, found: Found) -> str:
    """Return a function that every optimum holds and that is not affine, or a choice in a tie."""
    levels = setting.record.levels
    if not setting.exact or not levels:
        return ""
    sure = levels if found.unique else levels[:-1]
    for level, functions in zip(sure, setting.functions, strict=False):
        for function, square in zip(functions, level.squares, strict=True):
            if found.stated and sp.Poly(function, *setting.z).total_degree() > 1:
                name = sp.factor_terms(_unit(function, square))
                return (
                    f"the output {name}, of eigenvalue {level.low}, no affine function of the "
                    "latents"
                )
    if found.unique:
        return ""
    last, taken = levels[-1], setting.record.taken
    both = zip(setting.functions[-1], last.squares, strict=True)
    names = [str(sp.factor_terms(_unit(f, n))) for f, n in both][taken - 1 : taken + 1]
    return (
        f"the rotation cos t·({names[0]}) + sin t·({names[1]}) of two functions of "
        f"eigenvalue {last.low}, of which the outputs hold one"
    )


def _components(setting: Setting, found: Found, features: str) -> str:
    claim, record, k = setting.claim, setting.record, setting.record.outputs
    shift = " + b" if setting.objective.shifts else ""
    said = (
        f"all maps, by {spectral_lemmas(claim)[0].name}: h = Q h₀{shift}, Q ∈ O({k}), "
        f"h₀ = {features}"
    )
    if not found.unique:
        said += ", for any choice of the last functions within their eigenspace"
    if record.dropped:
        said += f"; {record.dropped} outputs hold no mode, since μ ≤ 0 for the next"
    pairs = claim.world.pairs
    if isinstance(pairs, AugmentationGraph) and len(pairs.components()) > 1:
        said += f"; the graph has {len(pairs.components())} components"
        if all(level.low == level.high == 1 for level in record.levels):
            said += " and every feature is a function of the component only"
    return said


def _not_shown(setting: Setting) -> list[str]:
    said = ["finite samples and training", f"the loss in practice: {setting.objective.idealised}"]
    if isinstance(setting.claim.world.pairs, MomentOperator):
        said.append("functions outside the span of the given ones, whose eigenvalues may be larger")
    return said


def _reason(setting: Setting, found: Found) -> tuple[str, str]:
    """Return how a reason begins and ends; all of it where the claim holds."""
    if found.holds:
        many = "are no affine functions" if len(found.lost) > 1 else "is no affine function"
        lost = f"{', '.join(found.lost)} {many} of the features"
        return (lost if found.lost else ""), ""
    if not found.forth and not found.back:
        return "another set of maps is stated: ", ""
    if not found.forth:
        return "too small a group is stated: ", ""
    group = setting.claim.group
    return (
        "too large a group is stated: ",
        f"; the optimal maps are contained in {group}, a stronger result than stated",
    )


def _fields(setting: Setting, found: Found) -> str:
    """Return how the scope's fields begin: the class of functions, and the kept eigenvalues."""
    record, pairs = setting.record, setting.claim.world.pairs
    kind = "all square-integrable functions of z"
    if setting.linear:
        kind = "linear maps of z (linear mixing and encoder)"
    elif isinstance(pairs, MomentOperator):
        kind = "the span of the given functions"
    elif isinstance(pairs, AugmentationGraph):
        kind = "all functions of a node"
    kept = [_value(level) for level in record.levels]
    if len(kept) > LISTED:
        kept = [*kept[:2], "…", *kept[-2:]]
    said = f"{kind}; eigenvalues kept {', '.join(kept) or 'none'}"
    if found.unique:
        return f"{said}; "
    last = record.levels[-1].multiplicity
    return f"{said}, of the last only {record.taken} of {last}; no gap: σ_k = σ_{{k+1}}"


def _value(level: LevelRecord) -> str:
    exact = level.low == level.high
    value = str(level.low) if exact else f"in ({level.low}, {level.high})"
    return f"{value} (×{level.multiplicity})"
