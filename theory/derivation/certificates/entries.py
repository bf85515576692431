"""The entries of a certificate: every one is validated, and nothing is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.derivation.certificates.record import Terms
from sith.theory.errors import InputError, SithError

MAX_DIGITS = 2000
"""Longest numerator or denominator that is read."""


MAX_DIMENSION = 100
"""Largest dimension that is read."""


_NUMBER = re.compile(rf"(-?[0-9]{{1,{MAX_DIGITS}}})(?:/([0-9]{{1,{MAX_DIGITS}}}))?")


def polynomial(terms: Terms, z: Sequence[sp.Symbol]) -> sp.Expr:
    """Return the polynomial of a list of terms."""
    return sp.Add(
        *(c * sp.Mul(*(x**k for x, k in zip(z, powers, strict=True))) for powers, c in terms)
    )


def read_terms(data: Any, dimension: int, where: str) -> Terms:
    """Return a polynomial; raises `InputError` for a repeated monomial."""
    found: dict[tuple[int, ...], sp.Rational] = {}
    for item in read_list(data, where):
        entry = read_record(item, ("powers", "coefficient"), where)
        powers = read_powers(entry["powers"], dimension, where)
        if powers in found:
            raise InputError(f"{where} repeats the monomial {list(powers)}")
        found[powers] = read_number(entry["coefficient"], f"{where}.coefficient")
    return tuple(found.items())


def read_powers(data: Any, dimension: int, where: str) -> tuple[int, ...]:
    """Return the powers of a monomial, each at most 100."""
    powers = read_wholes(data, where)
    if len(powers) != dimension or any(k > 100 for k in powers):
        raise InputError(f"{where} is not {dimension} powers of at most 100")
    return powers


def read_numbers(data: Any, where: str) -> dict[str, sp.Rational]:
    """Return named rational numbers."""
    return {k: read_number(v, f"{where}.{k}") for k, v in read_object(data, where).items()}


def read_number(data: Any, where: str) -> sp.Rational:
    """Return the rational number of a text "p/q"."""
    match = _NUMBER.fullmatch(data) if isinstance(data, str) else None
    bottom = int(match[2] or 1) if match else 0
    if match is None or bottom == 0:
        raise InputError(f"{where} = {_shown(data)}", allowed='a fraction as text, "p/q"')
    return sp.Rational(int(match[1]), bottom)


def read_whole(data: Any, where: str, *, least: int = 0, most: int = 2**63) -> int:
    """Return a whole number from `least` to `most`."""
    if isinstance(data, sp.Integer):
        data = int(data)
    if type(data) is not int or not least <= data <= most:
        raise InputError(f"{where} = {_shown(data)}", allowed=f"a whole number from {least}")
    return data


def read_wholes(data: Any, where: str) -> tuple[int, ...]:
    """Return a list of whole numbers ≥ 0."""
    return tuple(read_whole(x, where) for x in read_list(data, where))


def read_truth(data: Any, where: str) -> bool:
    """Return true or false."""
    if not isinstance(data, bool):
        raise InputError(f"{where} = {_shown(data)}", allowed="true or false")
    return data


def read_text(data: Any, where: str) -> str:
    """Return a text."""
    if not isinstance(data, str):
        raise InputError(f"{where} = {_shown(data)}", allowed="a text")
    return data


def read_short(data: Any, where: str) -> str:
    """Return a text of at most `MAX_DIGITS` characters."""
    text = read_text(data, where)
    if len(text) > MAX_DIGITS:
        raise InputError(f"{where} = {_shown(text)}", allowed=f"at most {MAX_DIGITS} characters")
    return text


def read_list(data: Any, where: str) -> list[Any]:
    """Return a list."""
    if not isinstance(data, list):
        raise InputError(f"{where} = {_shown(data)}", allowed="a list")
    return data


def read_object(data: Any, where: str) -> Mapping[str, Any]:
    """Return a JSON object, whose keys are texts."""
    if not isinstance(data, Mapping) or not all(isinstance(k, str) for k in data):
        raise InputError(f"{where} is {_shown(data)}", allowed="a JSON object")
    return data


def read_part(data: Mapping[str, Any], key: str, where: str) -> Any:
    """Return an entry that an object must hold."""
    if key not in data:
        raise InputError(f"{where} lacks '{key}'", cure="derive the claim again")
    return data[key]


def read_record(data: Any, keys: Sequence[str], where: str) -> Mapping[str, Any]:
    """Return a JSON object that holds these entries and no others."""
    top = read_object(data, where)
    for key in keys:
        read_part(top, key, where)
    others = sorted(set(top) - set(keys))
    if others:
        raise InputError(f"{where} holds {_shown(others[0])}, which is not one of its entries")
    return top


def read_member(kind: Any, text: str, where: str) -> Any:
    """Return the member of an enumeration that has this text as its value."""
    try:
        return kind(text)
    except ValueError:
        raise InputError(
            f"{where} = {_shown(text)}", allowed=", ".join(m.value for m in kind)
        ) from None


def _shown(data: Any) -> str:
    try:
        text = repr(data)
    except (RecursionError, ValueError):
        text = f"a {type(data).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_line(error: Exception) -> str:
    """Return type and message of an exception; an error of the toolkit is its own message."""
    text = str(error) if isinstance(error, SithError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
