"""Certificates read back from plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sith.theory.derivation.certificates.digest import checksum_of
from sith.theory.derivation.certificates.entries import (
    MAX_DIMENSION,
    read_list,
    read_member,
    read_numbers,
    read_object,
    read_part,
    read_record,
    read_short,
    read_terms,
    read_text,
    read_truth,
    read_whole,
    read_wholes,
)
from sith.theory.derivation.certificates.read_evidence import (
    read_bounds,
    read_degree,
    read_obstruction,
)
from sith.theory.derivation.certificates.record import FORMAT, VERSION, Certificate
from sith.theory.errors import InputError
from sith.theory.obstruction import Obstruction
from sith.theory.parameter_values import as_rational
from sith.theory.verdict import Agreement, Outcome, Relation

WORDS = ("base_words", "lower", "upper", "missing", "escape")
"""The entries in words; they are compared with those that follow from the fields."""

SCOPE = (
    *("dimension", "degrees", "fields", "completeness", "components", "component_count"),
    *("primes", "equations", "unknowns", "not_shown"),
)
"""The entries of a scope."""

EVIDENCE = ("digest", "base_parameters", "group_data", "degrees", "completeness")
"""The entries of which a verdict without a certificate has none."""

KEYS = frozenset(
    (
        *(
            "format",
            "version",
            "argument",
            "claim",
            "dimension",
            "parameters",
            "digest",
            "checksum",
        ),
        *("base", "base_parameters", "degrees", "completeness", "dimension_by_degree"),
        *("group", "group_data", "stated", "relation", "verdict", "agreement", "agrees", "reason"),
        *("trusted", "scope", "obstruction", "spectral", "system", "groups"),
        *WORDS,
    )
)
"""The entries of a certificate; one with others is not read."""


def read_certificate(data: Any) -> Certificate:
    """Return the certificate that plain data holds; raises `InputError` for any malformed entry."""
    top = _known_entries(data)

    def part(key: str) -> Any:
        return read_part(top, key, "the file")

    def text(key: str) -> str:
        return read_text(part(key), key)

    dimension = read_whole(part("dimension"), "dimension", least=1, most=MAX_DIMENSION)
    outcome = read_member(Outcome, text("verdict"), "verdict")
    empty = not any(key in top for key in EVIDENCE)
    for key in WORDS:
        part(key)
    base = [] if empty else read_list(part("base"), "base")
    degrees = [] if empty else read_list(part("degrees"), "degrees")
    for key in ("system", "groups"):
        if degrees:
            read_object(part(key), key)
        elif key in top:
            raise InputError(f"the certificate holds '{key}', and no degree")
    scope = read_record(part("scope"), SCOPE, "scope")
    by_degree = read_object(part("dimension_by_degree"), "dimension_by_degree")
    parameters = read_object(part("parameters"), "parameters")
    return Certificate(
        argument=text("argument"),
        claim=text("claim"),
        dimension=dimension,
        parameters=_parameters(parameters),
        digest="" if empty else text("digest"),
        base=tuple(read_terms(b, dimension, f"base[{i}]") for i, b in enumerate(base)),
        base_parameters={} if empty else read_numbers(part("base_parameters"), "base_parameters"),
        degrees=tuple(read_degree(d, dimension, f"degrees[{i}]") for i, d in enumerate(degrees)),
        obstruction=_obstruction(top, dimension),
        dimension_by_degree=_by_degree(by_degree),
        group=text("group"),
        group_data={} if empty else read_object(part("group_data"), "group_data"),
        stated=text("stated"),
        relation=read_member(Relation, text("relation"), "relation"),
        outcome=outcome,
        agreement=read_member(Agreement, text("agreement"), "agreement"),
        agrees=read_truth(part("agrees"), "agrees"),
        trusted=tuple(read_text(t, "trusted") for t in read_list(part("trusted"), "trusted")),
        scope=_scope(scope),
        bounds=() if empty else read_bounds(part("completeness"), dimension),
        reason=text("reason"),
        checksum=text("checksum"),
        found=checksum_of(top),
    )


def _known_entries(data: Any) -> Mapping[str, Any]:
    """Return the entries of a certificate of this version, without any that is not one of its own."""
    top = read_object(data, "the file")
    if top.get("format") != FORMAT:
        raise InputError(
            "this is not a certificate of sith",
            cure="`sith derive CLAIM --certificate FILE` writes one",
        )
    version = read_whole(read_part(top, "version", "the file"), "version")
    if version != VERSION:
        raise InputError(f"certificate version {version}", allowed=f"version {VERSION}")
    unknown = sorted(set(top) - KEYS)
    if unknown:
        raise InputError(
            f"the certificate holds {unknown[0][:60]!r}, which is not one of its entries"
        )
    return top


def _parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: as_rational(read_short(value, f"parameters.{name}"))
        for name, value in parameters.items()
    }


def _obstruction(top: Mapping[str, Any], dimension: int) -> tuple[Obstruction, ...]:
    return (read_obstruction(top["obstruction"], dimension),) if "obstruction" in top else ()


def _by_degree(by_degree: Mapping[str, Any]) -> dict[int, int]:
    return {
        read_whole(as_rational(read_short(k, "degree")), "dimension_by_degree"): read_whole(
            v, f"dimension_by_degree.{k}"
        )
        for k, v in by_degree.items()
    }


def _scope(scope: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dimension": read_whole(scope["dimension"], "scope.dimension"),
        "degrees": read_wholes(scope["degrees"], "scope.degrees"),
        "unknowns": read_whole(scope["unknowns"], "scope.unknowns"),
        "primes": read_wholes(scope["primes"], "scope.primes"),
        "equations": read_whole(scope["equations"], "scope.equations"),
        "components": read_text(scope["components"], "scope.components"),
        "completeness": read_object(scope["completeness"], "scope.completeness"),
    }
